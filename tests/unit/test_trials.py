"""The line search of BFGS and L-BFGS goes where it went: another trial would be another path in the book."""

import itertools

import numpy as np
import pytest
import trials

STORED = trials.stored()


def test_every_search_is_stored_on_every_problem():
    pairs = itertools.product(trials.SEARCHES, trials.PROBLEMS)
    assert list(STORED) == [f"{search}: {problem}" for search, problem in pairs]
    assert sum(map(len, STORED.values())) > 0.5 * trials.MOST * len(STORED)


@pytest.mark.parametrize("problem", trials.PROBLEMS)
@pytest.mark.parametrize("search", trials.SEARCHES)
def test_the_trials_are_those_that_are_stored(search, problem):
    method, settings = trials.SEARCHES[search]
    found, stored = (
        trials.trials(method, trials.PROBLEMS[problem], **settings),
        STORED[f"{search}: {problem}"],
    )
    far = np.abs(stored).max()
    np.testing.assert_allclose(found, stored, rtol=1e-6, atol=1e-7 * far)
