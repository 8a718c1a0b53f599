"""The figures of the chapter on different customers."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import segments as segment_figures


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    counts = cases.load("weather_channel_by_profile").query("descriptor == 'age'")
    ages = counts.pivot_table(
        index="level", columns="channel", values="respondents", fill_value=0, observed=True
    )
    ways = {"a coin": 0.5, "profile": 0.655, "3 visits": 0.82, "9 visits": 0.89}
    return [
        segment_figures.channels_by_age(ages),
        segment_figures.overlap(),
        segment_figures.break_even(ways, matched=20),
    ]
