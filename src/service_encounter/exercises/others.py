"""Exercise of *The other customers*: the clash under two dictionaries, and what survives of the gain."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from service_encounter import cases
from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import compatibility

_PARTS = ("random", "zoned", "random_strict", "zoned_strict", "survives")
_CHANCES = _PARTS[:4]
_STRICT: Mapping[str, float] = {"not rude": 0.0, "somewhat rude": 0.0, "very rude": 1.0}
_TOLERANCE = 0.0015
_SHARE_TOLERANCE = 0.015
_EXAMPLE = dict.fromkeys(_PARTS, 0.1)


@cache
def _chances(*, counted: bool, own: bool, by: str = "judgement") -> tuple[float, ...]:
    """The four chances, from people or from rows, with the coding of habits as it is or turned round."""
    survey = cases.load("fellow_passenger_reclining")
    people = survey["respondents"] if counted else np.ones(len(survey))
    habit = compatibility.code_answers(survey["own_reclining"], compatibility.RECLINING)
    habit = habit if own else 1 - habit
    found = []
    for codes in (compatibility.MINDING, _STRICT):
        minds = compatibility.code_answers(survey["judgement"], codes)
        for zones in (None, survey[by]):
            found.append(compatibility.clash_probability(habit, minds, people, zones=zones))
    return tuple(found)


def _saving(chances: tuple[float, ...]) -> tuple[float, float]:
    """What zones save under the one coding and under the other, as chances."""
    return chances[0] - chances[1], chances[2] - chances[3]


def _agree(given: tuple[float, ...], wanted: tuple[float, ...]) -> bool:
    return all(abs(mine - yours) <= _TOLERANCE for mine, yours in zip(wanted, given, strict=True))


def _chance_fault(given: tuple[float, ...], wanted: tuple[float, ...]) -> str | None:
    """What is off in the four chances, if anything."""
    if _agree(given, wanted):
        return None
    if _agree(tuple(chance / 100 for chance in given), wanted):
        return "Those are per cent. The exercise asks for chances, between 0 and 1."
    if _agree(given, _chances(counted=False, own=True)):
        return "You gave each row one voice. A row stands for as many people as `respondents` says: weigh it."
    if _agree(given, _chances(counted=True, own=False)):
        return "Your codes for reclining run backwards: `Always` is 1 and `Never` is 0."
    if _agree(given, _chances(counted=True, own=True, by="age")):
        return "You sorted by age. The zones are those of what people mind: pass the judgements as `zones`."
    if _agree(given, (wanted[0], wanted[0], wanted[2], wanted[2])):
        return "Zoned and random agree because nobody was sorted: pass `zones` to `clash_probability`."
    if _agree(given[:2], wanted[:2]):
        return (
            "The first pair stands. In the second only `very rude` counts as minding: `somewhat rude` "
            "becomes 0 there, and the reclining keeps its codes."
        )
    if _agree(given[2:], wanted[2:]):
        return "The strict pair stands. In the first pair `somewhat rude` and `very rude` both count as 1."
    return (
        "Begin with the chance at random: the mean of the reclining codes times the mean of the minding "
        "codes, both weighed by `respondents`."
    )


def _survival_fault(given: float, wanted: tuple[float, ...]) -> str | None:
    """What is off in the surviving share of the saving, if anything."""
    lenient, strict = _saving(wanted)
    candidates = {
        strict / lenient: None,
        lenient / strict: "You divided the wrong way round: strict saving over lenient saving.",
        1
        - strict
        / lenient: "That is the share of the saving that is lost. The exercise asks for what is left.",
        100 * strict / lenient: "That is in per cent. Give a share between 0 and 1.",
        (strict / wanted[2])
        / (
            lenient / wanted[0]
        ): "You compared savings per cent. Compare chances: points saved, strict over lenient.",
    }
    for candidate, fault in candidates.items():
        if abs(given - candidate) <= _SHARE_TOLERANCE * max(1.0, candidate):
            return fault
    return "Subtract zoned from random under each coding, then divide the strict saving by the lenient one."


@marks("other-customers-recode")
def recode(value: object) -> Verdict:
    """Judge the chance of a clash at random and zoned, under two codings, and what survives of the saving.

    Args:
        value: a mapping with ``random``, ``zoned``, ``random_strict``, ``zoned_strict`` (chances) and
            ``survives`` (the strict saving over the lenient one).

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = numbers(value, _EXAMPLE, low=0)
    wanted = _chances(counted=True, own=True)
    fault = _chance_fault(tuple(given[part] for part in _CHANCES), wanted) or _survival_fault(
        given["survives"], wanted
    )
    if fault:
        return Verdict(False, fault)
    lenient, strict = (before - after for before, after in (wanted[:2], wanted[2:]))
    return Verdict(
        True,
        f"One word in a codebook cost two thirds of the saving: {100 * lenient:.1f} clashes in a hundred "
        f"became {100 * strict:.1f}. Yet zones remove a larger share of what is left. "
        "Report both, and the codes, or report neither.",
    )
