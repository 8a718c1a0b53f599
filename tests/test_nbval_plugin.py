"""The plugin that lets nbval run the chapters: what counts as the same, and what fails where."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jupytext.myst import myst_to_notebook
from nbclient import NotebookClient

from course_tools.nbval_plugin import vanished
from course_tools.nbval_plugin.canonical import Json, Output, agree, canonical_outputs
from course_tools.nbval_plugin.records import (
    CellRecord,
    RecordError,
    match,
    pretty,
    read_records,
    write_records,
)

ROOT = Path(__file__).resolve().parents[1]

HEADER = """\
---
kernelspec:
  name: python3
  display_name: Python 3
---

# A page
"""


def page(*cells: str) -> str:
    """A page of Markdown with these code cells; the first fence is on line 9."""
    return HEADER + "".join(f"\n```{{code-cell}}\n{textwrap.dedent(cell).strip()}\n```\n" for cell in cells)


CHOICE = page(
    """
    import csv, os
    waits = {row["mode"]: row["wait"] for row in csv.DictReader(open("../../data/waits.csv"))}
    """,
    "waits['train']",
    "os.environ['SERVICE_ENCOUNTER_FIGURES']",
    'print(f"{sum(map(float, waits.values())) / 3:.12f} minutes")',
    "len(waits)",
)
IMPORT, TRAIN, MODE, MEAN, COUNT = (f"book/before/choice.md::line {line}" for line in (9, 14, 18, 22, 26))

NOISY = page(
    """
    import random, tempfile, uuid
    class Thing: pass
    Thing()
    """,
    "print(uuid.uuid4(), uuid.uuid4().hex)",
    "tempfile.mkdtemp()",
    "print(1 / 3 + random.random() * 1e-10, [0.1 * (3 + random.random() * 1e-10), 1e-17 * random.random()])",
    """
    display({
        "application/vnd.vegalite.v6+json": {
            "$schema": f"https://example.org/{random.random()}",
            "datasets": {"data-" + (name := uuid.uuid4().hex): [{"x": 2 / 3 + random.random() * 1e-10}]},
            "data": {"name": "data-" + name},
        },
        "text/html": f"<div>{random.random()}</div>",
        "image/png": "iVBORw0KGgo=",
    }, raw=True)
    """,
)


@dataclass(frozen=True)
class Run:
    """What one run of pytest on a book said."""

    code: int
    output: str

    @property
    def failed(self) -> set[str]:
        """The cells that failed."""
        return set(re.findall(r"^FAILED (\S+::line \d+)", self.output, re.MULTILINE))


def nbval(root: Path, *arguments: str, plugin: bool = True) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "-q"]
        + (["-p", "course_tools.nbval_plugin"] if plugin else [])
        + list(arguments or ["book"]),
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(done.returncode, done.stdout + done.stderr)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of two pages whose outputs were just accepted."""
    root = tmp_path_factory.mktemp("accepted")
    write(root / "pytest.ini", "[pytest]\n")
    write(root / "data" / "waits.csv", "mode,wait\nair,69\ntrain,34\nbus,41.123456\n")
    write(root / "book" / "before" / "choice.md", CHOICE)
    write(root / "book" / "noisy.md", NOISY)
    write(root / "book" / "prose.md", HEADER)
    run = nbval(root, "book", "--accept")
    assert run.code == 0, run.output
    return root


@pytest.fixture
def book(accepted: Path, tmp_path: Path) -> Path:
    """A copy of the accepted book, to be changed."""
    return shutil.copytree(accepted, tmp_path / "book-of-the-test")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_record_is_readable_and_names_no_machine(accepted: Path) -> None:
    record = (accepted / "tests" / "outputs" / "before" / "choice.json").read_text(encoding="utf-8")
    entries = json.loads(record)
    assert [entry["cell"] for entry in entries][:3] == [
        "import csv, os",
        "waits['train']",
        "os.environ['SERVICE_ENCOUNTER_FIGURES']",
    ]
    assert entries[0]["outputs"] == []
    assert entries[2]["outputs"] == [{"data": {"text/plain": "'page'"}, "output_type": "display_data"}]
    assert entries[3]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": "48.0412 minutes\n"}]
    noisy = (accepted / "tests" / "outputs" / "noisy.json").read_text(encoding="utf-8")
    assert tempfile.gettempdir() not in noisy
    assert max(map(len, record.splitlines())) <= 110
    assert sorted(path.name for path in (accepted / "tests" / "outputs").rglob("*.json")) == [
        "choice.json",
        "noisy.json",
    ]


