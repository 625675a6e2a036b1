import numpy as np
import pytest

from optimlib.augmentation import mirrored, shifted

PICTURES = np.random.default_rng(0).normal(size=(400, 3, 4))


def rng():
    return np.random.default_rng(1)


def test_each_picture_is_moved_by_a_pixel_at_most_and_paper_comes_in():
    seen = []
    for before, after in zip(PICTURES, shifted(PICTURES, rng()), strict=True):
        moves = {(down, right): moved(before, down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)}
        seen += [move for move, picture in moves.items() if np.array_equal(picture, after)]
    assert len(seen) == 400 and len(set(seen)) == 9
    assert max(map(seen.count, seen)) < 2 * min(map(seen.count, seen))


def moved(picture, down, right):
    """Entry by entry: what was `down` rows above and `right` columns to the left."""
    paper, there = PICTURES.min(), np.empty_like(picture)
    for i, j in np.ndindex(picture.shape):
        inside = 0 <= i - down < 3 and 0 <= j - right < 4
        there[i, j] = picture[i - down, j - right] if inside else paper
    return there


def test_half_of_the_pictures_are_mirrored_left_to_right():
    after = mirrored(PICTURES, rng())
    turned = (after == PICTURES[:, :, ::-1]).all(axis=(1, 2))
    assert np.array_equal(after[~turned], PICTURES[~turned])
    assert 160 < turned.sum() < 240


@pytest.mark.parametrize("change", [shifted, mirrored])
def test_pictures_that_are_given_are_left_alone(change):
    before = PICTURES.copy()
    change(PICTURES, rng())[:] = 0
    assert np.array_equal(PICTURES, before)


@pytest.mark.parametrize("change", [shifted, mirrored])
@pytest.mark.parametrize(
    "name, given, error",
    [
        ("pictures", PICTURES[0], ValueError),
        ("pictures", PICTURES[:0], ValueError),
        ("pictures", "a", TypeError),
        ("rng", 0, TypeError),
    ],
)
def test_a_bad_argument_is_named(change, name, given, error):
    with pytest.raises(error, match=rf"^{name} must "):
        change(**{"pictures": PICTURES, "rng": rng(), name: given})
