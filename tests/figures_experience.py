"""The figures of the chapter on staging an experience."""

from __future__ import annotations

from service_encounter.figures import Figure
from service_encounter.figures import experience as experience_figures

LAMP_ROOM = {
    "bell": 4,
    "greeting": 3,
    "menu": 3,
    "lamp": 5,
    "tar": 1,
    "foghorn": 2,
    "chairs": 0,
    "toilets": -2,
    "mop": -3,
    "till": -3,
}


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [
        experience_figures.weakest_cue(),
        experience_figures.bad_minute(),
        experience_figures.audit(LAMP_ROOM),
        experience_figures.admission_fee(),
    ]
