"""The exercise of *Design and defend a journey*: the right answer, and every mistake the check knows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service_encounter import check
from service_encounter.exercises.capstone import form_at_home
from service_encounter.models.journey import MARKETS, Plan, simulate_journey

ID = "design-a-journey-ability"
CENTRE = MARKETS["guidance centre"]
STANDS = simulate_journey(Plan(40, 6), CENTRE)


def crossing(aim: float) -> float:
    """The ability at which customers reach a sum, read off a fine grid."""
    abilities = np.linspace(0.3, 1.5, 241)
    sums = [
        simulate_journey(form_at_home(), replace(CENTRE, ability=float(one))).customer_welfare
        for one in abilities
    ]
    return float(np.interp(aim, sums, abilities))


RIGHT = crossing(STANDS.customer_welfare)


def test_the_right_answer_and_a_reading_off_two_points_pass() -> None:
    assert check.exercise(ID, RIGHT).right
    low, high = (
        simulate_journey(form_at_home(), replace(CENTRE, ability=one)).customer_welfare for one in (0.8, 0.9)
    )
    by_hand = 0.8 + 0.1 * (STANDS.customer_welfare - low) / (high - low)
    assert check.exercise(ID, round(by_hand, 2)).right


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (crossing(0.0), "poor aim"),
        (1 / RIGHT, "the inverse"),
        (100 * RIGHT, "per cent"),
        (1, "the case assumes"),
        (0.95, "still gain"),
        (0.7, "lose against"),
    ],
)
def test_a_slip_is_named(answer: float, words: str) -> None:
    verdict = check.exercise(ID, answer)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize(("value", "error"), [("much", TypeError), (True, TypeError), (-1, ValueError)])
def test_what_is_no_ability_is_refused(value: object, error: type[Exception]) -> None:
    with pytest.raises(error, match="got"):
        check.exercise(ID, value)
