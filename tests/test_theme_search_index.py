"""What the search index takes from a page, and how the browser's side ranks it."""

from __future__ import annotations

import json

import pytest

from course_tools import page_assets, project
from course_tools.sphinx_ext import search

PAGE = """<html><body><nav id="term-menu">Menu</nav><article class="se-text">
<section id="waiting"><h1>Waiting<a class="headerlink" href="#waiting">#</a></h1>
<p>People <em>wait</em>.<br>Some leave.</p><svg><text>axis</text></svg><script>code()</script>
<div hidden>not shown</div><span class="se-unseen">for screen readers</span>
<section id="little"><h2>Little's law</h2><p>L is lambda W.</p>
<div id="claim-C3"><p><strong>A busy clerk is efficient.</strong> Wrong.</p></div>
<p>After the claim.</p>
<figure id="fig-queue"><figcaption><p class="se-figure-title">Queues explode</p></figcaption></figure>
</section>
<dl><dt id="term-balking">balking</dt><dd><p>Leaving at once. <span lang="zh">放弃排队</span></p></dd>
<dt id="term-reneging">reneging</dt><dd>Leaving later.</dd></dl><p>Last words.</p>
</section></article><footer>version</footer></body></html>"""


def found() -> dict[str, search.Entry]:
    """Entries of the page above by anchor."""
    return {entry.anchor: entry for entry in search.entries(PAGE)}


def test_sections_claims_terms_and_figures_become_entries() -> None:
    assert {anchor: (entry.kind, entry.heading) for anchor, entry in found().items()} == {
        "waiting": ("section", "Waiting"),
        "little": ("section", "Little's law"),
        "claim-C3": ("claim", "A busy clerk is efficient."),
        "fig-queue": ("figure", "Queues explode"),
        "term-balking": ("term", "balking"),
        "term-reneging": ("term", "reneging"),
    }


def test_text_goes_to_the_innermost_entry_and_back() -> None:
    entries = found()
    assert entries["little"].text == "L is lambda W. After the claim."
    assert entries["claim-C3"].text == "Wrong."
    assert entries["term-balking"].text == "Leaving at once. 放弃排队"
    assert entries["term-reneging"].text == "Leaving later."
    assert entries["waiting"].text == "People wait. Some leave. Last words."


@pytest.mark.parametrize("word", ["axis", "code()", "not shown", "screen readers", "Menu", "version", "#"])
def test_what_is_not_read_is_not_found(word: str) -> None:
    assert all(word not in entry.heading + entry.text for entry in found().values())


def ask(entries: list[tuple[str, str, str]], *queries: str) -> list[list[str]]:
    """Headings that the browser's matching finds for each query; entries are (kind, heading, text)."""
    index = {
        "pages": [["page.html", "Page", "Act one", 1]],
        "entries": [[0, f"a{number}", *entry] for number, entry in enumerate(entries)],
    }
    match = (page_assets.SOURCES / "src" / "shell" / "match.js").as_uri()
    program = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ prepare, search }} from {json.dumps(match)};
        const {{ index, queries }} = JSON.parse(readFileSync(0, "utf8"));
        const prepared = prepare(index);
        const headings = (query) => search(prepared, query).map((entry) => entry.title);
        console.log(JSON.stringify(queries.map(headings)));
    """
    stdin = json.dumps({"index": index, "queries": queries})
    answer: list[list[str]] = json.loads(
        page_assets.run_node(project.CACHE, ["--input-type=module", "-e", program], stdin=stdin)
    )
    return answer


GLOSSARY = [
    ("section", "The room", "The servicescape, as Bitner calls it. servicescape servicescape servicescape"),
    ("section", "Servicescape and staff", "Music for whom?"),
    (
        "term",
        "servicescape",
        "The built surroundings. entorno físico, otoczenie usługi, סְבִיבַת השירות, 服务场景",
    ),
    ("term", "line of visibility", "What customers see. línea de visibilidad, 可视线"),
    ("section", "Queues", "Customers queue, and some are queueing for nothing. Two classes of policies."),
]


def test_a_term_comes_before_sections_that_use_it_and_headings_before_text() -> None:
    assert ask(GLOSSARY, "servicescape") == [["servicescape", "Servicescape and staff", "The room"]]


@pytest.mark.parametrize(
    "query",
    [
        "服务",
        "场景",
        "务场",
        "服务场景",
        "usługi",
        "uslugi",
        "fisico",
        "físico",
        "סביבת",
        "SERVICESCAPE built",
    ],
)
def test_terms_are_found_in_every_language_with_and_without_accents(query: str) -> None:
    assert ask(GLOSSARY, query)[0][0] == "servicescape"


def test_a_longer_chinese_query_is_found_by_its_pairs() -> None:
    assert ask(GLOSSARY, "可视线条")[0] == ["line of visibility"]


def test_plain_english_forms_are_found() -> None:
    queue, policy, klass = ask(GLOSSARY, "queue", "policy", "class")
    assert queue == klass == ["Queues"]
    assert policy == []
    assert ask(GLOSSARY, "policies")[0] == ["Queues"]


def test_every_word_must_occur_unless_no_place_has_all() -> None:
    both, one, none = ask(GLOSSARY, "music staff", "music zebra", "zebra")
    assert both == one == ["Servicescape and staff"]
    assert none == []


@pytest.mark.parametrize("query", ["", "   ", "…", "'"])
def test_a_query_without_words_finds_nothing(query: str) -> None:
    assert ask(GLOSSARY, query) == [[]]
