// Light or dark, before the first paint: what the reader chose, or what the system asks for.
{
  let mode = "auto";
  try {
    mode = localStorage.getItem("mode") || "auto";
  } catch {} // a reader may forbid storage
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  Object.assign(document.documentElement.dataset, {
    mode,
    theme: mode === "auto" ? (dark ? "dark" : "light") : mode,
  });
}
