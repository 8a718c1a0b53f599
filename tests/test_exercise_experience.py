"""The exercise of *Staging an experience*: the right answer, and every mistake the check knows."""

from __future__ import annotations

import pytest

from service_encounter import check

# By hand: 0.2 x (3 + 3) = 1.2; and 1.2 + 0.2 g + 0.5 (8 + g) / 7 = 1.8 + 0.5 x 8 / 6 gives g = 2.56.
RIGHT = {"worst_place": 5, "loss": 1.2, "mean_loss": 0, "farewell": 2.56}


def judge(value: object) -> check.Verdict:
    return check.exercise("experience-bad-minute", value)


def test_the_answer_by_hand_is_right() -> None:
    assert judge(RIGHT).right


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"worst_place": 6}, "counted from 1"),
        ({"worst_place": 2}, "Beside the peak"),
        ({"worst_place": 0}, "look at the end"),
        ({"mean_loss": 0.5}, "same six ratings"),
        ({"loss": -1.2}, "wrong sign"),
        ({"loss": 6}, "counts with its weight"),
        ({"loss": 0.6}, "more than the bad minute's own"),
        ({"loss": 2}, "weight of the end, times the fall"),
        ({"farewell": 3}, "a little less will do"),
        ({"farewell": 2.12}, "seven ratings"),
        ({"farewell": 5}, "the mean is (8 + g) / 7"),
    ],
)
def test_each_mistake_is_named(change: dict[str, float], words: str) -> None:
    verdict = judge(RIGHT | change)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize("value", [5, {"loss": 1.2}, RIGHT | {"loss": "much"}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        judge(value)


def test_numbers_without_end_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        judge(RIGHT | {"farewell": float("inf")})
