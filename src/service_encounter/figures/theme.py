"""Colours and type of the figures, the same in the live notebook and on the page.

Each colour is a CSS variable with a fallback: the page sets the variable for light or dark, and
a notebook, which knows no such variable, draws the fallback. So one drawing serves both schemes.
"""

from __future__ import annotations

from typing import Any

INK = "var(--se-ink, #1c1e22)"
MUTED = "var(--se-muted, #5d6068)"
GRID = "var(--se-grid, #e4e0d6)"
PAPER = "var(--se-paper, #fcfbf8)"
ACCENT = "var(--se-accent, #4a505b)"
# Told apart by readers who do not see all colours, in both schemes; the same values as the page's tokens.
SERIES = (
    "var(--se-c1, #0072b2)",
    "var(--se-c2, #cf6d00)",
    "var(--se-c3, #00604f)",
    "var(--se-c4, #a27079)",
    "var(--se-c5, #33235c)",
    "var(--se-c6, #7a5200)",
)
# What the page's variables hold in dark; a notebook in dark sets them around a figure.
DARK = {
    "ink": "#e8e6e0",
    "muted": "#a6a9b2",
    "grid": "#30343d",
    "paper": "#15171c",
    "accent": "#b9bfca",
    "c1": "#5aa9e6",
    "c2": "#f08a3c",
    "c3": "#0e886c",
    "c4": "#c35d9c",
    "c5": "#ffffe6",
    "c6": "#f3e27a",
}
FONT = "system-ui, sans-serif"

WIDE, NARROW = 680, 340


def config(font_size: int) -> dict[str, Any]:
    """Vega-Lite configuration for a drawing whose smallest text has ``font_size`` pixels."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": font_size, "titleFontSize": font_size}
    return {
        "background": "transparent",
        "font": FONT,
        "aria": False,
        "view": {"stroke": None},
        "axis": {
            **text,
            "titleFontWeight": "normal",
            "gridColor": GRID,
            "domainColor": MUTED,
            "tickColor": MUTED,
            "labelPadding": 5,
            "labelLimit": 220,
        },
        "axisX": {"titlePadding": 8, "titleAnchor": "end", "labelFlush": False},
        "axisXQuantitative": {"tickCount": 6},
        "axisY": {
            "titleAngle": 0,
            "titleAlign": "left",
            "titleAnchor": "end",
            "titleBaseline": "bottom",
            "titleY": -8,
            "titlePadding": 0,
            "domain": False,
            "ticks": False,
        },
        "legend": {
            **text,
            "titleFontWeight": "normal",
            "orient": "top",
            "symbolStrokeWidth": 2,
            "title": None,
        },
        "text": {"color": INK, "fontSize": font_size},
        "rule": {"color": MUTED},
        "range": {"category": list(SERIES)},
    }
