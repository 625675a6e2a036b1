"""Sphinx extension: formulas are typeset when the book is built.

MathJax runs here and not in the reader's browser. A page carries the finished formulas, each with
MathML for those who listen, so that mathematics needs no script, no time and no second layout.
The style sheet keeps only the characters that the book uses.
"""

import functools
import importlib.util
import json
import re
import shutil
from pathlib import Path

import quickjs
from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number, wrap_displaymath
from written import pages, when_written

# sphinx-mathjax-offline carries MathJax, in a folder whose name cannot be imported.
MATHJAX = Path(importlib.util.find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
PARTS = ("startup", "core", "adaptors/liteDOM", "input/tex-full", "output/chtml", "output/chtml/fonts/tex")
SETTINGS = """
var global = globalThis, console = {log() {}, warn() {}, error() {}};
var MathJax = {
  loader: {paths: {mathjax: ""}},
  startup: {typeset: false, input: ["tex"], output: "chtml", adaptor: "liteAdaptor", handler: "HTMLHandler"},
  options: {enableMenu: false, enableAssistiveMml: true},
  chtml: {fontURL: "mathematics", adaptiveCSS: false},
};
"""
TYPESET = """
MathJax.startup.getComponents();
MathJax.startup.makeMethods();
var adaptor = MathJax.startup.adaptor;
var styles = () => JSON.stringify(adaptor.textContent(MathJax.chtmlStylesheet()));
(tex, display) => JSON.stringify(adaptor.outerHTML(MathJax.tex2chtml(tex, {display})));
"""
RULE = re.compile(r'[^{}]+\{(?:"[^"]*"|[^{}"])*\}')  # a quoted brace is a character
CONTENT = re.compile(r'content:\s*"((?:[^"\\]|\\.)*)"')
CHARACTER = re.compile(r"\bmjx-c([0-9A-F]+)\b")
log = logging.getLogger(__name__)


def setup(app):
    app.add_html_math_renderer("typeset", (visit_inline, None), (visit_display, None))
    app.add_css_file("mathematics.css")
    when_written(app, write_styles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


@functools.cache
def mathjax():
    """The engine, and in it a function from TeX to HTML, as JSON."""
    engine = quickjs.Context()
    engine.eval(SETTINGS)
    for part in (*PARTS, "a11y/assistive-mml"):
        engine.eval((MATHJAX / f"{part}.js").read_text("utf-8") + ";0")
    return engine, engine.eval(TYPESET)


@functools.cache
def typeset(tex, display):
    _, function = mathjax()
    return json.loads(function(tex, display))


def checked(node, tex, display):
    html = typeset(tex, display)
    if "data-mjx-error" in html:
        said = re.search(r'data-mjx-error="([^"]*)"', html)[1]
        log.warning("MathJax cannot read %s: %s", tex, said, location=node)
    return html


def visit_inline(self, node):
    html = checked(node, node.astext(), display=False)
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight") + html + "</span>")
    raise nodes.SkipNode


def visit_display(self, node):
    tex = node.astext()
    html = checked(node, tex if node["nowrap"] else wrap_displaymath(tex, None, False), display=True)
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})</span>')
    self.body.append(html + "</div>\n")
    raise nodes.SkipNode


def write_styles(app):
    """MathJax's style sheet without the characters that no page uses, and its fonts."""
    static = Path(app.outdir) / "_static"
    used = {character for page in pages(app) for character in CHARACTER.findall(page.read_text("utf-8"))}
    engine, _ = mathjax()
    kept = [rule for rule in RULE.findall(json.loads(engine.eval("styles()"))) if needed(rule, used)]
    (static / "mathematics.css").write_text("".join(kept), "utf-8")
    cut_fonts(static / "mathematics", "".join(kept))


def cut_fonts(folder, styles):
    """MathJax's fonts with the characters that its cut style sheet shows, and no others."""
    shown = {ord(letter) for text in CONTENT.findall(styles) for letter in unescaped(text)}
    folder.mkdir(exist_ok=True)
    for path in (MATHJAX / "output/chtml/fonts/woff-v2").glob("*.woff"):
        font = TTFont(path, recalcTimestamp=False)
        if shown.isdisjoint(font.getBestCmap()):  # no font at all would be left
            shutil.copy(path, folder)
            continue
        cut = subset.Subsetter(subset.Options(notdef_outline=True))
        cut.populate(unicodes=shown)
        cut.subset(font)
        font.flavor = "woff"
        font.save(folder / path.name)


def unescaped(text):
    """What CSS means by a string: `\\22A4` is a character's number."""
    return re.sub(r"\\([0-9A-Fa-f]+) ?|\\(.)", lambda m: chr(int(m[1], 16)) if m[1] else m[2], text)


def needed(rule, used):
    characters = CHARACTER.findall(rule.partition("{")[0])
    return not characters or not used.isdisjoint(characters)
