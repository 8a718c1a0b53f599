"""Cues noticed, the number of cues that is best, and tests of the right size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep

from service_encounter.models import arousal


@given(noticing=st.floats(0, 1), cues=st.integers(0, 40))
def test_noticed_is_one_minus_all_missed(noticing: float, cues: int) -> None:
    """Adding a cue adds q times the chance that the others were missed."""
    now = arousal.chance_noticed(noticing, cues)
    more = arousal.chance_noticed(noticing, cues + 1)
    assert 0 <= now <= 1
    assert more - now == pytest.approx(noticing * (1 - now), abs=1e-12)


@given(benefit=st.floats(0, 5), congruence=st.floats(-1, 1), overload=st.floats(0.05, 3))
def test_best_number_of_cues_beats_every_other(benefit: float, congruence: float, overload: float) -> None:
    """Against an exhaustive search over whole numbers."""
    best = arousal.best_number_of_cues(benefit, congruence, overload)
    numbers = np.arange(0, 200)
    utilities = arousal.cue_utility(numbers, benefit, congruence, overload)
    assert best == int(best)
    assert arousal.cue_utility(best, benefit, congruence, overload) == pytest.approx(
        utilities.max(), abs=1e-12
    )


def test_more_senses_can_hurt() -> None:
    """With b = 1, g = 1, d = 0.15: three cues are best, and seven are worse than none."""
    assert arousal.best_number_of_cues(1.0, 1.0, 0.15) == 3
    assert arousal.cue_utility(7, 1.0, 1.0, 0.15) < 0


def test_a_tie_goes_to_fewer_cues() -> None:
    """At a peak of 1.5, one and two cues are worth the same."""
    assert arousal.cue_utility(1, 0.75, 1.0, 0.25) == arousal.cue_utility(2, 0.75, 1.0, 0.25)
    assert arousal.best_number_of_cues(0.75, 1.0, 0.25) == 1


def test_sample_size_is_that_of_r() -> None:
    """The manual of R's power.prop.test: 0.50 against 0.75 at power 0.90 needs 76.7 a group."""
    assert arousal.sample_size_two_shares(0.50, 0.25, power=0.90) == 77
    assert arousal.power_two_shares(0.50, 0.25, 76.65) < 0.90 < arousal.power_two_shares(0.50, 0.25, 76.75)


@given(
    base=st.floats(0.05, 0.6),
    lift=st.floats(0.02, 0.3),
    per_group=st.integers(20, 3000),
    alpha=st.floats(0.01, 0.2),
)
def test_power_is_that_of_statsmodels(base: float, lift: float, per_group: int, alpha: float) -> None:
    """Which pools the variance under the hypothesis of no difference as we do."""
    both_directions = power_proportions_2indep(lift, base, per_group, alpha=alpha, return_results=False)
    one_direction = power_proportions_2indep(
        lift, base, per_group, alpha=alpha / 2, alternative="larger", return_results=False
    )
    ours = arousal.power_two_shares(base, lift, per_group, alpha)
    assert ours == pytest.approx(one_direction, abs=1e-9)
    assert ours <= both_directions + 1e-12


@given(base=st.floats(0.05, 0.6), lift=st.floats(0.02, 0.3), power=st.floats(0.5, 0.99))
def test_sample_size_is_the_least_that_reaches_the_power(base: float, lift: float, power: float) -> None:
    """One person fewer in each group falls short."""
    people = arousal.sample_size_two_shares(base, lift, power)
    assert arousal.power_two_shares(base, lift, people) >= power - 1e-9
    assert arousal.power_two_shares(base, lift, people - 1) < power + 1e-9


def test_power_by_simulation() -> None:
    """Ten thousand simulated scent tests find the lift about as often as the formula says."""
    generator = np.random.default_rng(20240501)
    base, lift, people = 0.20, 0.05, 1100
    without, scented = generator.binomial(people, [base, base + lift], size=(10_000, 2)).T / people
    pooled = (without + scented) / 2
    z = (scented - without) / np.sqrt(2 * pooled * (1 - pooled) / people)
    assert (z > 1.959964).mean() == pytest.approx(arousal.power_two_shares(base, lift, people), abs=0.015)


def test_lift_when_found_by_simulation() -> None:
    """The tests that find a lift report more than is there, by as much as the formula says."""
    generator = np.random.default_rng(20240502)
    base, lift, people = 0.30, 0.03, 980
    without, scented = generator.binomial(people, [base, base + lift], size=(40_000, 2)).T / people
    estimate = scented - without
    found = estimate > arousal.least_lift_found(base, lift, people)
    assert estimate.std() == pytest.approx(arousal.standard_error_of_lift(base, lift, people), rel=0.02)
    assert found.mean() == pytest.approx(arousal.power_two_shares(base, lift, people), abs=0.015)
    assert estimate[found].mean() == pytest.approx(arousal.lift_when_found(base, lift, people), abs=0.001)


@given(base=st.floats(0.05, 0.6), lift=st.floats(0.005, 0.3), per_group=st.integers(10, 5000))
def test_what_is_found_is_overstated(base: float, lift: float, per_group: int) -> None:
    """At least the true lift, at least the least that counts as found, and the mirror image downwards."""
    reported = arousal.lift_when_found(base, lift, per_group)
    assert reported >= lift - 1e-12
    assert reported >= arousal.least_lift_found(base, lift, per_group) - 1e-12
    assert arousal.lift_when_found(base + lift, -lift, per_group) == pytest.approx(-reported)


def test_a_large_test_reports_the_truth() -> None:
    """With power near one, nothing is cut off."""
    assert arousal.lift_when_found(0.3, 0.05, 100_000) == pytest.approx(0.05, abs=1e-6)


def test_bad_input_is_named() -> None:
    """One message: argument, value, what is allowed."""
    with pytest.raises(ValueError, match=r"noticing must lie in \[0, 1\], got 1\.2"):
        arousal.chance_noticed(1.2, 3)
    with pytest.raises(ValueError, match=r"overload must lie in \(0, inf\), got 0"):
        arousal.best_number_of_cues(1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match=r"base \+ lift must lie in \(0, 1\), got 1\.1"):
        arousal.sample_size_two_shares(0.8, 0.3)
    with pytest.raises(ValueError, match=r"abs\(lift\) must lie in \(0, inf\), got 0"):
        arousal.sample_size_two_shares(0.2, 0.0)
    with pytest.raises(ValueError, match="power - alpha / 2"):
        arousal.sample_size_two_shares(0.2, 0.1, power=0.01)
    with pytest.raises(TypeError, match="cues must be a number, got 'three'"):
        arousal.chance_noticed(0.2, "three")
