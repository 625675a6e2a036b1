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

// The atlas of a shape stands in the figure itself, or in a script of its own that is loaded now. Another
// try asks for another address: what arrived damaged may be kept under the first.
function fetchAtlas(figure, shape, tries) {
  const carrier = figure.querySelector(`.live-atlas[data-shape="${shape}"]`);
  if (!carrier.dataset.src) return Promise.resolve(carrier.textContent.trim());
  const { src, name } = carrier.dataset;
  const pending = pendingAtlas(name);
  const script = document.createElement("script");
  script.src = tries ? `${src}?${tries}` : src;
  script.onload = script.onerror = () => {
    delete atlases[name];
    pending.fail(new Error(`${name} did not arrive`)); // says nothing where it did
  };
  document.head.append(script);
  return pending.promise;
}

const awake = new Map(); // figure -> what can be asked of it

function wake(figure) {
  const stage = figure.querySelector(".live-stage"), picture = stage.firstElementChild;
  const words = figure.querySelector(".live-words span");
  const inputs = [...figure.querySelectorAll("[data-control]")];
  const wideStill = picture.querySelector(".live-still").outerHTML;
  let head, frame, same, sizes, sliders, draw, placeHandles, shown, target, dragging, question;
  let stop = () => {};
  const meanwhile = []; // what was asked of the figure before it could move
  const soon = (act) => (head ? act() : meanwhile.push(act));

  const read = () => inputs.map((input) => (input.type === "checkbox" ? Number(input.checked) : Number(input.value)));
  const write = (settings) =>
    inputs.forEach((input, i) => {
      if (input.type === "checkbox") input.checked = Boolean(settings[i]);
      else input.value = settings[i];
    });

  const shapeOfScreen = () => (narrowScreen.matches ? "narrow" : "wide");

  // Bring the figure into the shape of this screen, as it stands.
  async function take(tries) {
    const shape = shapeOfScreen();
    const atlas = await openAtlas(await fetchAtlas(figure, shape, tries));
    if (shape !== shapeOfScreen()) return take(tries); // the screen was turned meanwhile
    ({ head, frame, same } = atlas);
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
    question?.place();
    show((target = read()), true);
    overlay.replaceChildren(layer);
    if (!figure.classList.contains("live-awake")) begin();
    endTrouble(figure);
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

  // Once it can move.
  function begin() {
    figure.addEventListener("pointerdown", () => (dragging = false));
    figure.addEventListener("pointermove", (event) => (dragging ||= event.buttons > 0));
    figure.addEventListener("input", (event) => {
      if (!event.target.matches?.("[data-control]") && event.target !== figure) return;
      go(read(), dragging ? 0 : 250);
    });
    for (const input of inputs) input.removeAttribute("autocomplete"); // Safari would reset it on the way back
    for (const button of figure.querySelectorAll(".live-play")) makePlay(button, inputs, () => [...target], go);
    makeTools(figure, head, () => target, go);
    if (!question) ask();
    if (!box) enable();
    for (const act of meanwhile) act();
    figure.classList.add("live-awake");
  }

  function enable() {
    figure.removeAttribute("data-waiting");
    for (const field of figure.querySelectorAll("[disabled][data-control], .live-play")) field.disabled = false;
  }

  const key = `${answers.page}#${figure.dataset.name}`, box = figure.querySelector(".live-question");
  function ask() {
    question = makeQuestion(figure, () => head, answers.get(key), (answer, again) => {
      if (!again) answers.set(key, answer === undefined ? {} : { answer });
      soon(() => {
        enable();
        const then = again ? [] : Object.entries(JSON.parse(box.dataset.then)).map(([name, value]) => [name, [value]]);
        if (then.length) go(readAddress(Object.fromEntries(then), head.controls).to, 600);
      });
    });
  }
  if (box?.dataset.kind !== "point") ask(); // a point waits for the picture; an answer need not

  const visit = (settings, atOnce) => {
    const { from, to, complaint } = readAddress(settings, head.controls);
    if (figure.hasAttribute("data-waiting")) question.skip();
    const series = Math.max(...to.map((end, i) => Math.abs(end - from[i])));
    if (series) go(from, 0);
    go(to, atOnce ? 0 : series ? Math.min(Math.max(80 * series, 600), 2500) : 250);
    if (complaint) words.textContent = complaint + words.textContent;
  };

  if (typeof DecompressionStream === "undefined") {
    figure.classList.add("live-old");
    sayTrouble(figure, "This browser is too old to move the figure.");
  } else {
    insist(figure, take);
    narrowScreen.addEventListener("change", () => insist(figure, take));
  }
  // Set the figure as an address says, passing through what lies between; a series is played.
  return { visit: (settings, atOnce) => soon(() => visit(settings, atOnce)) };
}

function wakened(figure) {
  if (!awake.has(figure)) awake.set(figure, wake(figure));
  return awake.get(figure);
}

// Follow an address to its figure: true where the page has one of that name.
function follow(hash, atOnce) {
  const address = parseAddress(hash);
  const figure = address && document.querySelector(`.live-figure[data-name="${address.name}"]`);
  if (!figure) return false;
  const { visit } = wakened(figure);
  const { top, bottom } = figure.querySelector(".live-stage").getBoundingClientRect();
  const behavior = atOnce || calm.matches ? "instant" : "smooth";
  if (top < 60 || bottom > innerHeight) figure.scrollIntoView({ block: bottom - top < innerHeight - 120 ? "center" : "start", behavior });
  visit(address.settings, atOnce);
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || !parseAddress(link.getAttribute("href"))) return;
  event.preventDefault();
  if (follow(link.getAttribute("href"))) history.replaceState(null, "", link.getAttribute("href"));
});
addEventListener("hashchange", () => follow(location.hash, true));

// What is pressed first of all is heard, too.
document.addEventListener(
  "click",
  (event) => {
    const figure = event.target.closest?.(".live-figure");
    if (figure) wakened(figure);
  },
  { capture: true },
);

// Figures wake when they come near the screen; in a browser that cannot tell, at once.
function findFigures() {
  const figures = document.querySelectorAll(".live-figure");
  if (globalThis.IntersectionObserver) {
    const nearing = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          nearing.unobserve(target);
          wakened(target);
        }
      },
      { rootMargin: "100px" },
    );
    figures.forEach((figure) => nearing.observe(figure));
  } else figures.forEach(wakened);
  follow(location.hash, true);
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", findFigures);
else findFigures();
