"""Checkers of chapter 1, Regularization."""

import numpy as np

from .. import layers, regularization
from .answers import MistakeError, reals
from .compare import check_values

_FIT = "whoever gave you the data goes on with others. Work on a copy."


def check_soft_threshold(mine):
    """Check `mine(w, t)`, which moves every entry of w towards 0 by t and stops there."""
    cases = [
        (np.array([3.0, -0.5, -2.0]), 1.0),
        (np.array([0.4, -0.4, 0.0]), 0.4),
        (np.array([1.5, -7.0]), 0.0),
        (np.array([-0.1]), 5.0),
    ]
    return check_values(
        mine,
        lambda w, t: regularization.soft_threshold(w, t),
        cases,
        "the result",
        check_soft_threshold.mistakes,
    )


check_soft_threshold.mistakes = {
    "That is the hard threshold: it keeps the large entries as they are. Here they move by t as well.": (
        lambda w, t: np.where(abs(w) > t, w, 0.0)
    ),
    "Entries smaller than t must stop at 0, and not go on to the other side.": (
        lambda w, t: w - t * np.sign(w)
    ),
    "Negative entries are lost: they move up, towards 0, by t.": lambda w, t: np.maximum(w - t, 0.0),
    "The signs are lost: multiply by np.sign(w).": lambda w, t: np.maximum(abs(w) - t, 0.0),
    "That is what is taken away, not what is left: subtract it from w.": lambda w, t: np.clip(w, -t, t),
}


def check_ridge(mine):
    """Check `mine(X, y, lam)`, the minimizer of the mean squared error plus lam·l2(w)."""
    cases = [(*_rows(n, p), lam) for n, p, lam in [(20, 3, 0.1), (7, 2, 2.0), (50, 5, 0.001)]]
    return check_values(
        mine,
        lambda X, y, lam: regularization.fit_ridge(X, y, lam),
        cases,
        "w",
        check_ridge.mistakes,
        spoils=_FIT,
    )


def _ridge_with(penalty):
    """The solution of XᵀX w + penalty w = Xᵀy, for penalty(n, lam), a matrix or a multiple of I."""

    def fit(X, y, lam):
        n, p = X.shape
        added = penalty(n, lam)
        return np.linalg.solve(X.T @ X + added * np.eye(p), X.T @ y)

    return fit


check_ridge.mistakes = {
    "The n is missing: the loss is a mean over n rows, so n·lam stands beside XᵀX.": _ridge_with(
        lambda n, lam: lam
    ),
    "A 2 is lost: both terms have one in the derivative, and they cancel.": _ridge_with(
        lambda n, lam: n * lam / 2
    ),
    "A 2 is too many: both terms have one in the derivative, and they cancel.": _ridge_with(
        lambda n, lam: 2 * n * lam
    ),
    "The n is on the wrong side: n·lam, and not lam/n.": _ridge_with(lambda n, lam: lam / n),
    "If you divide XᵀX by n, divide Xᵀy, too.": (
        lambda X, y, lam: np.linalg.solve(X.T @ X / len(y) + lam * np.eye(X.shape[1]), X.T @ y)
    ),
    "The penalty belongs on the diagonal only: times np.eye(p).": (
        lambda X, y, lam: np.linalg.solve(X.T @ X + len(y) * lam, X.T @ y)
    ),
    "That is least squares: the penalty is missing.": _ridge_with(lambda n, lam: 0.0),
}


def check_augmented(mine):
    """Check `mine(X, y, lam)`: rows whose plain least squares solution is the ridge solution."""
    cases = [(*_rows(n, p), lam) for n, p, lam in [(20, 3, 0.1), (7, 2, 2.0), (3, 5, 0.5)]]
    return check_values(
        mine,
        lambda X, y, lam: regularization.fit_ridge(X, y, lam),
        cases,
        "the least squares solution of your rows",
        check_augmented.mistakes,
        read=_least_squares,
        spoils=_FIT,
    )


def _least_squares(rows, X, y, lam):
    if not isinstance(rows, tuple | list) or len(rows) != 2:
        raise MistakeError("return two arrays: the longer X and the longer y.")
    longer, targets = reals(rows[0], "the longer X"), reals(rows[1], "the longer y")
    if longer.ndim != 2 or longer.shape[1] != X.shape[1]:
        raise MistakeError(f"the longer X has shape {longer.shape}; it needs {X.shape[1]} columns, as X has.")
    if targets.shape != longer.shape[:1]:
        raise MistakeError(
            f"the longer X has {len(longer)} rows, and the longer y has shape {targets.shape}: "
            "each row needs a target."
        )
    if not (np.isfinite(longer).all() and np.isfinite(targets).all()):
        raise MistakeError("your rows hold NaN or infinity.")
    return np.linalg.lstsq(longer, targets, rcond=None)[0]


