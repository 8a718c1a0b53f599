"""The check of the exercise in which twelve notes are sorted again."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_encounter import check
from service_encounter.exercises.journey import ACTS, act, misfiled, resort

RIGHT = [
    "before", "during", "during", "before", "during", "after",
    "before", "during", "during", "before", "after", "after",
]  # fmt: skip


def changed(number: int, to: str) -> list[str]:
    return [to if i == number else one for i, one in enumerate(RIGHT, 1)]


@pytest.mark.parametrize(
    "answer",
    [RIGHT, dict(enumerate(RIGHT, 1)), pd.Series(RIGHT, index=range(1, 13)), [a.upper() for a in RIGHT]],
)
def test_the_right_acts_pass_in_every_form(answer: object) -> None:
    assert check.exercise("journey-resort", answer).right


def test_every_note_was_misfiled_and_every_act_has_some() -> None:
    filed = misfiled()["filed_under"]
    assert len(filed) == 12
    assert all(one != right for one, right in zip(filed, RIGHT, strict=True))
    assert set(RIGHT) == set(filed) == set(ACTS)


@given(st.lists(st.sampled_from(ACTS), min_size=12, max_size=12))
def test_only_the_right_acts_pass_and_the_count_is_true(answer: list[str]) -> None:
    verdict = resort(answer)
    agree = sum(one == right for one, right in zip(answer, RIGHT, strict=True))
    assert verdict.right == (agree == 12)
    if 0 < agree < 12:
        assert verdict.message.startswith(f"{agree} of 12 are right.")


@pytest.mark.parametrize(
    ("number", "to", "says"),
    [
        (1, "during", "claim A9"),
        (2, "after", "claim A16"),
        (4, "after", "whose journey"),
        (5, "after", "mended at the counter"),
        (10, "during", "piece of information"),
        (12, "before", "flatmate's may be beginning"),
    ],
)
def test_a_wrong_act_is_explained(number: int, to: str, says: str) -> None:
    message = resort(changed(number, to)).message
    assert message.startswith("11 of 12 are right.")
    assert f"**Note {number}** is not {to}" in message
    assert says in message


def test_a_note_left_where_it_lay_is_named() -> None:
    assert "Note 3 is still where you found it" in resort(changed(3, "before")).message
    assert "still" not in resort(changed(3, "after")).message


def test_the_drawers_as_found_get_an_answer_of_their_own() -> None:
    assert "Every one of the twelve is wrong" in resort(list(misfiled()["filed_under"])).message


def test_three_notes_are_explained_and_the_others_named() -> None:
    message = resort(["before"] * 12).message
    assert message.count("**Note") == 3
    assert message.endswith("Notes 6, 8, 9, 11 and 12 are off as well.")


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ("before", TypeError, "twelve acts"),
        (RIGHT[:11], ValueError, "got 11"),
        (changed(7, "later"), ValueError, "note 7: an act is one of before, during, after, got 'later'"),
        (dict.fromkeys(range(1, 12), "before"), ValueError, "look at 12"),
        (dict(enumerate(RIGHT)), ValueError, "look at 12"),
    ],
)
def test_what_is_no_answer_is_refused(answer: object, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        check.exercise("journey-resort", answer)


def test_nothing_is_over_before_it_is_agreed() -> None:
    assert act(agreed=True, over=True) == "after"
    with pytest.raises(ValueError, match="agreed = False"):
        act(agreed=False, over=True)


def test_the_cards_on_the_page_are_the_notes_of_the_exercise() -> None:
    """They are printed twice, in the question bank and here; a note changed in one place is a slip."""
    notes = [f"{note} *(It lay under {filed}.)*" for filed, note in misfiled().to_numpy()]
    printed = check.question("journey-notes").text
    assert all(note in printed for note in notes)
    assert check.answer("journey-notes", dict(zip(notes, RIGHT, strict=True))).right
