"""The patients of chapter 9: each has what it is said to have, and its treatment helps."""

import functools

import numpy as np
import pytest

from optimlib.contest import cancer_task, digits_task
from optimlib.contest.patients import bowl_course, course, patients
from optimlib.optimizers import adam, gradient_descent, momentum


@functools.cache
def ward():
    return patients()


@pytest.mark.parametrize("name", "ABCDEFGH")
def test_a_treatment_lowers_the_loss_that_counts_at_the_end(name):
    (train, valid), (treated, treated_valid) = ward()[name]
    counts = 0 if np.isnan(valid).all() else 1  # a bowl has no validation rows
    before, after = (train, valid)[counts][-1], (treated, treated_valid)[counts][-1]
    assert np.isfinite(after)
    assert not before < 1.2 * after


def test_a_learns_its_rows_by_heart():
    train, valid = ward()["A"][0]
    assert train[-1] < 0.1 * train[0]
    assert valid[-1] > 1.4 * valid.min()
    assert train[-1] < ward()["A"][1][0][-1]


def test_b_never_comes_to_rest():
    came, treated = (train[-20:] for train, _ in ward()["B"])
    assert came.max() > 1.5 * came.min()
    assert treated.max() < 1.05 * treated.min()


def test_c_is_thrown_out():
    train, _ = ward()["C"][0]
    assert not np.isfinite(train[-1]) or train[-1] > train[0]


def test_b_and_d_came_with_the_settings_that_hurt():
    assert ward()["B"][0][0] == pytest.approx(course(cancer_task(), gradient_descent, 20, 4, lr=3.0)[0])
    swinging = bowl_course(momentum, (-3.4, 1.2), lr=0.1, rho=0.99)[0]
    assert ward()["D"][0][0] == pytest.approx(swinging)


def test_d_swings_and_g_crawls():
    def rises(path):
        return (np.diff(path) > 0).sum()

    (swinging, _), (calm, _) = ward()["D"]
    assert rises(swinging) > rises(calm) > 0
    crawling = ward()["G"][0][0]
    assert rises(crawling) == 0
    assert 0.99 < crawling[-1] / crawling[-2] < 1


def test_e_and_h_fall_less_than_the_healthy_one_and_f_not_at_all():
    healthy = ward()["E"][1][0]
    for name, least in (("E", 3), ("H", 1.5)):
        train = ward()[name][0][0]
        assert train[0] == healthy[0]
        assert least * healthy[-1] < train[-1] < train[0]
    stuck = ward()["F"][0][0]
    assert stuck[0] == pytest.approx(np.log(10))  # all classes are equally likely
    assert stuck[-1] > 0.95 * stuck[0]


def test_a_course_is_gradient_descent_on_shuffled_rows():
    task, rows, lr = cancer_task(), 7, 0.5
    train, valid = course(task, gradient_descent, epochs=2, rows=rows, lr=lr)
    X, y = task.train
    rng, w, points = np.random.default_rng(0), np.zeros(X.shape[1]), [np.zeros(X.shape[1])]
    for _ in range(2):
        order = rng.permutation(len(X))
        for begin in range(0, len(X), rows):
            some = order[begin : begin + rows]
            w = w - lr * task.grad(w, X[some], y[some])
            points.append(w)
    np.testing.assert_allclose(train, [task.loss(w, X, y) for w in points])
    np.testing.assert_allclose(valid, [task.loss(w, *task.valid) for w in points])


