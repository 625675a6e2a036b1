"""Sphinx extension: the code exercises of a chapter can be solved in the page.

Each cell to start from becomes an editor (exercises.js), where the book has the edition that runs in
a browser: its Python checks the answer as in JupyterLab. Without scripts, or opened from a folder, the
code stands there with a sentence that says where it runs.
"""

import json
from pathlib import Path

import exercise_cells
import nbformat
from docutils import nodes
from sphinx.errors import ExtensionError

WHERE = (
    '<p class="exercise-where">To be run in JupyterLab: <code>make lab</code>, or '
    "<em>Run this chapter in your browser</em> above.</p>"
)
DATA = '<script type="application/json" class="exercise-data" data-label="{}">{}</script>'
HERE = '<script type="application/json" id="python-here">{}</script>'


def setup(app):
    app.connect("doctree-read", furnish)
    app.connect("html-page-context", add_python)
    app.add_js_file("exercises.js", loading_method="defer", priority=600)  # after live.js
    app.add_css_file("exercises.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def furnish(app, doctree):
    """Each cell to start from carries what an editor needs, and no verdict on nobody's answer."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    notebook = nbformat.read(path, as_version=4)
    cells = notebook.cells
    try:
        exercises = exercise_cells.read(cells, solved=not notebook.metadata.get("for_students"))
    except ValueError as error:
        raise ExtensionError(f"{app.env.docname} has {error}") from None
    starters = {exercise.starter: exercise for exercise in exercises if exercise.starter is not None}
    solutions = {number for exercise in exercises for number in exercise.solutions}
    for cell in doctree.findall(nodes.container):
        number = cell.get("cell_index") if cell.get("nb_element") == "cell_code" else None
        if number in solutions:
            cell["prompt_show"], cell["prompt_hide"] = "Show the solution", "Hide the solution"
        elif number in starters:
            exercise = starters[number]
            data = {
                "start": cells[number].source,
                "before": exercise_cells.needed(cells, exercises, exercise),
            }
            cell.children = cell.children[:1]
            cell["classes"].append("exercise-code")
            cell += nodes.raw("", DATA.format(exercise.label, script_safe(data)) + WHERE, format="html")


def script_safe(data):
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def add_python(app, pagename, templatename, context, doctree):
    """Where Python is, for a page with exercises; its addresses are relative to the page."""
    settings = Path(app.srcdir) / "_build" / "browser" / "python.json"
    if settings.exists() and 'class="exercise-data"' in context.get("body", ""):
        base = context["pathto"]("lite/", 1)
        worker = context["pathto"]("_static/python-worker.js", 1)
        here = {**json.loads(settings.read_text("utf-8")), "base": base, "worker": worker}
        context["body"] += HERE.format(script_safe(here))
