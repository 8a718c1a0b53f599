"""Claims on trial: the file that holds them, the box where one is tried, the link from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from course_tools.sphinx_ext.lesson.directive import LessonDirective, sign, span
from course_tools.sphinx_ext.lesson.domain import lesson_domain
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element
from course_tools.sphinx_ext.lesson.sources import Mapping as Entry
from course_tools.sphinx_ext.lesson.sources import Reader, SourceError, display, read

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOGGER = logging.getLogger(__name__)

PAGES = (
    "orientation/journey",
    "before/need",
    "before/search",
    "before/choice",
    "before/segments",
    "during/moments-of-truth",
    "during/co-production",
    "during/other-customers",
    "during/waiting",
    "design/blueprint",
    "design/service-concept",
    "design/experience",
    "after/satisfaction",
    "after/after-sales",
    "after/loyalty",
    "capstone/design-a-journey",
)
STAGES = ("before", "during", "after", "whole")
# The sign stands beside the word, so that a verdict is never told by colour alone.
VERDICTS = {
    "supported": "✓",
    "conditional": "±",
    "contested": "⇄",
    "wrong": "✗",
    "dated": "†",
    "untested": "?",
    "definition": ":=",
    "advice": "→",
    "example": "e.g.",
}
_REQUIRED = {"id", "claim", "stage", "page", "framework", "verdict", "reason", "effect", "change", "works"}
_ID = re.compile(r"[A-E][1-9][0-9]?")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim of practice and what came of its trial.

    Args:
        id: letter of the source text and number.
        claim: what practice says, in our words.
        stage: of the journey that it speaks about.
        page: where it is tried.
        also: other pages that use it.
        framework: the field's name for the idea; None where it has none.
        verdict: one of `VERDICTS`.
        reason: why, as Markdown.
        effect: its size, as Markdown; None where unknown.
        change: what would change our mind, as Markdown.
        works: keys of the bibliography.
        source: ``file:line`` of the entry.
    """

    id: str
    claim: str
    stage: str
    page: str
    also: tuple[str, ...]
    framework: str | None
    verdict: str
    reason: str
    effect: str | None
    change: str
    works: tuple[str, ...]
    source: str


def _claim(entry: Entry, path: Path) -> Claim:
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise entry.error(f"a claim needs an id such as B11, got {name!r}", "id")
    reader = Reader(entry, f"claim {name}")
    reader.keys(_REQUIRED, {"also"})
    return Claim(
        id=name,
        claim=reader.text("claim"),
        stage=reader.one_of("stage", STAGES),
        page=reader.one_of("page", PAGES),
        also=_pages(reader),
        framework=reader.optional_text("framework"),
        verdict=reader.one_of("verdict", tuple(VERDICTS)),
        reason=reader.text("reason"),
        effect=reader.optional_text("effect"),
        change=reader.text("change"),
        works=reader.texts("works"),
        source=f"{display(path)}:{entry.line}",
    )


def _pages(reader: Reader) -> tuple[str, ...]:
    pages = reader.texts("also")
    for page in pages:
        if page not in PAGES:
            raise reader.error(f"'also' names the page {page!r}; known are {', '.join(PAGES)}", "also")
    return pages


@dataclass(frozen=True)
class Claims:
    """The file's claims by id, and every complaint about the file."""

    claims: Mapping[str, Claim]
    problems: tuple[SourceError, ...]


