"""nbval's notebook and cell, for a page of Markdown with its outputs kept beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import pytest
from jupytext.myst import MystMetadataParsingError, myst_to_notebook
from nbformat import NotebookNode
from nbformat.validator import NotebookValidationError
from nbval.plugin import (
    IPyNbCell,
    IPyNbFile,
    NbCellError,
    coalesce_streams,
    find_comment_markers,
    find_metadata_tags,
)

from course_tools.nbval_plugin.canonical import Output, canonical_outputs
from course_tools.nbval_plugin.records import (
    CellRecord,
    RecordError,
    match,
    pretty,
    read_records,
    record_path,
    write_records,
)

_KERNEL_HEADER = re.compile(r"\A---\n.*?^kernelspec:.*?^---$", re.DOTALL | re.MULTILINE)
_CODE_CELL = re.compile(r"^`{3,}\{code-cell\}", re.MULTILINE)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def is_notebook(page: Path) -> bool:
    """Whether the page is there, names a kernel and has a code cell."""
    if not page.is_file():
        return False
    text = page.read_text(encoding="utf-8")
    return bool(_KERNEL_HEADER.search(text) and _CODE_CELL.search(text))


@dataclass(frozen=True)
class Place:
    """Where a cell is in its page: lines of its fence and of its first line of code, from 1."""

    fence: int
    code: int


class MarkdownNotebook(IPyNbFile):  # type: ignore[misc]  # nbval ships no types
    """A page; its kernel starts with the first cell and ends with the last."""

    @property
    def accept(self) -> bool:
        """Whether the run records outputs instead of comparing them."""
        return bool(self.config.getoption("--accept"))

    @property
    def name_in_book(self) -> str:
        """Path of the page from the root of the checkout."""
        return Path(self.path).relative_to(self.config.rootpath).as_posix()

    @property
    def record_path(self) -> Path:
        """Where the page's outputs are recorded."""
        return record_path(self.config.rootpath, self.path)

    def collect(self) -> Iterator[MarkdownCell]:
        """Read the page and attach what was recorded of it.

        Raises:
            CollectError: if the front matter or the record cannot be read.
        """
        text = self.path.read_text(encoding="utf-8")
        try:
            self.nb = myst_to_notebook(text, add_source_map=True)
        except (MystMetadataParsingError, NotebookValidationError) as error:
            reason = str(error).partition("\n")[0]
            raise self.CollectError(f"{self.name_in_book}:1: not a MyST notebook: {reason}") from None
        places = [
            _place(text, *pair) for pair in zip(self.nb.cells, self.nb.metadata.source_map, strict=True)
        ]
        code = [pair for pair in zip(self.nb.cells, places, strict=True) if pair[0].cell_type == "code"]
        records = match([cell.source for cell, _ in code], self._records())
        self.cells = [
            MarkdownCell.from_parent(self, cell_num=number, cell=cell, place=place, record=record)
            for number, ((cell, place), record) in enumerate(zip(code, records, strict=True))
        ]
        yield from self.cells

    def _records(self) -> list[CellRecord]:
        try:
            return read_records(self.record_path)
        except RecordError as error:
            if self.accept:  # a broken record is written anew
                return []
            raise self.CollectError(str(error)) from None

    def setup(self) -> None:
        """Start the kernel in the figure mode of the published book."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SERVICE_ENCOUNTER_FIGURES", "page")
            super().setup()

    def teardown(self) -> None:
        """Stop the kernel; when accepting, write the record if every cell ran well."""
        super().teardown()
        if not self.accept or any(cell.failed for cell in self.cells):
            return
        records = [cell.fresh_record() for cell in self.cells if cell.test_outputs is not None]
        if (ran := len(records)) < (cells := len(self.cells)):
            pytest.fail(
                f"{self.name_in_book}: only {ran} of {cells} cells ran, so the record stays; "
                "accept whole pages",
                pytrace=False,
            )
        write_records(self.record_path, records)


class MarkdownCell(IPyNbCell):  # type: ignore[misc]  # nbval ships no types
    """A code cell, which knows its place in the Markdown and its record."""

    def __init__(
        self,
        parent: MarkdownNotebook,
        cell_num: int,
        cell: NotebookNode,
        place: Place,
        record: CellRecord | None,
    ) -> None:
        options = defaultdict(bool, find_metadata_tags(cell.metadata))
        options.update(find_comment_markers(cell.source))
        options["skip"] = False  # the page shows the cell, whatever nbval is told
        options["check"] = options.get("check", True) and not parent.accept
        super().__init__(f"line {place.fence}", parent, cell_num, cell, options)
        self.place = place
        self.record = record
        self.failed = False
        # nbval reads the cell as if it had been run and saved with its recorded outputs.
        cell.execution_count = 1
        cell.outputs = _nodes(self.recorded)

    @property
    def recorded(self) -> list[Output]:
        """Canonical outputs recorded of the cell."""
        return self.record.outputs if self.record else []

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the cell is: the line of its fence, counted from 0 as pytest does."""
        return self.path, self.place.fence - 1, f"{self.parent.name_in_book}:{self.place.fence}"

    def runtest(self) -> None:
        """Execute the cell and compare; what it writes to stderr would show on the page."""
        self.failed = True
        super().runtest()
        if self._stderr():
            self.raise_cell_error("the cell wrote to stderr")
        self.failed = False

    def _stderr(self) -> str:
        return "".join(output.text for output in self.test_outputs or [] if output.get("name") == "stderr")

    def _fresh(self) -> list[Output]:
        shown = [output for output in coalesce_streams(self.test_outputs) if output.get("name") != "stderr"]
        return canonical_outputs(shown, root=self.config.rootpath, recorded=self.recorded)

    def fresh_record(self) -> CellRecord:
        """What the cell gave in this run, where numbers that agree with the record keep its form."""
        return CellRecord.of(self.cell.source, self._fresh())

    def compare_outputs(
        self, test: list[NotebookNode], ref: list[NotebookNode], skip_compare: tuple[str, ...] | None = None
    ) -> bool:
        """Compare, as nbval does, the canonical form of the outputs with the record."""
        if self.record is None:
            self.raise_cell_error("no recorded output: run make accept, and read what it records")
        fresh = self._fresh()
        same: bool = super().compare_outputs(_nodes(fresh), ref, skip_compare)
        if not same:
            recorded, now = pretty([*self.recorded]).splitlines(), pretty([*fresh]).splitlines()
            self.comparison_traceback = list(unified_diff(recorded, now, "recorded", "now", n=2, lineterm=""))
        return same

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
        """The Markdown file and line, what is wrong, and the difference or the traceback."""
        error = excinfo.value
        if not isinstance(error, NbCellError):
            return f"{self.parent.name_in_book}:{self.place.fence}: {error!r}"
        detail = _ANSI.sub("", error.inner_traceback or "").strip()
        raised = re.search(r"Cell In\[\d+\], line (\d+)", detail)
        line = self.place.code + int(raised[1]) - 1 if raised else self.place.fence
        parts = [f"{self.parent.name_in_book}:{line}: {error}", detail, self._stderr()]
        return "\n".join(part for part in parts if part)


def _place(text: str, cell: NotebookNode, fence: int) -> Place:
    lines, source = text.splitlines(), cell.source.splitlines()
    below = (start for start in range(fence, len(lines)) if lines[start : start + len(source)] == source)
    return Place(fence=fence, code=next(below, fence) + 1)


def _nodes(outputs: list[Output]) -> list[NotebookNode]:
    return [NotebookNode(output) for output in outputs]  # type: ignore[no-untyped-call]  # nbformat's is untyped
