"""The lasso and the elastic net, exact: which entries are not 0, of which sign, and what they are then."""

import numpy as np

from .. import checks
from . import units
from .ridge import fit_ridge

_EPS = np.finfo(float).eps


def fit_lasso(X, y, lam):
    """The lasso: a minimizer of (1/n) ‖y − Xw‖² + lam·l1(w), of shape (p,).

    It is 0 where lam is at least the largest |(2/n) Xᵀy|. With collinear columns there may be more
    than one minimizer; with lam = 0 it is the least squares solution of least norm.

    Raises as `fit_ridge`. The same as `sklearn.linear_model.Lasso(alpha=lam / 2,
    fit_intercept=False)`, whose answer is as exact as its `tol`. Source: Tibshirani (1996).

    >>> fit_lasso([[1.0], [1.0]], [2.0, 4.0], lam=2.0)
    array([2.])
    """
    return fit_elastic_net(X, y, lam, mix=1.0)


def fit_elastic_net(X, y, lam, mix):
    """The elastic net: the minimizer of (1/n) ‖y − Xw‖² + lam·elastic_net(w, mix), of shape (p,).

    An accelerated proximal gradient method (FISTA) finds which entries are not 0, and of which
    sign; the equations that hold between them are then solved, and an entry is added or dropped
    until every one satisfies its optimality condition. With more columns than rows, the signs are
    followed from a lam at which every entry is 0 instead.

    Raises as `fit_ridge`, ValueError where mix is not from 0 to 1, and RuntimeError where rounding
    keeps the KKT residual above 1e-8 (numbers so large that their rounding is more than that, or
    nearly equal columns and a vanishing lam). The same as `sklearn.linear_model.ElasticNet` with
    alpha·l1_ratio = lam·mix / 2 and alpha·(1 − l1_ratio) = lam·(1 − mix). Source: Zou & Hastie
    (2005), the naive elastic net; Beck & Teboulle (2009) for FISTA; Lee et al. (2006) for the
    search over signs.

    >>> fit_elastic_net([[1.0], [1.0]], [2.0, 4.0], lam=2.0, mix=0.5)
    array([1.25])
    """
    X, y, lam = units.regression(X, y, lam)
    mix = checks.number("mix", mix, checks.share)
    with np.errstate(all="ignore"):  # what overflows is refused below
        w = fit_ridge(X, y, lam) if lam * mix == 0 else _sparse_fit(X, y, lam * mix, lam * (1 - mix))
        residual = _kkt_residual(X, y, w, lam * mix, lam * (1 - mix))
    if not residual <= 1e-8:
        raise RuntimeError(
            f"the fit stopped at a KKT residual of {residual:.1e}, where 1e-8 is promised: "
            "standardize y and the columns of X"
        )
    return w


def _sparse_fit(X, y, lasso, ridge):
    """In units in which y and each column of X are of size 1: then each column has its lasso and ridge."""
    n = len(y)
    y, unit = units.in_units(y)
    each = units.exponents(X, np.sqrt(ridge))
    X = np.ldexp(X, -each)
    lasso = np.ldexp(lasso, -each - unit)
    ridge = np.ldexp(ridge, -2 * each)
    w = np.zeros(X.shape[1])
    start = (np.abs(2 / n * (X.T @ y)) / lasso).max()
    if start <= 1 + 1e-12:  # equal, whichever way the sums were rounded
        return w
    if X.shape[1] <= n:
        w = _solve_signs(X, y, lasso, ridge, _fista(X, y, lasso, ridge))
    else:
        for strength in 2.0 ** np.arange(int(np.log2(start)), -1, -1):
            w = _solve_signs(X, y, strength * lasso, ridge, w)
    return units.in_the_reader_s_units(w, unit - each)


def kkt_residual(X, y, w, lam, mix=1.0):
    """How far w is from the optimality conditions of the elastic net: a float, 0 at the minimizer.

    With g = (2/n) Xᵀ(Xw − y) + 2·lam·(1 − mix)·w, it is the largest of |g + lam·mix·sign(w)| over
    the entries of w that are not 0, and of max(|g| − lam·mix, 0) over those that are.

    Raises as `fit_elastic_net`, and ValueError where w is not of shape (p,).

    >>> kkt_residual([[1.0], [1.0]], [2.0, 4.0], [2.0], lam=2.0)
    0.0
    """
    X, y, lam = units.regression(X, y, lam)
    w = checks.array("w", w, ndim=1)
    if len(w) != X.shape[1]:
        raise ValueError(f"w must have one entry a column of X, shape ({X.shape[1]},); got shape {w.shape}")
    mix = checks.number("mix", mix, checks.share)
    with np.errstate(all="ignore"):
        return _kkt_residual(X, y, w, lam * mix, lam * (1 - mix))


