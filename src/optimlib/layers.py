"""Layers that regularize a network: dropout, batch normalization, stochastic depth, random pooling.

Each is a forward rule, and says what differs at test time. Where a rule is random, the random
numbers come from the generator it is given; without one (`rng=None`) dropout and stochastic depth
follow their test-time rule.
"""

import numpy as np

from . import checks


def dropout(x, p, rng):
    """Inverted dropout: each entry of x is 0 with probability p, and else x / (1 − p).

    The mean stays x's, so nothing is rescaled at test time: with `rng=None` the answer is a copy of
    x. Any shape. The same as `torch.nn.functional.dropout`.

    Raises ValueError where p is outside [0, 1), TypeError where rng is neither None nor a
    `numpy.random.Generator`. Source: Srivastava et al. (2014), in the form used today; there p is the
    probability of keeping, and the weights are multiplied by it at test time instead.

    >>> dropout(np.ones(5), 0.5, np.random.default_rng(1))
    array([2., 2., 0., 2., 0.])
    """
    x = checks.array("x", x)
    p = checks.number("p", p, checks.decay_rate)
    if rng is None:
        return x
    with np.errstate(over="ignore"):  # too large for a float: infinite
        return np.where(checks.generator("rng", rng).random(x.shape) < p, 0.0, x / (1 - p))


def batch_statistics(x):
    """The mean and the biased variance of each feature over axis 0: what `batch_norm` uses.

    Raises ValueError where x has no rows.

    >>> batch_statistics([[1.0], [3.0]])
    (array([2.]), array([1.]))
    """
    x, by = _in_units(_rows(x))
    with np.errstate(over="ignore"):
        return np.ldexp(x.mean(axis=0), by), np.ldexp(x.var(axis=0), 2 * by)


def _rows(x):
    x = checks.point("x", x)
    if len(x) == 0:
        raise ValueError("x must have at least one row; got none")
    return x


def _in_units(x, least=0.0):
    """Every feature with entries up to about 1, whose squares are numbers, and its unit's exponent."""
    by = np.frexp(np.maximum(np.abs(x).max(axis=0), least))[1]
    return np.ldexp(x, -by), by


def batch_norm(x, gamma, beta, eps=1e-5, mean=None, var=None):
    """Batch normalization: gamma · (x − mean) / √(var + eps) + beta, for each feature.

    x has shape (n, ...), gamma and beta broadcast against a row. In training, mean and var are those
    of the batch (see `batch_statistics`); at test time, give the ones of the training set, or
    their running averages, so that a row's answer does not depend on its neighbours.

    Raises ValueError where eps or var is negative, one of mean and var is given without the other,
    or var + eps is 0. The same as `torch.nn.functional.batch_norm`; its module averages, for test time, the
    unbiased variance. Source: Ioffe & Szegedy (2015).

    >>> batch_norm([[1.0], [3.0]], gamma=1.0, beta=10.0, eps=0.0)
    array([[ 9.],
           [11.]])
    """
    x = _rows(x)
    gamma = _per_feature("gamma", checks.finite("gamma", gamma), x)
    beta = _per_feature("beta", checks.finite("beta", beta), x)
    eps = checks.number("eps", eps, checks.non_negative)
    if (mean is None) != (var is None):
        raise ValueError("mean and var must be given together, or neither")
    with np.errstate(over="ignore", invalid="ignore"):  # too large for a float: infinite
        if mean is None:
            x, by = _in_units(x, np.sqrt(eps))
            mean, var, eps = x.mean(axis=0), x.var(axis=0), np.ldexp(eps, -2 * by)
        else:
            mean = _per_feature("mean", checks.finite("mean", mean), x)
            var = _per_feature("var", checks.non_negative("var", var), x)
        if np.any(var + eps == 0):
            raise ValueError("eps must be greater than 0 where a feature does not vary; got 0")
        return gamma * (x - mean) / np.sqrt(var + eps) + beta


