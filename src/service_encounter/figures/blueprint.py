"""Figures of the chapter on blueprint and servicescape, and a blueprint of any service from its steps."""

from __future__ import annotations

import io
import itertools
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

__all__ = [
    "FAX",
    "GUARDS",
    "MINUTES",
    "Forgotten",
    "Guard",
    "clinic",
    "draw",
    "outline",
    "read_steps",
    "together",
]

_LANES = {"customer": "customer", "front": "front stage", "back": "back stage", "support": "support"}
_NEEDED = ("lane", "step", "reliability")
_TOGETHER = next(card for card in blueprint.CARDS if card.id == "shared-cause")
# A cell is as deeply coloured as it gets when this many visits in a hundred break there.
_DEEPEST = 8
_ROW_HEIGHT, _HEAD_HEIGHT, _STRIP_HEIGHT = 96, 48, 52
# A blueprint of one's own has a slider a step, unless it has more steps than this.
_MOST_SLIDERS = 8
# Paper left of the lanes, in lanes, for the number of the phase.
_MARGIN = 0.16


@dataclass(frozen=True, kw_only=True)
class Guard:
    """A fail-safe that the reader can switch on.

    Args:
        name: of its switch, a plain identifier.
        label: what the reader sees.
        steps: names of the steps it guards, as the table has them.
        catches: probability that it catches a failure there.
        minutes: that it takes on every visit, by who spends them.
        per_catch: minutes that each failure it catches takes besides, by who spends them.
    """

    name: str
    label: str
    steps: tuple[str, ...]
    catches: float
    minutes: Mapping[str, float]
    per_catch: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """A step that the table lacks and the reader can add.

    Args:
        name: of its switch, a plain identifier.
        label: what the reader sees.
        phase, lane, step, reliability: as `draw` takes them.
    """

    name: str
    label: str
    phase: int
    lane: str
    step: str
    reliability: float


