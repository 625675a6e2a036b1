"""The atlas: the frames of all positions of a figure's controls, packed small.

Positions are numbered like the entries of a C-ordered array with an axis for each control.
Equal frames are stored once. Each number of a frame is predicted from the frame before and,
where that helps, from its neighbour in the frame; what is left over is zigzagged into small
unsigned numbers, split into low and high bytes, and deflated:

    deflate( length of head, 4 bytes | head, JSON | which frame each position shows, 2 bytes each
             | each frame's length, 2 bytes each | low bytes | high bytes )
"""

import json
import struct
import zlib

import numpy as np

MOST = 2**16 - 1  # what 16 bits count


def pack(frames, head):
    """The atlas of frames (arrays of int16, one a position) under a JSON-able head, as bytes."""
    numbers, unique = {}, []
    order = np.empty(len(frames), np.uint16)
    for position, frame in enumerate(frames):
        key = frame.tobytes()
        if key not in numbers:
            numbers[key] = len(unique)
            unique.append(frame)
        order[position] = numbers[key]
    if max(map(len, unique)) > MOST:
        raise ValueError(
            f"a frame holds at most {MOST:,} numbers; got {max(map(len, unique)):,}: draw fewer points"
        )
    lengths = np.array([len(frame) for frame in unique], np.uint16)
    flat = (_flat(order, lengths, unique, head, slope) for slope in (False, True))
    return zlib.compress(min(flat, key=lambda data: len(zlib.compress(data, 1))), 9)


def _flat(order, lengths, unique, head, slope):
    text = json.dumps({**head, "positions": len(order), "frames": len(unique), "slope": slope}).encode()
    residues = np.concatenate(list(_residues(unique, slope))).view(np.uint16)
    parts = (
        struct.pack("<I", len(text)),
        text,
        order.astype("<u2").tobytes(),
        lengths.astype("<u2").tobytes(),
        (residues & 0xFF).astype(np.uint8).tobytes(),
        (residues >> 8).astype(np.uint8).tobytes(),
    )
    return b"".join(parts)


def _residues(unique, slope):
    before = np.zeros(0, np.int16)
    for frame in unique:
        shared = min(len(frame), len(before))
        change = frame.copy()
        change[:shared] -= before[:shared]  # 16-bit arithmetic wraps; so does the player's
        if slope:
            change[1:] -= change[:-1].copy()
        yield (change << 1) ^ (change >> 15)
        before = frame


def unpack(data):
    """The frames and the head that `pack` was given: what the player does, in Python."""
    raw = zlib.decompress(data)
    size = struct.unpack_from("<I", raw)[0]
    head = json.loads(raw[4 : 4 + size])
    start = 4 + size
    order = np.frombuffer(raw, "<u2", head["positions"], start)
    start += 2 * len(order)
    lengths = np.frombuffer(raw, "<u2", head["frames"], start)
    start += 2 * len(lengths)
    total = lengths.sum()
    low = np.frombuffer(raw, np.uint8, total, start).astype(np.uint16)
    high = np.frombuffer(raw, np.uint8, total, start + total).astype(np.uint16)
    zigzag = low | (high << 8)
    residues = ((zigzag >> 1) ^ -(zigzag & 1)).astype(np.uint16).view(np.int16)
    unique, before, at = [], np.zeros(0, np.int16), 0
    for length in lengths.tolist():
        frame = residues[at : at + length].copy()
        if head["slope"]:
            frame = np.cumsum(frame, dtype=np.int16)
        shared = min(len(frame), len(before))
        frame[:shared] += before[:shared]
        unique.append(frame)
        before, at = frame, at + length
    return [unique[number] for number in order], head
