"""Measure every page of the built site and print one table: ``make audit``.

Whether a page asks other hosts, what it weighs, what axe and the Nu checker find, which controls are dead
without a network, which graphics have no name, and how fast figures follow their sliders. With ``LIGHTHOUSE=1``
in the environment Lighthouse's four scores too. The cheap measures are tests as well.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from course_tools import page_assets, project
from course_tools.browser import find_chromium
from course_tools.build import EDITIONS
from course_tools.serve import Quiet, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response, ViewportSize

TOOLS = Path(__file__).parent / "audit_tools"
TEXT_GOAL, FIGURES_GOAL = 150_000, 450_000
"""Bytes, compressed, that a page may load: without figures, and with. The search page has the goal of the heavier
pages, since it loads the index of the whole book."""
FRAME = 16.0
"""Milliseconds from a moved slider to the new drawing: one frame of a screen."""
LIGHTHOUSE_GOAL = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
_LIGHTHOUSE_RUNS = 3
_MOVES = 100
_PATIENCE = 20_000  # milliseconds until a figure counts as dead
# What is already packed gains nothing from gzip, and servers send it as it is.
_PACKED = (".woff2", ".png", ".zip", ".whl")
_PHONE: ViewportSize = {"width": 390, "height": 900}
_DESK: ViewportSize = {"width": 1280, "height": 900}
_SEARCH = "search.html"
_FIGURE_SCRIPT = "/figures.js"
_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The schemes differ in colours alone, so what has no colour need not be looked at twice.
_AXE_COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# axe takes a formula for no text, so a heading that is a formula would count as empty.
_AXE_RULES = {"empty-table-header": {"enabled": False}}

UNNAMED = r"""() => {
  const named = (one) => (one.getAttribute("aria-label") || "").trim() !== ""
    || (one.getAttribute("aria-labelledby") || "").split(/\s+/).some((id) => document.getElementById(id)?.textContent.trim())
    || one.querySelector(":scope > title")?.textContent.trim();
  const silent = (one) => one.closest("[aria-hidden=true], [role=presentation], [role=none]");
  const images = [...document.querySelectorAll("img, input[type=image], area")].filter(
    (one) => !one.hasAttribute("alt") || /\.(png|jpe?g|gif|svg|webp)$/i.test(one.alt.trim()));
  const graphics = [...document.querySelectorAll("svg, canvas, object, embed, [role=img]")].filter(
    (one) => !silent(one) && !named(one) && !one.parentElement.closest("[role=img], [aria-hidden=true]"));
  return [...images, ...graphics].map((one) => one.outerHTML.slice(0, 120));
}"""


@dataclass(frozen=True)
class Traffic:
    """What a page asks for from the reader who looks at all its figures.

    Args:
        page: relative to the site.
        other_hosts: addresses outside the site.
        reading: bytes to read the page, compressed.
        whole: bytes with what brings the figures to life.
        complaints: what the browser wrote of it to its console, and whether it is wider than the screen.
    """

    page: str
    other_hosts: tuple[str, ...]
    reading: int
    whole: int
    complaints: tuple[str, ...] = ()

    @property
    def goal(self) -> int:
        """Bytes that the page may weigh."""
        text_only = self.whole == self.reading and self.page != _SEARCH
        return TEXT_GOAL if text_only else FIGURES_GOAL


@dataclass(frozen=True)
class Accessibility:
    """What is wrong with a page for some readers.

    Args:
        light: axe's findings in light colours, a text a node: the rule that it breaks and its HTML.
        dark: the same in dark colours.
        unnamed: images without an alternative, or with a file name for one, and graphics without a name.
    """

    light: tuple[str, ...] = ()
    dark: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageAudit:
    """All measures of one page; None is what was not measured."""

    page: str
    traffic: Traffic
    accessibility: Accessibility
    dead: list[str]
    redraws: list[float] = field(default_factory=list)
    nu: list[str] | None = None
    lighthouse: dict[str, int] | None = None


def pages(site: Path) -> list[str]:
    """Every page of the site, relative to it."""
    return sorted(
        path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium while the block runs."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def bring_to_life(page: Page) -> list[str]:
    """Raise every curtain and scroll through a page as a reader does; returns the ids of figures that stay dead."""
    from playwright.sync_api import TimeoutError as Unanswered

    while page.locator(".se-curtain button").count():
        page.locator(".se-curtain button").first.click()
    dead = []
    for anchor in page.eval_on_selector_all(".se-figure[data-live]", "all => all.map((one) => one.id)"):
        try:
            page.locator(f"#{anchor}").scroll_into_view_if_needed(timeout=_PATIENCE)
            page.locator(f"#{anchor}[data-live=alive]").wait_for(timeout=_PATIENCE)
        except Unanswered:
            dead.append(anchor)
    return dead


def _listening(page: Page) -> list[str]:
    """What the browser complains of while it shows a page; the list grows as it does."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    return heard


