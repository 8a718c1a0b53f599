"""The theme's colours: readable in both schemes, and told apart by readers who do not see all of them."""

from __future__ import annotations

import re

import cvdsafe
import pytest

from course_tools import page_assets
from service_encounter.figures import theme

TOKENS = (page_assets.SOURCES / "css" / "tokens.css").read_text(encoding="utf-8")
PAIRS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(r"--se-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
}
SCHEMES = ("light", "dark")
ACTS = ("orientation", "before", "during", "design", "after", "capstone", "accent")
CODE = ("code-word", "code-string", "code-number", "code-name")
CHART = tuple(f"c{number}" for number in range(1, 7))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", ["paper", "surface"])
@pytest.mark.parametrize("name", ["ink", "muted", "good", "bad", "warn", *ACTS, *CODE])
def test_text_is_readable_on_paper_and_surface(name: str, ground: str, scheme: str) -> None:
    assert cvdsafe.contrast_ratio(PAIRS[name][scheme], PAIRS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ACTS)
def test_words_on_the_accent_are_readable(name: str, scheme: str) -> None:
    assert cvdsafe.contrast_ratio(PAIRS["accent-ink"][scheme], PAIRS[name][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_behind_the_line_of_visibility_are_readable(scheme: str) -> None:
    assert cvdsafe.contrast_ratio(PAIRS["backstage-ink"][scheme], PAIRS["backstage"][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", [*CHART, "edge", "focus"])
def test_graphics_and_outlines_stand_out(name: str, scheme: str) -> None:
    grounds = ["paper"] if name in CHART else ["paper", "surface"]
    for ground in grounds:
        assert cvdsafe.contrast_ratio(PAIRS[name][scheme], PAIRS[ground][scheme]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_chart_colours_are_told_apart_by_all_readers(scheme: str) -> None:
    found = cvdsafe.check_palette([PAIRS[name][scheme] for name in CHART])
    assert found["pass"], found["types"]


def test_a_notebook_draws_in_the_colours_of_the_light_page() -> None:
    used = [theme.INK, theme.MUTED, theme.GRID, theme.PAPER, *theme.SERIES]
    for colour in used:
        name, fallback = re.fullmatch(r"var\(--se-([\w-]+), (#\w{6})\)", colour).groups()
        assert PAIRS[name]["light"] == fallback, name


def test_figures_in_a_dark_notebook_have_the_colours_of_the_dark_page() -> None:
    assert set(CHART) < set(theme.DARK)
    assert {name: PAIRS[name]["dark"] for name in theme.DARK} == theme.DARK
