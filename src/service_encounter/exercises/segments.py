"""Exercise of *Different customers, different journeys*: what four descriptors say of a channel."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from service_encounter import cases
from service_encounter.check import Verdict, marks
from service_encounter.models import segments

_DESCRIPTORS = ("age", "gender", "region", "household income")
_TOLERANCE = 0.002


def _tables() -> dict[str, npt.NDArray[np.float64]]:
    counts = cases.load("weather_channel_by_profile")
    return {
        descriptor: counts[counts["descriptor"] == descriptor]
        .pivot_table(index="level", columns="channel", values="respondents", fill_value=0, observed=True)
        .to_numpy(dtype=float)
        for descriptor in _DESCRIPTORS
    }


def _each(measure: Callable[[npt.NDArray[np.float64]], float]) -> dict[str, float]:
    return {descriptor: measure(table) for descriptor, table in _tables().items()}


def _agree(given: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return all(abs(given[descriptor] - wanted[descriptor]) <= _TOLERANCE for descriptor in _DESCRIPTORS)


def _read(value: object) -> dict[str, float]:
    try:
        given = {str(name): float(strength) for name, strength in dict(value).items()}  # type: ignore[call-overload]  # checked by trying
    except (TypeError, ValueError):
        raise TypeError(
            f"value must map each descriptor to a number, such as {{'age': 0.1, ...}}, got {value!r}"
        ) from None
    if set(given) != set(_DESCRIPTORS) or not all(math.isfinite(strength) for strength in given.values()):
        raise ValueError(
            f"value must give one finite number for each of {', '.join(_DESCRIPTORS)}, got {given!r}"
        )
    return given


@marks("segments-four-descriptors")
def four_descriptors(value: object) -> Verdict:
    """Judge Cramer's V, corrected for chance, of four descriptors with the channel.

    Args:
        value: a mapping or series from descriptor to corrected V, each in [0, 1].

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = _read(value)
    wanted = _each(segments.cramers_v_corrected)
    raw, chance = _each(segments.cramers_v), _each(segments.chance_cramers_v)
    if _agree(given, wanted):
        return Verdict(
            True,
            "Age keeps most of its V. Income, which has the most levels, looked as strong as gender and "
            "loses nearly three quarters of what it had.",
        )
    if _agree({descriptor: strength / 100 for descriptor, strength in given.items()}, wanted):
        return Verdict(False, "Your numbers are per cent. Leave V on its own scale, from 0 to 1.")
    if _agree(given, raw):
        return Verdict(
            False,
            "That is the raw V, and chance has a share in it: a table with more cells shows a larger V of "
            "nothing at all. Use `cramers_v_corrected`.",
        )
    if _agree(given, chance):
        return Verdict(
            False, "That is what chance alone would show. The exercise asks for what is left without it."
        )
    if _agree(given, {descriptor: raw[descriptor] - chance[descriptor] for descriptor in _DESCRIPTORS}):
        return Verdict(
            False,
            "You took the V of chance off the raw V. Chance adds to the square of V, not to V, so take it "
            "off before the root: `cramers_v_corrected` does.",
        )
    if _agree(given, {descriptor: strength**2 for descriptor, strength in wanted.items()}):
        return Verdict(False, "Those are the squares of V. The root is missing.")
    if not all(0 <= strength <= 1 for strength in given.values()):
        return Verdict(False, "V lies between 0 and 1. A chi-squared or a p-value does not measure strength.")
    off = [
        descriptor for descriptor in _DESCRIPTORS if abs(given[descriptor] - wanted[descriptor]) > _TOLERANCE
    ]
    return Verdict(
        False,
        f"Look again at {', '.join(off)}. Each descriptor needs a table of its own, one row a level and one "
        "column a channel, with 0 where nobody gave the answer and every level kept.",
    )
