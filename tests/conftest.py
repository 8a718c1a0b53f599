"""What several tests need: the built site, a browser, and a small book that may be broken at will."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from course_tools import project
from course_tools.browser import find_chromium, find_firefox
from course_tools.build import EDITIONS
from course_tools.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("book", deadline=None)
settings.load_profile("book")

HEADER = """---
jupytext:
  formats: md:myst
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
  language: python
---
"""


@pytest.fixture(scope="session")
def site() -> Path:
    """The students' site; ``make test`` has just built it."""
    folder = EDITIONS["student"].site
    if not (folder / "index.html").exists():
        pytest.fail("there is no site to test; build it first: make book")
    return folder


@pytest.fixture(scope="session")
def site_address(site: Path) -> Iterator[str]:
    """Where the site is served on this machine, without a final slash."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running headless Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox_program() -> Path:
    """Path of Firefox."""
    return find_firefox()


@dataclass(frozen=True)
class SmallBook:
    """A checkout with a book of three pages, built by the real commands."""

    root: Path

    @property
    def site(self) -> Path:
        """Where its whole site lies."""
        return self.root / "_build" / "html"

    def start(self, *edition: str) -> subprocess.Popen[str]:
        """Start the build in a process of its own, with the checkout's own copy of the sources."""
        return subprocess.Popen(
            [sys.executable, "-m", "course_tools.build", *edition],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def build(self, *edition: str) -> subprocess.CompletedProcess[str]:
        """Build, and wait until it is done."""
        started = self.start(*edition)
        out, err = started.communicate()
        return subprocess.CompletedProcess(started.args, started.returncode, out, err)

    def files(self) -> dict[str, bytes]:
        """Every file of the site."""
        return {
            path.relative_to(self.site).as_posix(): path.read_bytes()
            for path in sorted(self.site.rglob("*"))
            if path.is_file()
        }

    @contextmanager
    def edited(self, file: str, old: str, new: str) -> Iterator[None]:
        """Replace a text in one of its files while the block runs."""
        path = self.root / file
        before = path.read_text(encoding="utf-8")
        assert old in before
        path.write_text(before.replace(old, new), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(before, encoding="utf-8")


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    """A small book, not built yet; it shares only the page's npm packages with the checkout."""
    root = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for folder in (project.SOURCE, project.DATA):
        shutil.copytree(folder, root / folder.name, ignore=ignored)
    # What pages refer to comes along, the pages themselves do not.
    shutil.copytree(project.BOOK, root / "book", ignore=shutil.ignore_patterns("*.md", ".*"))
    for name in ("_config.yml", "pyproject.toml", "constraints.txt", "LICENSE", "LICENSE-content"):
        shutil.copy(project.ROOT / name, root)
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: before/first\n  - file: before/second\n"
    )
    (root / "book" / "before").mkdir(exist_ok=True)
    (root / "book" / "index.md").write_text("# A small book\n\nSee {ref}`the first chapter <first>`.\n")
    (root / "book" / "before" / "first.md").write_text(
        f"{HEADER}\n(first)=\n# First\n\n"
        "```{code-cell}\n:tags: [hide-input]\nshare = 0.25\nprint(share)\n```\n"
    )
    (root / "book" / "before" / "second.md").write_text(
        f"{HEADER}\n# Second\n\n```{{code-cell}}\n6 * 7\n```\n"
    )
    cache = root / "_build" / "cache"
    cache.mkdir(parents=True)
    for packages in project.CACHE.glob("node-*"):
        (cache / packages.name).symlink_to(packages, target_is_directory=True)
    return SmallBook(root)
