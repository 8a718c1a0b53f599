"""A figure in a live notebook: Altair's own widget with the words of the page around it."""

from __future__ import annotations

from html import escape
from typing import Any

import altair as alt
import ipywidgets

from service_encounter.figures.core import Figure
from service_encounter.figures.page import vega_lite, written

LIVE_WIDTH = 620


def live(figure: Figure) -> ipywidgets.VBox:
    """Title, chart with sliders, read-outs that follow them, and what to try.

    The chart's current settings can be read from Python: ``widget.chart.params``.
    """
    alt.JupyterChart.enable_offline(True)
    spec = vega_lite(figure, LIVE_WIDTH)
    chart = alt.JupyterChart(alt.Chart.from_dict(spec), embed_options={"renderer": "svg", "actions": False})
    told = ipywidgets.HTML(_told(figure, {}))

    def retell(_: Any) -> None:  # noqa: ANN401  # traitlets passes a bunch
        settings = {control.name: getattr(chart.params, control.name) for control in figure.controls}
        told.value = _told(figure, settings)

    for control in figure.controls:
        chart.params.observe(retell, control.name)
    labels = " · ".join(escape(label) for label in figure.labels)
    box = ipywidgets.VBox(
        [
            ipywidgets.HTML(f"<b>{escape(figure.title)}</b><br><small>{labels}</small>"),
            chart,
            told,
            ipywidgets.HTML(f"<small>{escape(figure.try_this)} {escape(figure.source)}</small>"),
        ]
    )
    box.chart = chart
    return box


def _told(figure: Figure, settings: dict[str, float]) -> str:
    values = figure.told(**settings)
    return "; ".join(
        f"{escape(readout.label)} <b>{written(values[readout.label], readout.decimals, readout.unit)}</b>"
        for readout in figure.readouts
    )
