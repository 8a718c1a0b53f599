"""A whole service journey: the chapters' models joined by wires, from choice round to awareness.

Year by year, what people expect and pay decides who comes (choice); who comes sets the load, the load
sets the wait; wait, failures and clashes make the performance; performance against expectation makes
satisfaction; satisfaction keeps customers, makes them talk and corrects what is expected next year.

The model is written once. Each quantity passes through a recorder under its name and year, such as
``wait_3``. `simulate_journey` records numbers; `journey_expressions` records Vega expressions in which
earlier quantities stand by name, so that a page computes them as a chain of short steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from service_encounter.models import checks
from service_encounter.models.blueprint import serial_reliability
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.models.choice import logit_shares
from service_encounter.models.compatibility import share_with_clash
from service_encounter.models.coproduction import expected_failure_cost
from service_encounter.models.loop import choice_of_aware, next_awareness, next_told
from service_encounter.models.recovery import guarantee_payout
from service_encounter.models.satisfaction import disconfirmation, update_expectation
from service_encounter.namespace import NUMPY, VEGA, Expression, Namespace, Quantity, datum, signal

__all__ = [
    "CARDS",
    "LEVERS",
    "MARKETS",
    "MOST_SERVERS",
    "Journey",
    "Market",
    "Plan",
    "drawn_market",
    "erlang_wait",
    "journey_comparison",
    "journey_expressions",
    "journey_intervals",
    "journey_numbers",
    "journey_totals",
    "market_table",
    "retention_from_satisfaction",
    "simulate_journey",
]

MOST_SERVERS = 8
_LOWEST_SCORE, _HIGHEST_SCORE = 1.0, 5.0
_SCALE = "score, 1 to 5"
_TOTALS = ("contribution", "customer_welfare", "staff_welfare")

# --- What the reader sets ---------------------------------------------------------------------


def _lever(name: str, symbol: str, meaning: str, low: float, high: float, unit: str = "1") -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, low=low, high=high, unit=unit, source="the plan"
    )


LEVERS: tuple[Parameter, ...] = (
    _lever("price", "p", "price of a visit", 0, 150, "money"),
    _lever("servers", "c", "staff on duty, serving one common line", 1, MOST_SERVERS, "people"),
    _lever("participation", "x", "share of the job that the customer does", 0.0, 0.9),
    _lever("zoning", "z", "share of visits seated by what people mind", 0.0, 1.0),
    _lever("guarantee", "G", "share of the price paid back to those who claim", 0.0, 1.0),
    _lever("recovery", "R", "share of failures that staff set out to mend", 0.0, 1.0),
)


@dataclass(frozen=True)
class Plan:
    """The levers of a service; `LEVERS` gives meanings, units and ranges.

    Raises:
        ValueError: if a lever lies outside its range or servers is not a whole number.
    """

    price: Quantity
    servers: Quantity
    participation: Quantity = 0.0
    zoning: Quantity = 0.0
    guarantee: Quantity = 0.0
    recovery: Quantity = 0.0

    def __post_init__(self) -> None:
        for lever in LEVERS:
            checks.within(lever.name, getattr(self, lever.name), lever.low, lever.high)
        checks.whole("servers", self.servers, low=1)


def _about(meaning: str, unit: str = "1", source: str = "assumed") -> dict[str, str]:
    return {"meaning": meaning, "unit": unit, "source": source}


@dataclass(frozen=True)
class Market:
    """Everything that the plan does not set; `market_table` lists meaning, unit and source of each.

    The defaults are those of the guidance centre. Scores run from 1 to 5.

    Raises:
        ValueError: if a number is missing or infinite, one that must be above zero is not, or
            ``highest_utilisation`` is not below 1.
    """

    people: Quantity = field(
        default=20_000, metadata=_about("people who might ever need the service", "people")
    )
    first_aware: Quantity = field(default=0.35, metadata=_about("share aware in year 1"))
    considers: Quantity = field(default=0.5, metadata=_about("share of the aware who consider it"))
    outside: Quantity = field(
        default=0.1, metadata=_about("share of the unaware reached by outside sources a year", "1/year")
    )
    talk: Quantity = field(
        default=1.0, metadata=_about("people whom a customer would reach in a year", "people/year")
    )
    valence: Quantity = field(
        default=0.8, metadata=_about("shift of log-odds of choice if all talk is satisfied")
    )
    rival_price: Quantity = field(default=40.0, metadata=_about("price of the rival", "money"))
    rival_performance: Quantity = field(default=3.8, metadata=_about("performance of the rival", _SCALE))
    first_expected: Quantity = field(default=3.8, metadata=_about("performance expected in year 1", _SCALE))
    worth_of_point: Quantity = field(
        default=15.0, metadata=_about("money worth of a point of performance", "money/point")
    )
    taste_spread: Quantity = field(default=12.0, metadata=_about("spread of tastes between the two", "money"))
    visits: Quantity = field(default=3.0, metadata=_about("visits of a customer a year", "visits/year"))
    hours: Quantity = field(default=2_000.0, metadata=_about("hours open a year", "hours/year"))
    job_minutes: Quantity = field(default=30.0, metadata=_about("staff time of a whole job", "minutes"))
    steps: int = field(default=8, metadata=_about("steps of the blueprint", "steps"))
    step_reliability: Quantity = field(
        default=0.985, metadata=_about("chance that a step of staff goes right")
    )
    ability: Quantity = field(default=1.0, metadata=_about("ability of the customer; 1 is as able as staff"))
    hardness: Quantity = field(default=0.02, metadata=_about("customer failures a job at the easiest task"))
    steepness: Quantity = field(default=3.0, metadata=_about("how fast tasks get harder along the job"))
    neighbours: Quantity = field(
        default=1.0, metadata=_about("fellow customers near enough to clash", "people")
    )
    minds: Quantity = field(
        default=0.412,
        metadata=_about("share of customers who mind", source="estimated: fellow-passenger survey"),
    )
    clash_random: Quantity = field(
        default=0.188,
        metadata=_about("chance of a clash, seated by lot", source="estimated: fellow-passenger survey"),
    )
    clash_zoned: Quantity = field(
        default=0.102,
        metadata=_about(
            "chance of a clash, seated by what people mind",
            source="estimated: fellow-passenger survey",
        ),
    )
    best_performance: Quantity = field(
        default=4.8, metadata=_about("performance of a visit without flaw", _SCALE)
    )
    wait_loss: Quantity = field(
        default=0.05, metadata=_about("performance lost a minute of waiting", "points/minute")
    )
    failure_loss: Quantity = field(default=2.0, metadata=_about("performance lost by a failure", "points"))
    mended: Quantity = field(default=0.6, metadata=_about("share of that loss which recovery makes up for"))
    refunded: Quantity = field(
        default=0.3, metadata=_about("share of that loss which a full refund makes up for")
    )
    clash_loss: Quantity = field(default=0.8, metadata=_about("performance lost by a clash", "points"))
    effort_loss: Quantity = field(
        default=0.4, metadata=_about("performance lost by doing the whole job oneself", "points")
    )
    base: Quantity = field(default=0.5, metadata=_about("satisfaction at an expectation of 0, met", "points"))
    anchor: Quantity = field(default=0.85, metadata=_about("pull of the expectation on satisfaction"))
    gain: Quantity = field(default=0.5, metadata=_about("satisfaction a point above expectation"))
    loss: Quantity = field(default=1.0, metadata=_about("satisfaction lost a point below expectation"))
    speed: Quantity = field(
        default=0.4, metadata=_about("share of a surprise that expectation takes over in a year")
    )
    neutral: Quantity = field(
        default=3.5, metadata=_about("satisfaction at which half stay and half are satisfied", _SCALE)
    )
    loyalty_slope: Quantity = field(
        default=1.2, metadata=_about("log-odds of staying a point of satisfaction", "1/point")
    )
    satisfied_slope: Quantity = field(
        default=2.5, metadata=_about("log-odds of being satisfied a point of satisfaction", "1/point")
    )
    visit_cost: Quantity = field(default=6.0, metadata=_about("cost of a visit beside staff", "money"))
    wage: Quantity = field(default=28.0, metadata=_about("cost of an hour of staff", "money/hour"))
    recovery_cost: Quantity = field(default=12.0, metadata=_about("cost of mending a failure", "money"))
    zoning_cost: Quantity = field(
        default=8_000.0, metadata=_about("cost of zoning all visits a year", "money/year")
    )
    claims_if_failed: Quantity = field(default=0.5, metadata=_about("chance that a failed customer claims"))
    claims_if_not: Quantity = field(default=0.01, metadata=_about("chance that another customer claims"))
    discount_rate: Quantity = field(default=0.1, metadata=_about("discount rate", "1/year"))
    wage_premium: Quantity = field(
        default=6.0, metadata=_about("wage above the staff's next best job", "money/hour")
    )
    strain: Quantity = field(
        default=9.0, metadata=_about("burden of an hour without any pause", "money/hour")
    )
    anger: Quantity = field(
        default=4.0, metadata=_about("burden of a customer failed and not mended", "money")
    )
    # Without such a cap the line would grow without end.
    highest_utilisation: Quantity = field(
        default=0.9, metadata=_about("share of capacity beyond which people are turned away")
    )

    def __post_init__(self) -> None:
        for item in fields(self):
            checks.finite(item.name, getattr(self, item.name))
        for name in ("people", "first_aware", "considers", "taste_spread", "visits", "hours", "job_minutes"):
            checks.positive(name, getattr(self, name))
        checks.positive("highest_utilisation", self.highest_utilisation)
        checks.within("highest_utilisation", self.highest_utilisation, 0.0, 1.0, high_open=True)


MARKETS: Mapping[str, Market] = MappingProxyType(
    {
        "guidance centre": Market(),
        "appliance maker": Market(
            people=60_000,
            first_aware=0.6,
            considers=0.4,
            visits=0.6,
            hours=2_200.0,
            job_minutes=50.0,
            rival_price=90.0,
            worth_of_point=25.0,
            taste_spread=25.0,
            neighbours=0.0,
            visit_cost=18.0,
            wage=32.0,
            recovery_cost=45.0,
            wait_loss=0.02,
            zoning_cost=0.0,
        ),
        "airport": Market(
            people=300_000,
            first_aware=0.9,
            considers=0.6,
            talk=0.4,
            visits=4.0,
            hours=6_000.0,
            job_minutes=4.0,
            rival_price=10.0,
            worth_of_point=5.0,
            taste_spread=5.0,
            steps=6,
            neighbours=3.0,
            visit_cost=7.0,
            wage=24.0,
            recovery_cost=8.0,
            wait_loss=0.08,
            zoning_cost=60_000.0,
            anger=1.0,
        ),
    }
)


def market_table(market: Market) -> pd.DataFrame:
    """Parameters of a market: index name; columns value, unit, meaning, source (estimated or assumed)."""
    rows = {
        item.name: {"value": getattr(market, item.name)}
        | {column: item.metadata[column] for column in ("unit", "meaning", "source")}
        for item in fields(market)
    }
    return pd.DataFrame.from_dict(rows, orient="index")


# --- The wires that have no chapter of their own ----------------------------------------------


def erlang_wait(
    arrival_rate: Quantity, service_rate: Quantity, servers: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Mean time in queue for one to eight servers (M/M/c), as a finite formula that a page can evaluate.

    The exact Erlang C of `service_encounter.models.queueing.mean_wait`, written out for every number
    of servers and picked by `servers`.

    Args:
        arrival_rate: customers a unit of time.
        service_rate: customers that one busy server finishes a unit of time.
        servers: 1 to 8.
        xp: math namespace.

    Raises:
        ValueError: if an argument is out of range or arrivals reach the capacity of all servers.
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.positive("service_rate", service_rate)
    checks.whole("servers", servers, low=1)
    checks.within("servers", servers, 1, MOST_SERVERS)
    checks.positive(
        "capacity left, servers * service_rate - arrival_rate", servers * service_rate - arrival_rate
    )
    # An empty system has no wait either way; the floor keeps the division defined.
    load = xp.maximum(arrival_rate / service_rate, 1e-9)
    return _wait_in_jobs(load, servers, xp) / service_rate


def _wait_in_jobs(load: Quantity, servers: Quantity, xp: Namespace) -> Quantity:
    """The wait of `erlang_wait` with the mean time of a job for its unit."""
    not_blocked, wait = 1.0, 0.0
    for count in range(1, MOST_SERVERS + 1):
        not_blocked = 1 + count / load * not_blocked  # the inverse of Erlang B
        # Servers too few for the load are never picked; the floor spares them a division by zero.
        idle = xp.maximum(count - load, 1e-12)
        wait = xp.where(servers == count, count / (idle * (idle * not_blocked + load)), wait)
    return wait


def retention_from_satisfaction(
    satisfaction: Quantity, neutral: Quantity, loyalty_slope: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Chance that a customer comes back next year: logistic in satisfaction.

    Args:
        satisfaction: in points.
        neutral: satisfaction at which half come back, in points.
        loyalty_slope: rise of the log-odds a point, not below 0.
        xp: math namespace.
    """
    checks.finite("satisfaction", satisfaction)
    checks.finite("neutral", neutral)
    checks.not_negative("loyalty_slope", loyalty_slope)
    return 1 / (1 + xp.exp(-loyalty_slope * (satisfaction - neutral)))


