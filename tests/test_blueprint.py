"""Blueprints: the product of steps, where a fail-safe helps most, Kano's shares."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_encounter.models import blueprint
from service_encounter.namespace import VEGA, signal

PROBABILITIES = st.floats(0, 1)
STEPS = st.lists(st.tuples(PROBABILITIES, PROBABILITIES, PROBABILITIES), min_size=1, max_size=8)
COUNTS = st.integers(0, 500)


def test_ten_good_steps_make_a_poor_whole() -> None:
    assert blueprint.serial_reliability([0.99] * 10) == pytest.approx(0.904, abs=5e-4)


@given(steps=STEPS)
def test_reliability_is_a_probability_that_fail_safes_raise(steps: list[tuple[float, float, float]]) -> None:
    reliabilities, fail_safes = [step[0] for step in steps], [step[1] for step in steps]
    bare = blueprint.serial_reliability(reliabilities)
    assert bare == pytest.approx(math.prod(reliabilities))
    assert 0 <= bare <= blueprint.serial_reliability(reliabilities, fail_safes) + 1e-12 <= 1 + 1e-12
    assert blueprint.serial_reliability(reliabilities, [1.0] * len(steps)) == 1


def test_reliability_counts_all_ways_a_customer_gets_through() -> None:
    reliabilities, fail_safes = [0.9, 0.7, 0.6], [0.5, 0.0, 0.25]
    unharmed = 0.0
    for outcome in itertools.product(("right", "caught", "failed"), repeat=3):
        chances = [
            {"right": r, "caught": (1 - r) * k, "failed": (1 - r) * (1 - k)}[what]
            for what, r, k in zip(outcome, reliabilities, fail_safes, strict=True)
        ]
        unharmed += math.prod(chances) * ("failed" not in outcome)
    assert blueprint.serial_reliability(reliabilities, fail_safes) == pytest.approx(unharmed)


@given(steps=STEPS)
def test_best_fail_safe_beats_every_other_place(steps: list[tuple[float, float, float]]) -> None:
    reliabilities, present, candidates = ([step[i] for step in steps] for i in range(3))
    best = blueprint.best_fail_safe(reliabilities, candidates, present)
    alone = blueprint.serial_reliability(reliabilities, present)
    for step, candidate in enumerate(candidates):
        changed = [*present[:step], 1 - (1 - present[step]) * (1 - candidate), *present[step + 1 :]]
        assert blueprint.serial_reliability(reliabilities, changed) <= best.reliability + 1e-12
    assert best.gain == pytest.approx(best.reliability - alone, abs=1e-12)
    assert np.all(blueprint.fail_safe_gains(reliabilities, candidates, present) >= 0)


def test_equal_fail_safes_go_to_the_weakest_step() -> None:
    best = blueprint.best_fail_safe([0.99, 0.9, 0.95], [0.5] * 3)
    assert best.step == 1
    assert best.reliability == pytest.approx(0.99 * 0.95 * 0.95)


def test_a_sure_catch_at_a_good_step_can_beat_a_weak_catch_at_a_bad_one() -> None:
    assert blueprint.best_fail_safe([0.9, 0.95], [0.1, 1.0]).step == 1


def test_reliability_of_sliders_names_every_one() -> None:
    text = str(blueprint.serial_reliability([signal("a"), 0.9], [signal("k"), 0.0], VEGA))
    assert "a" in text
    assert "k" in text


def test_blueprint_time_adds_up() -> None:
    assert blueprint.blueprint_time([2, 3.5, 0]) == 5.5


@given(steps=STEPS, work=st.floats(0, 100), caught=st.floats(0, 30), missed=st.floats(30, 240))
def test_minutes_count_each_failure_once(
    steps: list[tuple[float, float, float]], work: float, caught: float, missed: float
) -> None:
    reliabilities, fail_safes = [step[0] for step in steps], [step[1] for step in steps]
    minutes = blueprint.expected_minutes(work, reliabilities, fail_safes, caught, missed)
    failures = sum(1 - r for r in reliabilities)
    assert work + failures * caught - 1e-9 <= minutes <= work + failures * missed + 1e-9
    # Where catching costs as much as missing, it makes no difference what is caught.
    level = blueprint.expected_minutes(work, reliabilities, fail_safes, caught, caught)
    assert level == pytest.approx(work + failures * caught)


def test_minutes_by_hand() -> None:
    minutes = blueprint.expected_minutes(20, [0.9, 0.8], [0.5, 0.0], 4, 60)
    assert minutes == pytest.approx(20 + 0.1 * (0.5 * 4 + 0.5 * 60) + 0.2 * 60)


@given(r=st.floats(0.5, 1), n=st.integers(1, 60), beta=PROBABILITIES)
def test_a_shared_cause_lies_between_independence_and_one_step(r: float, n: int, beta: float) -> None:
    together = blueprint.shared_cause_reliability(r, n, beta)
    assert blueprint.serial_reliability([r] * n) - 1e-9 <= together <= r + 1e-9
    assert blueprint.shared_cause_reliability(r, n, 0) == pytest.approx(r**n)
    assert blueprint.shared_cause_reliability(r, n, 1) == pytest.approx(r)
    # However much is shared, a single step fails as often as before.
    assert blueprint.shared_cause_reliability(r, 1, beta) == pytest.approx(r)


@given(a=COUNTS, o=COUNTS, m=COUNTS, i=st.integers(1, 500))
def test_kano_shares_stay_in_bounds(a: int, o: int, m: int, i: int) -> None:
    better, worse = blueprint.kano_better(a, o, m, i), blueprint.kano_worse(a, o, m, i)
    assert 0 <= better <= 1
    assert -1 <= worse <= 0
    # One-dimensional answers count on both sides and indifferent ones on neither.
    assert better - worse == pytest.approx((a + 2 * o + m) / (a + o + m + i))


def test_kano_by_hand() -> None:
    assert blueprint.kano_better(30, 20, 40, 10) == 0.5
    assert blueprint.kano_worse(30, 20, 40, 10) == -0.6


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"reliabilities\[1\] must lie in \[0, 1\], got 1\.1"):
        blueprint.serial_reliability([0.9, 1.1])
    with pytest.raises(ValueError, match=r"fail_safes\[0\] must lie in \[0, 1\], got nan"):
        blueprint.serial_reliability([0.9], [float("nan")])
    with pytest.raises(ValueError, match="fail_safes must have one entry a step, 2 in all, got 1"):
        blueprint.serial_reliability([0.9, 0.9], [0.1])
    with pytest.raises(ValueError, match="reliabilities must have at least one step"):
        blueprint.serial_reliability([])
    with pytest.raises(ValueError, match="candidates must have one entry a step"):
        blueprint.best_fail_safe([0.9, 0.9], [0.1])
    with pytest.raises(ValueError, match=r"minutes must lie in .* got -1"):
        blueprint.blueprint_time([3, -1])
    with pytest.raises(ValueError, match="minutes must have at least one step"):
        blueprint.blueprint_time([])
    with pytest.raises(ValueError, match=r"missed must lie in .* got -5"):
        blueprint.expected_minutes(1, [0.9], [0.1], 1, -5)
    with pytest.raises(ValueError, match="reliabilities must have at least one step"):
        blueprint.expected_minutes(1, [], [], 1, 5)
    with pytest.raises(ValueError, match=r"reliability must lie in \(0, 1\], got 0"):
        blueprint.shared_cause_reliability(0, 3, 0.5)
    with pytest.raises(ValueError, match=r"steps must lie in \[1, inf\)"):
        blueprint.shared_cause_reliability(0.9, 0, 0.5)
    with pytest.raises(ValueError, match=r"must_be must lie in .* got -2"):
        blueprint.kano_worse(1, 1, -2, 1)
    with pytest.raises(ValueError, match="all zero"):
        blueprint.kano_better(0, 0, 0, 0)
