"""Figures of the chapter on blueprint and servicescape, and a blueprint of any service from its steps."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import numpy as np
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
from service_encounter.models import blueprint
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = ["GUARDS", "MINUTES", "Guard", "clinic", "draw", "read_steps", "together"]

_LANES = {"customer": "customer", "front": "front stage", "back": "back stage", "support": "support"}
_NEEDED = ("lane", "step", "reliability")
_TOGETHER = next(card for card in blueprint.CARDS if card.id == "shared-cause")
# A cell is as deeply coloured as it gets when this many visits in a hundred break there.
_DEEPEST = 8
_ROW_HEIGHT, _HEAD_HEIGHT = 73, 48


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A fail-safe that the reader can switch on.

    Args:
        name: of its switch, a plain identifier.
        label: what the reader sees.
        step: name of the step it guards, as the table has it.
        catches: probability that it catches a failure there.
        minutes: that it takes on every visit, by who spends them.
    """

    name: str
    label: str
    step: str
    catches: float
    minutes: Mapping[str, float]


# Invented, like the clinic: what four fail-safes would catch, and whose minutes each would take.
GUARDS = (
    Guard(
        name="board",
        label="A result missing or unread after a day turns red on the doctor's screen",
        step="doctor reads the result",
        catches=0.8,
        minutes={"patient": 0.0, "staff": 0.5},
    ),
    Guard(
        name="recall",
        label="No answer? A colleague rings again, then writes",
        step="telephone the patient with the result",
        catches=0.7,
        minutes={"patient": 0.0, "staff": 2.0},
    ),
    Guard(
        name="ask",
        label="“If you hear nothing by Thursday, ring us”",
        step="telephone the patient with the result",
        catches=0.6,
        minutes={"patient": 3.0, "staff": 0.0},
    ),
    Guard(
        name="message",
        label="A text message when the room is ready",
        step="wait in the waiting room",
        catches=0.6,
        minutes={"patient": 0.5, "staff": 0.0},
    ),
)
MINUTES = {
    "patient": {"work": 53.0, "caught": 0.0, "missed": 60.0},
    "staff": {"work": 40.0, "caught": 4.0, "missed": 20.0},
}


def read_steps(text: str) -> pd.DataFrame:
    """A table of steps from lines with commas between the columns, the first line naming them.

    Args:
        text: such as the reader types into a cell.

    Returns:
        The table, one row a step.

    Raises:
        ValueError: if the text holds no step or a line has more entries than there are columns.
    """
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if len(lines) < 2:
        raise ValueError("text must name the columns in its first line and hold a step in each one below")
    wanted = lines[0].count(",") + 1
    for number, line in enumerate(lines[1:], 1):
        if line.count(",") + 1 != wanted:
            raise ValueError(
                f"row {number} must have {wanted} entries, as many as there are columns, got "
                f"{line.count(',') + 1}: {line.strip()!r}"
            )
    return pd.read_csv(io.StringIO("\n".join(lines)), skipinitialspace=True)


def _probability(value: object, row: int, column: str) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise ValueError(f"row {row}, column {column}: must be a number, got {value!r}") from None
    if not 0 <= number <= 1:
        raise ValueError(f"row {row}, column {column}: must lie between 0 and 1, got {number:g}")
    return number


def _phase(value: object, row: int) -> int:
    text = str(value).strip().removesuffix(".0")
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"row {row}, column phase: must be a whole number from 1, got {value!r}")
    return int(text)


