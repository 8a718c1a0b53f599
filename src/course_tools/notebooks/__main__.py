"""Write the class notebooks of both editions into ``_build/notebooks``."""

from __future__ import annotations

import shutil
import sys

from course_tools import project
from course_tools.build import EDITIONS, build
from course_tools.notebooks import FOLDER
from course_tools.problems import BuildError


def main() -> int:
    """Bring both sites up to date and copy the notebooks that stand in them; 1 if a site cannot be built."""
    for edition in EDITIONS.values():
        try:
            build(edition)
        except BuildError as error:
            print(error, file=sys.stderr)
            return 1
        target = project.BUILD / FOLDER / edition.name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(edition.site / FOLDER, target)
        print(f"{target}: {len(list(target.iterdir()))} notebooks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
