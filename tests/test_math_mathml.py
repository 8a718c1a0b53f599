"""Formulas become MathML at build time, in one call of Node, and bad TeX stops the build."""

from __future__ import annotations

import io
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from docutils import nodes
from sphinx.application import Sphinx

from course_tools import page_assets, project
from course_tools.sphinx_ext import math
from course_tools.sphinx_ext.math import Formula, FormulaError


def drawn(tex: str, *, display: bool = True) -> ET.Element:
    """The formula's ``<math>`` element; it must be well-formed."""
    return ET.fromstring(math.mathml(Formula(tex, display)).replace("&#xA0;", " "))


def test_a_fraction_is_a_fraction_and_carries_its_tex() -> None:
    element = drawn(r"\frac{e^{V_i}}{\sum_j e^{V_j}} < 1")
    assert element.find(".//mfrac") is not None
    assert element.get("display") == "block"
    assert element.get("alttext") == r"\frac{e^{V_i}}{\sum_j e^{V_j}} < 1"


def test_a_formula_in_a_line_is_not_a_block() -> None:
    assert drawn("x", display=False).get("display") is None


def test_aligned_columns_are_aligned_by_style_as_browsers_ignore_columnalign() -> None:
    cells = drawn(r"\begin{aligned} a &= b \\ &= c \end{aligned}").findall(".//mtd")
    sides = [(cell.get("style") or "").split(";")[0] for cell in cells]
    assert sides == ["text-align:right", "text-align:left"] * 2


def test_cases_keep_a_stretching_brace() -> None:
    element = drawn(r"f = \begin{cases} b & x > 0 \\ 0 & \text{else} \end{cases}")
    assert [mo.text for mo in element.findall(".//mo") if mo.text == "{"] == ["{"]
    assert len(element.findall(".//mtr")) == 2


@pytest.mark.parametrize(
    ("tex", "complaint"),
    [
        (r"\frac{1}{", "Missing close brace"),
        (r"\nosuch{x}", r"Undefined control sequence \nosuch"),
        ("x^2^3", "Double exponent"),
    ],
)
def test_bad_tex_is_refused_in_mathjax_own_words(tex: str, complaint: str) -> None:
    with pytest.raises(FormulaError) as problem:
        math.mathml(Formula(tex, display=True))
    assert complaint in str(problem.value)


def test_new_formulas_of_a_build_take_one_call_and_known_ones_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls = []

    def run_node(cache: Path, arguments: list[str], *, stdin: str = "") -> str:
        calls.append(json.loads(stdin))
        return json.dumps([{"mathml": "<math></math>"} for _ in calls[-1]])

    monkeypatch.setattr(project, "CACHE", tmp_path)
    monkeypatch.setattr(page_assets, "run_node", run_node)
    formulas = [Formula(letter, display=False) for letter in "abca"]
    math.convert(formulas)
    math.convert(formulas)
    assert [[formula["tex"] for formula in call] for call in calls] == [["a", "b", "c"]]
    assert math.mathml(formulas[0]) == "<math></math>"


def test_several_lines_of_a_block_are_kept_as_lines() -> None:
    block = nodes.math_block("", "a = b \\\\ c = d\n\ne = f")
    assert len(ET.fromstring(math.mathml(math.formula_of(block))).findall(".//mtr")) >= 3


def build(folder: Path, text: str) -> tuple[str, str]:
    """Build one Markdown page with the renderer alone; returns its HTML and the warnings."""
    source = folder / "source"
    source.mkdir()
    (source / "conf.py").write_text(
        "extensions = ['myst_parser', 'mathml_alone']\nmyst_enable_extensions = ['dollarmath', 'amsmath']\n"
        "html_theme = 'basic'\nroot_doc = 'index'\n"
    )
    (source / "index.md").write_text(text)
    warnings = io.StringIO()
    app = Sphinx(source, source, folder / "out", folder / "trees", "html", status=None, warning=warnings)
    app.build()
    return (folder / "out" / "index.html").read_text(encoding="utf-8"), warnings.getvalue()


@pytest.fixture(autouse=True)
def _renderer_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the renderer an extension under a name that a configuration can give."""
    monkeypatch.setitem(sys.modules, "mathml_alone", math)


def test_numbered_equations_keep_number_anchor_and_reference(tmp_path: Path) -> None:
    page, warnings = build(
        tmp_path, "# T\n\n```{math}\n:label: logit\nP = \\frac{a}{b}\n```\n\nSee {eq}`logit`, $x$.\n"
    )
    assert warnings == ""
    assert 'id="equation-logit"' in page
    assert '<span class="eqno">(1)' in page
    assert 'href="#equation-logit"' in page
    assert page.count("<math") == 2
    assert "://" not in page.split("<body")[0]  # no renderer is fetched


def test_bad_tex_names_file_line_and_formula(tmp_path: Path) -> None:
    _, warnings = build(tmp_path, "# T\n\nWords.\n\n$$\n\\frac{1}{\n$$\n")
    assert "index.md:5" in warnings
    assert r"\frac{1}{" in warnings
    assert "Missing close brace" in warnings
