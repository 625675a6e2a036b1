"""One small multilayer perceptron, whose parameters are one flat vector.

So a network is an objective like any other: `grad` goes to any method of `optimizers` or
`second_order`, `check_gradient` checks it, and a training run is a path in parameter space.

    h ← ReLU(h W + b)            for every hidden layer, from h = X of shape (n, features)
    scores = h W + b             of shape (n, classes), for the last
    loss = mean of −log softmax(scores)[label] + lam Σ W²

Dropout, on hidden units, and batch normalization, before each ReLU, can be switched on. Leading axes
of the parameters are networks of the same form, side by side.
"""

import functools
import math
from dataclasses import dataclass

import numpy as np

from . import checks
from .layers import batch_statistics

_EPS = 1e-5  # in batch normalization, as in `batch_norm`
# A run that diverges has infinite scores and NaN: that is said by `run`, once, and not by warnings.
_quietly = np.errstate(over="ignore", invalid="ignore")


def softmax(scores):
    """exp(sₖ) / Σ exp(sⱼ) over the last axis, without overflow: (..., classes) to the same shape.

    Raises ValueError or TypeError where scores is not an array of numbers of shape (..., classes).

    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    return _softmax(_scores(scores))


@_quietly
def _softmax(scores):
    raised = scores - _largest(scores)
    np.exp(raised, out=raised)
    raised /= raised.sum(axis=-1, keepdims=True)
    return raised


def cross_entropy(scores, y):
    """The mean of −log softmax(scores)[label]: scores of shape (n, classes), y of (n,) whole numbers.

    Raises ValueError where a label is outside 0 … classes − 1 or the lengths differ. The same as
    `torch.nn.functional.cross_entropy`.

    >>> cross_entropy([[0.0, 0.0]], [1])  # log 2
    np.float64(0.6931471805599453)
    """
    scores = _scores(scores)
    if scores.ndim != 2:
        raise ValueError(f"scores must have shape (n, classes); got shape {scores.shape}")
    return _cross_entropy(scores, _labels(y, scores.shape[:1], scores.shape[1]))


@_quietly
def _cross_entropy(scores, y):
    shifted = scores - _largest(scores)
    own = _by_row(shifted)[_labelled(shifted, y)].reshape(shifted.shape[:-1])
    return np.mean(np.log(np.exp(shifted, out=shifted).sum(axis=-1)) - own, axis=-1)


def _by_row(scores):
    """Scores of shape (..., n, classes) as one list of rows, a view."""
    return scores.reshape(-1, scores.shape[-1])


def _largest(scores):
    """The largest of each row, (..., n, 1). The copy is quicker than a maximum over so short an axis."""
    return _by_row(scores).T.copy().max(axis=0).reshape(*scores.shape[:-1], 1)


def _labelled(scores, y):
    """Where in that list the labels' scores are."""
    if y.shape != scores.shape[:-1]:
        y = np.broadcast_to(y, scores.shape[:-1])
    return np.arange(y.size), y.ravel()


