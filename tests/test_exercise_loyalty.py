"""The exercise of *Loyalty, word of mouth, value*: the right answer, and every mistake the check knows."""

from __future__ import annotations

import pytest

from service_encounter import cases, check
from service_encounter.models import retention

ID = "loyalty-year-twelve"


def answer(column: str = "high_end_pct", first: int = 0, last: int = 7) -> dict[str, float]:
    survivors = cases.load("retention_sbg")[column][first : last + 1]
    fit = retention.fit_sbg(survivors)
    return {"alpha": fit.alpha, "beta": fit.beta, "year_12": 100 * float(fit.survival(12)[-1])}


RIGHT = answer()


def test_the_published_fit_and_forecast_are_right() -> None:
    verdict = check.exercise(ID, RIGHT)
    assert verdict.right
    assert "39.4" in verdict.message
    assert check.exercise(ID, {"alpha": 0.668, "beta": 3.806, "year_12": 37.8}).right


def test_starting_from_the_count_of_year_seven_is_right_too() -> None:
    by_hand = 49.1
    for year in range(8, 13):
        by_hand *= (3.806 + year - 1) / (0.668 + 3.806 + year - 1)
    assert check.exercise(ID, RIGHT | {"year_12": by_hand}).right


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (answer(last=12), "has read all twelve years"),
        (answer(first=1), "began at year 1"),
        (answer("regular_pct"), "Regular customers"),
        ({"alpha": RIGHT["beta"], "beta": RIGHT["alpha"], "year_12": 37.8}, "changed places"),
        ({"alpha": 1.0, "beta": 1.0, "year_12": 37.8}, "Fit the model"),
    ],
)
def test_each_wrong_fit_is_explained(value: dict[str, float], words: str) -> None:
    verdict = check.exercise(ID, value)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize(
    ("year_12", "words"),
    [
        (29.5, "drawn through year 7"),
        (27.0, "the most likely one"),
        (39.53, "year 11"),
        (39.4, "what happened"),
        (36.3, "year 13"),
        (0.378, "per cent"),
        (50.0, "Multiply the twelve"),
    ],
)
def test_each_wrong_forecast_is_explained(year_12: float, words: str) -> None:
    verdict = check.exercise(ID, RIGHT | {"year_12": year_12})
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize("value", [37.8, {"alpha": 1, "beta": 2}, RIGHT | {"year_12": "a lot"}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="must"):
        check.exercise(ID, value)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"alpha": 0.0}, "alpha must be above 0"), ({"year_12": 378.0}, "from 0 to 100, got 378")],
)
def test_what_cannot_be_is_refused(change: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check.exercise(ID, RIGHT | change)
