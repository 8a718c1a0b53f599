"""Figures of the chapter on expectations: a zone that moves, two scores, and what one delight leaves."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
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
from service_encounter.models import satisfaction
from service_encounter.namespace import Namespace, Quantity

__all__ = ["moving_zone", "one_delight", "ratings", "two_scores"]

_CARDS = {card.id: card for card in satisfaction.CARDS}
_UPDATING, _SURPRISE = _CARDS["expectation-updating"], _CARDS["disconfirmation"]
_ZONE = _CARDS["zone-of-tolerance"]

# The invented guest: a plain coffee is what he predicts, and what he gets.
_PLAIN, _WISH, _SLACK, _TOP = 5.0, 7.0, 1.0, 9.0
_FIRST_GIFT, _LAST_GIFT, _VISITS = 3, 8, 12
_ONCE, _ALWAYS, _WHILE_STOCKS_LAST = 0, 1, 2
_DELIGHT, _FOLLOWED = 3.0, 20

# Points from the median that a difference between two groups may come to without a word on margins.
_CLOSE = 2


def _given(visit: int) -> dict[int, int]:
    """Whether a visit's coffee comes with the biscuit, by pattern."""
    return {
        _ALWAYS: int(visit >= _FIRST_GIFT),
        _WHILE_STOCKS_LAST: int(_FIRST_GIFT <= visit <= _LAST_GIFT),
        _ONCE: int(visit == _FIRST_GIFT),
    }


def _served(given: Mapping[int, Quantity], at: Settings, xp: Namespace) -> Quantity:
    """What the guest meets, from what each pattern gives."""
    often, rarely = at["pattern"] == _ALWAYS, at["pattern"] == _ONCE
    gift = xp.where(often, given[_ALWAYS], xp.where(rarely, given[_ONCE], given[_WHILE_STOCKS_LAST]))
    return _PLAIN + at["size"] * gift


def _edges(expected: Quantity, at: Settings, xp: Namespace) -> dict[str, Quantity]:
    """Both ends of the zone: no wish beyond the scale, and nothing above the wish is needed to do."""
    desired = xp.minimum(_TOP, satisfaction.desired_level(_WISH, expected, _PLAIN, at["follow"], xp))
    return {
        "adequate": xp.minimum(desired, satisfaction.adequate_level(expected, _SLACK, xp)),
        "desired": desired,
    }


def _count(side: int) -> Readout:
    """Visits so far on one side of the zone."""

    def value(at: Settings, xp: Namespace) -> Quantity:
        expected: Quantity = _PLAIN
        here = []
        for visit in range(1, _VISITS + 1):
            served = _served(_given(visit), at, xp)
            lies = satisfaction.zone_side(served, **_edges(expected, at, xp), xp=xp)
            here.append(xp.where(at["visits"] >= visit, xp.where(lies == side, 1, 0), 0))
            # Before the first biscuit nothing surprises, so the prediction stays.
            if visit >= _FIRST_GIFT:
                expected = satisfaction.update_expectation(expected, served, at["speed"], xp)
        return xp.total(here)

    words = "Visits so far above what he wished for" if side > 0 else "below what would do"
    return Readout(label=words, value=value)


