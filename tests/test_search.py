"""Stopping rules, reviews, risk and records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from service_encounter import cases
from service_encounter.models import search

posting = st.floats(0.01, 1)


def test_a_look_at_two_hundredths_stops_at_four_fifths() -> None:
    """At c = 0.02: stop at 0.8, after five offers on average."""
    assert search.reservation_value(0.02) == pytest.approx(0.8)
    assert search.expected_offers_seen(0.02) == pytest.approx(5.0)


@given(cost=st.floats(1e-4, 0.5))
def test_the_last_look_pays_exactly_its_cost(cost: float) -> None:
    """The mean gain of one more offer over the reservation value is (1 - R)^2 / 2."""
    assert (1 - search.reservation_value(cost)) ** 2 / 2 == pytest.approx(cost)


def test_searchers_by_simulation() -> None:
    """A searcher with the rule nets the reservation value, and neighbouring rules net less."""
    generator = np.random.default_rng(7)
    cost, searchers = 0.02, 200_000

    def net(threshold: float) -> tuple[float, float]:
        offers = generator.geometric(1 - threshold, searchers)
        accepted = generator.uniform(threshold, 1, searchers)
        return float((accepted - cost * offers).mean()), float(offers.mean())

    value, offers = net(float(search.reservation_value(cost)))
    assert value == pytest.approx(0.8, abs=0.002)
    assert offers == pytest.approx(float(search.expected_offers_seen(cost)), abs=0.05)
    assert net(0.65)[0] < value > net(0.9)[0]


@given(a=st.floats(0.1, 50), b=st.floats(0.1, 50), positive=st.integers(0, 500), negative=st.integers(0, 500))
def test_belief_lies_between_prior_and_reviews(a: float, b: float, positive: int, negative: int) -> None:
    """And inside its own interval's reach when nothing is read."""
    posterior = search.posterior_share(a, b, positive, negative)
    if positive + negative == 0:
        assert posterior == pytest.approx(a / (a + b))
    else:
        low, high = sorted((a / (a + b), positive / (positive + negative)))
        assert low - 1e-12 <= posterior <= high + 1e-12


@given(reviews=st.integers(1, 60), first=st.floats(0.04, 0.96), second=st.floats(0.04, 0.96))
def test_more_praise_agrees_with_the_binomial_counts(reviews: int, first: float, second: float) -> None:
    """Within two in a hundred of the count over all pairs, ties settled by a coin."""
    positive = np.arange(reviews + 1)
    pairs = np.outer(binom.pmf(positive, reviews, first), binom.pmf(positive, reviews, second))
    exact = np.tril(pairs, -1).sum() + np.trace(pairs) / 2
    assert search.chance_of_more_praise(reviews, first, second) == pytest.approx(exact, abs=0.02)


def test_more_praise_refuses_no_reviews() -> None:
    """Nothing read, nothing to go by."""
    with pytest.raises(ValueError, match="reviews"):
        search.chance_of_more_praise(0, 0.5, 0.5)


def test_interval_is_that_of_the_beta_distribution() -> None:
    """A flat prior and no reviews leave the central 90% of (0, 1); reviews narrow it."""
    assert search.posterior_interval(1, 1, 0, 0) == pytest.approx((0.05, 0.95))
    low, high = search.posterior_interval(1, 1, 45, 5)
    assert 0.05 < low < search.posterior_share(1, 1, 45, 5) < high < 0.96


@given(quality=st.floats(0, 1), satisfied=posting, dissatisfied=posting)
def test_bias_can_be_undone_if_it_is_known(quality: float, satisfied: float, dissatisfied: float) -> None:
    """`quality_behind` inverts `shown_positive_share`; equal posting shows the truth."""
    shown = search.shown_positive_share(quality, satisfied, dissatisfied)
    assert search.quality_behind(shown, satisfied, dissatisfied) == pytest.approx(quality, abs=1e-9)
    assert search.shown_positive_share(quality, satisfied, satisfied) == pytest.approx(quality)


@given(positive=st.integers(0, 60), negative=st.integers(0, 60), rate=posting)
def test_equal_posting_gives_the_beta_posterior(positive: int, negative: int, rate: float) -> None:
    """The grid agrees with the closed form, whatever the common chance of posting."""
    grid = search.posterior_quality(positive, negative, rate, rate, 2, 3)
    mean = (grid["quality"] * grid["probability"]).sum()
    assert grid["probability"].sum() == pytest.approx(1)
    assert mean == pytest.approx(search.posterior_share(2, 3, positive, negative), abs=1e-4)


