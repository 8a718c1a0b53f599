"""What the audit measures of every page, as far as it is cheap, and that it sees what is wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course_tools import audit, page_assets
from course_tools.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FAULTY = """<!doctype html>
<html lang="en"><head><title>Faulty</title>
<script src="http://127.0.0.1:9/elsewhere.js"></script></head>
<body><main><h1>Faulty</h1>
<img src="a.png" alt="plan-v2.png"><img src="b.png"><img src="c.png" alt="">
<svg width="9" height="9"><circle r="4"/></svg>
<svg role="img" aria-label="A circle" width="9" height="9"><circle r="4"/></svg>
<div aria-hidden="true"><svg width="9" height="9"><circle r="4"/></svg></div>
<figure class="se-figure" id="fig-dead" data-live><div role="img" style="height: 9px"></div></figure>
<form><div class="se-actions" hidden><button>Check</button></div></form>
<p style="color: #ccc; background: #fff">Faint words.</p>
</main></body></html>
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of one page on which everything is wrong."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "index.html").write_text(FAULTY, encoding="utf8")
    return folder


def test_every_page_is_within_its_weight_asks_no_other_host_and_does_not_complain(
    site: Path, site_address: str, chromium: Browser
):
    measured = [audit.traffic(chromium, site_address, name) for name in audit.pages(site)]
    assert {one.page: one.whole for one in measured if one.whole > one.goal} == {}
    assert {one.page: one.other_hosts for one in measured if one.other_hosts} == {}
    assert {one.page: one.complaints for one in measured if one.complaints} == {}


def test_no_control_of_any_page_is_dead_without_a_network(site: Path, chromium: Browser):
    dead = {name: audit.dead_controls(chromium, f"{site.as_uri()}/{name}") for name in audit.pages(site)}
    assert {name: found for name, found in dead.items() if found} == {}


def test_moves_go_up_to_the_end_and_back_and_each_is_timed(site_address: str, chromium: Browser):
    page = chromium.new_page()
    page.goto(f"{site_address}/before/choice.html")
    audit.bring_to_life(page)
    controls = page.locator(".se-figure[data-live=alive] [data-signal]").count()
    assert controls >= 3
    times = audit.redraws(page, moves=12)
    assert len(times) == 12 * controls
    assert min(times) > 0
    page.close()


def test_a_move_turns_round_at_both_ends():
    control = audit._Control(id="x", figure="y", list=False, place=2, last=3)
    keys = [control.key(move).removeprefix("Arrow") for move in range(8)]
    assert keys == ["Right", "Left", "Left", "Left", "Right", "Right", "Right", "Left"]


def test_the_audit_sees_what_is_wrong(faulty: Path, chromium: Browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit, "_PATIENCE", 500)
    with serving(faulty) as address:
        measured = audit.traffic(chromium, address, "index.html")
        assert measured.other_hosts == ("http://127.0.0.1:9/elsewhere.js",)
        assert measured.goal == audit.TEXT_GOAL
        assert len(measured.complaints) == 5  # the script, three pictures and an icon that are not there
        found = audit.accessibility(chromium, [f"{address}/index.html"])[f"{address}/index.html"]
    assert [re.sub(r" .*", "", tag) for tag in found.unnamed] == ["<img", "<img", "<svg", "<div"]
    assert {"image-alt", "color-contrast"} <= {finding.partition(":")[0] for finding in found.light}
    assert {"color-contrast"} == {finding.partition(":")[0] for finding in found.dark}
    dead = audit.dead_controls(chromium, f"{faulty.as_uri()}/index.html")
    assert dead[0] == "fig-dead"
    assert dead[1].startswith('<div class="se-actions"')
    one = audit.PageAudit("index.html", measured, found, dead, redraws=[20.0] * 100, nu=["line 1: wrong"])
    lines = audit.missed(one)
    assert len(lines) == 3 + len(measured.complaints) + len(dead) + len(
        found.light + found.dark + found.unnamed
    )
    assert lines[0] == "index.html: asks another host: http://127.0.0.1:9/elsewhere.js"
    assert lines[-1] == "index.html: redraws in 20.0 ms (95th percentile)"
    assert audit.table([one]).splitlines()[1].split()[:2] == ["index.html", "1"]


def test_a_heavy_page_and_a_low_score_are_missed_goals():
    heavy = audit.Traffic("a.html", (), audit.TEXT_GOAL + 1, audit.TEXT_GOAL + 1)
    scores = {**audit.LIGHTHOUSE_GOAL, "performance": 98}
    one = audit.PageAudit("a.html", heavy, audit.Accessibility(), [], lighthouse=scores)
    assert audit.missed(one) == [
        "a.html: weighs 150,001 bytes; the goal is 150,000",
        "a.html: Lighthouse, performance: 98; the goal is 99",
    ]
    with_figures = audit.Traffic("b.html", (), 200_000, 450_000)
    assert audit.missed(audit.PageAudit("b.html", with_figures, audit.Accessibility(), [])) == []


def test_percentiles_are_values_that_occurred():
    assert audit.percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert audit.percentile([3.0, 1.0, 2.0, 4.0], 0.95) == 4.0
    assert audit.percentile([7.0], 0.5) == 7.0


def test_the_nu_checker_finds_no_error_on_any_page(site: Path):
    found = audit.nu_errors(site)
    if found is None:
        pytest.skip("the Nu checker runs on Java, and there is none here")
    assert len(found) == len(audit.pages(site))
    assert {name: errors for name, errors in found.items() if errors} == {}


def test_without_java_the_nu_checker_is_left_out(site: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert audit.nu_errors(site) is None


def test_nu_messages_go_to_their_pages_and_remarks_do_not_count(
    faulty: Path, monkeypatch: pytest.MonkeyPatch
):
    said = (
        '{"messages": [{"type": "error", "url": "file:/tmp/index.html", "lastLine": 3, "message": "Bad."},'
        ' {"type": "info", "url": "file:/tmp/index.html", "message": "A remark."}]}'
    )
    monkeypatch.setattr(shutil, "which", lambda program: program)
    monkeypatch.setattr(page_assets, "node_modules", lambda cache, manifest: faulty)
    done = subprocess.CompletedProcess([], 0, said, "")
    monkeypatch.setattr(subprocess, "run", lambda *command, **options: done)
    assert audit.nu_errors(faulty) == {"index.html": ["line 3: Bad."]}


def test_the_locks_of_both_sets_of_packages_name_no_host():
    for folder in (page_assets.SOURCES, audit.TOOLS):
        assert '"resolved"' not in (folder / "package-lock.json").read_text(encoding="utf8")
