"""Sphinx extension: under each chapter's title, run it in the browser, or take the notebook home.

`make book` first writes the edition that runs Python in the reader's browser to _build/browser. Where
it is, the book takes it in as the folder `lite`, and each chapter leads to its own notebook there.
"""

import shutil
from pathlib import Path

from written import when_written

RUN = (
    '<span class="run-here"><a href="{address}">Run this chapter in your browser</a> '
    "(loads about 55 MB once) · </span>"
)
LINKS = (
    '<p class="chapter-links">{run}<a href="{notebook}" download>Download the notebook</a>'
    '<span class="class-link"> · <a href="?class">Class view</a></span></p>'
)


def setup(app):
    # Not there while the pages are written: whatever looks at all of them need not know it.
    app.connect("builder-inited", leave_out)
    app.connect("html-page-context", add_links)
    when_written(app, take_in, priority=900)
    app.add_js_file("chapter-links.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def browser_edition(app):
    return Path(app.srcdir) / "_build" / "browser"


def add_links(app, pagename, templatename, context, doctree):
    if not pagename.startswith("chapters/"):
        return
    pathto, notebook = context["pathto"], f"{Path(pagename).name}.ipynb"
    run = ""
    if (browser_edition(app) / "notebooks").exists():
        run = RUN.format(address=f"{pathto('lite/notebooks/index.html', 1)}?path={notebook}")
    links = LINKS.format(run=run, notebook=pathto(f"_sources/{pagename}.ipynb", 1))
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{links}", 1)


def leave_out(app):
    shutil.rmtree(Path(app.outdir) / "lite", ignore_errors=True)


def take_in(app):
    if browser_edition(app).exists():
        shutil.copytree(browser_edition(app), Path(app.outdir) / "lite")
