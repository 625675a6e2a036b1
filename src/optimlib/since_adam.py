"""Methods since Adam, and what stands around a method today: clipping before it, an average after it.

The methods are generators of iterates as in `optimizers`, over leading axes too, and take an `lr`
in the same forms; `averaged` makes such a generator from another one, and `clipped` a gradient from
another one. Each method calls the gradient once for each step, `sam` twice. Wrong arguments are
refused when a function is called. Wherever the symbol appears, g is the gradient at x.
"""

import numpy as np

from . import checks
from .optimizers import _handed_out, _method, _points, rates


def clipped(grad, most):
    """A gradient of bounded length: g itself where ‖g‖ ≤ most, and most · g / ‖g‖ elsewhere.

    Returns a function of x of shape (..., n), to be given as `grad` to any method; the norm is
    Euclidean, over the last axis, so that each member of a batch is clipped by itself. Raises
    TypeError where grad is not a function, ValueError where most is negative. The same as
    `optax.clip_by_global_norm`; `torch.nn.utils.clip_grad_norm_` divides by ‖g‖ + 1e-6. Source:
    Pascanu, Mikolov & Bengio (2013).

    >>> short = clipped(lambda x: 2 * x, most=1.0)
    >>> short([3.0, 4.0]), short([0.3, 0.0])
    (array([0.6, 0.8]), array([0.6, 0. ]))
    """
    grad = checks.gradient_of(grad)
    most = checks.non_negative("most", most)

    def short(x):
        x = checks.floats("x", x)
        if x.ndim == 0:
            raise ValueError("x must have shape (..., n); got one number")
        g = grad(x)
        with np.errstate(over="ignore", invalid="ignore"):
            unit = _unit(g)
            norm = (g * unit).sum(-1, keepdims=True)
            return np.where(norm <= most, g, most * unit)

    return short


def _unit(g, axis=-1):
    """g over its Euclidean norm, zeros where g is zero; no square overflows or vanishes."""
    largest = np.abs(g).max(axis, keepdims=True, initial=0)
    g = g / np.where(largest == 0, 1, largest)
    return g / np.sqrt((g**2).sum(axis, keepdims=True) + (largest == 0))


def averaged(iterates, decay=None):
    """The average of a method's iterates, itself a generator of iterates.

    Without `decay`, the mean of the iterates so far, the start among them; with `decay` d, the
    exponential moving average: the start, and then e ← d e + (1 − d) x. The method goes its way
    unchanged. Yields one average for each iterate, of its shape (..., n). Raises TypeError where
    iterates is not an iterable of points, ValueError where decay is outside [0, 1). The same as
    `torch.optim.swa_utils.AveragedModel`, plain and with `get_ema_multi_avg_fn(decay)`; `optax.ema`
    starts at zero. Source: Polyak & Juditsky (1992), for the mean.

    >>> [float(x[0]) for x in averaged([[0.0], [2.0], [4.0]])]
    [0.0, 1.0, 2.0]
    >>> [float(x[0]) for x in averaged([[0.0], [2.0], [4.0]], decay=0.5)]
    [0.0, 1.0, 2.5]
    """
    points = _points(iterates)
    if decay is not None:
        decay = checks.number("decay", decay, checks.decay_rate)

    def averages():
        for t, x in enumerate(points):
            if t == 0:
                e = x.copy()
            elif decay is None:
                e = e + (x - e) / (t + 1)
            else:
                e = decay * e + (1 - decay) * x
            yield e

    return _handed_out(averages())


@_method
def schedule_free(grad, x, lr=0.01, beta=0.9):
    """Schedule-free gradient descent: z takes the steps, x is their mean, the gradient is taken between.

    y = (1 − β) z + β x; z ← z − lr ∇f(y); x ← the mean of z after steps 1 … t. With β = 0 it is
    gradient descent seen through its mean. Yields x, of shape (..., n). Raises ValueError where
    lr is negative or beta is outside [0, 1). PyTorch has none; `optax.contrib.schedule_free_sgd`,
    whose parameters are y, and the authors' `schedulefree.SGDScheduleFree` give each z in the mean
    the square of the largest rate so far as its weight: the same where the rate never rises.
    Source: Defazio et al. (2024).

    >>> from optimlib import run
    >>> run(schedule_free(lambda x: x, [1.0], lr=0.5, beta=0.5), steps=2)
    array([[1.   ],
           [0.5  ],
           [0.375]])
    """
    z = x
    for t, rate in enumerate(rates(lr), start=1):
        yield x
        y = (1 - beta) * z + beta * x
        z = z - rate * grad(y)
        x = x + (z - x) / t


