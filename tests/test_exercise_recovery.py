"""The exercise of *After-sales service*: the right answer, and every mistake it knows."""

from __future__ import annotations

import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from service_encounter import check

ID = "after-sales-undo"


def top_mean(share: float) -> float:
    """Mean of the upper share of a standard normal, from scipy and not from the check's model."""
    return float(norm.pdf(norm.isf(share)) / share)


HARM = 0.5 * 1.6 * top_mean(0.2) - 0.3
SHARE = float(brentq(lambda share: 0.5 * 1.6 * top_mean(share) - HARM, 0.05, 0.95))
RIGHT = {"harm": HARM, "share": SHARE}


def test_the_right_answer() -> None:
    verdict = check.exercise(ID, RIGHT)
    assert verdict.right
    assert f"{HARM:.2f} points" in verdict.message
    assert f"{100 * SHARE:.0f} in a hundred" in verdict.message


def test_the_printed_table_is_near_enough() -> None:
    harm = 0.5 * 1.6 * 1.40 - 0.30
    needed = harm / 0.8
    by_hand = 0.35 + 0.05 * (1.06 - needed) / (1.06 - 0.97)
    assert check.exercise(ID, {"harm": harm, "share": by_hand}).right


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"harm": -HARM}, "positive number"),
        ({"harm": 0.3}, "airline's own figure"),
        ({"harm": -0.3}, "airline's own figure"),
        ({"harm": HARM + 0.3}, "what choosing adds"),
        ({"harm": HARM + 0.6}, "added the reported gain"),
        ({"harm": 1.6 * top_mean(0.2) - 0.3}, "decide the rating alone"),
        ({"harm": 0.5 * top_mean(0.2) - 0.3}, "standard deviations"),
        ({"harm": 0.05}, "correlation times standard deviation"),
        ({"share": 1 - SHARE}, "left out"),
        ({"share": 100 * SHARE}, "percentage"),
        ({"share": 0.2}, "melts"),
        ({"share": 0.5}, "just the harm"),
    ],
)
def test_each_mistake_is_named(change: dict[str, float], words: str) -> None:
    verdict = check.exercise(ID, RIGHT | change)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize("value", [0.82, {"harm": 0.82}, {"harm": "x", "share": 0.3}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        check.exercise(ID, value)


def test_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        check.exercise(ID, RIGHT | {"share": float("inf")})
