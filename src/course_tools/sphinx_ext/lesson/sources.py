"""YAML that knows its lines, so that every complaint about a bank names file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class SourceError(ValueError):
    """Something is wrong in a source file.

    Args:
        path: the file.
        line: from 1.
        message: what is wrong and what is allowed.
    """

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{display(path)}:{line}: {message}")
        self.location = f"{display(path)}:{line}"
        self.message = message


def display(path: Path) -> str:
    """The path as messages write it: from the folder that holds ``book``, where there is one."""
    parts = path.resolve().parts
    return "/".join(parts[parts.index("book") :]) if "book" in parts else path.as_posix()


class Mapping(dict[str, Any]):
    """A YAML mapping with the line of each key."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__()
        self.path = path
        self.line = line
        self.lines: dict[str, int] = {}

    def error(self, message: str, key: str | None = None) -> SourceError:
        """A complaint about this mapping, at the line of ``key`` where it has one."""
        return SourceError(self.path, self.lines.get(key or "", self.line), message)


def read(path: Path) -> Any:  # noqa: ANN401  # YAML holds anything; the callers check
    """The content of a YAML file, its mappings as `Mapping`.

    Raises:
        SourceError: if the file is missing, does not parse, or a key occurs twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise SourceError(path, 1, "no such file") from None
    loader = yaml.CSafeLoader(text)
    try:
        root = loader.get_single_node()
        return None if root is None else _build(loader, root, path)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SourceError(path, line, f"not valid YAML: {error.problem}") from None
    finally:
        loader.dispose()


def _build(loader: yaml.CSafeLoader, node: yaml.Node, path: Path) -> Any:  # noqa: ANN401  # as above
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, child, path) for child in node.value]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node, deep=True)
    result = Mapping(path, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node))
        line = key_node.start_mark.line + 1
        if key in result:
            raise SourceError(path, line, f"{key!r} is given twice")
        result[key] = _build(loader, value_node, path)
        result.lines[key] = line
    return result


class Reader:
    """Takes the values of one entry, naming the entry in every complaint.

    Args:
        entry: a mapping from `read`.
        name: what to call it, such as ``"claim B11"``.
    """

    def __init__(self, entry: Mapping, name: str) -> None:
        self.entry = entry
        self.name = name

    def error(self, message: str, key: str | None = None) -> SourceError:
        """A complaint about this entry."""
        return self.entry.error(f"{self.name}: {message}", key)

    def keys(self, required: set[str], optional: set[str]) -> None:
        """Check that the entry has what it must and nothing unknown.

        Raises:
            SourceError: naming the key.
        """
        for key in self.entry:
            if key not in required | optional:
                raise self.error(
                    f"unknown key {key!r}; allowed are {', '.join(sorted(required | optional))}", key
                )
        missing = sorted(required - set(self.entry))
        if missing:
            raise self.error(f"{missing[0]!r} is missing")

    def text(self, key: str) -> str:
        """A text that is not empty.

        Raises:
            SourceError: if it is anything else.
        """
        value = self.entry.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{key!r} must be text, got {value!r}" + _quote_hint(value), key)
        return value.strip()

    def optional_text(self, key: str) -> str | None:
        """A text, or None for ``null`` or no entry.

        Raises:
            SourceError: if it is anything else.
        """
        return None if self.entry.get(key) is None else self.text(key)

    def number(self, key: str) -> float:
        """A finite number.

        Raises:
            SourceError: if it is anything else.
        """
        value = self.entry.get(key)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or value != value
            or abs(value) == float("inf")
        ):
            raise self.error(f"{key!r} must be a number, got {value!r}", key)
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where there is none.

        Raises:
            SourceError: if it is anything else.
        """
        value = self.entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(f"{key!r} must be a list of texts, got {value!r}" + _quote_hint(value), key)
        return tuple(item.strip() for item in value)

    def entries(self, key: str) -> list[Reader]:
        """A list of mappings, at least one.

        Raises:
            SourceError: if it is anything else.
        """
        value = self.entry.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
            raise self.error(f"{key!r} must be a list of entries, at least one", key)
        return [Reader(item, f"{self.name}, {key} {i}") for i, item in enumerate(value, 1)]

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of some words.

        Raises:
            SourceError: listing the words.
        """
        value = self.entry.get(key)
        if value not in allowed:
            raise self.error(f"{key!r} must be one of {', '.join(allowed)}, got {value!r}", key)
        return str(value)


def _quote_hint(value: object) -> str:
    items = value if isinstance(value, list) else [value]
    plain = any(isinstance(item, bool | int | float) for item in items)
    return " (put quotes around words such as yes and no, and around numbers)" if plain else ""
