"""Expectation, performance, satisfaction: the scores, the zone of tolerance, the moving yardstick.

Two expectations are kept apart: ``desired`` (what service should be, the yardstick of the
gap score) and ``expected`` (what the customer predicts, the yardstick of surprise).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "adequacy",
    "adequate_level",
    "delight_path",
    "desired_level",
    "disconfirmation",
    "expectation_path",
    "gap_score",
    "net_delight",
    "performance_score",
    "superiority",
    "update_expectation",
    "visits_delight_lasts",
    "zone_side",
]


def _check_scores(weights: Sequence[Quantity], **scores: Sequence[Quantity]) -> None:
    if len(weights) == 0:
        raise ValueError("weights must hold at least one attribute, got none")
    for place, weight in enumerate(weights):
        checks.not_negative(f"weights[{place}]", weight)
    for name, values in scores.items():
        if len(values) != len(weights):
            raise ValueError(
                f"{name} must hold one number for each of the {len(weights)} weights, got {len(values)}"
            )
        for place, value in enumerate(values):
            checks.finite(f"{name}[{place}]", value)


def performance_score(
    weights: Sequence[Quantity], performance: Sequence[Quantity], xp: Namespace = NUMPY
) -> Quantity:
    """Service quality by performance alone: sum of w P (Cronin and Taylor 1992).

    Args:
        weights: importance of each attribute, not negative; if they sum to 1 the score is on
            the scale of the ratings.
        performance: rating of each attribute.
        xp: math namespace.

    Raises:
        ValueError: if lengths differ, there is no attribute, or a number is out of range.
    """
    _check_scores(weights, performance=performance)
    return xp.total(weight * given for weight, given in zip(weights, performance, strict=True))


def gap_score(
    weights: Sequence[Quantity],
    performance: Sequence[Quantity],
    desired: Sequence[Quantity],
    xp: Namespace = NUMPY,
) -> Quantity:
    """Service quality as a gap: sum of w (P - E), E the desired level (Parasuraman et al. 1988).

    Args:
        weights: importance of each attribute, not negative.
        performance: rating of each attribute.
        desired: level that each attribute should have, on the same scale.
        xp: math namespace.

    Raises:
        ValueError: if lengths differ, there is no attribute, or a number is out of range.
    """
    _check_scores(weights, performance=performance, desired=desired)
    return xp.total(
        weight * (given - wanted) for weight, given, wanted in zip(weights, performance, desired, strict=True)
    )


def adequacy(performance: Quantity, adequate: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Measure of adequacy: performance minus the least that would do, in scale points.

    Raises:
        ValueError: if a number is missing.
    """
    checks.finite("performance", performance)
    checks.finite("adequate", adequate)
    return performance - adequate


