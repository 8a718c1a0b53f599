"""How to install this version's package: a directive, since only the build knows the version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from course_tools import project
from course_tools.sphinx_ext.lesson.elements import element

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class Install(SphinxDirective):
    """A link to the wheel that the site carries, and the command that installs it."""

    def run(self) -> list[nodes.Node]:
        """Build the paragraph and the command."""
        wheel = project.wheel_name()
        up = "../" * self.env.docname.count("/")
        link = element("a", {"href": f"{up}download/{wheel}", "download": True}, wheel)
        line = f"python -m pip install {wheel}"
        command = nodes.literal_block(line, line)
        command["language"] = "console"
        return [
            nodes.paragraph(
                "", "", nodes.Text("Download "), link, nodes.Text(" and, where the file lies, install it:")
            ),
            command,
        ]


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("install", Install)
