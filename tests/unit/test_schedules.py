import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimlib import (
    booth,
    constant,
    cosine_decay,
    gradient_descent,
    inverse_sqrt_decay,
    linear_decay,
    run,
    step_decay,
    warmup,
    wsd,
)

rate = st.just(0.0) | st.floats(1e-9, 10)
lengths = st.integers(1, 200)
T = np.arange(500)


@given(rate, rate, lengths)
def test_decays_go_from_lr_to_final_and_stay(lr, final, total):
    low, high = sorted((lr, final))
    for decay in (cosine_decay, linear_decay):
        rates = decay(lr, total, final)(T)
        assert rates[0] == pytest.approx(lr) and (rates[total:] == rates[total]).all()
        assert rates[total] == pytest.approx(final)
        assert (rates >= low - 1e-12).all() and (rates <= high + 1e-12).all()
        steps = np.diff(rates) * np.sign(final - lr)
        assert (steps >= -1e-12).all()


def test_halfway_and_a_quarter():
    assert linear_decay(1.0, 8, final=0.5)(2) == pytest.approx(0.875)
    assert cosine_decay(1.0, 8)(4) == pytest.approx(0.5)
    assert cosine_decay(1.0, 8)(2) == pytest.approx((1 + np.sqrt(0.5)) / 2)


@given(rate, st.just(0.0) | st.floats(1e-3, 1), rate, lengths)
def test_wsd_stays_and_then_falls_to_final_in_a_straight_line(lr, cooldown, final, total):
    rates = wsd(lr, total, cooldown, final)(T)
    bend = (1 - cooldown) * total
    before, after = T < min(bend, total), T >= total
    share = (total - T) / (cooldown * total or 1)
    line = final + (lr - final) * np.minimum(share, 1)
    np.testing.assert_allclose(rates[before], lr)
    np.testing.assert_allclose(rates[after], final, atol=1e-15)
    np.testing.assert_allclose(rates[~before & ~after], line[~before & ~after], atol=1e-9)


def test_wsd_by_hand():
    assert wsd(1.0, 10)(np.arange(12)) == pytest.approx([*[1] * 9, 0.5, 0, 0])
    assert wsd(1.0, 4, cooldown=1.0)(1) == linear_decay(1.0, 4)(1)
    assert wsd(1.0, 3, cooldown=0.0, final=0.5)(np.arange(5)).tolist() == [1, 1, 1, 0.5, 0.5]
    assert warmup(wsd(1.0, 10), 4)(np.arange(15)) == pytest.approx([0.25, 0.5, 0.75, 1, *[1] * 9, 0.5, 0])


