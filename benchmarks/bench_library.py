"""What the library promises about speed, as ratios measured in one run.

    python benchmarks/bench_library.py

Each line says what was measured, what it was held against, the ratio, and what the ratio must be.
Times are the best of several, because other work on the machine only ever adds; gradients are
counted. Exits with 1 where a promise is not kept.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from optimlib import beale, momentum, randomized_svd, run

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "unit"))
import against_scipy


def seconds(work, repeats):
    """The best time of several."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def batch_of_settings():
    """900 settings of momentum side by side, against one after the other."""
    lr, rho = np.meshgrid(np.linspace(1e-4, 0.02, 30), np.linspace(0, 0.99, 30))
    lr, rho = lr.reshape(-1, 1), rho.reshape(-1, 1)

    def together():
        return run(momentum(beale.grad, beale.start, lr, rho), steps=100)

    def apart():
        return np.stack(
            [
                run(momentum(beale.grad, beale.start, float(a), float(b)), steps=100)
                for a, b in zip(lr[:, 0], rho[:, 0], strict=True)
            ],
            axis=1,
        )

    batch, single = together(), apart()
    assert batch.shape == (101, 900, 2)
    np.testing.assert_array_equal(np.isnan(batch), np.isnan(single))
    np.testing.assert_allclose(batch, single, rtol=1e-6)
    one, many = seconds(together, 10), seconds(apart, 2)
    return report("900 settings × 100 steps, a batch : separate runs", one, many, one / many, "<", 1 / 20)


def randomized_against_full():
    """The randomized decomposition of a matrix of rank about 50 plus noise, against the full one."""
    rng = np.random.default_rng(0)
    n, rank = 2000, 50
    A = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, n)) + 0.1 * rng.normal(size=(n, n))
    quick = seconds(lambda: randomized_svd(A, rank, rng=np.random.default_rng(1)), 5)
    begin = time.perf_counter()
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    full = time.perf_counter() - begin
    optimal = np.sqrt((s[rank:] ** 2).sum())
    U, s, Vt = randomized_svd(A, rank, rng=np.random.default_rng(1))
    error = np.linalg.norm(A - (U * s) @ Vt)
    return report("SVD of 2000 × 2000, full : randomized", full, quick, full / quick, ">=", 10) & report(
        "its Frobenius error : the optimal one", error, optimal, error / optimal, "<=", 1.01, unit=""
    )


def gradients_against_scipy():
    """Gradients that BFGS and L-BFGS ask for until f is within 1e-6 of its least value, against SciPy's."""
    kept = True
    for method, theirs in against_scipy.METHODS.items():
        counts = against_scipy.counts(method)
        for name, ((gradients, calls), (their_gradients, their_calls)) in counts.items():
            print(
                f"  {method.__name__:5} on {name:34} {gradients:5} gradients ({calls} of f) : "
                f"{their_gradients} ({their_calls}) = {gradients / their_gradients:.2f}"
            )
        mine, others = np.array(list(counts.values()), dtype=float).transpose(1, 2, 0)
        for what, a, b, promise in zip(("gradients", "values of f"), mine, others, (1.0, 1.1), strict=True):
            means = against_scipy.geometric_mean(a), against_scipy.geometric_mean(b)
            what = f"{method.__name__} : SciPy's {theirs}, {what}"
            kept &= report(what, *means, means[0] / means[1], "<=", promise, unit="")
    return kept


def import_time():
    """A fresh interpreter that imports optimlib, and NumPy with it, against one that imports nothing."""

    def fresh(code):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    fresh("import optimlib")()  # once, so that the bytecode is there
    nothing, ours = seconds(fresh(""), 10), seconds(fresh("import optimlib"), 10)
    return report(
        "fresh interpreter, import optimlib : nothing, + 0.2 s",
        ours,
        nothing + 0.2,
        ours / (nothing + 0.2),
        "<",
        1,
    )


def report(what, measured, against, ratio, sign, promise, unit=" s"):
    kept = {"<": ratio < promise, "<=": ratio <= promise, ">=": ratio >= promise}[sign]
    print(
        f"{what:50} {measured:9.4g}{unit} : {against:8.4g}{unit} = {ratio:8.4g}, "
        f"promised {sign} {promise:g}: {'kept' if kept else 'NOT KEPT'}",
        flush=True,
    )
    return kept


if __name__ == "__main__":
    print(f"NumPy {np.__version__}, Python {sys.version.split()[0]}")
    kept = [batch_of_settings(), randomized_against_full(), gradients_against_scipy(), import_time()]
    sys.exit(0 if all(kept) else 1)
