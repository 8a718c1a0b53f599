"""Queueing: published Erlang values, identities, and two simulations that know nothing of the formulas."""

from __future__ import annotations

from collections import deque

import ciw
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from service_encounter import cases
from service_encounter.models import queueing
from service_encounter.namespace import Quantity, signal

LOADS = st.floats(0.01, 0.97)
SERVERS = st.integers(1, 30)


def test_erlang_c_of_the_published_call_centre() -> None:
    assert queueing.erlang_c(100 / 30, 1 / 3, 14) == pytest.approx(0.1741319335950498, abs=1e-12)


def test_clinic_with_three_doctors() -> None:
    wait = queueing.mean_wait(6, 3, 3)
    assert wait == pytest.approx(0.148148, abs=1e-6)
    assert queueing.littles_law(6, wait) == pytest.approx(0.888889, abs=1e-6)


def test_snack_bar_waits_at_eighty_per_cent_busy() -> None:
    mean, scv = 0.694923, 0.376673
    arrival_rate = 0.8 / mean
    assert queueing.mm1_mean_wait(arrival_rate, 1 / mean) == pytest.approx(2.780, abs=1e-3)
    assert queueing.mg1_mean_wait(arrival_rate, mean, scv) == pytest.approx(1.913, abs=1e-3)


def test_binned_snack_bar_times_come_close_to_the_ungrouped_moments() -> None:
    bins = cases.load("snack_bar_service_times")
    moments = queueing.binned_moments(bins["from_min"], bins["to_min"], bins["customers"])
    assert moments.count == 174
    assert moments.mean == pytest.approx(0.694923, abs=0.01)
    assert moments.scv == pytest.approx(0.376673, abs=0.01)


@given(load=st.floats(0.01, 60), servers=SERVERS)
def test_erlang_b_is_the_truncated_poisson_tail(load: float, servers: int) -> None:
    expected = poisson.pmf(servers, load) / poisson.cdf(servers, load)
    assert queueing.erlang_b(load, servers) == pytest.approx(expected, rel=1e-8)


@given(busy=LOADS, servers=SERVERS, service_rate=st.floats(0.1, 10))
def test_waiting_probability_lies_between_blocking_and_one(
    busy: float, servers: int, service_rate: float
) -> None:
    arrival_rate = busy * servers * service_rate
    waiting = queueing.erlang_c(arrival_rate, service_rate, servers)
    assert queueing.erlang_b(busy * servers, servers) <= waiting <= 1
    assert queueing.service_level(arrival_rate, service_rate, servers, 0) == pytest.approx(1 - waiting)


@given(busy=LOADS, service_rate=st.floats(0.1, 10))
def test_one_server_in_all_its_formulas(busy: float, service_rate: float) -> None:
    arrival_rate = busy * service_rate
    wait = queueing.mm1_mean_wait(arrival_rate, service_rate)
    assert queueing.erlang_c(arrival_rate, service_rate, 1) == pytest.approx(busy)
    assert queueing.mean_wait(arrival_rate, service_rate, 1) == pytest.approx(wait)
    assert queueing.mg1_mean_wait(arrival_rate, 1 / service_rate, 1.0) == pytest.approx(wait)
    assert queueing.mg1_mean_wait(arrival_rate, 1 / service_rate, 0.0) == pytest.approx(wait / 2)


@given(busy=LOADS, servers=st.integers(2, 30))
def test_pooling_never_lengthens_the_mean_wait(busy: float, servers: int) -> None:
    waits = queueing.pooled_and_separate_waits(busy * servers, 1.0, servers)
    assert waits.pooled < waits.separate


@given(
    arrival_rate=st.floats(0, 40), within=st.floats(0, 2), target=st.floats(0, 0.999), rate=st.floats(0.5, 4)
)
def test_staff_for_is_the_smallest_that_keeps_the_promise(
    arrival_rate: float, within: float, target: float, rate: float
) -> None:
    servers = queueing.staff_for(arrival_rate, rate, within, target)
    assert queueing.service_level(arrival_rate, rate, servers, within) >= target
    one_fewer = servers - 1
    if one_fewer and one_fewer * rate > arrival_rate:
        assert queueing.service_level(arrival_rate, rate, one_fewer, within) < target


