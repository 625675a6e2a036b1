"""Pages in Chromium, for tests."""

import contextlib
import re
from urllib.parse import urlsplit

from waiting import PATIENCE

# Nobody is there: what is asked of any other machine fails at once.
NOWHERE = {"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}


def hear(page):
    """From now on console errors, warnings and exceptions are in `page.complaints`."""
    page.complaints = []
    page.on("console", lambda m: m.type in ("error", "warning") and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))


def rgb(colour):
    """The red, green and blue of a computed colour."""
    return [int(part) for part in re.findall(r"\d+", colour)][:3]


@contextlib.contextmanager
def opening(browser):
    """Open pages that load from nowhere else, and say what went wrong, until this is left.

    `before` is a script that runs before the page's own. `page.complaints` lists console errors,
    exceptions and requests to any other origin, `page.asked` all requests.
    """
    with contextlib.ExitStack() as contexts:

        def open_page(address, before="", **options):
            # Pictures are compared when they have arrived; tests of motion ask for it.
            options = {"reduced_motion": "reduce", "proxy": NOWHERE, **options}
            context = contexts.enter_context(browser.new_context(**options))
            context.set_default_timeout(1000 * PATIENCE)
            page = context.new_page()
            page.add_init_script(before)
            hear(page)

            at = urlsplit(address)
            home = (f"{at.scheme}://{at.netloc}/", "data:", "blob:")

            page.asked = set()

            def note(request):
                page.asked.add(request.url)
                if not request.url.startswith(home):
                    page.complaints.append(f"request to {request.url}")

            page.on("request", note)
            page.goto(address)
            return page

        yield open_page
