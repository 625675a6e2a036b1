"""A right answer for every checker, and the styles in which readers write it.

A new checker enters with one line in RIGHT: from its name to a right answer, as its solution has it.
"""

import functools
import inspect
import math

import numpy as np

import optimlib as ol

# Chapter 1


def more_rows(X, y, lam):
    n, p = X.shape
    return np.vstack([X, np.sqrt(n * lam) * np.eye(p)]), np.concatenate([y, np.zeros(p)])


def alphas(lam, mix):
    first, second = lam * mix / 2, lam * (1 - mix)
    return first + second, first / (first + second)


def intercept(X, y, lam):
    A = X - X.mean(axis=0)
    w = np.linalg.solve(A.T @ A + len(y) * lam * np.eye(X.shape[1]), A.T @ (y - y.mean()))
    return np.mean(y - X @ w), w


def sweep(X, y, w, lam):
    new, size = w.copy(), np.mean(X**2, axis=0)
    for j, column in enumerate(X.T):
        m = new[j] + np.mean(column * (y - X @ new)) / size[j]
        new[j] = np.sign(m) * max(abs(m) - lam / (2 * size[j]), 0)
    return new


def folded(W, gamma, beta, mean, var):
    scale = gamma / np.sqrt(var + 1e-5)
    return W * scale, beta - mean * scale


# Chapter 2


def partials(x):
    a, b = x
    return np.array([2 * a * b + b * np.cos(a * b), a**2 + a * np.cos(a * b)])


def fourth_order(f, x, h):
    near, far = ([(f(x + d * e) - f(x - d * e)) / (2 * d) for e in np.eye(len(x))] for d in (h, 2 * h))
    return (4 * np.array(near) - np.array(far)) / 3


def steepest(g, k):
    rank = np.argsort(np.argsort(-abs(g)))
    return np.sign(g) * np.clip(k - rank, 0, 1)


def mended(w, X, y, lam):
    steps = np.diff(w)
    return 2 * (X @ w - y) @ X / len(y) + 2 * lam * (np.append(0, steps) - np.append(steps, 0))


# Chapter 3


def best_lr(grad, n):
    curvatures = np.linalg.eigvalsh([grad(e) - grad(np.zeros(n)) for e in np.eye(n)])
    mu, L = curvatures[0], curvatures[-1]
    return 2 / (L + mu), (L - mu) / (L + mu)


def minibatches(n, B, rng):
    order = rng.permutation(n)
    return [order[first : first + B] for first in range(0, n, B)]


def batch_size(rows, target):
    n, variance = len(rows), ((rows - rows.mean(axis=0)) ** 2).sum(axis=1).mean()
    return next(B for B in range(1, n + 1) if variance / B * (n - B) / (n - 1) <= target**2)


# Chapter 4


def restarted(grad, x, lr, rho):
    v = np.zeros_like(x)
    while True:
        yield x
        g = grad(x)
        v = (rho * v if g @ v >= 0 else 0) + g
        x = x - lr * v


def best_rho(lr, mu, L):
    return max((1 - np.sqrt(lr * mu)) ** 2, (1 - np.sqrt(lr * L)) ** 2)


def escape_factor(lr, rho):
    b = 1 + rho + 2 * lr
    return (b + np.sqrt(b**2 - 4 * rho)) / 2


def base_points(path, rho):
    points = [path[0]]
    for y in path[1:]:
        points.append((y + rho * points[-1]) / (1 + rho))
    return np.array(points)


# Chapter 5


def momentum_by_adam(grad, x, lr, rho):
    eps = 1e14
    yield from ol.adam(grad, x, lr=lr * eps / (1 - rho), beta1=rho, eps=eps, bias_correction=False)


def settings_read(gradients, points):
    first, second = np.diff(points)[:2]
    decay = ((first / second) ** 2 - 1) * (gradients[1] / gradients[0]) ** 2
    return abs(first) * np.sqrt(1 - decay), decay


def own_counts(grad, x, lr, beta1, beta2, eps):
    m = v = t = np.zeros_like(x)
    while True:
        yield x
        g = np.array(grad(x))
        met = g != 0
        t = t + met
        m = np.where(met, beta1 * m + (1 - beta1) * g, m)
        v = np.where(met, beta2 * v + (1 - beta2) * g**2, v)
        count = np.maximum(t, 1)
        x = x - met * lr * (m / (1 - beta1**count)) / (np.sqrt(v / (1 - beta2**count)) + eps)


# Chapter 6


def same_area(schedule, lr, steps):
    factor = lr * steps / sum(schedule(t) for t in range(steps))
    return lambda t: factor * schedule(t)


def mended_run(grad, x, schedule, batches, epochs):
    for t in range(batches * epochs):
        x = x - schedule(t) * grad(x)
    return x


def cooldown(schedule, start, steps):
    return lambda t: schedule(min(t, start)) * min(1, max(0, 1 - (t - start) / steps))


def restarts(lr, period):
    def schedule(t):
        length = period
        while t >= length:
            t, length = t - length, 2 * length
        return lr * (1 + np.cos(np.pi * t / length)) / 2

    return schedule


