"""Checkers of chapter 1, Regularization."""

import functools

import numpy as np

from .. import layers, regularization
from .compare import check_values


def check_soft_threshold(mine):
    """Check `mine(w, t)`, which moves every entry of w towards 0 by t and stops there."""
    cases = [
        (np.array([3.0, -0.5, -2.0]), 1.0),
        (np.array([0.4, -0.4, 0.0]), 0.4),
        (np.array([1.5, -7.0]), 0.0),
        (np.array([-0.1]), 5.0),
    ]
    return check_values(
        mine, regularization.soft_threshold, cases, ("the result",), describe=_spell_threshold
    )


def _spell_threshold(w, t):
    return f"w = {w.tolist()} and t = {t}"


def check_ridge(mine):
    """Check `mine(X, y, lam)`, the minimizer of the mean squared error plus lam·l2(w)."""
    cases = [(*_rows(n, p), lam) for n, p, lam in [(20, 3, 0.1), (7, 2, 2.0), (50, 5, 0.001)]]
    return check_values(mine, regularization.fit_ridge, cases, ("w",), describe=_spell_rows)


def check_augmented(mine):
    """Check `mine(X, y, lam)`: rows whose plain least squares solution is the ridge solution."""

    @functools.wraps(mine)
    def solved(X, y, lam):
        rows = mine(X, y, lam)
        return rows if rows is None or rows is Ellipsis else np.linalg.lstsq(*rows, rcond=None)[0]

    cases = [(*_rows(n, p), lam) for n, p, lam in [(20, 3, 0.1), (7, 2, 2.0), (3, 5, 0.5)]]
    name = "the least squares solution of your rows"
    return check_values(solved, regularization.fit_ridge, cases, (name,), describe=_spell_rows)


def check_kkt_residual(mine):
    """Check `mine(X, y, w, lam)`: the largest violation of the lasso's optimality conditions."""
    X, y = _rows(30, 4)
    w = regularization.fit_lasso(X, y, 0.8)
    cases = [
        (X, y, w, 0.8, "the minimizer"),
        (X, y, 1.1 * w, 0.8, "1.1 times the minimizer"),
        (X, y, 0 * w, 0.8, "w = 0"),
        (X, y, -w, 0.8, "minus the minimizer"),
        (X, y, 0 * w, 100.0, "w = 0 and a lam so large that 0 is right"),
    ]

    @functools.wraps(mine)
    def without_words(X, y, w, lam, words):
        return mine(X, y, w, lam)

    def theirs(X, y, w, lam, words):
        return np.asarray(regularization.kkt_residual(X, y, w, lam))

    return check_values(
        without_words, theirs, cases, ("the residual",), describe=lambda X, y, w, lam, words: words
    )


def check_alphas(mine):
    """Check `mine(lam, mix)`: scikit-learn's (alpha, l1_ratio) for the elastic net of this book."""

    def theirs(lam, mix):
        first, second = lam * mix / 2, lam * (1 - mix)
        return first + second, first / (first + second)

    cases = [(0.5, 1.0), (0.5, 0.0), (1.0, 0.5), (0.02, 0.9)]
    return check_values(
        mine, theirs, cases, ("alpha", "l1_ratio"), describe=lambda lam, mix: f"lam = {lam}, mix = {mix}"
    )


def check_dropout(mine):
    """Check `mine(x, p, u)`: inverted dropout where the uniform number u of an entry is below p.

    At test time u is None.
    """

    def theirs(x, p, u):
        return x if u is None else np.where(u < p, 0.0, x / (1 - p))

    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 4))
    cases = [
        (x, 0.5, rng.random(x.shape)),
        (x, 0.0, rng.random(x.shape)),
        (x, 0.8, rng.random(x.shape)),
        (x, 0.5, None),
    ]

    def words(x, p, u):
        return f"p = {p}, {'training' if u is not None else 'test time (u is None)'}"

    return check_values(mine, theirs, cases, ("the result",), describe=words)


def check_batch_norm(mine):
    """Check `mine(x, mean, var)`: batch normalization with gamma = 1, beta = 0 and eps = 1e-5.

    In training mean and var are None.
    """

    def theirs(x, mean, var):
        return layers.batch_norm(x, 1.0, 0.0, mean=mean, var=var)

    x = np.random.default_rng(1).normal(3, 2, size=(8, 2))
    mean, var = layers.batch_statistics(x)
    cases = [(x, None, None), (x + 5, None, None), (x + 5, mean, var), (x[:1], mean, var)]

    def words(x, mean, var):
        return f"{len(x)} rows, {'training' if mean is None else 'test time (mean and var are given)'}"

    return check_values(mine, theirs, cases, ("the result",), describe=words)


def _rows(n, p):
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, p))
    return X, X @ np.arange(p) + rng.normal(size=n)


def _spell_rows(X, y, lam):
    return f"X of shape {X.shape} and lam = {lam}"
