"""After-sales: complaint or exit, what a warranty and a guarantee cost, and what recovery does.

The recovery "paradox", that customers end up happier after a failure well mended than after none,
appears here out of selection, out of real gratitude, or out of any mixture of both with the same scores;
beside it stands regression to the mean, which is a different illusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "DisputeRates",
    "StratifiedOdds",
    "constant_hazard_claims",
    "dispute_odds",
    "dispute_rates",
    "effect_on_kept",
    "excellent_chance",
    "exit_share",
    "guarantee_breakeven_growth",
    "guarantee_payout",
    "mantel_haenszel",
    "recovery_paradox",
    "regression_rise",
    "regression_shortfall",
    "renewal_claims",
    "simulate_recovery",
    "simulate_regression",
    "voice_share",
    "warranty_price",
]

# --- Complaint or exit ------------------------------------------------------------------------


def voice_share(
    redress: Quantity,
    chance_of_redress: Quantity,
    effort: Quantity,
    rival_gain: Quantity,
    switching_cost: Quantity,
    scale: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of customers who complain after a failure, when they may also leave or put up with it.

    Hirschman's (1970) three answers as a logit: a complaint is worth the redress times its chance less
    the effort, leaving is worth the rival's gain less the cost of switching, silence is worth nothing.

    Args:
        redress: what a granted complaint is worth, in money.
        chance_of_redress: in [0, 1].
        effort: of complaining, in money.
        rival_gain: how much better the rival seems after the failure, in money.
        switching_cost: in money.
        scale: spread of tastes, in money, above 0; the smaller, the sharper the choice.
        xp: math namespace.
    """
    voice, leave = _complaint_weights(
        redress, chance_of_redress, effort, rival_gain, switching_cost, scale, xp
    )
    return voice / (1 + voice + leave)


