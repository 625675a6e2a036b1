"""Sphinx extension: the quick questions at the end of a chapter.

Each is a paragraph with a name that begins with `q-`, and after it a dropdown for each answer, whose
text begins with "Yes" or "No". On the page an answer is chosen by opening it; what was chosen is kept
in the reader's browser. A question without an answer, or with two right ones, fails the build.
"""

import re

from docutils import nodes
from sphinx.errors import ExtensionError

AT_LEAST = 2  # answers


def setup(app):
    app.connect("doctree-read", check)
    app.add_js_file("questions.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def check(app, doctree):
    faults = [f"{name}: {fault}" for name, answers in questions(doctree) for fault in faults_of(answers)]
    if faults:
        raise ExtensionError("quick questions that cannot be asked:\n  " + "\n  ".join(faults))


def questions(doctree):
    """(name, feedback of each answer) of each question of a page."""
    for paragraph in doctree.findall(nodes.paragraph):
        names = [name for name in paragraph["ids"] if name.startswith("q-")]
        if names:
            siblings = paragraph.parent.children
            yield names[0], list(answers_after(siblings[siblings.index(paragraph) + 1 :]))


def answers_after(siblings):
    for node in siblings:
        if not (isinstance(node, nodes.container) and node.get("design_component") == "dropdown"):
            return
        _title, *body = node.children
        yield " ".join(part.astext() for part in body).strip()


def faults_of(answers):
    """What is wrong with the answers of a question, in words."""
    if len(answers) < AT_LEAST:
        yield f"it has {len(answers)} answers"
        return
    verdicts = [re.match(r"(Yes|No)\b[^\w]*(?=\S)", answer) for answer in answers]
    for number, verdict in enumerate(verdicts):
        if not verdict:
            yield f'answer {"abcdefgh"[number]}) does not begin with "Yes" or "No" and a reason'
    right = sum(verdict is not None and verdict[1] == "Yes" for verdict in verdicts)
    if right != 1:
        yield f"{right} of its answers are right, and one should be"
