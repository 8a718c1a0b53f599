"""Every figure of the book, made as its chapter makes it: the modules ``figures_*`` beside this one."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from service_encounter.figures import Figure


@cache
def by_topic() -> dict[str, list[Figure]]:
    """The figures of each topic, by the name of its model module."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("figures_*.py"))
    return {name.removeprefix("figures_"): importlib.import_module(name).figures() for name in names}


@cache
def figures() -> list[Figure]:
    """All of them, topic by topic."""
    return [figure for made in by_topic().values() for figure in made]
