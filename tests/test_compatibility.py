"""Customers among customers: the reclining survey under two codings, zones, and who is moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_encounter import cases
from service_encounter.models import compatibility

ONLY_VERY = {"not rude": 0.0, "somewhat rude": 0.0, "very rude": 1.0}


@pytest.fixture(scope="module")
def reclining() -> pd.DataFrame:
    return cases.load("fellow_passenger_reclining")


@pytest.mark.parametrize(
    ("minding", "at_random", "zoned"),
    [(compatibility.MINDING, 0.188, 0.102), (ONLY_VERY, 0.038, 0.009)],
    ids=["somewhat or very rude", "only very rude"],
)
def test_reclining_clashes(
    reclining: pd.DataFrame, minding: dict[str, float], at_random: float, zoned: float
) -> None:
    habit = compatibility.code_answers(reclining["own_reclining"], compatibility.RECLINING)
    minds = compatibility.code_answers(reclining["judgement"], minding)
    people = reclining["respondents"]
    assert compatibility.clash_probability(habit, minds, people) == pytest.approx(at_random, abs=5e-4)
    assert compatibility.clash_probability(habit, minds, people, zones=minds) == pytest.approx(
        zoned, abs=5e-4
    )


def test_zoning_by_age_moves_people_and_changes_next_to_nothing(reclining: pd.DataFrame) -> None:
    habit = compatibility.code_answers(reclining["own_reclining"], compatibility.RECLINING)
    minds = compatibility.code_answers(reclining["judgement"], compatibility.MINDING)
    people = reclining["respondents"]
    by_age = compatibility.clash_probability(habit, minds, people, zones=reclining["age"])
    assert by_age == pytest.approx(0.1856, abs=5e-4)


def test_audit_by_hand() -> None:
    audit = compatibility.zoning_audit(["young", "old", "young", "old"], [1, 1, 0, 0], [30, 10, 20, 40])
    assert list(audit.index) == ["young", "old"]
    assert list(audit["respondents"]) == [50, 50]
    assert list(audit["moved"]) == pytest.approx([0.6, 0.2])
    assert list(audit["relative"]) == pytest.approx([1.5, 0.5])


ROWS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from([0.0, 0.5, 1.0]), st.integers(1, 50)), min_size=1, max_size=20
)


@given(rows=ROWS)
def test_zoning_by_minding_changes_the_clash_by_the_covariance(rows: list[tuple[float, float, int]]) -> None:
    habit, minds, people = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    at_random = compatibility.clash_probability(habit, minds, people)
    zoned = compatibility.clash_probability(habit, minds, people, zones=minds)
    covariance = np.average(habit * minds, weights=people) - np.average(habit, weights=people) * np.average(
        minds, weights=people
    )
    assert 0 <= zoned <= 1
    assert zoned - at_random == pytest.approx(covariance, abs=1e-12)


@given(rows=ROWS)
def test_zoning_helps_when_those_who_mind_abstain(rows: list[tuple[float, float, int]]) -> None:
    minds, people = ([row[i] for row in rows] for i in (1, 2))
    habit = [row[0] * (row[1] == 0) for row in rows]
    at_random = compatibility.clash_probability(habit, minds, people)
    assert compatibility.clash_probability(habit, minds, people, zones=minds) == 0 <= at_random


def test_random_seating_by_drawing_pairs() -> None:
    generator = np.random.default_rng(6)
    habit, minds = np.array([1.0, 0.25, 0.0]), np.array([0.0, 1.0, 1.0])
    people = np.array([5, 3, 2])
    drawn = generator.choice(3, size=(200_000, 2), p=people / people.sum())
    clashes = (generator.random(200_000) < habit[drawn[:, 0]]) & (minds[drawn[:, 1]] == 1)
    expected = compatibility.clash_probability(habit, minds, people)
    assert clashes.mean() == pytest.approx(expected, abs=0.005)


SHARE = st.floats(0, 1)


def test_half_in_their_places_keep_a_quarter_of_the_gain() -> None:
    zones = [compatibility.Zone(0.4, 0.2, 1.0), compatibility.Zone(0.6, 0.7, 0.0)]
    at_random, half, zoned = (compatibility.zoned_clash(zones, placed) for placed in (0, 0.5, 1))
    assert (at_random, zoned) == pytest.approx((0.4 * 0.5, 0.4 * 0.2))
    assert at_random - half == pytest.approx((at_random - zoned) / 4)


@pytest.mark.parametrize("column", ["judgement", "own_reclining", "age"])
def test_zones_as_a_list_agree_with_the_survey(reclining: pd.DataFrame, column: str) -> None:
    habit = compatibility.code_answers(reclining["own_reclining"], compatibility.RECLINING)
    minds = compatibility.code_answers(reclining["judgement"], compatibility.MINDING)
    people = reclining["respondents"].to_numpy()
    zones = [
        compatibility.Zone(
            people[rows].sum() / people.sum(),
            np.average(habit[rows], weights=people[rows]),
            np.average(minds[rows], weights=people[rows]),
        )
        for rows in (reclining[column].to_numpy() == label for label in reclining[column].unique())
    ]
    for placed, labels in ((1, reclining[column]), (0, None)):
        assert compatibility.zoned_clash(zones, placed) == pytest.approx(
            compatibility.clash_probability(habit, minds, people, zones=labels)
        )


def test_partly_filled_zones_by_drawing_seats() -> None:
    generator = np.random.default_rng(8)
    people, placed = 400_000, 0.7
    minds = generator.random(people) < 0.4
    habit = np.where(minds, 0.25, 0.6)
    seat = np.where(generator.random(people) < placed, minds, generator.random(people) < 0.4)
    clash, harmless = 0.0, 0.0
    for zone, obeyed in ((True, 0.5), (False, 0.0)):
        here = np.flatnonzero(seat == zone)
        neighbour = generator.permutation(here)
        acts = generator.random(here.size) < habit[neighbour]
        stopped = acts & (generator.random(here.size) < obeyed)
        clash += (acts & ~stopped & minds[here]).sum() / people
        harmless += (stopped & ~minds[here]).sum() / people
    expected = compatibility.zone_with_rule(0.4, 0.25, 0.6, placed, 0.5, 0.0)
    assert (clash, harmless) == pytest.approx(expected, abs=0.004)


@given(minds=SHARE, habit_minding=SHARE, habit_others=SHARE, placed=SHARE)
def test_a_zone_without_rules_is_the_zoned_clash(
    minds: float, habit_minding: float, habit_others: float, placed: float
) -> None:
    zones = [compatibility.Zone(minds, habit_minding, 1.0), compatibility.Zone(1 - minds, habit_others, 0.0)]
    outcome = compatibility.zone_with_rule(minds, habit_minding, habit_others, placed, 0, 0)
    assert outcome.clash == pytest.approx(compatibility.zoned_clash(zones, placed), abs=1e-12)
    assert outcome.harmless == 0


@given(minds=SHARE, habit=SHARE, obeyed=SHARE)
def test_a_ban_stops_clashes_and_harmless_acts_alike(minds: float, habit: float, obeyed: float) -> None:
    outcome = compatibility.zone_with_rule(minds, habit, habit, 0, obeyed, obeyed)
    assert outcome.clash == pytest.approx(minds * habit * (1 - obeyed), abs=1e-12)
    assert outcome.harmless == pytest.approx((1 - minds) * habit * obeyed, abs=1e-12)


@given(clash=st.floats(0, 1), neighbours=st.integers(0, 12))
def test_any_clash_grows_with_neighbours(clash: float, neighbours: int) -> None:
    any_clash = compatibility.any_clash(clash, neighbours)
    assert 0 <= any_clash <= compatibility.any_clash(clash, neighbours + 1) <= 1
    assert compatibility.any_clash(clash, 1) == pytest.approx(clash)


@given(minds=st.floats(0.01, 1), habit=SHARE, neighbours=st.integers(0, 12))
def test_a_crowd_cannot_strike_those_who_do_not_mind(minds: float, habit: float, neighbours: int) -> None:
    share = compatibility.share_with_clash(minds * habit, minds, neighbours)
    assert 0 <= share <= minds + 1e-12
    assert share <= compatibility.any_clash(minds * habit, neighbours) + 1e-9
    assert share <= compatibility.expected_clashes(minds * habit, neighbours) + 1e-9


def test_with_everyone_minding_the_share_is_the_formula() -> None:
    assert compatibility.share_with_clash(0.2, 1, 5) == pytest.approx(compatibility.any_clash(0.2, 5))


def test_crowds_by_drawing_them() -> None:
    generator = np.random.default_rng(12)
    minds = generator.random(200_000) < 0.4
    clashes = np.where(minds, generator.binomial(6, 0.3, minds.size), 0)
    assert compatibility.expected_clashes(0.12, 6) == pytest.approx(clashes.mean(), abs=0.01)
    assert compatibility.share_with_clash(0.12, 0.4, 6) == pytest.approx((clashes > 0).mean(), abs=0.005)


def test_sorting_a_crowd_removes_the_same_share_of_clashes_and_spares_few() -> None:
    lot, zoned, minds = 0.188, 0.102, 0.412
    for neighbours in (1, 10):
        left = compatibility.expected_clashes(zoned, neighbours) / compatibility.expected_clashes(
            lot, neighbours
        )
        assert left == pytest.approx(zoned / lot)
    spared = 1 - compatibility.share_with_clash(zoned, minds, 10) / compatibility.share_with_clash(
        lot, minds, 10
    )
    assert spared == pytest.approx(0.055, abs=0.005)


def test_net_gain_breaks_even_where_harm_avoided_equals_cost() -> None:
    assert compatibility.net_gain_of_zoning(0.2, 0.1, 150, 10, 150) == pytest.approx(0)
    assert compatibility.net_gain_of_zoning(0.1, 0.2, 150, 10, 0) < 0


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="codes must cover every answer, got none for 'Sometimes'"):
        compatibility.code_answers(["Never", "Sometimes"], compatibility.RECLINING)
    with pytest.raises(ValueError, match=r"codes\['yes'\] must lie in \[0, 1\], got 2"):
        compatibility.code_answers(["yes"], {"yes": 2})
    with pytest.raises(ValueError, match=r"habit must lie in \[0, 1\], got 1\.2"):
        compatibility.clash_probability([1.2], [1], [3])
    with pytest.raises(ValueError, match="one entry a row, got shapes"):
        compatibility.clash_probability([1, 0], [1], [3, 4])
    with pytest.raises(ValueError, match="respondents must count at least one person"):
        compatibility.clash_probability([1], [1], [0])
    with pytest.raises(ValueError, match="zones must have one label a row, 2 in all"):
        compatibility.clash_probability([1, 0], [1, 0], [3, 4], zones=["a"])
    with pytest.raises(ValueError, match="zones has no label in row 1"):
        compatibility.clash_probability([1, 0], [1, 0], [3, 4], zones=np.array(["a", None], dtype=object))
    with pytest.raises(ValueError, match="minds must be above zero for somebody"):
        compatibility.zoning_audit(["a"], [0], [4])
    with pytest.raises(ValueError, match=r"clash must lie in \[0, 1\], got nan"):
        compatibility.any_clash(float("nan"), 2)
    with pytest.raises(ValueError, match=r"neighbours must lie in \[0, inf\), got -1"):
        compatibility.any_clash(0.1, -1)
    with pytest.raises(ValueError, match=r"minds must lie in \(0, 1\], got 0"):
        compatibility.share_with_clash(0, 0, 3)
    with pytest.raises(ValueError, match=r"clash must not exceed minds, got 0\.5 and 0\.4"):
        compatibility.share_with_clash(0.5, 0.4, 3)
    with pytest.raises(ValueError, match=r"neighbours must lie in \[0, inf\), got -1"):
        compatibility.expected_clashes(0.1, -1)
    with pytest.raises(ValueError, match=r"the shares of zones must add up to 1, got 0\.7"):
        compatibility.zoned_clash([compatibility.Zone(0.7, 0.5, 0.5)], 1)
    with pytest.raises(ValueError, match=r"zones\[0\]\.habit must lie in \[0, 1\], got 2"):
        compatibility.zoned_clash([compatibility.Zone(1, 2, 0.5)], 1)
    with pytest.raises(ValueError, match=r"obeyed_inside must lie in \[0, 1\], got -0\.1"):
        compatibility.zone_with_rule(0.4, 0.2, 0.6, 1, -0.1, 0)
