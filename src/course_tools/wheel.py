"""Make the students' package as a wheel, the same bytes every time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_tools import project
from course_tools.problems import BuildError


def build_wheel(cache: Path) -> Path:
    """Build the wheel below ``cache`` unless it is there already for the same sources.

    Returns:
        The wheel's path.

    Raises:
        BuildError: if the packager fails; the message carries what it said.
    """
    packed = project.files_below(project.SOURCE / "service_encounter", project.DATA)
    about = [project.ROOT / name for name in ("pyproject.toml", "LICENSE")]
    folder = cache / f"wheel-{project.digest([*packed, *about])}"
    wheel = folder / project.wheel_name()
    if wheel.exists():
        return wheel
    for old in cache.glob("wheel-*"):
        shutil.rmtree(old)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=project.ROOT,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(project.EPOCH)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BuildError(f"making the wheel failed:\n{done.stderr.strip()}")
    return wheel
