"""Peak, end and mean; one jarring cue; the fee at the door."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_encounter.models import experience

rating = st.floats(-5, 5)
minutes = st.lists(rating, min_size=1, max_size=30)
half = st.floats(0, 0.5)


@given(path=minutes)
def test_without_weights_memory_is_the_mean(path: list[float]) -> None:
    """The rival hypothesis is a special case."""
    assert experience.remembered_path(path, 0.0, 0.0) == pytest.approx(np.mean(path), abs=1e-12)


@given(path=minutes, peak_weight=half, end_weight=half)
def test_memory_lies_within_what_happened(path: list[float], peak_weight: float, end_weight: float) -> None:
    """A weighted mean of three things that happened."""
    memory = experience.remembered_path(path, peak_weight, end_weight)
    assert min(path) - 1e-9 <= memory <= max(path) + 1e-9


@given(path=minutes)
def test_duration_is_neglected(path: list[float]) -> None:
    """Living the same path twice over leaves the same memory."""
    twice = [minute for minute in path for _ in range(2)]
    assert experience.remembered_path(twice, 0.4, 0.4) == pytest.approx(
        experience.remembered_path(path, 0.4, 0.4), abs=1e-9
    )


def test_a_milder_ending_added_improves_memory() -> None:
    """Kahneman's cold water: more pain in all, a better memory of it."""
    short, long = [-4.0, -4.0, -4.0], [-4.0, -4.0, -4.0, -2.0]
    assert sum(long) < sum(short)
    assert experience.remembered_path(long, 0.5, 0.5) > experience.remembered_path(short, 0.5, 0.5)


def test_peak_is_the_furthest_from_neutral() -> None:
    """Bad breaks the tie."""
    assert experience.peak_of([1, -4, 3]) == -4
    assert experience.peak_of([1, -2, 3]) == 3
    assert experience.peak_of([3, 0, -3]) == -3


@given(path=minutes, bad=st.floats(-5, -0.5))
def test_the_bad_minute_hurts_most_at_the_end(path: list[float], bad: float) -> None:
    """If it is worse than the last minute; elsewhere its place does not matter, nor to the mean."""
    places = experience.place_bad_minute(path, bad, 0.3, 0.3)
    assert len(places) == len(path) + 1
    assert places["remembered"].iloc[:-1].to_numpy() == pytest.approx(places["remembered"].iloc[0])
    last = places["remembered"].iloc[-1] - places["remembered"].iloc[0]
    assert last == pytest.approx(0.3 * (bad - path[-1]), abs=1e-9)
    assert places["mean"].to_numpy() == pytest.approx((sum(path) + bad) / (len(path) + 1), abs=1e-9)


@given(cues=st.lists(rating, min_size=1, max_size=8), gamma=st.floats(0, 2))
def test_one_bad_cue_counts_twice(cues: list[float], gamma: float) -> None:
    """In the mean and again as the worst; without gamma only once."""
    assert experience.impression(cues, 0.0) == pytest.approx(np.mean(cues), abs=1e-12)
    worse = sorted(cues)
    worse[0] -= 1
    fall = experience.impression(cues, gamma) - experience.impression(worse, gamma)
    assert fall == pytest.approx(1 / len(cues) + gamma, abs=1e-9)


@given(sensitivity=st.floats(0.02, 1), margin=st.floats(-5, 15), crowd_out=st.floats(0, 0.9))
def test_best_fee_beats_its_neighbours(sensitivity: float, margin: float, crowd_out: float) -> None:
    """Against a grid of fees around it and at the free door."""
    best = experience.best_fee(sensitivity, margin, crowd_out)
    top = experience.profit_at_fee(best, 1000, sensitivity, margin, crowd_out)
    for fee in (0.0, best * 0.9, best * 1.1, best + 1):
        assert experience.profit_at_fee(fee, 1000, sensitivity, margin, crowd_out) <= top + 1e-9


def test_rich_spending_inside_opens_the_door() -> None:
    """With 1/k = 10: margin 4 gives a fee of 6, margin 12 a free door."""
    assert experience.best_fee(0.1, 4.0, 0.0) == pytest.approx(6.0)
    assert experience.best_fee(0.1, 12.0, 0.0) == 0
    assert experience.visits_at_fee(0.0, 800, 0.1) == 800


def test_bad_input_is_named() -> None:
    """One message: argument, value, what is allowed."""
    with pytest.raises(ValueError, match=r"peak_weight \+ end_weight must lie in \[0, 1\], got 1\.2"):
        experience.remembered(1, 1, 1, 0.6, 0.6)
    with pytest.raises(ValueError, match=r"at least one rating, got shape \(0,\)"):
        experience.remembered_path([], 0.3, 0.3)
    with pytest.raises(ValueError, match=r"minutes must lie in \(-inf, inf\), got nan"):
        experience.peak_of([1, float("nan")])
    with pytest.raises(ValueError, match="cues must hold at least one rating, got none"):
        experience.impression([], 0.5)
    with pytest.raises(ValueError, match=r"crowd_out must lie in \[0, 1\), got 1"):
        experience.best_fee(0.1, 4.0, 1.0)
    with pytest.raises(ValueError, match=r"sensitivity must lie in \(0, inf\), got 0"):
        experience.visits_at_fee(1.0, 100, 0.0)
