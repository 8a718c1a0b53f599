"""The exercise of *Waiting*: the right answer, and every mistake the check knows."""

from __future__ import annotations

import numpy as np
import pytest

from service_encounter import cases, check
from service_encounter.models import queueing

BINS = cases.load("snack_bar_service_times")
MEAN = queueing.binned_moments(BINS["from_min"], BINS["to_min"], BINS["customers"]).mean
TIMES = np.repeat((BINS["from_min"] + BINS["to_min"]) / 2, BINS["customers"])


def simulated(seed: int, times: np.ndarray | None = None, servers: int = 4) -> float:
    generator = np.random.default_rng(seed)
    drawn = generator.choice(TIMES, 60_000) if times is None else times
    waits = queueing.simulate_queue(4, drawn, generator, servers=servers, warm_up=1_000)
    return float(np.mean(waits))


@pytest.fixture(scope="module")
def right() -> dict[str, float]:
    waits = queueing.pooled_and_separate_waits(4, 1 / MEAN, 4)
    return {"pooled": waits.pooled, "separate": waits.separate, "simulated": simulated(5)}


def judge(value: object) -> check.Verdict:
    return check.exercise("waiting-one-line", value)


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_the_right_answer_holds_whatever_the_seed(right: dict[str, float], seed: int) -> None:
    assert judge(right | {"simulated": simulated(seed)}).right


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda r: {"pooled": r["separate"], "separate": r["pooled"]}, "wrong way round"),
        (lambda r: {"pooled": 60 * r["pooled"], "separate": 60 * r["separate"]}, "seconds"),
        (lambda r: {"separate": r["pooled"]}, "use one server there"),
        (lambda r: {"separate": 3.0}, "separate lines: each gets one customer a minute"),
        (lambda r: {"pooled": 3.0}, "all four customers a minute"),
        (lambda r: {"simulated": r["pooled"]}, "not from an exponential"),
        (lambda r: {"simulated": 40.0}, "servers=4"),
        (lambda r: {"simulated": 0.05}, "more than chance"),
    ],
)
def test_each_mistake_is_named(right: dict[str, float], change: object, words: str) -> None:
    assert callable(change)
    verdict = judge(right | change(right))
    assert not verdict.right
    assert words in verdict.message


def test_exponential_times_are_told_from_the_recorded_ones(right: dict[str, float]) -> None:
    exponential = np.random.default_rng(11).exponential(MEAN, 200_000)
    verdict = judge(right | {"simulated": simulated(12, exponential)})
    assert not verdict.right
    assert "exponential" in verdict.message


@pytest.mark.parametrize("value", [3, {"pooled": 1.0}, {"pooled": "x", "separate": 1, "simulated": 1}])
def test_what_is_no_answer_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value must"):
        judge(value)


def test_waits_that_cannot_be_are_refused(right: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be a finite number from 0"):
        judge(right | {"pooled": -1.0})