def moving_zone() -> Figure:
    """The zone of tolerance of one guest, visit by visit, while a biscuit comes and goes."""
    columns = {_ALWAYS: "always", _WHILE_STOCKS_LAST: "while_it_lasts", _ONCE: "once"}
    frame = pd.DataFrame(
        {"visit": float(visit)} | {columns[pattern]: given for pattern, given in _given(visit).items()}
        for visit in range(1, _VISITS + 2)
    )

    def learned(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        expected: Quantity = _PLAIN
        for past in range(_FIRST_GIFT, _VISITS + 1):
            speed = xp.where(row["visit"] > past, at["speed"], 0)
            served = _served(_given(past), at, xp)
            expected = satisfaction.update_expectation(expected, served, speed, xp)
        return {"expected": expected}

    def zone(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return _edges(row["expected"], at, xp)

    def met(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        served = _served({pattern: row[name] for pattern, name in columns.items()}, at, xp)
        side = satisfaction.zone_side(served, row["adequate"], row["desired"], xp)
        return {"served": served, "side": side, "ahead": row["visit"] - at["visits"]}

    def draw(rows: alt.Chart) -> alt.LayerChart:
        across = alt.Scale(domain=[-2.6, _VISITS + 1.6], nice=False)
        ticks = alt.Axis(values=[1, 3, 5, 7, 9, 11], grid=False)
        down = alt.Scale(domain=[3, 9.4], nice=False)
        y_axis = alt.Axis(values=[3, 4, 5, 6, 7, 8, 9])
        placed = rows.transform_calculate(left="datum.visit - 0.38", right="datum.visit + 0.38")
        left = alt.X("left:Q", title="visit", scale=across, axis=ticks)
        low = alt.Y("adequate:Q", title="points of 9", scale=down, axis=y_axis)
        seen = placed.transform_filter("datum.ahead <= 0")
        slots = seen.mark_rect(color=theme.SERIES[0], opacity=0.24, cornerRadius=3).encode(
            x=left, x2="right:Q", y=low, y2="desired:Q"
        )
        waiting = (
            placed.transform_filter("datum.ahead === 1")
            .mark_rect(
                fill=theme.SERIES[0],
                fillOpacity=0.07,
                stroke=theme.SERIES[0],
                strokeDash=[3, 3],
                strokeWidth=1.5,
                cornerRadius=3,
            )
            .encode(x=left, x2="right:Q", y=low, y2="desired:Q")
        )
        guessed = (
            placed.transform_filter("datum.ahead <= 1")
            .mark_rule(color=theme.SERIES[0], strokeWidth=2.5)
            .encode(x=left, x2="right:Q", y=alt.Y("expected:Q", scale=down))
        )
        dots = seen.transform_calculate(
            where="datum.side > 0 ? 'above' : datum.side < 0 ? 'below' : 'inside'"
        )
        names = ["above", "inside", "below"]
        dot = dots.mark_point(filled=True, size=150, opacity=1).encode(
            x=alt.X("visit:Q", scale=across),
            y=alt.Y("served:Q", scale=down),
            shape=alt.Shape(
                "where:N",
                scale=alt.Scale(domain=names, range=["triangle-up", "circle", "triangle-down"]),
                legend=None,
            ),
            color=alt.Color(
                "where:N",
                scale=alt.Scale(domain=names, range=[theme.SERIES[2], theme.INK, theme.SERIES[1]]),
                legend=None,
            ),
        )
        first = placed.transform_filter("datum.visit === 1")
        labels = [
            first.mark_text(align="right", baseline="middle", dx=-5, color=theme.SERIES[0]).encode(
                x=alt.X("left:Q", scale=across), y=alt.Y(f"{level}:Q", scale=down), text=alt.value(word)
            )
            for level, word in (("desired", "desired"), ("expected", "predicted"), ("adequate", "adequate"))
        ]
        return alt.LayerChart(layer=[slots, waiting, guessed, dot, *labels])

    return Figure(
        id="moving-zone",
        title="The first biscuit lands above everything he had wished for",
        alternative=(
            "One slot a visit, from the adequate level at its foot to the desired level at its head, with the "
            "prediction as a line inside and a mark for the coffee that was served. On the first two visits "
            "the slot runs from 4 to 7, the prediction and the coffee both stand at 5. On the third the slot "
            "is the same and the coffee, with a biscuit, stands at 8, above it. The empty slot of the fourth "
            "visit has risen: 5.5 to 7.75, with the prediction at 6.5."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="visits",
                frame=frame,
                steps=[learned, zone, met],
                columns={
                    "visit": Column(heading="visit"),
                    "adequate": Column(heading="adequate", decimals=2),
                    "expected": Column(heading="predicted", decimals=2),
                    "desired": Column(heading="desired", decimals=2),
                    "served": Column(heading="served", decimals=1),
                },
            )
        ],
        controls=[
            Slider(
                name="visits",
                label="Visits so far",
                low=1,
                high=_VISITS,
                step=1,
                value=_FIRST_GIFT,
                button="One more coffee",
            ),
            Choice(
                name="pattern",
                label="The biscuit comes",
                options={
                    "with every coffee from visit 3": _ALWAYS,
                    "on visits 3 to 8, then no more": _WHILE_STOCKS_LAST,
                    "once, on visit 3": _ONCE,
                },
                value=_ALWAYS,
            ),
            Slider.of(
                _UPDATING.parameter("speed"),
                label="Share of each surprise that he learns",
                step=0.05,
                value=0.5,
            ),
            Slider.of(_UPDATING.parameter("size"), label="What the biscuit adds", step=0.5, value=3),
            Slider.of(
                _ZONE.parameter("follow"),
                label="How far the wish follows the prediction",
                step=0.05,
                value=0.5,
            ),
        ],
        readouts=[_count(1), _count(-1)],
        try_this=(
            "serve one coffee after another to the twelfth; then let the tin run empty after visit 8, and count "
            "the coffees until a plain one will do again. With the tin always full, find a biscuit that the wish "
            "does not overtake. Last, let the wish follow all the way, then not at all."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "A plain coffee is worth 5. What would do lies 1 below the prediction, and never above the wish; the "
            "wish starts at 7 and ends with the scale, at 9."
        ),
        height=300,
    )


def two_scores(survey: pd.DataFrame) -> Figure:
    """Wish and performance of five parts of a service, as the same respondents rate them.

    Args:
        survey: the case ``expectation_survey``: one row a respondent, visit and dimension.
    """
    wide = survey.pivot_table(index="dimension", columns="visit", values="performance").round(3)
    frame = pd.DataFrame({"part": wide.index, "wish": survey.groupby("dimension")["desired"].mean().round(3)})
    frame = frame.reset_index(drop=True)
    for visit in wide:
        frame[f"visit_{visit}"] = wide[visit].to_numpy()

    def scores(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        given = xp.total(xp.where(at["visit"] == visit, row[f"visit_{visit}"], 0) for visit in wide)
        return {
            "given": satisfaction.performance_score([1], [given], xp),
            "gap": satisfaction.gap_score([1], [given], [row["wish"]], xp),
        }

    def draw(rows: alt.Chart) -> alt.LayerChart:
        y = alt.Y(
            "part:N",
            title=None,
            sort=alt.EncodingSortField("wish", order="descending"),
            scale=alt.Scale(padding=0.7),
            axis=alt.Axis(grid=False, domain=False, ticks=False),
        )
        scale = alt.Scale(domain=[5.6, 8.8], nice=False)
        at_wish = alt.X("wish:Q", scale=scale)
        x = alt.X("given:Q", title="mean rating, points of 9", scale=scale, axis=alt.Axis(values=[6, 7, 8]))
        line = rows.mark_rule(color=theme.GRID, strokeWidth=6).encode(x=x, x2="wish:Q", y=y)
        gap = (
            rows.transform_calculate(middle="(datum.given + datum.wish) / 2", told="format(datum.gap, '.2f')")
            .mark_text(dy=-11, color=theme.MUTED)
            .encode(x=alt.X("middle:Q", scale=scale), y=y, text="told:N")
        )
        given = rows.mark_point(filled=True, size=120, opacity=1, color=theme.SERIES[0]).encode(x=x, y=y)
        told = (
            rows.transform_calculate(told="format(datum.given, '.2f')")
            .mark_text(dy=17, color=theme.SERIES[0])
            .encode(x=x, y=y, text="told:N")
        )
        wish = rows.mark_point(
            filled=True, size=120, opacity=1, shape="diamond", color=theme.SERIES[1]
        ).encode(x=at_wish, y=y)
        top = rows.transform_filter("datum.part === 'reliability'")
        heads = [
            top.mark_text(dy=-20, fontWeight="bold", color=theme.SERIES[0]).encode(
                x=x, y=y, text=alt.value("performance")
            ),
            top.mark_text(dy=-20, fontWeight="bold", color=theme.SERIES[1]).encode(
                x=at_wish, y=y, text=alt.value("desired")
            ),
        ]
        return alt.LayerChart(layer=[line, given, wish, gap, told, *heads])

    return Figure(
        id="two-scores",
        title=(
            "By performance the five parts tie; by the gap reliability is last, because it is wished for most"
        ),
        alternative=(
            "Five parts of a service, each a line from mean performance to mean desired level. Performance "
            "hardly differs: reliability and empathy stand at 6.13 and 6.12, assurance, tangibles and "
            "responsiveness between 5.99 and 6.04. The desired levels differ: 8.37 for reliability, 7.82 to "
            "7.87 for three parts and 7.65 for tangibles. So the gap is widest for reliability, -2.23, and "
            "narrowest for tangibles, -1.64."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="parts",
                frame=frame,
                steps=[scores],
                columns={
                    "part": Column(heading="part"),
                    "given": Column(heading="performance", decimals=2),
                    "wish": Column(heading="desired", decimals=2),
                    "gap": Column(heading="gap", decimals=2),
                },
            )
        ],
        controls=[
            Choice(
                name="visit",
                label="Visit",
                options={"first": 1, "second": 2, "third": 3},
                value=1,
            )
        ],
        try_this="turn to the second and third visit: which of the two rankings holds?",
        labels=[SYNTHETIC],
        source="150 invented respondents on three visits; wishes were asked once. Gaps are taken before rounding.",
        height=290,
    )


def one_delight() -> Figure:
    """What a single delight adds to satisfaction, visit by visit and all told."""

    def path(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        first = row["visit"] == 1
        served = xp.where(first, _DELIGHT, 0)
        left = at["speed"] * _DELIGHT * (1 - at["speed"]) ** (row["visit"] - 2)
        expected = xp.where(first, 0, left)
        return {
            "excess": expected,
            "change": satisfaction.disconfirmation(
                served, expected, 0, at["anchor"], at["gain"], at["loss"], xp
            ),
        }

    def net(at: Settings, xp: Namespace) -> Quantity:
        return satisfaction.net_delight(_DELIGHT, at["anchor"], at["gain"], at["loss"], xp)

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "visit:Q",
            title="visit, the delight being the first",
            scale=alt.Scale(domain=[0, _FOLLOWED + 1.4], nice=False),
            axis=alt.Axis(values=[1, 5, 10, 15, 20], grid=False),
        )
        y = alt.Y("change:Q", title="points of satisfaction, more or less than without it")
        zero = rows.mark_rule(color=theme.MUTED).encode(y=alt.datum(0))
        bars = (
            rows.transform_calculate(
                left="datum.visit - 0.38", right="datum.visit + 0.38", foot="0", sign="datum.change >= 0"
            )
            .mark_rect(cornerRadius=2)
            .encode(
                x=alt.X("left:Q", scale=alt.Scale(domain=[0, _FOLLOWED + 1.4], nice=False)),
                x2="right:Q",
                y=y,
                y2="foot:Q",
                color=alt.Color(
                    "sign:N",
                    scale=alt.Scale(domain=[True, False], range=[theme.SERIES[0], theme.SERIES[1]]),
                    legend=None,
                ),
            )
        )
        running = rows.transform_window(total="sum(change)", frame=[None, 0], sort=[alt.SortField("visit")])
        line = running.mark_line(
            color=theme.INK, strokeWidth=2, point={"color": theme.INK, "size": 28, "opacity": 1}
        ).encode(x=x, y=alt.Y("total:Q"))
        last = running.transform_filter(f"datum.visit === {_FOLLOWED}")
        told = (
            last.transform_calculate(told="'added up so far: ' + format(datum.total, '+.2f')")
            .mark_text(align="right", dx=8, dy=-14, fontWeight="bold")
            .encode(x=x, y="total:Q", text="told:N")
        )
        return alt.LayerChart(layer=[zero, bars, line, told])

    def slider(name: str, label: str, value: float) -> Slider:
        parameter = (_UPDATING if name == "speed" else _SURPRISE).parameter(name)
        # The labels say that each is for a point, so the unit "points per point" would only crowd the phone.
        return Slider(name=name, label=label, low=parameter.low, high=parameter.high, step=0.05, value=value)

    return Figure(
        id="one-delight",
        title="In the survey's numbers one biscuit leaves the guest 0.3 ahead",
        alternative=(
            "A bar for each of twenty visits. The first, the day of the delight, stands 1.2 points above zero. "
            "The second stands 0.45 below, the third half of that, the fourth 0.11, and so on towards zero. A "
            "line adds them up: it starts at 1.2, falls to 0.75 after the second visit and ends at 0.3."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="after",
                frame=pd.DataFrame({"visit": [float(visit) for visit in range(1, _FOLLOWED + 1)]}),
                steps=[path],
                columns={
                    "visit": Column(heading="visit"),
                    "excess": Column(heading="prediction raised by", decimals=2),
                    "change": Column(heading="change of satisfaction", decimals=2),
                },
            )
        ],
        controls=[
            slider("speed", "Share of each surprise that is learned, k", 0.5),
            slider("anchor", "Pull of the prediction itself, b", 0.6),
            slider("gain", "Gained for a point above the prediction, g₊", 0.4),
            slider("loss", "Lost for a point below it, g₋", 0.9),
        ],
        readouts=[
            Readout(
                label="On the day itself",
                value=lambda at, xp: at["gain"] * _DELIGHT,
                decimals=2,
                unit="points",
            ),
            Readout(
                label="all visits together, none discounted, if the guest stays",
                value=net,
                decimals=2,
                unit="points",
            ),
        ],
        try_this=(
            "find out which of the four sliders never changes the end result; then take the pull of the "
            "prediction away; then, without it, make the delight worth its while."
        ),
        labels=[TEACHING_DEVICE],
        source="A single delight of 3 points; before and after it comes the plain service, no more and no less.",
        height=280,
    )


def ratings(care: pd.DataFrame) -> Figure:
    """How patients rate each medical group: one dot a group, and which lie close to the middle.

    Args:
        care: the case ``patient_experience``: one row a group and measure, ``score`` from 0 to 100.
    """
    scores = care.loc[care["measure_code"] == "CAHPS_GRP_3", "score"].dropna().astype(float)
    median = scores.median()
    counts = scores.value_counts().sort_index()
    near = int((abs(scores - median) <= _CLOSE).sum())
    frame = pd.DataFrame({"rating": counts.index, "groups": counts.to_numpy()})
    dots = frame.loc[frame.index.repeat(frame["groups"])].reset_index(drop=True)
    dots["place"] = dots.groupby("rating").cumcount() + 1

    def draw(rows: alt.Chart, groups: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "rating:Q",
            title="patients\N{RIGHT SINGLE QUOTATION MARK} rating, 0 to 100",
            scale=alt.Scale(zero=False, nice=False, padding=12),
        )
        height = alt.Scale(domain=[0, int(dots["place"].max()) + 2])
        y = alt.Y("place:Q", title=None, axis=None, scale=height)
        close = f"abs(datum.rating - {median:g}) <= {_CLOSE}"
        far = groups.transform_filter(f"!({close})").mark_circle(size=65, opacity=1, color=theme.MUTED)
        middle = groups.transform_filter(close).mark_circle(size=65, opacity=1, color=theme.SERIES[0])
        words = (
            groups.transform_filter(f"datum.rating === {median:g} && datum.place === 1")
            .mark_text(fontWeight="bold", color=theme.SERIES[0])
            .encode(
                x=x,
                y=alt.Y(datum=int(dots["place"].max()) + 1.4, scale=height),
                text=alt.value(f"within two points of {median:g}: {near}"),
            )
        )
        return alt.LayerChart(layer=[far.encode(x=x, y=y), middle.encode(x=x, y=y), words])

    return Figure(
        id="ratings",
        title=(
            f"{near} of {len(scores)} groups lie within two points of the middle, and the file gives no margin of error"
        ),
        alternative=(
            f"A dot for each of {len(scores)} medical groups along the rating its patients gave, from "
            f"{scores.min():g} to {scores.max():g}. The dots crowd together: {near} lie within two points of the "
            f"median of {median:g}."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="ratings",
                frame=frame,
                steps=[],
                columns={"rating": Column(heading="rating"), "groups": Column(heading="groups")},
            ),
            LiveTable(
                name="dots",
                frame=dots,
                steps=[],
                columns={"rating": Column(heading="rating"), "place": Column(heading="place in the pile")},
            ),
        ],
        source="US Centers for Medicare & Medicaid Services, through tidyr; ratings are published in whole points.",
        height=200,
    )
