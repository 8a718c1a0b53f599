"""Blueprints in numbers: reliability of a chain of steps, fail-safes, duration, Kano's counts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Expression, Namespace, Quantity

__all__ = [
    "FailSafe",
    "best_fail_safe",
    "blueprint_time",
    "expected_minutes",
    "fail_safe_gains",
    "kano_better",
    "kano_worse",
    "serial_reliability",
    "shared_cause_reliability",
]


@dataclass(frozen=True)
class FailSafe:
    """The one fail-safe that helps most.

    Args:
        step: position of the step it guards, counted from zero.
        reliability: of the whole blueprint once it is there.
        gain: in that reliability, against the blueprint without it.
    """

    step: int
    reliability: float
    gain: float


def _one_per_step(name: str, values: Sequence[Quantity], steps: int) -> None:
    if len(values) != steps:
        raise ValueError(f"{name} must have one entry a step, {steps} in all, got {len(values)}")
    for step, value in enumerate(values):
        checks.probability(f"{name}[{step}]", value)


def serial_reliability(
    reliabilities: Sequence[Quantity], fail_safes: Sequence[Quantity] | None = None, xp: Namespace = NUMPY
) -> Quantity:
    """Probability that a customer passes all steps without a failure that reaches them.

    Args:
        reliabilities: probability that each step goes right, one a step.
        fail_safes: probability that a failure of the step is caught in time, one a step; none if omitted.
        xp: the reading.

    Returns:
        A probability.

    Raises:
        ValueError: if there is no step, the lists differ in length, or an entry is no probability.

    >>> round(serial_reliability([0.99, 0.95, 0.9]), 4)
    0.8465
    """
    if not len(reliabilities):
        raise ValueError("reliabilities must have at least one step, got none")
    _one_per_step("reliabilities", reliabilities, len(reliabilities))
    caught = [0.0] * len(reliabilities) if fail_safes is None else fail_safes
    _one_per_step("fail_safes", caught, len(reliabilities))
    return math.prod(1 - (1 - r) * (1 - k) for r, k in zip(reliabilities, caught, strict=True))


def fail_safe_gains(
    reliabilities: Sequence[float], candidates: Sequence[float], fail_safes: Sequence[float] | None = None
) -> NDArray[np.float64]:
    """What one more fail-safe would add to the reliability of the whole, for each step in turn.

    Args:
        reliabilities: probability that each step goes right.
        candidates: probability with which the fail-safe one could add there would catch a failure.
        fail_safes: of those that are there already, which catch independently of the new one.

    Returns:
        Gains in reliability, shape (steps,), none below zero.

    Raises:
        ValueError: as `serial_reliability`.
    """
    before = serial_reliability(reliabilities, fail_safes)
    _one_per_step("candidates", candidates, len(reliabilities))
    present = [0.0] * len(reliabilities) if fail_safes is None else list(fail_safes)
    gains = []
    for step, candidate in enumerate(candidates):
        with_one_more = present.copy()
        with_one_more[step] = 1 - (1 - present[step]) * (1 - candidate)
        gains.append(max(0.0, serial_reliability(reliabilities, with_one_more) - before))
    return np.array(gains, dtype=np.float64)


def best_fail_safe(
    reliabilities: Sequence[float], candidates: Sequence[float], fail_safes: Sequence[float] | None = None
) -> FailSafe:
    """The single fail-safe that adds most to the reliability of the whole; the first of equals.

    Args:
        reliabilities: probability that each step goes right.
        candidates: probability with which the fail-safe one could add there would catch a failure.
        fail_safes: of those that are there already.

    Returns:
        Where to put it and what it brings.

    Raises:
        ValueError: as `serial_reliability`.
    """
    gains = fail_safe_gains(reliabilities, candidates, fail_safes)
    step = int(np.argmax(gains))
    gain = float(gains[step])
    before = float(serial_reliability(reliabilities, fail_safes))
    return FailSafe(step=step, reliability=before + gain, gain=gain)


def blueprint_time(minutes: Sequence[float]) -> float:
    """Time a customer needs for steps that follow one another.

    Args:
        minutes: duration of each step.

    Returns:
        Minutes.

    Raises:
        ValueError: if there is no step, or a duration is negative or missing.
    """
    if not len(minutes):
        raise ValueError("minutes must have at least one step, got none")
    checks.not_negative("minutes", minutes)
    return math.fsum(minutes)


def expected_minutes(
    work: Quantity,
    reliabilities: Sequence[Quantity],
    fail_safes: Sequence[Quantity],
    caught: Quantity,
    missed: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Minutes that one side spends on a visit, what goes wrong included.

    Args:
        work: minutes spent whether or not anything goes wrong, checks included.
        reliabilities: probability that each step goes right, one a step.
        fail_safes: probability that a failure of the step is caught in time, one a step.
        caught: minutes that a failure costs this side when it is caught.
        missed: minutes that a failure costs this side when it reaches the customer.
        xp: the reading.

    Returns:
        Minutes a visit.

    Raises:
        ValueError: as `serial_reliability`, or if minutes are negative or missing.
    """
    if not len(reliabilities):
        raise ValueError("reliabilities must have at least one step, got none")
    _one_per_step("reliabilities", reliabilities, len(reliabilities))
    _one_per_step("fail_safes", fail_safes, len(reliabilities))
    for name, minutes in (("work", work), ("caught", caught), ("missed", missed)):
        checks.not_negative(name, minutes)
    return work + xp.total(
        (1 - r) * (k * caught + (1 - k) * missed) for r, k in zip(reliabilities, fail_safes, strict=True)
    )


