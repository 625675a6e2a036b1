"""A fair contest of methods: the same problems, budget of gradients, number of trials and seeds for all.

A `Task` is a problem with real data, an `Entry` a method with the range of each setting to tune. `train`
runs many settings or seeds side by side: the first axis of the weights is the run, so a method of
`optimizers` trains all of them in one pass, each on minibatches of its own. `compete` tries settings,
chooses, and runs what it has chosen again on fresh seeds.

The budget is counted in epochs. An epoch is one look at every training row, be it in minibatches
or at once: for L-BFGS each point that its line search asks about, for Newton's method also a
Hessian, which takes p / 2 times the multiplications of a gradient with p weights.
"""

from .entries import ENTRIES, Entry, entries_for, muon_and_adam, trial_settings
from .protocol import Outcome, Runs, chance_of_best, compete, compete_and_average, train
from .tasks import Task, cancer_task, deep_digits_task, diabetes_task, digits_task

__all__ = [
    "ENTRIES",
    "Entry",
    "Outcome",
    "Runs",
    "Task",
    "cancer_task",
    "chance_of_best",
    "compete",
    "compete_and_average",
    "deep_digits_task",
    "diabetes_task",
    "digits_task",
    "entries_for",
    "muon_and_adam",
    "train",
    "trial_settings",
]