def _too_wide(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return ["wider than the screen"] if wide else []


def traffic(browser: Browser, root: str, page_name: str) -> Traffic:
    """What one reader's browser, its cache empty, fetches for a page.

    Args:
        browser: to fetch with.
        root: address of the site, without a final slash.
        page_name: the page, relative to the site.
    """
    # A service worker would fetch pages ahead; its traffic is not the page's.
    context = browser.new_context(service_workers="block", viewport=_DESK)
    page = context.new_page()
    heard = _listening(page)
    asked: set[str] = set()
    responses: list[Response] = []
    page.on("request", lambda request: asked.add(request.url))
    page.on("response", lambda response: responses.append(response))
    page.goto(f"{root}/{page_name}")
    bring_to_life(page)
    page.wait_for_load_state("networkidle")
    sizes = {one.url: _transferred(one) for one in responses if one.url.startswith(f"{root}/")}
    complaints = (*heard, *_too_wide(page))
    context.close()
    whole = sum(sizes.values())
    vega = sum(size for url, size in sizes.items() if url.partition("?")[0].endswith(_FIGURE_SCRIPT))
    others = tuple(sorted(url for url in asked if not url.startswith((f"{root}/", "data:", "blob:"))))
    return Traffic(page_name, others, whole - vega, whole, complaints)


def _transferred(response: Response) -> int:
    body = response.body()
    packed = response.url.partition("?")[0].endswith(_PACKED)
    return len(body) if packed else len(gzip.compress(body))


def accessibility(browser: Browser, addresses: Sequence[str]) -> dict[str, Accessibility]:
    """What axe finds on pages with every fold open and every figure alive, and which graphics have no name.

    Returns:
        By address.
    """
    script = page_assets.node_modules(project.CACHE) / "axe-core" / "axe.min.js"
    # axe is a script that the page's own policy would refuse; a colour on its way to another is no finding.
    context = browser.new_context(bypass_csp=True, service_workers="block", reduced_motion="reduce")
    page = context.new_page()
    found = {}
    for address in addresses:
        page.goto(address)
        bring_to_life(page)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        page.add_script_tag(path=script)
        light = _axe(page, "light", _AXE_TAGS)
        dark = _axe(page, "dark", _AXE_COLOUR_RULES)
        found[address] = Accessibility(light, dark, tuple(page.evaluate(UNNAMED)))
    context.close()
    return found


def _axe(page: Page, scheme: Literal["light", "dark"], only: Sequence[str]) -> tuple[str, ...]:
    page.emulate_media(color_scheme=scheme)
    # All that axe passes is a hundred times what it finds, and slow to bring over.
    options = {"runOnly": only, "rules": _AXE_RULES, "resultTypes": ["violations"]}
    found = page.evaluate(
        """async (options) => (await axe.run(options)).violations.flatMap(
          (broken) => broken.nodes.map((node) => `${broken.id}: ${node.html}`))""",
        options,
    )
    return tuple(found)


def dead_controls(browser: Browser, address: str) -> list[str]:
    """Figures that do not come alive and controls that do nothing, on a phone without a network.

    A figure's control is alive when a key moves it and a new drawing follows; a question or a prediction is alive
    when its buttons have come up. What the browser complains of is listed with them.

    Args:
        browser: to read with.
        address: a ``file:`` address, since a server would be a network.
    """
    context = browser.new_context(offline=True, viewport=_PHONE)
    page = context.new_page()
    heard = _listening(page)
    page.goto(address)
    dead = bring_to_life(page)
    dead += _too_wide(page)
    for control in _controls(page):
        before = _moves_made(page)
        _press(page, control, 0)
        if _moves_made(page) == before:
            dead.append(control.id)
    dead += page.eval_on_selector_all(
        ".se-actions[hidden]", "all => all.map((one) => one.outerHTML.slice(0, 120))"
    )
    context.close()
    # Only a server shows the page for lost readers: it finds its root by asking upwards.
    return dead if address.endswith("/404.html") else [*dead, *heard]


@dataclass(frozen=True)
class _Control:
    """A control of a living figure: where it stands among its steps, and how many there are."""

    id: str
    figure: str
    list: bool
    place: int
    last: int

    def key(self, move: int) -> str:
        """The key of a move that goes up to the last step, down to the first, and so on."""
        up = self.last - self.place
        ahead = move < up or (move - up) // self.last % 2 == 1
        forward, back = ("ArrowDown", "ArrowUp") if self.list else ("ArrowRight", "ArrowLeft")
        return forward if ahead else back


def _controls(page: Page) -> list[_Control]:
    found = page.eval_on_selector_all(
        ".se-figure[data-live=alive] [data-signal]",
        """all => all.map((one) => one.tagName === "SELECT"
          ? { id: one.id, figure: one.closest("figure").id, list: true, place: one.selectedIndex, last: one.length - 1 }
          : { id: one.id, figure: one.closest("figure").id, list: false,
              place: Math.round((one.value - one.min) / one.step), last: Math.round((one.max - one.min) / one.step) })""",
    )
    return [_Control(**one) for one in found]


def _press(page: Page, control: _Control, move: int) -> None:
    page.locator(f"#{control.id}").focus()
    page.keyboard.press(control.key(move))
    # The figure notes the time after the drawing is done, in a turn of its own.
    page.evaluate(
        """async (id) => { await document.getElementById(id).liveFigure.view.runAsync();
                           await new Promise((done) => setTimeout(done)); }""",
        control.figure,
    )


def _moves_made(page: Page) -> int:
    made: int = page.evaluate("performance.getEntriesByName('figure moved').length")
    return made


def redraws(page: Page, moves: int = _MOVES) -> list[float]:
    """Milliseconds from each move of each control, by keyboard, to the figure's new drawing.

    Args:
        page: with its figures alive.
        moves: of each control.
    """
    for control in _controls(page):
        for move in range(moves):
            _press(page, control, move)
    times: list[float] = page.evaluate(
        "performance.getEntriesByName('figure moved').map((one) => one.duration)"
    )
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def nu_errors(site: Path) -> dict[str, list[str]] | None:
    """What the Nu HTML checker calls an error, by page; None without Java, which it runs on."""
    java = shutil.which("java")
    if java is None:
        return None
    jar = page_assets.node_modules(project.CACHE, TOOLS) / "vnu-jar" / "build" / "dist" / "vnu.jar"
    names = pages(site)
    done = subprocess.run(
        [java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", *names],
        cwd=site,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    found: dict[str, list[str]] = {name: [] for name in names}
    for message in json.loads(done.stdout)["messages"]:
        if message["type"] != "info":
            page = next(name for name in names if message["url"].endswith(f"/{name}"))
            found[page].append(f"line {message.get('lastLine', '?')}: {message['message']}")
    return found


class Compressing(Quiet):
    """Serves files as a host does: compressed for browsers that ask for it, many over one connection."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Compress a file that is not packed already; folders and errors go the usual way."""
        path = Path(self.translate_path(self.path))
        if not path.is_file() or path.suffix in _PACKED:
            return super().send_head()
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)


def lighthouse(address: str) -> dict[str, int]:
    """Lighthouse's four scores for a phone, each the median of three runs."""
    program = page_assets.node_modules(project.CACHE, TOOLS) / "lighthouse" / "cli" / "index.js"
    os.environ["CHROME_PATH"] = str(find_chromium())
    flags = ["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox"]
    runs = []
    for _ in range(_LIGHTHOUSE_RUNS):
        report = json.loads(
            page_assets.run_node(project.CACHE, [str(program), address, *flags], manifest=TOOLS)
        )
        runs.append({name: round(100 * report["categories"][name]["score"]) for name in LIGHTHOUSE_GOAL})
    return {name: round(statistics.median(run[name] for run in runs)) for name in LIGHTHOUSE_GOAL}


def audit(site: Path, names: Sequence[str], *, with_lighthouse: bool) -> list[PageAudit]:
    """Measure pages of a built site.

    Args:
        site: its folder.
        names: the pages, relative to the site.
        with_lighthouse: whether to run Lighthouse too, which takes a minute a page.
    """
    nu = nu_errors(site)
    with chromium() as browser, serving(site, Compressing) as root:
        accessible = accessibility(browser, [f"{root}/{name}" for name in names])
        measured = []
        for name in names:
            address = f"{root}/{name}"
            context = browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block")
            page = context.new_page()
            page.goto(address)
            bring_to_life(page)
            measured.append(
                PageAudit(
                    page=name,
                    traffic=traffic(browser, root, name),
                    accessibility=accessible[address],
                    dead=dead_controls(browser, f"{site.as_uri()}/{name}"),
                    redraws=redraws(page),
                    nu=None if nu is None else nu[name],
                    lighthouse=lighthouse(address) if with_lighthouse else None,
                )
            )
            context.close()
    return measured


def missed(measured: PageAudit) -> list[str]:
    """The goals that a page misses, each in a line."""
    lines = [
        f"{what}: {one}"
        for what, found in (
            ("asks another host", measured.traffic.other_hosts),
            ("complains", measured.traffic.complaints),
            ("axe, light", measured.accessibility.light),
            ("axe, dark", measured.accessibility.dark),
            ("dead without a network", measured.dead),
            ("Nu", measured.nu or []),
            ("graphic without a name", measured.accessibility.unnamed),
        )
        for one in found
    ]
    if measured.traffic.whole > measured.traffic.goal:
        lines.append(f"weighs {measured.traffic.whole:,} bytes; the goal is {measured.traffic.goal:,}")
    if measured.redraws and percentile(measured.redraws, 0.95) >= FRAME:
        lines.append(f"redraws in {percentile(measured.redraws, 0.95):.1f} ms (95th percentile)")
    for name, score in (measured.lighthouse or {}).items():
        if score < LIGHTHOUSE_GOAL[name]:
            lines.append(f"Lighthouse, {name}: {score}; the goal is {LIGHTHOUSE_GOAL[name]}")
    return [f"{measured.page}: {line}" for line in lines]


def table(measured: Sequence[PageAudit]) -> str:
    """The measures, a line a page."""
    heads = ["page", "hosts", "KB gz", "with Vega", "axe light", "dark", "dead", "Nu", "unnamed"]
    heads += ["moves", "p50 ms", "p95 ms", "Lighthouse"]
    rows = [heads, *(_cells(one) for one in measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows
    )


def _cells(one: PageAudit) -> list[str]:
    alive = one.traffic.whole > one.traffic.reading
    return [
        one.page,
        str(len(one.traffic.other_hosts)),
        f"{one.traffic.reading / 1000:.0f}",
        f"{one.traffic.whole / 1000:.0f}" if alive else "-",
        str(len(one.accessibility.light)),
        str(len(one.accessibility.dark)),
        str(len(one.dead)),
        "-" if one.nu is None else str(len(one.nu)),
        str(len(one.accessibility.unnamed)),
        str(len(one.redraws)) if one.redraws else "-",
        *(f"{percentile(one.redraws, share):.1f}" if one.redraws else "-" for share in (0.5, 0.95)),
        "-" if one.lighthouse is None else "/".join(map(str, one.lighthouse.values())),
    ]


def main() -> int:
    """Print the table of every page and each goal that is missed; 1 if there is one."""
    site = EDITIONS["student"].site
    if shutil.which("java") is None:
        print("The Nu HTML checker needs Java, which is not here: its column stays empty.", file=sys.stderr)
    measured = audit(site, pages(site), with_lighthouse=os.environ.get("LIGHTHOUSE") == "1")
    print(table(measured))
    lines = [line for one in measured for line in missed(one)]
    print("\n".join(["", *lines, f"{len(measured)} pages, {len(lines)} findings"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
