"""Ridge regression, exact also where the sizes of columns differ widely."""

import numpy as np

from . import units

_EPS = np.finfo(float).eps


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
    X, y, lam = units.regression(X, y, lam)
    # In units in which X, y and lam are of size 1, so that no square is 0 or infinite.
    by = units.exponent(max(np.abs(X).max(), np.sqrt(lam)))
    Z, (z, unit), strength = np.ldexp(X, -by), units.in_units(y), np.ldexp(lam, -2 * by)
    w, by = _ridge_by_svd(Z, z, strength), np.full(Z.shape[1], by)
    slope = Z.T @ (Z @ w - z) + len(y) * strength * w
    rounding = np.abs(Z).T @ (np.abs(Z) @ np.abs(w) + np.abs(z)) + len(y) * strength * np.abs(w)
    if (np.abs(slope) > 1e-11 * rounding).any() or (np.ldexp(Z, by) != X).any():
        w, by = _ridge_by_columns(X, z, lam)
    return units.in_the_reader_s_units(w, unit - by)


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
    each = units.exponents(X, np.sqrt(lam))
    A = np.vstack([np.ldexp(X, -each), np.diag(np.ldexp(np.sqrt(len(y) * lam), -each))])
    b = np.concatenate([y, np.zeros(each.size)])
    w, curvature = np.linalg.lstsq(A, b)[0], (A**2).sum(axis=0)
    for _ in range(2):  # column by column, so that the smallest entries are right, too
        w += A.T @ (b - A @ w) / np.where(curvature > 0, curvature, 1)
    return w, each
