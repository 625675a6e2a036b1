"""A right answer for every checker, and the styles in which readers write it.

A new checker enters with one line in RIGHT: from its name to a right answer, as its solution has it.
"""

import functools
import inspect
import itertools
import math

import numpy as np

import optimlib as ol

# Chapter 1


def kkt_residual(X, y, w, lam):
    g = 2 / len(y) * X.T @ (X @ w - y)
    return np.where(w != 0, abs(g + lam * np.sign(w)), np.maximum(abs(g) - lam, 0)).max()


def more_rows(X, y, lam):
    n, p = X.shape
    return np.vstack([X, np.sqrt(n * lam) * np.eye(p)]), np.concatenate([y, np.zeros(p)])


def alphas(lam, mix):
    first, second = lam * mix / 2, lam * (1 - mix)
    return first + second, first / (first + second)


def normalize(x, mean, var):
    if mean is None:
        mean, var = x.mean(axis=0), x.var(axis=0)
    return (x - mean) / np.sqrt(var + 1e-5)


# Chapter 2


def partials(x):
    a, b = x
    return np.array([2 * a * b + b * np.cos(a * b), a**2 + a * np.cos(a * b)])


def steepest(g, norm):
    if norm == "2":
        return g / np.linalg.norm(g)
    return np.sign(g) if norm == "inf" else np.sign(g) * (abs(g) == abs(g).max())


def mended(w, X, y, lam):
    share = 1 / (1 + np.exp(y * (X @ w)))
    return -(y * share) @ X / len(X) + 2 * lam * np.append(w[:-1], 0.0)


# Chapter 3


def best_lr(H):
    curvatures = np.linalg.eigvalsh(H)
    mu, L = curvatures[0], curvatures[-1]
    return 2 / (L + mu), (L - mu) / (L + mu)


def minibatches(n, B, rng):
    order = rng.permutation(n)
    return [order[first : first + B] for first in range(0, n, B)]


def noise(rows, B):
    n = len(rows)
    return np.sqrt(((rows - rows.mean(axis=0)) ** 2).sum(axis=1).mean() / B * (n - B) / (n - 1))


# Chapter 4


def velocity_momentum(grad, x, lr, rho):
    v = np.zeros_like(x)
    for t in itertools.count():
        yield x
        v = rho * v + lr(t) * grad(x)
        x = x - v


def best_pair(mu, L):
    root = np.sqrt(L / mu)
    return (2 / (np.sqrt(L) + np.sqrt(mu))) ** 2, ((root - 1) / (root + 1)) ** 2


def escape_factor(lr, rho):
    b = 1 + rho + 2 * lr
    return (b + np.sqrt(b**2 - 4 * rho)) / 2


def look_ahead(path, lr, rho):
    return path + rho * np.diff(path, axis=0, prepend=path[:1])


# Chapter 5


def amsgrad(grad, x, lr, beta1, beta2, eps):
    m = v = top = np.zeros_like(x)
    while True:
        yield x
        g = grad(x)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        top = np.maximum(top, v)
        x = x - lr * m / (np.sqrt(top) + eps)


def effective_rates(gradients, lr, decay, eps):
    s, rates = np.zeros_like(gradients[0]), []
    for g in gradients:
        s = decay * s + (1 - decay) * g**2
        rates.append(lr / (np.sqrt(s) + eps))
    return np.array(rates)


def drift(C, beta2):
    k = (1 - beta2) / (1 - beta2**3)
    v1, v2, v3 = (
        k * (a + b * beta2 + c * beta2**2) for a, b, c in ((C**2, 1, 1), (1, C**2, 1), (1, 1, C**2))
    )
    return -C / np.sqrt(v1) + 1 / np.sqrt(v2) + 1 / np.sqrt(v3)


# Chapter 6


def restarts(lr, period):
    return lambda t: lr * (1 + np.cos(np.pi * (t % period) / period)) / 2


def variances(rates, h, sigma):
    V = [0.0]
    for rate in rates:
        V.append((1 - rate * h) ** 2 * V[-1] + rate**2 * sigma**2)
    return np.array(V)


