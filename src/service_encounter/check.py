"""Say what is off in an answer, and why: the book's questions and exercises, in a notebook.

>>> from service_encounter import check
>>> check.answer("choice-price-of-a-minute", 372)
✗ Not yet. That is for an hour. The size should make you suspicious either way.
>>> check.answer("choice-price-of-a-minute", "$ 6,20").right
True

The questions are those of the book's pages. No answer is given away here: the page shows it, on demand,
after a try.
"""

from __future__ import annotations

import base64
import importlib
import json
import math
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

__all__ = ["Verdict", "answer", "exercise", "exercises", "marks", "numbers", "question", "questions"]

Response: TypeAlias = str | float | Sequence[str | int] | Mapping[str, str | int]
Check: TypeAlias = Callable[[Any], "Verdict"]

_CHECKS: dict[str, Check] = {}
_CURRENCY = re.compile(r"[$€£¥₪]|zł|\b(?:USD|EUR|GBP|ILS|PLN|CNY)\b")
_PUNCTUATION = re.compile(r"[\s.,;:!?\"'\N{RIGHT SINGLE QUOTATION MARK}“”`*_-]+")
_GROUPS = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")


@dataclass(frozen=True)
class Verdict:
    """What came of a check; in a notebook it shows as formatted text.

    Args:
        right: whether the answer holds.
        message: what is off and why, or why it is right, as Markdown.
        blank: whether there was no answer to judge.
    """

    right: bool
    message: str
    blank: bool = False

    @property
    def _text(self) -> str:
        head = "✓ Right." if self.right else "… Nothing entered." if self.blank else "✗ Not yet."
        return f"{head} {self.message}"

    def __repr__(self) -> str:
        return re.sub(r"\*\*|\$", "", self._text)

    def _repr_markdown_(self) -> str:
        # JupyterLab takes two dollar signs for a formula even where they are escaped.
        return self._text.replace("\\$", r"<span>\$</span>")


_BLANK = Verdict(False, "Put your answer in place of the three dots and run the cell again.", blank=True)


@dataclass(frozen=True, repr=False)
class Prompt:
    """A question as it stands in the book, without its answer.

    Args:
        id: what `answer` takes.
        text: the question with its choices, as Markdown.
    """

    id: str
    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def questions(page: str | None = None) -> tuple[str, ...]:
    """Ids of the book's questions.

    Args:
        page: such as ``"before/choice"``; every page where it is left out.

    Raises:
        LookupError: if the page has no questions; the message lists the pages that have.
    """
    bank = _bank()
    pages = sorted({entry["page"] for entry in bank.values()})
    if page is not None and page not in pages:
        raise LookupError(f"no questions for page {page!r}; there are some for {', '.join(pages)}")
    return tuple(key for key, entry in bank.items() if page in (None, entry["page"]))


def question(question_id: str) -> Prompt:
    """A question with its choices, numbered as `answer` takes them.

    Raises:
        LookupError: if there is no such question; the message lists those of the same page.
    """
    entry = _entry(question_id)
    lines = [_plain(entry["prompt"]), ""]
    lines += [f"{i}. {_plain(choice['text'])}" for i, choice in enumerate(entry.get("choices", []), 1)]
    if entry["type"] == "ordering":
        lines += [f"{place}. {_plain(entry['items'][i])}" for place, i in enumerate(entry["shown"], 1)]
    if entry["type"] == "sorting":
        lines += [f"{place}. {_plain(item['text'])}" for place, item in enumerate(_shown_cards(entry), 1)]
        lines += ["", f"Piles: {'; '.join(map(_plain, entry['piles']))}"]
    if entry["type"] == "matching":
        lines += [f"{place}. {_plain(pair['left'])}" for place, pair in enumerate(entry["pairs"], 1)]
        partners = [f"{place}: {_plain(text)}" for place, text in enumerate(_partners(entry), 1)]
        lines += ["", f"Partners: {'; '.join(partners)}"]
    return Prompt(question_id, "\n".join(lines).strip())


