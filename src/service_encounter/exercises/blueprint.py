"""Exercise of *Blueprint and servicescape*: one fail-safe, where?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

import pandas as pd

from service_encounter import cases
from service_encounter.check import Verdict, marks
from service_encounter.models import blueprint

_PARTS = ("step", "reliability")
_TOLERANCE = 0.0006


def offers() -> pd.Series:
    """The fail-safes that the chapter's clinic could buy, each at the same price.

    The one for the doctor's reading catches as much as the red list of the chapter's main figure; the one for
    the call is a poorer thing than the second call there, a message left on the patient's answering machine.

    Returns:
        Probability that each catches a failure of its step, by ``step_id``.
    """
    return pd.Series({"F8": 0.3, "C3": 0.6, "B8": 0.9, "C5": 0.7, "B1": 0.95, "F5": 0.6}, name="catches")


@cache
def _chain() -> tuple[dict[str, float], dict[str, float]]:
    """Reliability and present fail-safe of every step, by its id."""
    steps = cases.load("clinic_visit").set_index("step_id")
    ids = [str(step) for step in steps.index]
    return (
        dict(zip(ids, steps["reliability"].tolist(), strict=True)),
        dict(zip(ids, steps["fail_safe"].tolist(), strict=True)),
    )


def _whole(changed: Mapping[str, float]) -> float:
    """Reliability of the visit with some fail-safes replaced by others."""
    reliabilities, present = _chain()
    return float(
        blueprint.serial_reliability(list(reliabilities.values()), list((present | dict(changed)).values()))
    )


def _with(step: str) -> float:
    """Reliability of the visit with one offer taken up beside what guards the step already."""
    slips = (1 - _chain()[1][step]) * (1 - float(offers()[step]))
    return _whole({step: 1 - slips})


@cache
def _best() -> str:
    return max((str(step) for step in offers().index), key=_with)


def _read(value: object) -> tuple[str, float]:
    if not isinstance(value, Mapping) or set(value) != set(_PARTS):
        raise TypeError(
            "value must map 'step' to a step_id and 'reliability' to a probability, such as "
            f"{{'step': 'F8', 'reliability': 0.5}}, got {value!r}"
        )
    step = str(value["step"]).strip().upper()
    if step not in offers().index:
        raise ValueError(f"step must be one of those on offer, {', '.join(offers().index)}, got {step!r}")
    try:
        reliability = float(value["reliability"])
    except (TypeError, ValueError):
        raise TypeError(f"reliability must be a number, got {value['reliability']!r}") from None
    if not 0 <= reliability <= 1:
        raise ValueError(f"reliability must lie between 0 and 1, got {reliability:g}")
    return step, reliability


def _step_fault(step: str) -> str:
    """Why a clinic that buys the offer for this step has not bought the best one."""
    reliabilities, present = _chain()
    caught = offers()

    def added_up(one: str) -> float:
        return _whole({one: min(1.0, present[one] + float(caught[one]))})

    known = {
        min(caught.index, key=lambda one: 1 - (1 - reliabilities[one]) * (1 - present[one])): (
            "That is the weakest step of the visit, and the offer for it catches little. What counts is how many "
            "failures the offer takes away, not how many there are."
        ),
        str(caught.idxmax()): (
            "That offer catches the most, at a step that seldom fails. Multiply what it catches by what there is "
            "to catch."
        ),
        max(caught.index, key=lambda one: (1 - reliabilities[one]) * float(caught[one])): (
            "That step fails often, but half of its failures are caught already. Count what slips through today, "
            "`(1 - reliability) * (1 - fail_safe)`, and ask how much of that the offer takes away."
        ),
        max(caught.index, key=added_up): (
            "You added the offer to the fail-safe that is there. The second can only catch what the first lets "
            "through: the chance that both miss is the product of the two misses."
        ),
    }
    known.pop(_best(), None)
    return known.get(
        step,
        "Another offer takes more failures away. For each compute what slips through today and what would slip "
        "through with the offer.",
    )


@marks("blueprint-fail-safe")
def fail_safe(value: object) -> Verdict:
    """Judge which one fail-safe the clinic should buy, and how reliable the visit is with it.

    Args:
        value: a mapping with ``step``, a ``step_id``, and ``reliability`` of the whole visit.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    step, reliability = _read(value)
    best = _best()
    if step != best:
        return Verdict(False, _step_fault(step))
    wanted = _with(best)
    if math.isclose(reliability, wanted, abs_tol=_TOLERANCE):
        return Verdict(
            True,
            f"{100 * wanted:.1f} visits in 100 instead of {100 * _whole({}):.1f}, from a step that no patient "
            "has ever seen. It is not the weakest; it is the one where this money takes most failures away.",
        )
    without = dict.fromkeys(_chain()[1], 0.0) | {best: float(offers()[best])}
    known = {
        wanted
        - _whole({}): "The step is right. That is the gain; the question asks for the whole visit with it.",
        _whole({}): "The step is right. That is the visit as it is, before the fail-safe.",
        _whole(without): "The step is right. You switched off the fail-safes that the clinic has already.",
    }
    for wrong, message in known.items():
        if math.isclose(reliability, wrong, abs_tol=_TOLERANCE):
            return Verdict(False, message)
    return Verdict(
        False,
        "The step is right. For the whole visit multiply `1 - (1 - reliability) * (1 - fail_safe)` over all 24 steps, "
        "with the new fail-safe in its row.",
    )
