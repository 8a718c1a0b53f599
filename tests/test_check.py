"""Answers checked in a notebook: right, wrong for a known reason, and not an answer at all."""

from __future__ import annotations

import base64
import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import service_encounter
from course_tools import project
from course_tools.sphinx_ext.lesson import bank
from service_encounter import cases, check
from service_encounter.models import choice

CHOICE = bank.read_bank(project.BOOK / "questions" / "choice.yml")
BY_ID = {question.id: question for question in CHOICE.questions}
POPULATION = {"air": 0.14, "train": 0.13, "bus": 0.09, "car": 0.64}


def test_the_package_carries_the_questions_of_the_book() -> None:
    """As the command writes them; an edited bank must be packaged again."""
    assert bank.main(["--check"]) == 0, "run python -m course_tools.sphinx_ext.lesson"
    assert set(BY_ID) <= set(check.questions())
    assert check.questions("before/choice") == tuple(sorted(BY_ID))


def test_answers_do_not_lie_in_plain_sight() -> None:
    """Neither in the package's files nor in how a question shows."""
    folder = Path(service_encounter.__file__).parent / "questions"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.json"))
    for question in CHOICE.questions:
        assert question.explanation[:30] not in text
        assert question.explanation[:30] not in repr(check.question(question.id))
    assert set(json.loads((folder / "choice.json").read_text(encoding="utf-8"))) == set(BY_ID)


def numbered(question: bank.Question) -> dict[str, int]:
    """The number that a question shows before each text."""
    shown = repr(check.question(question.id))
    return {text: int(number) for number, text in re.findall(r"(\d+)[.:] ([^;\n]+)", shown)}


@pytest.mark.parametrize("question", CHOICE.questions, ids=lambda question: question.id)
def test_the_right_answer_is_right_and_is_not_given_away(question: bank.Question) -> None:
    """For each type, in the form a student would write; a wrong answer never shows the explanation."""
    content = question.content
    if question.type in ("single", "multiple"):
        right = [i for i, item in enumerate(content["choices"], 1) if item["right"]]
        wrong = [i for i, item in enumerate(content["choices"], 1) if not item["right"]]
        if question.type == "single":
            assert check.answer(question.id, right[0]).right
            bad = [check.answer(question.id, i) for i in wrong]
        else:
            assert check.answer(question.id, right).right
            bad = [check.answer(question.id, right[:1]), check.answer(question.id, wrong)]
    elif question.type == "ordering":
        assert check.answer(question.id, content["items"]).right
        assert check.answer(question.id, [numbered(question)[item] for item in content["items"]]).right
        bad = [check.answer(question.id, content["items"][::-1])]
    elif question.type == "matching":
        pairs = {pair["left"]: pair["right"] for pair in content["pairs"]}
        assert check.answer(question.id, pairs).right
        by_number = {place: numbered(question)[right] for place, right in enumerate(pairs.values(), 1)}
        assert check.answer(question.id, by_number).right
        bad = [check.answer(question.id, dict(zip(pairs, list(pairs.values())[::-1], strict=True)))]
    elif question.type == "sorting":
        piles = {item["text"]: item["pile"] for item in content["items"]}
        assert check.answer(question.id, piles).right
        bad = [check.answer(question.id, dict.fromkeys(piles, pile)) for pile in content["piles"]]
    elif question.type == "numeric":
        assert check.answer(question.id, content["answer"]).right
        assert check.answer(question.id, f"{content['answer']:g} {content['unit']}".replace(".", ",")).right
        bad = [check.answer(question.id, mistake["value"]) for mistake in content["mistakes"]]
        bad.append(check.answer(question.id, 1e9))
    else:
        assert check.answer(question.id, f" {content['accept'][0].lower()}. ").right
        bad = [
            check.answer(question.id, match) for mistake in content["mistakes"] for match in mistake["match"]
        ]
        bad.append(check.answer(question.id, "no idea"))
    for verdict in bad:
        assert not verdict.right
        assert verdict.message
        assert question.explanation not in verdict.message
        assert repr(verdict).startswith("✗ Not yet.")
        assert verdict._repr_markdown_().startswith("✗ Not yet.")


@pytest.fixture
def sort(monkeypatch: pytest.MonkeyPatch) -> bank.Question:
    """The sort of the page that shows every directive, packed as the command packs a chapter's questions."""
    authors = bank.read_bank(project.BOOK / "questions" / "directives.yml")
    packed = json.loads(bank.packaged(authors))
    entries = {key: json.loads(base64.b64decode(code)) for key, code in packed.items()}
    monkeypatch.setattr(check, "_bank", lambda: entries)
    return next(question for question in authors.questions if question.type == "sorting")