# --- One year, and several --------------------------------------------------------------------

# Takes a name and a quantity, and hands back what later formulas should use in its place.
Keep = Callable[[str, Quantity], Quantity]


@dataclass(frozen=True)
class _Design:
    """What is the same in every year.

    Args:
        job_minutes: that staff spend on a visit.
        capacity: visits an hour.
        failure: chance of a failure that reaches the customer.
        clash: share of customers with a clash.
        without_wait: performance if nobody waited, in points.
        dearer: what the price is above the rival's.
        payout: expected refund of a visit.
        margin: what a visit leaves to the firm.
        staff_hours: of a year.
        fixed: what a year costs the firm, whoever comes.
        anger: what a visit costs staff in anger.
    """

    job_minutes: Quantity
    capacity: Quantity
    failure: Quantity
    clash: Quantity
    without_wait: Quantity
    dearer: Quantity
    payout: Quantity
    margin: Quantity
    staff_hours: Quantity
    fixed: Quantity
    anger: Quantity


@dataclass(frozen=True)
class _State:
    """What one year hands to the next: shares of the market, points, a share and people."""

    aware: Quantity
    told: Quantity
    expected: Quantity
    satisfied_before: Quantity
    retained: Quantity


def _design(plan: Plan, market: Market, keep: Keep, xp: Namespace) -> _Design:
    # What no lever moves comes first, so that a page need not compute it anew.
    by_staff = keep("by_staff", serial_reliability([market.step_reliability] * market.steps, xp=xp))
    failures = expected_failure_cost(
        plan.participation, market.ability, 1.0, market.hardness, market.steepness, xp
    )
    failure = keep("any_failure", 1 - by_staff * xp.exp(-failures))
    clash = market.clash_random + plan.zoning * (market.clash_zoned - market.clash_random)
    clash = keep("any_clash", share_with_clash(clash, market.minds, market.neighbours, xp))
    unhealed = (1 - market.mended * plan.recovery) * (1 - market.refunded * plan.guarantee)
    lost = xp.total(
        [
            market.failure_loss * failure * unhealed,
            market.clash_loss * clash,
            market.effort_loss * plan.participation / market.ability,
        ]
    )
    refund = plan.guarantee * plan.price
    payout = guarantee_payout(failure, market.claims_if_failed, market.claims_if_not, refund, xp)
    payout = keep("payout", payout)
    mending = failure * plan.recovery * market.recovery_cost
    staff_hours = keep("staff_hours", plan.servers * market.hours)
    job_minutes = keep("job_minutes", market.job_minutes * (1 - plan.participation))
    return _Design(
        job_minutes=job_minutes,
        capacity=keep("any_capacity", 60 * plan.servers / job_minutes),
        failure=failure,
        clash=clash,
        without_wait=keep("without_wait", market.best_performance - lost),
        dearer=keep("dearer", plan.price - market.rival_price),
        payout=payout,
        margin=keep("margin", plan.price - market.visit_cost - payout - mending),
        staff_hours=staff_hours,
        fixed=keep("fixed", staff_hours * market.wage + plan.zoning * market.zoning_cost),
        anger=keep("anger", failure * (1 - plan.recovery) * market.anger),
    )


