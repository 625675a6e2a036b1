"""Print the built book as one PDF: first frames, contents with page numbers, links that work.

`make pdf` writes `_build/learning-to-descend.pdf` from the pages in `_build/html`, in the order of
`_toc.yml`. Figures show their first frame and its settings. Hints, answers and solutions stand at the
end of their chapter; the folded code of figures is left out, for the notebooks have it. Chromium prints
twice: the first time says on which page everything begins.
"""

import importlib.util
import sys
from pathlib import Path

import yaml
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from offline import offer, slug  # noqa: E402
from paper.document import document, title_page  # noqa: E402
from paper.page import Page  # noqa: E402

COLUMN = 643  # pixels in the 170 mm between the margins that paper.css sets on A4
MARGIN = 70  # beyond it a printer cuts
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


if __name__ == "__main__":
    main(*sys.argv[1:])
