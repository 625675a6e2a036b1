// The view in JupyterLab. It answers the controls in the browser where it has the frame.

const IDLE = 250; // milliseconds of rest before the kernel is asked for more
const BATCH = 40; // positions in one idle question
const PATIENCE = 5000; // milliseconds until a reader is told that no answer came

async function render({ model, el }) {
  el.innerHTML = model.get("html");
  el.dataset.token = model.get("token"); // hides the picture that stands in for this figure
  const overlay = el.querySelector(".live-overlay"), words = el.querySelector(".live-words");
  const uid = `${model.get("salt")}-${Math.random().toString(36).slice(2, 10)}`;
  const sizes = model.get("sizes"), tables = {}, frames = new Map();
  const total = sizes.reduce((product, size) => product * size, 1);
  const widgets = await Promise.all(
    model.get("controls").map((name) => model.widget_manager.get_model(name.slice("IPY_MODEL_".length))),
  );
  const layer = make("g", {});
  const draw = makePlayer(layer, tables, uid);
  let asking = false, onScreen = false, dirty = true, closed = false, asked, resting, waiting, ahead;

  const setting = (widget) => Number(widget.get("index") ?? widget.get("value"));
  const current = () => positionOf(widgets.map(setting), sizes);

  function show() {
    clearTimeout(resting);
    ahead = undefined;
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
      if (!layer.isConnected) overlay.replaceChildren(layer);
      draw(frame);
      words.textContent = tables.words[frame[0]];
    }
    figureElement.classList.toggle("live-failed", Boolean(frame.failure));
  }

  function ask(question) {
    if (asking || closed) return; // the answer will look at the controls again
    asking = true;
    asked = question.now?.[0];
    const known = Object.fromEntries(Object.entries(tables).map(([name, list]) => [name, list.length]));
    model.send({ ...question, known, view: uid });
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

  function receive({ view, positions, lengths, tables: more, failures }, buffers) {
    if (view !== uid) return; // an answer to another view of the same figure
    asking = false;
    for (const name in more) tables[name] = (tables[name] ?? []).concat(more[name]);
    const { buffer, byteOffset, byteLength } = buffers[0];
    const numbers = new Int16Array(buffer.slice(byteOffset, byteOffset + byteLength));
    let at = 0;
    positions.forEach((position, i) => {
      const frame = numbers.subarray(at, (at += lengths[i]));
      frame.failure = failures[position];
      frames.set(position, frame);
    });
    if (dirty && asked !== undefined && asked !== current()) paint(frames.get(asked)); // one on the way
    if (dirty) show();
    else resting = setTimeout(lookAhead, 1);
  }

  function drag(changes) {
    for (const [control, index] of changes) {
      widgets[control].set("index", index);
      widgets[control].save_changes();
    }
  }

  const figureElement = el.querySelector(".live-figure");
  makePads(el.querySelector(".live-stage"), model.get("size"), model.get("drag"), (control) => setting(widgets[control]), drag);
  for (const widget of widgets) widget.on("change:index change:value", show);
  model.on("msg:custom", receive);
  watching.observe(el);
  show();
  figureElement.classList.add("live-awake");
  return () => {
    closed = true;
    clearTimeout(resting);
    clearTimeout(waiting);
    watching.disconnect();
    for (const widget of widgets) widget.off("change:index change:value", show);
    model.off("msg:custom", receive);
  };
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
