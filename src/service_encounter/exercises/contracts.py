"""Exercise of *Selling the service, not the product*: the gap in rates below which there is no contract."""

from __future__ import annotations

from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import contracts

_FAILING = {"sure": 0.0, "risky": 0.02}
_INVESTMENT, _YEARLY_COST, _YEARS = 10_000.0, 1_500.0, 20
_PROVIDER_RATE, _CONTRACTING_COST = 0.08, 250.0
_TOLERANCE = 0.03
_EXAMPLE = {"sure": 4.0, "risky": 4.0}


def _gap(failing: float, contracting_cost: float = _CONTRACTING_COST) -> float:
    """Smallest gap between the office's rate and the firm's own, in percentage points, nothing being fetched back."""
    bearing_risk = float(contracts.rate_with_failures(_PROVIDER_RATE, failing, 0.0))
    opening = contracts.smallest_discount_gap(_INVESTMENT, bearing_risk, _YEARS, contracting_cost)
    return 100 * (bearing_risk + opening - _PROVIDER_RATE)


def _close(given: float, wanted: float) -> bool:
    return abs(given - wanted) <= _TOLERANCE


def _fault(given: float, failing: float) -> str:
    """What went wrong with the gap when this share of offices fails."""
    wanted = _gap(failing)
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
    if failing and _close(given, _gap(0.0)):
        return "That is the gap for offices that are sure to pay. The firm that bears failures needs more than 8 per cent."
    if failing and _close(given, _gap(failing, 0.0)):
        return "That pays for the failures alone. Put the 250 a year into the firm's floor as well."
    if given < _TOLERANCE:
        return "Without a cost of the contract any gap would do. Put the 250 a year into the firm's floor."
    return "Set the ceiling at the office's rate equal to the firm's floor, the 250 included, and solve for the rate."


@marks("contracts-discount-gap")
def discount_gap(value: object) -> Verdict:
    """Judge the smallest gaps between the two sides' rates at which a contract exists.

    Args:
        value: a mapping from ``sure`` and ``risky``, no office failing or one in fifty a year, to percentage points.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = numbers(value, _EXAMPLE, low=0)
    if _close(given["sure"], _gap(_FAILING["risky"])) and _close(given["risky"], _gap(_FAILING["sure"])):
        return Verdict(
            False, "The two are swapped: where offices fail, the firm needs more, and the gap must be larger."
        )
    for name, failing in _FAILING.items():
        if not _close(given[name], _gap(failing)):
            return Verdict(False, f"Look at `{name}`. {_fault(given[name], failing)}")
    more = _gap(_FAILING["risky"]) - _gap(_FAILING["sure"])
    return Verdict(
        True,
        f"Two failures in a hundred add {more:.2f} points, about what they cost; the firm passes them on, as a bank does.",
    )
