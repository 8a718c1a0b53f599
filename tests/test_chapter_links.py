"""Mentions of chapters become links where the chapter exists, and stay words where it does not."""

from __future__ import annotations

import re

from course_tools import project


def test_mentions_of_chapters_lead_to_them(site):
    html = (site / "before" / "choice.html").read_text(encoding="utf8")
    links = re.findall(
        r'<a class="reference internal" href="([^"]+)"[^>]*><span class="doc">(.*?)</span></a>', html
    )
    assert ("search.html", "chapter 3") in links
    assert ("../during/waiting.html", "Chapter 9") in links
    for href, _ in links:
        assert (site / "before" / href).resolve().exists()


def test_a_chapter_still_to_come_stays_a_word(site):
    source = (project.BOOK / "before" / "choice.md").read_text(encoding="utf8")
    html = (site / "before" / "choice.html").read_text(encoding="utf8")
    assert "chapter 16 closes" in source
    if not (project.BOOK / "capstone" / "design-a-journey.md").exists():
        assert "chapter 16 closes" in html
