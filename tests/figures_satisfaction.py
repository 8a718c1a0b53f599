"""The figures of the chapter on expectations, satisfaction and quality."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import satisfaction as satisfaction_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [
        satisfaction_figures.moving_zone(),
        satisfaction_figures.two_scores(cases.load("expectation_survey")),
        satisfaction_figures.one_delight(),
        satisfaction_figures.ratings(cases.load("patient_experience")),
    ]
