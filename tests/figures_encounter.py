"""The figures of the chapter on moments of truth."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import encounter as encounter_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    accounts = cases.load("incident_accounts")
    return [
        encounter_figures.contact_scale(),
        encounter_figures.agreement(list(accounts["coder_1"]), list(accounts["coder_2"])),
        encounter_figures.deals(cases.load("tip_joke"), seed=2002),
    ]
