"""Exercises: the task, the check that a notebook runs, and the solution folded away, from one source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from docutils import nodes

from course_tools.sphinx_ext.lesson import sample  # noqa: F401  # registers its check
from course_tools.sphinx_ext.lesson.boxes import spell_minutes
from course_tools.sphinx_ext.lesson.directive import LessonDirective, box, minutes, paragraph, slug
from course_tools.sphinx_ext.lesson.elements import element
from service_encounter import check

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class Exercise(LessonDirective):
    """A task whose answer `service_encounter.check` can judge."""

    required_arguments = 1
    final_argument_whitespace = True
    converters: ClassVar = {"id": slug, "minutes": minutes}
    required_options = ("id", "minutes")

    def run(self) -> list[nodes.Node]:
        """Build the box, with the line that checks an answer."""
        self.read_options()
        self.need_content("the task, with a {solution} inside it")
        key = self.options["id"]
        if key not in check.exercises():
            known = ", ".join(check.exercises())
            raise self.error(f"exercise: service_encounter.check has no check {key!r}; there are {known}")
        body = self.body()
        solutions = [node for part in body for node in part.findall(nodes.Element) if _is_solution(node)]
        if len(solutions) != 1:
            raise self.error(f"exercise: {key} needs one {{solution}} in its body, got {len(solutions)}")
        code = [block.astext() for block in solutions[0].findall(nodes.literal_block)]
        before = self.lesson.declare(
            "exercises", key, self.env.docname, self.lineno, solution="\n".join(code)
        )
        if before:
            raise self.error(f"exercise: the id {key!r} is taken; first on {before}")
        lines = f'from service_encounter import check\ncheck.exercise("{key}", answer)'
        call = nodes.literal_block(lines, lines, language="python")
        return [
            box(
                "se-exercise",
                [f"Exercise, {spell_minutes(self.options['minutes'])}"],
                self.inline(self.arguments[0]),
                *body,
                element(
                    "div",
                    {"class": "se-check-call"},
                    paragraph(
                        "se-hint", "In a notebook, this says whether your answer holds and what is off:"
                    ),
                    call,
                ),
                id=f"exercise-{key}",
            )
        ]


class Solution(LessonDirective):
    """The solution of the exercise around it; its Python must leave the result in ``answer``."""

    def run(self) -> list[nodes.Node]:
        """Build the folded solution."""
        self.need_content("the solution")
        return [
            element(
                "details",
                {"class": "se-solution"},
                element("summary", {}, "Solution: try first"),
                element("div", {"class": "se-solution-body"}, *self.body()),
            )
        ]


def _is_solution(node: nodes.Element) -> bool:
    return bool(node.get("tag") == "details" and node["attributes_of_tag"]["class"] == "se-solution")


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("exercise", Exercise)
    app.add_directive("solution", Solution)
