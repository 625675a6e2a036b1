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
