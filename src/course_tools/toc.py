"""The table of contents, and whether its pages can be built at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import yaml

from course_tools.problems import BuildError, Problem

_FRONT_MATTER = re.compile(r"---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_BROKEN_FENCE = re.compile(r"`{3,}\{[\w-]+\}.*`")
_CODE_CELL = re.compile(r"^(?:`{3,}|~{3,}|:{3,})\{code-cell\}", re.MULTILINE)


class Entry(NamedTuple):
    """A page as the table of contents names it: without suffix, relative to the book."""

    page: str
    line: int


def entries(toc: Path) -> list[Entry]:
    """The pages of the table of contents, in its order, with the line where each stands.

    Raises:
        BuildError: if the file is missing or is not YAML.
    """
    try:
        root = yaml.compose(toc.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BuildError(f"{toc.name}: no such file") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BuildError(f"{toc.name}:{line}: not YAML: {error.problem}") from None
    return _walk(root)


def _walk(node: yaml.Node | None) -> list[Entry]:
    if isinstance(node, yaml.SequenceNode):
        return [entry for child in node.value for entry in _walk(child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    found = []
    for key, value in node.value:
        if key.value in ("root", "file"):
            found.append(Entry(value.value.removesuffix(".md"), value.start_mark.line + 1))
        else:
            found += _walk(value)
    return found


def problems(toc: Path, book: Path) -> list[Problem]:
    """What keeps the pages of the table of contents from being built.

    A page listed twice or missing; code cells without the header that makes Sphinx run them.

    Args:
        toc: the table of contents.
        book: the folder it refers to.

    Raises:
        BuildError: if the table of contents cannot be read.
    """
    found = []
    seen: dict[str, int] = {}
    for page, line in entries(toc):
        path = book / f"{page}.md"
        if page in seen:
            found.append(Problem(toc, line, f"{page} stands on line {seen[page]} already; list a page once"))
        elif not path.is_file():
            found.append(Problem(toc, line, f"no such page: {book.name}/{page}.md"))
        else:
            found += _header_problems(path) + _fence_problems(path)
        seen.setdefault(page, line)
    return found


def _fence_problems(path: Path) -> list[Problem]:
    """A directive that Markdown takes for text, silently, with all that it would have hidden."""
    return [
        Problem(
            path,
            line,
            "a ``` directive with a backtick in its first line is plain text to Markdown; "
            "write it between ::: lines",
        )
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _BROKEN_FENCE.match(text)
    ]


def _header_problems(path: Path) -> list[Problem]:
    """Without its header a chapter's cells would be printed and never run, and no tool would complain."""
    text = path.read_text(encoding="utf-8")
    if not _CODE_CELL.search(text):
        return []
    need = "it has code cells, so it must begin with a jupytext header (format_name: myst) and a kernelspec"
    matter = _FRONT_MATTER.match(text)
    if matter is None:
        return [Problem(path, 1, f"no header; {need}")]
    try:
        header = yaml.safe_load(matter[1])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        return [Problem(path, line, f"the header is not YAML: {error.problem}")]
    if not isinstance(header, dict):
        return [Problem(path, 1, f"the header is not a mapping; {need}")]
    if _entry(header, "jupytext", "text_representation", "format_name") != "myst":
        return [Problem(path, 1, f"the header lacks jupytext's format_name: myst; {need}")]
    if not _entry(header, "kernelspec", "name"):
        return [Problem(path, 1, f"the header lacks a kernelspec with a name; {need}")]
    return []


def _entry(header: object, *keys: str) -> object:
    for key in keys:
        header = header.get(key) if isinstance(header, dict) else None
    return header
