"""For the extensions that look at all pages once they are written."""

from pathlib import Path


def when_written(app, do, priority=500):
    """Call do(app) when a build of pages has succeeded, in the order of the priorities."""

    def finished(app, error):
        if not error and app.builder.format == "html":
            do(app)

    app.connect("build-finished", finished, priority)


def pages(app):
    """All pages but those that hold one figure."""
    rest = {"_static", "figures"}
    return (page for page in Path(app.outdir).rglob("*.html") if not rest & set(page.parts))
