"""Live figures: matplotlib figures some of whose artists move with the reader's hand.

Matplotlib already has the word: an artist made with `animated=True` is drawn apart from the
rest. Draw a figure as ever, and write one update function::

    fig, ax = plt.subplots()
    contours(ax, beale)
    path, = ax.plot([], [], "o-", animated=True)

    @live(fig, lr=(0, 0.02, 0.0005), rho=(0, 0.99, 0.01))
    def momentum_on_beale(lr=0.002, rho=0.9):
        '''The path of momentum over the contours of Beale's function.'''
        end = run(momentum(beale.grad, beale.start, lr=lr, rho=rho), 100)
        path.set_data(*end.T)
        return f"After 100 steps f = {beale(end[-1]):.3g}."

The docstring is the text alternative, the defaults say where the controls start, and the
sentence returned states the result in words. In a notebook the kernel computes what the reader
asks for. When a page is published, all positions are computed once, and the page plays them.

One room each: controls (what can be set), updating (the function and its positions), recorder (what
an artist draws, with looks and paths, as a display_list), shapes (wide and narrow), svg (the still
part, and a frame as elements), atlas (all frames, packed), figure (all of it together), page and lab
(where it is shown).
"""

import sys
import types

from .asking import ask
from .controls import choice, log_slider, play, slider, switch
from .figure import LiveFigure
from .publishing import publishing

__all__ = ["LiveFigure", "ask", "choice", "live", "log_slider", "play", "slider", "switch"]


def live(fig, /, *, ask=None, stack=None, **controls):
    """Make a figure live: a decorator for the function that updates its animated artists.

    Each keyword is a control and a parameter of the function: (min, max) or (min, max, step), a
    list or dict of options, True or False, an ipywidgets widget, or one of `slider`,
    `log_slider`, `play`, `choice` and `switch`. The result is shown at once in a notebook.

    `ask`, made by the function of that name, is a question that the figure asks before it moves.
    `stack` says how panels stand on a narrow screen where one under the other does not serve: rows
    of axes from top to bottom, such as `[[ax], [left, right]]`; axes left out are not shown there.

    Raises TypeError or ValueError where a control has no positions or is not a parameter of the
    function, where the function has no docstring, and where the figure's still part would change.
    """

    def decorate(update):
        figure = LiveFigure(fig, update, controls, ask, stack)
        if publishing():
            figure.atlas()  # an error here fails the build; one in a display hook would not
        if _in_notebook():
            figure.show()
        return figure

    return decorate


def _in_notebook():
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return hasattr(shell, "kernel")


class _Callable(types.ModuleType):
    """`optimlib.live` is this package and, called, the decorator: one name for one idea."""

    def __call__(self, fig, /, **given):
        return live(fig, **given)


sys.modules[__name__].__class__ = _Callable
