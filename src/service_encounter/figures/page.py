"""What a figure gives to the published page: a drawing, the Vega that moves it, words and numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Any

import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import Choice, Column, Control, Drawn, Figure, LiveTable, Slider

VEGA_LITE = "6.4"
MIME = "application/vnd.service-encounter.figure+json"


def page_bundle(figure: Figure) -> dict[str, Any]:
    """Mime bundle of a figure for the page, and the plain description that tests compare."""
    wide, narrow = (vega_lite(figure, width) for width in (theme.WIDE, theme.NARROW))
    described = {
        "id": figure.id,
        "title": figure.title,
        "alternative": figure.alternative,
        "controls": [_described(control) for control in figure.controls],
        "told": figure.told(),
        "chart": wide,
    }
    html = page_html(figure, vega(wide), vega(narrow))
    return {"text/html": html, MIME: described, "text/plain": figure.alternative}


def _described(control: Control) -> dict[str, Any]:
    # A figure's description changes when the figure does, so what it does not use stays out.
    return {name: value for name, value in vars(control).items() if name != "button" or value}


def vega_lite(figure: Figure, width: int) -> dict[str, Any]:
    """The Vega-Lite specification of a figure at a given width in pixels."""
    spec: dict[str, Any] = sized(figure, width).to_dict()
    spec.pop("$schema", None)
    return spec


def sized(figure: Figure, width: int) -> Drawn:
    """The chart of a figure in the book's style, at a given width in pixels."""
    font_size = 13 if width >= theme.WIDE else 12
    chart = figure.chart.properties(
        width=width, height=figure.height, autosize={"type": "fit", "contains": "padding"}
    )
    styled: Drawn = chart.configure(**theme.config(font_size))
    return styled


