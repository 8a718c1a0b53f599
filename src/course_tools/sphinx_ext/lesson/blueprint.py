"""A service blueprint from a table of steps: a drawing that is a list in the order of time."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes

from course_tools.sphinx_ext.lesson.cards import scrolling, table
from course_tools.sphinx_ext.lesson.directive import LessonDirective, paragraph, slug, span, words
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element
from service_encounter import cases

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sphinx.application import Sphinx

LANES = {
    "customer": "Customer",
    "front": "Front stage",
    "back": "Back stage",
    "support": "Support",
}
_LINES = {
    "interaction": "Line of interaction",
    "visibility": "Line of visibility",
    "internal": "Line of internal interaction",
}
_COLUMNS = ("phase", "lane", "step", "minutes", "fail_point", "evidence")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a service.

    Args:
        phase: column of the drawing, from 1: steps of one phase happen side by side.
        lane: one of `LANES`.
        name: what is done.
        minutes: how long it takes; None where the table does not say.
        fail_point: whether it is marked as likely to fail.
        evidence: what the customer sees there; may be empty.
    """

    phase: int
    lane: str
    name: str
    minutes: float | None
    fail_point: bool
    evidence: str

    @property
    def notes(self) -> list[str]:
        """What to say beside the name."""
        time = [] if not self.minutes else [f"{self.minutes:g} min"]
        seen = [f"sees {self.evidence}"] if self.evidence else []
        return time + seen


def read_steps(rows: list[Mapping[str, Any]]) -> list[Step]:
    """Steps in the order of time, from rows with the columns that a blueprint knows.

    Args:
        rows: ``lane`` and ``step`` are needed; ``phase`` counts from 1 and defaults to the row's place.

    Raises:
        ValueError: naming the row and what is allowed.
    """
    steps: list[Step] = []
    for number, row in enumerate(rows, 1):
        try:
            steps.append(_step(row, number))
        except ValueError as error:
            raise ValueError(f"row {number}: {error}") from None
    if not steps:
        raise ValueError("the table has no rows")
    taken: dict[tuple[int, str], str] = {}
    for step in steps:
        other = taken.setdefault((step.phase, step.lane), step.name)
        if other != step.name:
            raise ValueError(
                f"phase {step.phase} has two steps in lane {step.lane}, {other!r} and {step.name!r}; "
                "give one of them another phase"
            )
    return sorted(steps, key=lambda step: (step.phase, list(LANES).index(step.lane)))


def _step(row: Mapping[str, Any], number: int) -> Step:
    missing = [name for name in ("lane", "step") if not _cell(row, name)]
    if missing:
        raise ValueError(f"{missing[0]!r} is missing")
    if _cell(row, "lane") not in LANES:
        raise ValueError(f"lane must be one of {', '.join(LANES)}, got {_cell(row, 'lane')!r}")
    minutes = _cell(row, "minutes")
    phase = _cell(row, "phase") or str(number)
    if not phase.isdecimal() or int(phase) < 1:
        raise ValueError(f"phase must be a whole number from 1, got {phase!r}")
    try:
        time = float(minutes) if minutes else None
    except ValueError:
        raise ValueError(f"minutes must be a number, got {minutes!r}") from None
    mark = _cell(row, "fail_point")
    if mark not in ("", "0", "1"):
        raise ValueError(f"fail_point must be 0 or 1, got {mark!r}")
    return Step(
        phase=int(phase),
        lane=_cell(row, "lane"),
        name=_cell(row, "step"),
        minutes=time,
        fail_point=mark == "1",
        evidence=_cell(row, "evidence"),
    )


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    # A gap in a frame is nan, the only value that differs from itself.
    return "" if value is None or value != value else str(value).strip()


class Blueprint(LessonDirective):
    """A blueprint: from a case named in ``:case:``, or from comma-separated rows in the body."""

    required_arguments = 1
    final_argument_whitespace = True
    converters: ClassVar = {"id": slug, "case": words}
    required_options = ("id",)

    def run(self) -> list[nodes.Node]:
        """Build the figure and the table behind it."""
        self.read_options()
        try:
            steps = read_steps(self._rows())
        except (ValueError, LookupError) as error:
            raise self.error(f"blueprint: {error.args[0]}") from None
        anchor = f"fig-{self.options['id']}"
        title = self.arguments[0]
        return [
            element(
                "figure",
                {"class": "se-figure se-blueprint", "id": anchor},
                element("figcaption", {}, paragraph("se-figure-title", *self.inline(title)), *self._labels()),
                scrolling(f"Blueprint: {title}", _drawing(steps)),
                element(
                    "details",
                    {"class": "se-data"},
                    element("summary", {}, "The steps as a table"),
                    scrolling(f"Steps of the blueprint: {title}", _table(steps)),
                ),
                *([paragraph("se-source", f"Data: {self._credit()}")] if "case" in self.options else []),
            )
        ]

    def _rows(self) -> list[Mapping[str, Any]]:
        name = self.options.get("case")
        if name:
            self.env.note_dependency(str(cases.describe(name).file))
            rows: list[Any] = cases.load(name).to_dict("records")
            return rows
        reader = csv.DictReader(list(self.content), skipinitialspace=True)
        unknown = [head for head in reader.fieldnames or () if head not in _COLUMNS]
        if unknown:
            raise ValueError(f"unknown column {unknown[0]!r}; known are {', '.join(_COLUMNS)}")
        return list(reader)

    def _labels(self) -> list[nodes.Node]:
        synthetic = "case" in self.options and cases.describe(self.options["case"]).kind == "synthetic"
        return [paragraph("se-labels", span("se-label", "synthetic"))] if synthetic else []

    def _credit(self) -> str:
        case = cases.describe(self.options["case"])
        return case.credit


def _drawing(steps: list[Step]) -> HtmlElement:
    columns = max(step.phase for step in steps)
    labels = [
        element("div", {"class": f"se-lane-label se-lane-{lane}", "aria-hidden": "true"}, name)
        for lane, name in LANES.items()
    ]
    lines = [
        element("div", {"class": f"se-line se-line-{key}", "aria-hidden": "true"}, span("se-line-name", name))
        for key, name in _LINES.items()
    ]
    items = element("ol", {"class": "se-steps", "role": "list"}, *[_item(step) for step in steps])
    return element(
        "div", {"class": "se-blueprint-stage", "style": f"--se-phases: {columns}"}, *labels, *lines, items
    )


def _item(step: Step) -> HtmlElement:
    item = element(
        "li",
        {"class": f"se-step se-lane-{step.lane}", "style": f"--se-phase: {step.phase}"},
        span("se-step-lane", f"{LANES[step.lane]}: "),
        span("se-step-name", step.name),
    )
    if step.notes:
        item += [nodes.Text(" "), span("se-step-notes", ", ".join(step.notes))]
    if step.fail_point:
        item += [nodes.Text(" "), span("se-fail", "Fail point")]
    return item


def _table(steps: list[Step]) -> HtmlElement:
    return table(
        "Steps in the order of time",
        ("Step", "Phase", "Lane", "Minutes", "Fail point", "What the customer sees"),
        [
            [
                [nodes.Text(text)]
                for text in (
                    step.name,
                    str(step.phase),
                    LANES[step.lane],
                    "" if step.minutes is None else f"{step.minutes:g}",
                    "yes" if step.fail_point else "no",
                    step.evidence,
                )
            ]
            for step in steps
        ],
    )


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("blueprint", Blueprint)
