"""The figures of the chapter on blueprint and servicescape."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import blueprint as blueprint_figures

LUNCH = """
phase, lane, step, reliability, fail_safe
1, customer, order at the screen, 0.9, 0.5
1, back, screen sends the order, 0.98,
2, front, call the number, 0.95, 0
"""


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    steps = cases.load("clinic_visit")
    return [
        blueprint_figures.outline(steps, blueprint_figures.FAX),
        blueprint_figures.clinic(
            steps, blueprint_figures.GUARDS, blueprint_figures.FAX, blueprint_figures.MINUTES
        ),
        blueprint_figures.draw(blueprint_figures.read_steps(LUNCH)),
        blueprint_figures.together(),
    ]
