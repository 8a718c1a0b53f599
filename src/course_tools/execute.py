"""Run the chapters' cells, several chapters at a time, into the cache that Sphinx reads.

Sphinx looks a notebook up by its code cells as myst-nb reads them, so the reader here is myst-nb's own;
Sphinx then finds every chapter and executes nothing.
"""

from __future__ import annotations

import logging
import os
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_tools.problems import Problem

KERNEL_ENVIRONMENT = {"SERVICE_ENCOUNTER_FIGURES": "page"}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_WARNING = re.compile(r"^(?P<file>.+):(?P<line>\d+): (?P<message>\w+: .*)$", re.MULTILINE)
_OWN_FRAME = re.compile(r"Cell In\[\d+\], line (\d+)")


@dataclass(frozen=True)
class _Executed:
    notebook: NotebookNode
    problem: Problem | None = None


def read_chapter(path: Path, config: dict[str, Any]) -> NotebookNode | None:
    """The notebook in a chapter, or None where the page has no code header.

    Args:
        path: the Markdown file.
        config: what ``_config.yml`` holds; its Markdown extensions decide where a cell begins.

    Returns:
        The notebook; ``metadata.source_map`` holds the line where each cell's body begins, from 0.
    """
    text = path.read_text(encoding="utf-8")
    if not is_myst_markdown_notebook(text):
        return None
    parser = MdParserConfig(enable_extensions=set(config["parse"]["myst_enable_extensions"]))
    notebook: NotebookNode = read_myst_markdown_notebook(text, config=parser, add_source_map=True, path=path)
    return notebook


def execute(chapters: list[Path], config_file: Path, cache_folder: Path) -> tuple[list[Path], list[Problem]]:
    """Execute the chapters whose code cells are not in the cache, and cache those that succeed.

    Args:
        chapters: Markdown files; those without code are left alone.
        config_file: the book's ``_config.yml``.
        cache_folder: of jupyter-cache, made when missing.

    Returns:
        The chapters that were executed, and what went wrong in them.
    """
    config = yaml.safe_load(config_file.read_text(encoding="utf-8"))
    timeout = int(config["execute"]["timeout"])
    cache = get_cache(str(cache_folder))
    notebooks = {path: read_chapter(path, config) for path in chapters}
    waiting = {path: nb for path, nb in notebooks.items() if nb is not None and not _is_cached(cache, nb)}
    if not waiting:
        return [], []
    problems = []
    # Spawned, since a forked process inherits sockets and locks that a kernel's client cannot share.
    workers = min(len(waiting), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(_run, path, notebook, timeout) for path, notebook in waiting.items()]
        for path, task in zip(waiting, tasks, strict=True):
            done = task.result()
            if done.problem:
                problems.append(done.problem)
            else:
                bundle = CacheBundleIn(done.notebook, str(path), data={})
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return list(waiting), problems


def _is_cached(cache: Any, notebook: NotebookNode) -> bool:  # noqa: ANN401  # jupyter-cache has no types
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def _run(path: Path, notebook: NotebookNode, timeout: int) -> _Executed:
    """Execute one chapter in its own folder, where its kernel's relative paths begin."""
    # A kernel that is ended while it speaks makes tornado complain; what is wrong with the cell is told below.
    logging.getLogger("tornado.general").setLevel(logging.CRITICAL)
    started = [0]
    client = NotebookClient(
        notebook,
        timeout=timeout,
        record_timing=False,  # times in a cell's metadata would change the hash it is looked up by
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        on_cell_start=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        client.execute(env={**os.environ, **KERNEL_ENVIRONMENT})
    except CellExecutionError as error:
        lines = str(error.evalue).splitlines() or [""]
        message = f"cell raised {error.ename}: {lines[0]}"
        inside = _OWN_FRAME.search(_ANSI.sub("", error.traceback))
        return _failed(path, notebook, started[-1], message, int(inside[1]) if inside else 1)
    except CellTimeoutError:
        return _failed(path, notebook, started[-1], f"cell ran longer than {timeout} seconds")
    except DeadKernelError:
        return _failed(path, notebook, started[-1], "cell ended its kernel")
    for index, cell in enumerate(notebook.cells):
        written = "".join(out.text for out in cell.get("outputs", []) if out.get("name") == "stderr")
        if written:
            message, inside_line = _stderr_message(written)
            return _failed(path, notebook, index, f"cell wrote to stderr: {message}", inside_line)
    return _Executed(notebook)


def _stderr_message(text: str) -> tuple[str, int]:
    """The first warning in what a cell wrote, or its first line, and the line of the cell it speaks of."""
    warning = _WARNING.search(text)
    if warning is None:
        return text.strip().splitlines()[0] if text.strip() else "(blank)", 1
    return warning["message"], int(warning["line"]) if "ipykernel" in warning["file"] else 1


def _failed(path: Path, notebook: NotebookNode, index: int, message: str, inside: int = 1) -> _Executed:
    line = _first_code_line(path, notebook, index) + inside - 1
    return _Executed(notebook, Problem(path, line, message))


def _first_code_line(path: Path, notebook: NotebookNode, index: int) -> int:
    """Line, from 1, of a cell's first line of code: after the fence and the cell's options."""
    lines = path.read_text(encoding="utf-8").splitlines()
    code = notebook.cells[index].source.splitlines()
    fence_end = int(notebook.metadata.source_map[index])
    for start in range(fence_end, len(lines)):
        if lines[start : start + len(code)] == code:
            return start + 1
    return fence_end + 1
