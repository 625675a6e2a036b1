"""Checkers of chapter 1, Regularization."""

import math

import numpy as np

from .. import layers, regularization
from .answers import MistakeError, reals
from .compare import check_values
from .paper import OnPaper

_FIT = "whoever gave you the data goes on with others. Work on a copy."


def _unit(z=3.0, p=0.4):
    """The mean and deviation of a unit under dropout, and its mean where training does not scale."""
    return {
        "the mean": z,
        "the standard deviation": z * math.sqrt(p / (1 - p)),
        "the mean without scaling": (1 - p) * z,
    }


check_unit = OnPaper(
    _unit(),
    {
        "That is the variance; the deviation is its root.": (None, 3.0**2 * 0.4 / 0.6, None),
        "p is the probability of dropping: the unit stays with probability 0.6, and becomes 3/0.6.": (
            None,
            3 * math.sqrt(0.6 / 0.4),
            None,
        ),
        "p is the probability of dropping: without scaling the unit is 3 with probability 0.6.": (
            None,
            None,
            0.4 * 3,
        ),
        "The mean over all draws counts the zeros, too.": (5.0, None, None),
    },
)


def _shrunk(m, lam, mix):
    """The elastic net's weight where columns are orthogonal."""
    return float(regularization.soft_threshold([m], lam * mix / 2)[0] / (1 + lam * (1 - mix)))


check_by_hand = OnPaper(
    {
        "the L1 weight": _shrunk(3.0, 1.0, 1.0),
        "the L2 weight": _shrunk(3.0, 1.0, 0.0),
        "the elastic net's weight": _shrunk(3.0, 1.0, 0.5),
        "the λ from which on all L1 weights are zero": 2 * 3.0,
    },
    {
        "The slope of (w − m)² has a 2: L1 moves by λ/2, not by λ.": (2.0, None, None, None),
        "L2 divides by 1 + λ; both terms have a 2, and they cancel.": (None, 1.0, None, None),
        "That is the mean of the L1 and the L2 weight: the mixture is of the penalties, not of the fits.": (
            None,
            None,
            2.0,
            None,
        ),
        "In the elastic net the L1 part has the strength λ·mix: it moves by a half of that.": (
            None,
            None,
            2.5 / 1.5,
            None,
        ),
        "A weight m reaches zero where λ/2 = |m|.": (None, None, None, 3.0),
        "The smallest weight vanishes there, the first one. All are zero where the largest is.": (
            None,
            None,
            None,
            0.8,
        ),
    },
)


def _stopping(says=0.5, lr=0.1, steps=10):
    """The share kept after so many steps, ridge's λ of the same share, and the steps to 99%."""
    factor = 1 - 2 * lr * says
    kept = 1 - factor**steps
    return {
        "the share after ten steps": kept,
        "the λ of ridge with the same share": says * (1 / kept - 1),
        "the number of steps to 99%": math.ceil(math.log(0.01) / math.log(factor)),
    }


check_stopping = OnPaper(
    _stopping(),
    {
        "That share is still missing after ten steps; kept is the rest.": (0.9**10, None, None),
        "The gradient of the mean squared error has a 2: each step leaves 1 − 2ησᵢ²/n.": (
            1 - 0.95**10,
            None,
            None,
        ),
        "That is the rule 1/(2ηk), for shares that are still small. Here, solve for λ.": (None, 0.5, None),
        "That is 1/λ: σᵢ²/n stands above, in σᵢ²/n over σᵢ²/n + λ.": (
            None,
            1 / _stopping()["the λ of ridge with the same share"],
            None,
        ),
        "That is the time to 90%: a tenth is still missing.": (None, None, 22),
        "After that many steps it is a little less than 99%: round up.": (None, None, 43),
    },
)

_HALF, _M = 0.5, (2.0, 1.0)  # the correlation of the two features, and the star


def _contact(lam):
    """The L1 solution on an edge of the diamond, where both weights are positive."""
    return tuple(m - lam / (1 + _HALF) for m in _M)