def _kkt_residual(X, y, w, lasso, ridge):
    g = 2 / len(y) * X.T @ (X @ w - y) + 2 * (ridge * w)
    kept = np.abs(g + lasso * np.sign(w))
    residual = np.where(w != 0, kept, np.maximum(np.abs(g) - lasso, 0)).max()
    return np.inf if np.isnan(residual) else float(residual)  # it was too large for a float


def _fista(X, y, lasso, ridge, steps=300):
    """An approximate minimizer of (1/n) ‖y − Xw‖² + Σ (lasso |w| + ridge w²), strengths column by column."""
    H = 2 / len(y) * (X.T @ X) + 2 * np.diag(ridge)
    b = 2 / len(y) * (X.T @ y)
    lr = 1 / np.linalg.norm(H, 2)
    w = ahead = np.zeros(X.shape[1])
    k = 1.0
    for _ in range(steps):
        down = ahead - lr * (H @ ahead - b)
        moved = down - np.clip(down, -lr * lasso, lr * lasso)  # soft_threshold, on numbers known to be good
        if np.abs(moved - w).max() <= 1e-9 * np.abs(moved).max():
            break  # what is left is for the exact solution over the signs
        k_next = (1 + np.sqrt(1 + 4 * k * k)) / 2
        ahead, w, k = moved + (k - 1) / k_next * (moved - w), moved, k_next
    return w


def _solve_signs(X, y, lasso, ridge, w):
    """The exact minimizer, from a start w whose signs are nearly right."""
    scale = np.abs(2 / len(y) * (X.T @ y)).max()
    sign, best = np.sign(w), (np.inf, w)
    for _ in range(100 + 20 * w.size):
        w, sign = _settle(X, y, lasso, ridge, w, sign, 1e-11 * scale)
        g = 2 / len(y) * (X.T @ (X @ w - y)) + 2 * ridge * w
        residual = np.where(sign == 0, np.maximum(np.abs(g) - lasso, 0), np.abs(g + lasso * sign))
        best = min(best, (residual.max(), w), key=lambda found: found[0])
        worst = np.where(sign == 0, residual, -1.0).argmax()
        if sign[worst] != 0 or residual[worst] <= 1e-11 * scale:
            break
        sign[worst] = -np.sign(g[worst])
    return best[1]


def _settle(X, y, lasso, ridge, w, sign, tolerance):
    """Minimize over the entries with a sign, each held to it; one that reaches 0 loses its sign."""
    w, sign, whole_steps = w.copy(), sign.copy(), 0
    while sign.any() and whole_steps < 3:  # the second and third mend the rounding of the first
        on = np.flatnonzero(sign)
        Z = X[:, on]
        slope = 2 / len(y) * (Z.T @ (Z @ w[on] - y)) + 2 * ridge[on] * w[on] + lasso[on] * sign[on]
        if np.abs(slope).max() <= tolerance:
            break
        step, reach = _face_step(2 / len(y) * (Z.T @ Z) + 2 * np.diag(ridge[on]), slope, tolerance)
        back = step * sign[on] < 0
        share = np.full(on.size, np.inf)
        share[back] = np.abs(w[on[back]] / step[back])
        first = share.argmin()
        if share[first] < reach:
            w[on] += share[first] * step
            w[on[first]] = sign[on[first]] = 0.0
        else:
            w[on] += step
            whole_steps += 1
    return w, sign


def _face_step(H, slope, tolerance):
    """The step to the minimum, and 1; where there is none, a step straight down, and infinity."""
    try:
        step = -np.linalg.solve(H, slope)
        if np.abs(H @ step + slope).max() <= tolerance:
            return step, 1.0
    except np.linalg.LinAlgError:
        pass
    curvature, V = np.linalg.eigh(H)
    along = -V.T @ slope
    curved = curvature > _EPS * len(H) * curvature[-1]
    flat = ~curved & (np.abs(along) > tolerance)
    if flat.any():  # collinear columns: downhill until an entry reaches 0
        return V[:, flat] @ along[flat], np.inf
    return V[:, curved] @ (along[curved] / curvature[curved]), 1.0
