// Wakes the live figures of a published page. A classic script, so that it runs from file:// too.

const narrowScreen = matchMedia("(max-width: 600px)");
const atlases = {}; // name -> {promise, arrive, fail}: filled in by the scripts that carry atlases
globalThis.liveAtlas = (name, base64) => pendingAtlas(name).arrive(base64);

function pendingAtlas(name) {
  if (!atlases[name]) {
    const pending = (atlases[name] = {});
    pending.promise = new Promise((arrive, fail) => Object.assign(pending, { arrive, fail }));
  }
  return atlases[name];
}

// The atlas of a shape stands in the figure itself, or in a script of its own that is loaded now.
function fetchAtlas(figure, shape) {
  const carrier = figure.querySelector(`.live-atlas[data-shape="${shape}"]`);
  if (!carrier.dataset.src) return Promise.resolve(carrier.textContent.trim());
  const { src, name } = carrier.dataset;
  const pending = pendingAtlas(name);
  const script = document.createElement("script");
  script.src = src;
  script.onerror = () => {
    delete atlases[name]; // so that another try asks again
    script.remove();
    pending.fail(new Error("what this figure needs could not be loaded"));
  };
  document.head.append(script);
  return pending.promise;
}

// A reader's answers, in this browser only; where storage is forbidden, until the page is left. With
// a class, at ?class, too: its questions are asked anew, whatever was answered here before.
const storage = () => (new URLSearchParams(location.search).has("class") ? undefined : localStorage);
const answers = {
  kept: {},
  read() {
    try {
      return JSON.parse(storage().getItem("learning-to-descend")) ?? this.kept;
    } catch {
      return this.kept;
    }
  },
  get(key) {
    return this.read()[key];
  },
  set(key, answer) {
    this.kept = { ...this.read(), [key]: answer };
    try {
      storage().setItem("learning-to-descend", JSON.stringify(this.kept));
    } catch {}
    dispatchEvent(new CustomEvent("live-answers"));
  },
  erase() {
    this.kept = {};
    try {
      storage().removeItem("learning-to-descend");
    } catch {}
    dispatchEvent(new CustomEvent("live-answers"));
  },
};
// chapters/04-momentum: the same from a server and from a folder.
answers.page = location.pathname.split("/").slice(-2).join("/").replace(/\.html$/, "");
globalThis.liveAnswers = answers;

const awake = new Map(); // figure -> the promise of what can be asked of it