def test_a_reader_who_knows_the_bias_believes_less() -> None:
    """Eight of ten reviews praise; if the satisfied post three times as often, quality is near 0.57."""
    grid = search.posterior_quality(800, 200, 0.3, 0.1)
    assert grid["quality"].iloc[int(grid["probability"].argmax())] == pytest.approx(4 / 7, abs=0.005)


def test_risk_adds_up_over_kinds() -> None:
    """A worked case of three kinds."""
    assert search.perceived_risk([0.1, 0.02, 0.5], [8, 10, 1]) == pytest.approx(1.5)
    assert search.perceived_risk([], []) == 0


def test_prior_is_recovered_from_simulated_units() -> None:
    """A thousand units with shares from beta(8, 32) and fifty trials each."""
    generator = np.random.default_rng(11)
    trials = np.full(1000, 50)
    prior = search.fit_beta_prior(generator.binomial(trials, generator.beta(8, 32, 1000)), trials)
    assert prior.mean == pytest.approx(0.2, abs=0.01)
    assert prior.a + prior.b == pytest.approx(40, rel=0.25)


def test_fit_is_a_maximum_of_the_beta_binomial_likelihood() -> None:
    """By the likelihood of another implementation."""
    won, tried = np.array([12, 30, 5, 44, 9]), np.array([40, 60, 30, 70, 50])
    prior = search.fit_beta_prior(won, tried)
    best = betabinom.logpmf(won, tried, prior.a, prior.b).sum()
    for a, b in ((1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98), (1.02, 1.02), (0.98, 0.98)):
        assert betabinom.logpmf(won, tried, prior.a * a, prior.b * b).sum() < best


def test_units_alike_are_shrunk_together() -> None:
    """Where units differ by nothing, records of every size forecast the common share."""
    shares = search.shrunk_shares([10, 20], [100, 200], search.fit_beta_prior([10, 20], [100, 200]))
    np.testing.assert_allclose(shares, 0.1, atol=1e-3)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=3, max_size=8))
def test_shrunk_shares_lie_between_record_and_prior(pairs: list[tuple[int, int]]) -> None:
    """And more trials mean less shrinkage."""
    won = np.array([min(wins, tries) for wins, tries in pairs])
    tried = np.array([tries for _, tries in pairs])
    prior = search.BetaPrior(3.0, 5.0)
    shrunk, record = search.shrunk_shares(won, tried, prior), won / tried
    low, high = np.minimum(record, prior.mean), np.maximum(record, prior.mean)
    assert ((shrunk >= low - 1e-12) & (shrunk <= high + 1e-12)).all()
    np.testing.assert_allclose((shrunk - prior.mean) * (8 + tried), (record - prior.mean) * tried, atol=1e-9)


def _league(generator: np.random.Generator, units: int, periods: int, spread: float) -> pd.DataFrame:
    truth = np.clip(generator.normal(0.3, spread, units), 0.05, 0.95)
    frame = pd.DataFrame(
        [(f"u{unit}", period) for period in range(periods) for unit in range(units)],
        columns=["carrier", "month"],
    )
    frame["flights"] = generator.integers(10, 60, len(frame))
    frame["late"] = generator.binomial(frame["flights"], np.tile(truth, periods))
    return frame


def test_shrinkage_wins_on_small_records() -> None:
    """Forty units that differ a little, four periods, ten to sixty trials each."""
    counts = _league(np.random.default_rng(3), 40, 4, 0.06)
    forecasts = search.compare_forecasts(
        counts, unit="carrier", period="month", successes="late", trials="flights"
    )
    errors = search.forecast_errors(forecasts)
    assert len(forecasts) == 40 * 3
    assert errors["shrunk"] < errors["own"]
    assert errors["shrunk"] < errors["common"]


def test_carriers_keep_their_records_and_shrinkage_helps_the_small() -> None:
    """Flights of 2013: a carrier's past beats the common share, a record of few flights needs shrinking."""
    forecasts = search.compare_forecasts(
        cases.load("carrier_punctuality"),
        unit="carrier",
        period="month",
        successes="late_15",
        trials="flights",
    )
    errors = search.forecast_errors(forecasts)
    assert errors["shrunk"] < errors["own"] < errors["common"]
    small = search.forecast_errors(forecasts[forecasts["trials"] < 200])
    assert small["own"] - small["shrunk"] > 10 * (errors["own"] - errors["shrunk"])


