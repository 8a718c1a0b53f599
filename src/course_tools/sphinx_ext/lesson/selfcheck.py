"""Self-check questions as native forms; scripts mark them, a reader without scripts still reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from course_tools.sphinx_ext.lesson.bank import Question, bank_path, read_bank
from course_tools.sphinx_ext.lesson.directive import LessonDirective, paragraph, span, without_scripts
from course_tools.sphinx_ext.lesson.elements import HtmlElement, element, sealed

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_LOGGER = logging.getLogger(__name__)

_HINTS = {
    "single": "Choose one.",
    "multiple": "Choose all that are right.",
    "ordering": "Give each a place.",
    "matching": "Find the partner of each.",
    "sorting": "Choose a pile for each card.",
    "numeric": "Give a number; a decimal point or comma, units and currency signs are all fine.",
    "text": "Answer in a word or a few.",
}


# What stands over a question that the text asks alone; the other types are tried.
_KICKERS = {"sorting": "Sort", "ordering": "Put in order"}


class SelfCheck(LessonDirective):
    """The questions named in the argument, in that order, or those that the page has not asked so far.

    One question named alone belongs to the text around it: it has no number and says by its type what to do.
    """

    has_content = False
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Build one form a question."""
        path = bank_path(self.book, self.env.docname)
        self.env.note_dependency(str(path))
        bank = read_bank(path)
        if not bank.questions and not path.exists():
            raise self.error(f"selfcheck: {bank.problems[0]}")
        known = {question.id: question for question in bank.questions}
        keys = self.arguments[0].split() if self.arguments else self._left(known)
        for key in keys:
            if key not in known:
                raise self.error(
                    f"selfcheck: no question {key!r} for this page; there are {', '.join(known)}"
                )
        if self.arguments and len(keys) == 1:
            return [self._alone(known[keys[0]])]
        quiz = element(
            "div",
            {"class": "se-box se-quiz"},
            paragraph("se-box-head", span("se-kicker", "Check yourself")),
            without_scripts("Your browser runs no scripts: the questions read, but cannot be marked here."),
        )
        quiz += [self._form(known[key], f"Question {number}") for number, key in enumerate(keys, 1)]
        quiz += element(
            "p",
            {"class": "se-quiz-foot"},
            element(
                "button",
                {"type": "button", "class": "se-button se-quiet", "data-se-progress": True, "hidden": True},
                "Your progress",
            ),
        )
        return [quiz]

    def _left(self, known: dict[str, Question]) -> list[str]:
        asked = {
            key
            for key, entry in self.lesson.declared("questions").items()
            if entry["page"] == self.env.docname and entry["line"] != self.lineno
        }
        left = [key for key in known if key not in asked]
        if known and not left:
            raise self.error("selfcheck: every question of this page is asked before; name none twice")
        return left

    def _alone(self, question: Question) -> nodes.Node:
        return element(
            "div",
            {"class": "se-box se-quiz se-quiz-alone"},
            paragraph("se-box-head", span("se-kicker", _KICKERS.get(question.type, "Try it yourself"))),
            without_scripts("Your browser runs no scripts: the question reads, but cannot be marked here."),
            self._form(question),
        )

    def _form(self, question: Question, name: str = "") -> nodes.Node:
        before = self.lesson.declare(
            "questions",
            question.id,
            self.env.docname,
            self.lineno,
            objective=question.objective,
            source=question.source,
            digest=question.digest,
        )
        if before:
            raise self.error(f"selfcheck: {question.id} is asked twice; first on {before}")
        anchor = f"question-{question.id}"
        fields, data, contents = _FIELDS[question.type](self, question, anchor)
        return element(
            "form",
            {
                "class": "se-question",
                "id": anchor,
                "data-question": question.id,
                "data-hash": question.digest,
                "data-type": question.type,
                "novalidate": True,
                "autocomplete": "off",
            },
            element(
                "fieldset",
                {"aria-describedby": f"{anchor}-hint"},
                element(
                    "legend",
                    {},
                    *([span("se-question-number", name), nodes.Text(" ")] if name else []),
                    *self.inline(question.prompt),
                ),
                element("p", {"class": "se-hint", "id": f"{anchor}-hint"}, _HINTS[question.type]),
                *fields,
            ),
            element(
                "p",
                {"class": "se-actions", "hidden": True},
                element("button", {"type": "submit", "class": "se-button"}, "Check"),
                " ",
                element(
                    "button",
                    {"type": "button", "class": "se-button se-quiet", "data-answer": True, "hidden": True},
                    "Show the answer",
                ),
            ),
            element("div", {"class": "se-feedback", "role": "status"}),
            sealed(
                {"type": question.type, **data}, {**contents, "explanation": self.block(question.explanation)}
            ),
        )


_Built = tuple[list[nodes.Node], dict[str, Any], dict[str, list[nodes.Node]]]


def _choices(directive: SelfCheck, question: Question, anchor: str) -> _Built:
    kind = "radio" if question.type == "single" else "checkbox"
    choices = question.content["choices"]
    rows: list[nodes.Node] = [
        element(
            "div",
            {"class": "se-choice"},
            element("input", {"type": kind, "name": "choice", "value": str(i), "id": f"{anchor}-{i}"}),
            element("label", {"for": f"{anchor}-{i}"}, *directive.inline(choice["text"])),
            element("span", {"class": "se-mark"}),
        )
        for i, choice in enumerate(choices)
    ]
    right = [i for i, choice in enumerate(choices) if choice["right"]]
    contents = {f"choice {i}": directive.block(choice["feedback"]) for i, choice in enumerate(choices)}
    return rows, {"right": right}, contents


