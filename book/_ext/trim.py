"""Sphinx extension: leave out the theme's scripts for features that this book does not use.

Jupyter Book always loads sphinx-thebe, which would run code on somebody's server, declares its
settings twice and fills the console with errors.
"""


def setup(app):
    app.connect("html-page-context", drop_unused, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def drop_unused(app, pagename, templatename, context, doctree):
    for files in ("script_files", "css_files"):
        context[files] = [file for file in context.get(files, []) if "thebe" not in described(file).lower()]


def described(file):
    """The address and the text of a script or style sheet, as Sphinx lists them."""
    return f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}"
