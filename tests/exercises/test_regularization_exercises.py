"""Chapter 1: its checkers accept what is right and say what is wrong, and its contacts are exact."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from optimlib import ball_contact, elastic_net, l1
from optimlib.exercises.regularization import (
    check_augmented,
    check_dropout,
    check_kkt_residual,
    check_soft_threshold,
)


def test_made_up_rows_may_stand_anywhere():
    def mine(X, y, lam):
        p = X.shape[1]
        return np.vstack([np.sqrt(len(y) * lam) * np.eye(p), X]), np.concatenate([np.zeros(p), y])

    assert check_augmented(mine)


@pytest.mark.parametrize(
    "mine, words",
    [
        (lambda X, y, lam: X, "return two arrays: the longer X and the longer y"),
        (lambda X, y, lam: (np.vstack([X, np.eye(X.shape[1])]), y), "the longer X has 23 rows"),
        (lambda X, y, lam: (X[:, :1], y), "it needs 3 columns"),
        (lambda X, y, lam: (X * np.nan, y), "NaN or infinity"),
    ],
    ids=range(4),
)
def test_what_is_wrong_with_made_up_rows_is_named(mine, words):
    assert words in repr(check_augmented(mine))


def test_a_threshold_in_place_is_right_and_said_to_be_in_place():
    def mine(w, t):
        w[:] = np.sign(w) * np.maximum(abs(w) - t, 0)
        return w

    verdict = check_soft_threshold(mine)
    assert verdict
    assert "Your function changed its argument w" in repr(verdict)


def test_an_answer_that_is_missing_in_one_case_only_is_told_which():
    verdict = check_dropout(lambda x, p, u: None if u is None else np.where(u < p, 0, x / (1 - p)))
    assert "For p = 0.5, test time (u is None), your function returns nothing" in repr(verdict)


def test_the_rounding_of_a_zero_is_shown_as_zero():
    assert "For the minimizer, the residual: yours gives 1; right is 0." in repr(
        check_kkt_residual(lambda X, y, w, lam: 1.0)
    )


# The diamond, the disc and what lies between -----------------------------------------------

NOTEBOOK = Path(__file__).parents[2] / "chapters" / "01-regularization.ipynb"


@pytest.fixture(scope="module")
def geometry():
    """The names of the notebook's own cell that draws the contact, and its live figure."""
    cells = [cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    (drawing,) = (source for source in cells if "def ball_touched_by_ellipse" in source)
    names = {"__name__": "__main__"}
    with plt.rc_context():
        exec(cells[0], names)
        exec(drawing, names)
    return names


def test_the_contact_is_optimal_at_every_position_of_the_sliders(geometry):
    """The optimality conditions, written out here, hold to 1e-8, and the ball is the one that is drawn."""
    figure, H = geometry["ball_touched_by_ellipse"], geometry["H"]
    for position in range(figure.positions):
        at = figure.values(position)
        lam, mix, m = at["lam"], at["mix"], geometry["minimum_at"](at["direction"])
        w, _ = geometry["contact"](**at)
        g = H @ (w - m) + 2 * lam * (1 - mix) * w
        held, rest = np.abs(g + lam * mix * np.sign(w)), np.maximum(np.abs(g) - lam * mix, 0)
        assert np.where(w != 0, held, rest).max() <= 1e-8, at
        size = elastic_net(w, mix)
        np.testing.assert_allclose(elastic_net(geometry["ball"](mix, size).T, mix), size, atol=1e-12)


def test_the_sentence_says_where_the_contact_is(geometry):
    figure = geometry["ball_touched_by_ellipse"]
    for position in range(0, figure.positions, 7):
        at = figure.values(position)
        w, _ = geometry["contact"](**at)
        said = figure.update(**at)
        assert ("w₁ is exactly 0" in said) == (w[0] == 0) and ("w₂ is exactly 0" in said) == (w[1] == 0)
        numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", said)[:2]]
        np.testing.assert_allclose(numbers, w, atol=6e-4)


def test_at_both_ends_of_the_mix_it_is_the_contact_of_diamond_and_disc(geometry):
    H = geometry["H"]
    for lam in (0.2, 1.0, 2.0):
        for direction in range(-30, 121, 15):
            for mix, penalty, size in ((1.0, "l1", l1), (0.0, "l2", np.linalg.norm)):
                w, _ = geometry["contact"](lam, mix, direction)
                if w.any():
                    found = ball_contact(H, geometry["minimum_at"](direction), size(w), penalty)
                    np.testing.assert_allclose(found.w, w, atol=1e-9)
