"""A figure in a live notebook: Altair's own widget with the words of the page around it."""

from __future__ import annotations

from typing import Any

import altair as alt
import ipywidgets

from service_encounter.figures import theme
from service_encounter.figures.core import Figure, Slider
from service_encounter.figures.page import sized, typed, written

LIVE_WIDTH = 620
# JupyterLab says by this attribute which scheme it shows.
_DARK = (
    '<style>[data-jp-theme-light="false"] .se-live { color: var(--se-ink);'
    + "".join(f" --se-{name}: {colour};" for name, colour in theme.DARK.items())
    + " }</style>"
)


def live(figure: Figure) -> ipywidgets.VBox:
    """Title, chart with sliders, buttons that move them on, read-outs that follow, and what to try.

    The chart's current settings can be read from Python: ``widget.chart.params``.
    """
    alt.JupyterChart.enable_offline(True)
    embed_options = {"renderer": "svg", "actions": False}
    chart = alt.JupyterChart(sized(figure, LIVE_WIDTH), embed_options=embed_options)
    told = ipywidgets.HTML(_told(figure, {}))

    def retell(_: Any) -> None:  # noqa: ANN401  # traitlets passes a bunch
        settings = {control.name: getattr(chart.params, control.name) for control in figure.controls}
        told.value = _told(figure, settings)

    for control in figure.controls:
        chart.params.observe(retell, control.name)
    labels = " · ".join(typed(label) for label in figure.labels)
    box = ipywidgets.VBox(
        [
            ipywidgets.HTML(f"{_DARK}<b>{typed(figure.title)}</b><br><small>{labels}</small>"),
            chart,
            *[
                _button(chart, control)
                for control in figure.controls
                if isinstance(control, Slider) and control.button
            ],
            told,
            ipywidgets.HTML(f"<small>{typed(figure.try_this)} {typed(figure.source)}</small>"),
        ]
    )
    box.add_class("se-live")
    box.chart = chart
    return box


def _button(chart: alt.JupyterChart, slider: Slider) -> ipywidgets.Button:
    """A button that moves a slider of the chart one step on, disabled at its end."""
    button = ipywidgets.Button(description=slider.button)

    def show_end(_: Any = None) -> None:  # noqa: ANN401  # traitlets passes a bunch
        button.disabled = getattr(chart.params, slider.name) >= slider.high

    def move(_: ipywidgets.Button) -> None:
        setattr(chart.params, slider.name, slider.one_step_on(getattr(chart.params, slider.name)))

    button.on_click(move)
    chart.params.observe(show_end, slider.name)
    show_end()
    return button


def _told(figure: Figure, settings: dict[str, float]) -> str:
    values = figure.told(**settings)
    return "; ".join(
        f"{typed(readout.label)} <b>{written(values[readout.label], readout.decimals, readout.unit)}</b>"
        for readout in figure.readouts
    )
