"""The chapter template, and the preview of one page that follows its file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from conftest import SmallBook

from course_tools import preview, project

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEMPLATE = project.BOOK / "template" / "chapter.md"


class Preview:
    """A preview in a process of its own, and what it says, line by line."""

    def __init__(self, book: SmallBook, page: str) -> None:
        self.running = subprocess.Popen(
            [sys.executable, "-m", "course_tools.preview", page],
            cwd=book.root,
            env={**os.environ, "PYTHONPATH": str(book.root / "src"), "NO_BROWSER": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.running.stdout is not None
        for line in self.running.stdout:
            self.lines.put(line)

    def says(self) -> str:
        """Its next line."""
        return self.lines.get(timeout=90)


@pytest.fixture
def preview_of_first(small_book: SmallBook) -> Iterator[Preview]:
    """A preview of the small book's first chapter."""
    started = Preview(small_book, "before/first")
    yield started
    started.running.terminate()
    started.running.wait()


def test_a_copy_of_the_template_builds_and_its_figure_moves(small_book: SmallBook, chromium: Browser):
    chapter = small_book.root / "book" / "during" / "waiting.md"
    chapter.parent.mkdir(exist_ok=True)
    shutil.copy(TEMPLATE, chapter)
    glossary = small_book.root / "book" / "reference"
    glossary.mkdir(exist_ok=True)
    shutil.copy(project.BOOK / "reference" / "glossary.md", glossary)
    more = "  - file: before/second\n  - file: during/waiting\n  - file: reference/glossary\n"
    with small_book.edited("_toc.yml", "  - file: before/second\n", more):
        done = small_book.build()
    assert done.returncode == 0, done.stderr
    html = (small_book.site / "during" / "waiting.html").read_text(encoding="utf8")
    assert "Copy this file" not in html
    assert "What a good answer weighs" not in html
    page = chromium.new_page()
    page.goto((small_book.site / "during" / "waiting.html").as_uri())
    page.locator("#fig-template-wait").scroll_into_view_if_needed()
    page.locator("#fig-template-wait[data-live=alive]").wait_for()
    told = page.locator("#fig-template-wait [data-told]")
    assert told.inner_text() == "4.0\N{NO-BREAK SPACE}minutes"
    page.locator("#fig-template-wait-minutes").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-told]').textContent.startsWith('6.0')")
    page.close()


def test_a_preview_follows_its_file_and_says_what_is_wrong(
    small_book: SmallBook, preview_of_first: Preview, chromium: Browser
):
    says = preview_of_first.says
    address = says().partition(" ")[0]
    assert address.endswith("/before/first.html")
    complaints: list[str] = []
    page = chromium.new_page()
    page.on("console", lambda said: complaints.append(said.text) if "Policy" in said.text else None)
    page.goto(address)
    page.evaluate("window.kept = true")
    page.wait_for_timeout(700)
    assert page.evaluate("window.kept")
    with small_book.edited("book/before/first.md", "# First", "# The first, mended"):
        page.get_by_role("heading", name="The first, mended").wait_for(timeout=60_000)
        assert says().startswith(address)
    assert says().startswith(address)
    with small_book.edited("book/before/first.md", "share = 0.25", "share = 0.25 / 0"):
        assert says().startswith("book/before/first.md:18: cell raised ZeroDivisionError")
        assert says() == "Not built; waiting for the next change.\n"
        page.reload()
        assert page.get_by_role("heading", name="First").is_visible()
    assert says().startswith(address)
    assert complaints == []
    page.close()


def test_a_page_that_does_not_exist_is_named_with_those_that_do(capsys: pytest.CaptureFixture[str]):
    assert preview.main(["before/choise"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("no page 'before/choise': there is no book/before/choise.md. Pages are ")
    assert "before/choice" in said
    assert preview.main([]) == 2
    assert "PAGE=before/choice" in capsys.readouterr().err


def test_only_the_pages_own_file_and_what_all_pages_share_are_watched():
    files = preview.watched("before/choice")
    names = {path.relative_to(project.ROOT).as_posix() for path in files}
    assert {"book/before/choice.md", "book/claims.yml", "data/travel_mode.csv"} <= names
    assert "book/index.md" not in names
    path = project.BOOK / "before" / "choice.md"
    assert preview.changes(files, {**files, path: 0}) == {path}
    assert preview.changes(files, {key: when for key, when in files.items() if key != path}) == {path}
