"""Two builds of the same source give the same bytes."""

import os
import subprocess
import sys
from pathlib import Path

MAKE = """
import hashlib
from optimlib.live import page
from specimens import every_control, specimens
for make in (*specimens.values(), every_control):
    figure = make()
    html = page.html(figure, figure.atlas())
    print(figure.name, hashlib.sha256(html.encode()).hexdigest())
"""


def hashes(seed):
    environment = {**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": "agg"}
    here = Path(__file__).parent.parent
    run = [sys.executable, "-c", MAKE]
    return subprocess.run(run, cwd=here, env=environment, check=True, capture_output=True).stdout


def test_a_figure_is_the_same_bytes_in_another_process():
    first, second = hashes("1"), hashes("2")
    assert first.count(b"\n") > 10
    assert first == second
