"""The figures of the chapter on the other customers."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import compatibility as compatibility_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    survey = cases.load("fellow_passenger_reclining")
    return [
        compatibility_figures.clash_area(survey),
        compatibility_figures.crowd(),
        compatibility_figures.tools(survey),
    ]
