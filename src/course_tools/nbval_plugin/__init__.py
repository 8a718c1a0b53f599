"""A pytest plugin: ``pytest --nbval book`` runs the chapters and compares their outputs with the records.

nbval executes and compares; this plugin feeds it Markdown pages, with outputs recorded in
``tests/outputs``, and makes both sides canonical first. ``--accept`` writes the records anew.
Register it with ``-p course_tools.nbval_plugin``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from course_tools.nbval_plugin.notebook import MarkdownNotebook, is_notebook
from course_tools.nbval_plugin.records import records_folder

_WHOLE_FILES = ("no", "loadfile", "loadscope")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--accept``."""
    parser.getgroup("nbval").addoption(
        "--accept",
        action="store_true",
        help="with --nbval: record the outputs of the collected Markdown pages instead of comparing them",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Run the pages with the Python that runs the tests.

    Raises:
        UsageError: if options would accept nothing, or spread a page's cells over several kernels.
    """
    if not config.getoption("--nbval"):
        if config.getoption("--accept"):
            raise pytest.UsageError("--accept records what --nbval runs: give both")
        return
    if (dist := config.getoption("dist", "no")) not in _WHOLE_FILES:
        raise pytest.UsageError(f"--dist {dist} would split the cells of a page: use --dist loadfile")
    if config.option.nbval_kernel_name is None:
        config.option.nbval_current_env = True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> MarkdownNotebook | None:
    """Collect the Markdown notebooks below ``book``."""
    config = parent.config
    if not config.getoption("--nbval") or file_path.suffix != ".md":
        return None
    if not file_path.is_relative_to(config.rootpath / "book") or not is_notebook(file_path):
        return None
    notebook: MarkdownNotebook = MarkdownNotebook.from_parent(parent, path=file_path)
    return notebook


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After accepting, remove the records of pages that are gone."""
    config = session.config
    if not config.getoption("--accept") or hasattr(config, "workerinput"):
        return
    for record in vanished(config.rootpath):
        record.unlink()


def vanished(root: Path) -> list[Path]:
    """Records whose page is gone, or is no notebook any more."""
    folder = records_folder(root)
    return [
        record
        for record in sorted(folder.rglob("*.json"))
        if not is_notebook(root / "book" / record.relative_to(folder).with_suffix(".md"))
    ]