def vega(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification compiled to Vega, without the controls that Vega would draw itself."""
    import vl_convert

    compiled: dict[str, Any] = vl_convert.vegalite_to_vega(spec, vl_version=VEGA_LITE)
    compiled.pop("$schema", None)
    for named in compiled.get("signals", []):
        named.pop("bind", None)
    return compiled


def drawing(compiled: dict[str, Any], name: str) -> str:
    """The figure at its start values as SVG that scales with the page; the name keeps its ids apart."""
    import vl_convert

    svg: str = vl_convert.vega_to_svg(compiled)
    svg = re.sub(r'^<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true">', svg)
    return re.sub(r'(id="|url\(#)(clip|gradient)', rf"\1{name}-\2", svg)


def dataset_name(compiled: Mapping[str, Any], table: LiveTable) -> str:
    """Name of the compiled data set that first holds every calculated column of ``table``."""
    wanted = set(table.calculated)
    have: dict[str, set[str]] = {}
    for data in compiled["data"]:
        name, source = data["name"], data.get("source")
        if name != table.name and source not in have:
            continue
        made = set(have.get(source, ()))
        for transform in data.get("transform", []):
            as_ = transform.get("as")
            made |= set(as_ if isinstance(as_, list) else [as_])
        have[name] = made
        if wanted <= made:
            return str(name)
    raise LookupError(f"no compiled data set holds the columns {sorted(wanted)} of {table.name!r}")


def page_html(figure: Figure, wide: dict[str, Any], narrow: dict[str, Any]) -> str:
    """The figure as HTML: works as a picture with scripts off, and comes alive with them.

    Args:
        figure: to show.
        wide: its Vega for a desk.
        narrow: the same for a phone.
    """
    anchor = f"fig-{figure.id}"
    live = bool(figure.controls)
    parts = [
        f'<figure class="se-figure" id="{anchor}"{" data-live" if live else ""}>',
        f'<figcaption><p class="se-figure-title">{typed(figure.title)}</p>{_labels(figure)}</figcaption>',
        _controls(figure, anchor),
        f'<div class="se-drawing" role="img" aria-label="{typed(figure.alternative)}">'
        f'<div class="se-wide">{drawing(wide, f"{figure.id}-{theme.WIDE}")}</div>'
        f'<div class="se-narrow">{drawing(narrow, f"{figure.id}-{theme.NARROW}")}</div></div>',
        _told(figure),
        f'<p class="se-try"><strong>Try</strong> {typed(figure.try_this)}</p>' if figure.try_this else "",
        _numbers(figure),
        f'<p class="se-source">{typed(figure.source)}</p>' if figure.source else "",
        _spec(figure, wide) if live else "",
        "</figure>",
    ]
    return "\n".join(part for part in parts if part)


def typeset(text: str) -> str:
    """Words with the apostrophes, quotation marks and minus signs of a book."""
    text = re.sub(r"(?<![\w-])-(?=\d)", "\N{MINUS SIGN}", text)
    text = re.sub(r"(?<=\w)'", "\N{RIGHT SINGLE QUOTATION MARK}", text)
    return re.sub(r'"([^"]*)"', "\N{LEFT DOUBLE QUOTATION MARK}\\1\N{RIGHT DOUBLE QUOTATION MARK}", text)


def typed(text: str) -> str:
    """The same as HTML."""
    return escape(typeset(text))


def _labels(figure: Figure) -> str:
    if not figure.labels:
        return ""
    spans = " ".join(f'<span class="se-label">{typed(label)}</span>' for label in figure.labels)
    return f'<p class="se-labels">{spans}</p>'


def written(value: float, decimals: int, unit: str) -> str:
    """A number as the page writes it: thousands apart, a true minus, its unit; halves are rounded up."""
    # The page's script rounds halves away from zero, Python's own formatting to the even digit.
    rounded = Decimal(float(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    number = f"{rounded if rounded else abs(rounded):,}".replace("-", "\N{MINUS SIGN}")
    if unit in ("$", "€"):
        return f"{unit}{number}"
    joined = "" if unit in ("", "%") else "\N{NO-BREAK SPACE}"
    return f"{number}{joined}{unit}"


def _controls(figure: Figure, anchor: str) -> str:
    if not figure.controls:
        return ""
    inner = "\n".join(_control(control, f"{anchor}-{control.name}") for control in figure.controls)
    return f'<div class="se-controls" hidden>\n{inner}\n<button type="button" class="se-reset">Start values</button>\n</div>'


def _control(control: Control, anchor: str) -> str:
    label = f'<label for="{anchor}">{typed(control.label)}</label>'
    if isinstance(control, Choice):
        options = "".join(
            f'<option value="{value:g}"{" selected" if value == control.value else ""}>{typed(name)}</option>'
            for name, value in control.options.items()
        )
        return f'<div class="se-control">{label}<select id="{anchor}" data-signal="{control.name}">{options}</select></div>'
    return (
        f'<div class="se-control">{label}<input type="range" id="{anchor}" data-signal="{control.name}" '
        f'min="{control.low:g}" max="{control.high:g}" step="{control.step:g}" value="{control.value:g}">'
        f'<output for="{anchor}">{written(control.value, control.decimals, control.unit)}</output>'
        f"{_button(control)}</div>"
    )


def _button(slider: Slider) -> str:
    return (
        f'<button type="button" class="se-move-on">{typed(slider.button)}</button>' if slider.button else ""
    )


def _told(figure: Figure) -> str:
    if not figure.readouts:
        return ""
    told = figure.told()
    inner = "; ".join(
        f'{typed(readout.label)} <b data-told="{number}">'
        f"{written(told[readout.label], readout.decimals, readout.unit)}</b>"
        for number, readout in enumerate(figure.readouts)
    )
    return f'<p class="se-readout" role="status">{inner}</p>'


def _cell(column: Column, value: object) -> str:
    return (
        written(float(value), column.decimals, column.unit) if isinstance(value, (int, float)) else str(value)
    )


def _numbers(figure: Figure) -> str:
    table = figure.tables[0]
    frame: pd.DataFrame = figure.values()[list(table.columns)]
    head = "".join(f'<th scope="col">{typed(column.heading)}</th>' for column in table.columns.values())
    rows = []
    for record in frame.to_dict("records"):
        cells = [typed(_cell(column, record[name])) for name, column in table.columns.items()]
        rows.append(
            f'<tr><th scope="row">{cells[0]}</th>'
            + "".join(f"<td>{cell}</td>" for cell in cells[1:])
            + "</tr>"
        )
    return (
        '<details class="se-data"><summary>The numbers behind the figure</summary>'
        f'<div class="se-scroll" role="region" tabindex="0" aria-label="{typed("Numbers: " + figure.title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _spec(figure: Figure, compiled: dict[str, Any]) -> str:
    table = figure.tables[0]
    described = {
        "vega": compiled,
        "controls": [
            {"name": control.name, "decimals": control.decimals, "unit": control.unit}
            for control in figure.controls
            if isinstance(control, Slider)
        ],
        "told": [{"decimals": readout.decimals, "unit": readout.unit} for readout in figure.readouts],
        "table": {
            "dataset": dataset_name(compiled, table),
            "columns": [
                {"field": name, "decimals": column.decimals, "unit": column.unit}
                for name, column in table.columns.items()
            ],
        },
    }
    text = json.dumps(described, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f'<script type="application/json" class="se-spec">{text}</script>'
