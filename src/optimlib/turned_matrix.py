"""A matrix of weights in a bowl whose axes can be turned on both sides: chapter 10's test of Muon.

f(W) = ½ ⟨W, A W B⟩, with A and B of curvatures from 1 down to 0.01. Turned, they lie in no coordinate.
"""

import itertools

import numpy as np

from .schedules import linear_decay

SIDE = 8  # of the matrix


def turned_run(method, turn, rates, steps, seeds=5):
    """The best of the rates, on average over the seeds, and the losses at it, (steps + 1, seeds).

    The rates fall along a line to zero. `method(grad, x, lr)` gets all seeds and rates side by side.
    """
    grad, value, start = turned_problem(turn, seeds)
    start = np.repeat(start[:, None], len(rates), axis=1)
    shape, lr = linear_decay(1.0, steps), np.asarray(rates)[:, None]
    with np.errstate(all="ignore"):
        path = method(grad, start, lr=lambda t: lr * shape(t))
        losses = np.array([value(x) for x in itertools.islice(path, steps + 1)])
        best = np.nanargmin(np.exp(np.log(losses[-1]).mean(axis=0)))
    return rates[best], losses[:, :, best]


def turned_problem(turn, seeds):
    """The gradient, the value and the start of one problem a seed; points have shape (seeds, rates, 64).

    The start turns with the axes, so that each turn has the same problem, seen in other coordinates.
    """
    rng = np.random.default_rng(0)
    curvatures = np.diag(np.geomspace(1, 0.01, SIDE))
    K = rng.normal(size=(2, seeds, SIDE, SIDE))
    R, S = rotation(K - K.mT, turn)
    A, B = ((Q @ curvatures @ Q.mT)[:, None] for Q in (R, S))
    W = R @ rng.normal(size=(seeds, SIDE, SIDE)) @ S.mT

    def grad(x):
        return (A @ x.reshape(*x.shape[:-1], SIDE, SIDE) @ B).reshape(x.shape)

    def value(x):
        return 0.5 * (x * grad(x)).sum(axis=-1)

    return grad, value, W.reshape(seeds, -1)


def rotation(skew, turn):
    """exp(turn · K) of skew matrices K."""
    values, vectors = np.linalg.eig(skew)
    raised = np.exp(turn * values)[..., None, :]
    return np.real(vectors * raised @ np.linalg.inv(vectors))