_READ, _CALL = "doctor reads the result", "telephone the patient with the result"
FAX = Forgotten(
    name="fax",
    label="Draw the forgotten box: a fax that goes right 95 times in 100",
    phase=7,
    lane="back",
    step="fax the result to the doctor",
    reliability=0.95,
)
# Invented, like the clinic: what three fail-safes would catch, and whose minutes each would take.
GUARDS = (
    Guard(
        name="board",
        label="A result missing or unread after a day turns red on the doctor's screen",
        steps=(FAX.step, _READ),
        catches=0.9,
        minutes={"patient": 0.0, "staff": 0.5},
        per_catch={"patient": 0.0, "staff": 0.0},
    ),
    Guard(
        name="recall",
        label="No answer? A colleague rings again, then writes",
        steps=(_CALL,),
        catches=0.7,
        minutes={"patient": 0.0, "staff": 2.0},
        per_catch={"patient": 0.0, "staff": 0.0},
    ),
    Guard(
        name="ask",
        label="“If you hear nothing by Thursday, ring us”",
        steps=(FAX.step, _READ, _CALL),
        catches=0.6,
        minutes={"patient": 0.2, "staff": 0.0},
        per_catch={"patient": 6.0, "staff": 0.0},
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
    # Within a phase the table's own order stands: a result is read before it is told.
    cells = cells.sort_values("phase", kind="stable", ignore_index=True)
    cells["narrow"] = ["\n".join(textwrap.wrap(name, 11)) for name in cells["step"]]
    cells["wide"] = ["\n".join(textwrap.wrap(name, 20)) for name in cells["step"]]
    # Phases that nothing happens in would leave bands of empty paper.
    cells["level"] = cells["phase"].rank(method="dense") - 1
    return cells


def _with_forgotten(cells: pd.DataFrame, forgotten: Forgotten | None) -> pd.DataFrame:
    """The cells and, last of its phase, the one that can be added; ``added`` tells it from the rest."""
    if forgotten is None:
        return cells.assign(added=0.0)
    own = {"phase": forgotten.phase, "lane": forgotten.lane, "step": forgotten.step}
    extra = _cells(pd.DataFrame([own | {"reliability": forgotten.reliability}]))
    both = pd.concat([cells.assign(added=0.0), extra.assign(added=1.0)], ignore_index=True)
    both = both.sort_values("phase", kind="stable", ignore_index=True)
    both["level"] = both["phase"].rank(method="dense") - 1
    return both


def _fails(cells: pd.DataFrame, forgotten: Forgotten | None, at: Settings) -> list[Quantity]:
    """Probability that each step goes wrong; a step that is not drawn cannot."""
    return [
        (1 - right) * (at[forgotten.name] if forgotten and added else 1)
        for right, added in zip(cells["reliability"], cells["added"], strict=True)
    ]


def _caught(cells: pd.DataFrame, guards: Sequence[Guard], at: Settings) -> list[Quantity]:
    """Probability that a failure of each step is caught, its own fail-safe and those switched on together."""
    caught: list[Quantity] = []
    for step, present in zip(cells["step"], cells["fail_safe"], strict=True):
        slips: Quantity = 1 - present
        for guard in guards:
            if step in guard.steps:
                slips = slips * (1 - at[guard.name] * guard.catches)
        caught.append(1 - slips)
    return caught


def _breaks(
    cells: pd.DataFrame,
    guards: Sequence[Guard],
    forgotten: Forgotten | None,
    row: Row,
    at: Settings,
    xp: Namespace,
) -> Quantity:
    """Visits in a hundred that a step lets down."""
    slips: Quantity = 1 - row["fail_safe"]
    for guard in guards:
        for here in cells.index[cells["step"].isin(guard.steps)]:
            slips = slips * (1 - xp.where(row["number"] == float(here), at[guard.name] * guard.catches, 0))
    right = row["reliability"]
    if forgotten:
        right = 1 - (1 - right) * (1 - row["added"] * (1 - at[forgotten.name]))
    return 100 * (1 - blueprint.serial_reliability([right], [1 - slips], xp))


def _answering(
    cells: pd.DataFrame,
    guards: Sequence[Guard],
    forgotten: Forgotten | None,
    who: str,
    at: Settings,
) -> Quantity:
    """Minutes a visit that one side spends on the failures that the guards catch, each after those before it."""
    spent: Quantity = 0.0
    rows = zip(cells["step"], _fails(cells, forgotten, at), cells["fail_safe"], strict=True)
    for step, fails, present in rows:
        reaches = fails * (1 - present)
        for guard in guards:
            if step in guard.steps:
                spent = spent + reaches * (at[guard.name] * guard.catches) * guard.per_catch[who]
                reaches = reaches * (1 - at[guard.name] * guard.catches)
    return spent


def _links(cells: pd.DataFrame) -> alt.InlineData:
    """Lines between the boxes of one phase, and from each step of the customer to the next one.

    No line may touch a box that is not there: one that would cross it runs below it.
    """
    lines: list[dict[str, float]] = []

    def rule(x: float, y: float, x2: float, y2: float) -> None:
        lines.append({"x": x, "y": y, "x2": x2, "y2": y2})

    phases: dict[float, list[float]] = {}
    absent = set()
    for level, place, added in zip(cells["level"], cells["place"], cells["added"], strict=True):
        if added:
            absent.add((float(level), float(place)))
        else:
            phases.setdefault(float(level), []).append(float(place))
    for level, places in phases.items():
        for left, right in itertools.pairwise(sorted(places)):
            if any(at == level and left < place < right for at, place in absent):
                rule(left + 0.85, level + 0.9, left + 0.85, level + 1)
                rule(left + 0.85, level + 1, right + 0.15, level + 1)
                rule(right + 0.15, level + 1, right + 0.15, level + 0.9)
            else:
                rule(left + 0.5, level + 0.5, right + 0.5, level + 0.5)
    own = sorted(level for level, places in phases.items() if 0 in places)
    for above, below in itertools.pairwise(own):
        rule(0.5, above + 0.5, 0.5, below + 0.5)
    return alt.InlineData(values=lines)


def _strip(told: Sequence[tuple[str, float]], down: alt.Scale, size: alt.ExprRef) -> list[alt.Chart]:
    """The read-outs once more at the head of the drawing, next to the switches, with their change."""
    top = -(_HEAD_HEIGHT + _STRIP_HEIGHT) / _ROW_HEIGHT
    marks = []
    for number, (label, start) in enumerate(told):
        place = alt.Chart(alt.InlineData(values=[{"at": number * len(_LANES) / len(told)}]))
        change = f"told_{number} - {start!r}"
        now = f"format(told_{number}, '.1f') + (abs({change}) < 0.05 ? '' : '  (' + format({change}, '+.1f') + ')')"
        for words, weight, below in ((f"'{label}'", 400, 4), (now, 700, 21)):
            marks.append(
                place.mark_text(
                    align="left",
                    baseline="top",
                    fontSize=size,
                    fontWeight=alt.ExprRef(f"{weight}"),
                    dy=below,
                    text=alt.ExprRef(words),
                ).encode(
                    x=alt.X("at:Q", axis=None, scale=_across()), y=alt.Y(datum=top, axis=None, scale=down)
                )
            )
    return marks


def _across() -> alt.Scale:
    return alt.Scale(domain=[-_MARGIN, len(_LANES)], nice=False)


def _layers(
    cells: pd.DataFrame,
    rows: alt.Chart,
    *,
    guarded: bool = False,
    counted: bool = True,
    told: Sequence[tuple[str, float]] = (),
) -> alt.LayerChart:
    levels = cells["level"].nunique()
    head = _HEAD_HEIGHT + (_STRIP_HEIGHT if told else 0)
    across = _across()
    down = alt.Scale(domain=[-head / _ROW_HEIGHT, levels], nice=False, reverse=True)
    x, y = alt.X("left:Q", axis=None, scale=across), alt.Y("top:Q", axis=None, scale=down)
    size = alt.ExprRef("width < 500 ? 11 : 13")
    lanes = alt.Chart(
        alt.InlineData(values=[{"at": place, "name": name} for place, name in enumerate(_LANES.values())])
    )
    phases = alt.Chart(
        alt.InlineData(values=[{"row": level, "phase": f"{level + 1}"} for level in range(levels)])
    )
    numbered = phases.mark_text(align="left", baseline="top", fontSize=size, color=theme.MUTED, dy=6).encode(
        x=alt.X(datum=-_MARGIN, axis=None, scale=across),
        y=alt.Y("row:Q", axis=None, scale=down),
        text="phase:N",
    )
    links = (
        alt.Chart(_links(cells))
        .mark_rule(color=theme.MUTED, strokeWidth=1.5)
        .encode(
            x=alt.X("x:Q", axis=None, scale=across),
            x2="x2:Q",
            y=alt.Y("y:Q", axis=None, scale=down),
            y2="y2:Q",
        )
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
        top="datum.level + 0.05",
        bottom="datum.level + 0.95",
        far="datum.place + 0.94",
        near="datum.place + 0.06",
    )
    paper = placed.mark_rect(color=theme.PAPER, stroke=theme.GRID, strokeWidth=1).encode(
        x=x, x2="right:Q", y=y, y2="bottom:Q"
    )
    unseen = (
        placed.transform_filter("datum.hidden > 0")
        .mark_rect(color=theme.PAPER, stroke=theme.SERIES[1], strokeWidth=1.5, strokeDash=[4, 3])
        .encode(x=x, x2="right:Q", y=y, y2="bottom:Q")
    )
    asked = (
        placed.transform_filter("datum.hidden > 0")
        .transform_calculate(middle="datum.place + 0.5", height="datum.level + 0.5")
        .mark_text(color=theme.SERIES[1], fontSize=24, fontWeight="bold", text="?")
        .encode(x=alt.X("middle:Q", axis=None, scale=across), y=alt.Y("height:Q", axis=None, scale=down))
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
        text=alt.ExprRef("datum.hidden > 0 ? '' : width < 500 ? datum.narrow : datum.wide"),
    ).encode(x=alt.X("near:Q", axis=None, scale=across), y=y)
    numbers = (
        placed.transform_filter("datum.hidden < 1")
        .transform_calculate(
            told="format(datum.breaks, '.1f')"
            if counted
            else "datum.minutes > 0 ? datum.minutes + ' min' : ''"
        )
        .mark_text(align="right", baseline="bottom", fontSize=size, fontWeight="bold", dy=-2)
        .encode(
            x=alt.X("far:Q", axis=None, scale=across),
            y=alt.Y("bottom:Q", axis=None, scale=down),
            text="told:N",
        )
    )
    layers = [behind, links, paper, unseen, *([heat] if counted else []), line, named, heads, numbered]
    layers += [words, asked, numbers, *_strip(told, down, size)]
    if guarded:
        framed = (
            placed.transform_filter("datum.guarded > 0 && datum.hidden < 1")
            .mark_rect(filled=False, stroke=theme.SERIES[0], strokeWidth=3)
            .encode(x=x, x2="right:Q", y=y, y2="bottom:Q")
        )
        layers.append(framed)
    return alt.LayerChart(layer=layers)


def _table(cells: pd.DataFrame, guards: Sequence[Guard], forgotten: Forgotten | None) -> LiveTable:
    frame = cells.rename_axis("number").reset_index()
    frame["number"] = frame["number"].astype(float)
    frame["side"] = frame["lane"].map(_LANES)

    def breaks(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "breaks": _breaks(cells, guards, forgotten, row, at, xp),
            "hidden": row["added"] * (1 - at[forgotten.name]) if forgotten else row["added"],
        }

    def guarded(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "guarded": xp.total(
                xp.where(row["number"] == float(place), at[guard.name], 0)
                for guard in guards
                for place in cells.index[cells["step"].isin(guard.steps)]
            )
        }

    return LiveTable(
        name="steps",
        frame=frame,
        steps=[breaks, guarded] if guards else [breaks],
        columns={
            "step": Column(heading="step"),
            "phase": Column(heading="phase"),
            "side": Column(heading="lane"),
            "reliability": Column(heading="goes right", decimals=2),
            "breaks": Column(heading="visits in 100 that break here", decimals=1),
        },
    )


def _height(cells: pd.DataFrame, strip: int = 0) -> int:
    return int(_HEAD_HEIGHT + strip + _ROW_HEIGHT * cells["level"].nunique())


def _by_lane(cells: pd.DataFrame, breaks: pd.Series) -> str:
    """The blueprint in words: each step in the order of time, with its lane and what breaks there."""
    drawn = cells["added"] == 0
    rows = zip(cells.loc[drawn, "lane"], cells.loc[drawn, "step"], breaks[drawn.to_numpy()], strict=True)
    return "; ".join(f"{_LANES[lane]}: {step}, {number:.1f}" for lane, step, number in rows)


def _own_sliders(cells: pd.DataFrame) -> list[Slider]:
    """A slider a step: how often it goes right, in 100."""
    right = 100 * cells["reliability"]
    grain = 1 if np.allclose(right, right.round()) else 0.01
    return [
        Slider(name=f"right_{number}", label=step, low=0, high=100, step=grain, value=round(value, 2))
        for number, (step, value) in enumerate(zip(cells["step"], right, strict=True))
    ]


def _moved_by(sliders: Sequence[Slider], table: LiveTable) -> LiveTable:
    """The table with each step's reliability taken from its slider."""

    def moved(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        right = xp.total(
            [
                xp.where(row["number"] == float(number), at[slider.name] / 100, 0)
                for number, slider in enumerate(sliders)
            ]
        )
        return {
            "chance": right,
            "breaks": 100 * (1 - blueprint.serial_reliability([right], [row["fail_safe"]], xp)),
            "hidden": row["added"] + 0 * right,
        }

    columns = {("chance" if name == "reliability" else name): of for name, of in table.columns.items()}
    return LiveTable(name=table.name, frame=table.frame, steps=[moved], columns=columns)


def draw(steps: pd.DataFrame) -> Figure:
    """A blueprint of any service: lanes from left to right, time downwards, the weak steps in colour.

    Args:
        steps: one row a step, with ``lane`` (customer, front, back or support), ``step`` and
            ``reliability``; and if you like ``phase``, from 1, which is the row's place where it is
            missing, and ``fail_safe``, the probability that a failure is caught, 0 where it is missing.

    Raises:
        ValueError: naming row and column, and what is allowed.

    Up to eight steps come with sliders, one for how often each goes right.

    >>> steps = pd.DataFrame({"lane": ["customer"], "step": ["pay"], "reliability": [0.9]})
    >>> draw(steps).title
    'Of 100 visits 90 go through untouched; the weakest step is “pay”'
    """
    cells = _with_forgotten(_cells(steps), None)
    sliders = _own_sliders(cells) if len(cells) <= _MOST_SLIDERS else []
    table = _table(cells, (), None)
    if sliders:
        table = _moved_by(sliders, table)
    breaks = table.at({slider.name: slider.value for slider in sliders})["breaks"]

    def untouched(at: Settings, xp: Namespace) -> Quantity:
        right = [at[slider.name] / 100 for slider in sliders] or cells["reliability"].tolist()
        return 100 * blueprint.serial_reliability(right, cells["fail_safe"].tolist(), xp)

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
        draw=lambda rows: _layers(cells, rows),
        tables=[table],
        controls=sliders,
        readouts=[
            Readout(label="Untouched by any failure:", value=untouched, decimals=1, unit="of 100 visits")
        ],
        try_this="put in how often you think each step goes right." if sliders else "",
        source="Numbers are visits in a hundred that break at the step; failures are taken as independent.",
        height=_height(cells),
    )


def outline(steps: pd.DataFrame, forgotten: Forgotten) -> Figure:
    """A blueprint before anything is counted: who does what, side by side, and the box that is missing.

    Args:
        steps: as `draw` takes them, with ``minutes``.
        forgotten: the step between two others that the table lacks, drawn as a question mark.

    Raises:
        ValueError: as `draw`.
    """
    cells = _with_forgotten(_cells(steps), forgotten)
    cells["minutes"] = cells["step"].map(steps.set_index("step")["minutes"]).fillna(0.0)
    cells.loc[cells["added"] > 0, "step"] = "(no box)"
    drawn = cells[cells["added"] == 0]
    said = "; ".join(
        f"phase {phase}, {_LANES[lane]}: {step}"
        for phase, lane, step in zip(drawn["phase"], drawn["lane"], drawn["step"], strict=True)
    )
    return Figure(
        id="clinic-steps",
        title="Every box is joined to the next, except between the laboratory and the doctor",
        alternative=(
            f"A blueprint in four columns and {cells['level'].nunique()} phases, time running down, with the "
            f"line of visibility between front stage and back stage. {said}. In phase {forgotten.phase}, "
            f"{_LANES[forgotten.lane]}, stands an empty box with a question mark, which no line reaches."
        ),
        draw=lambda rows: _layers(cells, rows, counted=False),
        tables=[
            LiveTable(
                name="plan",
                frame=cells.assign(side=cells["lane"].map(_LANES), hidden=cells["added"]),
                steps=[],
                columns={
                    "step": Column(heading="step"),
                    "phase": Column(heading="phase"),
                    "side": Column(heading="lane"),
                    "minutes": Column(heading="minutes"),
                },
            )
        ],
        labels=[SYNTHETIC],
        source="Minutes are those of the step; where none stand, it takes less than one.",
        height=_height(cells),
    )


def clinic(
    steps: pd.DataFrame,
    guards: Sequence[Guard],
    forgotten: Forgotten,
    minutes: Mapping[str, Mapping[str, float]],
) -> Figure:
    """The clinic's blueprint, whose reliability and minutes follow what is switched on.

    Args:
        steps: as `draw` takes them.
        guards: the fail-safes on offer, three at most.
        forgotten: the step that can be added.
        minutes: by ``patient`` and ``staff``: the ``work`` of a visit, and what a ``caught`` and a
            ``missed`` failure cost.

    Raises:
        ValueError: as `draw`, or if a guard names a step that is not there.
    """
    cells = _with_forgotten(_cells(steps), forgotten)
    for guard in guards:
        for step in guard.steps:
            if step not in set(cells["step"]):
                raise ValueError(f"guard {guard.name}: there is no step {step!r} to guard")
    table = _table(cells, guards, forgotten)

    def whole(at: Settings, xp: Namespace) -> Quantity:
        right = [1 - fails for fails in _fails(cells, forgotten, at)]
        return 100 * blueprint.serial_reliability(right, _caught(cells, guards, at), xp)

    def spent(who: str, at: Settings, xp: Namespace) -> Quantity:
        own = minutes[who]
        checking = xp.total(at[guard.name] * guard.minutes[who] for guard in guards)
        return _answering(cells, guards, forgotten, who, at) + blueprint.expected_minutes(
            own["work"] + checking,
            [1 - fails for fails in _fails(cells, forgotten, at)],
            _caught(cells, guards, at),
            own["caught"],
            own["missed"],
            xp,
        )

    off = {forgotten.name: 0.0} | {guard.name: 0.0 for guard in guards}
    breaks = table.at(off)["breaks"]
    through = float(whole(off, NUMPY))
    worst = cells["step"][int(np.argmax(breaks))]
    switches = [(forgotten.name, forgotten.label), *((guard.name, guard.label) for guard in guards)]
    told = [
        ("visits untouched", through),
        ("her minutes", float(spent("patient", off, NUMPY))),
        ("staff minutes", float(spent("staff", off, NUMPY))),
    ]
    return Figure(
        id="clinic-blueprint",
        title=(
            f"As the clinic works today, {100 - through:.0f} visits in 100 break somewhere; the weakest step "
            f"is “{worst}”"
        ),
        alternative=(
            "The clinic's blueprint in four columns, time running down, with the line of visibility between "
            "front stage and back stage. Each step is a box, more deeply coloured the more often it lets a patient "
            f"down. Of 100 visits {through:.0f} go through untouched. Step by step, with the visits in a "
            f"hundred that break there: {_by_lane(cells, breaks)}. Switching a fail-safe on frames the steps "
            "it guards and makes them paler; drawing the fax puts a box where a question mark stands."
        ),
        draw=lambda rows: _layers(cells, rows, guarded=True, told=told),
        tables=[table],
        controls=[
            Choice(name=name, label=label, options={"off": 0, "on": 1}, value=0) for name, label in switches
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
            "draw the forgotten box first and see what it costs; then switch the three fail-safes on one at a "
            "time, and note for each whose minutes go up and whose come down."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source=(
            "Numbers in the boxes are visits in a hundred that break at the step, with the fail-safes the "
            "clinic has already. Failures are taken as independent. Before anything goes wrong a visit takes "
            f"{minutes['patient']['work']:.0f} minutes of hers, in each phase the longer of her own step and "
            f"the one in front of her, and {minutes['staff']['work']:.0f} of staff, front and back, without "
            "the courier."
        ),
        height=_height(cells, _STRIP_HEIGHT),
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
        # Where the two lines run close, a second name would lie on the first.
        parted = far.transform_filter("datum.shared - datum.apart > 12")
        for field, colour, words, ends, below in (
            ("apart", theme.SERIES[0], "every step for itself", far, 18),
            ("shared", theme.SERIES[1], "good and bad days", parted, 15),
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
        title="On steady days ten steps that each work 99 times in 100 let one visitor in ten down",
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
            "pull the second slider up, towards days on which everything fails at once, hold it against your guess "
            "and read both numbers below."
        ),
        labels=[TEACHING_DEVICE],
        source="However much is shared, each step alone fails as often as before.",
        height=270,
    )