def answer(question_id: str, response: Response) -> Verdict:
    """Check an answer to one of the book's questions.

    Args:
        question_id: as the page shows it, such as ``"choice-set-size"``.
        response: by type of question: the number (from 1) or text of a choice; a list of those;
            the items in order; a mapping from each left side to its partner; the pile of each card, as
            a list in the order of `question` or as a mapping from the card's text; a number, or a text
            such as ``"3,50 €"``; a word. Wherever `question` numbers texts, the number does too.

    Returns:
        Whether it is right, and what is off; where ``...`` still stands, that nothing was entered.

    Raises:
        LookupError: if there is no such question; the message lists those of the same page.
        ValueError: if the response is not of a kind that the question takes.
    """
    entry = _entry(question_id)
    if _is_blank(response):
        return _BLANK
    try:
        return _JUDGES[entry["type"]](entry, response)
    except ValueError as error:
        raise ValueError(f"response to {question_id}: {error}") from None


def exercises() -> tuple[str, ...]:
    """Ids of the exercises that `exercise` can check."""
    return tuple(sorted(_checks()))


def exercise(exercise_id: str, value: object) -> Verdict:
    """Check the result of an exercise.

    Args:
        exercise_id: as the chapter gives it, such as ``"choice-train-price"``.
        value: what the exercise asks for.

    Returns:
        Whether it is right, and what is off; for ``...`` or None, that nothing was entered.

    Raises:
        LookupError: if there is no such exercise; the message lists those there are.
        TypeError, ValueError: if the value is not of the kind that the exercise asks for.
    """
    known = _checks()
    if exercise_id not in known:
        raise LookupError(f"no exercise {exercise_id!r}; there are {', '.join(sorted(known))}")
    return _BLANK if _is_blank(value) else known[exercise_id](value)


def marks(exercise_id: str) -> Callable[[Check], Check]:
    """Register the function below it as the check of an exercise.

    Args:
        exercise_id: ``<page>-<slug>``; checks live in ``service_encounter.exercises``.

    Raises:
        ValueError: if the id is taken.
    """

    def register(check: Check) -> Check:
        if exercise_id in _CHECKS:
            raise ValueError(f"exercise {exercise_id!r} has a check already")
        _CHECKS[exercise_id] = check
        return check

    return register


def numbers(value: object, example: Mapping[str, float], low: float = -math.inf) -> dict[str, float]:
    """What a reader left for an exercise that asks for several numbers, each under its name.

    Args:
        value: what was left.
        example: names and numbers in the form that is wanted; the messages show it, so it is not the answer.
        low: the least that each may be.

    Returns:
        The numbers by name, in the example's order.

    Raises:
        TypeError: if it is no mapping of these names to numbers.
        ValueError: if a number is not finite or lies below ``low``; the message names it.
    """
    form = f"value must map each name to a number, such as {dict(example)}, got {value!r}"
    if not isinstance(value, Mapping) or set(value) != set(example):
        raise TypeError(form)
    try:
        given = {name: float(value[name]) for name in example}
    except (TypeError, ValueError):
        raise TypeError(form) from None
    for name, number in given.items():
        if not math.isfinite(number) or number < low:
            least = "" if low == -math.inf else f" from {low:g}"
            raise ValueError(f"{name} must be a finite number{least}, got {number:g}")
    return given


