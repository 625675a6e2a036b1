"""Hessians from differences of gradients."""

import numpy as np

from .. import checks


def numerical_hessian(grad, x, tau=1e-6):
    """The Hessian at x, of shape (n, n), from n + 1 gradients: symmetric.

    Column j is (∇f(x + τ eⱼ) − ∇f(x)) / τ, with an error of O(τ), and the result the mean of these
    columns and their transpose. Where a gradient has kinks, as a network of ReLU has, a small τ seldom
    meets one. Raises ValueError where tau is not greater than 0 or x is not one point. Source: Nocedal &
    Wright, section 8.1.

    >>> numerical_hessian(lambda x: x**2, [1.0, 2.0]).round(4)
    array([[2., 0.],
           [0., 4.]])
    """
    grad, tau = checks.gradient_of(grad), checks.number("tau", tau, checks.positive)
    x = checks.array("x", checks.point("x", x), ndim=1)
    H = np.array([grad(x + tau * e) for e in np.eye(x.size)]) - grad(x)
    return (H + H.T) / (2 * tau)
