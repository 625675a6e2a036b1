"""Functions to minimize, each with its derivatives and the facts about it.

An `Objective` is called like a function. The last axis of its argument holds the
coordinates, so one point, a path and a whole grid are evaluated by the same call.
Definitions and minimizers of the named functions follow Surjanovic & Bingham,
Virtual Library of Simulation Experiments (2013), and Jamil & Yang (2013).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import checks


@dataclass(frozen=True, eq=False)
class Objective:
    """A function of (..., n) coordinates and what is known about it.

    value(x) has shape (...), grad(x) shape (..., n), hess(x) shape (..., n, n).
    `domain` is ((xmin, xmax), (ymin, ymax)), for plotting; `start` is a customary
    starting point; `minimizers`, of shape (k, n), holds the global minimizers. Where a
    gradient does not exist (Ackley's at 0) it is zero. The three functions get copies of points,
    as floats, and what they return is copied; where it is too large for a float it is infinite or
    NaN, without a warning. `start` and `minimizers` are copied, and cannot be written into.

    Raises TypeError where value, grad or hess is not a function, or start or minimizers not an
    array. The functions in this module raise ValueError for points that have not two coordinates.

    >>> beale((3, 0.5))
    np.float64(0.0)
    """

    name: str
    value: Callable
    grad: Callable
    hess: Callable
    domain: tuple = field(repr=False)
    start: np.ndarray = field(repr=False)
    minimizers: np.ndarray = field(repr=False)

    def __post_init__(self):
        for name in ("value", "grad", "hess"):
            object.__setattr__(self, name, checks.copying(getattr(self, name), name))
        for name in ("start", "minimizers"):
            object.__setattr__(self, name, _constant(name, getattr(self, name)))

    def __call__(self, x):
        return self.value(x)


def quadratic(condition=10.0, angle=0.0):
    """½ xᵀHx in the plane, with H = R diag(1, condition) Rᵀ.

    R turns by `angle` radians, counter-clockwise. The eigenvalues of the Hessian are 1
    and `condition`, so `condition` is its condition number where it is at least 1.

    Raises ValueError where `condition` is not greater than 0.

    >>> quadratic(condition=4.0)((1.0, 1.0))
    np.float64(2.5)
    """
    condition = checks.number("condition", condition, checks.positive)
    angle = checks.number("angle", angle, checks.finite)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    H = turn @ np.diag([1.0, condition]) @ turn.T
    H = H / 2 + H.T / 2
    return _objective(
        "Quadratic",
        value=lambda x, y: (H[0, 0] * x * x + 2 * H[0, 1] * x * y + H[1, 1] * y * y) / 2,
        grad=lambda x, y: (H[0, 0] * x + H[0, 1] * y, H[0, 1] * x + H[1, 1] * y),
        hess=lambda x, y: (H[0, 0], H[0, 1], H[1, 1]),
        domain=((-4, 4), (-4, 4)),
        start=(-3.5, 1.5),
        minimizers=[(0, 0)],
    )


def _objective(name, value, grad, hess, domain, start, minimizers):
    """Make an Objective from formulas in x and y; hess gives (f_xx, f_xy, f_yy)."""

    def coordinates(point):
        if point.ndim == 0 or point.shape[-1] != 2:
            raise ValueError(f"x must have shape (..., 2) for {name}; got shape {point.shape}")
        return point[..., 0], point[..., 1]

    def gradient(point):
        x, y = coordinates(point)
        g = np.empty_like(point)
        g[..., 0], g[..., 1] = grad(x, y)
        return g

    def hessian(point):
        x, y = coordinates(point)
        H = np.empty((*point.shape, 2), point.dtype)
        H[..., 0, 0], H[..., 0, 1], H[..., 1, 1] = hess(x, y)
        H[..., 1, 0] = H[..., 0, 1]
        return H

    def height(point):
        return value(*coordinates(point))

    return Objective(
        name=name,
        value=height,
        grad=gradient,
        hess=hessian,
        domain=domain,
        start=start,
        minimizers=np.reshape(minimizers, (-1, 2)),
    )


def _constant(name, values):
    array = checks.floats(name, values)
    array.flags.writeable = False
    return array


def _beale_terms(x, y):
    return 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3


def _beale_grad(x, y):
    a, b, c = _beale_terms(x, y)
    return (
        2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1)),
        2 * x * (a + 2 * b * y + 3 * c * y**2),
    )


def _beale_hess(x, y):
    a, b, c = _beale_terms(x, y)
    return (
        2 * ((y - 1) ** 2 + (y**2 - 1) ** 2 + (y**3 - 1) ** 2),
        2 * (a + 2 * b * y + 3 * c * y**2) + 2 * x * ((y - 1) + 2 * y * (y**2 - 1) + 3 * y**2 * (y**3 - 1)),
        2 * x * (x + 4 * x * y**2 + 9 * x * y**4 + 2 * b + 6 * c * y),
    )


beale = _objective(
    "Beale",
    value=lambda x, y: sum(term**2 for term in _beale_terms(x, y)),
    grad=_beale_grad,
    hess=_beale_hess,
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.0, 1.5),
    minimizers=[(3, 0.5)],
)

rosenbrock = _objective(
    "Rosenbrock",
    value=lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    grad=lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
    hess=lambda x, y: (2 - 400 * (y - 3 * x**2), -400 * x, 200.0),
    domain=((-2, 2), (-1, 3)),
    start=(-1.2, 1.0),
    minimizers=[(1, 1)],
)

himmelblau = _objective(
    "Himmelblau",
    value=lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    grad=lambda x, y: (
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ),
    hess=lambda x, y: (12 * x**2 + 4 * y - 42, 4 * (x + y), 12 * y**2 + 4 * x - 26),
    domain=((-5, 5), (-5, 5)),
    start=(0.0, 0.0),
    minimizers=[
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ],
)

booth = _objective(
    "Booth",
    value=lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    grad=lambda x, y: (10 * x + 8 * y - 34, 8 * x + 10 * y - 38),
    hess=lambda x, y: (10.0, 8.0, 10.0),
    domain=((-10, 10), (-10, 10)),
    start=(-8.0, -6.0),
    minimizers=[(1, 3)],
)

matyas = _objective(
    "Matyas",
    value=lambda x, y: 0.26 * (x**2 + y**2) - 0.48 * x * y,
    grad=lambda x, y: (0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x),
    hess=lambda x, y: (0.52, -0.48, 0.52),
    domain=((-10, 10), (-10, 10)),
    start=(-8.0, 4.0),
    minimizers=[(0, 0)],
)

rastrigin = _objective(
    "Rastrigin",
    value=lambda x, y: 20 + x**2 + y**2 - 10 * np.cos(2 * np.pi * x) - 10 * np.cos(2 * np.pi * y),
    grad=lambda x, y: tuple(2 * z + 20 * np.pi * np.sin(2 * np.pi * z) for z in (x, y)),
    hess=lambda x, y: (
        2 + 40 * np.pi**2 * np.cos(2 * np.pi * x),
        0.0,
        2 + 40 * np.pi**2 * np.cos(2 * np.pi * y),
    ),
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    start=(3.3, -2.4),
    minimizers=[(0, 0)],
)


def _ackley_parts(x, y):
    """Radius r = √(x² + y²), the outer bowl's and the inner ripple's exponentials."""
    size = np.maximum(abs(x), abs(y))
    size = np.where(size == 0, 1, size)  # x² alone is 0 for tiny x, and too large for huge
    r = size * np.sqrt((x / size) ** 2 + (y / size) ** 2)
    bowl = 20 * np.exp(-0.2 * r / np.sqrt(2))
    ripple = np.exp((np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)) / 2)
    return r, bowl, ripple


def _ackley_value(x, y):
    _, bowl, ripple = _ackley_parts(x, y)
    return 20 + np.e - bowl - ripple


def _ackley_grad(x, y):
    r, bowl, ripple = _ackley_parts(x, y)
    slope = bowl * 0.2 / np.sqrt(2) / np.where(r == 0, 1, r)  # at 0, x and y make it zero
    return tuple(slope * z + np.pi * np.sin(2 * np.pi * z) * ripple for z in (x, y))


def _ackley_hess(x, y):
    r, bowl, ripple = _ackley_parts(x, y)
    k = 0.2 / np.sqrt(2)
    safe = np.where(r == 0, 1, r)
    sx, sy = np.pi * np.sin(2 * np.pi * x), np.pi * np.sin(2 * np.pi * y)
    cx, cy = 2 * np.pi**2 * np.cos(2 * np.pi * x), 2 * np.pi**2 * np.cos(2 * np.pi * y)

    def outer(a, b, same):  # second derivative of −bowl
        return bowl * k * ((same - (a / safe) * (b / safe)) / safe - k * (a / safe) * (b / safe))

    parts = (
        outer(x, x, 1) + (cx - sx * sx) * ripple,
        outer(x, y, 0) - sx * sy * ripple,
        outer(y, y, 1) + (cy - sy * sy) * ripple,
    )
    return tuple(np.where(r == 0, 0.0, part) for part in parts)


ackley = _objective(
    "Ackley",
    value=_ackley_value,
    grad=_ackley_grad,
    hess=_ackley_hess,
    domain=((-5, 5), (-5, 5)),
    start=(2.6, -3.4),
    minimizers=[(0, 0)],
)

styblinski_tang = _objective(
    "Styblinski–Tang",
    value=lambda x, y: sum((z**4 - 16 * z**2 + 5 * z) / 2 for z in (x, y)),
    grad=lambda x, y: tuple((4 * z**3 - 32 * z + 5) / 2 for z in (x, y)),
    hess=lambda x, y: (6 * x**2 - 16, 0.0, 6 * y**2 - 16),
    domain=((-5, 5), (-5, 5)),
    start=(0.5, -4.5),
    minimizers=[(-2.903534027771177, -2.903534027771177)],
)

three_hump_camel = _objective(
    "Three-hump camel",
    value=lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2,
    grad=lambda x, y: (4 * x - 4.2 * x**3 + x**5 + y, x + 2 * y),
    hess=lambda x, y: (4 - 12.6 * x**2 + 5 * x**4, 1.0, 2.0),
    domain=((-5, 5), (-5, 5)),
    start=(-2.5, 4.0),
    minimizers=[(0, 0)],
)

saddle = _objective(
    "Saddle",
    value=lambda x, y: x**2 - y**2,
    grad=lambda x, y: (2 * x, -2 * y),
    hess=lambda x, y: (2.0, 0.0, -2.0),
    domain=((-2, 2), (-2, 2)),
    start=(1.5, 0.001),
    minimizers=[],
)
