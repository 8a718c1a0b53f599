"""The check of the scent test's plan: right answer, each diagnosed mistake, bad input."""

from __future__ import annotations

import math

import pytest

from service_encounter import cases, check
from service_encounter.models.arousal import power_two_shares, sample_size_two_shares

SHARES = cases.load("bread_scent_test").groupby("scent")["bought_bread"].mean()
BASE, SCENTED = float(SHARES[0]), float(SHARES[1])
SIZE = float(sample_size_two_shares(BASE, 0.03))
RIGHT = {
    "per_group": SIZE,
    "days": 2 * math.ceil(SIZE / 70),
    "chance": float(power_two_shares(BASE, 0.03, 980)),
}


def judged(**changes: float) -> check.Verdict:
    return check.exercise("need-scent-test", RIGHT | changes)


def test_the_right_answer_holds() -> None:
    """As the models give it, and with the chance rounded to two digits."""
    assert judged().right
    assert judged(chance=round(RIGHT["chance"], 2)).right
    assert (SIZE, RIGHT["days"]) == (3851, 112)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"per_group": 2 * SIZE}, "both groups together"),
        ({"per_group": float(sample_size_two_shares(BASE, 0.03 * BASE))}, "three per cent of the share"),
        ({"per_group": float(sample_size_two_shares(SCENTED, 0.03))}, "share on scented days"),
        ({"per_group": float(sample_size_two_shares(0.30, 0.03))}, "base is 0.30"),
        ({"per_group": float(sample_size_two_shares(BASE, SCENTED - BASE))}, "28 days found"),
        ({"per_group": float(sample_size_two_shares(BASE, 0.03, alpha=0.10))}, "alpha=0.10"),
        ({"per_group": SIZE - 1}, "Round up"),
        ({"per_group": SIZE - 0.4}, "Round up"),
        ({"per_group": 1000}, "in each group is off"),
        ({"days": 56}, "days with scent"),
        ({"days": 111}, "whole days"),
        ({"days": 28}, "days are off"),
        ({"chance": 100 * RIGHT["chance"]}, "in per cent"),
        ({"chance": float(power_two_shares(BASE, 0.03, 1960))}, "as one group"),
        ({"chance": float(power_two_shares(BASE, 0.03, SIZE))}, "test you planned"),
        ({"chance": 1 - RIGHT["chance"]}, "missing the lift"),
        ({"chance": 0.5}, "chance is off"),
    ],
)
def test_each_mistake_is_named(changes: dict[str, float], said: str) -> None:
    """One thing wrong at a time, and the message says which."""
    verdict = judged(**changes)
    assert not verdict.right
    assert said in verdict.message


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (3852, TypeError, "such as {'per_group': 1000, 'days': 30, 'chance': 0.5}, got 3852"),
        ({"per_group": "many", "days": 1, "chance": 0}, TypeError, "map each name to a number"),
        ({"per_group": 1.0}, TypeError, "map each name to a number"),
        (RIGHT | {"chance": math.nan}, ValueError, "chance must be a finite number, got nan"),
    ],
)
def test_bad_input_is_named(value: object, error: type[Exception], said: str) -> None:
    """Never a verdict on something that is no answer."""
    with pytest.raises(error, match=said):
        check.exercise("need-scent-test", value)
