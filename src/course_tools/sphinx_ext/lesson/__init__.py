"""The language that lessons are written in: one module a family of directives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_tools.sphinx_ext.lesson import (
    blueprint,
    boxes,
    cards,
    claims,
    elements,
    exercise,
    glossary,
    predict,
    progress,
    selfcheck,
)
from course_tools.sphinx_ext.lesson.domain import LessonDomain, pages_to_write_again

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Doctrees are cached: raise this whenever what a directive puts into them changes.
VERSION = 3


def setup(app: Sphinx) -> dict[str, bool | int]:
    """Register all directives and roles of the language."""
    app.add_domain(LessonDomain)
    for family in (
        elements,
        boxes,
        claims,
        selfcheck,
        predict,
        exercise,
        cards,
        blueprint,
        glossary,
        progress,
    ):
        family.setup(app)
    app.connect("env-updated", pages_to_write_again)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": VERSION}
