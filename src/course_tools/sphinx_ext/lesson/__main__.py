"""Write the question bank to where the student package reads it."""

from __future__ import annotations

import sys

from course_tools.sphinx_ext.lesson.bank import main

sys.exit(main(sys.argv[1:]))
