"""A chapter's resolved document tree and its code as the cells of a notebook."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from docutils import nodes
from nbformat import NotebookNode

from course_tools.notebooks.markdown import block, css, flow, folded, inline, listed, quoted, tagged
from course_tools.notebooks.questions import render_question
from course_tools.sphinx_ext.lesson.elements import HtmlElement

Cell: TypeAlias = dict[str, Any]

BOOK = "The Service Encounter: Before, During, After"
# Code that a reader need not see first: Jupyter folds it, and it runs like the rest.
_FOLDED = frozenset({"hide-input", "remove-input", "remove-cell"})
_NOTES = "*Your notes: click twice here and write.*"
_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_EMPTY_FOLD = re.compile(r"<details>\n<summary>[^<]*, continued</summary>\s*</details>\s*")
_MINUTES = re.compile(r", (\d+) minutes?$")
_VERSION_CHECK = """\
from importlib.metadata import PackageNotFoundError, version

try:
    installed = version("service-encounter")
except PackageNotFoundError:
    installed = "missing"
if installed != "{version}":
    raise ImportError(f"This notebook needs service_encounter {version}, which is {{installed}} here: "
                      "pip install {wheel}")
"""


@dataclass(frozen=True)
class About:
    """What a notebook says of itself.

    Args:
        number: of the chapter.
        edition: ``student`` or ``instructor``.
        version: of the book and its package.
        wheel: file name of the package.
    """

    number: int
    edition: str
    version: str
    wheel: str


def make_notebook(doctree: nodes.document, code: Sequence[NotebookNode], about: About) -> dict[str, Any]:
    """The chapter as the content of an ``.ipynb`` without outputs, the same for the same chapter.

    Args:
        doctree: resolved.
        code: the notebook's cells as myst-nb read them; places in it are those that the tree's cells name.
        about: the chapter and the edition.

    Raises:
        UnknownNodeError: if something in the chapter has no rendering.
    """
    made = _Cells(code, instructor=about.edition == "instructor")
    made.walk(doctree.children)
    made.finish()
    title = inline(next(iter(doctree.findall(nodes.title))).children)
    cells = [*_head(title, about), *made.cells]
    if made.instructor:
        cells.insert(1, _text_cell(_plan(made.minutes)))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": [cell | {"id": name} for name, cell in zip(_names(cells), cells, strict=True)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _head(title: str, about: About) -> list[Cell]:
    text = (
        f"**{about.edition.capitalize()} edition** of *{BOOK}*, version {about.version}\n\n"
        f"# Chapter {about.number}: {title}\n\n"
        f"This notebook needs this version's package. "
        f"Download `{about.wheel}` from the chapter's page in the book and, where the file lies, install it: "
        f"`python -m pip install {about.wheel}`. After that no network is needed.\n\n"
        "Run the cells from top to bottom. Where three dots stand, your answer goes. "
        "Text and our own data: CC BY 4.0. Code: MIT licence."
    )
    checking = _VERSION_CHECK.format(version=about.version, wheel=about.wheel)
    return [
        _text_cell(text),
        _code_cell(f"{checking}\nfrom service_encounter import check", ["remove-cell"]),
    ]


def _plan(minutes: Sequence[tuple[str, int]]) -> str:
    rows = [f"| {title} | {time} |" for title, time in minutes]
    total = sum(time for _, time in minutes)
    head = "| What the chapter sets | Minutes |\n| --- | --- |"
    return "\n".join([head, *rows, f"| **All** | **{total}** |"])


def _names(cells: Iterable[Cell]) -> Iterator[str]:
    """Ids from what the cells hold, so that an edit elsewhere does not change them."""
    met: Counter[str] = Counter()
    for cell in cells:
        digest = hashlib.sha256("".join([cell["cell_type"], "\n", *cell["source"]]).encode()).hexdigest()[:12]
        met[digest] += 1
        yield digest if met[digest] == 1 else f"{digest}-{met[digest]}"


def _text_cell(source: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}


def _code_cell(source: str, tags: Sequence[str] = ()) -> Cell:
    metadata: dict[str, Any] = {"tags": list(tags)} if tags else {}
    if _FOLDED.intersection(tags):
        metadata["jupyter"] = {"source_hidden": True}
    lines = source.splitlines(keepends=True)
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": lines,
    }


@dataclass
class _Cells:
    """Cells made so far, and text that still waits for the end of its cell."""

    code: Sequence[NotebookNode]
    instructor: bool
    cells: list[Cell] = field(default_factory=list)
    minutes: list[tuple[str, int]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    next_code: int = 0
    open_folds: int = 0
    summary: str = ""
    works: list[str] = field(default_factory=list)
    solutions: list[tuple[str, HtmlElement]] = field(default_factory=list)

    def walk(self, children: Iterable[nodes.Node], level: int = 0) -> None:
        """Add nodes in their order."""
        for node in children:
            if isinstance(node, nodes.section):
                self.walk(node.children, level + 1)
            elif isinstance(node, nodes.title):
                self.heading(node, level)
            elif isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
                self.chapter_code(node["cell_index"] + 1)
            elif isinstance(node, nodes.container) and isinstance(node.next_node(), nodes.citation):
                self.works += [block(work) for work in node.children]
            elif "se-box" in css(node):
                assert isinstance(node, HtmlElement)
                self.box(node)
            else:
                self.write(block(node))
                if isinstance(node, nodes.raw):
                    # What follows a closed fold would stand too near to it in one cell.
                    self.part()

    def finish(self) -> None:
        """Add code that stands after all text, solutions where they belong, and the works cited."""
        self.chapter_code(len(self.code))
        # At the end, since a solution may give a name of the chapter's another value.
        for key, fold in self.solutions if self.instructor else ():
            self.solution(key, fold)
        if self.works:
            self.write(f"## Works cited in this chapter\n\n{listed(self.works)}")
        self.end_text()

    def heading(self, node: nodes.title, level: int) -> None:
        """Begin a cell with a heading; the chapter's own title stands in the first cell."""
        self.part()
        if level > 1:
            self.write(f"{'#' * level} {inline(node.children)}")

    def write(self, text: str) -> None:
        """Add text to the cell at hand."""
        if text.strip():
            self.text.append(text)
            self.open_folds += text.count("<details") - text.count("</details")
            self.summary = next(iter(_SUMMARY.findall(text)), self.summary)

    def part(self) -> None:
        """End the cell at hand, unless a fold that is open would be torn."""
        if not self.open_folds:
            self.end_text()

    def end_text(self) -> None:
        """Make a cell of the text that waits."""
        text = _EMPTY_FOLD.sub("", "\n\n".join(self.text)).strip()
        if text:
            self.cells.append(_text_cell(text))
        self.text = []

    def add_code(self, source: str, tags: Sequence[str] = ()) -> None:
        """Add a code cell."""
        self.end_text()
        self.cells.append(_code_cell(source, tags))

    def chapter_code(self, end: int) -> None:
        """Add the chapter's code up to a place, with what stands before it and does not show on the page."""
        for cell in self.code[self.next_code : end]:
            if cell.cell_type == "code":
                tags = cell.metadata.get("tags", [])
                if self.open_folds:
                    self.folded_code(cell.source, tags)
                else:
                    self.add_code(cell.source, tags)
        self.next_code = max(self.next_code, end)

    def folded_code(self, source: str, tags: Sequence[str]) -> None:
        """Add code out of a fold that is open: Jupyter folds the cell itself, and the text goes on in a fold."""
        summary = self.summary
        self.write("</details>")
        self.add_code(source, tags)
        self.cells[-1]["metadata"]["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
        self.write(f"<details>\n<summary>{summary.strip()}, continued</summary>")

    def box(self, node: HtmlElement) -> None:
        """Add a box, in cells of its own."""
        self.part()
        self.count_minutes(node)
        classes = css(node)
        if "se-exercise" in classes:
            self.exercise(node)
        elif "se-predict" in classes:
            self.prediction(node)
        elif "se-quiz" in classes:
            self.quiz(node)
        else:
            self.write(block(node))
            if classes & {"se-activity", "se-discussion"}:
                self.part()
                self.write(_NOTES)
        self.part()

    def count_minutes(self, node: HtmlElement) -> None:
        """Note how long a box takes, where it says so."""
        kickers = [span for span in tagged(node, "span") if "se-kicker" in css(span)][:1]
        titles = [span for span in tagged(node, "span") if "se-box-title" in css(span)][:1]
        for kicker in kickers:
            found = _MINUTES.search(kicker.astext())
            if found:
                title = "".join(inline(one.children) for one in titles).replace("|", r"\|")
                self.minutes.append((f"{kicker.astext()[: found.start()]}: {title}", int(found[1])))

    def exercise(self, node: HtmlElement) -> None:
        """Add the task and a blank that is checked."""
        key = str(node["attributes_of_tag"]["id"]).removeprefix("exercise-")
        task = node.deepcopy()
        solution = next(one for one in tagged(task, "details") if "se-solution" in css(one))
        call = next(one for one in tagged(task, "div") if "se-check-call" in css(one))
        for extra in (solution, call):
            extra.parent.remove(extra)
        self.write(block(task))
        self.add_code(f'answer = ...\n\ncheck.exercise("{key}", answer)')
        self.solutions.append((key, solution))

    def solution(self, key: str, fold: HtmlElement) -> None:
        """Add a solution that runs, and the proof that its answer is right."""
        self.write(f"## Solution: {key}")
        body = next(one for one in tagged(fold, "div") if "se-solution-body" in css(one))
        for part in body.children:
            if isinstance(part, nodes.literal_block):
                self.add_code(part.astext())
            else:
                self.write(block(part))
        self.add_code(f'verdict = check.exercise("{key}", answer)\nassert verdict.right, verdict\nverdict')

    def prediction(self, node: HtmlElement) -> None:
        """Add the question, a blank for the guess, and what came out, folded."""
        legend = inline(tagged(node, "legend")[0].children)
        labels = [inline(label.children) for label in tagged(node, "label")]
        if node["attributes_of_tag"]["data-kind"] == "choice":
            self.write(quoted(f"{legend}\n\n{listed(labels, numbered=True)}"))
            self.add_code("guess = ...  # the number of one line")
        else:
            unit = next(span.astext() for span in tagged(node, "span") if "se-unit" in css(span))
            self.write(quoted(f"{legend}\n\n{labels[0]}, {unit}"))
            self.add_code(f"guess = ...  # {unit}")
        outcome = next(one for one in tagged(node, "div") if "se-outcome" in css(one))
        self.write(folded("What came out", flow(outcome.children)))

    def quiz(self, node: HtmlElement) -> None:
        """Add questions, each with a cell that marks an answer; for instructors the key too."""
        heads = [one for one in tagged(node, "p") if "se-box-head" in css(one)]
        self.write(flow(heads[:1]))
        for form in tagged(node, "form"):
            question = render_question(form)
            self.write(question.text)
            self.add_code(question.code)
            if self.instructor:
                self.write(question.key)
                self.part()
