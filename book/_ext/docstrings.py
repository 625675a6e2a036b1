"""Sphinx extension: docstrings are plain text, with |x| for a size and * for a product.

reStructuredText reads these as markup; outside of examples they are escaped.
"""


def setup(app):
    app.setup_extension("sphinx.ext.autodoc")
    app.config.autodoc_member_order = "bysource"
    app.config.autodoc_typehints = "none"
    app.connect("autodoc-process-docstring", escape)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def escape(app, what, name, obj, options, lines):
    example = False
    for number, line in enumerate(lines):
        example = line.lstrip().startswith(">>>") or (example and bool(line.strip()))
        if not example:
            lines[number] = line.replace("|", r"\|").replace("*", r"\*")
