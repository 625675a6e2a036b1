"""What tests of several modules read, and is built once."""

import pytest
from small_book import built_once


@pytest.fixture(scope="session")
def small_book(tmp_path_factory, worker_id):
    """The folder of the small book's pages."""
    run = tmp_path_factory.getbasetemp()
    run = run if worker_id == "master" else run.parent  # what all processes of a run share
    return built_once(run / "small-book")
