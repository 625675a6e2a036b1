"""Penalties, and the fits they lead to.

The data loss is the mean squared error, (1/n) ‖y − Xw‖², with X of shape (n, p) and y of shape
(n,), and `lam` times a penalty is added to it. There is no intercept: centre X and y first. The
fits are exact to rounding: no step size or tolerance is to be chosen. The layers that regularize
a network are in `layers`.
"""

from dataclasses import dataclass

import numpy as np

from . import checks

_EPS = np.finfo(float).eps


@np.errstate(over="ignore")  # a sum too large for a float is infinite
def l1(w):
    """Σ|w| over the last axis: w of shape (..., p) gives shape (...).

    Raises TypeError or ValueError where w is not an array of finite numbers.

    >>> l1([3.0, -4.0])
    np.float64(7.0)
    """
    return np.abs(checks.point("w", w)).sum(axis=-1)


@np.errstate(over="ignore")
def l2(w):
    """Σw² over the last axis: w of shape (..., p) gives shape (...).

    Half of this is the penalty of many papers, and its square root the norm. Raises as `l1`.

    >>> l2([3.0, -4.0])
    np.float64(25.0)
    """
    return np.square(checks.point("w", w)).sum(axis=-1)


@np.errstate(over="ignore")
def elastic_net(w, mix):
    """mix·l1(w) + (1 − mix)·l2(w), over the last axis.

    Raises ValueError where mix is not from 0 to 1. scikit-learn's `l1_ratio` weighs half of l2.
    Source: Zou & Hastie (2005), the penalty of their naive elastic net.

    >>> elastic_net([3.0, -4.0], mix=0.5)
    np.float64(16.0)
    """
    mix = checks.number("mix", mix, checks.share)
    return mix * l1(w) + (1 - mix) * l2(w)


def soft_threshold(w, t):
    """The proximal step of t·l1: each entry is moved towards 0 by t, and stops there.

    sign(w)·max(|w| − t, 0) = argmin over u of ½ ‖u − w‖² + t·l1(u), of w's shape; t is a number or
    broadcasts against w.

    Raises ValueError where t is negative. Source: Donoho & Johnstone (1994).

    >>> soft_threshold([3.0, -0.5, -2.0], 1.0)
    array([ 2.,  0., -1.])
    """
    w, t = checks.array("w", w), checks.non_negative("t", t)
    if checks.broadcast(np.shape(t), w.shape) is None:
        raise ValueError(f"t must broadcast against w, of shape {w.shape}; got shape {np.shape(t)}")
    return w - np.clip(w, -t, t)


def fit_ridge(X, y, lam):
    """Ridge regression: the minimizer of (1/n) ‖y − Xw‖² + lam·l2(w), of shape (p,).

    w = (XᵀX + n·lam·I)⁻¹ Xᵀy, by the singular value decomposition of X; with lam = 0, the least
    squares solution of least norm.

    Raises ValueError where lam is negative, X and y differ in length or hold NaN, or w is too large
    for a float. The same as `sklearn.linear_model.Ridge(alpha=n * lam, fit_intercept=False)`.
    Source: Hoerl & Kennard (1970).

    >>> fit_ridge([[1.0], [1.0]], [2.0, 4.0], lam=0.5)
    array([2.])
    """
    X, y, lam = _regression(X, y, lam)
    # In units in which X, y and lam are of size 1, so that no square is 0 or infinite.
    by = _exponent(max(np.abs(X).max(), np.sqrt(lam)))
    Z, (z, unit), strength = np.ldexp(X, -by), _in_units(y), np.ldexp(lam, -2 * by)
    w, by = _ridge_by_svd(Z, z, strength), np.full(Z.shape[1], by)
    slope = Z.T @ (Z @ w - z) + len(y) * strength * w
    rounding = np.abs(Z).T @ (np.abs(Z) @ np.abs(w) + np.abs(z)) + len(y) * strength * np.abs(w)
    if (np.abs(slope) > 1e-11 * rounding).any() or (np.ldexp(Z, by) != X).any():
        w, by = _ridge_by_columns(X, z, lam)
    return _in_the_reader_s_units(w, unit - by)


