"""Pictures changed at random in a way that leaves their labels right: chapter 1's data augmentation.

Pictures have shape (n, height, width), and so has the answer; each is changed by itself.
"""

import numpy as np

from . import checks


def shifted(pictures, rng):
    """Each picture moved by −1, 0 or 1 pixel down and to the right, drawn from `rng`.

    At the rim the smallest entry of all pictures comes in, the paper. With paper 0, the same as
    `torchvision.transforms.v2.RandomCrop((height, width), padding=1)` on each of them.

    Raises ValueError where pictures has not three axes or is empty.
    """
    pictures = _pictures(pictures)
    _, height, width = pictures.shape
    room = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), constant_values=pictures.min())
    corners = checks.generator("rng", rng).integers(3, size=(len(pictures), 2))
    return np.array([r[i : i + height, j : j + width] for r, (i, j) in zip(room, corners, strict=True)])


def mirrored(pictures, rng):
    """Each picture mirrored, left to right, with probability ½. Raises as `shifted`."""
    pictures = _pictures(pictures)
    turned = checks.generator("rng", rng).random(len(pictures)) < 0.5
    return np.where(turned[:, None, None], pictures[:, :, ::-1], pictures)


def _pictures(pictures):
    pictures = checks.array("pictures", pictures, ndim=3)
    if pictures.size == 0:
        raise ValueError(f"pictures must have at least one pixel; got shape {pictures.shape}")
    return pictures
