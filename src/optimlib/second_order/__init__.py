"""Second-order methods: Taylor models, Newton's method, and BFGS with and without the matrix.

The methods are generators of iterates, as in `optimizers`, and `run` collects their paths. They
take one point of shape (n,), refuse wrong arguments when they are called, and end when no
further progress can be made. Wherever the symbols appear, g is the gradient and H the Hessian at
x, P an approximation of H⁻¹, s the last step and y the change of the gradient along it. Algorithm
numbers are those of Nocedal & Wright, Numerical Optimization (2nd edition, 2006).
"""

from .models import taylor
from .newton_steps import newton
from .quasi_newton import bfgs, lbfgs, two_loop

__all__ = ["bfgs", "lbfgs", "newton", "taylor", "two_loop"]
