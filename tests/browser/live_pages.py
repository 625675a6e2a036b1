"""Pages of live figures on the disk, made as the built book makes them."""

import hashlib
import re

from notebook_figures import page_of

from optimlib.live import page as live_page


def write_page(folder, figures, apart=False):
    """A page of live figures; with `apart`, each atlas is a script of its own, loaded when needed."""
    parts = ["<!doctype html><html lang='en'><meta charset='utf-8'><title>Live figures</title>"]
    parts.append("<meta name='viewport' content='width=device-width, initial-scale=1'>")
    parts.append(f"<style>{live_page.style()}</style><main>")
    for figure in figures:
        html = live_page.html(figure, figure.atlas())
        parts.append(apart_atlases(folder, html) if apart else html)
    # Not in a scope of their own, so that tests can call the player's functions.
    scripts = "\n".join((live_page.HERE / f"{name}.js").read_text("utf-8") for name in live_page.SCRIPTS)
    address = folder / "page.html"
    address.write_text("\n".join([*parts, f"</main><script>{scripts}</script>"]), "utf-8")
    return address.as_uri()


def apart_atlases(folder, html):
    """The figure's HTML with its atlases in scripts of their own."""

    def moved(match):
        name = f"atlas-{hashlib.sha256(match[2].encode()).hexdigest()[:12]}"
        (folder / f"{name}.js").write_text(f'liveAtlas("{name}", "{match[2]}")')
        return f'{match[1]} data-name="{name}" data-src="{name}.js"></script>'

    return re.sub(r'(<script type="text/plain"[^>]*)>([^<]*)</script>', moved, html)


def address_of(book, notebook):
    """Where the built book shows a notebook."""
    return (book / page_of(notebook)).as_uri()


def pages_of(book):
    """The pages of the built book: not those of one figure, of JupyterLite, or that only lead to another."""
    others = {"_static", "lite", "figures"}
    found = [page for page in sorted(book.rglob("*.html")) if not others & set(page.parts)]
    assert len(found) > 10
    return [page for page in found if 'http-equiv="Refresh"' not in page.read_text("utf-8")]


def awake(page, figure):
    element = page.locator(f"#{figure.salt}")
    element.scroll_into_view_if_needed()
    page.wait_for_selector(f"#{figure.salt}.live-awake")
    if element.get_attribute("data-waiting") is not None:
        element.locator(".live-show").click()
    return element
