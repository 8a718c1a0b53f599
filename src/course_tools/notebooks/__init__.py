"""Class notebooks: each chapter of this version as ``.ipynb``, written with its page from the same tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docutils import nodes
from sphinx.util import logging

from course_tools import project
from course_tools.execute import read_chapter
from course_tools.notebooks.chapter import About, make_notebook
from course_tools.notebooks.markdown import UnknownNodeError
from course_tools.sphinx_ext.pages import chapter_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "notebooks"
_LOGGER = logging.getLogger(__name__)


def notebook_name(docname: str) -> str | None:
    """File name of a chapter's notebook; None for a page that is no chapter."""
    number = chapter_number(docname)
    return None if number is None else f"{number:02}-{docname.rpartition('/')[2]}.ipynb"


def _write(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    name, number = notebook_name(docname), chapter_number(docname)
    if name is None or number is None or app.builder is None or app.builder.format != "html":
        return
    source = read_chapter(Path(app.env.doc2path(docname)), yaml.safe_load(project.CONFIG.read_text("utf-8")))
    if source is None:
        return
    about = About(number, app.config.lesson_edition, project.version(), project.wheel_name())
    try:
        notebook = make_notebook(doctree, source.cells, about)
    except UnknownNodeError as error:
        _LOGGER.error(str(error), location=docname)
        return
    target = Path(app.outdir) / FOLDER / name
    target.parent.mkdir(exist_ok=True)
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    target.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _offer(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.Node | None
) -> None:
    """Tell the page's template of its notebook and of the package that it needs."""
    name = notebook_name(pagename)
    if name is not None and (Path(app.outdir) / FOLDER / name).exists():
        context["notebook"] = f"{FOLDER}/{name}"
        context["wheel"] = f"download/{project.wheel_name()}"
        context["wheel_name"] = project.wheel_name()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx; the tree must be resolved by all others first."""
    app.connect("doctree-resolved", _write, priority=900)
    app.connect("html-page-context", _offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
