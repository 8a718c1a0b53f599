"""Word of mouth: adoption, the net promoter score and its error, and who rates."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_encounter.models import word_of_mouth
from service_encounter.models.retention import NotIdentifiedError

VCR = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
SHARE = st.floats(0.01, 1.0)


def test_bass_reproduces_the_published_least_squares_fit() -> None:
    fit = word_of_mouth.fit_bass(VCR)
    assert (fit.m, fit.p, fit.q) == pytest.approx((6.80e4, 6.59e-3, 6.38e-1), rel=1e-2)
    assert fit.standard_errors == pytest.approx((3.13e3, 1.43e-3, 4.14e-2), rel=1e-2)
    assert fit.residual_standard_error == pytest.approx(np.sqrt(np.sum((fit.sales(10) - VCR) ** 2) / 7))


@settings(deadline=None, max_examples=25)
@given(p=st.floats(0.002, 0.03), q=st.floats(0.2, 0.7), m=st.floats(10, 1e6))
def test_bass_fit_recovers_its_own_sales(p: float, q: float, m: float) -> None:
    fit = word_of_mouth.fit_bass(word_of_mouth.bass_sales(m, p, q, 16))
    assert (fit.m, fit.p, fit.q) == pytest.approx((m, p, q), rel=1e-4)


@settings(deadline=None)
@given(p=st.floats(0.001, 0.1), q=st.floats(0.0, 1.0), time=st.floats(0.01, 30))
def test_bass_rate_is_the_slope_of_adoption_and_obeys_its_law(p: float, q: float, time: float) -> None:
    step = 1e-5
    share = word_of_mouth.bass_adoption_share(p, q, time)
    slope = word_of_mouth.bass_adoption_share(p, q, time + step) - word_of_mouth.bass_adoption_share(
        p, q, time - step
    )
    rate = word_of_mouth.bass_adoption_rate(p, q, time)
    assert slope / (2 * step) == pytest.approx(rate, rel=1e-4, abs=1e-8)
    assert rate == pytest.approx((p + q * share) * (1 - share), rel=1e-9, abs=1e-12)


def test_bass_peak_is_where_the_rate_is_highest() -> None:
    fit = word_of_mouth.fit_bass(VCR)
    around = word_of_mouth.bass_adoption_rate(fit.p, fit.q, fit.peak_time + np.array([-0.1, 0.0, 0.1]))
    assert around.argmax() == 1


@pytest.mark.parametrize(
    "sales",
    [VCR[:5], [10, 15, 22.5, 33.75, 50.6, 75.9], [5, 5, 5, 5, 5, 5]],
    ids=["cut short", "rising", "flat"],
)
def test_bass_says_when_no_peak_is_in_sight(sales: list[float]) -> None:
    with pytest.raises(NotIdentifiedError, match="sales do not identify m, p and q"):
        word_of_mouth.fit_bass(sales)


@pytest.mark.parametrize(
    ("sales", "message"),
    [
        ([1, 2, 3], "at least four"),
        ([1, -2, 3, 4], "sales must lie in"),
        ([1, float("nan"), 3, 4], "nan"),
        ([0, 0, 0, 0], "the sum of sales"),
    ],
)
def test_bass_refuses_impossible_sales(sales: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        word_of_mouth.fit_bass(sales)


# --- Net promoter score ----------------------------------------------------------------------


def test_net_promoter_by_hand() -> None:
    result = word_of_mouth.net_promoter([10] * 5 + [9] + [8] * 2 + [6, 0])
    assert result.score == pytest.approx(40.0)
    assert (result.promoters, result.passives, result.detractors, result.respondents) == (6, 2, 2, 10)
    assert result.standard_error == pytest.approx(100 * np.sqrt((0.8 - 0.16) / 10))
    assert (result.low, result.high) == pytest.approx((40 - 49.583, 40 + 49.583), abs=1e-2)


def test_net_promoter_standard_error_is_that_of_the_multinomial() -> None:
    # Every ordered sample of three answers from a population of 50% promoters, 20% passives, 30% detractors.
    share = {9: 0.5, 7: 0.2, 3: 0.3}
    coded = {9: 100.0, 7: 0.0, 3: -100.0}
    samples = list(itertools.product(share, repeat=3))
    chance = np.array([np.prod([share[answer] for answer in sample]) for sample in samples])
    score = np.array([np.mean([coded[answer] for answer in sample]) for sample in samples])
    exact = np.sqrt(chance @ score**2 - (chance @ score) ** 2)
    population = word_of_mouth.net_promoter([9] * 50 + [7] * 20 + [3] * 30)
    assert population.standard_error * np.sqrt(100 / 3) == pytest.approx(exact)


def test_net_promoter_error_is_the_survey_s_own_and_shrinks_with_the_root_of_its_size() -> None:
    survey = word_of_mouth.net_promoter([9] * 50 + [7] * 20 + [3] * 30)
    error = word_of_mouth.net_promoter_error(promoters=0.5, detractors=0.3, respondents=100)
    assert error == pytest.approx(survey.standard_error)
    assert word_of_mouth.net_promoter_error(0.5, 0.3, 400) == pytest.approx(error / 2)
    assert word_of_mouth.net_promoter_error(0.6, 0.4, 96) == pytest.approx(10.0)


def test_net_promoter_error_refuses_more_than_everybody() -> None:
    with pytest.raises(ValueError, match=r"promoters \+ detractors must lie in"):
        word_of_mouth.net_promoter_error(promoters=0.7, detractors=0.4, respondents=100)
    with pytest.raises(ValueError, match="respondents"):
        word_of_mouth.net_promoter_error(promoters=0.5, detractors=0.4, respondents=0)


def test_net_promoter_interval_covers_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        result = word_of_mouth.net_promoter(rng.choice([10, 8, 2], size=200, p=[0.5, 0.3, 0.2]))
        covered += result.low <= 30 <= result.high
    assert 0.92 < covered / 400 < 0.98


@settings(deadline=None)
@given(st.lists(st.integers(0, 10), min_size=2, max_size=40))
def test_net_promoter_stays_in_range_or_says_why_not(ratings: list[int]) -> None:
    groups = {"promoter" if rating >= 9 else "passive" if rating >= 7 else "detractor" for rating in ratings}
    if len(groups) == 1:
        with pytest.raises(ValueError, match="at least two of the three groups"):
            word_of_mouth.net_promoter(ratings)
    else:
        result = word_of_mouth.net_promoter(ratings)
        assert -100 <= result.low <= result.score <= result.high <= 100
        assert result.standard_error > 0


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        ([11, 3], r"ratings must lie in \[0, 10\], got 11"),
        ([8.5, 3], "whole number"),
        ([float("nan"), 3], "nan"),
        ([], "two of the three"),
    ],
)
def test_net_promoter_refuses_impossible_ratings(ratings: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        word_of_mouth.net_promoter(ratings)
    with pytest.raises(ValueError, match="level"):
        word_of_mouth.net_promoter([9, 3], level=1.0)


# --- Who rates -------------------------------------------------------------------------------


@given(satisfied=SHARE, high=SHARE, low=SHARE)
def test_ratings_are_honest_only_when_all_rate_alike(satisfied: float, high: float, low: float) -> None:
    assert word_of_mouth.rated_positive_share(satisfied, high, high) == pytest.approx(satisfied)
    shown = word_of_mouth.rated_positive_share(satisfied, high, low)
    assert (shown - satisfied) * (high - low) >= -1e-12
    by_mean = word_of_mouth.rated_mean([0, 1], [1 - satisfied, satisfied], [low, high])
    assert by_mean.rated_mean == pytest.approx(shown)
    assert by_mean.true_mean == pytest.approx(satisfied)


def test_a_u_shape_spreads_ratings_and_hides_the_middle() -> None:
    scores = np.arange(1, 6)
    shares = np.array([0.05, 0.1, 0.2, 0.4, 0.25])
    chances = word_of_mouth.chance_to_rate(scores, 3.0, 0.05, 0.1, 0.2)
    np.testing.assert_allclose(chances, [0.45, 0.25, 0.05, 0.15, 0.25])
    result = word_of_mouth.rated_mean(scores, shares, chances)
    assert result.bias < 0
    assert result.response_rate == pytest.approx(shares @ chances)
    assert result.rated_shares[2] < shares[2]
    assert word_of_mouth.chance_to_rate(1.0, 3.0, 0.5, 0.1, 0.4) == 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [0.5, 0.5], [0, 0]), "customers who rate"),
        (([1, 2], [0.5], [1, 1]), "one length"),
        (([1, 2], [0.5, 0.5], [1, 1.1]), "chances must lie in"),
        (([1, 2], [0.5, -0.5], [1, 1]), "shares must lie in"),
    ],
)
def test_rated_mean_refuses_impossible_input(arguments: tuple[list[float], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        word_of_mouth.rated_mean(*arguments)


def test_star_rounding_by_hand() -> None:
    # 4.1 shown as 4.5 is above the nearest half; 4.5 shown as 5 is above even the next half up.
    result = word_of_mouth.star_rounding([4.5, 4.5, 5.0, 4.0], [4.1, 4.3, 4.5, 4.0], [1, 2, 3, 4])
    assert result.raised == pytest.approx(0.6)
    assert result.above_nearest == pytest.approx(0.4)
    assert result.above_ceiling == pytest.approx(0.3)
    assert result.mean_shown - result.mean_stored == pytest.approx((0.4 + 2 * 0.2 + 3 * 0.5) / 10)


@pytest.mark.parametrize(
    ("shown", "stored", "message"),
    [
        ([4.3], [4.3], "half stars"),
        ([4.5], [4.33], "tenths"),
        ([5.5], [5.0], "shown must lie in"),
        ([4.5, 4.0], [4.5], "one length"),
    ],
)
def test_star_rounding_refuses_other_scales(shown: list[float], stored: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        word_of_mouth.star_rounding(shown, stored, [1])
