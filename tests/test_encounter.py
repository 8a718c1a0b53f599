"""Encounters: the tip experiment, two-group tests against other implementations, coders' agreement."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa as statsmodels_kappa
from statsmodels.stats.proportion import confint_proportions_2indep

from service_encounter import cases
from service_encounter.models import encounter

TIPS = cases.load("tip_joke").set_index("card")
JOKE, ADVERT, NONE = (
    (int(TIPS["tipped"][card]), int(TIPS["n"][card])) for card in ("joke", "advert", "none")
)
GROUPS = st.integers(1, 200).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


def test_tip_experiment() -> None:
    for (tipped, size), share in ((JOKE, 0.4167), (ADVERT, 0.1892), (NONE, 0.2462)):
        assert encounter.outcomes(tipped, size).mean() == pytest.approx(share, abs=5e-5)
    against_none = encounter.difference_of_proportions(*JOKE, *NONE)
    assert against_none.difference == pytest.approx(30 / 72 - 16 / 65)
    assert against_none.standard_error == pytest.approx(0.07889, abs=1e-4)
    assert against_none.low > 0


@given(a=GROUPS, b=GROUPS)
def test_interval_agrees_with_statsmodels(a: tuple[int, int], b: tuple[int, int]) -> None:
    ours = encounter.difference_of_proportions(*a, *b, confidence=0.9)
    low, high = confint_proportions_2indep(*a, *b, method="newcomb", compare="diff", alpha=0.1)
    assert ours.low == pytest.approx(low, abs=1e-9)
    assert ours.high == pytest.approx(high, abs=1e-9)
    assert -1 <= ours.low <= ours.difference <= ours.high <= 1


def test_two_groups_without_a_success_still_leave_doubt() -> None:
    nothing = encounter.difference_of_proportions(0, 10, 0, 10)
    assert nothing.difference == 0
    assert nothing.low < -0.2
    assert nothing.high > 0.2


def test_risk_ratio_agrees_with_statsmodels() -> None:
    ratio = encounter.risk_ratio(*JOKE, *NONE)
    low, high = confint_proportions_2indep(*JOKE, *NONE, method="log", compare="ratio")
    assert ratio.ratio == pytest.approx(1.6927, abs=1e-4)
    assert (ratio.low, ratio.high) == pytest.approx((low, high), rel=1e-6)


def test_randomisation_comes_to_the_count_of_all_splits() -> None:
    group_a, group_b = [4.0, 7.0, 9.0, 6.0], [1.0, 3.0, 5.0, 2.0, 6.0]
    pooled = np.array(group_a + group_b)
    observed = np.mean(group_a) - np.mean(group_b)
    splits = []
    for chosen in itertools.combinations(range(9), 4):
        rest = [i for i in range(9) if i not in chosen]
        splits.append(pooled[list(chosen)].mean() - pooled[rest].mean())
    exact = np.mean(np.abs(splits) >= abs(observed) - 1e-9)
    test = encounter.randomisation_test(group_a, group_b, np.random.default_rng(1), draws=20_000)
    assert test.difference == pytest.approx(observed)
    assert test.shuffled.shape == (20_000,)
    assert test.p_value == pytest.approx(exact, abs=0.01)


def test_the_joke_beats_the_advert_but_the_advert_does_not_beat_nothing() -> None:
    generator = np.random.default_rng(2)
    joke, advert, none = (encounter.outcomes(*group) for group in (JOKE, ADVERT, NONE))
    assert encounter.randomisation_test(joke, advert, generator, draws=4000).p_value < 0.01
    assert encounter.randomisation_test(advert, none, generator, draws=4000).p_value > 0.3


def test_identical_groups_are_never_surprising() -> None:
    test = encounter.randomisation_test([1, 0, 1], [1, 0, 1], np.random.default_rng(0), draws=200)
    assert test.p_value == 1


def test_the_same_seed_gives_the_same_p_value() -> None:
    first, second = (
        encounter.randomisation_test([1, 1, 0], [0, 0, 1], np.random.default_rng(5), draws=300)
        for _ in range(2)
    )
    assert first.p_value == second.p_value


CODES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=60)


@given(pairs=CODES)
def test_kappa_agrees_with_statsmodels(pairs: list[tuple[str, str]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if len({*first, *second}) == 1:
        with pytest.raises(ValueError, match="agreement beyond chance is undefined"):
            encounter.cohens_kappa(first, second)
        return
    table = np.array([[pairs.count((a, b)) for b in "abc"] for a in "abc"])
    expected = statsmodels_kappa(table, return_results=False)
    kappa = encounter.cohens_kappa(first, second)
    assert kappa == pytest.approx(expected, abs=1e-12)
    assert kappa <= 1
    assert encounter.cohens_kappa(second, first) == pytest.approx(kappa)


def test_full_agreement_is_one() -> None:
    assert encounter.cohens_kappa(["core", "recovery", "core"], ["core", "recovery", "core"]) == 1


@given(creation=st.floats(1, 500), share=st.floats(0, 1))
def test_potential_efficiency_is_what_contact_leaves(creation: float, share: float) -> None:
    assert encounter.potential_efficiency(share * creation, creation) == pytest.approx(1 - share, abs=1e-12)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="contact_time must not exceed creation_time, got 5 and 4"):
        encounter.potential_efficiency(5, 4)
    with pytest.raises(ValueError, match=r"creation_time must lie in \(0, inf\), got 0"):
        encounter.potential_efficiency(0, 0)
    with pytest.raises(ValueError, match="successes_b must not exceed size_b, got 9 of 8"):
        encounter.difference_of_proportions(1, 8, 9, 8)
    with pytest.raises(ValueError, match=r"size_a must lie in \[1, inf\), got 0"):
        encounter.difference_of_proportions(0, 0, 1, 8)
    with pytest.raises(ValueError, match=r"confidence must lie in \(0, 1\), got 95"):
        encounter.difference_of_proportions(1, 8, 1, 8, confidence=95)
    with pytest.raises(ValueError, match=r"successes_b must lie in \[1, inf\), got 0"):
        encounter.risk_ratio(1, 8, 0, 8)
    with pytest.raises(ValueError, match="successes must not exceed size, got 3 of 2"):
        encounter.outcomes(3, 2)
    with pytest.raises(ValueError, match="group_b must hold at least one outcome"):
        encounter.randomisation_test([1], [], np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"group_a must lie in .* got nan"):
        encounter.randomisation_test([1, float("nan")], [0], np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"draws must lie in \[1, inf\), got 0"):
        encounter.randomisation_test([1], [0], np.random.default_rng(0), draws=0)
    with pytest.raises(ValueError, match="at least one, got 2 and 1"):
        encounter.cohens_kappa(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="codes_b has no code for incident 1"):
        encounter.cohens_kappa(["a", "b"], ["a", None])


def test_beyond_chance_is_the_share_of_the_room_that_was_taken() -> None:
    assert encounter.beyond_chance(0.9, 0.82) == pytest.approx(8 / 18)
    assert encounter.beyond_chance(0.3, 0.3) == 0
    with pytest.raises(ValueError, match="chance"):
        encounter.beyond_chance(1, 1)
