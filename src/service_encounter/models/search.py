"""Searching under uncertainty: when to stop, what reviews and records tell, what is at stake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "BetaPrior",
    "chance_of_more_praise",
    "compare_forecasts",
    "expected_offers_seen",
    "fit_beta_prior",
    "forecast_errors",
    "perceived_risk",
    "posterior_interval",
    "posterior_quality",
    "posterior_share",
    "quality_behind",
    "reservation_value",
    "review_log_likelihood",
    "shown_positive_share",
    "shrunk_shares",
]

# At a correlation this small the units are alike for every practical purpose; without a floor
# the likelihood of such data climbs for ever as the prior narrows.
_LEAST_CORRELATION = 1e-6


def reservation_value(cost: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """The value at which a searcher should stop: 1 - sqrt(2 c).

    Offers are uniform on (0, 1) and each look costs ``cost``; the gain of one more look,
    (1 - R)^2 / 2, then equals its cost (sequential search with full knowledge of the
    distribution, McCall 1970).

    Args:
        cost: of one look, in units of value, in (0, 0.5]; above 0.5 no look pays.
        xp: math namespace.

    Raises:
        ValueError: if ``cost`` leaves its range.

    >>> round(float(reservation_value(cost=0.125)), 3)
    0.5
    """
    checks.within("cost", cost, 0, 0.5, low_open=True)
    return 1 - xp.sqrt(2 * cost)


def expected_offers_seen(cost: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Offers that a searcher with the best rule looks at on average: 1 / sqrt(2 c).

    Args:
        cost: of one look, in (0, 0.5].
        xp: math namespace.

    Raises:
        ValueError: if ``cost`` leaves its range.
    """
    checks.within("cost", cost, 0, 0.5, low_open=True)
    return 1 / xp.sqrt(2 * cost)


