"""Methods that look at all rows: what is known after each epoch of their work, honestly counted."""

import math

import numpy as np

from .. import second_order


def counted_path(task, method, seed, epochs):
    """The best point known to L-BFGS or Newton's method after each epoch of its work, (epochs + 1, p)."""
    start = task.start(np.random.default_rng(seed))
    asked = []

    def look(w):
        if not (asked and np.array_equal(asked[-1], w)):  # value and gradient at a point are one look
            asked.append(w.copy())

    def f(w):
        look(w)
        return task.training_loss(w)

    def grad(w):
        look(w)
        return task.training_grad(w)

    if method is second_order.lbfgs:
        iterates, hessian = method(f, grad, start), 0
    elif task.hess is None:
        raise ValueError(f"task must have a Hessian for Newton's method; {task.name} has none")
    else:
        iterates, hessian = method(grad, task.hess, start), start.size / 2
    path, last = [], start
    for step, x in enumerate(iterates):
        spent = len(asked) + step * hessian
        path += [last] * (min(math.ceil(spent), epochs + 1) - len(path))
        last = x
        if spent > epochs:
            break
    return np.stack(path + [last] * (epochs + 1 - len(path)))
