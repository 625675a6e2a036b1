"""The tasks of the contest: three problems with real data, each with its training, validation and test rows.

Functions of the weights take many runs at once: the first axis of the weights is the run.
"""

import functools
import math
from dataclasses import dataclass, field

import numpy as np

from . import checks, data, optimizers, second_order
from .networks import MLP

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
        ends = [_counted_path(self, second_order.lbfgs, seed, 500)[-1] for seed in range(5)]
        return float(min(self.training_loss(w) for w in ends))

    def training_loss(self, w):
        """The loss on all training rows plus the penalty: what every method minimizes, of shape (...)."""
        return self.loss(w, *self.train) + self.penalty(w)

    def training_grad(self, w):
        """The gradient of `training_loss`, of w's shape."""
        return self.grad(w, *self.train)


def _counted_path(task, method, seed, epochs):
    """The best point known to L-BFGS or Newton's method after each epoch of its work, (epochs + 1, p)."""
    start = task.start(np.random.default_rng(seed))
    asked = []

    def look(w):
        if not (asked and np.array_equal(asked[-1], w)):  # value and gradient at a point are one look
            asked.append(w.copy())

    def f(w):
        look(w)
        return task.training_loss(w)

    def grad(w):
        look(w)
        return task.training_grad(w)

    if method is second_order.lbfgs:
        iterates, hessian = method(f, grad, start), 0
    elif task.hess is None:
        raise ValueError(f"task must have a Hessian for Newton's method; {task.name} has none")
    else:
        iterates, hessian = method(grad, task.hess, start), start.size / 2
    path, last = [], start
    for step, x in enumerate(iterates):
        spent = len(asked) + step * hessian
        path += [last] * (min(math.ceil(spent), epochs + 1) - len(path))
        last = x
        if spent > epochs:
            break
    return np.stack(path + [last] * (epochs + 1 - len(path)))


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

    The same loss, gradient and random start as `MLP((64, 16, 10), lam)`, for many networks at once.
    `split` and what it raises: as `diabetes_task`.
    """
    network = MLP((64, HIDDEN, 10), lam=lam)
    rows = data.digits(seed=split)
    parts = _parts(rows, rows.X_train, rows.X_test, lambda y: np.eye(10)[y])

    def layers(w):
        W, b, V, c = np.split(w, np.cumsum([64 * HIDDEN, HIDDEN, HIDDEN * 10]), axis=-1)
        W = W.reshape(*w.shape[:-1], 64, HIDDEN)
        return W, b[..., None, :], V.reshape(*w.shape[:-1], HIDDEN, 10), c[..., None, :]

    def forward(w, X):
        W, b, V, c = layers(w)
        z = np.maximum(X @ W + b, 0)
        return z, z @ V + c

    def loss(w, X, y):
        _, scores = forward(w, X)
        top = scores.max(axis=-1)
        total = np.exp(scores - top[..., None]).sum(axis=-1)
        return (np.log(total) + top - (scores * y).sum(axis=-1)).mean(axis=-1)

    def penalty(w):
        W, _, V, _ = layers(w)
        return lam * ((W**2).sum(axis=(-2, -1)) + (V**2).sum(axis=(-2, -1)))

    def grad(w, X, y):
        W, _, V, _ = layers(w)
        z, scores = forward(w, X)
        down = np.exp(scores - scores.max(axis=-1, keepdims=True))
        down = (down / down.sum(axis=-1, keepdims=True) - y) / X.shape[-2]
        back = (down @ np.swapaxes(V, -1, -2)) * (z > 0)
        slopes = (
            np.swapaxes(X, -1, -2) @ back + 2 * lam * W,
            back.sum(axis=-2),
            np.swapaxes(z, -1, -2) @ down + 2 * lam * V,
            down.sum(axis=-2),
        )
        return np.concatenate([slope.reshape(*w.shape[:-1], -1) for slope in slopes], axis=-1)

    def error(w, X, y):
        return (forward(w, X)[1].argmax(axis=-1) != y.argmax(axis=-1)).mean(axis=-1)

    hidden = ((slice(0, 64 * HIDDEN), (64, HIDDEN)),)
    return Task("digits", network.start, loss, penalty, grad, error, hidden=hidden, **parts)


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
