"""Check what a chapter's text says of its figures: `python book/check_claims.py chapters/04-momentum.ipynb`.

A link such as [ρ = 0.9](#momentum_on_beale?rho=0.9 "has f = 0.003") sets a figure; its title is a
claim: words that the figure's sentence has in that state. The build refuses what is not so; this says
it sooner, by running the notebook's cells in this process.
"""

import os
import re
import sys
from pathlib import Path

import matplotlib
import nbformat

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
matplotlib.use("Agg")
LINK = re.compile(r'\]\(<?(?P<address>#\w+\?[^)">]*)>?(?:\s+"(?P<claim>[^"]*)")?\)')


def links(text):
    """(address, claim) of each link in Markdown that sets a figure; the claim may be None."""
    return [(match["address"].strip(), match["claim"]) for match in LINK.finditer(text)]


def figures_of(notebook):
    """The live figures of a notebook, by name: its cells, run one after the other."""
    from optimlib.live import LiveFigure

    namespace, figures = {"__name__": "__main__", "display": lambda *_, **__: None}, {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), namespace)
            found = [value for value in namespace.values() if isinstance(value, LiveFigure)]
            figures |= {figure.name: figure for figure in found}
    return figures


def refusal(address, claim, figures):
    """What is not so, in words; or None."""
    from optimlib.live.address import parsed, read
    from optimlib.live.printed import printed

    try:
        name, settings = parsed(address)
        if name not in figures:
            return f"no figure is named {name}"
        figure = figures[name]
        ends = read(settings, figure.described_controls())
    except ValueError as error:
        return str(error)
    if claim is None:
        return None
    sentence = figure.sentence({name: last for name, (_, last) in ends.items()})
    if printed(claim) in sentence:
        return None
    return f"the claim {claim!r} is not so; the figure says {sentence!r}"


def check(path):
    notebook = nbformat.read(path, as_version=4)
    figures = figures_of(notebook)
    count, bad = 0, []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for address, claim in links(cell.source):
                count += 1
                wrong = refusal(address, claim, figures)
                bad += [f"{path.name} {cell.id}: {address}: {wrong}"] if wrong else []
    print(f"{path.name}: {count} links, {len(bad)} refused", *bad, sep="\n  ")
    return not bad


if __name__ == "__main__":
    sys.exit(not all([check(Path(name)) for name in sys.argv[1:]]))
