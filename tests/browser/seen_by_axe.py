"""What axe says of a page, or of what is left of it where everything alike is met twice."""

from axe_playwright_python.sync_playwright import Axe

# What is hidden from those who listen goes, and of each kind of element (its tag, attributes and whether it
# has words, and those of all around it) two stay: axe would take most of its time for more, and say the same.
SHORTEN = """() => {
  const told = /^(class|role|type|lang|tabindex|scope|aria-(hidden|expanded|checked|pressed|current|live))$/;
  const WHOLE = ":is(p, li, tr, dl, details, figure, table, .highlight, mjx-container):not(th *)";
  const kinds = new Map(), met = new Map(), times = (node) => met.get(kindOf(node)) ?? 0;
  const isTold = ({ name, value }) => told.test(name) || value.includes("color");
  const described = (one) => [one.name, isTold(one) ? one.value : one.value !== ""];
  function lookOf(node) {
    const attributes = [...node.attributes].filter(({ name }) => name !== "id").map(described);
    return `${node.tagName} ${attributes.sort()} ${[...node.childNodes].some(({ data }) => data?.trim())}`;
  }
  function kindOf(node) {
    if (node.matches("body, math")) return node.tagName;
    const around = node.parentElement.closest("math, pre") ?? node.parentElement;
    if (!kinds.has(node)) kinds.set(node, `${kindOf(around)}/${lookOf(node)}`);
    return kinds.get(node);
  }
  function shorten(node) {
    const inside = [...node.children], isMet = (one) => times(one) > 1;
    if (node.matches(WHOLE) && [node, ...node.querySelectorAll("*")].every(isMet)) return node.remove();
    const word = node.parentElement.closest("math, pre") && isMet(node);
    met.set(kindOf(node), times(node) + 1);
    inside.forEach(shorten);
    if (word) node.replaceWith(...node.childNodes);
  }
  for (const hidden of document.querySelectorAll("mjx-math, .live-stage svg")) hidden.replaceChildren();
  shorten(document.body);
}"""
LOOK = """async ([context, options]) => {
  const { violations } = await axe.run(context, { resultTypes: ["violations"], ...options });
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => [id, html.slice(0, 150)]));
}"""


def shorten(page):
    """Leave of a page what axe would judge differently."""
    page.evaluate(SHORTEN)


def violations(page, include=("html",), **options):
    """What axe says of all but the strokes of formulas, which are hidden from it by aria-hidden."""
    page.evaluate(Axe().axe_script)
    context = {"include": [[selector] for selector in include], "exclude": [["mjx-math"]]}
    return page.evaluate(LOOK, [context, options])
