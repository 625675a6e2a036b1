"""Pages in Chromium, for tests."""

import contextlib
from urllib.parse import urlsplit

from waiting import PATIENCE


@contextlib.contextmanager
def opening(browser):
    """Open pages that load from nowhere else, and say what went wrong, until this is left.

    `before` is a script that runs before the page's own. `page.complaints` lists console errors,
    exceptions and requests to any other origin.
    """
    with contextlib.ExitStack() as contexts:

        def open_page(address, before="", **options):
            # Pictures are compared when they have arrived; tests of motion ask for it.
            context = contexts.enter_context(browser.new_context(**{"reduced_motion": "reduce", **options}))
            context.set_default_timeout(1000 * PATIENCE)
            page = context.new_page()
            page.add_init_script(before)
            page.complaints = []
            page.on("console", lambda m: m.type in ("error", "warning") and page.complaints.append(m.text))
            page.on("pageerror", lambda error: page.complaints.append(str(error)))

            at = urlsplit(address)
            origin = f"{at.scheme}://{at.netloc}/"

            def only_here(route):
                asked = route.request.url
                if asked.startswith((origin, "data:", "blob:")):
                    return route.continue_()
                page.complaints.append(f"request to {asked}")
                return route.abort()

            page.route("**/*", only_here)
            page.goto(address)
            return page

        yield open_page
