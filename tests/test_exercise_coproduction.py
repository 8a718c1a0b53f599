"""The exercise of *The customer as co-producer*: the right answer, and every mistake the check knows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from service_encounter import check
from service_encounter.exercises.coproduction import passengers
from service_encounter.models import coproduction

ID = "co-production-kiosk-stops-paying"


def stops_paying(effort: float, failure: float, share: float = 0.8) -> float:
    """The ability at which kiosk and desk cost alike, by search and not by the check's algebra."""
    return brentq(
        lambda able: coproduction.task_share_cost(share, able, 3.6, effort, failure, 0.04, 3) - 3.6, 0.01, 9
    )


EVERYONE, AIRLINE = stops_paying(1.2, 10), stops_paying(0, 3)
RIGHT = {
    "everyone": EVERYONE,
    "airline": AIRLINE,
    "between": int(np.sum((passengers() >= AIRLINE) & (passengers() < EVERYONE))),
}


def test_the_right_answer() -> None:
    assert check.exercise(ID, RIGHT).right
    rounded = {"everyone": round(EVERYONE, 2), "airline": round(AIRLINE, 3), "between": RIGHT["between"]}
    assert check.exercise(ID, rounded).right


def test_praise_says_what_counting_the_standing_changes() -> None:
    standing = brentq(
        lambda able: coproduction.task_share_cost(0.8, able, 4.8, 1.2, 10, 0.04, 3) - 4.8, 0.01, 9
    )
    left = int(np.sum((passengers() >= AIRLINE) & (passengers() < standing)))
    assert f"falls to {standing:.2f}: {left} passengers" in check.exercise(ID, RIGHT).message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"everyone": AIRLINE, "airline": EVERYONE}, "swapped"),
        ({"everyone": coproduction.ability_threshold(3.6, 1.2, 10, 0.04)}, "first, easiest task"),
        ({"everyone": stops_paying(1.2, 10, 1.0)}, "hands over the whole job"),
        ({"everyone": stops_paying(1.2, 5)}, "Five people behind"),
        ({"everyone": stops_paying(0, 10)}, "left out the passenger's own work"),
        ({"everyone": 1 / EVERYONE}, "one over the ability"),
        ({"everyone": 3.0}, "Look at `everyone`"),
        ({"airline": stops_paying(0, 10)}, "no passenger's minutes"),
        ({"airline": stops_paying(1.2, 3)}, "The airline does not pay for it"),
        ({"airline": 3.0}, "Look at `airline`"),
        ({"between": RIGHT["between"] + 5}, "Count the passengers"),
    ],
)
def test_each_mistake_is_named(change: dict[str, float], words: str) -> None:
    verdict = check.exercise(ID, RIGHT | change)
    assert not verdict.right
    assert words in verdict.message


def test_no_two_mistakes_look_alike() -> None:
    known = [EVERYONE, 1 / EVERYONE, stops_paying(1.2, 10, 1.0), stops_paying(1.2, 5), stops_paying(0, 10)]
    known.append(coproduction.ability_threshold(3.6, 1.2, 10, 0.04))
    assert np.diff(np.sort(known)).min() > 0.015


def test_the_passengers_are_as_able_as_staff_on_average_and_slower_together() -> None:
    able = passengers()
    assert len(able) == 100
    assert np.all(np.diff(able) > 0)
    assert able.mean() == pytest.approx(1, abs=0.005)
    assert (1 / able).mean() > 1.25


@pytest.mark.parametrize("value", [3, {"everyone": 1.0}, {"everyone": "x", "airline": 1, "between": 1}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        check.exercise(ID, value)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="must be a finite number from 0"):
        check.exercise(ID, RIGHT | {"between": -1})
