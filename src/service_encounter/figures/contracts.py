"""Figures of the chapter on selling the service instead of the product."""

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
    Drawn,
    Figure,
    LiveTable,
    Readout,
    Row,
    Settings,
    Slider,
)
from service_encounter.models import contracts
from service_encounter.models.card import Parameter
from service_encounter.namespace import Namespace, Quantity

__all__ = ["corridor", "fleet", "wasted"]

_INVESTMENT, _YEARLY_COST = 10_000.0, 1_500.0
_CORRIDOR = next(card for card in contracts.CARDS if card.id == "fee-corridor")
_WANTED_HOURS, _HOUR_COST = 1_200.0, 0.8
_SAVING_OF_AN_HOUR = 90.0
_LIFE, _RECOVERED = 20.0, 0.5


def _percent(parameter: Parameter, label: str, value: float) -> Slider:
    """A slider in per cent over the range that a card states as a fraction."""
    return Slider(
        name=parameter.name,
        label=label,
        low=round(100 * parameter.low),
        high=round(100 * parameter.high),
        step=1,
        value=value,
        unit="%",
    )


def corridor() -> Figure:
    """The yearly fees that suit both sides, over the rate at which the customer reckons."""

    def floor(at: Settings, xp: Namespace) -> Quantity:
        rate = contracts.rate_with_failures(at["provider_rate"] / 100, at["failing"] / 100, _RECOVERED, xp)
        return contracts.fee_floor(_INVESTMENT, _YEARLY_COST, rate, _LIFE, at["contracting_cost"], xp)

    def ceiling(percent: Quantity, xp: Namespace) -> Quantity:
        return contracts.fee_ceiling(_INVESTMENT, _YEARLY_COST, percent / 100, _LIFE, xp)

    def fees(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        least, most = floor(at, xp), ceiling(row["rate"], xp)
        return {"ceiling": most, "floor": least, "room": xp.maximum(most, least)}

    def here(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        percent = at["customer_rate"] + row["shift"]
        least, most = floor(at, xp), ceiling(percent, xp)
        return {"rate": percent, "ceiling": most, "floor": least, "width": most - least}

    def draw(rates: alt.Chart, office: alt.Chart) -> Drawn:
        x = alt.X(
            "rate:Q",
            title="the office\N{RIGHT SINGLE QUOTATION MARK}s rate, % a year",
            scale=alt.Scale(domain=[0, 40]),
            axis=alt.Axis(values=[0, 10, 20, 30, 40], grid=False),
        )
        scale = alt.Scale(domain=[1_500, 6_500])

        def y(column: str) -> alt.Y:
            return alt.Y(
                f"{column}:Q", title="fee, € a year", scale=scale, axis=alt.Axis(tickCount=5, format=",d")
            )

        inside = rates.mark_area(color=theme.SERIES[2], opacity=0.16, clip=True).encode(
            x=x, y=y("room"), y2="floor:Q"
        )
        lines = [
            rates.mark_line(color=colour, strokeWidth=2.5, clip=True).encode(x=x, y=y(column))
            for column, colour in (("ceiling", theme.SERIES[0]), ("floor", theme.SERIES[1]))
        ]
        names = [
            rates.transform_filter("datum.rate === 40")
            .mark_text(align="right", dx=-2, dy=dy, color=colour, fontWeight="bold")
            .encode(x=x, y=y(column), text=alt.value(words))
            for column, words, colour, dy in (
                ("ceiling", "most the office pays", theme.SERIES[0], -12),
                ("floor", "least the firm needs", theme.SERIES[1], 14),
            )
        ]
        verdict = alt.condition("datum.width >= 0", alt.value(theme.SERIES[2]), alt.value(theme.SERIES[1]))
        gap = office.mark_rule(strokeWidth=5, clip=True).encode(
            x=x, y=y("floor"), y2="ceiling:Q", color=verdict
        )
        words = (
            office.transform_calculate(
                words="datum.width >= 0 ? 'room: €' + format(datum.width, ',.0f') + ' a year'"
                " : 'no contract: €' + format(-datum.width, ',.0f') + ' short'"
            )
            .mark_text(align="left", fontSize=17, fontWeight="bold")
            .encode(x=alt.datum(1), y=alt.datum(6_150), text="words:N", color=verdict)
        )
        return alt.layer(inside, *lines, gap, words, *names)

    card = _CORRIDOR.parameter
    return Figure(
        id="fee-corridor",
        title="As the page on Ruth's desk stands, the office can pay €320 a year more than the firm needs",
        alternative=(
            "A rising curve and a level line over the office's yearly rate from 1 to 40 per cent. The level line, "
            "the least fee that the firm can take, lies at 2,519 euros a year. The curve, the most that the office "
            "would pay, starts below it, crosses it at 8 per cent and reaches 5,505 at 40. A bar at 12 per cent "
            "marks a room of 320 euros between the two."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="rates",
                frame=pd.DataFrame({"rate": np.arange(1.0, 40.5, 1.0)}),
                steps=[fees],
                columns={
                    "rate": Column(heading="office's rate", unit="%"),
                    "floor": Column(heading="least the firm needs", decimals=1, unit="€"),
                    "ceiling": Column(heading="most the office pays", decimals=1, unit="€"),
                },
            ),
            LiveTable(
                name="office",
                frame=pd.DataFrame({"shift": [0.0]}),
                steps=[here],
                columns={"rate": Column(heading="office's rate", decimals=1, unit="%")},
            ),
        ],
        controls=[
            _percent(card("customer_rate"), "The office's rate", 12),
            _percent(card("provider_rate"), "The firm's rate", 8),
            Slider(
                name="failing",
                label="Offices that fail in a year",
                low=0,
                high=8,
                step=1,
                value=0,
                unit="in 100",
            ),
            Slider(
                name="contracting_cost",
                label="What only the contract costs, € a year",
                low=card("contracting_cost").low,
                high=card("contracting_cost").high,
                step=25,
                value=0,
            ),
        ],
        readouts=[
            Readout(label="In € a year, least the firm needs", value=floor, decimals=1),
            Readout(
                label="most the office pays",
                value=lambda at, xp: ceiling(at["customer_rate"], xp),
                decimals=1,
            ),
        ],
        try_this=(
            "let one office in a hundred fail each year, then more; then set the two rates alike and let the contract "
            "cost a little."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "Machines for €10,000 that last twenty years, operation and upkeep €1,500 a year. From an office that "
            "fails the firm saves half of what its promise was worth."
        ),
        height=300,
    )


def wasted() -> Figure:
    """What both sides lose between them as the office's share of each hour's cost rises from none to all."""

    def losses(share: Quantity, at: Settings, xp: Namespace) -> tuple[Quantity, Quantity]:
        slope = _HOUR_COST / at["extra"]
        top = _HOUR_COST + slope * _WANTED_HOURS
        overuse = contracts.overuse_loss(top, slope, _HOUR_COST * share, _HOUR_COST, xp)
        effort_cost = _SAVING_OF_AN_HOUR**2 / (2 * at["care"])
        missing = contracts.best_effort(_SAVING_OF_AN_HOUR, effort_cost, 1.0, xp) - contracts.best_effort(
            _SAVING_OF_AN_HOUR, effort_cost, 1 - share, xp
        )
        return overuse, effort_cost * missing**2 / 2

    def best(at: Settings, xp: Namespace) -> Quantity:
        overuse, _ = losses(0.0, at, xp)
        _, care = losses(1.0, at, xp)
        return overuse / (overuse + care)

    def waste(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        overuse, care = losses(row["percent"] / 100, at, xp)
        return {"care": care, "overuse": overuse, "total": care + overuse}

    def lowest(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share = best(at, xp) + row["shift"]
        overuse, care = losses(share, at, xp)
        return {"percent": 100 * share, "total": care + overuse}

    def draw(shares: alt.Chart, bottom: alt.Chart) -> Drawn:
        x = alt.X(
            "percent:Q",
            title="share of each hour\N{RIGHT SINGLE QUOTATION MARK}s cost that the office pays, %",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], grid=False),
        )
        scale = alt.Scale(domain=[0, 160])

        def y(column: str) -> alt.Y:
            return alt.Y(f"{column}:Q", title="lost between the two, € a year", scale=scale)

        care = shares.mark_area(color=theme.SERIES[1], opacity=0.35).encode(x=x, y=y("care"), y2=alt.datum(0))
        overuse = shares.mark_area(color=theme.SERIES[0], opacity=0.35).encode(x=x, y=y("total"), y2="care:Q")
        edge = shares.mark_line(color=theme.INK, strokeWidth=2.5).encode(x=x, y=y("total"))
        point = bottom.mark_point(filled=True, size=140, opacity=1, color=theme.INK).encode(x=x, y=y("total"))
        least = (
            bottom.transform_calculate(words="'least: €' + format(datum.total, '.0f')")
            .mark_text(dy=-16, fontWeight="bold")
            .encode(x=x, y=y("total"), text="words:N")
        )

        def corner(percent: int, words: str) -> alt.Chart:
            return shares.transform_filter(f"datum.percent === {percent}").transform_calculate(
                words=f"'{words}: €' + format(datum.total, '.0f')"
            )

        corners = [
            corner(0, "flat fee")
            .mark_text(align="left", dx=2, dy=-14, color=theme.SERIES[0], fontWeight="bold")
            .encode(x=x, y=y("total"), text="words:N"),
            corner(100, "sale")
            .mark_text(align="right", dx=-2, dy=-14, color=theme.SERIES[1], fontWeight="bold")
            .encode(x=x, y=y("total"), text="words:N"),
        ]
        top = alt.datum(155)
        names = [
            bottom.mark_text(align="left", dx=2, color=theme.SERIES[0]).encode(
                x=alt.datum(0), y=top, text=alt.value("hours too many")
            ),
            bottom.mark_text(align="right", dx=-2, color=theme.SERIES[1]).encode(
                x=alt.datum(100), y=top, text=alt.value("care not taken")
            ),
        ]
        return alt.layer(care, overuse, edge, point, least, *corners, *names)

    return Figure(
        id="wasted",
        title="Split the bill for each hour, and less is lost than by the sale or by the flat fee",
        alternative=(
            "A valley over the share of each hour's cost that the office pays. Under the flat fee, at the left, 60 "
            "euros a year are lost to hours not worth what they cost. Under the sale, at the right, 90 euros are "
            "lost to care that the firm does not take. In between both shrink, and the loss is least, 36 euros, "
            "where the office pays 40 per cent."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="shares",
                frame=pd.DataFrame({"percent": np.arange(0.0, 101.0, 4.0)}),
                steps=[waste],
                columns={
                    "percent": Column(heading="the office pays", unit="%"),
                    "overuse": Column(heading="lost to overuse", decimals=1, unit="€"),
                    "care": Column(heading="lost to missing care", decimals=1, unit="€"),
                    "total": Column(heading="lost together", decimals=1, unit="€"),
                },
            ),
            LiveTable(
                name="least",
                frame=pd.DataFrame({"shift": [0.0]}),
                steps=[lowest],
                columns={"percent": Column(heading="the office pays", unit="%")},
            ),
        ],
        controls=[
            Slider(
                name="extra",
                label="Hours the office adds when an hour is free",
                low=10,
                high=350,
                step=10,
                value=150,
                unit="a year",
            ),
            Slider(
                name="care",
                label="What the firm's full care would save (€ a year, its cost taken off)",
                low=10,
                high=150,
                step=10,
                value=90,
            ),
        ],
        readouts=[
            Readout(
                label="Share of each hour's cost at which least is lost",
                value=lambda at, xp: 100 * best(at, xp),
                unit="%",
            )
        ],
        try_this=(
            "find an office for which the flat fee is nearly the best contract, then one for which the sale is; "
            "say in words what kind of people work in each."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source=(
            "An hour of cooling costs €0.80 to make; at that price the office wants 1,200 a year. "
            "An hour of care saves €90 a year."
        ),
        height=270,
    )


def fleet() -> Figure:
    """A fleet of two kinds of machine, neither of which improves, and the failure rate of the survivors."""

    def rates(at: Settings) -> tuple[list[Quantity], list[Quantity]]:
        frail = at["share"] / 100
        return [1 / at["frail"], 1 / at["sturdy"]], [frail, 1 - frail]

    def failures(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        each, shares = rates(at)
        return {
            "frail": 100 * each[0],
            "pooled": 100 * contracts.pooled_failure_rate(each, shares, row["hours"], xp),
            "sturdy": 100 * each[1],
        }

    def frail_left(hours: Quantity, at: Settings, xp: Namespace) -> Quantity:
        # The fleet's rate is the mean of the two kinds', so its place between them is the share of the frail.
        each, shares = rates(at)
        pooled = contracts.pooled_failure_rate(each, shares, hours, xp)
        return 100 * (pooled - each[1]) / (each[0] - each[1])

    def survivors(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"left": frail_left(row["hours"], at, xp)}

    def draw(hours: alt.Chart) -> Drawn:
        x = alt.X(
            "hours:Q",
            title="hours since the last repair",
            scale=alt.Scale(domain=[0, 400]),
            axis=alt.Axis(values=[0, 100, 200, 300, 400], grid=False),
        )

        def y(column: str) -> alt.Y:
            return alt.Y(
                f"{column}:Q",
                title="failures in 100 hours",
                scale=alt.Scale(zero=False, padding=22),
                axis=alt.Axis(tickCount=4, grid=False),
            )

        gone = hours.mark_area(color=theme.SERIES[0], opacity=0.12).encode(x=x, y=y("frail"), y2="pooled:Q")
        frail = hours.mark_area(color=theme.SERIES[1], opacity=0.3).encode(x=x, y=y("pooled"), y2="sturdy:Q")
        steady = [
            hours.mark_line(color=theme.MUTED, strokeWidth=2, strokeDash=[6, 4]).encode(x=x, y=y(column))
            for column in ("frail", "sturdy")
        ]
        pooled = hours.mark_line(color=theme.SERIES[1], strokeWidth=3.5).encode(x=x, y=y("pooled"))
        names = [
            hours.transform_filter("datum.hours === 400")
            .mark_text(align="right", dy=dy, color=theme.MUTED, fontWeight="bold")
            .encode(x=x, y=y(column), text=alt.value(f"each {column} machine"))
            for column, dy in (("frail", -11), ("sturdy", 14))
        ]
        shares = (
            hours.transform_filter("datum.hours % 100 === 0 && datum.hours < 400")
            .transform_calculate(
                words="(datum.hours === 0 ? 'the fleet: ' : '') + format(datum.left, '.0f') + '% frail'"
            )
            .mark_text(align="left", dx=6, dy=-9, color=theme.SERIES[1], fontWeight="bold")
            .encode(x=x, y=y("pooled"), text="words:N")
        )
        return alt.layer(gone, frail, *steady, pooled, *names, shares)

    return Figure(
        id="fleet",
        title="No machine in this fleet ever improves, and those that have run longest fail least",
        alternative=(
            "Three lines over hours since the last repair. Two are level: a frail machine fails 1.6 times in a "
            "hundred hours, a sturdy one 0.9 times, whatever its age. The line for the whole fleet starts between "
            "them at 1.3 and sinks towards the sturdy line, to 1.0 after 400 hours. Its height between the two is the "
            "share of frail machines among those still running: 67 per cent at the start, 52 after a hundred hours, 36 "
            "after two hundred, 23 after three hundred."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="hours",
                frame=pd.DataFrame({"hours": np.arange(0.0, 401.0, 20.0)}),
                steps=[failures, survivors],
                columns={
                    "hours": Column(heading="hours since repair"),
                    "frail": Column(heading="frail", decimals=2),
                    "pooled": Column(heading="the fleet, failures in 100 hours", decimals=2),
                    "sturdy": Column(heading="sturdy", decimals=2),
                    "left": Column(heading="frail among those running", unit="%"),
                },
            )
        ],
        controls=[
            Slider(
                name="frail",
                label="A frail machine runs on average",
                low=16,
                high=100,
                step=4,
                value=64,
                unit="hours",
            ),
            Slider(
                name="sturdy",
                label="A sturdy one",
                low=104,
                high=400,
                step=4,
                value=108,
                unit="hours",
            ),
            Slider(name="share", label="Frail at the start", low=7, high=87, step=5, value=67, unit="%"),
        ],
        readouts=[
            Readout(
                label="Frail among those still running at 200 hours",
                value=lambda at, xp: frail_left(200.0, at, xp),
                unit="%",
            )
        ],
        try_this=(
            "make the frail much frailer, and watch when the fall happens; then make the two kinds nearly alike."
        ),
        labels=[TEACHING_DEVICE],
        source="Start values: mean hours and share of failures of two aircraft's air-conditioning (Proschan 1963).",
        height=280,
    )
