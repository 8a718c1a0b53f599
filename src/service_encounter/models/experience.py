"""Staging an experience: what is remembered, what one bad cue does, what admission may cost."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "best_fee",
    "impression",
    "peak_of",
    "place_bad_minute",
    "profit_at_fee",
    "remembered",
    "remembered_path",
    "stronger",
    "visits_at_fee",
]


def remembered(
    peak: Quantity,
    end: Quantity,
    mean: Quantity,
    peak_weight: Quantity,
    end_weight: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Rating in memory: w_p peak + w_e end + (1 - w_p - w_e) mean.

    With both weights 0 it is the plain mean, which predicts about as well (Alaybek et al. 2022).

    Args:
        peak: rating of the most intense minute.
        end: rating of the last minute.
        mean: mean rating over all minutes.
        peak_weight: weight of the peak, in [0, 1].
        end_weight: weight of the end, in [0, 1]; with the other at most 1.
        xp: math namespace.

    Raises:
        ValueError: if the weights leave their range or a rating is missing.
    """
    for name, rating in (("peak", peak), ("end", end), ("mean", mean)):
        checks.finite(name, rating)
    checks.probability("peak_weight", peak_weight)
    checks.probability("end_weight", end_weight)
    checks.probability("peak_weight + end_weight", peak_weight + end_weight)
    return peak_weight * peak + end_weight * end + (1 - peak_weight - end_weight) * mean


def _checked_minutes(minutes: npt.ArrayLike) -> npt.NDArray[np.float64]:
    checks.finite("minutes", minutes)
    ratings = np.asarray(minutes, dtype=float)
    if ratings.ndim != 1 or ratings.size == 0:
        raise ValueError(f"minutes must be a list of at least one rating, got shape {ratings.shape}")
    return ratings


