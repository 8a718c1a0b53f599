"""One formula, two readings: numbers for Python, text for the page.

A model is a plain function that takes a math namespace as its last argument, ``xp``.
With `NUMPY` it returns numbers or arrays; with `VEGA` it returns an `Expression`, whose
text Vega evaluates in the published page, where no kernel runs. The two readings come
from one function body, so they cannot drift apart.

Whatever would silently produce wrong text raises instead: truth tests (``if``, ``and``,
builtin ``max``, ``0 < x < 1``), NumPy functions applied to an expression, ``%`` (its sign
rule differs in JavaScript), and numbers that are not finite.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn, Protocol, TypeAlias

import numpy as np

__all__ = ["NUMPY", "VEGA", "Expression", "Namespace", "Quantity", "condensed", "datum", "signal"]

# A float, a NumPy array or an Expression. Python's type system cannot say that all operands
# of one call are of the same kind, and a union would reject every sum of two of its members.
Quantity: TypeAlias = Any


def _text(value: Quantity) -> str:
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"{number!r} cannot stand in an expression: use a finite number")
        return f"({number!r})" if math.copysign(1.0, number) < 0 else repr(number)
    raise TypeError(
        f"{type(value).__name__} cannot stand in an expression: use a number or another expression"
    )


def _text_or_word(value: object) -> str:
    # Words make sense in comparisons alone: anywhere else "1" + 1 would join instead of add.
    return json.dumps(value) if isinstance(value, str) else _text(value)


class Expression:
    """Text of a Vega expression, built by arithmetic.

    Args:
        text: a complete Vega expression; it is parenthesised where it is combined.
    """

    __slots__ = ("text",)
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]  # == builds text, so a hash would lie

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def _infix(self, operator: str, other: Quantity) -> Expression:
        return Expression(f"({self.text} {operator} {_text(other)})")

    def _infix_from(self, operator: str, other: Quantity) -> Expression:
        return Expression(f"({_text(other)} {operator} {self.text})")

    def __add__(self, other: Quantity) -> Expression:
        return self._infix("+", other)

    def __radd__(self, other: Quantity) -> Expression:
        return self._infix_from("+", other)

    def __sub__(self, other: Quantity) -> Expression:
        return self._infix("-", other)

    def __rsub__(self, other: Quantity) -> Expression:
        return self._infix_from("-", other)

    def __mul__(self, other: Quantity) -> Expression:
        return self._infix("*", other)

    def __rmul__(self, other: Quantity) -> Expression:
        return self._infix_from("*", other)

    def __truediv__(self, other: Quantity) -> Expression:
        return self._infix("/", other)

    def __rtruediv__(self, other: Quantity) -> Expression:
        return self._infix_from("/", other)

    def __pow__(self, other: Quantity) -> Expression:
        return Expression(f"pow({self.text}, {_text(other)})")

    def __rpow__(self, other: Quantity) -> Expression:
        return Expression(f"pow({_text(other)}, {self.text})")

    def __neg__(self) -> Expression:
        return Expression(f"(-{self.text})")

    def __pos__(self) -> Expression:
        return self

    def __abs__(self) -> Expression:
        return Expression(f"abs({self.text})")

    def __lt__(self, other: Quantity) -> Expression:
        return self._infix("<", other)

    def __le__(self, other: Quantity) -> Expression:
        return self._infix("<=", other)

    def __gt__(self, other: Quantity) -> Expression:
        return self._infix(">", other)

    def __ge__(self, other: Quantity) -> Expression:
        return self._infix(">=", other)

    def __eq__(self, other: object) -> Expression:  # type: ignore[override]  # text, not a truth value
        return Expression(f"({self.text} === {_text_or_word(other)})")

    def __ne__(self, other: object) -> Expression:  # type: ignore[override]  # text, not a truth value
        return Expression(f"({self.text} !== {_text_or_word(other)})")

    def __and__(self, other: Quantity) -> Expression:
        return self._infix("&&", other)

    def __rand__(self, other: Quantity) -> Expression:
        return self._infix_from("&&", other)

    def __or__(self, other: Quantity) -> Expression:
        return self._infix("||", other)

    def __ror__(self, other: Quantity) -> Expression:
        return self._infix_from("||", other)

    def __invert__(self) -> Expression:
        return Expression(f"(!{self.text})")

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "an expression has no truth value until the page evaluates it: "
            "write xp.where, xp.minimum, xp.maximum, xp.clip, or & | ~ instead of if, min, max, and, or, not"
        )

    def __mod__(self, other: Quantity) -> NoReturn:
        raise TypeError("% differs between Python and JavaScript for negative numbers: leave it out")

    __rmod__ = __mod__

    def __floordiv__(self, other: Quantity) -> NoReturn:
        raise TypeError("// has no twin in Vega: write xp.floor(a / b)")

    __rfloordiv__ = __floordiv__

    def __float__(self) -> NoReturn:
        raise TypeError(
            "an expression is not a number: use the functions of the namespace xp, not those of math"
        )

    __int__ = __float__
    __index__ = __float__

    def __iter__(self) -> NoReturn:
        raise TypeError("an expression is one value and cannot be iterated")


class Namespace(Protocol):
    """The functions a model may call on its arguments, in both readings."""

    def exp(self, x: Quantity) -> Quantity:
        """The exponential."""
        ...

    def log(self, x: Quantity) -> Quantity:
        """The natural logarithm."""
        ...

    def sqrt(self, x: Quantity) -> Quantity:
        """The square root."""
        ...

    def floor(self, x: Quantity) -> Quantity:
        """The next whole number below."""
        ...

    def ceil(self, x: Quantity) -> Quantity:
        """The next whole number above."""
        ...

    def minimum(self, a: Quantity, b: Quantity) -> Quantity:
        """The smaller of two."""
        ...

    def maximum(self, a: Quantity, b: Quantity) -> Quantity:
        """The larger of two."""
        ...

    def clip(self, x: Quantity, low: Quantity, high: Quantity) -> Quantity:
        """``x``, kept between ``low`` and ``high``."""
        ...

    def where(self, condition: Quantity, then: Quantity, otherwise: Quantity) -> Quantity:
        """``then`` where the condition holds, else ``otherwise``."""
        ...

    def total(self, terms: Iterable[Quantity]) -> Quantity:
        """The sum of several terms."""
        ...

    def normal_cdf(self, x: Quantity) -> Quantity:
        """The standard normal distribution function."""
        ...

    def normal_quantile(self, p: Quantity) -> Quantity:
        """Its inverse."""
        ...


class _NumPy:
    """The numeric reading: floats and arrays in, floats and arrays out."""

    exp = staticmethod(np.exp)
    log = staticmethod(np.log)
    sqrt = staticmethod(np.sqrt)
    floor = staticmethod(np.floor)
    ceil = staticmethod(np.ceil)
    minimum = staticmethod(np.minimum)
    maximum = staticmethod(np.maximum)
    clip = staticmethod(np.clip)

    def where(self, condition: Quantity, then: Quantity, otherwise: Quantity) -> Quantity:
        # An index with the empty tuple turns an array without dimensions into a number.
        picked: Any = np.where(condition, then, otherwise)
        return picked[()]

    def total(self, terms: Iterable[Quantity]) -> Quantity:
        return sum(terms)

    def normal_cdf(self, x: Quantity) -> Quantity:
        from scipy.special import ndtr

        return ndtr(x)

    def normal_quantile(self, p: Quantity) -> Quantity:
        from scipy.special import ndtri

        return ndtri(p)

    def __repr__(self) -> str:
        return "NUMPY"


def _call(name: str, *arguments: Quantity) -> Expression:
    return Expression(f"{name}({', '.join(_text(argument) for argument in arguments)})")


class _Vega:
    """The symbolic reading: numbers and expressions in, `Expression` out."""

    def exp(self, x: Quantity) -> Expression:
        return _call("exp", x)

    def log(self, x: Quantity) -> Expression:
        return _call("log", x)

    def sqrt(self, x: Quantity) -> Expression:
        return _call("sqrt", x)

    def floor(self, x: Quantity) -> Expression:
        return _call("floor", x)

    def ceil(self, x: Quantity) -> Expression:
        return _call("ceil", x)

    def minimum(self, a: Quantity, b: Quantity) -> Expression:
        return _call("min", a, b)

    def maximum(self, a: Quantity, b: Quantity) -> Expression:
        return _call("max", a, b)

    def clip(self, x: Quantity, low: Quantity, high: Quantity) -> Expression:
        return _call("clamp", x, low, high)

    def where(self, condition: Quantity, then: Quantity, otherwise: Quantity) -> Expression:
        return Expression(f"({_text(condition)} ? {_text(then)} : {_text(otherwise)})")

    def total(self, terms: Iterable[Quantity]) -> Expression:
        texts = [_text(term) for term in terms]
        return Expression(f"({' + '.join(texts)})") if texts else Expression("0.0")

    def normal_cdf(self, x: Quantity) -> Expression:
        return _call("cumulativeNormal", x)

    def normal_quantile(self, p: Quantity) -> Expression:
        return _call("quantileNormal", p)

    def __repr__(self) -> str:
        return "VEGA"


NUMPY: Namespace = _NumPy()
VEGA: Namespace = _Vega()


def datum(column: str) -> Expression:
    """The value of a data column in the row that Vega is evaluating."""
    return Expression(f"datum[{column!r}]")


def signal(name: str) -> Expression:
    """The current value of a slider or another named signal.

    Raises:
        ValueError: if the name is not a plain identifier.
    """
    if not name.isidentifier():
        raise ValueError(f"signal name {name!r} is not an identifier: use letters, digits and _")
    return Expression(name)


_READ = re.compile(r"datum\['(\w+)'\]")
_ATOM = re.compile(rf"{_READ.pattern}|[\d.e-]+")


def condensed(steps: Mapping[str, Expression], wanted: Collection[str]) -> dict[str, Expression]:
    """The shortest chain of steps that leads to some of them, for a page that must be quick.

    Args:
        steps: expressions by name; each may read columns of the row and the steps before it, by `datum`.
        wanted: names of the steps whose values the page needs.

    Returns:
        The wanted steps and those that two or more places read, in their order. What nobody reads is left out,
        and what one place alone reads is written there.

    Raises:
        KeyError: if a wanted name is no step.

    >>> steps = {"a": 2 * signal("x"), "b": datum("a") + 1, "c": datum("b") * datum("b"), "d": signal("y")}
    >>> {name: str(step) for name, step in condensed(steps, ["c"]).items()}
    {'b': '((2.0 * x) + 1.0)', 'c': "(datum['b'] * datum['b'])"}
    """
    for name in wanted:
        if name not in steps:
            raise KeyError(f"no step {name!r}; there are {', '.join(steps)}")
    readers: Counter[str] = Counter()
    for name, step in reversed(list(steps.items())):
        if name in wanted or name in readers:
            readers.update(_READ.findall(step.text))
    kept: dict[str, Expression] = {}
    written_out: dict[str, str] = {}
    for name, step in steps.items():
        if name not in wanted and name not in readers:
            continue
        text = _READ.sub(lambda read: written_out.get(read[1], read[0]), step.text)
        if name not in wanted and (readers[name] == 1 or _ATOM.fullmatch(text)):
            written_out[name] = text
        else:
            kept[name] = Expression(text)
    return kept
