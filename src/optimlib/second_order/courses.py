"""What a run has cost so far: f beside the gradients and values that were asked for until then."""

from dataclasses import dataclass, field

import numpy as np

from .. import checks
from ..optimizers import run


@dataclass(frozen=True, eq=False)
class Course:
    """A run by its cost; row t of the first four arrays belongs to iterate t, the start being iterate 0.

    `points` has shape (steps + 1, n) and `values` f there; `gradients` and `evaluations` say how many
    gradients and values of f the method had asked for when it yielded that point. `asked`, of shape
    (gradients in all, n), are the points where gradients were asked for, in order.
    """

    points: np.ndarray = field(repr=False)
    values: np.ndarray = field(repr=False)
    gradients: np.ndarray
    evaluations: np.ndarray
    asked: np.ndarray = field(repr=False)


def against_gradients(method, f, grad, x, budget=np.inf, level=1e-10, **settings):
    """The `Course` of `method(f, grad, x, **settings)`, such as `bfgs`, until f is below `level`.

    It ends as well where more gradients than `budget` were asked for, or the method ends. Gradients and
    values of f are counted apart, while the contest counts both at one point as one look at the data;
    the values that the course itself needs are not counted.

    Raises TypeError where method, f or grad is not a function.

    >>> from optimlib import bfgs, booth
    >>> course = against_gradients(bfgs, booth, booth.grad, (0.0, 0.0))
    >>> course.values[-1] < 1e-10, len(course.asked) == course.gradients[-1]
    (np.True_, np.True_)
    """
    for name, function in (("method", method), ("f", f), ("grad", grad)):
        checks.function(name, function)
    at_f, at_grad, rows = [], [], []
    for point in method(_noted(f, at_f), _noted(grad, at_grad), x, **settings):
        rows.append((point.copy(), f(point), len(at_grad), len(at_f)))
        if rows[-1][1] < level or len(at_grad) > budget:
            break
    points, *columns = map(np.array, zip(*rows, strict=True))
    return Course(points, *columns, asked=np.array(at_grad).reshape(-1, points.shape[1]))


def _noted(function, at):
    """The function, with each point that it is asked at noted in `at`."""

    def noting(x):
        at.append(x.copy())
        return function(x)

    return noting


def soonest(method, f, grad, x, rates, steps, level, **settings):
    """(t, f at the end, rate) of the rate whose run is below `level` soonest: from step t on, for good.

    Runs `method(grad, x, lr, **settings)` with all `rates` side by side, so many steps each; f maps
    (..., n) to (...). t is infinite where no run is below at its end, and then, as among equal t, the
    least end is chosen. A run that diverges has an infinite end.

    >>> from optimlib import gradient_descent
    >>> f, grad = lambda x: (x**2).sum(axis=-1), lambda x: 2 * x
    >>> t, _, rate = soonest(gradient_descent, f, grad, [1.0], [0.1, 0.5], steps=9, level=1e-6)
    >>> int(t), float(rate)
    (1, 0.5)
    """
    rates = checks.array("rates", rates, ndim=1)
    paths = run(method(grad, x, lr=rates[:, None], **settings), steps)
    with np.errstate(all="ignore"):
        values = np.nan_to_num(f(paths), nan=np.inf, posinf=np.inf)
    above = values >= level
    after_last = np.where(above.any(axis=0), steps + 1 - above[::-1].argmax(axis=0), 0)
    return min(zip(np.where(above[-1], np.inf, after_last), values[-1], rates, strict=True))


def until_above(iterates, f, most):
    """The points of a run and f at each, up to and with the first where f is not below `most`.

    Of shapes (steps + 1, n) and (steps + 1,); NaN is not below.

    >>> points, values = until_above(([2.0**k] for k in range(9)), lambda x: x[0] ** 2, most=10)
    >>> values
    array([ 1.,  4., 16.])
    """
    points, values = [], []
    for x in iterates:
        points.append(x)
        values.append(f(x))
        if not values[-1] < most:
            break
    return np.array(points), np.array(values)
