"""The whole book's account of itself: every claim with its verdict, every work with its use."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, cast

from docutils import nodes
from pybtex.database import Entry, parse_file
from pybtex.richtext import Text
from sphinx.util import logging

from course_tools.sphinx_ext.bibliography import REMARKS
from course_tools.sphinx_ext.lesson.cards import scrolling, table
from course_tools.sphinx_ext.lesson.claims import (
    PAGES,
    STAGES,
    VERDICTS,
    Claim,
    ClaimLink,
    badge,
    read_claims,
)
from course_tools.sphinx_ext.lesson.directive import LessonDirective, paragraph, span
from course_tools.sphinx_ext.lesson.domain import lesson_domain
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element
from course_tools.sphinx_ext.reference import STAGES as STAGE_NAMES
from course_tools.sphinx_ext.reference import page_link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinxcontrib.bibtex.domain import BibtexDomain

_LOGGER = logging.getLogger(__name__)
_CITED = re.compile(r"\{cite:(?P<form>[tp])\}`(?P<keys>[^`]+)`")
_MEANINGS = {
    "supported": "studies that could have gone against it did not",
    "conditional": "it holds in some places and fails in others",
    "contested": "able people disagree, for reasons",
    "wrong": "it was looked at, and fails",
    "dated": "it held once",
    "untested": "we know of no study that could have gone either way",
    "definition": "a way of speaking, judged by what it lets one see",
    "advice": "a rule for doing",
    "example": "a case, which shows and proves nothing",
}

OPEN_VERDICTS = ("contested", "untested")
"""Verdicts on a claim that a study could still settle either way."""


def works(path: Path) -> Mapping[str, Entry]:
    """The bibliography's entries by key, in the order of first author and year."""
    return _works(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _works(path: Path, changed: int) -> Mapping[str, Entry]:
    """Parse; ``changed`` makes an edited file a new entry of the cache."""
    entries = parse_file(str(path), bib_format="bibtex").entries
    order = sorted(
        entries, key=lambda key: (names(entries[key]).casefold(), entries[key].fields.get("year", ""))
    )
    return {key: entries[key] for key in order}


def plain(latex: str) -> str:
    """A field of the bibliography without its markup."""
    return str(Text.from_latex(latex))


def names(entry: Entry) -> str:
    """Surnames as a sentence names them: one, two with "and", or the first "et al."."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    surnames = [plain(" ".join((*one.prelast_names, *one.last_names))) for one in people]
    left_out = any(word in str(one) for one in people for word in ("et al", "others"))
    if len(surnames) > 2 or left_out:
        return f"{surnames[0]} et al."
    return " and ".join(surnames)


def uncited(text: str, entries: Mapping[str, Entry]) -> str:
    """A text in which citations are names and years, for a page without a list of references."""

    def written(found: re.Match[str]) -> str:
        pairs = [
            (names(entries[key]), entries[key].fields["year"])
            for key in map(str.strip, found["keys"].split(","))
        ]
        if found["form"] == "p":
            return f"({'; '.join(f'{who}, {year}' for who, year in pairs)})"
        return ", ".join(f"{who} ({year})" for who, year in pairs)

    return _CITED.sub(written, text)


class ClaimsOnTrial(LessonDirective):
    """Every claim with its verdict and reason, chapter by chapter, to be sifted by verdict, stage and chapter."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build the count, the sieve and the list."""
        self.env.note_dependency(str(self.book / "claims.yml"))
        self.lesson.depend(self.env.docname)
        claims = list(read_claims(self.book / "claims.yml").claims.values())
        claims.sort(key=lambda claim: PAGES.index(claim.page))
        return [_counts(claims), _sieve(claims), *self._chapters(claims)]

    def _chapters(self, claims: Iterable[Claim]) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for page, found in groupby(claims, key=lambda claim: claim.page):
            chapter = f"Chapter {PAGES.index(page) + 1}"
            there = page in self.env.found_docs
            name = nodes.inline("", "", page_link(page, chapter)) if there else nodes.Text(chapter)
            heading = paragraph("se-card-heading", name)
            cards = [self._card(claim) for claim in found]
            made.append(element("section", {"class": "se-docket", "data-docket": True}, heading, *cards))
        return made

    def _card(self, claim: Claim) -> HtmlElement:
        entries = works(self.book / "references.bib")
        reason = element("div", {"class": "se-claim-reason"}, *self.block(uncited(claim.reason, entries)))
        return _docket_claim(claim, self.inline(claim.claim), reason)


class Unknown(LessonDirective):
    """The open claims of one part of the book, each with what would settle it; the argument is the part's folder."""

    has_content = False
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the list.

        Raises:
            DirectiveError: if the part has no open claim.
        """
        self.env.note_dependency(str(self.book / "claims.yml"))
        self.lesson.depend(self.env.docname)
        part = self.arguments[0]
        entries = works(self.book / "references.bib")
        found = [
            claim
            for claim in read_claims(self.book / "claims.yml").claims.values()
            if claim.page.startswith(f"{part}/") and claim.verdict in OPEN_VERDICTS
        ]
        if not found:
            raise self.error(f"unknown: the part {part!r} has no claim that is {' or '.join(OPEN_VERDICTS)}")
        found.sort(key=lambda claim: PAGES.index(claim.page))
        return [element("section", {"class": "se-docket"}, *(self._card(claim, entries) for claim in found))]

    def _card(self, claim: Claim, entries: Mapping[str, Entry]) -> HtmlElement:
        settles = self.inline(uncited(claim.change, entries))
        return _docket_claim(
            claim,
            self.inline(claim.claim),
            element(
                "div",
                {"class": "se-claim-reason"},
                nodes.paragraph("", "", nodes.strong("", "What would settle it: "), *settles),
            ),
        )


def _docket_claim(claim: Claim, text: list[nodes.Node], more: HtmlElement) -> HtmlElement:
    facts = {"data-verdict": claim.verdict, "data-stage": claim.stage, "data-page": claim.page}
    number = ClaimLink("", claim=claim.id, page=claim.page)
    number += span("se-kicker", f"Claim {claim.id}")
    # Outside the claim's own link, since a chapter that is named becomes a link itself.
    chapter = span("se-kicker", f", chapter {PAGES.index(claim.page) + 1}")
    return element(
        "article",
        {"class": "se-docket-claim", "aria-label": f"Claim {claim.id}", **facts},
        element("p", {"class": "se-claim-head"}, number, chapter, " ", badge(claim.verdict)),
        element("p", {"class": "se-claim-text"}, *text),
        more,
    )


def _counts(claims: list[Claim]) -> nodes.Node:
    count = Counter(claim.verdict for claim in claims)
    rows: list[list[list[nodes.Node]]] = [
        [[badge(verdict)], [nodes.Text(str(count[verdict]))], [nodes.Text(_MEANINGS[verdict])]]
        for verdict in VERDICTS
    ]
    label = f"Verdicts on {len(claims)} claims"
    return scrolling(label, table(label, ("Verdict", "Claims", "When we give it"), rows))


def _sieve(claims: list[Claim]) -> HtmlElement:
    """Three lists to choose from; scripts bring it up, since without them it could do nothing."""
    pages = dict.fromkeys(claim.page for claim in claims)
    return element(
        "form",
        {"class": "se-sieve", "data-sieve": True, "hidden": True, "autocomplete": "off"},
        _chooser("verdict", "Verdict", {verdict: verdict.capitalize() for verdict in VERDICTS}),
        _chooser("stage", "Stage", {stage: STAGE_NAMES[stage] for stage in STAGES}),
        _chooser("page", "Chapter", {page: str(PAGES.index(page) + 1) for page in pages}),
        element("p", {"class": "se-search-count", "role": "status"}, f"{len(claims)} claims"),
    )


def _chooser(name: str, label: str, options: Mapping[str, str]) -> HtmlElement:
    made = [element("option", {"value": value}, words) for value, words in {"": "all", **options}.items()]
    return element(
        "p",
        {},
        element("label", {"for": f"sieve-{name}"}, label),
        " ",
        element("select", {"id": f"sieve-{name}", "name": name}, *made),
    )


class WorkUses(nodes.General, nodes.Element):
    """Where a work is cited; known once all pages are read."""


class Works(LessonDirective):
    """Every work of the bibliography: what it is used for, how far it was verified, where it is cited."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Build a list in the order of authors."""
        path = self.book / "references.bib"
        self.env.note_dependency(str(path))
        self.lesson.declare("works", self.env.docname, self.env.docname, self.lineno)
        items = nodes.bullet_list()
        for key, entry in works(path).items():
            fields = entry.fields
            place = (
                fields.get("journal")
                or fields.get("booktitle")
                or fields.get("publisher")
                or fields.get("institution", "")
            )
            title = nodes.emphasis("", plain(fields["title"]))
            line = nodes.paragraph("", "", nodes.Text(f"{names(entry)} ({fields['year']}). "), title)
            line += nodes.Text(f". {plain(place)}. " if place else ". ")
            use = fields.get("used_for", "")
            remark = REMARKS[fields["verification"]] or "Details and DOI seen"
            said = nodes.paragraph("", "", nodes.Text(f"{remark}. "), classes=["se-hint"])
            said += [nodes.Text(f"Used for: {plain(use)}. "), WorkUses("", key=key)]
            items += nodes.list_item("", line, said)
        return [items]


def _where(bibliography: Path, key: str) -> str:
    lines = bibliography.read_text(encoding="utf-8").splitlines()
    begins = re.compile(rf"@\w+\{{\s*{re.escape(key)}\s*,")
    line = next((number for number, text in enumerate(lines, 1) if begins.match(text)), 1)
    return f"{bibliography}:{line}"


def _used(env: BuildEnvironment) -> dict[str, set[str]]:
    """The pages that cite a work, by its key."""
    cite = cast("BibtexDomain", env.get_domain("cite"))
    used: dict[str, set[str]] = {}
    for reference in cite.citation_refs:
        for target in reference.targets:
            used.setdefault(target.key, set()).add(reference.docname)
    return used


def _cited_elsewhere(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The list of works is written again when a page cites more works or fewer."""
    used = _used(env)
    known = getattr(env, "service_encounter_cited", used)
    env.service_encounter_cited = used  # type: ignore[attr-defined]  # kept with the environment
    listing = {entry["page"] for entry in lesson_domain(env).declared("works").values()}
    return [] if known == used else sorted(listing)


def _fill_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(WorkUses))
    if not places or app.builder is None:
        return
    used = _used(app.env)
    for place in places:
        pages = [page for page in PAGES if page in used.get(place["key"], ())]
        if not pages:
            _LOGGER.warning(
                "no chapter cites %s; cite it or take it out",
                place["key"],
                location=_where(Path(app.srcdir, "references.bib"), place["key"]),
            )
        parts: list[nodes.Node] = [
            nodes.Text("Cited in chapter " if len(pages) == 1 else "Cited in chapters ")
        ]
        for number, page in enumerate(pages):
            parts += [nodes.Text(", ")] if number else []
            uri = app.builder.get_relative_uri(docname, page)
            parts.append(element("a", {"href": uri}, str(PAGES.index(page) + 1)))
        place.replace_self([*parts, nodes.Text(".")])


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("claims", ClaimsOnTrial)
    app.add_directive("works", Works)
    app.add_directive("unknown", Unknown)
    app.connect("env-updated", _cited_elsewhere)
    app.connect("doctree-resolved", _fill_uses)
