"""The figures of the chapter on staging an experience."""

from __future__ import annotations

from service_encounter.figures import Figure
from service_encounter.figures import experience as experience_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [
        experience_figures.weakest_cue(),
        experience_figures.bad_minute(),
        experience_figures.admission_fee(),
    ]
