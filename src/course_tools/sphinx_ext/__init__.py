"""The Sphinx side of the book: theme, directives, figures and page assets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools import page_assets, project
from course_tools.sphinx_ext import (
    api,
    bibliography,
    chapter_links,
    install,
    math,
    offline,
    pages,
    reference,
    search,
    trial,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

THEME = Path(__file__).parent.parent / "theme"


def _configure(app: Sphinx, config: Config) -> None:
    """Set what depends on the checkout: version, bundles, where executed notebooks are kept."""
    config.project = "The Service Encounter"
    config.version = config.release = project.version()
    config.html_static_path = [str(page_assets.bundle(project.CACHE))]
    config.nb_execution_cache_path = str(project.notebook_cache())


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_html_theme("service_encounter", str(THEME))
    app.connect("config-inited", _configure, priority=100)
    for module in (bibliography, pages, math, search, offline, install, reference, trial, api, chapter_links):
        module.setup(app)
    app.setup_extension("course_tools.sphinx_ext.lesson")
    # Jupyter Book sets this value for an extension that the book leaves out.
    app.add_config_value("comments_config", {}, "")
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
