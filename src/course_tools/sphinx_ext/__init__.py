"""The Sphinx side of the book: theme, directives, figures and page assets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_tools.sphinx_ext import bibliography

if TYPE_CHECKING:
    from sphinx.application import Sphinx

THEME = Path(__file__).parent.parent / "theme"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_html_theme("service_encounter", str(THEME))
    bibliography.register()
    # Jupyter Book sets this value for an extension that the book leaves out.
    app.add_config_value("comments_config", {}, "")
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
