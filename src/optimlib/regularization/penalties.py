"""The penalties, over the last axis of w, and the proximal step of the absolute value."""

import numpy as np

from .. import checks


@np.errstate(over="ignore")  # a sum too large for a float is infinite
def l1(w):
    """Σ|w| over the last axis: w of shape (..., p) gives shape (...).

    Raises TypeError or ValueError where w is not an array of finite numbers.

    >>> l1([3.0, -4.0])
    np.float64(7.0)
    """
    return np.abs(checks.point("w", w)).sum(axis=-1)


@np.errstate(over="ignore")
def l2(w):
    """Σw² over the last axis: w of shape (..., p) gives shape (...).

    Half of this is the penalty of many papers, and its square root the norm. Raises as `l1`.

    >>> l2([3.0, -4.0])
    np.float64(25.0)
    """
    return np.square(checks.point("w", w)).sum(axis=-1)


@np.errstate(over="ignore")
def elastic_net(w, mix):
    """mix·l1(w) + (1 − mix)·l2(w), over the last axis.

    Raises ValueError where mix is not from 0 to 1. scikit-learn's `l1_ratio` weighs half of l2.
    Source: Zou & Hastie (2005), the penalty of their naive elastic net.

    >>> elastic_net([3.0, -4.0], mix=0.5)
    np.float64(16.0)
    """
    mix = checks.number("mix", mix, checks.share)
    return mix * l1(w) + (1 - mix) * l2(w)


def soft_threshold(w, t):
    """The proximal step of t·l1: each entry is moved towards 0 by t, and stops there.

    sign(w)·max(|w| − t, 0) = argmin over u of ½ ‖u − w‖² + t·l1(u), of w's shape; t is a number or
    broadcasts against w.

    Raises ValueError where t is negative. Source: Donoho & Johnstone (1994).

    >>> soft_threshold([3.0, -0.5, -2.0], 1.0)
    array([ 2.,  0., -1.])
    """
    w, t = checks.array("w", w), checks.non_negative("t", t)
    if checks.broadcast(np.shape(t), w.shape) is None:
        raise ValueError(f"t must broadcast against w, of shape {w.shape}; got shape {np.shape(t)}")
    return w - np.clip(w, -t, t)
