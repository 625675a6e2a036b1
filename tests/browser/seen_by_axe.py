"""What axe says of a page, or of what is left of it where everything alike is met twice."""

import collections

from axe_playwright_python.sync_playwright import Axe

# Of what kind an element is: its tag, attributes and whether it has words, and those of all around it.
KIND = """
  const told = /^(class|role|type|lang|tabindex|scope|aria-(hidden|expanded|checked|pressed|current|live))$/;
  const kinds = new Map();
  const isTold = ({ name, value }) => told.test(name) || value.includes("color");
  const described = (one) => [one.name, isTold(one) ? one.value : one.value !== ""];
  const hasWords = (node) => [...node.childNodes].some(({ data }) => data?.trim());
  function lookOf(node) {
    const attributes = [...node.attributes].filter(({ name }) => name !== "id").map(described);
    return `${node.tagName} ${attributes.sort()} ${hasWords(node)}`;
  }
  function kindOf(node) {
    if (node.matches("body, math")) return node.tagName;
    const around = node.parentElement.closest("math, pre") ?? node.parentElement;
    if (!kinds.has(node)) kinds.set(node, `${kindOf(around)}/${lookOf(node)}`);
    return kinds.get(node);
  }
"""
# What is hidden from those who listen goes, and of each kind two elements stay: axe would take most of its
# time for more, and say the same.
SHORTEN = f"""() => {{{KIND}
  const WHOLE = ":is(p, li, tr, dl, details, figure, table, .highlight, mjx-container):not(th *)";
  const met = new Map(), times = (node) => met.get(kindOf(node)) ?? 0;
  function shorten(node) {{
    const inside = [...node.children], isMet = (one) => times(one) > 1;
    if (node.matches(WHOLE) && [node, ...node.querySelectorAll("*")].every(isMet)) return node.remove();
    const word = node.parentElement.closest("math, pre") && isMet(node);
    met.set(kindOf(node), times(node) + 1);
    inside.forEach(shorten);
    if (word) node.replaceWith(...node.childNodes);
  }}
  for (const hidden of document.querySelectorAll("mjx-math, .live-stage svg")) hidden.replaceChildren();
  shorten(document.body);
}}"""
LOOK = """async ([context, options]) => {
  if (context.ofNewKinds) context.include = globalThis.ofNewKinds;
  if (context.include.length === 0) return [];
  const { violations } = await axe.run(context, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => [id, html.slice(0, 150)]));
}"""
# What gives elements their colours beside their kind: the style sheets, and the width of the screen.
SHEETS = """() => [innerWidth, document.body.className, ...[...document.styleSheets].map(
  ({ href, ownerNode }) => href?.split("/").at(-1) ?? ownerNode.textContent)].join()"""
# From now on what is seen to have words of other kinds, two of each, is in `ofNewKinds`: these kinds.
NEW = f"""(known) => {{{KIND}
  const times = new Map(known.map((kind) => [kind, 2]));
  globalThis.ofNewKinds = [...document.body.querySelectorAll("*")].filter((node) => {{
    if (!hasWords(node) && !node.matches("input, select, textarea") || !node.checkVisibility()) return false;
    const before = times.get(kindOf(node)) ?? 0;
    times.set(kindOf(node), before + 1);
    return before < 2;
  }});
  return globalThis.ofNewKinds.map(kindOf);
}}"""
COLOURS = ("color-contrast", "link-in-text-block")
KNOWN = collections.defaultdict(set)  # by style sheets: the kinds whose colours axe has seen on some page


def shorten(page):
    """Leave of a page what axe would judge differently."""
    page.evaluate(SHORTEN)


def violations(page, include=("html",), **options):
    """What axe says of all but the strokes of formulas, which are hidden from it by aria-hidden."""
    page.evaluate(Axe().axe_script)
    context = {"include": [[selector] for selector in include], "exclude": [["mjx-math"]]}
    return page.evaluate(LOOK, [context, options])


def violations_light_and_dark(page):
    """What axe says of a page in the light; and of colours that no page before it had, also in the dark."""
    rules = {name: {"enabled": False} for name in COLOURS}
    found = violations(page, rules=rules)
    known = KNOWN[page.evaluate(SHEETS)]
    known.update(page.evaluate(NEW, list(known)))
    for theme in ("light", "dark"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        context = {"ofNewKinds": True, "exclude": [["mjx-math"]]}
        found += page.evaluate(LOOK, [context, {"runOnly": COLOURS}])
    return found
