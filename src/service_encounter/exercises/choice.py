"""Exercise of *The short list and the choice*: ten dollars off the train."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from service_encounter import cases
from service_encounter.check import Verdict, marks
from service_encounter.models.choice import LogitFit, fit_logit

_COVARIATES = ("gc", "ttme", "air", "hinc:air", "train", "bus")
_POPULATION = {"air": 0.14, "train": 0.13, "bus": 0.09, "car": 0.64}
_DISCOUNT = 10
_MODES = tuple(_POPULATION)
_TOLERANCE = 0.05


def _changes(fit: LogitFit, weights: Mapping[object, float] | None = None) -> dict[str, float]:
    """Change of each mode's share, in percentage points, when the train's price falls by the discount."""
    cheaper = fit.frame.assign(gc=fit.frame["gc"] - _DISCOUNT * (fit.frame["mode"] == "train"))
    change = 100 * (fit.shares(cheaper, weights) - fit.shares(weights=weights))
    return {mode: float(change[mode]) for mode in _MODES}


def _agree(given: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return all(abs(given[mode] - wanted[mode]) <= _TOLERANCE for mode in _MODES)


def _read(value: object) -> dict[str, float]:
    try:
        pairs: Any = value
        given = {str(mode): float(change) for mode, change in dict(pairs).items()}
    except (TypeError, ValueError):
        raise TypeError(
            f"value must map each mode to its change in percentage points, got {value!r}"
        ) from None
    if set(given) != set(_MODES) or not all(math.isfinite(change) for change in given.values()):
        raise ValueError(f"value must give one finite number for each of {', '.join(_MODES)}, got {given!r}")
    return given


@marks("choice-train-price")
def train_price(value: object) -> Verdict:
    """Judge the change of the four shares when $10 come off the train's price.

    Args:
        value: a mapping or series from mode to change, in percentage points.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = _read(value)
    sample = fit_logit(cases.load("travel_mode"), "individual", "mode", "choice", list(_COVARIATES))
    population = sample.for_population(_POPULATION)
    wanted = _changes(population, sample.population_weights(_POPULATION))
    if _agree(given, wanted):
        return Verdict(
            True, "Most of what the train gains comes from the car, as it must where most people drive."
        )
    if _agree({mode: 100 * change for mode, change in given.items()}, wanted):
        return Verdict(
            False, "Your numbers are shares, from 0 to 1. The exercise asks for percentage points."
        )
    if _agree({mode: -change for mode, change in given.items()}, wanted):
        return Verdict(
            False, "The signs are turned round: give the share after the discount less the share before."
        )
    if _agree(given, _changes(sample)):
        return Verdict(
            False,
            "That is the change in the sample, and the sample was drawn by choice: drivers are far rarer "
            "in it than on the road. Correct the constants with `for_population` and weight the travellers.",
        )
    if _agree(given, _changes(population)):
        return Verdict(
            False,
            "The constants are corrected, the travellers are not: each still counts alike. "
            "Pass `population_weights` to `shares`.",
        )
    if abs(sum(given.values())) > _TOLERANCE:
        total = sum(given.values())
        return Verdict(
            False, f"The changes add up to {total:.1f} points. Shares sum to one, so changes sum to zero."
        )
    if given["train"] < 0:
        return Verdict(
            False, "A lower price makes the train more attractive. Look at the sign of the change in `gc`."
        )
    return Verdict(
        False, "Change `gc` by 10 in the rows of the train alone, and leave all the rest as it is."
    )