def stronger(low: Quantity, high: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Whichever of two ratings lies further from neutral (0); of two equally far, the lower.

    Args:
        low: the lower rating.
        high: the higher rating.
        xp: math namespace.

    Raises:
        ValueError: if a rating is missing.
    """
    checks.finite("low", low)
    checks.finite("high", high)
    return xp.where(-low >= high, low, high)


def peak_of(minutes: npt.ArrayLike) -> float:
    """The rating furthest from neutral (0), good or bad; of two equally far, the bad one.

    Args:
        minutes: ratings around a neutral 0, shape (minutes,).

    Raises:
        ValueError: if there is no minute or a rating is missing.
    """
    ratings = _checked_minutes(minutes)
    return float(stronger(float(ratings.min()), float(ratings.max())))


def remembered_path(minutes: npt.ArrayLike, peak_weight: float, end_weight: float) -> float:
    """`remembered` for an experience rated minute by minute.

    Args:
        minutes: ratings around a neutral 0 in order of time, shape (minutes,).
        peak_weight: as in `remembered`.
        end_weight: as in `remembered`.

    Raises:
        ValueError: if there is no minute, a rating is missing or the weights leave their range.
    """
    ratings = _checked_minutes(minutes)
    return float(
        remembered(peak_of(ratings), float(ratings[-1]), float(ratings.mean()), peak_weight, end_weight)
    )


def place_bad_minute(
    minutes: npt.ArrayLike, bad: float, peak_weight: float, end_weight: float
) -> pd.DataFrame:
    """Where to put one bad minute: memory for each place it could take.

    Args:
        minutes: ratings of the other minutes, in order of time, shape (minutes,).
        bad: rating of the minute to place.
        peak_weight: as in `remembered`.
        end_weight: as in `remembered`.

    Returns:
        One row a place, with columns ``place`` (0 before the first minute, the number of
        minutes after the last), ``remembered`` and ``mean`` (the same in every row).

    Raises:
        ValueError: as `remembered_path`.
    """
    ratings = _checked_minutes(minutes)
    checks.finite("bad", bad)
    paths = [np.insert(ratings, place, bad) for place in range(ratings.size + 1)]
    return pd.DataFrame(
        {
            "place": range(len(paths)),
            "remembered": [remembered_path(path, peak_weight, end_weight) for path in paths],
            "mean": float(paths[0].mean()),
        }
    )


def impression(cues: Sequence[Quantity], worst_weight: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Impression that a set of cues leaves: their mean plus gamma times the worst.

    Args:
        cues: ratings around a neutral 0, at least one.
        worst_weight: extra weight of the worst cue (gamma), not negative.
        xp: math namespace.

    Raises:
        ValueError: if there is no cue, a rating is missing or the weight is negative.
    """
    if len(cues) == 0:
        raise ValueError("cues must hold at least one rating, got none")
    for place, cue in enumerate(cues):
        checks.finite(f"cues[{place}]", cue)
    checks.not_negative("worst_weight", worst_weight)
    return xp.total(cues) / len(cues) + worst_weight * reduce(xp.minimum, cues)


def visits_at_fee(
    fee: Quantity, free_visits: Quantity, sensitivity: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Visits when admission costs something: V0 exp(-k fee).

    Args:
        fee: price of admission, in money, not negative.
        free_visits: visits in a period with free admission, not negative.
        sensitivity: share of visits lost for each small unit of money, above 0.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.not_negative("fee", fee)
    checks.not_negative("free_visits", free_visits)
    checks.positive("sensitivity", sensitivity)
    return free_visits * xp.exp(-sensitivity * fee)


def _check_spend(spend_margin: Quantity, crowd_out: Quantity) -> None:
    checks.finite("spend_margin", spend_margin)
    checks.within("crowd_out", crowd_out, 0, 1, high_open=True)


def profit_at_fee(
    fee: Quantity,
    free_visits: Quantity,
    sensitivity: Quantity,
    spend_margin: Quantity,
    crowd_out: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Contribution in a period: visits times (fee + margin on what a visitor spends inside).

    Args:
        fee: as in `visits_at_fee`.
        free_visits: as in `visits_at_fee`.
        sensitivity: as in `visits_at_fee`.
        spend_margin: contribution from a visitor's spending less the cost of serving one, with
            free admission, in money a visit.
        crowd_out: spending margin lost for each unit of fee, in [0, 1).
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    _check_spend(spend_margin, crowd_out)
    per_visit = fee * (1 - crowd_out) + spend_margin
    return visits_at_fee(fee, free_visits, sensitivity, xp) * per_visit


def best_fee(
    sensitivity: Quantity, spend_margin: Quantity, crowd_out: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """The fee with the highest `profit_at_fee`: max(0, 1 / k - m / (1 - crowd-out)).

    The more a visitor is worth inside, the less the door should cost.

    Args:
        sensitivity: as in `profit_at_fee`.
        spend_margin: as in `profit_at_fee`.
        crowd_out: as in `profit_at_fee`.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.positive("sensitivity", sensitivity)
    _check_spend(spend_margin, crowd_out)
    return xp.maximum(0, 1 / sensitivity - spend_margin / (1 - crowd_out))


def _parameter(name: str, symbol: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source="assumed"
    )


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="peak-end",
        title="Peak, end and mean",
        page="design/experience",
        functions=("remembered", "remembered_path", "peak_of", "stronger", "place_bad_minute"),
        equation=(
            r"\begin{aligned} M = {} & w_p\, \text{peak} + w_e\, \text{end} \\"
            r" & + (1 - w_p - w_e)\, \text{mean} \end{aligned}"
        ),
        parameters=(
            _parameter(
                "peak", r"\text{peak}", "rating of the most intense minute", "points of -5 to 5", -5, 5
            ),
            _parameter("end", r"\text{end}", "rating of the last minute", "points of -5 to 5", -5, 5),
            _parameter("mean", r"\text{mean}", "mean rating", "points of -5 to 5", -5, 5),
            _parameter("peak_weight", "w_p", "weight of the peak", "1", 0, 0.5),
            _parameter("end_weight", "w_e", "weight of the end", "1", 0, 0.5),
        ),
        assumptions=(
            "Minutes can be rated on one scale with a neutral 0.",
            "A minute is rated alike wherever it stands.",
            "Length alone does not count.",
            "Of a good and a bad minute equally far from 0, the bad one is the peak.",
        ),
        leaves_out=(
            "What is told and retold afterwards.",
            "Two experiences in one memory.",
            "A second peak, and a peak that lasts: one single minute stands for all the strong ones.",
        ),
        works=("kahneman1993", "alaybek2022"),
        teaching_device=True,
    ),
    ModelCard(
        id="cue-impression",
        title="One jarring cue",
        page="design/experience",
        functions=("impression",),
        equation=r"I = \bar x + \gamma \min_i x_i",
        parameters=(
            _parameter("cues", "x_i", "rating of cue i", "points of -5 to 5", -5, 5),
            _parameter("worst_weight", r"\gamma", "extra weight of the worst cue", "1", 0, 2),
        ),
        assumptions=("Cues can be rated one by one.",),
        leaves_out=(
            "Cues that fit each other, or clash.",
            "Cues nobody notices.",
            "A bend at each cue's own 0, which is how Mittal, Ross and Baldasare describe the asymmetry; here "
            "only the worst cue counts more.",
        ),
        works=("pine1998", "mittal1998"),
        teaching_device=True,
    ),
    ModelCard(
        id="admission-fee",
        title="Charging admission",
        page="design/experience",
        functions=("visits_at_fee", "profit_at_fee", "best_fee"),
        equation=(
            r"\begin{aligned} \Pi(f) &= V_0 e^{-k f}\,\bigl((1 - \theta) f + m\bigr) \\"
            r" f^{*} &= \max\!\left(0,\ \frac{1}{k} - \frac{m}{1 - \theta}\right) \end{aligned}"
        ),
        parameters=(
            _parameter("fee", "f", "price of admission", "money per visit", 0, 20),
            _parameter("free_visits", "V_0", "visits with free admission", "visits per period", 0, 5000),
            _parameter(
                "sensitivity", "k", "share of visits lost for a small unit of fee", "1 per money", 0.02, 1
            ),
            _parameter("spend_margin", "m", "margin on a visitor's spending", "money per visit", -5, 15),
            _parameter("crowd_out", r"\theta", "spending margin lost per unit of fee", "1", 0, 0.9),
        ),
        assumptions=(
            "Each further unit of fee loses the same share of visits.",
            "There is room for every visitor.",
        ),
        leaves_out=(
            "Who is shut out by a fee.",
            "What a fee signals about quality.",
            "Visitors who stay longer once they have paid.",
        ),
        works=("pine1998",),
        teaching_device=True,
    ),
)
