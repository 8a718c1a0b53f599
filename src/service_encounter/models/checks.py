"""Checks of numeric arguments, with messages that name argument, value and what is allowed.

An `Expression` passes every check: its values come from sliders, whose ranges the model
card states.
"""

from __future__ import annotations

import numpy as np

from service_encounter.namespace import Expression, Quantity


def within(
    name: str, value: Quantity, low: float, high: float, *, low_open: bool = False, high_open: bool = False
) -> None:
    """Raise unless every number in ``value`` lies between ``low`` and ``high``.

    Raises:
        TypeError: if the value is not numeric.
        ValueError: if a number is missing (nan) or outside the range.
    """
    if isinstance(value, Expression):
        return
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {value!r}") from None
    above = numbers > low if low_open else numbers >= low
    below = numbers < high if high_open else numbers <= high
    if not np.all(above & below):
        offender = numbers[~(above & below)].flat[0] if numbers.ndim else float(numbers)
        bounds = f"{'(' if low_open else '['}{low:g}, {high:g}{')' if high_open else ']'}"
        raise ValueError(f"{name} must lie in {bounds}, got {offender:g}")


def probability(name: str, value: Quantity) -> None:
    """Raise unless ``value`` lies in [0, 1]."""
    within(name, value, 0.0, 1.0)


def positive(name: str, value: Quantity) -> None:
    """Raise unless ``value`` is finite and above zero."""
    within(name, value, 0.0, np.inf, low_open=True, high_open=True)


def not_negative(name: str, value: Quantity) -> None:
    """Raise unless ``value`` is finite and not below zero."""
    within(name, value, 0.0, np.inf, high_open=True)


def finite(name: str, value: Quantity) -> None:
    """Raise unless ``value`` is a finite number."""
    within(name, value, -np.inf, np.inf, low_open=True, high_open=True)


def whole(name: str, value: Quantity, *, low: int = 0) -> None:
    """Raise unless ``value`` is a whole number of at least ``low``."""
    within(name, value, float(low), np.inf, high_open=True)
    if not isinstance(value, Expression) and np.any(np.asarray(value, dtype=float) % 1):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
