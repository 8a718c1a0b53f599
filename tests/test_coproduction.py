"""Shared work: the optimum is one, the threshold is where it leaves zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from service_encounter.models import coproduction
from service_encounter.namespace import Quantity

JOBS = st.fixed_dictionaries(
    {
        "staff_cost": st.floats(1, 20),
        "customer_cost": st.floats(0, 10),
        "failure_cost": st.floats(1, 50),
        "hardness": st.floats(0.01, 0.5),
        "steepness": st.floats(0.3, 5),
    }
)
ABILITIES = st.floats(0.1, 5)


@given(job=JOBS, ability=ABILITIES)
def test_no_other_share_costs_less_than_the_optimal_one(job: dict[str, Quantity], ability: float) -> None:
    best = coproduction.optimal_share(ability, **job)
    assert 0 <= best <= 1
    least = coproduction.task_share_cost(best, ability, **job)
    costs = coproduction.task_share_cost(np.linspace(0, 1, 201), ability, **job)
    assert least <= costs.min() + 1e-9 * abs(least)


@given(job=JOBS, ability=ABILITIES)
def test_inside_the_last_task_costs_both_sides_alike(job: dict[str, Quantity], ability: float) -> None:
    best = coproduction.optimal_share(ability, **job)
    if 0 < best < 1:
        marginal = (
            job["customer_cost"] + job["failure_cost"] * job["hardness"] * np.exp(job["steepness"] * best)
        ) / ability
        assert marginal == pytest.approx(job["staff_cost"])


@given(job=JOBS)
def test_full_service_below_the_threshold_and_some_self_service_above(job: dict[str, Quantity]) -> None:
    without_steepness = {name: value for name, value in job.items() if name != "steepness"}
    threshold = coproduction.ability_threshold(**without_steepness)
    assert coproduction.optimal_share(threshold * 0.999, **job) == 0
    assert coproduction.optimal_share(threshold * 1.001, **job) > 0


@given(share=st.floats(0, 1), ability=ABILITIES, steepness=st.floats(0.3, 5))
def test_failure_cost_sums_the_failures_task_by_task(share: float, ability: float, steepness: float) -> None:
    failures, _ = quad(lambda t: 0.1 / ability * np.exp(steepness * t), 0, share)
    cost = coproduction.expected_failure_cost(share, ability, 8, 0.1, steepness)
    assert cost == pytest.approx(8 * failures, abs=1e-9)


def test_full_service_costs_the_staff_and_nothing_else() -> None:
    assert coproduction.task_share_cost(0, 0.7, 6, 2, 10, 0.1, 3) == 6


@given(share=st.floats(0, 1), ability=ABILITIES)
def test_shadow_work_of_an_equal_is_the_time_that_staff_save(share: float, ability: float) -> None:
    assert coproduction.shadow_work(share, 1, 12, 100) == pytest.approx(share * 1200)
    slower = coproduction.shadow_work(share, ability, 12, 100)
    assert slower * ability == pytest.approx(share * 1200)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"share must lie in \[0, 1\], got 1\.5"):
        coproduction.task_share_cost(1.5, 1, 6, 2, 10, 0.1, 3)
    with pytest.raises(ValueError, match=r"ability must lie in \(0, inf\), got 0"):
        coproduction.optimal_share(0, 6, 2, 10, 0.1, 3)
    with pytest.raises(ValueError, match=r"hardness must lie in \(0, inf\), got 0"):
        coproduction.optimal_share(1, 6, 2, 10, 0, 3)
    with pytest.raises(ValueError, match=r"steepness must lie in \(0, inf\), got 0"):
        coproduction.expected_failure_cost(0.5, 1, 10, 0.1, 0)
    with pytest.raises(ValueError, match=r"staff_cost must lie in \(0, inf\), got nan"):
        coproduction.ability_threshold(float("nan"), 2, 10, 0.1)
    with pytest.raises(ValueError, match=r"visits must lie in \[0, inf\), got -1"):
        coproduction.shadow_work(0.5, 1, 12, -1)
