"""The built pages as readers meet them: any screen, any address, any way of reading."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from course_tools import audit
from course_tools.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
OWN = ["index.html", "search.html?q=service", "report.html", "404.html"]
TEXT_PAGE = 150_000
"""Bytes, compressed: a page of text with everything it loads."""


def pages(site: Path) -> list[Path]:
    """Every page of the site."""
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


@pytest.fixture(scope="session")
def chapter(site: Path) -> str:
    """A page of an act, of middling length and with figures, boxes, formulas and questions."""
    return "before/choice.html"


def _is_complaint(message: ConsoleMessage) -> bool:
    """Whether it says that something is wrong.

    The page for lost readers tries one script at three depths, and the browser looks for a newer worker even
    without a network: that these are missing is meant.
    """
    return message.type == "error" and not message.location["url"].endswith(("/lost.js", "/worker.js"))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page that fails the test on any script error or breach of the policy."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    fresh = context.new_page()
    complaints: list[str] = []
    fresh.on("pageerror", lambda error: complaints.append(str(error)))
    fresh.on("console", lambda message: complaints.append(message.text) if _is_complaint(message) else None)
    yield fresh
    context.close()
    assert complaints == []


class _Policy(HTMLParser):
    """Collects what a strict policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.policies: list[str] = []
        self.forbidden: list[str] = []
        self._script: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("http-equiv") == "Content-Security-Policy":
            self.policies.append(attributes["content"] or "")
        self.forbidden += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        self.forbidden += [
            f"{tag} {value}" for value in attributes.values() if (value or "").startswith("javascript:")
        ]
        if tag == "script" and "src" not in attributes and attributes.get("type") != "application/json":
            self.forbidden.append(str(attrs))


def test_every_page_carries_the_policy_and_nothing_that_it_forbids(site: Path) -> None:
    for path in pages(site):
        reader = _Policy()
        reader.feed(path.read_text(encoding="utf-8"))
        assert (reader.policies, reader.forbidden) == ([POLICY], []), path


def test_every_page_says_what_it_is(site: Path) -> None:
    seen = set()
    for path in pages(site):
        text = path.read_text(encoding="utf-8")
        title = re.search("<title>(.+?)</title>", text)
        described = re.search('<meta name="description" content="([^"]+)">', text)
        assert title, path
        assert described, path
        assert 10 <= len(described[1]) <= 200, path
        assert '<html lang="en" data-part="' in text
        assert len(re.findall(r"<h1\b", text)) == 1, path
        assert "Report an error" in text
        seen.add(title[1])
    assert len(seen) == len(pages(site))


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280, 1920])
def test_pages_fit_their_window(site: Path, chapter: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for name in [chapter, *OWN]:
        page.goto(f"{site.as_uri()}/{name}")
        assert overflow(page) <= 0, (name, width)


@pytest.mark.parametrize("width", [640, 1280])
def test_text_of_twice_the_size_fits_and_loses_nothing(
    site: Path, chapter: str, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    words = """[...document.querySelectorAll(".se-text :is(p, li, h1, h2, h3, label)")]
               .filter((place) => !place.closest("figure")).map((place) => place.innerText)"""
    for name in [chapter, *OWN]:
        page.goto(f"{site.as_uri()}/{name}")
        before = page.evaluate(words)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) <= 0, name
        assert page.evaluate(words) == before


def test_every_stop_of_the_tab_key_shows_that_it_has_the_focus(site: Path, chapter: str, page: Page) -> None:
    page.goto(f"{site.as_uri()}/{chapter}")
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                """() => { const here = document.activeElement;
                   const { outlineStyle, outlineWidth } = getComputedStyle(here);
                   return [here.outerHTML.slice(0, 80), outlineStyle, parseFloat(outlineWidth)] }"""
            )
        )
    assert stops[0][0].startswith('<a class="se-skip"')
    assert [stop for stop in stops if stop[1] == "none" or stop[2] < 2] == []


