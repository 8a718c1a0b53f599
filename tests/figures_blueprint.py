"""The figures of the chapter on blueprint and servicescape."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import blueprint as blueprint_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    steps = cases.load("clinic_visit")
    return [
        blueprint_figures.outline(steps, blueprint_figures.FAX),
        blueprint_figures.clinic(
            steps, blueprint_figures.GUARDS, blueprint_figures.FAX, blueprint_figures.MINUTES
        ),
        blueprint_figures.draw(steps),
        blueprint_figures.together(),
    ]
