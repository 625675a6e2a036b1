"""Compute with PyTorch and optax the paths that test_optax.py holds optimlib to.

Needs torch, jax, optax and NumPy, and not optimlib: the objectives are written out here, in float64,
and their gradients come from automatic differentiation.

    python tests/oracle/make_since_adam_numbers.py

writes since_adam_numbers.json beside this file. For each case it holds the parameters before the first
step and after every one of 30. torch.optim.Muon rounds to bfloat16, two to three digits, inside its
Newton–Schulz iteration; its paths are stored twice, as it is and with that rounding taken out.
"""

import json
from pathlib import Path
from unittest.mock import patch

import jax
import jax.numpy as jnp
import numpy as np
import optax
import torch
from optax.contrib import normalize, sam, schedule_free_eval_params, schedule_free_sgd
from torch.optim import SGD, Muon
from torch.optim.lr_scheduler import ConstantLR, LinearLR, SequentialLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

jax.config.update("jax_enable_x64", True)
STEPS = 30


# optax, on objectives of two coordinates


def beale(p):
    x, y = p
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def himmelblau(p):
    x, y = p
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


PROBLEMS = [(beale, [1.0, 1.5]), (himmelblau, [0.5, -1.0])]


def lion(lr, **settings):
    names = {"beta1": "b1", "beta2": "b2"}
    return optax.lion(lr, **{names.get(name, name): value for name, value in settings.items()})


def sharp(lr, radius):
    return sam(optax.sgd(lr), optax.chain(normalize(), optax.sgd(radius)), opaque_mode=True)


def clipped_momentum(lr, rho, most):
    return optax.chain(optax.clip_by_global_norm(most), optax.sgd(lr, momentum=rho))


# optimlib's name and arguments, and the optimizer of optax.
METHODS = [
    ("lion", {"lr": 0.02, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.0}, lion),
    ("lion", {"lr": 0.01, "beta1": 0.5, "beta2": 0.8, "weight_decay": 0.4}, lion),
    ("schedule_free", {"lr": 0.005, "beta": 0.9}, lambda lr, beta: schedule_free_sgd(lr, b1=beta)),
    ("schedule_free", {"lr": 0.005, "beta": 0.3}, lambda lr, beta: schedule_free_sgd(lr, b1=beta)),
    ("sam", {"lr": 0.003, "radius": 0.05}, sharp),
    ("sam", {"lr": 0.003, "radius": 0.5}, sharp),
    ("clipped momentum", {"lr": 0.01, "rho": 0.8, "most": 3.0}, clipped_momentum),
]


def optax_path(objective, start, method, optimizer):
    grad = jax.grad(objective)
    p = jnp.array(start)
    state = optimizer.init(p)
    points = [p.tolist()]
    for _ in range(STEPS):
        more = {"grad_fn": lambda p, _: grad(p)} if method == "sam" else {}
        updates, state = optimizer.update(grad(p), state, p, **more)
        p = optax.apply_updates(p, updates)
        seen = schedule_free_eval_params(state, p) if method == "schedule_free" else p
        points.append(seen.tolist())
    return points


def optax_cases():
    for objective, start in PROBLEMS:
        for method, settings, optimizer in METHODS:
            yield {
                "objective": objective.__name__,
                "start": start,
                "method": method,
                "settings": settings,
                "path": optax_path(objective, start, method, optimizer(**settings)),
            }


# torch, on a matrix W: ½ ‖A W − C‖² − Σ cos W

SHAPES = [(3, 2), (2, 3), (4, 4), (5, 1)]
MUON = [
    {"lr": 0.05, "rho": 0.95, "nesterov": True, "weight_decay": 0.0, "steps": 5},
    {"lr": 0.02, "rho": 0.8, "nesterov": False, "weight_decay": 0.3, "steps": 3},
]


def matrix_problem(shape):
    rows, columns = shape
    A = np.eye(rows) + np.sin(np.arange(rows * rows)).reshape(rows, rows) / 2
    C = np.cos(3 * np.arange(rows * columns)).reshape(shape) * 3
    W = np.sin(5 * np.arange(rows * columns) + 1).reshape(shape)
    return A, C, W


def exactly(tensor):
    """In place of Tensor.bfloat16."""
    return tensor.clone()


def muon_path(A, C, W, lr, rho, nesterov, weight_decay, steps):
    W = torch.tensor(W, requires_grad=True)
    A, C = torch.tensor(A), torch.tensor(C)
    method = Muon([W], lr=lr, momentum=rho, nesterov=nesterov, weight_decay=weight_decay, ns_steps=steps)
    points = [W.flatten().tolist()]
    for _ in range(STEPS):
        method.zero_grad()
        (((A @ W - C) ** 2).sum() / 2 - torch.cos(W).sum()).backward()
        method.step()
        points.append(W.flatten().tolist())
    return points


def muon_cases():
    for shape in SHAPES:
        for settings in MUON:
            A, C, W = matrix_problem(shape)
            case = {"shape": shape, "settings": settings, "A": A.tolist(), "C": C.tolist()}
            case["rounded"] = muon_path(A, C, W, **settings)
            with patch.object(torch.Tensor, "bfloat16", exactly):
                yield case | {"path": muon_path(A, C, W, **settings)}


def averages(decay):
    model = torch.nn.Linear(2, 1, bias=False, dtype=torch.float64)
    average = AveragedModel(model, multi_avg_fn=None if decay is None else get_ema_multi_avg_fn(decay))
    points, means = [], []
    for t in range(STEPS):
        point = [np.cos(t), t**1.5]
        model.weight.data = torch.tensor([point])
        average.update_parameters(model)
        points.append(point)
        means.append(average.module.weight[0].tolist())
    return {"decay": decay, "points": points, "means": means}


def stable_then_down(lr, total, cooldown):
    method = SGD([torch.zeros(1)], lr=lr)
    stable, fall = total - round(cooldown * total), round(cooldown * total)
    schedule = SequentialLR(
        method,
        [ConstantLR(method, factor=1.0), LinearLR(method, 1.0, 0.0, total_iters=fall)],
        milestones=[stable],
    )
    rates = []
    for _ in range(total + 5):
        rates.append(method.param_groups[0]["lr"])
        method.step()
        schedule.step()
    return {"lr": lr, "total": total, "cooldown": cooldown, "rates": rates}


if __name__ == "__main__":
    numbers = {
        "torch": torch.__version__,
        "optax": optax.__version__,
        "steps": STEPS,
        "optax_cases": list(optax_cases()),
        "muon_cases": list(muon_cases()),
        "averages": [averages(None), averages(0.9)],
        "wsd": stable_then_down(0.3, 40, 0.25),
    }
    target = Path(__file__).with_name("since_adam_numbers.json")
    target.write_text(json.dumps(numbers, separators=(",", ":")) + "\n")
    print(f"torch {torch.__version__}, optax {optax.__version__}: {target.name}")