def _choice(
    market: Market, design: _Design, state: _State, keep: Keep, xp: Namespace
) -> tuple[Quantity, Quantity]:
    """Share of those considering who are customers, and customers in number."""
    better = market.worth_of_point * (state.expected - market.rival_performance)
    surplus = keep("surplus", (better - design.dearer) / market.taste_spread)
    untold = keep("choice_untold", logit_shares([surplus, 0.0], xp)[0])
    chooses = choice_of_aware(state.aware, state.told, untold, state.satisfied_before, market.valence, xp)
    chooses = keep("choice", chooses)
    considering = keep("considering", market.people * market.considers * state.aware)
    customers = keep("customers", state.retained + (considering - state.retained) * chooses)
    return keep("patronage", customers / considering), customers


def _service(
    plan: Plan, market: Market, design: _Design, customers: Quantity, keep: Keep, xp: Namespace
) -> tuple[Quantity, Quantity, Quantity, Quantity]:
    """Visits of a year, share turned away, busy share of staff, and mean wait in minutes."""
    arrivals = keep("arrivals", customers * market.visits / market.hours)
    capacity = keep("capacity", design.capacity)
    served = keep("served", xp.minimum(arrivals, market.highest_utilisation * capacity))
    turned_away = keep("turned_away", 1 - served / arrivals)
    busy = keep("utilisation", served / capacity)
    load = keep("load", xp.maximum(busy * plan.servers, 1e-9))
    wait = keep("wait", design.job_minutes * _wait_in_jobs(load, plan.servers, xp))
    return keep("visits", served * market.hours), turned_away, busy, wait


