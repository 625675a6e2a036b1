"""Sphinx extension: what made builds wait, and shows in no page.

pybtex looks through all installed packages for each citation, and the collector of garbage through
all that has been read, again and again.
"""

import gc

from pybtex.plugin import find_plugin, register_plugin

WRITERS = "pybtex.backends"


def setup(app):
    for name in ("docutils", "plaintext"):
        register_plugin(WRITERS, name, find_plugin(WRITERS, name), force=True)
    gc.freeze()
    gc.set_threshold(100_000, 20)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
