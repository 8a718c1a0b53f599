"""The exercise of *The other customers*: the right answer, and every mistake the check knows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from service_encounter import cases, check
from service_encounter.models import compatibility

SURVEY = cases.load("fellow_passenger_reclining")
STRICT = {"not rude": 0.0, "somewhat rude": 0.0, "very rude": 1.0}


def answer(
    *,
    habits: Mapping[str, float] = compatibility.RECLINING,
    counted: bool = True,
    zones: str | None = "judgement",
    strict: Mapping[str, float] = STRICT,
) -> dict[str, float]:
    """An answer as a student would work it out, with room for one mistake."""
    people = SURVEY["respondents"] if counted else np.ones(len(SURVEY))
    habit = compatibility.code_answers(SURVEY["own_reclining"], habits)
    found: dict[str, float] = {}
    for ending, codes in (("", compatibility.MINDING), ("_strict", strict)):
        minds = compatibility.code_answers(SURVEY["judgement"], codes)
        labels = None if zones is None else SURVEY[zones]
        found[f"random{ending}"] = compatibility.clash_probability(habit, minds, people)
        found[f"zoned{ending}"] = compatibility.clash_probability(habit, minds, people, zones=labels)
    lost = found["random"] - found["zoned"]
    kept = found["random_strict"] - found["zoned_strict"]
    return found | {"survives": kept / lost if lost else 0.0}


def judge(value: object) -> check.Verdict:
    return check.exercise("other-customers-recode", value)


def test_the_right_answer_holds_rounded_or_not() -> None:
    assert judge(answer()).right
    assert judge(
        {"random": 0.188, "zoned": 0.102, "random_strict": 0.038, "zoned_strict": 0.009, "survives": 0.33}
    ).right


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (answer(counted=False), "one voice"),
        (answer(habits={name: 1 - code for name, code in compatibility.RECLINING.items()}), "backwards"),
        (answer(zones="age"), "sorted by age"),
        (answer(zones=None), "nobody was sorted"),
        (answer(strict=compatibility.MINDING), "only `very rude` counts"),
        (answer() | {"random": 0.5}, "both count as 1"),
        (answer() | {"random": 0.5, "random_strict": 0.5}, "mean of the reclining codes"),
        (
            {part: 100 * number for part, number in answer().items()},
            "per cent. The exercise asks for chances",
        ),
        (answer() | {"survives": 1 / answer()["survives"]}, "wrong way round"),
        (answer() | {"survives": 1 - answer()["survives"]}, "share of the saving that is lost"),
        (answer() | {"survives": 100 * answer()["survives"]}, "between 0 and 1"),
        (answer() | {"survives": 1.643}, "points saved"),
        (answer() | {"survives": 0.9}, "divide the strict saving"),
    ],
)
def test_each_mistake_is_named(given: dict[str, float], words: str) -> None:
    verdict = judge(given)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize("value", [0.188, {"random": 0.188}, answer() | {"survives": "a third"}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        judge(value)


@pytest.mark.parametrize("number", [-0.1, float("nan"), float("inf")])
def test_numbers_that_cannot_be_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="must be a finite number from 0"):
        judge(answer() | {"zoned": number})