@dataclass(frozen=True)
class MLP:
    """A multilayer perceptron for classification, with softmax cross-entropy.

    `sizes` is (features, hidden, …, classes). `lam` is the strength of Σ W², over weights and not
    biases; `p` the probability of dropping a hidden unit; with `normalize`, batch normalization
    takes the place of adding b: γ (z − mean) / √(var + 1e-5) + b with z = h W and one γ a unit.

    Wherever a method takes `w`, it is the vector of all `size` parameters, X has shape (n, features)
    and labels y (n,). Several networks go side by side: `w` of shape (..., size), with rows for all of
    them or for each, X of shape (..., n, features) and y of (..., n). `loss` and `grad` are
    training: they drop units where they are given an `rng`, and normalize with their own batch.
    `scores`, `predict` and `accuracy` are test time: nothing is dropped, and a normalized network
    needs `statistics` of the training set, which stand in for PyTorch's running averages.

    Raises ValueError or TypeError where sizes is not at least two whole numbers that are at least
    1, lam is negative, p is outside [0, 1) or normalize is not True or False.

    >>> network = MLP((2, 3, 2))
    >>> network.size
    17
    """

    sizes: tuple
    lam: float = 0.0
    p: float = 0.0
    normalize: bool = False

    def __post_init__(self):
        if not isinstance(self.sizes, tuple | list) or len(self.sizes) < 2:
            raise TypeError(f"sizes must be a tuple of at least two whole numbers; got {self.sizes!r}")
        object.__setattr__(self, "sizes", tuple(checks.integer("sizes", n, least=1) for n in self.sizes))
        object.__setattr__(self, "lam", checks.number("lam", self.lam, checks.non_negative))
        object.__setattr__(self, "p", checks.number("p", self.p, checks.decay_rate))
        checks.flag("normalize", self.normalize)

    @functools.cached_property
    def size(self):
        """The number of parameters."""
        return sum(math.prod(shape) for layer in self._shapes for shape in layer)

    def start(self, rng):
        """A random start: W from a normal distribution of variance 2 / inputs, b = 0, γ = 1.

        Source: He et al. (2015), for ReLU.
        """
        checks.generator("rng", rng)
        w = np.zeros(self.size)
        for W, *others in self.layers(w):
            W[:] = rng.normal(0, np.sqrt(2 / len(W)), W.shape)
            for gamma in others[1:]:
                gamma[:] = 1
        return w

    def layers(self, w):
        """The parts of w, layer by layer: (W, b), and (W, b, γ) for the hidden ones of a normalized network.

        W has shape (..., inputs, outputs). They are views: writing into them writes into w, an array of
        floats.
        """
        if not (type(w) is np.ndarray and w.dtype.kind == "f"):
            w = checks.floats("w", w)
        if w.shape[-1:] != (self.size,):
            raise ValueError(f"w must have shape (..., {self.size}); got shape {w.shape}")
        parts, begin, networks = [], 0, w.shape[:-1]
        for shapes in self._shapes:
            layer = []
            for shape in shapes:
                end = begin + math.prod(shape)
                layer.append(w[..., begin:end].reshape(*networks, *shape))
                begin = end
            parts.append(tuple(layer))
        return parts

    def loss(self, w, X, y, rng=None):
        """The mean cross-entropy on the rows of X, with labels y, plus lam Σ W²: shape (...)."""
        w, X, y = self._checked(w, X, y)
        return _cross_entropy(self._forward(w, X, rng)[0], y) + self._penalty(w)

    def grad(self, w, X, y, rng=None):
        """The gradient of `loss` by backpropagation, of shape (..., size).

        With dropout, the same units are dropped as in `loss` where both are given a generator in
        the same state. Source: Rumelhart, Hinton & Williams (1986); Ioffe & Szegedy (2015) through
        the normalization.
        """
        return self._grad(*self._checked(w, X, y), rng)

    @_quietly
    def statistics(self, w, X):
        """The mean and variance of every hidden z over the rows of X, for test time; () if not normalized."""
        w, X = self._fitting(w, X)
        if not self.normalize:
            return ()
        hidden = self._forward(w, X)[1][:-1]
        return tuple(batch_statistics(np.moveaxis(h @ W, -2, 0)) for h, (W, *_), *_ in hidden)

    def scores(self, w, X, statistics=None):
        """The scores at test time, of shape (..., n, classes)."""
        return self._at_test_time(*self._fitting(w, X), statistics)

    def predict(self, w, X, statistics=None):
        """The class of largest score for every row of X, of shape (..., n).

        Raises ValueError where a score is not finite, as with weights of NaN.
        """
        scores = self.scores(w, X, statistics)
        if not np.isfinite(scores).all():
            raise ValueError("w must give a finite score to every class; some are NaN or infinite")
        return scores.argmax(axis=-1)

    def accuracy(self, w, X, y, statistics=None):
        """The share of rows whose class is predicted right; one with a score of NaN or infinity is not.

        A float, or an array of shape (...) for networks side by side.
        """
        w, X, y = self._checked(w, X, y)
        scores = self._at_test_time(w, X, statistics)
        right = (scores.argmax(axis=-1) == y) & np.isfinite(scores).all(axis=-1)
        share = right.mean(axis=-1)
        return share if share.ndim else float(share)

    def _fitting(self, w, X):
        """Parameters and rows that fit one another, of any leading axes."""
        if not (type(w) is np.ndarray and w.dtype.kind == "f"):
            w = checks.floats("w", w)
        X, features = checks.array("X", X), self.sizes[0]
        if X.ndim < 2 or X.shape[-2] == 0 or X.shape[-1] != features:
            raise ValueError(f"X must have shape (..., n, {features}), n at least 1; got shape {X.shape}")
        if checks.broadcast(w.shape[:-1], X.shape[:-2]) is None:
            raise ValueError(f"X must have w's leading axes, {w.shape[:-1]}; got shape {X.shape}")
        return w, X

    def _checked(self, w, X, y):
        w, X = self._fitting(w, X)
        shape = *checks.broadcast(w.shape[:-1], X.shape[:-2]), X.shape[-2]
        return w, X, _labels(y, shape, self.sizes[-1])

    def _known(self, statistics):
        if statistics is None:
            raise ValueError("statistics must be given at test time: network.statistics(w, X_train)")
        if not isinstance(statistics, tuple | list):
            raise TypeError(f"statistics must be what `statistics` returns; got {statistics!r}")
        statistics = [checks.array("statistics", layer) for layer in statistics]
        ends = [(layer.shape[:1], layer.shape[1:][-1:]) for layer in statistics]
        wanted = [((2,), (width,)) for width in self.sizes[1:-1]]
        if ends != wanted or any((var < 0).any() for _, var in statistics):
            raise ValueError("statistics must be a mean and a variance of every hidden unit, layer by layer")
        return statistics

    def _at_test_time(self, w, X, statistics=None):
        return self._forward(w, X, statistics=self._known(statistics) if self.normalize else None)[0]

    # What follows asks no questions: the arguments are known to be good.

    @_quietly
    def _penalty(self, w):
        return self.lam * sum((W**2).sum(axis=(-2, -1)) for W, *_ in self.layers(w))

    @_quietly
    def _grad(self, w, X, y, rng=None):
        scores, trail = self._forward(w, X, rng)
        gradient = np.empty((*scores.shape[:-2], self.size))
        down = _softmax(scores)  # the loss's derivative by z, from the last layer to the first
        _by_row(down)[_labelled(down, y)] -= 1
        down /= y.shape[-1]
        slopes = self.layers(gradient)
        for k in range(len(trail) - 1, -1, -1):
            h, (W, _, *gamma), z_hat, deviation, _ = trail[k]
            slopes[k][1][:] = np.einsum("...ij->...j", down)  # quicker than sum, and the same
            if z_hat is not None:
                slopes[k][2][:] = (down * z_hat).sum(axis=-2)
                pull = z_hat * (down * z_hat).mean(axis=-2, keepdims=True)
                down = down - down.mean(axis=-2, keepdims=True) - pull
                down = down * gamma[0][..., None, :] / deviation
            np.matmul(h.mT, down, out=slopes[k][0])
            if k:
                down = down @ W.mT
                down *= trail[k - 1][-1]
        if self.lam:
            gradient += self._pull * w
        return gradient

    @functools.cached_property
    def _pull(self):
        """2 lam for every weight, 0 for the others: what times w is the slope of the penalty."""
        pull = np.zeros(self.size)
        for W, *_ in self.layers(pull):
            W[:] = 2 * self.lam
        return pull

    @functools.cached_property
    def _shapes(self):
        """Of the parts of w, layer by layer."""
        layers, last = [], len(self.sizes) - 2
        for k, (inputs, outputs) in enumerate(zip(self.sizes[:-1], self.sizes[1:], strict=True)):
            scale = [(outputs,)] if self.normalize and k < last else []
            layers.append([(inputs, outputs), (outputs,), *scale])
        return layers

    @_quietly
    def _forward(self, w, h, rng=None, statistics=None):
        """The scores, and for every layer its input, parts, what normalized it, and its slope."""
        layers, trail = self.layers(w), []
        for k, layer in enumerate(layers):
            W, b, *gamma = layer
            h_in, z, z_hat, deviation, slope = h, h @ W, None, None, None
            if gamma:
                mean, var = (part[..., None, :] for part in statistics[k]) if statistics else _moments(z)
                deviation = np.sqrt(var + _EPS)
                z_hat = (z - mean) / deviation
                z = gamma[0][..., None, :] * z_hat
            z += b[..., None, :]
            if k < len(layers) - 1:
                slope = z > 0
                if rng is None:
                    np.maximum(z, 0, out=z)
                else:
                    slope &= checks.generator("rng", rng).random(z.shape) >= self.p
                    slope = slope / (1 - self.p)  # as `dropout` of ones, in fewer passes
                    z *= slope
            h = z
            trail.append((h_in, layer, z_hat, deviation, slope))
        return h, trail


def _moments(z):
    """The mean and the biased variance over the rows."""
    return z.mean(axis=-2, keepdims=True), z.var(axis=-2, keepdims=True)


def _scores(scores):
    """As floats, NaN and infinity allowed: a run that diverges has them."""
    scores = checks.floats("scores", scores)
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise ValueError(f"scores must have shape (..., classes); got shape {scores.shape}")
    return scores


def _labels(y, shape, classes):
    """Labels below the number of classes, one a row, or the same for all networks: of shape (..., n)."""
    if not (type(y) is np.ndarray and y.dtype.kind in "iu"):
        checks.floats("y", y)  # no masked entries, no ragged lists
        y = np.asarray(y)
    if y.dtype.kind not in "iu":
        raise TypeError(f"y must be an array of whole numbers, the classes; got {y!r}")
    if y.shape[-1:] != shape[-1:] or checks.broadcast(y.shape, shape) != shape:
        raise ValueError(f"y must have one label a row, shape {shape}; got shape {y.shape}")
    if y.size == 0:
        raise ValueError("scores and y must have at least one row; got none")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(f"y must be from 0 to {classes - 1}; got labels from {y.min()} to {y.max()}")
    return y