def best_rates(h, sigma, v0, steps):
    return 1 / ((h**2 * v0 + sigma**2) / (h * v0) + h * np.arange(steps))


# Chapter 7


def newton(grad, hess, x, lr, damping):
    while True:
        yield x
        x = x - lr * np.linalg.solve(hess(x) + damping * np.eye(len(x)), grad(x))


def saddle_free(H, g):
    h, Q = np.linalg.eigh(H)
    return -Q @ ((Q.T @ g) / abs(h))


def bfgs_update(P, s, y):
    sy, Py = s @ y, P @ y
    return P + np.outer(s, s) * (sy + y @ Py) / sy**2 - (np.outer(Py, s) + np.outer(s, Py)) / sy


def two_loop(pairs, g, scale=None):
    if not pairs:
        return scale * g
    *older, (s, y) = pairs
    scale = s @ y / (y @ y) if scale is None else scale
    alpha = s @ g / (s @ y)
    r = two_loop(older, g - alpha * y, scale)
    return r + (alpha - y @ r / (s @ y)) * s


# Chapter 8


def rank_one(A, v, steps):
    for _ in range(steps):
        v = A.T @ (A @ v)
        v = v / np.linalg.norm(v)
    return np.outer(A @ v, v)


def find_range(A, omega, power):
    Q = np.linalg.qr(A @ omega)[0]
    for _ in range(power):
        Q = np.linalg.qr(A @ np.linalg.qr(A.T @ Q)[0])[0]
    return Q


def condition_left(h, k, delta):
    factors = np.concatenate([h[:k] / (h[:k] + delta), h[k:] / delta])
    return factors.max() / factors.min()


# Chapter 9


def expected_best(values, k):
    n = len(values)
    chance = [math.comb(n - 1 - i, k - 1) / math.comb(n, k) for i in range(n)]
    return np.dot(chance, np.sort(values))


PRESCRIPTIONS = {
    "A": "L-BFGS",
    "B": "AdamW",
    "C": "learning-rate decay",
    "D": "regularization",
    "E": "a gradient check",
    "F": "a smaller rho",
    "G": "Newton",
}