def test_staffing_survives_a_load_that_rounding_makes_whole() -> None:
    assert queueing.staff_for(0.3, 0.1, 1.0, 0.0) >= 3


@given(busy=LOADS, servers=SERVERS, within=st.floats(0, 3))
def test_late_share_is_what_the_service_level_leaves(busy: float, servers: int, within: float) -> None:
    late = queueing.late_share(busy, servers, 0.5, within)
    assert late == pytest.approx(1 - queueing.service_level(busy * servers * 2, 2, servers, within))


def test_late_share_takes_several_numbers_of_servers_at_once() -> None:
    together = queueing.late_share(0.8, np.array([1, 4, 30]), 1, 0)
    assert together == pytest.approx([queueing.erlang_c(0.8 * c, 1, c) for c in (1, 4, 30)])


@given(weight=st.floats(0.05, 4))
def test_one_server_loses_least_where_the_square_root_says(weight: float) -> None:
    best = 1 / (1 + weight**0.5)
    least = queueing.lost_minutes(best, 1, 0.7, weight)
    assert least == pytest.approx(2 * 0.7 * weight**0.5)
    for other in (best * 0.97, best + 0.03 * (1 - best)):
        assert queueing.lost_minutes(other, 1, 0.7, weight) > least


@given(busy=LOADS, servers=SERVERS)
def test_what_is_lost_to_customers_whose_time_is_worthless_is_idle_time(busy: float, servers: int) -> None:
    assert queueing.lost_minutes(busy, servers, 1, 0) == pytest.approx((1 - busy) / busy)


@given(busy=LOADS, fast_share=st.floats(0, 1), scv=st.floats(0, 3))
def test_a_fast_lane_moves_waiting_and_removes_none(busy: float, fast_share: float, scv: float) -> None:
    waits = queueing.fast_lane_waits(busy, fast_share, 0.7, scv)
    mean = fast_share * waits.fast + (1 - fast_share) * waits.rest
    assert mean == pytest.approx(queueing.mg1_mean_wait(busy / 0.7, 0.7, scv))
    assert waits.fast < waits.rest


def test_fast_lane_against_a_clerk_who_serves_it_first() -> None:
    generator = np.random.default_rng(8)
    customers, busy, share = 120_000, 0.8, 0.3
    arrivals = np.cumsum(generator.exponential(1 / busy, customers)).tolist()
    services = generator.exponential(1, customers).tolist()
    fast = (generator.random(customers) < share).tolist()
    lanes: dict[bool, deque[int]] = {True: deque(), False: deque()}
    waits: dict[bool, list[float]] = {True: [], False: []}
    now, coming = 0.0, 0
    while coming < customers or lanes[True] or lanes[False]:
        if not (lanes[True] or lanes[False]):
            now = max(now, arrivals[coming])
        while coming < customers and arrivals[coming] <= now:
            lanes[fast[coming]].append(coming)
            coming += 1
        lane = bool(lanes[True])
        served = lanes[lane].popleft()
        waits[lane].append(now - arrivals[served])
        now += services[served]
    formula = queueing.fast_lane_waits(busy, share, 1, 1)
    assert np.mean(waits[True]) == pytest.approx(formula.fast, rel=0.05)
    assert np.mean(waits[False]) == pytest.approx(formula.rest, rel=0.08)


@pytest.mark.parametrize("busy", [0.0, 1.0, 1.2, float("nan")])
def test_no_wait_is_told_for_staff_that_never_or_always_works(busy: float) -> None:
    for formula in (
        lambda: queueing.late_share(busy, 2, 1, 0),
        lambda: queueing.lost_minutes(busy, 2, 1, 1),
        lambda: queueing.fast_lane_waits(busy, 0.2, 1, 1),
    ):
        with pytest.raises(ValueError, match="busy must lie in"):
            formula()


