"""All claims of practice are in the file, and each entry is one that a reader can hold us to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course_tools import project
from course_tools.sphinx_ext.lesson.claims import Claim, read_claims, untried

FILE = project.BOOK / "claims.yml"
CLAIMS = read_claims(FILE)
IDS = [
    f"{letter}{n}"
    for letter, last in zip("ABCDE", (22, 27, 34, 43, 34), strict=True)
    for n in range(1, last + 1)
]
WORKS = set(re.findall(r"@\w+\{(\w+),", (project.BOOK / "references.bib").read_text(encoding="utf-8")))
FROM_MEMORY = {
    entry[1]
    for entry in re.finditer(
        r"@\w+\{(\w+),.*?verification = \{(\w+)\}",
        (project.BOOK / "references.bib").read_text(encoding="utf-8"),
        re.DOTALL,
    )
    if entry[2] == "M"
}

GOOD = """\
- id: B11
  claim: A small set is weighed.
  stage: before
  page: before/choice
  also: []
  framework: Evoked set
  verdict: supported
  reason: Nobody compares thousands.
  effect: null
  change: Data without a short list.
  works: [howard1969]
"""


def test_the_file_is_without_problems() -> None:
    """Each problem would fail the build."""
    assert [str(problem) for problem in CLAIMS.problems] == []


def test_every_claim_is_there_once_and_in_order() -> None:
    """A1-A22, B1-B27, C1-C34, D1-D43, E1-E34."""
    assert list(CLAIMS.claims) == IDS
    assert len(IDS) == 160


@pytest.mark.parametrize("claim", CLAIMS.claims.values(), ids=lambda claim: claim.id)
def test_works_exist(claim: Claim) -> None:
    """The listed works and those cited in the texts are in the bibliography."""
    texts = " ".join([claim.claim, claim.reason, claim.effect or "", claim.change])
    cited = set(re.findall(r"\{cite:[tp]\}`(\w+)`", texts))
    assert cited | set(claim.works) <= WORKS
    assert cited <= set(claim.works), "a work cited in a text belongs in the list"


@pytest.mark.parametrize("claim", CLAIMS.claims.values(), ids=lambda claim: claim.id)
def test_what_nobody_saw_is_reported_and_not_asserted(claim: Claim) -> None:
    """A sentence that cites a work from memory says that it passes on a report or a supposition."""
    for sentence in re.split(r"(?<=\.)\s", f"{claim.reason} {claim.effect or ''}"):
        if FROM_MEMORY & set(re.findall(r"\{cite:[tp]\}`(\w+)`", sentence)):
            assert re.search(r"report|thought to", sentence, re.IGNORECASE), sentence


def test_each_reason_is_a_reason_of_its_own() -> None:
    """No sentence serves two claims; a template would."""
    sentences = [
        s for claim in CLAIMS.claims.values() for s in re.split(r"(?<=\.)\s", claim.reason) if len(s) > 40
    ]
    assert len(sentences) == len(set(sentences))
    assert all(len(claim.reason.split()) >= 15 for claim in CLAIMS.claims.values())


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("- id: B11", "- id: Z99", 1, "a claim needs an id such as B11, got 'Z99'"),
        (
            "verdict: supported",
            "verdict: true-ish",
            7,
            "claim B11: 'verdict' must be one of supported, conditional",
        ),
        (
            "stage: before",
            "stage: between",
            3,
            "claim B11: 'stage' must be one of before, during, after, whole",
        ),
        (
            "page: before/choice",
            "page: before/choise",
            4,
            "claim B11: 'page' must be one of orientation/journey",
        ),
        ("also: []", "also: [after/all]", 5, "claim B11: 'also' names the page 'after/all'"),
        ("reason: Nobody compares thousands.", "reason: ''", 8, "claim B11: 'reason' must be text, got ''"),
        ("  effect: null\n", "", 1, "claim B11: 'effect' is missing"),
        ("effect: null", "effect: 3", 9, "claim B11: 'effect' must be text, got 3 (put quotes"),
        ("works:", "work:", 11, "claim B11: unknown key 'work'"),
        ("change: Data", "change: [Data", 11, "not valid YAML"),
        ("stage: before", "stage: before\n  stage: after", 4, "'stage' is given twice"),
    ],
)
def test_a_bad_entry_is_named_by_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    """One message with file, line, claim, value and what is allowed."""
    path = tmp_path / "book" / "claims.yml"
    path.parent.mkdir()
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    problems = [str(problem) for problem in read_claims(path).problems]
    assert len(problems) == 1
    assert problems[0].startswith(f"book/claims.yml:{line}: {message}")


def test_a_bad_entry_does_not_hide_the_next(tmp_path: Path) -> None:
    """Every problem is named in one build, and a second entry under a taken id is one."""
    path = tmp_path / "claims.yml"
    path.write_text(GOOD.replace("supported", "fine") + GOOD.replace("B11", "B12") * 2, encoding="utf-8")
    found = read_claims(path)
    assert list(found.claims) == ["B12"]
    assert [problem.location.rpartition(":")[2] for problem in found.problems] == ["7", "23"]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    """Not an empty court."""
    assert "no such file" in str(read_claims(tmp_path / "claims.yml").problems[0])


def test_a_home_page_that_tries_no_claim_is_named() -> None:
    """Only pages of the book as it stands count."""
    claims = [CLAIMS.claims["B11"], CLAIMS.claims["B12"], CLAIMS.claims["C1"]]
    complaints = untried(claims, ["before/choice"], {"B11": "before/choice"})
    assert len(complaints) == 1
    assert complaints[0].startswith(CLAIMS.claims["B12"].source)
    assert "claim B12: its home page before/choice does not try it" in complaints[0]
    assert untried(claims, [], {}) == []


def _tried(page: str) -> set[str]:
    path = project.BOOK / f"{page}.md"
    text = path.read_text(encoding="utf-8")
    return {
        key
        for found in re.findall(r"^[`:]{3,}\{claim\}\s+(.+)$", text, re.MULTILINE)
        for key in found.split()
    }


def test_every_chapter_of_the_book_tries_its_claims() -> None:
    """A page counts once it is in the table of contents."""
    toc = (project.ROOT / "_toc.yml").read_text(encoding="utf-8")
    pages = set(re.findall(r"file:\s*(\S+)", toc))
    tried = {key: page for page in pages for key in _tried(page) if CLAIMS.claims[key].page == page}
    assert untried(CLAIMS.claims.values(), pages, tried) == []