RIGHT = {
    "check_soft_threshold": lambda w, t: np.sign(w) * np.maximum(abs(w) - t, 0),
    "check_ridge": lambda X, y, lam: np.linalg.solve(X.T @ X + len(y) * lam * np.eye(X.shape[1]), X.T @ y),
    "check_augmented": more_rows,
    "check_kkt_residual": kkt_residual,
    "check_alphas": alphas,
    "check_dropout": lambda x, p, u: x if u is None else np.where(u < p, 0.0, x / (1 - p)),
    "check_batch_norm": normalize,
    "check_partials": partials,
    "check_central_gradient": lambda f, x, h: np.array(
        [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
    ),
    "check_complex_gradient": lambda f, x: np.array(
        [np.imag(f(x + 1e-30j * e)) / 1e-30 for e in np.eye(len(x))]
    ),
    "check_best_step": lambda value, third, eps: np.cbrt(3 * eps * abs(value / third)),
    "check_steepest": steepest,
    "check_mended_gradient": mended,
    "check_hiding_bug": lambda w: w + np.cos(w),
    "check_slope_along": lambda f, x, u, h: (f(x + h * u) - f(x - h * u)) / (2 * h),
    "check_gradient_descent": ol.gradient_descent,
    "check_best_lr": best_lr,
    "check_worst_angle": lambda kappa: np.degrees(np.arccos(2 * np.sqrt(kappa) / (1 + kappa))),
    "check_minibatches": minibatches,
    "check_noise": noise,
    "check_share_of_minima": lambda n: (2 / 3) ** n,
    "check_momentum": ol.momentum,
    "check_nesterov": ol.nesterov,
    "check_velocity_momentum": velocity_momentum,
    "check_best_pair": best_pair,
    "check_escape_factor": escape_factor,
    "check_look_ahead": look_ahead,
    "check_rmsprop": ol.rmsprop,
    "check_adam": ol.adam,
    "check_adamw": ol.adamw,
    "check_amsgrad": amsgrad,
    "check_first_steps": lambda beta1, beta2, t: (1 - beta1**t) / np.sqrt(1 - beta2**t),
    "check_effective_rates": effective_rates,
    "check_drift": drift,
    "check_cosine": ol.cosine_decay,
    "check_warmup": ol.warmup,
    "check_restarts": restarts,
    "check_variances": variances,
    "check_best_rates": best_rates,
    "check_constant_rate": lambda: 0.13,
    "check_chosen_schedule": lambda: ol.linear_decay(0.3, 600),
    "check_newton": newton,
    "check_reach": lambda lr: np.sqrt(2 / lr - 1),
    "check_saddle_free": saddle_free,
    "check_bfgs_update": bfgs_update,
    "check_two_loop": two_loop,
    "check_largest": lambda memory, m: (int(np.sqrt(memory // 8)), memory // (16 * m)),
    "check_shortest_step": lambda sigma, B, h: np.sqrt(2 / B) * sigma / h,
    "check_break_even": lambda m, n: (m * n - 1) // (m + n + 1),
    "check_truncate": ol.low_rank,
    "check_rank_one": rank_one,
    "check_beat": ol.low_rank,
    "check_woodbury": ol.woodbury_solve,
    "check_range_finder": find_range,
    "check_condition": condition_left,
    "check_expected_best": expected_best,
    "check_paired": lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))),
    "check_common_rate": lambda losses: (losses / losses.min(axis=1, keepdims=True)).max(axis=0).argmin(),
    "check_contestant": lambda grad, x, lr: ol.adam(grad, x, lr=lr),
    "check_prescriptions": lambda: PRESCRIPTIONS,
}


# The styles. Each takes a right answer and gives the same answer in another style.


def arrays(right):
    """As it is: NumPy on whole arrays."""
    return right


def lists(right):
    """Lists and plain numbers in place of arrays."""

    @_like(right)
    def mine(*given, **named):
        return _mapped(right(*given, **named), lambda value: np.asarray(value).tolist())

    return mine


def scratch(right):
    """On copies of the arguments, which are used up."""

    @_like(right)
    def mine(*given, **named):
        given = [_own(value) for value in given]
        named = {name: _own(value) for name, value in named.items()}
        answer = right(*given, **named)
        if not inspect.isgenerator(answer):
            answer = _mapped(answer, np.array)
            _overwrite([*given, *named.values()])
        return answer

    return mine


def names_only(right):
    """All arguments by name."""

    @_like(right)
    def mine(*given, **named):
        return right(**dict(zip(inspect.signature(right).parameters, given, strict=False)), **named)

    mine.__signature__ = inspect.Signature(
        [
            parameter.replace(kind=parameter.KEYWORD_ONLY)
            for parameter in inspect.signature(right).parameters.values()
        ]
    )
    return mine


STYLES = [arrays, lists, scratch]


def in_place(right):
    """The same answers, and every array that was given is overwritten."""

    @_like(right)
    def mine(*given, **named):
        answer = scratch(right)(*given, **named)
        _overwrite([*given, *named.values()])
        return answer

    return mine


def _own(value):
    return value.copy() if isinstance(value, np.ndarray) else value


def _overwrite(values):
    for value in values:
        if isinstance(value, np.ndarray):
            value[...] = 7.0


def _like(right):
    return lambda mine: functools.wraps(right)(mine)


def _mapped(answer, change):
    """The answer with its numbers changed, also those of a tuple, of all points and of a schedule."""
    if isinstance(answer, dict | str):
        return answer
    if inspect.isgenerator(answer):
        return map(change, answer)  # an iterator, and no generator
    if callable(answer):
        return lambda t: change(answer(t))
    if isinstance(answer, tuple | list):
        return type(answer)(map(change, answer))
    return change(answer)