def read_claims(path: Path) -> Claims:
    """Read the claims, going on after a bad entry so that one build names every problem.

    Args:
        path: ``book/claims.yml``.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return Claims({}, (SourceError(path, 1, "no such file; it holds the claims on trial"),))
    return _read_claims(path, changed)


@lru_cache(maxsize=4)
def _read_claims(path: Path, changed: int) -> Claims:
    """Parse; ``changed`` makes an edited file a new entry of the cache."""
    try:
        entries = read(path)
    except SourceError as error:
        return Claims({}, (error,))
    if not isinstance(entries, list) or not all(isinstance(entry, Entry) for entry in entries):
        return Claims({}, (SourceError(path, 1, "must be a list of claims"),))
    found: dict[str, Claim] = {}
    problems: list[SourceError] = []
    for entry in entries:
        try:
            claim = _claim(entry, path)
        except SourceError as error:
            problems.append(error)
            continue
        if claim.id in found:
            problems.append(
                entry.error(f"claim {claim.id}: the id is taken; {found[claim.id].source} has it", "id")
            )
        else:
            found[claim.id] = claim
    return Claims(found, tuple(problems))


def untried(claims: Iterable[Claim], pages: Iterable[str], tried: Mapping[str, str]) -> list[str]:
    """Complaints about claims whose home page exists and does not try them.

    Args:
        claims: all of them.
        pages: the pages of the book as it stands; chapters arrive one by one.
        tried: page on which each claim was tried.
    """
    there = set(pages)
    return [
        f"{claim.source}: claim {claim.id}: its home page {claim.page} does not try it; "
        f"write ```{{claim}} {claim.id}``` there"
        for claim in claims
        if claim.page in there and tried.get(claim.id) != claim.page
    ]


def badge(verdict: str) -> HtmlElement:
    """The verdict as a word with its sign."""
    return span(f"se-verdict se-verdict-{verdict}", sign(VERDICTS[verdict]), " ", verdict.capitalize())


class ClaimLink(nodes.Inline, nodes.TextElement):
    """A claim named away from home; becomes a link once all pages are read."""


class ClaimDirective(LessonDirective):
    """Try claims on their home page, or point to the trial from another.

    The argument is one id or several; the body, on the home page, is the chapter's own reasoning and
    stands in place of the file's.
    """

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Build the box or the links."""
        self.env.note_dependency(str(self.book / "claims.yml"))
        chosen = [self._find(key) for key in self.arguments[0].split()]
        at_home = [claim.page == self.env.docname for claim in chosen]
        if not any(at_home):
            if "".join(self.content).strip():
                raise self.error(
                    f"claim {self.arguments[0]}: a body belongs on the home page, {chosen[0].page}; "
                    "elsewhere the directive is a link"
                )
            return [self._links(chosen)]
        if not all(at_home):
            strangers = ", ".join(claim.id for claim, home in zip(chosen, at_home, strict=True) if not home)
            raise self.error(
                f"claim {strangers}: not at home on {self.env.docname}; give it a box of its own"
            )
        reasoning = self.body()
        # Reasoning about one claim stands inside its trial, reasoning about several follows them all.
        shared = reasoning if len(chosen) > 1 else []
        return [
            element(
                "div",
                {"class": "se-box se-claims"},
                *[self._trial(claim, reasoning, shared=bool(shared)) for claim in chosen],
                *([_reason(shared)] if shared else []),
            )
        ]

    def _find(self, key: str) -> Claim:
        known = read_claims(self.book / "claims.yml").claims
        if key not in known:
            raise self.error(f"claim {key}: no such id in book/claims.yml, which has {_ranges(known)}")
        return known[key]

    def _trial(self, claim: Claim, reasoning: list[nodes.Node], *, shared: bool) -> nodes.Node:
        before = self.lesson.declare("claims", claim.id, self.env.docname, self.lineno)
        if before:
            raise self.error(f"claim {claim.id}: tried twice; first on {before}")
        anchor = f"claim-{claim.id}"
        facts = element("dl", {"class": "se-claim-facts"})
        if claim.effect:
            facts += _fact("Effect", self.block(claim.effect))
        facts += _fact("What would change our mind", self.block(claim.change))
        if claim.works:
            facts += _fact(
                "Works", self.block(", ".join(f"{{cite:t}}`{work}`" for work in claim.works) + ".")
            )
        return element(
            "div",
            {"class": "se-claim", "id": anchor, "role": "group", "aria-labelledby": f"{anchor}-head"},
            element(
                "p",
                {"class": "se-claim-head", "id": f"{anchor}-head"},
                span("se-kicker", f"Claim {claim.id}"),
                " ",
                badge(claim.verdict),
            ),
            element("p", {"class": "se-claim-text"}, *self.inline(claim.claim)),
            *([] if shared else [_reason(reasoning or self.block(claim.reason))]),
            facts,
        )

    def _links(self, chosen: list[Claim]) -> nodes.Node:
        self.lesson.depend(self.env.docname)
        box = element("div", {"class": "se-claim-links"})
        for claim in chosen:
            link = ClaimLink("", claim=claim.id, page=claim.page)
            link += [span("se-kicker", f"Claim {claim.id}"), nodes.Text(" "), *self.inline(claim.claim)]
            box += element("p", {"class": "se-claim-link"}, link, " ", badge(claim.verdict))
        return box


def _reason(content: list[nodes.Node]) -> HtmlElement:
    return element("div", {"class": "se-claim-reason"}, *content)


def _fact(name: str, content: list[nodes.Node]) -> list[nodes.Node]:
    return [element("dt", {}, name), element("dd", {}, *content)]


def _ranges(known: Iterable[str]) -> str:
    """Ids in short, such as ``A1-A22, B1-B27``."""
    numbers: dict[str, list[int]] = {}
    for key in known:
        numbers.setdefault(key[0], []).append(int(key[1:]))
    return ", ".join(f"{letter}{min(ns)}-{letter}{max(ns)}" for letter, ns in sorted(numbers.items()))


def _check_file(app: Sphinx, env: BuildEnvironment, docnames: Any) -> None:  # noqa: ANN401  # Sphinx's event
    for problem in read_claims(Path(app.srcdir) / "claims.yml").problems:
        _LOGGER.error(problem.message, location=problem.location)


def _resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    tried = lesson_domain(app.env).declared("claims")
    for link in list(doctree.findall(ClaimLink)):
        if link["claim"] in tried and app.builder is not None:
            uri = f"{app.builder.get_relative_uri(docname, link['page'])}#claim-{link['claim']}"
            link.replace_self(element("a", {"class": "se-claim-target", "href": uri}, *link.children))
        else:
            link.replace_self(span("se-claim-elsewhere", *link.children))


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_node(ClaimLink)
    app.add_directive("claim", ClaimDirective)
    app.connect("env-before-read-docs", _check_file)
    app.connect("doctree-resolved", _resolve_links)
