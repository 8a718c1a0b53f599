"""Build the book: whole, or not at all.

The site is made aside and takes the place of the last one only when every step succeeded, so what lies in
``_build/html`` is always a whole site. After any failure Sphinx's memory of the run is thrown away:
Sphinx warns about a page only when it reads it, so a second run would otherwise pass over the fault.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from course_tools import project, toc
from course_tools.lock import alone
from course_tools.problems import BuildError, raise_all
from course_tools.wheel import build_wheel

_REPORTED = re.compile(
    r"^(?:[a-z ]+\.\.\. )?(?P<place>.+?): (?:WARNING|ERROR|CRITICAL|SEVERE): (?P<message>.+)$"
)
_UNPLACED = re.compile(r"^(?:WARNING|ERROR|CRITICAL|SEVERE): (?P<message>.+)$")
_STOPPED = re.compile(r"^(?:[A-Z]\w+ error.*|Exception occurred):$")
_TRACEBACK = ("Traceback", "The full traceback", "Please also report", "A bug report")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Edition:
    """A site that the book is built into.

    Args:
        name: ``student`` or ``instructor``; the page's directives read it from the environment.
        site: where the whole site lies.
    """

    name: str
    site: Path

    @property
    def work(self) -> Path:
        """Where Sphinx builds, and keeps what it needs to build again quickly."""
        return project.BUILD / "work" / self.name

    @property
    def record(self) -> Path:
        """What the last whole site was made from, and the files it holds."""
        return project.CACHE / f"site-{self.name}.json"

    @property
    def built_from(self) -> Path:
        """What Sphinx's kept environment was made from, the pages themselves aside."""
        return self.work / "inputs"


EDITIONS = {
    "student": Edition("student", project.BUILD / "html"),
    "instructor": Edition("instructor", project.BUILD / "instructor"),
}


def inputs() -> list[Path]:
    """Every file that the site depends on."""
    return project.files_below(
        project.BOOK,
        project.DATA,
        project.SOURCE,
        project.CONFIG,
        project.TOC,
        project.CONSTRAINTS,
        *(project.ROOT / name for name in ("pyproject.toml", "LICENSE", "LICENSE-content")),
    )


def fingerprint(files: Sequence[Path]) -> str:
    """A hash of the files and of the Python that runs."""
    return f"{sys.version_info.major}.{sys.version_info.minor}-{project.digest(files)}"