def test_a_changed_number_fails_exactly_the_cells_it_touches(book: Path) -> None:
    edit(book / "data" / "waits.csv", "train,34", "train,35")
    run = nbval(book, "book/before/choice.md")
    assert run.code == 1
    assert run.failed == {TRAIN, MEAN}
    assert "book/before/choice.md:22: Cell outputs differ\n--- recorded\n+++ now\n" in run.output
    assert re.search(r"^-.*48\.0412 minutes.*\n\+.*48\.3745 minutes", run.output, re.MULTILINE)


def test_a_change_in_the_seventh_digit_passes(book: Path) -> None:
    edit(book / "data" / "waits.csv", "41.123456", "41.123466")
    run = nbval(book, "book/before/choice.md")
    assert run.code == 0, run.output


def test_a_noisy_page_passes_where_plain_nbval_fails(book: Path) -> None:
    run = nbval(book, "book/noisy.md")
    assert run.code == 0, run.output
    assert "5 passed" in run.output

    executed = NotebookClient(myst_to_notebook(NOISY), kernel_name="python3").execute()
    write(book / "plain.ipynb", json.dumps(executed))
    run = nbval(book, "plain.ipynb", "--nbval-current-env", plugin=False)
    assert "5 failed" in run.output


def test_an_inserted_cell_fails_alone(book: Path) -> None:
    edit(
        book / "book" / "before" / "choice.md",
        "\n```{code-cell}\nlen(",
        "\n```{code-cell}\n1\n```\n\n```{code-cell}\nlen(",
    )
    run = nbval(book, "book/before/choice.md")
    assert run.failed == {COUNT}  # the inserted cell stands where the last one stood
    assert "book/before/choice.md:26: no recorded output: run make accept" in run.output


def test_a_page_without_record_fails(book: Path) -> None:
    write(book / "book" / "new.md", page("1 + 1", "x = 2"))
    run = nbval(book, "book/new.md")
    assert run.failed == {"book/new.md::line 9", "book/new.md::line 13"}
    assert "no recorded output: run make accept" in run.output


def test_accept_keeps_the_record_of_a_page_with_a_failing_cell(book: Path) -> None:
    record = book / "tests" / "outputs" / "before" / "choice.json"
    before = record.read_bytes()
    edit(book / "data" / "waits.csv", "train,34", "train,35")
    edit(book / "book" / "before" / "choice.md", "len(waits)", "total = 0\n1 / total")
    run = nbval(book, "book/before/choice.md", "--accept")
    assert run.code == 1
    assert run.failed == {COUNT}
    assert "book/before/choice.md:28: Cell execution caused an exception" in run.output
    assert "ZeroDivisionError" in run.output
    assert record.read_bytes() == before


def test_what_a_cell_writes_to_stderr_fails_it_and_is_not_accepted(book: Path) -> None:
    edit(
        book / "book" / "before" / "choice.md",
        "len(waits)",
        "import sys; sys.stderr.write('careless'); len(waits)",
    )
    record = book / "tests" / "outputs" / "before" / "choice.json"
    before = record.read_bytes()
    for arguments in ([], ["--accept"]):
        run = nbval(book, "book/before/choice.md", *arguments)
        assert run.failed == {COUNT}
        assert "book/before/choice.md:26: the cell wrote to stderr\ncareless" in run.output
    assert record.read_bytes() == before


def test_accept_writes_no_noise_no_other_page_and_removes_vanished_ones(book: Path) -> None:
    outputs = book / "tests" / "outputs"
    records = {path: path.read_bytes() for path in outputs.rglob("*.json")}
    gone = write(outputs / "after" / "gone.json", "[]\n")
    edit(book / "data" / "waits.csv", "train,34", "train,35")
    assert nbval(book, "book/noisy.md", "--accept").code == 0
    assert not gone.exists()
    assert {path: path.read_bytes() for path in outputs.rglob("*.json")} == records


def test_accept_of_half_a_page_is_refused(book: Path) -> None:
    record = book / "tests" / "outputs" / "before" / "choice.json"
    before = record.read_bytes()
    run = nbval(book, IMPORT, "--accept")
    assert run.code == 1
    assert "book/before/choice.md: only 1 of 5 cells ran" in run.output
    assert record.read_bytes() == before