def _with_rows(size):
    def rows(X, y, lam):
        n, p = X.shape
        return np.vstack([X, size(n, lam) * np.eye(p)]), np.append(y, np.zeros(p))

    return rows


check_augmented.mistakes = {
    "The root is missing: rows are squared in the loss, so a row of √(n·lam) gives n·lam.": _with_rows(
        lambda n, lam: n * lam
    ),
    "The n is missing: the loss is a mean over n rows, and lam stands beside the mean.": _with_rows(
        lambda n, lam: np.sqrt(lam)
    ),
    "The root and the n are missing: rows are squared, and lam stands beside a mean of n.": _with_rows(
        lambda n, lam: lam
    ),
    "These rows change nothing: the solution is that of X and y alone.": lambda X, y, lam: (X, y),
}


def check_kkt_residual(mine):
    """Check `mine(X, y, w, lam)`: the largest violation of the lasso's optimality conditions."""
    X, y = _rows(30, 4)
    w = regularization.fit_lasso(X, y, 0.8)
    cases = {
        "the minimizer": (X, y, w, 0.8),
        "1.1 times the minimizer": (X, y, 1.1 * w, 0.8),
        "w = 0": (X, y, 0 * w, 0.8),
        "minus the minimizer": (X, y, -w, 0.8),
        "w = 0 and a lam so large that 0 is right": (X, y, 0 * w, 100.0),
    }
    return check_values(
        mine,
        lambda X, y, w, lam: regularization.kkt_residual(X, y, w, lam),
        cases,
        "the residual",
        check_kkt_residual.mistakes,
        spoils=_FIT,
    )


def _kkt_with(factor=lambda n: 2 / n, resting=lambda g, lam: np.maximum(abs(g) - lam, 0), lams=1, sign=1):
    """The residual with another factor of the gradient, other conditions at 0, and so on."""

    def residual(X, y, w, lam):
        g, lam = factor(len(y)) * X.T @ (X @ w - y), lams * lam
        return np.where(w != 0, abs(g + sign * lam * np.sign(w)), resting(g, lam)).max()

    return residual


def _violations(X, y, w, lam):
    g = 2 / len(y) * X.T @ (X @ w - y)
    return np.where(w != 0, abs(g + lam * np.sign(w)), np.maximum(abs(g) - lam, 0))


check_kkt_residual.mistakes = {
    "The gradient of the mean has 2/n in front; yours has 1/n.": _kkt_with(lambda n: 1 / n),
    "The gradient of the mean has 2/n in front; the n is missing.": _kkt_with(lambda n: 2.0),
    "The gradient of the mean has 2/n in front; here it is missing.": _kkt_with(lambda n: 1.0),
    "Where w is 0, a gradient of up to lam is allowed: max(|g| − lam, 0).": _kkt_with(
        resting=lambda g, lam: abs(g)
    ),
    "The weights at 0 have a condition, too: there |g| must not exceed lam.": _kkt_with(
        resting=lambda g, lam: 0 * g
    ),
    "A violation is at least 0: where |g| is below lam, it is 0 and not |lam − |g||.": _kkt_with(
        resting=lambda g, lam: abs(abs(g) - lam)
    ),
    "The slope of lam·|w| is lam·sign(w), without a 2.": _kkt_with(lams=2),
    "Where w is not 0, g + lam·sign(w) must vanish: plus, not minus.": _kkt_with(sign=-1),
    "Take the largest violation, not the sum.": lambda *case: _violations(*case).sum(),
}


def check_alphas(mine):
    """Check `mine(lam, mix)`: scikit-learn's (alpha, l1_ratio) for the elastic net of this book."""

    def theirs(lam, mix):
        first, second = lam * mix / 2, lam * (1 - mix)
        return first + second, first / (first + second)

    cases = [(1.0, 0.5), (0.5, 1.0), (0.5, 0.0), (0.02, 0.9)]
    return check_values(mine, theirs, cases, ("alpha", "l1_ratio"), check_alphas.mistakes)


