"""Visits to a theme café that charges at the door in every second week."""

from __future__ import annotations

from collections.abc import Iterator

from course_tools.make_data.draws import Draws, logistic
from course_tools.make_data.table import Cell, Table, fixed

SEED = 404
WEEKS = 12
INVITED_A_WEEK = 70
FEE = 4
MOMENTS = 12
CUES = ("theme", "decor", "staff", "sound", "scent")
COLUMNS = (
    "visit",
    "week",
    "admission_fee",
    "interest",
    *CUES,
    "impression",
    "peak",
    "end",
    "mean",
    "remembered",
    "spend",
    "bought_souvenir",
)


def theme_cafe_visits() -> Table:
    """One row for each of those who came, of 840 who passed the door."""
    draws = Draws(SEED)
    return Table(COLUMNS, [(number, *visit) for number, visit in enumerate(_visits(draws), start=1)])


def _visits(draws: Draws) -> Iterator[tuple[Cell, ...]]:
    for week in range(1, WEEKS + 1):
        fee = FEE * (week % 2 == 0)
        for _ in range(INVITED_A_WEEK):
            interest = draws.rating(4, 1.4, 1, 7)
            if draws.chance(logistic(1.5 + 0.9 * (interest - 4) - 0.5 * fee)):
                yield week, fee, interest, *_experience(interest, draws)


def _experience(interest: int, draws: Draws) -> tuple[Cell, ...]:
    liking = draws.normal(0, 0.6)
    cues = [draws.rating(5 + liking, 1.2, 1, 7) for _ in CUES]
    impression = 1 + 0.8 * sum(cues) / len(cues) + 0.4 * min(cues) + draws.normal(0, 0.8)
    level = 6 + liking
    moments = [round(_on_ten(draws.normal(level, 1.4)), 1) for _ in range(MOMENTS)]
    peak, end, mean = max(moments), moments[-1], round(sum(moments) / MOMENTS, 2)
    souvenir = draws.chance(logistic(-1.2 + 0.3 * (interest - 4)))
    remembered = 0.3 * peak + 0.2 * end + 0.5 * mean + 0.05 * souvenir + draws.normal(0, 0.7)
    spend = max(1.5, 9 + 1.2 * (interest - 4) + draws.normal(0, 2.5))
    return (
        *cues,
        fixed(_on_ten(impression), 1),
        fixed(peak, 1),
        fixed(end, 1),
        fixed(mean, 2),
        fixed(_on_ten(remembered), 1),
        fixed(spend, 2),
        int(souvenir),
    )


def _on_ten(value: float) -> float:
    return min(10.0, max(0.0, value))
