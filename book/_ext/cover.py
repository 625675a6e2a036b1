"""Sphinx extension: the landing page's cards have a picture and a length, and lead back to where one was.

A card is an item of the list in the landing page's `chapter-cards`: a link to a chapter, and a line.
Its picture is the gallery's of one of the chapter's figures, and its minutes are those that the
chapter's own opening names, both taken from the written pages.
"""

import re
from pathlib import Path

from gallery import FIGURE, SIZE, file_of
from written import when_written

# The figure that stands for a chapter; for any other chapter, its first.
CHOSEN = {
    "01-regularization": "live-ball-touched-by-ellipse",
    "02-gradients": "live-gradient-arrow",
    "04-momentum": "live-stability-map",
    "05-adaptive": "live-race-on-beale",
    "06-decay": "live-digits-under-schedules",
    "07-second-order": "live-what-bfgs-knows",
    "10-since-adam": "live-digits-by-muon",
}
CARD = re.compile(
    r"<li>\s*(?:<img[^>]*>)?<p>"
    r'<a class="[^"]*" href="(?P<href>[^"]*chapters/(?P<name>[\w-]+)\.html)"[^>]*>(?P<title>.*?)</a>'
    r'(?P<line>.*?)(?:<span class="card-minutes">[^<]*</span>)?</p>\s*</li>',
    re.DOTALL,
)
CARDS = re.compile(
    r'(?P<open><div class="[^"]*\bchapter-cards\b[^"]*">)(?P<list>.*?)(?P<close></div>)', re.DOTALL
)
ALL = re.compile(r'\s*<p class="all-minutes">[^<]*</p>')
MINUTES = re.compile(r"About (\d+) minutes of reading, (\d+) of exercises")


def setup(app):
    app.connect("html-page-context", add_files)
    when_written(app, fill_cards, priority=610)  # after the gallery's pictures, before links get tips
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_files(app, pagename, templatename, context, doctree):
    if pagename == app.config.root_doc:
        app.add_css_file("cover.css")
    if pagename == app.config.root_doc or pagename.startswith("chapters/"):
        app.add_js_file("go-on.js", loading_method="defer")


def fill_cards(app):
    page = Path(app.outdir) / f"{app.config.root_doc}.html"
    root = "../" * app.config.root_doc.count("/")
    minutes = []

    def card(match):
        written = (page.parent / match["href"]).read_text("utf-8")
        reading, exercises = lengths(written, match["name"])
        minutes.append((reading, exercises))
        return (
            f"<li>{picture(written, match['name'], root)}"
            f'<p><a class="card-link" href="{match["href"]}">{match["title"]}</a>{match["line"]}'
            f'<span class="card-minutes">{reading} minutes of reading, {exercises} of exercises</span>'
            "</p></li>"
        )

    def cards(match):
        filled = CARD.sub(card, match["list"])
        reading, exercises = (round(sum(each) / 60) for each in zip(*minutes, strict=True))
        total = f"All chapters take about {reading} hours to read, and {exercises} more with all exercises."
        return f'{match["open"]}{filled}{match["close"]}\n<p class="all-minutes">{total}</p>'

    text = ALL.sub("", page.read_text("utf-8"))
    page.write_text(CARDS.sub(cards, text, count=1), "utf-8")


def lengths(written, name):
    """Minutes of reading and of exercises, as a chapter's opening has them."""
    found = MINUTES.search(written)
    if found is None:
        raise ValueError(f"{name} does not open with: About 60 minutes of reading, 120 of exercises")
    return tuple(map(int, found.groups()))


def picture(written, name, root):
    """The image of a chapter: the gallery's of the figure that stands for it."""
    figures = list(FIGURE.finditer(written))
    figure = next((each for each in figures if each["id"] == CHOSEN.get(name)), figures[0])
    across, down = (round(float(side)) for side in SIZE.search(figure[0]).groups())
    source = f"{root}_static/gallery/{file_of(name, figure)}"
    return f'<img src="{source}" width="{across}" height="{down}" loading="lazy" alt="">'
