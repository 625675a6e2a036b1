"""The tasks of the contest: three problems with real data, each with its training, validation and test rows.

Functions of the weights take many runs at once: leading axes of the weights are runs.
"""

import functools
import math
from dataclasses import dataclass, field

import numpy as np

from .. import checks, data, optimizers, second_order
from ..networks import MLP, _by_row, _labelled, _largest
from .counting import counted_path

HELD_OUT = 0.25  # share of the training rows kept for validation
HIDDEN = 16


@dataclass(frozen=True, eq=False)
class Task:
    """A problem with real data. Weights w have shape (..., p), rows X (n, q) or (..., n, q), y likewise.

    `loss(w, X, y)` of shape (...) is the mean over the rows, `penalty(w)` is added to it in training,
    and `grad` is the gradient of their sum. `error` is what counts on new rows: the mean squared error
    for regression, else the share of rows put into a wrong class. `start(rng)` gives the first weights;
    `hess(w)` is the Hessian on the training rows, where there is one, and `hidden` has, for each matrix
    that feeds hidden units, its place in w, a slice, and its shape. `train`, `valid` and `test` are
    pairs (X, y).
    """

    name: str
    start: object = field(repr=False)
    loss: object = field(repr=False)
    penalty: object = field(repr=False)
    grad: object = field(repr=False)
    error: object = field(repr=False)
    train: tuple = field(repr=False)
    valid: tuple = field(repr=False)
    test: tuple = field(repr=False)
    hess: object = field(repr=False, default=None)
    hidden: tuple = field(repr=False, default=())

    @functools.cached_property
    def least(self):
        """The least training loss known: Newton's, and where there is no Hessian the least that
        L-BFGS reaches from five starts, with 500 looks at all rows for each."""
        if self.hess:
            start = self.start(np.random.default_rng(0))
            best = optimizers.run(second_order.newton(self.training_grad, self.hess, start), 50)[-1]
            return float(self.training_loss(best))
        ends = [counted_path(self, second_order.lbfgs, seed, 500)[-1] for seed in range(5)]
        return float(min(self.training_loss(w) for w in ends))

    def training_loss(self, w):
        """The loss on all training rows plus the penalty: what every method minimizes, of shape (...)."""
        return self.loss(w, *self.train) + self.penalty(w)

    def training_grad(self, w):
        """The gradient of `training_loss`, of w's shape."""
        return self.grad(w, *self.train)


def diabetes_task(lam=0.001, split=0):
    """Linear regression on the diabetes data: mean squared error + lam ‖w‖², 10 weights, from w = 0.

    The target is measured in its own standard deviation, so that always guessing the mean costs 1.
    `split` is the seed that deals the rows out. Raises ValueError where lam is negative, ImportError
    where scikit-learn is missing.
    """
    lam = checks.number("lam", lam, checks.non_negative)
    rows = data.diabetes(seed=split)
    parts = _parts(rows, rows.X_train, rows.X_test, lambda y: y / rows.y_train.std())

    def residual(w, X, y):
        return _times(X, w) - y

    def grad(w, X, y):
        return 2 * _mean_rows(X, residual(w, X, y)) + 2 * lam * w

    def hess(w):
        X, _ = parts["train"]
        return 2 * X.T @ X / len(X) + 2 * lam * np.eye(w.size)

    def loss(w, X, y):
        return (residual(w, X, y) ** 2).mean(axis=-1)

    return _convex("diabetes", 10, lam, loss, grad, hess, loss, parts)


def cancer_task(lam=0.001, split=0):
    """Logistic regression on the breast-cancer data: mean log(1 + e^−z) + lam ‖w‖², 31 weights, from w = 0.

    z = y w·x with y = ±1; the last column of X is 1. `split` and what it raises: as `diabetes_task`.
    """
    lam = checks.number("lam", lam, checks.non_negative)
    rows = data.breast_cancer(seed=split)
    with_ones = [np.column_stack([X, np.ones(len(X))]) for X in (rows.X_train, rows.X_test)]
    parts = _parts(rows, *with_ones, lambda y: 2.0 * y - 1)

    def margin(w, X, y):
        return y * _times(X, w)

    def loss(w, X, y):
        return np.logaddexp(0, -margin(w, X, y)).mean(axis=-1)

    def grad(w, X, y):
        share = 1 / (1 + np.exp(margin(w, X, y)))  # how wrong each row still is
        return -_mean_rows(X, y * share) + 2 * lam * w

    def hess(w):
        X, _ = parts["train"]
        share = 1 / (1 + np.exp(-(X @ w)))
        return (X.T * (share * (1 - share))) @ X / len(X) + 2 * lam * np.eye(w.size)

    def error(w, X, y):
        return (margin(w, X, y) <= 0).mean(axis=-1)

    return _convex("breast cancer", 31, lam, loss, grad, hess, error, parts)


