"""Numbers for the text: what a cell keeps is what the page prints, to the sign and the last zero."""

from __future__ import annotations

from ast import literal_eval

import pytest
from IPython.utils.capture import capture_output

from service_encounter.prose import glue


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
def test_the_page_prints_what_the_cell_kept(value, decimals, words):
    with capture_output() as captured:
        glue("name", value, decimals)
    (output,) = captured.outputs
    # The page reads the text as a Python literal.
    assert literal_eval(output.data["application/papermill.record/text/plain"]) == words
    assert output.metadata["scrapbook"]["name"] == "name"
