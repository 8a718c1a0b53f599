"""The students' package, installed as a student installs it, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import service_encounter
from course_tools import project
from course_tools.wheel import build_wheel
from service_encounter import cases

_LOAD_ALL = """
import json, sys
import service_encounter
from service_encounter import cases
rows = {name: len(cases.load(name)) for name in cases.names()}
print(json.dumps([service_encounter.__file__, service_encounter.__version__, rows]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, newly made."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def test_installed_wheel_loads_every_case(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    packages = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    # Its dependencies are those of this environment; the line adds them, not our editable install.
    (Path(packages.stdout.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    done = subprocess.run(
        [python, "-P", "-c", _LOAD_ALL],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=True,
        capture_output=True,
        text=True,
    )
    file, version, rows = json.loads(done.stdout)
    assert Path(file).is_relative_to(home)
    assert version == service_encounter.__version__
    assert rows == {name: len(cases.load(name)) for name in cases.names()}


def test_wheel_is_the_same_bytes_each_time(wheel: Path, tmp_path: Path) -> None:
    assert build_wheel(tmp_path).read_bytes() == wheel.read_bytes()


def test_wheel_carries_data_and_licence_but_nothing_of_the_authors(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"service_encounter/data/{path.name}" for path in project.DATA.glob("*.csv")} <= set(names)
    assert "service_encounter/data/datapackage.json" in names
    assert "service_encounter/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "course_tools" in name or "__pycache__" in name]


def test_wheel_is_made_again_only_when_needed(tmp_path: Path) -> None:
    first = build_wheel(tmp_path)
    made = first.stat().st_mtime_ns
    assert build_wheel(tmp_path) == first
    assert first.stat().st_mtime_ns == made
