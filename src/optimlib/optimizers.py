"""First-order methods, each a generator of iterates.

A method takes the gradient and a start and yields points, the start first. It calls the
gradient once for each step. Its hyperparameters are arguments, its state is local, and
everything is elementwise over leading axes: the last axis of `x` holds the coordinates, and
an array of learning rates of shape (B, 1) runs B settings side by side. `run` collects a
path. Wrong arguments are refused when a method is called.

Wherever the symbol appears, g is the gradient at x, steps are counted from t = 0, and
`lr` is a number, an array that broadcasts against x, or a schedule t -> number.
"""

import copy
import functools
import inspect
import itertools
from collections.abc import Iterable, Mapping, Set

import numpy as np

from . import checks

_CHECKS = {
    "rho": checks.decay_rate,
    "decay": checks.decay_rate,
    "beta1": checks.decay_rate,
    "beta2": checks.decay_rate,
    "beta": checks.decay_rate,
    "eps": checks.non_negative,
    "weight_decay": checks.non_negative,
    "radius": checks.non_negative,
    "bias_correction": checks.flag,
    "nesterov": checks.flag,
    "steps": functools.partial(checks.integer, least=0),
}


def run(iterates, steps):
    """Collect the start and `steps` further iterates in one array.

    Returns shape (steps + 1, ..., n). From the first iterate with a NaN or an infinity on, a
    point is NaN in every coordinate, each member of a batch by itself, and no warning is
    given. Where the iterates end early, the last one is repeated.

    Raises TypeError or ValueError where `steps` is not a whole number, at least 0, or
    `iterates` yields nothing.

    >>> run(gradient_descent(lambda x: x, [1.0], lr=0.5), steps=2)
    array([[1.  ],
           [0.5 ],
           [0.25]])
    """
    steps = checks.integer("steps", steps, least=0, most=2**31)
    with np.errstate(all="ignore"):
        points = itertools.islice(_points(iterates), steps + 1)
        x = next(points, None)
        if x is None:
            raise ValueError("iterates must yield at least its start; it yielded nothing")
        path, t = np.empty((steps + 1, *x.shape)), 0
        path[0] = x
        for t, x in enumerate(points, start=1):
            path[t] = x
    path[t + 1 :] = path[t]
    lost = ~np.isfinite(path).all(axis=-1)
    path[np.logical_or.accumulate(lost)] = np.nan
    return path


def _points(iterates):
    """The points that a method yields, as floats, all of the start's shape; not copies, so not to be kept."""
    if (
        not isinstance(iterates, Iterable)
        or isinstance(iterates, str | bytes | Mapping | Set)
        or (isinstance(iterates, np.ndarray) and iterates.ndim == 0)
    ):
        raise TypeError(f"iterates must be what a method returns, an iterable of points; got {iterates!r}")

    def points():
        shape = None
        for t, x in enumerate(iterates):
            if not (type(x) is np.ndarray and x.dtype == float):
                x = checks.floats("iterates must yield points, each of which", x)
            shape = x.shape if shape is None else shape
            if x.shape != shape or x.ndim == 0:
                wanted = f"the start's shape, {shape}" if t else "shape (..., n)"
                raise ValueError(f"iterates must yield points of {wanted}; at t = {t} it yielded {x.shape}")
            yield x

    return points()


def rates(lr):
    """The learning rate of every step: `lr` itself, or `lr(t)` for t = 0, 1, 2, …"""
    for t in itertools.count():
        yield checks.non_negative(f"lr({t})", lr(t)) if callable(lr) else lr


