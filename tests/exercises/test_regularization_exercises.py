"""Chapter 1: its checkers accept what is right and say what is wrong, and its contacts are exact."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from optimlib import ball_contact, batch_norm, elastic_net, fit_ridge, l1, soft_threshold
from optimlib.exercises.regularization import (
    check_alphas,
    check_augmented,
    check_batch_norm,
    check_dropout,
    check_kkt_residual,
    check_ridge,
    check_soft_threshold,
)


def test_the_library_passes_its_own_checks():
    assert check_soft_threshold(soft_threshold)
    assert check_ridge(fit_ridge)


def test_a_soft_threshold_that_does_not_stop_at_zero_is_refused():
    verdict = check_soft_threshold(lambda w, t: w - t * np.sign(w))
    assert "entry 1 of the result is the first that differs: yours is (0.5)" in repr(verdict)


def test_ridge_without_its_n_is_refused():
    def mine(X, y, lam):
        return np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y)

    assert "For X of shape (20, 3) and lam = 0.1, entry 0 of w" in repr(check_ridge(mine))


def test_made_up_rows_may_stand_anywhere():
    def mine(X, y, lam):
        p = X.shape[1]
        return np.vstack([np.sqrt(len(y) * lam) * np.eye(p), X]), np.concatenate([np.zeros(p), y])

    assert check_augmented(mine)
    assert not check_augmented(lambda X, y, lam: (X, y))


def test_a_residual_that_forgets_the_weights_at_zero_is_refused():
    def mine(X, y, w, lam, zeros=True):
        g = 2 / len(y) * X.T @ (X @ w - y)
        return np.where(w != 0, abs(g + lam * np.sign(w)), np.maximum(abs(g) - lam, 0) * zeros).max()

    assert check_kkt_residual(mine)
    assert "For w = 0, the residual is 0" in repr(check_kkt_residual(lambda *case: mine(*case, zeros=False)))


def test_alphas_without_the_half_are_refused():
    assert "alpha is 0.5 and should be 0.25" in repr(check_alphas(lambda lam, mix: (lam, mix)))


def test_layers_that_do_not_change_at_test_time_are_refused():
    verdict = check_dropout(lambda x, p, u: x * (1 - p) if u is None else np.where(u < p, 0, x))
    assert "training" in repr(verdict)
    verdict = check_batch_norm(lambda x, mean, var: batch_norm(x, 1.0, 0.0))
    assert "For 8 rows, test time (mean and var are given), row 0" in repr(verdict)


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
