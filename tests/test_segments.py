"""Association, raw and corrected, and the price of targeting the wrong customer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats.contingency import association

from service_encounter import cases
from service_encounter.models import segments

tables = hnp.arrays(
    np.int64,
    st.tuples(st.integers(2, 6), st.integers(2, 6)),
    elements=st.integers(1, 200),
)


def _channels_by(descriptor: str) -> npt.NDArray[np.int64]:
    counts = cases.load("weather_channel_by_profile")
    chosen = counts[counts["descriptor"] == descriptor]
    table = chosen.pivot_table(
        index="level", columns="channel", values="respondents", fill_value=0, observed=True
    )
    return table.to_numpy()


@pytest.mark.parametrize(
    ("descriptor", "raw", "corrected", "by_chance"),
    [
        ("age", 0.18, 0.15, 0.087),
        ("gender", 0.11, 0.07, 0.087),
        ("region", 0.11, 0.06, 0.094),
        ("household income", 0.11, 0.03, 0.105),
    ],
)
def test_weather_survey(descriptor: str, raw: float, corrected: float, by_chance: float) -> None:
    """Raw and corrected V of the four descriptors of a real survey, to two places."""
    table = _channels_by(descriptor)
    assert segments.cramers_v(table) == pytest.approx(raw, abs=0.005)
    assert segments.cramers_v_corrected(table) == pytest.approx(corrected, abs=0.005)
    assert segments.chance_cramers_v(table) == pytest.approx(by_chance, abs=0.0005)


@given(tables)
def test_v_is_that_of_scipy(table: npt.NDArray[np.int64]) -> None:
    """And lies in [0, 1], the corrected one never above it."""
    raw = segments.cramers_v(table)
    assert raw == pytest.approx(association(table, method="cramer"), abs=1e-9)
    assert 0 <= segments.cramers_v_corrected(table) <= raw + 1e-12 <= 1 + 1e-9


@given(tables)
def test_v_does_not_mind_which_way_round(table: npt.NDArray[np.int64]) -> None:
    """Rows and columns may change places."""
    assert segments.cramers_v(table) == pytest.approx(segments.cramers_v(table.T), abs=1e-12)
    assert segments.cramers_v_corrected(table) == pytest.approx(
        segments.cramers_v_corrected(table.T), abs=1e-12
    )


def test_extremes() -> None:
    """A descriptor that settles the answer, and one that has nothing to do with it."""
    assert segments.cramers_v([[50, 0], [0, 50]]) == pytest.approx(1)
    assert segments.cramers_v_corrected([[50, 0], [0, 50]]) == pytest.approx(1)
    assert segments.cramers_v([[20, 40], [10, 20]]) == 0
    assert segments.cramers_v_corrected([[20, 40], [10, 20]]) == 0


def test_what_chance_alone_shows() -> None:
    """Two thousand surveys in which answer and descriptor have nothing to do with one another."""
    generator = np.random.default_rng(19)
    drawn = generator.multinomial(900, np.full(32, 1 / 32), size=2000).reshape(-1, 4, 8)
    raw = [segments.cramers_v(table) for table in drawn]
    corrected = [segments.cramers_v_corrected(table) for table in drawn]
    assert np.sqrt(np.mean(np.square(raw))) == pytest.approx(segments.chance_cramers_v(drawn[0]), rel=0.02)
    assert np.median(corrected) < 0.03 < 0.07 < min(np.median(raw), 0.1)


@given(tables)
def test_a_guess_by_row_is_at_least_as_good(table: npt.NDArray[np.int64]) -> None:
    """On the people who supplied the guesses."""
    one_guess, by_row = segments.modal_accuracy(table)
    assert 1 / table.shape[1] - 1e-12 <= one_guess <= by_row + 1e-12 <= 1 + 1e-9


def test_modal_accuracy_by_hand() -> None:
    """Ten young, ten old: seven and six right by age, eleven right with one guess for all."""
    assert segments.modal_accuracy([[7, 3], [4, 6]]) == (0.55, 0.65)


money = st.floats(-50, 50)


@given(mismatched=money, step=st.floats(0.5, 50), common=money, cost=st.floats(0, 20))
def test_break_even_gives_no_difference(mismatched: float, step: float, common: float, cost: float) -> None:
    """Within [0, 1] the two functions agree; outside, targeting never or always pays."""
    matched = mismatched + step
    accuracy = segments.break_even_accuracy(matched, mismatched, common, cost)
    worst, best = (segments.targeting_profit(q, matched, mismatched, common, cost) for q in (0.0, 1.0))
    if accuracy > 1:
        assert best < 1e-9
    elif accuracy < 0:
        assert worst > -1e-9
    else:
        assert segments.targeting_profit(accuracy, matched, mismatched, common, cost) == pytest.approx(
            0, abs=1e-9
        )


def test_targeting_by_hand() -> None:
    """20 for a fit, 5 for a miss, 14 for the common offer, 1.5 for tailoring: break-even at 0.7."""
    assert segments.break_even_accuracy(20, 5, 14, 1.5) == pytest.approx(0.7)
    assert segments.targeting_profit(0.6, 20, 5, 14, 1.5) == pytest.approx(-1.5)


def test_tastes_by_simulation() -> None:
    """Share preferring, and the accuracy of sending each group its mean's offer."""
    generator = np.random.default_rng(23)
    tastes = generator.normal(2.0, 5.0, 200_000)
    assert segments.share_preferring(2.0, 5.0, 1.0) == pytest.approx((tastes > 1.0).mean(), abs=0.004)
    left, right = generator.normal(-1.5, 4.0, 200_000), generator.normal(1.5, 4.0, 200_000)
    hit = ((left < 0).mean() + (right > 0).mean()) / 2
    assert segments.targeting_accuracy(3.0, 4.0) == pytest.approx(hit, abs=0.004)