def is_current(edition: Edition, wanted: str) -> bool:
    """Whether the edition's site is whole and was made from inputs with this fingerprint."""
    try:
        record = json.loads(edition.record.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return bool(record == {"fingerprint": wanted, "files": _sizes(edition.site)})


def _sizes(site: Path) -> dict[str, int]:
    return {
        path.relative_to(site).as_posix(): path.stat().st_size
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def build(edition: Edition) -> Path:
    """Bring the edition's site up to date.

    Returns:
        Its first page.

    Raises:
        BuildError: if anything is wrong with the book; the last whole site stays as it was.
    """
    with alone(project.BUILD / "lock"):
        return _build(edition)


def _build(edition: Edition) -> Path:
    files = inputs()
    wanted = fingerprint(files)
    first_page = edition.site / "index.html"
    if is_current(edition, wanted):
        return first_page
    try:
        made = _make(edition, files)
    except BaseException:
        shutil.rmtree(edition.work, ignore_errors=True)
        raise
    edition.record.unlink(missing_ok=True)
    _swap(made, edition.site)
    record = {"fingerprint": wanted, "files": _sizes(edition.site)}
    edition.record.write_text(json.dumps(record, indent=0), encoding="utf-8")
    return first_page


def _make(edition: Edition, files: list[Path]) -> Path:
    """Make the whole site aside, and return its folder."""
    raise_all(toc.problems(project.TOC, project.BOOK))
    pages = [entry.page for entry in toc.entries(project.TOC)]
    # What is kept of a build has passed this, and data are among what did not change.
    if not _forget_unless_only_pages_changed(edition, pages, files):
        _check_data()
    _bundle()
    _execute([project.BOOK / f"{page}.md" for page in pages])
    pages_made = _run_sphinx(edition)
    _check_pages(pages_made, pages)
    made = edition.work / "site"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(pages_made, made)
    _add_downloads(made, edition)
    return made


def _forget_unless_only_pages_changed(edition: Edition, pages: list[str], files: list[Path]) -> bool:
    """Keep what Sphinx made the last time only if nothing but pages changed, and say whether it was kept.

    Sphinx sees a changed page by itself, but not a changed claim, question, data file or directive.
    """
    sources = {project.BOOK / f"{page}.md" for page in pages}
    others = fingerprint([path for path in files if path not in sources])
    kept = edition.built_from.exists() and edition.built_from.read_text(encoding="utf-8") == others
    if not kept:
        shutil.rmtree(edition.work, ignore_errors=True)
    edition.work.mkdir(parents=True, exist_ok=True)
    edition.built_from.write_text(others, encoding="utf-8")
    return kept


def _check_data() -> None:
    """Read every case once: a slip in the data is then one message and not one for each chapter."""
    # Imported here and below since an unchanged book, which needs none of it, is to answer at once.
    from service_encounter import cases

    try:
        for name in cases.names():
            cases.load(name)
    except cases.DataError as error:
        raise BuildError(_relative(str(error))) from None


def _bundle() -> None:
    from course_tools import page_assets

    try:
        page_assets.bundle(project.CACHE)
    except page_assets.PageAssetsError as error:
        raise BuildError(_relative(str(error))) from None


def _execute(chapters: list[Path]) -> None:
    from course_tools.execute import execute

    cache = project.notebook_cache()
    for old in project.CACHE.glob("notebooks-*"):
        if old != cache:
            shutil.rmtree(old)
    _, problems = execute(chapters, project.CONFIG, cache)
    raise_all(problems)


def _run_sphinx(edition: Edition) -> Path:
    """Run Jupyter Book strictly over what it made the last time.

    It writes the pages that changed, and those that the extension names because they show something of them.

    Raises:
        BuildError: if it warns or fails.
    """
    made = edition.work / "_build" / "html"
    done = run_jupyter_book(project.TOC, edition.work, edition.name, "-W")
    log = project.BUILD / f"{edition.name}.log"
    log.write_text(done.stdout, encoding="utf-8")
    messages = sphinx_messages(done.stdout)
    if done.returncode or messages:
        tail = [f"Jupyter Book failed; the end of {_relative(str(log))}:", *done.stdout.splitlines()[-15:]]
        raise BuildError("\n".join(messages or tail))
    return made


def run_jupyter_book(
    contents: Path, work: Path, edition: str, *flags: str
) -> subprocess.CompletedProcess[str]:
    """Run Jupyter Book over the book's folder, its output and its complaints together in ``stdout``.

    Args:
        contents: the table of contents.
        work: where it builds; the pages come to lie in ``_build/html`` below.
        edition: ``student`` or ``instructor``.
        flags: more of its own.
    """
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        *("build", str(project.BOOK), "--config", str(project.CONFIG), "--toc", str(contents)),
        *("-n", "--keep-going", "--path-output", str(work), *flags),
    ]
    environment = {
        **os.environ,
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "SERVICE_ENCOUNTER_EDITION": edition,
        "SERVICE_ENCOUNTER_FIGURES": "page",
        "SOURCE_DATE_EPOCH": str(project.EPOCH),
    }
    return subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def sphinx_messages(log: str) -> list[str]:
    """Sphinx's warnings and errors as ``file:line: message``, each once, in the order of the log."""
    found = []
    lines = _COLOUR.sub("", log).splitlines()
    for number, line in enumerate(lines):
        placed = _REPORTED.match(line)
        unplaced = _UNPLACED.match(line)
        if placed:
            found.append(f"{placed['place']}: {placed['message']}")
        elif unplaced:
            found.append(unplaced["message"])
        elif _STOPPED.match(line):
            reason = takewhile(lambda text: text and not text.startswith(_TRACEBACK), lines[number + 1 :])
            found.append(" ".join([line, *(text.strip() for text in reason)]))
    return list(dict.fromkeys(_relative(message) for message in found))


def _relative(message: str) -> str:
    return message.replace(f"{project.ROOT}{os.sep}", "")


def _check_pages(made: Path, pages: list[str]) -> None:
    """A run that reports success may have built nothing."""
    built = {path.relative_to(made).with_suffix("").as_posix() for path in made.rglob("*.html")}
    # Pages that no source stands behind, such as the search page, are the theme's.
    built = {page for page in built if (project.BOOK / f"{page}.md").is_file()}
    missing, extra = sorted(set(pages) - built), sorted(built - set(pages))
    if missing or extra:
        raise BuildError(
            f"{project.TOC.name} names {len(pages)} pages and {len(built)} were built; "
            f"missing: {', '.join(missing) or 'none'}; not in the contents: {', '.join(extra) or 'none'}"
        )


def _add_downloads(made: Path, edition: Edition) -> None:
    """Put the students' package beside the pages and, in the students' edition, the whole site as a zip."""
    downloads = made / "download"
    downloads.mkdir()
    shutil.copy2(build_wheel(project.CACHE), downloads)
    if edition.name == "student":
        archive = project.BUILD / project.archive_name()
        _zip(made, archive)
        archive.replace(downloads / archive.name)


def _zip(folder: Path, archive: Path) -> None:
    """Pack a folder so that the same files give the same bytes."""
    top = Path(archive.stem)
    moment = time.gmtime(project.EPOCH)[:6]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo((top / path.relative_to(folder)).as_posix(), moment)
            entry.external_attr = 0o644 << 16
            file.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _swap(made: Path, site: Path) -> None:
    """Put the new site in the place of the old; if that fails the old one comes back."""
    old = site.with_name(f"{site.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    try:
        made.rename(site)
    except OSError:
        if old.exists():
            old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """Build one edition and print where it begins; say what is wrong and return 1 where it cannot be."""
    name = arguments[0] if arguments else "student"
    if len(arguments) > 1 or name not in EDITIONS:
        print(f"unknown edition {' '.join(arguments)!r}; there are {', '.join(EDITIONS)}", file=sys.stderr)
        return 2
    start = time.monotonic()
    try:
        first_page = build(EDITIONS[name])
    except BuildError as error:
        print(error, file=sys.stderr)
        print("The book was not built; the last whole site, if any, is untouched.", file=sys.stderr)
        return 1
    print(f"{first_page} ({time.monotonic() - start:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
