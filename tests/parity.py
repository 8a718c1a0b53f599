"""Evaluates Vega expressions with the real Vega, without a browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import vl_convert

_SEPARATOR = " | "


def _texts(node: Mapping[str, Any]) -> Iterator[str]:
    if "text" in node:
        yield node["text"]
    for child in node.get("items", ()):
        yield from _texts(child)


def _number(text: str) -> float:
    """A number as JavaScript writes it; NaN and Infinity are numbers here, so that tests see them."""
    return {"true": 1.0, "false": 0.0}[text] if text in ("true", "false") else float(text)


def vega_values(expressions: Sequence[str], settings: Sequence[Mapping[str, float]]) -> list[list[float]]:
    """What Vega makes of expressions over the columns of a data set.

    Args:
        expressions: Vega expressions that read a setting ``x`` as ``datum['x']``.
        settings: the values, one mapping a row; all have the same names.

    Returns:
        A list a setting with a number an expression. Nothing is rounded on the way.

    Raises:
        ValueError: if Vega rejects an expression.
    """
    names = list(settings[0])
    # Numbers travel as text and JavaScript parses them, since JSON readers may be off in the last bit.
    rows = [{name: repr(float(setting[name])) for name in names} for setting in settings]
    line = f" + '{_SEPARATOR}' + ".join(f"({expression})" for expression in expressions)
    spec = {
        "$schema": "https://vega.github.io/schema/vega/v6.json",
        "width": 1,
        "height": 1,
        "data": [
            {
                "name": "settings",
                "values": rows,
                "format": {"type": "json", "parse": dict.fromkeys(names, "number")},
                "transform": [{"type": "formula", "as": "__line", "expr": f"'' + {line}"}],
            }
        ],
        "marks": [
            {
                "type": "text",
                "from": {"data": "settings"},
                "encode": {"enter": {"text": {"signal": "datum.__line"}}},
            }
        ],
    }
    lines = list(_texts(vl_convert.vega_to_scenegraph(spec)["scenegraph"]))
    return [[_number(text) for text in line.split(_SEPARATOR)] for line in lines]
