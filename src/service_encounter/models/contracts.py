"""Selling the service instead of the product: present values, fee corridors, incentives, availability."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "FeeCorridor",
    "GammaFit",
    "annuity_factor",
    "availability",
    "availability_payment",
    "best_effort",
    "fee_ceiling",
    "fee_corridor",
    "fee_floor",
    "fit_exponential",
    "fit_gamma",
    "implied_discount_rate",
    "overuse",
    "overuse_loss",
    "pooled_failure_rate",
    "present_value",
    "rate_with_failures",
    "renewed_fee",
    "smallest_discount_gap",
    "usage",
    "yearly_fee",
]


@dataclass(frozen=True)
class FeeCorridor:
    """The yearly fees that leave both sides at least as well off as a sale would.

    Args:
        floor: least that the provider can take, in currency a year.
        ceiling: most that the customer would pay, in currency a year.
    """

    floor: float
    ceiling: float

    @property
    def width(self) -> float:
        """Ceiling less floor, in currency a year; negative where no fee suits both."""
        return self.ceiling - self.floor

    @property
    def exists(self) -> bool:
        """Whether some fee suits both sides."""
        return self.width >= 0


@dataclass(frozen=True)
class GammaFit:
    """A gamma distribution fitted to times by maximum likelihood.

    Args:
        shape: a pure number; below one the failure rate falls with age, above one it rises.
        scale: in the unit of the times.
        log_likelihood: of the times under this fit.
    """

    shape: float
    scale: float
    log_likelihood: float


def annuity_factor(rate: Quantity, years: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Present value of one unit of money at the end of each of ``years`` years.

    Args:
        rate: discount rate a year, as a fraction.
        years: how many payments.
        xp: the reading.

    Returns:
        Years' worth of payments, a number between 0 and ``years``.

    Raises:
        ValueError: if the rate is negative or the years are not above zero.
    """
    checks.not_negative("rate", rate)
    checks.positive("years", years)
    # Near zero the closed form divides one rounding error by another; two terms of its series do not.
    tiny = rate < 1e-6
    divisor = xp.where(tiny, 1.0, rate)
    return xp.where(tiny, years * (1 - (years + 1) * rate / 2), (1 - (1 + rate) ** -years) / divisor)


