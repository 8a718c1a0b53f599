"""The recorded outputs of a page: one readable JSON file a page, one entry a code cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from course_tools.nbval_plugin.canonical import Json, Output

_WIDTH = 100


class RecordError(ValueError):
    """A record cannot be read; the message names the file and the line."""


@dataclass(frozen=True)
class CellRecord:
    """What one code cell gave when its outputs were last accepted.

    Attributes:
        first_line: first line of the source, for whoever reads the record.
        source: hash of the whole source, by which cells are matched.
        outputs: canonical outputs.
    """

    first_line: str
    source: str
    outputs: list[Output]

    @classmethod
    def of(cls, source: str, outputs: list[Output]) -> CellRecord:
        """The record of a cell with this source."""
        return cls(_first_line(source), _digest(source), outputs)


def record_path(root: Path, page: Path) -> Path:
    """Where the record of a page lies: ``book/before/choice.md`` in ``tests/outputs/before/choice.json``."""
    return records_folder(root) / page.relative_to(root / "book").with_suffix(".json")


def records_folder(root: Path) -> Path:
    """Where all records of a checkout lie."""
    return root / "tests" / "outputs"


def read_records(path: Path) -> list[CellRecord]:
    """Read a record; a missing file is a record of no cells.

    Raises:
        RecordError: if the file is not a record, for instance after a merge.
    """
    if not path.exists():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [
            CellRecord(
                entry["cell"], entry["source"], [_joined_fields(output) for output in entry["outputs"]]
            )
            for entry in entries
        ]
    except json.JSONDecodeError as error:
        raise RecordError(f"{path}:{error.lineno}: not valid JSON ({error.msg}); run make accept") from None
    except (AttributeError, KeyError, TypeError) as error:
        raise RecordError(f"{path}:1: not a list of cell records ({error!r}); run make accept") from None


def write_records(path: Path, records: Sequence[CellRecord]) -> None:
    """Write a record, with texts as lists of lines, so that a change shows as the lines it touches."""
    entries: list[Json] = [
        {"cell": r.first_line, "outputs": [*r.outputs], "source": r.source} for r in records
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(pretty(entries) + "\n", encoding="utf-8", newline="\n")


def match(sources: Sequence[str], records: Sequence[CellRecord]) -> list[CellRecord | None]:
    """Find each cell's record by difference, so that an inserted cell costs no other cell its record.

    An edited cell keeps its record when its neighbours show which it was, or its first line does.
    """
    found: list[CellRecord | None] = [None] * len(sources)
    opcodes = SequenceMatcher(
        None, [record.source for record in records], [_digest(source) for source in sources], autojunk=False
    ).get_opcodes()
    for kind, old, old_end, new, new_end in opcodes:
        if kind == "equal" or (kind == "replace" and old_end - old == new_end - new):
            found[new:new_end] = records[old:old_end]
        elif kind == "replace":
            old_lines = [record.first_line for record in records[old:old_end]]
            new_lines = [_first_line(source) for source in sources[new:new_end]]
            same_lines = SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_matching_blocks()
            for a, b, size in same_lines:
                found[new + b : new + b + size] = records[old + a : old + a + size]
    return found


def pretty(value: Json, indent: int = 0) -> str:
    """JSON with sorted keys, where whatever fits on a line has one line."""
    value = _split(value)
    short = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if not isinstance(value, dict | list) or not value or (indent and indent + len(short) <= _WIDTH):
        return short
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {pretty(value[key], indent + 1)}" for key in sorted(value)]
        return "{\n" + ",\n".join(inner + item for item in items) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(inner + pretty(item, indent + 1) for item in value) + "\n" + " " * indent + "]"


def _split(value: Json) -> Json:
    """Text of several lines as an object of its own: a bare list could not be told from a JSON list."""
    if isinstance(value, str) and "\n" in value.rstrip("\n"):
        return {"lines of text": list(value.split("\n"))}
    return value


def _joined(value: Json) -> Json:
    match value:
        case {"lines of text": list(lines)}:
            return "\n".join(str(line) for line in lines)
        case list():
            return [_joined(item) for item in value]
        case dict():
            return _joined_fields(value)
    return value


def _joined_fields(value: dict[str, Json]) -> dict[str, Json]:
    return {key: _joined(item) for key, item in value.items()}


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _first_line(source: str) -> str:
    return source.strip().partition("\n")[0].strip()
