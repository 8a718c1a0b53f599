"""Exercise of *Waiting*: one line or one each, by formula and then by simulation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import numpy as np

from service_encounter import cases
from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import queueing

_ARRIVALS = 4.0
_SERVERS = 4
_EXACT = 0.01
_CUSTOMERS, _WARM_UP = 200_000, 1_000
# Waits of one run hang together, so that even a long run is some way off.
_SIMULATED = 0.12
_EXAMPLE = {"pooled": 1.0, "separate": 1.0, "simulated": 1.0}


@cache
def _wanted() -> dict[str, float]:
    """The three mean waits, in minutes."""
    bins = cases.load("snack_bar_service_times")
    moments = queueing.binned_moments(bins["from_min"], bins["to_min"], bins["customers"])
    waits = queueing.pooled_and_separate_waits(_ARRIVALS, 1 / moments.mean, _SERVERS)
    times = np.repeat((bins["from_min"] + bins["to_min"]) / 2, bins["customers"])
    generator = np.random.default_rng(1961)
    simulated = queueing.simulate_queue(
        _ARRIVALS, generator.choice(times, _CUSTOMERS), generator, servers=_SERVERS, warm_up=_WARM_UP
    )
    return {"pooled": waits.pooled, "separate": waits.separate, "simulated": float(np.mean(simulated))}


def _close(given: float, wanted: float, tolerance: float = _EXACT) -> bool:
    return math.isclose(given, wanted, rel_tol=tolerance)


def _formula_fault(given: Mapping[str, float], wanted: Mapping[str, float]) -> str | None:
    if _close(given["pooled"], wanted["separate"]) and _close(given["separate"], wanted["pooled"]):
        return "You have the two lines the wrong way round: sharing one line cannot lengthen the mean wait."
    if all(_close(given[part], 60 * wanted[part]) for part in ("pooled", "separate")):
        return "Those are seconds. The rates are per minute, so the waits come out in minutes."
    if _close(given["separate"], wanted["pooled"]):
        return "A server with a line of her own meets a quarter of the customers: use one server there."
    if not _close(given["separate"], wanted["separate"]):
        return (
            "Look at the separate lines: each gets one customer a minute, a quarter of the four, "
            "and has one server."
        )
    if not _close(given["pooled"], wanted["pooled"]):
        return "Look at the common line: all four customers a minute, all four servers."
    return None


@marks("waiting-one-line")
def one_line(value: object) -> Verdict:
    """Judge the mean waits of four servers with one line, with four lines, and in a simulation of the one.

    Args:
        value: a mapping with ``pooled``, ``separate`` and ``simulated``, in minutes.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given, wanted = numbers(value, _EXAMPLE, low=0), _wanted()
    fault = _formula_fault(given, wanted)
    if fault:
        return Verdict(False, fault)
    if _close(given["simulated"], wanted["simulated"], _SIMULATED):
        return Verdict(
            True,
            "One line cuts the wait to a fraction with the same staff, and the recorded times, which vary "
            "less than the formula supposes, cut it further.",
        )
    if _close(given["simulated"], wanted["pooled"], _SIMULATED):
        return Verdict(
            False,
            "Your simulation gives the formula's wait back. Draw the service times from the recorded ones, "
            "not from an exponential distribution.",
        )
    if given["simulated"] > wanted["separate"] / 2:
        return Verdict(False, "Your simulated line is far too long: did you pass `servers=4`?")
    return Verdict(
        False,
        "The simulated wait is off by more than chance. Use 60,000 customers or more, a rate of 4 a minute, "
        "and leave the first thousand out, who came to an empty counter.",
    )