def test_workers_take_whole_pages(book: Path) -> None:
    refused = nbval(book, "book", "-n", "2")
    assert refused.code == pytest.ExitCode.USAGE_ERROR
    assert "--dist load would split the cells of a page: use --dist loadfile" in refused.output
    run = nbval(book, "book", "-n", "2", "--dist", "loadfile")
    assert run.code == 0, run.output
    assert "10 passed" in run.output


def test_accept_without_nbval_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "course_tools.nbval_plugin", "--accept"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--accept records what --nbval runs: give both" in done.stderr


def test_a_page_or_record_that_cannot_be_read_is_named(book: Path) -> None:
    edit(book / "book" / "before" / "choice.md", "  display_name: Python 3\n", "")
    write(book / "tests" / "outputs" / "noisy.json", "[\n<<<<<<< HEAD\n")
    run = nbval(book, "book", "--collect-only")
    assert run.code == pytest.ExitCode.INTERRUPTED
    assert "book/before/choice.md:1: not a MyST notebook: 'display_name' is a required property" in run.output
    assert re.search(r"noisy\.json:2: not valid JSON \(Expecting value\); run make accept", run.output)


def text(value: str) -> list[Output]:
    return [{"output_type": "stream", "name": "stdout", "text": value}]


def data(**mimes: Json) -> list[Output]:
    return [
        {"output_type": "display_data", "data": {name.replace("__", "/"): v for name, v in mimes.items()}}
    ]


@pytest.mark.parametrize(
    ("shown", "canonical"),
    [
        ("<Thing object at 0x7f3a2c1d9e80>", "<Thing object at <address>>"),
        ("123e4567-e89b-42d3-a456-426614174000", "<id 1>"),
        ("/tmp/tmpab12/result.csv, then", "<temporary path>, then"),
        ("/var/folders/x1/y2/T/tmpab12 ", "<temporary path> "),
        ("/somewhere/checkout/data/a.csv", "<project>/data/a.csv"),
        ("\x1b[31mred\x1b[0m", "red"),
        ('a <svg width="1"><path/></svg> b', "a <picture> b"),
        ("0.30000000000000004", "0.3"),
        ("1234567.891 and 1.23456789e-08", "1234570 and 1.23457e-08"),
        ("-0.00", "0.00"),
        ("12.50 1234567 3.11.123456789 2024.01.02", "12.50 1234567 3.11.123456789 2024.01.02"),
        ('<table id="T_1a2b3">', '<table id="T_<style>">'),
    ],
)
def test_canonical_text(shown: str, canonical: str) -> None:
    assert canonical_outputs(text(shown), root=Path("/somewhere/checkout")) == text(canonical)


def test_a_figure_is_compared_by_its_json_without_schema_and_pictures() -> None:
    figure: Json = {
        "width": 300,
        "$schema": "v6",
        "points": [1 / 3, {"y": 2, "x": 0.1 + 0.2}],
        "drawing": "<svg></svg>",
    }
    shown: Output = {
        "output_type": "execute_result",
        "execution_count": 3,
        "metadata": {},
        "data": {
            "application/vnd.service-encounter.figure+json": figure,
            "text/html": "<figure>...</figure>",
            "image/svg+xml": "<svg></svg>",
            "text/plain": "Figure()",
        },
    }
    (canonical,) = canonical_outputs([shown], root=ROOT)
    assert json.dumps(canonical) == json.dumps(
        {
            "output_type": "display_data",
            "data": {
                "application/vnd.service-encounter.figure+json": {
                    "drawing": "<picture>",
                    "points": [0.333333, {"x": 0.3, "y": 2}],
                    "width": 300,
                },
                "text/plain": "Figure()",
            },
        }
    )


def test_html_that_is_no_figure_is_compared() -> None:
    table = data(text__html="<td>1.5</td>", text__plain="<Styler>")
    assert canonical_outputs(table, root=ROOT) == table


def test_an_id_that_is_used_twice_stays_one_id() -> None:
    first, second = "a" * 32, "b" * 32
    (output,) = canonical_outputs(data(application__json=[first, second, first]), root=ROOT)
    assert output["data"] == {"application/json": ["<id 1>", "<id 2>", "<id 1>"]}


numbers = st.floats(1e-9, 1e15) | st.floats(-1e15, -1e-9)


def in_text(number: float) -> list[Output]:
    return text(f"mean {number!r} of 3")


def in_json(number: float) -> list[Output]:
    return data(application__json={"mean": number})


