"""Figures of the chapter on moments of truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service_encounter.figures import theme
from service_encounter.figures.core import (
    SYNTHETIC,
    TEACHING_DEVICE,
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
from service_encounter.models import encounter
from service_encounter.namespace import Namespace, Quantity

__all__ = ["agreement", "contact_scale", "deals"]

_LOAN = (40.0, 260.0)
_WORK = pd.DataFrame(
    {
        "service": ["haircut", "flat white", "lecture", "bank loan", "parcel"],
        "contact": [35.0, 2.0, 90.0, _LOAN[0], 0.5],
        "hidden": [5.0, 2.0, 300.0, _LOAN[1], 24.5],
    }
)
_DEALS = 200
_COLUMNS = 12
_SEAT_WIDTH, _SEAT_HEIGHT, _AISLE, _FLOOR = 2.6, 4.2, 4.0, 46.0


def contact_scale() -> Figure:
    """How much of a service's work is done in its customer's sight, when the rest gets quicker."""

    def in_sight(contact: Quantity, hidden: Quantity, xp: Namespace) -> Quantity:
        return 100 * (1 - encounter.potential_efficiency(contact, contact + hidden, xp))

    def left_over(contact: Quantity, hidden: Quantity, at: Settings) -> tuple[Quantity, Quantity]:
        moved = contact * at["moved"] / 100
        return contact - moved, (hidden + moved) * (1 - at["machines"] / 100)

    def shares(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        contact, hidden = left_over(row["contact"], row["hidden"], at)
        return {
            "today": in_sight(row["contact"], row["hidden"], xp),
            "then": in_sight(contact, hidden, xp),
        }

    def faced_hours(at: Settings, xp: Namespace) -> Quantity:
        return 8 * in_sight(*left_over(*_LOAN, at), xp) / 100

    def draw(work: alt.Chart) -> Drawn:
        names = list(_WORK["service"])
        y = alt.Y("service:N", sort=names, title=None, axis=alt.Axis(labelFontSize=14, domain=False))
        scale = alt.Scale(domain=[0, 100])
        x = alt.X(
            "then:Q",
            title="share of the work done in the customer\N{RIGHT SINGLE QUOTATION MARK}s sight, %",
            scale=scale,
        )
        way = work.mark_rule(color=theme.SERIES[1], strokeWidth=3, opacity=0.5).encode(
            x=alt.X("today:Q", scale=scale), x2="then:Q", y=y
        )
        today = work.mark_point(size=90, color=theme.MUTED, strokeWidth=2, filled=False).encode(
            x=alt.X("today:Q", scale=scale), y=y
        )
        then = work.mark_point(size=150, filled=True, color=theme.SERIES[1], opacity=1).encode(x=x, y=y)
        label = work.mark_text(dy=-14, fontWeight="bold", color=theme.SERIES[1]).encode(
            x=x, y=y, text=alt.Text("then:Q", format=".0f")
        )
        return alt.LayerChart(layer=[way, today, then, label])

    return Figure(
        id="contact-scale",
        title="Let machines do three quarters of the hidden work: a bank day of 1.1 hours with customers becomes 3.0",
        alternative=(
            "Five services on a scale from no work in the customer's sight to all of it. Open circles show them "
            "today: parcel 2 per cent, bank loan 13, lecture 23, flat white 50, haircut 88. With 75 per cent of the "
            "hidden work gone, filled circles show them moved to the right: 8, 38, 55, 80 and 97 per cent."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="work",
                frame=_WORK,
                steps=[shares],
                columns={
                    "service": Column(heading="service"),
                    "contact": Column(heading="in sight today", decimals=1, unit="min"),
                    "hidden": Column(heading="out of sight today", decimals=1, unit="min"),
                    "today": Column(heading="in sight today", decimals=0, unit="%"),
                    "then": Column(heading="in sight then", decimals=0, unit="%"),
                },
            )
        ],
        controls=[
            Slider(
                name="machines",
                label="Work out of sight that machines take over",
                low=0,
                high=95,
                step=1,
                value=75,
                unit="%",
            ),
            Slider(
                name="moved",
                label="Work in sight that is moved out of it",
                low=0,
                high=95,
                step=1,
                value=0,
                unit="%",
            ),
        ],
        readouts=[
            Readout(
                label="Of an eight-hour day, the bank's staff then face customers for",
                value=faced_hours,
                decimals=1,
                unit="hours",
            )
        ],
        try_this=(
            "give machines 95% of the hidden work and read the bank's day; then find how much contact must be "
            "moved out of sight to bring that day back to two hours."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "Minutes of work for one customer (for the lecture: one hall of students) are our guesses. "
            "Open circles show them before anything moves."
        ),
        height=270,
    )


def agreement(first: Sequence[str], second: Sequence[str]) -> Figure:
    """What two coders' agreement is worth, when one of them guesses at more and more accounts.

    Args:
        first: the first coder's code for each account.
        second: the second coder's, in the same order.
    """
    frame = _agreements(first, second)
    rows = list(frame["coding"])

    def asleep(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        guessed = at["guessed"] / 100
        return {"agreed": (1 - guessed) * row["awake"] + guessed * row["chance"]}

    def beyond(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"kappa": encounter.beyond_chance(row["agreed"] / 100, row["chance"] / 100, xp)}

    def draw(codings: alt.Chart) -> Drawn:
        scale = alt.Scale(domain=[0, 100])
        y = alt.Y("coding:N", sort=rows, title=None, axis=None)
        axis = alt.Axis(grid=False)
        room = codings.mark_bar(height={"band": 0.5}, fill="transparent", stroke=theme.MUTED).encode(
            x=alt.X("chance:Q", scale=scale, axis=axis), x2=alt.datum(100), y=y
        )
        luck = codings.mark_bar(height={"band": 0.5}, color=theme.MUTED, opacity=0.35).encode(
            x=alt.X("chance:Q", scale=scale, title="accounts on which the coders agree, %", axis=axis),
            x2=alt.datum(0),
            y=y,
        )
        skill = codings.mark_bar(height={"band": 0.5}, color=theme.SERIES[0]).encode(
            x=alt.X("agreed:Q", scale=scale), x2="chance:Q", y=y
        )
        heads: tuple[tuple[Literal["left", "right"], float, str, str], ...] = (
            ("left", 0, theme.INK, "datum.coding"),
            ("right", 100, theme.SERIES[0], "'κ = ' + format(datum.kappa, '.2f')"),
        )
        told = [
            codings.transform_calculate(words=words)
            .mark_text(align=align, dy=-24, color=colour, fontWeight="bold")
            .encode(x=alt.XDatum(at, scale=scale), y=y, text="words:N")
            for align, at, colour, words in heads
        ]
        by_chance = codings.transform_calculate(words="'chance ' + format(datum.chance, '.0f')")
        # A sliver of blue has no room for its number.
        above = codings.transform_filter("datum.agreed - datum.chance > 7")
        numbers = [
            by_chance.mark_text(align="right", dx=-6).encode(
                x=alt.X("chance:Q", scale=scale), y=y, text="words:N"
            ),
            above.mark_text(align="right", dx=-6, color=theme.PAPER, fontWeight="bold").encode(
                x=alt.X("agreed:Q", scale=scale), y=y, text=alt.Text("agreed:Q", format=".0f")
            ),
        ]
        return alt.LayerChart(layer=[room, luck, skill, *told, *numbers])

    return Figure(
        id="agreement",
        title="A coder who slept through all sixty would still agree on 79 in 100 about the problem customer",
        alternative=(
            "Three bars from 0 to 100 per cent of sixty accounts. With four codes the coders agree on 82 per cent, "
            "where chance gives 28: kappa 0.75. Asked only whether the act was unprompted they agree on 88, where "
            "chance gives 62: kappa 0.70. Asked only whether the customer was the problem, on 97, where chance "
            "gives 79: kappa 0.84."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="codings",
                frame=frame,
                steps=[asleep, beyond],
                columns={
                    "coding": Column(heading="question to the coders"),
                    "chance": Column(heading="agreement by chance", decimals=0, unit="%"),
                    "agreed": Column(heading="agreement", decimals=0, unit="%"),
                    "kappa": Column(heading="kappa", decimals=2),
                },
            )
        ],
        controls=[
            Slider(
                name="guessed",
                label="Accounts that the second coder sleeps through, and guesses",
                low=0,
                high=100,
                step=5,
                value=0,
                unit="%",
            )
        ],
        try_this=(
            "let the second coder sleep through everything, and read what a lazy report could still "
            "print about problem customers."
        ),
        labels=[SYNTHETIC],
        source=(
            "Sixty written accounts, two written codings. A sleeping coder guesses each code as often as she "
            "uses it awake. Grey is agreement by chance, blue what the coders win above it, out of the room "
            "that chance leaves, drawn as an outline."
        ),
        height=260,
    )


def _agreements(first: Sequence[str], second: Sequence[str]) -> pd.DataFrame:
    """Agreement awake and by chance, in per cent, for all codes and for two yes-or-no questions."""
    codings = pd.DataFrame({"first": list(first), "second": list(second)})
    questions = {
        "Which of four?": codings,
        "Unprompted?": codings == "unprompted",
        "Problem customer?": codings == "problem customer",
    }
    made = []
    for name, codes in questions.items():
        shares = codes.apply(lambda column: column.value_counts(normalize=True)).fillna(0.0)
        made.append(
            {
                "coding": name,
                "awake": 100 * float((codes["first"] == codes["second"]).mean()),
                "chance": 100 * float((shares["first"] * shares["second"]).sum()),
            }
        )
    return pd.DataFrame(made)


def deals(tips: pd.DataFrame, seed: int) -> Figure:
    """A randomisation test to watch: the same tips dealt out again, one deal at a time.

    Args:
        tips: counts of the tip experiment, with columns ``card``, ``n`` and ``tipped``.
        seed: of the recorded deals, the same for each comparison.
    """
    counts = {
        str(card): (int(tipped), int(size))
        for card, tipped, size in tips[["card", "tipped", "n"]].itertuples(index=False)
    }
    runs = [_Run(counts["joke"], counts[other], seed) for other in ("none", "advert")]
    words = ["no card", "advert"]
    bricks = pd.concat([run.bricks().assign(pair=pair) for pair, run in enumerate(runs)], ignore_index=True)
    seats = pd.concat([run.seats().assign(pair=pair) for pair, run in enumerate(runs)], ignore_index=True)

    def as_wide(pair: Quantity, at: Settings, xp: Namespace) -> Quantity:
        return xp.total(
            xp.where((pair == number) & (at["deals"] >= deal), 1, 0)
            for number, run in enumerate(runs)
            for deal in run.wide
        )

    def so_far(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"wide": as_wide(row["pair"], at, xp)}

    def p_so_far(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"p": (row["wide"] + 1) / (at["deals"] + 1)}

    def draw(summary: alt.Chart, heap: alt.Chart, people: alt.Chart) -> Drawn:
        return _draw_deals(summary, heap, people, max(run.reach for run in runs))

    return Figure(
        id="deals",
        title=(
            f"Shuffling alone parts the tips as widely as the joke did in {len(runs[0].wide)} deals of {_DEALS}"
        ),
        alternative=(
            "Above, two blocks of small circles, one a customer, filled if the customer tipped: those who got no "
            "card and those who got the joke. The tips are dealt out afresh in each deal. Below, one brick a deal, "
            "heaped at the gap between the two groups. The heap stands around zero; dashed lines at plus and minus "
            f"17 points mark the gap in the bar. Of {_DEALS} bricks, {len(runs[0].wide)} lie at the lines or beyond."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="comparisons",
                frame=pd.DataFrame(
                    {"against": words, "pair": range(len(runs)), "gap": [run.gap for run in runs]}
                ),
                steps=[so_far, p_so_far],
                columns={
                    "against": Column(heading="joke against"),
                    "gap": Column(heading="gap in the bar", decimals=1, unit="points"),
                    "wide": Column(heading="deals as wide"),
                    "p": Column(heading="p (from 50 deals on)", decimals=3),
                },
            ),
            LiveTable(name="heap", frame=bricks, steps=[], columns={"deal": Column(heading="deal")}),
            LiveTable(name="people", frame=seats, steps=[], columns={"x": Column(heading="seat")}),
        ],
        controls=[
            Slider(
                name="deals",
                label="Deals so far (0: the bar as it was)",
                low=0,
                high=_DEALS,
                step=1,
                value=_DEALS,
                button="Deal once more",
            ),
            Choice(
                name="pair",
                label="Joke against",
                options={word: float(number) for number, word in enumerate(words)},
                value=0,
            ),
        ],
        readouts=[
            Readout(label="Deals as wide as the bar", value=lambda at, xp: as_wide(at["pair"], at, xp))
        ],
        try_this=(
            "pull the deals back to 0, where the tips lie as they did in the bar, and push them up one by one; "
            "then set the joke against the advert."
        ),
        source=f"Counts of one experiment in one bar (Guéguen 2002). A recorded run of {_DEALS} deals, seed {seed}.",
        height=400,
    )


class _Run:
    """Recorded deals of two groups' tips, the bar's own order first.

    Args:
        joke, other: tipped and size of the two groups.
        seed: of the deals.
    """

    def __init__(self, joke: tuple[int, int], other: tuple[int, int], seed: int) -> None:
        generator = np.random.default_rng(seed)
        a, b = encounter.outcomes(*joke), encounter.outcomes(*other)
        pooled = np.concatenate([a, b])
        shuffles = np.array([generator.permutation(pooled) for _ in range(_DEALS)])
        self._joke_size = a.size
        # Who sat where is not known: the first deal keeps each group's tips and scatters them in it.
        bar = np.concatenate([generator.permutation(a), generator.permutation(b)])
        self._dealt: NDArray[np.float64] = np.vstack([bar, shuffles])
        gaps = 100 * (self._dealt[:, : a.size].mean(axis=1) - self._dealt[:, a.size :].mean(axis=1))
        self.gap = float(gaps[0])
        self._gaps: NDArray[np.float64] = gaps[1:]
        far = np.abs(self._gaps) >= abs(self.gap) - 1e-9
        self.wide: list[int] = [int(deal) for deal in np.flatnonzero(far) + 1]
        self.reach = float(np.abs(gaps).max())

    def bricks(self) -> pd.DataFrame:
        """One brick a deal, at its gap, upon the bricks of earlier deals with the same gap."""
        gaps = pd.Series(self._gaps).round(4)
        return pd.DataFrame(
            {
                "deal": np.arange(1, _DEALS + 1),
                "gap": gaps.round(2),
                "below": gaps.groupby(gaps).cumcount(),
                "wide": np.isin(np.arange(1, _DEALS + 1), self.wide).astype(int),
            }
        )

    def seats(self) -> pd.DataFrame:
        """One seat a customer: where it is drawn, and whether it tips in the bar and in each deal."""
        size = self._dealt.shape[1]
        joke = np.arange(size) < self._joke_size
        place = np.where(joke, np.arange(size), np.arange(size) - self._joke_size)
        across = _AISLE + _SEAT_WIDTH * (place % _COLUMNS)
        return pd.DataFrame(
            {
                "joke": joke.astype(int),
                "x": np.where(joke, across, -across).round(2),
                "y": (_FLOOR + _SEAT_HEIGHT * (place // _COLUMNS)).round(2),
                "tips": ["".join(str(int(tip)) for tip in seat) for seat in self._dealt.T],
            }
        )


def _draw_deals(summary: alt.Chart, heap: alt.Chart, people: alt.Chart, reach: float) -> Drawn:
    edge = float(np.ceil(max(reach + 2, _AISLE + _SEAT_WIDTH * _COLUMNS)))
    top = _FLOOR + 7.5 * _SEAT_HEIGHT
    x_scale, y_scale = alt.Scale(domain=[-edge, edge]), alt.Scale(domain=[0, top], nice=False)
    x_title = "lead of the joke, points of a hundred"
    axis = alt.Axis(values=[-30, -20, -10, 0, 10, 20, 30], grid=False)

    def x(field: str) -> alt.X:
        return alt.X(field, title=x_title, scale=x_scale, axis=axis)

    def y(field: str) -> alt.Y:
        return alt.Y(field, title=None, scale=y_scale, axis=None)

    def y_at(height: float) -> alt.YDatum:
        return alt.YDatum(height, title=None, scale=y_scale, axis=None)

    laid = heap.transform_filter("datum.pair === pair && datum.deal <= deals").transform_calculate(
        left="datum.gap - 1.25", right="datum.gap + 1.25", roof="datum.below + 0.86"
    )
    edges = {"x": x("left:Q"), "x2": "right:Q", "y": y("below:Q"), "y2": "roof:Q"}
    brick = laid.mark_rect().encode(
        color=alt.condition("datum.wide === 1", alt.value(theme.SERIES[1]), alt.value(theme.SERIES[0])),
        **edges,
    )
    last = (
        laid.transform_filter("datum.deal === deals")
        .mark_rect(fill=theme.INK, stroke=theme.INK, strokeWidth=2)
        .encode(**edges)
    )
    roof_of_lines = _FLOOR - 10
    # The other comparison stays in the table of numbers, so it is hidden here and not filtered out.
    chosen = alt.condition("datum.pair === pair", alt.value(1), alt.value(0))
    lines = [
        summary.transform_calculate(at=f"{sign}datum.gap")
        .mark_rule(color=theme.SERIES[1], strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=x("at:Q"), y=y_at(0), y2=alt.datum(roof_of_lines), opacity=chosen)
        for sign in ("", "-")
    ]
    name = (
        summary.transform_calculate(words="'the bar: ' + format(datum.gap, '.0f')")
        .mark_text(color=theme.SERIES[1], fontWeight="bold", dy=-8)
        .encode(x=x("gap:Q"), y=y_at(roof_of_lines), text="words:N", opacity=chosen)
    )
    return alt.LayerChart(layer=[brick, last, *lines, name, *_people(people, x, y, y_at)])


def _people(
    people: alt.Chart,
    x: Callable[[str], alt.X],
    y: Callable[[str], alt.Y],
    y_at: Callable[[float], alt.YDatum],
) -> list[alt.Chart]:
    """The customers of both groups, filled where they tip, and how many do, above them."""
    sitting = people.transform_filter("datum.pair === pair").transform_calculate(
        tipped="datum.tips[deals] === '1' ? 1 : 0"
    )
    seat = sitting.mark_point(
        filled=True,
        opacity=1,
        stroke=theme.SERIES[2],
        strokeWidth=1.2,
        size=alt.ExprRef("width > 480 ? 130 : 42"),
    ).encode(
        x=x("x:Q"),
        y=y("y:Q"),
        fill=alt.condition("datum.tipped === 1", alt.value(theme.SERIES[2]), alt.value("transparent")),
    )
    counted = sitting.transform_aggregate(
        tippers="sum(tipped)", size="count()", middle="mean(x)", roof="max(y)", groupby=["joke", "pair"]
    ).transform_calculate(
        group="datum.joke === 1 ? 'joke' : datum.pair === 0 ? 'no card' : 'advert'",
        words="datum.group + ': ' + datum.tippers + ' of ' + datum.size + ' tip'",
        place=f"(datum.joke === 1 ? 1 : -1) * {_AISLE + _SEAT_WIDTH * (_COLUMNS - 1) / 2}",
    )
    head = counted.mark_text(color=theme.SERIES[2], fontWeight="bold").encode(
        x=x("place:Q"), y=y_at(_FLOOR + 7.1 * _SEAT_HEIGHT), text="words:N"
    )
    return [seat, head]