_CORNER = _M[1] * (1 + _HALF)  # there w₂ reaches 0
check_contact = OnPaper(
    {
        "w₁ for λ = 1": _contact(1.0)[0],
        "w₂ for λ = 1": _contact(1.0)[1],
        "the λ from which on w₂ = 0": _CORNER,
        "the λ from which on both are 0": _M[0] + _HALF * _M[1],
    },
    {
        "That is right for orthogonal features: here H mixes the two conditions.": (1.0, 0.0, 1.0, 2.0),
        "The loss here has a ½, so its gradient is H(w − m): no further 2, and no half of λ.": (
            _contact(0.5)[0],
            _contact(0.5)[1],
            2 * _CORNER,
            None,
        ),
        "Beyond λ = 1.5 the point walks along the axis, not along the diagonal: solve for w₁ alone.": (
            None,
            None,
            None,
            _M[0] * (1 + _HALF),
        ),
    },
)


def _best_ridge(n=50, noise=1.0, squared=5.0, c=0.5):
    """The best λ along one direction, variance and squared bias there, and the variance at λ = 0."""
    t = noise**2 / c**2
    return {
        "the best λ": t / n,
        "the variance there": noise**2 * squared / (squared + t) ** 2,
        "the squared bias there": (t * c) ** 2 / (squared + t) ** 2,
        "the variance at λ = 0": noise**2 / squared,
    }


check_best_ridge = OnPaper(
    _best_ridge(),
    {
        "That is nλ: divide it by the number of rows.": (4.0, None, None, None),
        "The signal counts as a square: nλ = σ²/cᵢ².": (2 / 50, None, None, None),
        "What is given is σᵢ² = 5, squared already.": (None, None, None, 1 / 25),
        "That is the bias; asked for is its square.": (None, None, 4 * 0.5 / 9, None),
    },
)


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


def check_intercept(mine):
    """Check `mine(X, y, lam)`: the intercept, which costs nothing, and the weights of ridge regression."""

    def theirs(X, y, lam):
        w = regularization.fit_ridge(X - X.mean(axis=0), y - y.mean(), lam)
        return y.mean() - X.mean(axis=0) @ w, w

    cases = []
    for n, p, lam in [(20, 3, 0.1), (7, 2, 2.0), (50, 5, 0.001)]:
        X, y = _rows(n, p)
        cases.append((X + np.arange(1, p + 1), y + 10, lam))
    return check_values(mine, theirs, cases, ("the intercept", "w"), check_intercept.mistakes, spoils=_FIT)


def _with_intercept(centre=True, level=True, factor=lambda n: n, back=lambda X, w: X.mean(axis=0) @ w):
    """Ridge with an intercept, with a mistake in one of its parts."""

    def fit(X, y, lam):
        n, p = X.shape
        A, b = X - X.mean(axis=0) * centre, y - y.mean() * level
        w = np.linalg.solve(A.T @ A + factor(n) * lam * np.eye(p), A.T @ b)
        return y.mean() - back(X, w), w

    return fit


def _priced_intercept(X, y, lam):
    A = np.column_stack([np.ones(len(y)), X])
    w = np.linalg.solve(A.T @ A + len(y) * lam * np.eye(A.shape[1]), A.T @ y)
    return w[0], w[1:]


check_intercept.mistakes = {
    "The intercept pays the penalty, too: leave its column out of it, or centre X and y.": _priced_intercept,
    "The weights are right. The intercept is what is left of the mean of y after the mean row of X.": (
        _with_intercept(back=lambda X, w: 0.0)
    ),
    "Centre the columns of X, too: the plane goes through the means.": _with_intercept(centre=False),
    "The n is missing: the loss is a mean over n rows, so n·lam stands beside XᵀX.": _with_intercept(
        factor=lambda n: 1
    ),
    "A 2 is lost or too many: both terms have one in the derivative, and they cancel.": _with_intercept(
        factor=lambda n: 2 * n
    ),
    "Add the mean row times w with the other sign: the plane goes through the means.": _with_intercept(
        back=lambda X, w: -X.mean(axis=0) @ w
    ),
}


def check_sweep(mine):
    """Check `mine(X, y, w, lam)`: w after each coordinate in turn was set to its best value for the lasso."""
    X, y = _rows(30, 4)
    X = X * np.array([1.0, 2.0, 0.5, 1.5])
    cases = {
        "w = 0": (X, y, np.zeros(4), 0.8),
        "another w": (X, y, np.array([1.0, -1.0, 3.0, 0.0]), 0.8),
        "the minimizer, which a sweep leaves as it is": (X, y, regularization.fit_lasso(X, y, 0.8), 0.8),
        "a lam so large that all become 0": (X, y, np.array([1.0, -1.0, 3.0, 0.0]), 100.0),
    }
    return check_values(mine, _sweep(), cases, "w", check_sweep.mistakes)


