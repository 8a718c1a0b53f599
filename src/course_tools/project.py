"""Where things are in a checkout, and the hashes that say whether they changed."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
DATA = ROOT / "data"
SOURCE = ROOT / "src"
BUILD = ROOT / "_build"
CACHE = BUILD / "cache"
CONFIG = ROOT / "_config.yml"
TOC = ROOT / "_toc.yml"
CONSTRAINTS = ROOT / "constraints.txt"
# Timestamps inside wheel and zip: any fixed moment makes them the same bytes every time.
EPOCH = 1_767_225_600
DISTRIBUTION = "service-encounter"


def version() -> str:
    """The one version number, from ``pyproject.toml``."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def files_below(*folders: Path) -> list[Path]:
    """Every file below the folders that is source, sorted; a folder may also be a file or be missing."""
    return sorted(
        path
        for folder in folders
        for path in ([folder] if folder.is_file() else folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    )


def digest(paths: Iterable[Path]) -> str:
    """A hash of names and contents, for telling whether anything changed."""
    result = hashlib.sha256()
    for path in paths:
        result.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        result.update(path.read_bytes() + b"\0")
    return result.hexdigest()[:16]


def notebook_cache() -> Path:
    """Folder of executed notebooks: a change in data, package or pinned versions makes a new one.

    jupyter-cache compares code cells alone, so outputs made from older data would be taken for current.
    """
    inputs = files_below(DATA, SOURCE / "service_encounter", CONSTRAINTS)
    return CACHE / f"notebooks-{digest(inputs)}"


def archive_name() -> str:
    """File name of the site's zip, which lies in the site's ``download`` folder."""
    return f"the-service-encounter-{version()}.zip"


def wheel_name() -> str:
    """File name of the students' package, which lies in the site's ``download`` folder."""
    return f"{DISTRIBUTION.replace('-', '_')}-{version()}-py3-none-any.whl"