def _worth(
    market: Market,
    design: _Design,
    visits: Quantity,
    busy: Quantity,
    performance: Quantity,
    keep: Keep,
) -> None:
    """Record money and welfare of a year."""
    keep("contribution", visits * design.margin - design.fixed)
    better = market.worth_of_point * (performance - market.rival_performance)
    keep("customer_welfare", visits * (better - design.dearer + design.payout))
    an_hour = market.wage_premium - market.strain * busy * busy
    keep("staff_welfare", design.staff_hours * an_hour - visits * design.anger)


def _year(plan: Plan, market: Market, design: _Design, before: _State, keep: Keep, xp: Namespace) -> _State:
    aware = keep("aware", before.aware)
    state = _State(
        aware=aware,
        told=keep("told", xp.minimum(before.told, aware)),
        expected=keep("expected", before.expected),
        satisfied_before=keep("satisfied_before", before.satisfied_before),
        retained=keep("retained", before.retained),
    )
    patronage, customers = _choice(market, design, state, keep, xp)
    visits, turned_away, busy, wait = _service(plan, market, design, customers, keep, xp)
    keep("reliability", 1 - design.failure)
    keep("clash", design.clash)
    performance = design.without_wait - market.wait_loss * wait
    performance = keep("performance", xp.clip(performance, _LOWEST_SCORE, _HIGHEST_SCORE))
    satisfaction = disconfirmation(
        performance, state.expected, market.base, market.anchor, market.gain, market.loss, xp
    )
    satisfaction = keep("satisfaction", satisfaction)
    returns = retention_from_satisfaction(satisfaction, market.neutral, market.loyalty_slope, xp)
    retention = keep("retention", returns * (1 - turned_away))
    _worth(market, design, visits, busy, performance, keep)
    return _State(
        aware=next_awareness(aware, market.outside, market.talk, patronage, market.considers, xp),
        told=next_told(state.told, aware, market.talk, patronage, market.considers, xp),
        expected=update_expectation(state.expected, performance, market.speed, xp),
        satisfied_before=retention_from_satisfaction(
            satisfaction, market.neutral, market.satisfied_slope, xp
        ),
        retained=customers * retention,
    )


