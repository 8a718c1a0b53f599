"""Measure what the book costs: builds, bytes a page, imports. The table goes into the README.

A measurement is a function that returns rows; to add one, put it into `MEASUREMENTS`.
"""

from __future__ import annotations

import gzip
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course_tools import project
from course_tools.browser import find_chromium
from course_tools.build import EDITIONS
from course_tools.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

README = project.ROOT / "README.md"
_TABLE = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
# What is already packed gains nothing from gzip, and servers send it as it is.
_PACKED = (".woff2", ".png")
_PAGES = {"front page": "index.html", "chapter 4": "before/choice.html"}
_FIGURE_SCRIPT = "/figures.js"
_IMPORT_RUNS = 5


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured and what came out, with its unit."""

    what: str
    result: str


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
    from playwright.sync_api import sync_playwright

    rows = []
    with serving(EDITIONS["student"].site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for title, page in _PAGES.items():
            sizes = _fetched(browser, f"{address}/{page}")
            vega = sum(size for url, size in sizes.items() if url.endswith(_FIGURE_SCRIPT))
            total = sum(sizes.values())
            rows.append(Row(f"{title}, to read it", f"{(total - vega) / 1000:.0f} KB gz"))
            if vega:
                rows.append(Row(f"{title}, with its figures alive", f"{total / 1000:.0f} KB gz"))
        browser.close()
    return rows


def _fetched(browser: Browser, address: str) -> dict[str, int]:
    """Bytes by address that one reader fetches who looks at every figure of a page."""
    # A service worker would fetch pages ahead; its traffic is not the page's.
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    for figure in page.locator("[data-live]").all():
        figure.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    sizes = {response.url: _transferred(response) for response in responses}
    context.close()
    return sizes


def _transferred(response: Response) -> int:
    body = response.body()
    return len(body) if response.url.endswith(_PACKED) else len(gzip.compress(body))


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


MEASUREMENTS: tuple[Callable[[], list[Row]], ...] = (builds, page_weight, imports)


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, with the machine they were measured on."""
    lines = ["| What | Measured |", "| --- | --- |", *(f"| {row.what} | {row.result} |" for row in rows)]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return "\n".join([*lines, "", f"Measured on {machine}, Python {platform.python_version()}.", ""])


def main() -> int:
    """Measure everything, print the table and write it into the README."""
    text = table([row for measure in MEASUREMENTS for row in measure()])
    print(text)
    readme = README.read_text(encoding="utf-8")
    README.write_text(_TABLE.sub(lambda match: f"{match[1]}{text}{match[2]}", readme), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
