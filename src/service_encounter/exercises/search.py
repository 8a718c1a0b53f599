"""Exercise of *Searching under uncertainty*: how often the better record wins the next month."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from service_encounter import cases
from service_encounter.check import Verdict, marks
from service_encounter.models.search import compare_forecasts

_TOLERANCE = 0.1


@cache
def _forecasts(trials: str) -> pd.DataFrame:
    """Each carrier's month with its record before, of flights that arrived or of flights planned."""
    flights = cases.load("carrier_punctuality")
    arrived = flights["flights"] - flights["cancelled"] - flights["no_arrival"]
    counts = flights.assign(arrived=arrived, on_time=arrived - flights["late_15"])
    return compare_forecasts(counts, unit="carrier", period="month", successes="on_time", trials=trials)


def _won(forecasts: pd.DataFrame, record: str, *, ties: bool = False) -> float:
    """Of a hundred pairs of carriers in a month, those in which the better ``record`` was more punctual."""
    pairs = forecasts.merge(forecasts, on="period", suffixes=("", "_other")).query("unit < unit_other")
    signs = (pairs[record] - pairs[f"{record}_other"]) * (pairs["actual"] - pairs["actual_other"])
    count = len(signs) if ties else int((signs != 0).sum())
    return 100 * float((signs > 0).sum()) / count


def _with_the_month_itself(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Records that already hold the month they are asked to foretell."""
    flights = cases.load("carrier_punctuality").sort_values("month")
    flights["arrived"] = flights["flights"] - flights["cancelled"] - flights["no_arrival"]
    flights["on_time"] = flights["arrived"] - flights["late_15"]
    sums = flights.groupby("carrier")[["on_time", "arrived"]].cumsum()
    leaked = flights.assign(leaked=sums["on_time"] / sums["arrived"])[["carrier", "month", "leaked"]]
    return forecasts.merge(leaked, left_on=["unit", "period"], right_on=["carrier", "month"])


def _last_month(forecasts: pd.DataFrame) -> pd.DataFrame:
    """The month before as the whole record."""
    flights = cases.load("carrier_punctuality")
    arrived = flights["flights"] - flights["cancelled"] - flights["no_arrival"]
    before = flights.assign(last=1 - flights["late_15"] / arrived, month=flights["month"] + 1)
    return forecasts.merge(
        before[["carrier", "month", "last"]], left_on=["unit", "period"], right_on=["carrier", "month"]
    )


def _read(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"value must be one number, the pairs of a hundred, got {value!r}")
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"value must be a finite number, got {number:g}")
    return number


@marks("search-better-record")
def better_record(value: object) -> Verdict:
    """Judge in how many of a hundred pairs the carrier with the better record had the better month.

    Args:
        value: pairs of a hundred.

    Raises:
        TypeError, ValueError: if it is not one finite number.
    """
    given = _read(value)
    arrived = _forecasts("arrived")
    right = _won(arrived, "own")

    def near(wanted: float) -> bool:
        return abs(given - wanted) <= _TOLERANCE

    if near(right):
        return Verdict(
            True,
            f"The better record wins {right:.1f} of 100 pairs, though it hardly improves the forecast of any "
            "one month: the sky moves all carriers at once, and leaves their order much as it was.",
        )
    if 0 < given <= 1 and abs(100 * given - right) <= _TOLERANCE:
        return Verdict(False, "Right, but as a share from 0 to 1. The exercise asks for pairs of a hundred.")
    if near(100 - right):
        return Verdict(
            False,
            "That counts the pairs in which the better record *lost*. Two differences with the same sign "
            "have a product above zero.",
        )
    if near(_won(_with_the_month_itself(arrived), "leaked")):
        return Verdict(
            False,
            "Too good: your record already holds the month it should foretell. Use `own`, which stops the "
            "month before.",
        )
    if near(_won(_last_month(arrived), "last")):
        return Verdict(
            False,
            "That is the record of the month before alone. `own` holds every month so far, weighted by "
            "flights.",
        )
    if near(_won(arrived, "shrunk")):
        return Verdict(
            False,
            "You ranked by `shrunk`. Pulling small records in changes their order a little; the exercise "
            "asks for `own`.",
        )
    if near(_won(_forecasts("flights"), "own")):
        return Verdict(
            False,
            "You divided by planned flights, so that a cancellation counts as a failure. A fair measure, "
            "and it gives the record more credit, but the exercise asks for flights that arrived.",
        )
    if near(_across_months(arrived)):
        return Verdict(
            False,
            "You paired carriers of different months. Both must fly under the same sky: join on `period`.",
        )
    if not 0 <= given <= 100:
        return Verdict(False, f"{given:g} cannot be pairs of a hundred: it must lie between 0 and 100.")
    return Verdict(
        False,
        "Pair the carriers within each month, each pair once, and count those in which `own` and `actual` "
        "differ in the same direction.",
    )


def _across_months(forecasts: pd.DataFrame) -> float:
    """The same count when rows of different months are paired, too."""
    own, actual = forecasts["own"].to_numpy(), forecasts["actual"].to_numpy()
    first, second = np.triu_indices(len(forecasts), k=1)
    signs = (own[first] - own[second]) * (actual[first] - actual[second])
    return 100 * float((signs > 0).sum()) / int((signs != 0).sum())