def _record(plan: Plan, market: Market, years: int, keep: Keep, xp: Namespace) -> None:
    """Run the years, recording what holds in all, ``name_year`` for the rest, and ``total_name`` for sums."""
    checks.whole("years", years, low=1)
    discounted: dict[str, list[Quantity]] = {name: [] for name in _TOTALS}
    # Nobody has been told anything in year 1, so the satisfied share of the year before has no effect.
    state = _State(market.first_aware, 0.0, market.first_expected, 0.5, 0.0)
    todays_worth = {year: 1 / (1 + market.discount_rate) ** year for year in range(1, years + 1)}
    todays_worth = {year: keep(f"todays_worth_{year}", worth) for year, worth in todays_worth.items()}
    design = _design(plan, market, keep, xp)
    for year in range(1, years + 1):

        def keep_year(name: str, value: Quantity, year: int = year) -> Quantity:
            kept = keep(f"{name}_{year}", value)
            if name in discounted:
                discounted[name].append(kept * todays_worth[year])
            return kept

        state = _year(plan, market, design, state, keep_year, xp)
    for name, terms in discounted.items():
        keep(f"total_{name}", xp.total(terms))


def journey_numbers(plan: Plan, market: Market, years: int = 5) -> dict[str, Quantity]:
    """Every quantity of a run by name, as `journey_expressions` has it for a page.

    Args:
        plan: the levers.
        market: numbers, or arrays of one shape with an entry a market.
        years: to run, at least 1.

    Returns:
        Today's worth of a year's money and what holds in every year, then ``aware_1`` and so on, year by year,
        ``total_staff_welfare`` last.

    Raises:
        ValueError: if a market drives a chapter's model out of its range.
    """
    values: dict[str, Quantity] = {}

    def keep(name: str, value: Quantity) -> Quantity:
        values[name] = value
        return value

    _record(plan, market, years, keep, NUMPY)
    return values


