"""Figures of the chapter on one journey, three acts and a loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    Step,
)
from service_encounter.models import loop
from service_encounter.namespace import Namespace, Quantity

__all__ = ["cafe_loop", "satisfaction_loop"]

_AWARENESS = next(card for card in loop.CARDS if card.id == "awareness-loop")
_TALK = next(card for card in loop.CARDS if card.id == "talk-moves-choice")

_WEEKS = 26
_FIRST_AWARE = 0.05
_CONSIDERS = 0.5
_BASE_CHOICE = 0.5
_VALENCE = 2.0
_LOW_TOP, _HIGH_TOP = 30.0, 50.0


def cafe_loop(cafe: pd.DataFrame) -> Figure:
    """The journey drawn as a loop, with one week's counts of the campus cafe on it.

    Args:
        cafe: the case ``campus_cafe``, a row a student and week.
    """
    counts = _weekly_counts(cafe)
    weeks = list(counts.index)
    last = max(weeks)
    stops = pd.DataFrame(
        {
            "stop": ["heard of it", "thought of it", "came", "were told"],
            "act": ["BEFORE", "", "DURING", "AFTER"],
            "act_x": [29.0, 29.0, 68.0, 90.0],
            "x": [15.0, 43.0, 68.0, 90.0],
        }
    )
    columns = ["aware", "thought", "came", "told"]
    for week in weeks:
        stops[f"w{week}"] = counts.loc[week, columns].to_numpy(dtype=float)

    def this_week(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"number": xp.total(xp.where(at["week"] == week, row[f"w{week}"], 0) for week in weeks)}

    def of_week(column: str, at: Settings, xp: Namespace) -> Quantity:
        return xp.total(xp.where(at["week"] == week, float(counts.loc[week, column]), 0) for week in weeks)

    def thickness(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        looped = of_week("through_loop", at, xp) + 0 * row["x"]
        return {"looped": looped, "new": looped + of_week("from_outside", at, xp), "width": 0.5 + looped}

    angle = np.linspace(0, np.pi, 41)
    wire = pd.DataFrame(
        {"point": np.arange(41), "x": 52.5 + 37.5 * np.cos(angle), "y": 26 - 22 * np.sin(angle)}
    )

    def draw(stops: alt.Chart, wire: alt.Chart) -> alt.LayerChart:
        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False, zero=False))
        scale = alt.Scale(domain=[0, 100], nice=False)

        def at(height: float) -> alt.Y:
            return alt.Y(datum=height, axis=None, scale=scale)

        band = wire.mark_trail(color=theme.SERIES[1], opacity=1).encode(
            x=x,
            y=alt.Y("y:Q", axis=None, scale=scale),
            order="point:Q",
            size=alt.Size("width:Q", scale=None, legend=None),
        )
        head = (
            wire.transform_filter("datum.point === 40")
            .transform_calculate(area="150 + 45 * datum.looped")
            .mark_point(shape="triangle-up", filled=True, color=theme.SERIES[1], opacity=1)
            .encode(x=x, y=at(26), size=alt.Size("area:Q", scale=None, legend=None))
        )
        brought = (
            wire.transform_filter("datum.point === 20")
            .transform_calculate(words="datum.looped + ' of ' + datum.new + ' new to it'")
            .mark_text(color=theme.SERIES[1], fontWeight="bold")
            .encode(x=x, y=at(18), text="words:N")
        )
        path = (
            alt.Chart(alt.InlineData(values=[{"x": 15, "end": 90}]))
            .mark_rule(color=theme.GRID, strokeWidth=3)
            .encode(x=x, x2="end:Q", y=at(72))
        )
        bubble = (
            stops.transform_calculate(area="16 * datum.number")
            .mark_point(filled=True, opacity=0.9, color=theme.SERIES[0])
            .encode(x=x, y=at(72), size=alt.Size("area:Q", scale=None, legend=None))
        )
        number = stops.mark_text(fontWeight="bold").encode(
            x=x, y=at(46), text=alt.Text("number:Q", format=".0f")
        )
        word = stops.mark_text(color=theme.MUTED).encode(x=x, y=at(37), text="stop:N")
        act = stops.mark_text(fontWeight="bold", color=theme.ACCENT).encode(
            x=alt.X("act_x:Q", axis=None, scale=alt.Scale(domain=[0, 100], nice=False, zero=False)),
            y=at(97),
            text="act:N",
        )
        return alt.LayerChart(layer=[path, band, head, brought, bubble, number, word, act])

    return Figure(
        id="cafe-loop",
        title="By week twelve, most who first hear of the café hear of it from its customers",
        alternative=(
            "The journey as a loop: four discs from left to right, whose areas are numbers of students in "
            "week 12. Before: 334 had heard of the café and 196 thought of going. During: 109 came. After: "
            "they told 54 people. A thick arrow runs from the end back to the beginning: of 18 students "
            "who first heard of the café that week, 15 did so through a friend or a review. In week 1 the "
            "arrow is a thread, since all 21 came by a poster or walked past."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="stops",
                frame=stops,
                steps=[this_week],
                columns={"stop": Column(heading="students who"), "number": Column(heading="that week")},
            ),
            LiveTable(
                name="wire",
                frame=wire,
                steps=[thickness],
                columns={"point": Column(heading="point"), "looped": Column(heading="brought by the arrow")},
            ),
        ],
        controls=[Slider(name="week", label="Week since the opening", low=1, high=last, step=1, value=last)],
        readouts=[
            Readout(
                label="First heard of it that week through a friend or a review",
                value=lambda at, xp: of_week("through_loop", at, xp),
                unit="students",
            ),
            Readout(
                label="First heard of it that week by a poster or walking past",
                value=lambda at, xp: of_week("from_outside", at, xp),
                unit="students",
            ),
        ],
        try_this=(
            "go back to week 1, when the arrow carries nobody, and step forward to the first week in which "
            "it brings more students than posters and passing do."
        ),
        labels=[SYNTHETIC],
        source=(
            "campus_cafe, made for this book: 400 students, twelve weeks. Discs have areas in proportion "
            "to the numbers; the arrow grows with the students it brings."
        ),
        height=270,
    )


def _weekly_counts(cafe: pd.DataFrame) -> pd.DataFrame:
    """Students at each stop, and who first heard of the cafe how, by week."""
    week = cafe["week"]
    first = cafe.drop_duplicates("student")
    looped = first["aware_through"].isin(["friend", "review"])
    counts = pd.DataFrame(
        {
            "aware": cafe.groupby("week").size(),
            "thought": (cafe["stage"] != "aware").groupby(week).sum(),
            "came": (cafe["stage"] == "visited").groupby(week).sum(),
            "told": cafe["told_others"].groupby(week).sum(),
            "through_loop": looped.groupby(first["week"]).sum(),
            "from_outside": (~looped).groupby(first["week"]).sum(),
        }
    )
    return counts.fillna(0).astype(int)


def satisfaction_loop() -> Figure:
    """Half a year of a café whose customers talk: who knows it, who comes, who would come without talk."""

    def start(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        # The weeks overwrite these columns, so every control must set them anew: Vega repeats a step
        # only when something in its text has changed.
        anew = 0 * (row["week"] + at["satisfaction"] + at["talk"] + at["outside"])
        return {"aware": _FIRST_AWARE + anew, "told": anew}

    def choice(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        satisfaction = at["satisfaction"]
        return {
            "chooses": loop.choice_of_aware(
                row["aware"], row["told"], _BASE_CHOICE, satisfaction, _VALENCE, xp
            )
        }

    def shown(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        quiet = loop.awareness_without_talk(_FIRST_AWARE, at["outside"], row["week"] - 1, xp)
        return {
            "know": 100 * row["aware"],
            "come": 100 * _CONSIDERS * row["chooses"] * row["aware"],
            "quiet": 100 * _CONSIDERS * _BASE_CHOICE * quiet,
            "gap": 0.085 * xp.where(at["satisfaction"] <= 0.5, _LOW_TOP, _HIGH_TOP) + 0 * row["week"],
        }

    steps: list[Step] = [start, choice]
    for week in range(1, _WEEKS):
        steps += [*_one_week_on(week), choice]
    steps.append(shown)

    def draw(weeks: alt.Chart) -> alt.LayerChart:
        x = alt.X("week:Q", title="week", axis=alt.Axis(values=[1, 6, 11, 16, 21, 26], grid=False))

        def upper(column: str) -> alt.Y:
            axis = alt.Axis(orient="left", values=[0, 50, 100])
            scale = alt.Scale(domain=[0, 100], range=[_part(0.34), _part(0)])
            return alt.Y(f"{column}:Q", scale=scale, title="students in a hundred", axis=axis)

        def lower(column: str) -> alt.Y:
            # At or below one half satisfied no more than a quarter can come, above it up to 44 in 100;
            # one scale for both would hide the small lead of the first weeks.
            top = alt.ExprRef(expr=f"satisfaction <= 0.5 ? {_LOW_TOP} : {_HIGH_TOP}")
            scale = alt.Scale(domainMin=0, domainMax=top, range=[_part(1), _part(0.44)], nice=False)
            axis = alt.Axis(orient="left", tickCount=4)
            return alt.Y(f"{column}:Q", scale=scale, title=None, axis=axis)

        know = weeks.mark_line(color=theme.SERIES[0], strokeWidth=2.5).encode(x=x, y=upper("know"))
        quiet = weeks.mark_line(color=theme.MUTED, strokeWidth=2, strokeDash=[5, 4]).encode(
            x=x, y=lower("quiet")
        )
        taken = weeks.mark_area(color=theme.SERIES[1], opacity=0.22).encode(
            x=x, y=lower("come"), y2="quiet:Q"
        )
        come = weeks.mark_line(color=theme.SERIES[1], strokeWidth=2.5).encode(x=x, y=lower("come"))
        dot = weeks.transform_filter(f"datum.week === {_WEEKS}").mark_point(filled=True, size=80, opacity=1)
        know_dot = dot.encode(x=x, y=upper("know"), color=alt.value(theme.SERIES[0]))
        come_dot = dot.encode(x=x, y=lower("come"), color=alt.value(theme.SERIES[1]))
        # The labels stand on the outer side of the two lines below, and where these lie low, above both.
        know_at = "datum.know < 40 ? datum.know + 22 : datum.know - 24"
        come_at = (
            "datum.come >= datum.quiet ? datum.come + datum.gap "
            ": datum.come > 1.6 * datum.gap ? datum.come - datum.gap : datum.quiet + datum.gap"
        )
        quiet_at = (
            "datum.come < datum.quiet ? datum.quiet + (datum.come > 1.6 * datum.gap ? 1 : 2.2) * datum.gap "
            ": datum.quiet > 2.4 * datum.gap ? datum.quiet - 2 * datum.gap "
            ": datum.come > datum.quiet + 3 * datum.gap ? datum.quiet + datum.gap "
            ": datum.come + 2.2 * datum.gap"
        )
        told = "'come that week: ' + format(datum.come, '.0f')"
        lines = alt.LayerChart(
            layer=[
                taken,
                quiet,
                come,
                come_dot,
                _end_label(weeks, told, come_at, theme.SERIES[1], x, lower("height")),
                _end_label(weeks, "'come, if nobody talked'", quiet_at, theme.MUTED, x, lower("height")),
            ]
        )
        words = "'know it: ' + format(datum.know, '.0f')"
        above = alt.LayerChart(
            layer=[know, know_dot, _end_label(weeks, words, know_at, theme.SERIES[0], x, upper("height"))]
        )
        both: alt.LayerChart = alt.LayerChart(layer=[above, lines]).resolve_scale(y="independent")
        return both

    return Figure(
        id="satisfaction-loop",
        title="With two customers in ten satisfied, talk makes the café better known and less visited",
        alternative=(
            "Two panels over 26 weeks, in students of a hundred. Above, those who know the café rise from 5 "
            "to 96. Below, those who come in a week rise to 14 by week 16 and stay there. A dashed line, "
            "those who would come if no customer ever talked, runs lower by about half a student at most in weeks "
            "3 to 10, meets the other in week 11 and ends higher, at 20."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="weeks",
                frame=pd.DataFrame({"week": np.arange(1, _WEEKS + 1)}),
                steps=steps,
                columns={
                    "week": Column(heading="week"),
                    "know": Column(heading="know it", decimals=1, unit="%"),
                    "come": Column(heading="come that week", decimals=1, unit="%"),
                    "quiet": Column(heading="come, if nobody talked", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider.of(
                _TALK.parameter("satisfaction"),
                label="Share of customers who are satisfied",
                step=0.05,
                value=0.2,
            ),
            Slider(
                name="talk",
                label="People whom a customer tells",
                low=_AWARENESS.parameter("talk").low,
                high=_AWARENESS.parameter("talk").high,
                step=0.05,
                value=0.5,
                unit="a visit",
            ),
            Slider(
                name="outside",
                label="Reached in a week by posters and passing",
                low=_AWARENESS.parameter("outside").low,
                high=_AWARENESS.parameter("outside").high,
                step=0.01,
                value=0.06,
                unit="of the unaware",
            ),
        ],
        readouts=[
            Readout(
                label="Of a hundred who have heard a customer and think of going, go",
                value=lambda at, xp: (
                    100 * loop.choice_of_told(_BASE_CHOICE, at["satisfaction"], _VALENCE, xp)
                ),
            )
        ],
        try_this=(
            "raise satisfaction and watch which line moves, and which hardly does; then, back at 0.2, make "
            "customers talk more, and less."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "The chapter's model. Half of those who know the café think of going in a week; half of these "
            "go, unless a customer's report moves them. The lower scale ends at 30 while half or fewer are "
            "satisfied, and at 50 above that."
        ),
        height=400,
    )


def _one_week_on(week: int) -> Sequence[Step]:
    """Told, then aware, one week later in the rows of later weeks.

    Two steps and not one: the page calculates columns one after the other, and those told depend on
    awareness before it has moved.
    """

    def told(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        following = loop.next_told(row["told"], row["aware"], at["talk"], row["chooses"], _CONSIDERS, xp)
        return {"told": xp.where(row["week"] > week, following, row["told"])}

    def aware(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        following = loop.next_awareness(
            row["aware"], at["outside"], at["talk"], row["chooses"], _CONSIDERS, xp
        )
        return {"aware": xp.where(row["week"] > week, following, row["aware"])}

    return told, aware


def _part(share: float) -> alt.ExprRef:
    """A height in the drawing, as a share of it from the top."""
    return alt.ExprRef(expr=f"{share} * height")


def _end_label(weeks: alt.Chart, words: str, height: str, colour: str, x: alt.X, y: alt.Y) -> alt.Chart:
    """Words that end at the last week, at a height that an expression gives."""
    last: alt.Chart = weeks.transform_filter(f"datum.week === {_WEEKS}")
    written: alt.Chart = last.transform_calculate(words=words, height=height).mark_text(
        align="right", color=colour, fontWeight="bold"
    )
    return written.encode(x=x, y=y, text="words:N")
