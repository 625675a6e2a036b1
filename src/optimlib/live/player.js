// The player: draws frames of an atlas into an <svg>. Plain functions without imports; the page
// and the JupyterLab view both put this text in front of their own. recorder.py says what the
// numbers of a frame mean, atlas.py how an atlas is packed.

const SVG = "http://www.w3.org/2000/svg";
const [PATH, MARKS, TEXT, IMAGE] = [0, 1, 2, 3];
const LETTERS = ["M", "L", "Q", "C", "Z"];
const CORNERS = [1, 1, 2, 3, 0];

function makePlayer(svg, tables, salt) {
  const defs = document.createElementNS(SVG, "defs");
  svg.replaceChildren(defs);
  const drawn = []; // [{look, node}], in the order of the frame
  const defined = new Set();

  function define(id, tag, attributes, path) {
    if (!defined.has(id)) {
      const outer = make(tag, { id, ...attributes });
      outer.append(make("path", path));
      defs.append(outer);
      defined.add(id);
    }
    return `url(#${id})`;
  }

  function clipped({ clip, ...style }) {
    if (clip === undefined) return style;
    const url = define(`${salt}-clip${clip}`, "clipPath", {}, { d: tables.clips[clip] });
    return { ...style, "clip-path": url };
  }

  function element(kind, styleNumber, extra) {
    const style = clipped(tables.styles[styleNumber]);
    if (kind === PATH) return make("path", style);
    if (kind === IMAGE) return make("image", { ...style, preserveAspectRatio: "none" });
    if (kind === TEXT) {
      const { rotate, ...rest } = style;
      return make("text", rest);
    }
    const { "clip-path": clip, ...own } = style;
    const id = `${salt}-mark${styleNumber}-${extra}`;
    const look = { markerUnits: "userSpaceOnUse", overflow: "visible" };
    const url = define(id, "marker", look, { d: tables.shapes[extra], ...own });
    const mark = { fill: "none", "marker-start": url, "marker-mid": url };
    return make("path", clip ? { ...mark, "clip-path": clip } : mark);
  }

  // The node for the next drawing: the one that stands there, or a new one where looks differ.
  function nodeFor(index, kind, style, extra) {
    const look = `${kind} ${style} ${extra}`;
    const now = drawn[index];
    if (now && now.look === look) return now.node;
    const node = element(kind, style, extra);
    if (now) now.node.replaceWith(node);
    else svg.append(node);
    drawn[index] = { look, node };
    return node;
  }

  return function draw(frame) {
    let at = 1, index = 0;
    while (at < frame.length) {
      const kind = frame[at], style = frame[at + 1];
      const node = nodeFor(index++, kind, style, kind === MARKS ? frame[at + 2] : "");
      if (kind === PATH) {
        const start = at + 3 + 2 * frame[at + 2];
        node.setAttribute("d", pathData(frame, at + 2, start));
        at = start + 1 + 2 * frame[start];
      } else if (kind === MARKS) {
        const start = at + 3, count = frame[start];
        const last = ` ${frame[start + count]} ${frame[start + 2 * count]}`;
        node.setAttribute("d", "M" + pairs(frame, start, 0, count) + last);
        at = start + 1 + 2 * count;
      } else if (kind === TEXT) {
        const [x, y] = [frame[at + 3], frame[at + 4]];
        const text = tables.strings[frame[at + 2]];
        if (node.textContent !== text) node.textContent = text;
        place(node, { x, y });
        const turn = Number(tables.styles[style].rotate);
        if (turn) node.setAttribute("transform", `rotate(${turn} ${x} ${y})`);
        at += 5;
      } else {
        const [x, y, width, height] = frame.subarray(at + 3, at + 7);
        place(node, { href: tables.images[frame[at + 2]], x, y, width, height });
        at += 7;
      }
    }
    for (const extra of drawn.splice(index)) extra.node.remove();
  };
}

function make(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  place(node, attributes);
  return node;
}

function place(node, attributes) {
  for (const name in attributes) node.setAttribute(name, attributes[name]);
}

function pathData(frame, at, start) {
  let data = "", first = 0;
  for (let run = 0; run < frame[at]; run++) {
    const command = frame[at + 1 + 2 * run], times = frame[at + 2 + 2 * run];
    const count = times * CORNERS[command];
    data += count ? LETTERS[command] + pairs(frame, start, first, count) : "Z".repeat(times);
    first += count;
  }
  return data;
}

function pairs(frame, start, first, count) {
  const xs = start + 1 + first, ys = xs + frame[start];
  let text = "";
  for (let i = 0; i < count; i++) text += (i ? " " : "") + frame[xs + i] + " " + frame[ys + i];
  return text;
}

// The atlas: {head, frame(position)}. Undoes `pack` in atlas.py.
async function openAtlas(base64) {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const view = new DataView(raw.buffer);
  let at = 4 + view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(raw.subarray(4, at)));
  const shorts = (count) => Array.from({ length: count }, () => view.getUint16((at += 2) - 2, true));
  const order = shorts(head.positions), lengths = shorts(head.frames);
  const starts = [0];
  for (const length of lengths) starts.push(starts.at(-1) + length);
  const total = starts.at(-1), high = at + total;
  const numbers = new Int16Array(total);
  for (let f = 0, before = 0; f < lengths.length; before = starts[f++]) {
    const start = starts[f], length = lengths[f];
    const shared = f ? Math.min(length, lengths[f - 1]) : 0;
    for (let i = 0, slope = 0; i < length; i++) {
      const zigzag = raw[at + start + i] | (raw[high + start + i] << 8);
      let change = (zigzag >> 1) ^ -(zigzag & 1);
      if (head.slope) slope = change += slope;
      numbers[start + i] = change + (i < shared ? numbers[before + i] : 0);
    }
  }
  const frame = (position) => numbers.subarray(starts[order[position]], starts[order[position] + 1]);
  const same = (one, other) => order[one] === order[other]; // equal frames are stored once
  return { head, frame, same };
}

// The number of a position from the settings of the controls: C order.
function positionOf(settings, sizes) {
  return settings.reduce((position, setting, i) => position * sizes[i] + setting, 0);
}

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// Goes from some settings to others through what lies between, in about a quarter of a second; what is
// no slider changes at once. draw(settings, arrived) shows each stop. Returns a function that stops it.
function travel(from, to, sliders, draw, duration = 250) {
  const far = Math.max(...to.map((end, i) => (sliders[i] ? Math.abs(end - from[i]) : 0)), 0);
  if (far <= 1 || !duration || calm.matches || document.hidden) {
    draw(to, true);
    return () => {};
  }
  let start, request;
  const step = (now) => {
    start ??= now;
    const share = Math.min((now - start) / duration, 1);
    draw(to.map((end, i) => (sliders[i] ? Math.round(from[i] + (end - from[i]) * share) : end)), share === 1);
    if (share < 1) request = requestAnimationFrame(step);
  };
  request = requestAnimationFrame(step);
  return () => cancelAnimationFrame(request);
}
