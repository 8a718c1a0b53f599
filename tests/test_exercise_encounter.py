"""The check of the exercise on moments of truth."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from service_encounter import cases, check
from service_encounter.models.encounter import cohens_kappa

ACCOUNTS = cases.load("incident_accounts")
APART = ACCOUNTS["coder_1"] != ACCOUNTS["coder_2"]
DISPUTED = ACCOUNTS[APART]
CODES: dict[int, str] = dict(zip(DISPUTED["account"], DISPUTED["coder_1"], strict=True)) | {51: "failure"}


def column(codes: dict[int, str]) -> pd.Series[str]:
    """Sixty codes: the reader's where the coders part."""
    return ACCOUNTS["account"].map(codes).fillna(ACCOUNTS["coder_1"])


def answer(codes: dict[int, str] = CODES) -> dict[str, Any]:
    """What a reader with these codes leaves."""
    own = column(codes)
    return {
        "codes": codes,
        "with_1": cohens_kappa(own, ACCOUNTS["coder_1"]),
        "with_2": cohens_kappa(own, ACCOUNTS["coder_2"]),
    }


def judge(value: object) -> check.Verdict:
    """The exercise's verdict."""
    return check.exercise("moments-of-truth-third-coder", value)


def test_any_codes_are_right_if_the_arithmetic_is() -> None:
    verdict = judge(answer())
    assert verdict.right
    assert "10 as coder 1 did and 1 as coder 2 did" in verdict.message
    assert judge(answer(dict.fromkeys(CODES, "request"))).right


def test_siding_with_one_coder_throughout_is_full_agreement() -> None:
    second = dict(zip(DISPUTED["account"], DISPUTED["coder_2"], strict=True))
    left = answer(second)
    assert left["with_2"] == 1
    assert left["with_1"] == pytest.approx(cohens_kappa(ACCOUNTS["coder_1"], ACCOUNTS["coder_2"]))
    assert judge(left).right


def mistaken(**parts: float) -> dict[str, Any]:
    """The right codes with other numbers."""
    return answer() | parts


OWN = column(CODES)
FIRST, SECOND = ACCOUNTS["coder_1"], ACCOUNTS["coder_2"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (mistaken(with_1=answer()["with_2"], with_2=answer()["with_1"]), "swapped"),
        (mistaken(with_1=(OWN == FIRST).mean(), with_2=(OWN == SECOND).mean()), "what chance would give"),
        (
            mistaken(
                with_1=cohens_kappa(OWN[APART], FIRST[APART]), with_2=cohens_kappa(OWN[APART], SECOND[APART])
            ),
            "disputed accounts alone",
        ),
        (
            mistaken(with_1=cohens_kappa(FIRST, SECOND), with_2=cohens_kappa(FIRST, SECOND)),
            "in the place of one",
        ),
        (mistaken(with_1=100 * answer()["with_1"], with_2=100 * answer()["with_2"]), "not a percentage"),
        (mistaken(with_1=0.5), "Your codes stand"),
    ],
)
def test_each_mistake_is_named(given: dict[str, Any], words: str) -> None:
    verdict = judge(given)
    assert not verdict.right
    assert words in verdict.message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.7, "value must be a dictionary"),
        ({"codes": CODES}, "value must be a dictionary"),
        (answer() | {"codes": 3}, "codes must map"),
        (answer() | {"with_1": "high"}, "must be numbers"),
    ],
)
def test_what_is_no_answer_is_refused(value: object, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        judge(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (answer() | {"codes": CODES | {1: "failure"}}, r"look at \[1\]"),
        (answer() | {"codes": {k: v for k, v in CODES.items() if k != 52}}, r"look at \[52\]"),
        (answer() | {"codes": CODES | {52: "kindness"}}, "account 52 must be one of failure"),
        (mistaken(with_2=float("nan")), "must be finite"),
    ],
)
def test_codes_that_cannot_be_are_refused(value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        judge(value)
