"""Frames packed into an atlas come out as they went in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimlib.live.atlas import pack, unpack

frames = st.lists(arrays(np.int16, st.integers(0, 40)), min_size=1, max_size=12)


@pytest.mark.no_cover
@given(frames, st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3))
def test_round_trip(frames, head):
    unpacked, read = unpack(pack(frames, {"mine": head}))
    assert read["mine"] == head
    assert len(unpacked) == len(frames)
    for ours, theirs in zip(frames, unpacked, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@given(frames)
def test_identical_bytes_twice_and_frames_untouched(frames):
    copies = [frame.copy() for frame in frames]
    assert pack(frames, {"a": 1}) == pack(copies, {"a": 1})
    for frame, copy in zip(frames, copies, strict=True):
        np.testing.assert_array_equal(frame, copy)


def test_extremes_wrap_and_come_back():
    edges = np.array([-32768, 32767, 0, -1, 32767, -32768], np.int16)
    frames = [edges, edges[::-1].copy(), np.zeros(6, np.int16), edges[:3]]
    for ours, theirs in zip(frames, unpack(pack(frames, {}))[0], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_equal_frames_are_stored_once():
    one, other = np.arange(50, dtype=np.int16), np.arange(7, dtype=np.int16)
    _, head = unpack(pack([one, other, one.copy(), one, other], {}))
    assert (head["positions"], head["frames"]) == (5, 2)
    noise = np.random.default_rng(0).integers(-9999, 9999, 3000).astype(np.int16)
    assert len(pack([noise] * 100, {})) < 1.1 * len(pack([noise], {}))


def test_a_frame_too_long_is_refused():
    with pytest.raises(ValueError, match="65,535"):
        pack([np.zeros(70_000, np.int16)], {})


def test_the_better_of_two_predictions_is_taken():
    ramp = np.cumsum(np.arange(2000) % 7).astype(np.int16)
    noise = np.random.default_rng(0).integers(-9999, 9999, 2000).astype(np.int16)
    for frames, slope in [([ramp], True), ([noise, noise + 1], False)]:
        packed = pack(frames, {})
        _, head = unpack(packed)
        assert head["slope"] is slope
    assert len(pack([ramp], {})) < len(ramp) / 10