def _method(rule):
    """Check a rule's arguments when it is called, and give `x` the shape of the batch."""
    signature = inspect.signature(rule)

    @functools.wraps(rule)
    def method(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        given = call.arguments
        given["grad"] = checks.gradient_of(given["grad"])
        given |= {name: check(name, given[name]) for name, check in _CHECKS.items() if name in given}
        lr = given["lr"]
        first_rate = next(rates(lr)) if callable(lr) else checks.non_negative("lr", lr)
        settings = {name: given[name] for name in _CHECKS if name in given}
        given["x"] = x = _batch(given["x"], {"lr": first_rate, **settings})
        given["lr"] = _fitting(lr, x.shape) if callable(lr) else first_rate
        if "shape" in given:
            given["shape"] = checks.sides("shape", given["shape"], x.shape[-1])
        return _handed_out(rule(*call.args, **call.kwargs))

    return method


def _fitting(schedule, shape):
    """The schedule, each of whose rates must broadcast against points of a shape."""

    def fitting(t):
        rate = checks.non_negative(f"lr({t})", schedule(t))
        if not isinstance(rate, float) and checks.broadcast(rate.shape, shape) != shape:
            raise ValueError(f"lr({t}) must broadcast against x, whose shape is {shape}; got {rate.shape}")
        return rate

    return fitting


def _batch(x, settings):
    """A copy of x for every setting: shape (..., n), the last axis unchanged."""
    x = checks.point("x", x)
    shape = x.shape
    for name, value in settings.items():
        shape = checks.broadcast(shape, np.shape(value))
        if shape is None or shape[-1] != x.shape[-1]:
            raise ValueError(
                f"{name} must broadcast against x, whose shape is {x.shape}; its shape is "
                f"{np.shape(value)}. For one setting per run, give it the shape (B, 1)"
            )
    return np.broadcast_to(x, shape).copy()


def _handed_out(iterates):
    """Each iterate as a copy, the caller's own to write into."""
    for x in iterates:
        yield x.copy()


@_method
def gradient_descent(grad, x, lr=0.01):
    """Gradient descent: x ← x − lr g.

    With a sampled gradient (see `minibatch_gradient`) this is stochastic gradient descent.
    Yields arrays of shape (..., n). Raises ValueError where lr is negative. The same as
    `torch.optim.SGD`. Source: Cauchy (1847); Robbins & Monro (1951) for sampled gradients.

    >>> run(gradient_descent(lambda x: 2 * x, [1.0, -1.0], lr=0.25), steps=1)[-1]
    array([ 0.5, -0.5])
    """
    for rate in rates(lr):
        yield x
        x = x - rate * grad(x)


@_method
def momentum(grad, x, lr=0.01, rho=0.9):
    """Momentum, the heavy ball: v ← ρ v + g; x ← x − lr v, with v = 0 at the start.

    Yields arrays of shape (..., n). Raises ValueError where lr is negative or rho is outside
    [0, 1). The same as `torch.optim.SGD(momentum=rho)`. Source: Polyak (1964).

    >>> run(momentum(lambda x: x, [1.0], lr=0.5, rho=0.5), steps=2)
    array([[1. ],
           [0.5],
           [0. ]])
    """
    v = np.zeros_like(x)
    for rate in rates(lr):
        yield x
        v = rho * v + grad(x)
        x = x - rate * v


@_method
def nesterov(grad, x, lr=0.01, rho=0.9):
    """Nesterov momentum: v ← ρ v + ∇f(x − lr ρ v); x ← x − lr v.

    Yields the base points x, of shape (..., n). Raises ValueError where lr is negative or rho
    is outside [0, 1). `torch.optim.SGD(nesterov=True)` follows the same rule and reports the
    look-ahead points x − lr ρ v instead. Source: Nesterov (1983), as in Sutskever et al. (2013).

    >>> run(nesterov(lambda x: x, [1.0], lr=0.5, rho=0.5), steps=2)
    array([[1.   ],
           [0.5  ],
           [0.125]])
    """
    v = np.zeros_like(x)
    for rate in rates(lr):
        yield x
        v = rho * v + grad(x - rate * rho * v)
        x = x - rate * v


@_method
def adagrad(grad, x, lr=0.01, eps=1e-8):
    """AdaGrad: s ← s + g²; x ← x − lr g / (√s + eps).

    Yields arrays of shape (..., n). Raises ValueError where lr or eps is negative. The same
    as `torch.optim.Adagrad(eps=eps)`, whose default eps is 1e-10. Source: Duchi, Hazan &
    Singer (2011).

    >>> run(adagrad(lambda x: 3 * x, [1.0], lr=0.1), steps=1)[-1].round(6)
    array([0.9])
    """
    s = np.zeros_like(x)
    for rate in rates(lr):
        yield x
        g = grad(x)
        s = s + g**2
        x = x - rate * g / (np.sqrt(s) + eps)


@_method
def rmsprop(grad, x, lr=0.01, decay=0.99, eps=1e-8):
    """RMSProp: s ← d s + (1 − d) g²; x ← x − lr g / (√s + eps), with d = `decay`.

    Yields arrays of shape (..., n). Raises ValueError where lr or eps is negative or decay is
    outside [0, 1). The same as `torch.optim.RMSprop(alpha=decay)`. Source: Tieleman & Hinton
    (2012), Neural Networks for Machine Learning, lecture 6.5.

    >>> run(rmsprop(lambda x: 3 * x, [1.0], lr=0.1, decay=0.75), steps=1)[-1].round(6)
    array([0.8])
    """
    s = np.zeros_like(x)
    for rate in rates(lr):
        yield x
        g = grad(x)
        s = decay * s + (1 - decay) * g**2
        x = x - rate * g / (np.sqrt(s) + eps)


@_method
def adam(grad, x, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, bias_correction=True):
    """Adam: m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; x ← x − lr m̂ / (√v̂ + eps).

    m̂ = m / (1 − β₁ᵗ⁺¹) and v̂ = v / (1 − β₂ᵗ⁺¹) undo the pull of the zero start; without
    `bias_correction` they are m and v themselves. Yields arrays of shape (..., n). Raises
    ValueError where lr or eps is negative or a beta is outside [0, 1). The same as
    `torch.optim.Adam`. Source: Kingma & Ba (2015), Algorithm 1.

    >>> run(adam(lambda x: 3 * x, [1.0], lr=0.1), steps=1)[-1].round(6)
    array([0.9])
    """
    m = v = np.zeros_like(x)
    for t, rate in enumerate(rates(lr), start=1):
        yield x
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = (m / (1 - beta1**t), v / (1 - beta2**t)) if bias_correction else (m, v)
        x = x - rate * m_hat / (np.sqrt(v_hat) + eps)


@_method
def adamw(grad, x, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """AdamW: with g at x, first x ← (1 − lr·weight_decay) x, then Adam's step with that g.

    The decay shrinks the weights themselves and never passes through the moments. Yields
    arrays of shape (..., n). Raises ValueError where lr, eps or weight_decay is negative or a
    beta is outside [0, 1). The same as `torch.optim.AdamW`. Source: Loshchilov & Hutter (2019), who
    leave lr out of the decay, so that their factor is 1 − η·weight_decay with η the schedule's
    multiplier alone; the form here, with lr, is PyTorch's.

    >>> run(adamw(lambda x: 3 * x, [1.0], lr=0.1, weight_decay=0.5), steps=1)[-1].round(6)
    array([0.85])
    """
    m = v = np.zeros_like(x)
    for t, rate in enumerate(rates(lr), start=1):
        yield x
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        x = (1 - rate * weight_decay) * x
        x = x - rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)


def minibatch_gradient(grad, data, batch_size, rng):
    """A sampled gradient: a function of w that uses the next minibatch at every call.

    `grad(w, *arrays)` is the gradient on the rows it is given; `data` is a tuple of arrays with
    the same first axis, of length n. Each epoch is a fresh permutation drawn from `rng`, without
    replacement; the last batch of an epoch is smaller where batch_size does not divide n.

    Raises ValueError or TypeError where the arrays differ in length, batch_size is outside
    1 … n, or rng is not a `numpy.random.Generator`.

    >>> rows = np.arange(4.0)
    >>> sampled = minibatch_gradient(lambda w, r: r.sum(), (rows,), 2, np.random.default_rng(0))
    >>> float(sampled(None) + sampled(None))
    6.0
    """
    checks.function("grad", grad)
    if not isinstance(data, tuple) or not data:
        raise TypeError(f"data must be a tuple of arrays; got {type(data).__name__}")
    if any(np.ma.is_masked(rows) or np.asarray(rows).dtype.kind in "cO" for rows in data):
        raise TypeError("data must hold arrays of real numbers or labels; it holds something else")
    arrays = [np.array(rows) for rows in data]
    lengths = [len(rows) if rows.ndim else 0 for rows in arrays]
    if len(set(lengths)) > 1 or lengths[0] == 0:
        raise ValueError(f"data must hold arrays of the same length, at least 1; got lengths {lengths}")
    if any(rows.dtype.kind == "f" and not np.isfinite(rows).all() for rows in arrays):
        raise ValueError("data must be finite; it holds NaN or infinity")
    batch_size = checks.integer("batch_size", batch_size, least=1, most=lengths[0])
    checks.generator("rng", rng)

    def batches():
        while True:
            order = rng.permutation(lengths[0])
            for first in range(0, lengths[0], batch_size):
                yield order[first : first + batch_size]

    upcoming = batches()

    @checks.own
    def sampled(w):
        rows = next(upcoming)
        # Copies on both sides: a grad may write into w, or return one array again and again.
        return copy.copy(grad(copy.copy(w), *(array[rows] for array in arrays)))

    return sampled
