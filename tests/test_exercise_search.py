"""The check of the exercise on pairs of carriers: the right answer, each mistake it knows, bad input."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from service_encounter import cases, check


def of_hundred(*, planned: bool = False, leak: bool = False) -> float:
    """The exercise by loops over rows, with none of the code under test."""
    rows = cases.load("carrier_punctuality").to_dict("records")
    for row in rows:
        row["arrived"] = row["flights"] - row["cancelled"] - row["no_arrival"]
        row["good"] = row["arrived"] - row["late_15"]
        row["of"] = row["flights"] if planned else row["arrived"]
    won = differ = 0
    for month in range(2, 13):
        standing = []
        for now in (row for row in rows if row["month"] == month):
            last = month if leak else month - 1
            before = [row for row in rows if row["carrier"] == now["carrier"] and row["month"] <= last]
            if not before or (leak and len(before) == 1):
                continue
            share = sum(row["good"] for row in before) / sum(row["of"] for row in before)
            standing.append((share, now["good"] / now["of"]))
        for (own, actual), (other_own, other_actual) in itertools.combinations(standing, 2):
            product = (own - other_own) * (actual - other_actual)
            won += product > 0
            differ += product != 0
    return 100 * won / differ


def test_the_better_record_wins_four_pairs_of_five() -> None:
    """The right answer, reached by another road, is accepted and explained."""
    answer = of_hundred()
    assert answer == pytest.approx(80.08, abs=0.01)
    verdict = check.exercise("search-better-record", answer)
    assert verdict.right
    assert "80.1" in verdict.message
    assert check.exercise("search-better-record", round(answer)).right


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (lambda: of_hundred() / 100, "share from 0 to 1"),
        (lambda: 100 - of_hundred(), "*lost*"),
        (lambda: of_hundred(leak=True), "already holds the month"),
        (lambda: of_hundred(planned=True), "planned flights"),
        (lambda: 79.177, "`shrunk`"),
        (lambda: 80.684, "month before alone"),
        (lambda: 70.293, "join on `period`"),
        (lambda: 973, "between 0 and 100"),
        (lambda: 50, "Pair the carriers within each month"),
    ],
)
def test_each_mistake_is_named(given: Callable[[], float], told: str) -> None:
    """A wrong answer learns what is off."""
    verdict = check.exercise("search-better-record", given())
    assert not verdict.right
    assert told in verdict.message


@pytest.mark.parametrize("value", ["80", {}, [80], True])
def test_what_is_no_number_is_refused(value: object) -> None:
    """The message names the argument and its value."""
    with pytest.raises(TypeError, match="value must be one number"):
        check.exercise("search-better-record", value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_finite_is_refused(value: float) -> None:
    """An answer that is not finite is no answer."""
    with pytest.raises(ValueError, match="finite"):
        check.exercise("search-better-record", value)
