"""Widgets for what only Python can do: draw samples and estimate again.

In a live notebook they compute. On the published page, where no Python runs, the same call shows
a recorded run: its seed stands below it, and a test replays it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import altair as alt
import ipywidgets
import numpy as np
import pandas as pd

from service_encounter.figures import Figure, theme
from service_encounter.figures.core import Column, Drawn, LiveTable
from service_encounter.models.choice import LogitFit, fit_logit

__all__ = ["ResampleLogit", "Resampling", "draw_and_estimate", "record", "recorded", "spread"]

RECORDED = "recorded_resampling.json"


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """Estimates from samples of travellers drawn again and again.

    Attributes:
        seed: of the generator that drew the samples.
        travellers: how many choosers each sample holds.
        estimates: one row a sample, one column a coefficient.
        refused: how many samples could not identify the coefficients and were drawn anew.
        commit: of the code that made the run; empty for a run made live.
    """

    seed: int
    travellers: int
    estimates: pd.DataFrame
    refused: int
    commit: str = ""

    @property
    def minute_in_dollars(self) -> pd.Series:
        """Dollars that a minute at the terminal is worth, one entry a sample."""
        return (self.estimates["ttme"] / self.estimates["gc"]).rename("dollars a minute")


def draw_and_estimate(fit: LogitFit, *, samples: int, travellers: int, seed: int) -> Resampling:
    """Draw whole travellers with replacement, estimate the same logit, and keep the coefficients.

    Raises:
        ValueError: if fewer than two samples or ten travellers are asked for.
    """
    if samples < 2 or travellers < 10:
        raise ValueError(f"ask for at least 2 samples of 10 travellers, got {samples} of {travellers}")
    generator = np.random.default_rng(seed)
    by_chooser = dict(iter(fit.frame.groupby(fit.chooser, sort=False)))
    choosers = list(by_chooser)
    estimates: list[pd.Series] = []
    refused = 0
    while len(estimates) < samples:
        drawn = generator.integers(len(choosers), size=travellers)
        frame = pd.concat(
            [
                by_chooser[choosers[place]].assign(**{fit.chooser: number})
                for number, place in enumerate(drawn)
            ],
            ignore_index=True,
        )
        try:
            again = fit_logit(frame, fit.chooser, fit.alternative, fit.chosen, list(fit.coefficients.index))
        except ValueError:
            refused += 1
            continue
        estimates.append(again.coefficients)
    return Resampling(
        seed=seed,
        travellers=travellers,
        estimates=pd.DataFrame(estimates).reset_index(drop=True),
        refused=refused,
    )


def record(run: Resampling) -> str:
    """A run as JSON, with coefficients to six digits."""
    described = {
        "seed": run.seed,
        "travellers": run.travellers,
        "refused": run.refused,
        "commit": run.commit,
        "estimates": {
            name: [float(f"{value:.6g}") for value in column] for name, column in run.estimates.items()
        },
    }
    return json.dumps(described, indent=1) + "\n"


def recorded() -> Resampling:
    """The run that the published page shows."""
    found: Mapping[str, Any] = json.loads((files("service_encounter") / RECORDED).read_text("utf8"))
    return Resampling(
        seed=found["seed"],
        travellers=found["travellers"],
        estimates=pd.DataFrame(found["estimates"]),
        refused=found["refused"],
        commit=found["commit"],
    )


def spread(run: Resampling, fit: LogitFit) -> Figure:
    """How far an estimate moves from sample to sample: one dot a sample."""
    dollars = run.minute_in_dollars
    estimate = float(fit.coefficients["ttme"] / fit.coefficients["gc"])
    low, high = (float(dollars.quantile(share)) for share in (0.05, 0.95))
    shown = dollars.clip(upper=20).to_numpy()
    frame = pd.DataFrame({"sample": np.arange(1, len(shown) + 1), "dollars": shown.round(4)})

    def draw(table: alt.Chart) -> Drawn:
        x = alt.X(
            "dollars:Q", title="what a minute at the terminal is worth, $", scale=alt.Scale(domain=[0, 20])
        )
        dots = table.mark_circle(size=50, opacity=0.55, color=theme.SERIES[0]).encode(
            x=x, y=alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0, 10]))
        )
        rule = (
            alt.Chart(alt.InlineData(values=[{"at": estimate}]))
            .mark_rule(color=theme.SERIES[1], strokeWidth=2.5)
            .encode(x="at:Q")
        )
        word = (
            alt.Chart(alt.InlineData(values=[{"at": estimate}]))
            .mark_text(align="left", baseline="top", dx=8, color=theme.SERIES[1], fontWeight="bold")
            .encode(x="at:Q", y=alt.value(0), text=alt.value("all 210 travellers"))
        )
        stacked = dots.transform_bin("bin", "dollars", bin=alt.Bin(step=0.5)).transform_window(
            place="row_number()", groupby=["bin"]
        )
        return alt.layer(stacked, rule, word)

    return Figure(
        id="resampled-logit",
        title=f"Nine in ten of {len(shown)} samples put a minute of waiting between ${low:.0f} and ${high:.0f}",
        alternative=(
            f"A pile of dots, one for each of {len(shown)} samples of {run.travellers} travellers drawn with "
            f"replacement. Nine in ten lie between {low:.1f} and {high:.1f} dollars a minute; the estimate from all "
            f"travellers is {estimate:.1f}. Values above 20 are drawn at 20."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="samples",
                frame=frame,
                steps=[],
                columns={
                    "sample": Column(heading="sample"),
                    "dollars": Column(heading="dollars a minute", decimals=2),
                },
            )
        ],
        source=f"{_origin(run)} {len(shown)} samples of {run.travellers} travellers each, seed {run.seed}.",
        height=220,
    )


def _origin(run: Resampling) -> str:
    return "A recorded run." if run.commit else "Drawn just now."


class ResampleLogit:
    """Draw travellers again, estimate again, and see how far the answer moves.

    Args:
        fit: the estimate whose reliability is in question.

    Attributes:
        travellers, seed, button: the controls.
        shown: the box that holds the pile of estimates once it is drawn.
    """

    samples = 60

    def __init__(self, fit: LogitFit) -> None:
        self.fit = fit
        self.travellers = ipywidgets.IntSlider(210, min=60, max=420, step=30, description="travellers")
        self.seed = ipywidgets.IntText(1, description="seed")
        self.button = ipywidgets.Button(description=f"Draw {self.samples} samples")
        self.button.on_click(lambda _: self.draw())
        self.shown = ipywidgets.VBox([])

    def draw(self) -> Resampling:
        """Draw, estimate and show, with the settings of the controls; returns the run."""
        self.button.disabled = True
        try:
            run = draw_and_estimate(
                self.fit, samples=self.samples, travellers=self.travellers.value, seed=self.seed.value
            )
            self.shown.children = (spread(run, self.fit).widget(),)
        finally:
            self.button.disabled = False
        return run

    def widget(self) -> ipywidgets.VBox:
        """The controls and, below them, what they drew."""
        return ipywidgets.VBox([ipywidgets.HBox([self.travellers, self.seed, self.button]), self.shown])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # noqa: ANN401  # Jupyter's protocol
        if os.environ.get("SERVICE_ENCOUNTER_FIGURES") == "page":
            return spread(recorded(), self.fit)._repr_mimebundle_()
        live: dict[str, Any] = self.widget()._repr_mimebundle_()
        return live
