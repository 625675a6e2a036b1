// Where storage is forbidden the theme's scripts would stop: a stand-in forgets all when the page is left.
try {
  localStorage.getItem("");
} catch {
  const kept = new Map();
  const stand = {
    getItem: (key) => kept.get(String(key)) ?? null,
    setItem: (key, value) => kept.set(String(key), String(value)),
    removeItem: (key) => kept.delete(String(key)),
    clear: () => kept.clear(),
  };
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(globalThis, name, { value: stand });
}

// Light or dark, before the first paint: what the reader chose, or what the system asks for. Paper is light.
{
  let mode = "auto";
  try {
    mode = localStorage.getItem("mode") || "auto";
  } catch {} // a reader may forbid storage
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const page = document.documentElement.dataset;
  Object.assign(page, { mode, theme: mode === "auto" ? (dark ? "dark" : "light") : mode });

  let theme;
  addEventListener("beforeprint", () => {
    theme = page.theme;
    page.theme = "light";
  });
  addEventListener("afterprint", () => {
    page.theme = theme;
  });
}

// Opened from a folder, a page may not start Python; said before the first paint, so that nothing moves.
if (location.protocol === "file:") document.documentElement.classList.add("from-folder");

// Where the script of the figures does not arrive, they say so; see live.css.
addEventListener(
  "error",
  ({ target }) => {
    if (/\/live\/live\.js/.test(target.src)) document.documentElement.classList.add("live-lost");
  },
  { capture: true },
);

// The way back leads to the page, not to the search that was left open over it.
addEventListener("pagehide", () => document.getElementById("pst-search-dialog")?.close());