def posterior_share(
    prior_a: Quantity, prior_b: Quantity, positive: Quantity, negative: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Mean belief about the share satisfied after reading reviews: beta prior, binomial reviews.

    Args:
        prior_a: satisfied customers that the prior is worth, above 0.
        prior_b: dissatisfied customers that the prior is worth, above 0.
        positive: positive reviews read, not negative.
        negative: negative reviews read, not negative.
        xp: math namespace.

    Returns:
        (a + positive) / (a + b + positive + negative), in (0, 1).

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.positive("prior_a", prior_a)
    checks.positive("prior_b", prior_b)
    checks.not_negative("positive", positive)
    checks.not_negative("negative", negative)
    return (prior_a + positive) / (prior_a + prior_b + positive + negative)


def posterior_interval(
    prior_a: float, prior_b: float, positive: float, negative: float, level: float = 0.9
) -> tuple[float, float]:
    """The central interval that holds the share satisfied with probability ``level``.

    Raises:
        ValueError: if an argument leaves its range.
    """
    from scipy.stats import beta

    posterior_share(prior_a, prior_b, positive, negative)
    checks.within("level", level, 0, 1, low_open=True, high_open=True)
    low, high = beta.interval(level, prior_a + positive, prior_b + negative)
    return float(low), float(high)


def _check_posting(post_satisfied: Quantity, post_dissatisfied: Quantity) -> None:
    checks.within("post_satisfied", post_satisfied, 0, 1, low_open=True)
    checks.within("post_dissatisfied", post_dissatisfied, 0, 1, low_open=True)


def shown_positive_share(
    quality: Quantity, post_satisfied: Quantity, post_dissatisfied: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Share of posted reviews that are positive when not everybody posts.

    Args:
        quality: share of customers who are satisfied, in [0, 1].
        post_satisfied: chance that a satisfied customer posts, in (0, 1].
        post_dissatisfied: chance that a dissatisfied customer posts, in (0, 1].
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.probability("quality", quality)
    _check_posting(post_satisfied, post_dissatisfied)
    praise = quality * post_satisfied
    return praise / (praise + (1 - quality) * post_dissatisfied)


def quality_behind(
    shown: Quantity, post_satisfied: Quantity, post_dissatisfied: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Share satisfied that would produce the share of positive reviews shown.

    The inverse of `shown_positive_share`.

    Args:
        shown: share of posted reviews that are positive, in [0, 1].
        post_satisfied: chance that a satisfied customer posts, in (0, 1].
        post_dissatisfied: chance that a dissatisfied customer posts, in (0, 1].
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.probability("shown", shown)
    _check_posting(post_satisfied, post_dissatisfied)
    satisfied = shown * post_dissatisfied
    return satisfied / (satisfied + (1 - shown) * post_satisfied)


def chance_of_more_praise(
    reviews: Quantity, first: Quantity, second: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Chance that, after as many reviews of each, the first service shows more praise; a coin decides ties.

    The normal law stands in for the difference of two binomial counts. The quarter added to the variance
    stands for the ties; it was fitted, and keeps the error under two in a hundred from the first review on.

    Args:
        reviews: read of each service, at least 1.
        first: share of the first service's posted reviews that are positive, in (0, 1).
        second: the same of the second service, in (0, 1).
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.within("reviews", reviews, 1, 1e6)
    for name, share in (("first", first), ("second", second)):
        checks.within(name, share, 0, 1, low_open=True, high_open=True)
    variance = reviews * (first * (1 - first) + second * (1 - second)) + 0.25
    return xp.normal_cdf(reviews * (first - second) / xp.sqrt(variance))


def review_log_likelihood(
    quality: Quantity,
    positive: Quantity,
    negative: Quantity,
    post_satisfied: Quantity,
    post_dissatisfied: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Log-likelihood of the posted reviews, up to a constant, at one quality.

    Args:
        quality: share of customers who are satisfied, in (0, 1).
        positive: positive reviews read, not negative.
        negative: negative reviews read, not negative.
        post_satisfied: chance that a satisfied customer posts, in (0, 1].
        post_dissatisfied: chance that a dissatisfied customer posts, in (0, 1].
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.within("quality", quality, 0, 1, low_open=True, high_open=True)
    checks.not_negative("positive", positive)
    checks.not_negative("negative", negative)
    shown = shown_positive_share(quality, post_satisfied, post_dissatisfied, xp)
    return positive * xp.log(shown) + negative * xp.log(1 - shown)


def posterior_quality(
    positive: float,
    negative: float,
    post_satisfied: float,
    post_dissatisfied: float,
    prior_a: float = 1.0,
    prior_b: float = 1.0,
    points: int = 400,
) -> pd.DataFrame:
    """Belief about quality after reviews by people who do not all post, on a grid.

    Args:
        positive: positive reviews read, not negative.
        negative: negative reviews read, not negative.
        post_satisfied: chance that a satisfied customer posts, in (0, 1].
        post_dissatisfied: chance that a dissatisfied customer posts, in (0, 1].
        prior_a: satisfied customers that the prior is worth, above 0.
        prior_b: dissatisfied customers that the prior is worth, above 0.
        points: equal cells into which (0, 1) is cut.

    Returns:
        One row a cell with columns ``quality`` (its midpoint), ``probability`` (sums to 1) and
        ``density`` (probability per unit of quality).

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.whole("points", points, low=1)
    checks.positive("prior_a", prior_a)
    checks.positive("prior_b", prior_b)
    quality = (np.arange(points) + 0.5) / points
    log_prior = (prior_a - 1) * np.log(quality) + (prior_b - 1) * np.log(1 - quality)
    log_weight = log_prior + review_log_likelihood(
        quality, positive, negative, post_satisfied, post_dissatisfied
    )
    weight = np.exp(log_weight - log_weight.max())
    probability = weight / weight.sum()
    return pd.DataFrame({"quality": quality, "probability": probability, "density": probability * points})


def perceived_risk(
    probabilities: Sequence[Quantity], losses: Sequence[Quantity], xp: Namespace = NUMPY
) -> Quantity:
    """Risk as a buyer adds it up over its kinds: sum of probability times loss.

    Args:
        probabilities: of each kind of loss (financial, physical, time, social ...), in [0, 1].
        losses: what each would cost, in one common unit, not negative; one a probability.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range or the two differ in length.
    """
    if len(probabilities) != len(losses):
        raise ValueError(
            f"losses must hold one number for each of the {len(probabilities)} probabilities, "
            f"got {len(losses)}"
        )
    for kind, (probability, loss) in enumerate(zip(probabilities, losses, strict=True)):
        checks.probability(f"probabilities[{kind}]", probability)
        checks.not_negative(f"losses[{kind}]", loss)
    return xp.total(probability * loss for probability, loss in zip(probabilities, losses, strict=True))


@dataclass(frozen=True)
class BetaPrior:
    """How true shares differ between units: a beta distribution.

    Args:
        a, b: its parameters; a + b is the number of trials that the prior is worth.
    """

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Mean share over units."""
        return self.a / (self.a + self.b)


def _checked_counts(
    successes: npt.ArrayLike, trials: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    checks.whole("successes", successes)
    checks.whole("trials", trials, low=1)
    won, tried = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if won.ndim != 1 or won.shape != tried.shape:
        raise ValueError(
            f"successes and trials must be two lists of one length, got shapes {won.shape} and {tried.shape}"
        )
    if np.any(won > tried):
        unit = int(np.argmax(won > tried))
        raise ValueError(
            f"successes must not exceed trials, got {won[unit]:g} of {tried[unit]:g} in position {unit}"
        )
    return won, tried


def fit_beta_prior(successes: npt.ArrayLike, trials: npt.ArrayLike) -> BetaPrior:
    """Maximum-likelihood beta-binomial: how far units truly differ, chance taken out.

    Args:
        successes: whole numbers, one a unit, at least two units.
        trials: whole numbers of at least 1, one a unit.

    Returns:
        The prior; where units differ no more than chance would make them, a very narrow one.

    Raises:
        ValueError: if counts are impossible, units are fewer than two, or every trial came out
            the same, so that no spread can be estimated.
        RuntimeError: if the maximum is not found.
    """
    from scipy.optimize import minimize
    from scipy.special import betaln

    won, tried = _checked_counts(successes, trials)
    if won.size < 2:
        raise ValueError(f"successes must hold at least 2 units, got {won.size}")
    overall = won.sum() / tried.sum()
    if overall in (0.0, 1.0):
        raise ValueError(f"successes must be neither none nor all of the trials, got a share of {overall:g}")

    def shapes(parameters: npt.NDArray[np.float64]) -> tuple[float, float]:
        mean, correlation = 1 / (1 + np.exp(-parameters))
        size = 1 / correlation - 1
        return float(mean * size), float((1 - mean) * size)

    def loss(parameters: npt.NDArray[np.float64]) -> float:
        a, b = shapes(parameters)
        return -float(np.sum(betaln(won + a, tried - won + b) - betaln(a, b)))

    def logit(share: float) -> float:
        return float(np.log(share / (1 - share)))

    fitted = minimize(
        loss,
        x0=[logit(overall), logit(0.02)],
        bounds=[(logit(overall) - 5, logit(overall) + 5), (logit(_LEAST_CORRELATION), logit(0.99))],
        # The likelihood of units that hardly differ is so flat that numerical gradients are noise.
        method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-7, "maxfev": 5000, "maxiter": 5000},
    )
    if not fitted.success:
        raise RuntimeError(f"the beta-binomial fit did not converge: {fitted.message}")
    return BetaPrior(*shapes(fitted.x))


def shrunk_shares(
    successes: npt.ArrayLike, trials: npt.ArrayLike, prior: BetaPrior
) -> npt.NDArray[np.float64]:
    """Each unit's share pulled towards the common mean, the more so the fewer its trials.

    Args:
        successes: whole numbers, one a unit.
        trials: whole numbers of at least 1, one a unit.
        prior: from `fit_beta_prior`.

    Returns:
        Array of shape (units,): posterior means, in (0, 1).

    Raises:
        ValueError: if counts are impossible.
    """
    won, tried = _checked_counts(successes, trials)
    return np.asarray(posterior_share(prior.a, prior.b, won, tried - won), dtype=float)


def compare_forecasts(
    counts: pd.DataFrame, *, unit: str, period: str, successes: str, trials: str
) -> pd.DataFrame:
    """Forecast each unit's share in each period from all earlier periods, three ways.

    ``own`` takes the unit's record as it stands, ``common`` gives every unit the same overall
    share, ``shrunk`` lies between the two as `fit_beta_prior` decides. Only units with an
    earlier record are forecast, and only once two of them have one.

    Args:
        counts: one row a unit and period; rows without trials are left out.
        unit: name of the column that identifies the unit.
        period: name of the column of periods, which sort in time order.
        successes: name of the column of successes.
        trials: name of the column of trials.

    Returns:
        One row a forecast, with columns ``unit``, ``period``, ``trials``, ``actual``, ``own``,
        ``common`` and ``shrunk`` (shares).

    Raises:
        KeyError: if a column is missing.
        ValueError: if counts are impossible or fewer than two periods can be used.
    """
    missing = [column for column in (unit, period, successes, trials) if column not in counts.columns]
    if missing:
        raise KeyError(f"counts has no column {missing[0]!r}; it has {', '.join(map(str, counts.columns))}")
    used = counts[counts[trials] > 0]
    _checked_counts(used[successes], used[trials])
    forecasts = []
    for now in sorted(used[period].unique())[1:]:
        record = used[used[period] < now].groupby(unit)[[successes, trials]].sum()
        if len(record) < 2:
            continue
        prior = fit_beta_prior(record[successes], record[trials])
        record["own"] = record[successes] / record[trials]
        record["common"] = record[successes].sum() / record[trials].sum()
        record["shrunk"] = shrunk_shares(record[successes], record[trials], prior)
        present = used[used[period] == now]
        joined = present.merge(record[["own", "common", "shrunk"]], left_on=unit, right_index=True)
        forecasts.append(
            pd.DataFrame(
                {
                    "unit": joined[unit],
                    "period": now,
                    "trials": joined[trials],
                    "actual": joined[successes] / joined[trials],
                    "own": joined["own"],
                    "common": joined["common"],
                    "shrunk": joined["shrunk"],
                }
            )
        )
    if not forecasts:
        raise ValueError("counts must hold two units with trials in an earlier of at least two periods")
    return pd.concat(forecasts, ignore_index=True)


def forecast_errors(forecasts: pd.DataFrame) -> pd.Series[float]:
    """How far each kind of forecast fell from what happened.

    Args:
        forecasts: from `compare_forecasts`.

    Returns:
        Root mean square error over all trials, in units of a share, for ``own``, ``common``
        and ``shrunk``.
    """
    misses = forecasts[["own", "common", "shrunk"]].sub(forecasts["actual"], axis=0)
    weighted = (misses**2).mul(forecasts["trials"], axis=0).sum() / forecasts["trials"].sum()
    return weighted**0.5


def _parameter(name: str, symbol: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source="assumed"
    )


_POSITIVE = _parameter("positive", "n_+", "positive reviews read", "reviews", 0, 200)
_NEGATIVE = _parameter("negative", "n_-", "negative reviews read", "reviews", 0, 200)
_PRIOR_A = _parameter("prior_a", "a", "satisfied customers that the prior is worth", "customers", 0.5, 50)
_PRIOR_B = _parameter("prior_b", "b", "dissatisfied customers that the prior is worth", "customers", 0.5, 50)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="optimal-search",
        title="When to stop searching",
        page="before/search",
        functions=("reservation_value", "expected_offers_seen"),
        equation=r"R = 1 - \sqrt{2c}, \qquad E[\text{offers seen}] = \frac{1}{\sqrt{2c}}",
        parameters=(
            _parameter(
                "cost", "c", "cost of one look, in units of value", "value of the best offer", 0.001, 0.5
            ),
        ),
        assumptions=(
            "Offers are independent and uniform between 0 and 1, and the searcher knows it.",
            "Each look costs the same.",
            "The value of an offer shows on inspection, as it does for search attributes only.",
        ),
        leaves_out=(
            "Experience and credence attributes.",
            "Offers that vanish.",
            "Learning what the market holds.",
        ),
        works=("mccall1970", "delossantos2012"),
        teaching_device=True,
    ),
    ModelCard(
        id="reading-reviews",
        title="What reviews tell, and whose reviews they are",
        page="before/search",
        functions=(
            "posterior_share",
            "posterior_interval",
            "shown_positive_share",
            "quality_behind",
            "chance_of_more_praise",
            "review_log_likelihood",
            "posterior_quality",
        ),
        equation=r"E[\theta \mid n_+, n_-] = \frac{a + n_+}{a + b + n_+ + n_-}, \qquad "
        r"P(\text{positive} \mid \text{posted}) = \frac{\theta s}{\theta s + (1 - \theta) d}",
        parameters=(
            _PRIOR_A,
            _PRIOR_B,
            _POSITIVE,
            _NEGATIVE,
            _parameter("quality", r"\theta", "share of customers who are satisfied", "1", 0.01, 0.99),
            _parameter("shown", "m", "share of posted reviews that are positive", "1", 0, 1),
            _parameter("post_satisfied", "s", "chance that a satisfied customer posts", "1", 0.01, 1),
            _parameter("post_dissatisfied", "d", "chance that a dissatisfied customer posts", "1", 0.01, 1),
        ),
        assumptions=(
            "Customers are satisfied or not, independently of one another.",
            "The chances of posting are known; in life they are not.",
        ),
        leaves_out=("Faked reviews.", "Reviewers who read earlier reviews.", "Services that change."),
        works=("hu2009", "chevalier2006"),
        teaching_device=True,
    ),
    ModelCard(
        id="perceived-risk",
        title="Perceived risk, summed over its kinds",
        page="before/search",
        functions=("perceived_risk",),
        equation=r"R = \sum_i P_i L_i",
        parameters=(
            _parameter(
                "probabilities", "P_i", "chance of the loss of kind i, as the buyer sees it", "1", 0, 1
            ),
            _parameter("losses", "L_i", "what that loss would mean to the buyer", "points of 0 to 10", 0, 10),
        ),
        assumptions=("Kinds of risk add up.", "Losses are measured on one scale."),
        leaves_out=("Dread: some small risks frighten more than their product says.", "Gains."),
        works=("bauer1960", "mitchell1999"),
        teaching_device=True,
    ),
    ModelCard(
        id="shrinkage-forecast",
        title="A record shrunk towards the common mean",
        page="before/search",
        functions=("fit_beta_prior", "shrunk_shares", "compare_forecasts", "forecast_errors", "BetaPrior"),
        equation=r"\hat\theta_i = \frac{a + y_i}{a + b + n_i}, \qquad "
        r"(a, b) = \arg\max \prod_i \frac{B(a + y_i,\, b + n_i - y_i)}{B(a, b)}",
        parameters=(
            Parameter(
                name="successes",
                symbol="y_i",
                meaning="successes of unit i",
                unit="trials",
                low=0,
                high=1e6,
                source="counted",
            ),
            Parameter(
                name="trials",
                symbol="n_i",
                meaning="trials of unit i",
                unit="trials",
                low=1,
                high=1e6,
                source="counted",
            ),
        ),
        assumptions=(
            "A unit's true share stays the same over the record.",
            "Trials are independent; a storm that delays a whole day breaks this, and records are then pulled too little.",
        ),
        leaves_out=("Seasons.", "Routes and airports, which differ between carriers."),
        works=("efron1977",),
    ),
)
