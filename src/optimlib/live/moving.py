"""Which artists of a figure move, and which colours stand on a colour of their own."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgba
from matplotlib.contour import ContourSet
from matplotlib.image import AxesImage
from matplotlib.text import Text


def artists(fig):
    """The animated artists in the order in which matplotlib draws them.

    Raises ValueError, by name, where an animated artist stands where it cannot be recorded.
    """
    every = sorted(all_axes(fig), key=lambda ax: ax.get_zorder())
    groups = [*(_drawn(ax) for ax in every), fig.get_children()]
    animated = ([artist for artist in group if artist.get_animated()] for group in groups)
    found = [artist for group in animated for artist in sorted(group, key=lambda a: a.get_zorder())]
    parts = {part for artist in found for part in artist.findobj()}
    for artist in fig.findobj(lambda artist: artist.get_animated()):
        if artist not in parts or isinstance(artist, Axes):
            raise ValueError(
                f"a live figure cannot move this {type(artist).__name__}, {artist}: "
                "artists of axes, of their insets and of the figure itself can move, but no whole axes"
            )
    return found


def all_axes(fig):
    """The axes of a figure and, after each, those inset in it."""

    def with_insets(ax):
        return [ax, *(inner for child in ax.child_axes for inner in with_insets(child))]

    return list(dict.fromkeys(inner for ax in fig.axes for inner in with_insets(ax)))


def _drawn(ax):
    return [artist for artist in ax.get_children() if artist not in ax.child_axes]


def stands_on_colour(artist):
    """Whether an artist is drawn over a picture, or a text over a coloured patch.

    Elsewhere black follows the page's text colour; here it must not.
    """
    ax = artist.axes
    if not isinstance(ax, Axes) or artist not in [*ax.lines, *ax.patches, *ax.collections, *ax.texts]:
        return False
    pictured = any(isinstance(child, AxesImage | QuadMesh) for child in [*ax.images, *ax.collections])
    if not isinstance(artist, Text):
        return pictured and not isinstance(artist, QuadMesh)
    place = artist.get_transform().transform(artist.get_unitless_position())
    if pictured and ax.get_window_extent().contains(*place):
        return True
    return any(_is_coloured(patch) and patch.get_window_extent().contains(*place) for patch in ax.patches)


def is_crisp(artist):
    """Whether an artist is drawn without antialiasing, so that neighbours leave no light seam between them.

    The bands of filled contours are not antialiased either, but slanted: they stay smooth.
    """
    if isinstance(artist, QuadMesh):
        return not artist._antialiased  # what its getter says is of other collections
    smooth = getattr(artist, "get_antialiased", lambda: True)()
    return not np.any(smooth) and not isinstance(artist, ContourSet | Text)


def _is_coloured(patch):
    red, green, blue, alpha = to_rgba(patch.get_facecolor())
    return patch.get_visible() and alpha > 0.5 and not red == green == blue
