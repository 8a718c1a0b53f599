"""Set up, build, test and serve the book: ``python tasks.py TASK``.

Needs Python 3.11 or newer and nothing else; works on Linux, macOS and Windows. ``make TASK`` only calls it.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("This book needs Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

import hashlib
import os
import shutil
import subprocess
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = VENV / "installed"
CHECKED = ["src", "tests", "tasks.py"]


class StepError(Exception):
    """A step failed and has said why."""


def run(*command: str | Path, extra: dict[str, str] | None = None) -> None:
    """Run a command in the checkout.

    Raises:
        StepError: if it ends with an error.
    """
    environment = {**os.environ, "PYTHONUTF8": "1", **(extra or {})}
    if subprocess.run([str(part) for part in command], cwd=ROOT, env=environment).returncode:
        raise StepError


def wanted_environment() -> str:
    """A hash of what the environment is made from; its scripts hold the checkout's path."""
    digest = hashlib.sha256(f"{ROOT}\0{sys.version}".encode())
    for file in (CONSTRAINTS, ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def holds_this_python() -> bool:
    """Whether .venv can be kept: packages of another Python would be left in it, and be of no use."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run([PYTHON, "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
    return asked.stdout.strip() == sys.version


def setup() -> None:
    """Make the environment in .venv from the pinned packages, unless it is there."""
    wanted = wanted_environment()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Making the environment in .venv (a minute or two, once).", flush=True)
    STAMP.unlink(missing_ok=True)
    try:
        venv.create(VENV, clear=not holds_this_python(), with_pip=True)
    except subprocess.CalledProcessError:
        print("Python cannot make environments here; on Debian or Ubuntu: apt install python3-venv")
        raise StepError from None
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-deps")
    run(*pip, "--require-hashes", "--requirement", CONSTRAINTS)
    run(*pip, "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(wanted)


def book(*edition: str) -> None:
    """Build the book into _build/html; with `instructor`, their edition into _build/instructor."""
    setup()
    run(PYTHON, "-m", "course_tools.build", *edition)


def notebooks() -> None:
    """Write the chapters as notebooks, for students and for instructors, into _build/notebooks."""
    setup()
    run(PYTHON, "-m", "course_tools.notebooks")


def serve() -> None:
    """Serve the built book on this machine and open it in the browser."""
    setup()
    run(PYTHON, "-m", "course_tools.serve")


def test() -> None:
    """Build the book, then check code, types, models, chapters and pages; pytest's verdict comes last."""
    book()
    run(PYTHON, "-m", "course_tools.browser")
    failed = [not passes(PYTHON, "-m", "ruff", "check", *CHECKED), not passes(PYTHON, "-m", "mypy")]
    # In the files' own order: by number of tests, the longest files of few tests would come last and alone.
    run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    if any(failed):
        raise StepError


def passes(*command: str | Path) -> bool:
    """Run a command and say whether it succeeded, so that a later check still runs."""
    try:
        run(*command)
    except StepError:
        return False
    return True


def accept() -> None:
    """Record the outputs of every chapter as the expected ones; never over a failing cell."""
    setup()
    run(PYTHON, "-m", "pytest", "--nbval", "--accept", "book")


def lock() -> None:
    """Pin the newest allowed packages in constraints.txt, with hashes and without any address."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / PROGRAMS.name
        run(programs / PYTHON.name, "-m", "pip", "install", "--quiet", "uv")
        run(
            programs / "uv",
            *("pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate"),
            *("--group", "book", "--group", "test", "--output-file", CONSTRAINTS, "pyproject.toml"),
        )


def data() -> None:
    """Write the derived and synthetic data files again."""
    setup()
    run(PYTHON, "-m", "course_tools.make_data")


def bench() -> None:
    """Measure builds, page weight, imports, redraws and models; the table goes into the README."""
    book()
    run(PYTHON, "-m", "course_tools.bench")


def audit() -> None:
    """Measure every page of the built book and print one table; with LIGHTHOUSE=1 its scores too."""
    book()
    run(PYTHON, "-m", "course_tools.audit")


def preview(*page: str) -> None:
    """Show one page, say before/choice, and show it anew whenever its file changes."""
    setup()
    run(PYTHON, "-m", "course_tools.preview", *page)


def clean() -> None:
    """Remove what was built; the environment in .venv stays."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)


TASKS: dict[str, Callable[..., None]] = {
    task.__name__: task
    for task in (setup, book, notebooks, preview, serve, test, accept, lock, data, audit, bench, clean)
}
TAKING_AN_ARGUMENT = ("book", "preview")


def main(arguments: Sequence[str]) -> int:
    """Run the named task, or list the tasks."""
    surplus = len(arguments) > 1 and arguments[0] not in TAKING_AN_ARGUMENT
    if not arguments or arguments[0] not in TASKS or surplus:
        print("usage: python tasks.py TASK\n")
        for name, task in TASKS.items():
            print(f"  {name:9} {(task.__doc__ or '').splitlines()[0]}")
        return 2
    try:
        TASKS[arguments[0]](*arguments[1:])
    except StepError:
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