def test_a_long_course_keeps_about_120_points():
    task = digits_task()
    steps = 10 * -(-len(task.train[0]) // 32)
    train, _ = course(task, gradient_descent, epochs=10, lr=0.1)
    assert len(train) == steps // (steps // 120) + 1
    assert len(course(cancer_task(), gradient_descent, epochs=14, rows=19, lr=0.1)[0]) == 14 * 17 + 1


def test_a_course_starts_where_it_is_told_to_and_follows_the_gradient_it_is_given():
    task = cancer_task()
    start = np.full(31, 0.1)
    train, _ = course(
        task, gradient_descent, epochs=1, start=start, grad=lambda w, X, y: np.zeros_like(w), lr=1
    )
    np.testing.assert_array_equal(train, task.loss(start, *task.train))


def test_the_bowl_is_walked_as_the_closed_form_says():
    start, curvatures = np.array([-22.0, -8.0]), np.array([1 / 300, 1])
    path, none = bowl_course(gradient_descent, start, lr=0.7)
    assert np.isnan(none).all() and len(none) == len(path) == 121
    turn = np.array([[np.cos(0.4), np.sin(0.4)], [-np.sin(0.4), np.cos(0.4)]])
    shrunk = (turn @ start) * (1 - 0.7 * curvatures) ** np.arange(121)[:, None]
    np.testing.assert_allclose(path, (curvatures * shrunk**2).sum(axis=1) / 2)
    quicker, _ = bowl_course(momentum, start, lr=0.7, rho=0.9)
    assert quicker[-1] < 0.1 * path[-1]


@pytest.fixture
def prescribed(monkeypatch):
    """What each run is told, as it came and as treated, and nothing is run."""

    def course(task, method, **settings):
        return {
            "task": task.penalty(np.ones(1210 if task.name == "digits" else 31)),
            "method": method,
            **settings,
        }

    def bowl_course(method, start, **settings):
        return {"method": method, "start": start, **settings}

    monkeypatch.setattr("optimlib.contest.patients.course", course)
    monkeypatch.setattr("optimlib.contest.patients.bowl_course", bowl_course)
    return patients()


def test_a_treatment_changes_what_was_wrong_and_nothing_else(prescribed):
    found = {}
    for name, (came, treated) in prescribed.items():
        alike = {key for key in came.keys() & treated.keys() if np.array_equal(came[key], treated[key])}
        found[name] = (came.keys() | treated.keys()) - alike
    assert found == {
        "A": {"task"},
        "B": {"lr"},
        "C": {"lr"},
        "D": {"rho"},
        "E": {"lr"},
        "F": {"start"},
        "G": {"method", "rho"},
        "H": {"grad"},
    }


def test_the_treatments_are_those_that_the_chapter_names(prescribed):
    came, treated = zip(*prescribed.values(), strict=True)
    came, treated = dict(zip("ABCDEFGH", came, strict=True)), dict(zip("ABCDEFGH", treated, strict=True))
    assert came["A"]["method"] is adam
    assert came["A"]["task"] == 0 < treated["A"]["task"] == cancer_task(lam=0.01).penalty(np.ones(31))
    fall, steps = treated["B"]["lr"], 20 * -(-len(cancer_task().train[0]) // 4)
    assert fall(0) == came["B"]["lr"] and fall(steps - 1) > fall(steps) == 0
    assert (came["C"]["lr"], treated["C"]["lr"]) == (3, 0.3)
    assert (came["D"]["rho"], treated["D"]["rho"], treated["G"]["rho"]) == (0.99, 0.9, 0.9)
    assert (came["E"]["lr"], treated["E"]["lr"]) == (0.003, 0.3)
    assert treated["E"] == treated["F"] == treated["H"]
    assert not came["F"]["start"].any()
    assert (came["G"]["method"], treated["G"]["method"]) == (gradient_descent, momentum)


def test_h_forgets_the_weights_and_biases_of_the_first_layer_alone(prescribed):
    task, first = digits_task(), 64 * 16 + 16
    w = task.start(np.random.default_rng(0))
    X, y = (part[:50] for part in task.train)
    found, right = prescribed["H"][0]["grad"](w, X, y), task.grad(w, X, y)
    assert right[:first].any() and not found[:first].any()
    np.testing.assert_array_equal(found[first:], right[first:])


def test_a_course_has_30_epochs_of_batches_of_32_where_nothing_else_is_said():
    task = cancer_task()
    np.testing.assert_array_equal(
        course(task, gradient_descent, lr=0.1), course(task, gradient_descent, epochs=30, rows=32, lr=0.1)
    )
