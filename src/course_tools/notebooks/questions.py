"""A self-check question in a notebook: what is asked, the cell that marks an answer, the key for instructors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from course_tools.notebooks.markdown import css, escaped, flow, folded, inline, listed, tagged
from course_tools.sphinx_ext.lesson.elements import HtmlElement, Sealed, SealedItem


@dataclass(frozen=True)
class NotebookQuestion:
    """A question, rendered.

    Args:
        text: prompt and choices, as Markdown; numbered as `service_encounter.check.answer` takes them.
        code: the call that marks an answer, with three dots where the answer goes.
        key: what is right and what is said of each answer, as Markdown, folded.
    """

    text: str
    code: str
    key: str


def render_question(form: HtmlElement) -> NotebookQuestion:
    """A question from the form that the page shows."""
    kind = form["attributes_of_tag"]["data-type"]
    legend = tagged(form, "legend")[0]
    shown, blank, hint = _SHOWN[kind](form)
    seal = next(iter(form.findall(Sealed)))
    said = {item["key"]: flow(item.children) for item in seal.children if isinstance(item, SealedItem)}
    lines = [*_KEYS[kind](form, seal["data"], said), said["explanation"]]
    prompt = inline(legend.children).strip()
    return NotebookQuestion(
        text="\n\n".join(part for part in (prompt, shown) if part),
        code=f'check.answer("{form["attributes_of_tag"]["data-question"]}", {blank})  # {hint}',
        key=folded("Answer and feedback", "\n\n".join(lines)),
    )


def partners(form: HtmlElement) -> list[str]:
    """What the left sides of a matching question are matched with, in the order that `check` numbers them."""
    first = tagged(form, "select")[0]
    return sorted(option.astext() for option in tagged(first, "option")[1:])


def _labels(form: HtmlElement) -> list[str]:
    return [inline(label.children).strip() for label in tagged(form, "label")]


def _cards(form: HtmlElement) -> list[HtmlElement]:
    return [one for one in tagged(form, "fieldset") if "se-sort-card" in css(one)]


def _card_texts(form: HtmlElement) -> list[str]:
    return [inline(tagged(card, "legend")[0].children).strip() for card in _cards(form)]


def _piles(form: HtmlElement) -> list[str]:
    return _labels(_cards(form)[0])


def _numbers(texts: list[str]) -> str:
    return "; ".join(f"**{number}** {text}" for number, text in enumerate(texts, 1))


_Shown = tuple[str, str, str]


def _single(form: HtmlElement) -> _Shown:
    return listed(_labels(form), numbered=True), "...", "the number of one choice"


def _multiple(form: HtmlElement) -> _Shown:
    return listed(_labels(form), numbered=True), "[...]", "the numbers of all that are right"


def _ordering(form: HtmlElement) -> _Shown:
    lines = _labels(form)
    return listed(lines, numbered=True), "[...]", "the numbers of the lines, first to last"


def _matching(form: HtmlElement) -> _Shown:
    lefts = _labels(form)
    text = f"{listed(lefts, numbered=True)}\n\nPartners: {_numbers([escaped(one) for one in partners(form)])}"
    blank = ", ".join(f"{number}: ..." for number in range(1, len(lefts) + 1))
    return text, f"{{{blank}}}", "for each line, the number of its partner"


def _sorting(form: HtmlElement) -> _Shown:
    cards = _card_texts(form)
    text = f"{listed(cards, numbered=True)}\n\nPiles: {_numbers(_piles(form))}"
    return text, f"[{', '.join(['...'] * len(cards))}]", "for each card, the number of its pile"


def _numeric(form: HtmlElement) -> _Shown:
    units = [span.astext() for span in tagged(form, "span") if "se-unit" in css(span)]
    return "", "...", ", in ".join(["a number", *units])


def _text(form: HtmlElement) -> _Shown:
    return "", "...", "a word or a few, between quotation marks"


_SHOWN: dict[str, Callable[[HtmlElement], _Shown]] = {
    "single": _single,
    "multiple": _multiple,
    "ordering": _ordering,
    "matching": _matching,
    "sorting": _sorting,
    "numeric": _numeric,
    "text": _text,
}

_Key = Callable[[HtmlElement, dict[str, object], dict[str, str]], list[str]]


def _choices_key(form: HtmlElement, data: dict[str, object], said: dict[str, str]) -> list[str]:
    right = data["right"]
    assert isinstance(right, list)
    return [
        listed(
            f"{'✓' if place in right else '✗'} {text}: {said[f'choice {place}']}"
            for place, text in enumerate(_labels(form))
        )
    ]


def _ordering_key(form: HtmlElement, data: dict[str, object], said: dict[str, str]) -> list[str]:
    right = data["right"]
    assert isinstance(right, list)
    order = [right.index(place) + 1 for place in range(len(right))]
    return [f"In order: {', '.join(map(str, order))}.", *_right_and_wrong(said)]


def _matching_key(form: HtmlElement, data: dict[str, object], said: dict[str, str]) -> list[str]:
    right = data["right"]
    assert isinstance(right, list)
    options = [option.astext() for option in tagged(tagged(form, "select")[0], "option")[1:]]
    lines = [
        f"{text}: **{escaped(options[right[place]])}**. If not: {said[f'pair {place}']}"
        for place, text in enumerate(_labels(form))
    ]
    return [listed(lines), *_right_and_wrong(said)]


def _sorting_key(form: HtmlElement, data: dict[str, object], said: dict[str, str]) -> list[str]:
    right = data["right"]
    assert isinstance(right, list)
    piles = _piles(form)
    return [
        listed(
            f"{text}: **{piles[right[place]]}**. If not: {said[f'item {place}']}"
            for place, text in enumerate(_card_texts(form))
        )
    ]


def _numeric_key(form: HtmlElement, data: dict[str, object], said: dict[str, str]) -> list[str]:
    mistakes = data["mistakes"]
    assert isinstance(mistakes, list)
    answer = escaped(f"{data['answer']:g} {data['unit']}".strip())
    lines = [f"✗ {value:g}: {said[f'mistake {place}']}" for place, (value, _) in enumerate(mistakes)]
    return [f"✓ **{answer}**, give or take {data['tolerance']:g}.", listed(lines), *_right_and_wrong(said)]


def _text_key(form: HtmlElement, data: dict[str, object], said: dict[str, str]) -> list[str]:
    accept, mistakes = data["accept"], data["mistakes"]
    assert isinstance(accept, list)
    assert isinstance(mistakes, list)
    lines = [
        f"✗ {escaped(', '.join(match))}: {said[f'mistake {place}']}" for place, match in enumerate(mistakes)
    ]
    return [f"✓ **{escaped(', '.join(accept))}**", listed(lines), *_right_and_wrong(said)]


def _right_and_wrong(said: dict[str, str]) -> list[str]:
    return [f"If right: {said['right']}", f"If wrong: {said['wrong']}"]


_KEYS: dict[str, _Key] = {
    "single": _choices_key,
    "multiple": _choices_key,
    "ordering": _ordering_key,
    "matching": _matching_key,
    "sorting": _sorting_key,
    "numeric": _numeric_key,
    "text": _text_key,
}