def present_value(
    investment: Quantity, yearly_cost: Quantity, rate: Quantity, years: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """What owning costs in today's money: buy now, pay for operation at the end of every year.

    Args:
        investment: price of the equipment, in currency.
        yearly_cost: operation and upkeep, in currency a year.
        rate: discount rate a year, as a fraction.
        years: life of the equipment.
        xp: the reading.

    Returns:
        Currency.

    Raises:
        ValueError: if an argument is out of range.

    >>> round(present_value(investment=1000, yearly_cost=100, rate=0.05, years=10), 2)
    np.float64(1772.17)
    """
    checks.not_negative("investment", investment)
    checks.not_negative("yearly_cost", yearly_cost)
    return investment + yearly_cost * annuity_factor(rate, years, xp)


def yearly_fee(
    investment: Quantity, yearly_cost: Quantity, rate: Quantity, years: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """The level fee at the end of every year that is worth as much as owning costs.

    Args:
        investment: price of the equipment, in currency.
        yearly_cost: operation and upkeep, in currency a year.
        rate: discount rate a year of whoever compares, as a fraction.
        years: life of the equipment, which the contract lasts or renews for whole lives.
        xp: the reading.

    Returns:
        Currency a year.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("investment", investment)
    checks.not_negative("yearly_cost", yearly_cost)
    return investment / annuity_factor(rate, years, xp) + yearly_cost


def renewed_fee(investment: float, yearly_cost: float, rate: float, life: float, years: float) -> float:
    """The level fee over a contract in which worn-out equipment is replaced at the same price.

    Equipment is bought at the start and whenever a life is over; what is left at the end is worth nothing.

    Args:
        investment: price of the equipment each time, in currency.
        yearly_cost: operation and upkeep, in currency a year.
        rate: discount rate a year of whoever compares, as a fraction.
        life: years that equipment lasts.
        years: how long the contract runs.

    Returns:
        Currency a year; over whole lives the same as :func:`yearly_fee` over one.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.positive("life", life)
    checks.positive("years", years)
    checks.not_negative("rate", rate)
    purchases = np.arange(math.ceil(years / life))
    worth = float(np.sum((1 + rate) ** (-life * purchases)))
    return float(yearly_fee(investment * worth, yearly_cost, rate, years))


def rate_with_failures(
    rate: Quantity, failing: Quantity, recovered: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Discount rate at which a promise is worth as much as it is to someone whose debtor may fail.

    In each year the debtor fails with the same chance, and the lender then recovers a share of what the promise
    was worth. Expected payments discounted at ``rate`` equal promised payments discounted at the result.

    Args:
        rate: discount rate a year for money that is certain, as a fraction.
        failing: chance that the debtor fails within a year.
        recovered: share of the promise's worth that is fetched back after a failure.
        xp: the reading.

    Returns:
        A rate a year, as a fraction.

    Raises:
        ValueError: if an argument is out of range; where every debtor fails and nothing returns, no rate will do.
    """
    checks.not_negative("rate", rate)
    checks.probability("failing", failing)
    checks.probability("recovered", recovered)
    kept = 1 - failing * (1 - recovered)
    checks.positive("1 - failing * (1 - recovered)", kept)
    return (1 + rate) / kept - 1


def fee_floor(
    investment: Quantity,
    yearly_cost: Quantity,
    provider_rate: Quantity,
    years: Quantity,
    contracting_cost: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Least yearly fee at which the provider does not lose by the contract.

    Args:
        investment: price of the equipment, in currency.
        yearly_cost: operation and upkeep, in currency a year.
        provider_rate: the provider's discount rate a year, as a fraction.
        years: life of the equipment, which the contract lasts or renews for whole lives.
        contracting_cost: what only the contract causes (metering, haggling, overuse), in currency a year.
        xp: the reading.

    Returns:
        Currency a year.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("contracting_cost", contracting_cost)
    return yearly_fee(investment, yearly_cost, provider_rate, years, xp) + contracting_cost


def fee_ceiling(
    investment: Quantity,
    yearly_cost: Quantity,
    customer_rate: Quantity,
    years: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Highest yearly fee that a customer would pay rather than own.

    Args:
        investment: price of the equipment, in currency.
        yearly_cost: operation and upkeep when the customer owns it, in currency a year.
        customer_rate: the customer's discount rate a year, as a fraction.
        years: life of the equipment, which the contract lasts or renews for whole lives.
        xp: the reading.

    Returns:
        Currency a year.

    Raises:
        ValueError: if an argument is out of range.
    """
    return yearly_fee(investment, yearly_cost, customer_rate, years, xp)


def fee_corridor(
    investment: float,
    yearly_cost: float,
    provider_rate: float,
    customer_rate: float,
    years: float,
    contracting_cost: float,
) -> FeeCorridor:
    """Fees between the provider's floor and the customer's ceiling.

    Args:
        investment: price of the equipment, in currency.
        yearly_cost: operation and upkeep, in currency a year, whoever owns it.
        provider_rate: the provider's discount rate a year, as a fraction.
        customer_rate: the customer's.
        years: life of the equipment, which the contract lasts or renews for whole lives.
        contracting_cost: what only the contract causes, in currency a year.

    Returns:
        The corridor, which may not exist.

    Raises:
        ValueError: if an argument is out of range.
    """
    return FeeCorridor(
        floor=float(fee_floor(investment, yearly_cost, provider_rate, years, contracting_cost)),
        ceiling=float(fee_ceiling(investment, yearly_cost, customer_rate, years)),
    )


def smallest_discount_gap(
    investment: float, provider_rate: float, years: float, contracting_cost: float
) -> float:
    """By how much the customer must discount the future more than the provider for a contract to exist.

    Args:
        investment: price of the equipment, in currency.
        provider_rate: the provider's discount rate a year, as a fraction.
        years: life of the equipment, which the contract lasts or renews for whole lives.
        contracting_cost: what only the contract causes, in currency a year.

    Returns:
        The customer's rate less the provider's at which the corridor opens, as a fraction a year.

    Raises:
        ValueError: if an argument is out of range; without an investment no gap is enough.
    """
    from scipy.optimize import brentq

    checks.positive("investment", investment)
    checks.not_negative("contracting_cost", contracting_cost)
    needed = 1 / annuity_factor(provider_rate, years) + contracting_cost / investment
    # The yearly share of an investment is above the rate itself, so the root lies below the share needed.
    opening = brentq(lambda rate: 1 / annuity_factor(rate, years) - needed, provider_rate, needed, xtol=1e-14)
    return float(opening - provider_rate)


def implied_discount_rate(trade_off: float, years: float | None = None) -> float:
    """Discount rate of someone who pays ``trade_off`` now to save one unit of money every year.

    Args:
        trade_off: price paid per unit of yearly saving, in years.
        years: for how long the saving lasts; forever if omitted.

    Returns:
        A rate a year, as a fraction.

    Raises:
        ValueError: if the trade-off is not above zero, or above the years it could ever bring back.
    """
    from scipy.optimize import brentq

    checks.positive("trade_off", trade_off)
    if years is None:
        return 1 / trade_off
    checks.positive("years", years)
    checks.within("trade_off", trade_off, 0.0, years)
    return float(brentq(lambda rate: annuity_factor(rate, years) - trade_off, 0.0, 1 / trade_off, xtol=1e-14))


def best_effort(
    saving: Quantity, effort_cost: Quantity, share_kept: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Effort for reliability that pays best for a provider who keeps a share of what it saves.

    The provider's gain is share_kept * saving * e - effort_cost * e^2 / 2. Under a contract the
    provider keeps all of the saving; under a sale nothing, or whatever part reputation returns.

    Args:
        saving: yearly cost that one unit of effort saves, in currency a year.
        effort_cost: slope of the marginal cost of effort, in currency a year.
        share_kept: part of the saving that comes back to the provider: 1 under a contract.
        xp: the reading.

    Returns:
        Units of effort.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("saving", saving)
    checks.positive("effort_cost", effort_cost)
    checks.probability("share_kept", share_kept)
    return share_kept * saving / effort_cost


def usage(top_value: Quantity, value_slope: Quantity, price: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Units that a customer uses while the value of the next one is above its price.

    Args:
        top_value: value of the first unit, in currency.
        value_slope: by how much each further unit is worth less, in currency a unit.
        price: what the customer pays for one more unit, in currency; zero under a flat fee.
        xp: the reading.

    Returns:
        Units a year, not below zero.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("top_value", top_value)
    checks.positive("value_slope", value_slope)
    checks.not_negative("price", price)
    return xp.maximum(0.0, (top_value - price) / value_slope)


def overuse(
    top_value: Quantity, value_slope: Quantity, price: Quantity, unit_cost: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Units used beyond those that are worth what they cost to supply.

    Args:
        top_value: value of the first unit, in currency.
        value_slope: by how much each further unit is worth less, in currency a unit.
        price: what the customer pays for one more unit, in currency.
        unit_cost: what one more unit costs the provider, in currency.
        xp: the reading.

    Returns:
        Units a year; negative where the price lies above the cost and keeps use too low.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("unit_cost", unit_cost)
    return usage(top_value, value_slope, price, xp) - usage(top_value, value_slope, unit_cost, xp)


def overuse_loss(
    top_value: Quantity, value_slope: Quantity, price: Quantity, unit_cost: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """What both sides together lose because the customer does not pay the cost of a unit.

    The area between the unit cost and the customer's value, over the units too many or too few.

    Args:
        top_value: value of the first unit, in currency.
        value_slope: by how much each further unit is worth less, in currency a unit.
        price: what the customer pays for one more unit, in currency.
        unit_cost: what one more unit costs the provider, in currency.
        xp: the reading.

    Returns:
        Currency a year, not below zero.

    Raises:
        ValueError: if an argument is out of range.
    """
    used = usage(top_value, value_slope, price, xp)
    excess = overuse(top_value, value_slope, price, unit_cost, xp)
    return excess * (unit_cost - top_value + value_slope * (used - excess / 2))


def availability(mtbf: Quantity, mttr: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of time that equipment works.

    Args:
        mtbf: mean time between the end of a repair and the next failure.
        mttr: mean time to repair, in the same unit.
        xp: the reading.

    Returns:
        A share in (0, 1].

    Raises:
        ValueError: if ``mtbf`` is not above zero or ``mttr`` is negative.
    """
    checks.positive("mtbf", mtbf)
    checks.not_negative("mttr", mttr)
    return mtbf / (mtbf + mttr)


def availability_payment(
    fixed_fee: Quantity,
    uptime_fee: Quantity,
    downtime_penalty: Quantity,
    hours: Quantity,
    mtbf: Quantity,
    mttr: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Expected yearly payment of an availability contract: fixed fee, fee an hour up, penalty an hour down.

    Up to a constant only the sum of uptime fee and penalty counts, so either gives the same incentive.

    Args:
        fixed_fee: F, in currency a year.
        uptime_fee: U, in currency for every hour that the equipment works.
        downtime_penalty: p, in currency for every hour that it does not.
        hours: in a year for which the customer wants it.
        mtbf: mean hours between the end of a repair and the next failure.
        mttr: mean hours to repair.
        xp: the reading.

    Returns:
        Currency a year; negative where penalties eat up the fees.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("fixed_fee", fixed_fee)
    checks.not_negative("uptime_fee", uptime_fee)
    checks.not_negative("downtime_penalty", downtime_penalty)
    checks.not_negative("hours", hours)
    up = availability(mtbf, mttr, xp)
    return fixed_fee + hours * (uptime_fee * up - downtime_penalty * (1 - up))


def pooled_failure_rate(
    rates: Sequence[Quantity], shares: Sequence[Quantity], age: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Failure rate of what has survived to an age, in a fleet whose units each fail at a constant rate.

    No unit improves, yet the rate falls: the frail ones fail first and leave the pool (Proschan 1963).

    Args:
        rates: constant failure rate of each kind of unit, per unit of time.
        shares: of the kinds in the new fleet; they are scaled to sum to one.
        age: time since new or since repair.
        xp: the reading.

    Returns:
        Failures per unit of time and surviving unit.

    Raises:
        ValueError: if there is no kind, the lists differ in length, or an entry is out of range.
    """
    if not len(rates) or len(rates) != len(shares):
        raise ValueError(
            f"rates and shares must have one entry a kind, at least one, got {len(rates)} and {len(shares)}"
        )
    for kind, (rate, share) in enumerate(zip(rates, shares, strict=True)):
        checks.positive(f"rates[{kind}]", rate)
        checks.positive(f"shares[{kind}]", share)
    checks.not_negative("age", age)
    # Survival relative to the first kind's: the common factor cancels, and old ages do not underflow to 0/0.
    least = rates[0]
    for rate in rates[1:]:
        least = xp.minimum(least, rate)
    survivors = [share * xp.exp((least - rate) * age) for rate, share in zip(rates, shares, strict=True)]
    failing = [rate * survivor for rate, survivor in zip(rates, survivors, strict=True)]
    return xp.total(failing) / xp.total(survivors)


def _times(times: ArrayLike, least: int) -> NDArray[np.float64]:
    checks.positive("times", times)
    sample = np.asarray(times, dtype=np.float64).ravel()
    if sample.size < least:
        raise ValueError(f"times must hold at least {least} entries, got {sample.size}")
    return sample


def fit_exponential(times: ArrayLike) -> GammaFit:
    """Exponential distribution of times between failures, by maximum likelihood.

    Args:
        times: complete times between failures, none cut off, at least one.

    Returns:
        The fit, as a gamma distribution of shape one whose scale is the mean time.

    Raises:
        ValueError: if there are too few times or one is not above zero.
    """
    sample = _times(times, least=1)
    mean = float(sample.mean())
    return GammaFit(shape=1.0, scale=mean, log_likelihood=-sample.size * (math.log(mean) + 1))


def fit_gamma(times: ArrayLike) -> GammaFit:
    """Gamma distribution of times between failures, by maximum likelihood.

    Args:
        times: complete times between failures, none cut off, at least two that differ.

    Returns:
        The fit.

    Raises:
        ValueError: if there are too few times, one is not above zero, or all are the same.
    """
    from scipy.optimize import brentq
    from scipy.special import digamma, gammaln

    sample = _times(times, least=2)
    mean, mean_log = float(sample.mean()), float(np.log(sample).mean())
    spread = math.log(mean) - mean_log
    if np.ptp(sample) == 0 or spread < 1e-9:
        raise ValueError(
            f"times must differ for a shape to be estimated, got {sample.size} alike near {mean:g}"
        )
    # 1 / (2 k) < log k - digamma(k) < 1 / k brackets the shape k.
    shape = brentq(
        lambda k: math.log(k) - digamma(k) - spread, 0.5 / spread, 1 / spread, xtol=1e-12, rtol=1e-12
    )
    scale = mean / shape
    log_likelihood = sample.size * ((shape - 1) * mean_log - shape - gammaln(shape) - shape * math.log(scale))
    return GammaFit(shape=float(shape), scale=float(scale), log_likelihood=float(log_likelihood))


def _parameter(
    name: str, symbol: str, meaning: str, unit: str, low: float, high: float, source: str = "assumed"
) -> Parameter:
    return Parameter(name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source=source)


_INVESTMENT = _parameter("investment", "I", "price of the equipment", "currency", 1_000, 50_000)
_YEARLY_COST = _parameter("yearly_cost", "O", "operation and upkeep", "currency/year", 0, 5_000)
_YEARS = _parameter("years", "n", "life of the machines", "years", 2, 60)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="present-value",
        title="Owning, in today's money",
        page="design/service-concept",
        functions=("annuity_factor", "present_value", "yearly_fee", "renewed_fee"),
        equation=(
            r"\begin{gathered} a(r, n) = \frac{1 - (1 + r)^{-n}}{r} \\"
            r" PV = I + O\, a(r, n), \qquad f = \frac{PV}{a(r, n)} \end{gathered}"
        ),
        parameters=(
            _INVESTMENT,
            _YEARLY_COST,
            _parameter("rate", "r", "discount rate", "1/year", 0.01, 0.4),
            _YEARS,
        ),
        assumptions=(
            "Yearly costs are level and fall at the end of each year.",
            "One rate discounts them all.",
            "A contract that renews worn-out machines at the same price costs the same a year.",
        ),
        leaves_out=("Taxes, inflation and resale.", "That operating costs rise with age."),
        works=("hausman1979",),
        teaching_device=True,
    ),
    ModelCard(
        id="fee-corridor",
        title="The fee corridor",
        page="design/service-concept",
        functions=(
            "fee_floor",
            "fee_ceiling",
            "fee_corridor",
            "rate_with_failures",
            "smallest_discount_gap",
            "implied_discount_rate",
        ),
        equation=r"\frac{I}{a(r_p, n)} + O + k \;\le\; f \;\le\; \frac{I}{a(r_c, n)} + O",
        parameters=(
            _INVESTMENT,
            _YEARLY_COST,
            _parameter("provider_rate", "r_p", "the provider's discount rate", "1/year", 0.01, 0.2),
            _parameter(
                "customer_rate",
                "r_c",
                "the customer's discount rate",
                "1/year",
                0.01,
                0.4,
                "assumed; households' heating choices imply 0.215 over 20 years",
            ),
            _YEARS,
            _parameter("contracting_cost", "k", "what only the contract causes", "currency/year", 0, 1_000),
        ),
        assumptions=(
            "Both sides would bear the same costs of equipment and operation.",
            "They differ in how they discount the future and in nothing else.",
            "The customer may fail; a provider who bears that risk reckons at a higher rate, and neither is paid for "
            "bearing more than the loss it expects.",
            "Each knows the other's costs and rate, how the machines will be used and how likely the customer is to fail.",
        ),
        leaves_out=(
            "Other risks: who bears a bad year or an early breakdown.",
            "Gains from the provider's better effort or knowledge, which widen the corridor.",
            "Bargaining over where in the corridor the fee settles.",
        ),
        works=("hausman1979", "eisfeldt2009"),
        targets=("CL3",),
        teaching_device=True,
    ),
    ModelCard(
        id="provider-effort",
        title="Effort under a sale and under a contract",
        page="design/service-concept",
        functions=("best_effort",),
        equation=r"e^{*} = \frac{\varphi s}{\kappa}",
        parameters=(
            _parameter("saving", "s", "yearly cost that a unit of effort saves", "currency/year", 0, 1_000),
            _parameter("effort_cost", r"\kappa", "slope of the cost of effort", "currency/year", 10, 1_000),
            _parameter("share_kept", r"\varphi", "part of the saving the provider keeps", "1", 0, 1),
        ),
        assumptions=(
            "A unit of effort always saves as much.",
            "Effort gets dearer in proportion to its level.",
        ),
        leaves_out=("Repairs that the provider earns on, which make effort under a sale lower still.",),
        works=("kim2007", "guajardo2012"),
        teaching_device=True,
    ),
    ModelCard(
        id="overuse",
        title="Overuse at a price of zero",
        page="design/service-concept",
        functions=("usage", "overuse", "overuse_loss"),
        equation=(
            r"\begin{gathered} q(p) = \max\Bigl(0, \frac{v - p}{b}\Bigr) \\ \text{overuse} = q(p) - q(c) \\"
            r" \text{loss} = \int_{q(c)}^{q(p)} (c - v + b x)\, dx \end{gathered}"
        ),
        parameters=(
            _parameter("top_value", "v", "value of the first unit", "currency/unit", 1, 20),
            _parameter("value_slope", "b", "fall in value from unit to unit", "currency/unit^2", 0.01, 1),
            _parameter("price", "p", "what one more unit costs the customer", "currency/unit", 0, 10),
            _parameter("unit_cost", "c", "what one more unit costs the provider", "currency/unit", 0, 10),
        ),
        assumptions=("The value of a further unit falls along a straight line.", "Unit costs are constant."),
        leaves_out=(
            "Harm to others, such as emissions.",
            "Habits, and care for what belongs to somebody else.",
        ),
        works=("tukker2004",),
        teaching_device=True,
    ),
    ModelCard(
        id="availability-contract",
        title="An availability contract",
        page="design/service-concept",
        functions=("availability", "availability_payment"),
        equation=(
            r"\begin{gathered} T = F + H \bigl( U A - p (1 - A) \bigr) \\"
            r" A = \frac{\mathrm{MTBF}}{\mathrm{MTBF} + \mathrm{MTTR}} \end{gathered}"
        ),
        parameters=(
            _parameter("fixed_fee", "F", "fixed fee", "currency/year", 0, 5_000),
            _parameter("uptime_fee", "U", "fee for an hour up", "currency/h", 0, 5),
            _parameter("downtime_penalty", "p", "penalty for an hour down", "currency/h", 0, 20),
            _parameter("hours", "H", "hours of use wanted", "h/year", 100, 8_760),
            _parameter("mtbf", r"\mathrm{MTBF}", "mean time between failures", "h", 10, 1_000),
            _parameter("mttr", r"\mathrm{MTTR}", "mean time to repair", "h", 0, 100),
        ),
        assumptions=(
            "Failures and repairs have reached their long-run balance.",
            "Uptime is measured truly.",
        ),
        leaves_out=(
            "When the failure comes: an hour down in a heat wave costs more.",
            "Chance from year to year.",
        ),
        works=("kim2007", "guajardo2012"),
        teaching_device=True,
    ),
    ModelCard(
        id="failure-times",
        title="Times between failures, pooled and apart",
        page="design/service-concept",
        functions=("fit_exponential", "fit_gamma", "pooled_failure_rate"),
        equation=(
            r"\begin{gathered} f(t) = \frac{t^{k-1} e^{-t/\theta}}{\Gamma(k)\, \theta^k} \\"
            r" h(t) = \frac{\sum_i w_i \lambda_i e^{-\lambda_i t}}{\sum_i w_i e^{-\lambda_i t}} \end{gathered}"
        ),
        parameters=(
            _parameter(
                "rates",
                r"\lambda_i",
                "failure rate of a kind of unit",
                "1/h",
                0.001,
                0.1,
                "estimated: 0.0093 and 0.0156 from 12 and 24 failures of two aircraft's air-conditioning",
            ),
            _parameter("shares", "w_i", "share of the kind in the new fleet", "1", 0.05, 1),
            _parameter("age", "t", "time since new or since repair", "h", 0, 500),
        ),
        assumptions=(
            "Times are complete and independent of each other.",
            "For the pooled rate: each unit's own rate never changes.",
        ),
        leaves_out=("Times cut off by the end of the record.", "Repairs that leave a unit better or worse."),
        works=("proschan1963",),
        targets=("AC1",),
    ),
)
