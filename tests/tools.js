// What tests do in a page of any engine. `read` is overlay.py's reader of an overlay.

const table = Uint32Array.from({ length: 256 }, (_, number) => {
  for (let i = 0; i < 8; i++) number = number & 1 ? (number >>> 1) ^ 0xedb88320 : number >>> 1;
  return number;
});

// The CRC-32 of what a figure shows: its picture, its sentence, and the texts of its settings.
function digest(figure) {
  let rest = -1;
  for (const byte of new TextEncoder().encode(JSON.stringify(shown(figure)))) rest = table[(rest ^ byte) & 255] ^ (rest >>> 8);
  return ~rest >>> 0;
}

const shown = (figure) => [
  read(figure.querySelector(".live-overlay")),
  figure.querySelector(".live-words").textContent,
  inputsOf(figure).map(textOf),
];
const inputsOf = (figure) => [...figure.querySelectorAll("[data-control]")];
const settingsOf = (figure) => inputsOf(figure).map(settingOf);
const settingOf = (input) => (input.type === "checkbox" ? Number(input.checked) : Number(input.value));

function textOf(input) {
  if (input.type === "checkbox") return input.checked ? "on" : "off";
  return (input.type === "range" ? input.nextElementSibling : input.selectedOptions[0]).textContent;
}

async function until(so) {
  for (let tries = 0; tries < 6000 && !so(); tries++) await new Promise((done) => setTimeout(done, 10));
  return so();
}

// Scroll to a figure, or to a part of it; it wakes, and shows the shape that is so wide.
async function awake(id, width, part = document.getElementById(id)) {
  const figure = document.getElementById(id);
  const shape = () => figure.querySelector(".live-overlay").viewBox.baseVal.width;
  const come = () => void part.scrollIntoView({ block: "center", behavior: "instant" });
  const is = () => (figure.matches(".live-awake") ? shape() === width : come()); // the page may have moved
  come();
  if (await until(is)) return figure;
  throw new Error(`${id} is ${figure.className}, ${shape()} wide, ${document.visibilityState}: ${figure.querySelector(".live-words").textContent}`);
}

function move(figure, settings) {
  for (const input of inputsOf(figure)) {
    const setting = settings[input.dataset.control];
    if (settingOf(input) === setting) continue;
    if (input.type === "checkbox") input.checked = Boolean(setting);
    else input.value = setting;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// The digest at each of these settings of a figure's controls.
async function sweep(id, width, places) {
  const figure = await awake(id, width);
  if (figure.hasAttribute("data-waiting")) figure.querySelector(".live-show").click();
  return places.map((settings) => {
    move(figure, settings);
    return digest(figure);
  });
}

// Whether a figure comes to show what it should.
async function comesTo(id, expected) {
  const figure = document.getElementById(id);
  return until(() => digest(figure) === expected);
}

// Follow links, each to its figure (by id), until that shows what it should, in view: those that do not.
async function follow(links) {
  const wrong = [], all = new Map([...document.querySelectorAll("a.live-set")].map((link) => [link.getAttribute("href"), link]));
  for (const [address, id, expected] of links) {
    all.get(address).click();
    const stage = document.querySelector(`#${id} .live-stage`), inView = () => stage.getBoundingClientRect().top < innerHeight;
    if (!(await comesTo(id, expected)) || !inView()) wrong.push(address);
  }
  return wrong;
}

// Where an element of a figure is on the screen, brought there and at rest: its left, top, width and height.
async function place(id, width, selector, number = 0) {
  const found = () => document.querySelectorAll(`#${id} ${selector}`)[number];
  await awake(id, width, found());
  await document.fonts.ready;
  const element = found();
  let box, before;
  do {
    before = box;
    element.scrollIntoView({ block: "center", behavior: "instant" });
    await new Promise((done) => setTimeout(done, 30));
    box = element.getBoundingClientRect();
  } while (box.top !== before?.top || box.left !== before.left);
  return [box.left, box.top, box.width, box.height];
}

// Empty the formulas and the code between the figures: engines would lay them out and paint them at each step.
function lighten() {
  for (const part of document.querySelectorAll("mjx-container, .highlight pre")) part.replaceChildren();
}

// The controls of one kind: [id of the figure, name].
const controls = (kind) =>
  [...document.querySelectorAll(`[data-control][type=${kind}]`)].map((input) => [input.closest("figure").id, input.dataset.control]);

const focus = (id, name) => inputsOf(document.getElementById(id)).find((input) => input.dataset.control === name).focus();

// What the figures ask that wait for an answer: [id, kind, the settings that show the answer].
const asked = () => [...document.querySelectorAll("[data-waiting]")].map((figure) => {
  const { kind, then } = figure.querySelector(".live-question").dataset;
  return [figure.id, kind, JSON.parse(then)];
});

// How a figure's controls stand, by name.
const settings = (id) =>
  Object.fromEntries(inputsOf(document.getElementById(id)).map((input) => [input.dataset.control, settingOf(input)]));

// The names of the controls of a figure that play.
const players = (id) => [...document.querySelectorAll(`#${id} .live-playing input`)].map((input) => input.dataset.control);

// Some of a page's display formulas alone on the screen, cut where they are larger than their boxes, or not.
function formulas(from, to, overflow) {
  const all = [...document.querySelectorAll(".bd-article div.math")], sheet = document.createElement("div");
  sheet.style = "position: fixed; inset: 0; z-index: 9999; background: white; overflow: hidden";
  sheet.append(...all.slice(from, to).map((formula) => formula.cloneNode(true)));
  for (const formula of sheet.querySelectorAll("mjx-container")) if (overflow) formula.style.overflow = overflow;
  document.querySelector(".bd-article").append(sheet);
  return all.length;
}

// The families of letters and icons that have arrived, and those that have not.
async function fonts() {
  await document.fonts.ready;
  const families = (status) => [...document.fonts].filter((font) => font.status === status).map((font) => font.family.replaceAll(`"`, ""));
  return [families("loaded"), families("error")];
}

// How wide a page is in a frame that is so wide.
async function widthInFrame(address, width) {
  const frame = document.createElement("iframe");
  Object.assign(frame, { src: address, width, height: 700 });
  document.body.append(frame);
  await new Promise((done) => (frame.onload = done));
  const wide = frame.contentDocument.scrollingElement.scrollWidth;
  frame.remove();
  return wide;
}

const links = () => [...document.querySelectorAll("a.live-set")].map((link) => link.getAttribute("href"));
const selected = () => String(getSelection());
const text = (selector) => document.querySelector(selector).textContent;

globalThis.tools = { asked, comesTo, controls, focus, follow, fonts, formulas, lighten, links, place, players, selected, settings, sweep, text, widthInFrame };
