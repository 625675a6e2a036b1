// What JupyterLite takes for Pyodide: Pyodide that has the book's packages among its own, so that a cell
// loads what it imports. The kernel and what draws a figure load side by side, with Python; the data sets
// follow by themselves when the kernel can be used.

const here = new URL("./", import.meta.url);

export async function loadPyodide(options) {
  const { pyodide, packages, first, later } = await json(new URL("kernel.json", here));
  const home = new URL(pyodide, here).href;
  const [python, lock] = await Promise.all([import(`${home}pyodide.mjs`), json(`${home}pyodide-lock.json`)]);
  for (const [name, entry] of Object.entries(packages))
    lock.packages[name] = { ...entry, file_name: new URL(entry.file_name, here).href };
  // The library is there from the start. What it takes its data sets from may still be on its way: a cell
  // that imports the library waits for that.
  lock.packages.optimlib.imports = [];
  for (const name of later) lock.packages[name].imports.push("optimlib");
  const places = { indexURL: home, packageBaseUrl: home, lockFileContents: lock };
  const loaded = await python.loadPyodide({ ...options, ...places, packages: first });
  loaded.runPython(beforeIPython(later));
  return loaded;
}

async function json(address) {
  return (await fetch(address)).json();
}

// The notebook's folder is the reader's storage: every look for a module there asks the page and waits for
// its answer. So it comes last, and while the kernel starts it is not looked into. Names are completed by
// IPython, from what has been run: Jedi would load as much again as IPython does.
const beforeIPython = (later) => `
import sys
from pathlib import Path

sys.path[:] = filter(None, sys.path)
startup = Path.home() / ".ipython" / "profile_default" / "startup"
startup.mkdir(parents=True)
(startup / "kernel.py").write_text("""
def _start():
    import asyncio, sys, pyodide_js
    sys.path[:] = [*filter(None, sys.path), ""]
    get_ipython().Completer.use_jedi = False
    asyncio.ensure_future(pyodide_js.loadPackage(${JSON.stringify(later)}))
_start()
del _start
""")
`;