def shared_cause_reliability(
    reliability: Quantity, steps: Quantity, shared: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Reliability of like steps when part of their failures has one cause that strikes all at once.

    Args:
        reliability: probability that any one step goes right, above zero.
        steps: number of steps, at least one.
        shared: share of a step's failures that come from the cause it shares with the others.
        xp: the reading.

    Returns:
        A probability: that of independent steps at ``shared`` = 0, that of a single step at 1.

    Raises:
        ValueError: if an argument lies outside its range.
    """
    checks.within("reliability", reliability, 0, 1, low_open=True)
    checks.whole("steps", steps, low=1)
    checks.probability("shared", shared)
    spared = 1 - shared * (1 - reliability)
    return spared * (reliability / spared) ** steps


def _kano_total(
    attractive: Quantity, one_dimensional: Quantity, must_be: Quantity, indifferent: Quantity
) -> Quantity:
    counts = {
        "attractive": attractive,
        "one_dimensional": one_dimensional,
        "must_be": must_be,
        "indifferent": indifferent,
    }
    for name, count in counts.items():
        checks.not_negative(name, count)
    answers = attractive + one_dimensional + must_be + indifferent
    if not isinstance(answers, Expression) and np.any(np.asarray(answers) == 0):
        raise ValueError(
            "attractive, one_dimensional, must_be and indifferent are all zero: there is no answer to share"
        )
    return answers


def kano_better(
    attractive: Quantity,
    one_dimensional: Quantity,
    must_be: Quantity,
    indifferent: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of answers in which having the attribute would satisfy (Berger et al. 1993).

    Args:
        attractive: answers that delight when it is there and do not miss it.
        one_dimensional: answers that like it there and dislike it missing.
        must_be: answers that are not pleased by it and dislike it missing.
        indifferent: answers that do not care.
        xp: the reading.

    Returns:
        A share in [0, 1].

    Raises:
        ValueError: if a count is negative or all are zero.
    """
    answers = _kano_total(attractive, one_dimensional, must_be, indifferent)
    return (attractive + one_dimensional) / answers


def kano_worse(
    attractive: Quantity,
    one_dimensional: Quantity,
    must_be: Quantity,
    indifferent: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of answers in which lacking it would dissatisfy, with a minus sign (Berger et al. 1993).

    Args:
        attractive: answers that delight when it is there and do not miss it.
        one_dimensional: answers that like it there and dislike it missing.
        must_be: answers that are not pleased by it and dislike it missing.
        indifferent: answers that do not care.
        xp: the reading.

    Returns:
        A number in [-1, 0].

    Raises:
        ValueError: if a count is negative or all are zero.
    """
    answers = _kano_total(attractive, one_dimensional, must_be, indifferent)
    return -(one_dimensional + must_be) / answers


def _kano_parameter(name: str, symbol: str, meaning: str) -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, unit="answers", low=1, high=100, source="assumed"
    )


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="serial-reliability",
        title="Reliability of a blueprint",
        page="design/blueprint",
        functions=("serial_reliability", "fail_safe_gains", "best_fail_safe", "blueprint_time"),
        equation=r"R = \prod_i \bigl( 1 - (1 - r_i)(1 - k_i) \bigr)",
        parameters=(
            Parameter(
                name="reliabilities",
                symbol="r_i",
                meaning="chance that step i goes right",
                unit="1",
                low=0.8,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="fail_safes",
                symbol="k_i",
                meaning="chance that a failure of step i is caught in time",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "Steps fail independently of one another.",
            "Checks on one step miss independently of one another.",
            "A customer needs every step, one after the other.",
            "A caught failure costs the customer nothing.",
        ),
        leaves_out=(
            "Failures that share a cause: one sick colleague, one dead server.",
            "How bad a failure is: a late bill counts like a lost patient file.",
            "Time that catching and mending take, which the next card counts.",
        ),
        works=("shostack1984", "bitner2008"),
        teaching_device=True,
    ),
    ModelCard(
        id="visit-minutes",
        title="Minutes of a visit, and whose",
        page="design/blueprint",
        functions=("expected_minutes",),
        equation=r"T = w + \sum_i (1 - r_i) \bigl( k_i c + (1 - k_i) m \bigr)",
        parameters=(
            Parameter(
                name="work",
                symbol="w",
                meaning="minutes spent on every visit, checks included",
                unit="minutes",
                low=0,
                high=240,
                source="assumed",
            ),
            Parameter(
                name="caught",
                symbol="c",
                meaning="minutes that a failure costs when it is caught",
                unit="minutes",
                low=0,
                high=30,
                source="assumed",
            ),
            Parameter(
                name="missed",
                symbol="m",
                meaning="minutes that a failure costs when it reaches the customer",
                unit="minutes",
                low=0,
                high=240,
                source="assumed",
            ),
        ),
        assumptions=(
            "It is summed for each side of the counter apart, with that side's own minutes.",
            "Every failure costs the same minutes, wherever it happens.",
            "A check takes its minutes on every visit, also where nothing is wrong.",
            "In the clinic her work is, phase by phase, the longer of her own step and the one in front of her.",
            "Staff work is that of front and back stage; a courier who carries every tube at once is left out.",
        ),
        leaves_out=(
            "What a failure costs besides time: health, money, trust.",
            "Others who wait meanwhile.",
        ),
        works=("shostack1984",),
        teaching_device=True,
    ),
    ModelCard(
        id="shared-cause",
        title="Steps that fail together",
        page="design/blueprint",
        functions=("shared_cause_reliability",),
        equation=(
            r"\begin{aligned} q &= 1 - r \\"
            r" R &= (1 - \beta q) \left( \frac{1 - q}{1 - \beta q} \right)^{n} \end{aligned}"
        ),
        parameters=(
            Parameter(
                name="reliability",
                symbol="r",
                meaning="chance that any one step goes right",
                unit="1",
                low=0.8,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="steps",
                symbol="n",
                meaning="number of steps",
                unit="steps",
                low=1,
                high=60,
                source="assumed",
            ),
            Parameter(
                name="shared",
                symbol=r"\beta",
                meaning="share of a step's failures that strike all steps at once",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "All steps are alike.",
            "The shared cause, when it strikes, brings down every step; what is left fails independently.",
        ),
        leaves_out=("Causes shared by a few steps only.", "Fail-safes that the shared cause takes out too."),
        works=("fleming1975",),
        teaching_device=True,
    ),
    ModelCard(
        id="kano",
        title="Kano's better and worse",
        page="design/blueprint",
        functions=("kano_better", "kano_worse"),
        equation=(
            r"\begin{aligned} n &= A + O + M + I \\"
            r" \text{better} &= (A + O)/n \\"
            r" \text{worse} &= -(O + M)/n \end{aligned}"
        ),
        parameters=(
            _kano_parameter("attractive", "A", "answers that class the attribute as attractive"),
            _kano_parameter("one_dimensional", "O", "answers that class it as one-dimensional"),
            _kano_parameter("must_be", "M", "answers that class it as must-be"),
            _kano_parameter("indifferent", "I", "answers that class it as indifferent"),
        ),
        assumptions=("People answer the paired questions about an attribute as they would react to it.",),
        leaves_out=(
            "Answers that like a thing better when it is missing, and answers that contradict each other.",
            "How strongly anybody feels.",
            "The drift of delights into things taken for granted.",
        ),
        works=("kano1984", "berger1993"),
        teaching_device=True,
    ),
)
