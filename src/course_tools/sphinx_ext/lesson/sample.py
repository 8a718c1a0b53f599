"""The check of the one exercise on the page that shows every directive; students never meet it."""

from __future__ import annotations

import math

from service_encounter.check import Verdict, marks
from service_encounter.models.queueing import littles_law


@marks("directives-inside")
def inside(value: object) -> Verdict:
    """Judge how many customers are inside when twelve an hour stay a quarter of an hour each."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"value must be a number of customers, got {value!r}")
    wanted = float(littles_law(arrival_rate=12.0, mean_time=0.25))
    if math.isclose(value, wanted):
        return Verdict(True, "Arrivals an hour times hours of stay: the hours cancel.")
    if math.isclose(value, 12 * 15):
        return Verdict(False, "Rate and stay must be in the same unit of time. Yours are hours and minutes.")
    return Verdict(False, "Multiply the arrival rate by the mean stay.")
