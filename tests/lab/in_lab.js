// What tests do in a notebook in JupyterLab. `read` is overlay.py's reader of an overlay.

const figures = () => [...document.querySelectorAll(".live-figure")];
const words = (figure) => figure.querySelector(".live-words").textContent;
const shown = (figure) => [read(figure.querySelector(".live-overlay")), words(figure)];

// What a figure shows, after a while in which it may come to what it should.
async function comesTo(figure, expected) {
  const is = () => words(figure) === expected[1] && JSON.stringify(shown(figure)) === JSON.stringify(expected);
  for (let tries = 0; tries < 6000 && !is(); tries++) await new Promise((done) => setTimeout(done, 10));
  return shown(figure);
}

// What each figure shows with its first slider, where it has one, at its end, and all else at the start;
// up to the first that shows something else than it should.
async function sweep(wanted) {
  const found = [];
  for (const [number, [slides, expected]] of wanted.entries()) {
    const figure = figures()[number];
    if (figure.hasAttribute("data-waiting")) {
      figure.querySelector(".live-show").click();
      figure.querySelector(".live-reset").click();
    }
    const handle = figure.closest(".jp-OutputArea-output").querySelector(".noUi-handle");
    if (slides) handle.dispatchEvent(new KeyboardEvent("keydown", { key: "End" }));
    found.push(await comesTo(figure, expected));
    if (JSON.stringify(found.at(-1)) !== JSON.stringify(expected)) break;
  }
  return found;
}

// The first link that sets a figure in each cell of text, where they lead, and following one: what its
// figure shows then.
const sets = (link) => /^#\w+\?/.test(link.hash);
const links = () =>
  [...document.querySelectorAll(".jp-MarkdownCell")].flatMap((cell) => [...cell.querySelectorAll("a")].find(sets) ?? []);
const hashes = () => links().map((link) => link.hash);

function follow(link, number, expected) {
  links()[link].click();
  return comesTo(figures()[number], expected);
}

globalThis.inLab = { sweep, hashes, follow };
