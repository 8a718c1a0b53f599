"""The figures of the chapter on waking a need."""

from __future__ import annotations

from service_encounter import cases
from service_encounter.figures import Figure, arousal


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [
        arousal.cues(),
        arousal.bread_weekdays(cases.load("bread_scent_test")),
        arousal.hundred_shops(),
    ]