def superiority(performance: Quantity, desired: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Measure of superiority: performance minus the desired level, in scale points.

    Raises:
        ValueError: if a number is missing.
    """
    checks.finite("performance", performance)
    checks.finite("desired", desired)
    return performance - desired


def zone_side(
    performance: Quantity, adequate: Quantity, desired: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Where performance lies: -1 below the zone of tolerance, 0 in it, 1 above it.

    The zone runs from adequate to desired service and holds both its ends
    (Zeithaml, Berry and Parasuraman 1993).

    Args:
        performance: what the customer met.
        adequate: the least that would do, not above ``desired``.
        desired: what service should be.
        xp: math namespace.

    Raises:
        ValueError: if ``adequate`` exceeds ``desired`` or a number is missing.
    """
    checks.finite("performance", performance)
    checks.finite("adequate", adequate)
    checks.finite("desired", desired)
    checks.not_negative("desired - adequate", desired - adequate)
    return xp.where(performance < adequate, -1, xp.where(performance > desired, 1, 0))


def adequate_level(expected: Quantity, slack: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """The least that would do, if it lies a fixed distance below what is predicted.

    That a higher prediction raises the adequate level is proposed by Zeithaml, Berry and
    Parasuraman (1993); the fixed distance is ours.

    Args:
        expected: what the customer predicts, in scale points.
        slack: how far below the prediction service may fall, in scale points, not negative.
        xp: math namespace.

    Raises:
        ValueError: if a number is missing or ``slack`` is negative.
    """
    checks.finite("expected", expected)
    checks.not_negative("slack", slack)
    return expected - slack


def desired_level(
    first_desired: Quantity,
    expected: Quantity,
    first_expected: Quantity,
    follow: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """The wish, if it follows the prediction part of the way, up and down.

    Args:
        first_desired: wish before the first visit, in scale points.
        expected: what the customer predicts now, on the same scale.
        first_expected: what the customer predicted before the first visit.
        follow: share of the prediction's move that the wish makes too, in [0, 1].
        xp: math namespace.

    Raises:
        ValueError: if ``follow`` leaves [0, 1] or a number is missing.
    """
    checks.finite("first_desired", first_desired)
    checks.finite("expected", expected)
    checks.finite("first_expected", first_expected)
    checks.probability("follow", follow)
    return first_desired + follow * (expected - first_expected)


def disconfirmation(
    performance: Quantity,
    expected: Quantity,
    base: Quantity,
    anchor: Quantity,
    gain: Quantity,
    loss: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Satisfaction by disconfirmation: a + b E + g+ max(P - E, 0) - g- max(E - P, 0).

    Args:
        performance: what the customer met, in scale points.
        expected: what the customer predicted, on the same scale.
        base: satisfaction at a prediction of 0 that is met exactly (a).
        anchor: pull of the prediction itself (b).
        gain: satisfaction for each point above the prediction (g+), not negative.
        loss: satisfaction lost for each point below it (g-), not negative.
        xp: math namespace.

    Raises:
        ValueError: if a number is missing, or ``gain`` or ``loss`` is negative.
    """
    checks.finite("performance", performance)
    checks.finite("expected", expected)
    checks.finite("base", base)
    _check_slopes(anchor, gain, loss)
    surprise = performance - expected
    return base + anchor * expected + gain * xp.maximum(surprise, 0) - loss * xp.maximum(-surprise, 0)


def _check_slopes(anchor: Quantity, gain: Quantity, loss: Quantity) -> None:
    checks.finite("anchor", anchor)
    checks.not_negative("gain", gain)
    checks.not_negative("loss", loss)


def update_expectation(
    expected: Quantity, performance: Quantity, speed: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Prediction for the next visit: (1 - k) E + k P (in the spirit of Boulding et al. 1993).

    Args:
        expected: prediction before this visit.
        performance: what the customer met.
        speed: share of the surprise that is taken over (k), in [0, 1].
        xp: math namespace.

    Raises:
        ValueError: if ``speed`` leaves [0, 1] or a number is missing.
    """
    checks.finite("expected", expected)
    checks.finite("performance", performance)
    checks.probability("speed", speed)
    return (1 - speed) * expected + speed * performance


def expectation_path(
    performances: npt.ArrayLike, first_expected: float, speed: float
) -> npt.NDArray[np.float64]:
    """Predictions before each visit, and the one after the last.

    Args:
        performances: what the customer met, in order, shape (visits,).
        first_expected: prediction before the first visit.
        speed: as in `update_expectation`.

    Returns:
        Array of shape (visits + 1,).

    Raises:
        ValueError: if ``speed`` leaves [0, 1] or a number is missing.
    """
    checks.finite("performances", performances)
    checks.finite("first_expected", first_expected)
    checks.probability("speed", speed)
    path = [float(first_expected)]
    for performance in np.asarray(performances, dtype=float).ravel():
        path.append(float(update_expectation(path[-1], performance, speed)))
    return np.array(path)


def visits_delight_lasts(
    size: Quantity, speed: Quantity, notice: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Visits on which a lasting improvement still surprises.

    Performance rises for good by ``size``. On visit 1 + n the surprise is size (1 - k)^n; it
    counts while it is at least ``notice``.

    Args:
        size: of the improvement, in scale points, above 0.
        speed: share of the surprise that expectation takes over at each visit, in (0, 1).
        notice: smallest surprise that is felt, in scale points, above 0.
        xp: math namespace.

    Returns:
        Whole number of visits, 0 if the improvement is too small to be felt at all.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.positive("size", size)
    checks.within("speed", speed, 0, 1, low_open=True, high_open=True)
    checks.positive("notice", notice)
    return xp.maximum(0, xp.floor(xp.log(notice / size) / xp.log(1 - speed)) + 1)


def delight_path(
    size: float, speed: float, anchor: float, gain: float, loss: float, visits: int
) -> npt.NDArray[np.float64]:
    """Change of satisfaction, visit by visit, that a single delight brings about.

    The customer's prediction was right before; on the first visit performance is ``size``
    higher, on all later visits it is as before, and the raised prediction takes its toll.

    Args:
        size: of the delight, in scale points, above 0.
        speed: as in `update_expectation`.
        anchor: as in `disconfirmation`.
        gain: as in `disconfirmation`.
        loss: as in `disconfirmation`.
        visits: how many visits to follow, at least 1.

    Returns:
        Array of shape (visits,), in points of satisfaction.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.positive("size", size)
    checks.whole("visits", visits, low=1)
    performance = np.zeros(visits)
    performance[0] = size
    expected = expectation_path(performance, 0.0, speed)[:-1]
    return np.asarray(disconfirmation(performance, expected, 0.0, anchor, gain, loss), dtype=float)


def net_delight(
    size: Quantity, anchor: Quantity, gain: Quantity, loss: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """What one delight adds up to over all visits: size (g+ + b - g-), whatever the speed.

    Expectation rises by k size and falls back by the share k a visit, so the visits after the
    delight carry an excess of size in all, whatever k is (above 0).

    Args:
        size: of the delight, in scale points, above 0.
        anchor: as in `disconfirmation`.
        gain: as in `disconfirmation`.
        loss: as in `disconfirmation`.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.positive("size", size)
    _check_slopes(anchor, gain, loss)
    return size * (gain + anchor - loss)


def _parameter(name: str, symbol: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source="assumed"
    )


_SCALE = "points of 1 to 9"
_PERFORMANCE = _parameter("performance", "P", "what the customer met", _SCALE, 1, 9)
_EXPECTED = _parameter("expected", r"\hat E", "what the customer predicted", _SCALE, 1, 9)
_DESIRED = _parameter("desired", "E", "what service should be", _SCALE, 6, 9)
_ANCHOR = _parameter("anchor", "b", "pull of the prediction itself", "points per point", 0, 1)
_GAIN = _parameter("gain", "g_+", "satisfaction for a point above the prediction", "points per point", 0, 2)
_LOSS = _parameter("loss", "g_-", "satisfaction lost for a point below it", "points per point", 0, 3)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="quality-scores",
        title="Gap score and performance score",
        page="after/satisfaction",
        functions=("gap_score", "performance_score"),
        equation=r"Q_{\text{gap}} = \sum_i w_i (P_i - E_i), \qquad Q_{\text{perf}} = \sum_i w_i P_i",
        parameters=(
            _parameter("weights", "w_i", "importance of attribute i", "1", 0, 1),
            _PERFORMANCE,
            _DESIRED,
        ),
        assumptions=("Ratings of wish and of performance are on the same scale.", "Attributes add up."),
        leaves_out=(
            "That a difference of two noisy ratings is noisier than either.",
            "Customers who wish for the top of the scale throughout: the gap then only repeats performance.",
        ),
        works=("pzb1985", "pzb1988", "cronin1992", "carrillat2007"),
        teaching_device=True,
    ),
    ModelCard(
        id="zone-of-tolerance",
        title="Zone of tolerance",
        page="after/satisfaction",
        functions=("zone_side", "adequacy", "superiority", "adequate_level", "desired_level"),
        equation=(r"A \le P \le E, \qquad A_t = \hat E_t - s, \qquad E_t = E_1 + f\,(\hat E_t - \hat E_1)"),
        parameters=(
            _PERFORMANCE,
            _parameter("adequate", "A", "the least that would do", _SCALE, 1, 8),
            _DESIRED,
            _EXPECTED,
            _parameter("slack", "s", "how far below the prediction service may fall", "points", 0, 3),
            _parameter("follow", "f", "share of the prediction's move that the wish makes too", "1", 0, 1),
        ),
        assumptions=(
            "Customers can state both levels.",
            "Inside the zone differences are put up with; satisfaction by disconfirmation has no such dead band.",
            "Both edges follow the prediction, the wish part of the way.",
        ),
        leaves_out=("Zones that narrow after a failure.", "Wishes that only ever rise."),
        works=("zbp1993",),
        teaching_device=True,
    ),
    ModelCard(
        id="disconfirmation",
        title="Satisfaction by disconfirmation",
        page="after/satisfaction",
        functions=("disconfirmation",),
        equation=r"S = a + b \hat E + g_+ \max(P - \hat E, 0) - g_- \max(\hat E - P, 0)",
        parameters=(
            _PERFORMANCE,
            _EXPECTED,
            _parameter("base", "a", "satisfaction at a prediction of 0 met exactly", "points", 0, 5),
            _ANCHOR,
            _GAIN,
            _LOSS,
        ),
        assumptions=(
            "A prediction pulls by the same b for each point, whether it is met or not.",
            "That losses weigh more is put in, as g₋ above g₊; the model does not show it.",
        ),
        leaves_out=(
            "Performance in its own right: where a prediction is met, b stands for it as well as for hope.",
            "Fairness and blame.",
        ),
        works=("oliver1980", "tse1988", "anderson1993", "szymanski2001"),
        teaching_device=True,
    ),
    ModelCard(
        id="expectation-updating",
        title="The moving yardstick and what a delight leaves",
        page="after/satisfaction",
        functions=(
            "update_expectation",
            "expectation_path",
            "visits_delight_lasts",
            "delight_path",
            "net_delight",
        ),
        equation=r"\hat E_{t+1} = (1 - k)\hat E_t + k P_t, \qquad \sum_t \Delta S_t = d\,(g_+ + b - g_-)",
        parameters=(
            _PERFORMANCE,
            _EXPECTED,
            _parameter("speed", "k", "share of the surprise that expectation takes over", "1", 0.05, 0.95),
            _parameter("size", "d", "size of the delight", "points", 0.5, 4),
            _parameter("notice", "n", "smallest surprise that is felt", "points", 0.1, 1),
            _ANCHOR,
            _GAIN,
            _LOSS,
        ),
        assumptions=(
            "Every visit counts the same, good or bad.",
            "All visits are added up without discount.",
            "The customer stays.",
        ),
        leaves_out=("Delight remembered for its own sake.", "Customers won or lost on the way.", "Talk."),
        works=("boulding1993", "rust2000"),
        teaching_device=True,
    ),
)
