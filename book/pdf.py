"""Print the built book as one PDF: first frames, contents with page numbers, links that work.

`make pdf` writes `_build/learning-to-descend.pdf` from the pages in `_build/html`, in the order of
`_toc.yml`. Figures show their first frame and its settings. Hints, answers and solutions stand at the
end of their chapter; the folded code of figures is left out, for the notebooks have it. Chromium prints
twice: the first time says on which page everything begins.
"""

import copy
import html
import importlib.util
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from foot import newest  # noqa: E402
from offline import offer, slug  # noqa: E402

COLUMN = 643  # pixels in the 170 mm between the margins that pdf.css sets on A4
MARGIN = 70  # beyond it a printer cuts
DRAWN = re.compile(r"<svg\b.*?</svg>|<mjx-container\b.*?</mjx-container>", re.DOTALL)
LISTENED = re.compile(r"<mjx-assistive-mml\b.*?</mjx-assistive-mml>", re.DOTALL)
LEFT_OUT = (
    "script, noscript, .headerlink, .chapter-links, .live-places, .live-tools, .live-verdict, .live-pad,"
    " .live-show, .live-enter, .exercise-where, .take-home, details.live-code, .sd-summary-state-marker"
)
# What is wider than the column is printed smaller; the rest says where it sticks out.
FIT = """(column) => {
  for (const wide of document.querySelectorAll("mjx-container, table, .live-figure svg")) {
    const box = wide.parentElement.closest("td, th, li, dd, p, div, section").getBoundingClientRect();
    const room = Math.min(box.right, column) - Math.max(wide.getBoundingClientRect().left, box.left);
    const width = wide.firstElementChild?.getBoundingClientRect().width ?? 0;
    if (wide.matches("mjx-container") && width > room + 1)
      wide.style.fontSize = `${110 * Math.max(room, column / 4) / (width + 2)}%`;
    for (let zoom = 1, tries = 0; wide.matches("table") && tries < 6; tries += 1) {
      const wanted = room / wide.getBoundingClientRect().width;
      if (wanted > 1 - 1e-3) break;
      wide.style.zoom = zoom *= wanted - 0.005; // letters do not shrink by exact shares
    }
  }
  return [...document.body.querySelectorAll("*")]
    .filter((e) => !e.closest("svg *") && e.getBoundingClientRect().right > column + 2)
    .filter((e) => ![...e.children].some((c) => c.getBoundingClientRect().right > column + 2))
    .map((e) => [e.getBoundingClientRect().right, `${e.closest("[data-page]")?.dataset.page}: `
      + `<${e.localName} class="${e.className}"> ${e.textContent.slice(0, 60)}`]);
}"""

# Which of these letters have no picture: they look like one that no font has.
LETTERS = "αη∇√★가"
MISSING = """(letters) => {
  const drawing = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const look = (letter) => {
    drawing.clearRect(0, 0, 300, 150);
    drawing.font = "60px system-ui";
    drawing.fillText(letter, 20, 100);
    return drawing.getImageData(0, 0, 300, 150).data.join();
  };
  const none = look("\\u0378");
  return [...letters].filter((letter) => look(letter) === none).join("");
}"""


def main(built=ROOT / "_build" / "html", source=ROOT):
    """Print the book that was built from `source` into `built`, which then offers it; returns its address."""
    built, source = Path(built).resolve(), Path(source)
    config = yaml.safe_load((source / "_config.yml").read_text("utf-8"))
    target = built.parent / f"{slug(config['title'])}.pdf"
    parts = parts_of(yaml.safe_load((source / "_toc.yml").read_text("utf-8")))
    pages = [Page(built, name) for _, names in parts for name in names]
    pages = [page for page in pages if not page.soup.select_one("div.gallery")]  # the same figures, smaller
    ids = {page.name: page.ids for page in pages}
    for page in pages:
        page.link(ids)
    paper = built.parent / "paper.html"
    title = title_page(config, built, source)
    try:
        pages_of = {}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            for _ in range(4):  # contents grow no more once their numbers are as wide as they will be
                paper.write_text(document(config, parts, pages, built, title, pages_of), "utf-8")
                print_to(target, browser, paper)
                before, pages_of = pages_of, first_pages(target)
                if before == pages_of:
                    break
            browser.close()
    finally:
        paper.unlink(missing_ok=True)
    offer(built, target.stem)
    print(f"{target}: {len(PdfReader(target).pages)} pages, {target.stat().st_size / 1e6:.1f} MB")
    return target


