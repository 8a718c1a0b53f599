"""After-sales: published dispute counts, warranties against renewal theory, and the two illusions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_encounter import cases
from service_encounter.models import recovery

EXPLAINED, RELIEVED, PAID = (
    "Closed with explanation",
    "Closed with non-monetary relief",
    "Closed with monetary relief",
)
SHARE = st.floats(0.02, 0.98)


@pytest.fixture(scope="module")
def complaints() -> pd.DataFrame:
    return cases.load("complaint_outcomes")


def test_dispute_rates_match_the_target(complaints: pd.DataFrame) -> None:
    result = recovery.dispute_rates(complaints, [EXPLAINED, RELIEVED, PAID])
    assert list(result.table["complaints"]) == [2468, 380, 215]
    assert list((100 * result.table["rate"]).round(2)) == [21.27, 10.79, 7.44]
    assert (round(result.chi2, 2), result.degrees_of_freedom) == (43.59, 2)
    assert result.p_value < 1e-9


@pytest.mark.parametrize(("response", "crude", "pooled"), [(RELIEVED, 0.448, 0.480), (PAID, 0.298, 0.323)])
def test_dispute_odds_match_the_target(
    complaints: pd.DataFrame, response: str, crude: float, pooled: float
) -> None:
    odds = recovery.dispute_odds(complaints, response, against=EXPLAINED)
    assert (round(odds.crude, 3), round(odds.pooled, 3)) == (crude, pooled)
    assert odds.low < odds.pooled < odds.high < 1


def test_swapping_the_responses_inverts_the_odds(complaints: pd.DataFrame) -> None:
    one, other = (
        recovery.dispute_odds(complaints, PAID, EXPLAINED),
        recovery.dispute_odds(complaints, EXPLAINED, PAID),
    )
    assert one.pooled * other.pooled == pytest.approx(1.0)
    assert one.low * other.high == pytest.approx(1.0)


def test_mantel_haenszel_sees_through_a_reversal() -> None:
    # Within each stratum the odds ratio is 2; summed, the exposure looks protective.
    tables = [[[80, 40], [500, 500]], [[100, 900], [10, 180]]]
    odds = recovery.mantel_haenszel(tables)
    a, b, c, d = np.array(tables, dtype=float).reshape(2, 4).T
    n = a + b + c + d
    assert odds.pooled == pytest.approx((a * d / n).sum() / (b * c / n).sum())
    assert odds.pooled == pytest.approx(2.0)
    assert odds.crude < 1


def test_a_stratum_with_one_response_says_nothing() -> None:
    tables = [[[10, 20], [30, 40]], [[0, 0], [5, 60]]]
    with_it, without = recovery.mantel_haenszel(tables), recovery.mantel_haenszel(tables[:1])
    assert with_it.strata == 1
    assert with_it.pooled == pytest.approx(without.pooled)
    assert with_it.crude != pytest.approx(without.crude)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([[1, 2], [3, 4]], r"shape \(strata, 2, 2\)"),
        ([[[1, -2], [3, 4]]], "tables must lie in"),
        ([[[0, 5], [3, 4]]], "no odds ratio"),
        ([[[0, 0], [3, 4]]], "no odds ratio"),
        ([[[1, float("nan")], [3, 4]]], "nan"),
    ],
)
def test_mantel_haenszel_refuses_tables_without_an_odds_ratio(
    tables: list[list[list[float]]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        recovery.mantel_haenszel(tables)


def test_disputes_refuse_what_they_cannot_compare(complaints: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no recorded answer to Untimely response; responses are Closed"):
        recovery.dispute_rates(complaints, [EXPLAINED, "Untimely response"])
    with pytest.raises(ValueError, match="complaints has no column product"):
        recovery.dispute_rates(complaints.drop(columns="product"), [EXPLAINED, PAID])
    with pytest.raises(ValueError, match="at least two"):
        recovery.dispute_rates(complaints, [EXPLAINED, EXPLAINED])
    undisputed = complaints[complaints["disputed"] == "No"]
    with pytest.raises(ValueError, match="disputed and undisputed"):
        recovery.dispute_rates(undisputed, [EXPLAINED, PAID])
    with pytest.raises(ValueError, match="no odds ratio"):
        recovery.dispute_odds(undisputed, PAID, EXPLAINED)


# --- Complaint or exit -----------------------------------------------------------------------


@given(redress=st.floats(0, 100), chance=SHARE, effort=st.floats(0, 50), gain=st.floats(-20, 50))
def test_the_three_answers_share_out_and_respond_as_hirschman_says(
    redress: float, chance: float, effort: float, gain: float
) -> None:
    voice = recovery.voice_share(redress, chance, effort, gain, 10.0, 10.0)
    leave = recovery.exit_share(redress, chance, effort, gain, 10.0, 10.0)
    assert 0 < voice + leave < 1
    assert recovery.voice_share(redress, chance, effort, gain, 30.0, 10.0) > voice
    assert recovery.exit_share(redress, chance, effort + 5, gain, 10.0, 10.0) > leave


def test_three_equal_answers_split_in_thirds() -> None:
    assert recovery.voice_share(20.0, 0.5, 10.0, 5.0, 5.0, 10.0) == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="scale must lie in"):
        recovery.voice_share(20.0, 0.5, 10.0, 5.0, 5.0, 0.0)


# --- Warranty and guarantee ------------------------------------------------------------------


@settings(deadline=None)
@given(term=st.floats(0, 20), life=st.floats(0.5, 20), rate=st.floats(0, 0.3))
def test_a_gamma_life_of_shape_one_has_a_constant_hazard(term: float, life: float, rate: float) -> None:
    expected = recovery.constant_hazard_claims(term, life, rate)
    assert recovery.renewal_claims(term, life, 1.0, rate) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(deadline=None)
@given(life=st.floats(0.5, 5), shape=st.floats(0.3, 8))
def test_renewals_reach_the_long_run_law(life: float, shape: float) -> None:
    # Renewal theorem: t / mean + (squared coefficient of variation - 1) / 2.
    claims = recovery.renewal_claims(400.0, life, shape, 0.0)
    assert claims == pytest.approx(400 / life + (1 / shape - 1) / 2, abs=1e-6)


def test_renewals_against_drawn_lives() -> None:
    rng = np.random.default_rng(7)
    falls = rng.gamma(0.7, 2 / 0.7, size=(20_000, 80)).cumsum(axis=1)
    within = falls <= 5
    counted, discounted = within.sum(axis=1), (within * 1.08**-falls).sum(axis=1)
    assert recovery.renewal_claims(5, 2, 0.7, 0.0) == pytest.approx(
        counted.mean(), abs=4 * counted.std() / 141
    )
    assert recovery.renewal_claims(5, 2, 0.7, 0.08) == pytest.approx(
        discounted.mean(), abs=4 * discounted.std() / 141
    )


def test_constant_hazard_claims_do_not_jump_where_the_series_takes_over() -> None:
    below, above = (recovery.constant_hazard_claims(1.0, 1.0, np.expm1(x)) for x in (0.99999e-4, 1.00001e-4))
    assert above - below == pytest.approx(-1e-9, rel=1e-2)
    assert recovery.constant_hazard_claims(6.0, 3.0, 0.0) == 2.0


def test_warranty_price_adds_the_loading() -> None:
    assert recovery.warranty_price(0.4, 150.0, 0.25) == pytest.approx(75.0)
    with pytest.raises(ValueError, match="loading must lie in"):
        recovery.warranty_price(0.4, 150.0, -0.1)
    with pytest.raises(ValueError, match="shape must lie in"):
        recovery.renewal_claims(5, 2, 0.0, 0.0)


def test_guarantee_pays_the_failed_and_the_bold() -> None:
    assert recovery.guarantee_payout(0.1, 0.5, 0.0, 40.0) == pytest.approx(2.0)
    assert recovery.guarantee_payout(0.1, 0.5, 0.02, 40.0) == pytest.approx(2.72)


@given(margin=st.floats(1, 200), part=st.floats(0, 0.95))
def test_breakeven_growth_restores_the_profit(margin: float, part: float) -> None:
    payout = part * margin
    growth = recovery.guarantee_breakeven_growth(margin, payout)
    assert (1 + growth) * (margin - payout) == pytest.approx(margin)


def test_no_growth_pays_for_a_guarantee_that_eats_the_margin() -> None:
    with pytest.raises(ValueError, match="margin left after expected_payout"):
        recovery.guarantee_breakeven_growth(10.0, 10.0)


# --- The two illusions -----------------------------------------------------------------------


@pytest.mark.parametrize(("harm", "halo", "share"), [(0.5, 0.6, 0.3), (0.2, 0.9, 0.1), (1.5, 0.3, 0.6)])
def test_the_paradox_drawn_is_the_paradox_computed(harm: float, halo: float, share: float) -> None:
    groups = recovery.simulate_recovery(
        200_000, 0.4, 7.0, harm, 1.2, halo, share, 0.0, np.random.default_rng(5)
    )
    score, size = groups["mean_score"], groups["customers"]
    kept = score["failed, recovery rated excellent"] - score["never failed"]
    error = 1.2 / np.sqrt(size["failed, recovery rated excellent"])
    assert kept == pytest.approx(recovery.recovery_paradox(harm, 1.2, halo, share), abs=4 * error)
    assert score["failed"] - score["never failed"] == pytest.approx(-harm, abs=0.03)
    assert size["failed, recovery rated excellent"] / size["failed"] == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("gratitude", [0.0, 0.4, 1.0])
def test_the_same_scores_hide_any_effect_on_the_kept(gratitude: float) -> None:
    groups = recovery.simulate_recovery(
        200_000, 0.5, 6.5, 0.6, 1.5, 0.6, 0.25, gratitude, np.random.default_rng(3)
    )
    seen, hidden = groups["mean_score"], groups["mean_unfailed"]
    kept = "failed, recovery rated excellent"
    assert list(seen) == pytest.approx(
        [6.5, 5.9, 6.5 + recovery.recovery_paradox(0.6, 1.5, 0.6, 0.25)], abs=0.04
    )
    assert hidden["failed"] == pytest.approx(6.5, abs=0.03)
    effect = recovery.effect_on_kept(0.6, 1.5, 0.6, 0.25, gratitude)
    assert seen[kept] - hidden[kept] == pytest.approx(effect, abs=0.04)


def test_gratitude_runs_from_the_harm_to_the_report() -> None:
    report = recovery.recovery_paradox(0.6, 1.5, 0.6, 0.25)
    assert recovery.effect_on_kept(0.6, 1.5, 0.6, 0.25, 0.0) == pytest.approx(-0.6)
    assert recovery.effect_on_kept(0.6, 1.5, 0.6, 0.25, 1.0) == pytest.approx(report)
    with pytest.raises(ValueError, match=r"gratitude must lie in \[0, 1\], got 1.5"):
        recovery.effect_on_kept(0.6, 1.5, 0.6, 0.25, 1.5)


@given(harm=st.floats(0, 2), spread=st.floats(0.5, 2.5), halo=st.floats(0, 1), share=SHARE)
def test_selection_alone_makes_the_paradox(harm: float, spread: float, halo: float, share: float) -> None:
    gap = recovery.recovery_paradox(harm, spread, halo, share)
    assert gap >= -harm
    assert recovery.recovery_paradox(harm, spread, 0.0, share) == pytest.approx(-harm)
    # Keeping the other part as well brings back the loss that recovery leaves on average.
    rest = -recovery.recovery_paradox(-harm, spread, halo, 1 - share)
    assert share * gap + (1 - share) * rest == pytest.approx(-harm, abs=1e-9)


@pytest.mark.parametrize("halo", [0.0, 0.6, 1.0])
def test_the_chances_of_an_excellent_rating_add_up_to_the_paradox(halo: float) -> None:
    score = np.linspace(-3.0, 15.0, 36_001)
    density = np.exp(-(((score - 5.9) / 1.5) ** 2) / 2)
    chance = np.asarray(recovery.excellent_chance(score, 6.5, 0.6, 1.5, halo, 0.25))
    kept = density * chance
    assert kept.sum() / density.sum() == pytest.approx(0.25, abs=1e-4)
    gap = (score * kept).sum() / kept.sum() - 6.5
    assert gap == pytest.approx(recovery.recovery_paradox(0.6, 1.5, halo, 0.25), abs=1e-3)


def test_a_chance_needs_a_halo_that_is_one() -> None:
    with pytest.raises(ValueError, match="halo"):
        recovery.excellent_chance(6.0, 6.5, 0.6, 1.5, 1.2, 0.25)


@settings(deadline=None)
@given(spread=st.floats(0.5, 2.5), reliability=st.floats(0, 1), share=SHARE)
def test_regression_raises_the_lowest_and_leaves_them_below(
    spread: float, reliability: float, share: float
) -> None:
    from scipy.stats import norm

    rise = recovery.regression_rise(spread, reliability, share)
    shortfall = recovery.regression_shortfall(spread, reliability, share)
    assert rise >= 0
    assert shortfall >= 0
    assert rise + shortfall == pytest.approx(spread * norm.pdf(norm.ppf(share)) / share)


def test_regression_drawn_is_regression_computed() -> None:
    surveys = recovery.simulate_regression(100_000, 7.0, 1.5, 0.6, 0.2, np.random.default_rng(9))
    lowest, everybody = surveys.loc["lowest at first"], surveys.loc["all"]
    assert lowest["second"] - lowest["first"] == pytest.approx(
        recovery.regression_rise(1.5, 0.6, 0.2), abs=0.05
    )
    shortfall = everybody["second"] - lowest["second"]
    assert shortfall == pytest.approx(recovery.regression_shortfall(1.5, 0.6, 0.2), abs=0.05)
    assert everybody["second"] == pytest.approx(everybody["first"], abs=0.03)


def test_illusions_refuse_impossible_shares() -> None:
    with pytest.raises(ValueError, match=r"excellent_share must lie in \(0, 1\), got 0"):
        recovery.recovery_paradox(0.5, 1.0, 0.5, 0.0)
    with pytest.raises(ValueError, match=r"halo must lie in \[0, 1\], got 1.1"):
        recovery.recovery_paradox(0.5, 1.0, 1.1, 0.5)
    with pytest.raises(ValueError, match="enough to fill every group"):
        recovery.simulate_recovery(3, 0.01, 7.0, 0.5, 1.0, 0.5, 0.01, 0.0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="low_share must take in at least one"):
        recovery.simulate_regression(10, 7.0, 1.0, 0.5, 0.01, np.random.default_rng(0))
