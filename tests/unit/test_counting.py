"""The contest's bookkeeping on small problems: what is known after each epoch, who moves which weights."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from optimlib import adam, lbfgs, linear_decay, muon, newton, run
from optimlib.contest import ENTRIES, Entry, compete, diabetes_task, trial_settings
from optimlib.contest.counting import counted_path
from optimlib.contest.entries import muon_and_adam

H = np.diag([1.0, 3.0, 10.0, 30.0])


def task(hess=True):
    """log cosh along four axes of different curvature, from a start that is the seed's own."""
    return SimpleNamespace(
        name="bowl",
        start=lambda rng: 0.01 + 0.01 * rng.random(4),
        training_loss=lambda w: float(np.log(np.cosh(H @ w)).sum()),
        training_grad=lambda w: H @ np.tanh(H @ w),
        hess=(lambda w: H @ np.diag(1 / np.cosh(H @ w) ** 2) @ H + np.eye(4)) if hess else None,
    )


def known(method, seed):
    """(looks at all rows so far, point) for every iterate: a Hessian of p weights costs p/2 looks."""
    t, looks = task(), []

    def look(f):
        return lambda w: (looks.append(w.tolist()), f(w))[1]

    functions = [look(t.training_loss)] if method is lbfgs else []
    functions += [look(t.training_grad)] + ([] if method is lbfgs else [t.hess])
    for step, x in enumerate(method(*functions, t.start(np.random.default_rng(seed)))):
        distinct = sum(a != b for a, b in itertools.pairwise([None, *looks]))
        yield distinct + (0 if method is lbfgs else 2 * step), x


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 30])
@pytest.mark.parametrize("method", [lbfgs, newton])
def test_after_each_epoch_the_last_point_whose_work_was_paid_is_known(method, epochs):
    points = list(itertools.islice(known(method, seed=3), 60))
    path = counted_path(task(), method, 3, epochs)
    start = task().start(np.random.default_rng(3))
    expected = [next((x for spent, x in points[::-1] if spent <= e), start) for e in range(epochs + 1)]
    np.testing.assert_array_equal(path, expected)


def test_newton_needs_a_hessian():
    with pytest.raises(ValueError, match=r"^task must have a Hessian for Newton's method; bowl has none$"):
        counted_path(task(hess=False), newton, 0, 3)


@pytest.mark.parametrize("lead", [(), (3,)])
@pytest.mark.parametrize("lr", [0.1, linear_decay(0.1, 5)])
@pytest.mark.parametrize(
    "hidden",
    [
        ((slice(2, 8), (3, 2)),),
        ((slice(2, 8), (2, 3)),),
        ((slice(0, 4), (2, 2)), (slice(6, 12), (6, 1))),
        ((slice(0, 4), (1, 4)), (slice(4, 13), (3, 3))),
        ((slice(0, 4), (2, 2)),),
        (),
    ],
)
def test_muon_moves_matrices_and_adam_all_other_weights(hidden, lr, lead):
    """Where weights do not meet in the gradient, each part goes its way as if it were alone."""
    curvature = np.linspace(0.5, 2, 13)
    x = np.random.default_rng(0).normal(size=(*lead, 13))
    path = run(muon_and_adam(lambda x: np.sin(curvature * x), x, lr, hidden), 6)
    others = np.ones(13, bool)
    for place, (rows, columns) in hidden:
        times = 0.2 * np.sqrt(max(rows, columns) / max(1, rows / columns))
        rate = (lambda t, times=times: times * lr(t)) if callable(lr) else times * lr
        own = curvature[place]
        alone = run(muon(lambda x, own=own: np.sin(own * x), x[..., place], (rows, columns), rate), 6)
        np.testing.assert_allclose(path[..., place], alone, rtol=1e-12)
        others[place] = False
    if others.any():
        alone = run(adam(lambda x: np.sin(curvature[others] * x), x[..., others], lr), 6)
        np.testing.assert_allclose(path[..., others], alone, rtol=1e-12)


def test_the_first_setting_goes_through_its_range_and_further_ones_are_drawn():
    entry = Entry("x", adam, {"lr": (1e-3, 1e1), "1 - rho": (1e-2, 1.0)}, {"lr": 1.0, "rho": 0.9})
    tried = trial_settings(entry, 5, np.random.default_rng(7))
    drawn = np.random.default_rng(7).random(5)
    assert list(tried) == ["lr", "rho"] and entry.whole is False
    np.testing.assert_allclose(tried["lr"], [1e-3, 1e-2, 1e-1, 1, 1e1])
    np.testing.assert_allclose(tried["rho"], 1 - 1e-2 * 100**drawn)


@pytest.mark.parametrize(
    "trials, rng, error, words",
    [
        (0, np.random.default_rng(0), ValueError, "trials must be at least 1; got 0"),
        (2.0, np.random.default_rng(0), TypeError, "trials must be a whole number, at least 1; got 2.0"),
        (2, 0, TypeError, "rng must be a numpy.random.Generator; got 0"),
    ],
)
def test_wrong_trials_are_named(trials, rng, error, words):
    with pytest.raises(error) as refused:
        trial_settings(ENTRIES[1], trials, rng)
    assert str(refused.value) == words


def test_a_method_with_nothing_to_tune_is_tried_once():
    lbfgs_entry = next(entry for entry in ENTRIES if entry.name == "L-BFGS")
    outcome = compete(diabetes_task(), lbfgs_entry, epochs=2, trials=5, tuning_seeds=(0, 1, 2), seeds=())
    assert outcome.tuning.train.shape == (1, 3, 3) and outcome.tried == {} == outcome.final
    assert outcome.setting == {"by training": {}, "by validation": {}, "default": {}}
