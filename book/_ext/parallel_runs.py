"""Sphinx extension: notebooks run side by side, one for each processor.

MyST-NB runs one after the other as it comes to them, unless it finds them in its cache. So those
that it would not find there are run before, and put there. One that fails is left to MyST-NB,
which runs it once more and says why.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from sphinx.util import logging

log = logging.getLogger(__name__)

# Run before the others: so no processor waits for another at the end.
LONGEST = {"01-regularization", "05-adaptive", "07-second-order", "09-choosing", "10-since-adam"}


def setup(app):
    app.connect("env-before-read-docs", run_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def run_all(app, env, docnames):
    cache = cache_of(Path(app.outdir).parent)
    paths = [Path(env.doc2path(name)) for name in docnames]
    read = {path: nbformat.read(path, as_version=4) for path in paths if path.suffix == ".ipynb"}
    waiting = {path: notebook for path, notebook in read.items() if not known(cache, notebook)}

    def run(path):
        timeout = app.config.nb_execution_timeout
        return single_nb_execution(waiting[path], cwd=str(path.parent), timeout=timeout, allow_errors=False)

    for path, result in side_by_side(run, waiting):
        if result.err is None:
            log.info("ran %s in %.0f s", path.name, result.time)
            keep(cache, path, result.nb, result.time)


def side_by_side(run, paths):
    """Each path and run(path), the longest and then the last first, one at a time on each processor."""
    order = sorted(reversed(paths), key=lambda path: path.stem not in LONGEST)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from zip(order, pool.map(run, order), strict=True)


def cache_of(build):
    return get_cache(build / ".jupyter_cache")


def keep(cache, path, ran, seconds):
    """Put a notebook as it ran where MyST-NB finds it."""
    bundle = CacheBundleIn(ran, str(path), data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def known(cache, notebook):
    with suppress(KeyError):
        return cache.match_cache_notebook(notebook)
