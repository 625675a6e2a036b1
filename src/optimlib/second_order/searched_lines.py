"""f along the line of one step, and what a line search did there."""

from dataclasses import dataclass

import numpy as np

from .. import checks


@dataclass(frozen=True, eq=False)
class SearchedLine:
    """What happened along the line of one step.

    Lengths are measured in the exact step, the one to the first minimum; changes of f in its depth.

    `heights`, of the shape of the `lengths` asked about, is the change of f there, and `fine` says where
    the strong Wolfe conditions hold; `at` and `values` are the lengths where gradients were asked for, and
    the changes of f there. `left` is the share of the slope that is left where the step ends.
    """

    heights: np.ndarray
    fine: np.ndarray
    at: np.ndarray
    values: np.ndarray
    left: float


def searched_line(f, course, step, lengths, c1=1e-4, c2=0.9):
    """The `SearchedLine` of a step, from 1 to the last, of a `Course` on the `Objective` f.

    With x the point before the step p, a a length, and g the gradient at x, the strong Wolfe conditions
    are f(x + a p) ≤ f(x) + c1 a gᵀp and |∇f(x + a p)ᵀp| ≤ c2 |gᵀp|. Raises ValueError or TypeError
    where the course has no such step. Source: Nocedal & Wright, section 3.1.
    """
    step = checks.integer("step", step, least=1, most=len(course.points) - 1)
    x, p = course.points[step - 1], course.points[step] - course.points[step - 1]
    a = first_minimum(lambda a: f.grad(x + a * p) @ p)
    here, slope = f(x), f.grad(x) @ p
    depth = here - f(x + a * p)
    heights = f(x + lengths[:, None] * a * p) - here
    slopes = f.grad(x + lengths[:, None] * a * p) @ p
    tried = course.asked[course.gradients[step - 1] : course.gradients[step]]
    return SearchedLine(
        heights=heights / depth,
        fine=(heights <= c1 * lengths * a * slope) & (abs(slopes) <= c2 * abs(slope)),
        at=(tried - x) @ p / (p @ p) / a,
        values=(f(tried) - here) / depth,
        left=abs(f.grad(course.points[step]) @ p) / abs(slope),
    )


def first_minimum(slope):
    """The first length at which a slope that begins negative changes its sign, by halving.

    What is between 1.1 times a length and itself may be missed, and so may all below 1e-6. Raises
    ValueError where the slope is not negative at 0, or is still negative at a million.

    >>> round(float(first_minimum(lambda a: a - 2)), 9)
    2.0
    """
    if not slope(0.0) < 0:
        raise ValueError(f"slope must be negative at 0; got {slope(0.0):g}")
    ends = np.array([0.0, 1e-6])
    while slope(ends[1]) < 0:
        ends *= 0, 1.1
        if ends[1] > 1e6:
            raise ValueError("slope must change its sign; it is negative from 0 to a million")
    for _ in range(60):
        middle = ends.mean()
        ends[int(slope(middle) >= 0)] = middle
    return ends.mean()
