"""Where a figure is shown, what it is as text, what it is as a file, and how large it may be."""

import sys
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimlib.live import LiveFigure, ask, figure, live, moving, page


def a_line(question=None, last=3, **more):
    fig, ax = plt.subplots(figsize=(4, 3))
    (line,) = ax.plot([], [], animated=True)

    def rising(k=1):
        """A line & more.

        It rises, 1e-3.
        """
        line.set_data([0, 1], [0, k])
        return f"k = -{k}."

    return LiveFigure(fig, rising, {"k": (0, last)}, question, **more)


def test_as_text_it_is_its_caption_its_question_and_its_first_sentence():
    asked = ask("Which?", {"a": "Yes.", "b": "No."})
    caption, words = "A line & more. It rises, 10⁻³.", "k = −1."
    plain = a_line()._repr_mimebundle_()["text/plain"]
    assert plain == f"{caption}\n{words}"
    assert a_line(asked)._repr_mimebundle_()["text/plain"] == f"{caption}\n{asked.plain()}\n{words}"
    made = a_line()
    assert made.sentence({"k": 3}) == "k = −3."


def test_saved_it_is_one_page_that_needs_nothing_else(tmp_path):
    made = a_line()
    made.save(tmp_path / "with.html", source="https://a.b/?c&d")
    made.save(tmp_path / "without.html")
    link = '<a href="https://a.b/?c&amp;d">https://a.b/?c&amp;d</a>'
    for name, source in {"with": link, "without": ""}.items():
        whole = page.alone("A line & more.", page.html(made, made.atlas()), page.inline(), source)
        assert (tmp_path / f"{name}.html").read_text("utf-8") == whole


@pytest.fixture
def shown(monkeypatch):
    """What is displayed."""
    calls = []
    display = SimpleNamespace(display=lambda *what, **how: calls.append((*what, how)))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.delenv("OPTIMLIB_PUBLISH", raising=False)
    return calls


def test_in_a_notebook_a_picture_stands_before_the_figure_and_in_a_book_it_stands_alone(shown, monkeypatch):
    made = a_line()
    made.show()
    picture = {"text/html": page.picture(made), "text/plain": "A line & more. It rises, 10⁻³.\nk = −1."}
    assert shown == [(picture, {"raw": True}), (made, {})]
    shown.clear()
    monkeypatch.setenv("OPTIMLIB_PUBLISH", "1")
    made.show()
    assert shown == [(made, {})]


