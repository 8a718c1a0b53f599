"""Glossary terms: a role that shows the definition where the word stands, and the page of all terms."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from course_tools.sphinx_ext.lesson.directive import LessonDirective, paragraph, span
from course_tools.sphinx_ext.lesson.domain import lesson_domain
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element
from course_tools.sphinx_ext.lesson.sources import SourceError

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_LOGGER = logging.getLogger(__name__)

LANGUAGES = {
    "es": ("Spanish", "ltr"),
    "he": ("Hebrew", "rtl"),
    "pl": ("Polish", "ltr"),
    "zh": ("Chinese", "ltr"),
}
_COLUMNS = ("term", "aliases", "definition", "page", *LANGUAGES)


@dataclass(frozen=True, kw_only=True)
class Term:
    """One term of the glossary.

    Args:
        term: in English.
        aliases: other words for it, in English.
        definition: one sentence.
        page: where it is taught.
        translations: by language code; an unsure one ends in ``?``.
    """

    term: str
    aliases: tuple[str, ...]
    definition: str
    page: str
    translations: Mapping[str, str]

    @property
    def anchor(self) -> str:
        """Its id on the glossary page."""
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.term.lower()).strip("-")


def read_glossary(path: Path) -> dict[str, Term]:
    """Terms by every English word that names them, in lower case.

    Args:
        path: ``book/glossary.csv``.

    Raises:
        SourceError: naming the line.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise SourceError(path, 1, "no such file; it holds the glossary") from None
    return _read_glossary(path, changed)


@lru_cache(maxsize=4)
def _read_glossary(path: Path, changed: int) -> dict[str, Term]:
    """Parse; ``changed`` makes an edited file a new entry of the cache."""
    found: dict[str, Term] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != _COLUMNS:
            raise SourceError(path, 1, f"the columns must be {', '.join(_COLUMNS)}, got {reader.fieldnames}")
        for row in reader:
            term = _term(row, path, reader.line_num)
            for name in (term.term, *term.aliases):
                if name.lower() in found:
                    raise SourceError(path, reader.line_num, f"the term {name!r} is taken")
                found[name.lower()] = term
    return found


def _term(row: dict[str, str], path: Path, line: int) -> Term:
    empty = [name for name in _COLUMNS if name != "aliases" and not (row.get(name) or "").strip()]
    if empty:
        raise SourceError(path, line, f"term {row.get('term')!r}: {empty[0]!r} is missing")
    return Term(
        term=row["term"].strip(),
        aliases=tuple(part.strip() for part in row["aliases"].split("|") if part.strip()),
        definition=row["definition"].strip(),
        page=row["page"].strip(),
        translations={code: row[code].strip() for code in LANGUAGES},
    )


def _translation(term: Term, code: str) -> list[nodes.Node]:
    text = term.translations[code]
    word = text.rstrip("? ").strip()
    marked = element("bdi", {"lang": code, "dir": LANGUAGES[code][1]}, word)
    if word == text:
        return [marked]
    unsure = span("se-unseen", " unsure")
    return [marked, span("se-unsure", " ", element("span", {"aria-hidden": "true"}, "?"), unsure)]


class Definition(nodes.Inline, nodes.TextElement):
    """A definition that appears beside its term: not part of the sentence, so not of its text."""

    def astext(self) -> str:
        """Nothing, so that a search does not find the glossary on every page."""
        return ""


class TermLink(nodes.Inline, nodes.TextElement):
    """A term in a sentence; linked to the glossary once all pages are read."""


