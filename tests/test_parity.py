"""Every model that takes ``xp`` gives the same numbers in Python and in Vega."""

from __future__ import annotations

import importlib
import inspect
import itertools
import math
import pkgutil
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from parity import vega_values

from service_encounter import models
from service_encounter.models.card import ModelCard
from service_encounter.models.compatibility import Zone
from service_encounter.namespace import NUMPY, VEGA, Quantity, datum

CORNERS = 64
RANDOM_POINTS = 24
Values = Mapping[str, Any]


@dataclass(frozen=True)
class SequenceCase:
    """How to call a function that takes sequences.

    Args:
        ranges: the named numbers that the test varies.
        arguments: keyword arguments made of their values.
    """

    ranges: Mapping[str, tuple[float, float]]
    arguments: Callable[[Values], dict[str, Any]]


def _numbered(stem: str, count: int, low: float, high: float) -> dict[str, tuple[float, float]]:
    return {f"{stem}{place}": (low, high) for place in range(count)}


def _pick(values: Values, stem: str, count: int) -> list[Any]:
    return [values[f"{stem}{place}"] for place in range(count)]


SEQUENCE_CASES: dict[str, SequenceCase] = {
    "perceived_risk": SequenceCase(
        ranges=_numbered("p", 3, 0, 1) | _numbered("loss", 3, 0, 10),
        arguments=lambda v: {"probabilities": _pick(v, "p", 3), "losses": _pick(v, "loss", 3)},
    ),
    "impression": SequenceCase(
        ranges=_numbered("cue", 3, -5, 5) | {"gamma": (0, 2)},
        arguments=lambda v: {"cues": _pick(v, "cue", 3), "worst_weight": v["gamma"]},
    ),
    "performance_score": SequenceCase(
        ranges=_numbered("w", 2, 0, 1) | _numbered("p", 2, 1, 9),
        arguments=lambda v: {"weights": _pick(v, "w", 2), "performance": _pick(v, "p", 2)},
    ),
    "serial_reliability": SequenceCase(
        ranges=_numbered("r", 3, 0, 1) | _numbered("k", 3, 0, 1),
        arguments=lambda v: {"reliabilities": _pick(v, "r", 3), "fail_safes": _pick(v, "k", 3)},
    ),
    "logit_shares": SequenceCase(
        ranges=_numbered("utility", 3, -10, 10),
        arguments=lambda v: {"utilities": _pick(v, "utility", 3)},
    ),
    "pooled_failure_rate": SequenceCase(
        ranges=_numbered("rate", 2, 0.001, 0.1) | _numbered("share", 2, 0.05, 1) | {"age": (0, 500)},
        arguments=lambda v: {
            "rates": _pick(v, "rate", 2),
            "shares": _pick(v, "share", 2),
            "age": v["age"],
        },
    ),
    "zoned_clash": SequenceCase(
        ranges=_numbered("habit", 2, 0, 1) | _numbered("minds", 2, 0, 1) | {"placed": (0, 1)},
        arguments=lambda v: {
            "zones": [
                Zone(share, habit, minds)
                for share, habit, minds in zip(
                    (0.3, 0.7), _pick(v, "habit", 2), _pick(v, "minds", 2), strict=True
                )
            ],
            "placed": v["placed"],
        },
    ),
    "expected_minutes": SequenceCase(
        ranges=_numbered("r", 3, 0, 1)
        | _numbered("k", 3, 0, 1)
        | {"work": (0, 90), "caught": (0, 60), "missed": (0, 60)},
        arguments=lambda v: {
            "work": v["work"],
            "reliabilities": _pick(v, "r", 3),
            "fail_safes": _pick(v, "k", 3),
            "caught": v["caught"],
            "missed": v["missed"],
        },
    ),
    # These take what no slider moves as well, so that their cards give no range for all of it.
    "rate_with_failures": SequenceCase(
        ranges={"rate": (0.01, 0.3), "failing": (0, 0.3), "recovered": (0, 1)}, arguments=dict
    ),
    "chance_of_more_praise": SequenceCase(
        ranges={"reviews": (1, 200), "first": (0.01, 0.99), "second": (0.01, 0.99)}, arguments=dict
    ),
    "stronger": SequenceCase(ranges={"low": (-5, 5), "high": (-5, 5)}, arguments=dict),
    "excellent_chance": SequenceCase(
        ranges={
            "score": (0, 12),
            "mean": (4, 9),
            "harm": (0, 2),
            "spread": (0.5, 2),
            "halo": (0.05, 0.95),
            "excellent_share": (0.05, 0.95),
        },
        arguments=dict,
    ),
    "desired_level": SequenceCase(
        ranges={"first_desired": (5, 9), "expected": (1, 9), "first_expected": (1, 9), "follow": (0, 1)},
        arguments=dict,
    ),
    "gap_score": SequenceCase(
        ranges=_numbered("w", 2, 0, 1) | _numbered("p", 2, 1, 9) | _numbered("e", 2, 6, 9),
        arguments=lambda v: {
            "weights": _pick(v, "w", 2),
            "performance": _pick(v, "p", 2),
            "desired": _pick(v, "e", 2),
        },
    ),
}


