"""The figures of the chapter on selling the service instead of the product."""

from __future__ import annotations

from service_encounter.figures import Figure, contracts


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    return [contracts.corridor(), contracts.wasted(), contracts.fleet()]
