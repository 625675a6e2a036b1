"""Sphinx extension: pages carry and load no more than they use.

The theme loads half a megabyte of icon script beside a font with the same icons, the index of the
search on every page, and settings for running code on somebody's server; in code it marks what looks
like any code. Scripts inside pages become files, so that a server may forbid all others
(Content-Security-Policy: script-src 'self').
"""

import hashlib
import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from written import pages, when_written

UNUSED = re.compile(
    r"""\s*(?:
      <script[^>]*/fontawesome\.js[^>]*></script>
    | <link[^>]*rel="preload"[^>]*>
    | <script\s+type="text/x-thebe-config">.*?</script>
    | <script>kernelName\s=[^<]*</script>
    | <script>const\ THEBE_JS_URL[^<]*</script>
    | <script[^>]*sphinx-thebe\.js[^>]*></script>
    | <link[^>]*sphinx-thebe\.css[^>]*>
    | <script>DOCUMENTATION_OPTIONS\.pagename[^<]*</script>
    | <link\ rel="next"[^>]*>  # Firefox would load it: a chapter is more than a megabyte
    | <div\ id="jb-print-docs-body".*?</div>\s*</div>\s*</div>  # contents, which the search would quote
    )""",
    re.VERBOSE | re.DOTALL,
)
SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js"></script>')
# Names, brackets and spaces in code have the colour of code: a quarter of a chapter's elements.
PLAIN = re.compile(r'<span class="[npw]">([^<]*)</span>')
INLINE = re.compile(r"<script(?: data-cfasync=\"false\")?>(?P<code>.+?)</script>", re.DOTALL)


def setup(app):
    when_written(app, trim_pages, priority=800)
    when_written(app, trim_icons, priority=801)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def trim_pages(app):
    out = Path(app.outdir)
    for page in pages(app):
        text = before = page.read_text("utf-8")
        static = re.search(r'(?:href|src)="([^"]*_static)/', text)
        if not static:
            continue  # a page that only leads to another
        text = PLAIN.sub(r"\1", UNUSED.sub("", text))
        text = text.replace('data-theme="auto"', 'data-theme="light"', 1)  # what holds without scripts
        if page.name != "search.html":
            text = SEARCH.sub("", text)
        text = INLINE.sub(lambda inline, static=static[1]: filed(out, static, inline["code"]), text)
        if text != before:
            page.write_text(text, "utf-8")


def filed(out, static, code):
    """A script of its own in place of one inside the page; the one that sets light or dark is ours."""
    if "dataset.mode" in code:
        return f'<script src="{static}/mode.js"></script>'
    name = f"inline-{hashlib.sha256(code.encode()).hexdigest()[:12]}.js"
    (out / "_static" / name).write_text(code, "utf-8")
    return f'<script src="{static}/{name}"></script>'


def trim_icons(app):
    """Cut the icon font down to the icons that a page or a style of the theme names."""
    static = Path(app.outdir) / "_static"
    styles = "".join(style.read_text("utf-8") for style in static.rglob("*.css"))
    texts = [page.read_text("utf-8") for page in pages(app)]
    named = {name for text in texts for name in re.findall(r"\bfa-([a-z-]+)", text)}
    shown = {code for names, code in icons(styles) if named & names}
    shown |= set(re.findall(r'content:"\\(f[0-9a-f]{3})";font-family:Font Awesome', styles))
    shown |= {f"{ord(icon):x}" for icon in re.findall(r'--pst-icon-[\w-]+:\s*"([\ue000-\uf8ff])"', styles)}
    fonts = static / "vendor/fontawesome/webfonts"
    font = TTFont(fonts / "fa-solid-900.ttf", recalcTimestamp=False)  # two builds are alike
    cut = subset.Subsetter(subset.Options(flavor="woff2"))
    cut.populate(unicodes=[int(code, 16) for code in shown])
    cut.subset(font)
    font.flavor = "woff2"
    font.save(fonts / "fa-solid-900.woff2")


def icons(styles):
    """The names of each icon and its character: `.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}`."""
    for selectors, code in re.findall(r'([^{}]+)\{content:"\\([0-9a-f]+)"\}', styles):
        names = set(re.findall(r"\.fa-([a-z-]+):before", selectors))
        if names:
            yield names, code