@dataclass(frozen=True)
class Journey:
    """What a plan brings.

    Args:
        years: one row a year from 1. Columns: ``aware``, ``told``, ``choice``, ``retention``, ``clash``,
            ``reliability``, ``utilisation``, ``turned_away``, ``patronage`` (shares), ``customers``,
            ``retained`` (people), ``arrivals``, ``capacity``, ``served`` (visits an hour), ``visits``
            (of the year), ``wait`` (minutes), ``expected``, ``performance``, ``satisfaction`` (points), ``contribution``,
            ``customer_welfare``, ``staff_welfare`` (money of the year), and those between them.
        contribution: discounted over the years, in money.
        customer_welfare: worth to customers beyond the rival's offer, discounted, in money.
        staff_welfare: worth of the jobs beyond the next best, less strain and anger, discounted, in money.
    """

    years: pd.DataFrame
    contribution: float
    customer_welfare: float
    staff_welfare: float


def simulate_journey(plan: Plan, market: Market, years: int = 5) -> Journey:
    """Run a plan in a market.

    Args:
        plan: the levers.
        market: the rest.
        years: to run, at least 1.

    Raises:
        ValueError: if the market drives a chapter's model out of its range; the message names the argument.
    """
    values = journey_numbers(plan, market, years)
    names = [name.removesuffix("_1") for name in values if name.endswith("_1")]
    rows = [{name: float(values[f"{name}_{year}"]) for name in names} for year in range(1, years + 1)]
    table = pd.DataFrame(rows, index=pd.RangeIndex(1, years + 1, name="year"))
    return Journey(table, *(float(values[f"total_{name}"]) for name in _TOTALS))


def journey_totals(plan: Plan, market: Market, years: int = 5) -> dict[str, Quantity]:
    """What a plan brings to each party in many markets at once.

    Args:
        plan: the levers.
        market: numbers, or arrays of one shape with an entry a market.
        years: to run, at least 1.

    Returns:
        ``contribution``, ``customer_welfare`` and ``staff_welfare``, discounted, in money, as in `Journey`.

    Raises:
        ValueError: if a market drives a chapter's model out of its range.
    """
    values = journey_numbers(plan, market, years)
    return {name: values[f"total_{name}"] for name in _TOTALS}


