"""Checkers of chapter 10, Since Adam."""

import math

import numpy as np

from .compare import check_values
from .paper import OnPaper

_COMMON, _RARE, _STEPS = 0.1, 0.0005, 40

check_rare_row = OnPaper(
    {
        "gradient descent's steps for the rare row": round(_STEPS * _COMMON / _RARE),
        "sign descent's steps for the rare row": _STEPS,
    },
    {
        "The gradient of a row has its share as a factor, not the root of it.": (
            _STEPS * math.sqrt(_COMMON / _RARE),
            None,
        ),
        "The sign of a gradient does not know how large it is: the share drops out.": (
            round(_STEPS * _COMMON / _RARE),
            round(_STEPS * _COMMON / _RARE),
        ),
        "The rare row has the smaller gradient: it needs more steps, not fewer.": (
            _STEPS * _RARE / _COMMON,
            None,
        ),
    },
)

_G = np.array([[1.0, 2.0], [2.0, 1.0]])
_U, _S, _VT = np.linalg.svd(_G)

check_spectral_step = OnPaper(
    {
        "the larger singular value": round(float(_S[0])),
        "the smaller singular value": round(float(_S[1])),
        "the entry of U Vᵀ in the first row and column": 0,
        "the entry of U Vᵀ in the first row, second column": 1,
    },
    {
        "Singular values are never negative: an eigenvalue's sign goes into U or V.": (3, -1, None, None),
        "That is the sign of each entry, the step of sign descent.": (None, None, 1, 1),
        "That is G over its Frobenius norm: its singular values are 0.95 and 0.32, not one.": (
            None,
            None,
            1 / math.sqrt(10),
            2 / math.sqrt(10),
        ),
        "That is G over its largest singular value: the smaller one is still a third.": (
            None,
            None,
            1 / 3,
            2 / 3,
        ),
        "That would be the step if both eigenvalues were positive; one of them is −1.": (None, None, 1, 0),
    },
)

check_start_weight = OnPaper(
    {f"the steps for d = {d}": math.ceil(math.log(0.01) / math.log(d)) for d in (0.99, 0.999)},
    {
        "That is the length of the memory, 1/(1 − d): there the start still has the weight 0.37.": (
            100,
            1000,
        ),
        "One step too few: at that step the start still has a little more than 0.01.": (458, 4602),
        "That is when the start has lost 1%: dᵗ must fall to 0.01.": tuple(
            math.ceil(math.log(0.99) / math.log(d)) for d in (0.99, 0.999)
        ),
    },
)


def _overhead(m, B, matmuls=15):
    """Newton–Schulz of an m × m matrix, over one forward and backward pass of B rows through it."""
    return matmuls * 2 * m**3 / (6 * m**2 * B)


check_overhead = OnPaper(
    {
        "the overhead for the digits": _overhead(64, 32),
        "the overhead for the language model": _overhead(4096, 4_000_000),
    },
    {
        "That is one step of the iteration; there are five.": (
            _overhead(64, 32, 3),
            _overhead(4096, 4_000_000, 3),
        ),
        "Each step has three products of matrices: S = X Xᵀ, S² and the last one with X.": (
            _overhead(64, 32, 5),
            _overhead(4096, 4_000_000, 5),
        ),
        "Two of the three products are counted: S = X Xᵀ, S² and the last one with X.": (
            _overhead(64, 32, 10),
            _overhead(4096, 4_000_000, 10),
        ),
        "A forward and a backward pass are three products with B rows: 6 m² B, not 2 m² B.": (
            3 * _overhead(64, 32),
            3 * _overhead(4096, 4_000_000),
        ),
    },
)


def check_orthogonal_steps(mine):
    """Check `mine(sigma, near)`: how many times s ← 1.5 s − 0.5 s³, from sigma, until s ≥ near."""
    cases = {
        "sigma = 0.05 and near = 0.99": (0.05, 0.99),
        "sigma = 0.001 and near = 0.9": (0.001, 0.9),
        "sigma = 0.5 and near = 0.999": (0.5, 0.999),
        "sigma = 0.995 and near = 0.99": (0.995, 0.99),
    }
    return check_values(mine, _steps_until(), cases, "the number of steps", check_orthogonal_steps.mistakes)


def _steps_until(step=lambda s: 1.5 * s - 0.5 * s**3, first=0):
    def steps(sigma, near):
        s, count = sigma, first
        while s < near and count < 10_000:
            s, count = step(s), count + 1
        return count

    return steps


def _one_before(sigma, near):
    return max(_steps_until()(sigma, near) - 1, 0)


