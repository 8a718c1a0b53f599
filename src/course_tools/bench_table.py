"""The table of measurements: its rows, and how it is written."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

_PLACE = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured and what came out, with its unit."""

    what: str
    result: str


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, with the machine they were measured on."""
    lines = ["| What | Measured |", "| --- | --- |", *(f"| {row.what} | {row.result} |" for row in rows)]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return "\n".join([*lines, "", f"Measured on {machine}, Python {platform.python_version()}.", ""])


def write(text: str, file: Path) -> None:
    """Put the table between the file's marks, in place of the last one."""
    old = file.read_text(encoding="utf-8")
    file.write_text(_PLACE.sub(lambda match: f"{match[1]}{text}{match[2]}", old), encoding="utf-8")
