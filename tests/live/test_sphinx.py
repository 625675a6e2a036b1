"""What the extension writes beside the pages of a book: players, atlases, and a page for each figure."""

import base64
import os
import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import frontend, nodes, utils
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.errors import ExtensionError

from optimlib.live import atlas, page, sphinx

CONTROLS = [{"name": "k", "texts": ["0", "1"], "values": [0.0, 1.0], "start": 0}]


def packed(name, *words):
    import numpy as np

    frames = [np.array([number], np.int16) for number in range(len(words))]
    head = {"name": name, "controls": CONTROLS, "tables": {"words": words}}
    return base64.b64encode(atlas.pack(frames, head)).decode()


def figure(name="one", wide=None, title="A &quot;title&quot; &lt;b&gt;"):
    atlases = {"wide": wide or packed(name, "none", "some"), "narrow": packed(name, "0", "1")}
    carriers = "".join(
        f'<script type="text/plain" class="live-atlas" data-shape="{shape}">{text}</script>'
        for shape, text in atlases.items()
    )
    return (
        f'<figure class="live-figure" id="live-{name}" data-positions="2" data-name="{name}" '
        f'aria-label="{title}">\n<a href="#live-{name}-caption">x</a>{carriers}</figure>'
    )


@pytest.fixture
def app(tmp_path):
    """As much of Sphinx as is asked."""
    builder = SimpleNamespace(format="html", get_target_uri=lambda name: f"{name}.html")
    config = SimpleNamespace(project="The <book>", nb_mime_priority_overrides=[("html", "x", 1)])
    made = SimpleNamespace(outdir=str(tmp_path), builder=builder, config=config)
    sphinx.write_player(made)
    return made


def context(body):
    def pathto(target, resource=False):
        assert resource, "files are not documents"
        return f"../{target}"

    return {"body": body, "title": "The chapter", "pathto": pathto}


def moved(app, body, name="chapters/01-first"):
    page_context = context(body)
    sphinx.move_atlases(app, name, "page.html", page_context, None)
    return page_context["body"]


def test_the_player_is_written(app, tmp_path):
    folder = tmp_path / "_static" / "live"
    written = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
    assert written == {"live.js": page.script(), "live.css": page.style()}
    sphinx.write_player(app)  # a second build finds the folder


def test_html_goes_before_widgets_and_before_what_an_author_prefers(app):
    sphinx.prefer_html(app, app.config)
    widget = "application/vnd.jupyter.widget-view+json"
    wanted = [("html", "text/html", 0), ("html", widget, 50), ("html", "x", 1)]
    assert app.config.nb_mime_priority_overrides == wanted


def test_atlases_leave_the_page_for_scripts_that_it_names(app, tmp_path):
    before = figure()
    body = moved(app, f"<p>1</p>{before}<p>2</p>")
    soup = BeautifulSoup(body, "html.parser")
    assert [part.name for part in soup.find_all(recursive=False)] == ["p", "figure", "p"]
    given = {c["data-shape"]: c.text for c in BeautifulSoup(before, "html.parser").select("script")}
    carriers = soup.select("figure script")
    assert [c["data-shape"] for c in carriers] == ["wide", "narrow"]
    for carrier in carriers:
        assert carrier["type"] == "text/plain"
        assert carrier["class"] == ["live-atlas"]
        assert carrier.text == ""
        name, source = carrier["data-name"], carrier["data-src"]
        assert re.fullmatch(r"live-one-[0-9a-f]{12}", name)
        assert source == f"../_static/live/{name}.js"
        script = (tmp_path / source.removeprefix("../")).read_text("utf-8")
        assert script == f'liveAtlas("{name}","{given[carrier["data-shape"]]}")'
    assert carriers[0]["data-name"] != carriers[1]["data-name"]


def test_each_figure_has_a_page_of_its_own_that_names_where_it_is_from(app, tmp_path):
    body = moved(app, figure())
    target = "figures/01-first/one.html"
    assert f'<figure class="live-figure" id="live-one" data-page="../{target}" data-positions="2"' in body
    soup = BeautifulSoup((tmp_path / target).read_text("utf-8"), "html.parser")
    assert soup.title.text == 'A "title" <b>'
    assert [link["href"] for link in soup.select("link")] == ["../../_static/live/live.css"]
    player, *carriers = soup.select("script")
    assert player.attrs == {"defer": "", "src": "../../_static/live/live.js"}
    assert [c["data-src"] for c in carriers] == [f"../../_static/live/{c['data-name']}.js" for c in carriers]
    assert "data-page" not in soup.figure.attrs
    source = soup.select_one(".live-source a")
    assert source.attrs == {"href": "../../chapters/01-first.html#live-one", "target": "_top"}
    assert soup.select_one(".live-source").text == "From The chapter, The <book>"
    assert (tmp_path / target).read_text("utf-8").count("&lt;book&gt;") == 1


