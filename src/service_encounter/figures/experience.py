"""Figures of the chapter on staging an experience."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import (
    TEACHING_DEVICE,
    Column,
    Figure,
    LiveTable,
    Readout,
    Row,
    Settings,
    Slider,
)
from service_encounter.models import experience
from service_encounter.namespace import Namespace, Quantity

__all__ = ["VISIT", "admission_fee", "audit", "bad_minute", "weakest_cue"]

_PEAK_END = next(card for card in experience.CARDS if card.id == "peak-end")
_CUES = next(card for card in experience.CARDS if card.id == "cue-impression")
_FEE = next(card for card in experience.CARDS if card.id == "admission-fee")

VISIT = (2, 3, 2, 2, 4, 2, 1, 3, 2, 3, 3)
"""Ratings of an hour in a theme cafe, one every five minutes, without the stretch to be placed."""

_STRETCHES = len(VISIT) + 1


def bad_minute() -> Figure:
    """An hour in twelve stretches, one of them bad: where it stands, and what memory makes of it."""
    number = np.arange(1, _STRETCHES + 1)
    frame = pd.DataFrame(
        {
            "stretch": number,
            "own": [*VISIT, 0],
            "before": [0, *VISIT],
        }
    )

    def mean(at: Settings) -> Quantity:
        return (sum(VISIT) + at["bad"]) / _STRETCHES

    def memory(at: Settings, xp: Namespace) -> Quantity:
        return experience.remembered(
            experience.stronger(at["bad"], max(VISIT), xp),
            xp.where(at["place"] == _STRETCHES, at["bad"], VISIT[-1]),
            mean(at),
            at["peak_weight"],
            at["end_weight"],
            xp,
        )

    def stage(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        others = xp.where(row["stretch"] < at["place"], row["own"], row["before"])
        is_bad = xp.where(row["stretch"] == at["place"], 1, 0)
        return {
            "rating": xp.where(is_bad == 1, at["bad"], others),
            "is_bad": is_bad,
            "memory": memory(at, xp) + 0 * row["stretch"],
            "mean": mean(at) + 0 * row["stretch"],
        }

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "stretch:Q",
            title="stretch of five minutes",
            scale=alt.Scale(domain=[0.4, _STRETCHES + 6], nice=False),
            axis=alt.Axis(values=[1, 4, 8, 12], grid=False, format="d"),
        )
        scale = alt.Scale(domain=[-5, 5])
        y = alt.Y("rating:Q", title="how it feels, from \N{MINUS SIGN}5 to 5", scale=scale)
        colour = alt.condition("datum.is_bad === 1", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
        bars = rows.mark_bar(size=12, cornerRadius=2).encode(
            x=x,
            y=y,
            y2=alt.datum(0),
            color=colour,
            opacity=alt.condition("datum.is_bad === 1", alt.value(0.9), alt.value(0.35)),
        )
        zero = rows.mark_rule(strokeWidth=1).encode(y=alt.Y(datum=0, scale=scale))
        once = rows.transform_filter("datum.stretch === 1").transform_calculate(
            stop=str(_STRETCHES + 0.6), words_at=str(_STRETCHES + 0.8)
        )
        layers: list[alt.Chart] = [bars, zero]
        # The two names change sides with their lines, and so cannot collide.
        lines = (
            (
                "memory",
                [1, 0],
                3.0,
                "'memory ' + format(datum.memory, '.1f')",
                "datum.memory >= datum.mean",
            ),
            ("mean", [5, 4], 1.5, "'mean ' + format(datum.mean, '.1f')", "datum.mean > datum.memory"),
        )
        for column, dash, width, words, above in lines:
            height = alt.Y(f"{column}:Q", scale=scale)
            layers += [
                once.mark_rule(color=theme.INK, strokeDash=dash, strokeWidth=width).encode(
                    x=x, x2="stop:Q", y=height
                ),
                once.transform_calculate(words=words)
                .mark_text(
                    align="left",
                    fontWeight="bold" if column == "memory" else "normal",
                    dy=alt.ExprRef(f"{above} ? -8 : 9"),
                )
                .encode(x=alt.X("words_at:Q"), y=height, text="words:N"),
            ]
        return alt.LayerChart(layer=layers)

    return Figure(
        id="bad-minute",
        title="Put last, one bad stretch pulls the memory of a good hour below its mean",
        alternative=(
            "Twelve bars, one for each five minutes of an hour in a cafe. Eleven stand above neutral, the "
            "highest at 4; the last, the bad one, hangs at minus 3. A dashed line marks the mean of all, 2.0. "
            "A thick line marks what the rule says is remembered, 1.6. When the bad stretch moves to any "
            "earlier place the mean stays, and the thick line jumps to 2.8 and stays there."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="stretches",
                frame=frame,
                steps=[stage],
                columns={
                    "stretch": Column(heading="stretch"),
                    "rating": Column(heading="rating", decimals=1),
                    "memory": Column(heading="remembered", decimals=2),
                    "mean": Column(heading="mean of all", decimals=2),
                },
            )
        ],
        controls=[
            Slider(
                name="place",
                label="Place of the bad stretch",
                low=1,
                high=_STRETCHES,
                step=1,
                value=_STRETCHES,
            ),
            Slider(name="bad", label="How it feels, from -5 to 0", low=-5, high=0, step=0.5, value=-3),
            Slider.of(_PEAK_END.parameter("peak_weight"), label="Weight of the peak", step=0.05, value=0.3),
            Slider.of(_PEAK_END.parameter("end_weight"), label="Weight of the end", step=0.05, value=0.2),
        ],
        readouts=[
            Readout(label="Remembered", value=memory, decimals=2),
            Readout(label="mean of the hour", value=lambda at, xp: mean(at), decimals=2),
        ],
        try_this=(
            "take the bad stretch one place forward, then all the way, and count the places that tie for the "
            "best memory; put it in the middle and make it worse, half a point at a time; then set both weights "
            "to 0 and move it again."
        ),
        labels=[TEACHING_DEVICE],
        source="Ratings and weights invented for this page.",
        height=300,
    )


def weakest_cue() -> Figure:
    """The impression that five cues leave, over the rating of one of them; a still picture."""
    weakest, worst_weight = 1, 0.4
    ratings = np.arange(-5, 5.25, 0.5)

    def left(rating: float) -> float:
        return float(experience.impression([rating, weakest, 3, 3, 4], worst_weight))

    below, above = (left(top) - left(top - 1) for top in (weakest, weakest + 1))

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "rating:Q",
            title="rating of the sound",
            scale=alt.Scale(domain=[-5, 5]),
            axis=alt.Axis(values=[-5, -3, -1, 1, 3, 5]),
        )
        scale = alt.Scale(zero=False, padding=22)
        y = alt.Y("impression:Q", title="impression of the café", scale=scale)
        layers: list[alt.Chart] = []
        for side, colour in (("<=", theme.SERIES[1]), (">=", theme.SERIES[0])):
            layers.append(
                rows.transform_filter(f"datum.rating {side} {weakest}")
                .mark_line(color=colour, strokeWidth=3.5)
                .encode(x=x, y=y)
            )
        knee = rows.transform_filter(f"datum.rating === {weakest}")
        layers.append(knee.mark_point(filled=True, size=110, color=theme.INK, opacity=1).encode(x=x, y=y))
        middle = rows.transform_filter("datum.rating === -2").transform_calculate(
            words=f"'mending: {below:.1f} a point'"
        )
        layers.append(
            middle.mark_text(align="left", dx=12, dy=12, fontWeight="bold", color=theme.SERIES[1]).encode(
                x=x, y=y, text="words:N"
            )
        )
        end = rows.transform_filter("datum.rating === 5").transform_calculate(
            words=f"'polishing: {above:.1f} a point'"
        )
        layers.append(
            end.mark_text(align="right", dy=-14, fontWeight="bold", color=theme.SERIES[0]).encode(
                x=x, y=y, text="words:N"
            )
        )
        return alt.LayerChart(layer=layers)

    return Figure(
        id="weakest-cue",
        title="With an extra weight of 0.4, mending the weakest cue pays three times as well as polishing it",
        alternative=(
            "A line over the rating of the sound, from minus 5 to 5. It climbs steeply, 0.6 a point, until the "
            "sound is as good as the weakest of the other cues, at 1, and from there gently, 0.2 a point."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="ratings",
                frame=pd.DataFrame({"rating": ratings, "impression": [left(rating) for rating in ratings]}),
                steps=[],
                columns={
                    "rating": Column(heading="sound", decimals=1),
                    "impression": Column(heading="impression", decimals=2),
                },
            )
        ],
        labels=[TEACHING_DEVICE],
        source="Five cues, each rated from \N{MINUS SIGN}5 to 5; the other four stand at 1, 3, 3 and 4.",
        height=280,
    )


def audit(ratings: Mapping[str, int]) -> Figure:
    """The ratings of a photo audit, and what a point of mending buys where each is lowest.

    Args:
        ratings: whole numbers from -5 to 5 by name of the cue, in the order of the visit.
    """
    worst_weight = 0.4
    names = [f"cue_{number}" for number in range(1, len(ratings) + 1)]

    def worst(at: Settings, xp: Namespace) -> Quantity:
        return reduce(xp.minimum, [at[name] for name in names])

    def lowest(at: Settings, xp: Namespace) -> Quantity:
        low = worst(at, xp)
        return xp.total([xp.where(at[name] == low, 1, 0) for name in names])

    def left(at: Settings, xp: Namespace) -> Quantity:
        return experience.impression([at[name] for name in names], worst_weight, xp)

    # Ratings are whole, so a point for every lowest cue lifts the worst by a point, however many there are.
    def for_one(at: Settings, xp: Namespace) -> Quantity:
        return 1 / len(names) + xp.where(lowest(at, xp) > 1, 0, worst_weight)

    def for_all(at: Settings, xp: Namespace) -> Quantity:
        return lowest(at, xp) / len(names) + worst_weight

    def rate(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        rated = [xp.where(row["cue"] == number, at[name], 0) for number, name in enumerate(names, start=1)]
        return {"rating": xp.total(rated)}

    def draw(rows: alt.Chart) -> alt.LayerChart:
        cue = alt.Y(
            "cue:O",
            title="cue, in the order of the visit",
            axis=alt.Axis(grid=False, domain=False, ticks=False),
        )
        x = alt.X("rating:Q", title="rating, from \N{MINUS SIGN}5 to 5", scale=alt.Scale(domain=[-5, 5]))
        is_lowest = alt.condition(
            "datum.rating === datum.worst", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0])
        )
        marked = rows.transform_joinaggregate(worst="min(rating)")
        stems = marked.mark_rule(strokeWidth=3).encode(x=x, x2=alt.datum(0), y=cue, color=is_lowest)
        dots = marked.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=cue, color=is_lowest)
        zero = rows.mark_rule(strokeWidth=1).encode(x=alt.X(datum=0, scale=alt.Scale(domain=[-5, 5])))
        return alt.LayerChart(layer=[zero, stems, dots])

    return Figure(
        id="photo-audit",
        title="Two of our ten share the last place",
        alternative=(
            "Ten dots, one a cue, at their ratings from minus 5 to 5. Two, the ninth and the tenth, are marked as "
            "the lowest, at minus 3; the toilets stand at minus 2, the chairs at 0, and the other six above."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="cues",
                frame=pd.DataFrame({"cue": np.arange(1, len(names) + 1)}),
                steps=[rate],
                columns={"cue": Column(heading="cue"), "rating": Column(heading="rating")},
            )
        ],
        controls=[
            Slider(name=name, label=f"{number}, for us the {cue}", low=-5, high=5, step=1, value=rating)
            for number, (name, (cue, rating)) in enumerate(zip(names, ratings.items(), strict=True), start=1)
        ],
        readouts=[
            Readout(label="Impression", value=left, decimals=1),
            Readout(label="a point for one of the lowest adds", value=for_one, decimals=1),
            Readout(label="a point for every lowest", value=for_all, decimals=1),
        ],
        try_this="set the ten to your own sheet, and read what a point for your lowest cue would buy.",
        labels=[TEACHING_DEVICE],
        source=f"The impression is the mean and {worst_weight:g} times the worst.",
        height=260,
    )


def admission_fee() -> Figure:
    """What a hundred visits to an open door leave when the door costs something."""
    free_visits = 100

    def profit(fee: Quantity, at: Settings, xp: Namespace) -> Quantity:
        return experience.profit_at_fee(
            fee, free_visits, at["sensitivity"], at["spend_margin"], at["crowd_out"], xp
        )

    def visits(at: Settings, xp: Namespace) -> Quantity:
        return experience.visits_at_fee(at["fee"], free_visits, at["sensitivity"], xp)

    def money(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "profit": profit(row["euros"], at, xp),
            "free": profit(0 * row["euros"], at, xp),
            "chosen": xp.where((row["euros"] - at["fee"]) ** 2 < 1e-6, 1, 0),
        }

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "euros:Q",
            title="fee at the door, €",
            scale=alt.Scale(domain=[0, 20]),
            axis=alt.Axis(values=[0, 4, 8, 12, 16, 20]),
        )
        y = alt.Y("profit:Q", title="contribution from 100 visits to an open door, €")
        line = rows.mark_line(color=theme.SERIES[0], strokeWidth=3.5).encode(x=x, y=y)
        open_door = rows.mark_line(color=theme.MUTED, strokeDash=[5, 4], strokeWidth=1.5).encode(
            x=x, y="free:Q"
        )
        open_name = (
            rows.transform_filter("datum.euros === 20")
            .mark_text(align="right", dy=-9, color=theme.MUTED)
            .encode(x=x, y="free:Q", text=alt.value("open door"))
        )
        chosen = (
            rows.transform_filter("datum.chosen === 1")
            .mark_point(filled=True, size=110, color=theme.SERIES[1], opacity=1)
            .encode(x=x, y=y)
        )
        most = rows.transform_joinaggregate(most="max(profit)").transform_filter(
            "datum.profit === datum.most"
        )
        dot = most.mark_point(filled=True, size=150, color=theme.INK, opacity=1).encode(x=x, y=y)
        # Head-room for the name, whatever the height of the curve.
        room = most.transform_calculate(profit="1.12 * datum.most + 5").mark_point(opacity=0).encode(x=x, y=y)
        name = (
            most.transform_calculate(
                words="datum.euros === 0 ? 'best: no fee' : 'best: €' + format(datum.euros, '.2f')"
            )
            .mark_text(
                dy=-18,
                fontWeight="bold",
                align=alt.ExprRef("datum.euros > 14 ? 'right' : 'left'"),
                dx=alt.ExprRef("datum.euros > 14 ? 6 : -4"),
            )
            .encode(x=x, y=y, text="words:N")
        )
        return alt.LayerChart(layer=[room, open_door, line, chosen, dot, name, open_name])

    return Figure(
        id="admission-fee",
        title="As the café stands, the best fee earns one per cent more than an open door and loses one guest in seven",
        alternative=(
            "A curve of contribution over the fee, from 0 to 20 euros. An open door leaves 560 euros, marked "
            "by a dashed line. The curve rises a little, to 568 at a fee of 1.00, meets the dashed line again "
            "near 2.20 and falls from there; at the chosen fee of 4 it stands at 527."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="fees",
                frame=pd.DataFrame({"euros": np.round(np.arange(0, 20.05, 0.2), 1)}),
                steps=[money],
                columns={
                    "euros": Column(heading="fee", decimals=1, unit="€"),
                    "profit": Column(heading="contribution", unit="€"),
                    "free": Column(heading="open door", unit="€"),
                },
            )
        ],
        controls=[
            Slider(name="fee", label="Your fee", low=0, high=20, step=0.2, value=4, unit="€"),
            Slider(
                name="sensitivity",
                label="Rate k at which each € turns visits away",
                low=0.02,
                high=1,
                step=0.01,
                value=0.15,
            ),
            Slider(
                name="spend_margin",
                label="What a guest leaves inside, after costs",
                low=_FEE.parameter("spend_margin").low,
                high=_FEE.parameter("spend_margin").high,
                step=0.1,
                value=5.6,
                unit="€",
            ),
            Slider.of(
                _FEE.parameter("crowd_out"),
                label="Spent less inside for each € at the door",
                step=0.05,
                value=0,
            ),
        ],
        readouts=[
            Readout(label="Guests at your fee", value=visits, unit="of 100"),
            Readout(label="they leave", value=lambda at, xp: profit(at["fee"], at, xp), unit="€"),
            Readout(
                label="an open door leaves",
                value=lambda at, xp: profit(0 * at["fee"], at, xp),
                unit="€",
            ),
        ],
        try_this=(
            "guess what happens to the best fee when guests leave more inside; then let them leave €1, and €8. "
            "Back at €5.60, set the rate k to only 0.05; last, at 0.15 again, let each € at the "
            "door be 0.6 spent less inside."
        ),
        labels=[TEACHING_DEVICE],
        source="Sensitivity and margin near those of the synthetic café; the rest assumed.",
        height=290,
    )