@given(rate, st.floats(0, 1), lengths)
def test_step_decay_multiplies_every_so_many_steps(lr, drop, every):
    rates = step_decay(lr, drop, every)(T)
    expected = [lr * drop ** (t // every) for t in T]
    np.testing.assert_allclose(rates, expected, rtol=1e-12)


@given(rate)
def test_constant_and_inverse_square_root(lr):
    assert (constant(lr)(T) == lr).all()
    np.testing.assert_allclose(inverse_sqrt_decay(lr)(T) * np.sqrt(T + 1), lr, rtol=1e-14)


@given(rate, st.integers(0, 50))
def test_warmup_rises_to_the_schedule_and_then_is_the_schedule(lr, steps):
    schedule = cosine_decay(lr, 100)
    rates = warmup(schedule, steps)(T)
    np.testing.assert_allclose(rates[:steps], lr * (T[:steps] + 1) / max(steps, 1))
    np.testing.assert_array_equal(rates[steps:], schedule(T[: len(T) - steps]))


ALL = {
    "constant": constant(0.3),
    "step_decay": step_decay(0.3, 0.5, 7),
    "cosine_decay": cosine_decay(0.3, 40, 0.01),
    "linear_decay": linear_decay(0.3, 40, 0.01),
    "wsd": wsd(0.3, 40, 0.25, 0.01),
    "inverse_sqrt_decay": inverse_sqrt_decay(0.3),
    "warmup": warmup(linear_decay(0.3, 40), 5),
}


@pytest.mark.parametrize("schedule", ALL.values(), ids=ALL)
def test_an_array_of_steps_is_many_single_steps(schedule):
    rates = schedule(T)
    assert rates.shape == T.shape and (rates >= 0).all()
    np.testing.assert_array_equal(rates, [schedule(t) for t in range(len(T))])
    assert np.shape(schedule(3)) == ()


@pytest.mark.parametrize("schedule", ALL.values(), ids=ALL)
def test_a_method_uses_the_rate_of_each_step(schedule):
    x = np.array([2.0, -1.0])
    path = run(gradient_descent(booth.grad, x, lr=lambda t: schedule(t) / 10), steps=12)
    for t, after in enumerate(path[1:]):
        x = x - schedule(t) / 10 * booth.grad(x)
        np.testing.assert_array_equal(after, x)


@pytest.mark.parametrize("schedule", ALL.values(), ids=ALL)
def test_steps_of_every_kind(schedule):
    for kind in (np.uint8, np.int8, np.uint64, np.float16, float):
        t = np.array([0, 1, 100, 127], kind)
        np.testing.assert_array_equal(schedule(t), schedule(t.astype(int)))
    t = np.array([255], np.uint8)
    assert schedule(t) == schedule(255) == schedule(np.uint8(255)) == schedule(255.0)
    assert np.isfinite(schedule(10**30)) and schedule(np.zeros(0)).shape == (0,)
    assert schedule([0, 1]).shape == (2,)


@pytest.mark.parametrize("schedule", ALL.values(), ids=ALL)
@pytest.mark.parametrize(
    "t, error",
    [
        (-1, ValueError),
        (np.nan, ValueError),
        ([0, -1], ValueError),
        ("now", TypeError),
        (None, TypeError),
        (True, TypeError),
        (1j, TypeError),
        (np.ma.array([1.0, 2.0], mask=[0, 1]), TypeError),
    ],
)
def test_a_bad_step_is_named(schedule, t, error):
    with pytest.raises(error, match=r"^t must be"):
        schedule(t)


def test_settings_of_small_integers_and_lists():
    assert constant(np.uint8(200))(3) * 2 == 400 and inverse_sqrt_decay(np.uint8(200))(0) == 200
    assert linear_decay(np.uint8(100), np.uint8(4), final=np.uint8(200))(np.uint8(2)) == 150
    rates = np.array([[0.1], [0.2]])
    schedule = step_decay(rates, drop=0.5, every=1)
    rates[:] = 7
    assert schedule(1).tolist() == [[0.05], [0.1]] == step_decay([[0.1], [0.2]], 0.5, 1)(1).tolist()


def test_a_warm_up_of_a_function_of_the_reader_s():
    buffer = np.zeros((2, 1))

    def schedule(t):
        buffer[:] = 1.0 / (1 + t)
        return buffer

    assert warmup(schedule, 2)(0).tolist() == [[0.5], [0.5]] and warmup(schedule, 2)(4)[0, 0] == 1 / 3
    for wrong, error in ((-1.0, ValueError), ("fast", TypeError), (None, TypeError)):
        with pytest.raises(error, match=r"^schedule\(t\) must be"):
            warmup(lambda t, wrong=wrong: wrong, 2)(0)


BAD = [
    (constant, (-1.0,), "lr", ValueError),
    (constant, (np.nan,), "lr", ValueError),
    (constant, ("fast",), "lr", TypeError),
    (constant, (None,), "lr", TypeError),
    (constant, (True,), "lr", TypeError),
    (step_decay, (-1.0,), "lr", ValueError),
    (step_decay, (0.1, 1.5), "drop", ValueError),
    (step_decay, (0.1, -0.5), "drop", ValueError),
    (step_decay, (0.1, None), "drop", TypeError),
    (step_decay, (0.1, 0.5, 0), "every", ValueError),
    (step_decay, (0.1, 0.5, 2.5), "every", TypeError),
    (cosine_decay, (-0.1, 10), "lr", ValueError),
    (cosine_decay, (0.1, 0), "total", ValueError),
    (cosine_decay, (0.1, 10.0), "total", TypeError),
    (cosine_decay, (0.1, 10, -0.1), "final", ValueError),
    (linear_decay, (np.inf, 10), "lr", ValueError),
    (linear_decay, (0.1, -3), "total", ValueError),
    (linear_decay, (0.1, 10, "0"), "final", TypeError),
    (wsd, (-0.1, 10), "lr", ValueError),
    (wsd, (0.1, 0), "total", ValueError),
    (wsd, (0.1, 2.5), "total", TypeError),
    (wsd, (0.1, 10, 1.5), "cooldown", ValueError),
    (wsd, (0.1, 10, -0.5), "cooldown", ValueError),
    (wsd, (0.1, 10, None), "cooldown", TypeError),
    (wsd, (0.1, 10, 0.2, -1.0), "final", ValueError),
    (inverse_sqrt_decay, (-0.1,), "lr", ValueError),
    (inverse_sqrt_decay, ([],), "lr", ValueError),
    (warmup, (0.1, 5), "schedule", TypeError),
    (warmup, (constant(0.1), -1), "steps", ValueError),
    (warmup, (constant(0.1), 1.5), "steps", TypeError),
]


@pytest.mark.parametrize("make, arguments, name, error", BAD)
def test_a_bad_argument_is_named(make, arguments, name, error):
    with pytest.raises(error, match=rf"^{name} must be .*got"):
        make(*arguments)
