"""Figures of the chapter on the short list and the choice."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import (
    TEACHING_DEVICE,
    Choice,
    Column,
    Drawn,
    Figure,
    Fold,
    LiveTable,
    Readout,
    Row,
    Settings,
    Slider,
)
from service_encounter.models import choice
from service_encounter.models.choice import LogitFit
from service_encounter.namespace import Namespace, Quantity

__all__ = ["copies", "mode_shares", "set_size"]

_SET_SIZE = next(card for card in choice.CARDS if card.id == "consideration-set-size")
_COPIES = next(card for card in choice.CARDS if card.id == "copies-of-an-option")


def set_size() -> Figure:
    """What one more option adds, less what a look costs: the short list's best length."""
    largest = 12

    def worth(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        value = choice.value_of_set(row["size"], at["cost_ratio"], xp)
        step = choice.value_of_set(row["size"] + 1, at["cost_ratio"], xp) - value
        before = value - choice.value_of_set(xp.maximum(row["size"] - 1, 1), at["cost_ratio"], xp)
        # The first option is always taken; later ones as long as each was worth its cost.
        best = (step < 0) & ((row["size"] == 1) | (before >= 0))
        # Values are printed at the best length and at its two neighbours.
        near = (row["size"] - best_size(at, xp)) ** 2 <= 1
        return {"worth": value, "best": xp.where(best, 1, 0), "near": xp.where(near, 1, 0)}

    def best_size(at: Settings, xp: Namespace) -> Quantity:
        sizes = range(1, 25)
        gains = [
            choice.value_of_set(n + 1, at["cost_ratio"], xp) - choice.value_of_set(n, at["cost_ratio"], xp)
            for n in sizes
        ]
        return 1 + xp.total(xp.where(gain >= 0, 1, 0) for gain in gains)

    def draw(sizes: alt.Chart) -> Drawn:
        x = alt.X(
            "size:O",
            title="options on the short list",
            axis=alt.Axis(labelAngle=0),
            scale=alt.Scale(domain=list(range(1, largest + 1))),
        )
        y = alt.Y(
            "worth:Q",
            title="worth of the list (units of the spread of tastes)",
            scale=alt.Scale(domain=[-0.8, 2]),
        )
        stem = sizes.mark_rule(color=theme.GRID, strokeWidth=2, clip=True).encode(x=x, y=y, y2=alt.datum(0))
        dot = sizes.mark_point(filled=True, opacity=1, clip=True).encode(
            x=x,
            y=y,
            size=alt.condition("datum.best === 1", alt.value(260), alt.value(70)),
            color=alt.condition("datum.best === 1", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0])),
        )
        # The neighbours' values stand below their dots, so that on a phone three in a row do not touch.
        best, beside = (
            sizes.mark_text(dy=dy, fontSize=13, clip=True).encode(
                x=x,
                y=y,
                text=alt.Text("worth:Q", format=".2f"),
                opacity=alt.condition(
                    f"datum.near === 1 && datum.best === {is_best}", alt.value(1), alt.value(0)
                ),
            )
            for dy, is_best in ((-16, 1), (17, 0))
        )
        zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule().encode(y=alt.datum(0))
        return alt.layer(zero, stem, dot, best, beside)

    return Figure(
        id="set-size",
        title="When each look costs a quarter of the spread of tastes, four options are worth a look",
        alternative=(
            "Dots for short lists of one to twelve options. The worth of the list rises steeply from one option to "
            "four, where it peaks, then falls a little with each further option, because a look costs more than it adds."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="sizes",
                frame=pd.DataFrame({"size": np.arange(1, largest + 1)}),
                steps=[worth],
                columns={
                    "size": Column(heading="options on the list"),
                    "worth": Column(heading="worth, in units of the spread", decimals=3),
                },
            )
        ],
        controls=[
            Slider.of(
                _SET_SIZE.parameter("cost_ratio"),
                label="Cost of one look, as a share of the spread of tastes",
                step=0.01,
                value=0.25,
            )
        ],
        readouts=[Readout(label="The best short list holds", value=best_size, unit="options")],
        try_this=(
            "make a look cheap, as a comparison site does, and find the cost at which seven options pay; "
            "then make it dear, as a visit to a dentist is."
        ),
        labels=[TEACHING_DEVICE],
        height=260,
    )


