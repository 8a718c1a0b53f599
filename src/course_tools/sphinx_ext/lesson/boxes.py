"""The chapter's furniture: objectives, activities, discussion, the idea to unlearn, what instructors see."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes

from course_tools.sphinx_ext.lesson.directive import LessonDirective, box, minutes, one_of, paragraph, words
from course_tools.sphinx_ext.lesson.elements import HtmlElement, Sealed, element

if TYPE_CHECKING:
    from sphinx.application import Sphinx

EDITIONS = ("student", "instructor")
ACTIVITIES = {
    "predict": "Predict",
    "read": "Read",
    "move": "Move the sliders",
    "discuss": "Discuss",
    "exercise": "Exercise",
    "quiz": "Quiz",
}

WORDS_A_MINUTE = 230
"""What an adult reads of plain prose in a language known well."""

_NOT_COUNTED = (nodes.FixedTextElement, nodes.raw, nodes.table, nodes.comment, Sealed)
_TAGS_NOT_COUNTED = frozenset({"details", "figure", "form", "table"})


def spell_minutes(number: int) -> str:
    """A duration in words and figures."""
    return f"{number} minute" if number == 1 else f"{number} minutes"


class ReadingTime(nodes.Inline, nodes.TextElement):
    """How long the page takes to read; known once it has been read whole."""


def words_to_read(node: nodes.Node) -> int:
    """Words that a reader meets in open text and boxes: no code, table, figure, fold or question."""
    if isinstance(node, nodes.Text):
        return len(node.astext().split())
    if isinstance(node, _NOT_COUNTED) or (isinstance(node, HtmlElement) and node["tag"] in _TAGS_NOT_COUNTED):
        return 0
    return sum(map(words_to_read, node.children))


def _fill_reading_time(app: Sphinx, doctree: nodes.document) -> None:
    for place in list(doctree.findall(ReadingTime)):
        minutes_needed = max(1, round(words_to_read(doctree) / WORDS_A_MINUTE))
        place.replace_self(nodes.Text(spell_minutes(minutes_needed)))


class Objectives(LessonDirective):
    """The top of a chapter: what the reader will be able to do, what it takes, how long."""

    converters: ClassVar = {"prerequisites": words}
    required_options = ("prerequisites",)

    def run(self) -> list[nodes.Node]:
        """Build the header, and note the objectives that questions must serve."""
        self.read_options()
        self.need_content("a list of objectives")
        body = self.body()
        if len(body) != 1 or not isinstance(body[0], nodes.bullet_list):
            raise self.error("objectives: the body must be one list, an objective a line")
        items = [item.astext().strip() for item in body[0].children]
        before = self.lesson.declare(
            "objectives", self.env.docname, self.env.docname, self.lineno, items=items
        )
        if before:
            raise self.error(f"objectives: given twice; first on {before}")
        return [
            box(
                "se-objectives",
                ["After this chapter you can"],
                [],
                *body,
                element(
                    "dl",
                    {"class": "se-objectives-facts"},
                    element("dt", {}, "You need"),
                    element("dd", {}, *self.inline(self.options["prerequisites"])),
                    element("dt", {}, "Reading time"),
                    element("dd", {}, ReadingTime()),
                ),
            )
        ]


class Activity(LessonDirective):
    """Something to do, with the minutes it takes."""

    required_arguments = 1
    final_argument_whitespace = True
    converters: ClassVar = {"minutes": minutes, "kind": one_of(*ACTIVITIES)}
    required_options = ("minutes", "kind")

    def run(self) -> list[nodes.Node]:
        """Build the box."""
        self.read_options()
        self.need_content("what to do")
        kind, time = ACTIVITIES[self.options["kind"]], spell_minutes(self.options["minutes"])
        return [box("se-activity", [f"{kind}, {time}"], self.inline(self.arguments[0]), *self.body())]


class Discussion(LessonDirective):
    """A question to argue about; what a good answer weighs is for instructors."""

    required_arguments = 1
    final_argument_whitespace = True
    converters: ClassVar = {"minutes": minutes}
    required_options = ("minutes",)

    def run(self) -> list[nodes.Node]:
        """Build the box."""
        self.read_options()
        kicker = f"Discuss, {spell_minutes(self.options['minutes'])}"
        return [box("se-discussion", [kicker], self.inline(self.arguments[0]), *self.body())]


class Unlearn(LessonDirective):
    """The idea to unlearn, struck out in words: the body says what to think instead."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Build the box."""
        self.need_content("what to think instead")
        idea = paragraph("se-unlearn-idea", *self.inline(self.arguments[0]))
        return [box("se-unlearn", ["The idea to unlearn"], [], idea, *self.body())]


class Instructor(LessonDirective):
    """In the source for everyone, on the page for instructors only."""

    optional_arguments = 1
    final_argument_whitespace = True
    kicker = "For the instructor"

    def run(self) -> list[nodes.Node]:
        """Build the box in the instructor's edition, nothing in the students'."""
        self.need_content("what instructors should read")
        if self.config.lesson_edition != "instructor":
            return []
        title = self.inline(self.arguments[0]) if self.arguments else []
        return [box("se-instructor", [self.kicker], title, *self.body())]


class Weighs(Instructor):
    """What a good answer to a discussion question weighs."""

    kicker = "For the instructor: what a good answer weighs"


def setup(app: Sphinx) -> None:
    """Register the directives and the edition they follow."""
    edition = os.environ.get("SERVICE_ENCOUNTER_EDITION") or "student"
    if edition not in EDITIONS:
        raise ValueError(f"SERVICE_ENCOUNTER_EDITION must be one of {', '.join(EDITIONS)}, got {edition!r}")
    app.add_config_value("lesson_edition", edition, "env", str)
    app.add_node(ReadingTime)
    app.add_directive("objectives", Objectives)
    app.add_directive("activity", Activity)
    app.add_directive("discussion", Discussion)
    app.add_directive("unlearn", Unlearn)
    app.add_directive("instructor", Instructor)
    app.add_directive("weighs", Weighs)
    app.connect("doctree-read", _fill_reading_time)
