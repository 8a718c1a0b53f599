"""Formulas become MathML when the book is built, so that no page loads a formula renderer.

MathJax runs in Node: once for all new formulas of a build, its results kept by a hash of the TeX.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.util import logging

from course_tools import page_assets, project

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator

CONVERTER = Path(__file__).parent.parent / "page" / "mathml.mjs"
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Formula:
    """TeX without delimiters, and whether it stands on its own."""

    tex: str
    display: bool

    @property
    def key(self) -> str:
        """Name in the cache; a changed converter makes new names."""
        digest = hashlib.sha256(CONVERTER.read_bytes())
        digest.update(json.dumps([self.tex, self.display]).encode())
        return digest.hexdigest()[:24]


class FormulaError(ValueError):
    """TeX that MathJax refuses; the message is MathJax's."""


def formula_of(node: nodes.math | nodes.math_block) -> Formula:
    """What a math node of docutils or Sphinx asks to be drawn."""
    text = node.astext().strip()
    if isinstance(node, nodes.math):
        return Formula(text, display=False)
    if node.get("nowrap"):
        return Formula(text, display=True)
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    rows = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    if len(rows) == 1:
        return Formula(rows[0], display=True)
    tex = r"\begin{gathered}" + r"\\".join(rows) + r"\end{gathered}"
    return Formula(tex, display=True)


def _kept(formula: Formula) -> Path:
    return project.CACHE / "math" / f"{formula.key}.json"


def convert(formulas: Iterable[Formula]) -> None:
    """Turn the formulas into MathML and keep the results; those already kept cost nothing.

    Raises:
        PageAssetsError: if Node cannot be run.
    """
    missing = [formula for formula in dict.fromkeys(formulas) if not _kept(formula).exists()]
    if not missing:
        return
    answer = page_assets.run_node(
        project.CACHE,
        ["--input-type=module", "-e", CONVERTER.read_text(encoding="utf-8")],
        stdin=json.dumps([asdict(formula) for formula in missing]),
    )
    for formula, result in zip(missing, json.loads(answer), strict=True):
        path = _kept(formula)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


def mathml(formula: Formula) -> str:
    """The formula as a ``<math>`` element that carries its TeX as ``alttext``.

    Raises:
        FormulaError: if MathJax cannot read the TeX.
        PageAssetsError: if Node cannot be run.
    """
    convert([formula])
    result = json.loads(_kept(formula).read_text(encoding="utf-8"))
    if "error" in result:
        raise FormulaError(result["error"])
    return cast("str", result["mathml"])


def _formulas(doctree: nodes.document) -> Iterator[Formula]:
    for node in doctree.findall():
        if isinstance(node, nodes.math | nodes.math_block):
            yield formula_of(node)


def _collect(app: Sphinx, doctree: nodes.document) -> None:
    found: dict[str, list[Formula]] = app.env.__dict__.setdefault("service_encounter_formulas", {})
    found[app.env.docname] = list(_formulas(doctree))


def _merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    found = env.__dict__.setdefault("service_encounter_formulas", {})
    theirs = other.__dict__.get("service_encounter_formulas", {})
    found.update({name: theirs[name] for name in docnames if name in theirs})


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    env.__dict__.get("service_encounter_formulas", {}).pop(docname, None)


def _convert_all(app: Sphinx, env: BuildEnvironment) -> None:
    if app.builder.format == "html":
        found: dict[str, list[Formula]] = env.__dict__.get("service_encounter_formulas", {})
        convert(formula for formulas in found.values() for formula in formulas)


def _draw(self: HTML5Translator, node: nodes.math | nodes.math_block) -> str:
    formula = formula_of(node)
    try:
        return mathml(formula)
    except FormulaError as problem:
        _LOGGER.error("MathJax cannot read the formula %s: %s", formula.tex, problem, location=node)
        return f"<code>{html.escape(formula.tex)}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula within a line."""
    self.body.append(_draw(self, node))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on its own line, in a box that scrolls, with its number and its anchor."""
    self.body.append(self.starttag(node, "div", CLASS="se-equation"))
    self.body.append(f'<div class="se-scroll" data-se-name="Equation">{_draw(self, node)}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({node["number"]})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def _configure(app: Sphinx, config: Config) -> None:
    config.html_math_renderer = "mathml"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and the collecting of formulas with Sphinx."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("config-inited", _configure, priority=900)
    app.connect("doctree-read", _collect)
    app.connect("env-merge-info", _merge)
    app.connect("env-purge-doc", _purge)
    app.connect("env-updated", _convert_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