check_alphas.mistakes = {
    "Both terms are counted in full: divide this book's sum by 2 before you compare.": lambda lam, mix: (
        lam,
        mix,
    ),
    "Half is right for the first term only: ½ α (1 − r) has a half of its own.": lambda lam, mix: (
        lam / 2,
        mix,
    ),
    "alpha is right. The ratio is that of the first term to alpha, and no longer mix.": lambda lam, mix: (
        lam * mix / 2 + lam * (1 - mix),
        mix,
    ),
    "The half belongs to the first term, lam·mix: the second has one in scikit-learn, too.": (
        lambda lam, mix: (lam * mix + lam * (1 - mix) / 2, 2 * mix / (1 + mix))
    ),
}


def check_dropout(mine):
    """Check `mine(x, p, u)`: inverted dropout where the uniform number u of an entry is below p.

    At test time u is None.
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 4))
    cases = {
        "p = 0.2, training": (x, 0.2, rng.random(x.shape)),
        "p = 0, training": (x, 0.0, rng.random(x.shape)),
        "p = 0.8, training": (x, 0.8, rng.random(x.shape)),
        "p = 0.5, test time (u is None)": (x, 0.5, None),
    }
    return check_values(mine, _dropout(), cases, "the result", check_dropout.mistakes)


def _dropout(dropped=lambda u, p: u < p, scale=lambda p: 1 / (1 - p), at_test=lambda p: 1.0):
    def drop(x, p, u):
        return x * at_test(p) if u is None else np.where(dropped(u, p), 0.0, x * scale(p))

    return drop


check_dropout.mistakes = {
    "You keep the entries whose u is below p; they are the ones to drop. p is the probability of dropping.": (
        _dropout(lambda u, p: u >= p)
    ),
    "You keep with probability p, and divide by it: p is the probability of dropping.": _dropout(
        lambda u, p: u >= p, lambda p: 1 / p
    ),
    "The entries that stay are to be divided by 1 − p, so that the mean stays.": _dropout(
        scale=lambda p: 1.0
    ),
    "The entries that stay are divided by 1 − p, the share that stays, not by p.": _dropout(
        scale=lambda p: 1 / p
    ),
    "The entries that stay grow: divide by 1 − p, do not multiply.": _dropout(scale=lambda p: 1 - p),
    "That is the first form of dropout, which scales at test time. The inverted one scales in training.": (
        _dropout(scale=lambda p: 1.0, at_test=lambda p: 1 - p)
    ),
    "At test time nothing is left to do: training has scaled already.": _dropout(at_test=lambda p: 1 - p),
}


def check_batch_norm(mine):
    """Check `mine(x, mean, var)`: batch normalization with gamma = 1, beta = 0 and eps = 1e-5.

    In training mean and var are None.
    """

    def theirs(x, mean, var):
        return layers.batch_norm(x, 1.0, 0.0, mean=mean, var=var)

    x = np.random.default_rng(1).normal(3, 2, size=(8, 2))
    mean, var = layers.batch_statistics(x)
    cases = {
        "8 rows of small numbers, training": (0.003 * x, None, None),
        "8 rows, training": (x, None, None),
        "8 rows, test time (mean and var are given)": (x + 5, mean, var),
        "one row, test time (mean and var are given)": (x[:1], mean, var),
    }
    return check_values(mine, theirs, cases, "the result", check_batch_norm.mistakes)


def _normalize(axis=0, ddof=0, over=lambda var: np.sqrt(var + 1e-5), stored=True):
    def normalize(x, mean, var):
        if mean is None or not stored:
            keep = axis is not None
            mean, var = x.mean(axis, keepdims=keep), x.var(axis, ddof=ddof, keepdims=keep)
        return (x - mean) / over(var)

    return normalize


check_batch_norm.mistakes = {
    "The mean goes over the rows of the batch, axis=0: each column by itself.": _normalize(axis=1),
    "Each column has a mean and a variance of its own: axis=0.": _normalize(axis=None),
    "Batch normalization divides by n, not by n − 1: ddof=0.": _normalize(ddof=1),
    "The root is missing: divide by √(var + ε), a deviation, and not by a variance.": _normalize(
        over=lambda var: var + 1e-5
    ),
    "ε stands inside the root: √(var + ε).": _normalize(over=lambda var: np.sqrt(var) + 1e-5),
    "ε is missing: √(var + ε).": _normalize(over=np.sqrt),
    "At test time use the mean and var that are given, not those of the batch.": _normalize(stored=False),
}


def _rows(n, p):
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, p))
    return X, X @ np.arange(p) + rng.normal(size=n)
