"""Figures of the chapter on different customers."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import numpy.typing as npt
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
from service_encounter.models import segments
from service_encounter.namespace import Namespace, Quantity

__all__ = ["break_even", "channels_by_age", "overlap"]

_TASTES = next(card for card in segments.CARDS if card.id == "taste-distribution")
_TARGETING = next(card for card in segments.CARDS if card.id == "targeting")
_SHUFFLES = 8
_SEED = 11
_NAMED = {
    "Local TV News": "local television",
    "The default weather app on your phone": "the phone\N{RIGHT SINGLE QUOTATION MARK}s own app",
}


def channels_by_age(counts: pd.DataFrame) -> Figure:
    """Where each age group gets the weather, as answered and with the ages dealt out at random.

    Args:
        counts: people, one row an age group, youngest first, one column a channel; both of the
            channels that the figure names must be among them.

    Returns:
        A figure whose slider goes from the answers to eight shuffles of the same people.

    Raises:
        ValueError: if a channel that the figure names is missing.
    """
    missing = [channel for channel in _NAMED if channel not in counts.columns]
    if missing:
        raise ValueError(f"counts must have the column {missing[0]!r}, got {list(counts.columns)}")
    worlds = [counts.to_numpy(dtype=int), *_shuffled(counts.to_numpy(dtype=int))]
    strengths = [segments.cramers_v(world) for world in worlds]
    frame = _long(counts, worlds)

    def chosen(values: list[Quantity], at: Settings, xp: Namespace) -> Quantity:
        found = values[0]
        for number, value in enumerate(values[1:], start=1):
            found = xp.where(at["shuffle"] == number, value, found)
        return found

    def share(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share = chosen([row[f"world_{number}"] for number in range(len(worlds))], at, xp)
        side = chosen([row[f"side_{number}"] for number in range(len(worlds))], at, xp)
        return {"share": share, "beside": share + 3 * side, "beyond": share + 6.5 * side}

    def draw(table: alt.Chart) -> alt.LayerChart:
        x = alt.X("age:O", title="age", axis=alt.Axis(labelAngle=0), scale=alt.Scale(paddingOuter=0.35))
        y = alt.Y("share:Q", title="% of the age group", scale=alt.Scale(domain=[0, 46], nice=False))
        grey = (
            table.transform_filter("datum.name === ''")
            .mark_line(color=theme.MUTED, strokeWidth=1.5, opacity=0.4)
            .encode(x=x, y=y, detail="channel:N")
        )
        layers: list[alt.Chart] = [grey]
        ends = ((str(counts.index[-1]), 16), (str(counts.index[0]), -14))
        for name, colour, (end, shift) in zip(
            _NAMED.values(), (theme.SERIES[1], theme.SERIES[0]), ends, strict=True
        ):
            line = table.transform_filter(f'datum.name === "{name}"')
            dots = alt.OverlayMarkDef(size=80, filled=True, color=colour)
            number = line.mark_text(color=colour, fontWeight="bold")
            word = line.transform_filter(f'datum.age === "{end}"').mark_text(
                color=colour, fontWeight="bold", align="right" if shift > 0 else "left", dx=shift
            )
            layers += [
                line.mark_line(color=colour, strokeWidth=3, point=dots).encode(x=x, y=y),
                number.encode(x=x, y=alt.Y("beside:Q"), text=alt.Text("share:Q", format=".0f")),
                word.encode(x=x, y=alt.Y("beyond:Q"), text="name:N"),
            ]
        return alt.LayerChart(layer=layers)

    return Figure(
        id="channels-by-age",
        title="Local television informs 8 in 100 of the young and 29 of the old; the phone does the reverse",
        alternative=(
            "Lines over four age groups. Local television, in orange, rises from 8 per cent of those under "
            "thirty to 29 of those of sixty and over; the phone's own app, in blue, falls from 36 to 14. Six "
            "other channels, in grey, stay nearly level. With the ages shuffled, both coloured lines wobble "
            "around 23 per cent."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="channels",
                frame=frame,
                steps=[share],
                columns={
                    "channel": Column(heading="channel"),
                    "age": Column(heading="age"),
                    "share": Column(heading="share", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider(
                name="shuffle",
                label="Deal the ages out again (0: as people answered)",
                low=0,
                high=_SHUFFLES,
                step=1,
                value=0,
                button="Deal once more",
            )
        ],
        readouts=[
            Readout(
                label="Cramér's V, age and channel",
                value=lambda at, xp: chosen(list(strengths), at, xp),
                decimals=3,
            )
        ],
        try_this=(
            "move off zero: the same people keep their answers but get one another's ages. "
            "Which of the eight shuffles would you have believed?"
        ),
        source=(
            "916 of the 928 respondents of a SurveyMonkey panel for FiveThirtyEight, United States, April 2015. "
            "Grey: six other channels."
        ),
        height=270,
    )


def _shuffled(counts: npt.NDArray[np.int_]) -> list[npt.NDArray[np.int_]]:
    """The same people with their groups dealt out at random, margins unchanged."""
    generator = np.random.default_rng(_SEED)
    rows, columns = counts.shape
    group, answer = (index.repeat(counts.ravel()) for index in np.indices(counts.shape).reshape(2, -1))
    return [
        np.bincount(generator.permutation(group) * columns + answer, minlength=rows * columns).reshape(
            counts.shape
        )
        for _ in range(_SHUFFLES)
    ]


def _long(counts: pd.DataFrame, worlds: list[npt.NDArray[np.int_]]) -> pd.DataFrame:
    """One row a channel and age group: in each world its share in per cent, and its label's side of the line."""
    shares = [100 * world / world.sum(axis=1, keepdims=True) for world in worlds]
    first, second = (list(counts.columns).index(channel) for channel in _NAMED)
    rows = []
    for j, channel in enumerate(counts.columns):
        for i, age in enumerate(counts.index):
            row: dict[str, str | float] = {
                "channel": str(channel),
                "age": str(age),
                "name": _NAMED.get(str(channel), ""),
            }
            for number, share in enumerate(shares):
                above = (share[i, first] >= share[i, second]) == (j == first)
                row |= {
                    f"world_{number}": round(float(share[i, j]), 4),
                    f"side_{number}": 1.0 if above else -1.0,
                }
            rows.append(row)
    return pd.DataFrame(rows)


