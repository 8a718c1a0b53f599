"""What the theme's templates need to know of a page: its act, its neighbours, its sections.

The toc's parts are the acts of the book. A chapter's folder says which act it belongs to, and with that its
colour.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx import addnodes

from course_tools import project

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.config import Config
    from sphinx.domains.std import StandardDomain
    from sphinx.environment import BuildEnvironment

KINDS = {
    "orientation": "Prologue",
    "before": "Act one",
    "during": "Act two",
    "design": "Back stage",
    "after": "Act three",
    "capstone": "Epilogue",
}
"""The acts by folder, in the words of the stage; every page elsewhere is front or reference matter."""

CHAPTERS = (
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
"""The chapters in order. A chapter keeps its number, used in other chapters, while some are unwritten."""

STYLESHEET = "book.css"

DESCRIPTION_LENGTH = 155
"""Characters of a page's description; search engines cut longer ones."""


@dataclass(frozen=True)
class Chapter:
    """A page of the toc: its docname, its title as HTML, its number or None."""

    docname: str
    title: str
    number: int | None


@dataclass(frozen=True)
class Act:
    """A part of the toc: folder, kind (``Act one``), caption and chapters."""

    key: str
    kind: str
    caption: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Section:
    """A section of the page at hand: anchor and title as HTML."""

    anchor: str
    title: str


@dataclass(frozen=True)
class Neighbour:
    """The chapter before or after; ``crossing`` names its act where that is another one, else it is empty."""

    docname: str
    title: str
    key: str
    crossing: str


_MENDED = (
    (' role="doc-biblioentry"', ' role="listitem"'),  # deprecated, and not allowed on a div
    (' role="doc-backlink"', ""),
    ("<th></th>", "<td></td>"),  # the corner of a pandas table is no heading
    ('<table border="1" class="dataframe">', '<table class="dataframe">'),
    ('<summary aria-label="Toggle hidden content">', "<summary>"),  # hides the words that are there
)
_NAME_AS_HEAD = re.compile(r"(?<=<th>)\w+_\w+(?=</th>)")
_PARAGRAPH_OF_SUMMARY = re.compile(r'<p (class="(?:collapsed|expanded) [^"]*")>(.*?)</p>')
_SCOPED_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)


def mended(body: str) -> str:
    """A page's HTML without what other tools write that screen readers, checkers and phones stumble on."""
    for old, new in _MENDED:
        body = body.replace(old, new)
    # A long name at the head of a printed table may break behind its underscores.
    body = _NAME_AS_HEAD.sub(lambda name: name[0].replace("_", "_<wbr>"), body)
    body = _PARAGRAPH_OF_SUMMARY.sub(r"<span \1>\2</span>", body)  # a summary holds no paragraphs
    return _SCOPED_STYLE.sub("", body)


def part_of(docname: str, root_doc: str = "index") -> str:
    """Which part a page belongs to: a key of ``KINDS``, ``front`` or ``reference``."""
    if docname in (root_doc, "404"):
        return "front"
    folder = docname.partition("/")[0]
    return folder if folder in KINDS else "reference"


def chapter_number(docname: str) -> int | None:
    """The chapter's number in the book, None for a page that is no chapter."""
    return CHAPTERS.index(docname) + 1 if docname in CHAPTERS else None


def _inline(builder: StandaloneHTMLBuilder, node: nodes.Node | None) -> str:
    return builder.render_partial(node)["title"] if node is not None else ""


def contents(builder: StandaloneHTMLBuilder) -> tuple[Act, ...]:
    """The toc as acts with their chapters."""
    env = builder.env
    acts = []
    for tree in env.get_doctree(env.config.root_doc).findall(addnodes.toctree):
        docnames = [docname for _, docname in tree["entries"] if docname in env.titles]
        if not docnames:
            continue
        key = part_of(docnames[0])
        caption = tree.get("caption") or KINDS.get(key) or "Reference"
        chapters = tuple(
            Chapter(docname, _inline(builder, env.titles[docname]), chapter_number(docname))
            for docname in docnames
        )
        acts.append(Act(key, KINDS.get(key, caption), caption, chapters))
    return tuple(acts)


def sections(builder: StandaloneHTMLBuilder, docname: str) -> tuple[Section, ...]:
    """The page's sections of second level, as its table of contents has them."""
    found = []
    for page in builder.env.tocs[docname].children:
        for entry in page.children[1:]:
            for item in entry.children:
                reference = next(iter(item.findall(nodes.reference)), None)
                if reference is None or not reference.get("anchorname"):
                    continue
                title = nodes.title("", "", *(child.deepcopy() for child in reference.children))
                found.append(Section(reference["anchorname"].lstrip("#"), _inline(builder, title)))
    return tuple(found)