def _ridge_by_svd(X, y, lam):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = s > _EPS * max(X.shape) * s[0]  # beyond them lies what the data say nothing about
    U, s, V = U[:, kept], s[kept], Vt[kept].T
    w = V @ (s / (s**2 + len(y) * lam) * (U.T @ y))
    for _ in range(2):  # mend the rounding of badly scaled columns
        w += V @ (V.T @ (X.T @ (y - X @ w) - len(y) * lam * w) / (s**2 + len(y) * lam))
    return w


def _ridge_by_columns(X, y, lam):
    """Where sizes of columns differ too much for the SVD: least squares with every column of size 1."""
    each = _exponents(X, np.sqrt(lam))
    A = np.vstack([np.ldexp(X, -each), np.diag(np.ldexp(np.sqrt(len(y) * lam), -each))])
    b = np.concatenate([y, np.zeros(each.size)])
    w, curvature = np.linalg.lstsq(A, b)[0], (A**2).sum(axis=0)
    for _ in range(2):  # column by column, so that the smallest entries are right, too
        w += A.T @ (b - A @ w) / np.where(curvature > 0, curvature, 1)
    return w, each


def _exponent(size):
    """The power of 2 just above a size, or above each of them; scaling by it does not round."""
    return np.frexp(size)[1]


def _exponents(X, least):
    """Of the largest entry of each column, or `least` where that is more."""
    return _exponent(np.maximum(np.abs(X).max(axis=0), least))


def _in_units(y):
    """An array with entries of size 1, and the exponent of its unit."""
    by = _exponent(np.abs(y).max())
    return np.ldexp(y, -by), by


def _in_the_reader_s_units(w, exponents):
    with np.errstate(over="ignore"):
        w = np.ldexp(w, exponents)
    if not np.isfinite(w).all():
        raise ValueError("X must not be so small, or y so large: w is too large for a float")
    return w


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
    X, y, lam = _regression(X, y, lam)
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
    y, unit = _in_units(y)
    each = _exponents(X, np.sqrt(ridge))
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
    return _in_the_reader_s_units(w, unit - each)


def kkt_residual(X, y, w, lam, mix=1.0):
    """How far w is from the optimality conditions of the elastic net: a float, 0 at the minimizer.

    With g = (2/n) Xᵀ(Xw − y) + 2·lam·(1 − mix)·w, it is the largest of |g + lam·mix·sign(w)| over
    the entries of w that are not 0, and of max(|g| − lam·mix, 0) over those that are.

    Raises as `fit_elastic_net`, and ValueError where w is not of shape (p,).

    >>> kkt_residual([[1.0], [1.0]], [2.0, 4.0], [2.0], lam=2.0)
    0.0
    """
    X, y, lam = _regression(X, y, lam)
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


def _regression(X, y, lam):
    X, y = checks.array("X", X, ndim=2), checks.array("y", y, ndim=1)
    if X.size == 0 or len(X) != len(y):
        raise ValueError(
            f"X and y must have the same length, at least 1; got X of shape {X.shape} and y of {y.shape}"
        )
    return X, y, checks.number("lam", lam, checks.non_negative)


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


def coefficient_path(fit, X, y, lams):
    """The coefficients of a fit at every strength: shape (len(lams), p).

    `fit(X, y, lam)` is `fit_ridge`, `fit_lasso` or a function made from `fit_elastic_net`.

    Raises TypeError where fit is not a function, ValueError where lams is not a list of numbers
    that are at least 0.

    >>> coefficient_path(fit_lasso, [[1.0], [1.0]], [2.0, 4.0], lams=[0.0, 2.0, 8.0])
    array([[3.],
           [2.],
           [0.]])
    """
    checks.function("fit", fit)
    lams = checks.array("lams", checks.non_negative("lams", lams), ndim=1)
    X, y, _ = _regression(X, y, 0.0)
    path = [checks.array("what fit returns", fit(X.copy(), y.copy(), float(lam)), ndim=1) for lam in lams]
    if any(w.shape != (X.shape[1],) for w in path):
        raise ValueError(f"fit must return one entry a column of X, shape ({X.shape[1]},)")
    return np.stack(path)


