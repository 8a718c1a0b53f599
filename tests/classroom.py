"""An environment as a class has it: this version's wheel and Jupyter, nothing of the checkout, no network."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from course_tools import project
from course_tools.wheel import build_wheel

_JUPYTER = ("ipykernel", "nbval", "pytest", "pytest-xdist")
# Kernel and client talk over this machine's own sockets.
_OFFLINE = """
import socket

_connect = socket.socket.connect

def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"no network in class, asked for {address}")
    return _connect(self, address)

socket.socket.connect = connect
"""


def classroom() -> Path:
    """The environment's Python, with the wheel of the sources as they are; made once for the same pins."""
    pins = re.sub(r"^ +--hash.*\n", "", project.CONSTRAINTS.read_text("utf-8"), flags=re.MULTILINE).replace(
        " \\\n", "\n"
    )
    made_from = hashlib.sha256(f"{pins}{sys.version}{_JUPYTER}{_OFFLINE}".encode()).hexdigest()[:12]
    folder = project.CACHE / f"classroom-{made_from}"
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wheel = build_wheel(project.CACHE)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-compile"]
    if not (folder / "ready").exists():
        for old in project.CACHE.glob("classroom-*"):
            shutil.rmtree(old)
        venv.create(folder, with_pip=True)
        (folder / "pins.txt").write_text(pins, encoding="utf-8")
        subprocess.run([*pip, "-c", str(folder / "pins.txt"), str(wheel), *_JUPYTER], check=True)
        packages = next(folder.glob("[Ll]ib/**/site-packages"))
        (packages / "sitecustomize.py").write_text(_OFFLINE, encoding="utf-8")
        (folder / "ready").write_text("", encoding="utf-8")
    subprocess.run([*pip, "--no-deps", "--no-index", "--force-reinstall", str(wheel)], check=True)
    return python


def run_notebooks(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run every notebook below a folder with nbval, which fails on any error in any cell."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "PYTHON", "SERVICE_ENCOUNTER_"))
    }
    flags = [
        "-q",
        "-p",
        "no:cacheprovider",
        "--nbval-lax",
        "--nbval-current-env",
        "-n",
        "2",
        "--dist",
        "loadfile",
    ]
    return subprocess.run(
        [str(classroom()), "-m", "pytest", *flags, str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