@given(mean=st.floats(-10, 10), spread=st.floats(0.5, 10))
def test_density_holds_everybody(mean: float, spread: float) -> None:
    """It sums to 1, and the part above the premium is the share preferring."""
    taste = np.linspace(mean - 8 * spread, mean + 8 * spread, 4001)
    density = segments.taste_density(taste, mean, spread)
    above = taste >= mean + spread
    assert np.trapezoid(density, taste) == pytest.approx(1, abs=1e-9)
    assert np.trapezoid(density[above], taste[above]) == pytest.approx(
        segments.share_preferring(mean, spread, mean + spread), abs=1e-3
    )


def test_no_difference_is_a_coin_toss() -> None:
    """Whichever way the difference points."""
    assert segments.targeting_accuracy(0.0, 3.0) == 0.5
    assert segments.targeting_accuracy(-4.0, 3.0) == segments.targeting_accuracy(4.0, 3.0) > 0.5


def test_bad_input_is_named() -> None:
    """One message: argument, value, what is allowed."""
    with pytest.raises(ValueError, match=r"at least 2 rows and 2 columns, got shape \(1, 3\)"):
        segments.cramers_v([[1, 2, 3]])
    with pytest.raises(ValueError, match="no empty column: drop column 1"):
        segments.cramers_v([[1, 0], [3, 0]])
    with pytest.raises(ValueError, match=r"table must lie in \[0, inf\), got -1"):
        segments.cramers_v([[1, -1], [3, 4]])
    with pytest.raises(ValueError, match="more people than it has cells in a line, got 2 people"):
        segments.cramers_v_corrected([[1, 0], [0, 1]])
    with pytest.raises(ValueError, match=r"accuracy must lie in \[0, 1\], got 1\.5"):
        segments.targeting_profit(1.5, 20, 5, 14, 1)
    with pytest.raises(ValueError, match=r"matched - mismatched must lie in \(0, inf\), got 0"):
        segments.break_even_accuracy(5, 5, 4, 1)
    with pytest.raises(ValueError, match=r"spread must lie in \(0, inf\), got 0"):
        segments.share_preferring(1, 0, 1)
