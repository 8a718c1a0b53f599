"""The exercise of *Selling the service, not the product*: the right answer, and every mistake it knows."""

from __future__ import annotations

import pytest
from scipy.optimize import brentq

from service_encounter import check
from service_encounter.models import contracts

ID = "contracts-discount-gap"


def gap(years: float, cost: float = 250) -> float:
    """The gap in points, by search on the corridor's width and not by the check's function."""

    def width(customer: float) -> float:
        return contracts.fee_corridor(10_000, 1_500, 0.08, customer, years, cost).width

    return 100 * (brentq(width, 0.0801, 0.5) - 0.08)


RIGHT = {"twenty": gap(20), "fifty": gap(50)}


def test_the_right_answer() -> None:
    assert check.exercise(ID, RIGHT).right
    assert check.exercise(ID, {name: round(value, 2) for name, value in RIGHT.items()}).right


def test_interpolation_by_hand_is_near_enough() -> None:
    by_hand = {}
    for name, years in (("twenty", 20), ("fifty", 50)):
        yearly = [10_000 / contracts.annuity_factor(rate, years) for rate in (0.08, 0.10, 0.11, 0.12)]
        needed = yearly[0] + 250
        low = 1 if needed < yearly[2] else 2
        by_hand[name] = 1 + low + (needed - yearly[low]) / (yearly[low + 1] - yearly[low])
    assert check.exercise(ID, by_hand).right


def test_praise_names_the_limit() -> None:
    message = check.exercise(ID, RIGHT).message
    assert f"by {RIGHT['twenty'] - RIGHT['fifty']:.2f} points" in message
    assert "below 2.5" in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"twenty": RIGHT["fifty"], "fifty": RIGHT["twenty"]}, "swapped"),
        ({"twenty": RIGHT["twenty"] / 100}, "fraction"),
        ({"fifty": 8 + RIGHT["fifty"]}, "the office's rate"),
        ({"twenty": 2.5}, "last for ever"),
        ({"twenty": 17.5}, "drop out"),
        ({"twenty": 0.0}, "any gap would do"),
        ({"fifty": RIGHT["twenty"]}, "Look at `fifty`"),
        ({"twenty": 5.0}, "solve for the rate"),
    ],
)
def test_each_mistake_is_named(change: dict[str, float], words: str) -> None:
    verdict = check.exercise(ID, RIGHT | change)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize("value", [3.2, {"twenty": 3.2}, {"twenty": "x", "fifty": 2.6}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        check.exercise(ID, value)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="none below zero"):
        check.exercise(ID, RIGHT | {"fifty": -1})
