"""Sphinx extension: roles that assistive technology knows.

docutils gives each entry of a bibliography the role doc-biblioentry, deprecated by DPUB-ARIA 1.1, which
names listitem in its place: https://www.w3.org/TR/dpub-aria-1.1/#doc-biblioentry
"""


def setup(app):
    app.connect("html-page-context", name_entries)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def name_entries(app, pagename, templatename, context, doctree):
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
