"""Every chapter in the table of contents meets the book's standard, as far as a machine can see."""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import pytest
import yaml

from course_tools import project
from course_tools.sphinx_ext.lesson.claims import PAGES

ENTRIES = yaml.safe_load((project.BOOK / "claims.yml").read_text(encoding="utf8"))
TOC = (project.ROOT / "_toc.yml").read_text(encoding="utf8")
CHAPTERS = [page for page in PAGES if re.search(rf"file: {page}$", TOC, re.MULTILINE)]
DIRECTIVES = (
    "objectives",
    "claim",
    "predict",
    "exercise",
    "solution",
    "discussion",
    "weighs",
    "unlearn",
    "selfcheck",
)
LONGEST_CELL = 15
MOST_FIGURES = 3


def source(page: str) -> str:
    return (project.BOOK / f"{page}.md").read_text(encoding="utf8")


def built(site: Path, page: str) -> str:
    return (site / f"{page}.html").read_text(encoding="utf8")


def questions(page: str) -> list[dict[str, str]]:
    path = project.BOOK / "questions" / f"{page.rpartition('/')[2]}.yml"
    return yaml.safe_load(path.read_text(encoding="utf8"))


def objectives(page: str) -> list[str]:
    block = re.search(r"{objectives}\n(.*?)```", source(page), re.DOTALL)[1]
    return re.findall(r"^- (.+)$", block, re.MULTILINE)


def test_there_are_chapters():
    assert len(CHAPTERS) >= 6


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_claim_at_home_here_is_tried_here(site, page):
    html = built(site, page)
    at_home = [entry["id"] for entry in ENTRIES if entry["page"] == page]
    # The last chapter joins what the others have tried.
    assert at_home or page == PAGES[-1]
    assert [claim for claim in at_home if f'id="claim-{claim}"' not in html] == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_has_every_part_of_its_anatomy(page):
    text = source(page)
    assert [name for name in DIRECTIVES if not re.search(rf"[`:]{{3,}}{{{name}}}", text)] == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_objective_is_met_by_a_question(page):
    asked = {question["objective"] for question in questions(page)}
    assert 3 <= len(objectives(page)) <= 6
    assert set(objectives(page)) <= asked


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_asks_six_to_ten_questions_of_several_kinds(page):
    kinds = [question["type"] for question in questions(page)]
    assert 6 <= len(kinds) <= 10
    assert len(set(kinds)) >= 3


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_shows_one_to_three_moving_figures(site, page):
    assert (
        1 <= len(re.findall(r'<figure class="se-figure"[^>]* data-live', built(site, page))) <= MOST_FIGURES
    )


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_student_can_read_every_cell(page):
    notebook = jupytext.read(project.BOOK / f"{page}.md")
    shown = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
    ]
    assert shown
    for cell in shown:
        assert len([line for line in cell.source.splitlines() if line.strip()]) <= LONGEST_CELL, (
            cell.source.splitlines()[0]
        )


@pytest.mark.parametrize("page", CHAPTERS)
def test_sources_stand_a_sentence_a_line(page):
    body = source(page).split("---", 2)[2]
    body = re.sub(r"^(`{3,})\{code-cell\}.*?^\1$", "", body, flags=re.DOTALL | re.MULTILINE)
    body = re.sub(r"^(`{3,})python.*?^\1$", "", body, flags=re.DOTALL | re.MULTILINE)
    several = [
        line for line in body.splitlines() if re.search(r"[a-z]{3}[.?!] [A-Z][a-z]+ [a-z]+ [a-z]+", line)
    ]
    # Options of a directive are one line by their nature, and so is what somebody says.
    several = [line for line in several if not re.search(r'^[:|`*-]|[{]predict[}]|"|[*][*]', line)]
    assert several == []
