"""What the lessons of the whole book declare: claims tried, questions asked, exercises set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sphinx.domains import Domain
from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOGGER = logging.getLogger(__name__)
_KINDS = ("claims", "questions", "exercises", "predictions", "objectives", "glossary", "works", "dependents")
_INITIAL: dict[str, Any] = {**{kind: {} for kind in _KINDS}, "shown": None}


class LessonDomain(Domain):
    """Declared ids by kind, each with the page and line that declares it.

    ``data[kind][id]`` is a dictionary with ``page``, ``line`` and what the kind needs beside.
    """

    name = "lesson"
    label = "Lesson"
    data_version = 2
    initial_data = _INITIAL

    def declare(self, kind: str, key: str, page: str, line: int, **more: object) -> str | None:
        """Note an id; return where it was declared before, if it was."""
        known = self.data[kind].get(key)
        if known is not None and (known["page"], known["line"]) != (page, line):
            return f"{known['page']}, line {known['line']}"
        self.data[kind][key] = {"page": page, "line": line, **more}
        return None

    def declared(self, kind: str) -> dict[str, dict[str, Any]]:
        """Everything declared of one kind."""
        found: dict[str, dict[str, Any]] = self.data[kind]
        return found

    def depend(self, page: str) -> None:
        """Note that what a page shows follows from what other pages declare."""
        self.data["dependents"][page] = {"page": page, "line": 0}

    def clear_doc(self, docname: str) -> None:
        """Forget what a page declared, before it is read again."""
        for kind in _KINDS:
            self.data[kind] = {
                key: entry for key, entry in self.data[kind].items() if entry["page"] != docname
            }

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        for kind in _KINDS:
            for key, entry in otherdata[kind].items():
                if entry["page"] in docnames:
                    self.data[kind][key] = entry

    def resolve_any_xref(self, *arguments: object) -> list[Any]:
        """Nothing here is a target of ``any``."""
        return []

    def check_consistency(self) -> None:
        """Every question must serve an objective that its page states."""
        for message, location in objective_problems(self):
            _LOGGER.error(message, location=location)


_STRAIGHT = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "“": '"', "”": '"'})


def objective_problems(domain: LessonDomain) -> Iterable[tuple[str, str]]:
    """Questions whose objective their page does not state: message and ``file:line``."""
    stated: dict[str, list[str]] = {
        entry["page"]: entry["items"] for entry in domain.declared("objectives").values()
    }
    for key, question in domain.declared("questions").items():
        objectives = stated.get(question["page"])
        # A page has its quotation marks set, a question as they were typed.
        words = {objective.translate(_STRAIGHT) for objective in objectives or ()}
        if objectives is not None and question["objective"].translate(_STRAIGHT) not in words:
            there = "; ".join(objectives)
            yield (
                f"{key}: the objective {question['objective']!r} is not stated on {question['page']}, "
                f"which has: {there}",
                question["source"],
            )


def pages_to_write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Pages that show what others declare, where that has changed since the last build."""
    domain = lesson_domain(env)
    now = {
        "claims": {key: entry["page"] for key, entry in domain.declared("claims").items()},
        "questions": {key: entry["digest"] for key, entry in domain.declared("questions").items()},
        "glossary": [entry["page"] for entry in domain.declared("glossary").values()],
    }
    before, domain.data["shown"] = domain.data["shown"], now
    return sorted(domain.declared("dependents")) if before not in (None, now) else []


def lesson_domain(env: BuildEnvironment) -> LessonDomain:
    """The book's lesson domain."""
    domain = env.get_domain("lesson")
    assert isinstance(domain, LessonDomain)
    return domain
