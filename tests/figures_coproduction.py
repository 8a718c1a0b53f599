"""The figures of the chapter on the customer as co-producer."""

from __future__ import annotations

from service_encounter.exercises.coproduction import passengers
from service_encounter.figures import Figure
from service_encounter.figures import coproduction as coproduction_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    job = {"staff": 3.6, "passenger": 1.2}
    failure = {"staff": 3.0, "passenger": 2.0, "behind": 1.0}
    return [
        coproduction_figures.task_share(job, failure, minute=0.2, hardness=0.04, steepness=3),
        coproduction_figures.kiosk_users(
            list(passengers()), {"job": 6, "failure": 10}, share=0.8, hardness=0.04, steepness=3
        ),
        coproduction_figures.check_in_bill(
            list(passengers()),
            {"job": 6, "failure": 10, "repair": 5},
            {"staff": 0.6, "passenger": 0.2, "kiosk": 0.25},
            share=0.8,
            hardness=0.04,
            steepness=3,
        ),
    ]