def test_utilisation_is_the_share_of_time_at_work() -> None:
    assert queueing.utilisation(6, 3, 4) == 0.5


@given(wait=st.floats(0, 60))
def test_felt_wait_equals_the_clock_when_every_factor_is_one(wait: float) -> None:
    assert queueing.felt_wait(wait, 1, 1, 1) == wait
    assert queueing.felt_wait(wait, 1.5, 1, 2) == pytest.approx(3 * wait)


def test_littlewood_limit_by_hand() -> None:
    # With two places kept, demand exceeds them on half of the days: a third, worth 50, beats 40 in
    # hand and only equals 50. With three kept, a fourth would be worth 25.
    assert queueing.littlewood_limit(100, 40, [1, 2, 3, 4]) == 3
    assert queueing.littlewood_limit(100, 50, [1, 2, 3, 4]) == 2
    assert queueing.littlewood_limit(100, 99, [0, 0, 0, 5]) == 0


@given(
    demand=st.lists(st.integers(0, 50), min_size=1, max_size=60),
    low_fare=st.integers(1, 99),
)
def test_littlewood_limit_stops_at_the_first_place_not_worth_keeping(
    demand: list[int], low_fare: int
) -> None:
    limit = queueing.littlewood_limit(100, low_fare, demand)

    def worth_keeping(places: float) -> bool:
        return sum(entry > places for entry in demand) * 100 > low_fare * len(demand)

    assert not worth_keeping(limit)
    assert limit == 0 or worth_keeping(limit - 1)


def test_normal_and_recorded_demand_agree_on_a_large_record() -> None:
    record = np.random.default_rng(4).normal(60, 12, 200_000)
    normal = queueing.littlewood_limit_normal(300, 100, 60, 12)
    assert queueing.littlewood_limit(300, 100, record) == pytest.approx(normal, abs=0.15)
    assert queueing.littlewood_limit_normal(300, 150, 60, 12) == pytest.approx(60)


def test_normal_limit_never_falls_below_zero() -> None:
    assert queueing.littlewood_limit_normal(100, 99, 1, 20) == 0


def waits_by_hand(gaps: list[float], services: list[float], servers: int) -> list[float]:
    """A clerk's log: each customer goes to whichever server is free first."""
    free, now, waits = [0.0] * servers, 0.0, []
    for gap, service in zip(gaps, services, strict=True):
        now += gap
        server = free.index(min(free))
        start = max(now, free[server])
        free[server] = start + service
        waits.append(start - now)
    return waits


@given(
    times=st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=0, max_size=60),
    servers=st.integers(1, 4),
)
def test_queue_waits_agree_with_a_log_kept_by_hand(times: list[tuple[float, float]], servers: int) -> None:
    gaps, services = [gap for gap, _ in times], [service for _, service in times]
    waits = queueing.queue_waits(gaps, services, servers)
    np.testing.assert_allclose(waits, waits_by_hand(gaps, services, servers), atol=1e-9)
    assert np.all(waits >= 0)


def test_simulated_single_server_comes_to_the_general_formula() -> None:
    generator = np.random.default_rng(9)
    services = generator.gamma(2.0, 0.5, 1_000_000)
    waits = queueing.simulate_queue(0.8, services, generator, warm_up=10_000)
    assert waits.shape == (990_000,)
    assert waits.mean() == pytest.approx(queueing.mg1_mean_wait(0.8, 1.0, 0.5), rel=0.03)


def test_simulated_three_servers_come_to_erlang_c() -> None:
    generator = np.random.default_rng(10)
    waits = queueing.simulate_queue(
        2.1, generator.exponential(1.0, 150_000), generator, servers=3, warm_up=2_000
    )
    assert waits.mean() == pytest.approx(queueing.mean_wait(2.1, 1.0, 3), rel=0.05)
    assert (waits > 1e-9).mean() == pytest.approx(queueing.erlang_c(2.1, 1.0, 3), rel=0.03)


