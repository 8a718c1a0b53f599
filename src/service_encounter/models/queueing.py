"""Waiting lines: Erlang's formulas, one server with general service times, and simulation.

Rates count customers per unit of time and times are in that same unit, whichever it is:
customers an hour go with hours. The formulas hold in the steady state of a queue that is
served first come, first served, and loses nobody.
"""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Expression, Namespace, Quantity

__all__ = [
    "BinnedMoments",
    "FastLaneWaits",
    "PooledAndSeparate",
    "binned_moments",
    "erlang_b",
    "erlang_c",
    "fast_lane_waits",
    "felt_wait",
    "late_share",
    "littles_law",
    "littlewood_limit",
    "littlewood_limit_normal",
    "lost_minutes",
    "mean_wait",
    "mg1_mean_wait",
    "mm1_mean_wait",
    "pooled_and_separate_waits",
    "queue_waits",
    "service_level",
    "simulate_queue",
    "staff_for",
    "utilisation",
]


_MOST_ON_A_SLIDER = 20


@dataclass(frozen=True)
class PooledAndSeparate:
    """Mean times in queue of the same staff, with one line or with a line each.

    Args:
        pooled: one line for all servers, in the time unit of the rates.
        separate: a line a server, customers joining a line at random and staying in it.
    """

    pooled: float
    separate: float


class FastLaneWaits(NamedTuple):
    """Mean times in queue before one server that some customers reach first.

    Args:
        fast: of those in the fast lane, in the time unit of the service mean.
        rest: of all others.
    """

    fast: Quantity
    rest: Quantity


@dataclass(frozen=True)
class BinnedMoments:
    """Moments of a sample known only by its counts in bins.

    Args:
        count: observations.
        mean: in the unit of the bin edges.
        scv: squared coefficient of variation, variance (n - 1) over squared mean.
    """

    count: int
    mean: float
    scv: float


def _stable(arrival_rate: Quantity, capacity: Quantity) -> None:
    if isinstance(arrival_rate, Expression) or isinstance(capacity, Expression):
        return
    arrivals, most = np.broadcast_arrays(np.asarray(arrival_rate, float), np.asarray(capacity, float))
    overloaded = arrivals >= most
    if np.any(overloaded):
        raise ValueError(
            f"arrival_rate must lie below the capacity of all servers, {most[overloaded].flat[0]:g}, "
            f"got {arrivals[overloaded].flat[0]:g}: the line would grow without end"
        )


