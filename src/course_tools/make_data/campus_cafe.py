"""A new café on a campus: how the loop from after back to before looks in data."""

from __future__ import annotations

from dataclasses import dataclass, field

from course_tools.make_data.draws import Draws, logistic
from course_tools.make_data.table import Cell, Table, fixed

SEED = 104
STUDENTS = 400
WEEKS = 12
COLUMNS = (
    "student",
    "week",
    "aware_through",
    "stage",
    "wait",
    "satisfaction",
    "told_others",
    "online_rating",
    "returned_next_week",
)
_ONLINE_CHANCE = {1: 0.30, 2: 0.10, 3: 0.04, 4: 0.10, 5: 0.30}


@dataclass
class _Student:
    number: int
    aware_through: str | None = None
    satisfactions: dict[int, int] = field(default_factory=dict)


def campus_cafe() -> Table:
    """Each aware student's weeks: 400 students, 12 weeks, effects as the descriptor's ``made`` states."""
    draws = Draws(SEED)
    students = [_Student(number) for number in range(1, STUDENTS + 1)]
    visits: dict[tuple[int, int], tuple[Cell, ...]] = {}
    stages: list[tuple[_Student, int, str]] = []
    online_ratings = 0
    for week in range(1, WEEKS + 1):
        _notice(students, draws, online_ratings)
        present = [
            (student, week, _stage(student, week, draws)) for student in students if student.aware_through
        ]
        visitors = [student for student, _, stage in present if stage == "visited"]
        stages += present
        for student in visitors:
            visit = _visit(student, week, len(visitors), draws)
            visits[student.number, week] = visit
            online_ratings += visit[3] is not None
            for _ in range(int(visit[2] or 0)):
                listener = draws.pick(students)
                listener.aware_through = listener.aware_through or "friend"
    rows = [
        (
            student.number,
            week,
            student.aware_through,
            stage,
            *visits.get((student.number, week), (None,) * 4),
            _returned(student, week),
        )
        for student, week, stage in stages
    ]
    return Table(COLUMNS, rows)


def _notice(students: list[_Student], draws: Draws, online_ratings: int) -> None:
    chances = {"poster": 0.03, "passing": 0.03, "review": 0.03 * min(1.0, online_ratings / 20)}
    for student in students:
        for channel, chance in chances.items():
            if student.aware_through is None and draws.chance(chance):
                student.aware_through = channel


def _stage(student: _Student, week: int, draws: Draws) -> str:
    last = student.satisfactions.get(week - 1)
    if last is not None and draws.chance(logistic(-0.6 + 0.8 * (last - 3))):
        return "visited"
    if not draws.chance(0.45):
        return "aware"
    return "visited" if last is None and draws.chance(0.5) else "considered"


def _visit(student: _Student, week: int, visitors: int, draws: Draws) -> tuple[Cell, ...]:
    wait = round(draws.exponential(1.0 + 0.05 * visitors), 1)
    mean = 3.8 - 0.08 * wait + 0.05 * (student.aware_through == "friend")
    satisfaction = draws.rating(mean, 0.8, 1, 5)
    student.satisfactions[week] = satisfaction
    told = sum(draws.chance(0.10 + 0.10 * abs(satisfaction - 3)) for _ in range(3))
    online = satisfaction if draws.chance(_ONLINE_CHANCE[satisfaction]) else None
    return fixed(wait, 1), satisfaction, told, online


def _returned(student: _Student, week: int) -> int | None:
    if week not in student.satisfactions or week == WEEKS:
        return None
    return int(week + 1 in student.satisfactions)
