// Python in a thread of its own: it loads once, runs a cell, and sends what the cell prints.
let loading, python, names;

async function load({ pyodide, packages, base }) {
  const { loadPyodide } = await import(new URL(pyodide, base));
  python = await loadPyodide({ packages: packages.map((name) => (name.endsWith(".whl") ? new URL(name, base).href : name)) });
  python.setStdout({ batched: (text) => postMessage({ text }) });
  python.setStderr({ batched: () => {} }); // what a package warns of
}

// A module that Python has, and has not loaded yet, is loaded when the cell asks for it.
async function run(code) {
  const tried = new Set();
  python.globals.set("source", code);
  for (;;) {
    try {
      return await python.runPythonAsync("from optimlib.exercises.cell import run_cell\nrun_cell(source, names)");
    } catch (error) {
      const missing = /(?:No module named|The module) '(\w+)/.exec(error.message)?.[1];
      if (!missing || tried.has(missing)) throw error;
      tried.add(missing);
      await python.loadPackagesFromImports(`import ${missing}`, { messageCallback() {} });
    }
  }
}

onmessage = async ({ data: { settings, before, code } }) => {
  try {
    loading ??= load(settings);
    await loading;
    postMessage({ state: "running" });
    python.runPython("names = {'__name__': '__main__'}");
    await run(before);
    await run(code);
    postMessage({ state: "done" });
  } catch (error) {
    loading = python && loading; // what did not load is loaded again
    postMessage({ state: "failed", text: String(error.message ?? error).trim().split("\n").at(-1) });
  }
};
