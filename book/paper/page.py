"""A page of the built book made ready for paper."""

import html
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from offline import slug

from .answers import taken_answers

DRAWN = re.compile(r"<svg\b.*?</svg>|<mjx-container\b.*?</mjx-container>", re.DOTALL)
LISTENED = re.compile(r"<mjx-assistive-mml\b.*?</mjx-assistive-mml>", re.DOTALL)
LEFT_OUT = (
    "script, noscript, .headerlink, .chapter-links, .live-places, .live-tools, .live-verdict, .live-pad,"
    " .live-show, .live-enter, .exercise-where, .take-home, details.live-code, .sd-summary-state-marker"
)


class Page:
    """A built page made ready for paper, with ids that no other page has."""

    def __init__(self, built, name):
        self.name, self.built = name, built
        self.path = built / f"{name}.html"
        self.key = slug_of(name)
        text = self.path.read_text("utf-8")
        self.before, _, text = text.partition("<article")
        text = text.partition(">")[2].partition("</article>")[0]
        self.drawn, self.said = [], []
        text = re.sub(r"<script\b.*?</script>", "", text, flags=re.DOTALL)
        self.soup = BeautifulSoup(DRAWN.sub(self.put_aside, text), "html.parser")
        made_for_paper(self.soup)
        self.ids = {}
        for tag in self.soup.find_all(id=True):
            self.ids.setdefault(tag["id"], f"{self.key}-{re.sub(r'[^A-Za-z0-9_-]+', '-', tag['id'])}")
        heading = self.words(self.soup.h1)
        self.title = html.escape(heading)
        self.foot = json.dumps(heading, ensure_ascii=False)
        self.sections = []
        for number, heading in enumerate(self.soup.find_all("h2")):
            place = heading.find_parent("section")
            place = place if place and place.find(["h1", "h2"]) is heading else heading
            place.attrs.setdefault("id", f"section-{number}")
            self.ids.setdefault(place["id"], f"{self.key}-{place['id']}")
            words = html.escape(self.words(heading))
            if len(words) > 1:  # not the letters of the glossary
                self.sections.append((self.ids[place["id"]], words))

    def put_aside(self, match):
        """Drawings and formulas need no parsing. A formula's text is said by its label."""
        text = match[0]
        listened = LISTENED.search(text)
        said = html.escape(" ".join(re.sub(r"<[^>]+>", " ", listened[0]).split())) if listened else ""
        self.said.append(html.unescape(said))
        if listened:
            text = LISTENED.sub("", text).replace(
                "<mjx-container", f'<mjx-container role="math" aria-label="{said}"', 1
            )
        self.drawn.append(text)
        return f'<x-drawn n="{len(self.drawn) - 1}"></x-drawn>'

    def words(self, tag):
        """A heading as plain text; a formula in it as it is said."""
        drawn = [part for part in tag.descendants if part.name == "x-drawn" or isinstance(part, str)]
        said = [part if isinstance(part, str) else self.said[int(part["n"])] for part in drawn]
        return " ".join("".join(said).split())

    # Addresses

    def link(self, ids):
        """Write self.html: ids are the page's own, and links between pages lead inside the book."""
        for tag in self.soup.find_all(True):
            if "id" in tag.attrs:
                tag["id"] = self.ids[tag["id"]]
            for name in ("aria-labelledby", "aria-describedby", "for"):
                if name in tag.attrs:
                    tag[name] = " ".join(self.ids.get(word, word) for word in str(tag[name]).split())
            if "src" in tag.attrs and not urlsplit(tag["src"]).scheme:
                path = (self.path.parent / unquote(tag["src"])).resolve()
                tag["src"] = os.path.relpath(path, self.built.parent)
            if tag.name == "a" and "href" in tag.attrs:
                address = self.address(tag["href"], ids)
                if address is None:
                    tag.unwrap()
                else:
                    tag["href"] = address
        body = str(self.soup)
        body = re.sub(r'<x-drawn n="(\d+)"></x-drawn>', lambda m: self.drawing(self.drawn[int(m[1])]), body)
        self.html = f'<section class="page" id="{self.key}" data-page="{self.name}">{body}</section>'

    def drawing(self, text):
        return re.sub(r'(\bid="|url\(#|href="#)', rf"\1{self.key}-", text)

    def address(self, href, ids):
        """Where a link leads on paper; nothing where it led to what paper does not have."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            return href
        if href.startswith("#"):
            name, place = self.name, unquote(href[1:])
        else:
            path = (self.path.parent / unquote(parts.path)).resolve()
            if path.suffix != ".html" or not path.is_relative_to(self.built):
                return None
            name, place = path.relative_to(self.built).with_suffix("").as_posix(), unquote(parts.fragment)
        if name not in ids:
            return "#title-page" if name.endswith("index") and "genindex" not in name else None
        if not place:
            return f"#{slug_of(name)}"
        figure = f"live-{place.partition('?')[0].replace('_', '-')}"
        return next((f"#{ids[name][p]}" for p in (place, figure) if p in ids[name]), f"#{slug_of(name)}")


def made_for_paper(soup):
    """Leave out what paper cannot do, unfold what it can show, and bring the answers to the end."""
    article, answers = soup.find("section") or soup, taken_answers(soup)
    for tag in soup.select(LEFT_OUT):
        tag.decompose()
    for fold in soup.select("details.hide"):
        if fold.select_one(".cell_output"):
            fold.summary.decompose()
            fold.name, fold["class"] = "div", []
        else:
            fold.decompose()  # the code of a figure or a table
    for cell in soup.select("div.cell"):
        if not cell.get_text(strip=True) and not cell.find(["x-drawn", "img"]):
            cell.decompose()
    for fold in soup.find_all("details"):
        fold["open"] = ""
    for tag in soup.select("[data-tip], a[title]"):
        for name in ("data-tip", "title"):
            tag.attrs.pop(name, None)
    if answers:
        article.append(answers)


def slug_of(name):
    name = Path(name).name
    return slug(name if name[0].isalpha() else f"page-{name}")