def _cells(steps: pd.DataFrame) -> pd.DataFrame:
    """One row a step with everything that is drawn, in the order of time."""
    missing = [name for name in _NEEDED if name not in steps]
    if missing:
        raise ValueError(f"steps has no column {missing[0]!r}; it needs {', '.join(_NEEDED)}")
    if steps.empty:
        raise ValueError("steps must have at least one row, got none")
    rows = []
    taken: dict[tuple[int, str], str] = {}
    for number, record in enumerate(steps.to_dict("records"), 1):
        lane, name = str(record["lane"]).strip(), str(record["step"]).strip()
        if lane not in _LANES:
            raise ValueError(f"row {number}, column lane: must be one of {', '.join(_LANES)}, got {lane!r}")
        if name in ("", "nan"):
            raise ValueError(f"row {number}, column step: must say what is done, got nothing")
        phase = _phase(record.get("phase", number), number)
        if (phase, lane) in taken:
            raise ValueError(
                f"row {number}, column phase: phase {phase} has {taken[phase, lane]!r} in lane {lane} "
                "already; give one of the two another phase"
            )
        taken[phase, lane] = name
        present = record.get("fail_safe")
        rows.append(
            {
                "phase": phase,
                "lane": lane,
                "step": name,
                "reliability": _probability(record["reliability"], number, "reliability"),
                "fail_safe": 0.0 if pd.isna(present) else _probability(present, number, "fail_safe"),
            }
        )
    cells = pd.DataFrame(rows)
    cells["place"] = [list(_LANES).index(lane) for lane in cells["lane"]]
    cells = cells.sort_values(["phase", "place"], ignore_index=True)
    cells["narrow"] = ["\n".join(textwrap.wrap(name, 12)) for name in cells["step"]]
    cells["wide"] = ["\n".join(textwrap.wrap(name, 20)) for name in cells["step"]]
    # Phases that nothing happens in would leave bands of empty paper.
    cells["level"] = cells["phase"].rank(method="dense") - 1
    return cells


def _caught(cells: pd.DataFrame, guards: Sequence[Guard], at: Settings) -> list[Quantity]:
    """Probability that a failure of each step is caught, its own fail-safe and those switched on together."""
    caught: list[Quantity] = []
    for step, present in zip(cells["step"], cells["fail_safe"], strict=True):
        slips: Quantity = 1 - present
        for guard in guards:
            if guard.step == step:
                slips = slips * (1 - at[guard.name] * guard.catches)
        caught.append(1 - slips)
    return caught


def _breaks(cells: pd.DataFrame, guards: Sequence[Guard], row: Row, at: Settings, xp: Namespace) -> Quantity:
    """Visits in a hundred that a step lets down."""
    slips: Quantity = 1 - row["fail_safe"]
    for guard in guards:
        here = float(cells.index[cells["step"] == guard.step][0])
        slips = slips * (1 - xp.where(row["number"] == here, at[guard.name] * guard.catches, 0))
    return 100 * (1 - blueprint.serial_reliability([row["reliability"]], [1 - slips], xp))


def _layers(levels: int, guards: Sequence[Guard], rows: alt.Chart) -> alt.LayerChart:
    across = alt.Scale(domain=[0, len(_LANES)], nice=False)
    down = alt.Scale(domain=[-_HEAD_HEIGHT / _ROW_HEIGHT, levels], nice=False, reverse=True)
    x, y = alt.X("left:Q", axis=None, scale=across), alt.Y("top:Q", axis=None, scale=down)
    size = alt.ExprRef("width < 500 ? 11 : 13")
    lanes = alt.Chart(
        alt.InlineData(values=[{"at": place, "name": name} for place, name in enumerate(_LANES.values())])
    )
    behind = (
        lanes.transform_filter("datum.at === 2")
        .mark_rect(color=theme.ACCENT, opacity=0.1)
        .encode(
            x=alt.X("at:Q", axis=None, scale=across),
            x2=alt.datum(len(_LANES)),
            y=alt.Y(datum=0, axis=None, scale=down),
            y2=alt.datum(levels),
        )
    )
    heads = (
        lanes.transform_calculate(middle="datum.at + 0.5")
        .mark_text(fontWeight="bold", fontSize=size, baseline="bottom", dy=-6)
        .encode(
            x=alt.X("middle:Q", axis=None, scale=across),
            y=alt.Y(datum=0, axis=None, scale=down),
            text="name:N",
        )
    )
    line = (
        lanes.transform_filter("datum.at === 2")
        .mark_rule(color=theme.INK, strokeWidth=2, strokeDash=[6, 4])
        .encode(
            x=alt.X("at:Q", axis=None, scale=across),
            y=alt.Y(datum=-0.32, axis=None, scale=down),
            y2=alt.datum(levels),
        )
    )
    named = (
        lanes.transform_filter("datum.at === 2")
        .mark_text(fontSize=size, baseline="bottom", dy=-2, color=theme.MUTED)
        .encode(
            x=alt.X("at:Q", axis=None, scale=across),
            y=alt.Y(datum=-0.32, axis=None, scale=down),
            text=alt.value("line of visibility"),
        )
    )
    placed = rows.transform_calculate(
        left="datum.place + 0.03",
        right="datum.place + 0.97",
        top="datum.level + 0.04",
        bottom="datum.level + 0.96",
        far="datum.place + 0.94",
        near="datum.place + 0.06",
    )
    paper = placed.mark_rect(color=theme.PAPER, stroke=theme.GRID, strokeWidth=1).encode(
        x=x, x2="right:Q", y=y, y2="bottom:Q"
    )
    heat = placed.mark_rect(
        color=theme.SERIES[1], fillOpacity=alt.ExprRef(f"0.6 * min(1, datum.breaks / {_DEEPEST})")
    ).encode(x=x, x2="right:Q", y=y, y2="bottom:Q")
    words = placed.mark_text(
        align="left",
        baseline="top",
        lineBreak="\n",
        fontSize=size,
        dy=3,
        text=alt.ExprRef("width < 500 ? datum.narrow : datum.wide"),
    ).encode(x=alt.X("near:Q", axis=None, scale=across), y=y)
    numbers = (
        placed.transform_calculate(told="format(datum.breaks, '.1f')")
        .mark_text(align="right", baseline="bottom", fontSize=size, fontWeight="bold", dy=-2)
        .encode(
            x=alt.X("far:Q", axis=None, scale=across),
            y=alt.Y("bottom:Q", axis=None, scale=down),
            text="told:N",
        )
    )
    layers = [behind, paper, heat, line, named, heads, words, numbers]
    if guards:
        guarded = (
            placed.transform_filter("datum.guarded > 0")
            .mark_rect(filled=False, stroke=theme.SERIES[0], strokeWidth=3)
            .encode(x=x, x2="right:Q", y=y, y2="bottom:Q")
        )
        layers.append(guarded)
    return alt.LayerChart(layer=layers)


