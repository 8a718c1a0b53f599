"""The figures of the chapter on one journey, three acts and a loop."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import loop as loop_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [loop_figures.cafe_loop(cases.load("campus_cafe")), loop_figures.satisfaction_loop()]
