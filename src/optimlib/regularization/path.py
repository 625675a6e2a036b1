"""The coefficients of a fit as its strength changes."""

import numpy as np

from .. import checks
from . import units


def coefficient_path(fit, X, y, lams):
    """The coefficients of a fit at every strength: shape (len(lams), p).

    `fit(X, y, lam)` is `fit_ridge`, `fit_lasso` or a function made from `fit_elastic_net`.

    Raises TypeError where fit is not a function, ValueError where lams is not a list of numbers
    that are at least 0.

    >>> from optimlib import fit_lasso
    >>> coefficient_path(fit_lasso, [[1.0], [1.0]], [2.0, 4.0], lams=[0.0, 2.0, 8.0])
    array([[3.],
           [2.],
           [0.]])
    """
    checks.function("fit", fit)
    lams = checks.array("lams", checks.non_negative("lams", lams), ndim=1)
    X, y, _ = units.regression(X, y, 0.0)
    path = [checks.array("what fit returns", fit(X.copy(), y.copy(), float(lam)), ndim=1) for lam in lams]
    if any(w.shape != (X.shape[1],) for w in path):
        raise ValueError(f"fit must return one entry a column of X, shape ({X.shape[1]},)")
    return np.stack(path)
