"""Exercise of *Waking a need*: the size of a scent test, and the chance of one that was run."""

from __future__ import annotations

import math
from typing import Any

from service_encounter import cases
from service_encounter.check import Verdict, marks, numbers
from service_encounter.models.arousal import power_two_shares, sample_size_two_shares

_LIFT = 0.03
_SHOPPERS_A_DAY = 70
_EXAMPLE = {"per_group": 1000, "days": 30, "chance": 0.5}


def _about(given: float, wanted: Any) -> bool:  # noqa: ANN401  # a model's Quantity
    return abs(given - float(wanted)) <= 1


def _judge_size(given: float, base: float, scented: float) -> str:
    """What is off with the number of shoppers in each group; empty where nothing is."""
    right = sample_size_two_shares(base, _LIFT)
    mistakes = {
        "That is both groups together. Give the number in each.": 2 * right,
        "You looked for a lift of three per cent of the share, less than one point. "
        "The owner asks for three percentage points: `0.03`.": sample_size_two_shares(base, _LIFT * base),
        "Your base is the share on scented days. A test is planned from what happens without the scent: "
        "take the rows with `scent == 0`.": sample_size_two_shares(scented, _LIFT),
        "Your base is 0.30, the number of the figure. Take the share from the rows with `scent == 0`.": (
            sample_size_two_shares(0.30, _LIFT)
        ),
        "That is the size for the lift that the 28 days found, eight points. The owner asks for "
        "three.": sample_size_two_shares(base, scented - base),
        "With `alpha=0.10` the test is kinder to chance than the usual 0.05.": (
            sample_size_two_shares(base, _LIFT, alpha=0.10)
        ),
    }
    if given == right:
        return ""
    if math.floor(given) == right - 1:
        return "Round up: with a shopper fewer, or a part of one, the test falls short of its power."
    named = [message for message, size in mistakes.items() if _about(given, size)]
    return (
        named[0]
        if named
        else (
            "The number in each group is off. Call `sample_size_two_shares` with the share that buys without "
            "the scent and a lift of 0.03."
        )
    )


def _judge_days(given: float, per_group: float) -> str:
    """What is off with the number of days; empty where nothing is."""
    one_arm = math.ceil(per_group / _SHOPPERS_A_DAY)
    if given == 2 * one_arm:
        return ""
    if given == one_arm:
        return "These are the days with scent. The days without are half of the test: double them."
    if given == math.ceil(2 * per_group / _SHOPPERS_A_DAY):
        return "A day is scented or it is not, so each group needs whole days: round up each group, then add."
    return (
        f"The days are off: each group needs its shoppers at {_SHOPPERS_A_DAY} a day, in whole days, and "
        "there are two groups."
    )


def _judge_chance(given: float, base: float, run: int, needed: float) -> str:
    """What is off with the chance that the test that was run finds the lift; empty where nothing is."""
    right = float(power_two_shares(base, _LIFT, run))
    if abs(given - right) <= 0.005:
        return ""
    if abs(given - 100 * right) <= 0.5:
        return "The chance is right but in per cent. Give a number between 0 and 1."
    if abs(given - float(power_two_shares(base, _LIFT, 2 * run))) <= 0.005:
        return f"You counted all {2 * run:,} shoppers as one group. There were {run} in each."
    if abs(given - float(power_two_shares(base, _LIFT, needed))) <= 0.005:
        return "That is the chance of the test you planned. The question is about the 28 days that were run."
    if abs(given - (1 - right)) <= 0.005:
        return "That is the chance of missing the lift. Give the chance of finding it."
    return f"The chance is off: call `power_two_shares` with the same base and lift and {run} in each group."


@marks("need-scent-test")
def scent_test(value: object) -> Verdict:
    """Judge the plan of a scent test and the verdict on one that was run.

    Args:
        value: ``{"per_group": shoppers, "days": days of the whole test, "chance": a number from 0 to 1}``.

    Raises:
        TypeError, ValueError: if it is not such a dictionary.
    """
    given = numbers(value, _EXAMPLE)
    shoppers = cases.load("bread_scent_test")
    shares = shoppers.groupby("scent")["bought_bread"].mean()
    base, scented = float(shares[0]), float(shares[1])
    run = int((shoppers["scent"] == 0).sum())
    needed = float(sample_size_two_shares(base, _LIFT))
    off = (
        _judge_size(given["per_group"], base, scented)
        or _judge_days(given["days"], needed)
        or _judge_chance(given["chance"], base, run, needed)
    )
    if off:
        return Verdict(False, off)
    return Verdict(
        True,
        "Sixteen weeks, for a lift worth having. The 28 days that were run would have missed such a scent "
        "seven times in ten, and called it useless.",
    )
