"""Reference pages: every data set has its codebook, every model its card, and pictures say what they show."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import yaml

from course_tools import project
from course_tools.sphinx_ext import reference
from course_tools.sphinx_ext.lesson.cards import model_cards
from service_encounter import cases

EVERY_CASE = (*cases.names(), "published_targets")


def toc_pages() -> set[str]:
    """Every page of the table of contents."""
    found: set[str] = set()

    def walk(entry: object) -> None:
        if isinstance(entry, dict):
            if "file" in entry:
                found.add(entry["file"])
            for value in entry.values():
                walk(value)
        elif isinstance(entry, list):
            for value in entry:
                walk(value)

    walk(yaml.safe_load((project.ROOT / "_toc.yml").read_text(encoding="utf8")))
    return found


@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_data_set_has_a_codebook_page_with_its_title(name):
    page = project.BOOK / "reference" / "data" / f"{name}.md"
    assert (
        page.read_text(encoding="utf8") == f"# {cases.describe(name).title}\n\n```{{codebook}} {name}\n```\n"
    )
    assert f"reference/data/{name}" in toc_pages()


def test_no_codebook_page_outlives_its_data():
    pages = {path.stem for path in (project.BOOK / "reference" / "data").glob("*.md")}
    assert pages == set(EVERY_CASE)


def pages_of_cards(site: Path) -> str:
    """The HTML of all parts' cards."""
    pages = sorted((site / "reference" / "models").glob("*.html"))
    return "".join(path.read_text(encoding="utf8") for path in pages)


def test_every_card_stands_on_the_built_page(site):
    html = pages_of_cards(site)
    for card_id in model_cards():
        assert f'id="model-{card_id}"' in html


def test_only_print_and_software_count_as_reproduced(site):
    numbers = cases.load("published_targets")
    assert set(numbers["kind"]) <= set(reference.KINDS)
    assert {kind for kind, words in reference.KINDS.items() if words.startswith("reproduced")} == {
        "print",
        "software",
    }
    html = pages_of_cards(site)
    shown = html.count("reproduced from print") + html.count("reproduced from another implementation")
    used = [target for card, _ in model_cards().values() for target in card.targets]
    expected = sum(
        numbers.query("kind in ['print', 'software'] and id == @target").shape[0] for target in used
    )
    assert shown == expected


def test_pictures_of_columns_count_every_known_value():
    numbers = pd.Series([1.0, 1.0, 2.0, 9.0, None])
    counts, words = reference.bars_of(numbers)
    assert sum(counts) == 4
    assert words == "from 1 to 9, half below 1.5"
    counts, words = reference.bars_of(pd.Series(["a", "b", "a", "c", "d", "e"]))
    assert counts == [2, 1, 1, 1, 1]
    assert words.startswith("a 2, ")
    assert words.endswith("and 1 more")
