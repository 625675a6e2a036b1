"""Live figures in other people's pages: a notebook exported, a foreign book, a blog with a frame."""

import subprocess
import sys

import jupyter_book_build
import nbformat
import pytest
from static_server import serving

CELL = """\
import matplotlib.pyplot as plt

from optimlib.live import live, slider

fig, ax = plt.subplots()
ax.set(xlim=(0, 1), ylim=(0, 9))
(line,) = ax.plot([], [], animated=True)


@live(fig, k=slider(0, 9))
def {name}(k=2):
    \"\"\"A line that rises to k.\"\"\"
    line.set_data([0, 1], [0, k])
    return f"{name} ends at {{k}}."
"""
CONFIG = """\
title: Somebody else's book
execute: {execute_notebooks: force}
sphinx: {extra_extensions: [optimlib.live.sphinx]}
"""


def notebook(path, text=""):
    cells = [nbformat.v4.new_markdown_cell(f"# A page\n\n{text}")]
    cells += [nbformat.v4.new_code_cell(CELL.format(name=name)) for name in ("first_line", "second_line")]
    nbformat.write(jupyter_book_build.notebook(cells), path)
    return path


def moves(figure):
    """Move a figure's slider to its end and see the sentence follow."""
    figure.scroll_into_view_if_needed()
    figure.and_(figure.page.locator(".live-awake")).wait_for()
    before = figure.locator(".live-overlay").inner_html()
    figure.get_by_role("slider").press("End")
    figure.get_by_text("ends at 9.").first.wait_for()
    assert figure.locator(".live-overlay").inner_html() != before


def test_a_notebook_exported_by_nbconvert_is_live_and_shows_each_figure_once(tmp_path, open_page):
    path = notebook(tmp_path / "page.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", path.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    page = open_page((tmp_path / "page.html").as_uri())
    figures = page.locator(".live-figure")
    assert figures.count() == 2
    for number in range(2):
        moves(figures.nth(number))
    assert page.locator("img, .jupyter-widgets-view").count() == 0


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A Jupyter Book of one page that somebody else made with the extension."""
    folder = tmp_path_factory.mktemp("foreign")
    notebook(folder / "page.ipynb", 'Look at [k = 5](#first_line?k=5 "ends at 5").')
    (folder / "_config.yml").write_text(CONFIG, "utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n", "utf-8")
    code, said = jupyter_book_build.build(folder, "-W")
    assert code == 0, said[-3000:]
    return folder / "_build" / "html"


def test_a_foreign_book_has_live_figures_links_and_claims(foreign, open_page):
    page = open_page((foreign / "page.html").as_uri())
    moves(page.locator("#live-first-line"))
    moves(page.locator("#live-second-line"))
    page.get_by_role("link", name="k = 5").click()
    page.get_by_text("first_line ends at 5.").wait_for()


def test_each_figure_has_a_page_to_embed_and_the_menu_offers_its_frame(foreign, open_page, tmp_path):
    with serving(foreign) as address:
        page = open_page(f"{address}page.html", permissions=["clipboard-read", "clipboard-write"])
        figure = page.locator("#live-first-line")
        moves(figure)
        figure.locator(".live-menu summary").click()
        figure.get_by_role("button", name="Copy frame for a page").click()
        figure.get_by_role("button", name="Copied").wait_for()
        frame = page.evaluate("navigator.clipboard.readText()")
        assert f'src="{address}figures/page/first-line.html#first_line?k=9"' in frame

        (tmp_path / "blog.html").write_text(f"<h1>A blog</h1>{frame}", "utf-8")
        blog = open_page((tmp_path / "blog.html").as_uri())
        blog.unroute_all()
        blog.reload()
        inside = blog.frame_locator("iframe")
        inside.get_by_text("first_line ends at 9.").wait_for()
        inside.get_by_role("slider").press("Home")
        inside.get_by_text("first_line ends at 0.").wait_for()
        assert inside.get_by_role("link").get_attribute("href") == "../../page.html#live-first-line"


@pytest.mark.parametrize("kind, begins", [("SVG", b"<svg"), ("PNG", b"\x89PNG")])
def test_the_picture_that_is_seen_can_be_saved(kind, begins, foreign, open_page, tmp_path):
    page = open_page((foreign / "page.html").as_uri())
    figure = page.locator("#live-first-line")
    moves(figure)
    figure.locator(".live-menu summary").click()
    with page.expect_download() as coming:
        figure.get_by_role("button", name=f"Save as {kind}").click()
    saved = tmp_path / coming.value.suggested_filename
    coming.value.save_as(saved)
    assert saved.name == f"first_line.{kind.lower()}"
    assert saved.read_bytes().startswith(begins)
    shown = open_page(saved.as_uri())
    assert shown.evaluate("document.documentElement.getBoundingClientRect().width") > 100


def test_a_saved_figure_is_live_from_disk_and_says_where_it_is_from(tmp_path, open_page):
    import matplotlib.pyplot as plt

    from optimlib.live import LiveFigure

    namespace = {}
    exec(CELL.format(name="third_line"), namespace)
    figure = namespace["third_line"]
    assert isinstance(figure, LiveFigure) and not plt.get_fignums()
    figure.save(tmp_path / "third.html", "https://example.org/page.html?a=1&b=2")
    page = open_page((tmp_path / "third.html").as_uri())
    moves(page.locator("#live-third-line"))
    assert page.get_by_role("link").get_attribute("href") == "https://example.org/page.html?a=1&b=2"
    assert page.get_by_text("A line that rises to k.").is_visible()
    assert page.complaints == []
    assert (tmp_path / "third.html").stat().st_size < 90_000