@_method
def sam(grad, x, lr=0.01, radius=0.05):
    """Sharpness-aware minimization: x ← x − lr ∇f(x + radius · g / ‖g‖).

    The gradient is taken where, to first order, f is largest within `radius` of x, and the step
    is made from x. The norm is Euclidean, over the last axis; where g = 0, so is the way to that
    point. Within `radius` of a saddle it may be drawn there. Two gradients a step: a
    `minibatch_gradient` gives each of them a batch of its own, whereas the paper takes both from
    one batch. Yields arrays of shape (..., n). Raises ValueError where lr or radius is negative.
    PyTorch has none; the same as `optax.contrib.sam` over `optax.sgd(lr)`, with the normalized
    `optax.sgd(radius)` inside. Source: Foret et al. (2021).

    >>> from optimlib import run
    >>> run(sam(lambda x: 2 * x, [1.0], lr=0.25, radius=0.5), steps=1)[-1]
    array([0.25])
    """
    for rate in rates(lr):
        yield x
        x = x - rate * grad(x + radius * _unit(grad(x)))


@_method
def lion(grad, x, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Lion: x ← (1 − lr·weight_decay) x − lr sign(c) with c = β₁ m + (1 − β₁) g; then m ← β₂ m + (1 − β₂) g.

    Each coordinate moves by lr, whatever the gradient's size; sign(0) = 0. Yields arrays of shape
    (..., n). Raises ValueError where lr or weight_decay is negative or a beta is outside [0, 1).
    PyTorch has none; the same as `optax.lion`, whose default weight_decay is 1e-3. Source: Chen
    et al. (2023).

    >>> from optimlib import run
    >>> run(lion(lambda x: [3.0, -0.1], [1.0, 1.0], lr=0.25), steps=2)[-1]
    array([0.5, 1.5])
    """
    m = np.zeros_like(x)
    for rate in rates(lr):
        yield x
        g = grad(x)
        c = beta1 * m + (1 - beta1) * g
        x = (1 - rate * weight_decay) * x - rate * np.sign(c)
        m = beta2 * m + (1 - beta2) * g


def newton_schulz(G, steps=5):
    """A matrix with G's singular vectors and singular values near 1: U Vᵀ, roughly, of G = U Σ Vᵀ.

    X = G / ‖G‖ (Frobenius), then `steps` times X ← 3.4445 X + (−4.7750 S + 2.0315 S²) X with
    S = X Xᵀ. That is an odd polynomial of each singular value. Its coefficients lift small ones
    fast, by 3.4445 a step, and do not settle at 1: after five steps, all that were above a
    hundredth of ‖G‖ are between 0.68 and 1.14. G has shape (..., rows, columns), leading axes being a
    batch, and so has the answer; where rows > columns it works on the transpose, where S is
    smaller. Zeros stay zeros. Raises ValueError where G has no such shape or is not finite, or
    steps is below 0. PyTorch's, inside `torch.optim.Muon`, rounds to bfloat16. Source: Jordan et
    al. (2024).

    >>> np.linalg.svd(newton_schulz([[3.0, 0.0], [0.0, 4.0]])).S.round(2)
    array([1.12, 0.72])
    """
    G = checks.array("G", G)
    if G.ndim < 2 or 0 in G.shape[-2:]:
        raise ValueError(f"G must have shape (..., rows, columns); got shape {G.shape}")
    return _newton_schulz(G, checks.integer("steps", steps, least=0))


def _newton_schulz(G, steps):
    if G.shape[-2] > G.shape[-1]:
        return _newton_schulz(G.mT, steps).mT
    X = np.ascontiguousarray(_unit(G, axis=(-2, -1)))  # a transpose, read across, is slower
    for _ in range(steps):
        S = X @ X.mT
        P = 2.0315 * S @ S
        P -= 4.7750 * S
        PX = P @ X
        X *= 3.4445
        X += PX
    return X


@_method
def muon(grad, x, shape, lr=0.02, rho=0.95, nesterov=True, weight_decay=0.0, steps=5):
    """Muon: momentum whose step, as a matrix, has all its singular values near 1.

    v ← ρ v + g; u = g + ρ v, or v without `nesterov`;
    x ← (1 − lr·weight_decay) x − lr √max(1, rows/columns) · newton_schulz(u, steps).

    x has shape (..., n), and each point is a matrix of `shape` = (rows, columns), rows first, with
    n = rows · columns. Meant for the matrices of a network's hidden layers; its other weights are
    left to AdamW. Yields arrays of shape (..., n). Raises ValueError where lr or weight_decay is
    negative, rho is outside [0, 1), steps is below 0 or rows · columns is not n. The same as
    `torch.optim.Muon`, whose defaults are lr 1e-3 and weight_decay 0.1, up to its `newton_schulz` in
    bfloat16, about 1% of a step; its v is (1 − ρ) times this one, which that division by ‖u‖ undoes. Source:
    Jordan et al. (2024); Bernstein & Newhouse (2024) for steepest descent in the spectral norm.

    >>> from optimlib import run
    >>> run(muon(lambda x: x, [1.0, 1.0], shape=(1, 2), lr=0.5, steps=0), steps=1)[-1].round(4)
    array([0.6464, 0.6464])
    """
    v = np.zeros_like(x)
    scale = np.sqrt(max(1, shape[0] / shape[1]))
    for rate in rates(lr):
        yield x
        g = grad(x)
        v = rho * v + g
        u = g + rho * v if nesterov else v
        step = _newton_schulz(u.reshape(*x.shape[:-1], *shape), steps).reshape(x.shape)
        x = (1 - rate * weight_decay) * x - rate * scale * step
