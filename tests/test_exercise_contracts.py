"""The exercise of *Selling the service, not the product*: the right answer, and every mistake it knows."""

from __future__ import annotations

import pytest
from scipy.optimize import brentq

from service_encounter import check
from service_encounter.models import contracts

ID = "contracts-discount-gap"


def gap(failing: float, cost: float = 250) -> float:
    """The gap in points, by search on the corridor's width and not by the check's function."""
    bearing_risk = 1.08 / (1 - failing) - 1

    def width(customer: float) -> float:
        return contracts.fee_corridor(10_000, 1_500, bearing_risk, customer, 20, cost).width

    return 100 * (brentq(width, 0.0801, 0.5) - 0.08)


RIGHT = {"sure": gap(0), "risky": gap(0.02)}


def test_the_right_answer() -> None:
    assert check.exercise(ID, RIGHT).right
    assert check.exercise(ID, {name: round(value, 2) for name, value in RIGHT.items()}).right


def test_interpolation_by_hand_is_near_enough() -> None:
    yearly = {percent: 10_000 / contracts.annuity_factor(percent / 100, 20) for percent in range(6, 17)}
    firm = {"sure": yearly[8], "risky": 0.8 * yearly[10] + 0.2 * yearly[11]}
    by_hand = {}
    for name, share in firm.items():
        needed = share + 250
        low = max(percent for percent in yearly if yearly[percent] <= needed)
        by_hand[name] = low - 8 + (needed - yearly[low]) / (yearly[low + 1] - yearly[low])
    assert check.exercise(ID, by_hand).right


def test_praise_says_what_failures_add() -> None:
    assert f"add {RIGHT['risky'] - RIGHT['sure']:.2f} points" in check.exercise(ID, RIGHT).message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sure": RIGHT["risky"], "risky": RIGHT["sure"]}, "swapped"),
        ({"sure": RIGHT["sure"] / 100}, "fraction"),
        ({"risky": 8 + RIGHT["risky"]}, "the office's rate"),
        ({"sure": 2.5}, "last for ever"),
        ({"sure": 17.5}, "drop out"),
        ({"sure": 0.0}, "any gap would do"),
        ({"risky": RIGHT["sure"]}, "sure to pay"),
        ({"risky": gap(0.02, 0)}, "failures alone"),
        ({"risky": 4.0}, "Look at `risky`"),
        ({"sure": 5.0}, "solve for the rate"),
    ],
)
def test_each_mistake_is_named(change: dict[str, float], words: str) -> None:
    verdict = check.exercise(ID, RIGHT | change)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize("value", [3.2, {"sure": 3.2}, {"sure": "x", "risky": 2.6}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        check.exercise(ID, value)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="must be a finite number from 0"):
        check.exercise(ID, RIGHT | {"risky": -1})
