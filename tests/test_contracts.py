"""Contracts: present values by summing, the corridor of fees, incentives, and failure times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from service_encounter import cases
from service_encounter.models import contracts

RATES = st.floats(0.001, 0.6)
YEARS = st.integers(1, 40)
MONEY = st.floats(1, 1e5)


@pytest.fixture(scope="module")
def failures() -> dict[int, list[float]]:
    """Hours between failures of the air-conditioning, by aircraft (Proschan 1963)."""
    frame = cases.load("aircraft_air_conditioning")
    return {
        int(str(aircraft)): hours.astype(float).tolist()
        for aircraft, hours in frame.groupby("aircraft")["hours"]
    }


@given(rate=st.floats(0, 1), years=YEARS)
def test_annuity_factor_is_the_sum_of_discounted_ones(rate: float, years: int) -> None:
    expected = sum((1 + rate) ** -year for year in range(1, years + 1))
    assert contracts.annuity_factor(rate, years) == pytest.approx(expected, rel=1e-8)


def test_annuity_factor_reads_arrays() -> None:
    np.testing.assert_allclose(
        contracts.annuity_factor(np.array([0.0, 0.08]), 20), [20, 9.81814741], rtol=1e-8
    )


def test_fees_of_the_office_and_its_cooling() -> None:
    assert contracts.yearly_fee(10_000, 1_500, 0.08, 20) == pytest.approx(2_518.5, abs=0.05)
    assert contracts.yearly_fee(10_000, 1_500, 0.12, 20) == pytest.approx(2_838.8, abs=0.05)
    rate = contracts.implied_discount_rate(4.563385, years=20)
    assert contracts.yearly_fee(10_000, 1_500, rate, 20) == pytest.approx(3_691.4, abs=0.05)


@given(rate=st.floats(0, 0.4), life=st.integers(1, 25), lives=st.integers(1, 5))
def test_a_contract_over_whole_lives_costs_what_one_life_costs(rate: float, life: int, lives: int) -> None:
    once = contracts.yearly_fee(10_000, 1_500, rate, life)
    assert contracts.renewed_fee(10_000, 1_500, rate, life, life * lives) == pytest.approx(once, rel=1e-6)


def test_machines_scrapped_at_half_their_life_are_paid_for_in_full() -> None:
    # Bought in years 0, 20 and 40, the contract over at 50.
    spent = 10_000 * (1 + 1.08**-20 + 1.08**-40)
    yearly = spent / sum(1.08**-year for year in range(1, 51))
    assert contracts.renewed_fee(10_000, 1_500, 0.08, 20, 50) == pytest.approx(yearly + 1_500)
    assert yearly > contracts.yearly_fee(10_000, 0, 0.08, 20)


@given(
    rate=st.floats(0.01, 0.2), failing=st.floats(0, 0.3), recovered=st.floats(0, 1), years=st.integers(1, 30)
)
def test_a_promise_that_may_fail_is_worth_its_expected_payments(
    rate: float, failing: float, recovered: float, years: int
) -> None:
    worth = 0.0
    for _ in range(years):
        promise = worth + 1
        worth = ((1 - failing) * promise + failing * recovered * promise) / (1 + rate)
    risky = contracts.rate_with_failures(rate, failing, recovered)
    assert contracts.annuity_factor(risky, years) == pytest.approx(worth, rel=1e-6)


def test_a_bank_that_fetches_nothing_turns_eight_into_twelve() -> None:
    assert contracts.rate_with_failures(0.08, 1 - 1.08 / 1.12, 0) == pytest.approx(0.12)


def test_heating_trade_off_as_a_rate() -> None:
    assert contracts.implied_discount_rate(4.563385) == pytest.approx(0.2191356, abs=1e-5)
    assert contracts.implied_discount_rate(4.563385, years=20) == pytest.approx(0.215, abs=5e-4)


@given(rate=RATES, years=YEARS)
def test_implied_rate_undoes_the_annuity(rate: float, years: int) -> None:
    trade_off = float(contracts.annuity_factor(rate, years))
    assert contracts.implied_discount_rate(trade_off, years) == pytest.approx(rate, rel=1e-6)


def test_a_saving_worth_every_year_of_it_means_no_discounting() -> None:
    assert contracts.implied_discount_rate(20, years=20) == pytest.approx(0, abs=1e-12)


@given(investment=MONEY, cost=MONEY, rate=RATES, years=YEARS)
def test_the_yearly_fee_is_worth_what_owning_costs(
    investment: float, cost: float, rate: float, years: int
) -> None:
    fee = contracts.yearly_fee(investment, cost, rate, years)
    owning = contracts.present_value(investment, cost, rate, years)
    assert contracts.present_value(0, fee, rate, years) == pytest.approx(owning)


@given(investment=MONEY, cost=MONEY, rate=RATES, years=YEARS, contracting=st.floats(0.01, 1000))
def test_no_corridor_when_both_discount_alike(
    investment: float, cost: float, rate: float, years: int, contracting: float
) -> None:
    corridor = contracts.fee_corridor(investment, cost, rate, rate, years, contracting)
    assert not corridor.exists
    assert corridor.width == pytest.approx(-contracting, rel=1e-6)
    assert contracts.fee_corridor(investment, cost, rate, rate, years, 0.0).exists


@given(
    investment=st.floats(1_000, 50_000),
    cost=st.floats(0, 5_000),
    rate=st.floats(0.01, 0.3),
    years=st.integers(2, 40),
    contracting=st.floats(1, 2_000),
)
def test_the_corridor_opens_at_the_smallest_gap(
    investment: float, cost: float, rate: float, years: int, contracting: float
) -> None:
    gap = contracts.smallest_discount_gap(investment, rate, years, contracting)
    assert gap > 0
    assert contracts.fee_corridor(investment, cost, rate, rate + gap * 1.001, years, contracting).exists
    assert not contracts.fee_corridor(investment, cost, rate, rate + gap * 0.999, years, contracting).exists


def test_without_a_contracting_cost_no_gap_is_needed() -> None:
    assert contracts.smallest_discount_gap(10_000, 0.08, 20, 0) == pytest.approx(0, abs=1e-12)


@given(saving=st.floats(0, 1000), cost=st.floats(1, 1000), share=st.floats(0, 1), other=st.floats(0, 20))
def test_best_effort_earns_at_least_as_much_as_any_other(
    saving: float, cost: float, share: float, other: float
) -> None:
    def gain(effort: float) -> float:
        return share * saving * effort - cost * effort**2 / 2

    effort = contracts.best_effort(saving, cost, share)
    assert gain(effort) >= gain(other) - 1e-6
    assert effort <= contracts.best_effort(saving, cost, 1.0)


@given(value=st.floats(0, 20), slope=st.floats(0.05, 2), price=st.floats(0, 20), cost=st.floats(0, 20))
def test_overuse_loss_is_the_area_between_cost_and_value(
    value: float, slope: float, price: float, cost: float
) -> None:
    used = contracts.usage(value, slope, price)
    efficient = contracts.usage(value, slope, cost)
    area, _ = quad(lambda x: cost - (value - slope * x), efficient, used)
    loss = contracts.overuse_loss(value, slope, price, cost)
    assert loss == pytest.approx(area, abs=1e-6)
    assert loss >= -1e-9
    assert contracts.overuse(value, slope, price, cost) == pytest.approx(used - efficient)
    assert contracts.overuse(value, slope, cost, cost) == 0


def test_flat_fee_overuse_by_hand() -> None:
    # Value falls from 10 by 0.5 a unit: 20 units when free, 12 at the cost of 4.
    assert contracts.overuse(10, 0.5, 0, 4) == 8
    assert contracts.overuse_loss(10, 0.5, 0, 4) == 16


@given(mtbf=st.floats(0.1, 1e4), mttr=st.floats(0, 1e3))
def test_availability_is_a_share(mtbf: float, mttr: float) -> None:
    assert 0 < contracts.availability(mtbf, mttr) <= 1
    assert contracts.availability(mtbf, mttr) >= contracts.availability(mtbf, mttr + 1)


@given(fee=st.floats(0, 5), penalty=st.floats(0, 20), shift=st.floats(0, 5), mtbf=st.floats(10, 1000))
def test_only_the_sum_of_uptime_fee_and_penalty_gives_an_incentive(
    fee: float, penalty: float, shift: float, mtbf: float
) -> None:
    def reward(uptime_fee: float, downtime_penalty: float) -> float:
        better = contracts.availability_payment(500, uptime_fee, downtime_penalty, 2000, 2 * mtbf, 24)
        return float(
            better - contracts.availability_payment(500, uptime_fee, downtime_penalty, 2000, mtbf, 24)
        )

    assert reward(fee + shift, penalty) == pytest.approx(reward(fee, penalty + shift), abs=1e-6)


def test_availability_payment_by_hand() -> None:
    assert contracts.availability_payment(1000, 2, 10, 2000, 90, 10) == pytest.approx(1000 + 3600 - 2000)


def test_air_conditioning_failures_of_two_aircraft(failures: dict[int, list[float]]) -> None:
    for aircraft, count, mean, shape in ((9, 12, 108.0833, 0.7065), (7, 24, 64.1250, 1.0575)):
        times = failures[aircraft]
        assert len(times) == count
        assert contracts.fit_exponential(times).scale == pytest.approx(mean, abs=1e-4)
        fit = contracts.fit_gamma(times)
        assert fit.shape == pytest.approx(shape, abs=1e-4)
        assert fit.shape * fit.scale == pytest.approx(mean, abs=1e-4)


@given(times=st.lists(st.floats(0.5, 500), min_size=3, max_size=40))
def test_gamma_fit_agrees_with_scipy_and_is_a_maximum(times: list[float]) -> None:
    assume(np.std(np.log(times)) > 0.1)
    fit = contracts.fit_gamma(times)
    shape, _, scale = stats.gamma.fit(times, floc=0)
    assert fit.shape == pytest.approx(shape, rel=1e-4)
    assert fit.scale == pytest.approx(scale, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(stats.gamma.logpdf(times, fit.shape, scale=fit.scale).sum())
    assert fit.log_likelihood >= contracts.fit_exponential(times).log_likelihood - 1e-9


def test_exponential_log_likelihood_agrees_with_scipy(failures: dict[int, list[float]]) -> None:
    fit = contracts.fit_exponential(failures[9])
    assert fit.log_likelihood == pytest.approx(stats.expon.logpdf(failures[9], scale=fit.scale).sum())


KINDS = st.lists(st.tuples(st.floats(0.001, 1), st.floats(0.01, 1)), min_size=1, max_size=5)


@given(kinds=KINDS, age=st.floats(0, 500), more=st.floats(0, 500))
def test_a_pool_of_constant_rates_never_gets_worse_with_age(
    kinds: list[tuple[float, float]], age: float, more: float
) -> None:
    rates, shares = [kind[0] for kind in kinds], [kind[1] for kind in kinds]
    young = contracts.pooled_failure_rate(rates, shares, age)
    old = contracts.pooled_failure_rate(rates, shares, age + more)
    assert min(rates) - 1e-12 <= old <= young + 1e-12
    assert young <= max(rates) + 1e-12


def test_pooled_rate_is_the_hazard_of_the_mixture() -> None:
    rates, shares, step = np.array([0.01, 0.1]), np.array([0.3, 0.7]), 1e-6
    survival = [float(shares @ np.exp(-rates * age)) for age in (20 - step, 20 + step)]
    hazard = -(np.log(survival[1]) - np.log(survival[0])) / (2 * step)
    assert contracts.pooled_failure_rate(list(rates), list(shares), 20.0) == pytest.approx(hazard, rel=1e-6)


def test_a_very_old_pool_fails_at_its_hardiest_rate() -> None:
    assert contracts.pooled_failure_rate([1.0, 0.5], [0.5, 0.5], 1e5) == pytest.approx(0.5)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"rate must lie in \[0, inf\), got -0\.01"):
        contracts.annuity_factor(-0.01, 20)
    with pytest.raises(ValueError, match=r"years must lie in \(0, inf\), got 0"):
        contracts.present_value(100, 1, 0.1, 0)
    with pytest.raises(ValueError, match=r"investment must lie in .* got nan"):
        contracts.yearly_fee(float("nan"), 1, 0.1, 10)
    with pytest.raises(ValueError, match=r"contracting_cost must lie in .* got -5"):
        contracts.fee_corridor(100, 1, 0.1, 0.1, 10, -5)
    with pytest.raises(ValueError, match=r"investment must lie in \(0, inf\), got 0"):
        contracts.smallest_discount_gap(0, 0.08, 20, 100)
    with pytest.raises(ValueError, match=r"trade_off must lie in \[0, 20\], got 25"):
        contracts.implied_discount_rate(25, years=20)
    with pytest.raises(ValueError, match=r"trade_off must lie in \(0, inf\), got 0"):
        contracts.implied_discount_rate(0)
    with pytest.raises(ValueError, match=r"life must lie in \(0, inf\), got 0"):
        contracts.renewed_fee(100, 1, 0.1, 0, 20)
    with pytest.raises(ValueError, match=r"recovered must lie in \[0, 1\], got 2"):
        contracts.rate_with_failures(0.1, 0.1, 2)
    with pytest.raises(ValueError, match=r"failing \* \(1 - recovered\) must lie in \(0, inf\), got 0"):
        contracts.rate_with_failures(0.1, 1, 0)
    with pytest.raises(ValueError, match=r"share_kept must lie in \[0, 1\], got 2"):
        contracts.best_effort(1, 1, 2)
    with pytest.raises(ValueError, match=r"mtbf must lie in \(0, inf\), got 0"):
        contracts.availability(0, 1)
    with pytest.raises(ValueError, match="times must hold at least 2 entries, got 1"):
        contracts.fit_gamma([3.0])
    with pytest.raises(ValueError, match="times must differ"):
        contracts.fit_gamma([3.0, 3.0, 3.0])
    with pytest.raises(ValueError, match=r"times must lie in \(0, inf\), got 0"):
        contracts.fit_exponential([0.0, 2.0])
    with pytest.raises(ValueError, match="rates and shares must have one entry a kind"):
        contracts.pooled_failure_rate([0.1], [0.5, 0.5], 1)
    with pytest.raises(ValueError, match=r"shares\[1\] must lie in \(0, inf\), got 0"):
        contracts.pooled_failure_rate([0.1, 0.2], [1.0, 0.0], 1)
