"""Word of mouth: how talk spreads a service, who cares to rate, and what a score tells.

The Bass model lets adoption grow from outside influence and from earlier adopters. The rating models
show how an honest average of those who rate misses the average of those who were served.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.models.retention import NotIdentifiedError
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "BassFit",
    "NetPromoter",
    "RatedMean",
    "StarRounding",
    "bass_adoption_rate",
    "bass_adoption_share",
    "bass_sales",
    "chance_to_rate",
    "fit_bass",
    "net_promoter",
    "net_promoter_error",
    "rated_mean",
    "rated_positive_share",
    "star_rounding",
]

Floats = NDArray[np.float64]

# --- The Bass model ---------------------------------------------------------------------------


def bass_adoption_share(p: Quantity, q: Quantity, time: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of the market that has adopted by ``time`` (Bass 1969).

    Args:
        p: coefficient of innovation, a period, above 0.
        q: coefficient of imitation, a period, not below 0.
        time: periods since launch.
        xp: math namespace.
    """
    _check_bass(p, q)
    checks.not_negative("time", time)
    decay = xp.exp(-(p + q) * time)
    return (1 - decay) / (1 + q / p * decay)


def bass_adoption_rate(p: Quantity, q: Quantity, time: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of the market that adopts in a period, at the pace of the moment ``time``.

    Args:
        p: coefficient of innovation, a period, above 0.
        q: coefficient of imitation, a period, not below 0.
        time: periods since launch.
        xp: math namespace.
    """
    _check_bass(p, q)
    checks.not_negative("time", time)
    decay = xp.exp(-(p + q) * time)
    spread = 1 + q / p * decay
    return (p + q) * (p + q) / p * decay / (spread * spread)


def bass_sales(m: float, p: float, q: float, periods: int) -> Floats:
    """First purchases in periods 1, 2, ..., ``periods``: m times the adoption rate at the end of each.

    Args:
        m: market potential, in units of sales.
        p: coefficient of innovation, a period.
        q: coefficient of imitation, a period.
        periods: at least 1.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.positive("m", m)
    checks.whole("periods", periods, low=1)
    return np.asarray(m * bass_adoption_rate(p, q, np.arange(1.0, periods + 1)), dtype=float)


def _check_bass(p: Quantity, q: Quantity) -> None:
    checks.positive("p", p)
    checks.not_negative("q", q)


@dataclass(frozen=True)
class BassFit:
    """A Bass model fitted to sales.

    Args:
        m: market potential, in units of sales.
        p: coefficient of innovation, a period.
        q: coefficient of imitation, a period.
        standard_errors: of m, p and q, by linearisation at the estimates.
        residual_standard_error: in units of sales.
    """

    m: float
    p: float
    q: float
    standard_errors: tuple[float, float, float]
    residual_standard_error: float

    @property
    def peak_time(self) -> float:
        """Periods from launch to the fastest adoption; 0 if it only slows from the start."""
        return max(0.0, float(np.log(self.q / self.p) / (self.p + self.q)))

    def sales(self, periods: int) -> Floats:
        """First purchases in periods 1, 2, ..., ``periods``."""
        return bass_sales(self.m, self.p, self.q, periods)


def fit_bass(sales: ArrayLike) -> BassFit:
    """Fit the Bass model to sales by nonlinear least squares.

    Args:
        sales: first purchases in periods 1, 2, ... since launch; at least four.

    Raises:
        ValueError: if the series is too short, negative, or has missing values or no sales.
        NotIdentifiedError: if the series does not determine m, p and q, as when no peak is in sight.
    """
    from scipy.optimize import least_squares

    observed = np.asarray(sales, dtype=float)
    if observed.ndim != 1 or len(observed) < 4:
        raise ValueError(f"sales must be a series of at least four periods, got shape {observed.shape}")
    checks.not_negative("sales", observed)
    checks.positive("the sum of sales", observed.sum())
    scale = observed.sum()

    def residuals(logs: Floats) -> Floats:
        m, p, q = np.exp(logs)
        return np.asarray(bass_sales(m, p, q, len(observed)) - observed / scale, dtype=float)

    starts = [np.log([potential, 0.01, q]) for potential in (1.2, 3.0) for q in (0.1, 0.4, 0.8)]
    bounds = (np.log([0.5, 1e-8, 1e-8]), np.log([1e3, 10.0, 10.0]))
    fits = [
        least_squares(residuals, start, bounds=bounds, xtol=1e-12, ftol=1e-12, gtol=1e-12) for start in starts
    ]
    best = min(fits, key=lambda fit: float(fit.cost))
    information = best.jac.T @ best.jac
    if not best.success or best.active_mask.any() or np.linalg.cond(information) > 1e8:
        m, p, q = np.exp(best.x)
        raise NotIdentifiedError(
            "sales do not identify m, p and q: the best fit lies at the edge of what is possible "
            f"(m = {m * scale:.3g}, p = {p:.3g}, q = {q:.3g}); the series may end before the peak"
        )
    m, p, q = (float(value) for value in np.exp(best.x) * np.array([scale, 1.0, 1.0]))
    variance = 2 * best.cost / (len(observed) - 3)
    relative_errors = np.sqrt(variance * np.diag(np.linalg.inv(information)))
    m_se, p_se, q_se = (float(se) for se in relative_errors * np.array([m, p, q]))
    return BassFit(m, p, q, (m_se, p_se, q_se), float(scale * np.sqrt(variance)))


# --- Net promoter score -----------------------------------------------------------------------


@dataclass(frozen=True)
class NetPromoter:
    """A net promoter score with its sampling error, in points from -100 to 100.

    Args:
        score: per cent of promoters less per cent of detractors.
        standard_error: of the score over random samples of this size.
        low, high: confidence interval by the normal approximation, cut at -100 and 100.
        promoters, passives, detractors: respondents who gave 9 or 10, 7 or 8, 0 to 6.
    """

    score: float
    standard_error: float
    low: float
    high: float
    promoters: int
    passives: int
    detractors: int

    @property
    def respondents(self) -> int:
        """All who answered."""
        return self.promoters + self.passives + self.detractors


def net_promoter(ratings: ArrayLike, level: float = 0.95) -> NetPromoter:
    """Net promoter score of answers from 0 to 10, taken as a random sample.

    The variance of one answer coded 100, 0, -100 is 100^2 (P + D - (P - D)^2), with P and D the shares of
    promoters and detractors.

    Args:
        ratings: whole numbers from 0 to 10, one a respondent.
        level: of the confidence interval, in (0, 1).

    Raises:
        ValueError: if an answer is not a whole number from 0 to 10, or if all answers fall in one group,
            so that nothing shows how much a sample would vary.

    >>> answer = net_promoter([10, 9, 8, 7, 3])
    >>> answer.score, round(answer.standard_error, 1)
    (20.0, 33.5)
    """
    from scipy.special import ndtri

    checks.within("level", level, 0.0, 1.0, low_open=True, high_open=True)
    answers = np.asarray(ratings, dtype=float)
    checks.within("ratings", answers, 0.0, 10.0)
    checks.whole("ratings", answers)
    n = answers.size
    promoters, detractors = int((answers >= 9).sum()), int((answers <= 6).sum())
    passives = n - promoters - detractors
    if max(promoters, passives, detractors) == n:
        raise ValueError(
            "ratings must fall in at least two of the three groups to have a sampling error, "
            f"got {promoters} promoters, {passives} passives and {detractors} detractors"
        )
    standard_error = float(net_promoter_error(promoters / n, detractors / n, n))
    reach = float(ndtri((1 + level) / 2)) * standard_error
    score = 100 * (promoters - detractors) / n
    return NetPromoter(
        score,
        standard_error,
        max(-100.0, score - reach),
        min(100.0, score + reach),
        promoters,
        passives,
        detractors,
    )


def net_promoter_error(
    promoters: Quantity, detractors: Quantity, respondents: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Standard error of a net promoter score over random samples of one size, in points.

    Args:
        promoters: share of promoters among all customers.
        detractors: share of detractors; the two add up to at most 1.
        respondents: size of the sample, above 0.
        xp: math namespace.

    Raises:
        ValueError: if a share lies outside [0, 1], the two exceed 1 together or nobody answers.

    >>> float(round(net_promoter_error(promoters=0.5, detractors=0.2, respondents=100), 1))
    7.8
    """
    checks.probability("promoters", promoters)
    checks.probability("detractors", detractors)
    checks.positive("respondents", respondents)
    # A sum of two decimals may pass 1 by a rounding error.
    checks.within("promoters + detractors", promoters + detractors, 0.0, 1.0 + 1e-9)
    balance = promoters - detractors
    return 100 * xp.sqrt(xp.maximum(promoters + detractors - balance * balance, 0.0) / respondents)


# --- Who cares to rate ------------------------------------------------------------------------


def rated_positive_share(
    satisfied: Quantity, rates_if_satisfied: Quantity, rates_if_dissatisfied: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Share of positive ratings when the satisfied and the dissatisfied differ in how often they rate.

    Args:
        satisfied: share of the customers who are satisfied.
        rates_if_satisfied: chance that a satisfied customer rates, above 0.
        rates_if_dissatisfied: chance that a dissatisfied one does, above 0.
        xp: math namespace.
    """
    checks.probability("satisfied", satisfied)
    checks.within("rates_if_satisfied", rates_if_satisfied, 0.0, 1.0, low_open=True)
    checks.within("rates_if_dissatisfied", rates_if_dissatisfied, 0.0, 1.0, low_open=True)
    positive = satisfied * rates_if_satisfied
    return positive / (positive + (1 - satisfied) * rates_if_dissatisfied)


def chance_to_rate(
    score: Quantity,
    neutral: Quantity,
    indifferent: Quantity,
    pull_up: Quantity,
    pull_down: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Chance that a customer rates: least when they felt nothing much, rising with delight and with anger.

    A two-sided line through the U shape that Anderson (1998) reports for word of mouth, cut at 1.

    Args:
        score: the customer's satisfaction.
        neutral: the score at which they care least.
        indifferent: chance to rate at that score.
        pull_up: rise of the chance for each point above it.
        pull_down: rise of the chance for each point below it.
        xp: math namespace.
    """
    checks.finite("score", score)
    checks.finite("neutral", neutral)
    checks.probability("indifferent", indifferent)
    checks.not_negative("pull_up", pull_up)
    checks.not_negative("pull_down", pull_down)
    above, below = xp.maximum(score - neutral, 0.0), xp.maximum(neutral - score, 0.0)
    return xp.minimum(indifferent + pull_up * above + pull_down * below, 1.0)


@dataclass(frozen=True)
class RatedMean:
    """What those who rate say, beside what all who were served would say.

    Args:
        true_mean: mean score of all customers.
        rated_mean: mean score of those who rate.
        response_rate: share of customers who rate.
        rated_shares: share of each score among the ratings.
    """

    true_mean: float
    rated_mean: float
    response_rate: float
    rated_shares: Floats

    @property
    def bias(self) -> float:
        """Mean of the ratings less mean of the customers, in points of the score."""
        return self.rated_mean - self.true_mean


def rated_mean(scores: ArrayLike, shares: ArrayLike, chances: ArrayLike) -> RatedMean:
    """Mean of the posted ratings when customers with different scores rate with different chances.

    Args:
        scores: the possible scores.
        shares: customers with each score, as shares or counts.
        chances: chance that a customer with that score rates.

    Raises:
        ValueError: if the three differ in length, shares are negative, chances lie outside [0, 1] or
            nobody rates.
    """
    points, weights, rates = (np.asarray(values, dtype=float) for values in (scores, shares, chances))
    if not points.shape == weights.shape == rates.shape or points.ndim != 1:
        raise ValueError(
            "scores, shares and chances must be series of one length, "
            f"got shapes {points.shape}, {weights.shape} and {rates.shape}"
        )
    checks.finite("scores", points)
    checks.not_negative("shares", weights)
    checks.probability("chances", rates)
    customers, ratings = weights.sum(), (weights * rates).sum()
    checks.positive("customers who rate", ratings)
    rated_shares = weights * rates / ratings
    return RatedMean(
        float(weights @ points / customers),
        float(rated_shares @ points),
        float(ratings / customers),
        rated_shares,
    )


# --- Stars shown and stored -------------------------------------------------------------------


@dataclass(frozen=True)
class StarRounding:
    """How a site's displayed stars relate to the ratings behind them.

    Args:
        mean_shown, mean_stored: in stars.
        raised: share of items shown above their stored rating.
        above_nearest: share shown above the nearest half star.
        above_ceiling: share shown above even the next half star up.
    """

    mean_shown: float
    mean_stored: float
    raised: float
    above_nearest: float
    above_ceiling: float


def star_rounding(shown: ArrayLike, stored: ArrayLike, items: ArrayLike) -> StarRounding:
    """Compare displayed half stars with the ratings stored to a tenth of a star.

    Args:
        shown: stars displayed, in halves.
        stored: rating stored, in tenths.
        items: how many items have that pair.

    Raises:
        ValueError: if the series differ in length, are empty, or are not in halves and tenths from 0 to 5.
    """
    stars, ratings, counts = (np.asarray(values, dtype=float) for values in (shown, stored, items))
    if not stars.shape == ratings.shape == counts.shape or stars.ndim != 1:
        raise ValueError(
            "shown, stored and items must be series of one length, "
            f"got shapes {stars.shape}, {ratings.shape} and {counts.shape}"
        )
    checks.within("shown", stars, 0.0, 5.0)
    checks.within("stored", ratings, 0.0, 5.0)
    checks.not_negative("items", counts)
    checks.positive("the sum of items", counts.sum())
    # In whole tenths every comparison is exact.
    tenths_shown, tenths = np.rint(10 * stars), np.rint(10 * ratings)
    if np.any(tenths_shown % 5) or np.abs(tenths_shown - 10 * stars).max() > 1e-6:
        raise ValueError("shown must be in half stars")
    if np.abs(tenths - 10 * ratings).max() > 1e-6:
        raise ValueError("stored must be in tenths of a star")
    nearest, ceiling = 5 * np.floor((tenths + 2.5) / 5), 5 * np.ceil(tenths / 5)
    shares = counts / counts.sum()
    return StarRounding(
        float(shares @ stars),
        float(shares @ ratings),
        float(shares @ (tenths_shown > tenths)),
        float(shares @ (tenths_shown > nearest)),
        float(shares @ (tenths_shown > ceiling)),
    )


def _assumed(name: str, symbol: str, meaning: str, low: float, high: float, unit: str = "1") -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, low=low, high=high, unit=unit, source="assumed"
    )


_LEAST_SQUARES = "nonlinear least squares"

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="bass",
        title="Bass model of adoption",
        page="after/loyalty",
        functions=("bass_adoption_rate", "bass_adoption_share", "bass_sales", "fit_bass"),
        equation=(
            r"\begin{aligned} F(t) &= \frac{1 - e^{-(p + q)t}}{1 + \frac{q}{p} e^{-(p + q)t}} \\"
            r" s(t) &= M \frac{(p + q)^2}{p}"
            r" \frac{e^{-(p + q)t}}{\left(1 + \frac{q}{p} e^{-(p + q)t}\right)^2} \end{aligned}"
        ),
        parameters=(
            Parameter(
                name="p",
                symbol="p",
                meaning="innovation: adoption without talk",
                unit="1/period",
                low=0.001,
                high=0.1,
                source=_LEAST_SQUARES,
            ),
            Parameter(
                name="q",
                symbol="q",
                meaning="imitation: adoption through adopters",
                unit="1/period",
                low=0.0,
                high=1.0,
                source=_LEAST_SQUARES,
            ),
            Parameter(
                name="m",
                symbol="M",
                meaning="all who will ever adopt",
                unit="people",
                low=1,
                high=1e6,
                source=_LEAST_SQUARES,
            ),
            Parameter(
                name="time",
                symbol="t",
                meaning="time since launch",
                unit="periods",
                low=0,
                high=20,
                source="the calendar",
            ),
        ),
        assumptions=(
            "everybody who will ever adopt can be reached by everybody else",
            "each adopts once, and talk is always for adoption",
            "a period's sales are the pace at its end, as in the series the tests use",
        ),
        leaves_out=(
            "people who differ in when they are ready, which draws an S without any talk",
            "price",
            "rivals",
            "repeat purchases",
            "dissatisfied adopters",
        ),
        works=("bass1969", "vandenbulte2004"),
        targets=("BS1",),
    ),
    ModelCard(
        id="net-promoter",
        title="Net promoter score and its sampling error",
        page="after/loyalty",
        functions=("net_promoter", "net_promoter_error"),
        equation=(
            r"\begin{aligned} \mathrm{NPS} &= 100 (P - D) \\"
            r" \mathrm{se} &= 100 \sqrt{\frac{P + D - (P - D)^2}{n}} \end{aligned}"
        ),
        parameters=(
            _assumed("promoters", "P", "share who answer 9 or 10", 0.1, 0.6),
            _assumed("detractors", "D", "share who answer 0 to 6", 0.05, 0.4),
            _assumed("respondents", "n", "customers who answer", 20, 1000, unit="answers"),
        ),
        assumptions=("respondents are a random sample of the customers",),
        leaves_out=("who answers", "differences between a 0 and a 6, which count the same"),
        works=("reichheld2003", "keiningham2007", "baehre2022"),
    ),
    ModelCard(
        id="who-rates",
        title="Ratings from those who care to rate",
        page="after/loyalty",
        functions=("chance_to_rate", "rated_mean", "rated_positive_share"),
        equation=(
            r"\begin{aligned} \text{good} &= \frac{\pi \rho_+}{\pi \rho_+ + (1 - \pi) \rho_-} \\"
            r" \bar{s}_{\text{rated}} &= \frac{\sum_s n_s \rho(s)\, s}{\sum_s n_s \rho(s)} \end{aligned}"
        ),
        parameters=(
            _assumed("satisfied", r"\pi", "share of customers who are satisfied", 0.02, 0.98),
            _assumed("rates_if_satisfied", r"\rho_+", "chance that a satisfied customer rates", 0.01, 1.0),
            _assumed(
                "rates_if_dissatisfied", r"\rho_-", "chance that a dissatisfied customer rates", 0.01, 1.0
            ),
            _assumed("score", "s", "a customer's satisfaction", 1, 5, unit="points"),
            _assumed("shares", "n_s", "share of customers with score s", 0, 1),
            _assumed("neutral", "s_0", "score at which customers care least to rate", 2, 4, unit="points"),
            _assumed("indifferent", r"\rho_0", "chance to rate at that score", 0.0, 0.3),
            _assumed("pull_up", "u", "rise of the chance a point above", 0.0, 0.5, unit="1/point"),
            _assumed("pull_down", "d", "rise of the chance a point below", 0.0, 0.5, unit="1/point"),
        ),
        assumptions=("those who rate report their satisfaction truthfully",),
        leaves_out=("fake ratings", "ratings that follow earlier ratings", "rounding on display"),
        works=("anderson1998",),
        teaching_device=True,
    ),
    ModelCard(
        id="star-rounding",
        title="Stars shown against ratings stored",
        page="after/loyalty",
        functions=("star_rounding",),
        equation=(
            r"\text{nearest}(x) = \tfrac{1}{2} \lfloor 2x + \tfrac{1}{2} \rfloor, \quad"
            r" \text{up}(x) = \tfrac{1}{2} \lceil 2x \rceil"
        ),
        parameters=(),
        assumptions=("stored ratings are exact to a tenth of a star",),
        leaves_out=("who rates: this is about display alone",),
    ),
)
