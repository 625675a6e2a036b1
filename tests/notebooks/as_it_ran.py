"""A pytest plugin: nbval compares what cells print, and the notebook as it ran is written down.

Pictures are not stored in the book's notebooks, and not compared.
"""

import os

import nbformat

PICTURES = ("text/html", "image/svg+xml", "application/javascript")


def pytest_itemcollected(item):
    skipped = getattr(item.parent, "skip_compare", None)
    if skipped is not None:
        item.parent.skip_compare = tuple({*skipped, *PICTURES})
        item.cell.execution_count = 1  # not stored either; without one nbval takes a cell for not run


def pytest_sessionfinish(session):
    cells = [item for item in session.items if hasattr(item, "test_outputs")]
    outputs = [item.test_outputs for item in cells]
    if any(ran is None or any(output.output_type == "error" for output in ran) for ran in outputs):
        return
    for item, ran in zip(cells, outputs, strict=True):
        item.cell.outputs = ran
    notebook = cells[0].parent.nb
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    nbformat.write(notebook, os.environ["AS_IT_RAN"])
