"""Figures of the chapter on waiting."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service_encounter.figures import theme
from service_encounter.figures.core import (
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
from service_encounter.models import queueing
from service_encounter.namespace import Namespace, Quantity

__all__ = ["fast_lane", "lunch_staff", "roster", "wait_curve"]

_FAST = next(card for card in queueing.CARDS if card.id == "fast-lane")

_LUNCHES = 80
_LUNCH_HOURS = 1.5
_ARRIVALS = tuple(range(120, 301, 60))
_PROMISES = tuple(range(6))
_COUNTERS = 8
_MOST_SERVERS = 10
_MOST_LOST = 4
# A low bar's sum stands above the words at its foot.
_OVER_WORDS = 0.75

_DOTS = (80, 90)


def wait_curve(service_mean: float, service_scv: float) -> Figure:
    """The mean wait before one server, over how busy she is: a still picture.

    Args:
        service_mean: mean service time, in minutes.
        service_scv: squared coefficient of variation of service times.
    """

    def wait(busy: Quantity) -> Quantity:
        return queueing.mg1_mean_wait(busy / 100 / service_mean, service_mean, service_scv)

    def waits(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"wait": wait(row["percent"])}

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "percent:Q",
            title="how busy the one server is, %",
            scale=alt.Scale(domain=[0, 100], nice=False),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100]),
        )
        y = alt.Y("wait:Q", title="mean wait, minutes", scale=alt.Scale(domain=[0, 12], nice=False))
        line = rows.mark_line(color=theme.SERIES[0], strokeWidth=3).encode(x=x, y=y)
        dots = rows.transform_filter(alt.FieldOneOfPredicate(field="percent", oneOf=list(_DOTS)))
        point = dots.mark_point(filled=True, size=130, color=theme.INK, opacity=1).encode(x=x, y=y)
        words = (
            dots.transform_calculate(
                words="format(datum.wait, '.1f') + ' min at ' + format(datum.percent, '.0f') + '%'"
            )
            .mark_text(align="right", dx=-10, dy=-8, fontWeight="bold")
            .encode(x=x, y=y, text="words:N")
        )
        return alt.LayerChart(layer=[line, point, words])

    first, last = (float(wait(busy)) for busy in _DOTS)
    return Figure(
        id="wait-curve",
        title=f"One customer more in eight, and the wait is {last / first:.2f} times as long",
        alternative=(
            "The mean wait before one server over the share of time that she is busy. The line is nearly "
            f"flat up to a half, stands at {first:.1f} minutes at 80 per cent and {last:.1f} at 90, and "
            "climbs almost straight up after that."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="curve",
                frame=pd.DataFrame({"percent": [*range(0, 70, 10), *range(70, 97, 2)]}),
                steps=[waits],
                columns={
                    "percent": Column(heading="busy", unit="%"),
                    "wait": Column(heading="mean wait, min", decimals=1),
                },
            )
        ],
        source="The formula below, with the mean and the spread of 174 servings at a college snack bar.",
        height=240,
    )


def roster(service_mean: float) -> Figure:
    """Staff who wait for customers and customers who wait for staff, over rosters for one demand.

    Args:
        service_mean: mean service time, in minutes.
    """

    def load(at: Settings) -> Quantity:
        return at["arrivals"] / 60 * service_mean

    def fewest(at: Settings, xp: Namespace) -> Quantity:
        return 1 + xp.floor(load(at))

    def wait(servers: Quantity, at: Settings, xp: Namespace) -> Quantity:
        busy = load(at) / servers
        both = queueing.lost_minutes(busy, servers, service_mean, 1, xp)
        return both - queueing.lost_minutes(busy, 1, service_mean, 0, xp)

    def staffed(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"servers": fewest(at, xp) + row["spare"]}

    def parts(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        busy = load(at) / row["servers"]
        return {
            "busy": 100 * busy,
            "idle": queueing.lost_minutes(busy, 1, service_mean, 0, xp),
            "waiting": at["weight"] * wait(row["servers"], at, xp),
        }

    def both(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"lost": row["idle"] + row["waiting"]}

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X("servers:O", title="servers at the counter", axis=alt.Axis(labelAngle=0))
        scale, axis = alt.Scale(domain=[0, 5.2], nice=False), alt.Axis(values=[0, 1, 2, 3, 4])
        title = "minutes lost for each customer served"
        # A bar beyond the axis is cut there and says its height in figures.
        cut = rows.transform_calculate(
            low=f"min(datum.idle, {_MOST_LOST})",
            high=f"min(datum.lost, {_MOST_LOST})",
            above=f"clamp(datum.lost, {_OVER_WORDS}, {_MOST_LOST})",
            words="format(datum.lost, datum.lost < 10 ? '.1f' : '.0f')",
            share="format(datum.busy, '.0f') + '%|busy'",
        ).transform_joinaggregate(least="min(lost)")
        idle = cut.mark_bar(width=34, color=theme.SERIES[0], opacity=0.4).encode(
            x=x, y=alt.Y("low:Q", title=title, scale=scale, axis=axis), y2=alt.datum(0)
        )
        waiting = cut.mark_bar(width=34, color=theme.SERIES[1], opacity=0.4).encode(
            x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"
        )
        height = alt.Y("high:Q", scale=scale)
        above = alt.Y("above:Q", scale=scale)
        value = cut.mark_text(dy=-8).encode(x=x, y=above, text="words:N")
        least = cut.transform_filter("datum.lost === datum.least")
        frame = least.mark_bar(
            width=34, filled=False, fillOpacity=0, stroke=theme.INK, strokeWidth=2.5
        ).encode(x=x, y=height, y2=alt.datum(0))
        name = least.mark_text(dy=-22, fontWeight="bold").encode(x=x, y=above, text=alt.value("least"))
        share = cut.mark_text(lineBreak="|", baseline="bottom", dy=-16, fontSize=10).encode(
            x=x, y=alt.Y(datum=0, scale=scale), text="share:N"
        )
        names = ((4.95, theme.SERIES[1], "customers wait for staff"), (4.6, theme.SERIES[0], "staff idle"))
        words = [
            rows.transform_filter("datum.spare === 0")
            .mark_text(align="right", color=colour, fontWeight="bold")
            .encode(x=alt.value("width"), y=alt.Y(datum=place, scale=scale), text=alt.value(text))
            for place, colour, text in names
        ]
        return alt.LayerChart(layer=[idle, waiting, frame, value, name, share, *words])

    return Figure(
        id="roster",
        title=(
            "Count a customer's minute as half a barista's, and two who stand idle six minutes in ten "
            "lose less than one"
        ),
        alternative=(
            "Five columns, for one to five servers at 70 customers an hour. Each stacks the minutes that "
            "staff stand idle for each customer and the minutes that the customer waits, counted at half. "
            "One server loses 1.7 minutes, most of them waited; two lose 1.1, nearly all of them idle, "
            "which is least; each further server adds almost 0.9 minutes of idleness and saves nothing "
            "that could be seen."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="rosters",
                frame=pd.DataFrame({"spare": np.arange(5)}),
                steps=[staffed, parts, both],
                columns={
                    "servers": Column(heading="servers"),
                    "busy": Column(heading="busy", unit="%"),
                    "idle": Column(heading="idle, min a customer", decimals=2),
                    "waiting": Column(heading="waiting, weighed", decimals=2),
                    "lost": Column(heading="both", decimals=2),
                },
            )
        ],
        controls=[
            Slider(name="arrivals", label="Customers an hour", low=20, high=600, step=10, value=70),
            Choice(
                name="weight",
                label="A customer's minute is worth",
                options={
                    "nothing": 0,
                    "a twentieth of a server's": 0.05,
                    "a tenth": 0.1,
                    "a quarter": 0.25,
                    "half": 0.5,
                    "as much as a server's": 1,
                    "twice as much": 2,
                    "ten times as much": 10,
                },
                value=0.5,
            ),
        ],
        readouts=[
            Readout(
                label="With the fewest who can do the work a customer waits",
                value=lambda at, xp: wait(fewest(at, xp), at, xp),
                decimals=1,
                unit="min",
            ),
            Readout(
                label="with one more,",
                value=lambda at, xp: wait(fewest(at, xp) + 1, at, xp),
                decimals=1,
                unit="min",
            ),
            Readout(
                label="one more costs, for each customer,",
                value=lambda at, xp: 60 / at["arrivals"],
                decimals=2,
                unit="min of staff",
            ),
            Readout(
                label="and pays once a customer's minute is worth",
                value=lambda at, xp: (
                    60 / at["arrivals"] / (wait(fewest(at, xp), at, xp) - wait(fewest(at, xp) + 1, at, xp))
                ),
                decimals=2,
                unit="of a server\N{RIGHT SINGLE QUOTATION MARK}s",
            ),
        ],
        try_this=(
            "let a customer's minute be worth nothing, and see which roster wins; then put it at half and "
            "serve 400 an hour."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "Mean service time of 174 customers of a college snack bar; arrivals and the spread of service "
            "times as Erlang's formula assumes them, which is wider than the snack bar's and makes waits "
            "longer. The first column has the fewest servers who can do the work at all."
        ),
        height=300,
    )


def lunch_staff(service_times: NDArray[np.float64], seed: int) -> Figure:
    """What Erlang's formula promises a lunch, and how far single lunches fall from it.

    Args:
        service_times: recorded service times to draw from, in minutes.
        seed: of the simulated lunches.
    """
    service_rate = 60 / float(np.mean(service_times))
    frame = _simulated_lunches(service_times, seed)

    def level(servers: Quantity, at: Settings, xp: Namespace) -> Quantity:
        # With more work than staff the steady state keeps no promise: the line grows without end.
        busy = at["arrivals"] / (servers * service_rate)
        late = queueing.late_share(xp.minimum(busy, 1 - 1e-9), servers, 60 / service_rate, at["within"], xp)
        return xp.where(busy < 1, 100 * (1 - late), 0)

    def promised(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"promised": level(row["servers"], at, xp)} | {
            name: xp.total(
                xp.where(
                    (at["arrivals"] == arrivals) & (at["within"] == within),
                    row[f"{name}_{arrivals}_{within}"],
                    0,
                )
                for arrivals in _ARRIVALS
                for within in _PROMISES
            )
            for name in ("bad", "good")
        }

    def needed(at: Settings, xp: Namespace) -> Quantity:
        too_few = (
            xp.where(level(number, at, xp) < at["target"], 1, 0) for number in range(1, _MOST_SERVERS + 1)
        )
        return 1 + xp.total(too_few)

    def against_goal(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"missing": needed(at, xp) - row["servers"], "goal": at["target"] + 0 * row["servers"]}

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X("servers:O", title="servers at the counter", axis=alt.Axis(labelAngle=0))
        scale = alt.Scale(domain=[0, 108], nice=False)
        axis = alt.Axis(values=[0, 25, 50, 75, 100])
        y = alt.Y("promised:Q", title="customers served within the promised wait, %", scale=scale, axis=axis)
        one_short = "datum.missing === 1"
        colour = alt.condition(one_short, alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0]))
        goal = rows.mark_rule(strokeDash=[5, 4]).encode(y=alt.Y("goal:Q", aggregate="max", scale=scale))
        band = rows.mark_bar(width=18, cornerRadius=5).encode(
            x=x,
            y=alt.Y("bad:Q", scale=scale),
            y2="good:Q",
            color=colour,
            opacity=alt.condition(one_short, alt.value(0.55), alt.value(0.3)),
        )
        dot = rows.mark_point(filled=True, opacity=1, color=theme.INK).encode(
            x=x, y=y, size=alt.condition("datum.missing === 0", alt.value(190), alt.value(60))
        )
        # Right of the column and below the bands of those that are enough.
        luck = (
            rows.transform_filter(one_short)
            .transform_calculate(
                place="min((datum.bad + datum.good) / 2, 50)",
                words="'one short:|' + format(datum.bad, '.0f') + '% to ' + format(datum.good, '.0f') + '%'",
            )
            .mark_text(lineBreak="|", align="left", dx=14, color=theme.SERIES[1], fontWeight="bold")
            .encode(x=x, y=alt.Y("place:Q", scale=scale), text="words:N")
        )
        return alt.LayerChart(layer=[goal, band, dot, luck])

    return Figure(
        id="lunch-staff",
        title=(
            "One server short, luck decides: the same lunch serves 17 in a hundred within a minute, or 83"
        ),
        alternative=(
            "Eight columns for one to eight servers. A dot says what share of customers the formula "
            "expects to be served within a minute; a band spans bad to good lunches. With one or two "
            "servers nearly nobody is. With three the dot stands at 37 per cent and the band reaches from "
            "17 to 83. With four the dot stands at 93 and the band is short. From five on everybody is "
            "served in time."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="servers",
                frame=frame,
                steps=[promised, against_goal],
                columns={
                    "servers": Column(heading="servers"),
                    "promised": Column(heading="Erlang's formula", decimals=1, unit="%"),
                    "bad": Column(heading="a bad lunch", decimals=1, unit="%"),
                    "good": Column(heading="a good lunch", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider(name="arrivals", label="Customers an hour", low=120, high=300, step=60, value=240),
            Slider(name="within", label="Promised wait, at most", low=0, high=5, step=1, value=1, unit="min"),
            Slider(name="target", label="Promise kept for", low=50, high=95, step=5, value=90, unit="%"),
        ],
        readouts=[Readout(label="Erlang's formula asks for", value=needed, unit="servers")],
        try_this=(
            "promise no wait at all, for 95%, and count the servers; then go back to the start values, add "
            "60 customers an hour, and watch which column turns long."
        ),
        source=(
            "Dots: Erlang's formula for a line that never ends. Bands: simulated lunches of ninety minutes "
            "that begin with nobody in line and draw from the recorded service times of a college snack "
            "bar; one lunch in twenty falls below the band and one above it. They start empty and their "
            "serving times vary less than the formula's, so bands lie above their dots where staff are "
            "short. The larger dot marks enough servers."
        ),
        height=300,
    )


def fast_lane(service_mean: float, service_scv: float) -> Figure:
    """Waits in the fast lane and beside it, as multiples of the wait without one.

    Args:
        service_mean: mean service time, in minutes.
        service_scv: squared coefficient of variation of service times.
    """

    def waits(busy: Quantity, share: Quantity, xp: Namespace) -> queueing.FastLaneWaits:
        return queueing.fast_lane_waits(busy, share, service_mean, service_scv, xp)

    def multiples(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share = row["percent"] / 100
        lanes = waits(at["busy"], share, xp)
        # In a lane that everyone uses first come, first served rules: the wait without lanes.
        before = waits(at["busy"], 1, xp).fast
        return {"fast": lanes.fast / before, "rest": lanes.rest / before}

    def everyone(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share = row["percent"] / 100
        return {
            "everyone": share * row["fast"] + (1 - share) * row["rest"],
            "sold": xp.where(row["percent"] == at["sold"], 1, 0),
        }

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "percent:Q",
            title="customers who buy the fast lane, %",
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 25, 50, 75, 100]),
        )
        scale, axis = alt.Scale(domain=[0, 4]), alt.Axis(values=[0, 1, 2, 3, 4])
        y_title = "wait, as a multiple of the wait without lanes"
        # The name moves below its line once the line nears the average.
        below = alt.ExprRef("datum.fast > 0.35 ? 14 : -12")
        series: tuple[tuple[str, str, list[int], int, int | alt.ExprRef, str], ...] = (
            ("everyone", theme.INK, [5, 4], 95, -9, "everyone, on average"),
            ("fast", theme.SERIES[2], [1, 0], 40, below, "in the fast lane"),
            ("rest", theme.SERIES[1], [1, 0], 40, -14, "everyone else"),
        )
        sold = rows.transform_filter("datum.sold === 1")
        layers: list[alt.Chart] = [sold.mark_rule(strokeDash=[3, 3]).encode(x=x)]
        for column, colour, dash, place, dy, words in series:
            y = alt.Y(f"{column}:Q", title=y_title, scale=scale, axis=axis)
            width = 1.5 if column == "everyone" else 3
            layers += [
                rows.mark_line(color=colour, strokeWidth=width, strokeDash=dash, clip=True).encode(x=x, y=y),
                rows.transform_filter(f"datum.percent === {place}")
                .mark_text(color=colour, align="right", dy=dy, fontWeight="bold", clip=True)
                .encode(x=x, y=y, text=alt.value(words)),
            ]
            if column != "everyone":
                layers.append(
                    sold.mark_point(filled=True, color=colour, size=110, opacity=1, clip=True).encode(
                        x=x, y=y
                    )
                )
        return alt.LayerChart(layer=layers)

    def minutes_fast(at: Settings, xp: Namespace) -> Quantity:
        return waits(at["busy"], at["sold"] / 100, xp).fast

    def minutes_rest(at: Settings, xp: Namespace) -> Quantity:
        return waits(at["busy"], at["sold"] / 100, xp).rest

    return Figure(
        id="fast-lane",
        title=(
            "Sell the fast lane to one in five: the rest wait a fifth longer, and the average does not move"
        ),
        alternative=(
            "Three lines over the share of customers who buy the fast lane, when the server is busy 90 per "
            "cent of the time. The average over everyone is flat at one. The fast lane starts at a tenth "
            "of the old wait and rises slowly, reaching half at nine in ten buyers. Everyone else starts "
            "at one, waits 1.22 times as long when one in five buys, twice as long a little above one in "
            "two, and more than five times at nine in ten."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="shares",
                frame=pd.DataFrame({"percent": np.arange(0, 101, 5)}),
                steps=[multiples, everyone],
                columns={
                    "percent": Column(heading="in the fast lane", unit="%"),
                    "fast": Column(heading="their wait, times the old one", decimals=2),
                    "rest": Column(heading="everyone else's", decimals=2),
                    "everyone": Column(heading="average", decimals=2),
                },
            )
        ],
        controls=[
            Slider(
                name="sold",
                label="Customers who buy the fast lane",
                low=0,
                high=100,
                step=5,
                value=20,
                unit="%",
            ),
            Slider.of(_FAST.parameter("busy"), label="How busy the server is", step=0.01, value=0.9),
        ],
        readouts=[
            Readout(label="The fast lane waits", value=minutes_fast, decimals=1, unit="min"),
            Readout(label="everyone else", value=minutes_rest, decimals=1, unit="min"),
        ],
        try_this=(
            "sell it to nine in ten and look at who is left; then make the server only half busy and see "
            "what there is to sell."
        ),
        labels=[TEACHING_DEVICE],
        source="One server, Poisson arrivals, service times as spread as those of a college snack bar.",
        height=290,
    )


def _simulated_lunches(service_times: NDArray[np.float64], seed: int) -> pd.DataFrame:
    """Percentage served within each promised wait at the 5th and 95th percentile of the simulated lunches."""
    generator = np.random.default_rng(seed)
    rows: list[dict[str, float]] = []
    for servers in range(1, _COUNTERS + 1):
        row: dict[str, float] = {"servers": servers}
        for arrivals in _ARRIVALS:
            customers = round(arrivals * _LUNCH_HOURS)
            waits = np.array(
                [
                    queueing.simulate_queue(
                        arrivals / 60, generator.choice(service_times, customers), generator, servers=servers
                    )
                    for _ in range(_LUNCHES)
                ]
            )
            for within in _PROMISES:
                bad, good = np.percentile(100 * np.mean(waits <= within, axis=1), [5, 95])
                row |= {
                    f"bad_{arrivals}_{within}": round(bad, 1),
                    f"good_{arrivals}_{within}": round(good, 1),
                }
        rows.append(row)
    return pd.DataFrame(rows)
