"""The commands that set everything up, on a machine that lacks something."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from course_tools import browser, project


@pytest.fixture
def tasks() -> ModuleType:
    """A fresh copy of the module ``tasks``."""
    spec = importlib.util.spec_from_file_location("tasks", project.ROOT / "tasks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _pins() -> dict[str, list[str]]:
    """Versions that the constraints allow, by package."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", project.CONSTRAINTS.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(version)
    return found


def test_older_python_is_told_so_in_one_line() -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 10, 9); runpy.run_path('tasks.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=project.ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("This book needs Python 3.11 or newer; this is Python ")
    assert len(done.stderr.splitlines()) == 1


def test_every_task_is_listed_and_make_knows_it(
    tasks: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tasks.main([]) == 2
    listed = re.findall(r"^  (\w+) +\S", capsys.readouterr().out, re.MULTILINE)
    targets = re.search(r"^\.PHONY: (.+)$", (project.ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    assert set(listed) == set(tasks.TASKS) == set(targets[1].split())


def test_unknown_task_and_surplus_argument_run_nothing(tasks: ModuleType) -> None:
    assert tasks.main(["publish"]) == 2
    assert tasks.main(["clean", "everything"]) == 2


def test_failing_step_is_the_tasks_exit_code(tasks: ModuleType) -> None:
    tasks.TASKS["setup"] = lambda: tasks.run(sys.executable, "-c", "raise SystemExit(3)")
    assert tasks.main(["setup"]) == 1


def test_set_up_is_done_once_and_again_when_pins_change(
    tasks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[tuple[object, ...]] = []
    for file in ("pyproject.toml", "constraints.txt"):
        (tmp_path / file).write_bytes((project.ROOT / file).read_bytes())
    venv = tmp_path / ".venv"
    venv.mkdir()
    places = {"ROOT": tmp_path, "VENV": venv, "STAMP": venv / "installed"}
    for name, value in {**places, "CONSTRAINTS": tmp_path / "constraints.txt"}.items():
        monkeypatch.setattr(tasks, name, value)
    monkeypatch.setattr(tasks.venv, "create", lambda *args, **options: None)
    monkeypatch.setattr(tasks, "run", lambda *command: commands.append(command))
    tasks.setup()
    tasks.setup()
    assert len(commands) == 2
    assert "--require-hashes" in commands[0]
    assert "--no-build-isolation" in commands[1]
    with (tmp_path / "constraints.txt").open("a") as file:
        file.write("# another pin\n")
    tasks.setup()
    assert len(commands) == 4


def test_environment_is_not_taken_for_made_after_a_failure(
    tasks: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*command: object) -> None:
        raise tasks.StepError

    stamp = tmp_path / "installed"
    stamp.write_text("made from other pins")
    monkeypatch.setattr(tasks, "STAMP", stamp)
    monkeypatch.setattr(tasks.venv, "create", lambda *args, **options: None)
    monkeypatch.setattr(tasks, "run", fail)
    assert tasks.main(["setup"]) == 1
    assert not stamp.exists()


def test_constraints_pin_with_hashes_and_name_no_address() -> None:
    text = project.CONSTRAINTS.read_text()
    assert not re.search(r"://|--index|--extra|--find-links|\bfile:", text)
    requirements = re.split(r"\n(?=\S)", text.strip())
    unpinned = [entry for entry in requirements if not re.match(r"[a-z0-9-]+==\S+", entry)]
    unhashed = [entry for entry in requirements if "--hash=sha256:" not in entry]
    assert (unpinned, unhashed) == ([], [])


def test_constraints_hold_all_that_the_project_asks_for() -> None:
    with (project.ROOT / "pyproject.toml").open("rb") as file:
        pyproject = tomllib.load(file)
    asked = [*pyproject["project"]["dependencies"], *pyproject["build-system"]["requires"]]
    for group in pyproject["dependency-groups"].values():
        asked += group
    pins = _pins()
    for requirement in map(Requirement, asked):
        versions = pins.get(requirement.name.lower(), [])
        assert versions, f"constraints.txt lacks {requirement.name}: run make lock"
        assert all(requirement.specifier.contains(Version(version)) for version in versions), requirement


def test_ci_runs_make_test_and_passes_its_code_and_closing_line_on(tmp_path: Path) -> None:
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "make $*"\necho "2 failed, 1 passed"\nexit 3\n')
    make.chmod(0o755)
    done = subprocess.run(
        ["bash", str(project.ROOT / ".ci" / "run")],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3
    assert done.stdout.splitlines() == ["make test", "2 failed, 1 passed"]


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A machine with no browser and an ordinary user; the value lists the installers that were tried."""
    tried: list[list[str]] = []

    def refuse(command: list[str]) -> bool:
        tried.append(command)
        return False

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("FIREFOX", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(browser, "_runs", refuse)
    return tried


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a browser may lie off the search path")
def test_missing_chromium_names_the_package_in_one_line(
    bare_machine: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert browser.main() == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "The tests need Chromium: install the package chromium (Debian: apt install chromium), "
        "or set CHROMIUM to its program."
    ]
    assert [command[1:] for command in bare_machine] == [["-m", "playwright", "install", "chromium"]]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a browser may lie off the search path")
def test_missing_firefox_names_the_package(bare_machine: list[list[str]]) -> None:
    with pytest.raises(browser.BrowserMissingError, match="install the package firefox-esr"):
        browser.find_firefox()
    assert bare_machine == []


def test_root_on_debian_installs_what_is_missing(
    bare_machine: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt = tmp_path / "apt-get"
    apt.touch(mode=0o755)

    def install(command: list[str]) -> bool:
        if command[1] == "install" and command[-1] == "firefox-esr":
            (tmp_path / "firefox-esr").touch(mode=0o755)
        return True

    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(browser, "_runs", install)
    assert browser.find_firefox() == tmp_path / "firefox-esr"


def test_named_browser_is_taken_and_must_exist(
    bare_machine: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "my-chromium"
    monkeypatch.setenv("CHROMIUM", str(program))
    with pytest.raises(browser.BrowserMissingError, match="must be the path of a program"):
        browser.find_chromium()
    program.touch(mode=0o755)
    assert browser.find_chromium() == program
