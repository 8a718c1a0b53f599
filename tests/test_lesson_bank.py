"""The question bank's rules, each broken once."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_tools.sphinx_ext.lesson.bank import read_bank

HEAD = """\
- id: choice-x
  objective: O
  misconception: M
  prompt: P
  explanation: E
"""
SINGLE = (
    HEAD
    + """\
  type: single
  choices:
    - {text: a, right: true, feedback: A}
    - {text: b, feedback: B}
"""
)
MULTIPLE = SINGLE.replace("single", "multiple")
ORDERING = (
    HEAD
    + """\
  type: ordering
  items: [a, b, c]
  feedback: {right: R, wrong: W}
"""
)
MATCHING = (
    HEAD
    + """\
  type: matching
  pairs:
    - {left: a, right: x, feedback: A}
    - {left: b, right: y, feedback: B}
  feedback: {right: R, wrong: W}
"""
)
SORTING = (
    HEAD
    + """\
  type: sorting
  piles: [x, y]
  items:
    - {text: a, pile: x, feedback: A}
    - {text: b, pile: y, feedback: B}
    - {text: c, pile: y, feedback: C}
"""
)
NUMERIC = (
    HEAD
    + """\
  type: numeric
  answer: 4
  tolerance: 0.1
  unit: min
  mistakes:
    - {value: 5, feedback: F}
  feedback: {right: R, wrong: W}
"""
)
TEXT = (
    HEAD
    + """\
  type: text
  accept: [a]
  feedback: {right: R, wrong: W}
