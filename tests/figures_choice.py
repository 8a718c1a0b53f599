"""The figures of the chapter on the short list and the choice."""

from __future__ import annotations

from functools import cache

from service_encounter import cases, widgets
from service_encounter.figures import Figure
from service_encounter.figures import choice as choice_figures
from service_encounter.models import choice


@cache
def travel_fit() -> choice.LogitFit:
    """The logit of the chapter on choice."""
    covariates = ["gc", "ttme", "air", "hinc:air", "train", "bus"]
    return choice.fit_logit(cases.load("travel_mode"), "individual", "mode", "choice", covariates)


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    population = {"air": 0.14, "train": 0.13, "bus": 0.09, "car": 0.64}
    return [
        choice_figures.set_size(),
        choice_figures.mode_shares(travel_fit(), population),
        choice_figures.copies(),
        widgets.spread(widgets.recorded(), travel_fit()),
    ]