def journey_expressions(market: Market, years: int = 5, plan: Plan | None = None) -> dict[str, Expression]:
    """The same run for a page.

    Args:
        market: numbers or expressions.
        years: to run, at least 1.
        plan: levers as expressions; where it is left out, signals named as the levers.

    Returns:
        Expressions by the names of `journey_numbers`, in their order. Each reads signals and the
        fields named before it, so they are evaluated in this order, one calculate transform each.
    """
    texts: dict[str, Expression] = {}

    def keep(name: str, value: Quantity) -> Expression:
        texts[name] = VEGA.total([value])
        return datum(name)

    levers = plan or Plan(**{lever.name: signal(lever.name) for lever in LEVERS})
    _record(levers, market, years, keep, VEGA)
    return texts


def _varied(value: float, factor: Quantity, unit: str) -> Quantity:
    """The number off by a factor; of a share, and of a score's place on its scale, it is the odds."""
    if unit == _SCALE:
        reach = _HIGHEST_SCORE - _LOWEST_SCORE
        return _LOWEST_SCORE + reach * _with_odds((value - _LOWEST_SCORE) / reach, factor)
    return _with_odds(value, factor) if 0 < value < 1 else value * factor


def _with_odds(share: float, factor: Quantity) -> Quantity:
    return share * factor / (1 - share + share * factor)


def drawn_market(market: Market, spread: float, draws: int, generator: np.random.Generator) -> Market:
    """A market of arrays, in which every assumed parameter is off by a factor of its own.

    Factors are drawn evenly from 1 - ``spread`` to 1 + ``spread``. Of numbers between 0 and 1 it is the odds
    that are multiplied, and of a score the odds of its place between 1 and 5, so that neither leaves its range.
    Estimates and the number of steps stay.

    Args:
        market: numbers.
        spread: in [0, 1).
        draws: of the whole set, at least 20.
        generator: of random numbers.

    Raises:
        ValueError: if spread or draws is out of range, or a score of the market lies off its scale.
    """
    checks.within("spread", spread, 0.0, 1.0, high_open=True)
    checks.whole("draws", draws, low=20)
    assumed = [
        item for item in fields(market) if item.metadata["source"] == "assumed" and item.name != "steps"
    ]
    for item in assumed:
        if item.metadata["unit"] == _SCALE:
            checks.within(item.name, getattr(market, item.name), _LOWEST_SCORE, _HIGHEST_SCORE)
    factors = generator.uniform(1 - spread, 1 + spread, size=(len(assumed), draws))
    drawn = {
        item.name: _varied(getattr(market, item.name), factor, item.metadata["unit"])
        for item, factor in zip(assumed, factors, strict=True)
    }
    return replace(market, **drawn)


def _sources(years: int) -> dict[str, str]:
    return {name: f"total_{name}" for name in _TOTALS} | {
        name: f"{name}_{years}" for name in ("aware", "wait", "satisfaction")
    }


def journey_intervals(
    plan: Plan, market: Market, spread: float, draws: int, generator: np.random.Generator, years: int = 5
) -> pd.DataFrame:
    """How far the outcomes of a plan move when what is assumed may be off.

    See `drawn_market` for how the market is varied.

    Args:
        plan: the levers.
        market: numbers.
        spread: in [0, 1).
        draws: of the whole set, at least 20.
        generator: of random numbers.
        years: to run, at least 1.

    Returns:
        One row for each discounted total and for ``aware``, ``wait``, ``satisfaction`` of the last year;
        columns ``point`` (nothing varied), ``low``, ``high`` (5th and 95th percentile).

    Raises:
        ValueError: if an argument is out of range, or a draw drives a model out of its range.
    """
    varied = journey_numbers(plan, drawn_market(market, spread, draws, generator), years)
    point = journey_numbers(plan, market, years)
    rows = {
        name: (float(point[source]), *_ends(np.broadcast_to(varied[source], draws)))
        for name, source in _sources(years).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["point", "low", "high"])


