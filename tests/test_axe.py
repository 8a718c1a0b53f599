"""What axe finds on every page; apart from the audit's other tests, so that they run at the same time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from course_tools import audit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_axe_finds_nothing_on_any_page_and_every_graphic_has_a_name(
    site: Path, site_address: str, chromium: Browser
):
    names = [*audit.pages(site), "search.html?q=service"]
    found = audit.accessibility(chromium, [f"{site_address}/{name}" for name in names])
    assert len(found) == len(names) > 1
    assert {address: one for address, one in found.items() if one != audit.Accessibility()} == {}