def _per_feature(name, value, x):
    if checks.broadcast(np.shape(value), x.shape[1:]) != x.shape[1:]:
        raise ValueError(
            f"{name} must broadcast against a row of x, of shape {x.shape[1:]}; got shape {np.shape(value)}"
        )
    return value


def stochastic_depth(x, branch, survival, rng=None):
    """A residual block that is skipped at random: x + b·branch(x), with b = 1 with probability `survival`.

    b is drawn once a call. At test time, with `rng=None`, x + survival·branch(x), the mean.
    `torchvision.ops.stochastic_depth` divides by `survival` in training instead.

    Raises ValueError where survival is not from 0 to 1, TypeError where branch is not a function.
    Source: Huang et al. (2016).

    >>> stochastic_depth(np.array([1.0, 2.0]), lambda x: 10 * x, survival=0.5)
    array([ 6., 12.])
    """
    x = checks.array("x", x)
    branch = checks.gradient_of(branch, "branch")  # of x's shape, and safe from what branch does to its x
    survival = checks.number("survival", survival, checks.share)
    b = survival if rng is None else checks.generator("rng", rng).random() < survival
    if not b:
        return x
    with np.errstate(over="ignore", invalid="ignore"):
        return x + b * branch(x)


def fractional_edges(side, ratio, rng):
    """Where the regions of `fractional_max_pool` begin along one axis, and the end: integers.

    eᵢ = ⌈α(i + u)⌉ − ⌈αu⌉ for i = 0 … m, with m = ⌊side / ratio⌋ regions, α = side / m and u drawn
    from `rng`, so neighbours are as far apart as the ratio is, rounded up or down.

    Raises ValueError where ratio is not between 1 and 2, or larger than side. Source: Graham (2014),
    pseudorandom regions.

    >>> fractional_edges(7, 1.5, np.random.default_rng(0))
    array([0, 2, 4, 5, 7])
    """
    side = checks.integer("side", side, least=1, most=2**31)
    ratio = checks.number("ratio", ratio, _between_1_and_2)
    regions = int(side / ratio)  # 8 // 1.6 is 4: in floating point 1.6 is a little more
    if regions == 0:
        raise ValueError(f"ratio must be at most the image's side, {side}; got {ratio}")
    # In whole numbers, α(i + u) is (side·i + k) / regions with k a number from 0 to regions − 1.
    k = checks.generator("rng", rng).integers(regions)
    ends = -(-(side * np.arange(regions + 1) + k) // regions)
    return ends - ends[0]


def fractional_max_pool(image, ratio, rng):
    """Max pooling that shrinks an image by a ratio between 1 and 2.

    The image, of shape (h, w) or (h, w, channels), is cut into ⌊h / ratio⌋ × ⌊w / ratio⌋ disjoint
    rectangles by `fractional_edges`, drawn for rows and columns apart; the answer holds the largest
    entry of each. At test time the regions are drawn just the same; Graham averages the network's
    answers over several draws. `torch.nn.FractionalMaxPool2d` uses overlapping windows of one size.

    Raises ValueError where ratio is not between 1 and 2 or image has not 2 or 3 axes.
    Source: Graham (2014), pseudorandom disjoint regions.

    >>> fractional_max_pool(np.arange(9.0).reshape(3, 3), 1.5, np.random.default_rng(1))
    array([[3., 5.],
           [6., 8.]])
    """
    image = checks.array("image", image)
    if image.ndim not in (2, 3) or image.size == 0:
        raise ValueError(f"image must have shape (h, w) or (h, w, channels); got shape {image.shape}")
    for axis in (0, 1):
        starts = fractional_edges(image.shape[axis], ratio, rng)[:-1]
        image = np.maximum.reduceat(image, starts, axis=axis)
    return image


def _between_1_and_2(name, value):
    return checks.real(name, value, "greater than 1 and less than 2", lambda v: (v > 1) & (v < 2))
