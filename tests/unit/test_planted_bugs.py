import warnings

import numpy as np
import pytest

from optimlib import numerical_gradient
from optimlib.contest import cancer_task
from optimlib.planted_bugs import suspects

LAM = 0.05
X = np.column_stack([np.random.default_rng(0).normal(size=(7, 3)), np.ones(7)])
Y = np.array([1.0, -1, 1, 1, -1, 1, -1])
W = np.random.default_rng(1).normal(size=4)
SIX = suspects(X, Y, LAM)


def numerical(of_rows, penalty, w=W):
    """The gradient of what is computed from the n losses, plus a penalty."""
    return numerical_gradient(lambda w: of_rows(np.logaddexp(0, -Y * (X @ w))) + penalty(w), w)


def weights_only(w):
    return LAM * (w[:-1] ** 2).sum()


LOSSES = {  # whose right gradients they are
    "A": (np.mean, lambda w: weights_only(w) / 2),
    "B": (lambda losses: losses[:-1].sum() / 7, weights_only),
    "D": (np.mean, weights_only),
    "E": (np.mean, lambda w: LAM * (w**2).sum()),
    "F": (np.sum, lambda w: 7 * weights_only(w)),
}


@pytest.mark.parametrize("letter", LOSSES)
def test_a_bug_is_the_right_gradient_of_another_loss(letter):
    assert np.allclose(SIX[letter](W), numerical(*LOSSES[letter]), rtol=1e-8)
    assert letter == "D" or not np.allclose(SIX[letter](W), SIX["D"](W), rtol=1e-3)


def test_the_other_sign_is_the_data_s_gradient_at_minus_w():
    assert np.allclose(SIX["C"](W), numerical(np.mean, lambda w: 0.0, -W) + 2 * LAM * np.append(W[:-1], 0))
    assert not np.allclose(SIX["C"](W), SIX["D"](W), rtol=1e-3)


def test_at_zero_the_bugs_that_multiply_w_are_not_seen():
    at_zero = {letter: grad(np.zeros(4)) for letter, grad in SIX.items()}
    seen = {letter for letter in SIX if not np.allclose(at_zero[letter], at_zero["D"], rtol=1e-3)}
    assert seen == {"B", "F"}


def test_a_penalized_intercept_is_the_contest_s_gradient():
    task = cancer_task(lam=LAM)
    w = 0.1 * np.random.default_rng(2).normal(size=31)
    assert np.allclose(suspects(*task.train, LAM)["E"](w), task.grad(w, *task.train), rtol=1e-12)


def test_rows_far_from_the_boundary_give_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(np.isfinite(grad(1e4 * W)).all() for grad in SIX.values())


@pytest.mark.parametrize(
    "name, given, error",
    [
        ("X", X[0], ValueError),
        ("y", Y[1:], ValueError),
        ("y", "a", TypeError),
        ("lam", -1.0, ValueError),
    ],
)
def test_a_bad_argument_is_named(name, given, error):
    with pytest.raises(error, match=rf"^{name} must "):
        suspects(**{"X": X, "y": Y, "lam": LAM, name: given})
