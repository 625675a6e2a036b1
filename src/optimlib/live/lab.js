// The view in JupyterLab. It answers the controls in the browser where it has the frame.

const IDLE = 250; // milliseconds of rest before the kernel is asked for more
const BATCH = 40; // positions in one idle question
const PATIENCE = 5000; // milliseconds until a reader is told that no answer came

const NARROW = 560; // pixels of an output below which the narrow shape is shown
const views = (globalThis.liveViews ??= new Set()); // what stands in this window, for links in the text

async function render({ model, el }) {
  const salt = model.get("salt"), sizes = model.get("sizes");
  const uid = `${salt}-${Math.random().toString(36).slice(2, 10)}`;
  el.innerHTML = model.get("html").replaceAll(salt, uid); // a figure may be shown twice
  el.dataset.token = model.get("token"); // hides the picture that stands in for this figure
  const figureElement = el.querySelector(".live-figure"), stage = el.querySelector(".live-stage");
  const picture = stage.firstElementChild, words = el.querySelector(".live-words span");
  figureElement.classList.add("live-lab");
  const total = sizes.reduce((product, size) => product * size, 1);
  const widgets = await Promise.all(
    model.get("controls").map((name) => model.widget_manager.get_model(name.slice("IPY_MODEL_".length))),
  );
  // The shapes that are known: how each stands, and its frames and tables as far as they have come.
  const shapes = {};
  let name, head, frames, tables, layer, draw, placeHandles, question, lacking;
  let asking = false, onScreen = false, dirty = true, closed = false, asked, resting, waiting, ahead, playing;

  const setting = (widget) => Number(widget.get("index") ?? widget.get("value"));
  const settings = () => widgets.map(setting);
  const current = () => positionOf(settings(), sizes);

  function learn(shape, itsHead) {
    shapes[shape] = { head: itsHead, frames: new Map(), tables: {} };
    stage.style.setProperty(`--${shape}`, itsHead.size.join("/"));
  }

  // Show the shape that fits; the kernel lays out the narrow one when it is first wanted.
  function fit() {
    if (!el.clientWidth) return; // not laid out yet, or put away
    const fitting = el.clientWidth < NARROW ? "narrow" : "wide";
    if (fitting === name) return;
    if (shapes[fitting]) take(fitting);
    else if (!lacking) model.send({ head: (lacking = true), shape: fitting, view: uid });
  }

  function take(shape) {
    name = shape;
    ({ head, frames, tables } = shapes[name]);
    const still = head.still.replaceAll(salt, uid);
    picture.querySelector(".live-still").outerHTML = still;
    picture.querySelector(".live-overlay").setAttribute("viewBox", `0 0 ${head.size.join(" ")}`);
    figureElement.classList.toggle("live-narrow", name === "narrow");
    layer = make("g", {});
    draw = makePlayer(layer, tables, `${uid}-${name}`);
    placeHandles = makePads(stage, head.size, head.drag, (control) => setting(widgets[control]), drag);
    question?.place();
    show();
  }

  function show() {
    clearTimeout(resting);
    ahead = undefined;
    placeHandles();
    figureElement.classList.toggle("live-moved", settings().some((at, i) => at !== head.controls[i].start));
    const frame = frames.get(current());
    if (frame) {
      dirty = false;
      paint(frame);
      resting = setTimeout(lookAhead, IDLE);
    } else {
      dirty = true;
      clearTimeout(waiting);
      waiting = setTimeout(sayNoAnswer, PATIENCE);
      ask({ now: [current()] });
    }
  }

  function paint(frame) {
    if (frame.failure) {
      words.textContent = frame.failure;
    } else {
      if (!layer.isConnected) picture.querySelector(".live-overlay").replaceChildren(layer);
      draw(frame);
      words.textContent = tables.words[frame[0]];
      const box = words.parentElement; // room once taken is kept, so that what stands below stays
      if (words.textContent.length > box.dataset.longest.length) box.dataset.longest = words.textContent;
    }
    figureElement.classList.toggle("live-failed", Boolean(frame.failure));
  }

  function ask(question) {
    if (asking || closed) return; // the answer will look at the controls again
    asking = true;
    asked = question.now?.[0];
    const known = Object.fromEntries(Object.entries(tables).map(([table, list]) => [table, list.length]));
    model.send({ ...question, known, shape: name, view: uid });
  }

  function sayNoAnswer() {
    if (dirty) words.textContent = "The kernel has not answered. If it was restarted, run this cell again.";
  }

  // Only what the reader sees is filled in, so that a page of figures leaves the kernel idle.
  function lookAhead() {
    if (!onScreen || frames.size === total) return;
    ahead ??= farthestFirst(current(), sizes);
    while (frames.has(ahead.at(-1))) ahead.pop();
    ask({ soon: ahead.slice(-BATCH).reverse() });
  }

  const watching = new IntersectionObserver(([entry]) => {
    onScreen = entry.isIntersecting;
    if (!dirty) resting = setTimeout(lookAhead, IDLE);
  });
  const measuring = new ResizeObserver(fit);

  function receive(answer, buffers) {
    if (answer.view !== uid) return; // an answer to another view of the same figure
    if (answer.head) {
      learn(answer.shape, answer.head);
      fit();
    } else {
      receiveFrames(answer, buffers);
    }
  }

  function receiveFrames({ shape, positions, lengths, tables: more, failures }, buffers) {
    asking = false;
    const of = shapes[shape];
    for (const table in more) of.tables[table] = (of.tables[table] ?? []).concat(more[table]);
    const { buffer, byteOffset, byteLength } = buffers[0];
    const numbers = new Int16Array(buffer.slice(byteOffset, byteOffset + byteLength));
    let at = 0;
    positions.forEach((position, i) => {
      const frame = numbers.subarray(at, (at += lengths[i]));
      frame.failure = failures[position];
      of.frames.set(position, frame);
    });
    // one on the way
    if (shape === name && dirty && asked !== undefined && asked !== current()) paint(frames.get(asked));
    if (dirty) show();
    else resting = setTimeout(lookAhead, 1);
  }

  function drag(changes) {
    for (const [control, at] of changes) {
      const widget = widgets[control];
      if (widget.get("index") === undefined) widget.set("value", Boolean(at));
      else widget.set("index", at);
      widget.save_changes();
    }
  }
  const go = (to) => drag(to.map((at, control) => [control, at]));

  // Set the figure as an address says; a series is played, step by step.
  function visit(wanted) {
    const { from, to, complaint } = readAddress(wanted, head.controls);
    if (figureElement.hasAttribute("data-waiting")) question.skip();
    clearInterval(playing);
    const steps = Math.max(...to.map((end, i) => Math.abs(end - from[i])), 0);
    let step = calm.matches ? steps : 0;
    const advance = () => {
      go(to.map((end, i) => Math.round(from[i] + ((end - from[i]) * step) / (steps || 1))));
      if (step++ >= steps) clearInterval(playing);
    };
    advance();
    if (step <= steps) playing = setInterval(advance, 80);
    if (complaint) words.textContent = complaint;
    stage.scrollIntoView({ block: "nearest" });
  }

  function answered() {
    figureElement.removeAttribute("data-waiting");
    for (const widget of widgets) {
      widget.set("disabled", false);
      widget.save_changes();
    }
    const then = Object.entries(JSON.parse(el.querySelector(".live-question").dataset.then));
    if (then.length) go(readAddress(Object.fromEntries(then.map(([key, value]) => [key, [value]])), head.controls).to);
  }

  el.querySelector(".live-reset").onclick = () => go(head.controls.map(({ start }) => start));
  const copy = el.querySelector(".live-copy");
  copy.onclick = async () => {
    await navigator.clipboard.writeText(writeAddress(head.name, settings(), head.controls));
    copy.textContent = "Copied";
    setTimeout(() => (copy.textContent = "Copy link"), 1500);
  };
  for (const widget of widgets) widget.on("change:index change:value", show);
  model.on("msg:custom", receive);
  learn("wide", model.get("head"));
  take("wide");
  question = makeQuestion(figureElement, () => head, undefined, answered);
  watching.observe(el);
  measuring.observe(el);
  const view = { name: head.name, el, visit };
  views.add(view);
  figureElement.classList.add("live-awake");
  return () => {
    closed = true;
    views.delete(view);
    clearTimeout(resting);
    clearTimeout(waiting);
    clearInterval(playing);
    watching.disconnect();
    measuring.disconnect();
    for (const widget of widgets) widget.off("change:index change:value", show);
    model.off("msg:custom", receive);
  };
}

