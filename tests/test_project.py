"""One version number, and hashes that see every change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import service_encounter
from course_tools import project


def test_one_version_everywhere() -> None:
    version = project.version()
    citation = yaml.safe_load((project.ROOT / "CITATION.cff").read_text())
    released = re.search(r"^## (\S+)", (project.ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released is not None
    assert service_encounter.__version__ == citation["version"] == released[1] == version
    assert project.wheel_name() in (project.ROOT / "README.md").read_text()


def test_citation_has_what_its_format_requires() -> None:
    citation = yaml.safe_load((project.ROOT / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert set(citation["license"]) == {"MIT", "CC-BY-4.0"}


@pytest.mark.parametrize("change", ["content", "name", "new", "gone"])
def test_digest_sees_every_change(change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "ROOT", tmp_path)
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("1")
    second.write_text("2")
    before = project.digest(project.files_below(tmp_path))
    if change == "content":
        first.write_text("2")
    elif change == "name":
        second.rename(tmp_path / "c.csv")
    elif change == "new":
        (tmp_path / "c.csv").touch()
    else:
        second.unlink()
    assert project.digest(project.files_below(tmp_path)) != before


def test_files_below_leaves_hidden_and_compiled_files_out(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    for name in ("a.py", ".a.py.swp", "__pycache__/a.pyc"):
        (tmp_path / name).touch()
    assert project.files_below(tmp_path, tmp_path / "missing") == [tmp_path / "a.py"]