def journey_comparison(
    plan: Plan,
    other: Plan,
    market: Market,
    spread: float,
    draws: int,
    generator: np.random.Generator,
    years: int = 5,
) -> pd.DataFrame:
    """How far one plan lies above another when what is assumed may be off, and how often.

    Both plans meet the same drawn markets, so that what lifts or sinks both cancels. See `journey_intervals`.

    Args:
        plan: the levers.
        other: the plan that is taken off.
        market: numbers.
        spread: in [0, 1).
        draws: of the whole set, at least 20.
        generator: of random numbers.
        years: to run, at least 1.

    Returns:
        Rows as in `journey_intervals`; columns ``point``, ``low``, ``high`` of plan less other, and ``above``,
        the share of draws in which it is above zero.

    Raises:
        ValueError: if an argument is out of range, or a draw drives a model out of its range.
    """
    drawn = drawn_market(market, spread, draws, generator)
    ours, theirs = journey_numbers(plan, drawn, years), journey_numbers(other, drawn, years)
    point, beside = journey_numbers(plan, market, years), journey_numbers(other, market, years)
    rows = {}
    for name, source in _sources(years).items():
        gains = np.broadcast_to(ours[source] - theirs[source], draws)
        rows[name] = (float(point[source] - beside[source]), *_ends(gains), float(np.mean(gains > 0)))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["point", "low", "high", "above"])


def _ends(values: Quantity) -> tuple[float, float]:
    low, high = np.quantile(values, (0.05, 0.95))
    return float(low), float(high)


def _scalar(name: str, symbol: str, meaning: str, low: float, high: float, unit: str) -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, low=low, high=high, unit=unit, source="assumed"
    )


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="journey",
        title="A whole journey",
        page="capstone/design-a-journey",
        functions=(
            "drawn_market",
            "journey_comparison",
            "journey_expressions",
            "journey_intervals",
            "journey_numbers",
            "journey_totals",
            "market_table",
            "simulate_journey",
        ),
        equation=(
            r"\begin{gathered} \text{what is expected, the price} \to \text{choice} \to \text{visits an hour} \\"
            r" \to \text{wait, failures, clashes} \to \text{performance} \to \text{satisfaction} \\"
            r" \to \text{who returns, what is told, what is expected next year} \end{gathered}"
        ),
        parameters=(),
        assumptions=(
            "one rival",
            "all customers meet the mean wait, and arrivals are Poisson through all hours open",
            "people beyond a set share of capacity are turned away and do not return",
            "a refund and recovery make up for a part of a failure, never for more than all of it",
        ),
        leaves_out=(
            "differences between customers",
            "a rival who answers",
            "peaks of demand within a day",
            "staff who leave or learn",
            "those who never consider the service",
            "what their taste for the place is worth to customers, beside performance and price",
        ),
        works=("lemon2016", "oliver1980"),
        teaching_device=True,
    ),
    ModelCard(
        id="erlang-wait-written-out",
        title="Wait before one to eight servers",
        page="capstone/design-a-journey",
        functions=("erlang_wait",),
        equation=r"W_q = \frac{C(c, \lambda / \mu)}{c \mu - \lambda}",
        parameters=(
            _scalar("arrival_rate", r"\lambda", "arrivals", 0.0, 7.5, "1/hour"),
            _scalar("service_rate", r"\mu", "jobs that a busy server finishes", 8, 30, "1/hour"),
            _scalar("servers", "c", "servers on one common line", 1, MOST_SERVERS, "people"),
        ),
        assumptions=("Poisson arrivals", "exponential service times", "one line, first come, first served"),
        leaves_out=("peaks within the day", "people who give up"),
        works=("gans2003",),
        targets=("EC2",),
    ),
    ModelCard(
        id="satisfaction-to-retention",
        title="From satisfaction to retention",
        page="capstone/design-a-journey",
        functions=("retention_from_satisfaction",),
        equation=r"r = \frac{1}{1 + e^{-k (S - S_0)}}",
        parameters=(
            _scalar("satisfaction", "S", "satisfaction", 1, 5, "points"),
            _scalar("neutral", "S_0", "satisfaction at which half come back", 2, 4.5, "points"),
            _scalar("loyalty_slope", "k", "rise of the log-odds a point", 0, 3, "1/point"),
        ),
        assumptions=("coming back depends on nothing but satisfaction",),
        leaves_out=("habit, contracts and the lack of an alternative",),
        teaching_device=True,
    ),
)