def _sweep(
    reach=lambda column, lam: lam / 2,
    size=lambda column: np.mean(column**2),
    at_once=False,
    without=True,
):
    """One sweep of coordinate descent, with a mistake in one of its parts."""

    def sweep(X, y, w, lam):
        new, n = w.copy(), len(y)
        for j, column in enumerate(X.T):
            now = w if at_once else new
            rest = y - X @ now + (column * now[j] if without else 0)
            pull = regularization.soft_threshold([column @ rest / n], reach(column, lam))[0]
            new[j] = pull / size(column)
        return new

    return sweep


check_sweep.mistakes = {
    "The threshold is lam/2: the mean squared error has a 2 in its slope, lam·|w| has none.": _sweep(
        reach=lambda column, lam: lam
    ),
    "The columns do not have mean square 1: divide by that of column j.": _sweep(size=lambda column: 1.0),
    "Divide by the mean of the squares of column j, not by their sum.": _sweep(
        size=lambda column: np.sum(column**2)
    ),
    "Each coordinate sees those set before it: use the w of this moment, not the one you were given.": (
        _sweep(at_once=True)
    ),
    "Take weight j out of the fit first: add column j times w[j] to the residual.": (_sweep(without=False)),
    "Divide before the threshold, and lam/2 must be divided, too.": _sweep(
        reach=lambda column, lam: lam / 2 * np.mean(column**2)
    ),
}


def check_folded(mine):
    """Check `mine(W, gamma, beta, mean, var)`: the layer that batch norm at test time makes of x W."""
    rng = np.random.default_rng(3)
    cases = []
    for inputs, units in [(3, 2), (1, 4), (5, 5)]:
        W, gamma, beta, mean = (rng.normal(size=shape) for shape in ((inputs, units), units, units, units))
        cases.append((W, gamma, beta, mean, rng.uniform(0.5, 4, units)))
    W, gamma, beta, mean, _ = cases[0]
    cases.append((W, gamma, beta, mean, np.full(len(mean), 1e-4)))
    return check_values(mine, _folded, cases, ("the new W", "the new b"), check_folded.mistakes)


def _folded(W, gamma, beta, mean, var):
    """What batch norm does to no input, and to each unit vector."""
    inputs = np.vstack([np.zeros(len(W)), np.eye(len(W))])
    outputs = layers.batch_norm(inputs @ W, gamma, beta, mean=mean, var=var)
    return outputs[1:] - outputs[0], outputs[0]


def _fold(over=lambda var: np.sqrt(var + 1e-5), shift=lambda beta, mean, scale: beta - mean * scale):
    def fold(W, gamma, beta, mean, var):
        scale = gamma / over(var)
        return W * scale, shift(beta, mean, scale)

    return fold


check_folded.mistakes = {
    "The mean is scaled, too: it is subtracted before the division.": _fold(
        shift=lambda beta, mean, scale: beta - mean
    ),
    "The mean is missing: x = 0 gives β − γ·mean/√(var + ε), not β.": _fold(
        shift=lambda beta, mean, scale: beta
    ),
    "The mean is subtracted.": _fold(shift=lambda beta, mean, scale: beta + mean * scale),
    "The root is missing: divide by √(var + ε), a deviation, and not by a variance.": _fold(
        over=lambda var: var + 1e-5
    ),
    "ε is missing: √(var + ε).": _fold(over=np.sqrt),
    "ε stands inside the root: √(var + ε).": _fold(over=lambda var: np.sqrt(var) + 1e-5),
    "β is not scaled by γ: it is added at the end.": (
        lambda W, gamma, beta, mean, var: (
            W * gamma / np.sqrt(var + 1e-5),
            (beta - mean) * gamma / np.sqrt(var + 1e-5),
        )
    ),
}


def _rows(n, p):
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, p))
    return X, X @ np.arange(p) + rng.normal(size=n)
