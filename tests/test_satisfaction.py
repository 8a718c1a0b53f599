"""Scores that disagree, the zone of tolerance, and what a delight leaves behind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_encounter.models import satisfaction

scale = st.floats(1, 9)
slope = st.floats(0, 3)
speeds = st.floats(0.05, 0.95)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[list[float], list[float], list[list[float]]]:
    """Weights, desired levels and several customers' ratings of the same attributes."""
    size = draw(st.integers(1, 5))

    def ratings(values: st.SearchStrategy[float]) -> list[float]:
        return draw(st.lists(values, min_size=size, max_size=size))

    return ratings(st.floats(0, 1)), ratings(scale), [ratings(scale) for _ in range(4)]


@given(surveys())
def test_with_one_wish_for_all_the_scores_rank_alike(
    survey: tuple[list[float], list[float], list[list[float]]],
) -> None:
    """The gap score is then the performance score less a constant."""
    weights, desired, customers = survey
    constant = satisfaction.performance_score(weights, desired)
    for performance in customers:
        gap = satisfaction.gap_score(weights, performance, desired)
        assert gap == pytest.approx(satisfaction.performance_score(weights, performance) - constant, abs=1e-9)


def test_wishes_that_differ_turn_the_ranking_round() -> None:
    """The modest customer's gap is smaller although the performance is worse."""
    assert satisfaction.performance_score([1], [7]) > satisfaction.performance_score([1], [6])
    assert satisfaction.gap_score([1], [7], [9]) < satisfaction.gap_score([1], [6], [6])


@given(performance=scale, adequate=st.floats(1, 5), width=st.floats(0, 4))
def test_zone_agrees_with_the_two_measures(performance: float, adequate: float, width: float) -> None:
    """Below if adequacy is negative, above if superiority is positive."""
    desired = adequate + width
    side = satisfaction.zone_side(performance, adequate, desired)
    assert (side < 0) == (satisfaction.adequacy(performance, adequate) < 0)
    assert (side > 0) == (satisfaction.superiority(performance, desired) > 0)


@pytest.mark.parametrize(("performance", "side"), [(4.9, -1), (5, 0), (7, 0), (8, 0), (8.1, 1)])
def test_zone_holds_its_ends(performance: float, side: int) -> None:
    """Adequate 5, desired 8."""
    assert satisfaction.zone_side(performance, 5, 8) == side


@given(performance=scale, expected=scale, anchor=st.floats(0, 1), gain=slope, loss=slope)
def test_disconfirmation_by_cases(
    performance: float, expected: float, anchor: float, gain: float, loss: float
) -> None:
    """A prediction met leaves a + b E; one point more adds g+, one point less takes g-."""
    met = satisfaction.disconfirmation(expected, expected, 1.0, anchor, gain, loss)
    got = satisfaction.disconfirmation(performance, expected, 1.0, anchor, gain, loss)
    surprise = performance - expected
    assert met == pytest.approx(1 + anchor * expected)
    assert got - met == pytest.approx(surprise * (gain if surprise > 0 else loss), abs=1e-9)


def test_overpromising_lowers_satisfaction_if_the_loss_outweighs_the_anchor() -> None:
    """The same service at 7: promised 6, 7 and 9."""
    promised = [float(satisfaction.disconfirmation(7, level, 0, 0.3, 0.4, 1.0)) for level in (6, 7, 9)]
    assert promised[0] > promised[1] > promised[2]


@given(first=scale, performance=scale, speed=speeds)
def test_expectation_closes_in_on_steady_performance(first: float, performance: float, speed: float) -> None:
    """The distance shrinks by the factor 1 - k a visit."""
    path = satisfaction.expectation_path(np.full(10, performance), first, speed)
    distances = (first - performance) * (1 - speed) ** np.arange(11)
    np.testing.assert_allclose(path - performance, distances, atol=1e-9)


# Six hundred visits an example: a busy machine may take longer than hypothesis allows.
@settings(deadline=None)
@given(size=st.floats(0.1, 4), speed=speeds, anchor=st.floats(0, 1), gain=slope, loss=slope)
def test_net_delight_is_the_sum_of_its_path_whatever_the_speed(
    size: float, speed: float, anchor: float, gain: float, loss: float
) -> None:
    """Summed over so many visits that nothing is left."""
    path = satisfaction.delight_path(size, speed, anchor, gain, loss, 600)
    assert path.sum() == pytest.approx(satisfaction.net_delight(size, anchor, gain, loss), abs=1e-8)


