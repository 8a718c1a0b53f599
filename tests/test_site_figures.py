"""The built site's figures in real browsers: moved by keyboard, they show what Python computes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import every_figure
import pytest

from course_tools import audit, page_assets, project
from service_encounter.figures import Figure
from service_encounter.figures.core import Choice
from service_encounter.figures.page import written

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FIGURES = {f"fig-{figure.id}": figure for figure in every_figure.figures()}
ROWS = """(anchor, fields) => document.getElementById(anchor).liveFigure.rows().map(
  (row) => fields.map((field) => row[field]))"""


def pages(site: Path) -> list[Path]:
    """Every page of the site, the search page included."""
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def with_figures(site: Path) -> list[Path]:
    """The pages that hold a figure with controls."""
    return [path for path in pages(site) if "data-live" in path.read_text(encoding="utf8")]


def same(theirs: list[list[float]], figure: Figure, settings: dict[str, float]) -> None:
    """Compare rows of the browser with those of Python."""
    fields = figure.tables[0].calculated
    ours = figure.values(**settings)[fields].to_numpy(dtype=float).tolist()
    assert len(theirs) == len(ours)
    for there, here in zip(theirs, ours, strict=True):
        assert there == pytest.approx(here, rel=1e-9, abs=1e-9), (figure.id, settings)


@pytest.fixture(scope="module")
def addresses(site: Path, site_address: str) -> dict[str, str]:
    return {"http": site_address, "file": site.as_uri()}


def test_every_figure_of_the_book_is_on_a_page(site):
    shown = [
        anchor
        for path in pages(site)
        for anchor in re.findall(r'<figure class="se-figure" id="([^"]+)"', path.read_text(encoding="utf8"))
    ]
    assert sorted(shown) == sorted(FIGURES)


def press(page: Page, anchor: str, figure: Figure) -> dict[str, float]:
    """Move each control by keyboard alone; returns the settings that the keys should have made."""
    settings = dict(figure.start)
    for control in figure.controls:
        page.locator(f"#{anchor}-{control.name}").focus()
        if isinstance(control, Choice):
            values = list(control.options.values())
            place = values.index(control.value)
            page.keyboard.press("ArrowDown" if place + 1 < len(values) else "ArrowUp")
            settings[control.name] = values[place + 1 if place + 1 < len(values) else place - 1]
        else:
            key, sign = ("ArrowRight", 1) if control.value < control.high else ("ArrowLeft", -1)
            page.keyboard.press(key)
            settings[control.name] = control.value + sign * control.step
    return settings


def test_figures_moved_by_keyboard_show_what_python_computes(site, addresses, chromium: Browser):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    moved = 0
    for path in with_figures(site):
        page.goto(f"{addresses['http']}/{path.relative_to(site).as_posix()}")
        assert audit.bring_to_life(page) == []
        for anchor in page.eval_on_selector_all(".se-figure[data-live]", "all => all.map((one) => one.id)"):
            figure = FIGURES[anchor]
            settings = press(page, anchor, figure)
            page.wait_for_function("document.readyState === 'complete'")
            page.evaluate(
                "anchor => document.getElementById(anchor).liveFigure.view.runAsync().then(() => 0)", anchor
            )
            rows = page.evaluate(
                f"([anchor, fields]) => ({ROWS})(anchor, fields)", [anchor, figure.tables[0].calculated]
            )
            same(rows, figure, settings)
            told = page.eval_on_selector_all(
                f"#{anchor} [data-told]", "all => all.map((one) => one.textContent)"
            )
            for words, allowed in zip(told, written_readouts(figure, settings), strict=True):
                assert words in allowed
            moved += 1
    context.close()
    assert moved == sum(1 for figure in FIGURES.values() if figure.controls)


def written_readouts(figure: Figure, settings: dict[str, float]) -> list[set[str]]:
    """What each read-out may say: two words where the last bit decides which way a half is rounded."""
    values = figure.told(**settings)
    return [
        {written(values[one.label] + hair, one.decimals, one.unit) for hair in (-1e-9, 0, 1e-9)}
        for one in figure.readouts
    ]


def test_numbers_behind_a_figure_follow_its_sliders(site, addresses, chromium: Browser):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{addresses['file']}/before/choice.html")
    assert audit.bring_to_life(page) == []
    figure = FIGURES["fig-mode-shares"]
    page.locator("#fig-mode-shares .se-data summary").click()
    slider = page.locator("#fig-mode-shares-wait")
    slider.focus()
    page.keyboard.press("Home")
    car = float(figure.values(wait=-40).set_index("mode").loc["car", "share"])
    cell = page.locator("#fig-mode-shares .se-data tbody tr", has_text="car").locator("td").nth(1)
    page.wait_for_function(
        "([cell, words]) => cell.textContent === words", arg=[cell.element_handle(), f"{car:.1f}%"]
    )
    assert slider.get_attribute("aria-valuetext") == "\N{MINUS SIGN}40\N{NO-BREAK SPACE}minutes"
    page.locator("#fig-mode-shares .se-reset").click()
    start = float(figure.values().set_index("mode").loc["car", "share"])
    page.wait_for_function(
        "([cell, words]) => cell.textContent === words", arg=[cell.element_handle(), f"{start:.1f}%"]
    )
    context.close()


def test_without_scripts_every_figure_is_a_picture(site, addresses, chromium: Browser):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    for path in with_figures(site):
        page.goto(f"{addresses['file']}/{path.relative_to(site).as_posix()}")
        figures = page.locator(".se-figure")
        for place in range(figures.count()):
            assert figures.nth(place).locator(".se-drawing svg:visible").count() == 1
            assert figures.nth(place).locator(".se-controls:visible").count() == 0
    context.close()


FIREFOX = """
import puppeteer from "puppeteer-core";
const [program, ...addresses] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath: program, headless: true });
const found = [];
for (const address of addresses) {
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (said) => { if (said.type() === "error") complaints.push(said.text()); });
  await page.goto(address, { waitUntil: "load" });
  await page.$$eval(".se-curtain button", (all) => all.forEach((one) => one.click()));
  const anchors = await page.$$eval(".se-figure[data-live]", (all) => all.map((one) => one.id));
  for (const anchor of anchors) {
    await page.$eval("#" + anchor, (one) => one.scrollIntoView());
    await page.waitForSelector("#" + anchor + "[data-live=alive]", { timeout: 30000 });
    const control = await page.$("#" + anchor + " input[type=range]");
    if (control) { await control.focus(); await page.keyboard.press("ArrowRight"); }
    await page.$eval("#" + anchor, (one) => one.liveFigure.view.runAsync().then(() => true));
    const settings = await page.$$eval("#" + anchor + " [data-signal]", (all) =>
      Object.fromEntries(all.map((one) => [one.dataset.signal, Number(one.value)])));
    const rows = await page.$eval("#" + anchor, (one) => JSON.stringify(one.liveFigure.rows()));
    found.push({ anchor, settings, rows: JSON.parse(rows) });
  }
  found.push({ complaints, address });
  await page.close();
}
await browser.close();
console.log(JSON.stringify(found));
"""


def test_figures_move_in_firefox_too(site, addresses, firefox_program: Path):
    names = [path.relative_to(site).as_posix() for path in with_figures(site)]
    asked = [f"{addresses['http']}/{name}" for name in names] + [f"{addresses['file']}/before/choice.html"]
    printed = page_assets.run_node(
        project.CACHE, ["--input-type=module", "-", str(firefox_program), *asked], stdin=FIREFOX
    )
    found: list[dict[str, Any]] = json.loads(printed)
    assert [one["complaints"] for one in found if "complaints" in one] == [[]] * len(asked)
    figures = [one for one in found if "anchor" in one]
    assert {one["anchor"] for one in figures} == {
        anchor for anchor, figure in FIGURES.items() if figure.controls
    }
    for one in figures:
        figure = FIGURES[one["anchor"]]
        fields = figure.tables[0].calculated
        sliders = [control for control in figure.controls if not isinstance(control, Choice)]
        for first in sliders[:1]:
            assert one["settings"][first.name] != first.value or first.value == first.high
        same([[row[field] for field in fields] for row in one["rows"]], figure, one["settings"])


def test_a_curtain_hides_the_outcome_until_the_guess(site, addresses, chromium: Browser):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{addresses['http']}/before/choice.html")
    figure = page.locator("#fig-mode-shares")
    assert not figure.is_visible()
    page.locator("#predict-choice-train-loss input").fill("5")
    page.keyboard.press("Enter")
    figure.wait_for(state="visible")
    page.reload()
    figure.wait_for(state="visible")
    context.close()


def test_a_frame_shows_the_raised_figure_to_the_keyboard_alone(site, addresses, chromium: Browser):
    for way in ("pointer", "keyboard"):
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{addresses['http']}/before/choice.html")
        button = page.locator(".se-curtain button").first
        if way == "pointer":
            button.click()
        else:
            # The focus arrives from the control before, as it does by Tab.
            button.focus()
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
        focused = page.evaluate(
            "() => [document.activeElement.matches('.se-figure'), document.activeElement.matches(':focus-visible')]"
        )
        assert focused == [True, way == "keyboard"]
        context.close()


def test_on_a_phone_tables_fit_and_long_code_has_a_frame(site, addresses, chromium: Browser):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    tables = 0
    for path in with_figures(site):
        page.goto(f"{addresses['file']}/{path.relative_to(site).as_posix()}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        wide = page.eval_on_selector_all(
            ".se-text table",
            """all => all.filter((table) => table.rows[0].cells.length <= 5).map((table) => [
              table.rows[0].innerText, table.offsetWidth - table.parentElement.closest(".se-scroll, .cell_output").clientWidth])""",
        )
        assert [one for one in wide if one[1] > 0] == [], path
        tables += len(wide)
        tall = page.eval_on_selector_all(".cell_input pre", "all => all.map((pre) => pre.offsetHeight)")
        assert max(tall) <= 212, path
    context.close()
    assert tables
