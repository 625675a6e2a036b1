"""Sphinx extension: each page's foot says version, date and licence, and where to report an error.

Version and date are those of the first heading of CHANGELOG.md. BOOK_ISSUES, an address such as
https://github.com/you/book/issues/new, makes "report it" a link that names page and version.
"""

import os
import re
from datetime import date
from html import escape, unescape
from pathlib import Path
from urllib.parse import urlencode

FOOT = (
    '<p class="book-foot">Version {version}, {day}. Text and figures: '
    '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>; '
    'code: <a href="https://opensource.org/license/mit">MIT</a>. {report}</p>'
)
LINK = 'An error on this page? <a href="{address}">Report it</a>.'
WORDS = "An error on this page? Tell us, and name the page, “{title}” ({page}), and version {version}."
HEADING = re.compile(r"^## (?P<version>\d+\.\d+\.\d+) — (?P<day>\d{4}-\d\d-\d\d)$", re.MULTILINE)


def setup(app):
    app.connect("config-inited", name_version)
    app.connect("html-page-context", add_foot)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def newest(changelog):
    """The version of a list of changes, and its date."""
    heading = HEADING.search(changelog)
    if heading is None:
        raise ValueError("CHANGELOG.md has no heading such as: ## 0.2.0 — 2026-11-25")
    return heading["version"], date.fromisoformat(heading["day"])


def name_version(app, config):
    config.version, app.book_date = newest((Path(app.srcdir) / "CHANGELOG.md").read_text("utf-8"))
    config.release = config.version


def add_foot(app, pagename, templatename, context, doctree):
    title = unescape(re.sub("<[^>]+>", "", context.get("title") or "")) or pagename
    report = reported(os.environ.get("BOOK_ISSUES", ""), title, pagename, app.config.version)
    day = f"{app.book_date.day} {app.book_date:%B %Y}"
    context["theme_extra_footer"] = FOOT.format(version=app.config.version, day=day, report=report)


def reported(issues, title, page, version):
    """How to report an error on a page: a link where there is an address, words where there is none."""
    if not issues:
        return WORDS.format(title=escape(title), page=escape(page), version=version)
    body = f"Page: {title} ({page})\nVersion: {version}\n\nWhat it says:\n\nWhat is wrong with it:\n"
    fields = urlencode({"title": f"{title}: ", "body": body})
    return LINK.format(address=escape(f"{issues}{'&' if '?' in issues else '?'}{fields}"))
