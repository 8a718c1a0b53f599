"""Exercise of *The customer as co-producer, not as god*: where a kiosk stops paying, and in whose books."""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import coproduction

_SHARE = 0.8
_HARDNESS, _STEEPNESS = 0.04, 3.0
_STAFF, _EFFORT = 3.6, 1.2
_FAILURE = {"staff": 3.0, "passenger": 2.0, "behind": 5.0}
_SPREAD = 0.5
_TOLERANCE = 0.01
_EXAMPLE = {"everyone": 1.0, "airline": 1.0, "between": 50}


def passengers() -> npt.NDArray[np.float64]:
    """Abilities of the chapter's hundred invented passengers, the least able first.

    Returns:
        A hundred evenly spaced quantiles of a log-normal distribution whose mean is 1, as able as staff.
    """
    logarithms = NormalDist(-(_SPREAD**2) / 2, _SPREAD)
    return np.exp([logarithms.inv_cdf((rank + 0.5) / 100) for rank in range(100)])


def _break_even(effort: float, failure: float, share: float = _SHARE) -> float:
    """Ability at which a kiosk that hands over a share costs as much as the desk."""
    failures = coproduction.expected_failure_cost(share, 1, failure, _HARDNESS, _STEEPNESS)
    return float((effort * share + failures) / (_STAFF * share))


@cache
def _wanted() -> dict[str, float]:
    everyone = _break_even(_EFFORT, sum(_FAILURE.values()))
    airline = _break_even(0, _FAILURE["staff"])
    able = passengers()
    return {
        "everyone": everyone,
        "airline": airline,
        "between": int(np.sum((able >= airline) & (able < everyone))),
    }


def _close(given: float, wanted: float) -> bool:
    return math.isclose(given, wanted, rel_tol=_TOLERANCE)


def _everyone_fault(given: float) -> str:
    """What went wrong with the ability at which the kiosk stops paying for everyone together."""
    whole = sum(_FAILURE.values())
    first = coproduction.ability_threshold(_STAFF, _EFFORT, whole, _HARDNESS)
    known = {
        float(first): (
            "That is where the first, easiest task stops paying. This kiosk hands over 80 per cent of the job "
            "at once, hard tasks included."
        ),
        _break_even(_EFFORT, whole, 1.0): (
            "That is for a kiosk that hands over the whole job. This one leaves the last fifth with staff."
        ),
        _break_even(_EFFORT, whole - _FAILURE["behind"]): (
            "You counted the agent and the passenger. Five people behind wait through each failure as well."
        ),
        _break_even(0, whole): "You counted the failures and left out the passenger's own work.",
        1 / _wanted()["everyone"]: (
            "That is one over the ability: how many times as long the passenger takes as the agent."
        ),
    }
    for wrong, message in known.items():
        if _close(given, wrong):
            return message
    return (
        "Look at `everyone`: set the full cost at a share of 0.8 equal to the cost of staff doing the whole job, "
        "and solve for the ability."
    )


def _airline_fault(given: float) -> str:
    """What went wrong with the ability at which the kiosk stops paying in the airline's books."""
    if _close(given, _break_even(0, sum(_FAILURE.values()))):
        return (
            "The airline's books hold no passenger's minutes: of a failure they show the agent's three dollars "
            "and nothing else."
        )
    if _close(given, _break_even(_EFFORT, _FAILURE["staff"])):
        return "You left the passenger's work in. The airline does not pay for it."
    return "Look at `airline`: only wages count there, for the last fifth of the job and for each failure."


@marks("co-production-kiosk-stops-paying")
def kiosk_stops_paying(value: object) -> Verdict:
    """Judge the abilities at which a kiosk stops paying, and how many passengers lie between them.

    Args:
        value: a mapping with ``everyone`` and ``airline``, abilities, and ``between``, passengers of a
            hundred.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given, wanted = numbers(value, _EXAMPLE, low=0), _wanted()
    if _close(given["everyone"], wanted["airline"]) and _close(given["airline"], wanted["everyone"]):
        return Verdict(False, "The two books are swapped: whoever pays for less keeps the kiosk for longer.")
    if not _close(given["everyone"], wanted["everyone"]):
        return Verdict(False, _everyone_fault(given["everyone"]))
    if not _close(given["airline"], wanted["airline"]):
        return Verdict(False, _airline_fault(given["airline"]))
    if round(given["between"]) != wanted["between"]:
        return Verdict(
            False,
            "Both abilities are right. Count the passengers who are at least as able as the lower and less "
            "able than the higher.",
        )
    if_standing_counts = wanted["everyone"] * _STAFF / (_STAFF + _EFFORT)
    fewer = int(np.sum((passengers() >= wanted["airline"]) & (passengers() < if_standing_counts)))
    return Verdict(
        True,
        f"For {wanted['between']:.0f} passengers in a hundred the kiosk pays the airline and costs more than it "
        "saves, and the airline's accounts do not show them. Count standing at the desk like work, and the "
        f"first ability falls to {if_standing_counts:.2f}: {fewer} passengers are left between the books.",
    )
