"""The exercise of *Expectations, satisfaction, quality*: the right answer, and every mistake the check knows."""

from __future__ import annotations

import numpy as np
import pytest

from service_encounter import cases, check

ID = "satisfaction-delight-lasts"


def waves() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Old prediction, performance and next prediction, respondent by respondent, two visits."""
    rows = cases.load("expectation_survey").groupby(["respondent", "visit"])[["predicted", "performance"]]
    means = rows.mean()
    old, met, new = [], [], []
    for respondent in range(1, 151):
        for visit in (1, 2):
            old.append(means.loc[(respondent, visit), "predicted"])
            met.append(means.loc[(respondent, visit), "performance"])
            new.append(means.loc[(respondent, visit + 1), "predicted"])
    return np.array(old), np.array(met), np.array(new)


def speed() -> float:
    """Least squares through the origin, by hand."""
    old, met, new = waves()
    return float(((met - old) * (new - old)).sum() / ((met - old) ** 2).sum())


def test_the_right_answer_passes_however_the_speed_was_found() -> None:
    old, met, new = waves()
    slope = float(np.polyfit(met - old, new - old, 1)[0])
    grouped = np.abs(met - old) >= 1
    signs = np.sign((met - old)[grouped])
    ratio = float(((new - old)[grouped] * signs).sum() / np.abs((met - old)[grouped]).sum())
    for found in (speed(), slope, ratio, round(speed(), 2)):
        assert check.exercise(ID, {"speed": found, "visits": 3}).right


@pytest.mark.parametrize(
    ("visits", "words"),
    [(2, "left out the first visit"), (4, "too small to be felt"), (9, "Write the surprises down")],
)
def test_each_wrong_count_is_explained(visits: int, words: str) -> None:
    verdict = check.exercise(ID, {"speed": speed(), "visits": visits})
    assert not verdict.right
    assert words in verdict.message


def test_each_wrong_speed_is_explained() -> None:
    old, met, new = waves()
    wrong = {
        1 - speed(): "kept",
        float(np.polyfit(met, new, 1)[0]): "performance alone",
        float(np.polyfit(old, new, 1)[0]): "how sticky",
        0.1: "Which share of the one",
    }
    for found, words in wrong.items():
        verdict = check.exercise(ID, {"speed": found, "visits": 3})
        assert not verdict.right
        assert words in verdict.message


@pytest.mark.parametrize("value", [3, {"speed": 0.4}, {"speed": "half", "visits": 3}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="must"):
        check.exercise(ID, value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"speed": 1.4, "visits": 3}, "between 0 and 1, got 1.4"),
        ({"speed": 0.4, "visits": 2.5}, "whole number from 0, got 2.5"),
    ],
)
def test_what_cannot_be_is_refused(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check.exercise(ID, value)