def utilisation(
    arrival_rate: Quantity, service_rate: Quantity, servers: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Share of its time that a server is busy.

    Above one it says by how much the work exceeds the staff; no formula for a wait holds there.

    Args:
        arrival_rate: customers per unit of time.
        service_rate: customers that one busy server finishes per unit of time.
        servers: how many work side by side.
        xp: the reading.

    Returns:
        A pure number, not below zero.

    Raises:
        ValueError: if the arrival rate is negative, or another argument is not above zero.
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.positive("service_rate", service_rate)
    checks.positive("servers", servers)
    return arrival_rate / (servers * service_rate)


def littles_law(arrival_rate: Quantity, mean_time: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Mean number of customers present, from how often they come and how long they stay (Little 1961).

    Args:
        arrival_rate: customers per unit of time.
        mean_time: mean stay in the part of the system one counts: the line, or line and service.
        xp: the reading.

    Returns:
        Customers.

    Raises:
        ValueError: if an argument is negative or not finite.
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.not_negative("mean_time", mean_time)
    return arrival_rate * mean_time


def mm1_mean_wait(arrival_rate: Quantity, service_rate: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Mean time in queue before one server: Poisson arrivals, exponential service times (M/M/1).

    Args:
        arrival_rate: customers per unit of time.
        service_rate: customers that the busy server finishes per unit of time.
        xp: the reading.

    Returns:
        Time, in the unit of the rates.

    Raises:
        ValueError: if a rate is out of range, or the arrival rate reaches the service rate.
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.positive("service_rate", service_rate)
    _stable(arrival_rate, service_rate)
    return arrival_rate / (service_rate * (service_rate - arrival_rate))


def mg1_mean_wait(
    arrival_rate: Quantity, service_mean: Quantity, service_scv: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Mean time in queue before one server with service times of any distribution (M/G/1).

    The Pollaczek-Khinchine formula: of the service times only mean and variance matter.

    Args:
        arrival_rate: customers per unit of time, arriving as a Poisson process.
        service_mean: mean service time.
        service_scv: squared coefficient of variation of service times; 0 constant, 1 exponential.
        xp: the reading.

    Returns:
        Time, in the unit of ``service_mean``.

    Raises:
        ValueError: if an argument is out of range, or arrivals reach the server's capacity.

    >>> round(mg1_mean_wait(arrival_rate=5, service_mean=0.1, service_scv=0.5), 3)
    0.075
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.positive("service_mean", service_mean)
    checks.not_negative("service_scv", service_scv)
    _stable(arrival_rate, 1 / service_mean)
    busy = arrival_rate * service_mean
    return busy * service_mean * (1 + service_scv) / (2 * (1 - busy))


def erlang_b(load: float, servers: int) -> float:
    """Probability that a customer finds all servers busy when nobody may wait (M/M/c/c).

    Args:
        load: offered load in erlangs, arrival rate times mean service time.
        servers: how many; none gives 1.

    Returns:
        A probability.

    Raises:
        ValueError: if the load is negative or ``servers`` is not a whole number.

    >>> round(erlang_b(load=2, servers=3), 4)
    0.2105
    """
    checks.not_negative("load", load)
    checks.whole("servers", servers)
    blocked = 1.0
    for busy in range(1, int(servers) + 1):
        blocked = float(load) * blocked / (busy + float(load) * blocked)
    return blocked


def erlang_c(arrival_rate: float, service_rate: float, servers: int) -> float:
    """Probability that a customer has to wait (M/M/c).

    Args:
        arrival_rate: customers per unit of time.
        service_rate: customers that one busy server finishes per unit of time.
        servers: how many serve one common line.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of range, or arrivals reach the capacity of all servers.

    >>> round(erlang_c(arrival_rate=10, service_rate=6, servers=2), 4)
    0.7576
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.positive("service_rate", service_rate)
    checks.whole("servers", servers, low=1)
    _stable(arrival_rate, servers * service_rate)
    load = arrival_rate / service_rate
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


def _waiting_chance(busy: Quantity, servers: Quantity, xp: Namespace) -> Quantity:
    """Erlang's C by busy share: the recursion of B, turned over and nested.

    Terms beyond the number of servers vanish by themselves, so that a slider may set it and the
    text stays short.
    """
    checks.within("busy", busy, 0.0, 1.0, low_open=True, high_open=True)
    checks.whole("servers", servers, low=1)
    most = _MOST_ON_A_SLIDER if isinstance(servers, Expression) else int(np.max(servers))
    inverse_blocked: Quantity = 1.0
    for fewer in reversed(range(most)):
        inverse_blocked = 1 + xp.maximum(servers - fewer, 0) / (servers * busy) * inverse_blocked
    return 1 / (busy + (1 - busy) * inverse_blocked)


def late_share(
    busy: Quantity, servers: Quantity, service_mean: Quantity, within: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Share of customers who wait longer than ``within``, from how busy the staff are (M/M/c).

    Erlang's formula written for sliders; `service_level` gives the rest from rates.

    Args:
        busy: share of its time that a server is busy, above zero and below one.
        servers: how many serve one common line; on a slider, at most 20.
        service_mean: mean service time.
        within: the promised wait, in the unit of ``service_mean``; 0 asks who waits at all.
        xp: the reading.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.positive("service_mean", service_mean)
    checks.not_negative("within", within)
    spare = servers * (1 - busy) / service_mean
    return _waiting_chance(busy, servers, xp) * xp.exp(-spare * within)


def lost_minutes(
    busy: Quantity, servers: Quantity, service_mean: Quantity, weight: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """What one customer costs beyond the service itself: staff who idle and customers who wait (M/M/c).

    A teaching device: the weight is a judgement, and a roster that keeps c servers and not
    c + 1 bounds it. Compare whole numbers of servers at one demand. Along a fixed number of
    servers the demand moves with the busy share, and what is least there is no roster: for a
    single server that is 1 / (1 + sqrt(weight)).

    Args:
        busy: share of its time that a server is busy, above zero and below one.
        servers: how many serve one common line; on a slider, at most 20.
        service_mean: mean service time.
        weight: worth of a customer's minute of waiting in minutes of staff.
        xp: the reading.

    Returns:
        Minutes of staff for each customer served, in the unit of ``service_mean``.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.positive("service_mean", service_mean)
    checks.not_negative("weight", weight)
    waiting = _waiting_chance(busy, servers, xp) * service_mean / (servers * (1 - busy))
    return service_mean * (1 - busy) / busy + weight * waiting


def mean_wait(arrival_rate: float, service_rate: float, servers: int) -> float:
    """Mean time in queue, over all customers, those who do not wait included (M/M/c).

    Args:
        arrival_rate: customers per unit of time.
        service_rate: customers that one busy server finishes per unit of time.
        servers: how many serve one common line.

    Returns:
        Time, in the unit of the rates.

    Raises:
        ValueError: as `erlang_c`.

    >>> hours = mean_wait(arrival_rate=10, service_rate=6, servers=2)
    >>> round(60 * hours, 2)  # minutes, since the rates are an hour's
    22.73
    """
    return erlang_c(arrival_rate, service_rate, servers) / (servers * service_rate - arrival_rate)


def service_level(arrival_rate: float, service_rate: float, servers: int, within: float) -> float:
    """Share of customers whose wait is at most ``within`` (M/M/c).

    Args:
        arrival_rate: customers per unit of time.
        service_rate: customers that one busy server finishes per unit of time.
        servers: how many serve one common line.
        within: the promised wait, in the unit of the rates.

    Returns:
        A probability.

    Raises:
        ValueError: as `erlang_c`, or if ``within`` is negative.

    >>> round(service_level(arrival_rate=10, service_rate=6, servers=2, within=5 / 60), 4)
    0.3587
    """
    checks.not_negative("within", within)
    waiting = erlang_c(arrival_rate, service_rate, servers)
    return 1 - waiting * math.exp(-(servers * service_rate - arrival_rate) * within)


def staff_for(arrival_rate: float, service_rate: float, within: float, target: float) -> int:
    """Fewest servers that keep the promise "``target`` of customers wait at most ``within``" (M/M/c).

    Args:
        arrival_rate: customers per unit of time.
        service_rate: customers that one busy server finishes per unit of time.
        within: the promised wait, in the unit of the rates.
        target: share of customers for whom the promise is to hold, below one.

    Returns:
        Servers.

    Raises:
        ValueError: if an argument is out of range; no staff keeps a promise to everybody.

    >>> staff_for(arrival_rate=10, service_rate=6, within=5 / 60, target=0.8)
    3
    """
    checks.not_negative("arrival_rate", arrival_rate)
    checks.positive("service_rate", service_rate)
    checks.within("target", target, 0.0, 1.0, high_open=True)
    fewest = max(1, math.floor(arrival_rate / service_rate))
    return next(
        servers
        for servers in itertools.count(fewest)
        if servers * service_rate > arrival_rate
        and service_level(arrival_rate, service_rate, servers, within) >= target
    )


def pooled_and_separate_waits(arrival_rate: float, service_rate: float, servers: int) -> PooledAndSeparate:
    """Mean times in queue with one line for all servers, and with a line before each.

    Args:
        arrival_rate: customers per unit of time, over all lines together.
        service_rate: customers that one busy server finishes per unit of time.
        servers: how many.

    Returns:
        Both means, in the time unit of the rates.

    Raises:
        ValueError: as `erlang_c`.
    """
    pooled = mean_wait(arrival_rate, service_rate, servers)
    separate = mm1_mean_wait(arrival_rate / servers, service_rate)
    return PooledAndSeparate(pooled=pooled, separate=float(separate))


def fast_lane_waits(
    busy: Quantity, fast_share: Quantity, service_mean: Quantity, service_scv: Quantity, xp: Namespace = NUMPY
) -> FastLaneWaits:
    """Mean times in queue when one server takes the fast lane's customers first (Cobham 1954).

    Poisson arrivals; service times have one distribution in both lanes, and nobody is
    interrupted while being served.

    Args:
        busy: share of its time that the server is busy, above zero and below one.
        fast_share: share of customers who use the fast lane.
        service_mean: mean service time.
        service_scv: squared coefficient of variation of service times.
        xp: the reading.

    Returns:
        Both means, in the unit of ``service_mean``. A lane that nobody uses gets the wait of
        the first who would.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.within("busy", busy, 0.0, 1.0, low_open=True, high_open=True)
    checks.probability("fast_share", fast_share)
    checks.positive("service_mean", service_mean)
    checks.not_negative("service_scv", service_scv)
    rest_of_service = busy * service_mean * (1 + service_scv) / 2
    fast = rest_of_service / (1 - busy * fast_share)
    return FastLaneWaits(fast=fast, rest=fast / (1 - busy))


def felt_wait(
    wait: Quantity, unoccupied: Quantity, unexplained: Quantity, uncertain: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """How long a wait feels: a teaching device after Maister's propositions, with assumed factors.

    Args:
        wait: minutes by the clock.
        unoccupied: factor for a wait with nothing to do; 1 changes nothing, 1.5 adds half.
        unexplained: factor for a wait without a reason given.
        uncertain: factor for a wait of unknown length.
        xp: the reading.

    Returns:
        Felt minutes.

    Raises:
        ValueError: if the wait is negative or a factor not above zero.
    """
    checks.not_negative("wait", wait)
    checks.positive("unoccupied", unoccupied)
    checks.positive("unexplained", unexplained)
    checks.positive("uncertain", uncertain)
    return wait * unoccupied * unexplained * uncertain


def _fares(high_fare: Quantity, low_fare: Quantity) -> None:
    checks.positive("high_fare", high_fare)
    checks.positive("low_fare", low_fare)
    if isinstance(high_fare, Expression) or isinstance(low_fare, Expression):
        return
    if np.any(np.asarray(low_fare) >= np.asarray(high_fare)):
        raise ValueError(f"low_fare must lie below high_fare, got {low_fare!r} and {high_fare!r}")


def littlewood_limit(high_fare: float, low_fare: float, demand: ArrayLike) -> float:
    """Places to keep for customers who come late and pay more, from a record of their demand.

    Littlewood's rule: keep one more place while the chance that demand exceeds those already
    kept, times the high fare, is worth more than the low fare in hand.

    Args:
        high_fare: price that the late customers pay.
        low_fare: price at which a place can be sold now.
        demand: past demand at the high fare, one entry a day or departure, in places.

    Returns:
        The protection level in places: zero, or one of the recorded demands.

    Raises:
        ValueError: if the low fare does not lie below the high one, or the record is empty or bad.
    """
    _fares(high_fare, low_fare)
    checks.not_negative("demand", demand)
    record = np.asarray(demand, dtype=float).ravel()
    if not record.size:
        raise ValueError("demand must hold at least one entry, got none")
    levels = np.unique(np.append(record, 0.0))
    times_exceeded = record.size - np.searchsorted(np.sort(record), levels, side="right")
    return float(levels[times_exceeded * high_fare <= low_fare * record.size][0])


def littlewood_limit_normal(
    high_fare: Quantity, low_fare: Quantity, demand_mean: Quantity, demand_sd: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Places to keep for customers who come late and pay more, their demand being normal.

    Args:
        high_fare: price that the late customers pay.
        low_fare: price at which a place can be sold now.
        demand_mean: mean demand at the high fare, in places.
        demand_sd: its standard deviation, in places.
        xp: the reading.

    Returns:
        The protection level in places, not rounded and not below zero.

    Raises:
        ValueError: if the low fare does not lie below the high one, or a moment is out of range.
    """
    _fares(high_fare, low_fare)
    checks.not_negative("demand_mean", demand_mean)
    checks.positive("demand_sd", demand_sd)
    return xp.maximum(0.0, demand_mean + demand_sd * xp.normal_quantile(1 - low_fare / high_fare))


def binned_moments(low: ArrayLike, high: ArrayLike, counts: ArrayLike) -> BinnedMoments:
    """Mean and squared coefficient of variation of a sample given as counts in bins.

    Every observation counts at the middle of its bin, so the moments differ a little from those
    of the sample itself: by at most half a bin for the mean.

    Args:
        low: lower edges, shape (bins,).
        high: upper edges, shape (bins,).
        counts: observations in each bin, shape (bins,).

    Returns:
        The moments.

    Raises:
        ValueError: if shapes differ, an edge or count is out of range, or fewer than two observations.
    """
    lower, upper = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    checks.whole("counts", counts)
    number = np.asarray(counts, dtype=float)
    if not lower.shape == upper.shape == number.shape:
        raise ValueError(
            f"low, high and counts must have one shape, got {lower.shape}, {upper.shape} and {number.shape}"
        )
    checks.not_negative("low", lower)
    checks.positive("bin width, high - low,", upper - lower)
    total = number.sum()
    checks.whole("sum of counts", total, low=2)
    middle = (lower + upper) / 2
    mean = float(number @ middle / total)
    variance = float(number @ (middle - mean) ** 2 / (total - 1))
    return BinnedMoments(count=int(total), mean=mean, scv=variance / mean**2)


def queue_waits(
    interarrival_times: ArrayLike, service_times: ArrayLike, servers: int = 1
) -> NDArray[np.float64]:
    """Time in queue of each customer, first come, first served, from what happened.

    One server takes Lindley's recursion W[n+1] = max(0, W[n] + S[n] - A[n+1]), written as a random
    walk less its running minimum; several servers take a heap of the times at which each is free.

    Args:
        interarrival_times: time from the arrival before (from the start, for the first), shape (customers,).
        service_times: of the same customers, shape (customers,).
        servers: how many serve one common line.

    Returns:
        Waits, shape (customers,), in the unit of the times.

    Raises:
        ValueError: if a time is negative or missing, shapes differ, or ``servers`` is not a whole number.
    """
    checks.not_negative("interarrival_times", interarrival_times)
    checks.not_negative("service_times", service_times)
    checks.whole("servers", servers, low=1)
    gaps, services = np.asarray(interarrival_times, dtype=float), np.asarray(service_times, dtype=float)
    if gaps.ndim != 1 or gaps.shape != services.shape:
        raise ValueError(
            "interarrival_times and service_times must be two lists of one length, "
            f"got shapes {gaps.shape} and {services.shape}"
        )
    if servers == 1:
        walk = np.concatenate([[0.0], np.cumsum(services[:-1] - gaps[1:])])[: gaps.size]
        return walk - np.minimum.accumulate(walk)
    free = [0.0] * int(servers)
    waits = []
    for arrival, service in zip(np.cumsum(gaps).tolist(), services.tolist(), strict=True):
        start = max(arrival, free[0])
        heapq.heapreplace(free, start + service)
        waits.append(start - arrival)
    return np.array(waits, dtype=float)


def simulate_queue(
    arrival_rate: float,
    service_times: ArrayLike,
    generator: np.random.Generator,
    *,
    servers: int = 1,
    warm_up: int = 0,
) -> NDArray[np.float64]:
    """Waits of simulated customers who arrive as a Poisson process at an empty service.

    The service times are the caller's: exponential, resampled from a record, or constant. A load
    above capacity is allowed: the simulated line then simply keeps growing.

    Args:
        arrival_rate: customers per unit of time.
        service_times: one a customer, in order of arrival, shape (customers,).
        generator: source of the arrival times; the same seed gives the same waits.
        servers: how many serve one common line.
        warm_up: customers to leave out at the start, while the line is still filling.

    Returns:
        Waits of the customers after the warm-up, shape (customers - warm_up,).

    Raises:
        ValueError: if an argument is out of range, or the warm-up leaves no customer.
    """
    checks.positive("arrival_rate", arrival_rate)
    checks.whole("warm_up", warm_up)
    customers = np.size(np.asarray(service_times, dtype=float))
    if warm_up >= customers:
        raise ValueError(f"warm_up must lie below the {customers} customers simulated, got {warm_up}")
    gaps = generator.exponential(1 / arrival_rate, customers)
    return queue_waits(gaps, service_times, servers)[int(warm_up) :]


_ARRIVALS = Parameter(
    name="arrival_rate",
    symbol=r"\lambda",
    meaning="customers who arrive",
    unit="1/min",
    low=0.05,
    high=0.95,
    source="assumed",
)
_SERVICE = Parameter(
    name="service_rate",
    symbol=r"\mu",
    meaning="customers one busy server finishes",
    unit="1/min",
    low=1.0,
    high=3.0,
    source="estimated: 1.44 in a college snack bar, 174 customers in bins",
)
_BUSY = Parameter(
    name="busy",
    symbol=r"\rho",
    meaning="share of time a server is busy",
    unit="1",
    low=0.4,
    high=0.98,
    source="assumed",
)
_SERVICE_MEAN = Parameter(
    name="service_mean",
    symbol="E[S]",
    meaning="mean service time",
    unit="min",
    low=0.1,
    high=1.0,
    source="estimated: 0.695 in a college snack bar, 174 customers in bins",
)
_SERVICE_SCV = Parameter(
    name="service_scv",
    symbol="c_s^2",
    meaning="squared coefficient of variation of service times",
    unit="1",
    low=0.0,
    high=4.0,
    source="estimated: 0.38 in a college snack bar, 174 customers in bins",
)
_SERVERS = Parameter(
    name="servers",
    symbol="c",
    meaning="servers side by side",
    unit="servers",
    low=1,
    high=_MOST_ON_A_SLIDER,
    source="assumed",
)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="littles-law",
        title="Little's law and the busy share",
        page="during/waiting",
        functions=("littles_law", "utilisation"),
        equation=r"L = \lambda W, \qquad \rho = \frac{\lambda}{c \mu}",
        parameters=(
            _ARRIVALS,
            _SERVICE,
            _SERVERS,
            Parameter(
                name="mean_time",
                symbol="W",
                meaning="mean stay",
                unit="min",
                low=0.0,
                high=60.0,
                source="assumed",
            ),
        ),
        assumptions=("Arrivals, departures and stays have long-run means.", "Whoever arrives also leaves."),
        leaves_out=("How stays vary from customer to customer.", "The order in which customers are served."),
        works=("little1961",),
    ),
    ModelCard(
        id="erlang-c",
        title="The staffed line (M/M/c, Erlang B and C)",
        page="during/waiting",
        functions=(
            "erlang_b",
            "erlang_c",
            "mean_wait",
            "service_level",
            "staff_for",
            "pooled_and_separate_waits",
            "late_share",
        ),
        equation=(
            r"\begin{aligned} a &= \frac{\lambda}{\mu}, \quad B_0 = 1 \\"
            r" B_k &= \frac{a B_{k-1}}{k + a B_{k-1}} \\"
            r" C &= \frac{c B_c}{c - a (1 - B_c)} \\"
            r" W_q &= \frac{C}{c \mu - \lambda} \\"
            r" P(W \le t) &= 1 - C e^{-(c \mu - \lambda) t} \\"
            r" c^{*} &= \min \{ c : P(W \le t) \ge \tau \} \end{aligned}"
        ),
        parameters=(
            replace(_ARRIVALS, high=10.0),
            replace(_SERVICE, low=0.2),
            _SERVERS,
            _BUSY,
            _SERVICE_MEAN,
            Parameter(
                name="within",
                symbol="t",
                meaning="promised wait",
                unit="min",
                low=0.0,
                high=10.0,
                source="assumed",
            ),
            Parameter(
                name="target",
                symbol=r"\tau",
                meaning="share of customers the promise covers",
                unit="1",
                low=0.5,
                high=0.99,
                source="assumed",
            ),
        ),
        assumptions=(
            "Customers arrive independently at a steady rate, as a Poisson process.",
            "Service times are exponential, and all servers are alike.",
            "Nobody gives up, and the line is served first come, first served.",
        ),
        leaves_out=(
            "Rush hours, customers who see the line and walk on, and those who give up.",
            "The price of one common line: longer walks, lost specialists, nobody's own customer.",
            "Customers who pick or change to the shorter line, which makes separate lines less bad.",
        ),
        works=("gans2003", "larson1987"),
        targets=("EC1", "EC2"),
    ),
    ModelCard(
        id="one-server",
        title="One server, with exponential service times (M/M/1) and with any (M/G/1)",
        page="during/waiting",
        functions=("mm1_mean_wait", "mg1_mean_wait", "binned_moments"),
        equation=(
            r"\begin{aligned} \rho &= \lambda E[S] \\"
            r" W_q^{M/G/1} &= \frac{\rho}{1 - \rho}\, E[S]\, \frac{1 + c_s^2}{2} \\"
            r" W_q^{M/M/1} &= \frac{\lambda}{\mu (\mu - \lambda)} \end{aligned}"
        ),
        parameters=(
            _ARRIVALS,
            _SERVICE,
            _SERVICE_MEAN,
            _SERVICE_SCV,
        ),
        assumptions=(
            "Customers arrive independently at a steady rate, as a Poisson process.",
            "Service times do not depend on the length of the line or on each other.",
        ),
        leaves_out=("Servers who hurry when the line is long.", "Customers who see the line and walk on."),
        works=("gans2003",),
        targets=("MG1",),
    ),
    ModelCard(
        id="idle-or-waiting",
        title="Who waits for whom",
        page="during/waiting",
        functions=("lost_minutes",),
        equation=(
            r"\begin{aligned} \ell &= E[S]\,\frac{1 - \rho}{\rho} + v\, W_q \\"
            r" W_q &= \frac{C\, E[S]}{c\,(1 - \rho)} \end{aligned}"
        ),
        parameters=(
            _BUSY,
            _SERVERS,
            _SERVICE_MEAN,
            Parameter(
                name="weight",
                symbol="v",
                meaning="worth of a customer's minute in minutes of staff",
                unit="1",
                low=0.0,
                high=10.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "Poisson arrivals, exponential service times and one line, as in Erlang's formula, whose C is the chance "
            "of having to wait.",
            "A roster chooses among whole servers for a demand that it does not change.",
            "An idle minute of staff is worth nothing, and every minute of waiting weighs alike.",
        ),
        leaves_out=(
            "What staff do between customers: cleaning, refilling, breathing.",
            "Customers who leave, and the sale that leaves with them.",
        ),
        works=("gans2003",),
        teaching_device=True,
    ),
    ModelCard(
        id="fast-lane",
        title="A fast lane before one server",
        page="during/waiting",
        functions=("fast_lane_waits",),
        equation=(
            r"\begin{aligned} W_f &= \frac{\rho\, E[S] (1 + c_s^2)}{2 (1 - \rho f)} \\"
            r" W_r &= \frac{W_f}{1 - \rho} \\"
            r" W &= f W_f + (1 - f) W_r \\"
            r" &= \frac{\rho\, E[S] (1 + c_s^2)}{2 (1 - \rho)} \end{aligned}"
        ),
        parameters=(
            _BUSY,
            Parameter(
                name="fast_share",
                symbol="f",
                meaning="share of customers in the fast lane",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
            _SERVICE_MEAN,
            _SERVICE_SCV,
        ),
        assumptions=(
            "Poisson arrivals in both lanes, and one distribution of service times.",
            "The server takes the fast lane first but finishes whoever is being served.",
        ),
        leaves_out=(
            "Customers who stay away because of the price, the line or the insult.",
            "A second server bought with the fast lane's fees.",
        ),
        works=("cobham1954", "larson1987"),
        teaching_device=True,
    ),
    ModelCard(
        id="queue-simulation",
        title="A simulated line",
        page="during/waiting",
        functions=("simulate_queue", "queue_waits"),
        equation=r"W_{n+1} = \max(0,\; W_n + S_n - A_{n+1})",
        parameters=(
            _ARRIVALS,
            Parameter(
                name="service_times",
                symbol="S_n",
                meaning="service times, one a customer",
                unit="min",
                low=0.1,
                high=2.3,
                source="recorded: 174 customers of a college snack bar, in bins of 0.1 min",
            ),
            _SERVERS,
        ),
        assumptions=(
            "Arrivals are Poisson.",
            "The line is served first come, first served, and nobody gives up.",
        ),
        leaves_out=("Breaks, shifts and rush hours.",),
        works=("gans2003",),
    ),
    ModelCard(
        id="felt-wait",
        title="Felt waiting",
        page="during/waiting",
        functions=("felt_wait",),
        equation=r"W_f = W\, u\, e\, n",
        parameters=(
            Parameter(
                name="wait",
                symbol="W",
                meaning="wait by the clock",
                unit="min",
                low=0.0,
                high=30.0,
                source="assumed",
            ),
            Parameter(
                name="unoccupied",
                symbol="u",
                meaning="factor for nothing to do",
                unit="1",
                low=1.0,
                high=2.0,
                source="assumed",
            ),
            Parameter(
                name="unexplained",
                symbol="e",
                meaning="factor for no reason given",
                unit="1",
                low=1.0,
                high=2.0,
                source="assumed",
            ),
            Parameter(
                name="uncertain",
                symbol="n",
                meaning="factor for a length nobody announced",
                unit="1",
                low=1.0,
                high=2.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "Every felt minute grows in proportion.",
            "The factors act independently of one another.",
        ),
        leaves_out=("Anxiety, fairness, company, and the value of what one waits for.", "How the wait ends."),
        works=("maister1985",),
        teaching_device=True,
    ),
    ModelCard(
        id="littlewood",
        title="Littlewood's rule",
        page="during/waiting",
        functions=("littlewood_limit", "littlewood_limit_normal"),
        equation=r"y^{*} = \min \{ y \ge 0 : p_h \, P(D > y) \le p_l \}",
        parameters=(
            Parameter(
                name="high_fare",
                symbol="p_h",
                meaning="price late customers pay",
                unit="currency",
                low=110.0,
                high=400.0,
                source="assumed",
            ),
            Parameter(
                name="low_fare",
                symbol="p_l",
                meaning="price a place fetches now",
                unit="currency",
                low=10.0,
                high=100.0,
                source="assumed",
            ),
            Parameter(
                name="demand_mean",
                symbol="m",
                meaning="mean demand at the high price",
                unit="places",
                low=40.0,
                high=100.0,
                source="assumed",
            ),
            Parameter(
                name="demand_sd",
                symbol="s",
                meaning="standard deviation of that demand",
                unit="places",
                low=1.0,
                high=25.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "Low-fare customers come first, and all of them come before the others.",
            "The two demands are independent, and nobody who could pay more buys the low fare.",
        ),
        leaves_out=("Cancellations and no-shows.", "What customers think of paying different prices."),
        teaching_device=True,
    ),
)
