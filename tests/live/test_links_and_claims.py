"""Addresses lead where they say, links in the text are checked, and what is not so is named."""

from types import SimpleNamespace

import docutils.frontend
import docutils.utils
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from sphinx.errors import ExtensionError

from optimlib.live import address, claims
from optimlib.live.address import checked, parsed, read

CONTROLS = [
    {"name": "lr", "texts": ["0", "0.1", "10⁻³", "−2"], "values": [0.0, 0.1, 1e-3, -2.0], "start": 1},
    {"name": "rule", "texts": ["Adam", "Adam with decay"], "values": None, "start": 0},
    {"name": "far", "texts": ["a", "b"], "values": [0.0, 1e6], "start": 1},
]


@pytest.mark.parametrize(
    "text, name, settings",
    [
        ("#f?lr=0.1", "f", {"lr": ["0.1"]}),
        ("f?lr=0.1&rule=Adam", "f", {"lr": ["0.1"], "rule": ["Adam"]}),
        ("#f?lr=0 .. 0.1", "f", {"lr": ["0", "0.1"]}),
        ("#f?", "f", {}),
        ("#f?&lr=1&", "f", {"lr": ["1"]}),
        ("#f?rule=Adam%20with%20decay", "f", {"rule": ["Adam with decay"]}),
        ("#f?rule=this%20%26%20that&k=1", "f", {"rule": ["this & that"], "k": ["1"]}),
        ("#f?rule=Adam\xa0with decay", "f", {"rule": ["Adam with decay"]}),
        ("#f?a=b=c", "f", {"a": ["b=c"]}),
    ],
)
def test_an_address_is_a_name_and_what_is_asked_of_each_control(text, name, settings):
    assert parsed(text) == (name, settings)


