"""Waiting for a state, not for a time."""

import time


def eventually(agrees, seconds=15):
    """Wait until agrees() is true; the last time it is asked, it is asserted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if agrees():
            return
        time.sleep(0.05)
    assert agrees()
