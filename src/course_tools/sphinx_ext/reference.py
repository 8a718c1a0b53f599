"""Reference pages that nobody writes by hand: codebooks from the descriptor, model cards from the models."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from docutils import nodes
from sphinx import addnodes

from course_tools.sphinx_ext.lesson.cards import Dataset, Model, model_cards, scrolling, table
from course_tools.sphinx_ext.lesson.claims import PAGES
from course_tools.sphinx_ext.lesson.directive import LessonDirective, paragraph
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element
from service_encounter import cases

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STAGES = {"before": "Before", "during": "During", "after": "After", "whole": "The whole journey"}
KINDS = {
    "print": "reproduced from print",
    "software": "reproduced from another implementation",
    "identity": "an identity of the formula",
    "own": "our own arithmetic, kept so that it stays",
    "memory": "a number remembered, not seen",
}
_WIDTH, _HEIGHT, _BARS = 120, 36, 24


def bars_of(values: pd.Series) -> tuple[list[int], str]:
    """Heights of a column's small picture, and the same in words.

    Numbers are counted in bins from the lowest to the highest, words by how often each occurs.
    """
    known = values.dropna()
    if pd.api.types.is_numeric_dtype(known):
        numbers = known.to_numpy(dtype=float)
        low, middle, high = (float(np.quantile(numbers, share)) for share in (0, 0.5, 1))
        bins = min(_BARS, max(1, known.nunique()))
        counts, _ = np.histogram(numbers, bins=bins)
        return counts.tolist(), f"from {low:g} to {high:g}, half below {middle:g}"
    often = known.value_counts()
    names = ", ".join(f"{name} {count}" for name, count in often.head(4).items())
    rest = f" and {len(often) - 4} more" if len(often) > 4 else ""
    return often.head(_BARS).tolist(), f"{names}{rest}"


def picture(values: pd.Series) -> HtmlElement:
    """A small bar chart of a column, with its text alternative."""
    counts, words = bars_of(values)
    step = _WIDTH / len(counts)
    top = max(counts)
    drawn = [
        element(
            "rect",
            {
                "x": f"{place * step + 0.5:.1f}",
                "y": f"{_HEIGHT - _HEIGHT * count / top:.1f}",
                "width": f"{max(step - 1, 1):.1f}",
                "height": f"{_HEIGHT * count / top:.1f}",
            },
        )
        for place, count in enumerate(counts)
        if count
    ]
    return element(
        "svg",
        {"class": "se-spark", "viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img", "aria-label": words},
        *drawn,
    )


def unit_and_rule(column: cases.Column) -> str:
    """A column's unit and what its cells may hold, as far as that says more than the picture."""
    unit = "" if column.unit == "1" else column.unit
    return ", ".join(
        part for part in (unit, column.rule, "" if column.required else "may be missing") if part
    )


def _small(words: str) -> list[nodes.Node]:
    return [paragraph("se-hint", words)] if words else []


class Codebook(LessonDirective):
    """All there is to know of a data set: its card, then each column with a picture of its values."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the card and the table of columns."""
        card = Dataset(
            "dataset", self.arguments, {}, self.content, self.lineno, 0, "", self.state, self.state_machine
        ).run()
        case = cases.describe(self.arguments[0])
        frame = cases.load(case.name)
        rows: list[list[list[nodes.Node]]] = [
            [
                [nodes.literal(column.name, column.name)],
                [picture(frame[column.name]), paragraph("se-hint", bars_of(frame[column.name])[1])],
                [paragraph("se-meaning", column.description), *_small(unit_and_rule(column))],
            ]
            for column in case.columns
        ]
        columns = table(f"Columns of {case.title}", ("Column", "Values", "Meaning"), rows)
        return [*card, scrolling(f"Columns of {case.title}, with pictures", columns)]


class Codebooks(LessonDirective):
    """Every data set by stage, with a link to its codebook."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build a list a stage."""
        described = [cases.describe(name) for name in (*cases.names(), "published_targets")]
        made: list[nodes.Node] = []
        for stage, heading in STAGES.items():
            items = nodes.bullet_list()
            for case in described:
                if case.stage == stage:
                    link = page_link(f"reference/data/{case.name}", case.title)
                    kind = nodes.Text(f" ({case.kind}, {len(cases.load(case.name)):,} rows): {case.row}")
                    items += nodes.list_item("", nodes.paragraph("", "", link, kind))
            if items.children:
                made += [paragraph("se-card-heading", heading), items]
        return made


def page_link(docname: str, words: str) -> addnodes.pending_xref:
    """A link to a page of the book by its docname; a page that is missing is a warning."""
    inner = nodes.inline("", words, classes=["xref", "doc"])
    return addnodes.pending_xref(
        "", inner, refdomain="std", reftype="doc", reftarget=f"/{docname}", refexplicit=True, refwarn=True
    )


class ModelCards(LessonDirective):
    """The model cards of one part, chapter by chapter, with the published numbers that tests hold them to."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build a section a chapter."""
        part = self.arguments[0]
        cards = sorted(
            (card for card, _ in model_cards().values() if card.page.startswith(f"{part}/")),
            key=lambda card: PAGES.index(card.page),
        )
        if not cards:
            parts = ", ".join(dict.fromkeys(page.partition("/")[0] for page in PAGES))
            raise self.error(f"modelcards: no part {part!r} has models; the parts are {parts}")
        made: list[nodes.Node] = []
        for page, found in groupby(cards, key=lambda card: card.page):
            section = nodes.section(ids=[f"cards-{page.replace('/', '-')}"])
            section += nodes.title("", f"Chapter {PAGES.index(page) + 1}")
            for card in found:
                section += Model(
                    "model", [card.id], {}, self.content, self.lineno, 0, "", self.state, self.state_machine
                ).run()
                section += held_to(card.id, card.targets)
            made.append(section)
        return made


def held_to(card_id: str, targets: tuple[str, ...]) -> list[nodes.Node]:
    """The published numbers of a card as a folded table; nothing where it has none."""
    if not targets:
        return []
    numbers = cases.load("published_targets")
    numbers = numbers[numbers["id"].isin(targets)]
    rows: list[list[list[nodes.Node]]] = [
        [
            [nodes.Text(str(row["quantity"]))],
            [nodes.Text(f"{row['value']:.10g}")],
            [nodes.Text("exact" if row["tolerance"] == 0 else f"{row['tolerance']:g}")],
            [nodes.Text(KINDS[str(row["kind"])])],
            [nodes.Text(str(row["source"]))],
        ]
        for row in numbers.to_dict("records")
    ]
    heads = ("Quantity", "Value", "Tolerance", "What our match means", "Source")
    label = f"Numbers that tests hold {card_id} to"
    return [
        element(
            "details",
            {"class": "se-targets"},
            element("summary", {}, f"{len(rows)} numbers that the tests hold it to"),
            scrolling(label, table(label, heads, rows)),
        )
    ]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("codebook", Codebook)
    app.add_directive("codebooks", Codebooks)
    app.add_directive("modelcards", ModelCards)
