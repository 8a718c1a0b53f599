"""The figures of the chapter on after-sales service, complaints and recovery."""

from __future__ import annotations

from service_encounter.figures import Figure, recovery


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [recovery.kept(), recovery.two_surveys(), recovery.button(), recovery.desks()]