@pytest.mark.parametrize(
    "ipython, times",
    [
        (None, 0),
        (SimpleNamespace(get_ipython=lambda: None), 0),
        (SimpleNamespace(get_ipython=lambda: SimpleNamespace()), 0),
        (SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=1)), 1),
    ],
)
def test_the_decorator_shows_it_at_once_where_there_is_a_kernel(ipython, times, shown, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    if ipython:
        monkeypatch.setitem(sys.modules, "IPython", ipython)
    fig, ax = plt.subplots()
    (line,) = ax.plot([], [], animated=True)

    @live(fig, ask=ask("Which?", {"a": "Yes.", "b": "No."}), stack=[[ax]], k=(0, 1))
    def still(k=0):
        """A line."""
        line.set_data([0, 1], [0, k])

    assert [call[0] for call in shown if call[0] is still] == [still] * times
    assert still.question.text == "Which?"


def test_published_a_figure_that_fails_somewhere_fails_at_once(monkeypatch):
    monkeypatch.setenv("OPTIMLIB_PUBLISH", "1")
    fig, ax = plt.subplots()
    (line,) = ax.plot([], [], animated=True)
    with pytest.raises(ZeroDivisionError):

        @live(fig, k=(0, 1))
        def failing(k=0):
            """A line."""
            line.set_data([0, 1], [0, 1 // (1 - k)])


def test_the_limits_are_allowed_and_one_more_is_not(monkeypatch):
    monkeypatch.setattr(figure, "MOST_POSITIONS", 4)
    size = max(len(a_line().atlas(shape)) for shape in (None, a_line().narrow) if shape is None)
    monkeypatch.setattr(figure, "MOST_BYTES", 10 * size)
    assert len(a_line(last=3).atlas()) == size
    with pytest.raises(
        ValueError, match=r"rising is too large to publish: 5 positions, and at most 4 .* k 5 pos"
    ):
        a_line(last=4).atlas()
    made = a_line()
    most = max(len(made.atlas()), len(made.atlas(made.narrow)))
    monkeypatch.setattr(figure, "MOST_BYTES", most)
    assert a_line().atlas() == made.atlas()
    monkeypatch.setattr(figure, "MOST_BYTES", most - 1)
    with pytest.raises(ValueError, match=f"{most:,} bytes, and at most {most - 1:,}"):
        a_line().atlas()


@pytest.mark.parametrize("where", [0, 2, 4])
def test_a_change_that_matplotlib_does_not_report_is_seen_at_either_end_and_in_the_middle(where):
    fig, ax = plt.subplots(figsize=(4, 3))
    (line,) = ax.plot([], [], animated=True)
    (other,) = ax.plot([0, 1], [0, 1])

    def sly(k=1):
        """A line."""
        line.set_data([0, 1], [0, k])
        other._path.vertices[1, 1] = 0.5 if k == where else 1
        other._transformed_path = None

    with pytest.raises(
        ValueError, match=rf"sly at k = {where} changed something that stands still \(seen by"
    ):
        LiveFigure(fig, sly, {"k": (0, 4)}).atlas()


def test_what_moves_is_in_the_order_in_which_matplotlib_draws_it():
    fig, (left, right) = plt.subplots(1, 2)
    inset = left.inset_axes([0.5, 0.5, 0.4, 0.4])
    left.set_zorder(2)
    late = left.plot([0, 1], [0, 1], animated=True, zorder=1)[0]
    early = left.text(0, 0, "early", animated=True, zorder=0.5)
    inner = inset.plot([0, 1], [0, 1], animated=True)[0]
    first = right.plot([0, 1], [0, 1], animated=True)[0]
    last = fig.text(0, 0, "last", animated=True)
    right.plot([0, 1], [1, 0])
    found = moving.artists(fig)
    assert [found.index(artist) for artist in (first, early, late, last)] == sorted(
        found.index(artist) for artist in (first, early, late, last)
    )
    assert set(found) == {first, early, late, inner, last}
    assert moving.all_axes(fig) == [left, inset, right]


def test_what_stands_on_colour_keeps_its_own():
    fig, (plain, pictured) = plt.subplots(1, 2, figsize=(6, 3))
    for ax in (plain, pictured):
        ax.set(xlim=(0, 10), ylim=(0, 10))
    pictured.imshow(np.eye(2), extent=(0, 10, 0, 10))
    boxes = [plain.add_patch(plt.Rectangle((x, 0), 2, 4, **look)) for x, look in enumerate_looks()]
    fig.draw_without_rendering()
    on = moving.stands_on_colour
    lines = [ax.plot([0, 1], [0, 1])[0] for ax in (plain, pictured)]
    assert [on(line) for line in lines] == [False, True]
    texts = [plain.text(x + 1, 2, "on it") for x, _ in enumerate_looks()]
    assert [on(text) for text in texts] == [True, False, False, False]
    assert on(plain.text(1, 6, "above")) is False
    assert on(pictured.text(5, 5, "on it")) is True
    assert on(pictured.text(5, 12, "above")) is False
    assert on(pictured.title) is False and on(fig.text(0, 0, "figure")) is False
    assert on(boxes[0]) is False
    mesh = plain.pcolormesh(np.eye(2))
    assert [on(mesh), on(lines[0])] == [False, True]
    crisp = [
        mesh,
        plain.plot([0, 1], [0, 1], antialiased=False)[0],
        lines[0],
        texts[0],
        plain.contourf(np.eye(3)),
        plain.imshow(np.eye(2)),
    ]
    assert [bool(moving.is_crisp(artist)) for artist in crisp] == [True, True, False, False, False, False]


def enumerate_looks():
    """A coloured box, a grey one, one that is half transparent, and one that is hidden."""
    looks = [{"fc": "gold"}, {"fc": "0.5"}, {"fc": (1, 0.8, 0, 0.5)}, {"fc": "gold", "visible": False}]
    return zip((0, 2.5, 5, 7.5), looks, strict=True)
