"""Waiting for a state, not for a time."""

import time

PATIENCE = 120  # seconds: a machine busy with other things is no reason to fail


def eventually(agrees, seconds=PATIENCE):
    """Wait until agrees() is true; the last time it is asked, it is asserted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if agrees():
            return
        time.sleep(0.05)
    assert agrees()
