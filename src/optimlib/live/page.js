// Wakes the live figures of a published page. A classic script, so that it runs from file:// too.

const atlases = {}; // name -> {promise, arrive}: filled in by the scripts that carry atlases
globalThis.liveAtlas = (name, base64) => pendingAtlas(name).arrive(base64);

function pendingAtlas(name) {
  if (!atlases[name]) {
    let arrive;
    const promise = new Promise((resolve) => (arrive = resolve));
    atlases[name] = { promise, arrive };
  }
  return atlases[name];
}

// The atlas stands in the figure itself, or in a script of its own that is loaded now.
function fetchAtlas(figure) {
  const carrier = figure.querySelector(".live-atlas");
  if (!carrier.dataset.src) return Promise.resolve(carrier.textContent.trim());
  const { src, name } = carrier.dataset;
  const pending = pendingAtlas(name);
  const script = document.createElement("script");
  script.src = src;
  document.head.append(script);
  return pending.promise;
}

async function wake(figure) {
  const { head, frame } = await openAtlas(await fetchAtlas(figure));
  const overlay = figure.querySelector(".live-overlay");
  const words = figure.querySelector(".live-words");
  const layer = make("g", {});
  const inputs = [...figure.querySelectorAll("[data-control]")];
  const sizes = head.controls.map((control) => control.texts.length);
  const draw = makePlayer(layer, head.tables, figure.id);

  const setting = (input) => (input.type === "checkbox" ? Number(input.checked) : Number(input.value));

  function show() {
    const numbers = frame(positionOf(inputs.map(setting), sizes));
    draw(numbers);
    const sentence = head.tables.words[numbers[0]];
    if (words.textContent !== sentence) words.textContent = sentence;
    inputs.forEach((input, i) => {
      if (input.type !== "range") return;
      const text = head.controls[i].texts[setting(input)];
      input.nextElementSibling.textContent = text;
      input.setAttribute("aria-valuetext", text);
    });
  }

  figure.addEventListener("input", show);
  show();
  overlay.replaceChildren(layer);
  const set = (changes) => {
    for (const [control, value] of changes) inputs[control].value = value;
    show();
  };
  makePads(figure.querySelector(".live-stage"), head.size, head.drag, (control) => setting(inputs[control]), set);
  for (const button of figure.querySelectorAll(".live-play")) makePlay(button, show);
  for (const field of figure.querySelectorAll("[disabled]")) field.disabled = false;
  figure.classList.add("live-awake");
}

// A button that runs its slider to the end. Who prefers reduced motion gets a step at a press.
function makePlay(button, show) {
  const slider = button.parentElement.querySelector("input");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const atEnd = () => slider.value === slider.max;
  let running;

  function step() {
    slider.value = atEnd() ? slider.min : Number(slider.value) + 1;
    show();
    if (atEnd()) pause();
  }
  function pause() {
    clearInterval(running);
    running = undefined;
    button.setAttribute("aria-pressed", "false");
  }
  button.addEventListener("click", () => {
    if (running) return pause();
    step();
    if (still.matches || atEnd()) return;
    running = setInterval(step, 1000 / Number(button.dataset.rate));
    button.setAttribute("aria-pressed", "true");
  });
  slider.addEventListener("input", pause);
}

const nearing = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      nearing.unobserve(target);
      wake(target);
    }
  },
  { rootMargin: "600px" },
);

const findFigures = () => document.querySelectorAll(".live-figure").forEach((figure) => nearing.observe(figure));
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", findFigures);
else findFigures();
