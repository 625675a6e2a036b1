"""Compute with PyTorch the paths that test_torch.py holds optimlib to.

Needs torch and NumPy, and not optimlib: the objectives are written out here, in float64, and
their gradients come from autograd.

    python tests/oracle/make_torch_numbers.py

writes torch_numbers.json beside this file. For each case it holds torch's parameters before the
first step and after every one of 50, as torch reports them (for Nesterov, the look-ahead points).
"""

import json
from pathlib import Path

import torch
from torch.optim import SGD, Adagrad, Adam, AdamW, RMSprop
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, StepLR

STEPS = 50


def beale(p):
    x, y = p
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def rosenbrock(p):
    x, y = p
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def himmelblau(p):
    x, y = p
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def booth(p):
    x, y = p
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def ackley(p):
    radius = torch.sqrt((p**2).mean())
    ripple = torch.cos(2 * torch.pi * p).mean()
    return 20 + torch.e - 20 * torch.exp(-0.2 * radius) - torch.exp(ripple)


def styblinski_tang(p):
    return (p**4 - 16 * p**2 + 5 * p).sum() / 2


# The objective, a start, and a learning rate for the methods that scale with the gradient.
PROBLEMS = [
    (beale, [1.0, 1.5], 2e-3),
    (rosenbrock, [-1.2, 1.0], 2e-4),
    (himmelblau, [0.5, -1.0], 2e-3),
    (booth, [-8.0, -6.0], 5e-3),
    (ackley, [2.6, -3.4], 2e-2),
    (styblinski_tang, [0.5, -4.5], 2e-3),
]

SCHEDULED = (beale, rosenbrock)  # the objectives tried with every schedule

# optimlib's name and arguments, torch's optimizer and arguments, and how the learning rate is set:
# a factor on the problem's own, or a number.
METHODS = [
    ("gradient_descent", {}, SGD, {}, "scaled"),
    ("momentum", {"rho": 0.9}, SGD, {"momentum": 0.9}, "scaled"),
    ("nesterov", {"rho": 0.9}, SGD, {"momentum": 0.9, "nesterov": True}, "scaled"),
    ("adagrad", {"eps": 1e-8}, Adagrad, {"eps": 1e-8}, 0.3),
    ("rmsprop", {"decay": 0.95, "eps": 1e-6}, RMSprop, {"alpha": 0.95, "eps": 1e-6}, 0.02),
    ("adam", {}, Adam, {}, 0.05),
    (
        "adam",
        {"beta1": 0.8, "beta2": 0.99, "eps": 1e-3},
        Adam,
        {"betas": (0.8, 0.99), "eps": 1e-3},
        0.05,
    ),
    ("adamw", {"weight_decay": 0.3}, AdamW, {"weight_decay": 0.3}, 0.05),
]

# optimlib's schedule and its arguments beside lr, and torch's. Nesterov is held to torch at a
# constant rate alone: torch looks ahead with the rate of the step past, optimlib with the coming one.
SCHEDULES = [
    (None, {}, None),
    ("step_decay", {"drop": 0.5, "every": 15}, lambda o: StepLR(o, step_size=15, gamma=0.5)),
    (
        "cosine_decay",
        {"total": 50},
        lambda o: CosineAnnealingLR(o, T_max=50, eta_min=0.0),
    ),
    (
        "linear_decay",
        {"total": 40},
        lambda o: LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=40),
    ),
]


def path(objective, start, optimizer, arguments, lr, scheduler):
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    method = optimizer([p], lr=lr, **arguments)
    schedule = scheduler(method) if scheduler else None
    points = [p.tolist()]
    for _ in range(STEPS):
        method.zero_grad()
        objective(p).backward()
        method.step()
        if schedule:
            schedule.step()
        points.append(p.tolist())
    return points


def cases():
    for objective, start, scale in PROBLEMS:
        for name, settings, optimizer, arguments, rate in METHODS:
            lr = scale if rate == "scaled" else rate
            for schedule, extra, scheduler in SCHEDULES:
                if schedule and (name == "nesterov" or objective not in SCHEDULED):
                    continue
                yield {
                    "objective": objective.__name__,
                    "start": start,
                    "method": name,
                    "settings": settings,
                    "lr": lr,
                    "schedule": schedule,
                    "schedule_settings": extra,
                    "path": path(objective, start, optimizer, arguments, lr, scheduler),
                }


if __name__ == "__main__":
    numbers = {"torch": torch.__version__, "steps": STEPS, "cases": list(cases())}
    target = Path(__file__).with_name("torch_numbers.json")
    target.write_text(json.dumps(numbers, separators=(",", ":")) + "\n")
    print(f"{len(numbers['cases'])} paths from torch {torch.__version__} in {target.name}")
