"""Check what a chapter's text says of its figures: `python book/check_claims.py chapters/04-momentum.ipynb`.

A link such as [ρ = 0.9](#momentum_on_beale?rho=0.9 "has f = 0.003") sets a figure; its title is a
claim: words that the figure's sentence has in that state. The build refuses what is not so; this says
it sooner, by running the notebook's cells in this process.
"""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
import same_numbers

os.environ.update(same_numbers.SETTINGS)

import matplotlib
import nbformat

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


def check(path):
    from optimlib.live.address import checked

    notebook = nbformat.read(path, as_version=4)
    figures = {
        name: (figure.described_controls(), figure.sentence) for name, figure in figures_of(notebook).items()
    }
    count, bad = 0, []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for address, claim in links(cell.source):
                count += 1
                try:
                    checked(address, claim, figures)
                except ValueError as error:
                    bad.append(f"{path.name} {cell.id}: {address}: {error}")
    print(f"{path.name}: {count} links, {len(bad)} refused", *bad, sep="\n  ")
    return not bad


if __name__ == "__main__":
    sys.exit(not all([check(Path(name)) for name in sys.argv[1:]]))
