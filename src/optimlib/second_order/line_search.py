"""The line search of BFGS and L-BFGS: a step that satisfies the strong Wolfe conditions."""

import numpy as np

from . import vectors

_EPS = np.finfo(float).eps


def wolfe_step(f, grad, x, p, value, g, trial, c1, c2):
    """A point x + a p that satisfies the strong Wolfe conditions, with f and the gradient there.

    The step a is bracketed, `low` falling and lowest so far, `high` too far, and then found by
    cubic interpolation. Where rounding leaves no such point, one where f falls and sᵀy > 0 does;
    where there is none, None.
    """
    slope = vectors.dot(g, p)
    noise = 4 * _EPS * abs(value)  # a smaller fall may be rounding's
    low, high, spare = (0.0, value, slope), None, None
    a = trial
    for _ in range(40):
        point = x + a * p
        if not -slope * a > noise or np.array_equal(point, x):  # too short for f to fall
            if high:
                break
            a *= 10
            continue
        there = vectors.value(f, point)
        fallen = there <= value + c1 * a * slope and there < value - noise
        if not fallen or there >= low[1]:
            high = (a, there, None)
        else:
            new_g = grad(point)
            new_slope = vectors.dot(new_g, p)
            if vectors.dot(point - x, new_g - g) > 0:
                spare = point, there, new_g
                if abs(new_slope) <= c2 * -slope:
                    break
            if new_slope < 0:
                low, before = (a, there, new_slope), low
            else:
                high = (a, there, new_slope)
        a = _between(low, high) if high else _beyond(low, before)
        if high and a in (low[0], high[0]):
            break
    return spare


def _between(low, high):
    """The minimizer of the cubic (or parabola) through both ends, kept off the ends."""
    (a, fa, da), (b, fb, db) = np.array([low, high], dtype=float)  # None becomes NaN
    width = b - a
    with np.errstate(all="ignore"):
        if np.isnan(db):
            share = -da * width / (2 * (fb - fa - da * width))
        else:
            d1 = da + db - 3 * (fb - fa) / width
            d2 = np.sqrt(d1 * d1 - da * db)
            share = 1 - (db + d2 - d1) / (db - da + 2 * d2)
    return float(a + width * (min(max(share, 0.1), 0.9) if np.isfinite(share) else 0.1))


def _beyond(low, before):
    """Where the slope, followed from the last two points, would be zero; up to ten times as far."""
    (a, _, da), (b, _, db) = before, low
    ahead = b - db * (b - a) / (db - da) if db > da else np.inf
    return min(max(ahead, 1.1 * b), 10 * b)
