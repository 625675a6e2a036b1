"""Chapter 1: its checkers accept what is right and say what is wrong, and its contacts are exact."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from right_answers import RIGHT

from optimlib import ball_contact, elastic_net, fit_lasso, kkt_residual, l1
from optimlib.exercises import regularization
from optimlib.exercises.paper import OnPaper
from optimlib.exercises.regularization import (
    check_augmented,
    check_best_ridge,
    check_contact,
    check_folded,
    check_intercept,
    check_stopping,
    check_sweep,
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


def test_a_sweep_in_place_is_right_and_said_to_be_in_place():
    def mine(X, y, w, lam):
        for j, column in enumerate(X.T):
            size = np.mean(column**2)
            m = w[j] + np.mean(column * (y - X @ w)) / size
            w[j] = np.sign(m) * max(abs(m) - lam / (2 * size), 0)
        return w

    verdict = check_sweep(mine)
    assert verdict
    assert "Your function changed its argument w" in repr(verdict)


def test_sweeps_that_pass_the_check_end_at_the_lasso():
    rng = np.random.default_rng(4)
    X, w = rng.normal(size=(40, 6)), np.zeros(6)
    y = X @ [3.0, 0.0, -2.0, 0.0, 0.0, 1.0] + rng.normal(size=40)
    for _ in range(200):
        w = RIGHT["check_sweep"](X, y, w, 0.9)
    np.testing.assert_allclose(w, fit_lasso(X, y, 0.9), atol=1e-9)
    assert kkt_residual(X, y, w, 0.9) < 1e-8


def test_a_forgotten_intercept_is_told():
    assert "the intercept" in repr(check_intercept(lambda X, y, lam: np.zeros(X.shape[1])))


def test_an_answer_that_fails_in_one_case_only_is_told_which():
    def mine(W, gamma, beta, mean, var):
        scale = gamma / np.sqrt(var)
        return W * scale, beta - mean * scale

    assert "ε is missing" in repr(check_folded(mine))


# Numbers worked out on paper ----------------------------------------------------------------

PAPER = {name: thing for name, thing in vars(regularization).items() if isinstance(thing, OnPaper)}
HAND = {  # as the solutions have them
    "check_unit": (3, np.sqrt(6), 1.8),
    "check_by_hand": (2.5, 1.5, 1.833, 6),
    "check_stopping": (0.651, 0.268, 44),
    "check_contact": (1.333, 0.333, 1.5, 2.5),
    "check_best_ridge": (0.08, 0.0617, 0.0494, 0.2),
}


@pytest.mark.parametrize("name", PAPER)
def test_numbers_on_paper_are_those_of_the_solutions(name):
    assert PAPER[name](*HAND[name])
    assert "Not finished yet" in repr(PAPER[name](*[...] * len(HAND[name])))


@pytest.mark.parametrize(
    "name, sentence", [(name, sentence) for name, check in PAPER.items() for sentence in check.mistakes]
)
def test_a_mistake_on_paper_is_named(name, sentence):
    check = PAPER[name]
    numbers = check.mistakes[sentence]
    pairs = zip(numbers, check.wants.values(), strict=True)
    verdict = check(*(want if number is None else number for number, want in pairs))
    assert not verdict
    assert repr(verdict).endswith(sentence)


def test_a_direction_stopped_early_is_the_gradient_descent_it_stands_for():
    w = 0.0
    for _ in range(10):
        w -= 0.1 * 2 * 0.5 * (w - 1)
    share, lam, steps = check_stopping.wants.values()
    assert np.isclose(w, share) and np.isclose(0.5 / (0.5 + lam), share)
    assert 0.9**steps <= 0.01 < 0.9 ** (steps - 1)


def test_numbers_of_contact_and_best_ridge_are_the_library_s_own():
    H = np.array([[1.0, 0.5], [0.5, 1.0]])
    X, m = np.linalg.cholesky(H).T, np.array([2.0, 1.0])
    w1, w2, corner, none = check_contact.wants.values()
    np.testing.assert_allclose(fit_lasso(X, X @ m, 1.0), [w1, w2])
    for lam, zeros in ((corner - 0.01, 0), (corner, 1), (none - 0.01, 1), (none, 2)):
        assert np.sum(fit_lasso(X, X @ m, lam) == 0) == zeros or lam == corner
    lam, variance, squared, _ = check_best_ridge.wants.values()
    errors = [(5 + (50 * s) ** 2 * 0.25) / (5 + 50 * s) ** 2 for s in (0.99 * lam, lam, 1.01 * lam)]
    assert errors[1] == min(errors) and np.isclose(errors[1], variance + squared)


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