def test_the_skip_link_leads_to_the_text(site: Path, chapter: str, page: Page) -> None:
    page.goto(f"{site.as_uri()}/{chapter}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "text"


def test_contents_on_a_phone_open_close_and_trap_nobody(site: Path, chapter: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site.as_uri()}/{chapter}")
    button = page.get_by_role("button", name="Contents")
    contents = page.get_by_role("navigation", name="Contents of the book")
    assert not contents.is_visible()
    button.press("Enter")
    assert contents.is_visible()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert not contents.is_visible()
    assert page.evaluate("document.activeElement.className") == "se-contents-button"
    button.press("Enter")
    page.locator(".se-text").evaluate("text => { text.tabIndex = -1; text.focus(); }")
    assert not contents.is_visible()
    assert button.get_attribute("aria-expanded") == "false"


def test_the_scheme_is_chosen_kept_and_set_before_the_page_is_drawn(
    site_address: str, chapter: str, page: Page
) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{site_address}/{chapter}")
    button = page.locator(".se-scheme")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    assert button.inner_text() == "Colours: as the device"
    button.click()
    button.click()
    assert button.inner_text() == "Colours: dark"
    dark = page.evaluate(paper)
    assert dark != light
    page.route(
        "**/page.js*", lambda route: route.abort()
    )  # before paint means: without the page's main script
    context = page.context
    second = context.new_page()
    second.route("**/page.js*", lambda route: route.abort())
    second.goto(f"{site_address}/index.html")
    assert second.evaluate(paper) == dark


def test_a_chapter_reads_whole_without_scripts(site: Path, chapter: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{chapter}")
    assert page.locator(".se-text h1").is_visible()
    assert not page.locator(".se-scheme").is_visible()
    assert not page.locator(".se-contents-button").is_visible()
    assert page.get_by_role("navigation", name="Contents of the book").is_visible()
    page.goto(f"{site.as_uri()}/search.html")
    assert "scripts are off" in page.locator(".se-text").inner_text()
    context.close()


def test_search_works_from_a_folder_and_by_keyboard(site: Path, chapter: str, page: Page) -> None:
    page.goto(f"{site.as_uri()}/{chapter}")
    heading = page.locator(".se-text h1").evaluate("h1 => h1.firstChild.textContent")
    page.get_by_role("searchbox", name="Search the book").fill(heading)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    assert page.get_by_role("searchbox", name="Words").input_value() == heading
    first = page.locator(".se-results li").first
    assert "Chapter" in first.inner_text()
    assert " for “" in page.get_by_role("status").inner_text()
    first.get_by_role("link").press("Enter")
    page.wait_for_url(f"**/{chapter}#*")


def test_a_search_in_vain_says_so(site: Path, page: Page) -> None:
    page.goto(f"{site.as_uri()}/search.html?q=zzyzx")
    assert page.get_by_role("status").inner_text().startswith("Nothing found for “zzyzx”")
    assert page.locator(".se-results li").count() == 0


def test_a_query_is_text_and_not_markup(site: Path, page: Page) -> None:
    page.goto(f"{site.as_uri()}/search.html?q=%3Cb%20id%3Dx%3Eservice")
    assert page.locator("#x").count() == 0
    assert "<b id=x>service" in page.get_by_role("status").inner_text()


@pytest.fixture
def below_a_path(site: Path, tmp_path: Path) -> Iterator[str]:
    """The site served from a sub-path; the address ends in a slash."""
    shutil.copytree(site, tmp_path / "courses" / "service")
    with serving(tmp_path) as address:
        yield f"{address}/courses/service/"


def test_a_chapter_read_once_opens_again_without_a_network(
    below_a_path: str, chapter: str, page: Page
) -> None:
    page.goto(below_a_path + chapter)
    heading = page.locator(".se-text h1").inner_text()
    kept = """async (address) => {
        while (!(await caches.match(address))) await new Promise((done) => setTimeout(done, 50));
    }"""
    page.evaluate(kept, below_a_path + chapter)
    page.context.set_offline(True)
    page.goto(below_a_path + chapter)
    assert page.locator(".se-text h1").inner_text() == heading
    assert page.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
    assert audit.bring_to_life(page) == []
    assert page.locator(".se-figure[data-live=alive]").count() > 0
    page.goto(f"{below_a_path}search.html?q=service")
    assert " for “service”" in page.get_by_role("status").inner_text()


SHIFTS = """window.shifts = 0; new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value;
}).observe({ type: "layout-shift", buffered: true })"""


def test_no_line_moves_while_a_page_comes_over_a_slow_network(
    site_address: str, chapter: str, chromium: Browser
) -> None:
    context = chromium.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
    network.send("Network.emulateNetworkConditions", slow)
    page.goto(f"{site_address}/{chapter}", wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => 0)")
    assert page.evaluate("window.shifts") < 0.01
    context.close()


def test_the_page_for_lost_readers_finds_the_book_from_any_depth(
    below_a_path: str, site: Path, chromium: Browser
) -> None:
    lost = (site / "404.html").read_text(encoding="utf-8")
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    page.route("**/nowhere*", lambda route: route.fulfill(status=404, body=lost, content_type="text/html"))
    for depth in ("", "before/", "before/deep/"):
        page.goto(f"{below_a_path}{depth}nowhere.html")
        assert page.evaluate("getComputedStyle(document.body).display") == "flex"  # the stylesheet was found
        page.locator(".se-text").get_by_role("link", name="the cover").click()
        assert page.url == f"{below_a_path}index.html"
    context.close()


def test_forced_colours_and_reduced_motion_are_respected(site: Path, chapter: str, page: Page) -> None:
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(f"{site.as_uri()}/{chapter}")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    ink = page.evaluate("getComputedStyle(document.querySelector('.se-art [class*=se-dot]')).stroke")
    text = page.evaluate("getComputedStyle(document.body).color")
    assert ink == text  # drawn in the reader's own colour


def test_boxes_that_scroll_are_named_and_reached_and_others_are_not(
    site: Path, chapter: str, page: Page
) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site.as_uri()}/{chapter}")
    page.wait_for_timeout(200)
    boxes: list[dict[str, Any]] = page.eval_on_selector_all(
        ".se-text .se-scroll, .se-text pre",
        """all => all.filter((box) => box.checkVisibility()).map((box) => ({
             scrolls: box.scrollWidth > box.clientWidth + 1
               || box.matches("pre") && box.scrollHeight > box.clientHeight + 1, stop: box.tabIndex === 0,
             name: box.getAttribute("aria-label") || "", fixed: box.matches("[role=region]") }))""",
    )
    assert boxes
    assert [box for box in boxes if box["scrolls"] and not (box["stop"] and box["name"])] == []
    assert [box for box in boxes if not box["scrolls"] and box["stop"] and not box["fixed"]] == []


def packed(path: Path) -> int:
    """Bytes that travel; fonts are compressed already."""
    return path.stat().st_size if path.suffix == ".woff2" else len(gzip.compress(path.read_bytes()))


def test_a_page_of_text_is_light(site: Path, chapter: str, site_address: str, chromium: Browser) -> None:
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.removeprefix(site_address).partition("?")[0]))
    page.goto(f"{site_address}/{chapter}", wait_until="networkidle")
    context.close()
    apart = {f"/{chapter}", "/_static/figures.js"}
    own = {name: packed(site / name.lstrip("/")) for name in asked - apart}
    whole = (site / chapter).read_text(encoding="utf-8")
    text = re.sub(r'<figure class="se-figure".*?</figure>', "", whole, flags=re.DOTALL)
    assert sum(own.values()) + len(gzip.compress(text.encode())) <= TEXT_PAGE, own


def test_print_shows_the_text_and_leaves_out_the_controls(site: Path, chapter: str, page: Page) -> None:
    page.goto(f"{site.as_uri()}/{chapter}")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".se-text h1").is_visible()
    assert not page.locator(".se-header").is_visible()
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
