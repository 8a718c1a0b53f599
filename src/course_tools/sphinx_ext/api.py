"""The API reference: signatures and docstrings of a module, read from the code itself."""

from __future__ import annotations

import importlib
import inspect
import re
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, ForwardRef

from docutils import nodes
from sphinx.pycode import ModuleAnalyzer

from course_tools.sphinx_ext.lesson.directive import LessonDirective, paragraph
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx

SECTIONS = ("Args", "Returns", "Yields", "Raises")
_HEADINGS = {"Args": "Arguments"}
# What the models declare for the book itself; the page of model cards shows it.
_NOT_SHOWN = ("CARDS",)
_HEAD = re.compile(rf"^({'|'.join(SECTIONS)}):$")
_ITEM = re.compile(r"^(\*{0,2}\w[\w.]*(?:, \*{0,2}\w[\w.]*)*): (.*)$")
_EXAMPLE = re.compile(r"(?:^>>> .*\n?(?:^(?!\s*$|>>> ).*\n?)*)+", re.MULTILINE)
_ADDRESS = re.compile(r"<(?:function |[\w.]*\.)?(\w+)(?: object)? at 0x[0-9a-f]+>")


@dataclass(frozen=True)
class Docstring:
    """A docstring in Google's style, taken apart.

    Args:
        text: all but the sections, examples included.
        sections: entries by section, each a name (empty under Returns) and what is said of it.
    """

    text: str
    sections: dict[str, list[tuple[str, str]]]


def taken_apart(docstring: str) -> Docstring:
    """Read a docstring in Google's style."""
    blocks: dict[str, list[str]] = {"": []}
    here = ""
    for line in inspect.cleandoc(docstring).splitlines():
        head = _HEAD.match(line)
        if head:
            here = head[1]
        elif here and line and not line.startswith(" "):
            here = ""  # text after a section, such as an example
        if not head:
            blocks.setdefault(here, []).append(line)
    sections = {name: _entries(name, lines) for name, lines in blocks.items() if name}
    return Docstring("\n".join(blocks[""]).strip(), sections)


def _entries(section: str, lines: list[str]) -> list[tuple[str, str]]:
    text = inspect.cleandoc("\n".join(["", *lines]))
    if section in ("Returns", "Yields"):
        return [("", text)]
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        item = _ITEM.match(line)
        if item:
            found.append((item[1], item[2]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line.strip()}")
    return found


def with_examples_fenced(text: str) -> str:
    """A docstring's text as Markdown: what a prompt shows becomes a block of code."""
    return _EXAMPLE.sub(lambda match: f"```pycon\n{match[0].strip()}\n```\n", text)


def public(module: ModuleType) -> dict[str, Any]:
    """What a module offers, by name: its ``__all__``, or what it defines without an underscore."""
    names = getattr(module, "__all__", None)
    if names is not None:
        return {name: getattr(module, name) for name in names if name not in _NOT_SHOWN}
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }


class _Bare(str):
    """An annotation as it is written, without quotes."""

    def __repr__(self) -> str:
        return str(self)


def written_signature(name: str, value: Callable[..., object]) -> str:
    """A call as the reference shows it, types as the code writes them; no machine's addresses in it."""
    try:
        call = inspect.signature(value)
    except ValueError:  # a built-in without one
        return name
    parameters = [one.replace(annotation=_bare(one.annotation)) for one in call.parameters.values()]
    returned = inspect.Signature.empty if inspect.isclass(value) else _bare(call.return_annotation)
    bare = call.replace(parameters=parameters, return_annotation=returned)
    return name + _ADDRESS.sub(lambda match: match[1], str(bare))


def _bare(annotation: object) -> object:
    if isinstance(annotation, ForwardRef):
        return _Bare(annotation.__forward_arg__)
    return _Bare(annotation) if isinstance(annotation, str) else annotation


class Api(LessonDirective):
    """The public names of a module, a section each, under the module's own docstring."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the sections.

        Raises:
            docutils.parsers.rst.DirectiveError: if there is no such module.
        """
        try:
            module = importlib.import_module(self.arguments[0])
        except ModuleNotFoundError:
            raise self.error(f"api: no module {self.arguments[0]!r}") from None
        self.env.note_dependency(str(module.__file__))
        explained = ModuleAnalyzer.for_module(module.__name__).find_attr_docs()
        made = self.block(with_examples_fenced(inspect.getdoc(module) or ""))
        for name, value in public(module).items():
            own = inspect.isroutine(value) or inspect.isclass(value)
            text = inspect.getdoc(value) if own else "\n".join(explained.get(("", name), [])).strip()
            made.append(self.entry(f"{module.__name__}.{name}", name, value, text or ""))
        return made

    def entry(self, path: str, name: str, value: object, text: str) -> nodes.section:
        """A section for one name: signature, docstring, and the methods of a class."""
        anchor = "api-" + path.removeprefix("service_encounter.").replace(".", "-").replace("_", "-")
        section = nodes.section(ids=[anchor])
        section += nodes.title("", "", nodes.literal("", name))
        if inspect.isroutine(value) or (inspect.isclass(value) and not _without_call(value)):
            section += element("pre", {"class": "se-signature"}, written_signature(name, value))
        doc = taken_apart(text)
        section += self.block(with_examples_fenced(doc.text))
        for heading, entries in doc.sections.items():
            section += self.listed(heading, entries)
        if inspect.isclass(value):
            for method, function in vars(value).items():
                described = inspect.getdoc(function)
                if not method.startswith("_") and _is_member(function) and described:
                    shown = f"{name}.{method}"
                    if not isinstance(function, property):
                        shown = written_signature(shown, getattr(value, method))
                    section += self.member(shown, described)
        return section

    def listed(self, heading: str, entries: list[tuple[str, str]]) -> list[HtmlElement]:
        """A section of a docstring, its names beside what is said of them."""
        facts = element("dl", {"class": "se-card-facts"})
        for name, text in entries:
            facts += element("dt", {}, nodes.literal("", name) if name else heading)
            facts += element("dd", {}, *self.inline(" ".join(text.split())))
        heads = (
            [paragraph("se-card-heading", _HEADINGS.get(heading, heading))]
            if entries and entries[0][0]
            else []
        )
        return [*heads, facts]

    def member(self, call: str, text: str) -> HtmlElement:
        """A method or property of a class."""
        doc = taken_apart(text)
        facts = [node for heading, entries in doc.sections.items() for node in self.listed(heading, entries)]
        return element(
            "div",
            {"class": "se-member"},
            element("pre", {"class": "se-signature"}, call),
            *self.block(with_examples_fenced(doc.text)),
            *facts,
        )


def _without_call(value: type) -> bool:
    """Whether nobody makes one by calling it: a protocol, or an error."""
    return issubclass(value, Exception) or getattr(value, "_is_protocol", False)


def _is_member(value: object) -> bool:
    return inspect.isfunction(value) or isinstance(value, property | classmethod | staticmethod)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("api", Api)