@dataclass(frozen=True, eq=False)
class Contact:
    """Where a loss first touches a ball: the point `w`, and the strength `lam` that leads there.

    −∇loss(w) is lam times a subgradient of the penalty; lam is 0 where the ball holds the minimum.
    """

    w: np.ndarray
    lam: float


def ball_contact(H, minimum, radius, penalty):
    """The lowest point of ½ (w − m)ᵀH(w − m) in a ball of the plane, with m = `minimum`.

    The ball is the diamond l1(w) ≤ radius for the penalty "l1", and the disc ‖w‖ ≤ radius for
    "l2". Returns a `Contact`. For the mean squared error H = (2/n) XᵀX and m is the least squares
    solution; `fit_lasso` or `fit_ridge` with the contact's lam then gives the same w. The diamond is
    searched edge by edge, the disc by Newton's method on 1/‖w‖. Source: Moré & Sorensen (1983).

    Raises ValueError where H is not a positive definite matrix of shape (2, 2), minimum not of
    shape (2,), radius not greater than 0 or penalty neither "l1" nor "l2".

    >>> ball_contact(np.eye(2), [3.0, 1.0], 1.0, "l1")
    Contact(w=array([1., 0.]), lam=2.0)
    """
    H = checks.array("H", H, ndim=2)
    if H.shape != (2, 2) or not np.allclose(H, H.T) or np.linalg.eigvalsh(H)[0] <= 0:
        raise ValueError(f"H must be symmetric and positive definite, of shape (2, 2); got {H.tolist()}")
    m = checks.array("minimum", minimum, ndim=1)
    if m.shape != (2,):
        raise ValueError(f"minimum must have shape (2,); got shape {m.shape}")
    radius = checks.number("radius", radius, checks.positive)
    checks.option("penalty", penalty, ("l1", "l2"))
    if np.abs(m).max() > 1e100 * radius:
        raise ValueError(f"radius must be at least 1e-100 times the size of minimum; got {radius}")
    size = np.abs(m).sum() if penalty == "l1" else np.hypot(*m)
    if size <= radius:
        return Contact(m, 0.0)
    # In units in which H and the radius are of size 1.
    H, by = _in_units(H)
    unit = _exponent(radius)
    m, radius = np.ldexp(m, -unit), np.ldexp(radius, -unit)
    w = (_diamond_contact if penalty == "l1" else _disc_contact)(H, m, radius)
    pull = H @ (m - w)
    with np.errstate(over="ignore"):
        if penalty == "l1":
            return Contact(np.ldexp(w, unit), float(np.ldexp(np.abs(pull).max(), by + unit)))
        return Contact(np.ldexp(w, unit), float(np.ldexp(pull @ w / (2 * w @ w), by)))


def _diamond_contact(H, m, radius):
    corners = radius * np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
    lowest = []
    for corner, edge in zip(corners, np.diff(corners, axis=0), strict=False):
        share = np.clip(edge @ H @ (m - corner) / (edge @ H @ edge), 0, 1)
        lowest.append(corner + share * edge)
    return min(lowest, key=lambda w: (w - m) @ H @ (w - m))


def _disc_contact(H, m, radius):
    values, V = np.linalg.eigh(H)
    pull = values * (V.T @ m)
    shift = 0.0  # w = (H + shift·I)⁻¹ H m, whose length falls to the radius as shift grows
    for _ in range(100):
        w = pull / (values + shift)
        size = np.linalg.norm(w)
        change = (size - radius) / radius * size**2 / (w @ (w / (values + shift)))
        if not shift + change > shift:
            break
        shift += change
    return V @ w
