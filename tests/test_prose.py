"""Numbers for the text: what a cell keeps is what the page prints, to the sign and the last zero."""

from __future__ import annotations

from ast import literal_eval

import pytest

from service_encounter import prose


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (1.4, 2, "1.40"),
        (3763, 0, "3,763"),
        (-2.5, 1, "\N{MINUS SIGN}2.5"),
        ("three in ten", 0, "three in ten"),
        ('a "quoted" word', 0, 'a "quoted" word'),
    ],
)
def test_the_page_prints_what_the_cell_kept(monkeypatch, value, decimals, words):
    shown = []
    monkeypatch.setattr(prose, "display", lambda data, raw, metadata: shown.append((data, raw, metadata)))
    prose.glue("name", value, decimals)
    ((data, raw, metadata),) = shown
    # The page reads the text as a Python literal.
    assert literal_eval(data["application/papermill.record/text/plain"]) == words
    assert raw
    assert metadata["scrapbook"]["name"] == "name"
