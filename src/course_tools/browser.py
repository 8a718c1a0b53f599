"""Find the browsers that the tests drive, or install them, or say in one line what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class BrowserMissingError(RuntimeError):
    """A browser is neither there nor to be had; the message says which package to install."""


_ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


@dataclass(frozen=True)
class Browser:
    """A browser as systems name it.

    Args:
        title: for messages.
        variable: the environment variable that may hold its path.
        programs: what it may be called.
        places: where it may lie off the search path.
        debian_packages: that bring it, the first that exists being taken.
        playwright: whether Playwright can bring a build of its own that the tests can drive.
    """

    title: str
    variable: str
    programs: tuple[str, ...]
    places: tuple[str, ...]
    debian_packages: tuple[str, ...]
    playwright: bool


CHROMIUM = Browser(
    title="Chromium",
    variable="CHROMIUM",
    programs=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    places=(
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    ),
    debian_packages=("chromium", "chromium-browser"),
    playwright=True,
)
FIREFOX = Browser(
    title="Firefox",
    variable="FIREFOX",
    programs=("firefox", "firefox-esr"),
    places=(
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ),
    debian_packages=("firefox-esr", "firefox"),
    playwright=False,
)


def find_chromium() -> Path:
    """Where Chromium is; installed first where that is allowed.

    Raises:
        BrowserMissingError: if it can neither be found nor installed.
    """
    return find(CHROMIUM)


def find_firefox() -> Path:
    """Where Firefox is; installed first where that is allowed.

    Raises:
        BrowserMissingError: if it can neither be found nor installed.
    """
    return find(FIREFOX)


def find(browser: Browser) -> Path:
    """Where a browser is; installed first where that is allowed.

    Raises:
        BrowserMissingError: if it can neither be found nor installed, or its variable names no program.
    """
    found = _present(browser)
    for install in (_install_from_debian, _install_from_playwright):
        if found is None and install(browser):
            found = _present(browser)
    if found is None:
        raise BrowserMissingError(
            f"The tests need {browser.title}: install the package {browser.debian_packages[0]} "
            f"(Debian: apt install {browser.debian_packages[0]}), or set {browser.variable} to its program."
        )
    return found


def _present(browser: Browser) -> Path | None:
    named = os.environ.get(browser.variable)
    if named:
        if not Path(named).is_file():
            raise BrowserMissingError(f"{browser.variable} is {named!r}; it must be the path of a program.")
        return Path(named)
    for program in browser.programs:
        path = shutil.which(program)
        if path:
            return Path(path)
    for place in browser.places:
        if Path(place).is_file():
            return Path(place)
    return _playwrights_own() if browser.playwright else None


def _playwrights_own() -> Path | None:
    # In a process of its own, since Playwright refuses to start twice in one.
    asked = subprocess.run([sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = Path(asked.stdout.strip() or os.devnull)
    return path if path.is_file() else None


def _install_from_debian(browser: Browser) -> bool:
    may_install: Callable[[], int] | None = getattr(os, "geteuid", None)
    apt = shutil.which("apt-get")
    if apt is None or may_install is None or may_install() != 0:
        return False
    print(f"Installing {browser.title} with apt-get.", flush=True)
    _runs([apt, "update", "-qq"])
    return any(
        _runs([apt, "install", "-y", "-qq", "--no-install-recommends", package])
        for package in browser.debian_packages
    )


def _install_from_playwright(browser: Browser) -> bool:
    return browser.playwright and _runs([sys.executable, "-m", "playwright", "install", "chromium"])


def _runs(command: list[str]) -> bool:
    """Whether a command succeeds; an installer's long complaints would bury our one line."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


def main() -> int:
    """Make sure that both browsers are there."""
    try:
        for browser in (CHROMIUM, FIREFOX):
            find(browser)
    except BrowserMissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
