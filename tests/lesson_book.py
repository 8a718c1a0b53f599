"""Small books for the tests of the lesson language, built by Sphinx in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from course_tools import project

_CONFIGURATION = """
extensions = ["myst_nb", "sphinxcontrib.bibtex", "course_tools.sphinx_ext", "course_tools.notebooks"]
myst_enable_extensions = ["colon_fence", "dollarmath", "amsmath", "attrs_inline"]
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "author_year"
bibtex_default_style = "verified"
nb_execution_mode = "off"
html_theme = "service_encounter"
suppress_warnings = ["myst.domains", "bibtex.duplicate_citation", "bibtex.duplicate_label"]
"""
SHARED = ("claims.yml", "glossary.csv", "references.bib", "questions")
BIBLIOGRAPHY = "\n```{bibliography}\n:filter: docname in docnames\n```\n"


@dataclass(frozen=True)
class Built:
    """What came of a build."""

    site: Path
    status: int
    messages: str

    def page(self, name: str) -> str:
        """The HTML of a page."""
        return (self.site / f"{name}.html").read_text(encoding="utf-8")


def build(folder: Path, pages: Mapping[str, str], *, edition: str = "student") -> Built:
    """Build pages beside the book's own claims, glossary and questions.

    Args:
        folder: an empty one.
        pages: text by name, such as ``"before/choice"``; one that starts with ``data:`` names a file of the
            book to replace, such as ``"data:claims.yml"``.
        edition: student or instructor.
    """
    book = folder / "book"
    for name in SHARED:
        source, target = project.BOOK / name, book / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    for name, text in pages.items():
        target = book / (name.removeprefix("data:") if name.startswith("data:") else f"{name}.md")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    names = [name for name in pages if not name.startswith("data:")]
    (book / "index.md").write_text(
        "# Home\n\n```{toctree}\n" + "\n".join(names) + "\n```\n", encoding="utf-8"
    )
    (book / "conf.py").write_text(_CONFIGURATION, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sphinx",
            "-b",
            "html",
            "-W",
            "--keep-going",
            "-n",
            "-q",
            book,
            folder / "site",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "SERVICE_ENCOUNTER_EDITION": edition, "NO_COLOR": "1"},
    )
    return Built(folder / "site", done.returncode, done.stderr)