def test_the_same_seed_gives_the_same_waits() -> None:
    first, second = (
        queueing.simulate_queue(1.0, np.full(50, 0.9), np.random.default_rng(3)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_erlang_c_agrees_with_ciw() -> None:
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=2.0)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[3],
    )
    means = []
    for seed in range(8):
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_time(700)
        waits = [r.waiting_time for r in simulation.get_all_records() if r.arrival_date > 100]
        means.append(np.mean(waits))
    standard_error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert standard_error < 0.1
    assert abs(np.mean(means) - queueing.mean_wait(2.0, 1.0, 3)) < 4 * standard_error


@settings(max_examples=25)
@given(excess=st.floats(1.0, 5.0), servers=st.integers(1, 9))
def test_no_formula_answers_at_or_above_capacity(excess: float, servers: int) -> None:
    with pytest.raises(ValueError, match="arrival_rate must lie below the capacity"):
        queueing.mean_wait(excess * servers, 1.0, servers)
    with pytest.raises(ValueError, match="arrival_rate must lie below the capacity"):
        queueing.mm1_mean_wait(excess, 1.0)
    with pytest.raises(ValueError, match="arrival_rate must lie below the capacity"):
        queueing.mg1_mean_wait(excess, 1.0, 1.0)


def test_an_array_with_one_overloaded_entry_is_refused() -> None:
    with pytest.raises(ValueError, match=r"capacity of all servers, 1, got 1\.2"):
        queueing.mm1_mean_wait(np.array([0.5, 1.2]), 1.0)


def test_bad_arguments_are_named() -> None:
    half_a_server: Quantity = 2.5
    slider: Quantity = signal("load")
    with pytest.raises(ValueError, match=r"arrival_rate must lie in \[0, inf\), got nan"):
        queueing.mm1_mean_wait(float("nan"), 1.0)
    with pytest.raises(ValueError, match=r"arrival_rate must lie in .* got -1"):
        queueing.erlang_c(-1, 1, 2)
    with pytest.raises(ValueError, match=r"servers must be a whole number, got 2\.5"):
        queueing.erlang_c(1, 1, half_a_server)
    with pytest.raises(ValueError, match=r"servers must lie in \[1, inf\), got 0"):
        queueing.erlang_c(1, 1, 0)
    with pytest.raises(ValueError, match=r"target must lie in \[0, 1\), got 1"):
        queueing.staff_for(1, 1, 1, 1.0)
    with pytest.raises(ValueError, match=r"service_scv must lie in \[0, inf\), got -0.1"):
        queueing.mg1_mean_wait(0.5, 1, -0.1)
    with pytest.raises(ValueError, match="low_fare must lie below high_fare, got 100 and 100"):
        queueing.littlewood_limit(100, 100, [1])
    with pytest.raises(ValueError, match="low_fare must lie below high_fare"):
        queueing.littlewood_limit_normal(100, 120, 10, 2)
    with pytest.raises(ValueError, match="demand must hold at least one entry"):
        queueing.littlewood_limit(100, 50, [])
    with pytest.raises(ValueError, match=r"warm_up must lie below the 3 customers simulated, got 3"):
        queueing.simulate_queue(1.0, [1, 1, 1], np.random.default_rng(0), warm_up=3)
    with pytest.raises(ValueError, match=r"one length, got shapes \(2,\) and \(3,\)"):
        queueing.queue_waits([1, 1], [1, 1, 1])
    with pytest.raises(ValueError, match=r"sum of counts must lie in .* got 1"):
        queueing.binned_moments([0], [1], [1])
    with pytest.raises(ValueError, match="one shape"):
        queueing.binned_moments([0, 1], [1, 2], [1])
    with pytest.raises(TypeError, match="an expression is not a number"):
        queueing.erlang_b(slider, 3)
