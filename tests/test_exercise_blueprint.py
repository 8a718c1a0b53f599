"""The exercise of *Blueprint and servicescape*: the right answer, and every mistake the check knows."""

from __future__ import annotations

import numpy as np
import pytest

from service_encounter import cases, check
from service_encounter.exercises.blueprint import offers

ID = "blueprint-fail-safe"


def visit(step: str | None = None) -> float:
    """Reliability of the visit by plain multiplication, with one offer taken up."""
    steps = cases.load("clinic_visit").set_index("step_id")
    slips = (1 - steps["reliability"]) * (1 - steps["fail_safe"])
    if step:
        slips[step] *= 1 - offers()[step]
    return float(np.prod(1 - slips))


RIGHT = {"step": "B8", "reliability": visit("B8")}


def test_the_right_answer_beats_every_other_offer() -> None:
    assert check.exercise(ID, RIGHT).right
    assert check.exercise(ID, {"step": "b8", "reliability": round(RIGHT["reliability"], 3)}).right
    assert all(visit(other) < RIGHT["reliability"] - 0.001 for other in offers().index if other != "B8")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("F8", "weakest step of the visit"),
        ("B1", "catches the most"),
        ("C5", "caught already"),
        ("C3", "You added the offer"),
        ("F5", "Another offer"),
    ],
)
def test_each_wrong_step_is_explained(step: str, words: str) -> None:
    verdict = check.exercise(ID, {"step": step, "reliability": visit(step)})
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize(
    ("reliability", "words"),
    [
        (visit("B8") - visit(), "That is the gain"),
        (visit(), "before the fail-safe"),
        (0.9, "multiply"),
    ],
)
def test_each_wrong_reliability_is_explained(reliability: float, words: str) -> None:
    verdict = check.exercise(ID, {"step": "B8", "reliability": reliability})
    assert not verdict.right
    assert words in verdict.message


def test_who_forgets_the_fail_safes_that_are_there_is_told_so() -> None:
    steps = cases.load("clinic_visit").set_index("step_id")
    slips = 1 - steps["reliability"]
    slips["B8"] *= 1 - offers()["B8"]
    verdict = check.exercise(ID, {"step": "B8", "reliability": float(np.prod(1 - slips))})
    assert "switched off" in verdict.message


@pytest.mark.parametrize("value", ["B8", {"step": "B8"}, {"step": "B8", "reliability": "much"}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="must"):
        check.exercise(ID, value)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"step": "Z9"}, "those on offer"), ({"reliability": 69.0}, "between 0 and 1, got 69")],
)
def test_what_cannot_be_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check.exercise(ID, RIGHT | change)
