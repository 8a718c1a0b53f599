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


def _rectangles(rows: alt.Chart, across: str, up: str, most: int) -> Drawn:
    """The chance of a clash as an area, dashed by lot and filled when sorted, from ``minds`` and ``met``."""
    axis = alt.Axis(values=list(range(0, most + 1, 20)))
    scale = alt.Scale(domain=[0, most])
    x, y = (
        alt.X("minds:Q", title=across, scale=scale, axis=axis),
        alt.Y("met:Q", title=up, scale=scale, axis=axis),
    )
    layers: list[alt.Chart] = []
    for zoned_row, colour, words in ((0, theme.SERIES[0], "by lot"), (1, theme.SERIES[1], "sorted")):
        one = rows.transform_filter(f"datum.zoned === {zoned_row}")
        solid = zoned_row == 1
        box = one.mark_rect(
            fill=colour,
            fillOpacity=0.3 if solid else 0.1,
            stroke=colour,
            strokeWidth=2,
            strokeDash=[1, 0] if solid else [6, 4],
        ).encode(x=x, x2=alt.datum(0), y=y, y2=alt.datum(0))
        words_of = one.transform_calculate(words=f"'{words}: ' + format(datum.clash, '.1f') + '%'")
        # The sorted rectangle may be the taller or the lower one, so its words keep to its foot.
        name = words_of.mark_text(align="left", dx=6, dy=-10, color=colour, fontWeight="bold")
        foot = {"x": alt.value(0), "y": alt.value("height")} if solid else {"x": x, "y": y}
        layers += [box, name.encode(text="words:N", **foot)]
    return alt.layer(*layers)


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
        return _rectangles(rows, "passengers who mind, %", "how often the seat ahead of them reclines, %", 60)

    return Figure(
        id="clash-area",
        title="Sort passengers by what they mind, and 19 clashes in a hundred seats become 10",
        alternative=(
            "Two rectangles that start at the same corner. Both are 41 per cent wide, the share of passengers who "
            "mind. The dashed one, for seats by lot, is 46 per cent high, the share of flights on which the seat "
            "ahead reclines; its area is 18.8 clashes in a hundred seats. The solid one, for seats by what "
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
    """Several neighbours: how many clashes there are, and how many customers have at least one."""
    most = 10

    def chances(at: Settings) -> tuple[Quantity, Quantity, Quantity]:
        """Share who mind, and the chance of a clash with one neighbour by lot and sorted."""
        minds = at["minds"] / 100
        inside, outside = at["habit_minding"] / 100, at["habit_others"] / 100
        return minds, minds * (minds * inside + (1 - minds) * outside), minds * inside

    def lines(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        minds, by_lot, inside = chances(at)
        k = row["neighbours"]
        return {
            "clashes_lot": 100 * compatibility.expected_clashes(by_lot, k),
            "clashes_sorted": 100 * compatibility.expected_clashes(inside, k),
            "formula": 100 * compatibility.any_clash(by_lot, k, xp),
            "people_lot": 100 * compatibility.share_with_clash(by_lot, minds, k, xp),
            "people_sorted": 100 * compatibility.share_with_clash(inside, minds, k, xp),
        }

    def draw(rows: alt.Chart) -> Drawn:
        x = alt.X(
            "neighbours:Q",
            title="neighbours within reach",
            scale=alt.Scale(domain=[1, 16.5]),
            axis=alt.Axis(values=list(range(1, most + 1)), grid=False),
        )
        layers: list[alt.Chart] = []
        for column, words, colour, dash, shift in (
            ("clashes_lot", "clashes: lot", theme.SERIES[0], [1, 0], -4),
            ("clashes_sorted", "clashes: sorted", theme.SERIES[1], [1, 0], -6),
            ("formula", "formula", theme.MUTED, [6, 4], 6),
            ("people_lot", "people: lot", theme.SERIES[0], [2, 3], -8),
            ("people_sorted", "people: sorted", theme.SERIES[1], [2, 3], 10),
        ):
            y = alt.Y(f"{column}:Q", title="in a hundred customers")
            line = rows.mark_line(
                color=colour,
                strokeWidth=2.5,
                strokeDash=dash,
                point=alt.OverlayMarkDef(filled=True, size=35, color=colour),
            ).encode(x=x, y=y)
            name = (
                rows.transform_filter(f"datum.neighbours === {most}")
                .mark_text(align="left", dx=8, dy=shift, color=colour, fontWeight="bold")
                .encode(x=x, y=y, text=alt.value(words))
            )
            layers += [line, name]
        return alt.layer(*layers)

    def fewer_clashes(at: Settings, xp: Namespace) -> Quantity:
        _, by_lot, inside = chances(at)
        return 100 * (1 - inside / xp.maximum(by_lot, 1e-9))

    def fewer_people(at: Settings, xp: Namespace) -> Quantity:
        minds, by_lot, inside = chances(at)
        struck = xp.maximum(compatibility.share_with_clash(by_lot, minds, most, xp), 1e-9)
        return 100 * (1 - compatibility.share_with_clash(inside, minds, most, xp) / struck)

    return Figure(
        id="crowd",
        title="With ten neighbours sorting still nearly halves the clashes, but spares hardly anyone all of them",
        alternative=(
            "Five lines over one to ten neighbours, in a hundred customers. Clashes by lot climb straight from 19 to "
            "188, clashes when sorted from 10 to 102. Customers with at least one clash start at the same two points "
            "and flatten: at 41 by lot, the share who mind at all, and at 39 when sorted, so that the two nearly meet. "
            "The dashed formula, for customers who are all alike, climbs from 19 to 88."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="neighbours",
                frame=pd.DataFrame({"neighbours": np.arange(1, most + 1)}),
                steps=[lines],
                columns={
                    "neighbours": Column(heading="neighbours"),
                    "clashes_lot": Column(heading="clashes, by lot", decimals=1),
                    "clashes_sorted": Column(heading="clashes, sorted", decimals=1),
                    "formula": Column(heading="customers with a clash, were all alike", decimals=1),
                    "people_lot": Column(heading="customers with a clash, by lot", decimals=1),
                    "people_sorted": Column(heading="customers with a clash, sorted", decimals=1),
                },
            )
        ],
        controls=[
            Slider(
                name="minds", label="Customers who mind", low=10, high=100, step=0.1, value=41.2, unit="%"
            ),
            Slider(
                name="habit_minding",
                label="How often those who mind do it themselves",
                low=0,
                high=100,
                step=0.1,
                value=24.7,
                unit="%",
            ),
            Slider(
                name="habit_others",
                label="How often the others do it",
                low=5,
                high=100,
                step=0.1,
                value=60.3,
                unit="%",
            ),
        ],
        readouts=[
            Readout(label="Clashes that sorting removes", value=fewer_clashes, unit="%"),
            Readout(
                label="with ten neighbours, of the customers who would have had one it spares all",
                value=fewer_people,
                unit="%",
            ),
        ],
        try_this=(
            "let everybody mind, and see which lines had been describing a town of twins; "
            "then find how seldom those who mind must do it before sorting spares half of them every clash."
        ),
        labels=[_BORROWED],
        source=f"Start values from {_SURVEY}",
        height=310,
    )


def tools(survey: pd.DataFrame) -> Figure:
    """What each way of keeping the peace leaves in clashes, and what it forbids that hurt nobody.

    Args:
        survey: as for `clash_area`.
    """
    names = ["nothing", "ban", "zone by age", "zone by minding", "zone + rule"]
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
            rows.transform_filter("datum.harmless >= 0.05")
            .mark_text(align="left", dx=5)
            .encode(x=right, y=y, text=alt.Text("harmless:Q", format=".1f")),
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
        title="Obeyed by half, a ban leaves about as many clashes as a zone that forbids nothing",
        alternative=(
            "Five pairs of bars, in a hundred seats with one seat ahead. With nothing done, 18.8 clashes. With a ban "
            "that half obey, 9.4 clashes, and 13.4 reclinings stopped that would have bothered nobody. With zones by "
            "age, 18.6 clashes. With zones by minding, 10.2. With those zones and a rule that half obey in "
            "the zone of those who mind, 5.1. The last three stop nothing harmless."
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
                value=50,
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
            "let everyone obey, and see what a ban costs; then set the rule back to half and find how many must sit "
            "where they belong before “zone + rule” leaves fewer clashes than the ban."
        ),
        source=f"{_SURVEY} A “zone + rule” asks only those in the zone by minding to stay upright.",
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