async function wake(figure) {
  const stage = figure.querySelector(".live-stage"), picture = stage.firstElementChild;
  const words = figure.querySelector(".live-words span");
  const inputs = [...figure.querySelectorAll("[data-control]")];
  const wideStill = picture.querySelector(".live-still").outerHTML;
  let head, frame, same, sizes, sliders, draw, placeHandles, shown, target, dragging;
  let stop = () => {};

  const read = () => inputs.map((input) => (input.type === "checkbox" ? Number(input.checked) : Number(input.value)));
  const write = (settings) =>
    inputs.forEach((input, i) => {
      if (input.type === "checkbox") input.checked = Boolean(settings[i]);
      else input.value = settings[i];
    });

  // Bring the figure into the shape of this screen, as it stands.
  async function take(shape) {
    ({ head, frame, same } = await openAtlas(await fetchAtlas(figure, shape)));
    sizes = head.controls.map((control) => control.texts.length);
    sliders = inputs.map((input) => input.type === "range");
    const layer = make("g", {}), overlay = picture.querySelector(".live-overlay");
    draw = makePlayer(layer, head.tables, figure.id);
    picture.querySelector(".live-still").outerHTML = head.still || wideStill;
    overlay.setAttribute("viewBox", `0 0 ${head.size.join(" ")}`);
    placeHandles = makePads(stage, head.size, head.drag, (control) => target[control], (changes) => {
      const settings = [...target];
      for (const [control, value] of changes) settings[control] = value;
      write(settings);
      show(settings, true);
    });
    show((target = read()), true);
    overlay.replaceChildren(layer);
  }

  function show(settings, arrived) {
    shown = settings;
    const position = positionOf(settings, sizes);
    const numbers = frame(position);
    draw(numbers);
    sayValues(settings);
    if (!arrived) return;
    target = settings;
    const sentence = head.tables.words[numbers[0]];
    if (words.textContent !== sentence) words.textContent = sentence;
    placeHandles();
    figure.classList.toggle("live-moved", settings.some((setting, i) => setting !== head.controls[i].start));
    sayIdle(settings, position);
  }

  function sayValues(settings) {
    inputs.forEach((input, i) => {
      if (input.type !== "range") return;
      const text = head.controls[i].texts[settings[i]], output = input.nextElementSibling.firstElementChild;
      if (output.textContent === text) return;
      output.textContent = text;
      input.setAttribute("aria-valuetext", text);
    });
  }

  // A control all of whose settings show the same picture is dimmed, and says so.
  function sayIdle(settings, position) {
    inputs.forEach((input, i) => {
      const stays = (setting) => same(position, positionOf(settings.with(i, setting), sizes));
      const idle = sizes[i] > 1 && Array.from({ length: sizes[i] }, (_, setting) => setting).every(stays);
      input.closest(".live-control").classList.toggle("live-idle", idle);
      if (idle) input.setAttribute("aria-description", "changes nothing at these settings");
      else input.removeAttribute("aria-description");
    });
  }

  // A click far along a slider passes through what lies between; a drag and a key are followed at once.
  function go(settings, duration) {
    stop();
    write(settings);
    target = settings;
    stop = travel(shown, settings, sliders, show, duration);
  }
  figure.addEventListener("pointerdown", () => (dragging = false));
  figure.addEventListener("pointermove", (event) => (dragging ||= event.buttons > 0));
  figure.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-control]") && event.target !== figure) return;
    go(read(), dragging ? 0 : 250);
  });

  await take(narrowScreen.matches ? "narrow" : "wide");
  narrowScreen.addEventListener("change", () => take(narrowScreen.matches ? "narrow" : "wide"));
  for (const input of inputs) input.removeAttribute("autocomplete"); // Safari would reset it on the way back
  for (const button of figure.querySelectorAll(".live-play")) makePlay(button, inputs, () => [...target], go);
  makeTools(figure, head, () => target, go);

  function enable() {
    figure.removeAttribute("data-waiting");
    for (const field of figure.querySelectorAll("[disabled][data-control], .live-play")) field.disabled = false;
  }
  const key = `${answers.page}#${head.name}`, box = figure.querySelector(".live-question");
  const skip = makeQuestion(figure, head.point, head.size, answers.get(key), (answer, again) => {
    enable();
    if (again) return;
    answers.set(key, answer === undefined ? {} : { answer });
    const then = Object.entries(JSON.parse(box.dataset.then)).map(([name, value]) => [name, [value]]);
    if (then.length) go(readAddress(Object.fromEntries(then), head.controls).to, 600);
  });
  if (!box) enable();
  figure.classList.add("live-awake");

  return {
    // Set the figure as an address says, passing through what lies between; a series is played.
    visit(settings, atOnce) {
      const { from, to, complaint } = readAddress(settings, head.controls);
      if (figure.hasAttribute("data-waiting")) skip();
      const series = Math.max(...to.map((end, i) => Math.abs(end - from[i])));
      if (series) go(from, 0);
      go(to, atOnce ? 0 : series ? Math.min(Math.max(80 * series, 600), 2500) : 250);
      if (complaint) words.textContent = complaint + words.textContent;
    },
  };
}

// The figure awake: it is woken once, and once more where that failed.
function wakened(figure) {
  if (!awake.has(figure)) {
    const waking = wake(figure);
    awake.set(figure, waking);
    waking.catch((error) => {
      awake.delete(figure);
      sayFailed(figure, error);
    });
  }
  return awake.get(figure);
}

function sayFailed(figure, error) {
  figure.classList.add("live-failed");
  const old = typeof DecompressionStream === "undefined";
  const why = old ? "This browser is too old to move the figure." : `The figure cannot move: ${error.message}. `;
  const words = figure.querySelector(".live-words span");
  words.textContent = why;
  if (old) return;
  const again = document.createElement("button");
  again.textContent = "Try again";
  again.onclick = () => {
    figure.classList.remove("live-failed");
    wakened(figure);
  };
  words.append(again);
}

// Follow an address to its figure: true where the page has one of that name.
async function follow(hash, atOnce) {
  const address = parseAddress(hash);
  const figure = address && document.querySelector(`.live-figure[data-name="${address.name}"]`);
  if (!figure) return false;
  const { visit } = await wakened(figure);
  const { top, bottom } = figure.querySelector(".live-stage").getBoundingClientRect();
  const behavior = atOnce || calm.matches ? "instant" : "smooth";
  if (top < 60 || bottom > innerHeight) figure.scrollIntoView({ block: bottom - top < innerHeight - 120 ? "center" : "start", behavior });
  visit(address.settings, atOnce);
  return true;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || !parseAddress(link.getAttribute("href"))) return;
  event.preventDefault();
  if (await follow(link.getAttribute("href"))) history.replaceState(null, "", link.getAttribute("href"));
});
addEventListener("hashchange", () => follow(location.hash, true));

const nearing = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      nearing.unobserve(target);
      wakened(target).catch(() => {}); // it says so itself
    }
  },
  { rootMargin: "100px" },
);

function findFigures() {
  document.querySelectorAll(".live-figure").forEach((figure) => nearing.observe(figure));
  follow(location.hash, true).catch(() => {});
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", findFigures);
else findFigures();