def mode_shares(fit: LogitFit, population: Mapping[str, float]) -> Figure:
    """Forecast shares of four ways to travel when air's wait and the train's price change.

    Args:
        fit: a logit of TravelMode with ``gc`` and ``ttme`` among its covariates.
        population: shares of the modes among all travellers, for the constants.

    Returns:
        A figure that averages the model's probabilities over every traveller of the sample.
    """
    modes = list(dict.fromkeys(fit.frame[fit.alternative]))
    corrected = fit.for_population(population)
    weights = fit.population_weights(population)
    rows = _one_row_a_traveller(fit, corrected, weights, modes)
    count = float(len(rows))
    wait, price = float(fit.coefficients["ttme"]), float(fit.coefficients["gc"])
    shifts = {
        mode: float(corrected.coefficients.get(mode, 0.0) - fit.coefficients.get(mode, 0.0)) for mode in modes
    }
    whole = float(rows["weight"].sum())
    now = {
        1.0: corrected.shares(weights=weights).to_dict(),
        0.0: fit.shares().to_dict(),
    }

    def utilities(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        change = {
            "air": wait * (xp.maximum(row["wait_air"] + at["wait"], 0) - row["wait_air"]),
            "train": price * at["price"],
        }
        return {f"v_{m}": row[f"u_{m}"] + at["corrected"] * shifts[m] + change.get(m, 0.0) for m in modes}

    def masses(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        weight = xp.where(at["corrected"] == 1, row["weight"] * (100 / whole), 100 / count)
        shares = choice.logit_shares([row[f"v_{m}"] for m in modes], xp)
        return {f"p_{m}": share * weight for m, share in zip(modes, shares, strict=True)}

    def against_now(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        base: Quantity = 0.0
        for m in modes:
            today = xp.where(at["corrected"] == 1, 100 * now[1.0][m], 100 * now[0.0][m])
            base = xp.where(row["mode"] == m, today, base)
        return {"before": base, "change": row["share"] - base}

    def draw(shares: alt.Chart) -> Drawn:
        y = alt.Y("mode:N", sort=modes, title=None, axis=alt.Axis(labelFontSize=15))
        x = alt.X("share:Q", title="share of travellers, %", scale=alt.Scale(domain=[0, 100]))
        bar = shares.mark_bar(height={"band": 0.62}).encode(
            x=x,
            y=y,
            color=alt.Color(
                "mode:N", sort=modes, legend=None, scale=alt.Scale(domain=modes, range=list(theme.SERIES[:4]))
            ),
        )
        tick = shares.mark_tick(thickness=3, color=theme.INK, height={"band": 0.8}).encode(x="before:Q", y=y)
        label = (
            shares.transform_calculate(
                words="format(datum.before, '.0f') + ' \u2192 ' + format(datum.share, '.0f')"
            )
            .mark_text(align="right", fontWeight="bold")
            .encode(x=alt.datum(100), y=y, text="words:N")
        )
        return alt.layer(bar, tick, label)

    return Figure(
        id="mode-shares",
        title="A quicker airport empties the cars: of a hundred travellers the car loses more than 22, the train fewer than 3",
        alternative=(
            "Four bars, the forecast share of air, train, bus and car, each with a tick for today's share and both numbers at the right. With air's "
            "terminal wait cut by twenty minutes, air rises from 14 to 41 per cent; car falls from 66 to 44, train "
            "from 12 to 9 and bus from 8 to 6."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="travellers",
                frame=rows,
                steps=[utilities, masses],
                fold=Fold(columns={f"p_{m}": m for m in modes}, key="mode", value="share"),
                after=[against_now],
                columns={
                    "mode": Column(heading="way to travel"),
                    "before": Column(heading="share today", decimals=1, unit="%"),
                    "share": Column(heading="share after", decimals=1, unit="%"),
                    "change": Column(heading="change, points", decimals=1),
                },
            )
        ],
        controls=[
            Slider(
                name="wait",
                label="Change of the wait at the air terminal",
                low=-40,
                high=20,
                step=5,
                value=-20,
                unit="minutes",
            ),
            Slider(
                name="price", label="Change of the train's fare", low=-40, high=40, step=5, value=0, unit="$"
            ),
            Choice(
                name="corrected",
                label="Shares of",
                options={"all travellers (weighted)": 1, "the sample as drawn": 0},
                value=1,
            ),
        ],
        try_this=(
            "switch to the sample as drawn and watch what the train loses; then go back to all travellers and find the "
            "fare at which the train keeps today's share in spite of the quicker airport."
        ),
        source=(
            "Forecast by a coefficient we do not trust. 210 travellers between Sydney, Canberra and Melbourne, 1987 (TravelMode); dollars are Australian. Ticks mark the shares before "
            "the change. Population shares as usually cited."
        ),
        height=230,
    )


def _one_row_a_traveller(
    fit: LogitFit, corrected: LogitFit, weights: Mapping[object, float], modes: list[str]
) -> pd.DataFrame:
    """Utilities under the sample's constants, the air wait and the population weight."""
    frame = fit.frame.assign(utility=fit.utilities())
    wide = frame.pivot(index=fit.chooser, columns=fit.alternative, values="utility")
    waits = frame[frame[fit.alternative] == "air"].set_index(fit.chooser)["ttme"]
    rows = pd.DataFrame({f"u_{mode}": wide[mode].round(6) for mode in modes})
    return rows.assign(
        wait_air=waits, weight=pd.Series(weights, dtype=float).reindex(rows.index).round(6)
    ).reset_index(drop=True)


def copies() -> Figure:
    """The logit's blind spot: buses that differ in paint alone take riders from the car."""
    largest = 6

    def shares(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "car": 100 * choice.share_against_copies(row["copies"], 1.0, xp),
            "nested": 100 * choice.share_against_copies(row["copies"], at["dissimilarity"], xp),
        }

    def draw(table: alt.Chart) -> Drawn:
        x = alt.X("copies:O", title="bus lines that differ only in colour", axis=alt.Axis(labelAngle=0))
        scale = alt.Scale(domain=[0, 60])
        plain = table.mark_line(
            point=alt.OverlayMarkDef(size=70, filled=True, color=theme.SERIES[1]),
            color=theme.SERIES[1],
            strokeWidth=2.5,
        ).encode(x=x, y=alt.Y("car:Q", title="share of the car, %", scale=scale))
        nested = table.mark_line(
            point=alt.OverlayMarkDef(size=70, filled=True, color=theme.SERIES[0], shape="square"),
            color=theme.SERIES[0],
            strokeWidth=2.5,
            strokeDash=[6, 4],
        ).encode(x=x, y=alt.Y("nested:Q", scale=scale))
        last = f"datum.copies === {largest}"
        ends = [
            table.transform_filter(last)
            .mark_text(align="right", dy=dy, color=colour, fontWeight="bold")
            .encode(x=x, y=alt.Y(f"{column}:Q", scale=scale), text=alt.value(words))
            for column, words, colour, dy in (
                ("car", "plain logit", theme.SERIES[1], 20),
                ("nested", "copies count as alike", theme.SERIES[0], -24),
            )
        ]
        return alt.layer(plain, nested, *ends)

    return Figure(
        id="copies",
        title="Paint one bus line in six colours, and the logit leaves the car one traveller in seven",
        alternative=(
            "Two lines over one to six bus lines that differ only in colour. The plain logit's share of the car falls "
            "from 50 per cent with one line to 14 with six. The dashed line, for a model that counts alike buses "
            "nearly as one, falls only to 41."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="copies",
                frame=pd.DataFrame({"copies": np.arange(1, largest + 1)}),
                steps=[shares],
                columns={
                    "copies": Column(heading="bus lines"),
                    "car": Column(heading="car, plain logit", decimals=1, unit="%"),
                    "nested": Column(heading="car, copies alike", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider.of(
                _COPIES.parameter("dissimilarity"),
                label="How different travellers find the copies (1: entirely)",
                step=0.05,
                value=0.2,
            )
        ],
        try_this="slide to 1, where the two lines meet, then to 0, where paint changes nothing.",
        labels=[TEACHING_DEVICE],
        height=250,
    )
