"""Exercise of *Loyalty, word of mouth, value*: year twelve of the High End customers, from seven."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from service_encounter import cases
from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import retention

_SHOWN, _AHEAD = 7, 12
# Rounding to the second decimal is welcome; alpha fitted to one year more is 0.04 away.
_SHAPE_TOLERANCE = 0.01
_FORECAST_TOLERANCE = 0.25


@dataclass(frozen=True)
class _Answer:
    alpha: float
    beta: float
    year_12: float


@cache
def _survivors(segment: str) -> tuple[float, ...]:
    return tuple(cases.load("retention_sbg")[segment].astype(float))


@cache
def _fit(segment: str = "high_end_pct", first: int = 0, last: int = _SHOWN) -> retention.SbgFit:
    return retention.fit_sbg(np.array(_survivors(segment)[first : last + 1]))


def _read(value: object) -> _Answer:
    given = numbers(value, {"alpha": 1.0, "beta": 2.0, "year_12": 25.0})
    for part in ("alpha", "beta"):
        if given[part] <= 0:
            raise ValueError(f"{part} must be above 0, got {given[part]:g}")
    if not 0 <= given["year_12"] <= 100:
        raise ValueError(f"year_12 must be a percentage from 0 to 100, got {given['year_12']:g}")
    return _Answer(**given)


def _shape_fault(given: _Answer) -> str | None:
    """What is wrong with the two parameters; None if they are right."""
    if _same_shape(given, _fit()):
        return None
    if _same_shape(given, _fit(last=_AHEAD)):
        return (
            "That fit has read all twelve years, the one it should foretell among them. "
            "Cut the series after year 7: eight values, with the 100 of year 0."
        )
    if _same_shape(given, _fit(first=1)):
        return "The series began at year 1. The 100 of year 0 belongs to it, or the first renewal is lost."
    if _same_shape(given, _fit("regular_pct")):
        return "Those are the Regular customers, whom the text has done. Take the column `high_end_pct`."
    swapped = _Answer(given.beta, given.alpha, given.year_12)
    if _same_shape(swapped, _fit()):
        return "`alpha` and `beta` have changed places. Alpha goes with leaving: the mean chance is alpha / (alpha + beta)."
    return "Fit the model with `retention.fit_sbg` to the column `high_end_pct`, years 0 to 7, and read alpha and beta off it."


def _same_shape(given: _Answer, fit: retention.SbgFit) -> bool:
    return math.isclose(given.alpha, fit.alpha, abs_tol=_SHAPE_TOLERANCE) and math.isclose(
        given.beta, fit.beta, rel_tol=_SHAPE_TOLERANCE
    )


def _forecast_fault(year_12: float) -> str:
    """Why a forecast from the right parameters is off."""
    shown = np.array(_survivors("high_end_pct")[: _SHOWN + 1])
    survival = 100 * _fit().survival(_AHEAD + 1)
    known = {
        100 * retention.endpoint_retention_rate(shown) ** _AHEAD: (
            "That is one rate for all, drawn through year 7. It forgets that those who are left are the ones "
            "who seldom leave."
        ),
        100 * retention.likelihood_retention_rate(shown) ** _AHEAD: (
            "That is one rate for all, the most likely one. It forgets that those who are left are the ones "
            "who seldom leave."
        ),
        float(
            survival[_AHEAD - 2]
        ): "That is year 11: `survival(12)` begins with year 1, so its last entry is year 12.",
        float(
            survival[_AHEAD]
        ): "That is year 13: `survival(12)` begins with year 1, so its last entry is year 12.",
        float(survival[_AHEAD - 1]) / 100: "That is the share. The question asks for per cent.",
        _survivors("high_end_pct")[_AHEAD]: (
            "That is what happened. A forecast does not look; leave the number that the model gives from seven years."
        ),
    }
    nearest = min(known, key=lambda wrong: abs(year_12 - wrong))
    if math.isclose(year_12, nearest, abs_tol=_FORECAST_TOLERANCE if nearest > 1 else 0.01):
        return f"The two parameters are right. {known[nearest]}"
    return (
        "The two parameters are right. Multiply the twelve retention rates, "
        "(beta + t - 1) / (alpha + beta + t - 1) for t = 1 to 12, or ask the fit for `survival(12)`."
    )


@marks("loyalty-year-twelve")
def year_twelve(value: object) -> Verdict:
    """Judge a forecast of the High End customers' twelfth year from their first seven.

    Args:
        value: a mapping with ``alpha`` and ``beta`` of the sBG model, and ``year_12``, per cent left.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = _read(value)
    fault = _shape_fault(given)
    if fault:
        return Verdict(False, fault)
    survivors = _survivors("high_end_pct")
    fit = _fit()
    ahead = 100 * fit.survival(_AHEAD)
    # To start from the count of year 7 instead of the fitted one is as good a reading.
    from_count = survivors[_SHOWN] * ahead[_AHEAD - 1] / ahead[_SHOWN - 1]
    if not any(
        math.isclose(given.year_12, right, abs_tol=_FORECAST_TOLERANCE) for right in (ahead[-1], from_count)
    ):
        return Verdict(False, _forecast_fault(given.year_12))
    happened = survivors[_AHEAD]
    constant = 100 * retention.endpoint_retention_rate(np.array(survivors[: _SHOWN + 1])) ** _AHEAD
    return Verdict(
        True,
        f"You said {given.year_12:.1f} per cent, and {happened:.1f} were still there: {happened - given.year_12:.1f} "
        f"points short, five years ahead. One rate for all, drawn through year 7, would have said {constant:.1f}.",
    )
