"""The check of the exercise on four descriptors: the right answer, and each mistake it names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from service_encounter import cases, check
from service_encounter.models import segments

ID = "segments-four-descriptors"
DESCRIPTORS = ("age", "gender", "region", "household income")


def each(measure: Callable[[npt.NDArray[np.float64]], float]) -> dict[str, float]:
    """A measure of all four tables, built here and not by the check."""
    counts = cases.load("weather_channel_by_profile").astype({"level": str, "channel": str})
    found = {}
    for descriptor in DESCRIPTORS:
        people = counts[counts["descriptor"] == descriptor]
        wide = people.set_index(["level", "channel"])["respondents"].unstack(fill_value=0)
        found[descriptor] = measure(wide.to_numpy(dtype=float))
    return found


def test_right_answer() -> None:
    """As a mapping and as a series, and rounded to three places."""
    answer = each(segments.cramers_v_corrected)
    assert check.exercise(ID, answer).right
    assert check.exercise(ID, pd.Series(answer).round(3)).right
    assert answer["age"] == pytest.approx(0.15, abs=0.005)
    assert answer["household income"] == pytest.approx(0.03, abs=0.005)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (each(lambda table: 100 * segments.cramers_v_corrected(table)), "per cent"),
        (each(segments.cramers_v), "the raw V"),
        (each(segments.chance_cramers_v), "chance alone"),
        (each(lambda table: segments.cramers_v(table) - segments.chance_cramers_v(table)), "before the root"),
        (each(lambda table: segments.cramers_v_corrected(table) ** 2), "squares of V"),
        (each(lambda table: 80 * segments.cramers_v(table) ** 2), "between 0 and 1"),
        (each(segments.cramers_v_corrected) | {"age": 0.4}, "Look again at age. Each"),
    ],
)
def test_each_mistake_is_named(answer: dict[str, float], words: str) -> None:
    """A wrong answer hears what went wrong with it."""
    verdict = check.exercise(ID, answer)
    assert not verdict.right
    assert words in verdict.message


def test_what_is_no_answer() -> None:
    """The message says what was expected."""
    with pytest.raises(TypeError, match="must map each descriptor to a number"):
        check.exercise(ID, 0.15)
    with pytest.raises(
        ValueError, match="one finite number for each of age, gender, region, household income"
    ):
        check.exercise(ID, {"age": 0.15})
    with pytest.raises(ValueError, match="one finite number"):
        check.exercise(ID, dict.fromkeys(DESCRIPTORS, float("nan")))
