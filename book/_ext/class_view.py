"""Sphinx extension: with `?class` a page shows its figures one at a time, for a class; see class-view.js."""


def setup(app):
    app.connect("html-page-context", add_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_files(app, pagename, templatename, context, doctree):
    if 'class="live-figure"' in context.get("body", ""):
        app.add_css_file("class-view.css")
        app.add_js_file("class-view.js", loading_method="defer")