// A link in the text sets a figure of its own notebook.
if (!globalThis.liveLinks) {
  globalThis.liveLinks = true;
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("a[href]");
      const address = link && parseAddress(new URL(link.href, location.href).hash);
      if (!address) return;
      const notebook = link.closest(".jp-NotebookPanel, .jp-Notebook") ?? document;
      const view = [...globalThis.liveViews].find(({ name, el }) => name === address.name && notebook.contains(el));
      if (!view) return;
      event.preventDefault();
      event.stopPropagation();
      view.visit(address.settings);
    },
    true,
  );
}

// All positions by how far their settings are from those of `position`. Readers move one control
// at a time, so what differs in one alone is near.
function farthestFirst(position, sizes) {
  const settingsOf = (number) => {
    const settings = [];
    for (let i = sizes.length - 1; i >= 0; number = Math.floor(number / sizes[i--])) settings[i] = number % sizes[i];
    return settings;
  };
  const here = settingsOf(position);
  const distance = (number) => {
    const steps = settingsOf(number).map((setting, i) => Math.abs(setting - here[i]));
    return 1000 * steps.filter(Boolean).length + steps.reduce((sum, step) => sum + step, 0);
  };
  const total = sizes.reduce((product, size) => product * size, 1);
  const distances = Array.from({ length: total }, (_, number) => distance(number));
  return [...distances.keys()].sort((a, b) => distances[b] - distances[a]);
}

export default { render };
