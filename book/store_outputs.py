"""Run notebooks and store what they print: `python book/store_outputs.py [notebook …]`.

Text is kept, and compared by the tests at every later run; pictures are not, so that a diff
shows what changed. Of a live figure this keeps its description and its first sentence.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
import same_numbers

ROOT = Path(__file__).parent.parent
# As in the tests and in the book: every position of every figure is computed, in the same arithmetic.
os.environ["OPTIMLIB_PUBLISH"] = "1"
os.environ.update(same_numbers.SETTINGS)


def store(path):
    """Run one notebook in its own folder and write it back with its text outputs."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}}).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = merged([text_only(output) for output in cell.outputs])
            cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, path)


def merged(outputs):
    """Printed text in one piece: a kernel sends it in as many as it likes."""
    pieces = []
    for output in outputs:
        if pieces and output.output_type == "stream" == pieces[-1].output_type:
            pieces[-1].text += output.text
        else:
            pieces.append(output)
    return pieces


def text_only(output):
    if "data" in output:
        output.data = {"text/plain": output.data["text/plain"]}
        output.metadata = {}
    if "execution_count" in output:
        output.execution_count = None
    return output


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or sorted(ROOT.glob("chapters/*.ipynb")) + sorted(
        ROOT.glob("book/*.ipynb")
    )
    for path in paths:
        print(f"running {path} …", flush=True)
        store(path.resolve())
