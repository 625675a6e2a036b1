"""Notebooks run once for the tests and for the book: by nbval, which compares what they print.

`python tests/notebooks/runs.py` runs those that have changed since, side by side. What they show goes
into the cache of the book, which then has nothing left to run; what nbval says and what the figures
show at some positions (`seen.py`) is kept for the tests.
"""

import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "book" / "_ext"))

import fresh_runs
import parallel_runs
import same_numbers
from notebook_figures import NOTEBOOKS, ROOT

HERE = Path(__file__).parent
BUILD = ROOT / "_build"


@dataclass(frozen=True)
class Run:
    """What `pytest --nbval` says about a notebook, what its figures showed, and how long it took."""

    returncode: int
    said: str
    seen: list
    seconds: float


def run(path, kept=None):
    """Run a notebook apart from this session, in a kernel that looks at its figures.

    With `kept`, a path, the notebook as it ran is written there if no cell failed.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-p", "nbval.plugin", "-p", "as_it_ran", "--nbval"]
    command += ["--nbval-cell-timeout=600", "-p", "no:cacheprovider", "--color=no"]
    command += ["--rootdir", path.parent, "-c", os.devnull, path]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        startup = folder / "profile_default" / "startup" / "watch.py"
        startup.parent.mkdir(parents=True)
        startup.write_text("import seen\n\nseen.watch()\n")
        environment = {
            **os.environ,
            **same_numbers.SETTINGS,
            "OPTIMLIB_PUBLISH": "1",
            "IPYTHONDIR": name,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # the others take a second to load
            "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent)]),
            "SEEN_FIGURES": name,
            "AS_IT_RAN": str(kept or folder / "kept"),
        }
        done = subprocess.run(command, env=environment, cwd=path.parent, capture_output=True, text=True)
        seen = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return Run(done.returncode, done.stdout + done.stderr[-2000:], seen, time.monotonic() - start)


@functools.cache
def of(path):
    """The run of one of the book's notebooks: the last one, if nothing has changed since."""
    record = _record(path)
    if record.exists():
        return Run(**json.loads(record.read_text("utf-8")))
    record.parent.mkdir(parents=True, exist_ok=True)
    for old in record.parent.glob(f"{path.stem}-*"):
        old.unlink()
    done = run(path, record.with_suffix(".ipynb"))
    record.write_text(json.dumps(asdict(done)), "utf-8")
    return done


@functools.cache
def _record(path):
    """Where the run is kept of this notebook, with this library, and with these questions."""
    ours = (HERE / "runs.py", HERE / "as_it_ran.py", HERE / "seen.py")
    asked = [path, *ours, HERE.parent / "legends.py", HERE.parent / "overlay.py"]
    digest = hashlib.sha256(fresh_runs.fingerprint().encode())
    for file in asked:
        digest.update(file.read_bytes())
    return BUILD / "nbval" / f"{path.stem}-{digest.hexdigest()[:16]}.json"


def run_all():
    """Run what has changed, the longest first, and give it to the book."""
    fresh_runs.forget_old_runs(BUILD)
    cache = parallel_runs.cache_of(BUILD)
    for path, done in parallel_runs.side_by_side(of, NOTEBOOKS):
        ran = _record(path).with_suffix(".ipynb")
        if ran.exists():
            parallel_runs.keep(cache, path, nbformat.read(ran, as_version=4), done.seconds)
        print(f"{path.name}: {done.seconds:.0f} s", flush=True)


if __name__ == "__main__":
    run_all()