def readings(text: str, unit: str = "") -> list[float]:
    """The numbers that a text may stand for: none, one, or two where a separator is ambiguous.

    Currency signs, the unit, spaces and per cent signs are passed over. A comma or point before
    exactly three digits may group thousands or part off decimals, so both readings count.

    Args:
        text: what a reader typed.
        unit: that may follow the number.
    """
    bare = _CURRENCY.sub("", text.replace("\N{MINUS SIGN}", "-"))
    if unit:
        bare = re.sub(re.escape(unit), "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"[\s%'\N{RIGHT SINGLE QUOTATION MARK}]", "", bare)
    found = {_decimal(bare)}
    if _GROUPS.fullmatch(bare) and len(set(re.findall(r"[.,]", bare))) == 1:
        found.add(_decimal(re.sub(r"[.,]", "", bare)))
    return sorted(number for number in found if number is not None)


def _decimal(bare: str) -> float | None:
    last = max(bare.rfind("."), bare.rfind(","))
    whole, part = (bare[:last], bare[last + 1 :]) if last >= 0 else (bare, "")
    text = re.sub(r"[.,]", "", whole) + (f".{part}" if part else "")
    return float(text) if re.fullmatch(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", text) else None


def _checks() -> Mapping[str, Check]:
    _import_exercises()
    return _CHECKS


@cache
def _import_exercises() -> None:
    from service_encounter import exercises as package

    for info in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{info.name}")


@cache
def _bank() -> dict[str, dict[str, Any]]:
    folder = resources.files("service_encounter") / "questions"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name
    )
    encoded = {
        key: code for file in files for key, code in json.loads(file.read_text(encoding="utf-8")).items()
    }
    return {key: json.loads(base64.b64decode(code)) for key, code in encoded.items()}


def _entry(question_id: str) -> dict[str, Any]:
    bank = _bank()
    if question_id in bank:
        return bank[question_id]
    prefix = str(question_id).partition("-")[0]
    near = [key for key in bank if key.startswith(f"{prefix}-")] or list(bank)
    raise LookupError(f"no question {question_id!r}; there are {', '.join(near)}")


def _plain(text: str) -> str:
    """Markdown that a notebook can show: the roles of the book's pages keep their text alone."""
    return re.sub(r"\{[a-z:]+\}`([^`<]+?)(?:\s*<[^`]*>)?`", r"\1", text)


def _verdict(right: bool, *messages: str) -> Verdict:
    return Verdict(right, " ".join(_plain(message) for message in messages))


def _same(text: object) -> str:
    return " ".join(_PUNCTUATION.sub(" ", _plain(str(text))).casefold().split())


def _is_blank(value: object) -> bool:
    """Whether the three dots of a notebook's cell still stand."""
    if isinstance(value, Mapping):
        return any(part is ... for part in value.values())
    if isinstance(value, list | tuple):
        return any(part is ... for part in value)
    return value is None or value is ...


def _index(texts: Sequence[str], response: object) -> int:
    """Which of ``texts`` a number from 1, or a text, means."""
    if isinstance(response, int) and not isinstance(response, bool) and 1 <= response <= len(texts):
        return response - 1
    matches = [i for i, text in enumerate(texts) if _same(text) == _same(response)]
    if len(matches) != 1:
        listed = "; ".join(f"{i}: {_plain(text)}" for i, text in enumerate(texts, 1))
        raise ValueError(f"{response!r} is none of {listed}")
    return matches[0]


def _items(response: Response) -> list[object]:
    if isinstance(response, str | Mapping) or not isinstance(response, Sequence):
        raise ValueError(f"give a list, got {response!r}")
    return list(response)


def _judge_single(entry: dict[str, Any], response: Response) -> Verdict:
    choices = entry["choices"]
    choice = choices[_index([choice["text"] for choice in choices], response)]
    return _verdict(choice["right"], choice["feedback"])


def _judge_multiple(entry: dict[str, Any], response: Response) -> Verdict:
    choices = entry["choices"]
    texts = [choice["text"] for choice in choices]
    chosen = {_index(texts, item) for item in _items(response)}
    right = {i for i, choice in enumerate(choices) if choice["right"]}
    notes = [choices[i]["feedback"] for i in sorted(chosen)]
    missed = len(right - chosen)
    if missed:
        notes.append(f"You have not chosen {missed} that {'is' if missed == 1 else 'are'} right.")
    return _verdict(chosen == right, *notes)


def _judge_ordering(entry: dict[str, Any], response: Response) -> Verdict:
    items, shown = entry["items"], entry["shown"]
    given = [shown[_index([items[i] for i in shown], item)] for item in _items(response)]
    if sorted(given) != list(range(len(items))):
        raise ValueError(f"give each of the {len(items)} items once, got {response!r}")
    placed = sum(i == item for i, item in enumerate(given))
    if placed == len(items):
        return _verdict(True, entry["feedback"]["right"])
    return _verdict(False, f"{placed} of {len(items)} stand in their place.", entry["feedback"]["wrong"])


def _partners(entry: dict[str, Any]) -> list[str]:
    """The right sides, each once, in an order that gives nothing away."""
    return sorted({pair["right"] for pair in entry["pairs"]}, key=_plain)


def _judge_matching(entry: dict[str, Any], response: Response) -> Verdict:
    pairs = entry["pairs"]
    if not isinstance(response, Mapping):
        raise ValueError(f"give a mapping from each left side to its partner, got {response!r}")
    lefts, rights = [pair["left"] for pair in pairs], _partners(entry)
    given = {_index(lefts, left): rights[_index(rights, right)] for left, right in response.items()}
    if len(given) < len(pairs):
        raise ValueError(f"give a partner for each of {'; '.join(map(_plain, lefts))}")
    wrong = [pair["feedback"] for i, pair in enumerate(pairs) if given[i] != pair["right"]]
    return _verdict(not wrong, *(wrong or [entry["feedback"]["right"]]))


def _shown_cards(entry: dict[str, Any]) -> list[dict[str, str]]:
    return [entry["items"][i] for i in entry["shown"]]


def _judge_sorting(entry: dict[str, Any], response: Response) -> Verdict:
    cards = _shown_cards(entry)
    texts = [card["text"] for card in cards]
    piles: dict[int, object] = (
        {_index(texts, text): pile for text, pile in response.items()}
        if isinstance(response, Mapping)
        else dict(enumerate(_items(response)))
    )
    if sorted(piles) != list(range(len(cards))):
        raise ValueError(f"give a pile for each of the {len(cards)} cards, got {response!r}")
    given = {i: entry["piles"][_index(entry["piles"], pile)] for i, pile in piles.items()}
    wrong = [card for i, card in enumerate(cards) if given[i] != card["pile"]]
    count = f"{len(cards) - len(wrong)} of {len(cards)} stand right."
    if not wrong:
        return _verdict(True, count, entry["explanation"])
    return _verdict(False, count, *(f"**{card['text']}**: {card['feedback']}" for card in wrong))


def _judge_numeric(entry: dict[str, Any], response: Response) -> Verdict:
    if isinstance(response, str):
        numbers = readings(response, entry["unit"])
    else:
        numbers = [float(response)] if isinstance(response, int | float) and math.isfinite(response) else []
    if not numbers or isinstance(response, bool):
        raise ValueError(f"give a number, got {response!r}")
    if any(_near(number, entry["answer"], entry["tolerance"]) for number in numbers):
        return _verdict(True, entry["feedback"]["right"])
    for mistake in entry["mistakes"]:
        if any(_near(number, mistake["value"], mistake["tolerance"]) for number in numbers):
            return _verdict(False, mistake["feedback"])
    return _verdict(False, entry["feedback"]["wrong"])


def _near(number: float, target: float, tolerance: float) -> bool:
    # A tolerance of .05 must let 4.05 pass for 4, which binary fractions would refuse.
    return abs(number - target) <= tolerance + 1e-9 * max(1.0, abs(target))


def _judge_text(entry: dict[str, Any], response: Response) -> Verdict:
    if not isinstance(response, str) or not response.strip():
        raise ValueError(f"give a word or a few, got {response!r}")
    if _same(response) in {_same(accepted) for accepted in entry["accept"]}:
        return _verdict(True, entry["feedback"]["right"])
    for mistake in entry["mistakes"]:
        if _same(response) in {_same(match) for match in mistake["match"]}:
            return _verdict(False, mistake["feedback"])
    return _verdict(False, entry["feedback"]["wrong"])


_JUDGES: Mapping[str, Callable[[dict[str, Any], Response], Verdict]] = {
    "single": _judge_single,
    "multiple": _judge_multiple,
    "ordering": _judge_ordering,
    "matching": _judge_matching,
    "sorting": _judge_sorting,
    "numeric": _judge_numeric,
    "text": _judge_text,
}