def test_a_sort_is_marked_as_a_list_and_as_a_mapping(sort: bank.Question) -> None:
    """The list in the order that the question shows; a misplaced card brings its feedback, and no other does."""
    right = {item["text"]: item["pile"] for item in sort.content["items"]}
    lines = repr(check.question(sort.id)).splitlines()
    shown = [line.partition(". ")[2] for line in lines if line[:1].isdigit()]
    assert sorted(shown) == sorted(right)
    assert shown != list(right)
    assert lines[-1] == "Piles: chapter; bank; claims file"
    for response in (
        right,
        [right[text] for text in shown],
        {text: 1 + ["chapter", "bank", "claims file"].index(pile) for text, pile in right.items()},
    ):
        assert check.answer(sort.id, response).right
        assert sort.explanation in check.answer(sort.id, response).message
    verdict = check.answer(sort.id, right | {"The verdict on a claim": "bank"})
    assert not verdict.right
    assert verdict.message.startswith("4 of 5 stand right. **The verdict on a claim**: Several pages")
    assert "**" not in verdict.message.partition("claim**")[2]
    assert sort.explanation not in verdict.message


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (["bank"] * 4, "give a pile for each of the 5 cards"),
        ({"The verdict on a claim": "bank"}, "give a pile for each of the 5 cards"),
        ("bank", "give a list, got 'bank'"),
        (["bank", "bank", "bank", "bank", "shelf"], "'shelf' is none of 1: chapter; 2: bank"),
        ({"A card": "bank"}, "'A card' is none of 1: "),
    ],
)
def test_what_is_no_sort_is_refused(sort: bank.Question, response: check.Response, message: str) -> None:
    """The question, the value and what is allowed are named."""
    with pytest.raises(ValueError, match=f"response to {sort.id}: ") as caught:
        check.answer(sort.id, response)
    assert message in str(caught.value)


def test_the_bank_agrees_with_the_models() -> None:
    """Numbers in questions come from the models that the chapter teaches."""
    assert BY_ID["choice-set-size"].content["answer"] == choice.optimal_set_size(0.10)
    travel = cases.load("travel_mode")
    fit = choice.fit_logit(
        travel, "individual", "mode", "choice", ["gc", "ttme", "air", "hinc:air", "train", "bus"]
    )
    price = fit.coefficients["ttme"] / fit.coefficients["gc"]
    assert BY_ID["choice-price-of-a-minute"].content["answer"] == pytest.approx(price, abs=0.01)
    drivers = travel.query("choice == 1")["mode"].eq("car").mean()
    assert f"{100 * drivers:.0f} in a hundred drive" in BY_ID["choice-drawn-by-choice"].prompt


def _changes(
    fit: choice.LogitFit, weights: dict[object, float] | None = None, discount: float = 10
) -> dict[str, float]:
    frame = fit.frame
    cheaper = frame.assign(gc=frame["gc"] - discount * (frame["mode"] == "train"))
    change = 100 * (fit.shares(cheaper, weights) - fit.shares(weights=weights))
    return {str(mode): float(value) for mode, value in change.items()}


@pytest.fixture(scope="module")
def sample() -> choice.LogitFit:
    """The logit of the chapter."""
    covariates = ["gc", "ttme", "air", "hinc:air", "train", "bus"]
    return choice.fit_logit(cases.load("travel_mode"), "individual", "mode", "choice", covariates)


def test_the_exercise_knows_the_usual_mistakes(sample: choice.LogitFit) -> None:
    """Each gets the message that mends it."""
    road, weights = sample.for_population(POPULATION), sample.population_weights(POPULATION)
    right = _changes(road, weights)
    assert check.exercise("choice-train-price", right).right
    cases_of = {
        "drawn by choice": _changes(sample),
        "travellers are not": _changes(road),
        "signs are turned": {mode: -change for mode, change in right.items()},
        "percentage points": {mode: change / 100 for mode, change in right.items()},
        "add up to": {**right, "air": 40.0},
        "more attractive": _changes(road, weights, discount=-10),
        "rows of the train alone": _changes(road, weights, discount=5),
    }
    for message, value in cases_of.items():
        verdict = check.exercise("choice-train-price", value)
        assert not verdict.right
        assert message in verdict.message


@pytest.mark.parametrize("value", [3, "air", {"air": 1}, {**POPULATION, "air": math.nan}, []])
def test_what_is_no_answer_to_the_exercise_is_refused(value: object) -> None:
    """With a message that names the argument and says what it must be."""
    with pytest.raises((TypeError, ValueError), match="value must"):
        check.exercise("choice-train-price", value)


