"""What the templates are told of a page."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.utils import new_document

from course_tools.sphinx_ext import pages


def document(*paragraphs: str) -> nodes.document:
    """A document of one section with the paragraphs."""
    section = nodes.section("", *(nodes.paragraph("", text) for text in paragraphs))
    made = new_document("page.md")
    made += section
    return made


@pytest.mark.parametrize(
    ("docname", "part"),
    [
        ("index", "front"),
        ("404", "front"),
        ("before/choice", "before"),
        ("design/blueprint", "design"),
        ("search", "reference"),
        ("reference/glossary", "reference"),
    ],
)
def test_a_page_belongs_to_the_part_of_its_folder(docname: str, part: str) -> None:
    assert pages.part_of(docname) == part


def test_chapters_keep_their_numbers_and_each_belongs_to_an_act() -> None:
    assert [pages.chapter_number(docname) for docname in pages.CHAPTERS] == list(range(1, 17))
    assert pages.chapter_number("reference/glossary") is None
    assert {pages.part_of(docname) for docname in pages.CHAPTERS} == set(pages.KINDS)


def test_a_short_first_paragraph_is_the_description() -> None:
    assert pages.description(document("You wait.\nStill.", "Later."), "x") == "You wait. Still."


def test_a_long_one_is_cut_at_a_word() -> None:
    text = pages.description(document("waiting, " * 40), "x")
    assert len(text) <= pages.DESCRIPTION_LENGTH
    assert text.endswith("waiting…")


def test_a_note_is_no_description_and_without_a_paragraph_there_is_the_fallback() -> None:
    made = new_document("page.md")
    made += nodes.section("", nodes.note("", nodes.paragraph("", "Mind the gap.")))
    assert pages.description(made, "The book") == "The book"
    assert pages.description(None, "The book") == "The book"


def test_what_other_tools_write_is_mended() -> None:
    table = '<style scoped>\n.dataframe{}\n</style>\n<table border="1" class="dataframe"><th></th><th>a</th>'
    assert pages.mended(table) == '<table class="dataframe"><td></td><th>a</th>'
    assert pages.mended("<th>told_a_visit</th><td>a_b</td>") == "<th>told_<wbr>a_<wbr>visit</th><td>a_b</td>"
