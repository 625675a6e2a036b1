"""The cells of a small notebook, and what its live figures draw."""

from jupyter_lab import Text

# Links that set a figure, as in the text of a chapter.
LINKS = Text('[seven, by cosine](#probe?k=7&rule=cosine "k is 7") and [the asking one](#asking?k=0..4)')

ASKING = """\
from optimlib.live import ask

fig, asking_line = axes()

@live(fig, ask=ask("How high?", {"2": "No.", "4": "Yes, four."}, then={"k": 4}), k=(0, 5))
def asking(k=1):
    "A line that waits for an answer."
    asking_line.set_data([0, 10], [k, k])
    return f"asking k is {k}."
"""

PROBE = [
    """\
import time
import matplotlib.pyplot as plt
import numpy as np
from optimlib.live import live

asked = []  # the positions that this kernel was asked for


def axes():
    fig, ax = plt.subplots(figsize=(4, 3))
    ax.set(xlim=(0, 10), ylim=(0, 10))
    return fig, *ax.plot([], [], "o-", animated=True)
""",
    """\
fig, wave = axes()

@live(fig, k=(0, 40), rule=["sine", "cosine"], thick=False)
def probe(k=3, rule="sine", thick=False):
    "A wave that depends on a slider, a choice and a switch."
    asked.append((k, rule, thick))
    x = np.linspace(0, 10, 30)
    wave.set_data(x, 5 + 4 * getattr(np, rule[:3])(x + k / 10))
    wave.set_linewidth(4 if thick else 1)
    return f"k is {k}, {rule}."
""",
    """\
fig, slow_line = axes()
slowly = []

@live(fig, k=(0, 4000))
def slow(k=0):
    "A line that takes its time."
    slowly.append(k)
    time.sleep(0.15)
    slow_line.set_data([0, 10], [0, k / 400])
    return f"slow k is {k}."
""",
    """\
fig, fragile_line = axes()
tried = []

@live(fig, k=(0, 5))
def fragile(k=0):
    "A line that breaks at k = 2 and k = 4."
    tried.append(k)
    fragile_line.set_data([0, 10], [0, 1 / (k - 2) / (k - 4)])
    return f"fragile k is {k}."
""",
    """\
fig, twin_line = axes()

@live(fig, k=(0, 9))
def probe(k=3):
    "Another figure of the same name."
    twin_line.set_data([0, 10], [k, k])
    return f"twin k is {k}."
""",
]
