"""A guess before the reveal: the reader commits, then sees guess and outcome side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes

from course_tools.sphinx_ext.lesson.directive import (
    LessonDirective,
    number,
    one_of,
    paragraph,
    slug,
    span,
    words,
)
from course_tools.sphinx_ext.lesson.elements import element
from service_encounter.figures.page import typeset

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class Predict(LessonDirective):
    """A question with a number or a choice to commit to; the body is the reveal."""

    required_arguments = 1
    final_argument_whitespace = True
    converters: ClassVar = {
        "id": slug,
        "kind": one_of("number", "choice"),
        "unit": words,
        "low": number,
        "high": number,
        "step": number,
        "choices": words,
    }
    required_options = ("id", "kind")

    def run(self) -> list[nodes.Node]:
        """Build the form and the folded reveal."""
        self.read_options()
        self.need_content("the reveal")
        key, kind = self.options["id"], self.options["kind"]
        before = self.lesson.declare("predictions", key, self.env.docname, self.lineno)
        if before:
            raise self.error(f"predict: the id {key!r} is taken; first on {before}")
        anchor = f"predict-{key}"
        return [
            element(
                "div",
                {"class": "se-box se-predict", "id": anchor, "data-prediction": key, "data-kind": kind},
                element(
                    "form",
                    {"novalidate": True, "autocomplete": "off"},
                    element(
                        "fieldset",
                        {},
                        element(
                            "legend",
                            {},
                            span("se-kicker", "Your guess first"),
                            " ",
                            *self.inline(self.arguments[0]),
                        ),
                        *(self._number(anchor) if kind == "number" else self._choices(anchor)),
                    ),
                    element(
                        "p",
                        {"class": "se-actions", "hidden": True},
                        element("button", {"type": "submit", "class": "se-button"}, "Commit to this guess"),
                    ),
                ),
                element("div", {"class": "se-feedback", "role": "status"}),
                element(
                    "div",
                    {"class": "se-sides"},
                    paragraph("se-guess"),
                    element(
                        "details",
                        {"class": "se-reveal"},
                        element("summary", {}, "What came out"),
                        element("div", {"class": "se-outcome"}, *self.body()),
                    ),
                ),
            )
        ]

    def _number(self, anchor: str) -> list[nodes.Node]:
        missing = [name for name in ("low", "high", "step", "unit") if name not in self.options]
        if missing:
            raise self.error(f"predict: a number needs the option ':{missing[0]}:'")
        low, high, step = (self.options[name] for name in ("low", "high", "step"))
        if not (low < high and 0 < step <= high - low):
            raise self.error(
                f"predict: needs low < high and 0 < step <= high - low, got {low:g}, {high:g}, {step:g}"
            )
        unit = self.options["unit"]
        return [
            element(
                "div",
                {"class": "se-choice se-entry"},
                element("label", {"for": f"{anchor}-entry"}, typeset(f"A number from {low:g} to {high:g}")),
                element(
                    "input",
                    {
                        "type": "number",
                        "id": f"{anchor}-entry",
                        "min": f"{low:g}",
                        "max": f"{high:g}",
                        "step": f"{step:g}",
                        "data-unit": unit,
                    },
                ),
                span("se-unit", unit),
            )
        ]

    def _choices(self, anchor: str) -> list[nodes.Node]:
        choices = [choice.strip() for choice in self.options.get("choices", "").split("|")]
        if len(choices) < 2 or not all(choices) or len(set(choices)) < len(choices):
            raise self.error(
                "predict: option ':choices:' needs two or more different texts with | between them"
            )
        return [
            element(
                "div",
                {"class": "se-choice"},
                element(
                    "input",
                    {
                        "type": "radio",
                        "name": "choice",
                        "value": nodes.unescape(choice),
                        "id": f"{anchor}-{i}",
                    },
                ),
                element("label", {"for": f"{anchor}-{i}"}, *self.inline(choice)),
            )
            for i, choice in enumerate(choices)
        ]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("predict", Predict)