@pytest.mark.parametrize(
    "text", ["", "#f", "f lr=1", "##f?lr=1", "#f?lr", "#f?lr=", "#f?=1", "#f?lr=1&x", "a/b?x=1"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match=r"address must be #figure\?control=setting"):
        parsed(text)


def test_a_control_plays_from_one_setting_to_one_other():
    with pytest.raises(ValueError, match=r"lr can play from one setting to another; got 0\.\.1\.\.2"):
        parsed("#f?lr=0..1..2")


@pytest.mark.parametrize(
    "settings, ends",
    [
        ({}, (1, 0, 1)),
        ({"lr": ["0"]}, (0, 0, 1)),
        ({"lr": ["0.10"]}, (1, 0, 1)),
        ({"lr": ["0.1000000001"]}, (1, 0, 1)),
        ({"lr": ["1e-3"]}, (2, 0, 1)),
        ({"lr": ["10⁻³"]}, (2, 0, 1)),
        ({"lr": ["-2"]}, (3, 0, 1)),
        ({"lr": ["−2.0"]}, (3, 0, 1)),
        ({"rule": ["Adam\u202fwith decay"]}, (1, 1, 1)),
        ({"far": ["1e-12"]}, (1, 0, 0)),
        ({"far": ["1000000.0005"], "rule": ["Adam with decay"]}, (1, 1, 1)),
    ],
)
def test_a_setting_is_written_as_shown_or_as_a_number(settings, ends):
    assert read(settings, CONTROLS) == dict(
        zip(("lr", "rule", "far"), zip(ends, ends, strict=True), strict=True)
    )


def test_what_plays_goes_from_the_first_setting_to_the_last():
    assert read({"lr": ["0", "1e-3"]}, CONTROLS)["lr"] == (0, 2)


@given(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 1)))
def test_the_address_of_a_state_leads_to_it(state):
    wanted = zip(CONTROLS, state, strict=True)
    text = "#f?" + "&".join(f"{control['name']}={control['texts'][number]}" for control, number in wanted)
    assert tuple(last for _, last in read(parsed(text)[1], CONTROLS).values()) == state


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"speed": ["1"]}, "no control is named speed: there are lr, rule, far"),
        ({"lr": ["0.12"]}, "lr has no setting 0.12: the nearest is 0.1"),
        ({"lr": ["0.10000001"]}, "lr has no setting 0.10000001: the nearest is 0.1"),
        ({"far": ["1000000.002"]}, "far has no setting 1000000.002: the nearest is b"),
        ({"far": ["2e-9"]}, "far has no setting 2e-9: the nearest is a"),
        ({"lr": ["fast"]}, "lr has no setting fast: it has 0, 0.1, 10⁻³, −2"),
        ({"lr": ["nan"]}, "lr has no setting nan: it has 0, 0.1, 10⁻³, −2"),
        ({"rule": ["1"]}, "rule has no setting 1: it has Adam, Adam with decay"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(settings, said):
    with pytest.raises(ValueError) as refused:
        read(settings, CONTROLS)
    assert str(refused.value) == said


def test_a_figure_without_controls_has_none():
    with pytest.raises(ValueError, match="no control is named lr: there are none"):
        read({"lr": ["1"]}, [])


def sentence(settings):
    return f"f is 2 × 10⁻⁹ at {settings['lr']}, {settings['rule']}, {settings['far']}"


FIGURES = {"f": (CONTROLS, sentence), "g": ([], lambda settings: "nothing")}


@pytest.mark.parametrize("claim", [None, "", "f is 2", "at 2, 0, 1", "2 × 10⁻⁹ at"])
def test_a_claim_is_checked_where_the_address_ends(claim):
    assert checked("#f?lr=0..1e-3", claim, FIGURES) == "f"


@pytest.mark.parametrize(
    "text, claim, said",
    [
        ("#h?lr=0", None, "no figure of this page is named h: there are f, g"),
        ("#f?lr=0..1e-3", "at 0, 0, 1", "the claim 'at 0, 0, 1' is not so: there the figure says "),
        ("#f?lr=7", None, "lr has no setting 7: the nearest is 0.1"),
    ],
)
def test_what_is_not_so_is_said(text, claim, said):
    with pytest.raises(ValueError) as refused:
        checked(text, claim, FIGURES)
    assert str(refused.value).startswith(said)


def test_numbers_of_a_claim_are_read_as_they_are_printed():
    figures = {"f": ([], lambda settings: address.printed("f = 2.5e-9 at x = -1"))}
    assert checked("f?", "2.5e-9 at x = -1", figures) == "f"


# Links in a page -------------------------------------------------------------------------------------


def linked(reference):
    """What the transform makes of a link, and the HTML of it."""
    document = docutils.utils.new_document("page", docutils.frontend.get_default_settings())
    document += nodes.paragraph("", "", reference)
    claims.FindLinks(document).apply()
    (link,) = document[0].children
    if not isinstance(link, claims.live_set):
        return None
    writer = SimpleNamespace(body=[])
    claims.visit(writer, link)
    writer.body.append(link.astext())
    claims.depart(writer, link)
    return BeautifulSoup("".join(writer.body), "html.parser").a


def reference(*children, uri="#f?lr=<0.1>&rule=Adam%20too", **more):
    return nodes.reference("", "", *children, refuri=uri, **{"id_link": True, **more})


def test_a_link_to_a_state_sets_the_figure_and_carries_its_claim():
    link = linked(reference(nodes.Text("try"), reftitle='says "1 < 2"'))
    address = "#f?lr=<0.1>&rule=Adam%20too"
    assert link.attrs == {"class": ["live-set"], "href": address, "data-claim": 'says "1 < 2"'}
    assert link.text == "try"
    assert "data-claim" not in linked(reference(nodes.Text("try"))).attrs


def test_a_link_may_hold_quotes():
    link = linked(reference(nodes.math("", "", nodes.Text("x")), uri='#f?rule="best" of <two>'))
    assert link["href"] == '#f?rule="best" of <two>'
    assert link["aria-label"] == 'Set the figure to rule = "best" of <two>'


def test_a_link_without_words_is_named_for_those_who_listen():
    link = linked(reference(nodes.math("", "", nodes.Text("x^2"))))
    assert link["aria-label"] == "Set the figure to lr = <0.1>, rule = Adam too"
    assert "aria-label" not in linked(reference(nodes.math("", "", nodes.Text("x")), nodes.Text("or"))).attrs


@pytest.mark.parametrize("other", [{"uri": "#f"}, {"uri": "#a heading?"}, {"id_link": False}])
def test_other_links_are_left_alone(other):
    assert linked(reference(nodes.Text("try"), **other)) is None


ATLASES = {
    "live-f": (
        [[0, 9], [1, 8], [2, 7], [2, 7], [3, 6], [0, 9]],
        {
            "name": "f",
            "controls": [
                {"name": "a", "texts": ["0", "1"], "values": [0.0, 1.0], "start": 0},
                {"name": "b", "texts": ["x", "y > z", "w"], "values": None, "start": 2},
            ],
            "tables": {"words": ["none", "one > 0", "two", "four"]},
        },
    )
}
PAGE = '<p>{}</p><figure class="live-figure" id="live-f" data-positions="6"></figure>'


def test_claims_are_taken_out_and_addresses_have_a_place_before_their_figure():
    links = (
        '<a class="live-set" href="#f?b=y%20&gt;%20z" data-claim="one &gt; 0">1</a>'
        '<a class="live-set" href="#f?a=1&amp;b=y%20%3E%20z" data-claim="four">2</a>'
        '<a class="live-set" href="#f?a=1">3</a><a class="live-set" href="#f?a=1">4</a>'
    )
    body = claims.bound("page", PAGE.format(links), ATLASES)
    assert "data-claim" not in body
    soup = BeautifulSoup(body, "html.parser")
    assert [link.text for link in soup.select("a.live-set")] == ["1", "2", "3", "4"]
    places, figure = soup.select(".live-places, figure")
    assert [place["id"] for place in places.select("span")] == ["f?b=y > z", "f?a=1&b=y > z", "f?a=1"]
    assert places.find_next_sibling() == figure


def test_all_that_is_not_so_is_told_at_once_with_its_page():
    links = (
        '<a class="live-set" href="#f?a=1&amp;b=x" data-claim="one">1</a>'
        '<a class="live-set" href="#g?a=1">2</a><a class="live-set" href="#f?a=0">3</a>'
    )
    with pytest.raises(ExtensionError) as refused:
        claims.bound("chapters/page", PAGE.format(links), ATLASES)
    _, first, second = str(refused.value).split("\n")
    assert (
        first.strip() == "chapters/page: #f?a=1&b=x: the claim 'one' is not so: there the figure says 'two'"
    )
    assert second.strip() == "chapters/page: #g?a=1: no figure of this page is named g: there are f"


def test_a_page_without_links_stays_as_it_is():
    assert claims.bound("page", PAGE.format(""), ATLASES) == PAGE.format("")


def test_the_extension_says_what_it_needs():
    added = {}
    app = SimpleNamespace(
        add_node=lambda node, **writers: added.update({node: set(writers)}),
        add_transform=lambda transform: added.update({transform: None}),
    )
    assert claims.setup(app) == {"parallel_read_safe": True, "parallel_write_safe": True}
    writers = {"html", "latex", "text", "man", "texinfo"}
    assert added == {claims.live_set: writers, claims.FindLinks: None}
