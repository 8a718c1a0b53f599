"""The figures of the chapter on loyalty, word of mouth and value."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import retention as retention_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    regular = cases.load("retention_sbg")["regular_pct"]
    return [
        retention_figures.one_curve(regular),
        retention_figures.year_twelve(regular),
        retention_figures.league(),
    ]
