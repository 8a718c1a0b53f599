"""What all lesson directives share."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes

from course_tools.sphinx_ext.lesson.elements import HtmlElement, element

if TYPE_CHECKING:
    from collections.abc import Callable

    from course_tools.sphinx_ext.lesson.domain import LessonDomain

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def slug(text: str) -> str:
    """An id in lower-case letters, digits and hyphens.

    Raises:
        ValueError: if it is anything else.
    """
    if not _SLUG.fullmatch(text):
        raise ValueError(f"must be lower-case letters, digits and hyphens, got {text!r}")
    return text


def minutes(text: str) -> int:
    """A whole number of minutes, at least one.

    Raises:
        ValueError: if it is anything else.
    """
    if not text.isdecimal() or not int(text):
        raise ValueError(f"must be a whole number of minutes, at least one, got {text!r}")
    return int(text)


def number(text: str) -> float:
    """A finite number.

    Raises:
        ValueError: if it is anything else.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"must be a number, got {text!r}")
    return value


def words(text: str) -> str:
    """A text that is not empty.

    Raises:
        ValueError: if it is.
    """
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


def one_of(*allowed: str) -> Callable[[str], str]:
    """A reader of one of some words."""

    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, got {text!r}")
        return text

    return read


class LessonDirective(SphinxDirective):
    """A directive whose body and texts are the chapter's own Markdown."""

    has_content = True
    # MyST warns of a bad option and drops it, after which it would be missing as well: so each directive
    # takes its options as text and reads them itself, with one message for one mistake.
    converters: ClassVar[dict[str, Callable[[str], Any]]] = {}
    required_options: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Let the parser pass every option that the directive reads."""
        super().__init_subclass__()
        cls.option_spec = dict.fromkeys(cls.converters, directives.unchanged)

    def read_options(self) -> None:
        """Read the options in place, and fail unless the required ones are given.

        Raises:
            docutils.parsers.rst.DirectiveError: naming the option, its value and what is allowed.
        """
        for name in self.required_options:
            if name not in self.options:
                raise self.error(f"{self.name}: option ':{name}:' is missing")
        for name, text in self.options.items():
            try:
                self.options[name] = self.converters[name](text)
            except ValueError as error:
                raise self.error(f"{self.name}: option ':{name}:' {error}") from None

    def need_content(self, what: str) -> None:
        """Fail unless the directive has a body.

        Raises:
            docutils.parsers.rst.DirectiveError: saying what the body is for.
        """
        if not "".join(self.content).strip():
            raise self.error(f"{self.name}: the body is missing; write {what}")

    @property
    def lesson(self) -> LessonDomain:
        """What the lessons of the whole book have declared so far."""
        domain: Any = self.env.get_domain("lesson")
        return domain  # type: ignore[no-any-return]  # registered under that name

    @property
    def book(self) -> Path:
        """The source folder."""
        return Path(self.env.srcdir)

    def inline(self, text: str) -> list[nodes.Node]:
        """Markdown of one line as inline nodes."""
        children, messages = self.parse_inline(text)
        return [*children, *messages]

    def block(self, text: str) -> list[nodes.Node]:
        """Markdown of any length as block nodes."""
        return nested_parse_to_nodes(self.state, text, offset=0, allow_section_headings=False)

    def body(self) -> list[nodes.Node]:
        """The directive's own content as block nodes."""
        return nested_parse_to_nodes(
            self.state, self.content, offset=self.content_offset, allow_section_headings=False
        )


def paragraph(css: str, *children: nodes.Node | str) -> HtmlElement:
    """A paragraph with a class of its own."""
    return element("p", {"class": css}, *children)


def span(css: str, *children: nodes.Node | str) -> HtmlElement:
    """A run of text with a class of its own."""
    return element("span", {"class": css}, *children)


def without_scripts(text: str) -> HtmlElement:
    """A note for readers whose browser runs no scripts; the shell marks the page where one does."""
    return paragraph("se-note se-without-scripts", text)


def sign(character: str) -> HtmlElement:
    """A sign beside the word that says the same, for eyes only."""
    return element("span", {"class": "se-sign", "aria-hidden": "true"}, character)


def box(
    css: str, kicker: list[nodes.Node | str], title: list[nodes.Node], *children: nodes.Node, **ids: str
) -> HtmlElement:
    """A labelled box: a small line that says what it is, a title, and the content.

    Args:
        css: its class.
        kicker: the small line, such as "Activity, 5 minutes".
        title: inline nodes; may be empty.
        children: what follows.
        ids: ``id`` gives the box an anchor.
    """
    head = element("p", {"class": "se-box-head"}, span("se-kicker", *kicker))
    if title:
        head += [nodes.Text(" "), span("se-box-title", *title)]
    return element("div", {"class": f"se-box {css}", **ids}, head, *children)