def overlap() -> Figure:
    """Two groups of customers whose tastes overlap: who gets the flyer that does not suit."""
    half = 0.5

    def densities(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        middle = at["difference"] / 2
        staff = 100 * half * segments.taste_density(row["taste"], -middle, at["spread"], xp)
        students = 100 * half * segments.taste_density(row["taste"], middle, at["spread"], xp)
        # The spreads are equal, so the smaller curve is the one that lies on the other group's side.
        return {"staff": staff, "students": students, "wrong": xp.minimum(staff, students)}

    def peak(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        place = row["side"] * at["difference"] / 2
        # The middle label stands where the curves cross, half the difference from either peak.
        away = xp.where(row["side"] == 0, at["difference"] / 2, place)
        height = 100 * half * segments.taste_density(place, away, at["spread"], xp)
        # Where the groups are narrow, the overlap is too slim for its name.
        room = xp.where(at["spread"] >= 3, 1, 0)
        return {"taste": place, "height": height, "headroom": 1.2 * height, "room": room}

    def draw(tastes: alt.Chart, names: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "taste:Q",
            title="pays more for the table than for the box, €",
            scale=alt.Scale(domain=[-16, 16], nice=False),
        )
        scale = alt.Scale(zero=True, nice=False)

        def y(column: str) -> alt.Y:
            return alt.Y(f"{column}:Q", title="customers in 100, per euro", scale=scale)

        wrong = tastes.mark_area(color=theme.SERIES[1], opacity=0.35, clip=True).encode(x=x, y=y("wrong"))
        lines = [
            tastes.mark_line(color=colour, strokeWidth=2.5, clip=True).encode(x=x, y=y(column))
            for column, colour in (("staff", theme.SERIES[2]), ("students", theme.SERIES[0]))
        ]
        zero = alt.Chart(alt.InlineData(values=[{}])).mark_rule(strokeDash=[3, 3]).encode(x=alt.datum(0))
        staff = (
            names.transform_filter("datum.side === -1")
            .mark_text(align="right", dx=-8, dy=-10, color=theme.SERIES[2], fontWeight="bold")
            .encode(x=x, y=y("height"), text="group:N")
        )
        students = (
            names.transform_filter("datum.side === 1")
            .mark_text(align="left", dx=8, dy=-10, color=theme.SERIES[0], fontWeight="bold")
            .encode(x=x, y=y("height"), text="group:N")
        )
        middle = (
            names.transform_filter("datum.side === 0 && datum.height > 1.4 && datum.room === 1")
            .mark_text(dy=-24)
            .encode(x=x, y=alt.datum(0), text="group:N")
        )
        # An unseen point above the peak keeps room for the name that stands on it.
        above = names.mark_point(opacity=0).encode(x=x, y=y("headroom"))
        return alt.LayerChart(layer=[wrong, zero, *lines, above, staff, students, middle])

    return Figure(
        id="overlap",
        title="Students and staff differ by €4 on average, and a third of them get the wrong flyer",
        alternative=(
            "Two bell curves over what a customer would pay extra for the study table. That of the staff "
            "peaks at minus 2 euros, that of the students at plus 2, and both have a standard deviation of 5 euros, so "
            "they overlap in most of their area. The shaded overlap holds 34 in 100 customers: those whose "
            "own taste is the other group's. It shrinks as the groups move apart and grows as each becomes "
            "more mixed."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="tastes",
                frame=pd.DataFrame({"taste": np.arange(-16, 16.25, 0.25)}),
                steps=[densities],
                columns={
                    "taste": Column(heading="extra for the table", decimals=2, unit="€"),
                    "staff": Column(heading="staff", decimals=2),
                    "students": Column(heading="students", decimals=2),
                    "wrong": Column(heading="wrong flyer", decimals=2),
                },
            ),
            LiveTable(
                name="groups",
                frame=pd.DataFrame({"group": ["staff", "wrong flyer", "students"], "side": [-1.0, 0.0, 1.0]}),
                steps=[peak],
                columns={"group": Column(heading="group"), "taste": Column(heading="mean", decimals=1)},
            ),
        ],
        controls=[
            Slider.of(
                _TASTES.parameter("difference"),
                label="Between the average student and the average of staff",
                step=0.2,
                value=4,
            ),
            Slider.of(
                _TASTES.parameter("spread"),
                label="Spread of tastes within each group (standard deviation)",
                step=0.2,
                value=5,
            ),
        ],
        readouts=[
            Readout(
                label="Right flyer for",
                value=lambda at, xp: 100 * segments.targeting_accuracy(at["difference"], at["spread"], xp),
                decimals=0,
                unit="in 100 customers",
            )
        ],
        try_this=(
            "find how far apart the averages must lie before nine in ten get the right flyer; "
            "then leave the averages alone and make each group more alike instead."
        ),
        labels=[TEACHING_DEVICE],
        height=270,
    )


def break_even(ways: Mapping[str, float], matched: float) -> Figure:
    """Gain of two tailored offers over one common offer, by how often they reach the right customer.

    Args:
        ways: accuracies to mark, from 0.5 to 1, by what the firm goes by; in rising order.
        matched: contribution from a customer with the fitting offer, in euros.

    Returns:
        A figure whose line crosses zero at the break-even accuracy.

    Raises:
        ValueError: if an accuracy lies outside 0.5 to 1.
    """
    outside = {name: accuracy for name, accuracy in ways.items() if not 0.5 <= accuracy <= 1}
    if outside:
        raise ValueError(f"ways must hold accuracies from 0.5 to 1, got {outside}")

    def terms(at: Settings) -> tuple[Quantity, Quantity, Quantity, Quantity]:
        stay = 1 - at["leave"] / 100
        return matched * stay, at["mismatched"] * stay, at["common"], at["tailoring_cost"]

    def gain(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"gain": segments.targeting_profit(row["percent"] / 100, *terms(at), xp)}

    def crossing(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        accuracy = 100 * segments.break_even_accuracy(*terms(at), xp)
        shown = (accuracy >= row["low"]) & (accuracy <= 100)
        return {"percent": xp.clip(accuracy, row["low"], 100), "shown": xp.where(shown, 1, 0)}

    def draw(line: alt.Chart, marked: alt.Chart, zero: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "percent:Q",
            title="customers in 100 who get the flyer that suits",
            scale=alt.Scale(domain=[48, 102], nice=False),
            axis=alt.Axis(values=[50, 60, 70, 80, 90, 100]),
        )
        y = alt.Y(
            "gain:Q",
            title="gain over the common offer, € a customer",
            scale=alt.Scale(domain=[-4, 6], nice=False),
        )
        pays = alt.condition("datum.gain >= 0", alt.value(theme.SERIES[0]), alt.value(theme.SERIES[1]))
        rule = alt.Chart(alt.InlineData(values=[{}])).mark_rule(strokeWidth=1.5).encode(y=alt.datum(0))
        body = line.mark_line(color=theme.MUTED, strokeWidth=2.5, clip=True).encode(x=x, y=y)
        dots = marked.mark_point(filled=True, opacity=1, size=110, clip=True).encode(x=x, y=y, color=pays)
        inside = marked.transform_filter("datum.gain > -3.6 && datum.gain < 5.6")
        coin = inside.transform_filter("datum.percent <= 50").mark_text(align="left", dx=9, dy=12)
        rest = inside.transform_filter("datum.percent > 50").mark_text(align="right", dx=-9, dy=-13)
        words = [part.encode(x=x, y=y, text="way:N") for part in (coin, rest)]
        cross = (
            zero.transform_filter("datum.shown === 1")
            .mark_point(shape="diamond", filled=True, size=190, opacity=1, color=theme.INK)
            .encode(x=x, y=alt.datum(0))
        )
        # The name of the profile hangs to the left, so the diamond's goes right, while there is room.
        needed = zero.transform_filter("datum.shown === 1").transform_calculate(
            words="'pays from ' + format(datum.percent, '.0f')"
        )
        beside = needed.transform_filter("datum.percent < 80").mark_text(
            align="left", dx=10, dy=16, fontWeight="bold"
        )
        before = needed.transform_filter("datum.percent >= 80").mark_text(
            align="right", dx=-10, dy=-14, fontWeight="bold"
        )
        value = [part.encode(x=x, y=alt.datum(0), text="words:N") for part in (beside, before)]
        return alt.LayerChart(layer=[rule, body, dots, *words, cross, *value])

    return Figure(
        id="break-even",
        title="Two flyers beat one only if 67 in 100 reach the right hand, and a profile falls just short",
        alternative=(
            "A rising straight line: the gain, in euros a customer, of two tailored flyers over one common "
            "offer, against the share of customers who get the one that suits. It starts at minus 2.50 for a "
            "coin toss, crosses zero at 67 in 100 and ends at plus 5 when every customer gets the right one. "
            "Dots mark what a firm may go by: the coin and the profile lie below zero, remembered visits "
            "above."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="accuracies",
                frame=pd.DataFrame({"percent": np.arange(50, 101, 2.0)}),
                steps=[gain],
                columns={
                    "percent": Column(heading="right flyer, in 100"),
                    "gain": Column(heading="gain a customer", decimals=2, unit="€"),
                },
            ),
            LiveTable(
                name="ways",
                frame=pd.DataFrame(
                    {"way": list(ways), "percent": [round(100 * accuracy, 3) for accuracy in ways.values()]}
                ),
                steps=[gain],
                columns={
                    "way": Column(heading="going by"),
                    "gain": Column(heading="gain", decimals=2, unit="€"),
                },
            ),
            LiveTable(
                name="crossing",
                frame=pd.DataFrame({"low": [50.0]}),
                steps=[crossing],
                columns={"percent": Column(heading="break-even", decimals=1)},
            ),
        ],
        controls=[
            Slider.of(
                _TARGETING.parameter("common"), label="What the one common offer brings", step=0.2, value=14
            ),
            Slider.of(_TARGETING.parameter("mismatched"), label="What a wrong flyer brings", step=1, value=5),
            Slider.of(
                _TARGETING.parameter("tailoring_cost"), label="Second flyer and data cost", step=0.25, value=1
            ),
            Slider(
                name="leave",
                label="Customers who leave because they were sorted",
                low=0,
                high=20,
                step=1,
                value=0,
                unit="%",
            ),
        ],
        readouts=[
            Readout(
                label="Break-even",
                value=lambda at, xp: 100 * segments.break_even_accuracy(*terms(at), xp),
                decimals=0,
                unit="in 100 customers",
            )
        ],
        try_this=(
            "improve the common offer, little by little, and see which of the four ways still pays; "
            "then go back and let five in a hundred leave."
        ),
        labels=[TEACHING_DEVICE],
        height=290,
    )
