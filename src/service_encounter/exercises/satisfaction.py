"""Exercise of *Expectations, satisfaction, quality*: how many visits does a delight last?"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from service_encounter import cases
from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import satisfaction

_SIZE, _NOTICE = 2.0, 0.5
_TOLERANCE = 0.012


@cache
def _pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Prediction, performance, surprise and change of prediction, visit one and two of every respondent."""
    rated = cases.load("expectation_survey").groupby(["respondent", "visit"])[["predicted", "performance"]]
    means = rated.mean().unstack()
    predicted = np.concatenate([means["predicted"][visit].to_numpy() for visit in (1, 2)])
    after = np.concatenate([means["predicted"][visit].to_numpy() for visit in (2, 3)])
    met = np.concatenate([means["performance"][visit].to_numpy() for visit in (1, 2)])
    return predicted, met, met - predicted, after - predicted


def _slope(cause: np.ndarray, effect: np.ndarray) -> float:
    return float(np.polyfit(cause, effect, 1)[0])


@cache
def _speed() -> float:
    """Share of the surprise that the next prediction takes over, over all respondents."""
    _, _, surprise, change = _pairs()
    return float((surprise * change).sum() / (surprise**2).sum())


def _read(value: object) -> tuple[float, float]:
    speed, visits = numbers(value, {"speed": 0.2, "visits": 7}).values()
    if not 0 <= speed <= 1:
        raise ValueError(f"speed must lie between 0 and 1, got {speed:g}")
    if visits < 0 or visits != round(visits):
        raise ValueError(f"visits must be a whole number from 0, got {visits:g}")
    return speed, visits


def _speed_fault(speed: float) -> str:
    """What was computed in place of the share that is learned."""
    predicted, met, _, change = _pairs()
    known = {
        1 - _speed(): (
            "That is the share of the old prediction that is kept. The speed $k$ is the other part, the share of "
            "the surprise that is taken over."
        ),
        _slope(met, predicted + change): (
            "You held the next prediction against performance alone. What teaches is the surprise: subtract the "
            "old prediction from both."
        ),
        _slope(predicted, predicted + change): (
            "You held the next prediction against the last one. That says how sticky predictions are; divide by "
            "the surprise instead."
        ),
    }
    for wrong, message in known.items():
        if math.isclose(speed, wrong, abs_tol=_TOLERANCE / 2):
            return message
    return (
        "The speed is not right yet. For each respondent and each of the first two visits take the surprise, "
        "`performance - predicted`, and the change of the prediction to the next visit. Which share of the one is "
        "the other?"
    )


@marks("satisfaction-delight-lasts")
def delight_lasts(value: object) -> Verdict:
    """Judge how fast the survey's guests learn, and on how many visits an improvement surprises them.

    Args:
        value: a mapping with ``speed``, a share, and ``visits``, a whole number.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    speed, visits = _read(value)
    if not math.isclose(speed, _speed(), abs_tol=_TOLERANCE):
        return Verdict(False, _speed_fault(speed))
    wanted = float(satisfaction.visits_delight_lasts(_SIZE, _speed(), _NOTICE))
    if visits == wanted:
        return Verdict(
            True,
            f"They learn {_speed():.2f} of each surprise, so two points shrink to "
            f"{_SIZE * (1 - _speed()):.2f} and {_SIZE * (1 - _speed()) ** 2:.2f}. On the fourth visit, at "
            f"{_SIZE * (1 - _speed()) ** 3:.2f}, the better coffee is the coffee.",
        )
    if visits == wanted - 1:
        return Verdict(
            False,
            "The speed is right. You left out the first visit, on which the whole two points surprise.",
        )
    if visits == wanted + 1:
        return Verdict(
            False,
            "The speed is right. You counted the first visit on which the surprise is too small to be felt.",
        )
    return Verdict(
        False,
        "The speed is right. Write the surprises down: 2 on the first visit, and on each further one the share "
        "$1 - k$ of the last. Count those of at least half a point.",
    )
