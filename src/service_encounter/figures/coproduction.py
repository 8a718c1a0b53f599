"""Figures of the chapter on the customer as co-producer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

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
    with_shared,
)
from service_encounter.models import coproduction
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = ["check_in_bill", "kiosk_users", "task_share"]

_TASKS = next(card for card in coproduction.CARDS if card.id == "task-share")

_TALLEST = 6.0


def task_share(
    job: Mapping[str, float],
    failure: Mapping[str, float],
    minute: float,
    hardness: float,
    steepness: float,
) -> Figure:
    """What a check-in costs whom, over the share of it that the passenger does.

    Args:
        job: cost of a whole job, in dollars, done by ``staff`` and by a ``passenger`` as able as staff.
        failure: what one failure costs, in dollars: ``staff``, the ``passenger``, and the ``behind``:
            one person who waits behind.
        minute: price in dollars of a passenger's minute, at which both are reckoned.
        hardness: failures a job at the easiest task.
        steepness: how fast tasks get harder.
    """

    def dearer(at: Settings) -> Quantity:
        return at["minute"] / (100 * minute)

    def effort(at: Settings) -> Quantity:
        return job["passenger"] * dearer(at)

    def of_others(at: Settings) -> Quantity:
        return (failure["passenger"] + at["behind"] * failure["behind"]) * dearer(at)

    def costs(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share, ability = row["percent"] / 100, at["ability"]
        failures = coproduction.expected_failure_cost(share, ability, 1, hardness, steepness, xp)
        full = coproduction.task_share_cost(
            share,
            ability,
            job["staff"],
            effort(at),
            failure["staff"] + of_others(at),
            hardness,
            steepness,
            xp,
        )
        firm = job["staff"] * (1 - share) + failure["staff"] * failures
        return {"firm": firm, "total": full}

    def best(at: Settings, counted: Quantity, xp: Namespace) -> Quantity:
        return 100 * coproduction.optimal_share(
            at["ability"],
            job["staff"],
            counted * effort(at),
            failure["staff"] + counted * of_others(at),
            hardness,
            steepness,
            xp,
        )

    def marks(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"percent": best(at, at["counted"] / 100, xp)}

    def height(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"total": costs(row, at, xp)["total"]}

    def saved(at: Settings, xp: Namespace) -> Quantity:
        dot = {"percent": best(at, at["counted"] / 100, xp)}
        return job["staff"] - costs(dot, at, xp)["total"]

    def draw(shares: alt.Chart, dot: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "percent:Q",
            title="share of the check-in that the passenger does, %",
            scale=alt.Scale(domain=[0, 100], nice=False),
        )
        scale = alt.Scale(domain=[0, _TALLEST], nice=False)
        axis = alt.Axis(values=[0, 2, 4, 6])
        title = "cost of one check-in, $"
        firm = shares.mark_area(color=theme.SERIES[0], opacity=0.32, clip=True).encode(
            x=x, y=alt.Y("firm:Q", title=title, scale=scale, axis=axis), y2=alt.datum(0)
        )
        others = shares.mark_area(color=theme.SERIES[1], opacity=0.32, clip=True).encode(
            x=x, y=alt.Y("firm:Q", scale=scale), y2="total:Q"
        )
        edge = shares.mark_line(color=theme.INK, strokeWidth=2.5, clip=True).encode(
            x=x, y=alt.Y("total:Q", scale=scale)
        )
        drop = dot.mark_rule(strokeDash=[4, 4]).encode(x=x, y=alt.datum(0), y2=alt.datum(_TALLEST))
        point = (
            dot.transform_filter(f"datum.total <= {_TALLEST}")
            .mark_point(filled=True, size=150, color=theme.INK, opacity=1)
            .encode(x=x, y=alt.Y("total:Q", scale=scale))
        )
        words = (
            dot.transform_calculate(
                words="datum.percent < 0.5 ? 'staff should do it all' : "
                "'passenger does ' + format(datum.percent, '.0f') + '%'"
            )
            .mark_text(
                fontWeight="bold",
                align=alt.ExprRef("datum.percent < 50 ? 'left' : 'right'"),
                dx=alt.ExprRef("datum.percent < 50 ? 6 : -6"),
            )
            # Down here the curve of the full cost never passes.
            .encode(x=x, y=alt.Y(datum=0.3, scale=scale), text="words:N")
        )
        # Each label rides in the middle of its own area, which moves with the sliders.
        names: tuple[tuple[float, Literal["left", "right"], str, str, str], ...] = (
            (5, "left", theme.SERIES[0], "airline pays", "datum.firm / 2"),
            (
                95,
                "right",
                theme.SERIES[1],
                "passengers pay",
                f"min((datum.firm + datum.total) / 2, {_TALLEST} - 2)",
            ),
        )
        labels = [
            shares.transform_filter(f"datum.percent === {percent}")
            .transform_calculate(middle=middle)
            .mark_text(align=align, color=colour, fontWeight="bold")
            .encode(x=x, y=alt.Y("middle:Q", scale=scale), text=alt.value(text))
            for percent, align, colour, text, middle in names
        ]
        return alt.LayerChart(layer=[firm, others, edge, drop, point, words, *labels])

    return Figure(
        id="task-share",
        title="In the model, a passenger as able as the agent should do six tenths of a check-in",
        alternative=(
            "The cost of one check-in over the share of it that the passenger does, in two stacked areas. "
            "What the airline pays falls in a line from 3.60 dollars to under one dollar. What passengers "
            "pay is nothing at first and swells towards the end, where tasks get hard. The sum is least, "
            "at 2.83 dollars, where the passenger does 60 per cent. For less able passengers the dot moves "
            "left, and below an ability of 0.44 it stands at zero: full service."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="shares",
                frame=pd.DataFrame({"percent": np.arange(0, 101.0, 5)}),
                steps=[costs],
                columns={
                    "percent": Column(heading="passenger's share", unit="%"),
                    "firm": Column(heading="paid by the airline", decimals=2, unit="$"),
                    "total": Column(heading="with what passengers pay", decimals=2, unit="$"),
                },
            ),
            LiveTable(
                name="least",
                frame=pd.DataFrame({"mark": ["cheapest"]}),
                steps=[marks, height],
                columns={
                    "mark": Column(heading="mark"),
                    "percent": Column(heading="passenger's share", unit="%"),
                    "total": Column(heading="cost", decimals=2, unit="$"),
                },
            ),
        ],
        controls=[
            Slider.of(
                _TASKS.parameter("ability"), label="Passenger's ability (agent: 1)", step=0.02, value=1
            ),
            Slider(
                name="counted",
                label="How much of passengers' loss the airline counts",
                low=0,
                high=100,
                step=10,
                value=100,
                unit="%",
            ),
            Slider(
                name="behind",
                label="People waiting behind when something fails",
                low=0,
                high=20,
                step=1,
                value=5,
            ),
            Slider(
                name="minute",
                label="A passenger's minute is worth",
                low=5,
                high=60,
                step=5,
                value=round(100 * minute),
                unit="cents",
            ),
        ],
        readouts=[
            Readout(
                label="Best share, everyone's loss counted:", value=lambda at, xp: best(at, 1, xp), unit="%"
            ),
            Readout(
                label="best share in the airline's own books:", value=lambda at, xp: best(at, 0, xp), unit="%"
            ),
            Readout(label="saved at the dot against full service:", value=saved, decimals=2, unit="$"),
        ],
        try_this=(
            "pull ability down slowly until the dot stands at zero; stay there, and let the airline count less "
            "and less of what passengers lose. Watch what is saved."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "The chapter's model with its invented check-in of six minutes. The dot marks the share that "
            "makes the counted cost least; the line above the areas is always the full cost."
        ),
        height=310,
    )


def _border(wait: Quantity, minutes: Mapping[str, float], share: float, failing: Quantity) -> Quantity:
    """The ability from which the kiosk is no slower for a passenger than the desk.

    Work and failures both go as one over ability; whoever the kiosk fails joins the desk's line.
    """
    work = coproduction.shadow_work(share, 1, minutes["job"], 1)
    return (work + failing * (minutes["failure"] + wait)) / (wait + share * minutes["job"])


def kiosk_users(
    abilities: Sequence[float], minutes: Mapping[str, float], share: float, hardness: float, steepness: float
) -> Figure:
    """Who goes to the kiosk and how often it fails them, by how long the desk makes people wait.

    Args:
        abilities: of the passengers, from the least able up; 1 is as able as staff.
        minutes: that a ``job`` takes staff, and that a ``failure`` costs the passenger whom it meets,
            besides the line.
        share: of the job that the kiosk hands over.
        hardness: failures a job at the easiest task.
        steepness: how fast tasks get harder.
    """
    count = len(abilities)
    # Failures go as one over ability, so those of a passenger like staff give everybody's.
    failing = coproduction.expected_failure_cost(share, 1, 1, hardness, steepness)

    slowness = sum(1 / ability for ability in abilities)

    def able(ability: Quantity, at: Settings) -> Quantity:
        return ability * (1 + at["helped"] / 100)

    def border(at: Settings, xp: Namespace) -> Quantity:
        return _border(at["wait"], minutes, share, failing)

    def at_kiosk(ability: Quantity, at: Settings, xp: Namespace) -> Quantity:
        return xp.where(able(ability, at) >= at["border"], 1, 0)

    def passengers(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "fails": 100 * failing / able(row["ability"], at),
            "kiosk": at_kiosk(row["ability"], at, xp),
        }

    def users(at: Settings, xp: Namespace) -> Quantity:
        return xp.total(at_kiosk(ability, at, xp) for ability in abilities)

    def failures(at: Settings, xp: Namespace) -> Quantity:
        slow = xp.total(at_kiosk(ability, at, xp) / ability for ability in abilities)
        return failing * slow / able(1, at)

    def failed(at: Settings, xp: Namespace) -> Quantity:
        return 100 * at["failures"] / xp.maximum(at["users"], 1)

    def groups(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        # The row's `chose` is 1 for the kiosk and 0 for the desk.
        everyone = failing * slowness / able(1, at)
        chose, of_kiosk, users_now = row["chose"], at["failures"], at["users"]
        people = chose * users_now + (1 - chose) * (count - users_now)
        theirs = chose * of_kiosk + (1 - chose) * (everyone - of_kiosk)
        return {"people": people, "rate": 100 * theirs / xp.maximum(people, 1)}

    def draw(sums: alt.Chart, rows: alt.Chart) -> alt.LayerChart:
        across = alt.Scale(domain=[0, count + 1], nice=False)
        x = alt.X(
            "left:Q",
            title="passengers, from the least able to the ablest",
            scale=across,
            axis=alt.Axis(values=[1, 25, 50, 75, 100], grid=False),
        )
        scale = alt.Scale(domain=[0, 65], nice=False)

        def y(field: str) -> alt.Y:
            return alt.Y(
                field,
                title="failures in 100 tries at the kiosk",
                scale=scale,
                axis=alt.Axis(values=[0, 20, 40, 60]),
            )

        layers: list[alt.Chart] = []
        for flag, colour, height, words in (
            (0, theme.SERIES[1], 54, "went to the desk: would fail "),
            (1, theme.SERIES[0], 46, "at the kiosk: fail "),
        ):
            group = rows.transform_filter(f"datum.kiosk === {flag}")
            # The least able stand on the left and take the desk, so the desk's people begin at zero.
            mean = sums.transform_filter(f"datum.chose === {flag} && datum.people > 0").transform_calculate(
                left=f"{flag} === 0 ? 0.5 : {count} - datum.people + 0.5",
                right=f"{flag} === 0 ? datum.people + 0.5 : {count} + 0.5",
                words=f"'{words}' + format(datum.rate, '.0f') + ' in 100'",
            )
            layers += [
                group.transform_calculate(left="datum.passenger - 0.5", right="datum.passenger + 0.5")
                .mark_rect(color=colour, opacity=0.35)
                .encode(x=x, x2="right:Q", y=y("fails:Q"), y2=alt.datum(0)),
                mean.mark_rule(color=colour, strokeWidth=3).encode(x=x, x2="right:Q", y=y("rate:Q")),
                # The upper right stays empty wherever the border lies.
                mean.mark_text(color=colour, fontWeight="bold", align="right").encode(
                    x=alt.X(datum=count, scale=across), y=alt.Y(datum=height, scale=scale), text="words:N"
                ),
            ]
        return alt.LayerChart(layer=layers)

    shared = {"border": border, "users": users, "failures": failures}
    start = with_shared({"wait": 3.0, "helped": 0.0}, shared)
    first = round(failed(start, NUMPY))
    desk = [ability for ability in abilities if not at_kiosk(ability, start, NUMPY)]
    later = round(100 * float(np.mean([failing / ability for ability in desk])))
    return Figure(
        id="kiosk-users",
        title=(
            f"The kiosk fails {first} in 100 of those who choose it, and would fail {later} in 100 of those "
            "who do not"
        ),
        alternative=(
            "A hundred bars, one a passenger, from the least able to the ablest; each is as tall as the "
            "passenger's failures in a hundred tries, falling steeply from above 50 to below 5. With a wait "
            f"of three minutes at the desk, the ablest {count - len(desk)} are at the kiosk and fail {first} "
            f"in 100 times on average. The other {len(desk)} went to the desk; at the kiosk they would fail "
            f"{later} in 100 times. A longer wait moves the border to the left and raises the kiosk's rate."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="groups",
                frame=pd.DataFrame({"group": ["chose the desk", "chose the kiosk"], "chose": [0.0, 1.0]}),
                steps=[groups],
                columns={
                    "group": Column(heading="passengers who"),
                    "people": Column(heading="how many"),
                    "rate": Column(heading="fail at the kiosk, in 100 tries", decimals=1),
                },
            ),
            LiveTable(
                name="passengers",
                frame=pd.DataFrame(
                    {"passenger": np.arange(1.0, count + 1), "ability": np.round(abilities, 4)}
                ),
                steps=[passengers],
                columns={
                    "passenger": Column(heading="passenger"),
                    "ability": Column(heading="ability", decimals=2),
                    "fails": Column(heading="fails in 100", decimals=1),
                    "kiosk": Column(heading="at the kiosk"),
                },
            ),
        ],
        controls=[
            Slider(name="wait", label="Wait at the desk", low=0, high=60, step=1, value=3, unit="min"),
            Slider(
                name="helped",
                label="A host beside the kiosk raises everyone's ability by",
                low=0,
                high=100,
                step=10,
                value=0,
                unit="%",
            ),
        ],
        shared=shared,
        readouts=[
            Readout(label="At the kiosk", value=lambda at, xp: at["users"], unit="of 100 passengers"),
            Readout(label="the kiosk's failures, as its screen reports them", value=failed, unit="in 100"),
        ],
        try_this=(
            "let the desk wait grow to an hour, as when desks close, and watch a machine that nobody "
            "touched get worse; then send a host."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source=(
            "A hundred invented passengers. Each knows how long either way would take and picks the quicker; "
            "nobody waits for a kiosk, and whoever it fails joins the line at the desk."
        ),
        height=300,
    )


_HALLS = ("desks", "desk and kiosks", "kiosks")
_PARTS = (
    ("airline", theme.SERIES[0], "airline"),
    ("work", theme.SERIES[1], "work"),
    ("standing", theme.SERIES[3], "standing"),
)
_DEAREST = 720
_LEGIBLE = 34


def check_in_bill(
    abilities: Sequence[float],
    minutes: Mapping[str, float],
    prices: Mapping[str, float],
    share: float,
    hardness: float,
    steepness: float,
) -> Figure:
    """What a hall's check-ins cost the airline and the passengers: with desks, with both, with kiosks.

    Every minute in a line is counted once, to the one who stands there.

    Args:
        abilities: of the passengers; 1 is as able as staff.
        minutes: of a whole ``job`` by staff; of a ``failure`` to the passenger, besides the line, and of
            its ``repair`` to staff.
        prices: in dollars, of a minute of ``staff`` and of a ``passenger``, and of the ``kiosk`` for one
            check-in.
        share: of the job that the kiosk hands over.
        hardness: failures a job at the easiest task.
        steepness: how fast tasks get harder.
    """
    count = len(abilities)
    failing = coproduction.expected_failure_cost(share, 1, 1, hardness, steepness)
    rest = (1 - share) * minutes["job"]

    everyone = sum(1 / ability for ability in abilities)

    def border(at: Settings, xp: Namespace) -> Quantity:
        return _border(at["wait"], minutes, share, failing)

    def choosers(at: Settings, xp: Namespace) -> Quantity:
        return xp.total(xp.where(at["border"] <= ability, 1, 0) for ability in abilities)

    # One over ability, summed over those who choose the kiosk: work and failures both go with it.
    def slow(at: Settings, xp: Namespace) -> Quantity:
        return xp.total(xp.where(at["border"] <= ability, 1 / ability, 0) for ability in abilities)

    def bill(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        # `kiosk` and `desk` are 1 in a hall that has them: where it has both, passengers choose.
        users = row["kiosk"] * (count - row["desk"] * (count - at["choosers"]))
        slowness = row["kiosk"] * (everyone - row["desk"] * (everyone - at["slow"]))
        failures, served = failing * slowness, count - users
        staff = served * minutes["job"] + users * rest + failures * minutes["repair"]
        work = share * minutes["job"] * slowness + failures * minutes["failure"]
        after = row["desk"] * at["wait"] + (1 - row["desk"]) * at["line"]
        stood = served * (minutes["job"] + at["wait"]) + users * rest + failures * after
        return {
            "airline": staff * prices["staff"] + users * prices["kiosk"],
            "work": work * prices["passenger"],
            "standing": stood * prices["passenger"] * at["counted"] / 100,
        }

    def total(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"total": row["airline"] + row["work"] + row["standing"]}

    halls = pd.DataFrame({"hall": _HALLS, "kiosk": [0.0, 1.0, 1.0], "desk": [1.0, 1.0, 0.0]})

    def hall(place: int, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return bill({name: float(halls[name][place]) for name in ("kiosk", "desk")}, at, xp)

    def saved(first: int, at: Settings, xp: Namespace) -> Quantity:
        return hall(first, at, xp)["airline"] - hall(first + 1, at, xp)["airline"]

    def charged(first: int, at: Settings, xp: Namespace) -> Quantity:
        before, now = hall(first, at, xp), hall(first + 1, at, xp)
        return now["work"] + now["standing"] - before["work"] - before["standing"]

    def draw(bars: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "hall:N", sort=list(_HALLS), title=None, axis=alt.Axis(labelAngle=0, ticks=False, domain=False)
        )
        scale = alt.Scale(domain=[0, _DEAREST], nice=False)
        y_title = "cost of a hundred check-ins, $"
        layers: list[alt.Chart] = []
        floor = "0"
        for name, colour, words in _PARTS:
            part = bars.transform_calculate(
                floor=floor, top=f"{floor} + datum.{name}", middle=f"{floor} + datum.{name} / 2"
            )
            layers += [
                part.mark_bar(color=colour, opacity=0.4, width={"band": 0.86}).encode(
                    x=x,
                    y=alt.Y("floor:Q", title=y_title, scale=scale, axis=alt.Axis(values=[0, 200, 400, 600])),
                    y2="top:Q",
                ),
                part.transform_filter(f"datum.{name} > {_LEGIBLE}")
                .transform_calculate(words=f"'{words} ' + format(datum.{name}, '.0f')")
                .mark_text(color=theme.INK)
                .encode(x=x, y=alt.Y("middle:Q", scale=scale), text="words:N"),
            ]
            floor = f"{floor} + datum.{name}"
        sums = (
            bars.transform_calculate(words="'together ' + format(datum.total, '.0f')")
            .mark_text(fontWeight="bold", dy=-9, color=theme.INK)
            .encode(x=x, y=alt.Y("total:Q", scale=scale), text="words:N")
        )
        return alt.LayerChart(layer=[*layers, sums])

    shared = {"border": border, "choosers": choosers, "slow": slow}
    start = with_shared({"wait": 3.0, "line": 25.0, "counted": 100.0}, shared)
    desks, both, kiosks = (
        {name: round(float(cost)) for name, cost in hall(place, start, NUMPY).items()} for place in range(3)
    )
    return Figure(
        id="check-in-bill",
        title="The first kiosk spares work; closing the last desk moves it to passengers",
        alternative=(
            "Three stacked bars: what a hundred check-ins cost the airline, and passengers in work and in "
            f"standing. With desks alone: airline {desks['airline']} dollars, work {desks['work']}, standing "
            f"{desks['standing']}. With kiosks beside a desk: {both['airline']}, {both['work']} and "
            f"{both['standing']}; together the least of the three. With kiosks alone: {kiosks['airline']}, "
            f"{kiosks['work']} and {kiosks['standing']}: the airline pays less and passengers pay more."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="halls",
                frame=halls,
                steps=[bill, total],
                columns={
                    "hall": Column(heading="hall with"),
                    "airline": Column(heading="airline", unit="$"),
                    "work": Column(heading="passengers' work", unit="$"),
                    "standing": Column(heading="their standing", unit="$"),
                    "total": Column(heading="together", unit="$"),
                },
            )
        ],
        controls=[
            Slider(name="wait", label="Wait at the desk", low=0, high=10, step=1, value=3, unit="min"),
            Slider(
                name="line",
                label="Line after a failure, once the desk is closed",
                low=0,
                high=40,
                step=1,
                value=25,
                unit="min",
            ),
            Slider(
                name="counted",
                label="Standing counts as",
                low=0,
                high=100,
                step=10,
                value=100,
                unit="% of work",
            ),
        ],
        shared=shared,
        readouts=[
            Readout(
                label="Kiosks beside the desk save airline and passengers together",
                value=lambda at, xp: saved(0, at, xp) - charged(0, at, xp),
                unit="$",
            ),
            Readout(
                label="closing the desk saves the airline", value=lambda at, xp: saved(1, at, xp), unit="$"
            ),
            Readout(label="and costs passengers", value=lambda at, xp: charged(1, at, xp), unit="$"),
        ],
        try_this=(
            "find the line after a failure at which closing the desk costs passengers no more than it saves "
            "the airline; then let standing count for nothing."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source=(
            "The same hundred invented passengers. Each minute in a line is counted once, to whoever stands "
            "in it; standing holds also the minutes beside an agent who works on a first check-in, while repair "
            "counts as work. Sums and differences are of unrounded dollars, so they may be one off."
        ),
        height=330,
    )
