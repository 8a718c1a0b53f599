"""Figures of the chapter on after-sales service, complaints and recovery."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import (
    SYNTHETIC,
    TEACHING_DEVICE,
    Column,
    Figure,
    LiveTable,
    Readout,
    Row,
    Settings,
    Slider,
)
from service_encounter.models import queueing, recovery
from service_encounter.namespace import Namespace, Quantity

__all__ = ["button", "desks", "kept", "two_surveys"]

_CARD = {card.id: card for card in recovery.CARDS}
_PARADOX, _COMPLAINT = _CARD["recovery-paradox"], _CARD["complaint-or-exit"]

MEAN, SPREAD = 6.5, 1.5
# How steady a customer's score is from survey to survey, and the share counted at either end.
_STEADY, _FIFTH = 0.6, 0.2

# The invented gym, in euros: a refund, how much better the rival looks, changing, the spread of tastes,
# the effort at the desk, and what a member who stays is worth.
_REFUND, _RIVAL, _CHANGING, _TASTES, _AT_DESK, _MEMBER = 30.0, 15.0, 10.0, 10.0, 10.0, 200.0
_ANSWERS = ("complain and stay", "complain, then leave", "only leave", "stay silent")

# Invented: tickets an opening hour, and hours that one person works on a ticket.
DESKS = {"shop": (40.0, 0.25), "appliances": (4.0, 1.5), "cars": (1.0, 3.0)}
_TARGET = 0.9
_STEP, _LONGEST = 0.25, 12.0

# Height of the mark that no survey sees, above the words of the three groups.
_HIDDEN = 1.68


def desk_staff(desk: str, hours: float) -> int:
    """People a desk needs to answer nine in ten within the promised opening hours (Erlang).

    Args:
        desk: one of ``DESKS``.
        hours: the promise, in opening hours.
    """
    arrivals, work = DESKS[desk]
    return queueing.staff_for(arrivals, 1 / work, hours, _TARGET)


def _desk_rows() -> pd.DataFrame:
    """One row a desk: its work, its staff at the longest promise, the promises that ask for one more."""
    promises = np.arange(_STEP, _LONGEST + _STEP / 2, _STEP)
    staff = {desk: [desk_staff(desk, hours) for hours in promises] for desk in DESKS}
    most = max(people[0] - people[-1] for people in staff.values())
    rows = []
    for desk, people in staff.items():
        arrivals, work = DESKS[desk]
        cuts = {
            # The first promise on the slider that fewer than `more` additional people can keep.
            f"cut_{more}": float(promises[np.argmax(np.array(people) < people[-1] + more)])
            if people[0] >= people[-1] + more
            else 0.0
            for more in range(1, most + 1)
        }
        rows.append({"desk": desk, "work": arrivals * work, "least": float(people[-1])} | cuts)
    return pd.DataFrame(rows)


def button() -> Figure:
    """What customers who met cold water do, at a desk and with a button beside the shower."""

    def answers(effort: Quantity, at: Settings, xp: Namespace) -> tuple[Quantity, Quantity, Quantity]:
        worth = (_REFUND, at["chance"], effort, _RIVAL, _CHANGING, _TASTES)
        voice, leave = recovery.voice_share(*worth, xp), recovery.exit_share(*worth, xp)
        return voice, leave, voice * (1 - at["chance"]) * at["refused"]

    def shares(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        voice, leave, gone = answers(xp.where(row["button"] == 1, at["effort"], _AT_DESK), at, xp)
        parts = (voice - gone, gone, leave, 1 - voice - leave)
        ends = (voice - gone, voice, voice + leave, 1)
        mine = xp.total(xp.where(row["order"] == place, part, 0) for place, part in enumerate(parts))
        end = xp.total(xp.where(row["order"] == place, part, 0) for place, part in enumerate(ends))
        return {"share": 100 * mine, "start": 100 * (end - mine), "end": 100 * end}

    def more(at: Settings, xp: Namespace) -> Quantity:
        return 100 * (answers(at["effort"], at, xp)[0] / answers(_AT_DESK, at, xp)[0] - 1)

    def kept_more(at: Settings, xp: Namespace) -> Quantity:
        _, left, gone = answers(_AT_DESK, at, xp)
        _, leave, refused = answers(at["effort"], at, xp)
        return 100 * (left + gone - leave - refused)

    def net(at: Settings, xp: Namespace) -> Quantity:
        talk = answers(at["effort"], at, xp)[0] - answers(_AT_DESK, at, xp)[0]
        return _MEMBER * kept_more(at, xp) - 100 * talk * at["chance"] * _REFUND

    def draw(rows: alt.Chart) -> alt.LayerChart:
        y = alt.Y(
            "where:N",
            title=None,
            sort=["desk", "button"],
            axis=alt.Axis(domain=False, ticks=False, grid=False),
        )
        x = alt.X(
            "start:Q",
            title="of 100 who met cold water",
            scale=alt.Scale(domain=[0, 100], nice=False),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        )
        colour = alt.Color(
            "answer:N",
            sort=list(_ANSWERS),
            scale=alt.Scale(
                domain=list(_ANSWERS), range=[theme.SERIES[0], theme.SERIES[2], theme.SERIES[1], theme.GRID]
            ),
            legend=alt.Legend(title=None, orient="top", columns=2, labelLimit=260),
        )
        bars = rows.mark_bar(size=42).encode(x=x, x2="end:Q", y=y, color=colour)
        told = (
            rows.transform_filter("datum.share >= 5")
            .transform_calculate(middle="(datum.start + datum.end) / 2", told="format(datum.share, '.0f')")
            .mark_text(fontWeight="bold", fontSize=14)
            .encode(
                x=alt.X("middle:Q", scale=alt.Scale(domain=[0, 100], nice=False)),
                y=y,
                text="told:N",
                color=alt.condition("datum.order === 3", alt.value(theme.INK), alt.value(theme.PAPER)),
            )
        )
        return alt.LayerChart(layer=[bars, told])

    frame = pd.DataFrame(
        [
            {"where": where, "answer": answer, "button": at_button, "order": order}
            for at_button, where in enumerate(("desk", "button"))
            for order, answer in enumerate(_ANSWERS)
        ]
    )
    return Figure(
        id="button",
        title="A button brings 51 per cent more complaints, and 12 more in a hundred stay",
        alternative=(
            "Two bars of a hundred customers who met cold water. At the desk 38 complain, 38 leave without a word and "
            "23 stay silent; with the button 58 complain, 26 leave and 16 stay silent. In neither does anybody leave "
            "who complained and was refused, until the last slider moves."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="answers",
                frame=frame,
                steps=[shares],
                columns={
                    "where": Column(heading="at the"),
                    "answer": Column(heading="what they do"),
                    "share": Column(heading="share", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider(
                name="effort",
                label="Effort of complaining with the button",
                low=0,
                high=10,
                step=1,
                value=2,
                unit="euros",
            ),
            Slider.of(
                _COMPLAINT.parameter("chance_of_redress"),
                label="Chance that a complaint is granted",
                step=0.05,
                value=0.5,
                name="chance",
            ),
            Slider(
                name="refused",
                label="Share of the refused who leave",
                low=0,
                high=1,
                step=0.05,
                value=0,
            ),
        ],
        readouts=[
            Readout(label="Complaints rise by", value=more, unit="%"),
            Readout(label="those who stay, of a hundred, by", value=kept_more, decimals=1),
            Readout(label="and the button nets", value=net, unit="euros"),
        ],
        try_this="let all of the refused leave; then grant fewer complaints, until the button costs money.",
        labels=[TEACHING_DEVICE],
        source="The invented gym of the text; a member who stays is worth 200 euros.",
        height=230,
    )


def desks() -> Figure:
    """People at three after-sales desks for one promise, split into work and readiness."""
    frame = _desk_rows()
    cuts = [name for name in frame.columns if name.startswith("cut_")]

    def people(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        extra = xp.total(xp.where(at["hours"] < row[cut], 1, 0) for cut in cuts)
        return {"staff": row["least"] + extra}

    def ready(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "spare": row["staff"] - row["work"],
            "idle": 100 * (1 - row["work"] / row["staff"]),
        }

    def draw(rows: alt.Chart) -> alt.LayerChart:
        order = list(DESKS)
        y = alt.Y("desk:N", sort=order, title=None, axis=alt.Axis(labelFontSize=15, ticks=False))
        scale, axis = alt.Scale(domain=[0, 19], nice=False), alt.Axis(values=[0, 3, 6, 9, 12])
        title = "people at the desk"
        work = rows.mark_bar(height={"band": 0.5}, color=theme.SERIES[0]).encode(
            x=alt.X("work:Q", title=title, scale=scale, axis=axis), x2=alt.datum(0), y=y
        )
        spare = rows.mark_bar(height={"band": 0.5}, color=theme.SERIES[1], opacity=0.55).encode(
            x=alt.X("work:Q", scale=scale), x2="staff:Q", y=y
        )
        label = (
            rows.transform_calculate(
                words="format(datum.staff, 'd') + ': ' + format(datum.idle, '.0f') + '% ready'"
            )
            .mark_text(align="left", dx=6, fontWeight="bold")
            .encode(x=alt.X("staff:Q", scale=scale), y=y, text="words:N")
        )
        name = rows.transform_filter("datum.desk === 'shop'")
        working = name.mark_text(align="left", dx=4, dy=-28, color=theme.SERIES[0], fontWeight="bold").encode(
            x=alt.X(datum=0, scale=scale), y=y, text=alt.value("at work on tickets")
        )
        waiting = name.mark_text(align="left", dy=-28, color=theme.SERIES[1], fontWeight="bold").encode(
            x=alt.X(datum=11.6, scale=scale), y=y, text=alt.value("ready")
        )
        return alt.LayerChart(layer=[work, spare, label, working, waiting])

    return Figure(
        id="desks",
        title=(
            "Promise nine in ten an answer within half an hour: one of the shop's eleven stands ready, and half of "
            "the car network's six"
        ),
        alternative=(
            "Three bars of people at the desks of a shop, an appliance maker and a car network, each split into those "
            "at work and those standing ready. At a promise of half an hour the shop needs 11 people of whom 9 per "
            "cent are ready, the appliance maker 9 with a third ready, the car network 6 with half ready."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="desks",
                frame=frame,
                steps=[people, ready],
                columns={
                    "desk": Column(heading="desk"),
                    "work": Column(heading="work, people"),
                    "staff": Column(heading="needed"),
                    "idle": Column(heading="ready", unit="%"),
                },
            )
        ],
        controls=[
            Slider(
                name="hours",
                label="Promise: nine in ten answered within",
                low=_STEP,
                high=_LONGEST,
                step=_STEP,
                value=0.5,
                unit="opening hours",
            )
        ],
        try_this=(
            "relax the promise to eight hours and count whom each desk may send home; then tighten it to a "
            "quarter of an hour."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "Erlang's formula of chapter 9. Tickets an hour and hours of work a ticket are invented: shop 40 and a "
            "quarter, appliances 4 and one and a half, cars 1 and three."
        ),
        height=230,
    )


def kept() -> Figure:
    """Scores of customers never failed and failed, and the failed whom the study keeps."""
    scores = np.round(np.arange(0, 12.01, 0.1), 1)

    def density(score: Quantity, mean: Quantity, xp: Namespace) -> Quantity:
        above = (score - mean) / SPREAD
        return xp.exp(-above * above / 2)

    def curves(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "never": density(row["score"], MEAN, xp),
            "failed": density(row["score"], MEAN - at["harm"], xp),
            "chance": recovery.excellent_chance(
                row["score"], MEAN, at["harm"], SPREAD, at["halo"], at["excellent_share"], xp
            ),
        }

    def selected(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"kept": row["failed"] * row["chance"]}

    def gap(at: Settings, xp: Namespace) -> Quantity:
        return recovery.recovery_paradox(at["harm"], SPREAD, at["halo"], at["excellent_share"], xp)

    def effect(at: Settings, xp: Namespace) -> Quantity:
        return recovery.effect_on_kept(
            at["harm"], SPREAD, at["halo"], at["excellent_share"], at["gratitude"], xp
        )

    def on_all(at: Settings, xp: Namespace) -> Quantity:
        return 0 - at["harm"]

    def means(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        failed, kept_score = MEAN - at["harm"], MEAN + gap(at, xp)
        without = kept_score - effect(at, xp)
        return {
            "mean": xp.where(
                row["who"] == "never failed", MEAN, xp.where(row["who"] == "all failed", failed, kept_score)
            ),
            "without": xp.where(row["who"] == "rated excellent", without, MEAN),
            "left": xp.where(row["who"] == "all failed", 1, xp.where(kept_score >= MEAN, 1, 0)),
        }

    def draw(people: alt.Chart, groups: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "score:Q",
            title="score, points",
            scale=alt.Scale(domain=[1, 12], nice=False),
            axis=alt.Axis(values=[2, 4, 6, 8, 10]),
        )
        scale = alt.Scale(domain=[0, 1.98], nice=False)

        def y(column: str) -> alt.Y:
            return alt.Y(f"{column}:Q", title=None, axis=None, scale=scale)

        never = people.mark_line(color=theme.SERIES[0], strokeWidth=2.5, clip=True).encode(x=x, y=y("never"))
        failed = people.mark_line(color=theme.MUTED, strokeWidth=1.5, strokeDash=[5, 4], clip=True).encode(
            x=x, y=y("failed")
        )
        area = people.mark_area(color=theme.SERIES[1], opacity=0.55, clip=True).encode(x=x, y=y("kept"))
        layers: list[alt.Chart] = [area, never, failed]
        heights = (
            ("never failed", theme.SERIES[0], 1.28, [1, 0]),
            ("rated excellent", theme.SERIES[1], 1.46, [1, 0]),
            ("all failed", theme.MUTED, 1.1, [5, 4]),
        )
        for who, colour, height, dash in heights:
            one = groups.transform_filter(f"datum.who === '{who}'")
            at_mean = alt.X("mean:Q", scale=alt.Scale(domain=[1, 12], nice=False))
            top = alt.Y(datum=height, scale=scale)
            layers.append(
                one.mark_rule(color=colour, strokeWidth=2, strokeDash=dash).encode(
                    x=at_mean, y=alt.Y(datum=0, scale=scale), y2=alt.datum(height)
                )
            )
            # Words go to the side on which the taller rule of the kept does not stand.
            words = one.transform_calculate(words=f"'{who}, ' + format(datum.mean, '.1f')")
            layers += [
                words.transform_filter("datum.left === 1")
                .mark_text(align="right", dx=-5, color=colour, fontWeight="bold")
                .encode(x=at_mean, y=top, text="words:N"),
                words.transform_filter("datum.left === 0")
                .mark_text(align="left", dx=5, color=colour, fontWeight="bold")
                .encode(x=at_mean, y=top, text="words:N"),
            ]
        # What no survey sees: the kept as they would have scored, and the way from there to where they stand.
        one = groups.transform_filter("datum.who === 'rated excellent'")
        points, level = alt.Scale(domain=[1, 12], nice=False), alt.Y(datum=_HIDDEN, scale=scale)
        at_mean, at_without = alt.X("mean:Q", scale=points), alt.X("without:Q", scale=points)
        layers += [
            one.mark_rule(color=theme.SERIES[1], strokeWidth=2).encode(x=at_without, x2="mean:Q", y=level),
            one.mark_point(filled=True, color=theme.SERIES[1], size=90, opacity=1).encode(x=at_mean, y=level),
            one.mark_point(filled=False, color=theme.SERIES[1], size=110, strokeWidth=2.5).encode(
                x=at_without, y=level
            ),
            one.transform_calculate(words="'had nothing failed, ' + format(datum.without, '.1f')")
            .mark_text(align="right", dx=8, dy=-15, color=theme.SERIES[1], fontWeight="bold")
            .encode(x=at_without, y=level, text="words:N"),
        ]
        return alt.LayerChart(layer=layers)

    return Figure(
        id="kept",
        title=(
            "Failures cost 0.6 points on average, and the study reports a gain of 0.5: it kept the quarter who "
            "rate their recovery excellent"
        ),
        alternative=(
            "Two bell curves of scores: customers never failed, with a mean of 6.5, and customers failed and "
            "recovered, shifted left to a mean of 5.9. A filled part of the second curve, mostly at its right, "
            "is the quarter who rate their recovery excellent. Their mean is 7.0, above both. A hollow mark at 7.6 "
            "shows what the same people would have scored had nothing failed."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="people",
                frame=pd.DataFrame({"score": scores}),
                steps=[curves, selected],
                columns={
                    "score": Column(heading="score", decimals=1),
                    "never": Column(heading="never failed", decimals=3),
                    "failed": Column(heading="failed", decimals=3),
                    "kept": Column(heading="failed and kept", decimals=3),
                },
            ),
            LiveTable(
                name="groups",
                frame=pd.DataFrame({"who": ["never failed", "all failed", "rated excellent"]}),
                steps=[means],
                columns={
                    "who": Column(heading="group"),
                    "mean": Column(heading="mean score", decimals=2),
                    "without": Column(heading="had nothing failed", decimals=2),
                },
            ),
        ],
        controls=[
            Slider.of(
                _PARADOX.parameter("harm"),
                label="What a failure costs on average, recovery included",
                step=0.1,
                value=0.6,
            ),
            Slider.of(
                _PARADOX.parameter("excellent_share"),
                label="Share who rate their recovery excellent",
                step=0.01,
                value=0.25,
            ),
            Slider.of(
                _PARADOX.parameter("halo"),
                label="How closely score and rating go together (0: not at all)",
                step=0.05,
                value=0.6,
            ),
            Slider.of(
                _PARADOX.parameter("gratitude"),
                label="How much of that is real gratitude (0: all colouring)",
                step=0.1,
                value=0.0,
            ),
        ],
        readouts=[
            Readout(label="The study reports", value=gap, decimals=2, unit="points"),
            Readout(label="failing did to those it kept", value=effect, decimals=2, unit="points"),
            Readout(label="and to all who failed", value=on_all, decimals=2, unit="points"),
        ],
        try_this=(
            "cut the tie between score and rating; put it back and keep nearly everybody, then nearly nobody. "
            "Then move the last slider alone, and watch what a survey could see of it."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        height=320,
    )


def two_surveys() -> Figure:
    """Two surveys with nothing in between: the lowest rise and the highest fall."""

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "survey:Q",
            title=None,
            scale=alt.Scale(domain=[0.72, 2.95], nice=False),
            axis=alt.Axis(values=[1, 2], labelExpr="'survey ' + datum.value", grid=False),
        )
        scale = alt.Scale(domain=[2, 11], nice=False)
        y = alt.Y("score:Q", title="mean score, points", scale=scale, axis=alt.Axis(values=[2, 4, 6, 8, 10]))
        layers: list[alt.Chart] = []
        groups = (
            (1, "happiest", theme.SERIES[2], [1, 0]),
            (0, "everybody", theme.MUTED, [5, 4]),
            (-1, "unhappiest", theme.SERIES[1], [1, 0]),
        )
        for side, words, colour, dash in groups:
            one = rows.transform_filter(f"datum.side === {side}")
            layers += [
                one.mark_line(color=colour, strokeWidth=3, strokeDash=dash).encode(x=x, y=y),
                one.mark_point(filled=True, color=colour, size=110, opacity=1).encode(x=x, y=y),
                one.transform_filter("datum.survey === 2")
                .transform_calculate(words=f"'{words}, ' + format(datum.score, '.1f')")
                .mark_text(align="left", dx=9, dy=-17 * side, color=colour, fontWeight="bold")
                .encode(x=x, y=y, text="words:N"),
                one.transform_filter("datum.survey === 1 && datum.side !== 0")
                .transform_calculate(words="format(datum.score, '.1f')")
                .mark_text(align="right", dx=-9, color=colour, fontWeight="bold")
                .encode(x=x, y=y, text="words:N"),
            ]
        return alt.LayerChart(layer=layers)

    rise = recovery.regression_rise(SPREAD, _STEADY, _FIFTH)
    short = recovery.regression_shortfall(SPREAD, _STEADY, _FIFTH)
    sides = [(1, 1), (2, 1), (1, 0), (2, 0), (1, -1), (2, -1)]
    names = {1: "happiest", 0: "everybody", -1: "unhappiest"}
    frame = pd.DataFrame(
        {
            "group": [names[side] for _, side in sides],
            "survey": [survey for survey, _ in sides],
            "side": [side for _, side in sides],
            "score": [MEAN + side * (short + (rise if survey == 1 else 0.0)) for survey, side in sides],
        }
    )
    return Figure(
        id="two-surveys",
        title="Nothing was done for anybody: the unhappiest fifth rise by 0.8 and are still 1.3 below the mean",
        alternative=(
            "Three lines from a first survey to a second. The unhappiest fifth rise from 4.4 to 5.2, the happiest fifth "
            "fall from 8.6 to 7.8, and the mean of everybody stays at 6.5 between them."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="surveys",
                frame=frame,
                steps=[],
                columns={
                    "group": Column(heading="group"),
                    "survey": Column(heading="survey"),
                    "score": Column(heading="mean score", decimals=2),
                },
            )
        ],
        labels=[TEACHING_DEVICE, SYNTHETIC],
        height=300,
    )