def test_with_losses_heavier_delight_cannot_pay_by_assumption() -> None:
    """With b = 0 and g- > g+ the conclusion is in the premise."""
    assert satisfaction.net_delight(2.0, 0.0, 0.5, 1.2) == pytest.approx(-1.4)
    assert satisfaction.net_delight(2.0, 0.9, 0.5, 1.2) == pytest.approx(0.4)


@given(size=st.floats(0.1, 4), speed=speeds, notice=st.floats(0.05, 2))
def test_visits_by_counting(size: float, speed: float, notice: float) -> None:
    """Against a walk through the visits of a lasting improvement."""
    surprises = size - satisfaction.expectation_path(np.full(400, size), 0.0, speed)[:-1]
    felt = int((surprises >= notice).sum())
    nearly = int((surprises >= notice * (1 + 1e-9)).sum()), int((surprises >= notice * (1 - 1e-9)).sum())
    assert satisfaction.visits_delight_lasts(size, speed, notice) in {felt, *nearly}


def test_a_delight_by_hand() -> None:
    """Two points, 40% taken over a visit: 2, 1.2, 0.72, 0.43; felt from half a point: three visits."""
    assert satisfaction.visits_delight_lasts(2.0, 0.4, 0.5) == 3
    assert satisfaction.visits_delight_lasts(0.4, 0.4, 0.5) == 0
    np.testing.assert_allclose(satisfaction.delight_path(2.0, 0.4, 0.0, 0.5, 1.0, 3), [1.0, -0.8, -0.48])


def test_bad_input_is_named() -> None:
    """One message: argument, value, what is allowed."""
    with pytest.raises(ValueError, match="desired must hold one number for each of the 2 weights, got 1"):
        satisfaction.gap_score([1, 1], [5, 5], [7])
    with pytest.raises(ValueError, match=r"weights\[1\] must lie in \[0, inf\), got -1"):
        satisfaction.performance_score([1, -1], [5, 5])
    with pytest.raises(ValueError, match="at least one attribute, got none"):
        satisfaction.performance_score([], [])
    with pytest.raises(ValueError, match=r"performance\[0\] .* got nan"):
        satisfaction.performance_score([1], [float("nan")])
    with pytest.raises(ValueError, match="desired - adequate"):
        satisfaction.zone_side(5, 8, 6)
    with pytest.raises(ValueError, match=r"loss must lie in \[0, inf\), got -1"):
        satisfaction.disconfirmation(5, 5, 0, 0, 1, -1)
    with pytest.raises(ValueError, match=r"speed must lie in \(0, 1\), got 1"):
        satisfaction.visits_delight_lasts(1.0, 1.0, 0.2)
    with pytest.raises(ValueError, match=r"speed must lie in \[0, 1\], got 1\.1"):
        satisfaction.update_expectation(5, 6, 1.1)
    with pytest.raises(ValueError, match=r"visits must lie in \[1, inf\), got 0"):
        satisfaction.delight_path(1.0, 0.5, 0, 1, 1, 0)


@given(first=st.floats(4, 6), expected=scale, slack=st.floats(0, 3), follow=st.floats(0, 1))
def test_edges_of_the_zone_follow_the_prediction(
    first: float, expected: float, slack: float, follow: float
) -> None:
    """The adequate level follows point for point, the wish by its share, and both come back."""
    moved = expected - first
    assert satisfaction.adequate_level(expected, slack) - satisfaction.adequate_level(
        first, slack
    ) == pytest.approx(moved)
    assert satisfaction.desired_level(7, expected, first, follow) - 7 == pytest.approx(follow * moved)
    assert satisfaction.desired_level(7, first, first, follow) == 7


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: satisfaction.adequate_level(6, -1), "slack"),
        (lambda: satisfaction.desired_level(7, 6, 5, 1.5), "follow"),
    ],
)
def test_edges_refuse_what_cannot_be(call: Callable[[], object], message: str) -> None:
    """The message names the argument."""
    with pytest.raises(ValueError, match=message):
        call()