"""
)
GOOD = (SINGLE, MULTIPLE, ORDERING, MATCHING, SORTING, NUMERIC, TEXT)


def _read(folder: Path, text: str, name: str = "choice.yml") -> list[str]:
    path = folder / "book" / "questions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in read_bank(path).problems]


@pytest.mark.parametrize("text", GOOD)
def test_good_questions_have_no_problems(tmp_path: Path, text: str) -> None:
    """One of each type."""
    assert _read(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "line", "message"),
    [
        (
            SINGLE,
            "choice-x",
            "waiting-x",
            1,
            "a question's id must start with 'choice-' and go on, got 'waiting-x'",
        ),
        (SINGLE, "type: single", "type: essay", 6, "choice-x: 'type' must be one of single, multiple"),
        (SINGLE, "  misconception: M\n", "", 1, "choice-x: 'misconception' is missing"),
        (SINGLE, "  objective: O\n", "", 1, "choice-x: 'objective' is missing"),
        (SINGLE, "prompt: P", "prompt: true", 4, "choice-x: 'prompt' must be text, got True (put quotes"),
        (SINGLE, "right: true, ", "", 7, "choice-x: exactly one choice must be right, got 0"),
        (SINGLE, "text: b,", "text: b, right: true,", 7, "choice-x: exactly one choice must be right, got 2"),
        (SINGLE, "text: b, feedback: B", "text: b", 9, "choice-x, choices 2: 'feedback' is missing"),
        (SINGLE, "text: b", "text: a", 7, "choice-x: two choices have the same text"),
        (SINGLE, "right: true", "right: maybe", 8, "choice-x, choices 1: 'right' must be true or false"),
        (MULTIPLE, "right: true, ", "", 7, "choice-x: some choices must be right and some wrong, got 0 of 2"),
        (ORDERING, "[a, b, c]", "[a, b]", 7, "choice-x: 'items' must be at least three different texts"),
        (ORDERING, "{right: R, wrong: W}", "{right: R}", 8, "choice-x, feedback: 'wrong' is missing"),
        (MATCHING, "left: b", "left: a", 7, "choice-x: 'pairs' must be at least two, each with a left side"),
        (MATCHING, "right: y", "right: x", 7, "choice-x: 'pairs' all have the same right side"),
        (SORTING, "[x, y]", "[x]", 7, "choice-x: 'piles' must be two to six different texts, got ['x']"),
        (SORTING, "[x, y]", "[x, y, x]", 7, "choice-x: 'piles' must be two to six different texts"),
        (SORTING, "[x, y]", "[1, 2, 3, 4, 5, 6, 7]", 7, "choice-x: 'piles' must be a list of texts"),
        (SORTING, "[x, y]", "[x, yes]", 7, "choice-x: 'piles' must be a list of texts, got ['x', True] (put"),
        (SORTING, "pile: x", "pile: z", 9, "choice-x, items 1: 'pile' must be one of x, y, got 'z'"),
        (SORTING, "pile: x", "pile: y", 8, "choice-x: 'items' all belong to the same pile"),
        (SORTING, "text: b", "text: a", 8, "choice-x: two items have the same text"),
        (SORTING, ", feedback: C", "", 11, "choice-x, items 3: 'feedback' is missing"),
        (
            SORTING,
            "    - {text: b, pile: y, feedback: B}\n",
            "",
            8,
            "choice-x: 'items' must be three to fifteen, got 2",
        ),
        (NUMERIC, "answer: 4", "answer: four", 7, "choice-x: 'answer' must be a number, got 'four'"),
        (NUMERIC, "answer: 4", "answer: .nan", 7, "choice-x: 'answer' must be a number, got nan"),
        (NUMERIC, "0.1", "-0.1", 8, "choice-x: 'tolerance' must not be negative, got -0.1"),
        (NUMERIC, "value: 5", "value: 4.1", 11, "choice-x, mistakes 1: 4.1 cannot be told from the answer 4"),
        (TEXT, "accept: [a]", "accept: []", 7, "choice-x: 'accept' must list at least one answer"),
        (
            TEXT,
            "accept: [a]",
            "accept: [yes]",
            7,
            "choice-x: 'accept' must be a list of texts, got [True] (put quotes",
        ),
        (TEXT, "  accept", "  hint: h\n  accept", 7, "choice-x: unknown key 'hint'; allowed are accept,"),
    ],
)
def test_each_rule_names_file_line_and_id(
    tmp_path: Path, text: str, old: str, new: str, line: int, message: str
) -> None:
    """One message a mistake."""
    assert old in text
    problems = _read(tmp_path, text.replace(old, new, 1))
    assert len(problems) == 1
    assert problems[0].startswith(f"book/questions/choice.yml:{line}: {message}")


def test_a_taken_id_names_both_places(tmp_path: Path) -> None:
    """The second is the problem."""
    problems = _read(tmp_path, SINGLE + TEXT)
    assert problems == [
        "book/questions/choice.yml:10: choice-x: the id is taken; book/questions/choice.yml:1 has it"
    ]


def test_a_bank_belongs_to_a_page(tmp_path: Path) -> None:
    """A file that no page would ever show is a slip of the pen."""
    assert "no page is called 'choose'" in _read(tmp_path, SINGLE, "choose.yml")[0]


def test_a_progress_survives_better_feedback_and_not_another_question(tmp_path: Path) -> None:
    """The hash follows what is asked and what is right, and nothing else."""

    def digest(text: str) -> str:
        path = tmp_path / "choice.yml"
        path.write_text(text, encoding="utf-8")
        return read_bank(path).questions[0].digest

    for text in GOOD:
        same = text.replace("feedback: A", "feedback: Better").replace("wrong: W", "wrong: Better")
        assert digest(text) == digest(same.replace("explanation: E", "explanation: Better"))
        assert digest(text) != digest(text.replace("prompt: P", "prompt: Q"))
    assert digest(SINGLE) != digest(SINGLE.replace("text: b", "text: c"))
    assert digest(NUMERIC) != digest(NUMERIC.replace("answer: 4", "answer: 3"))
    assert digest(SORTING) != digest(SORTING.replace("text: b, pile: y", "text: b, pile: x"))
    assert digest(SORTING) != digest(SORTING.replace("[x, y]", "[x, y, z]"))


def test_an_ordering_is_never_shown_in_order(tmp_path: Path) -> None:
    """Whatever its id shuffles to."""
    for n in range(40):
        path = tmp_path / "choice.yml"
        path.write_text(ORDERING.replace("choice-x", f"choice-{n}"), encoding="utf-8")
        question = read_bank(path).questions[0]
        assert question.shuffled(3) != [0, 1, 2]
        assert sorted(question.shuffled(3)) == [0, 1, 2]
