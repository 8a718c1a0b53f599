"""Figures of the chapter on the other customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import (
    Choice,
    Column,
    Drawn,
    Figure,
    LiveTable,
    Readout,
    Row,
    Settings,
    Slider,
)
from service_encounter.models import compatibility
from service_encounter.models.compatibility import Zone, ZoneOutcome
from service_encounter.namespace import Namespace, Quantity

__all__ = ["clash_area", "crowd", "tools"]

_SORTS = {"what they mind": "judgement", "what they do": "own_reclining", "their age": "age"}
_SURVEY = (
    "854 air travellers in the United States, asked online in August 2014 (FiveThirtyEight and SurveyMonkey)."
)
_BORROWED = "borrowed numbers: answers on reclining stand for any habit"


def _shares(survey: pd.DataFrame, answer: str) -> Mapping[str, float]:
    counts = survey.groupby(answer)["respondents"].sum()
    return {str(label): float(count / counts.sum()) for label, count in counts.items()}


def _mean_code(shares: Mapping[str, float], codes: Mapping[str, Quantity], xp: Namespace) -> Quantity:
    return xp.total(share * codes[answer] for answer, share in shares.items())


def clash_area(survey: pd.DataFrame) -> Figure:
    """The chance of a clash as an area: how many mind, times how often their neighbour does it.

    Args:
        survey: counts of the reclining survey, with columns ``own_reclining``, ``judgement``, ``age`` and
            ``respondents``.
    """
    parts = {
        column: [
            (
                float(part["respondents"].sum() / survey["respondents"].sum()),
                _shares(part, "own_reclining"),
                _shares(part, "judgement"),
            )
            for _, part in survey.groupby(column, sort=False)
        ]
        for column in _SORTS.values()
    }
    everyone = (_shares(survey, "own_reclining"), _shares(survey, "judgement"))

    def codes(at: Settings) -> tuple[Mapping[str, Quantity], Mapping[str, Quantity]]:
        habit = {**compatibility.RECLINING, "Once in a while": at["once"]}
        return habit, {**compatibility.MINDING, "somewhat rude": at["somewhat"]}

    def means(at: Settings, xp: Namespace) -> tuple[Quantity, Quantity]:
        habit, minds = codes(at)
        return _mean_code(everyone[0], habit, xp), _mean_code(everyone[1], minds, xp)

    def zoned(at: Settings, xp: Namespace) -> Quantity:
        habit, minds = codes(at)
        clashes = [
            compatibility.zoned_clash(
                [
                    Zone(s, _mean_code(does, habit, xp), _mean_code(mind, minds, xp))
                    for s, does, mind in zones
                ],
                at["placed"] / 100,
                xp,
            )
            for zones in parts.values()
        ]
        return xp.total(xp.where(at["sort"] == number, clash, 0) for number, clash in enumerate(clashes))

    def rectangle(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        habit, minds = means(at, xp)
        clash = xp.where(row["zoned"] == 1, zoned(at, xp), habit * minds)
        return {"minds": 100 * minds, "clash": 100 * clash}

    def met(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"met": 100 * row["clash"] / row["minds"]}

    def removed(at: Settings, xp: Namespace) -> Quantity:
        habit, minds = means(at, xp)
        return 100 * (1 - zoned(at, xp) / (habit * minds))

    def draw(rows: alt.Chart) -> Drawn:
        axis = alt.Axis(values=[0, 20, 40, 60])
        x = alt.X("minds:Q", title="passengers who mind, %", scale=alt.Scale(domain=[0, 60]), axis=axis)
        y = alt.Y(
            "met:Q",
            title="how often the seat ahead of them reclines, %",
            scale=alt.Scale(domain=[0, 60]),
            axis=axis,
        )
        layers: list[alt.Chart] = []
        for zoned_row, colour, words, below in (
            (0, theme.SERIES[0], "by lot", -10),
            (1, theme.SERIES[1], "sorted", 12),
        ):
            one = rows.transform_filter(f"datum.zoned === {zoned_row}")
            solid = zoned_row == 1
            box = one.mark_rect(
                fill=colour,
                fillOpacity=0.3 if solid else 0.1,
                stroke=colour,
                strokeWidth=2,
                strokeDash=[1, 0] if solid else [6, 4],
            ).encode(x=x, x2=alt.datum(0), y=y, y2=alt.datum(0))
            name = (
                one.transform_calculate(words=f"'{words}: ' + format(datum.clash, '.1f') + '%'")
                .mark_text(align="left", dx=6, dy=below, color=colour, fontWeight="bold")
                .encode(x=x, y=y, text="words:N")
            )
            layers += [box, name]
        return alt.layer(*layers)

    return Figure(
        id="clash-area",
        title="Sort passengers by what they mind, and a clash on 19 flights in a hundred becomes one on 10",
        alternative=(
            "Two rectangles that start at the same corner. Both are 41 per cent wide, the share of passengers who "
            "mind. The dashed one, for seats by lot, is 46 per cent high, the share of flights on which the seat "
            "ahead reclines; its area is a clash on 18.8 flights in a hundred. The solid one, for seats by what "
            "people mind, is 25 per cent high; its area is 10.2 in a hundred."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="seating",
                frame=pd.DataFrame({"seats": ["by lot", "sorted"], "zoned": [0, 1]}),
                steps=[rectangle, met],
                columns={
                    "seats": Column(heading="seats"),
                    "minds": Column(heading="passengers who mind", decimals=1, unit="%"),
                    "met": Column(heading="the seat ahead of them reclines", decimals=1, unit="%"),
                    "clash": Column(heading="clash", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Choice(
                name="sort",
                label="Sort passengers by",
                options={label: float(number) for number, label in enumerate(_SORTS)},
                value=0,
            ),
            Slider(
                name="placed",
                label="Passengers who sit where they belong",
                low=0,
                high=100,
                step=5,
                value=100,
                unit="%",
            ),
            Slider(
                name="somewhat",
                label="“Somewhat rude” counts as minding by",
                low=0,
                high=1,
                step=0.05,
                value=1,
            ),
            Slider(
                name="once",
                label="“Once in a while” counts as this share of flights",
                low=0,
                high=0.5,
                step=0.05,
                value=0.25,
            ),
        ],
        readouts=[Readout(label="Clashes that sorting removes", value=removed, unit="%")],
        try_this=(
            "let half of the passengers sit anywhere; sort by what people do, then by age; "
            "and count “somewhat rude” for nothing: which rectangle keeps its shape?"
        ),
        source=f"{_SURVEY} The area is the chance of a clash; all codes are ours.",
        height=300,
    )


def crowd() -> Figure:
    """One clash or more among several neighbours: the textbook's formula, and people who differ."""
    most = 10

    def habits(at: Settings) -> tuple[Quantity, Quantity, Quantity]:
        minds = at["minds"] / 100
        inside, outside = at["habit_minding"] / 100, at["habit_others"] / 100
        return minds, inside, minds * inside + (1 - minds) * outside

    def chances(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        minds, inside, everyone = habits(at)
        k = row["neighbours"]
        return {
            "formula": 100 * compatibility.any_clash(minds * everyone, k, xp),
            "lot": 100 * minds * compatibility.any_clash(everyone, k, xp),
            "sorted": 100 * minds * compatibility.any_clash(inside, k, xp),
        }

    def draw(rows: alt.Chart) -> Drawn:
        x = alt.X(
            "neighbours:Q",
            title="neighbours within reach",
            scale=alt.Scale(domain=[1, 13]),
            axis=alt.Axis(values=list(range(1, most + 1)), grid=False),
        )
        scale = alt.Scale(domain=[0, 100])
        layers: list[alt.Chart] = []
        for column, words, colour, dash, shift in (
            ("formula", "formula", theme.MUTED, [6, 4], -4),
            ("lot", "by lot", theme.SERIES[0], [1, 0], -9),
            ("sorted", "sorted", theme.SERIES[1], [1, 0], 10),
        ):
            y = alt.Y(f"{column}:Q", title="customers with at least one clash, %", scale=scale)
            line = rows.mark_line(
                color=colour,
                strokeWidth=2.5,
                strokeDash=dash,
                point=alt.OverlayMarkDef(filled=True, size=45, color=colour),
            ).encode(x=x, y=y)
            name = (
                rows.transform_filter(f"datum.neighbours === {most}")
                .mark_text(align="left", dx=8, dy=shift, color=colour, fontWeight="bold")
                .encode(x=x, y=y, text=alt.value(words))
            )
            layers += [line, name]
        return alt.layer(*layers)

    def removed(neighbours: int, at: Settings, xp: Namespace) -> Quantity:
        _, inside, everyone = habits(at)
        by_lot = xp.maximum(compatibility.any_clash(everyone, neighbours, xp), 1e-9)
        return 100 * (1 - compatibility.any_clash(inside, neighbours, xp) / by_lot)

    return Figure(
        id="crowd",
        title="Sorting nearly halves the clashes with one neighbour; with ten it hardly helps",
        alternative=(
            "Three lines over one to ten neighbours. The dashed formula climbs from 19 per cent to 87. The line for "
            "seats by lot starts at 19 and flattens at 41, the share who mind at all. The line for sorted seats "
            "starts at 10 and creeps up to 39, so that the two nearly meet."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="neighbours",
                frame=pd.DataFrame({"neighbours": np.arange(1, most + 1)}),
                steps=[chances],
                columns={
                    "neighbours": Column(heading="neighbours"),
                    "formula": Column(heading="formula for people all alike", decimals=1, unit="%"),
                    "lot": Column(heading="by lot", decimals=1, unit="%"),
                    "sorted": Column(heading="sorted by what they mind", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider(name="minds", label="Customers who mind", low=10, high=100, step=1, value=41, unit="%"),
            Slider(
                name="habit_minding",
                label="How often those who mind do it themselves",
                low=0,
                high=100,
                step=5,
                value=25,
                unit="%",
            ),
            Slider(
                name="habit_others",
                label="How often the others do it",
                low=5,
                high=100,
                step=5,
                value=60,
                unit="%",
            ),
        ],
        readouts=[
            Readout(
                label="Clashes that sorting removes with one neighbour",
                value=lambda at, xp: removed(1, at, xp),
                unit="%",
            ),
            Readout(label="with ten", value=lambda at, xp: removed(most, at, xp), unit="%"),
        ],
        try_this=(
            "let everybody mind, and see which lines had been describing a town of twins; "
            "then find how seldom those who mind must do it themselves before sorting helps in a crowd."
        ),
        labels=[_BORROWED],
        source=f"Start values rounded from {_SURVEY}",
        height=290,
    )


def tools(survey: pd.DataFrame) -> Figure:
    """What each way of keeping the peace leaves in clashes, and what it forbids that hurt nobody.

    Args:
        survey: as for `clash_area`.
    """
    names = ["nothing", "ban", "zone by age", "zone by answer", "zone + rule"]
    groups = _mind_or_not(survey)
    ages = _age_zones(survey)

    def effects(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        placed, obeyed = at["placed"] / 100, at["obeyed"] / 100
        outcomes = [
            compatibility.zone_with_rule(*groups, 0, 0, 0, xp),
            compatibility.zone_with_rule(*groups, 0, obeyed, obeyed, xp),
            ZoneOutcome(compatibility.zoned_clash(ages, placed, xp), 0),
            compatibility.zone_with_rule(*groups, placed, 0, 0, xp),
            compatibility.zone_with_rule(*groups, placed, obeyed, 0, xp),
        ]

        def of_row(values: Iterable[Quantity]) -> Quantity:
            return 100 * xp.total(xp.where(row["number"] == n, value, 0) for n, value in enumerate(values))

        return {
            "clash": of_row(outcome.clash for outcome in outcomes),
            "harmless": of_row(outcome.harmless for outcome in outcomes),
        }

    def mirrored(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"left": -row["clash"]}

    def draw(rows: alt.Chart) -> Drawn:
        scale = alt.Scale(domain=[-32, 38])
        y = alt.Y("tool:N", sort=names, title=None, axis=alt.Axis(domain=False, ticks=False))
        left, right = alt.X("left:Q", scale=scale, axis=None), alt.X("harmless:Q", scale=scale, axis=None)
        clash, harmless = theme.SERIES[1], theme.SERIES[0]
        bars = [
            rows.mark_bar(height={"band": 0.55}, color=colour, opacity=0.85).encode(x=x, x2=alt.datum(0), y=y)
            for x, colour in ((left, clash), (right, harmless))
        ]
        numbers = [
            rows.mark_text(align="right", dx=-5).encode(x=left, y=y, text=alt.Text("clash:Q", format=".1f")),
            rows.mark_text(align="left", dx=5).encode(
                x=right, y=y, text=alt.Text("harmless:Q", format=".1f")
            ),
        ]
        first = rows.transform_filter("datum.number === 0")
        heads = [
            first.mark_text(align="right", dx=-4, color=clash, fontWeight="bold").encode(
                x=alt.X(datum=0, scale=scale), y=alt.value(-12), text=alt.value("clashes left")
            ),
            first.mark_text(align="left", dx=4, color=harmless, fontWeight="bold").encode(
                x=alt.X(datum=0, scale=scale), y=alt.value(-12), text=alt.value("needless bans")
            ),
        ]
        return alt.layer(*bars, *numbers, *heads)

    return Figure(
        id="tools",
        title="A ban ends every clash, and forbids 27 reclinings in a hundred that bothered nobody",
        alternative=(
            "Five pairs of bars, in each hundred flights of a passenger with one seat ahead. With nothing done, "
            "18.8 clashes. With a ban that all obey, no clash, and 26.8 reclinings forbidden that would have "
            "bothered nobody. With zones by age, 18.6 clashes. With zones by what people mind, 10.2. With those "
            "zones and a rule in the zone of those who mind, no clash and nothing harmless forbidden."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="tools",
                frame=pd.DataFrame({"tool": names, "number": range(len(names))}),
                steps=[effects, mirrored],
                columns={
                    "tool": Column(heading="tool"),
                    "clash": Column(heading="clashes left, in a hundred", decimals=1),
                    "harmless": Column(heading="harmless reclinings forbidden, in a hundred", decimals=1),
                },
            )
        ],
        controls=[
            Slider(
                name="obeyed",
                label="Reclining that a rule or ban stops",
                low=0,
                high=100,
                step=5,
                value=100,
                unit="%",
            ),
            Slider(
                name="placed",
                label="Passengers who sit where they belong",
                low=0,
                high=100,
                step=5,
                value=100,
                unit="%",
            ),
        ],
        try_this=(
            "let a rule stop half of what it forbids, and compare the ban with the zone that has no rule; "
            "then find how many must sit where they belong before the zone beats such a ban."
        ),
        source=f"{_SURVEY} A “zone + rule” asks only those in the zone of people who mind to stay upright.",
        height=230,
    )


def _mind_or_not(survey: pd.DataFrame) -> tuple[float, float, float]:
    """Share who mind; how often they recline themselves; how often the others do."""
    people = survey["respondents"].to_numpy(dtype=float)
    habit = compatibility.code_answers(survey["own_reclining"], compatibility.RECLINING)
    minds = compatibility.code_answers(survey["judgement"], compatibility.MINDING)
    return (
        float(np.average(minds, weights=people)),
        float(np.average(habit, weights=people * minds)),
        float(np.average(habit, weights=people * (1 - minds))),
    )


def _age_zones(survey: pd.DataFrame) -> list[Zone]:
    whole = survey["respondents"].sum()
    zones = []
    for _, part in survey.groupby("age", sort=False):
        minds, inside, outside = _mind_or_not(part)
        zones.append(
            Zone(float(part["respondents"].sum() / whole), minds * inside + (1 - minds) * outside, minds)
        )
    return zones
