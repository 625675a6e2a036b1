import warnings

import numpy as np
from scipy.linalg import expm

from optimlib import check_gradient, gradient_descent, linear_decay, muon, run
from optimlib.turned_matrix import rotation, turned_problem, turned_run


def test_a_rotation_is_the_exponential():
    K = np.random.default_rng(0).normal(size=(3, 4, 4))
    turned = rotation(K - K.mT, 0.7)
    assert np.allclose(turned, [expm(0.7 * (k - k.T)) for k in K]) and np.allclose(
        turned @ turned.mT, np.eye(4)
    )


def test_the_gradient_is_that_of_the_value():
    grad, value, start = turned_problem(0.5, seeds=1)
    assert check_gradient(lambda x: value(x[None, None])[0, 0], lambda x: grad(x[None, None])[0, 0], start[0])


def test_a_turn_changes_coordinates_and_nothing_else():
    def end(turn):
        grad, value, start = turned_problem(turn, seeds=2)
        return value(run(gradient_descent(grad, start[:, None], 0.5), 5)[-1])

    assert np.allclose(end(0.4), end(0.0), rtol=1e-9)


def test_the_best_rate_of_a_method_and_its_own_run():
    def method(grad, x, lr):
        return muon(grad, x, (8, 8), lr)

    rates = [1e-3, 0.1, 10.0]
    lr, losses = turned_run(method, 0.3, rates, 20, seeds=2)
    grad, value, start = turned_problem(0.3, seeds=2)
    alone = {rate: value(run(method(grad, start[:, None], linear_decay(rate, 20)), 20)) for rate in rates}
    assert lr == min(rates, key=lambda rate: np.log(alone[rate][-1]).mean())
    assert np.allclose(losses, alone[lr][..., 0], rtol=1e-9)


def test_the_best_rate_is_the_one_whose_run_ends_lowest_and_no_other_moment_counts():
    def method(grad, x, lr):
        return (x * np.array([[a], [b]]) for a, b in ((1, 1), (3, 1), (1, 2)))

    rate, losses = turned_run(method, 0.3, ["first", "second"], 2, seeds=2)
    assert rate == "first"
    assert np.allclose(losses[2], losses[0]) and np.allclose(losses[1], 9 * losses[0])


def test_rates_that_diverge_are_passed_over_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rate, losses = turned_run(gradient_descent, 0.3, [1e300, 0.1], 5, seeds=1)
    assert rate == 0.1 and np.isfinite(losses).all()
