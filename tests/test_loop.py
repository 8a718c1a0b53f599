"""Awareness spreads, talk moves choice, and omega = 0 leaves the textbook's closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service_encounter.models import loop

share = st.floats(0, 1)
inner_share = st.floats(0.01, 0.99)


@given(first=share, outside=share, periods=st.integers(0, 60))
def test_without_talk_the_closed_form_holds(first: float, outside: float, periods: int) -> None:
    """1 - (1 - a0)(1 - alpha)^t."""
    path = loop.awareness_path(first, outside, 0.0, 0.5, 0.5, periods)
    closed = [loop.awareness_without_talk(first, outside, period) for period in range(periods + 1)]
    np.testing.assert_allclose(path, closed, atol=1e-12)


@given(first=share, outside=share, talk=st.floats(0, 3), chooses=share, considers=share)
def test_awareness_never_falls_nor_leaves_the_unit_interval(
    first: float, outside: float, talk: float, chooses: float, considers: float
) -> None:
    """Whatever the parameters, as long as alpha + omega p c stays within 1."""
    assume(outside + talk * chooses * considers <= 1)
    path = loop.awareness_path(first, outside, talk, chooses, considers, 30)
    assert path.min() >= 0
    assert path.max() <= 1 + 1e-12
    assert np.diff(path).min() >= -1e-15


def test_talk_speeds_awareness() -> None:
    """A worked case: 10% aware, 2% a week from outside, each customer reaching three people a week."""
    assert loop.next_awareness(0.1, 0.02, 3.0, 0.5, 0.6) == pytest.approx(0.1 + 0.9 * (0.02 + 0.09))


@given(base=inner_share, valence=st.floats(0, 5))
def test_half_satisfied_customers_leave_choice_alone(base: float, valence: float) -> None:
    """And choice is at its base without valence."""
    assert loop.choice_of_told(base, 0.5, valence) == pytest.approx(base, rel=1e-12)
    assert loop.choice_of_told(base, 0.9, 0.0) == pytest.approx(base, rel=1e-12)


@given(base=inner_share, satisfaction=share, valence=st.floats(0.1, 5))
def test_good_and_bad_talk_are_mirror_images(base: float, satisfaction: float, valence: float) -> None:
    """On the log-odds of choice."""

    def log_odds(chance: float) -> float:
        return float(np.log(chance / (1 - chance)))

    good = log_odds(loop.choice_of_told(base, satisfaction, valence)) - log_odds(base)
    bad = log_odds(loop.choice_of_told(base, 1 - satisfaction, valence)) - log_odds(base)
    assert good == pytest.approx(-bad, abs=1e-9)


@given(
    first=st.floats(0.01, 1),
    outside=st.floats(0, 0.2),
    talk=st.floats(0, 0.8),
    base=inner_share,
    considers=share,
    satisfaction=share,
    valence=st.floats(0, 4),
)
def test_the_told_are_aware(
    first: float,
    outside: float,
    talk: float,
    base: float,
    considers: float,
    satisfaction: float,
    valence: float,
) -> None:
    """And choice lies between its values without and with talk."""
    path = loop.loop_path(first, outside, talk, base, considers, satisfaction, valence, 40)
    ends = sorted((base, float(loop.choice_of_told(base, satisfaction, valence))))
    assert (path["told"] <= path["aware"]).all()
    assert path["chooses"].between(ends[0] - 1e-12, ends[1] + 1e-12).all()
    np.testing.assert_allclose(path["customers"], path["aware"] * considers * path["chooses"])


def test_the_dissatisfied_spread_awareness_and_repel() -> None:
    """Talk makes the aware either way; bad talk makes them choose less, and then talk less."""
    bad, half, good = (
        loop.loop_path(0.1, 0.02, 0.8, 0.4, 0.7, satisfaction, 2.0, 30) for satisfaction in (0.1, 0.5, 0.9)
    )
    silent = loop.loop_path(0.1, 0.02, 0.0, 0.4, 0.7, 0.1, 2.0, 30)
    assert bad["aware"].iloc[-1] > silent["aware"].iloc[-1]
    assert bad["chooses"].iloc[-1] < silent["chooses"].iloc[-1] == 0.4
    assert bad["aware"].iloc[-1] < half["aware"].iloc[-1] < good["aware"].iloc[-1]


def test_loop_without_valence_is_the_awareness_path() -> None:
    """The two paths share one formula."""
    path = loop.loop_path(0.05, 0.01, 0.7, 0.3, 0.8, 0.9, 0.0, 20)
    np.testing.assert_allclose(path["aware"], loop.awareness_path(0.05, 0.01, 0.7, 0.3, 0.8, 20))


def test_bad_input_is_named() -> None:
    """One message: argument, value, what is allowed."""
    with pytest.raises(ValueError, match=r"outside \+ talk .* \[0, 1\], got 1\.4"):
        loop.next_awareness(0.1, 0.4, 2.0, 1.0, 0.5)
    with pytest.raises(ValueError, match=r"aware must lie in \[0, 1\], got nan"):
        loop.next_awareness(float("nan"), 0.1, 0.1, 0.5, 0.5)
    with pytest.raises(ValueError, match=r"periods must be a whole number, got 2\.5"):
        loop.awareness_path(0.1, 0.1, 0.1, 0.5, 0.5, 2.5)  # type: ignore[arg-type]  # the error under test
    with pytest.raises(ValueError, match=r"base_choice must lie in \(0, 1\), got 1"):
        loop.choice_of_told(1.0, 0.5, 1.0)
    with pytest.raises(ValueError, match="aware - told"):
        loop.choice_of_aware(0.2, 0.3, 0.5, 0.5, 1.0)
    with pytest.raises(ValueError, match=r"first_aware must lie in \(0, 1\], got 0"):
        loop.loop_path(0.0, 0.1, 0.1, 0.5, 0.5, 0.5, 1.0, 5)
