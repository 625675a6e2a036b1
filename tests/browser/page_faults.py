"""What may be wrong with a whole page: it shifts or jumps, or is cut, or cannot be read."""

SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      window.shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""
# Bring the next figure that is asleep to the screen, until there is none.
WAKE = """() => {
  const next = document.querySelector(".live-figure:not(.live-awake)");
  next?.scrollIntoView({ block: "center" });
  return !next;
}"""
# What moves a control or changes a figure's height at some settings, and letters that are too small.
FAULTS = """([figures, least]) => figures.flatMap(([id, places]) => {
  const figure = document.getElementById(id), inputs = [...figure.querySelectorAll("[data-control]")];
  if (figure.hasAttribute("data-waiting")) figure.querySelector(".live-show").click();
  const looks = new Set(places.map((settings) => {
    for (const input of inputs) {
      const setting = settings[input.dataset.control];
      if (input.type === "checkbox") input.checked = Boolean(setting);
      else input.value = setting;
    }
    figure.dispatchEvent(new Event("input"));
    const { width, height, top: from } = figure.getBoundingClientRect();
    const boxes = inputs.map((input) => input.getBoundingClientRect());
    const at = boxes.flatMap(({ left, top }) => [left, top - from]);
    return [width, height, ...at].map(Math.round).join(", ");
  }));
  const sizeOf = (text) => {
    const { a, b } = text.getScreenCTM();
    return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
  };
  const small = [...figure.querySelectorAll(".live-stage svg text")].filter((text) => sizeOf(text) < least);
  return [
    ...(looks.size > 1 ? [`${id} jumps: ${[...looks].slice(0, 3).join(" / ")}`] : []),
    ...small.slice(0, 1).map((text) => `${id} has letters of ${sizeOf(text)}: ${text.textContent}`),
  ];
})"""
# What is neither on the screen nor to be had by scrolling.
CUT = """() => {
  const width = document.documentElement.clientWidth, edges = new Map([[document.body, width]]);
  function edge(node) {
    if (!edges.has(node)) {
      const { overflowX } = getComputedStyle(node), { right } = node.getBoundingClientRect();
      const cuts = ["hidden", "clip"].includes(overflowX) && !node.matches(".math");
      const own = ["auto", "scroll"].includes(overflowX) ? Infinity : cuts ? right : undefined;
      edges.set(node, own === Infinity ? own : Math.min(own ?? Infinity, edge(node.parentElement)));
    }
    return edges.get(node);
  }
  const beyond = (node) => (box) => box.width && (box.right > edge(node) + 1 || box.left < -1);
  const cut = (node, boxes) => [...boxes].some(beyond(node));
  const faults = document.scrollingElement.scrollWidth > width ? ["the page is wider"] : [];
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (words.nextNode()) {
    const text = words.currentNode, parent = text.parentElement;
    if (!text.data.trim() || parent.closest("mjx-assistive-mml, script, style, noscript, thead")) continue;
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(text);
    if (cut(parent, range.getClientRects())) faults.push(text.data.trim());
  }
  for (const formula of document.querySelectorAll(".math mjx-math")) {
    if (cut(formula.parentElement, formula.getClientRects())) faults.push(formula.textContent);
  }
  return faults;
}"""


def watch_shifts(page):
    """From now on what the page shifts is in its `shifts`."""
    page.evaluate(SHIFTS)


def shifts(page):
    """What was shifted, if a reader would notice."""
    found = page.evaluate("() => window.shifts")
    return found if sum(value for value, *_ in found) >= 0.01 else []


def cut(page, width):
    """What cannot be seen on a screen that is so wide."""
    page.set_viewport_size({"width": width, "height": 740})
    return [f"at {width}: {fault}" for fault in page.evaluate(CUT)]


def wake(page):
    """Read a page to its last figure: all of them are awake."""
    page.wait_for_function(WAKE)


def faults(page, figures, least=9.9):
    """What jumps in a page whose figures are awake, and letters of less than so many pixels."""
    return page.evaluate(FAULTS, [[[figure.salt, roomiest(figure)] for figure in figures], least])


def roomiest(figure):
    """Where a figure takes the most room: the longest sentences of all, and each control's longest text."""
    every = {figure.words(position): position for position in range(len(figure.shapes["wide"][0]))}
    by_length = sorted(every, key=len)
    found = [figure.settings(every[words]) for words in [*by_length[-12:], *by_length[:2]]]
    for control in figure.controls:
        texts = control["texts"]
        longest = sorted(range(len(texts)), key=lambda number, texts=texts: len(texts[number]))[-3:]
        found += [{**figure.start, control["name"]: number} for number in longest]
    return [*found, figure.start]
