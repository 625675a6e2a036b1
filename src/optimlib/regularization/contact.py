"""Where a quadratic loss of two weights first touches the diamond of l1 or the disc of l2."""

from dataclasses import dataclass

import numpy as np

from .. import checks
from . import units


@dataclass(frozen=True, eq=False)
class Contact:
    """Where a loss first touches a ball: the point `w`, and the strength `lam` that leads there.

    −∇loss(w) is lam times a subgradient of the penalty; lam is 0 where the ball holds the minimum.
    """

    w: np.ndarray
    lam: float


def ball_contact(H, minimum, radius, penalty):
    """The lowest point of ½ (w − m)ᵀH(w − m) in a ball of the plane, with m = `minimum`.

    The ball is the diamond l1(w) ≤ radius for the penalty "l1", and the disc ‖w‖ ≤ radius for
    "l2". Returns a `Contact`. For the mean squared error H = (2/n) XᵀX and m is the least squares
    solution; `fit_lasso` or `fit_ridge` with the contact's lam then gives the same w. The diamond is
    searched edge by edge, the disc by Newton's method on 1/‖w‖. Source: Moré & Sorensen (1983).

    Raises ValueError where H is not a positive definite matrix of shape (2, 2), minimum not of
    shape (2,), radius not greater than 0 or penalty neither "l1" nor "l2".

    >>> ball_contact(np.eye(2), [3.0, 1.0], 1.0, "l1")
    Contact(w=array([1., 0.]), lam=2.0)
    """
    H = checks.array("H", H, ndim=2)
    if H.shape != (2, 2) or not np.allclose(H, H.T) or np.linalg.eigvalsh(H)[0] <= 0:
        raise ValueError(f"H must be symmetric and positive definite, of shape (2, 2); got {H.tolist()}")
    m = checks.array("minimum", minimum, ndim=1)
    if m.shape != (2,):
        raise ValueError(f"minimum must have shape (2,); got shape {m.shape}")
    radius = checks.number("radius", radius, checks.positive)
    checks.option("penalty", penalty, ("l1", "l2"))
    if np.abs(m).max() > 1e100 * radius:
        raise ValueError(f"radius must be at least 1e-100 times the size of minimum; got {radius}")
    size = np.abs(m).sum() if penalty == "l1" else np.hypot(*m)
    if size <= radius:
        return Contact(m, 0.0)
    # In units in which H and the radius are of size 1.
    H, by = units.in_units(H)
    unit = units.exponent(radius)
    m, radius = np.ldexp(m, -unit), np.ldexp(radius, -unit)
    w = (_diamond_contact if penalty == "l1" else _disc_contact)(H, m, radius)
    pull = H @ (m - w)
    with np.errstate(over="ignore"):
        if penalty == "l1":
            return Contact(np.ldexp(w, unit), float(np.ldexp(np.abs(pull).max(), by + unit)))
        return Contact(np.ldexp(w, unit), float(np.ldexp(pull @ w / (2 * w @ w), by)))


def _diamond_contact(H, m, radius):
    corners = radius * np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
    lowest = []
    for corner, edge in zip(corners, np.diff(corners, axis=0), strict=False):
        share = np.clip(edge @ H @ (m - corner) / (edge @ H @ edge), 0, 1)
        lowest.append(corner + share * edge)
    return min(lowest, key=lambda w: (w - m) @ H @ (w - m))


def _disc_contact(H, m, radius):
    values, V = np.linalg.eigh(H)
    pull = values * (V.T @ m)
    shift = 0.0  # w = (H + shift·I)⁻¹ H m, whose length falls to the radius as shift grows
    for _ in range(100):
        w = pull / (values + shift)
        size = np.linalg.norm(w)
        change = (size - radius) / radius * size**2 / (w @ (w / (values + shift)))
        if not shift + change > shift:
            break
        shift += change
    return V @ w
