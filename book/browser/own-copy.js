// JupyterLite opens a reader's own copy of a chapter, also where the book has been published anew since.
// Before it starts: a copy in which nothing was written gives way to the new chapter. Of any other the
// reader is told, and may set it aside under another name.

const path = new URLSearchParams(location.search).get("path");
const root = new URL("./", import.meta.url);

try {
  if (path) await look();
} catch (error) {
  console.warn("Whether your copy is older than the book could not be found out:", error);
}

async function look() {
  const storage = await opened(`JupyterLite Storage - ${root.pathname}`);
  if (!storage) return;
  try {
    const copy = await one((files) => files.get(path), storage);
    const chapter = copy?.type === "notebook" && (await published());
    if (!chapter || began(chapter) === began(copy.content)) return;
    const written = await digest(copy.content);
    if (written === began(copy.content) || written === began(chapter)) await remove(storage);
    else await ask(storage, copy);
  } finally {
    storage.close(); // JupyterLite may have to change it
  }
}

// The digest of the chapter as it was published.
function began(notebook) {
  return notebook.metadata.published;
}

async function published() {
  const answer = await fetch(new URL(`files/${path}`, root), { cache: "no-cache" });
  return answer.ok && answer.json(); // a notebook of the reader's own is not there
}

// What is written in a notebook's cells, whatever they have printed.
async function digest({ cells }) {
  if (!crypto.subtle) return "unknown"; // the address is not a safe one: the reader is asked
  const written = cells.map(({ cell_type, source }) => [cell_type, [source].flat().join("")]);
  const text = JSON.stringify(written.filter(([, source]) => source.trim()));
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function ask(storage, copy) {
  const name = await freeName(storage, copy);
  const saved = new Date(copy.last_modified).toLocaleDateString("en-GB", { dateStyle: "long" });
  if ((await answered(saved, name)) === "new") await remove(storage, { ...copy, name, path: beside(name) });
}

async function freeName(storage, { last_modified }) {
  const stem = path.split("/").at(-1).replace(/\.ipynb$/, "");
  for (let number = 1; ; number++) {
    const again = number > 1 ? `, ${number}` : "";
    const name = `${stem} (my copy of ${last_modified.slice(0, 10)}${again}).ipynb`;
    if (!(await one((files) => files.get(beside(name)), storage))) return name;
  }
}

function beside(name) {
  return [...path.split("/").slice(0, -1), name].join("/");
}

async function answered(saved, name) {
  if (document.readyState === "loading") await new Promise((ready) => addEventListener("DOMContentLoaded", ready));
  const dialog = document.createElement("dialog");
  dialog.lang = "en";
  dialog.setAttribute("aria-labelledby", "own-copy-title");
  dialog.setAttribute("aria-describedby", "own-copy-text");
  dialog.style = "max-width: 34em; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark";
  dialog.innerHTML = `
    <form method="dialog">
      <h1 id="own-copy-title" style="font-size: 1.3rem; margin-top: 0">This chapter has a new text</h1>
      <div id="own-copy-text">
        <p>You have changed it in this browser, last on ${saved}, and the book has been published anew since.</p>
        <p>With the new text, your copy stays beside it, as <b></b>.</p>
      </div>
      <button value="new">Take the new text</button> <button value="own">Go on with my copy</button>
    </form>`;
  dialog.querySelector("b").textContent = name;
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed));
  dialog.remove();
  return dialog.returnValue;
}

// JupyterLite's storage, or nothing where there is none yet: it is not made here.
function opened(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onupgradeneeded = () => request.transaction.abort();
    request.onerror = () => (request.error.name === "AbortError" ? resolve() : reject(request.error));
    request.onsuccess = () => {
      const there = request.result.objectStoreNames.contains("files");
      if (!there) request.result.close();
      resolve(there && request.result);
    };
  });
}

function one(asked, storage) {
  return new Promise((resolve, reject) => {
    const request = asked(storage.transaction("files").objectStore("files"));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Take the copy away; what is kept of it is stored at once, so that neither happens alone.
function remove(storage, kept) {
  return new Promise((resolve, reject) => {
    const transaction = storage.transaction("files", "readwrite");
    const files = transaction.objectStore("files");
    if (kept) files.put(kept, kept.path);
    files.delete(path);
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
}
