"""“Chapter 9” in a sentence is a link, as soon as the book has a chapter 9.

Authors write the words alone, so a text that speaks of a chapter still to come builds today and is linked
tomorrow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.transforms import SphinxTransform

from course_tools.sphinx_ext.lesson.claims import PAGES
from course_tools.sphinx_ext.reference import page_link

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_NUMBER = re.compile(r"\b([Cc]hapters? )(\d{1,2})\b")
_UNLINKED = (
    nodes.literal,
    nodes.literal_block,
    nodes.reference,
    nodes.title,
    nodes.raw,
    nodes.math,
    nodes.math_block,
)


class ChapterLinks(SphinxTransform):
    """Turn the mention of another chapter into a link to it."""

    default_priority = 700

    def apply(self, **kwargs: object) -> None:
        """Replace each mention in running text."""
        for text in list(self.document.findall(nodes.Text)):
            if not self._inside_link(text) and _NUMBER.search(text.astext()):
                text.parent.replace(text, self._parts(text.astext()))

    def _inside_link(self, node: nodes.Node) -> bool:
        while node.parent is not None:
            node = node.parent
            if isinstance(node, _UNLINKED) or node.tagname == "pending_xref":
                return True
        return False

    def _parts(self, text: str) -> list[nodes.Node]:
        parts: list[nodes.Node] = []
        start = 0
        for found in _NUMBER.finditer(text):
            number = int(found[2])
            page = PAGES[number - 1] if 0 < number <= len(PAGES) else ""
            if page not in self.env.found_docs or page == self.env.docname:
                continue
            # Sphinx writes a link only inside a text element, which a box's own paragraph is not.
            parts += [
                nodes.Text(text[start : found.start()]),
                nodes.inline("", "", page_link(page, found[0])),
            ]
            start = found.end()
        return [*parts, nodes.Text(text[start:])]


def setup(app: Sphinx) -> None:
    """Register the transform."""
    app.add_transform(ChapterLinks)
