"""Penalties, and the fits they lead to.

The data loss is the mean squared error, (1/n) ‖y − Xw‖², with X of shape (n, p) and y of shape
(n,), and `lam` times a penalty is added to it. There is no intercept: centre X and y first. The
fits are exact to rounding: no step size or tolerance is to be chosen. The layers that regularize
a network are in `layers`.
"""

from .contact import Contact, ball_contact
from .path import coefficient_path
from .penalties import elastic_net, l1, l2, soft_threshold
from .ridge import fit_ridge
from .sparse import fit_elastic_net, fit_lasso, kkt_residual

__all__ = [
    "Contact",
    "ball_contact",
    "coefficient_path",
    "elastic_net",
    "fit_elastic_net",
    "fit_lasso",
    "fit_ridge",
    "kkt_residual",
    "l1",
    "l2",
    "soft_threshold",
]
