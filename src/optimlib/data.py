"""The data sets of the chapters: scikit-learn's own files, and the book's own words. Nothing is downloaded.

Each is loaded when it is asked for, so that the rest of the library needs NumPy alone. Features
are standardized with the mean and the deviation of the training rows, and the same seed always
gives the same split.
"""

from dataclasses import dataclass, field
from importlib import resources

import numpy as np

from . import checks


@dataclass(frozen=True, eq=False)
class Split:
    """Rows to learn from and rows to judge by.

    X_train and X_test have shape (n, p), y_train and y_test (n,): classes as whole numbers, or a
    centred target. `features` names the columns, `classes` the classes (none for regression).
    """

    X_train: np.ndarray = field(repr=False)
    y_train: np.ndarray = field(repr=False)
    X_test: np.ndarray = field(repr=False)
    y_test: np.ndarray = field(repr=False)
    features: tuple = field(repr=False)
    classes: tuple


def digits(test=0.25, seed=0):
    """1,797 handwritten digits of 8 × 8 pixels, ten classes.

    Returns a `Split`, with the share `test` of the rows for testing. Raises ValueError where test
    is not between 0 and 1, ImportError where scikit-learn is missing. Source: Alpaydin & Kaynak
    (1998), Optical Recognition of Handwritten Digits, UCI Machine Learning Repository.

    >>> digits().X_train.shape
    (1348, 64)
    """
    return _classification("load_digits", test, seed)


def breast_cancer(test=0.25, seed=0):
    """569 tumours, 30 measurements of their cell nuclei, many nearly collinear; malignant is 0, benign 1.

    Returns and raises as `digits`. Source: Wolberg, Street & Mangasarian (1995), Breast Cancer
    Wisconsin (Diagnostic), UCI Machine Learning Repository.

    >>> breast_cancer().classes
    ('malignant', 'benign')
    """
    return _classification("load_breast_cancer", test, seed)


def diabetes(test=0.25, seed=0):
    """442 patients, 10 measurements, and how far their diabetes had come a year later, centred.

    Returns and raises as `digits`; y is the target less its mean over the training rows. Source:
    Efron, Hastie, Johnstone & Tibshirani (2004), Least Angle Regression.

    >>> diabetes().features[:4]
    ('age', 'sex', 'bmi', 'bp')
    """
    loaded = _load("load_diabetes", scaled=False)
    X, y, X_test, y_test = _split(loaded.data, loaded.target, test, seed)
    return Split(X, y - y.mean(), X_test, y_test - y.mean(), tuple(loaded.feature_names), ())


def photograph(name="china", shrink=1):
    """A photograph in gray, from 0 (black) to 1 (white): shape (427, 640), or smaller.

    `name` is "china", a temple, or "flower". With `shrink` = k, each k × k block of pixels becomes
    its mean, and rows and columns left over are cut off. Gray is 0.2126 R + 0.7152 G + 0.0722 B,
    the weights of ITU-R Recommendation BT.709.

    Raises ValueError where the name is another or shrink is outside 1 … 427, ImportError where
    scikit-learn or Pillow is missing.

    >>> photograph("china", shrink=4).shape
    (106, 160)
    """
    checks.option("name", name, ("china", "flower"))
    shrink = checks.integer("shrink", shrink, least=1, most=427)
    gray = _load("load_sample_image", f"{name}.jpg") @ [0.2126, 0.7152, 0.0722] / 255
    height, width = (side // shrink for side in gray.shape)
    gray = gray[: height * shrink, : width * shrink]
    return gray.reshape(height, shrink, width, shrink).mean(axis=(1, 3))


def book_words():
    """The prose of this book's chapters 1 to 9 when chapter 10 was written: a tuple of phrases.

    A phrase is a tuple of words in small letters, between two marks of punctuation, formulas or
    pieces of code; of one word alone there is none. The text is frozen, so that what is computed
    from it stays the same while the chapters change.

    >>> phrases = book_words()
    >>> len(phrases), sum(map(len, phrases))
    (5016, 45179)
    >>> phrases[0]
    ('you', 'will', 'be', 'able', 'to')
    """
    text = resources.files(__package__).joinpath("book_words.txt").read_text("utf-8")
    return tuple(tuple(line.split()) for line in text.splitlines())


def _load(loader, *arguments, **options):
    try:
        from sklearn import datasets

        return getattr(datasets, loader)(*arguments, **options)
    except ImportError as missing:
        raise ModuleNotFoundError(  # in a page it is loaded when its name is read here
            "optimlib.data takes its data sets from scikit-learn, and its photographs with Pillow: "
            f"pip install scikit-learn pillow ({missing})",
            name=missing.name,
        ) from missing


def _classification(loader, test, seed):
    loaded = _load(loader)
    names = tuple(map(str, loaded.target_names))
    return Split(
        *_split(loaded.data, loaded.target, test, seed), tuple(map(str, loaded.feature_names)), names
    )


def _split(X, y, test, seed):
    """Shuffled by the seed, cut, and standardized; a column that never changes becomes 0."""
    test = checks.number("test", test, _between_0_and_1)
    seed = checks.integer("seed", seed, least=0)
    order = np.random.default_rng(seed).permutation(len(y))
    held = min(max(round(test * len(y)), 1), len(y) - 1)
    there, here = order[:held], order[held:]
    mean, deviation = X[here].mean(axis=0), X[here].std(axis=0)
    X = (X - mean) / np.where(deviation > 0, deviation, 1)
    return X[here], y[here], X[there], y[there]


def _between_0_and_1(name, value):
    return checks.real(name, value, "greater than 0 and less than 1", lambda v: (v > 0) & (v < 1))
