"""Data cards and model cards: what a reader needs in order to trust or distrust what the page uses."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from docutils import nodes

from course_tools.sphinx_ext.lesson.directive import LessonDirective, box, paragraph, span
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element
from service_encounter import cases, models
from service_encounter.figures.page import typeset
from service_encounter.models.card import ModelCard, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

_KINDS = {
    "real": "Real observations",
    "counts": "Counts made from real observations, or a printed table",
    "synthetic": "Synthetic: made up for teaching, no observation",
    "reference": "Published numbers that our tests compare with",
}


def scrolling(label: str, table: nodes.Node) -> HtmlElement:
    """A table in a box that scrolls sideways and that the keyboard can reach."""
    return element(
        "div", {"class": "se-scroll", "role": "region", "aria-label": label, "tabindex": "0"}, table
    )


def table(caption: str, head: Iterable[str], rows: Iterable[Iterable[list[nodes.Node]]]) -> HtmlElement:
    """A table with a caption, column heads, and a head for each row."""
    body = element("tbody", {})
    for row in rows:
        cells = list(row)
        first = element("th", {"scope": "row"}, *cells[0])
        body += element("tr", {}, first, *[element("td", {}, *cell) for cell in cells[1:]])
    heads = [element("th", {"scope": "col"}, name) for name in head]
    return element(
        "table",
        {"class": "se-table"},
        element("caption", {}, typeset(caption)),
        element("thead", {}, element("tr", {}, *heads)),
        body,
    )


def _text(text: str) -> list[nodes.Node]:
    return [nodes.Text(typeset(text))]


def _list(items: Iterable[str]) -> HtmlElement:
    return element("ul", {}, *[element("li", {}, typeset(item)) for item in items])


def _folded(summary: str, *children: nodes.Node) -> HtmlElement:
    return element("details", {}, element("summary", {}, summary), *children)


def _facts(*facts: tuple[str, nodes.Node | str]) -> HtmlElement:
    rows = element("dl", {"class": "se-card-facts"})
    for name, value in facts:
        rows += [
            element("dt", {}, name),
            element("dd", {}, typeset(value) if isinstance(value, str) else value),
        ]
    return rows


class Dataset(LessonDirective):
    """The card of a case: kind, rows, columns, source, licence, and what is wrong with the data."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the card."""
        try:
            case = cases.describe(self.arguments[0])
            rows = len(cases.load(self.arguments[0]))
        except (LookupError, cases.DataError) as error:
            raise self.error(f"dataset: {error.args[0]}") from None
        self.env.note_dependency(str(case.file))
        columns = table(
            f"Columns of {case.name}",
            ("Column", "Unit", "Meaning"),
            [
                (
                    [nodes.literal(column.name, column.name)],
                    _text(column.unit or "words"),
                    _text(column.description),
                )
                for column in case.columns
            ],
        )
        return [
            box(
                f"se-card se-dataset se-dataset-{case.kind}",
                ["Data"],
                _text(case.title),
                paragraph("se-labels", span("se-label", _KINDS[case.kind])),
                _facts(
                    ("One row", case.row),
                    ("Rows", str(rows)),
                    ("Licence", case.licence),
                    ("Load it", nodes.literal("", f'cases.load("{case.name}")')),
                ),
                paragraph("se-card-heading", "What is wrong with it"),
                _list(case.limits),
                _folded(
                    "How it was made, and its source",
                    _facts(("How made", case.made), ("Source", case.source)),
                ),
                _folded(f"Its {len(case.columns)} columns", scrolling(f"Columns of {case.name}", columns)),
                id=f"dataset-{case.name.replace('_', '-')}",
            )
        ]


@cache
def model_cards() -> dict[str, tuple[ModelCard, str]]:
    """Every model card of the package by id, with the module that declares it."""
    found = {}
    for info in pkgutil.iter_modules(models.__path__):
        module = importlib.import_module(f"{models.__name__}.{info.name}")
        for card in getattr(module, "CARDS", ()):
            found[card.id] = (card, info.name)
    return found


def _range(parameter: Parameter) -> str:
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    return typeset(f"{parameter.low:g} to {parameter.high:g}{unit}")


class Model(LessonDirective):
    """The card of a model: its equation, its parameters with units and sources, what it leaves out."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the card."""
        known = model_cards()
        if self.arguments[0] not in known:
            raise self.error(f"model: no card {self.arguments[0]!r}; there are {', '.join(sorted(known))}")
        card, module = known[self.arguments[0]]
        equation = nodes.math_block(card.equation, card.equation, nowrap=False, number=None, label=None)
        parameters = table(
            f"Parameters of {card.title}",
            ("Meaning", "Symbol", "Where it comes from"),
            [
                (
                    [
                        span("se-meaning", typeset(parameter.meaning)),
                        paragraph("se-hint", _range(parameter)),
                    ],
                    [nodes.math(parameter.symbol, parameter.symbol)],
                    _text(parameter.source),
                )
                for parameter in card.parameters
            ],
        )
        device = "Teaching device: parameters are not estimates"
        works = ", ".join(f"{{cite:t}}`{work}`" for work in card.works)
        functions = ", ".join(f"`{name}`" for name in card.functions)
        return [
            box(
                "se-card se-model",
                ["Model"],
                _text(card.title),
                *([paragraph("se-labels", span("se-label", device))] if card.teaching_device else []),
                equation,
                *(
                    [
                        _folded(
                            "Symbols, units and ranges", scrolling(f"Parameters of {card.title}", parameters)
                        )
                    ]
                    if card.parameters
                    else []
                ),
                paragraph("se-card-heading", "It assumes"),
                _list(card.assumptions),
                paragraph("se-card-heading", "It leaves out"),
                _list(card.leaves_out),
                *self.block(f"In code: {functions} in `service_encounter.models.{module}`."),
                *(self.block(f"Works: {works}.") if works else []),
                id=f"model-{card.id}",
            )
        ]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("dataset", Dataset)
    app.add_directive("model", Model)
