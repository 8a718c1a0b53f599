"""Exercise of *One journey, three acts and a loop*: twelve notes that lie in the wrong drawer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from service_encounter.check import Verdict, marks

__all__ = ["ACTS", "act", "misfiled", "resort"]

ACTS = ("before", "during", "after")
_MOST_NOTES = 3


def act(*, agreed: bool, over: bool) -> str:
    """The act in which an event falls, for one customer and one purchase.

    Args:
        agreed: whether the customer has agreed to the deal.
        over: whether what was agreed has been done.

    Raises:
        ValueError: if the service is over before anybody agreed to it.
    """
    if over and not agreed:
        raise ValueError(
            f"over = {over} needs agreed = True: nothing ends that was not begun, got agreed = {agreed}"
        )
    return "after" if over else "during" if agreed else "before"


@dataclass(frozen=True, kw_only=True)
class _Note:
    """A note, the drawer it lay in, the two facts that settle its act, and why."""

    text: str
    filed: str
    agreed: bool
    over: bool
    why: str

    @property
    def act(self) -> str:
        return act(agreed=self.agreed, over=self.over)


_NOTES = (
    _Note(
        text="Nour reads the board and is torn between a flat white and a tea.",
        filed="during",
        agreed=False,
        over=False,
        why=(
            "she is still choosing, even with her elbow on the counter: claim A9 puts the choice into the "
            "encounter, and a wider word would let it; our cut is the agreement, and she has not agreed."
        ),
    ),
    _Note(
        text="At the barber's next door Sam begins to use what he is paying for.",
        filed="after",
        agreed=True,
        over=False,
        why=(
            "a haircut is used while it is made. First buy, then use (claim A16) is true of tickets and "
            "kettles; use by itself never makes an act the third."
        ),
    ),
    _Note(
        text="Nour, who has ordered, waits seven minutes for her cup.",
        filed="before",
        agreed=True,
        over=False,
        why=(
            "she has agreed and the coffee is being made: the wait is part of what she gets, and she will "
            "judge it."
        ),
    ),
    _Note(
        text="Sam, who has never been to the café, reads what its customers wrote.",
        filed="after",
        agreed=False,
        over=False,
        why=(
            "for the writers it is after, for Sam it is before. One sheet of paper, two journeys: that is "
            "the loop. Ask whose journey the note is about."
        ),
    ),
    _Note(
        text="The barista hands Ilse the wrong cake; she says so, and he hands her the right one.",
        filed="after",
        agreed=True,
        over=False,
        why=("a complaint made and mended at the counter is part of the service: she is being served."),
    ),
    _Note(
        text="The next morning Ilse writes to ask for her money back.",
        filed="during",
        agreed=True,
        over=True,
        why=("the visit is over. What the café does now is after-sales service, and she judges it as such."),
    ),
    _Note(
        text="Walking past, a student smells coffee and notices how tired she is.",
        filed="during",
        agreed=False,
        over=False,
        why=("a need wakes; nothing has been agreed. She may yet walk on."),
    ),
    _Note(
        text="Eating his sandwich at the window, Sam cannot hear himself think for the party behind him.",
        filed="after",
        agreed=True,
        over=False,
        why=("he is being served, room and quiet included. Other customers act in the second act."),
    ),
    _Note(
        text="Nour carries her cup to the rack, because there is nobody to clear the tables.",
        filed="before",
        agreed=True,
        over=False,
        why=("clearing up is work that the café leaves to her, and it is done while the visit lasts."),
    ),
    _Note(
        text="Sam counts the people in the line from the door and goes back to the library.",
        filed="during",
        agreed=False,
        over=False,
        why=(
            "he weighed the café and did not choose it. For those in the line who have ordered the wait is "
            "the service; for Sam it is a piece of information."
        ),
    ),
    _Note(
        text="On the tram home Nour holds the coffee she had against the one the poster promised.",
        filed="before",
        agreed=True,
        over=True,
        why=(
            "she compares what she got with what she expected: that is how satisfaction is made, and it is "
            "after."
        ),
    ),
    _Note(
        text="Over supper Nour tells her flatmate about the line.",
        filed="during",
        agreed=True,
        over=True,
        why=("Nour's journey is at its end. The flatmate's may be beginning, and that is another note."),
    ),
)


def misfiled() -> pd.DataFrame:
    """The twelve notes and the act under which each was wrongly filed.

    Returns:
        Frame of shape (12, 2) with columns ``filed_under`` and ``note``, indexed by number from 1.
    """
    rows = [(note.filed, note.text) for note in _NOTES]
    index = pd.RangeIndex(1, len(rows) + 1)
    return pd.DataFrame(rows, columns=["filed_under", "note"], index=index)


def _read(value: object) -> list[str]:
    numbers = range(1, len(_NOTES) + 1)
    if isinstance(value, pd.Series):
        value = value.to_dict()
    if isinstance(value, Mapping):
        if set(value) != set(numbers):
            missing = sorted(set(numbers) - set(value)) or sorted(set(value) - set(numbers), key=str)
            raise ValueError(f"value must give an act for each number from 1 to 12; look at {missing[0]!r}")
        given: Sequence[object] = [value[number] for number in numbers]
    elif isinstance(value, list | tuple):
        given = value
    else:
        raise TypeError(f"value must be twelve acts, as a list or as {{1: 'before', ...}}, got {value!r}")
    if len(given) != len(_NOTES):
        raise ValueError(f"value must hold twelve acts in the order of the notes, got {len(given)}")
    words = [str(one).strip().lower() for one in given]
    for number, word in zip(numbers, words, strict=True):
        if word not in ACTS:
            raise ValueError(f"note {number}: an act is one of {', '.join(ACTS)}, got {word!r}")
    return words


@marks("journey-resort")
def resort(value: object) -> Verdict:
    """Judge the acts into which twelve misfiled notes were sorted.

    Args:
        value: twelve acts in the notes' order, or a mapping or series from number (1 to 12) to act.

    Raises:
        TypeError, ValueError: if it is no such thing, or an act is none of `ACTS`.
    """
    given = _read(value)
    wrong = [
        number for number, (note, word) in enumerate(zip(_NOTES, given, strict=True), 1) if word != note.act
    ]
    if not wrong:
        return Verdict(
            True, "All twelve lie where they belong, the two on which claims A9 and A16 turn (1 and 2) too."
        )
    if given == [note.filed for note in _NOTES]:
        return Verdict(
            False, "These are the drawers in which the notes were found. Every one of the twelve is wrong."
        )
    unmoved = [number for number in wrong if given[number - 1] == _NOTES[number - 1].filed]
    told = [_told(number, given[number - 1]) for number in wrong[:_MOST_NOTES]]
    head = f"{len(_NOTES) - len(wrong)} of {len(_NOTES)} are right."
    if unmoved:
        head += f" {_listed(unmoved)} still where you found {'it' if len(unmoved) == 1 else 'them'}."
    rest = len(wrong) - len(told)
    tail = [f"{_listed(wrong[_MOST_NOTES:])} off as well."] if rest else []
    return Verdict(False, " ".join([head, *told, *tail]))


def _told(number: int, given: str) -> str:
    note = _NOTES[number - 1]
    agreed = "has agreed" if note.agreed else "has not agreed"
    state = (
        f"{agreed}, and it is over"
        if note.over
        else f"{agreed}, and it is not over"
        if note.agreed
        else agreed
    )
    return f"**Note {number}** is not {given} (the customer {state}): {note.why}"


def _listed(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Note {numbers[0]} is"
    return f"Notes {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are"