# Chapter 7


def newton(grad, hess, x, lr, damping):
    while True:
        yield x
        x = x - lr * np.linalg.solve(hess(x) + damping * np.eye(len(x)), grad(x))


def bfgs_update(P, s, y):
    sy, Py = s @ y, P @ y
    return P + np.outer(s, s) * (sy + y @ Py) / sy**2 - (np.outer(Py, s) + np.outer(s, Py)) / sy


def hessian_product(X, w, v, lam):
    p = 1 / (1 + np.exp(-(X @ w)))
    return X.T @ (p * (1 - p) * (X @ v)) / len(X) + 2 * lam * v


def trust_step(H, g, r):
    h, Q = np.linalg.eigh(H)
    along = Q.T @ g
    low, high = max(0.0, -h[0]), max(0.0, -h[0]) + np.linalg.norm(g) / r
    if h[0] > 0 and np.linalg.norm(along / h) <= r:
        return -Q @ (along / h)
    for _ in range(100):
        delta = (low + high) / 2
        low, high = (low, delta) if np.linalg.norm(along / (h + delta)) < r else (delta, high)
    return -Q @ (along / (h + high))


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


def half_step(U, s, delta, g):
    return g / delta**0.5 + U @ (((s + delta) ** -0.5 - delta**-0.5) * (U.T @ g))


# Chapter 9


def expected_best(values, k):
    n = len(values)
    worse = [(left / n) ** k for left in range(n, -1, -1)]
    return np.dot(-np.diff(worse), np.sort(values))


def common_pair(losses):
    ratios = losses / losses.min(axis=1, keepdims=True)
    worst = np.minimum(ratios[:, :, None], ratios[:, None, :]).max(axis=0)
    return tuple(sorted(np.unravel_index(worst.argmin(), worst.shape)))


PRESCRIPTIONS = {
    "A": "L-BFGS",
    "B": "AdamW",
    "C": "learning-rate decay",
    "D": "regularization",
    "E": "a gradient check",
    "F": "a smaller rho",
    "G": "Newton",
}

# Chapter 10


def orthogonal_steps(sigma, near):
    count = 0
    while sigma < near:
        sigma, count = 1.5 * sigma - 0.5 * sigma**3, count + 1
    return count


def speedup(newcomer, baseline):
    there = np.flatnonzero(np.asarray(baseline) <= newcomer[-1])
    return there[0] / (len(newcomer) - 1) if len(there) else np.inf


RIGHT = {
    "check_alphas": alphas,
    "check_augmented": more_rows,
    "check_intercept": intercept,
    "check_sweep": sweep,
    "check_folded": folded,
    "check_partials": partials,
    "check_fourth_order": fourth_order,
    "check_steepest": steepest,
    "check_mended_gradient": mended,
    "check_hiding_bug": lambda w: w + np.cos(w),
    "check_slope_along": lambda f, x, u, h: (f(x + h * u) - f(x - h * u)) / (2 * h),
    "check_gradient_descent": ol.gradient_descent,
    "check_best_lr": best_lr,
    "check_worst_angle": lambda kappa: np.degrees(np.arccos(2 * np.sqrt(kappa) / (1 + kappa))),
    "check_minibatches": minibatches,
    "check_batch_size": batch_size,
    "check_share_of_minima": lambda n: (2 / 3) ** n,
    "check_momentum": ol.momentum,
    "check_nesterov": ol.nesterov,
    "check_restart": restarted,
    "check_best_rho": best_rho,
    "check_escape_factor": escape_factor,
    "check_base_points": base_points,
    "check_adam": ol.adam,
    "check_adamw": ol.adamw,
    "check_momentum_by_adam": momentum_by_adam,
    "check_settings_read": settings_read,
    "check_own_counts": own_counts,
    "check_same_area": same_area,
    "check_mended_run": mended_run,
    "check_cooldown": cooldown,
    "check_restarts": restarts,
    "check_constant_rate": lambda: 0.13,
    "check_chosen_schedule": lambda: ol.linear_decay(0.3, 600),
    "check_newton": newton,
    "check_reach": lambda lr: np.sqrt(2 / lr - 1),
    "check_bfgs_update": bfgs_update,
    "check_largest": lambda memory, m: (int(np.sqrt(memory // 8)), memory // (16 * m)),
    "check_product": hessian_product,
    "check_trust_step": trust_step,
    "check_rank_one": rank_one,
    "check_beat": ol.low_rank,
    "check_half_step": half_step,
    "check_range_finder": find_range,
    "check_expected_best": expected_best,
    "check_seeds": lambda a, b: math.ceil(9 * (a - b).var(ddof=1) / (a - b).mean() ** 2),
    "check_common_pair": common_pair,
    "check_contestant": lambda grad, x, lr: ol.adam(grad, x, lr=lr),
    "check_prescriptions": lambda: PRESCRIPTIONS,
    "check_orthogonal_steps": orthogonal_steps,
    "check_speedup": speedup,
    "check_layer_rates": lambda sizes, base, lr: [lr, *(lr * base / n for n in sizes[1:-1])],
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