class TermRole(SphinxRole):
    """``{term}`evoked set` ``, or ``{term}`short list <evoked set>` ``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Build the term with its definition."""
        match = re.fullmatch(r"(.+?)\s*<(.+)>", self.text, re.DOTALL)
        shown, name = (match[1], match[2]) if match else (self.text, self.text)
        path = Path(self.env.srcdir) / "glossary.csv"
        self.env.note_dependency(str(path))
        try:
            known = read_glossary(path)
        except SourceError as error:
            return [], [self.inliner.reporter.error(str(error), line=self.lineno)]
        term = known.get(" ".join(name.lower().split()))
        if term is None:
            message = self.inliner.reporter.error(
                f"term: {name!r} is not in book/glossary.csv", line=self.lineno
            )
            return [nodes.Text(shown)], [message]
        lesson_domain(self.env).depend(self.env.docname)
        link = TermLink("", anchor=term.anchor, number=self.env.new_serialno("se-term"))
        link += nodes.Text(shown)
        definition = Definition("")
        definition += [element("b", {}, term.term), nodes.Text(f": {term.definition}")]
        link += definition
        return [link], []


class Terms(LessonDirective):
    """All terms with their definitions and translations; the page that holds it is the glossary."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build the list."""
        path = self.book / "glossary.csv"
        self.env.note_dependency(str(path))
        self.lesson.depend(self.env.docname)
        before = self.lesson.declare("glossary", "glossary", self.env.docname, self.lineno)
        if before:
            raise self.error(f"terms: the glossary is already on {before}")
        try:
            terms = {term.anchor: term for term in read_glossary(path).values()}
        except SourceError as error:
            raise self.error(str(error)) from None
        return [self._section(term) for term in sorted(terms.values(), key=lambda term: term.term.lower())]

    def _section(self, term: Term) -> nodes.Node:
        # A section each, so that a search finds the term's own place first.
        section = nodes.section("", ids=[term.anchor])
        section += nodes.title(term.term, term.term)
        if term.aliases:
            section += paragraph("se-aliases", f"Entry also for: {', '.join(term.aliases)}")
        section += nodes.paragraph("", term.definition)
        facts = element("dl", {"class": "se-translations"})
        for code, (name, _) in LANGUAGES.items():
            facts += [element("dt", {}, name), element("dd", {}, *_translation(term, code))]
        section += facts
        section += TermPage("", page=term.page)
        return section


class TermPage(nodes.General, nodes.Element):
    """The link to the page that teaches a term; there only where that page is."""


def _popover(link: TermLink, uri: str) -> HtmlElement:
    key = f"se-definition-{link['number']}"
    shown = [child for child in link.children if not isinstance(child, Definition)]
    definition = next(child for child in link.children if isinstance(child, Definition))
    bubble = element("span", {"class": "se-definition", "role": "tooltip", "id": key, "hidden": True})
    bubble += definition
    return element(
        "span",
        {"class": "se-term"},
        element("a", {"class": "se-term-link", "href": uri, "aria-describedby": key}, *shown),
        bubble,
    )


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    glossary = lesson_domain(app.env).declared("glossary").get("glossary")
    assert app.builder is not None
    for link in list(doctree.findall(TermLink)):
        if glossary is None:
            _LOGGER.error("term: no page of the book holds the {terms} directive", location=docname)
            link.replace_self(nodes.Text(link.astext()))
        else:
            uri = f"{app.builder.get_relative_uri(docname, glossary['page'])}#{link['anchor']}"
            link.replace_self(_popover(link, uri))
    for node in list(doctree.findall(TermPage)):
        if node["page"] in app.env.titles:
            title = app.env.titles[node["page"]].astext()
            uri = app.builder.get_relative_uri(docname, node["page"])
            node.replace_self(
                element("p", {"class": "se-taught"}, "Taught in ", element("a", {"href": uri}, title))
            )
        else:
            node.parent.remove(node)


def _visit_nothing(self: object, node: nodes.Element) -> None:
    """Only the content shows."""


def setup(app: Sphinx) -> None:
    """Register role and directive."""
    app.add_node(Definition, html=(_visit_nothing, _visit_nothing))
    app.add_node(TermLink)
    app.add_node(TermPage)
    app.add_role_to_domain("std", "term", TermRole(), override=True)
    app.add_directive("terms", Terms)
    app.connect("doctree-resolved", _resolve)
