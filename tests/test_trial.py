"""The pages that list every claim and every work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_tools import project
from course_tools.sphinx_ext.lesson.claims import PAGES, VERDICTS, read_claims
from course_tools.sphinx_ext.trial import names, plain, uncited, works

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLAIMS = read_claims(project.BOOK / "claims.yml").claims
WORKS = project.BOOK / "references.bib"


@pytest.fixture(scope="module")
def bibliography(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bib") / "references.bib"
    entry = "@article{{{key}, author = {{{author}}}, title = {{T}}, year = {{{year}}}}}\n"
    written = [
        entry.format(key="two", author="van der Aa, B. and Łoś, C.", year="2001"),
        entry.format(key="three", author="Aa, B. and Bb, C. and Cc, D.", year="2002"),
        entry.format(key="more", author="Zz, B. et al.", year="2003"),
    ]
    path.write_text("".join(written), encoding="utf8")
    return path


def test_works_are_named_as_a_sentence_names_them(bibliography: Path) -> None:
    entries = works(bibliography)
    assert {key: names(entry) for key, entry in entries.items()} == {
        "two": "van der Aa and Łoś",
        "three": "Aa et al.",
        "more": "Zz et al.",
    }
    assert list(entries) == ["three", "two", "more"]


def test_markup_of_the_bibliography_is_read() -> None:
    assert plain(r"{FMEA} in Z{\"u}rich \& Łódź") == "FMEA in Zürich & Łódź"


def test_citations_become_names_and_years(bibliography: Path) -> None:
    entries = works(bibliography)
    text = "As {cite:t}`two` say {cite:p}`three, more`."
    assert uncited(text, entries) == "As van der Aa and Łoś (2001) say (Aa et al., 2002; Zz et al., 2003)."


def test_every_claim_stands_on_the_page_with_its_verdict(site: Path) -> None:
    page = (site / "reference" / "claims.html").read_text(encoding="utf8")
    shown = re.findall(
        r'aria-label="Claim (\w+)" data-verdict="(\w+)" data-stage="(\w+)" data-page="([^"]+)"', page
    )
    assert sorted(shown) == sorted((one.id, one.verdict, one.stage, one.page) for one in CLAIMS.values())
    written = {one.id for one in CLAIMS.values() if (site / f"{one.page}.html").exists()}
    led = set(re.findall(r'href="\.\./[^"]+#claim-(\w+)"', page))
    assert led == written


def test_every_open_claim_stands_on_the_page_of_what_is_not_known(site: Path) -> None:
    page = (site / "reference" / "unknown.html").read_text(encoding="utf8")
    shown = re.findall(r'aria-label="Claim (\w+)" data-verdict="(\w+)"', page)
    assert sorted(shown) == sorted(
        (one.id, one.verdict) for one in CLAIMS.values() if one.verdict in ("contested", "untested")
    )
    assert page.count("What would settle it: ") == len(shown)


@pytest.mark.parametrize("listing", ["claims", "unknown"])
def test_a_listed_claim_names_the_chapter_that_tries_it(site: Path, listing: str) -> None:
    page = (site / "reference" / f"{listing}.html").read_text(encoding="utf8")
    heads = re.findall(r'<p class="se-claim-head">(.*?)</p>', page, re.DOTALL)
    named = re.findall(
        r"^Claim (\w+), chapter (\d+) ", "\n".join(re.sub(r"<[^>]+>", "", head) for head in heads), re.M
    )
    assert named
    assert all(PAGES[int(chapter) - 1] == CLAIMS[claim].page for claim, chapter in named)
    assert len(named) == page.count('class="se-docket-claim"')


def test_every_work_stands_on_the_page_and_says_where_it_is_cited(site: Path) -> None:
    page = (site / "reference" / "works.html").read_text(encoding="utf8")
    assert page.count("Used for: ") == len(works(WORKS))
    assert len(re.findall(r"Cited in chapters? <a href", page)) == len(works(WORKS))


def test_claims_are_sifted_by_keyboard_and_the_address_keeps_the_choice(
    site: Path, chromium: Browser
) -> None:
    page = chromium.new_page()
    page.goto(f"{site.as_uri()}/reference/claims.html")
    visible = page.locator("[data-verdict]:visible")
    assert visible.count() == len(CLAIMS)
    page.locator("#sieve-verdict").focus()
    page.keyboard.type("Wrong")
    wrong = [one for one in CLAIMS.values() if one.verdict == "wrong"]
    assert visible.count() == len(wrong)
    assert page.locator(".se-sieve [role=status]").inner_text() == f"{len(wrong)} of {len(CLAIMS)} claims"
    page.reload()
    assert visible.count() == len(wrong)
    page.locator("#sieve-stage").select_option("after")
    assert visible.count() == sum(one.stage == "after" for one in wrong)
    page.close()


def test_counts_by_verdict_are_those_of_the_file(site: Path) -> None:
    page = (site / "reference" / "claims.html").read_text(encoding="utf8")
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    counts = [int(count) for count in re.findall(r"<td>(\d+)</td>", table)]
    assert counts == [sum(one.verdict == verdict for one in CLAIMS.values()) for verdict in VERDICTS]
