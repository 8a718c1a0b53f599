"""The question bank: one YAML file a chapter, checked before a page is built.

``python -m course_tools.sphinx_ext.lesson`` writes the same questions, encoded, to where the student
package reads them; ``--check`` says whether those files are current.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from course_tools import project
from course_tools.sphinx_ext.lesson.claims import PAGES
from course_tools.sphinx_ext.lesson.sources import Mapping as Entry
from course_tools.sphinx_ext.lesson.sources import Reader, SourceError, display, read

# The page that shows authors every directive asks questions too; students' packages leave them out.
_SAMPLE = "reference/directives"
TYPES = ("single", "multiple", "ordering", "matching", "sorting", "numeric", "text")
PACKAGED = project.SOURCE / "service_encounter" / "questions"
_COMMON = {"id", "type", "objective", "misconception", "prompt", "explanation"}
_OWN = {
    "single": {"choices"},
    "multiple": {"choices"},
    "ordering": {"items", "feedback"},
    "matching": {"pairs", "feedback"},
    "sorting": {"piles", "items"},
    "numeric": {"answer", "tolerance", "unit", "feedback"},
    "text": {"accept", "feedback"},
}
_OPTIONAL = {"numeric": {"mistakes"}, "text": {"mistakes"}}


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with everything that any output needs.

    Args:
        id: ``<page>-<slug>``.
        page: such as ``"before/choice"``.
        type: one of `TYPES`.
        objective: of the chapter that it serves, as the chapter states it.
        misconception: that a wrong answer betrays.
        prompt: inline Markdown.
        explanation: Markdown, shown with the answer.
        content: what is particular to the type, as the bank writes it.
        source: ``file:line`` of the entry.
    """

    id: str
    page: str
    type: str
    objective: str
    misconception: str
    prompt: str
    explanation: str
    content: dict[str, Any] = field(repr=False)
    source: str

    @property
    def digest(self) -> str:
        """Hash of what is asked and what is right: an answer stays valid while it does not change."""
        asked = {key: value for key, value in self.content.items() if key not in ("feedback", "mistakes")}
        if "choices" in asked:
            asked["choices"] = [[choice["text"], choice["right"]] for choice in asked["choices"]]
        if "pairs" in asked:
            asked["pairs"] = [[pair["left"], pair["right"]] for pair in asked["pairs"]]
        if self.type == "sorting":
            asked["items"] = [[item["text"], item["pile"]] for item in asked["items"]]
        text = json.dumps([self.type, self.prompt, asked], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def shuffled(self, count: int) -> list[int]:
        """A fixed order of ``count`` things that is not the right one, the same in every edition."""
        order = sorted(range(count), key=lambda i: hashlib.sha256(f"{self.id}/{i}".encode()).hexdigest())
        return order if order != sorted(order) else order[1:] + order[:1]


@dataclass(frozen=True)
class Bank:
    """The questions of one file, and every complaint about it."""

    questions: tuple[Question, ...]
    problems: tuple[SourceError, ...]


def bank_path(book: Path, page: str) -> Path:
    """The file that holds a page's questions."""
    return book / "questions" / f"{page.rpartition('/')[2]}.yml"


def read_bank(path: Path) -> Bank:
    """Read a page's questions, going on after a bad one so that a build names every problem.

    Args:
        path: ``book/questions/<last part of the page>.yml``.
    """
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return Bank((), (SourceError(path, 1, "no such file; it holds the questions of the page"),))
    return _read_bank(path, changed)


@lru_cache(maxsize=32)
def _read_bank(path: Path, changed: int) -> Bank:
    """Parse; ``changed`` makes an edited file a new entry of the cache."""
    try:
        page = _page(path)
        entries = read(path)
    except SourceError as error:
        return Bank((), (error,))
    if not isinstance(entries, list) or not all(isinstance(entry, Entry) for entry in entries):
        return Bank((), (SourceError(path, 1, "must be a list of questions"),))
    found: dict[str, Question] = {}
    problems: list[SourceError] = []
    for entry in entries:
        try:
            question = _question(entry, path, page)
        except SourceError as error:
            problems.append(error)
            continue
        if question.id in found:
            problems.append(
                entry.error(f"{question.id}: the id is taken; {found[question.id].source} has it", "id")
            )
        else:
            found[question.id] = question
    return Bank(tuple(found.values()), tuple(problems))


def _page(path: Path) -> str:
    for page in (*PAGES, _SAMPLE):
        if page.rpartition("/")[2] == path.stem:
            return page
    raise SourceError(path, 1, f"no page is called {path.stem!r}; banks are named after {', '.join(PAGES)}")


def _question(entry: Entry, path: Path, page: str) -> Question:
    name, prefix = entry.get("id"), f"{path.stem}-"
    if not isinstance(name, str) or not name.startswith(prefix) or name == prefix:
        raise entry.error(f"a question's id must start with {prefix!r} and go on, got {name!r}", "id")
    reader = Reader(entry, name)
    kind = reader.one_of("type", TYPES)
    reader.keys(_COMMON | _OWN[kind], _OPTIONAL.get(kind, set()))
    return Question(
        id=name,
        page=page,
        type=kind,
        objective=reader.text("objective"),
        misconception=reader.text("misconception"),
        prompt=" ".join(reader.text("prompt").split()),
        explanation=reader.text("explanation"),
        content=_CONTENT[kind](reader),
        source=f"{display(path)}:{entry.line}",
    )


def _choices(reader: Reader) -> dict[str, Any]:
    choices = [_choice(choice) for choice in reader.entries("choices")]
    right = sum(choice["right"] for choice in choices)
    kind = reader.entry["type"]
    if len({choice["text"] for choice in choices}) < len(choices):
        raise reader.error("two choices have the same text", "choices")
    if kind == "single" and right != 1:
        raise reader.error(f"exactly one choice must be right, got {right}", "choices")
    if kind == "multiple" and not 0 < right < len(choices):
        raise reader.error(
            f"some choices must be right and some wrong, got {right} of {len(choices)} right", "choices"
        )
    return {"choices": choices}


def _choice(reader: Reader) -> dict[str, Any]:
    reader.keys({"text", "feedback"}, {"right"})
    right = reader.entry.get("right", False)
    if not isinstance(right, bool):
        raise reader.error(f"'right' must be true or false, got {right!r}", "right")
    return {"text": reader.text("text"), "right": right, "feedback": reader.text("feedback")}


def _feedback(reader: Reader) -> dict[str, str]:
    value = reader.entry["feedback"]
    if not isinstance(value, Entry):
        raise reader.error(f"'feedback' must hold 'right' and 'wrong', got {value!r}", "feedback")
    inner = Reader(value, f"{reader.name}, feedback")
    inner.keys({"right", "wrong"}, set())
    return {"right": inner.text("right"), "wrong": inner.text("wrong")}


def _items(reader: Reader) -> dict[str, Any]:
    items = reader.texts("items")
    if len(items) < 3 or len(set(items)) < len(items):
        raise reader.error(
            f"'items' must be at least three different texts in the right order, got {list(items)}", "items"
        )
    return {"items": list(items), "feedback": _feedback(reader)}


def _pairs(reader: Reader) -> dict[str, Any]:
    pairs = []
    for pair in reader.entries("pairs"):
        pair.keys({"left", "right", "feedback"}, set())
        pairs.append({key: pair.text(key) for key in ("left", "right", "feedback")})
    if len(pairs) < 2 or len({pair["left"] for pair in pairs}) < len(pairs):
        raise reader.error("'pairs' must be at least two, each with a left side of its own", "pairs")
    if len({pair["right"] for pair in pairs}) < 2:
        raise reader.error("'pairs' all have the same right side", "pairs")
    return {"pairs": pairs, "feedback": _feedback(reader)}


def _piles(reader: Reader) -> dict[str, Any]:
    piles = reader.texts("piles")
    if not 2 <= len(piles) <= 6 or len(set(piles)) < len(piles):
        raise reader.error(f"'piles' must be two to six different texts, got {list(piles)}", "piles")
    items = []
    for item in reader.entries("items"):
        item.keys({"text", "pile", "feedback"}, set())
        items.append(
            {"text": item.text("text"), "pile": item.one_of("pile", piles), "feedback": item.text("feedback")}
        )
    if not 3 <= len(items) <= 15:
        raise reader.error(f"'items' must be three to fifteen, got {len(items)}", "items")
    if len({item["text"] for item in items}) < len(items):
        raise reader.error("two items have the same text", "items")
    if len({item["pile"] for item in items}) < 2:
        raise reader.error("'items' all belong to the same pile", "items")
    return {"piles": list(piles), "items": items}


def _numeric(reader: Reader) -> dict[str, Any]:
    answer, tolerance = reader.number("answer"), reader.number("tolerance")
    if tolerance < 0:
        raise reader.error(f"'tolerance' must not be negative, got {tolerance:g}", "tolerance")
    mistakes = []
    for mistake in reader.entries("mistakes") if "mistakes" in reader.entry else []:
        mistake.keys({"value", "feedback"}, {"tolerance"})
        value = mistake.number("value")
        margin = mistake.number("tolerance") if "tolerance" in mistake.entry else tolerance
        if abs(value - answer) <= tolerance + margin:
            raise mistake.error(f"{value:g} cannot be told from the answer {answer:g}", "value")
        mistakes.append({"value": value, "tolerance": margin, "feedback": mistake.text("feedback")})
    unit = reader.entry["unit"]
    if not isinstance(unit, str):
        raise reader.error(f"'unit' must be text, empty for a pure number, got {unit!r}", "unit")
    return {
        "answer": answer,
        "tolerance": tolerance,
        "unit": unit.strip(),
        "mistakes": mistakes,
        "feedback": _feedback(reader),
    }


def _text(reader: Reader) -> dict[str, Any]:
    accept = reader.texts("accept")
    if not accept:
        raise reader.error("'accept' must list at least one answer", "accept")
    mistakes = []
    for mistake in reader.entries("mistakes") if "mistakes" in reader.entry else []:
        mistake.keys({"match", "feedback"}, set())
        mistakes.append({"match": list(mistake.texts("match")), "feedback": mistake.text("feedback")})
    return {"accept": list(accept), "mistakes": mistakes, "feedback": _feedback(reader)}


_CONTENT = {
    "single": _choices,
    "multiple": _choices,
    "ordering": _items,
    "matching": _pairs,
    "sorting": _piles,
    "numeric": _numeric,
    "text": _text,
}


def packaged(bank: Bank) -> str:
    """The file that the student package reads: a line a question, its content not in plain sight."""
    lines = [
        f"{json.dumps(question.id)}: {json.dumps(_encoded(question))}"
        for question in sorted(bank.questions, key=lambda question: question.id)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _encoded(question: Question) -> str:
    entry = {
        "type": question.type,
        "page": question.page,
        "prompt": question.prompt,
        "explanation": question.explanation,
        **question.content,
    }
    if question.type in ("ordering", "sorting"):
        entry["shown"] = question.shuffled(len(entry["items"]))
    return base64.b64encode(json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()).decode()


def main(arguments: list[str]) -> int:
    """Write the packaged questions, or with ``--check`` say whether they are current."""
    banks = {path.stem: read_bank(path) for path in sorted((project.BOOK / "questions").glob("*.yml"))}
    banks.pop(_SAMPLE.rpartition("/")[2], None)
    problems = [str(problem) for bank in banks.values() for problem in bank.problems]
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    wanted = {PACKAGED / f"{stem}.json": packaged(bank) for stem, bank in banks.items()}
    present = {path: path.read_text(encoding="utf-8") for path in PACKAGED.glob("*.json")}
    if arguments == ["--check"]:
        stale = sorted(
            path.name for path in wanted.keys() | present.keys() if wanted.get(path) != present.get(path)
        )
        if stale:
            print(
                f"{PACKAGED.name}: not current: {', '.join(stale)}; run python -m {__package__}",
                file=sys.stderr,
            )
        return 1 if stale else 0
    PACKAGED.mkdir(exist_ok=True)
    for path in present.keys() - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0