def parts_of(toc):
    """(caption, names of pages) of each part; the landing page is no page of the paper book."""

    def files(entries):
        for entry in entries:
            if "file" in entry:
                yield entry["file"]
            yield from files(entry.get("sections", []))

    parts = toc.get("parts") or [{"chapters": toc.get("chapters") or [{"file": toc["root"]}]}]
    return [(part.get("caption", ""), list(files(part["chapters"]))) for part in parts]


def chromium():
    place = importlib.util.spec_from_file_location("chromium", ROOT / "tests" / "chromium.py")
    finder = importlib.util.module_from_spec(place)
    place.loader.exec_module(finder)
    try:
        return finder.find()
    except finder.NoChromiumError as missing:
        sys.exit(str(missing))


# Printing ---------------------------------------------------------------------------------------


def print_to(target, browser, paper):
    page = browser.new_page(viewport={"width": COLUMN, "height": 1000}, java_script_enabled=True)
    page.set_default_timeout(300_000)
    page.emulate_media(media="print", color_scheme="light")
    page.goto(paper.as_uri())
    page.evaluate("document.fonts.ready")
    missing = page.evaluate(MISSING, LETTERS)
    if missing:
        print(f"No font of this machine has {missing}: empty boxes are printed. Korean is in fonts-nanum.")
    cut = page.evaluate(FIT, COLUMN)
    if cut:
        said = "\n".join(["Wider than the paper's column:", *(words for _, words in cut)])
        if max(end for end, _ in cut) > COLUMN + MARGIN:
            sys.exit(said)
        print(said)
    page.pdf(path=target, prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    page.close()


def first_pages(pdf):
    """The printed number of the page on which each place that something links to stands."""
    reader = PdfReader(pdf)
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages, 1)}
    places = reader.named_destinations.items()
    return {name.lstrip("/"): numbers[place.raw_get("/Page").idnum] for name, place in places}


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
            f"<style>{(Path(__file__).parent / 'pdf.css').read_text('utf-8')}{' '.join(feet)}</style>",
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


# A page ------------------------------------------------------------------------------------------


