"""Exercise of *Staging an experience*: where to put the bad minute, and what a farewell can mend."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import experience

_MINUTES = (1.0, 2.0, 4.0, 1.0, 3.0)
_BAD = -3.0
_WEIGHTS = (0.3, 0.2)
_CLOSE = 0.011
_EXAMPLE = {"worst_place": 0, "loss": 1.0, "mean_loss": 1.0, "farewell": 1.0}


@cache
def _wanted() -> dict[str, float]:
    """The worst place, what it costs in memory and in the mean, and the farewell that makes up for it."""
    places = experience.place_bad_minute(_MINUTES, _BAD, *_WEIGHTS)
    best, worst = places["remembered"].max(), places["remembered"].min()
    # Memory rises in a straight line with the farewell while it stays below the peak, so two points fix it.
    low, high = (
        experience.remembered_path([*_MINUTES, _BAD, farewell], *_WEIGHTS) for farewell in (0.0, 1.0)
    )
    return {
        "worst_place": float(places["place"].iloc[places["remembered"].to_numpy().argmin()]),
        "loss": best - worst,
        "mean_loss": float(places["mean"].max() - places["mean"].min()),
        "farewell": (best - low) / (high - low),
    }


def _close(given: float, wanted: float) -> bool:
    return math.isclose(given, wanted, abs_tol=_CLOSE)


def _place_fault(given: Mapping[str, float], wanted: Mapping[str, float]) -> str | None:
    if _close(given["worst_place"], wanted["worst_place"]):
        return None
    if _close(given["worst_place"], wanted["worst_place"] + 1):
        return "You counted from 1. Place 0 is before the first minute, so after the last of five is place 5."
    if _close(given["worst_place"], 2) or _close(given["worst_place"], 3):
        return "Beside the peak? The rule asks which rating is furthest from 0, not what stands next to it."
    return "Work the rule out for every place: the peak and the mean stay the same, so look at the end."


def _loss_fault(given: Mapping[str, float], wanted: Mapping[str, float]) -> str | None:
    if not _close(given["mean_loss"], wanted["mean_loss"]):
        return "The mean is over the same six ratings in whatever order. How much can it change?"
    if _close(given["loss"], wanted["loss"]):
        return None
    if _close(given["loss"], -wanted["loss"]):
        return "Right size, wrong sign: a loss is best minus worst."
    if _close(given["loss"], _MINUTES[-1] - _BAD):
        return "That is by how much the end differs. In memory it counts with its weight, 0.2."
    if _close(given["loss"], 0.2 * -_BAD):
        return "The last good minute was a 3, so the end falls by more than the bad minute's own 3 points."
    return "The loss is 0.2, the weight of the end, times the fall of the last rating."


def _farewell_fault(given: Mapping[str, float], wanted: Mapping[str, float]) -> str | None:
    if _close(given["farewell"], wanted["farewell"]):
        return None
    if _close(given["farewell"], _MINUTES[-1]):
        return (
            "You set the farewell to the old end, 3. It joins the mean as well, where it is above average: "
            "a little less will do."
        )
    if _close(given["farewell"], _fixed_mean_farewell()):
        return "You divided the sum by 6. With the farewell there are seven ratings in the mean."
    return (
        "Write g for the farewell. The peak is still 4, the end is g, and the mean is (8 + g) / 7. "
        "Set the whole equal to the best memory without a farewell."
    )


def _fixed_mean_farewell() -> float:
    """What comes out when the seven ratings are divided by six."""
    total, count = sum(_MINUTES) + _BAD, len(_MINUTES) + 1
    peak_weight, end_weight = _WEIGHTS
    mean_weight = 1 - peak_weight - end_weight
    best = experience.place_bad_minute(_MINUTES, _BAD, *_WEIGHTS)["remembered"].max()
    rest = best - peak_weight * max(_MINUTES) - mean_weight * total / count
    return float(rest / (end_weight + mean_weight / count))


@marks("experience-bad-minute")
def bad_minute(value: object) -> Verdict:
    """Judge where the bad minute hurts memory most, what it costs, and the farewell that makes up for it.

    Args:
        value: a mapping with ``worst_place`` (0 before the first minute, 5 after the last),
            ``loss`` and ``mean_loss`` in points, and ``farewell``, a rating.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given, wanted = numbers(value, _EXAMPLE), _wanted()
    fault = _place_fault(given, wanted) or _loss_fault(given, wanted) or _farewell_fault(given, wanted)
    if fault:
        return Verdict(False, fault)
    return Verdict(
        True,
        "Order alone moves the memory, and not the hour. A farewell a shade below the old end is enough, and it "
        "has lengthened the visit without taking a second of the bad minute away.",
    )
