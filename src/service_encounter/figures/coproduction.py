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
)
from service_encounter.models import coproduction
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = ["kiosk_users", "task_share"]

_TASKS = next(card for card in coproduction.CARDS if card.id == "task-share")

_TALLEST = 6.0


def task_share(
    job: Mapping[str, float], failure: Mapping[str, float], hardness: float, steepness: float
) -> Figure:
    """What a check-in costs whom, over the share of it that the passenger does.

    Args:
        job: cost of a whole job, in dollars, done by ``staff`` and by a ``passenger`` as able as staff.
        failure: what one failure costs, in dollars: ``staff``, the ``passenger``, and the ``behind``:
            one person who waits behind.
        hardness: failures a job at the easiest task.
        steepness: how fast tasks get harder.
    """

    def of_others(at: Settings) -> Quantity:
        return failure["passenger"] + at["behind"] * failure["behind"]

    def costs(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        share, ability = row["percent"] / 100, at["ability"]
        failures = coproduction.expected_failure_cost(share, ability, 1, hardness, steepness, xp)
        full = coproduction.task_share_cost(
            share,
            ability,
            job["staff"],
            job["passenger"],
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
            counted * job["passenger"],
            failure["staff"] + counted * of_others(at),
            hardness,
            steepness,
            xp,
        )

    def marks(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"percent": best(at, at["counted"] / 100, xp)}

    def height(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"total": costs(row, at, xp)["total"]}

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
                words="datum.percent === 0 ? 'staff should do it all' : "
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
            (3, "left", theme.SERIES[0], "airport pays", "datum.firm / 2"),
            (
                97,
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
        title="A passenger as able as the agent should do six tenths of a check-in, and no more",
        alternative=(
            "The cost of one check-in over the share of it that the passenger does, in two stacked areas. "
            "What the airport pays falls in a line from 3.60 dollars to under one dollar. What passengers "
            "pay is nothing at first and swells towards the end, where tasks get hard. The sum is least, "
            "at 2.83 dollars, where the passenger does 60 per cent. For less able passengers the dot moves "
            "left, and below an ability of 0.44 it stands at zero: full service."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="shares",
                frame=pd.DataFrame({"percent": np.arange(0, 101.0)}),
                steps=[costs],
                columns={
                    "percent": Column(heading="passenger's share", unit="%"),
                    "firm": Column(heading="paid by the airport", decimals=2, unit="$"),
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
                _TASKS.parameter("ability"), label="Passenger's ability (agent: 1)", step=0.05, value=1
            ),
            Slider(
                name="counted",
                label="How much of passengers' loss the airport counts",
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
        ],
        readouts=[
            Readout(
                label="Best share, everyone's loss counted:", value=lambda at, xp: best(at, 1, xp), unit="%"
            ),
            Readout(
                label="best share in the airport's own books:", value=lambda at, xp: best(at, 0, xp), unit="%"
            ),
        ],
        try_this=(
            "pull ability down slowly and find where the dot hits the wall; stay there, and let the airport "
            "count less and less of what passengers lose."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "The chapter's model with its invented check-in of six minutes. The dot marks the share that "
            "makes the counted cost least; the line above the areas is always the full cost."
        ),
        height=310,
    )


def kiosk_users(
    abilities: Sequence[float], minutes: Mapping[str, float], share: float, hardness: float, steepness: float
) -> Figure:
    """Who goes to the kiosk and how often it fails them, by how long the desk makes people wait.

    Args:
        abilities: of the passengers, from the least able up; 1 is as able as staff.
        minutes: that a ``job`` takes staff, and that a ``failure`` costs the passenger whom it meets.
        share: of the job that the kiosk hands over.
        hardness: failures a job at the easiest task.
        steepness: how fast tasks get harder.
    """
    count = len(abilities)
    # Work and failures both go as one over ability, so those of a passenger like staff give everybody's.
    failing = coproduction.expected_failure_cost(share, 1, 1, hardness, steepness)
    burden = coproduction.shadow_work(share, 1, minutes["job"], 1) + minutes["failure"] * failing

    def able(ability: Quantity, at: Settings) -> Quantity:
        return ability * (1 + at["helped"] / 100)

    def at_kiosk(ability: Quantity, at: Settings, xp: Namespace) -> Quantity:
        return xp.where(burden / able(ability, at) <= at["wait"] + share * minutes["job"], 1, 0)

    def passengers(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "fails": 100 * failing / able(row["ability"], at),
            "kiosk": at_kiosk(row["ability"], at, xp),
        }

    def users(at: Settings, xp: Namespace) -> Quantity:
        return xp.total(at_kiosk(ability, at, xp) for ability in abilities)

    def failed(at: Settings, xp: Namespace) -> Quantity:
        lost = xp.total(at_kiosk(ability, at, xp) * failing / able(ability, at) for ability in abilities)
        return 100 * lost / xp.maximum(users(at, xp), 1)

    def draw(rows: alt.Chart) -> alt.LayerChart:
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
            mean = group.transform_aggregate(
                middle="mean(fails)", first="min(passenger)", last="max(passenger)"
            ).transform_calculate(
                left="datum.first - 0.5",
                right="datum.last + 0.5",
                words=f"'{words}' + format(datum.middle, '.0f') + ' in 100'",
            )
            layers += [
                group.transform_calculate(left="datum.passenger - 0.5", right="datum.passenger + 0.5")
                .mark_rect(color=colour, opacity=0.35)
                .encode(x=x, x2="right:Q", y=y("fails:Q"), y2=alt.datum(0)),
                mean.mark_rule(color=colour, strokeWidth=3).encode(x=x, x2="right:Q", y=y("middle:Q")),
                # The upper right stays empty wherever the border lies.
                mean.mark_text(color=colour, fontWeight="bold", align="right").encode(
                    x=alt.X(datum=count, scale=across), y=alt.Y(datum=height, scale=scale), text="words:N"
                ),
            ]
        return alt.LayerChart(layer=layers)

    start = {"wait": 3.0, "helped": 0.0}
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
            )
        ],
        controls=[
            Slider(name="wait", label="Wait at the desk", low=0, high=30, step=1, value=3, unit="min"),
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
        readouts=[
            Readout(label="At the kiosk", value=users, unit="of 100 passengers"),
            Readout(label="the kiosk's failures, as its screen reports them", value=failed, unit="in 100"),
        ],
        try_this=(
            "let the desk wait grow to 30 minutes, as when desks close, and watch a machine that nobody "
            "touched get worse; then send a host."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source=(
            "A hundred invented passengers. Each knows how long either way would take and picks the quicker; "
            "nobody waits for a kiosk."
        ),
        height=300,
    )