class Page:
    """A built page made ready for paper, with ids that no other page has."""

    def __init__(self, built, name):
        self.name, self.built = name, built
        self.path = built / f"{name}.html"
        self.key = slug(Path(name).name if Path(name).name[0].isalpha() else f"page-{Path(name).name}")
        text = self.path.read_text("utf-8")
        self.before, _, text = text.partition("<article")
        text = text.partition(">")[2].partition("</article>")[0]
        self.drawn, self.said = [], []
        text = re.sub(r"<script\b.*?</script>", "", text, flags=re.DOTALL)
        self.soup = BeautifulSoup(DRAWN.sub(self.put_aside, text), "html.parser")
        self.article = self.soup.find("section") or self.soup
        self.answers = {"predictions": [], "questions": [], "exercises": []}
        self.made_for_paper()
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

    # What the page asks and folds

    def made_for_paper(self):
        self.predictions()
        self.quick_questions()
        self.exercises()
        for tag in self.soup.select(LEFT_OUT):
            tag.decompose()
        for fold in self.soup.select("details.hide"):
            if fold.select_one(".cell_output"):
                fold.summary.decompose()
                fold.name, fold["class"] = "div", []
            else:
                fold.decompose()  # the code of a figure or a table
        for cell in self.soup.select("div.cell"):
            if not cell.get_text(strip=True) and not cell.find(["x-drawn", "img"]):
                cell.decompose()
        for fold in self.soup.find_all("details"):
            fold["open"] = ""
        for tag in self.soup.select("[data-tip], a[title]"):
            for name in ("data-tip", "title"):
                tag.attrs.pop(name, None)
        self.append_answers()

    def new(self, name, *children, **attributes):
        tag = self.soup.new_tag(name, attrs={k.rstrip("_"): v for k, v in attributes.items()})
        tag.extend(children)
        return tag

    def see(self, place, words="Answer"):
        return self.new("a", words, class_="see", href=f"#{place}")

    def predictions(self):
        for figure in self.soup.select(".live-figure"):
            controls = figure.select_one(".live-controls")
            if controls:
                said = " · ".join(filter(None, map(setting, controls.select("label.live-control"))))
                controls.replace_with(self.new("p", said, class_="settings"))
            question = figure.select_one(".live-question")
            if not question:
                continue
            options = [option.get_text() for option in question.select(".live-option")]
            place = f"answer-{figure['id']}"
            asked = question.select_one(".live-asked").get_text().removeprefix("Predict:").strip()
            answers = [answer.extract() for answer in question.select(".live-solution > *")]
            for tag in question.select(".live-answers, .live-solution, .live-verdict"):
                tag.decompose()
            if options:
                question.append(self.new("ul", *(self.new("li", option) for option in options)))
            question.append(self.new("p", self.see(place), class_="where"))
            title = self.new("p", self.new("strong", asked))
            self.answers["predictions"].append(self.new("div", title, *answers, id=place, class_="answer"))

    def quick_questions(self):
        for question in self.soup.select("p[id^=q-]"):
            place = f"answer-{question['id']}"
            listed, answers = self.new("ul", class_="options"), []
            fold = question.find_next_sibling()
            while fold is not None and fold.name == "details":
                after = fold.find_next_sibling()
                words, body = fold.select_one(".sd-summary-text"), fold.select_one(".sd-summary-content")
                label = re.match(r"\w\)", words.get_text().strip())
                listed.append(self.new("li", *taken(words)))
                first = body.find("p") or body
                first.insert(0, self.new("strong", f"{label[0]} " if label else ""))
                answers += taken(body)
                fold.decompose()
                fold = after
            listed.append(self.new("li", self.see(place), class_="where"))
            question.insert_after(listed)
            title = self.new("p", *copied(question))
            self.answers["questions"].append(self.new("div", title, *answers, id=place, class_="answer"))

    def exercises(self):
        """Hints and solutions belong to the exercise that they follow."""
        for exercise in self.soup.select("div.exercise.admonition"):
            place = f"answer-{exercise.get('id', len(self.answers['exercises']))}"
            found, follower = [], exercise.find_next_sibling()
            while follower is not None and "exercise" not in follower.get("class", []):
                after = follower.find_next_sibling()
                classes = follower.get("class", [])
                summary = follower.select_one(".sd-summary-text") if follower.name == "details" else None
                if summary and summary.get_text().strip().startswith("Hint"):
                    body = follower.select_one(".sd-summary-content")
                    first = body.find("p") or body
                    first.insert(0, self.new("strong", f"{summary.get_text().strip()}. "))
                    found += taken(body)
                    follower.decompose()
                elif "solution" in classes or "tag_solution" in classes:
                    for tag in follower.select("details.hide > summary, .admonition-title"):
                        tag.decompose()
                    for fold in follower.select("details.hide"):
                        fold.unwrap()
                    follower["class"] = [
                        c for c in classes if c not in ("admonition", "dropdown", "solution")
                    ]
                    found += [self.new("p", self.new("strong", "Solution."), class_="solution-title")]
                    found.append(follower.extract())
                elif follower.name in ("section", "h2", "h3"):
                    break
                follower = after
            if found:
                solved = any(tag.name and "solution-title" in tag.get("class", []) for tag in found)
                kind = "Hints and solution" if solved else "Hints"
                exercise.append(self.new("p", self.see(place, kind), class_="where"))
                title = self.new("p", self.new("strong", *copied(exercise.select_one(".admonition-title"))))
                self.answers["exercises"].append(self.new("div", title, *found, id=place, class_="answer"))

    def append_answers(self):
        titles = {
            "predictions": "What the figures asked",
            "questions": "The quick questions",
            "exercises": "The exercises",
        }
        if not any(self.answers.values()):
            return
        answers = self.new("section", self.new("h2", "Answers"), id="answers", class_="answers")
        for kind, found in self.answers.items():
            if found:
                answers.extend([self.new("h3", titles[kind]), *found])
        self.article.append(answers)

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


def slug_of(name):
    name = Path(name).name
    return slug(name if name[0].isalpha() else f"page-{name}")


def copied(tag):
    return [copy.copy(child) for child in tag.contents]


def taken(tag):
    """The children of a tag, taken out of it."""
    return [child.extract() for child in list(tag.contents)]


def setting(control):
    """A control as words: "ρ = 0.9"."""
    words = control.find("span", recursive=False)
    if not words:
        return ""
    chosen = control.select_one("option[selected]") or control.find("option")
    tick, value = control.select_one("input[type=checkbox]"), control.select_one("output > span")
    if tick:
        return f"{words.get_text()}: {'on' if tick.has_attr('checked') else 'off'}"
    said = chosen or value
    return f"{words.get_text()} = {said.get_text()}" if said else ""


if __name__ == "__main__":
    main(*sys.argv[1:])
