"""Show one page as it will be published, and show it anew whenever its file changes.

Beside the page only the cover and the glossary are built, so links to other pages lead nowhere here; ``make book``
checks those.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
import webbrowser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from course_tools import project
from course_tools.build import inputs, run_jupyter_book, sphinx_messages
from course_tools.execute import execute
from course_tools.lock import alone
from course_tools.serve import Quiet, serving

WORK = project.BUILD / "work" / "preview"
SITE = WORK / "_build" / "html"
_SCRIPT = Path(__file__).with_name("preview.js")
_COVER, _GLOSSARY = "index", "reference/glossary"
_POLL = 0.3
# What a page may say of pages that a preview leaves out.
_ELSEWHERE = re.compile(
    r"unknown document|undefined label|reference target not found|toctree|no page of this book|not tried"
)


@dataclass(frozen=True)
class Attempt:
    """What came of building the page: the complaints, and whether there is a new page to show."""

    problems: list[str]
    built: bool


def source(page: str) -> Path:
    """The file of a page.

    Raises:
        ValueError: if there is none.
    """
    path = project.BOOK / f"{page}.md"
    if not path.is_file():
        known = sorted(
            one.relative_to(project.BOOK).with_suffix("").as_posix() for one in project.BOOK.glob("*/*.md")
        )
        raise ValueError(f"no page {page!r}: there is no book/{page}.md. Pages are {', '.join(known)}")
    return path


def watched(page: str) -> dict[Path, int]:
    """The files that the page is made from, with the time of each one's last change."""
    own = source(page)
    return {
        path: path.stat().st_mtime_ns
        for path in inputs()
        if path.suffix != ".md" or path == own or project.BOOK not in path.parents
    }


def build(page: str, changed: set[Path]) -> Attempt:
    """Build the page and what stands beside it.

    Args:
        page: such as ``before/choice``.
        changed: files that changed since the last build. Sphinx sees by itself that the page did; for anything else it
            has to begin anew.
    """
    with alone(project.BUILD / "lock"):
        if changed - {source(page)}:
            shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        _, failed = execute([source(page)], project.CONFIG, project.notebook_cache())
        if failed:
            return Attempt([str(one) for one in failed], built=False)
        contents = WORK / "_toc.yml"
        text = contents_of(page)
        if not contents.exists() or contents.read_text(encoding="utf-8") != text:
            contents.write_text(text, encoding="utf-8")
        done = run_jupyter_book(contents, WORK, "student")
    own = [line for line in sphinx_messages(done.stdout) if line.startswith(f"book/{page}.md")]
    problems = [line for line in own if not _ELSEWHERE.search(line)]
    if done.returncode:
        problems = problems or done.stdout.splitlines()[-15:]
    return Attempt(problems, built=done.returncode == 0 and (SITE / f"{page}.html").is_file())


def contents_of(page: str) -> str:
    """A table of contents with the cover, the page and the glossary."""
    glossary = [_GLOSSARY] if (project.BOOK / f"{_GLOSSARY}.md").is_file() else []
    beside = [name for name in dict.fromkeys([page, *glossary]) if name != _COVER]
    return "\n".join(
        ["format: jb-book", f"root: {_COVER}", "chapters:", *(f"  - file: {name}" for name in beside), ""]
    )


class Versions:
    """How often the page was built; a browser that shows an older one loads it anew."""

    def __init__(self) -> None:
        self.number = 0


def handler(versions: Versions) -> type[Quiet]:
    """What answers a preview's requests: the site's files, its pages with the script that reloads them."""

    class Handler(Quiet):
        def send_head(self) -> BytesIO | BinaryIO | None:
            path = self.path.partition("?")[0]
            if path == "/preview-version":
                return self.answer("text/plain", str(versions.number).encode())
            if path == "/preview.js":
                return self.answer("text/javascript", _SCRIPT.read_bytes())
            if path == "/worker.js":  # it would keep older pages
                self.send_error(404)
                return None
            file = Path(self.translate_path(path))
            if file.suffix == ".html" and file.is_file():
                script = b'<script src="/preview.js" defer></script></head>'
                return self.answer("text/html", file.read_bytes().replace(b"</head>", script, 1))
            return super().send_head()

        def answer(self, kind: str, body: bytes) -> BytesIO:
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            return BytesIO(body)

    return Handler


def changes(before: Mapping[Path, int], after: Mapping[Path, int]) -> set[Path]:
    """Files that came, went or changed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def run(page: str) -> None:
    """Build, serve and show the page, and again after each change, until interrupted."""
    versions = Versions()
    shown = False
    before: dict[Path, int] = {}
    SITE.mkdir(parents=True, exist_ok=True)
    with serving(SITE, handler(versions)) as address:
        while True:
            now = watched(page)
            changed = changes(before, now)
            if not changed:
                time.sleep(_POLL)
                continue
            start = time.monotonic()
            attempt = build(page, changed)
            before = now
            for problem in attempt.problems:
                print(problem, file=sys.stderr, flush=True)
            if not attempt.built:
                print("Not built; waiting for the next change.", file=sys.stderr, flush=True)
                continue
            versions.number += 1
            print(f"{address}/{page}.html ({time.monotonic() - start:.1f} s; stop with Ctrl+C)", flush=True)
            if not shown and not os.environ.get("NO_BROWSER"):
                webbrowser.open(f"{address}/{page}.html")
            shown = True


def main(arguments: Sequence[str]) -> int:
    """Preview the named page until interrupted."""
    if len(arguments) != 1:
        print("Name one page, such as before/choice: make preview PAGE=before/choice", file=sys.stderr)
        return 2
    try:
        source(arguments[0])
        run(arguments[0])
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
