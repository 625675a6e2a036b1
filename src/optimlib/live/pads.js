// Pads: the axes over which a reader drags, or presses arrow keys, to set controls. A target is
// {control, name, along, box, ends}: the axes' box, and where each of the control's positions lies.
// A mouse drags anywhere on a pad. A finger drags the handle, or across a pad that has but one slider
// along x; elsewhere it scrolls the page. Returns a function that puts the handles in their places.
function makePads(stage, [width, height], targets, get, set) {
  stage.querySelectorAll(".live-pad").forEach((pad) => pad.remove());
  const places = [];
  for (const box of new Set(targets.map((target) => String(target.box)))) {
    const inside = targets.filter((target) => String(target.box) === box);
    places.push(makePad(stage, inside[0].box, width, height, inside, get, set));
  }
  return () => places.forEach((place) => place());
}

function makePad(stage, [x, y, w, h], width, height, targets, get, set) {
  const pad = document.createElement("div");
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  const handle = document.createElement("div");
  const acrossAlone = targets.every(({ along }) => along === "x");
  pad.className = acrossAlone ? "live-pad live-along-x" : "live-pad";
  handle.className = "live-handle";
  pad.append(handle);
  stage.append(pad);
  pad.tabIndex = 0;
  pad.setAttribute("role", "application");
  const names = targets.map((target) => target.name).join(" and ");
  pad.setAttribute("aria-label", `${names}: drag over the figure, or use the arrow keys`);
  pad.style.left = percent(x, width);
  pad.style.top = percent(y, height);
  pad.style.width = percent(w, width);
  pad.style.height = percent(h, height);

  function follow(event) {
    const seen = pad.getBoundingClientRect();
    const at = {
      x: x + ((event.clientX - seen.left) / seen.width) * w,
      y: y + ((event.clientY - seen.top) / seen.height) * h,
    };
    set(targets.map(({ control, ends, along }) => [control, nearest(ends, at[along])]));
  }
  let grip; // the pointer that drags, and where it began; a finger may be about to scroll
  pad.addEventListener("pointerdown", (event) => {
    const unsure = event.pointerType === "touch" && event.target !== handle;
    if (unsure && !acrossAlone) return;
    pad.setPointerCapture(event.pointerId);
    grip = { pointer: event.pointerId, x: event.clientX, y: event.clientY, unsure };
    if (!unsure) follow(event);
  });
  pad.addEventListener("click", (event) => {
    if (event.pointerType === "touch" && event.target !== handle) follow(event); // a tap
  });
  pad.addEventListener("selectstart", (event) => event.preventDefault()); // Safari
  pad.addEventListener("pointermove", (event) => {
    if (grip?.pointer !== event.pointerId) return;
    grip.unsure &&= Math.abs(event.clientX - grip.x) <= Math.abs(event.clientY - grip.y);
    if (!grip.unsure) follow(event);
  });
  pad.addEventListener("lostpointercapture", () => (grip = undefined));
  pad.addEventListener("keydown", (event) => {
    const [along, way] = ARROWS[event.key] ?? [];
    const target = targets.find((candidate) => candidate.along === along);
    if (!target) return;
    event.preventDefault();
    event.stopPropagation(); // JupyterLab would take the key to move between cells
    const { control, ends } = target;
    const next = get(control) + (ends.at(-1) > ends[0] ? way : -way);
    set([[control, Math.min(Math.max(next, 0), ends.length - 1)]]);
  });

  return function place() {
    const at = { x: x + w / 2, y: y + h / 2 };
    for (const { control, ends, along } of targets) at[along] = ends[get(control)];
    handle.style.left = percent(Math.min(Math.max(at.x, x), x + w) - x, w);
    handle.style.top = acrossAlone ? "100%" : percent(Math.min(Math.max(at.y, y), y + h) - y, h);
  };
}

const ARROWS = { ArrowLeft: ["x", -1], ArrowRight: ["x", 1], ArrowUp: ["y", -1], ArrowDown: ["y", 1] };

function nearest(ends, value) {
  let best = 0;
  for (let i = 1; i < ends.length; i++) {
    if (Math.abs(ends[i] - value) < Math.abs(ends[best] - value)) best = i;
  }
  return best;
}