def digits_task(lam=1e-4, split=0):
    """A perceptron with 16 hidden units on the digits: cross-entropy + lam Σ W², 1,210 weights.

    The network is `MLP((64, 16, 10), lam)`, and y are labels. `split` and what it raises: as
    `diabetes_task`.
    """
    network = MLP((64, HIDDEN, 10), lam=lam)
    rows = data.digits(seed=split)
    return Task(
        "digits",
        network.start,
        _loss(network),
        network._penalty,
        network._grad,
        _error(network),
        hidden=_matrices(network)[:1],
        **_parts(rows, rows.X_train, rows.X_test, lambda y: y),
    )


def deep_digits_task(width=64):
    """A perceptron with two hidden layers, 64 → width → width → 10, and biases for the classes alone.

    Cross-entropy on the digits, no penalty. All 1,348 rows that are not test rows are trained on, and
    are the validation rows, too. The hidden biases are among the weights, and stay at 0. `hidden` has the
    two matrices that feed hidden units. Raises ValueError where width is below 1.
    """
    network = MLP((64, width, width, 10))
    rows = data.digits()
    *hidden, last = _matrices(network)
    still = [slice(a.stop, b.start) for (a, _), (b, _) in zip(hidden, [*hidden[1:], last], strict=True)]

    def start(rng):
        w = network.start(rng)
        rng.normal(size=10)  # a draw for each class, whose bias starts at 0 all the same
        return w

    def grad(w, X, y):
        slope = network._grad(w, X, y)
        for place in still:
            slope[..., place] = 0
        return slope

    return Task(
        f"digits, {width} and {width} hidden units",
        start,
        _loss(network),
        network._penalty,
        grad,
        _error(network),
        hidden=tuple(hidden),
        train=(rows.X_train, rows.y_train),
        valid=(rows.X_train, rows.y_train),
        test=(rows.X_test, rows.y_test),
    )


def _loss(network):
    """The mean of log Σ exp(scores) less the label's score, over the rows."""

    def loss(w, X, y):
        scores = network._at_test_time(w, X)
        top = _largest(scores)
        own = _by_row(scores)[_labelled(scores, y)].reshape(scores.shape[:-1])
        return (np.log(np.exp(scores - top).sum(axis=-1)) + top[..., 0] - own).mean(axis=-1)

    return loss


def _error(network):
    """The share of rows put into a wrong class."""
    return lambda w, X, y: (network._at_test_time(w, X).argmax(axis=-1) != y).mean(axis=-1)


def _matrices(network):
    """The place in w, a slice, and the shape of each matrix of a network."""
    found, begin = [], 0
    for shape, *others in network._shapes:
        end = begin + math.prod(shape)
        found.append((slice(begin, end), shape))
        begin = end + sum(math.prod(other) for other in others)
    return tuple(found)


def _times(X, w):
    """X w for every run: (..., n)."""
    return (X @ w[..., None])[..., 0]


def _mean_rows(X, weights):
    """The mean of the rows of X, weighted, for every run: (..., q)."""
    return (weights[..., None, :] @ X)[..., 0, :] / X.shape[-2]


def _parts(rows, X, X_test, target):
    """Training, validation and test rows; `target` turns labels into what the loss compares with."""
    held = round(HELD_OUT * len(X))
    y = target(rows.y_train)
    return {
        "train": (X[held:], y[held:]),
        "valid": (X[:held], y[:held]),
        "test": (X_test, target(rows.y_test)),
    }


def _convex(name, size, lam, loss, grad, hess, error, parts):
    """A task of so many weights that starts at 0."""

    def penalty(w):
        return lam * (w**2).sum(axis=-1)

    return Task(name, lambda rng: np.zeros(size), loss, penalty, grad, error, hess=hess, **parts)
