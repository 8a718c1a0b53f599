"""Retention models against print, against another implementation and against their own identities."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_encounter.models import retention

HIGH_END = [100.0, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
REGULAR = [100.0, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
DONATIONS = [
    (0, 0, 3464), (1, 1, 1091), (1, 2, 277), (1, 3, 129), (1, 4, 78), (1, 5, 119), (1, 6, 129), (2, 2, 613),
    (2, 3, 255), (2, 4, 155), (2, 5, 173), (2, 6, 234), (3, 3, 322), (3, 4, 181), (3, 5, 225), (3, 6, 357),
    (4, 4, 240), (4, 5, 284), (4, 6, 512), (5, 5, 335), (5, 6, 728), (6, 6, 1203),
]  # fmt: skip
POSITIVE = st.floats(0.1, 20.0)


@pytest.fixture(scope="module")
def donations() -> pd.DataFrame:
    return pd.DataFrame(DONATIONS, columns=["frequency", "recency", "weights"]).assign(periods=6)


@pytest.fixture(scope="module")
def bgbb(donations: pd.DataFrame) -> retention.BgbbFit:
    return retention.fit_bgbb(donations)


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package imports pkg_resources, which warns
        datasets = pytest.importorskip("lifetimes.datasets")
    frame: pd.DataFrame = datasets.load_cdnow_summary()
    return frame


@pytest.fixture(scope="module")
def bgnbd(cdnow: pd.DataFrame) -> retention.BgnbdFit:
    return retention.fit_bgnbd(cdnow)


# --- Contracts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "year_12"),
    [(HIGH_END, 0.668, 3.806, 0.378), (REGULAR, 0.704, 1.182, 0.170)],
)
def test_sbg_reproduces_the_published_fit_and_forecast(
    survivors: list[float], alpha: float, beta: float, year_12: float
) -> None:
    fit = retention.fit_sbg(survivors)
    assert (fit.alpha, fit.beta) == pytest.approx((alpha, beta), abs=1e-3)
    assert fit.survival(12)[-1] == pytest.approx(year_12, abs=5e-4)


@pytest.mark.parametrize(
    ("survivors", "by_endpoint", "by_likelihood"), [(HIGH_END, 0.295, 0.270), (REGULAR, 0.087, 0.046)]
)
def test_the_two_constant_rates_forecast_year_12_apart(
    survivors: list[float], by_endpoint: float, by_likelihood: float
) -> None:
    endpoint = retention.endpoint_retention_rate(survivors)
    likelihood = retention.likelihood_retention_rate(survivors)
    assert retention.constant_survival(endpoint, 12) == pytest.approx(by_endpoint, abs=5e-4)
    assert retention.constant_survival(likelihood, 12) == pytest.approx(by_likelihood, abs=5e-4)
    assert 100 * retention.constant_survival(endpoint, 7) == pytest.approx(survivors[-1])


def test_likelihood_rate_is_the_maximum_of_the_geometric_likelihood() -> None:
    left = np.array(HIGH_END)
    leavers, tenure = -np.diff(left), np.arange(1, 8)

    def log_likelihood(rate: float) -> float:
        return float(leavers @ ((tenure - 1) * np.log(rate) + np.log(1 - rate)) + left[-1] * 7 * np.log(rate))

    best = retention.likelihood_retention_rate(left)
    assert log_likelihood(best) > max(log_likelihood(best - 1e-4), log_likelihood(best + 1e-4))


def test_sbg_log_likelihood_scales_with_customers_and_estimates_do_not() -> None:
    share, customers = retention.fit_sbg(REGULAR), retention.fit_sbg([10 * left for left in REGULAR])
    assert (customers.alpha, customers.beta) == pytest.approx((share.alpha, share.beta), rel=1e-6)
    assert customers.log_likelihood == pytest.approx(-1680.265, abs=1e-3)
    assert customers.log_likelihood == pytest.approx(10 * share.log_likelihood)


@settings(deadline=None)
@given(alpha=POSITIVE, beta=POSITIVE, periods=st.integers(2, 30))
def test_sbg_retention_rises_with_tenure_and_multiplies_to_survival(
    alpha: float, beta: float, periods: int
) -> None:
    rates = np.asarray(retention.sbg_retention_rate(alpha, beta, np.arange(1, periods + 1)))
    assert np.all(np.diff(rates) > 0)
    survival = retention.sbg_survival(alpha, beta, periods)
    np.testing.assert_allclose(retention.observed_retention_rates([1.0, *survival]), rates, rtol=1e-12)


@settings(deadline=None)
@given(alpha=st.floats(0.2, 5.0), beta=st.floats(0.2, 5.0))
def test_sbg_fit_recovers_the_parameters_of_its_own_survival_curve(alpha: float, beta: float) -> None:
    fit = retention.fit_sbg([1.0, *retention.sbg_survival(alpha, beta, 8)])
    assert (fit.alpha, fit.beta) == pytest.approx((alpha, beta), rel=1e-4)


@settings(deadline=None)
@given(alpha=POSITIVE, beta=POSITIVE)
def test_sbg_survival_is_the_mean_of_individual_curves(alpha: float, beta: float) -> None:
    from scipy.stats import beta as beta_distribution

    chances = beta_distribution(alpha, beta).ppf((np.arange(20_000) + 0.5) / 20_000)
    assert retention.sbg_survival(alpha, beta, 3)[-1] == pytest.approx(np.mean((1 - chances) ** 3), abs=2e-3)


@pytest.mark.parametrize(
    ("survivors", "message"),
    [
        ([100, 90, 95], "survivors must not rise: 90 at tenure 1, 95 at tenure 2"),
        ([100, 50, -1], "survivors must lie in .*-1"),
        ([100, float("nan"), 50], "survivors must lie in .*nan"),
        ([0, 0, 0], "survivors at tenure 0 must lie in"),
        ([100], "at least|two values or more"),
        ([[100, 90], [80, 70]], "shape"),
    ],
)
def test_impossible_survivors_are_refused(survivors: list[float], message: str) -> None:
    for read in (retention.fit_sbg, retention.endpoint_retention_rate, retention.likelihood_retention_rate):
        with pytest.raises(ValueError, match=message):
            read(survivors)


@pytest.mark.parametrize(
    "survivors",
    [
        [100, 60],
        [100, 100, 100, 100],
        [100, 0, 0, 0],
        [100, 50, 25, 12.5, 6.25],
        [100, 90, 75, 50],
    ],
    ids=["one renewal", "nobody leaves", "all leave at once", "constant rate", "falling rate"],
)
def test_sbg_says_when_survivors_do_not_identify_it(survivors: list[float]) -> None:
    with pytest.raises(retention.NotIdentifiedError, match="identify alpha"):
        retention.fit_sbg(survivors)


def test_retention_after_everybody_left_is_refused() -> None:
    with pytest.raises(ValueError, match="before the last tenure"):
        retention.observed_retention_rates([100, 0, 0])


# --- BG/BB -----------------------------------------------------------------------------------


def test_bgbb_reproduces_the_published_donation_fit(bgbb: retention.BgbbFit) -> None:
    assert (bgbb.alpha, bgbb.beta, bgbb.gamma, bgbb.delta) == pytest.approx(
        (1.204, 0.750, 0.657, 2.783), abs=1e-3
    )
    assert bgbb.log_likelihood == pytest.approx(-33225.6, abs=0.1)


@settings(deadline=None)
@given(alpha=POSITIVE, beta=POSITIVE, gamma=POSITIVE, delta=POSITIVE, periods=st.integers(1, 12))
def test_bgbb_counts_sum_to_one_and_average_to_the_expectation(
    alpha: float, beta: float, gamma: float, delta: float, periods: int
) -> None:
    fit = retention.BgbbFit(alpha, beta, gamma, delta)
    chances = np.array([fit.probability_of_purchases(count, periods) for count in range(periods + 1)])
    assert chances.sum() == pytest.approx(1.0)
    assert chances @ np.arange(periods + 1) == pytest.approx(fit.expected_purchases(periods))
    assert fit.probability_of_zero(periods) == pytest.approx(chances[0])


def test_bgbb_history_probabilities_sum_to_one(bgbb: retention.BgbbFit, donations: pd.DataFrame) -> None:
    from scipy.special import comb

    x, last = donations["frequency"].to_numpy(), donations["recency"].to_numpy()
    strings = np.where(x > 0, comb(np.maximum(last - 1, 0), np.maximum(x - 1, 0)), 1.0)
    chances = np.exp(bgbb._history(x, last, 6)[-1])
    assert strings @ chances == pytest.approx(1.0)


def test_bgbb_further_purchases_average_to_the_unconditional_growth(bgbb: retention.BgbbFit) -> None:
    from scipy.special import comb

    x, last = np.array([row[:2] for row in DONATIONS]).T
    chances = np.where(x > 0, comb(np.maximum(last - 1, 0), np.maximum(x - 1, 0)), 1.0) * np.exp(
        bgbb._history(x, last, 6)[-1]
    )
    growth = bgbb.expected_purchases(11) - bgbb.expected_purchases(6)
    assert chances @ bgbb.expected_further_purchases(x, last, 6, 5) == pytest.approx(growth)


def test_bgbb_matches_another_implementation(bgbb: retention.BgbbFit, donations: pd.DataFrame) -> None:
    lifetimes = pytest.importorskip("lifetimes")
    other = lifetimes.BetaGeoBetaBinomFitter()
    other.params_ = pd.Series(
        [bgbb.alpha, bgbb.beta, bgbb.gamma, bgbb.delta], ["alpha", "beta", "gamma", "delta"]
    )
    x, last, n = (donations[name].to_numpy() for name in ("frequency", "recency", "periods"))
    np.testing.assert_allclose(
        bgbb.probability_alive(x, last, n), other.conditional_probability_alive(1, x, last, n), rtol=1e-8
    )
    np.testing.assert_allclose(
        bgbb.expected_further_purchases(x, last, n, 5),
        other.conditional_expected_number_of_purchases_up_to_time(5, x, last, n),
        rtol=1e-8,
    )


def test_bgbb_standard_errors_agree_with_simulated_spread(bgbb: retention.BgbbFit) -> None:
    rng = np.random.default_rng(14)
    customers, periods, estimates = 4000, 6, []
    for _ in range(12):
        buys = rng.beta(bgbb.alpha, bgbb.beta, customers)[:, None]
        alive_for = rng.geometric(rng.beta(bgbb.gamma, bgbb.delta, customers)) - 1
        occasion = np.arange(1, periods + 1)
        bought = (rng.random((customers, periods)) < buys) & (occasion <= alive_for[:, None])
        frame = pd.DataFrame({"frequency": bought.sum(1), "recency": (bought * occasion).max(1)})
        estimates.append(retention.fit_bgbb(frame.assign(periods=periods, weights=1)).alpha)
    expected = bgbb.standard_errors[0] * np.sqrt(11104 / customers)
    assert np.mean(estimates) == pytest.approx(bgbb.alpha, abs=4 * expected / np.sqrt(12))
    assert 0.5 < np.std(estimates, ddof=1) / expected < 1.7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"recency": 7}, "recency must not exceed periods: row 0 has 7 and 6"),
        ({"frequency": 2, "recency": 1}, "at most one purchase an occasion"),
        ({"frequency": 0, "recency": 1}, "exactly where frequency is 0"),
        ({"frequency": 1.5}, "frequency must be a whole number"),
        ({"weights": -1}, "weights must lie in"),
        ({"weights": 0}, "the sum of weights"),
        ({"recency": float("nan")}, "recency must lie in"),
    ],
)
def test_bgbb_refuses_impossible_rows(
    donations: pd.DataFrame, change: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        retention.fit_bgbb(donations.assign(**change))


def test_fits_name_a_missing_column(donations: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="no column weights; it has frequency, recency, periods"):
        retention.fit_bgbb(donations[["frequency", "recency", "periods"]])
    with pytest.raises(ValueError, match="no column T"):
        retention.fit_bgnbd(donations)
    with pytest.raises(ValueError, match="no rows"):
        retention.fit_bgbb(donations.iloc[:0])


@pytest.mark.parametrize("row", [0, -1], ids=["nobody buys", "everybody always buys"])
def test_bgbb_says_when_histories_do_not_identify_it(donations: pd.DataFrame, row: int) -> None:
    with pytest.raises(retention.NotIdentifiedError, match="alpha, beta, gamma, delta"):
        retention.fit_bgbb(donations.iloc[[row]])


# --- BG/NBD ----------------------------------------------------------------------------------


def test_bgnbd_reproduces_the_published_cdnow_fit(bgnbd: retention.BgnbdFit) -> None:
    assert (bgnbd.r, bgnbd.alpha, bgnbd.a, bgnbd.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=1e-3)
    assert bgnbd.expected_further_purchases(2, 30.43, 38.86, 39) == pytest.approx(1.226, abs=1e-3)


def test_bgnbd_estimates_do_not_depend_on_the_unit_of_time(
    cdnow: pd.DataFrame, bgnbd: retention.BgnbdFit
) -> None:
    days = retention.fit_bgnbd(cdnow.assign(recency=7 * cdnow["recency"], T=7 * cdnow["T"]))
    assert (days.r, days.alpha, days.a, days.b) == pytest.approx(
        (bgnbd.r, 7 * bgnbd.alpha, bgnbd.a, bgnbd.b), rel=1e-6
    )
    assert days.standard_errors[1] == pytest.approx(7 * bgnbd.standard_errors[1], rel=1e-4)


def test_bgnbd_matches_another_implementation(cdnow: pd.DataFrame, bgnbd: retention.BgnbdFit) -> None:
    lifetimes = pytest.importorskip("lifetimes")
    other = lifetimes.BetaGeoFitter()
    other.params_ = pd.Series([bgnbd.r, bgnbd.alpha, bgnbd.a, bgnbd.b], ["r", "alpha", "a", "b"])
    sample = cdnow.iloc[::50]
    x, last, end = (sample[name].to_numpy() for name in ("frequency", "recency", "T"))
    np.testing.assert_allclose(
        bgnbd.probability_alive(x, last, end), other.conditional_probability_alive(x, last, end), rtol=1e-8
    )
    np.testing.assert_allclose(
        bgnbd.expected_further_purchases(x, last, end, 39),
        other.conditional_expected_number_of_purchases_up_to_time(39, x, last, end),
        rtol=1e-6,
    )
    counts = np.arange(5)
    np.testing.assert_allclose(
        bgnbd.probability_of_purchases(counts, 39.0),
        [other.probability_of_n_purchases_up_to_time(39.0, count) for count in counts],
        rtol=1e-8,
    )


@settings(deadline=None)
@given(
    r=st.floats(0.2, 3),
    alpha=st.floats(1, 20),
    a=st.floats(1.1, 4),
    b=st.floats(0.5, 5),
    time=st.floats(0.5, 30),
)
def test_bgnbd_counts_sum_to_one_and_average_to_the_expectation(
    r: float, alpha: float, a: float, b: float, time: float
) -> None:
    fit = retention.BgnbdFit(r, alpha, a, b)
    counts = np.arange(4000)
    chances = fit.probability_of_purchases(counts, time)
    assert chances.sum() == pytest.approx(1.0, abs=1e-6)
    assert chances @ counts == pytest.approx(fit.expected_purchases(time), rel=1e-4, abs=1e-6)
    assert fit.probability_of_zero(time) == pytest.approx((alpha / (alpha + time)) ** r)


def test_bgnbd_never_doubts_a_customer_without_repeat_purchase(bgnbd: retention.BgnbdFit) -> None:
    alive = bgnbd.probability_alive([0, 1, 1], [0, 1, 30], [39, 39, 39])
    assert alive[0] == 1.0
    assert alive[1] < alive[2] < 1.0


def test_bgnbd_says_what_it_cannot_estimate(cdnow: pd.DataFrame) -> None:
    with pytest.raises(retention.NotIdentifiedError, match="nobody in frame buys again"):
        retention.fit_bgnbd(cdnow[cdnow["frequency"] == 0])
    with pytest.raises(retention.NotIdentifiedError, match="r, alpha, a, b"):
        retention.fit_bgnbd(cdnow.assign(frequency=3, recency=cdnow["T"]))
    with pytest.raises(ValueError, match="recency must not exceed T"):
        retention.fit_bgnbd(cdnow.assign(frequency=1, recency=99.0))
    with pytest.raises(ValueError, match="T must lie in"):
        retention.fit_bgnbd(cdnow.assign(frequency=0, recency=0, T=0))


def test_bgnbd_refuses_the_singular_expectation() -> None:
    fit = retention.BgnbdFit(0.5, 4.0, 1.0, 2.0)
    with pytest.raises(ValueError, match="a must differ from 1"):
        fit.expected_purchases(10)
    with pytest.raises(ValueError, match="alpha must lie in"):
        retention.BgnbdFit(0.5, -4.0, 1.0, 2.0)


# --- Worth -----------------------------------------------------------------------------------


def test_margin_multiples_match_the_table() -> None:
    table = {0.6: [1.20, 1.15, 1.11, 1.07], 0.7: [1.75, 1.67, 1.59, 1.52],
             0.8: [2.67, 2.50, 2.35, 2.22], 0.9: [4.50, 4.09, 3.75, 3.46]}  # fmt: skip
    for rate, multiples in table.items():
        values = retention.lifetime_value(1.0, rate, np.array([0.10, 0.12, 0.14, 0.16]))
        np.testing.assert_allclose(values, multiples, atol=0.005 + 1e-9)


@settings(deadline=None)
@given(rate=st.floats(0.0, 1.0), discount=st.floats(0.02, 0.5))
def test_lifetime_value_is_the_summed_series(rate: float, discount: float) -> None:
    ratios = (rate / (1 + discount)) ** np.arange(1, 3000)
    assert retention.lifetime_value(40.0, rate, discount) == pytest.approx(40 * ratios.sum(), rel=1e-9)


@settings(deadline=None)
@given(alpha=POSITIVE, beta=POSITIVE, discount=st.floats(0.02, 0.5), tenure=st.integers(0, 10))
def test_sbg_lifetime_value_is_the_summed_series(
    alpha: float, beta: float, discount: float, tenure: int
) -> None:
    periods = np.arange(1, 3001)
    series = retention.sbg_survival(alpha, beta + tenure, 3000) * np.exp(-periods * np.log1p(discount))
    assert retention.lifetime_value_sbg(1.0, alpha, beta, discount, tenure) == pytest.approx(
        series.sum(), rel=1e-8
    )


def test_a_survivor_is_worth_more_than_a_newcomer_though_nobody_changed() -> None:
    newcomer = retention.lifetime_value_sbg(100, 0.704, 1.182, 0.1)
    assert retention.lifetime_value_sbg(100, 0.704, 1.182, 0.1, tenure=4) > 1.5 * newcomer


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((100, 1.2, 0.1), r"retention_rate must lie in \[0, 1\], got 1.2"), ((100, 0.8, 0.0), "discount_rate"),
     ((100, float("nan"), 0.1), "retention_rate"), ((float("inf"), 0.8, 0.1), "margin")],
)  # fmt: skip
def test_lifetime_value_refuses_impossible_rates(arguments: tuple[float, float, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        retention.lifetime_value(*arguments)