@pytest.mark.parametrize(
    ("key", "response", "message"),
    [
        ("choice-considered", 5, "5 is none of 1: The eleven"),
        ("choice-considered", "the twelve", "'the twelve' is none of"),
        ("choice-considered", True, "True is none of"),
        ("choice-set-drivers", 1, "give a list, got 1"),
        ("choice-funnel", ["The hotel she books"] * 5, "give each of the 5 items once"),
        ("choice-logit-parts", ["a"], "give a mapping"),
        (
            "choice-logit-parts",
            {"The log-likelihood": "The rate at which travellers trade one thing for the other"},
            "partner for each",
        ),
        ("choice-set-size", "ten", "give a number, got 'ten'"),
        ("choice-set-size", math.nan, "give a number, got nan"),
        ("choice-set-size", True, "give a number, got True"),
        ("choice-equal-loss", "", "give a word or a few"),
    ],
)
def test_what_is_no_answer_is_refused(key: str, response: check.Response, message: str) -> None:
    """The question, the value and what is allowed are named."""
    with pytest.raises(ValueError, match=f"response to {key}: ") as caught:
        check.answer(key, response)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("key", "response"),
    [
        ("choice-set-size", ...),
        ("choice-set-size", None),
        ("choice-set-drivers", [...]),
        ("choice-funnel", [1, 2, ..., 4, 5]),
        ("choice-logit-parts", {1: 2, 2: ...}),
    ],
)
def test_three_dots_are_no_answer_yet(key: str, response: check.Response) -> None:
    """A notebook with nothing entered runs from top to bottom."""
    verdict = check.answer(key, response)
    assert verdict.blank
    assert not verdict.right
    assert repr(verdict).startswith("… Nothing entered. Put your answer")
    assert repr(check.exercise("choice-train-price", ...)) == repr(verdict)


def test_dollars_in_a_verdict_are_no_formula() -> None:
    """JupyterLab would set what stands between two of them."""
    verdict = check.Verdict(False, r"From \$5 to \$6, not $x$.")
    assert verdict._repr_markdown_() == r"✗ Not yet. From <span>\$</span>5 to <span>\$</span>6, not $x$."


def test_unknown_ids_list_the_known() -> None:
    """So that a slip is found by eye."""
    with pytest.raises(LookupError, match=r"no question 'choice-nope'; there are choice-considered, "):
        check.answer("choice-nope", 1)
    with pytest.raises(LookupError, match=r"no exercise 'nope'; there are .*choice-train-price"):
        check.exercise("nope", 1)
    with pytest.raises(
        LookupError, match=r"no questions for page 'before/nope'; there are some for .*before/choice"
    ):
        check.questions("before/nope")
    with pytest.raises(ValueError, match="has a check already"):
        check.marks("choice-train-price")(lambda value: check.Verdict(True, "no"))


@pytest.mark.parametrize(
    ("text", "unit", "numbers"),
    [
        ("3.5", "", [3.5]),
        ("3,5", "", [3.5]),
        ("3,50 €", "€", [3.5]),
        ("$ 1 234.50", "", [1234.5]),
        ("1.234,50", "", [1234.5]),
        ("1,234", "", [1.234, 1234.0]),
        ("1,234,567", "", [1234567.0]),
        ("\N{MINUS SIGN}4", "", [-4.0]),
        ("20 %", "", [20.0]),
        ("12 Minutes", "minutes", [12.0]),
        ("1e3", "", [1000.0]),
        ("", "", []),
        ("about 3", "", []),
        ("3-4", "", []),
    ],
)
def test_numbers_as_people_write_them(text: str, unit: str, numbers: list[float]) -> None:
    """Decimal commas, groups, currencies, units; what is no number stays none."""
    assert [number for number in check.readings(text, unit) if number in numbers] == numbers
    assert bool(check.readings(text, unit)) == bool(numbers)


@given(st.floats(-1e6, 1e6).map(lambda number: round(number, 2)))
def test_any_number_reads_back(number: float) -> None:
    """With a point or a comma."""
    assert number in check.readings(f"{number:.2f}")
    assert number in check.readings(f"{number:.2f}".replace(".", ","))


@given(st.dictionaries(st.sampled_from(["a", "b"]), st.floats(0, 1e6), min_size=2, max_size=2))
def test_numbers_are_read_by_name_in_the_order_of_the_example(left: dict[str, float]) -> None:
    read = check.numbers({name: str(number) for name, number in left.items()}, {"b": 1.0, "a": 2.0}, low=0)
    assert read == left
    assert list(read) == ["b", "a"]


@pytest.mark.parametrize(
    "left", [None, 1.0, {"a": 1.0}, {"a": 1.0, "b": 1.0, "c": 1.0}, {"a": 1.0, "b": "much"}]
)
def test_what_is_no_mapping_of_the_names_to_numbers_is_answered_with_the_form(left: object) -> None:
    with pytest.raises(TypeError, match=r"such as \{'a': 1.0, 'b': 2.0\}, got "):
        check.numbers(left, {"a": 1.0, "b": 2.0})


@pytest.mark.parametrize(
    ("number", "low", "said"),
    [
        (math.nan, -math.inf, "number, got nan"),
        (math.inf, 0, "number from 0, got inf"),
        (-1, 0, "number from 0, got -1"),
    ],
)
def test_a_number_out_of_range_is_named(number: float, low: float, said: str) -> None:
    with pytest.raises(ValueError, match=f"b must be a finite {said}"):
        check.numbers({"a": 1.0, "b": number}, {"a": 1.0, "b": 2.0}, low=low)