def _select(anchor: str, label: list[nodes.Node], options: list[str], first: str) -> HtmlElement:
    return element(
        "div",
        {"class": "se-choice se-placed"},
        element("label", {"for": anchor}, *label),
        element(
            "select",
            {"id": anchor},
            element("option", {"value": ""}, first),
            *[element("option", {"value": str(i)}, option) for i, option in enumerate(options)],
        ),
        element("span", {"class": "se-mark"}),
    )


def _ordering(directive: SelfCheck, question: Question, anchor: str) -> _Built:
    items = question.content["items"]
    shown = question.shuffled(len(items))
    places = [f"{i}" for i in range(1, len(items) + 1)]
    rows: list[nodes.Node] = [
        _select(f"{anchor}-{i}", directive.inline(items[item]), places, "place")
        for i, item in enumerate(shown)
    ]
    feedback = {key: directive.block(text) for key, text in question.content["feedback"].items()}
    return rows, {"right": shown, "answers": [items[item] for item in sorted(shown)]}, feedback


def _matching(directive: SelfCheck, question: Question, anchor: str) -> _Built:
    pairs = question.content["pairs"]
    options = list(dict.fromkeys(pair["right"] for pair in pairs))
    shown = [options[i] for i in question.shuffled(len(options))]
    rows: list[nodes.Node] = [
        _select(f"{anchor}-{i}", directive.inline(pair["left"]), shown, "choose")
        for i, pair in enumerate(pairs)
    ]
    feedback = {key: directive.block(text) for key, text in question.content["feedback"].items()}
    contents = {f"pair {i}": directive.block(pair["feedback"]) for i, pair in enumerate(pairs)}
    return rows, {"right": [shown.index(pair["right"]) for pair in pairs]}, {**feedback, **contents}


def _sorting(directive: SelfCheck, question: Question, anchor: str) -> _Built:
    piles = question.content["piles"]
    shown = [question.content["items"][i] for i in question.shuffled(len(question.content["items"]))]
    cards = [
        element(
            "fieldset",
            {"class": "se-sort-card", "aria-describedby": f"{anchor}-{i}-why"},
            element("legend", {}, *directive.inline(item["text"])),
            *[
                _pill(f"{anchor}-{i}-{j}", f"item-{i}", j, directive.inline(pile))
                for j, pile in enumerate(piles)
            ],
            element("span", {"class": "se-mark"}),
            element("div", {"class": "se-sort-why", "id": f"{anchor}-{i}-why"}),
        )
        for i, item in enumerate(shown)
    ]
    contents = {f"item {i}": directive.block(item["feedback"]) for i, item in enumerate(shown)}
    right = [piles.index(item["pile"]) for item in shown]
    return [element("div", {"class": "se-sort"}, *cards)], {"right": right}, contents


def _pill(anchor: str, name: str, value: int, label: list[nodes.Node]) -> HtmlElement:
    radio = element("input", {"type": "radio", "name": name, "value": str(value), "id": anchor})
    return element("label", {"for": anchor, "class": "se-pill"}, radio, element("span", {}, *label))


def _entry(anchor: str, label: str, unit: str, *, numeric: bool) -> HtmlElement:
    return element(
        "div",
        {"class": "se-choice se-entry"},
        element("label", {"for": anchor}, label),
        element(
            "input",
            {
                "type": "text",
                "id": anchor,
                "name": "entry",
                "inputmode": "decimal" if numeric else None,
                "spellcheck": None if numeric else "false",
            },
        ),
        *([span("se-unit", unit)] if unit else []),
        element("span", {"class": "se-mark"}),
    )


def _numeric(directive: SelfCheck, question: Question, anchor: str) -> _Built:
    content = question.content
    label = f"Your answer, in {content['unit']}" if content["unit"] else "Your answer"
    feedback = {key: directive.block(text) for key, text in content["feedback"].items()}
    for i, mistake in enumerate(content["mistakes"]):
        feedback[f"mistake {i}"] = directive.block(mistake["feedback"])
    data = {
        "answer": content["answer"],
        "tolerance": content["tolerance"],
        "unit": content["unit"],
        "mistakes": [[mistake["value"], mistake["tolerance"]] for mistake in content["mistakes"]],
    }
    return [_entry(anchor + "-entry", label, content["unit"], numeric=True)], data, feedback


def _text(directive: SelfCheck, question: Question, anchor: str) -> _Built:
    content = question.content
    feedback = {key: directive.block(text) for key, text in content["feedback"].items()}
    for i, mistake in enumerate(content["mistakes"]):
        feedback[f"mistake {i}"] = directive.block(mistake["feedback"])
    data = {"accept": content["accept"], "mistakes": [mistake["match"] for mistake in content["mistakes"]]}
    return [_entry(anchor + "-entry", "Your answer", "", numeric=False)], data, feedback


_FIELDS = {
    "single": _choices,
    "multiple": _choices,
    "ordering": _ordering,
    "matching": _matching,
    "sorting": _sorting,
    "numeric": _numeric,
    "text": _text,
}


def _check_banks(app: Sphinx, env: BuildEnvironment, docnames: object) -> None:
    for path in sorted((Path(app.srcdir) / "questions").glob("*.yml")):
        for problem in read_bank(path).problems:
            _LOGGER.error(problem.message, location=problem.location)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("selfcheck", SelfCheck)
    app.connect("env-before-read-docs", _check_banks)
