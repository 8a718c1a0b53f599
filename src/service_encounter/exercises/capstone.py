"""Exercise of *Design and defend a journey*: how able must the customers be?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from service_encounter.check import Verdict, marks
from service_encounter.figures.capstone import as_it_stands
from service_encounter.models.journey import MARKETS, Journey, Plan, simulate_journey

_CASE = "guidance centre"
_TOLERANCE = 0.02
_LEAST, _MOST = 0.3, 1.5


def form_at_home() -> Plan:
    """The chapter's plan for the guidance centre: four staff, and six tenths of the job done at home."""
    return replace(as_it_stands(_CASE), servers=4, participation=0.6)


def _run(ability: float) -> Journey:
    return simulate_journey(form_at_home(), replace(MARKETS[_CASE], ability=ability))


@cache
def _stands() -> Journey:
    return simulate_journey(as_it_stands(_CASE), MARKETS[_CASE])


def _crossing(gain: Callable[[float], float]) -> float:
    """The ability at which a gain that rises with it is nothing, by halving."""
    low, high = _LEAST, _MOST
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (low, middle) if gain(middle) > 0 else (middle, high)
    return (low + high) / 2


@cache
def _needed() -> float:
    return _crossing(lambda ability: _run(ability).customer_welfare - _stands().customer_welfare)


@cache
def _slips() -> dict[float, str]:
    """Answers that come of a known mistake, and what to say of each."""
    return {
        _crossing(lambda ability: _run(ability).customer_welfare): (
            "There customers gain nothing from the centre at all, which is a poor aim. Compare with what they "
            "have *today*, under the plan that stands."
        ),
        1 / _needed(): "That is how many times as long they may take. Ability is the inverse, 1 for staff.",
        100 * _needed(): "That is in per cent. Ability counts from 1, that of staff.",
    }


@marks("design-a-journey-ability")
def ability(value: object) -> Verdict:
    """Judge the ability at which customers are as well off with the form at home as they are today.

    Args:
        value: the ability, 1 being that of staff.

    Raises:
        TypeError, ValueError: if it is not a number above 0.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"value must be a number such as 0.9, got {value!r}")
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"ability must be a number above 0, got {value:g}")
    needed = _needed()
    if abs(value - needed) <= _TOLERANCE:
        return Verdict(
            True,
            f"About {needed:.2f}. A customer who needs {60 * (1 / needed - 1):.0f} minutes in the hour longer than "
            "staff would is already no better off, and the firm's gain has hardly moved.",
        )
    for slip, message in _slips().items():
        if abs(value - slip) <= _TOLERANCE:
            return Verdict(False, message)
    if abs(value - 1) <= _TOLERANCE:
        return Verdict(
            False, "That is the ability the case assumes. At 1 customers gain; how far may it fall?"
        )
    if value > needed:
        return Verdict(
            False,
            "At that ability customers still gain over the plan that stands. Lower it until the gain is nothing.",
        )
    return Verdict(False, "At that ability customers lose against the plan that stands. Raise it.")
