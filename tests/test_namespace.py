"""The math namespace: same numbers in both readings, and every silent trap raises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parity import vega_values

from service_encounter.namespace import NUMPY, VEGA, Expression, condensed, datum, signal

X = signal("x")
NUMBERS = st.floats(-50, 50).map(lambda value: round(value, 6))


@pytest.mark.parametrize(
    "trap",
    [
        lambda: bool(X > 0),
        lambda: 1 if X > 0 else 2,
        lambda: max(X, 0),
        lambda: min(0, X),
        lambda: 0 < X < 1,
        lambda: (X > 0) and (X < 1),
        lambda: not X,
        lambda: np.maximum(X, 0),
        lambda: np.where(X > 0, X, 0),
        lambda: np.exp(X),
        lambda: np.array([1.0, 2.0]) * X,
        lambda: X % 2,
        lambda: 5 % X,
        lambda: X // 2,
        lambda: math.exp(X),
        lambda: float(X),
        lambda: int(X),
        lambda: range(X),
        lambda: list(X),
        lambda: sum(X),
        lambda: {X: 1},
        lambda: X + "1",
        lambda: "1" + X,
        lambda: X + None,
    ],
)
def test_silent_traps_raise(trap):
    with pytest.raises(TypeError):
        trap()


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, np.inf, np.float64("nan")])
def test_numbers_that_are_not_finite_raise(number):
    with pytest.raises(ValueError, match="finite"):
        X + number


def test_a_numpy_scalar_on_the_left_leaves_the_sum_to_the_expression():
    assert isinstance(np.float64(2.5) * X, Expression)
    assert str(np.float64(2.5) * X) == "(2.5 * x)"


def test_negative_numbers_keep_their_sign_in_every_place():
    texts = [str(3 - (datum("x") * -2.0)), str(datum("x") ** -1.0), str(-(datum("x") ** 2))]
    assert vega_values(texts, [{"x": 4.0}]) == [[11.0, 0.25, -16.0]]


def test_words_stand_in_comparisons_alone():
    assert str(datum("mode") == 'car\'s "own"') == '(datum[\'mode\'] === "car\'s \\"own\\"")'


def test_a_signal_name_must_be_an_identifier():
    with pytest.raises(ValueError, match="identifier"):
        signal("wait time")


def every_operation(x, y, xp):
    """One value an operation of the namespace and of expressions."""
    positive = abs(x) + 0.5
    return [
        x + y, x - y, x * y, x / (abs(y) + 1), -x, +x, abs(x), positive ** 1.5, 1.01**x,
        2 - x, 2 * x, 2 / positive,
        xp.exp(x / 10), xp.log(positive), xp.sqrt(positive), xp.floor(x), xp.ceil(x),
        xp.minimum(x, y), xp.maximum(x, y), xp.clip(x, -1, 1), xp.total([x, y, 1]),
        xp.where((x > y) & (x >= 0) | ~(y <= 1), x, y), xp.where((x == y) | (x != y + 1) & (x < 3), 1, 2),
        xp.normal_cdf(x / 10), xp.normal_quantile(0.01 + 0.9 * xp.normal_cdf(y / 20)),
    ]  # fmt: skip


@settings(deadline=None, max_examples=20)
@given(pairs=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=30))
def test_both_readings_give_the_same_numbers(pairs):
    texts = [str(value) for value in every_operation(datum("x"), datum("y"), VEGA)]
    read = vega_values(texts, [{"x": x, "y": y} for x, y in pairs])
    for (x, y), theirs in zip(pairs, read, strict=True):
        ours = [float(value) for value in every_operation(np.float64(x), np.float64(y), NUMPY)]
        assert theirs == pytest.approx(ours, rel=1e-12, abs=1e-12)


def test_a_choice_between_numbers_is_a_number():
    assert repr(NUMPY.where(True, 1.0, 2.0)) == "np.float64(1.0)"


CHAIN = {
    "copy": datum("base"),
    "once": datum("copy") + datum("copy"),
    "twice": datum("once") * 3,
    "unread": datum("twice") - 1,
    "goal": datum("twice") / (datum("twice") + datum("copy")),
}


def test_a_condensed_chain_keeps_what_is_wanted_and_what_several_read():
    assert list(condensed(CHAIN, ["goal"])) == ["twice", "goal"]
    assert list(condensed(CHAIN, ["goal", "once"])) == ["once", "twice", "goal"]
    assert condensed(CHAIN, []) == {}
    with pytest.raises(KeyError, match="no step 'gaol'; there are copy, once, twice, unread, goal"):
        condensed(CHAIN, ["gaol"])


def test_a_condensed_chain_gives_the_numbers_of_the_whole():
    def along(steps: dict[str, Expression]) -> dict[str, float]:
        known = {"base": 0.7}
        for name, step in steps.items():
            ((known[name],),) = vega_values([step.text], [known])
        return known

    short = along(condensed(CHAIN, ["goal"]))
    assert short["goal"] == pytest.approx(6 * 0.7 / (6 * 0.7 + 0.7))
    assert short.items() <= along(CHAIN).items()
