"""Eight training runs with something wrong, and each of them after a treatment: chapter 9's patients."""

import numpy as np

from ..objectives import quadratic
from ..optimizers import adam, gradient_descent, minibatch_gradient, momentum, run
from ..schedules import cosine_decay
from .tasks import cancer_task, digits_task


def patients():
    """The courses of the patients A to H: as each came, and as treated."""
    cancer, digits = cancer_task(), digits_task()
    first_layer = digits.hidden[0][0].stop + 16  # its weights and biases come first

    def forgetful(w, X, y):
        """A gradient whose author forgot the first layer."""
        return np.where(np.arange(w.size) < first_layer, 0.0, digits.grad(w, X, y))

    healthy = course(digits, gradient_descent, lr=0.3)
    tiny = {"epochs": 20, "rows": 4}
    falling = cosine_decay(3.0, total=1600)
    return {
        "A": (
            course(cancer_task(lam=0), adam, epochs=60, lr=0.03),
            course(cancer_task(lam=0.01), adam, epochs=60, lr=0.03),
        ),
        "B": (
            course(cancer, gradient_descent, **tiny, lr=3.0),
            course(cancer, gradient_descent, **tiny, lr=falling),
        ),
        "C": (
            course(digits, gradient_descent, epochs=1, lr=3.0),
            course(digits, gradient_descent, epochs=1, lr=0.3),
        ),
        "D": (
            bowl_course(momentum, (-3.4, 1.2), lr=0.1, rho=0.99),
            bowl_course(momentum, (-3.4, 1.2), lr=0.1, rho=0.9),
        ),
        "E": (course(digits, gradient_descent, lr=0.003), healthy),
        "F": (course(digits, gradient_descent, start=np.zeros(1210), lr=0.3), healthy),
        "G": (
            bowl_course(gradient_descent, (-22, -8), lr=1.0),
            bowl_course(momentum, (-22, -8), lr=1.0, rho=0.9),
        ),
        "H": (course(digits, gradient_descent, grad=forgetful, lr=0.3), healthy),
    }


def course(task, method, epochs=30, rows=32, start=None, grad=None, **settings):
    """Training and validation loss along one run, without the penalty: two arrays of the same length."""
    rng = np.random.default_rng(0)
    start = task.start(rng) if start is None else start
    sampled = minibatch_gradient(grad or task.grad, task.train, rows, rng)
    steps = epochs * -(-len(task.train[0]) // rows)
    with np.errstate(all="ignore"):  # one of them diverges
        points = run(method(sampled, start, **settings), steps)[:: max(steps // 120, 1)]
        return np.array([[task.loss(w, *task.train), task.loss(w, *task.valid)] for w in points]).T


def bowl_course(method, start, **settings):
    """The value along 120 steps in a bowl with curvatures 1 and 1/300, which has no validation rows."""
    bowl = quadratic(300.0, angle=0.4)
    path = run(method(lambda x: bowl.grad(x) / 300, start, **settings), 120)
    return np.array([bowl(path) / 300, np.full(121, np.nan)])
