"""The figure of the capstone."""

from __future__ import annotations

from service_encounter.figures import Figure
from service_encounter.figures import capstone as capstone_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [capstone_figures.simulator(), capstone_figures.towns()]
