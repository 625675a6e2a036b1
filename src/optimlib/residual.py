"""Residual blocks with stochastic depth, their parameters one flat vector: chapter 1's very deep network.

    z ← X U                          from X of shape (n, features) to width numbers a row
    z ← z + bₗ ReLU(z) Vₗ            for each block l = 1 … depth
    scores = z C                     of shape (n, classes)
    loss = mean of −log softmax(scores)[label]

In training, with a generator, bₗ is 1 with probability pₗ = 1 − l / depth · (1 − last), and else 0, drawn
once a call for all rows; at test time, with `rng=None`, it is pₗ. Source: Huang et al. (2016).
"""

import functools
import math
from dataclasses import dataclass

import numpy as np

from . import checks
from .layers import stochastic_depth
from .networks import _labels, cross_entropy, softmax


@dataclass(frozen=True)
class ResidualNetwork:
    """`depth` blocks of `width` numbers a row, the last of which survives with probability `last`.

    Wherever a method takes `w`, it is the vector of all `size` parameters, X has shape (n, features)
    and labels y (n,). Given generators in the same state, `scores`, `loss` and `grad` skip the same blocks.

    Raises ValueError or TypeError where depth, width, features or classes is not a whole number of at
    least 1, last is not from 0 to 1, or w, X and y do not fit.

    >>> ResidualNetwork(depth=2, width=3, last=0.5, features=4, classes=2).survivals
    array([0.75, 0.5 ])
    """

    depth: int
    width: int
    last: float = 1.0
    features: int = 64
    classes: int = 10

    def __post_init__(self):
        for name in ("depth", "width", "features", "classes"):
            object.__setattr__(self, name, checks.integer(name, getattr(self, name), least=1))
        object.__setattr__(self, "last", checks.number("last", self.last, checks.share))

    @functools.cached_property
    def survivals(self):
        """Each block's probability of survival, pₗ: in a straight line down to `last`, of shape (depth,)."""
        return 1 - np.arange(1, self.depth + 1) / self.depth * (1 - self.last)

    @functools.cached_property
    def size(self):
        """The number of parameters."""
        return sum(map(math.prod, self._shapes))

    @property
    def _shapes(self):
        width = self.width
        return (self.features, width), (self.depth, width, width), (width, self.classes)

    def start(self, rng):
        """A random start: normal, of variance 1 / inputs for U and C, and 0.09 / inputs for the blocks."""
        checks.generator("rng", rng)
        spreads = 1 / np.sqrt(self.features), 0.3 / np.sqrt(self.width), 1 / np.sqrt(self.width)
        pairs = zip(spreads, self._shapes, strict=True)
        return np.concatenate([rng.normal(0, spread, math.prod(shape)) for spread, shape in pairs])

    def layers(self, w):
        """U, all V in one array of shape (depth, width, width), and C: views into w, an array of floats."""
        if np.shape(w) != (self.size,):
            raise ValueError(f"w must have shape ({self.size},); got shape {np.shape(w)}")
        ends = np.cumsum([math.prod(shape) for shape in self._shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(w, ends), self._shapes, strict=True)]

    def scores(self, w, X, rng=None):
        """The scores of the classes, of shape (n, classes)."""
        U, blocks, C = self.layers(checks.array("w", w))
        z = self._rows(X) @ U
        for V, survival in zip(blocks, self.survivals, strict=True):
            z = stochastic_depth(z, lambda z, V=V: np.maximum(z, 0) @ V, survival, rng)
        return z @ C

    def loss(self, w, X, y, rng=None):
        """The mean cross-entropy on the rows of X, with labels y."""
        return cross_entropy(self.scores(w, X, rng), y)

    def accuracy(self, w, X, y, rng=None):
        """The share of rows whose class has the largest score, a float."""
        scores = self.scores(w, X, rng)
        return float((scores.argmax(axis=1) == _labels(y, scores.shape[:1], self.classes)).mean())

    def grad(self, w, X, y, rng=None):
        """The gradient of `loss` by backpropagation, of w's shape."""
        w, X = checks.array("w", w), self._rows(X)
        y = _labels(y, X.shape[:1], self.classes)
        U, blocks, C = self.layers(w)
        b = self.survivals if rng is None else self._drawn(rng)
        z, h = X @ U, []
        for V, there in zip(blocks, b, strict=True):
            h.append(there * np.maximum(z, 0) if there else None)
            z = z + h[-1] @ V if there else z
        down = softmax(z @ C)  # the loss's derivative by the scores, and then by each z
        down[np.arange(len(y)), y] -= 1
        down /= len(y)
        gradient = np.zeros_like(w)
        by_U, by_blocks, by_C = self.layers(gradient)
        by_C[:] = z.T @ down
        down = down @ C.T
        for k in np.flatnonzero(b)[::-1]:  # a block that is not there costs nothing
            by_blocks[k] = h[k].T @ down
            slope = down @ blocks[k].T
            slope *= b[k] * (h[k] > 0)
            down += slope
        by_U[:] = X.T @ down
        return gradient

    def _drawn(self, rng):
        """1.0 for each block that is there in this draw, 0.0 for the others."""
        return (checks.generator("rng", rng).random(self.depth) < self.survivals).astype(float)

    def _rows(self, X):
        X = checks.array("X", X, ndim=2)
        if X.shape[1] != self.features or not len(X):
            raise ValueError(f"X must have shape (n, {self.features}), n at least 1; got shape {X.shape}")
        return X
