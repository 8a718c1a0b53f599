"""Every figure of the book, made as its chapter makes it: the modules ``figures_*`` beside this one."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from service_encounter.figures import Figure


@cache
def figures() -> list[Figure]:
    """All of them, module by module."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("figures_*.py"))
    return [figure for name in names for figure in importlib.import_module(name).figures()]
