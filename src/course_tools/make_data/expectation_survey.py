"""Three visits, four questions a dimension: what customers hope, accept, predict and get."""

from __future__ import annotations

from course_tools.make_data.draws import Draws
from course_tools.make_data.table import Cell, Table

SEED = 608
RESPONDENTS = 150
VISITS = 3
DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
SHARE_LEARNT = 0.4
COLUMNS = (
    "respondent",
    "visit",
    "dimension",
    "desired",
    "adequate",
    "predicted",
    "performance",
    "satisfaction",
)


def expectation_survey() -> Table:
    """150 respondents, three visits, five dimensions."""
    draws = Draws(SEED)
    rows: list[tuple[Cell, ...]] = []
    for respondent in range(1, RESPONDENTS + 1):
        desired = [draws.rating(7.8 + 0.4 * (name == "reliability"), 0.8, 1, 9) for name in DIMENSIONS]
        adequate = [max(1, wish - draws.pick((1, 2, 2, 3))) for wish in desired]
        predicted = [draws.rating(6, 1.1, 1, 9) for _ in DIMENSIONS]
        for visit in range(1, VISITS + 1):
            of_the_visit = draws.normal(6, 0.9)
            performance = [draws.rating(of_the_visit, 1.0, 1, 9) for _ in DIMENSIONS]
            satisfaction = _satisfaction(predicted, performance, draws)
            answers = zip(DIMENSIONS, desired, adequate, predicted, performance, strict=True)
            rows += [(respondent, visit, *answer, satisfaction) for answer in answers]
            predicted = [_updated(*pair, draws) for pair in zip(predicted, performance, strict=True)]
    return Table(COLUMNS, rows)


def _satisfaction(predicted: list[int], performance: list[int], draws: Draws) -> int:
    expectation, outcome = sum(predicted) / len(predicted), sum(performance) / len(performance)
    gain, loss = max(outcome - expectation, 0), max(expectation - outcome, 0)
    tangibles = 0.03 * (performance[0] - outcome)
    return draws.rating(2.5 + 0.6 * expectation + 0.4 * gain - 0.9 * loss + tangibles, 0.6, 1, 9)


def _updated(predicted: int, performance: int, draws: Draws) -> int:
    return draws.rating((1 - SHARE_LEARNT) * predicted + SHARE_LEARNT * performance, 0.4, 1, 9)