def _models() -> list[tuple[str, Callable[..., Any], tuple[ModelCard, ...]]]:
    found: list[tuple[str, Callable[..., Any], tuple[ModelCard, ...]]] = []
    for info in pkgutil.iter_modules(models.__path__):
        if info.name in ("card", "checks"):
            continue
        module = importlib.import_module(f"{models.__name__}.{info.name}")
        for name in module.__all__:
            function = getattr(module, name)
            if inspect.isfunction(function) and "xp" in inspect.signature(function).parameters:
                found.append((f"{info.name}.{name}", function, module.CARDS))
    return found


def _id(value: object) -> str:
    return value if isinstance(value, str) else ""


def _case(name: str, function: Callable[..., Any], cards: tuple[ModelCard, ...]) -> SequenceCase:
    if name in SEQUENCE_CASES:
        return SEQUENCE_CASES[name]
    signature = inspect.signature(function).parameters
    arguments = [argument for argument in signature if argument != "xp"]
    sequences = [argument for argument in arguments if "Sequence" in str(signature[argument].annotation)]
    assert not sequences, f"{name} takes sequences ({', '.join(sequences)}): add it to SEQUENCE_CASES"
    covering = [card for card in cards if name in card.functions]
    assert covering, f"no card names {name}"
    known = {parameter.name: (parameter.low, parameter.high) for parameter in covering[0].parameters}
    unknown = [argument for argument in arguments if argument not in known]
    assert not unknown, (
        f"{name} takes xp, but its card gives no range for {unknown}: "
        "add the parameters to the card, or the function to SEQUENCE_CASES"
    )
    return SequenceCase({argument: known[argument] for argument in arguments}, dict)


def _settings(ranges: Mapping[str, tuple[float, float]], seed: str) -> list[dict[str, float]]:
    """Corners of the ranges, and points within: as drawn and, for whole numbers, rounded."""
    generator = random.Random(seed)
    corners = list(itertools.islice(itertools.product(*ranges.values()), 2**14))
    points = generator.sample(corners, min(CORNERS, len(corners)))
    for _ in range(RANDOM_POINTS):
        drawn = tuple(generator.uniform(low, high) for low, high in ranges.values())
        points += [drawn, tuple(float(round(value)) for value in drawn)]
        points.append(tuple(generator.choice((value, float(round(value)))) for value in drawn))
    return [dict(zip(ranges, map(float, point), strict=True)) for point in points]


def _flat(result: Quantity | Sequence[Quantity]) -> list[Quantity]:
    several = isinstance(result, (list, tuple)) or (isinstance(result, np.ndarray) and result.ndim > 0)
    return list(result) if several else [result]


@pytest.mark.parametrize(("name", "function", "cards"), _models(), ids=_id)
def test_python_and_vega_agree(name: str, function: Callable[..., Any], cards: tuple[ModelCard, ...]) -> None:
    """Within 1e-12 at corners and random points of the card's ranges, wherever Python accepts them."""
    case = _case(name.partition(".")[2], function, cards)
    accepted, numbers = [], []
    for setting in _settings(case.ranges, seed=name):
        try:
            result = function(**case.arguments(setting), xp=NUMPY)
        except ValueError:
            continue
        accepted.append(setting)
        numbers.append([float(value) for value in _flat(result)])
    assert len(accepted) >= 16, f"only {len(accepted)} points of the ranges are allowed"

    symbols = case.arguments({argument: datum(argument) for argument in case.ranges})
    texts = [str(expression) for expression in _flat(function(**symbols, xp=VEGA))]
    for setting, ours, theirs in zip(accepted, numbers, vega_values(texts, accepted), strict=True):
        for python, vega in zip(ours, theirs, strict=True):
            assert math.isfinite(python), f"{name} gives {python} at {setting}"
            assert math.isclose(python, vega, rel_tol=1e-12, abs_tol=1e-12), (
                f"{name} at {setting}: Python {python!r}, Vega {vega!r}"
            )


def test_numbers_travel_without_rounding() -> None:
    """The harness itself loses no bit."""
    numbers = [0.1, 1 / 3, 1e-300, 123456789.123456789, math.pi * 1e10, -2.5e-7]
    assert vega_values(["datum['x']"], [{"x": number} for number in numbers]) == [[n] for n in numbers]


def test_a_wrong_formula_would_be_seen() -> None:
    """Vega's value is its own, not an echo of Python's."""
    assert vega_values(["datum['x'] * datum['x']", "datum['x'] < 2"], [{"x": 3.0}]) == [[9.0, 0.0]]
