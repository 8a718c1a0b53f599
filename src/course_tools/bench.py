"""Measure what the book costs and how fast its models are. The table goes into the README.

A measurement is a function that returns rows; to add one, put it into `MEASUREMENTS`.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from course_tools import audit, bench_figures, bench_models, project
from course_tools.bench_table import Row, table, write
from course_tools.build import EDITIONS
from course_tools.serve import serving

README = project.ROOT / "README.md"
_PAGES = {"front page": "index.html", "chapter 4": "before/choice.html"}
_IMPORT_RUNS = 5


def builds() -> list[Row]:
    """Cold, unchanged and one-page builds, of a copy of the checkout with nothing built."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "checkout"
        _copy_checkout(root)
        page = root / "book" / "before" / "choice.md"
        cold, unchanged = _build_seconds(root), _build_seconds(root)
        page.write_text(f"{page.read_text(encoding='utf-8')}\nOne more sentence.\n", encoding="utf-8")
        edited = _build_seconds(root)
    return [
        Row("build, cold (the page's npm packages included)", f"{cold:.1f} s"),
        Row("build, nothing changed", f"{unchanged:.2f} s"),
        Row("build, one sentence of chapter 4 changed", f"{edited:.1f} s"),
    ]


def _copy_checkout(root: Path) -> None:
    root.mkdir()
    for path in project.ROOT.iterdir():
        if path.name.startswith(".") or path.name in ("_build", "tests"):
            continue
        if path.is_dir():
            shutil.copytree(path, root / path.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, root)


def _build_seconds(root: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "course_tools.build"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def page_weight() -> list[Row]:
    """Bytes that Chromium fetches for a page, gzipped, without and with what brings its figures to life."""
    rows = []
    with serving(EDITIONS["student"].site) as address, audit.chromium() as browser:
        for title, page in _PAGES.items():
            traffic = audit.traffic(browser, address, page)
            rows.append(Row(f"{title}, to read it", f"{traffic.reading / 1000:.0f} KB gz"))
            if traffic.whole > traffic.reading:
                rows.append(Row(f"{title}, with its figures alive", f"{traffic.whole / 1000:.0f} KB gz"))
    return rows


def imports() -> list[Row]:
    """Seconds to import the package in a fresh Python, against the two packages it stands on."""
    statements = ("import service_encounter", "from service_encounter import cases, figures")
    return [
        Row(f"`{statement}`", f"{_import_seconds(statement):.2f} s (median of {_IMPORT_RUNS})")
        for statement in (*statements, "import pandas, altair")
    ]


def _import_seconds(statement: str) -> float:
    program = f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    runs = [
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        for _ in range(_IMPORT_RUNS)
    ]
    return statistics.median(float(run.stdout) for run in runs)


MEASUREMENTS: tuple[Callable[[], list[Row]], ...] = (
    builds,
    page_weight,
    imports,
    bench_figures.redraw,
    bench_models.queue,
    bench_models.logit,
    bench_models.purchases,
    bench_models.growth,
)


def main() -> int:
    """Measure everything, print the table and write it into the README."""
    text = table([row for measure in MEASUREMENTS for row in measure()])
    print(text)
    write(text, README)
    return 0


if __name__ == "__main__":
    sys.exit(main())