def exit_share(
    redress: Quantity,
    chance_of_redress: Quantity,
    effort: Quantity,
    rival_gain: Quantity,
    switching_cost: Quantity,
    scale: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of customers who leave without a word after a failure; see `voice_share`.

    Args:
        redress: what a granted complaint is worth, in money.
        chance_of_redress: in [0, 1].
        effort: of complaining, in money.
        rival_gain: how much better the rival seems after the failure, in money.
        switching_cost: in money.
        scale: spread of tastes, in money, above 0.
        xp: math namespace.
    """
    voice, leave = _complaint_weights(
        redress, chance_of_redress, effort, rival_gain, switching_cost, scale, xp
    )
    return leave / (1 + voice + leave)


def _complaint_weights(
    redress: Quantity,
    chance_of_redress: Quantity,
    effort: Quantity,
    rival_gain: Quantity,
    switching_cost: Quantity,
    scale: Quantity,
    xp: Namespace,
) -> tuple[Quantity, Quantity]:
    checks.not_negative("redress", redress)
    checks.probability("chance_of_redress", chance_of_redress)
    checks.not_negative("effort", effort)
    checks.finite("rival_gain", rival_gain)
    checks.not_negative("switching_cost", switching_cost)
    checks.positive("scale", scale)
    voice = xp.exp((chance_of_redress * redress - effort) / scale)
    leave = xp.exp((rival_gain - switching_cost) / scale)
    return voice, leave


# --- Disputes by response ---------------------------------------------------------------------

_COMPLAINT_COLUMNS = ("product", "company_response", "disputed", "complaints")


@dataclass(frozen=True)
class DisputeRates:
    """How often consumers dispute what the company answered.

    Args:
        table: index ``company_response``; columns ``complaints``, ``disputed`` (counts) and ``rate``.
        chi2: of the test that the rate is the same for all responses.
        degrees_of_freedom: of that test.
        p_value: of that test.
    """

    table: pd.DataFrame
    chi2: float
    degrees_of_freedom: int
    p_value: float


def dispute_rates(complaints: pd.DataFrame, responses: Sequence[str]) -> DisputeRates:
    """Dispute rate by company response, with Pearson's test of equal rates.

    Args:
        complaints: counts, in columns ``product``, ``company_response``, ``disputed`` and ``complaints``.
            Only complaints with ``disputed`` Yes or No count: of the others it is not recorded.
        responses: the responses to compare, at least two.

    Raises:
        ValueError: if a column or a response is missing, or no complaint or every complaint is disputed.
    """
    from scipy.stats import chi2_contingency

    if len(set(responses)) < 2:
        raise ValueError(f"responses must name at least two to compare, got {list(responses)}")
    counts = (
        _dispute_counts(complaints, responses).groupby(level="company_response").sum().loc[list(responses)]
    )
    if not counts.to_numpy().sum(axis=0).all():
        raise ValueError("complaints must hold disputed and undisputed ones to compare rates")
    test = chi2_contingency(counts.to_numpy(), correction=False)
    total = counts.sum(axis=1)
    table = pd.DataFrame({"complaints": total, "disputed": counts["Yes"], "rate": counts["Yes"] / total})
    return DisputeRates(table, float(test.statistic), int(test.dof), float(test.pvalue))


def _dispute_counts(complaints: pd.DataFrame, responses: Sequence[str]) -> pd.DataFrame:
    """Counts of disputed (Yes) and undisputed (No) complaints by response and product."""
    missing = [name for name in _COMPLAINT_COLUMNS if name not in complaints.columns]
    if missing:
        present = ", ".join(map(str, complaints.columns))
        raise ValueError(f"complaints has no column {', '.join(missing)}; it has {present}")
    checks.not_negative("complaints", complaints["complaints"])
    recorded = complaints[complaints["disputed"].isin(["Yes", "No"])]
    known = set(recorded["company_response"])
    unknown = [response for response in responses if response not in known]
    if unknown:
        raise ValueError(
            f"no recorded answer to {', '.join(unknown)}; responses are {', '.join(sorted(known))}"
        )
    chosen = recorded[recorded["company_response"].isin(responses)]
    counts = chosen.groupby(["company_response", "product", "disputed"], observed=True)["complaints"].sum()
    return counts.unstack("disputed", fill_value=0).reindex(columns=["Yes", "No"], fill_value=0)


@dataclass(frozen=True)
class StratifiedOdds:
    """An odds ratio with and without regard to strata.

    Args:
        crude: odds ratio of the summed table.
        pooled: Mantel-Haenszel odds ratio within strata.
        low, high: 95% confidence interval of the pooled odds ratio.
        homogeneity_p: of the Breslow-Day test that the strata share one odds ratio.
        strata: tables used.
    """

    crude: float
    pooled: float
    low: float
    high: float
    homogeneity_p: float
    strata: int


def mantel_haenszel(tables: ArrayLike) -> StratifiedOdds:
    """Odds ratio of an event for an exposure, pooled over strata by Mantel and Haenszel.

    Args:
        tables: counts, shape (strata, 2, 2): exposed then not, event then none. Strata without
            anybody exposed, or without anybody unexposed, say nothing and are left out.

    Raises:
        ValueError: if the shape is wrong, a count is negative or missing, or no odds ratio exists, since
            event or its absence never meets one of the exposures.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    counts = np.asarray(tables, dtype=float)
    if counts.ndim != 3 or counts.shape[1:] != (2, 2):
        raise ValueError(f"tables must have the shape (strata, 2, 2), got {counts.shape}")
    checks.not_negative("tables", counts)
    informative = counts[counts.sum(axis=2).all(axis=1)]
    summed = counts.sum(axis=0)
    products = (informative[:, [0, 0], [0, 1]] * informative[:, [1, 1], [1, 0]]).sum(axis=0)
    if not products.all() or not summed.all():
        raise ValueError(
            "no odds ratio: within the strata an exposure comes with the event always or never, "
            f"summed {summed.tolist()}"
        )
    stratified = StratifiedTable(np.moveaxis(informative, 0, -1))
    low, high = stratified.oddsratio_pooled_confint()
    return StratifiedOdds(
        crude=float(summed[0, 0] * summed[1, 1] / (summed[0, 1] * summed[1, 0])),
        pooled=float(stratified.oddsratio_pooled),
        low=float(low),
        high=float(high),
        homogeneity_p=float(stratified.test_equal_odds().pvalue),
        strata=len(informative),
    )


def dispute_odds(complaints: pd.DataFrame, response: str, against: str) -> StratifiedOdds:
    """Odds that a consumer disputes one response against another, within products.

    Args:
        complaints: counts, as `dispute_rates` takes them.
        response: the company response in question.
        against: the response to compare it with.

    Raises:
        ValueError: if a column or a response is missing, or the odds ratio does not exist.
    """
    counts = _dispute_counts(complaints, (response, against))
    products = counts.index.get_level_values("product").unique()
    cells = pd.MultiIndex.from_product([products, [response, against]], names=["product", "company_response"])
    by_product = counts.reorder_levels(["product", "company_response"]).reindex(cells, fill_value=0)
    return mantel_haenszel(by_product.to_numpy().reshape(len(products), 2, 2))


# --- Warranty and guarantee -------------------------------------------------------------------


def renewal_claims(term: float, mean_life: float, shape: float, discount_rate: float) -> float:
    """Expected discounted number of failures within a warranty that replaces what fails.

    Lives are independent and gamma distributed; the n-th failure falls at a sum of n of them, so the
    count is the sum over n of the incomplete gamma function.

    Args:
        term: of the warranty, in any unit of time, not below 0.
        mean_life: in the same unit.
        shape: of the gamma distribution: 1 for a constant hazard, above 1 for wear.
        discount_rate: effective rate a unit of time; 0 counts the failures.

    Raises:
        ValueError: if an argument is out of range.
    """
    from scipy.special import gammainc

    checks.not_negative("term", term)
    checks.positive("mean_life", mean_life)
    checks.positive("shape", shape)
    checks.not_negative("discount_rate", discount_rate)
    scale = mean_life / shape
    force = np.log1p(discount_rate)
    # Far beyond the expected count, no further failure can fall within the term.
    expected = term / mean_life
    failures = np.arange(
        1, int(expected + 12 * np.sqrt((expected + 1) / min(shape, 1.0)) / min(shape, 1.0)) + 40
    )
    discounted = (1 + force * scale) ** (-shape * failures)
    return float(np.sum(discounted * gammainc(shape * failures, term * (1 / scale + force))))


def constant_hazard_claims(
    term: Quantity, mean_life: Quantity, discount_rate: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Expected discounted number of failures within a warranty when the hazard is constant.

    Args:
        term: of the warranty, in any unit of time.
        mean_life: in the same unit, above 0.
        discount_rate: effective rate a unit of time; 0 counts the failures.
        xp: math namespace.
    """
    checks.not_negative("term", term)
    checks.positive("mean_life", mean_life)
    checks.not_negative("discount_rate", discount_rate)
    exponent = xp.log(1 + discount_rate) * term
    # The series stands in where 1 - exp(-x) over x would lose its digits.
    exact = (1 - xp.exp(-exponent)) / xp.maximum(exponent, 1e-9)
    discounting = xp.where(exponent < 1e-4, 1 - exponent / 2 + exponent * exponent / 6, exact)
    return term / mean_life * discounting


def warranty_price(
    claims: Quantity, repair_cost: Quantity, loading: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Price of a warranty: expected discounted cost of claims, and a loading on it.

    Args:
        claims: expected discounted number, from `constant_hazard_claims` or `renewal_claims`.
        repair_cost: money a claim.
        loading: for administration, risk and profit, as a share of the expected cost.
        xp: math namespace.
    """
    checks.not_negative("claims", claims)
    checks.not_negative("repair_cost", repair_cost)
    checks.not_negative("loading", loading)
    return claims * repair_cost * (1 + loading)


def guarantee_payout(
    failure: Quantity,
    claims_if_failed: Quantity,
    claims_if_not: Quantity,
    payout: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Expected payout of a service guarantee, money a customer.

    Args:
        failure: chance that the service fails.
        claims_if_failed: chance that a failed customer invokes the guarantee.
        claims_if_not: chance that another customer does so all the same.
        payout: money a claim.
        xp: math namespace.
    """
    checks.probability("failure", failure)
    checks.probability("claims_if_failed", claims_if_failed)
    checks.probability("claims_if_not", claims_if_not)
    checks.not_negative("payout", payout)
    return payout * (failure * claims_if_failed + (1 - failure) * claims_if_not)


def guarantee_breakeven_growth(
    margin: Quantity, expected_payout: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Growth in customers that pays for a guarantee: payout over the margin that it leaves.

    Args:
        margin: money a customer before the guarantee, above 0.
        expected_payout: money a customer, below the margin.
        xp: math namespace.

    Raises:
        ValueError: if the payout eats the margin, so that no growth can pay for it.
    """
    checks.positive("margin", margin)
    checks.not_negative("expected_payout", expected_payout)
    left = margin - expected_payout
    checks.positive("margin left after expected_payout", left)
    return expected_payout / left


# --- The recovery paradox --------------------------------------------------------


def _mean_of_top(share: Quantity, xp: Namespace) -> Quantity:
    """Mean of the upper ``share`` of a standard normal variable: density at the cut over the share."""
    cut = xp.normal_quantile(1 - share)
    return xp.exp(-cut * cut / 2) / (np.sqrt(2 * np.pi) * share)


def recovery_paradox(
    harm: Quantity, spread: Quantity, halo: Quantity, excellent_share: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Mean score of customers kept as "excellently recovered", less that of customers never failed.

    Failures strike at random and even after recovery lower scores by ``harm`` on average. Scores and
    ratings of the recovery go together; the study keeps those who rate it in the top share. The
    difference is halo x spread x (mean of the top share of a standard normal) - harm. Above zero it looks
    as though failing paid; whether it did, for those kept, `effect_on_kept` says.

    Args:
        harm: mean loss of score after failure and recovery, in points.
        spread: standard deviation of scores among the failed, in points.
        halo: correlation of a customer's score with their rating of the recovery, in [0, 1].
        excellent_share: share of the failed who rate the recovery excellent, in (0, 1).
        xp: math namespace.
    """
    _check_paradox(harm, spread, halo, excellent_share)
    return halo * spread * _mean_of_top(excellent_share, xp) - harm


def effect_on_kept(
    harm: Quantity,
    spread: Quantity,
    halo: Quantity,
    excellent_share: Quantity,
    gratitude: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """What failure and recovery together did to those who rate the recovery excellent, in points.

    The correlation of score and rating has two sources. Recoveries differ, and a better one lifts the
    score: that is ``gratitude``, a share of the correlation. Customers who would score high anyway rate
    kindly: that is the rest, and no effect. At a gratitude of 0 the kept lost ``harm`` like all who failed;
    at 1 they gained just what `recovery_paradox` reports.

    Args:
        harm: mean loss of score after failure and recovery, over all who failed, in points.
        spread: standard deviation of scores, in points.
        halo: correlation of a customer's score with their rating of the recovery, in [0, 1].
        excellent_share: share of the failed who rate the recovery excellent, in (0, 1).
        gratitude: share of that correlation which good recoveries caused, in [0, 1].
        xp: math namespace.
    """
    _check_paradox(harm, spread, halo, excellent_share)
    checks.probability("gratitude", gratitude)
    return gratitude * halo * spread * _mean_of_top(excellent_share, xp) - harm


def excellent_chance(
    score: Quantity,
    mean: Quantity,
    harm: Quantity,
    spread: Quantity,
    halo: Quantity,
    excellent_share: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Chance that a failed customer of a given score rates the recovery excellent; see `recovery_paradox`.

    Score and rating are jointly normal, so given the score the rating is normal about ``halo`` times the
    standardised score with variance 1 - ``halo``^2. At a halo of 1 the chance is a step, drawn here as
    a very steep slope.

    Args:
        score: of the failed customer, in points.
        mean: score of customers never failed, in points.
        harm: mean loss of score after failure and recovery, in points.
        spread: standard deviation of scores among the failed, in points.
        halo: correlation of a customer's score with their rating of the recovery, in [0, 1].
        excellent_share: share of the failed who rate the recovery excellent, in (0, 1).
        xp: math namespace.
    """
    checks.finite("score", score)
    checks.finite("mean", mean)
    _check_paradox(harm, spread, halo, excellent_share)
    above = (score - (mean - harm)) / spread
    cut = xp.normal_quantile(1 - excellent_share)
    return xp.normal_cdf((halo * above - cut) / xp.sqrt(xp.maximum(1 - halo * halo, 1e-6)))


def _check_paradox(harm: Quantity, spread: Quantity, halo: Quantity, excellent_share: Quantity) -> None:
    checks.finite("harm", harm)
    checks.positive("spread", spread)
    checks.probability("halo", halo)
    checks.within("excellent_share", excellent_share, 0.0, 1.0, low_open=True, high_open=True)


def simulate_recovery(
    customers: int,
    failure: float,
    mean: float,
    harm: float,
    spread: float,
    halo: float,
    excellent_share: float,
    gratitude: float,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Draw the customers behind `recovery_paradox` and `effect_on_kept`.

    Each customer has two scores, with and without a failure, of which a survey sees one. The rating
    correlates at ``halo`` with the first and at (1 - ``gratitude``) x ``halo`` with the second, so that
    the scores seen have one distribution whatever the gratitude.

    Args:
        customers: to draw.
        failure: chance of a failure, the same for all, in (0, 1).
        mean: score of customers never failed, in points.
        harm: mean loss of score after failure and recovery, in points.
        spread: standard deviation of scores, in points.
        halo: correlation of score and rating of the recovery.
        excellent_share: share of the failed whose rating of the recovery counts as excellent.
        gratitude: share of the correlation which good recoveries caused, in [0, 1].
        generator: of random numbers.

    Returns:
        One row a group: ``never failed``, ``failed``, ``failed, recovery rated excellent``; columns
        ``customers``, ``mean_score`` and ``mean_unfailed``, the mean had nothing failed.

    Raises:
        ValueError: if an argument is out of range or a group comes out empty.
    """
    from scipy.special import ndtri

    checks.whole("customers", customers, low=1)
    checks.within("failure", failure, 0.0, 1.0, low_open=True, high_open=True)
    checks.finite("mean", mean)
    _check_paradox(harm, spread, halo, excellent_share)
    checks.probability("gratitude", gratitude)
    failed = generator.random(customers) < failure
    rating, rest = generator.standard_normal((2, customers))
    colouring = (1 - gratitude) * halo
    unfailed = mean + spread * (colouring * rating + np.sqrt(1 - colouring**2) * rest)
    recovered = mean - harm + spread * (halo * rating + np.sqrt(1 - halo**2) * rest)
    score = np.where(failed, recovered, unfailed)
    excellent = failed & (rating > ndtri(1 - excellent_share))
    groups = {"never failed": ~failed, "failed": failed, "failed, recovery rated excellent": excellent}
    sizes = {name: int(member.sum()) for name, member in groups.items()}
    if not all(sizes.values()):
        raise ValueError(f"customers must be enough to fill every group, got {sizes}")
    seen = {name: float(score[member].mean()) for name, member in groups.items()}
    hidden = {name: float(unfailed[member].mean()) for name, member in groups.items()}
    return pd.DataFrame({"customers": sizes, "mean_score": seen, "mean_unfailed": hidden})


def regression_rise(
    spread: Quantity, reliability: Quantity, low_share: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Rise of the lowest scorers' mean from one survey to the next, though nothing was done for them.

    Args:
        spread: standard deviation of scores, in points.
        reliability: correlation of a customer's scores in the two surveys, in [0, 1].
        low_share: share of customers with the lowest first scores, in (0, 1).
        xp: math namespace.
    """
    _check_regression(spread, reliability, low_share)
    return (1 - reliability) * spread * _mean_of_top(low_share, xp)


def regression_shortfall(
    spread: Quantity, reliability: Quantity, low_share: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """How far the lowest scorers of the first survey stay below the mean of all in the second.

    Args:
        spread: standard deviation of scores, in points.
        reliability: correlation of a customer's scores in the two surveys, in [0, 1].
        low_share: share of customers with the lowest first scores, in (0, 1).
        xp: math namespace.
    """
    _check_regression(spread, reliability, low_share)
    return reliability * spread * _mean_of_top(low_share, xp)


def _check_regression(spread: Quantity, reliability: Quantity, low_share: Quantity) -> None:
    checks.positive("spread", spread)
    checks.probability("reliability", reliability)
    checks.within("low_share", low_share, 0.0, 1.0, low_open=True, high_open=True)


def simulate_regression(
    customers: int,
    mean: float,
    spread: float,
    reliability: float,
    low_share: float,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Draw two surveys of customers to whom nothing happens in between.

    Args:
        customers: to draw.
        mean: of the scores, in points.
        spread: standard deviation of scores, in points.
        reliability: correlation of a customer's two scores.
        low_share: share of customers counted as the lowest by their first score.
        generator: of random numbers.

    Returns:
        One row a group: ``lowest at first``, ``all``; columns ``customers``, ``first`` and ``second``
        (mean scores).

    Raises:
        ValueError: if an argument is out of range or nobody falls among the lowest.
    """
    checks.whole("customers", customers, low=2)
    checks.finite("mean", mean)
    _check_regression(spread, reliability, low_share)
    lasting = np.sqrt(reliability) * generator.standard_normal(customers)
    passing = np.sqrt(1 - reliability) * generator.standard_normal((2, customers))
    first, second = mean + spread * (lasting + passing)
    lowest = np.argsort(first)[: round(low_share * customers)]
    if not len(lowest):
        raise ValueError(f"low_share must take in at least one of {customers} customers, got {low_share}")
    return pd.DataFrame(
        {
            "customers": [len(lowest), customers],
            "first": [first[lowest].mean(), first.mean()],
            "second": [second[lowest].mean(), second.mean()],
        },
        index=["lowest at first", "all"],
    )


def _assumed(name: str, symbol: str, meaning: str, low: float, high: float, unit: str = "1") -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, low=low, high=high, unit=unit, source="assumed"
    )


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="complaint-or-exit",
        title="Complaint, exit or silence",
        page="after/after-sales",
        functions=("exit_share", "voice_share"),
        equation=(
            r"\begin{aligned} v &= e^{(\pi R - h)/\mu}, \quad x = e^{(g - k)/\mu} \\"
            r" P(\text{voice}) &= \frac{v}{1 + v + x} \\"
            r" P(\text{exit}) &= \frac{x}{1 + v + x} \end{aligned}"
        ),
        parameters=(
            _assumed("redress", "R", "worth of a granted complaint", 0, 100, "money"),
            _assumed("chance_of_redress", r"\pi", "chance that a complaint is granted", 0.0, 1.0),
            _assumed("effort", "h", "effort of complaining", 0, 50, "money"),
            _assumed("rival_gain", "g", "how much better the rival seems", -20, 50, "money"),
            _assumed("switching_cost", "k", "cost of switching", 0, 50, "money"),
            _assumed("scale", r"\mu", "spread of tastes", 5, 30, "money"),
        ),
        assumptions=(
            "a customer takes one of three ways: complain, leave without a word, put up with it",
            "each compares the money worth of the three, with tastes that differ at random",
        ),
        leaves_out=("complaining and then leaving", "anger, justice and habit", "talk to others"),
        works=("hirschman1970", "fornell1987"),
        teaching_device=True,
    ),
    ModelCard(
        id="dispute-rates",
        title="Disputes by company response",
        page="after/after-sales",
        functions=("dispute_odds", "dispute_rates", "mantel_haenszel"),
        equation=r"\mathrm{OR}_{MH} = \frac{\sum_s a_s d_s / n_s}{\sum_s b_s c_s / n_s}",
        parameters=(),
        assumptions=("within a product, complaints that get different responses are alike",),
        leaves_out=(
            "why the firm gave relief to some: it chooses whom to relieve",
            "customers who never complained",
        ),
        targets=("CF1",),
    ),
    ModelCard(
        id="warranty-price",
        title="Price of a warranty",
        page="after/after-sales",
        functions=("constant_hazard_claims", "renewal_claims", "warranty_price"),
        equation=(
            r"\begin{aligned} N &= \frac{1 - (1 + i)^{-w}}{\mu \ln(1 + i)} \\"
            r" \text{price} &= (1 + \lambda)\, c\, N \end{aligned}"
        ),
        parameters=(
            _assumed("term", "w", "length of the warranty", 0, 10, "years"),
            _assumed("mean_life", r"\mu", "mean time to failure", 0.5, 20, "years"),
            _assumed("discount_rate", "i", "discount rate", 0.0, 0.2, "1/year"),
            _assumed("claims", "N", "expected discounted claims", 0, 5),
            _assumed("repair_cost", "c", "cost of a claim", 0, 500, "money"),
            _assumed("loading", r"\lambda", "administration, risk and profit", 0.0, 2.0),
        ),
        assumptions=("lives are independent and alike", "every failure is claimed and mended at one cost"),
        leaves_out=(
            "careless use under cover",
            "buyers who know that they will need it",
            "fear of a large bill",
        ),
        works=("spence1977", "chen2009"),
        teaching_device=True,
    ),
    ModelCard(
        id="service-guarantee",
        title="Service guarantee",
        page="after/after-sales",
        functions=("guarantee_breakeven_growth", "guarantee_payout"),
        equation=(
            r"\begin{aligned} P &= p \left[ f c + (1 - f) c_0 \right] \\"
            r" g &= \frac{P}{m - P} \end{aligned}"
        ),
        parameters=(
            _assumed("failure", "f", "chance that the service fails", 0.0, 0.5),
            _assumed("claims_if_failed", "c", "chance that a failed customer claims", 0.0, 1.0),
            _assumed("claims_if_not", "c_0", "chance that another customer claims", 0.0, 0.2),
            _assumed("payout", "p", "money a claim", 0, 100, "money"),
            _assumed("margin", "m", "margin a customer", 60, 200, "money"),
            _assumed("expected_payout", "P", "expected payout a customer", 0, 50, "money"),
        ),
        assumptions=("new customers fail and claim as the present ones do",),
        leaves_out=(
            "failed guests who stay because they were paid",
            "what staff learn from claims",
            "the trust that a guarantee signals",
        ),
        works=("hart1988",),
        teaching_device=True,
    ),
    ModelCard(
        id="recovery-paradox",
        title="A recovery paradox, by selection or in truth",
        page="after/after-sales",
        functions=("effect_on_kept", "excellent_chance", "recovery_paradox", "simulate_recovery"),
        equation=(
            r"\begin{aligned} m &= \frac{\varphi(\Phi^{-1}(1 - k))}{k} \\"
            r" \text{reported} &= \rho\, \sigma\, m - d \\"
            r" \text{effect on those kept} &= \gamma\, \rho\, \sigma\, m - d \end{aligned}"
        ),
        parameters=(
            _assumed("harm", "d", "mean loss after failure and recovery", 0.0, 2.0, "points"),
            _assumed("spread", r"\sigma", "standard deviation of scores", 0.5, 2.5, "points"),
            _assumed("halo", r"\rho", "correlation of score and rating of the recovery", 0.0, 1.0),
            _assumed("excellent_share", "k", "share who rate the recovery excellent", 0.02, 0.9),
            _assumed("gratitude", r"\gamma", "share of the correlation caused by good recoveries", 0.0, 1.0),
        ),
        assumptions=(
            "failures strike at random",
            "scores of those who failed spread as widely as those of the never failed",
            "scores and ratings of the recovery are jointly normal",
            "over all who failed, recovery makes up for a failure only in part",
        ),
        leaves_out=("ceilings of the scale", "customers who left after the failure"),
        works=("mccollough2000", "dematos2007", "michel2008"),
        teaching_device=True,
    ),
    ModelCard(
        id="regression-to-the-mean",
        title="Regression to the mean after a bad score",
        page="after/after-sales",
        functions=("regression_rise", "regression_shortfall", "simulate_regression"),
        equation=(
            r"\begin{aligned} m &= \frac{\varphi(\Phi^{-1}(1 - k))}{k} \\"
            r" \text{rise} &= (1 - \rho)\, \sigma\, m \\"
            r" \text{shortfall} &= \rho\, \sigma\, m \end{aligned}"
        ),
        parameters=(
            _assumed("spread", r"\sigma", "standard deviation of scores", 0.5, 2.5, "points"),
            _assumed("reliability", r"\rho", "correlation of a customer's two scores", 0.0, 1.0),
            _assumed("low_share", "k", "share with the lowest first scores", 0.02, 0.98),
        ),
        assumptions=("nothing happens between the surveys", "scores are jointly normal"),
        leaves_out=("ceilings of the scale", "customers who left in between"),
        teaching_device=True,
    ),
)
