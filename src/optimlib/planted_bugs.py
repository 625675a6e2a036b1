"""Six gradients of one loss, five of them with a bug: chapter 2's suspects.

The loss is that of logistic regression, mean log(1 + e^−z) + lam Σ w², with z = y w·x and y = ±1; the
last column of X is 1, and its weight, the intercept, is not in the sum.
"""

import numpy as np

from . import checks


def suspects(X, y, lam):
    """The six gradients by their letters, functions of w: X has shape (n, p), y (n,), w (p,).

    Raises ValueError where X has not two axes, y has not its length, or lam is negative.

    >>> sorted(suspects([[3.0, 1.0]], [1.0], lam=0.1))
    ['A', 'B', 'C', 'D', 'E', 'F']
    """
    X, y = checks.array("X", X, ndim=2), checks.array("y", y, ndim=1)
    if len(y) != len(X):
        raise ValueError(f"y must have one entry a row of X, {len(X)}; got {len(y)}")
    n, pull = len(y), np.full(X.shape[1], 2 * checks.number("lam", lam, checks.non_negative))
    pull_of_weights = np.append(pull[:-1], 0.0)

    def slopes(w, sign=1.0):
        """Of each row's loss by w·x."""
        with np.errstate(over="ignore"):  # e^z of a row that is right beyond doubt
            return -y / (1 + np.exp(sign * y * (X @ w)))

    def right(w):
        return slopes(w) @ X / n + pull_of_weights * w

    return {
        "A": lambda w: right(w) - pull_of_weights / 2 * w,  # the penalty's factor 2 is missing
        "B": lambda w: slopes(w)[:-1] @ X[:-1] / n + pull_of_weights * w,  # the last row is lost
        "C": lambda w: slopes(w, sign=-1.0) @ X / n + pull_of_weights * w,  # the exponent has the other sign
        "D": right,
        "E": lambda w: slopes(w) @ X / n + pull * w,  # the intercept is penalized, too
        "F": lambda w: n * right(w),  # not divided by n
    }
