"""How fast the models are, beside the packages that do the same, on the same input and in one run."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from course_tools.bench_table import Row
from service_encounter import cases
from service_encounter.models import choice, queueing, retention

if TYPE_CHECKING:
    import simpy

Result = TypeVar("Result")
Floats = NDArray[np.float64]

CUSTOMERS = 1_000_000
WARM_UP = 10_000
BUSY = 0.8
COVARIATES = ["ttme", "gc", "hinc:air", "air", "train", "bus"]
_RUNS = 15


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that the work takes, and its result."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def arrivals_and_services(customers: int) -> tuple[Floats, Floats]:
    """Times between arrivals and service times of a queue that is busy four fifths of the time."""
    generator = np.random.default_rng(20260101)
    return generator.exponential(1 / BUSY, customers), generator.exponential(1.0, customers)


def waits_by_us(gaps: Floats, services: Floats) -> Floats:
    """Waits by the vectorised recursion."""
    return queueing.queue_waits(gaps, services)


def waits_by_ciw(gaps: Floats, services: Floats) -> Floats:
    """Waits by Ciw's simulation of the same customers."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps.tolist(), math.inf])],
        service_distributions=[ciw.dists.Sequential(services.tolist())],
        number_of_servers=[1],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(gaps), method="Finish")
    # One server serves in the order of arrival, so the records are in that order.
    return np.array([record.waiting_time for record in simulation.get_all_records()])


def waits_by_simpy(gaps: Floats, services: Floats) -> Floats:
    """Waits by a simpy process a customer."""
    import simpy

    environment = simpy.Environment()
    server = simpy.Resource(environment)
    waits: list[float] = []

    def customer(service: float) -> Generator[simpy.Event, None, None]:
        came = environment.now
        with server.request() as turn:
            yield turn
            waits.append(environment.now - came)
            yield environment.timeout(service)

    def source() -> Generator[simpy.Event, None, None]:
        for gap, service in zip(gaps.tolist(), services.tolist(), strict=True):
            yield environment.timeout(gap)
            environment.process(customer(service))

    environment.process(source())
    environment.run()
    return np.array(waits)


def queue() -> list[Row]:
    """The same customers through one queue three ways.

    Raises:
        RuntimeError: if another way gives another wait to any customer.
    """
    gaps, services = arrivals_and_services(CUSTOMERS)
    ours, waits = timed(partial(waits_by_us, gaps, services))
    mean = waits[WARM_UP:].mean()
    rows = [
        Row(
            f"{CUSTOMERS:,} customers through one queue, `queueing.queue_waits`",
            f"{ours:.3f} s, mean wait {mean:.4f} after {WARM_UP:,} customers",
        )
    ]
    for name, simulate in (("Ciw", waits_by_ciw), ("simpy", waits_by_simpy)):
        seconds, theirs = timed(partial(simulate, gaps, services))
        apart = float(np.abs(theirs - waits).max())
        if apart > 1e-4:
            raise RuntimeError(
                f"{name} makes a customer wait {apart:g} longer or shorter than queue_waits does"
            )
        rows.append(
            Row(
                f"the same arrivals and services by {name}",
                f"{seconds:.1f} s, {seconds / ours:,.0f} times as long; mean wait {theirs[WARM_UP:].mean():.4f}",
            )
        )
    return rows


def travellers(times: int) -> pd.DataFrame:
    """The travel-mode frame over and over, its travellers numbered on."""
    travel = cases.load("travel_mode")
    step = int(travel["individual"].max())
    return pd.concat(
        [travel.assign(individual=travel["individual"] + step * copy) for copy in range(times)],
        ignore_index=True,
    )


def fit_by_us(travel: pd.DataFrame) -> choice.LogitFit:
    """The chapter's logit."""
    return choice.fit_logit(travel, "individual", "mode", "choice", COVARIATES)


def logit_by_statsmodels(travel: pd.DataFrame) -> Callable[[], float]:
    """Statsmodels' own call for the same logit, by the same method; the design is made beforehand."""
    from statsmodels.discrete.conditional_models import ConditionalLogit

    air = (travel["mode"] == "air").to_numpy(dtype=float)
    columns = [travel["ttme"], travel["gc"], travel["hinc"] * air, air]
    columns += [travel["mode"] == mode for mode in ("train", "bus")]
    design = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    scale = np.abs(design).max(axis=0)
    taken, groups = travel["choice"].to_numpy(dtype=float), travel["individual"].to_numpy()

    def estimate() -> float:
        result = ConditionalLogit(taken, design / scale, groups=groups).fit(method="newton", disp=False)
        return float(result.llf) if np.isfinite(result.bse).all() else math.nan

    return estimate


def logit() -> list[Row]:
    """What `fit_logit` adds to statsmodels' own call.

    Raises:
        RuntimeError: if the two do not reach one likelihood.
    """
    travel = travellers(1)
    estimate = logit_by_statsmodels(travel)
    pairs = [(timed(partial(fit_by_us, travel)), timed(estimate)) for _ in range(_RUNS)]
    ours, theirs = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    mine, other = pairs[0][0][1].log_likelihood, pairs[0][1][1]
    if not math.isclose(mine, other, rel_tol=1e-8):
        raise RuntimeError(f"fit_logit reaches a log-likelihood of {mine}, statsmodels {other}")
    return [
        Row(
            f"logit on 210 travellers, `choice.fit_logit` over statsmodels alone (median of {_RUNS})",
            f"{1000 * ours:.0f} ms over {1000 * theirs:.0f} ms: {ours / theirs - 1:+.0%}",
        )
    ]


def purchases() -> list[Row]:
    """BG/NBD on the CDNOW customers against lifetimes.

    Raises:
        RuntimeError: if the estimates differ by more than one per cent.
    """
    from lifetimes import BetaGeoFitter

    frame = cases.cdnow()
    histories = (frame["frequency"], frame["recency"], frame["T"])
    runs = [
        (timed(partial(retention.fit_bgnbd, frame)), timed(partial(BetaGeoFitter().fit, *histories)))
        for _ in range(5)
    ]
    ours, theirs = (statistics.median(run[side][0] for run in runs) for side in (0, 1))
    (_, mine), (_, other) = runs[0]
    for name, estimate in other.params_.items():
        if not math.isclose(getattr(mine, name), estimate, rel_tol=0.01):
            raise RuntimeError(f"fit_bgnbd estimates {name} {getattr(mine, name)}, lifetimes {estimate}")
    return [
        Row(
            f"BG/NBD on {len(frame):,} customers, `retention.fit_bgnbd` beside lifetimes (median of 5)",
            f"{1000 * ours:.0f} ms beside {1000 * theirs:.0f} ms, same estimates",
        )
    ]


def growth() -> list[Row]:
    """Seconds with once, ten and a hundred times the rows."""
    frame = cases.cdnow()
    works: dict[str, Callable[[int], Callable[[], object]]] = {
        "queue of 100,000 customers": lambda times: partial(
            waits_by_us, *arrivals_and_services(100_000 * times)
        ),
        "logit on 210 travellers": lambda times: partial(fit_by_us, travellers(times)),
        f"BG/NBD on {len(frame):,} customers": lambda times: partial(
            retention.fit_bgnbd, pd.concat([frame] * times, ignore_index=True)
        ),
    }
    return [
        Row(
            f"{what}, 10 times and 100 times as many",
            ", ".join(f"{timed(make(times))[0]:.3f} s" for times in (1, 10, 100)),
        )
        for what, make in works.items()
    ]
