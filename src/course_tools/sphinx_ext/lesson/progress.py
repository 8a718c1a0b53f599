"""The reader's own record: what the browser keeps, how to save it, bring it back, and clear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from course_tools.sphinx_ext.lesson.cards import scrolling
from course_tools.sphinx_ext.lesson.claims import PAGES
from course_tools.sphinx_ext.lesson.directive import LessonDirective, without_scripts
from course_tools.sphinx_ext.lesson.domain import lesson_domain
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class ProgressTable(nodes.General, nodes.Element):
    """Pages with their questions; filled once all pages are read."""


class Progress(LessonDirective):
    """The reader's progress by chapter, with buttons to save, load and clear it."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build the frame that scripts fill."""
        self.lesson.depend(self.env.docname)
        return [
            element(
                "div",
                {"class": "se-box se-progress", "data-se-progress-page": True},
                without_scripts("Your browser runs no scripts, so nothing is kept or shown here."),
                ProgressTable(""),
                element("div", {"class": "se-progress-panel"}),
            )
        ]


def _place(page: str) -> tuple[int, str]:
    """Chapters in the order of the book, then whatever else asks questions."""
    return (PAGES.index(page) if page in PAGES else len(PAGES), page)


def _table(app: Sphinx, docname: str) -> HtmlElement:
    pages: dict[str, dict[str, str]] = {}
    for key, question in lesson_domain(app.env).declared("questions").items():
        pages.setdefault(question["page"], {})[key] = question["digest"]
    assert app.builder is not None
    body = element("tbody", {})
    for page in sorted(pages, key=_place):
        asked = pages[page]
        uri = app.builder.get_relative_uri(docname, page)
        title = app.env.titles[page].astext()
        body += element(
            "tr",
            {"data-questions": " ".join(f"{key}:{digest}" for key, digest in sorted(asked.items()))},
            element("th", {"scope": "row"}, element("a", {"href": uri}, title)),
            element("td", {}, str(len(asked))),
            element("td", {"data-answered": True}, "\N{EN DASH}"),
            element("td", {"data-right": True}, "\N{EN DASH}"),
        )
    heads = [element("th", {"scope": "col"}, name) for name in ("Chapter", "Questions", "Answered", "Right")]
    caption = "Your answers by chapter"
    table = element(
        "table",
        {"class": "se-table"},
        element("caption", {}, caption),
        element("thead", {}, element("tr", {}, *heads)),
        body,
    )
    return scrolling(caption, table)


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(ProgressTable)):
        node.replace_self(_table(app, docname))


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_node(ProgressTable)
    app.add_directive("progress", Progress)
    app.connect("doctree-resolved", _resolve)
