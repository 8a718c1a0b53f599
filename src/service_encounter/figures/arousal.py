"""Figures of the chapter on waking a need."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import (
    SYNTHETIC,
    TEACHING_DEVICE,
    Choice,
    Column,
    Figure,
    LiveTable,
    Readout,
    Row,
    Settings,
    Slider,
)
from service_encounter.models import arousal
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = ["bread_weekdays", "cues", "hundred_shops"]

_CUES = next(card for card in arousal.CARDS if card.id == "cue-utility")
_BENEFIT = 1.0
_BASE = 0.30
_SHOPS = 100
_MEASURES = {"bought_bread": 1, "basket": 2}


def cues() -> Figure:
    """What a bundle of cues is worth to a visitor: it rises, turns and falls below nothing."""

    def worth(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        best = arousal.best_number_of_cues(_BENEFIT, at["congruence"], at["overload"], xp)
        points = arousal.cue_utility(row["cues"], _BENEFIT, at["congruence"], at["overload"], xp)
        return {
            "worth": points,
            "room": xp.maximum(2, 1.15 * points),
            "best": xp.where(row["cues"] == best, 1, 0),
            "turn": xp.where(row["cues"] == first_worse_than_none(at, xp), 1, 0),
        }

    def best_number(at: Settings, xp: Namespace) -> Quantity:
        return arousal.best_number_of_cues(_BENEFIT, at["congruence"], at["overload"], xp)

    def first_worse_than_none(at: Settings, xp: Namespace) -> Quantity:
        # The parabola meets the axis at b g / d, which rounding may put just below a whole number.
        return xp.maximum(0, xp.floor(_BENEFIT * at["congruence"] / at["overload"] + 1e-9)) + 1

    def draw(bundles: alt.Chart) -> alt.LayerChart:
        # Far below none, one bundle is as bad as another; above it the scale makes room for the best one.
        scale = alt.Scale(domainMin=-2)
        room = bundles.mark_point(opacity=0).encode(y=alt.Y("room:Q", scale=scale))
        x = alt.X("cues:O", title="cues at once", axis=alt.Axis(labelAngle=0))
        y = alt.Y(
            "worth:Q",
            title="worth to a visitor (one fitting cue, uncrowded = 1)",
            scale=scale,
        )
        stem = bundles.mark_rule(color=theme.GRID, strokeWidth=2, clip=True).encode(x=x, y=y, y2=alt.datum(0))
        dot = bundles.mark_point(filled=True, opacity=1, clip=True).encode(
            x=x,
            y=y,
            size=alt.condition("datum.best === 1", alt.value(280), alt.value(90)),
            color=alt.when("datum.best === 1")
            .then(alt.value(theme.SERIES[2]))
            .when("datum.worth < 0")
            .then(alt.value(theme.SERIES[1]))
            .otherwise(alt.value(theme.SERIES[0])),
        )
        word = (
            bundles.transform_filter("datum.best === 1")
            .mark_text(dy=-18, fontWeight="bold", color=theme.SERIES[2])
            .encode(x=x, y=y, text=alt.value("best"))
        )
        zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule().encode(y=alt.datum(0))
        turn = bundles.transform_filter("datum.turn === 1")
        # Under the line only bundles beyond the turn have dots, over it only those before.
        worse = [
            text.encode(x=x, text=alt.value("worse than none"))
            for text in (
                turn.transform_filter("datum.cues > 3")
                .mark_text(align="right", dx=-12, dy=14, color=theme.SERIES[1], fontWeight="bold")
                .encode(y=alt.datum(0)),
                turn.transform_filter("datum.cues <= 3")
                .mark_text(align="left", dy=-12, color=theme.SERIES[1], fontWeight="bold")
                .encode(y=alt.datum(0)),
            )
        ]
        return alt.LayerChart(layer=[room, zero, stem, dot, word, *worse])

    return Figure(
        id="cues",
        title="Three cues that fit beat five, and seven are worse than none",
        alternative=(
            "Dots for bundles of no to eight cues. Their worth rises from nothing to a peak at three cues, "
            "falls again, and from seven cues on lies below that of a place with no cues at all."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="bundles",
                frame=pd.DataFrame({"cues": np.arange(9)}),
                steps=[worth],
                columns={
                    "cues": Column(heading="cues at once"),
                    "worth": Column(heading="worth to a visitor, points", decimals=2),
                },
            )
        ],
        controls=[
            Slider.of(
                _CUES.parameter("congruence"),
                label="How well the cues fit (1: all tell one story; below 0: they jar)",
                step=0.1,
                value=1.0,
            ),
            Slider(
                name="overload",
                label="How fast they crowd",
                low=_CUES.parameter("overload").low,
                high=_CUES.parameter("overload").high,
                step=0.05,
                value=0.15,
            ),
        ],
        readouts=[
            Readout(label="Best number of cues", value=best_number, unit="cues"),
            Readout(label="Worse than none from", value=first_worse_than_none, unit="cues on"),
        ],
        try_this=(
            "lower the fit to 0.5 and leave the rest: how many cues are left that help? "
            "Then look for a crowding at which eight fitting cues beat seven."
        ),
        labels=[TEACHING_DEVICE],
        height=270,
    )


def bread_weekdays(shoppers: pd.DataFrame) -> Figure:
    """What scent changed, weekday by weekday: clear in bread, lost in the basket.

    Args:
        shoppers: the case ``bread_scent_test``.
    """
    weekdays = list(dict.fromkeys(shoppers["weekday"]))
    means = shoppers.groupby(["weekday", "scent"])[list(_MEASURES)].mean().unstack("scent").loc[weekdays]
    rows = pd.DataFrame(
        {f"{measure}_{scent}": means[(measure, scent)] for measure in _MEASURES for scent in (0, 1)}
    ).round(6)

    def chosen(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        bread = at["measure"] == _MEASURES["bought_bread"]
        off = xp.where(bread, 100 * row["bought_bread_0"], row["basket_0"])
        on = xp.where(bread, 100 * row["bought_bread_1"], row["basket_1"])
        return {"off": off, "on": on, "change": 100 * (on / off - 1)}

    def weekdays_up(at: Settings, xp: Namespace) -> Quantity:
        days = [chosen(dict(zip(rows.columns, day, strict=True)), at, xp) for day in rows.to_numpy()]
        return xp.total(xp.where(day["change"] > 0, 1, 0) for day in days)

    def draw(days: alt.Chart) -> alt.LayerChart:
        y = alt.Y("weekday:N", sort=weekdays, title=None)
        x = alt.X(
            "change:Q",
            title="change on scented days, % of the unscented ones",
            scale=alt.Scale(nice=False, padding=46),
        )
        colour = alt.condition("datum.change < 0", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
        stem = days.mark_rule(strokeWidth=3).encode(x=x, x2=alt.datum(0), y=y, color=colour)
        dot = days.mark_point(filled=True, size=150, opacity=1).encode(x=x, y=y, color=colour)
        ahead = days.transform_filter("datum.change >= 0").mark_text(align="left", dx=11)
        behind = days.transform_filter("datum.change < 0").mark_text(align="right", dx=-11)
        sides = [side.encode(x=x, y=y, text=alt.Text("change:Q", format="+.0f")) for side in (ahead, behind)]
        zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule().encode(x=alt.datum(0))
        return alt.LayerChart(layer=[zero, stem, dot, *sides])

    return Figure(
        id="bread-weekdays",
        title="With the scent on, bread sold better on all seven weekdays; the whole basket did not",
        alternative=(
            "Seven lines, one a weekday, for the change in the share of shoppers who buy bread on scented "
            "days. All point to the right, from 15 per cent more on Thursdays to 38 per cent more on "
            "Wednesdays. Switched to the whole basket, five weekdays point right and two left, those further."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="weekdays",
                frame=rows.reset_index(),
                steps=[chosen],
                columns={
                    "weekday": Column(heading="weekday"),
                    "off": Column(heading="scent off (% who buy, or euro)", decimals=1),
                    "on": Column(heading="scent on (% who buy, or euro)", decimals=1),
                    "change": Column(heading="change", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Choice(
                name="measure",
                label="Look at",
                options={"share who buy bread": 1, "euros in the whole basket": 2},
                value=1,
            )
        ],
        readouts=[
            Readout(label="Weekdays on which the scent came out ahead", value=weekdays_up, unit="of 7")
        ],
        try_this="look at the whole basket instead: the till is what the owner takes to the bank.",
        labels=[SYNTHETIC],
        source=(
            "1,960 shoppers over 28 days (bread_scent_test). Each weekday came twice with the scent and "
            "twice without."
        ),
        height=260,
    )


def hundred_shops() -> Figure:
    """A hundred shops test the same scent: who finds it, and what those report."""

    def tested(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        lift, people = at["lift"] / 100, at["per_group"]
        error = arousal.standard_error_of_lift(_BASE, lift, people, xp)
        estimate = 100 * (lift + error * row["z"])
        least = 100 * arousal.least_lift_found(_BASE, lift, people, xp=xp)
        return {"estimate": estimate, "found": xp.where(estimate >= least, 1, 0)}

    def lines(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        least = arousal.least_lift_found(_BASE, at["lift"] / 100, at["per_group"], xp=xp)
        return {"truth": at["lift"] * row["one"], "least": 100 * least}

    def finders(at: Settings, xp: Namespace) -> Quantity:
        return 100 * arousal.power_two_shares(_BASE, at["lift"] / 100, at["per_group"], xp=xp)

    def reported(at: Settings, xp: Namespace) -> Quantity:
        return 100 * arousal.lift_when_found(_BASE, at["lift"] / 100, at["per_group"], xp=xp)

    def needed(at: Settings, xp: Namespace) -> Quantity:
        return arousal.sample_size_two_shares(_BASE, at["lift"] / 100, xp=xp)

    def draw(tests: alt.Chart, marks: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "estimate:Q",
            title="lift that the shop measured, points",
            scale=alt.Scale(domain=[-8, 16], nice=False),
            axis=alt.Axis(values=[-5, 0, 5, 10, 15]),
        )
        scale = alt.Scale(domain=[-0.7, 17])
        y = alt.Y("row:Q", title=None, axis=None, scale=scale)
        dot = tests.mark_point(filled=True, opacity=1, size=46, clip=True).encode(
            x=x,
            y=y,
            color=alt.condition("datum.found === 1", alt.value(theme.SERIES[1]), alt.value(theme.MUTED)),
        )
        truth = marks.mark_rule(color=theme.INK, strokeWidth=2).encode(x="truth:Q")
        least = marks.mark_rule(color=theme.SERIES[1], strokeWidth=2, strokeDash=[5, 4]).encode(x="least:Q")
        at_truth = marks.mark_text(align="right", dx=-7, color=theme.INK, fontWeight="bold").encode(
            x="truth:Q", y=alt.datum(16.2, scale=scale), text=alt.value("the truth")
        )
        # Far to the right the words stand on the line's other side, or they would leave the drawing.
        at_least = [
            text.encode(x="least:Q", y=alt.datum(14.6, scale=scale), text=alt.value("called a finding"))
            for text in (
                marks.transform_filter("datum.least <= 8").mark_text(
                    align="left", dx=7, color=theme.SERIES[1], fontWeight="bold"
                ),
                marks.transform_filter("datum.least > 8").mark_text(
                    align="right", dx=-7, color=theme.SERIES[1], fontWeight="bold"
                ),
            )
        ]
        return alt.LayerChart(layer=[truth, least, dot, at_truth, *at_least])

    return Figure(
        id="hundred-shops",
        title=(
            "Of a hundred shops that test a scent worth three points, thirty find it, "
            "and every one of the thirty overstates it"
        ),
        alternative=(
            "A heap of a hundred dots, one a shop, placed by the lift it measured and centred on the true "
            "lift of three points. A dashed line at 4.1 points marks the smallest lift that counts as found. "
            "Thirty dots lie beyond it, every one of them to the right of the truth."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="shops",
                frame=_shops_by_luck(),
                steps=[tested],
                columns={
                    "shop": Column(heading="shop"),
                    "estimate": Column(heading="measured lift, points", decimals=1),
                    "found": Column(heading="called a finding (1: yes)"),
                },
            ),
            LiveTable(name="lines", frame=pd.DataFrame({"one": [1]}), steps=[lines], columns={}),
        ],
        controls=[
            # The card's ranges are wider: beyond these the heap leaves the drawing.
            Slider(
                name="lift",
                label="What the scent truly adds",
                low=0.5,
                high=10,
                step=0.5,
                value=3,
                unit="points",
            ),
            Slider(
                name="per_group",
                label="Shoppers in each group",
                low=100,
                high=5000,
                step=20,
                value=980,
                unit="people",
            ),
        ],
        readouts=[
            Readout(label="Of a hundred shops, those that find it", value=finders),
            Readout(label="Lift that these report on average", value=reported, decimals=1, unit="points"),
            Readout(label="Shoppers a group for eighty finds in a hundred", value=needed),
        ],
        try_this=(
            "make the scent weaker and watch what the finders report; "
            "then give the shops more shoppers until the finders tell the truth."
        ),
        labels=[TEACHING_DEVICE],
        source="Without the scent, 30% of shoppers buy bread. Tests at the 5% level; a hundred equally likely results, one dot each.",
        height=270,
    )


def _shops_by_luck() -> pd.DataFrame:
    """A hundred equally likely draws of luck, in standard errors, heaped up where they are close."""
    number = np.arange(1, _SHOPS + 1)
    z = NUMPY.normal_quantile((number - 0.5) / _SHOPS)
    frame = pd.DataFrame({"shop": number, "z": z.round(6), "column": np.round(z / 0.3), "size": abs(z)})
    # The luckiest and the unluckiest of a column stand on top, which makes the heap symmetric.
    frame["row"] = frame.groupby("column")["size"].rank(method="first") - 1
    return frame[["shop", "z", "row"]]
