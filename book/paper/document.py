"""The whole book as one HTML document: title page, contents with page numbers, pages."""

import html
import os
import re
from pathlib import Path

from foot import newest

STYLE = Path(__file__).parent / "paper.css"


def document(config, parts, pages, built, title, pages_of):
    """The whole book as HTML, with what is known of page numbers."""
    named = {page.name: page for page in pages}

    def entry(name, words, kind):
        number = pages_of.get(name, 0)
        text = f"<span>{words}</span><span>{number or '000'}</span>"
        return f'<li class="{kind}"><a href="#{name}">{text}</a></li>'

    contents = ['<nav class="book-contents" id="contents"><h1>Contents</h1>']
    for caption, names in parts:
        if caption:
            contents.append(f'<p class="part">{html.escape(caption)}</p>')
        contents.append("<ul>")
        for page in (named[name] for name in names if name in named):
            contents.append(entry(page.key, page.title, "chapter"))
            contents += [entry(place, words, "section") for place, words in page.sections]
        contents.append("</ul>")
    contents.append("</nav>")

    def numbered(match):
        return f'<a class="see" href="#{match[1]}">{match[2]}, page {pages_of.get(match[1], "000")}</a>'

    bodies = [re.sub(r'<a class="see" href="#([^"]+)">([^<]*)</a>', numbered, page.html) for page in pages]
    feet = [
        f"#{page.key} {{ page: {page.key}; }} @page {page.key} {{ @bottom-left {{ content: {page.foot}; }} }}"
        for page in pages
    ]
    language = config.get("sphinx", {}).get("config", {}).get("language", "en")
    return "\n".join(
        [
            f'<!doctype html><html lang="{language}" data-theme="light"><meta charset="utf-8">',
            f"<title>{html.escape(config['title'])}</title>",
            f'<meta name="author" content="{html.escape(config.get("author", ""))}">',
            *(f'<link rel="stylesheet" href="{style}">' for style in styles(pages, built)),
            f"<style>{STYLE.read_text('utf-8')}{' '.join(feet)}</style>",
            f"<body>{title}{''.join(contents)}{''.join(bodies)}</body></html>",
        ]
    )


def styles(pages, built):
    """The pages' own style sheets, as seen from where the paper lies: beside the built book."""
    found = {}
    for page in pages:
        for address in re.findall(r'<link[^>]*?href="([^"?]+\.css)[^"]*"', page.before):
            path = (page.path.parent / address).resolve()
            if path.exists():
                found[os.path.relpath(path, built.parent)] = None
    return list(found)


def title_page(config, built, source):
    changes, version = source / "CHANGELOG.md", ""
    if changes.exists():
        number, day = newest(changes.read_text("utf-8"))
        version = f"<p>Version {number}, {day.day} {day:%B %Y}</p>"
    address = os.environ.get("BOOK_URL")
    moves = f' at <a href="{address}">{address}</a>' if address else ""
    logo = built / "_static" / Path(config.get("logo", "none")).name
    picture = f'<img src="{os.path.relpath(logo, built.parent)}" alt="">' if logo.exists() else ""
    return f"""<header class="title-page" id="title-page">{picture}<p class="title">{config["title"]}</p>
      <p>{config.get("author", "")}, {config.get("copyright", "")}</p>{version}
      <p class="how">On its pages{moves} this book is played with; here it is printed. Each figure shows its
      first frame, with its settings below it. What a figure asks, the quick questions and the exercises are
      answered at the end of their chapter. The code that draws figures is in the notebooks.</p></header>"""