@given(
    st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 30_000)), min_size=2, max_size=12).filter(
        lambda pairs: any(wins for wins, _ in pairs) and any(wins < tries for wins, tries in pairs)
    )
)
def test_prior_can_be_fitted_to_any_counts(pairs: list[tuple[int, int]]) -> None:
    """Alike or wildly different, few trials or many: never a missing number."""
    tried = [tries for _, tries in pairs]
    prior = search.fit_beta_prior([min(pair) for pair in pairs], tried)
    assert prior.a > 0
    assert prior.b > 0
    assert np.isfinite(prior.a + prior.b)


def test_forecasts_use_the_past_only() -> None:
    """A change in the last period changes what happened there, and no forecast."""
    counts = _league(np.random.default_rng(5), 6, 3, 0.1)
    changed = counts.copy()
    changed.loc[changed["month"] == 2, "late"] = 0
    columns = {"unit": "carrier", "period": "month", "successes": "late", "trials": "flights"}
    before, after = search.compare_forecasts(counts, **columns), search.compare_forecasts(changed, **columns)
    pd.testing.assert_frame_equal(before[["own", "common", "shrunk"]], after[["own", "common", "shrunk"]])
    assert (after.loc[after["period"] == 2, "actual"] == 0).all()


def test_a_newcomer_is_not_forecast() -> None:
    """A unit without a record has no own forecast to compare."""
    counts = _league(np.random.default_rng(5), 4, 2, 0.1)
    counts = counts[~((counts["carrier"] == "u3") & (counts["month"] == 0))]
    forecasts = search.compare_forecasts(
        counts, unit="carrier", period="month", successes="late", trials="flights"
    )
    assert sorted(forecasts["unit"]) == ["u0", "u1", "u2"]


def test_forecast_errors_weigh_by_trials() -> None:
    """Two forecasts, one of three times the trials."""
    frame = pd.DataFrame(
        {"trials": [10, 30], "actual": [0.2, 0.4], "own": [0.3, 0.4], "common": 0.3, "shrunk": 0.4}
    )
    errors = search.forecast_errors(frame)
    assert errors["own"] == pytest.approx((10 * 0.01 / 40) ** 0.5)
    assert errors["common"] == pytest.approx(0.1)


def test_bad_input_is_named() -> None:
    """One message: argument, value, what is allowed."""
    with pytest.raises(ValueError, match=r"cost must lie in \(0, 0\.5\], got 0\.6"):
        search.reservation_value(0.6)
    with pytest.raises(ValueError, match=r"post_satisfied must lie in \(0, 1\], got 0"):
        search.posterior_quality(1, 1, 0.0, 0.5)
    with pytest.raises(
        ValueError, match="losses must hold one number for each of the 2 probabilities, got 1"
    ):
        search.perceived_risk([0.1, 0.2], [1])
    with pytest.raises(ValueError, match=r"probabilities\[1\] must lie in \[0, 1\], got 2"):
        search.perceived_risk([0.1, 2], [1, 1])
    with pytest.raises(ValueError, match="successes must not exceed trials, got 5 of 3 in position 1"):
        search.fit_beta_prior([1, 5], [3, 3])
    with pytest.raises(ValueError, match="successes must hold at least 2 units, got 1"):
        search.fit_beta_prior([1], [3])
    with pytest.raises(ValueError, match="neither none nor all"):
        search.fit_beta_prior([0, 0], [3, 4])
    with pytest.raises(ValueError, match=r"got shapes \(2,\) and \(3,\)"):
        search.shrunk_shares([1, 1], [3, 4, 5], search.BetaPrior(1, 1))
    counts = _league(np.random.default_rng(5), 4, 2, 0.1)
    with pytest.raises(KeyError, match="no column 'delayed'; it has carrier, month, flights, late"):
        search.compare_forecasts(
            counts, unit="carrier", period="month", successes="delayed", trials="flights"
        )
    with pytest.raises(ValueError, match="two units with trials in an earlier of at least two periods"):
        search.compare_forecasts(
            counts[counts["month"] == 0], unit="carrier", period="month", successes="late", trials="flights"
        )
