import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets

from optimlib.data import book_words, breast_cancer, diabetes, digits, photograph

LOADERS = {
    digits: (1797, 64, 10),
    breast_cancer: (569, 30, 2),
    diabetes: (442, 10, 0),
}
every = pytest.mark.parametrize("load", LOADERS, ids=lambda load: load.__name__)


@every
def test_a_split_has_every_row_once_and_the_share_for_testing(load):
    n, p, classes = LOADERS[load]
    d = load(test=0.2)
    assert d.X_train.shape[1] == d.X_test.shape[1] == p == len(d.features) and len(d.classes) == classes
    assert (len(d.X_train), len(d.X_test)) == (n - round(0.2 * n), round(0.2 * n))
    assert (len(d.y_train), len(d.y_test)) == (len(d.X_train), len(d.X_test))
    raw = getattr(datasets, f"load_{load.__name__}")
    original = raw(scaled=False) if load is diabetes else raw()
    whole = np.concatenate([d.y_train, d.y_test])
    np.testing.assert_allclose(
        np.sort(whole - whole.mean()), np.sort(original.target - original.target.mean())
    )


@every
def test_training_rows_are_standardized_and_test_rows_with_the_same_numbers(load):
    d = load()
    np.testing.assert_allclose(d.X_train.mean(axis=0), 0, atol=1e-12)
    deviation = d.X_train.std(axis=0)
    np.testing.assert_allclose(deviation[deviation > 0], 1, rtol=1e-9)
    assert (deviation > 0).mean() > 0.9  # a few pixels never change, and are 0
    both = np.concatenate([d.X_train, d.X_test])
    raw = getattr(datasets, f"load_{load.__name__}")
    original = (raw(scaled=False) if load is diabetes else raw()).data
    for column in np.flatnonzero(deviation > 0)[:9]:  # the same values, up to shift and scale
        sorted_ours, sorted_theirs = np.sort(both[:, column]), np.sort(original[:, column])
        slope, shift = np.polyfit(sorted_theirs, sorted_ours, 1)
        np.testing.assert_allclose(sorted_ours, slope * sorted_theirs + shift, atol=1e-9)


@every
def test_the_seed_decides_the_split(load):
    np.testing.assert_array_equal(load(seed=3).X_test, load(seed=3).X_test)
    assert not np.array_equal(load(seed=3).y_test, load(seed=4).y_test)


def test_a_split_is_shown_by_its_classes_alone():
    assert repr(breast_cancer()) == "Split(classes=('malignant', 'benign'))"


def test_targets():
    assert sorted(set(digits().y_train)) == list(range(10)) and digits().y_train.dtype.kind == "i"
    assert breast_cancer().classes == ("malignant", "benign")
    d = diabetes()
    assert abs(d.y_train.mean()) < 1e-9 and d.y_train.std() > 50


@pytest.mark.parametrize("name", ["china", "flower"])
def test_a_photograph_is_gray_from_0_to_1(name):
    image = photograph(name)
    assert image.shape == (427, 640) and image.dtype == float
    assert image.min() >= 0 and 0.8 < image.max() <= 1
    color = datasets.load_sample_image(f"{name}.jpg")
    expected = (0.2126 * color[7, 9, 0] + 0.7152 * color[7, 9, 1] + 0.0722 * color[7, 9, 2]) / 255
    assert image[7, 9] == pytest.approx(expected, rel=1e-12)


def test_shrinking_takes_means_of_blocks():
    whole, small = photograph(), photograph(shrink=3)
    assert small.shape == (142, 213)
    assert small[5, 6] == pytest.approx(whole[15:18, 18:21].mean())
    assert photograph(shrink=427).shape == (1, 1)


def test_the_book_s_words_are_phrases_of_two_words_and_more():
    phrases = book_words()
    assert min(map(len, phrases)) == 2 and "gradient" in {word for phrase in phrases for word in phrase}
    assert all(word and word == word.lower() for phrase in phrases for word in phrase)


@pytest.mark.parametrize("missing, load", [("sklearn", digits), ("PIL", photograph)])
def test_what_is_missing_is_named(monkeypatch, missing, load):
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(
        ModuleNotFoundError, match=r"^optimlib\.data takes .* scikit-learn pillow \("
    ) as error:
        load()
    assert (error.value.name or "").partition(".")[0] in (missing, "")


def without(module, call):
    """Run a call in an interpreter where a module cannot be imported."""
    script = f"import sys; sys.modules[{module!r}] = None; import optimlib; {call}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


@pytest.mark.parametrize("call", ["optimlib.data.digits()", "optimlib.data.photograph()"])
def test_a_missing_package_is_one_clear_error(call):
    answer = without("sklearn", call)
    assert answer.returncode != 0
    assert "ModuleNotFoundError: optimlib.data takes its data sets from scikit-learn" in answer.stderr
    assert "pip install scikit-learn" in answer.stderr


def test_a_missing_pillow_is_the_same_error():
    assert "pip install scikit-learn pillow" in without("PIL", "optimlib.data.photograph()").stderr


def test_the_rest_of_the_library_needs_numpy_alone():
    blocked = "for name in ('sklearn', 'scipy', 'matplotlib', 'ipywidgets'): sys.modules[name] = None"
    script = f"import sys\n{blocked}\nimport optimlib\nprint(optimlib.lbfgs, optimlib.MLP, optimlib.data)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


BAD = [
    *(
        (load, change, error)
        for load in LOADERS
        for change, error in [
            ({"test": 0.0}, ValueError),
            ({"test": 1.0}, ValueError),
            ({"test": np.nan}, ValueError),
            ({"test": "half"}, TypeError),
            ({"seed": -1}, ValueError),
            ({"seed": 1.5}, TypeError),
        ]
    ),
    (photograph, {"name": "moon"}, ValueError),
    (photograph, {"name": None}, ValueError),
    (photograph, {"shrink": 0}, ValueError),
    (photograph, {"shrink": 428}, ValueError),
    (photograph, {"shrink": 2.0}, TypeError),
]


@pytest.mark.parametrize("call, change, error", BAD)
def test_a_bad_argument_is_named(call, change, error):
    with pytest.raises(error, match=rf"^{next(iter(change))} must "):
        call(**change)


@pytest.mark.parametrize("test", [0.0, 1.0, -1.0, np.nan])
def test_a_share_for_testing_is_told_its_borders(test):
    with pytest.raises(ValueError, match=f"^test must be greater than 0 and less than 1; got {test}$"):
        diabetes(test=test)
    assert len(diabetes(test=1e-300).y_test) == len(diabetes(test=np.nextafter(1, 0)).y_train) == 1
