"""Exercise of *Selling the service, not the product*: the gap in rates below which there is no contract."""

from __future__ import annotations

import math
from collections.abc import Mapping

from service_encounter.check import Verdict, marks
from service_encounter.models import contracts

_LENGTHS = {"twenty": 20, "fifty": 50}
_INVESTMENT, _YEARLY_COST = 10_000.0, 1_500.0
_PROVIDER_RATE, _CONTRACTING_COST = 0.08, 250.0
_TOLERANCE = 0.03


def _gap(years: float, contracting_cost: float = _CONTRACTING_COST) -> float:
    """Smallest gap between the rates, in percentage points."""
    return 100 * contracts.smallest_discount_gap(_INVESTMENT, _PROVIDER_RATE, years, contracting_cost)


def _close(given: float, wanted: float) -> bool:
    return abs(given - wanted) <= _TOLERANCE


def _read(value: object) -> dict[str, float]:
    if not isinstance(value, Mapping) or set(value) != set(_LENGTHS):
        raise TypeError(
            "value must map 'twenty' and 'fifty' to a gap in percentage points, "
            f"such as {{'twenty': 4.0, 'fifty': 4.0}}, got {value!r}"
        )
    try:
        given = {name: float(value[name]) for name in _LENGTHS}
    except (TypeError, ValueError):
        raise TypeError(f"value must hold one number for each of twenty and fifty, got {value!r}") from None
    if not all(math.isfinite(number) and number >= 0 for number in given.values()):
        raise ValueError(f"value must hold finite numbers, none below zero, got {given!r}")
    return given


def _fault(given: float, years: int) -> str:
    """What went wrong with the gap for a contract of this length."""
    wanted = _gap(years)
    provider = 100 * _PROVIDER_RATE
    if _close(100 * given, wanted):
        return "That is a fraction. The exercise asks for percentage points: two points are 2, not 0.02."
    if _close(given, provider + wanted):
        return f"That is the office's rate. The gap is what lies between it and the firm's {provider:.0f} per cent."
    if _close(given, 100 * _CONTRACTING_COST / _INVESTMENT):
        return (
            "That is the contract's cost over the price of the machines, the answer for machines that last "
            "for ever. Machines that wear out must be paid back too, and that dulls the rate: it takes more."
        )
    shortcut = 100 * (_YEARLY_COST + _CONTRACTING_COST) / _INVESTMENT
    if _close(given, shortcut):
        return (
            "You charged the office for operation and upkeep as well. Both sides of the comparison bear those "
            "1,500 a year, so they drop out."
        )
    if given < _TOLERANCE:
        return "Without a cost of the contract any gap would do. Put the 250 a year into the firm's floor."
    return "Set the ceiling at the office's rate equal to the firm's floor, the 250 included, and solve for the rate."


@marks("contracts-discount-gap")
def discount_gap(value: object) -> Verdict:
    """Judge the smallest gaps between the two sides' rates at which a contract exists.

    Args:
        value: a mapping from ``twenty`` and ``fifty``, the years, to percentage points.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = _read(value)
    if _close(given["twenty"], _gap(50)) and _close(given["fifty"], _gap(20)):
        return Verdict(
            False,
            "The two are swapped: the longer the machines are paid off, the smaller the gap that will do.",
        )
    for name, years in _LENGTHS.items():
        if not _close(given[name], _gap(years)):
            return Verdict(False, f"Look at `{name}`. {_fault(given[name], years)}")
    forever = 100 * _CONTRACTING_COST / _INVESTMENT
    return Verdict(
        True,
        f"Thirty more years lower the hurdle by {_gap(20) - _gap(50):.2f} points, and no length brings it below "
        f"{forever:.1f}, the contract's cost over the price of the machines.",
    )