def _table(cells: pd.DataFrame, guards: Sequence[Guard]) -> LiveTable:
    frame = cells.drop(columns=["phase"]).rename_axis("number").reset_index()
    frame["number"] = frame["number"].astype(float)
    frame["side"] = frame["lane"].map(_LANES)

    def breaks(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {"breaks": _breaks(cells, guards, row, at, xp)}

    def guarded(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        places = [float(cells.index[cells["step"] == guard.step][0]) for guard in guards]
        return {
            "guarded": xp.total(
                xp.where(row["number"] == place, at[guard.name], 0)
                for place, guard in zip(places, guards, strict=True)
            )
        }

    return LiveTable(
        name="steps",
        frame=frame,
        steps=[breaks, guarded] if guards else [breaks],
        columns={
            "step": Column(heading="step"),
            "side": Column(heading="lane"),
            "reliability": Column(heading="goes right", decimals=2),
            "breaks": Column(heading="visits in 100 that break here", decimals=1),
        },
    )


def _height(cells: pd.DataFrame) -> int:
    return int(_HEAD_HEIGHT + _ROW_HEIGHT * cells["level"].nunique())


def _by_lane(cells: pd.DataFrame, breaks: pd.Series) -> str:
    """The blueprint in words: each step in the order of time, with its lane and what breaks there."""
    return "; ".join(
        f"{_LANES[lane]}: {step}, {number:.1f}"
        for lane, step, number in zip(cells["lane"], cells["step"], breaks, strict=True)
    )


def draw(steps: pd.DataFrame) -> Figure:
    """A blueprint of any service: lanes from left to right, time downwards, the weak steps in colour.

    Args:
        steps: one row a step, with ``lane`` (customer, front, back or support), ``step`` and
            ``reliability``; and if you like ``phase``, from 1, which is the row's place where it is
            missing, and ``fail_safe``, the probability that a failure is caught, 0 where it is missing.

    Raises:
        ValueError: naming row and column, and what is allowed.

    >>> steps = pd.DataFrame({"lane": ["customer"], "step": ["pay"], "reliability": [0.9]})
    >>> draw(steps).title
    'Of 100 visits 90 go through untouched; the weakest step is “pay”'
    """
    cells = _cells(steps)
    table = _table(cells, ())
    breaks = table.at({})["breaks"]
    whole = 100 * blueprint.serial_reliability(cells["reliability"].tolist(), cells["fail_safe"].tolist())
    worst = cells["step"][int(np.argmax(breaks))]
    weak = f"the weakest step is “{worst}”" if breaks.max() > 0 else "no step can break"
    return Figure(
        id="own-blueprint",
        title=f"Of 100 visits {whole:.0f} go through untouched; {weak}",
        alternative=(
            "A blueprint in four columns, time running down, with the line of visibility between front stage "
            "and back stage. Step by step, with the visits in a hundred that break there: "
            f"{_by_lane(cells, breaks)}."
        ),
        draw=lambda rows: _layers(cells["level"].nunique(), (), rows),
        tables=[table],
        readouts=[
            Readout(
                label="Untouched by any failure:",
                value=lambda at, xp: float(whole),
                decimals=1,
                unit="of 100 visits",
            )
        ],
        source="Numbers are visits in a hundred that break at the step; failures are taken as independent.",
        height=_height(cells),
    )


def clinic(
    steps: pd.DataFrame, guards: Sequence[Guard], minutes: Mapping[str, Mapping[str, float]]
) -> Figure:
    """The clinic's blueprint, whose reliability and minutes follow the fail-safes that are switched on.

    Args:
        steps: as `draw` takes them.
        guards: the fail-safes on offer, four at most.
        minutes: by ``patient`` and ``staff``: the ``work`` of a visit, and what a ``caught`` and a
            ``missed`` failure cost.

    Raises:
        ValueError: as `draw`, or if a guard names a step that the table does not have.
    """
    cells = _cells(steps)
    for guard in guards:
        if guard.step not in set(cells["step"]):
            raise ValueError(f"guard {guard.name}: there is no step {guard.step!r} to guard")
    table = _table(cells, guards)
    reliabilities = cells["reliability"].tolist()

    def whole(at: Settings, xp: Namespace) -> Quantity:
        return 100 * blueprint.serial_reliability(reliabilities, _caught(cells, guards, at), xp)

    def spent(who: str, at: Settings, xp: Namespace) -> Quantity:
        own = minutes[who]
        checking = xp.total(at[guard.name] * guard.minutes[who] for guard in guards)
        return blueprint.expected_minutes(
            own["work"] + checking,
            reliabilities,
            _caught(cells, guards, at),
            own["caught"],
            own["missed"],
            xp,
        )

    off = {guard.name: 0.0 for guard in guards}
    breaks = table.at(off)["breaks"]
    through = whole(off, NUMPY)
    worst = cells["step"][int(np.argmax(breaks))]
    return Figure(
        id="clinic-blueprint",
        title=f"{100 - through:.0f} visits in 100 break somewhere; the weakest step is “{worst}”",
        alternative=(
            "The clinic's blueprint in four columns, time running down, with the line of visibility between "
            "front stage and back stage. Each step is a box, more deeply coloured the more often it lets a patient "
            f"down. Of 100 visits {through:.0f} go through untouched. Step by step, with the visits in a "
            f"hundred that break there: {_by_lane(cells, breaks)}. Switching a fail-safe on frames the step "
            "it guards and makes it paler."
        ),
        draw=lambda rows: _layers(cells["level"].nunique(), guards, rows),
        tables=[table],
        controls=[
            Choice(name=guard.name, label=guard.label, options={"off": 0, "on": 1}, value=0)
            for guard in guards
        ],
        readouts=[
            Readout(label="Untouched:", value=whole, decimals=1, unit="of 100 visits"),
            Readout(
                label="a patient spends",
                value=lambda at, xp: spent("patient", at, xp),
                decimals=1,
                unit="minutes",
            ),
            Readout(
                label="staff spend",
                value=lambda at, xp: spent("staff", at, xp),
                decimals=1,
                unit="minutes a visit",
            ),
        ],
        try_this=(
            "switch the four on one at a time, and note for each whose minutes go up and whose come down; "
            "one of them makes patients poorer."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source=(
            "Numbers in the boxes are visits in a hundred that break at the step, with the fail-safes the "
            "clinic has already. Failures are taken as independent."
        ),
        height=_height(cells),
    )


def together(most: int = 40) -> Figure:
    """How many visits survive a chain of like steps, on steady days and on good and bad ones.

    Args:
        most: steps of the longest chain.
    """

    def survive(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        chain = blueprint.shared_cause_reliability
        apart = chain(at["reliability"], row["steps"], 0, xp)
        return {
            "apart": 100 * apart,
            "shared": 100 * chain(at["reliability"], row["steps"], at["shared"], xp),
        }

    def failed_steps(at: Settings, xp: Namespace) -> Quantity:
        whole = blueprint.shared_cause_reliability(at["reliability"], 10, at["shared"], xp)
        return 10 * (1 - at["reliability"]) / xp.maximum(1 - whole, 1e-9)

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "steps:Q",
            title="steps in the chain",
            scale=alt.Scale(domain=[0, most], nice=False),
            axis=alt.Axis(values=[1, 10, 20, 30, 40], grid=False),
        )
        scale = alt.Scale(domain=[0, 108], nice=False)
        axis = alt.Axis(values=[0, 25, 50, 75, 100])
        layers: list[alt.Chart] = []
        far = rows.transform_filter(f"datum.steps === {most}")
        # On steady days the two lines are one, and a second name would lie on the first.
        parted = far.transform_filter("datum.shared - datum.apart > 4")
        for field, colour, words, ends, below in (
            ("apart", theme.SERIES[0], "every step for itself", far, 18),
            ("shared", theme.SERIES[1], "good and bad days", parted, -20),
        ):
            y = alt.Y(f"{field}:Q", title="visits untouched, of 100", scale=scale, axis=axis)
            layers += [
                rows.mark_line(color=colour, strokeWidth=2.5).encode(x=x, y=y),
                ends.mark_text(align="right", color=colour, fontWeight="bold", dy=below).encode(
                    x=x, y=y, text=alt.value(words)
                ),
            ]
        ten = rows.transform_filter("datum.steps === 10")
        layers.append(
            ten.mark_point(filled=True, size=90, color=theme.INK, opacity=1).encode(
                x=x, y=alt.Y("shared:Q", scale=scale)
            )
        )
        layers.append(
            ten.transform_calculate(words="'10 steps: ' + format(datum.shared, '.1f')")
            .mark_text(dy=-12, dx=4, align="left", fontWeight="bold")
            .encode(x=x, y=alt.Y("shared:Q", scale=scale), text="words:N")
        )
        return alt.LayerChart(layer=layers)

    return Figure(
        id="together",
        title="Ten steps that each work 99 times in 100 let one visitor in ten down",
        alternative=(
            "Visits untouched by any failure, of a hundred, over the number of steps in the chain, each of "
            "which works 99 times in 100. The line falls from 99 at one step to 90 at ten and 67 at forty. "
            "A second line, for steps that share bad days, lies on the first as long as nothing is shared "
            "and rises above it the more is shared, up to a flat 99."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="chains",
                frame=pd.DataFrame({"steps": np.arange(1.0, most + 1)}),
                steps=[survive],
                columns={
                    "steps": Column(heading="steps"),
                    "apart": Column(heading="every step for itself", decimals=1),
                    "shared": Column(heading="good and bad days", decimals=1),
                },
            )
        ],
        controls=[
            Slider(
                name="reliability",
                label="Each step goes right with a chance of",
                low=0.95,
                high=0.999,
                step=0.001,
                value=0.99,
            ),
            Slider.of(
                _TOGETHER.parameter("shared"),
                label="Share of failures that come on days when everything fails",
                step=0.05,
                value=0,
            ),
        ],
        readouts=[
            Readout(
                label="Ten steps: visits untouched",
                value=lambda at, xp: (
                    100 * blueprint.shared_cause_reliability(at["reliability"], 10, at["shared"], xp)
                ),
                decimals=1,
                unit="of 100",
            ),
            Readout(
                label="failed steps for each visitor who meets any",
                value=failed_steps,
                decimals=1,
            ),
        ],
        try_this=(
            "say first whether bad days, on which everything fails at once, will leave more visits untouched or "
            "fewer; then pull the second slider up and read both numbers below."
        ),
        labels=[TEACHING_DEVICE],
        source="However much is shared, each step alone fails as often as before.",
        height=270,
    )