check_orthogonal_steps.mistakes = {
    "That is Muon's polynomial, with 3.4445: here the coefficients are 1.5 and −0.5.": _steps_until(
        lambda s: 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    ),
    "One too many: count the steps, not the values.": _steps_until(first=1),
    "One too few: count the step that reaches `near`, too.": _one_before,
    "The cube is missing: without it s grows by half of itself at each step.": _steps_until(
        lambda s: 1.5 * s
    ),
    "The square stands where the cube should: s is odd in s, so that signs are kept.": _steps_until(
        lambda s: 1.5 * s - 0.5 * s**2
    ),
}


def check_speedup(mine):
    """Check `mine(newcomer, baseline)`: how many times as long the baseline takes to the newcomer's end.

    Each is an array of losses after 0, 1, 2, … epochs. The answer is the first epoch at which the
    baseline is at most the newcomer's last loss, over the newcomer's number of epochs; ∞ if none is.
    """
    falling = np.array([2.0, 1.0, 0.6, 0.3, 0.2])
    slow = np.array([2.0, 1.5, 1.1, 0.8, 0.55, 0.4, 0.28, 0.2, 0.15])
    ragged = np.array([2.0, 0.9, 0.5, 0.18, 0.35, 0.19, 0.1])
    cases = {
        "a baseline that needs 7 epochs for the newcomer's 4": (falling, slow),
        "a baseline that never gets there": (falling, slow[:6]),
        "a ragged baseline": (falling, ragged),
    }
    return check_values(mine, _speedup(), cases, "the speed-up", check_speedup.mistakes)


def _speedup(pick=lambda there: there[0], epochs=lambda curve: len(curve) - 1, level=lambda curve: curve[-1]):
    def speedup(newcomer, baseline):
        there = np.flatnonzero(baseline <= level(newcomer))
        return pick(there) / epochs(newcomer) if len(there) else np.inf

    return speedup


check_speedup.mistakes = {
    "The newcomer has as many epochs as its curve has steps: one fewer than it has numbers.": _speedup(
        epochs=len
    ),
    "Epochs are counted from 0, the loss before training.": _speedup(lambda there: there[0] + 1),
    "Take the first epoch that is low enough, not the last.": _speedup(lambda there: there[-1]),
    "That is the number of epochs itself: divide by the newcomer's.": _speedup(epochs=lambda curve: 1),
    "A baseline that never gets there has the speed-up ∞, not its own length.": lambda newcomer, baseline: (
        np.append(np.flatnonzero(baseline <= newcomer[-1]), len(baseline) - 1)[0] / (len(newcomer) - 1)
    ),
    "That is the ratio of the two last losses; a speed-up is a ratio of epochs.": lambda newcomer, baseline: (
        baseline[-1] / newcomer[-1]
    ),
    "The roles are exchanged: how long does the baseline take to the newcomer's last loss?": (
        lambda newcomer, baseline: _speedup()(baseline, newcomer)
    ),
}


def check_layer_rates(mine):
    """Check `mine(sizes, base, lr)`: Adam's rate for each matrix of a network, given lr at width `base`.

    The first matrix, whose inputs are the data, has lr; each other one has lr · base / its inputs.
    """
    cases = {
        "sizes (64, 32, 128, 10), base 16 and lr 0.03": ((64, 32, 128, 10), 16, 0.03),
        "sizes (64, 16, 10), base 16 and lr 0.01": ((64, 16, 10), 16, 0.01),
        "sizes (30, 256, 256, 256, 2), base 64 and lr 0.002": ((30, 256, 256, 256, 2), 64, 0.002),
    }
    return check_values(mine, _layer_rates(), cases, "the rates", check_layer_rates.mistakes)


def _layer_rates(inputs=lambda sizes: sizes[:-1], power=1, first=True):
    def rates(sizes, base, lr):
        scaled = [lr * (base / n) ** power for n in inputs(sizes)]
        return np.array([lr, *scaled[1:]] if first else scaled)

    return rates


check_layer_rates.mistakes = {
    "A matrix is scaled by the number of its inputs; yours takes its outputs.": _layer_rates(
        lambda sizes: sizes[1:]
    ),
    "The first matrix keeps lr: its inputs are the data, and do not grow.": _layer_rates(first=False),
    "That is the root of the factor: right for the size of the start, not for Adam's rate.": _layer_rates(
        power=0.5
    ),
    "The factor is turned over: a wider layer has a smaller rate.": _layer_rates(power=-1),
    "That is one rate for all, which does not travel.": _layer_rates(power=0),
}