def test_a_figure_shown_again_has_ids_of_its_own_and_the_same_atlas(app):
    soup = BeautifulSoup(moved(app, figure() * 3), "html.parser")
    shown = soup.select("figure")
    assert [one["id"] for one in shown] == ["live-one", "live-one-2", "live-one-3"]
    assert [one.a["href"] for one in shown][1] == "#live-one-2-caption"
    assert len({one.script["data-name"].partition("-")[0] for one in shown}) == 1


def test_two_figures_of_one_name_are_refused(app):
    with pytest.raises(ExtensionError, match=r"chapters/01-first has two live figures named live-one"):
        moved(app, figure() + figure(wide=packed("one", "none", "other")))


def test_claims_of_the_page_are_checked_with_the_sentences_of_its_atlases(app):
    link = '<a class="live-set" href="#one?k=1" data-claim="{}">so</a>'
    assert '<a class="live-set" href="#one?k=1">so</a>' in moved(app, link.format("some") + figure())
    with pytest.raises(ExtensionError, match="there the figure says 'some'"):
        moved(app, link.format("none") + figure())


def test_a_page_without_a_body_or_a_figure_is_left_alone(app):
    sphinx.move_atlases(app, "search", "search.html", {}, None)
    assert moved(app, "<p>No figure.</p>") == "<p>No figure.</p>"


def test_a_build_says_how_much_a_figure_weighs(app, monkeypatch):
    said = []
    monkeypatch.setattr(sphinx.log, "info", lambda text, *values: said.append(text % values))
    heavy = packed("one", *(f"{number:x}" * 999 for number in range(2)))
    body = figure(wide=heavy) * 2
    moved(app, body)
    kilobytes = sum(len(c["atlas"]) for c in sphinx.CARRIER.finditer(figure(wide=heavy))) // 1000
    assert said == [f"chapters/01-first: live-one, 2 positions, {kilobytes} kB"]


def test_what_no_page_refers_to_is_removed_after_a_build_of_pages_that_went_well(app, tmp_path):
    body = moved(app, figure() + figure("two"))
    moved(app, figure("old"))
    (tmp_path / "page.html").write_text(body, "utf-8")

    def there():
        files = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
        names = {re.sub(r"-[0-9a-f]{12}", "", path.stem) for path in files}
        return sorted(names - {"page"})

    everything = there()
    assert everything == ["live", "live-old", "live-one", "live-two", "old", "one", "two"]
    sphinx.drop_unused(app, ValueError("the build failed"))
    app.builder.format = "latex"
    sphinx.drop_unused(app, None)
    assert there() == everything
    app.builder.format = "html"
    sphinx.drop_unused(app, None)
    assert there() == ["live", "live-one", "live-two", "one", "two"]


# Code folded below its figure -----------------------------------------------------------------------


def cell(*outputs, hidden=True):
    made = nodes.container(nb_element="cell_code")
    made += HideCodeCellNode() if hidden else nodes.container()
    for output in outputs:
        part = nodes.container()
        part += nodes.raw("", output, format="html")
        made += part
    return made


@pytest.mark.parametrize(
    "made, folded",
    [
        (cell("<p>1</p>", '<figure class="live-figure">'), True),
        (cell("<p>1</p>"), False),
        (cell('<figure class="live-figure">', hidden=False), False),
        (cell(), False),
    ],
)
def test_the_code_of_a_live_figure_is_folded_below_it(made, folded):
    document = utils.new_document("page", frontend.get_default_settings())
    document += nodes.container(nb_element="cell_output")
    document += made
    code, *rest = made.children
    sphinx.FoldCode(document).run()
    assert made.children == ([*rest, code] if folded else [code, *rest])
    assert ("live-code" in code["classes"]) is folded


def test_the_extension_says_what_it_needs(monkeypatch):
    monkeypatch.setenv("OPTIMLIB_PUBLISH", "")
    calls = []

    class App:
        def __getattr__(self, name):
            return lambda *given, **named: calls.append((name, *given, *named.items()))

    assert sphinx.setup(App()) == {"parallel_read_safe": True, "parallel_write_safe": True}
    assert os.environ["OPTIMLIB_PUBLISH"] == "1"
    assert {call[1:] for call in calls if call[0] == "connect"} == {
        ("config-inited", sphinx.prefer_html),
        ("builder-inited", sphinx.write_player),
        ("html-page-context", sphinx.move_atlases),
        ("build-finished", sphinx.drop_unused),
    }
    named = [call for call in calls if call[0] in ("add_css_file", "add_js_file", "add_post_transform")]
    assert named == [
        ("add_post_transform", sphinx.FoldCode),
        ("add_css_file", "live/live.css"),
        ("add_js_file", "live/live.js", ("loading_method", "defer")),
    ]
    (node,) = (call for call in calls if call[0] == "add_node")
    assert {name for name, _ in node[2:]} == {"html", "latex", "text", "man", "texinfo"}
