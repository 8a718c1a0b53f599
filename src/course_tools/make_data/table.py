"""Tables on their way into a CSV file, byte for byte the same on every machine."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | None


@dataclass(frozen=True)
class Table:
    """Column names and rows of text and whole numbers; None is an empty cell.

    Fractions come in as text from `fixed`, so that how many digits the file shows is decided where the
    number is made and not by the machine.

    Raises:
        ValueError: if a row is not as wide as the header.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row must have {len(self.columns)} cells, got {row}")

    def to_csv(self) -> bytes:
        """UTF-8 text with line feeds, quoted only where a comma or quote asks for it."""
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return stream.getvalue().encode("utf-8")


def fixed(value: float, places: int) -> str:
    """``value`` with that many decimals; minus zero is zero.

    >>> fixed(-0.001, 2)
    '0.00'
    """
    return f"{round(value, places) + 0.0:.{places}f}"