def test_noise_does_not_show_through_the_names_that_altair_hashes() -> None:
    def chart(noise: float) -> Json:
        points = (
            alt.Chart(pd.DataFrame({"x": [1, 2], "y": [0.5, 0.1 + noise]})).mark_point().encode(x="x", y="y")
        )
        slider = alt.param(value=0.2 + noise, bind=alt.binding_range(min=0, max=1))
        spec: Json = (points.add_params(alt.selection_interval(), slider) | points).to_dict()
        return spec

    quiet, noisy = data(application__json=chart(0)), data(application__json=chart(1e-13))
    recorded = canonical_outputs(quiet, root=ROOT)
    assert "$schema" not in json.dumps(recorded)
    assert canonical_outputs(noisy, root=ROOT, recorded=recorded) == recorded
    assert set(re.findall(r"[0-9a-f]{16}", json.dumps(quiet))) != set(
        re.findall(r"[0-9a-f]{16}", json.dumps(noisy))
    )


@given(numbers, st.floats(-1, 1))
def test_noise_in_the_ninth_digit_never_shows(number: float, noise: float) -> None:
    for shown in (in_text, in_json):
        recorded = canonical_outputs(shown(number), root=ROOT)
        assert canonical_outputs(shown(number * (1 + noise * 1e-9)), root=ROOT, recorded=recorded) == recorded


@given(numbers, st.sampled_from([-1, 1]), st.floats(2e-5, 1))
def test_a_change_in_the_fifth_digit_always_shows(number: float, sign: int, change: float) -> None:
    for shown in (in_text, in_json):
        recorded = canonical_outputs(shown(number), root=ROOT)
        assert (
            canonical_outputs(shown(number * (1 + sign * change)), root=ROOT, recorded=recorded) != recorded
        )


def test_a_number_on_the_edge_agrees_with_both_its_neighbours() -> None:
    assert agree(0.1234565, 0.123456)
    assert agree(0.1234565, 0.123457)
    assert not agree(0.1234567, 0.123456)
    assert not agree(float("nan"), 0.0)
    assert agree(float("nan"), float("nan"))


def test_short_numbers_are_compared_as_they_are_written() -> None:
    recorded = canonical_outputs(text("price 12.50, n 1234567"), root=ROOT)
    for changed in ("price 12.5, n 1234567", "price 12.51, n 1234567", "price 12.50, n 1234568"):
        assert canonical_outputs(text(changed), root=ROOT, recorded=recorded) != recorded


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.text(), json_values, max_size=3), max_size=3))
def test_a_record_is_read_as_it_was_written(outputs: list[Output]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a" / "page.json"
        records = [CellRecord.of("x = 1\nx", outputs)]
        write_records(path, records)
        assert read_records(path) == records


def test_a_long_text_has_a_line_of_the_record_for_each_of_its_lines() -> None:
    lines = [f"row {number} of a table that is wide enough" for number in range(4)]
    assert [line.strip(' ,"') for line in pretty(["\n".join(lines)]).splitlines() if "row" in line] == lines


def test_a_missing_record_has_no_cells(tmp_path: Path) -> None:
    assert read_records(tmp_path / "none.json") == []


@pytest.mark.parametrize("content", ["[1]", '{"cells": []}', '[{"cell": "x", "outputs": []}]', "1"])
def test_a_record_of_another_form_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(RecordError, match=r"page\.json:1: not a list of cell records"):
        read_records(write(tmp_path / "page.json", content))


def recorded(*sources: str) -> list[CellRecord]:
    return [CellRecord.of(source, text(source)) for source in sources]


def matched(old: list[str], new: list[str]) -> list[int | None]:
    records = recorded(*old)
    return [None if record is None else records.index(record) for record in match(new, records)]


def test_cells_are_matched_by_difference() -> None:
    old = ["import pandas", "frame.head()", "model = fit(frame)\nmodel", "plot(model)"]
    assert matched(old, old) == [0, 1, 2, 3]
    assert matched(old, [*old[:2], "new", *old[2:]]) == [0, 1, None, 2, 3]
    assert matched(old, [old[0], *old[2:]]) == [0, 2, 3]
    assert matched(old, [old[0], "frame.tail()", *old[2:]]) == [0, 1, 2, 3]
    assert matched(old, [*old[:2], "new", "model = fit(frame)\nmodel.table", old[3]]) == [0, 1, None, 2, 3]
    assert matched([], ["new"]) == [None]


def test_every_record_of_the_book_has_its_page() -> None:
    assert vanished(ROOT) == []
