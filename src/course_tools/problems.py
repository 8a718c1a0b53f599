"""What is wrong with the book, said so that an author finds the place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from course_tools import project


class BuildError(RuntimeError):
    """The book cannot be built; one message a line, each naming file and line where there is one."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend.

    Args:
        file: the source file, inside the checkout.
        line: counted from 1.
        message: what is wrong, and what is allowed.
    """

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file.relative_to(project.ROOT).as_posix()}:{self.line}: {self.message}"


def raise_all(problems: list[Problem]) -> None:
    """Report every problem at once.

    Raises:
        BuildError: if there is any.
    """
    if problems:
        raise BuildError("\n".join(str(problem) for problem in sorted(problems)))
