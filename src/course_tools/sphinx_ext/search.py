"""The book's search index: every section, claim, glossary term and figure of the built pages, as one script.

A script and not data to fetch, because pages opened from a folder may not fetch. It is made from the pages as
written, so what a reader sees is what is found, whichever directive wrote it. Matching is done in the browser
(``page/src/shell/search.js``): the whole book's text is small enough to be read through at each query.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.sphinx_ext import pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder

INDEX = "searchindex-book.js"
"""Name of the script in the site's root."""

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_SILENT = frozenset(
    {"svg", "script", "style", "template", "pre", "math", "nav", "noscript", "button", "output"}
)
_UNREAD = frozenset({"headerlink", "se-unseen"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {"p", "li", "dt", "dd", "td", "th", "div", "figcaption", "summary", "tr", "section"}
_NAMED = {"claim-": "claim", "term-": "term", "fig-": "figure"}
_FORMAT = 1
"""Raised when entries change their form, so that entries kept from an older build are made again."""

# They list what the chapters say, where a reader who searches is better led.
REPEATING = frozenset({"reference/claims", "reference/unknown", "reference/works"})


@dataclass
class Entry:
    """A place to find: its anchor, kind (section, claim, term or figure), heading and text."""

    anchor: str
    kind: str
    heading: str = ""
    text: str = ""


@dataclass
class _Open:
    """An element being read: tag, whether its text is passed over, its entry, whose heading it is."""

    tag: str
    silent: bool
    entry: Entry | None
    heading_of: Entry | None


class _Reader(HTMLParser):
    """Reads a page's article into entries; text belongs to the innermost entry around it."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self._open: list[_Open] = []
        self._term: Entry | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        classes = (attributes.get("class") or "").split()
        if tag == "br":
            self.handle_data(" ")
        if tag in _VOID or not (self._open or (tag == "article" and "se-text" in classes)):
            return
        self._space(tag)
        outer = self._open[-1] if self._open else _Open("", False, None, None)
        silent = outer.silent or tag in _SILENT or "hidden" in attributes or not _UNREAD.isdisjoint(classes)
        entry = outer.entry
        if not silent:
            explained = self._term if tag == "dd" else None
            entry = self._begun(tag, attributes.get("id") or "") or explained or entry
        heading_of = outer.heading_of
        if heading_of is None and entry is not None and _is_heading(tag, classes, entry):
            heading_of = entry
        self._open.append(_Open(tag, silent, entry, heading_of))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or all(place.tag != tag for place in self._open):
            return
        self._space(tag)
        while self._open.pop().tag != tag:
            pass
        if tag == "dl":
            self._term = None

    def handle_data(self, data: str) -> None:
        place = self._open[-1] if self._open else None
        if place is None or place.silent or place.entry is None:
            return
        if place.heading_of is not None:
            place.heading_of.heading += data
        else:
            place.entry.text += data

    def _begun(self, tag: str, anchor: str) -> Entry | None:
        kind = next((kind for start, kind in _NAMED.items() if anchor.startswith(start)), None)
        if kind is None and not (tag == "section" and anchor):
            return None
        entry = Entry(anchor, kind or "section")
        self.entries.append(entry)
        if tag == "dt":
            self._term = entry
        return entry

    def _space(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.handle_data(" ")


def _is_heading(tag: str, classes: list[str], entry: Entry) -> bool:
    if entry.heading:
        return False
    if entry.kind == "section":
        return tag in _HEADINGS
    if entry.kind == "figure":
        return "se-figure-title" in classes
    return tag in {"dt", "dfn", "strong", *_HEADINGS}


def entries(page: str) -> list[Entry]:
    """What the page's article holds, in the order of the page, white space made single.

    A term's heading is its ``dt``, ``dfn`` or first bold words; sections without a heading are left out.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    for entry in reader.entries:
        entry.heading = " ".join(entry.heading.split())
        entry.text = " ".join(entry.text.split())
    return [entry for entry in reader.entries if entry.heading or entry.kind != "section"]


def _kept(path: Path) -> dict[str, dict[str, Any]]:
    """Entries of an earlier build by docname, each with the digest of the page they were read from."""
    if not path.exists():
        return {}
    kept: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _read_pages(app: Sphinx, docnames: list[str]) -> dict[str, dict[str, Any]]:
    """Entries of every page; only pages that changed since the last build are read."""
    store = Path(app.doctreedir, f"search-{_FORMAT}.json")
    kept = _kept(store)
    found = {}
    for docname in docnames:
        page = Path(app.outdir, f"{docname}.html").read_text(encoding="utf-8")
        digest = hashlib.sha256(page.encode()).hexdigest()
        same = kept.get(docname, {}).get("digest") == digest
        if same:
            found[docname] = kept[docname]
        else:
            found[docname] = {"digest": digest, "entries": [asdict(entry) for entry in entries(page)]}
    store.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return found


def index(builder: StandaloneHTMLBuilder, found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The index as the browser reads it.

    Returns:
        ``pages``: rows of address, title, act, chapter number or None; ``entries``: rows of page (its place
        in ``pages``), anchor, kind, heading, text.
    """
    acts = pages.contents(builder)
    place = {chapter.docname: (act, chapter) for act in acts for chapter in act.chapters}
    listed, rows = [], []
    for number, (docname, page) in enumerate(found.items()):
        act, chapter = place.get(docname, (None, None))
        title = builder.env.titles[docname].astext()
        listed.append(
            [
                builder.get_target_uri(docname),
                title,
                "" if act is None else " · ".join(dict.fromkeys([act.kind, act.caption])),
                None if chapter is None else chapter.number,
            ]
        )
        rows += [[number, e["anchor"], e["kind"], e["heading"], e["text"]] for e in page["entries"]]
    return {"pages": listed, "entries": rows}


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    builder: StandaloneHTMLBuilder = app.builder  # type: ignore[assignment]  # the check above says so
    found = _read_pages(app, sorted(set(app.env.found_docs) - REPEATING))
    text = json.dumps(index(builder, found), ensure_ascii=False, separators=(",", ":"))
    Path(app.outdir, INDEX).write_text(f"window.serviceEncounterIndex={text};\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("build-finished", _write)
