"""The figures of the capstone: six levers, nine outcomes, three parties; and a plan in a hundred towns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.figures import theme
from service_encounter.figures.core import (
    TEACHING_DEVICE,
    Choice,
    Column,
    Control,
    Figure,
    Fold,
    LiveTable,
    Row,
    Settings,
    Slider,
)
from service_encounter.models.journey import (
    LEVERS,
    MARKETS,
    Market,
    Plan,
    drawn_market,
    journey_expressions,
    journey_numbers,
    journey_totals,
    simulate_journey,
)
from service_encounter.namespace import VEGA, Namespace, Quantity, condensed, datum

__all__ = ["as_it_stands", "simulator", "towns"]

_YEARS = 5
_CASES = tuple(MARKETS)
_STEPS = MARKETS[_CASES[0]].steps
_LEVER = {lever.name: lever for lever in LEVERS}


@dataclass(frozen=True)
class _Panel:
    """One outcome of the grid: its column in the model, words, scale and how its number is written."""

    name: str
    words: str
    low: float
    high: float
    number: str


# Three rows of the first act, then three of the second, then of the third.
# The wait has no natural top: its panel grows with the longest line that either plan brings.
_PANELS = (
    _Panel("aware", "know of it", 0, 1, "format(100 * datum.value, '.0f') + '%'"),
    _Panel("expected", "expect", 1, 5, "format(datum.value, '.1f')"),
    _Panel("choice", "choose it", 0, 1, "format(100 * datum.value, '.0f') + '%'"),
    _Panel("utilisation", "staff busy", 0, 1, "format(100 * datum.value, '.0f') + '%'"),
    _Panel("wait", "wait", 0, 1, "format(datum.value, datum.value < 100 ? '.1f' : '.0f') + ' min'"),
    _Panel("reliability", "no failure", 0, 1, "format(100 * datum.value, '.0f') + '%'"),
    _Panel("satisfaction", "satisfaction", 1, 5, "format(datum.value, '.1f')"),
    _Panel("retention", "return", 0, 1, "format(100 * datum.value, '.0f') + '%'"),
    _Panel("told", "been told", 0, 1, "format(100 * datum.value, '.0f') + '%'"),
)
_ACTS = ("BEFORE", "DURING", "AFTER")
_MINUS = "\N{MINUS SIGN}"
_PARTIES = {"contribution": "firm", "customer_welfare": "customers", "staff_welfare": "staff"}


# What the simulator draws, of each year and of all.
_SHOWN = (
    *(f"{panel.name}_{year}" for panel in _PANELS for year in range(1, _YEARS + 1)),
    *(f"total_{party}" for party in _PARTIES),
)


def as_it_stands(case: str) -> Plan:
    """The plan that every case starts from: the rival's price, six staff, and no other lever pulled.

    Args:
        case: a name in `MARKETS`.

    Raises:
        KeyError: if there is no such case.
    """
    if case not in MARKETS:
        raise KeyError(f"no case {case!r}; there are {', '.join(MARKETS)}")
    return Plan(price=MARKETS[case].rival_price, servers=6)


def _pick(case: Quantity, values: Sequence[float], xp: Namespace) -> Quantity:
    """The value of the case that the reader chose, by its number."""
    picked: Quantity = values[0]
    for number, value in enumerate(values[1:], 1):
        if value != values[0]:
            picked = xp.where(case == number, value, picked)
    return picked


def _differing() -> dict[str, list[float]]:
    """Parameters that differ between the cases, with their value in each."""
    values = {
        item.name: [float(getattr(market, item.name)) for market in MARKETS.values()]
        for item in fields(Market)
    }
    # A formula cannot have a changing number of factors; the root makes the same product with as many.
    values["step_reliability"] = [
        market.step_reliability ** (market.steps / _STEPS) for market in MARKETS.values()
    ]
    return {name: each for name, each in values.items() if name != "steps" and len(set(each)) > 1}


def _circumstances(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    """What differs between the cases, picked once, so that moving another lever does not pick it anew."""
    return {
        f"here_{name}": _pick(at["market"], values, xp) + 0 * row["year"]
        for name, values in _differing().items()
    }


def _run(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    """Every quantity of every year, by the names of `journey_numbers`."""
    price = at["price_ratio"] / 100 * row["here_rival_price"]
    levers = {name: at[name] for name in _LEVER if name != "price"}
    if xp is VEGA:
        here = {name: row[f"here_{name}"] for name in _differing()}
        market = replace(MARKETS[_CASES[0]], **here)
        plan = Plan(price=datum("price"), **levers)
        return {"price": price} | condensed(journey_expressions(market, _YEARS, plan), _SHOWN)
    market = MARKETS[_CASES[round(float(at["market"]))]]
    return {"price": price} | journey_numbers(Plan(price=float(price[0]), **levers), market, _YEARS)


def _frame() -> pd.DataFrame:
    """One row a year, with what the plan that stands brings in each case."""
    columns: dict[str, Quantity] = {"year": np.arange(1, _YEARS + 1)}
    for number, case in enumerate(_CASES):
        journey = simulate_journey(as_it_stands(case), MARKETS[case], _YEARS)
        for panel in _PANELS:
            columns[f"{panel.name}_now_{number}"] = journey.years[panel.name].to_numpy()
        for party in _PARTIES:
            columns[f"{party}_now_{number}"] = np.full(_YEARS, getattr(journey, party))
        columns[f"longest_wait_now_{number}"] = np.full(_YEARS, journey.years["wait"].max())
    return pd.DataFrame(columns)


def _of_case(row: Row, name: str, at: Settings, xp: Namespace) -> Quantity:
    picked = row[f"{name}_now_0"]
    for number in range(1, len(_CASES)):
        picked = xp.where(at["market"] == number, row[f"{name}_now_{number}"], picked)
    return picked


def _by_row(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    """The chosen plan's numbers of the row's year, and beside them those of the plan that stands."""
    made: dict[str, Quantity] = {}
    for panel in _PANELS:
        value = row[f"{panel.name}_{_YEARS}"]
        for year in range(1, _YEARS):
            value = xp.where(row["year"] == year, row[f"{panel.name}_{year}"], value)
        made[panel.name] = value
        made[f"{panel.name}_stands"] = _of_case(row, panel.name, at, xp)
    for party in _PARTIES:
        made[f"{party}_thousands"] = row[f"total_{party}"] / 1000 + 0 * row["year"]
        stands = _of_case(row, party, at, xp)
        made[f"{party}_gain"] = row[f"total_{party}"] / 1000 - stands / 1000
    return made


def _longest_wait(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    top = xp.maximum(10.0, _of_case(row, "longest_wait", at, xp))
    for year in range(1, _YEARS + 1):
        top = xp.maximum(top, row[f"wait_{year}"])
    return {"wait_top": top}


def _widest_gain(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    widest: Quantity = 50.0
    for party in _PARTIES:
        widest = xp.maximum(widest, xp.maximum(row[f"{party}_gain"], -row[f"{party}_gain"]))
    return {"widest": widest}


def _by_place(written: Sequence[str]) -> str:
    """A Vega expression that picks by the place of the panel; alike neighbours share a question."""
    text = written[-1]
    for place in range(len(written) - 2, -1, -1):
        if written[place] != written[place + 1]:
            text = f"datum.place < {place + 1} ? {written[place]} : {text}"
    return text


def _by_word(written: Mapping[str, str], key: str) -> str:
    """A Vega expression that picks by the word in ``datum[key]``."""
    *others, (_, last) = written.items()
    return "".join(f"datum.{key} === '{word}' ? {value} : " for word, value in others) + last


# Heights in the drawing, in rows of panels from the top.
_HEAD, _LOOP, _FOOT, _PARTY_ROW = 0.28, 3.4, 3.82, 0.3
_BOTTOM = _FOOT + 3.5 * _PARTY_ROW
# Where the bars of the three parties begin and how far they reach, in columns of panels.
_ZERO, _REACH = 1.8, 0.42


# Names and numbers stand in one line; on the narrowest phones both are set smaller.
_NAME_SIZE = alt.ExprRef("width < 345 ? 10.5 : 12")
_NUMBER_SIZE = alt.ExprRef("width < 345 ? 11 : 13")


def _x(name: str) -> alt.X:
    return alt.X(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, 3], nice=False, zero=False))


def _y(name: str) -> alt.Y:
    scale = alt.Scale(domain=[0, _BOTTOM], nice=False, zero=False, reverse=True)
    return alt.Y(f"{name}:Q", axis=None, scale=scale)


def _draw(years: alt.Chart) -> alt.LayerChart:
    # The long chain of formulas stands once, above the layers, and not in each of them.
    shared = alt.Chart()
    layers = [*_grid(shared), *_loop(shared), *_parties(shared)]
    return alt.LayerChart(layer=layers, data=years.data, transform=years.transform)


def _grid(years: alt.Chart) -> list[alt.Chart]:
    """Nine outcomes, year by year, in the columns of the three acts."""

    def height(value: str) -> str:
        return f"datum.floor - 0.5 * ({value} - datum.low) / (datum.high - datum.low)"

    panels = years.transform_fold([panel.name for panel in _PANELS], as_=["outcome", "value"])
    # This runs at every move of a lever, for each outcome and year: a place in the list costs little.
    names = ", ".join(f"'{panel.name}'" for panel in _PANELS)
    panels = panels.transform_calculate(place=f"indexof([{names}], datum.outcome)").transform_calculate(
        left="floor(datum.place / 3) + 0.04",
        floor=f"datum.place - 3 * floor(datum.place / 3) + {_HEAD + 0.9}",
        low=_by_place([str(panel.low) for panel in _PANELS]),
        high=_by_place(["datum.wait_top" if panel.name == "wait" else str(panel.high) for panel in _PANELS]),
    )
    panels = panels.transform_calculate(
        x="datum.left + 0.215 * (datum.year - 1)",
        y=height("datum.value"),
        standing=height("datum[datum.outcome + '_stands']"),
    )
    final = panels.transform_filter(f"datum.year === {_YEARS}").transform_calculate(
        words=_by_place([f"'{panel.words}'" for panel in _PANELS]),
        number=_by_place([panel.number for panel in _PANELS]),
        right="datum.left + 0.86",
        head="datum.floor - 0.7",
    )
    colour = theme.SERIES[0]
    heads = [{"x": 0.04 + act, "y": 0.13, "word": word} for act, word in enumerate(_ACTS)]
    acts = alt.Chart(alt.InlineData(values=heads))
    price = years.transform_filter("datum.year === 1").transform_calculate(
        x="0.9", y="0.13", word="'€' + format(datum.price, '.4~g')"
    )
    return [
        final.mark_rule(color=theme.GRID, strokeWidth=1.5).encode(x=_x("left"), x2="right:Q", y=_y("floor")),
        panels.mark_line(strokeWidth=1.5, color=theme.MUTED, strokeDash=[4, 3]).encode(
            x=_x("x"), y=_y("standing"), detail="outcome:N", order="year:Q"
        ),
        panels.mark_line(strokeWidth=2.5, color=colour).encode(
            x=_x("x"), y=_y("y"), detail="outcome:N", order="year:Q"
        ),
        final.mark_point(filled=True, size=45, opacity=1, color=colour).encode(x=_x("x"), y=_y("y")),
        final.mark_text(align="left", color=theme.MUTED, fontSize=_NAME_SIZE).encode(
            x=_x("left"), y=_y("head"), text="words:N"
        ),
        final.mark_text(align="right", fontWeight="bold", color=colour, fontSize=_NUMBER_SIZE).encode(
            x=_x("right"), y=_y("head"), text="number:N"
        ),
        acts.mark_text(align="left", fontWeight="bold", color=theme.ACCENT).encode(
            x=_x("x"), y=_y("y"), text="word:N"
        ),
        price.mark_text(align="right", color=theme.ACCENT).encode(x=_x("x"), y=_y("y"), text="word:N"),
    ]


def _loop(years: alt.Chart) -> list[alt.Chart]:
    """The wire from after to before, as thick as the share of people who have been told."""
    wire = years.transform_filter(f"datum.year === {_YEARS}").transform_calculate(
        left="0.08",
        right="2.9",
        level=str(_LOOP),
        middle=str(_LOOP + 0.19),
        word="'what is told comes back next year'",
        thick="1 + 7 * datum.told",
        area="90 + 150 * datum.told",
        centre="1.5",
    )
    return [
        wire.mark_rule(color=theme.SERIES[1]).encode(
            x=_x("left"), x2="right:Q", y=_y("level"), strokeWidth=alt.StrokeWidth("thick:Q", scale=None)
        ),
        wire.mark_point(shape="triangle-left", filled=True, color=theme.SERIES[1], opacity=1).encode(
            x=_x("left"), y=_y("level"), size=alt.Size("area:Q", scale=None, legend=None)
        ),
        wire.mark_text(color=theme.SERIES[1]).encode(x=_x("centre"), y=_y("middle"), text="word:N"),
    ]


def _parties(years: alt.Chart) -> list[alt.Chart]:
    """What the five years are worth to each party, and how far that is from the plan that stands."""
    order = {f"{party}_thousands": number for number, party in enumerate(_PARTIES)}
    place = _by_word({party: str(number) for party, number in order.items()}, "party")
    named = dict(zip(order, (f"'{word}'" for word in _PARTIES.values()), strict=True))
    rows = years.transform_filter(f"datum.year === {_YEARS}").transform_fold(
        list(order), as_=["party", "worth"]
    )
    rows = rows.transform_calculate(
        row=f"{_FOOT} + {_PARTY_ROW} * (1 + ({place}))",
        gain="datum[replace(datum.party, 'thousands', 'gain')]",
        name=_by_word(named, "party"),
        left="0.04",
        sum="1.22",
        zero=str(_ZERO),
        right="2.96",
    )
    rows = rows.transform_calculate(
        end=f"{_ZERO} + {_REACH} * datum.gain / datum.widest",
        worth_words=f"(datum.worth < 0 ? '{_MINUS}€' : '€') + format(abs(datum.worth), ',.0f') + 'k'",
        gain_words=(
            f"abs(datum.gain) < 0.5 ? '±0' : (datum.gain < 0 ? '▼ {_MINUS}' : '▲ +') + "
            "format(abs(datum.gain), ',.0f') + 'k'"
        ),
        better="datum.gain < 0 ? 'worse' : 'better'",
    )
    colour = alt.Color(
        "better:N",
        scale=alt.Scale(domain=["better", "worse"], range=[theme.SERIES[0], theme.SERIES[1]]),
        legend=None,
    )
    heads = [
        {"x": 0.04, "y": _FOOT, "word": "worth of five years"},
        {"x": 1.38, "y": _FOOT, "word": "against the plan that stands"},
    ]
    titles = alt.Chart(alt.InlineData(values=heads))
    axis = alt.Chart(
        alt.InlineData(values=[{"x": _ZERO, "y": _FOOT + 0.16, "end": _FOOT + 3.4 * _PARTY_ROW}])
    )
    return [
        titles.mark_text(align="left", color=theme.ACCENT, fontSize=_NAME_SIZE).encode(
            x=_x("x"), y=_y("y"), text="word:N"
        ),
        axis.mark_rule(color=theme.MUTED).encode(x=_x("x"), y=_y("y"), y2="end:Q"),
        rows.mark_rule(strokeWidth=12).encode(x=_x("zero"), x2="end:Q", y=_y("row"), color=colour),
        rows.mark_text(align="left", fontSize=_NAME_SIZE).encode(x=_x("left"), y=_y("row"), text="name:N"),
        rows.mark_text(align="right", fontWeight="bold", fontSize=_NUMBER_SIZE).encode(
            x=_x("sum"), y=_y("row"), text="worth_words:N"
        ),
        rows.mark_text(align="right", fontWeight="bold", fontSize=_NUMBER_SIZE).encode(
            x=_x("right"), y=_y("row"), text="gain_words:N", color=colour
        ),
    ]


def _title() -> str:
    stands, four = (simulate_journey(Plan(40, servers), MARKETS[_CASES[0]]) for servers in (6, 4))
    firm, customers, staff = (
        round(abs(getattr(four, party) - getattr(stands, party)) / 1000) for party in _PARTIES
    )
    return (
        f"Two counsellors fewer: the firm gains {firm} thousand, customers lose {customers}, "
        f"the staff {staff}"
    )


def _controls() -> list[Control]:
    return [
        Choice(
            name="market",
            label="Case",
            options={case: float(number) for number, case in enumerate(_CASES)},
            value=0.0,
        ),
        Slider(name="price_ratio", label="Price, the rival's being 100", low=50, high=150, step=5, value=100),
        *_other_levers(participation=0.0),
    ]


def _other_levers(participation: float) -> list[Control]:
    """All levers but the price, at four staff and nothing else pulled but the share done by customers."""
    return [
        Slider.of(_LEVER["servers"], label="Staff on duty", step=1, value=4),
        Slider.of(
            _LEVER["participation"],
            label="Share of the job done by customers",
            step=0.1,
            value=participation,
        ),
        Slider.of(_LEVER["recovery"], label="Share of failures mended", step=0.1, value=0.0),
        Choice(name="zoning", label="Seats zoned", options={"no": 0.0, "yes": 1.0}, value=0.0),
        Choice(
            name="guarantee",
            label="If it fails, they get back",
            options={"nothing": 0.0, "half the price": 0.5, "the price": 1.0},
            value=0.0,
        ),
    ]


def simulator() -> Figure:
    """Six levers and three cases: nine outcomes over five years, and what they are worth to whom."""
    columns = {"year": Column(heading="year")}
    for panel in _PANELS:
        share = panel.high == 1 and panel.name != "wait"
        columns[panel.name] = Column(
            heading=panel.words, decimals=2 if share else 1, unit="min" if panel.name == "wait" else ""
        )
    for party, word in _PARTIES.items():
        columns[f"{party}_thousands"] = Column(heading=f"{word}, five years", unit="€1,000")
    return Figure(
        id="journey-simulator",
        title=_title(),
        alternative=_ALTERNATIVE,
        draw=_draw,
        tables=[
            LiveTable(
                name="years",
                frame=_frame(),
                steps=[_circumstances, _run, _by_row, _longest_wait, _widest_gain],
                columns=columns,
            )
        ],
        controls=_controls(),
        try_this=(
            "find a plan that leaves firm, customers and staff all better off than the plan that stands; "
            "then find the one lever that your success hangs on."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "The models of the chapters, joined. Solid: your plan. Dashed: the plan that stands, the rival's "
            "price and six staff. Shares run from 0 to 100%, scores from 1 to 5; the wait's panel grows with "
            "the longest wait. Numbers beside the lines are those of year 5. “Been told” is the share of all "
            "people whom a customer has reached."
        ),
        height=520,
    )


_ALTERNATIVE = (
    "Nine small panels in three columns, each with five years of the guidance centre with four staff (solid) "
    "and with six (dashed). Before: those who know of it rise from 35 to 80 per cent; what is expected dips in year 4; those who choose it "
    "fall in year 4 and recover. During: staff are busy 33 per cent of the time in year 1 and 90 in year 5; the wait jumps to 38.5 minutes "
    "in year 3, drops, and reaches 59 in year 5. After: satisfaction and coming back collapse in years 3 and 5. "
    "Below, a wire runs from after back to before. At the foot, the worth of five years: firm 449 thousand euros, 60 "
    "more than with six staff; customers minus 393 thousand, 553 less; staff 44 thousand, 66 less."
)


# --- One plan in many towns -------------------------------------------------------------------

# The first hundred of the thousand towns of the chapter.
_TOWNS, _DRAWN, _SPREAD, _SEED = 100, 1000, 0.2, 16
# Short, since each name is written once a town.
_TOWN_COLUMNS = {item.name: f"t{number}" for number, item in enumerate(fields(Market))}


def _towns_frame() -> pd.DataFrame:
    """One row a town: its parameters, and what the plan that stands brings there."""
    drawn = drawn_market(MARKETS[_CASES[0]], _SPREAD, _DRAWN, np.random.default_rng(_SEED))
    # Four digits are plenty for a guess, and a page of fifteen is heavy.
    columns = {
        name: [float(f"{value:.4g}") for value in values[:_TOWNS]]
        for item, name in _TOWN_COLUMNS.items()
        if np.ndim(values := getattr(drawn, item))
    }
    frame = pd.DataFrame({"town": np.arange(1, _TOWNS + 1)} | columns)
    stands = journey_totals(as_it_stands(_CASES[0]), _town_market(frame), _YEARS)
    return frame.assign(**{f"{party}_stands": stands[party] for party in _PARTIES})


def _town_market(row: Mapping[str, Quantity] | pd.DataFrame) -> Market:
    drawn: dict[str, Quantity] = {item: row[name] for item, name in _TOWN_COLUMNS.items() if name in row}
    return replace(MARKETS[_CASES[0]], **drawn)


def _in_towns(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    plan = Plan(**{name: at[name] for name in _LEVER})
    if xp is VEGA:
        wanted = [f"total_{party}" for party in _PARTIES]
        return condensed(journey_expressions(_town_market(row), _YEARS, plan), wanted)
    totals = journey_totals(plan, _town_market(row), _YEARS)
    return {f"total_{party}": total for party, total in totals.items()}


def _better(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
    return {
        f"{party}_better": xp.where(row[f"total_{party}"] > row[f"{party}_stands"], 1.0, 0.0)
        for party in _PARTIES
    }


def _draw_towns(parties: alt.Chart) -> alt.LayerChart:
    x = alt.X(
        "better:Q",
        title="towns of a hundred in which they are better off",
        scale=alt.Scale(domain=[0, 118], nice=False),
        axis=alt.Axis(values=[0, 25, 50, 75, 100], grid=False),
    )
    y = alt.Y(
        "party:N",
        title=None,
        sort=list(_PARTIES.values()),
        axis=alt.Axis(domain=False, ticks=False, labelOverlap=False),
    )
    once = parties.transform_filter("datum.party === 'firm'")
    toss = once.mark_rule(color=theme.INK, strokeDash=[5, 4], strokeWidth=1.5).encode(x=alt.XDatum(50))
    named = once.mark_text(baseline="bottom", dy=-4).encode(
        x=alt.XDatum(50), y=alt.value(0), text=alt.value("the toss of a coin")
    )
    bars = parties.mark_bar(color=theme.SERIES[0], size=26).encode(x=x, y=y)
    numbers = parties.mark_text(align="left", dx=5, fontWeight="bold", color=theme.SERIES[0]).encode(
        x=x, y=y, text=alt.Text("better:Q", format=".0f")
    )
    return alt.LayerChart(layer=[bars, toss, named, numbers])


def towns() -> Figure:
    """A plan against the plan that stands, in a hundred towns in which the assumptions are off."""
    controls = [
        Slider(name="price", label="Price", low=20, high=60, step=2, value=40, unit="euros"),
        *_other_levers(participation=0.6),
    ]
    table = LiveTable(
        name="towns",
        frame=_towns_frame(),
        steps=[_in_towns, _better],
        columns={
            "party": Column(heading="better off than with six counsellors"),
            "better": Column(heading="in so many towns", unit="of 100"),
        },
        fold=Fold(
            columns={f"{party}_better": word for party, word in _PARTIES.items()}, key="party", value="better"
        ),
    )
    better = table.at({control.name: control.value for control in controls})["better"]
    firm, customers, staff = (round(number) for number in better)
    return Figure(
        id="journey-towns",
        title=f"The form at home wins for the firm in {firm} towns of a hundred, for customers in {customers}",
        alternative=(
            "Three bars, each as long as the number of towns, of a hundred, in which a party is better off than with "
            f"six counsellors. With four counsellors and six tenths of the job at home: firm {firm}, customers "
            f"{customers}, staff {staff}. A dashed line at 50 is the toss of a coin."
        ),
        draw=_draw_towns,
        tables=[table],
        controls=controls,
        try_this=(
            "put in five counsellors, 0.3 of the job and 0.5 of the failures, and look at the two short bars; then look for a plan that lifts "
            "all three above 85."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "The guidance centre. In each town every assumed number is off by up to a fifth either way (of shares "
            "and scores, the odds). The plan that stands: €40 and six."
        ),
        height=190,
    )
