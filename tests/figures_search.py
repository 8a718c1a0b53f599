"""The figures of the chapter on searching under uncertainty."""

from __future__ import annotations

from functools import cache

import pandas as pd

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import search as search_figures
from service_encounter.models import search


@cache
def forecasts() -> pd.DataFrame:
    """Each carrier's month, forecast from the months before."""
    flights = cases.load("carrier_punctuality")
    arrived = flights["flights"] - flights["cancelled"] - flights["no_arrival"]
    counts = flights.assign(arrived=arrived, on_time=arrived - flights["late_15"])
    return search.compare_forecasts(
        counts, unit="carrier", period="month", successes="on_time", trials="arrived"
    )


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    names = cases.load("carrier_punctuality").set_index("carrier")["carrier_name"].to_dict()
    return [
        search_figures.stopping_price(),
        search_figures.two_shops(),
        search_figures.record_and_month(forecasts(), names),
    ]
