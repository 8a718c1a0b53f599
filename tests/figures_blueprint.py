"""The figures of the chapter on blueprint and servicescape."""

from __future__ import annotations

import re

from course_tools import project
from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import blueprint as blueprint_figures


def figures() -> list[Figure]:
    """All of the chapter's figures; the café's blueprint from the table that the chapter holds."""
    steps = cases.load("clinic_visit")
    chapter = (project.BOOK / "design" / "blueprint.md").read_text(encoding="utf8")
    cafe = re.search(r'^cafe = """(.+?)"""', chapter, re.DOTALL | re.MULTILINE)
    assert cafe
    return [
        blueprint_figures.outline(steps, blueprint_figures.FAX),
        blueprint_figures.clinic(
            steps, blueprint_figures.GUARDS, blueprint_figures.FAX, blueprint_figures.MINUTES
        ),
        blueprint_figures.draw(blueprint_figures.read_steps(cafe[1])),
        blueprint_figures.together(),
    ]
