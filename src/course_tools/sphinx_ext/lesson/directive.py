"""What all lesson directives share."""

from __future__ import annotations

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


def slug(argument: str | None) -> str:
    """An id in lower-case letters, digits and hyphens.

    Raises:
        ValueError: if it is anything else.
    """
    text = directives.unchanged_required(argument)
    if not _SLUG.fullmatch(text):
        raise ValueError(f"an id is lower-case letters, digits and hyphens, got {text!r}")
    return text


def minutes(argument: str | None) -> int:
    """A whole number of minutes, at least one.

    Raises:
        ValueError: if it is anything else.
    """
    return directives.positive_int(argument)


class LessonDirective(SphinxDirective):
    """A directive whose body and texts are the chapter's own Markdown."""

    has_content = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {}
    required_options: ClassVar[tuple[str, ...]] = ()

    def need_options(self) -> None:
        """Fail unless the required options are given.

        Raises:
            docutils.parsers.rst.DirectiveError: naming the option.
        """
        for name in self.required_options:
            if name not in self.options:
                raise self.error(f"{self.name}: option ':{name}:' is missing")

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


def sign(character: str) -> HtmlElement:
    """A sign beside the word that says the same, for eyes only."""
    return element("span", {"class": "se-sign", "aria-hidden": "true"}, character)


def box(css: str, kicker: list[nodes.Node | str], title: list[nodes.Node], *children: nodes.Node, **ids: str) -> HtmlElement:
    """A labelled box: a small line that says what it is, a title, and the content.

    Args:
        css: its class.
        kicker: the small line, such as "Activity, 5 minutes".
        title: inline nodes; may be empty.
        children: what follows.
        ids: ``id`` gives the box an anchor.
    """
    head = element(
        "p", {"class": "se-box-head"}, span("se-kicker", *kicker), *([" ", span("se-box-title", *title)] if title else [])
    )
    return element("div", {"class": f"se-box {css}", **ids}, head, *children)
