"""How a function works with matrices: which products it makes, seen without timing it."""

import itertools

import numpy as np

from .answers import quiet

_PRODUCTS = (np.dot, np.inner, np.tensordot, np.einsum, np.linalg.multi_dot)
_CUBIC = ("inv", "solve", "lstsq", "pinv", "matrix_power", "eig", "eigh", "svd", "qr", "det")


def matrix_work(function, *arguments):
    """What a function did with matrices of more than one row and column: (products, solved).

    `products` holds the shapes of each two that were multiplied, `solved` the shape of each that was
    inverted, solved with or decomposed. The arguments are arrays; what is computed from them is watched,
    too. Both are empty where the function fails on watched arrays.
    """
    products, solved = [], []

    class Watched(np.ndarray):
        def __array_ufunc__(self, ufunc, method, *inputs, out=None, **settings):
            inputs = [_plain(value) for value in inputs]
            if ufunc is np.matmul:
                note(inputs)
            if out is not None:
                getattr(ufunc, method)(*inputs, out=tuple(map(_plain, out)), **settings)
                return out[0]
            return watched(getattr(ufunc, method)(*inputs, **settings))

        def __array_function__(self, called, types, inputs, settings):
            inputs = _plain(inputs)
            if called in _PRODUCTS:
                note(inputs[0] if called is np.linalg.multi_dot else inputs)
            if called.__name__ in _CUBIC:
                solved.extend(_matrices(inputs))
            return watched(called(*inputs, **{name: _plain(value) for name, value in settings.items()}))

        def dot(self, other):
            return np.dot(self, other)

    def note(inputs):
        shapes = _matrices(inputs)
        products.extend(itertools.pairwise(shapes))

    def watched(value):
        if isinstance(value, np.ndarray):
            return value.view(Watched)
        if isinstance(value, tuple):  # NumPy names the parts of some answers
            return getattr(type(value), "_make", tuple)(map(watched, value))
        return value

    try:
        with quiet():
            function(*map(watched, arguments))
    except Exception:  # a function that works on ordinary arrays is judged by its results there
        return [], []
    return products, solved


def _matrices(values):
    """The shapes of the matrices among values, of more than one row and column each."""
    arrays = [value for value in values if isinstance(value, np.ndarray) and value.ndim == 2]
    return [value.shape for value in arrays if min(value.shape) > 1]


def _plain(value):
    """Watched arrays as ordinary ones, in lists and tuples, too."""
    if isinstance(value, np.ndarray):
        return value.view(np.ndarray)
    return type(value)(map(_plain, value)) if type(value) in (list, tuple) else value
