"""The build is whole or it is not there, and what is wrong is said with file and line."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import SmallBook

from course_tools import build, project
from course_tools.lock import alone


@pytest.fixture(scope="module")
def built(small_book: SmallBook) -> SmallBook:
    """The small book, built once."""
    done = small_book.build()
    assert done.returncode == 0, done.stderr
    return small_book


@contextmanager
def _site_untouched(book: SmallBook) -> Iterator[None]:
    before = book.files()
    yield
    assert book.files() == before


def _fails_twice(book: SmallBook) -> str:
    """Build twice; both must fail in the same words, which are returned without the last line."""
    with _site_untouched(book):
        first, second = book.build(), book.build()
    assert (first.returncode, second.returncode) == (1, 1)
    assert first.stderr == second.stderr
    lines = first.stderr.splitlines()
    assert lines[-1] == "The book was not built; the last whole site, if any, is untouched."
    return "\n".join(lines[:-1])


def test_sphinx_finds_every_chapter_executed(built: SmallBook) -> None:
    log = (built.root / "_build" / "student.log").read_text()
    assert log.count("Using cached notebook") == 2
    assert "Executing notebook" not in log


def test_first_page_is_printed_and_outputs_are_in_the_pages(built: SmallBook) -> None:
    assert built.build().stdout.startswith(str(built.site / "index.html"))
    assert "0.25" in (built.site / "before" / "first.html").read_text()
    assert "42" in (built.site / "before" / "second.html").read_text()


def test_unchanged_book_is_not_built_again(built: SmallBook) -> None:
    log = built.root / "_build" / "student.log"
    stamps = {path: path.stat().st_mtime_ns for path in [log, *built.site.rglob("*")]}
    assert built.build().returncode == 0
    assert {path: path.stat().st_mtime_ns for path in [log, *built.site.rglob("*")]} == stamps


def test_damaged_site_is_built_again(built: SmallBook) -> None:
    page = built.site / "before" / "second.html"
    page.unlink()
    assert built.build().returncode == 0
    assert page.exists()


CITATION = "{cite:t}`little1961`\n\n```{bibliography}\n:filter: docname in docnames\n```"


def test_edited_pages_give_what_a_fresh_build_gives(built: SmallBook) -> None:
    (built.root / "book" / "before" / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    with built.edited("book/before/second.md", "# Second", "# Second\n\n![A dot](dot.svg)"):
        assert built.build().returncode == 0
        assert "_images/dot.svg" in built.files()
    with (
        built.edited("book/before/second.md", "# Second", f"# Another second\n\n{CITATION}"),
        built.edited("book/before/first.md", "# First", "# First\n\n## Before all that\n\nA sentence."),
    ):
        assert built.build().returncode == 0
        incremental = built.files()
        (built.root / "_build" / "cache" / "site-student.json").unlink()
        (built.root / "_build" / "work" / "student" / "inputs").unlink()
        assert built.build().returncode == 0
        assert b"Another second" in incremental["before/first.html"]
        assert built.files() == incremental
    assert built.build().returncode == 0


def test_an_edited_sentence_writes_its_page_and_no_other(built: SmallBook) -> None:
    log = built.root / "_build" / "student.log"
    with built.edited("book/before/second.md", "# Second", "# Second\n\nA sentence more."):
        assert built.build().returncode == 0
        plain = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text())
        written = re.findall(r"writing output\.\.\. \[ *\d+%\]\s+(\S+)", plain)
    assert built.build().returncode == 0
    assert set(written) == {"before/second", "index"}  # Sphinx always writes its root


def test_zip_holds_the_site_but_itself(built: SmallBook) -> None:
    files = built.files()
    name = f"download/{project.archive_name()}"
    packed = zipfile.ZipFile(io.BytesIO(files.pop(name)))
    top = project.archive_name().removesuffix(".zip")
    assert {entry.removeprefix(f"{top}/"): packed.read(entry) for entry in packed.namelist()} == files


def test_every_page_shows_the_version_and_the_wheel_is_offered(built: SmallBook) -> None:
    for page in ("index", "before/first", "before/second"):
        assert project.version() in (built.site / f"{page}.html").read_text()
    assert (built.site / "download" / project.wheel_name()).exists()


def test_raising_cell_names_the_line(built: SmallBook) -> None:
    with built.edited("book/before/first.md", "print(share)", "print(share)\nint('twelve')"):
        message = _fails_twice(built)
    assert message == (
        "book/before/first.md:20: cell raised ValueError: invalid literal for int() with base 10: 'twelve'"
    )


def test_error_inside_a_function_names_the_line_of_the_call(built: SmallBook) -> None:
    code = "import json\njson.loads('{')"
    with built.edited("book/before/second.md", "6 * 7", code):
        message = built.build().stderr
    assert message.startswith("book/before/second.md:17: cell raised JSONDecodeError: ")


def test_warning_in_a_cell_fails(built: SmallBook) -> None:
    code = "import warnings\nwarnings.warn('shares do not sum to one')"
    with built.edited("book/before/second.md", "6 * 7", code):
        message = _fails_twice(built)
    assert message == (
        "book/before/second.md:17: cell wrote to stderr: UserWarning: shares do not sum to one"
    )


def test_every_broken_chapter_is_named_at_once(built: SmallBook) -> None:
    with (
        built.edited("book/before/first.md", "print(share)", "1 / 0"),
        built.edited("book/before/second.md", "6 * 7", "unknown"),
    ):
        lines = built.build().stderr.splitlines()
    assert lines[0].startswith("book/before/first.md:19: cell raised ZeroDivisionError")
    assert lines[1].startswith("book/before/second.md:16: cell raised NameError")


def test_chapter_without_header(built: SmallBook) -> None:
    with built.edited("book/before/second.md", "format_name: myst", "format_name: markdown"):
        message = _fails_twice(built)
    assert message.startswith("book/before/second.md:1: the header lacks jupytext's format_name: myst")


def test_chapter_without_kernelspec(built: SmallBook) -> None:
    with built.edited("book/before/second.md", "  name: python3\n", ""):
        message = _fails_twice(built)
    assert message.startswith("book/before/second.md:1: the header lacks a kernelspec with a name")


def test_a_directive_that_markdown_would_print_as_text(built: SmallBook) -> None:
    with built.edited(
        "book/before/second.md", "# Second", "# Second\n\n```{weighs} Of `cases`\nThe key.\n```"
    ):
        message = _fails_twice(built)
    assert message.startswith("book/before/second.md:15: a ``` directive with a backtick in its first line")


def test_unknown_label_fails_and_fails_again(built: SmallBook) -> None:
    with built.edited("book/index.md", "<first>", "<nowhere>"):
        message = _fails_twice(built)
    assert message.startswith("book/index.md:3: undefined label: 'nowhere'")


def test_label_that_vanished_from_another_page_fails(built: SmallBook) -> None:
    assert built.build().returncode == 0
    with built.edited("book/before/first.md", "(first)=\n", ""):
        message = _fails_twice(built)
    assert message.startswith("book/index.md:3: undefined label: 'first'")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("before/second", "before/third", "_toc.yml:5: no such page: book/before/third.md"),
        (
            "before/second",
            "before/first",
            "_toc.yml:5: before/first stands on line 4 already; list a page once",
        ),
        ("chapters:", "chapters: [", "_toc.yml:4: not YAML: "),
    ],
)
def test_contents_that_cannot_be_built(built: SmallBook, old: str, new: str, message: str) -> None:
    with built.edited("_toc.yml", old, new):
        assert _fails_twice(built).startswith(message)


def test_slip_in_the_data_is_one_message(built: SmallBook) -> None:
    with built.edited("data/tip_joke.csv", "joke,72,30", "joke,seventy,30"):
        message = _fails_twice(built)
    assert message.startswith("data/tip_joke.csv line 2, column 'n': 'seventy' must be a whole number")
    assert "\n" not in message


def test_malformed_descriptor_is_one_message(built: SmallBook) -> None:
    with built.edited("data/datapackage.json", '"resources"', '"resources'):
        message = _fails_twice(built)
    assert message.startswith("data/datapackage.json is not valid JSON")
    assert "line" in message


def test_changed_data_runs_the_chapters_again(built: SmallBook) -> None:
    assert built.build().returncode == 0
    code = "from service_encounter import cases\nint(cases.load('tip_joke').tipped.sum())"
    with built.edited("book/before/second.md", "6 * 7", code):
        assert built.build().returncode == 0
        assert ">60<" in (built.site / "before" / "second.html").read_text().replace("\n", "")
        with built.edited("data/tip_joke.csv", "joke,72,30", "joke,72,31"):
            assert built.build().returncode == 0
            assert ">61<" in (built.site / "before" / "second.html").read_text().replace("\n", "")


def test_instructors_edition_has_a_place_of_its_own_and_no_zip(built: SmallBook) -> None:
    with _site_untouched(built):
        done = built.build("instructor")
    assert done.returncode == 0, done.stderr
    site = built.root / "_build" / "instructor"
    assert done.stdout.startswith(str(site / "index.html"))
    assert [path.name for path in (site / "download").iterdir()] == [project.wheel_name()]


def test_a_second_build_waits_for_the_first(built: SmallBook) -> None:
    with alone(built.root / "_build" / "lock"):
        waiting = built.start()
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == "Another build is at work in this checkout; waiting for it.\n"
        assert waiting.poll() is None
    _, _ = waiting.communicate()
    assert waiting.returncode == 0


def test_unknown_edition() -> None:
    assert build.main(["teachers"]) == 2


def test_record_says_what_the_site_holds(built: SmallBook) -> None:
    record = json.loads((built.root / "_build" / "cache" / "site-student.json").read_text())
    assert set(record["files"]) == set(built.files())


def test_sphinx_messages_are_short_and_said_once() -> None:
    log = "\n".join(
        [
            "reading sources...",
            f"{project.ROOT}/book/index.md:3: WARNING: undefined label: 'x' [ref.ref]",
            f"{project.ROOT}/book/index.md:3: WARNING: undefined label: 'x' [ref.ref]",
            "\x1b[91mWARNING: no page for it\x1b[39;49;00m",
            "Theme error:",
            "An error happened in rendering the page search.",
            "Reason: TemplateNotFound",
            "Traceback (most recent call last):",
            "  File",
        ]
    )
    assert build.sphinx_messages(log) == [
        "book/index.md:3: undefined label: 'x' [ref.ref]",
        "no page for it",
        "Theme error: An error happened in rendering the page search. Reason: TemplateNotFound",
    ]