def description(doctree: nodes.document | None, fallback: str) -> str:
    """The page's first paragraph as plain text, cut at a word."""
    paragraphs: Iterator[nodes.paragraph] = doctree.findall(nodes.paragraph) if doctree else iter(())
    for paragraph in paragraphs:
        text = " ".join(paragraph.astext().split())
        if isinstance(paragraph.parent, nodes.section | nodes.document) and text:
            if len(text) <= DESCRIPTION_LENGTH:
                return text
            return text[: DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return fallback


def _neighbour(acts: tuple[Act, ...], here: str, docname: str | None) -> Neighbour | None:
    for act in acts:
        for chapter in act.chapters:
            if chapter.docname == docname:
                own = any(scene.docname == here for scene in act.chapters)
                crossing = "" if own else ", ".join(dict.fromkeys([act.kind, act.caption]))
                return Neighbour(chapter.docname, chapter.title, act.key, crossing)
    return None


class _Book:
    """What all pages of one build share; made when the first page is written."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self.contents = contents(builder)
        self.order = [chapter for act in self.contents for chapter in act.chapters]
        self._css = Path(builder.config.html_static_path[0], STYLESHEET).read_text(encoding="utf-8")

    def place(self, docname: str) -> tuple[Act, Chapter] | None:
        for act in self.contents:
            for chapter in act.chapters:
                if chapter.docname == docname:
                    return act, chapter
        return None

    def style(self, static: str) -> str:
        """The stylesheet for a page that has the folder of fonts at ``static``.

        It stands in the page: a stylesheet of its own would be asked for only when the page is there, and on a slow
        network that second question takes longer than the nine kilobytes.
        """
        return self._css.replace('url("./', f'url("{static}')

    def beside(self, docname: str, step: int) -> Neighbour | None:
        docnames = [chapter.docname for chapter in self.order]
        index = docnames.index(docname) + step if docname in docnames else (0 if step > 0 else -1)
        return _neighbour(self.contents, docname, docnames[index]) if 0 <= index < len(docnames) else None


def _add_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    builder: StandaloneHTMLBuilder = app.builder  # type: ignore[assignment]  # the event is the HTML builder's
    book = getattr(builder, "service_encounter_book", None)
    if book is None:
        book = builder.service_encounter_book = _Book(builder)  # type: ignore[attr-defined]
    place = book.place(pagename)
    own = doctree is not None
    front = pagename == app.config.root_doc
    if "body" in context:
        context["body"] = mended(context["body"])
    context.update(
        contents=book.contents,
        part=part_of(pagename, app.config.root_doc),
        where=place[0] if place else None,
        art=place[0].key if place and place[0].key in KINDS else None,
        number=place[1].number if place else None,
        sections=sections(builder, pagename) if own and not front else (),
        before=book.beside(pagename, -1) if own and not front else None,
        after=book.beside(pagename, 1) if own and (place or front) else None,
        description=description(doctree, f"{context.get('title', '')}: {app.config.html_title}"),
        report_url=context.get("theme_report_url") or context["pathto"]("report"),
        edition=edition(app),
        style=book.style(context["pathto"]("_static/", 1)),
        baseurl=app.config.html_baseurl,
        download=_download(),
    )


def edition(app: Sphinx) -> str:
    """A short mark of this build's scripts and styles, by which a browser tells old ones from new."""
    return Path(app.config.html_static_path[0]).name.rpartition("-")[2][:8]


def _download() -> str:
    """Where the build puts the zip of the whole site; the instructor's edition has none."""
    if os.environ.get("SERVICE_ENCOUNTER_EDITION") == "instructor":
        return ""
    return f"download/the-service-encounter-{project.version()}.zip"


def _configure(app: Sphinx, config: Config) -> None:
    """Leave out Sphinx's own index pages and search: the book has its own."""
    config.html_use_index = False
    config.html_domain_indices = False


def _drop_search(app: Sphinx) -> None:
    if app.builder.format == "html":
        app.builder.search = False  # type: ignore[attr-defined]  # the HTML builder's switch


def _own_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "search", {"title": "Search the book"}, "search.html"
    yield "report", {"title": "Report an error"}, "report.html"
    yield "404", {"title": "No such page"}, "404.html"


def _shared(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """What any page may show of another: its title and where its labels lead. When that changes, all are written."""
    standard = cast("StandardDomain", env.get_domain("std"))
    shared = {
        "titles": {docname: title.astext() for docname, title in env.titles.items()},
        "labels": {**standard.labels},
        "places": {**standard.anonlabels},
        "headings": {docname: [*facts.get("myst_slugs", ())] for docname, facts in env.metadata.items()},
    }
    known = getattr(env, "service_encounter_shared", shared)
    env.service_encounter_shared = shared  # type: ignore[attr-defined]  # kept with the environment
    return [] if known == shared else sorted(env.found_docs)


def _wrap_tables(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """A table wider than a phone scrolls in a box of its own."""
    for table in list(doctree.findall(nodes.table)):
        if table.parent.get("classes") != ["se-scroll"]:
            box = nodes.container(classes=["se-scroll"])
            table.replace_self(box)
            box += table


def _drop_unused(app: Sphinx, exception: Exception | None) -> None:
    """What no page asks for: extensions' stylesheets, ours, which stands in the pages, and pictures of earlier builds."""
    if exception is not None or app.builder.format != "html":
        return
    static, images = Path(app.outdir, "_static"), Path(app.outdir, "_images")
    shown = {name for _, name in app.env.images.values()}
    for path in [*static.glob("*.css"), *(path for path in images.glob("*") if path.name not in shown)]:
        path.unlink()


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", _configure, priority=900)
    app.connect("builder-inited", _drop_search)
    app.connect("env-updated", _shared)
    app.connect("doctree-resolved", _wrap_tables)
    app.connect("html-collect-pages", _own_pages)
    app.connect("html-page-context", _add_context)
    app.connect("build-finished", _drop_unused)
