"""A figure that lives in a notebook and on the page: one object, one formula, two readings.

A figure joins a chart, the controls that move it and tables whose calculated columns are models
of this package. In a notebook it draws itself with live sliders; when the book is built
(``SERVICE_ENCOUNTER_FIGURES=page``) it gives the page a drawing, the compiled Vega that moves
it, a text alternative and the numbers behind it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import altair as alt
import numpy as np
import pandas as pd

from service_encounter.models.card import Parameter
from service_encounter.namespace import NUMPY, VEGA, Namespace, Quantity, datum, signal

Settings: TypeAlias = Mapping[str, Quantity]
Row: TypeAlias = Mapping[str, Quantity]
Drawn: TypeAlias = alt.Chart | alt.LayerChart | alt.FacetChart
Step: TypeAlias = Callable[[Row, Settings, Namespace], Mapping[str, Quantity]]
Shared: TypeAlias = Callable[[Settings, Namespace], Quantity]

TEACHING_DEVICE = "teaching device: parameters are not estimates"
SYNTHETIC = "synthetic data"


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A number that the reader moves.

    Args:
        name: its name in the model's settings, a plain identifier.
        label: what the reader sees.
        low, high, step, value: range, step and start value, in ``unit``.
        unit: shown behind the value.
        button: words of a button that moves the slider one step on, for what arrives one by one; none
            where it is empty.

    Raises:
        ValueError: if the range is empty, the start value lies outside it or off its steps.
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    value: float
    unit: str = ""
    button: str = ""

    def __post_init__(self) -> None:
        signal(self.name)
        if not self.low < self.high:
            raise ValueError(f"slider {self.name}: low {self.low:g} must lie below high {self.high:g}")
        if not 0 < self.step <= self.high - self.low:
            raise ValueError(f"slider {self.name}: step {self.step:g} must be positive and fit the range")
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"slider {self.name}: value {self.value:g} lies outside {self.low:g} to {self.high:g}"
            )
        steps = (self.value - self.low) / self.step
        if abs(steps - round(steps)) > 1e-6:
            raise ValueError(f"slider {self.name}: value {self.value:g} is not on a step of {self.step:g}")

    @classmethod
    def of(
        cls,
        parameter: Parameter,
        *,
        label: str,
        step: float,
        value: float,
        name: str | None = None,
        button: str = "",
    ) -> Slider:
        """A slider over the range that a model card states for a parameter."""
        return cls(
            name=name or parameter.name,
            label=label,
            low=parameter.low,
            high=parameter.high,
            step=step,
            value=value,
            unit="" if parameter.unit == "1" else parameter.unit,
            button=button,
        )

    def one_step_on(self, value: float) -> float:
        """The setting one step above ``value``, or the highest."""
        steps = round((value - self.low) / self.step) + 1
        return min(self.low + steps * self.step, self.high)

    @property
    def decimals(self) -> int:
        """Digits behind the point that the step needs."""
        text = f"{self.step:.6f}".rstrip("0")
        return len(text.partition(".")[2])

    @property
    def extremes(self) -> tuple[float, float]:
        """The lowest and the highest setting."""
        return self.low, self.high

    def binding(self) -> Any:  # noqa: ANN401  # altair's binding types are generated
        """The same control for a live notebook."""
        unit = f" ({self.unit})" if self.unit else ""
        return alt.binding_range(min=self.low, max=self.high, step=self.step, name=f"{self.label}{unit} ")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few named settings, each a number to the model.

    Args:
        name: its name in the model's settings, a plain identifier.
        label: what the reader sees.
        options: label of each option and the number it stands for.
        value: the number at the start.

    Raises:
        ValueError: if the start value is not an option.
    """

    name: str
    label: str
    options: Mapping[str, float]
    value: float

    def __post_init__(self) -> None:
        signal(self.name)
        if self.value not in self.options.values():
            raise ValueError(f"choice {self.name}: value {self.value:g} is not among {dict(self.options)}")

    @property
    def extremes(self) -> tuple[float, ...]:
        """Every setting."""
        return tuple(self.options.values())

    def binding(self) -> Any:  # noqa: ANN401  # altair's binding types are generated
        """The same control for a live notebook."""
        return alt.binding_select(
            options=list(self.options.values()), labels=list(self.options), name=f"{self.label} "
        )


Control: TypeAlias = Slider | Choice


@dataclass(frozen=True, kw_only=True)
class Column:
    """How a column of a live table is shown: heading, digits behind the point, unit."""

    heading: str
    decimals: int = 0
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Sum columns over all rows and stack the sums: one row a column.

    Args:
        columns: summed column, and the word that stands for it in column ``key``.
        key, value: names of the two columns of the stacked table.
    """

    columns: Mapping[str, str]
    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LiveTable:
    """Rows that stay, and columns that models calculate from them and from the controls.

    Args:
        name: of the data set in the chart.
        frame: the rows; columns of numbers or words.
        steps: functions ``(row, settings, xp) -> {column: value}``, each of which may use the
            columns of those before it.
        columns: the columns to show in the table of numbers, first the one that names the row.
        fold: sums the rows into a short table before ``after`` is calculated.
        after: further steps on the folded rows.
    """

    name: str
    frame: pd.DataFrame
    steps: Sequence[Step]
    columns: Mapping[str, Column]
    fold: Fold | None = None
    after: Sequence[Step] = ()

    def at(self, settings: Settings) -> pd.DataFrame:
        """The table at the given settings, calculated by NumPy."""
        frame = _calculated(self.frame, self.steps, settings)
        if self.fold is None:
            return frame
        sums = frame[list(self.fold.columns)].sum()
        folded = pd.DataFrame(
            {self.fold.key: list(self.fold.columns.values()), self.fold.value: sums.to_numpy()}
        )
        return _calculated(folded, self.after, settings)

    def chart(self, settings: Settings) -> alt.Chart:
        """A chart on this table, whose calculated columns Vega computes from signals."""
        names = [str(name) for name in self.frame]
        rows = [dict(zip(names, row, strict=True)) for row in self.frame.to_numpy(dtype=object).tolist()]
        chart = alt.Chart(alt.InlineData(values=rows, name=self.name))
        columns = list(self.frame.columns)
        chart, columns = _with_steps(chart, columns, self.steps, settings)
        if self.fold is None:
            return chart
        fold = self.fold
        sums = [alt.AggregatedFieldDef(op="sum", field=column, **{"as": column}) for column in fold.columns]
        chart = chart.transform_aggregate(aggregate=sums)
        chart = chart.transform_fold(list(fold.columns), as_=["folded", fold.value])
        named = (
            "".join(f"datum.folded === {column!r} ? {word!r} : " for column, word in fold.columns.items())
            + "''"
        )
        chart = chart.transform_calculate(**{fold.key: named})
        return _with_steps(chart, [fold.key, fold.value], self.after, settings)[0]

    @property
    def calculated(self) -> list[str]:
        """Names of the numeric columns that depend on the controls."""
        start = [self.fold.key] if self.fold else list(self.frame.columns)
        return [name for name in self._final_columns() if name not in start]

    def _final_columns(self) -> list[str]:
        columns = list(self.frame.columns)
        row: dict[str, Quantity] = {name: datum(name) for name in columns}
        steps = self.steps
        if self.fold is not None:
            row = {self.fold.key: datum(self.fold.key), self.fold.value: datum(self.fold.value)}
            steps = self.after
        for step in steps:
            # By name, since a chain of steps written out in full would double at each.
            row |= {name: datum(name) for name in step(row, _AnySignal(), VEGA)}
        return list(row)


class _AnySignal(dict[str, Quantity]):
    def __missing__(self, name: str) -> Quantity:
        return signal(name)


def _calculated(frame: pd.DataFrame, steps: Sequence[Step], settings: Settings) -> pd.DataFrame:
    row: dict[str, Quantity] = {name: frame[name].to_numpy() for name in frame.columns}
    for step in steps:
        made = step(row, settings, NUMPY)
        row |= {
            name: np.broadcast_to(np.asarray(value, dtype=float), len(frame)) for name, value in made.items()
        }
    return pd.DataFrame(row)


def _with_steps(
    chart: alt.Chart, columns: list[str], steps: Sequence[Step], settings: Settings
) -> tuple[alt.Chart, list[str]]:
    for step in steps:
        made = step({name: datum(name) for name in columns}, settings, VEGA)
        chart = chart.transform_calculate(**{name: str(value) for name, value in made.items()})
        columns = columns + [name for name in made if name not in columns]
    return chart, columns


def with_shared(settings: Settings, shared: Mapping[str, Shared]) -> dict[str, Quantity]:
    """Settings and, beside them, the numbers that a figure shares among its tables and read-outs."""
    at = dict(settings)
    for name, number in shared.items():
        at[name] = number(at, NUMPY)
    return at


@dataclass(frozen=True, kw_only=True)
class Readout:
    """A number told in words below the figure, and announced when it changes.

    Args:
        label: what the number is.
        value: ``(settings, xp) -> number``, a model of this package.
        decimals, unit: how it is written.
    """

    label: str
    value: Callable[[Settings, Namespace], Quantity]
    decimals: int = 0
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of the book.

    Args:
        id: a slug, unique on its page.
        title: the finding at the start values, as a sentence.
        alternative: what a reader who cannot see the drawing needs, in words.
        draw: makes the chart from one chart a live table, in their order.
        tables: the live tables; the first is the one shown as numbers.
        controls: what the reader moves; none for a still picture.
        shared: numbers that tables and read-outs find among the settings, each computed once from the
            controls and the numbers before it.
        readouts: numbers told in words.
        try_this: what to try, one sentence.
        labels: such as `TEACHING_DEVICE` or `SYNTHETIC`.
        source: where the data come from.
        height: of the drawing, in pixels.
    """

    id: str
    title: str
    alternative: str
    draw: Callable[..., Drawn]
    tables: Sequence[LiveTable]
    controls: Sequence[Control] = ()
    shared: Mapping[str, Shared] = field(default_factory=dict)
    readouts: Sequence[Readout] = ()
    try_this: str = ""
    labels: Sequence[str] = ()
    source: str = ""
    height: int = 280

    def __post_init__(self) -> None:
        names = [*(control.name for control in self.controls), *self.shared]
        if len(set(names)) < len(names):
            raise ValueError(f"figure {self.id}: two controls or shared numbers have one name: {names}")
        if not self.tables:
            raise ValueError(f"figure {self.id}: a figure needs at least one table")
        for text, what in ((self.title, "title"), (self.alternative, "alternative")):
            if not text.strip():
                raise ValueError(f"figure {self.id}: {what} is empty")
        self._check_defined()

    @property
    def start(self) -> dict[str, float]:
        """The settings a reader first sees."""
        return {control.name: control.value for control in self.controls}

    def values(self, **settings: float) -> pd.DataFrame:
        """The table behind the figure at these settings; what is not given stays at its start.

        Raises:
            KeyError: if a setting is not a control of the figure.
        """
        return self.tables[0].at(self._settings(settings))

    def told(self, **settings: float) -> dict[str, float]:
        """The read-outs at these settings, by label."""
        at = self._settings(settings)
        return {readout.label: float(readout.value(at, NUMPY)) for readout in self.readouts}

    def _settings(self, changed: Mapping[str, float]) -> dict[str, Quantity]:
        unknown = set(changed) - set(self.start)
        if unknown:
            raise KeyError(
                f"figure {self.id} has no control {sorted(unknown)[0]!r}; it has {', '.join(self.start)}"
            )
        return with_shared(self.start | dict(changed), self.shared)

    def _check_defined(self) -> None:
        extremes = itertools.product(*(control.extremes for control in self.controls))
        # Once and not at every corner: naming the columns of a long chain means writing all its formulas.
        calculated = [table.calculated for table in self.tables]
        for corner in itertools.chain([tuple(self.start.values())], extremes):
            at = dict(zip(self.start, corner, strict=True))
            where = ", ".join(f"{name} = {value:g}" for name, value in at.items())
            with np.errstate(all="ignore"):
                try:
                    told = self.told(**at)
                    tables = [(table, table.at(self._settings(at))) for table in self.tables]
                except ValueError as error:
                    raise ValueError(f"figure {self.id} is undefined at {where}: {error}") from error
            for label, value in told.items():
                if not np.isfinite(value):
                    raise ValueError(f"figure {self.id}: {label!r} is {value:g} at {where}: narrow the range")
            for (table, frame), names in zip(tables, calculated, strict=True):
                if np.isfinite(frame[names].to_numpy(dtype=float)).all():
                    continue
                for name in names:
                    if not np.isfinite(frame[name]).all():
                        raise ValueError(
                            f"figure {self.id}: column {name!r} of {table.name!r} is undefined at {where}: "
                            "narrow the range"
                        )

    @cached_property
    def chart(self) -> Drawn:
        """The Altair chart with its controls as parameters."""
        params = [alt.param(name=c.name, value=c.value, bind=c.binding()) for c in self.controls]
        at: dict[str, Quantity] = {control.name: signal(control.name) for control in self.controls}
        for name, number in self.shared.items():
            params.append(alt.param(name=name, expr=str(number(at, VEGA))))
            at[name] = signal(name)
        params += [
            alt.param(name=f"told_{number}", expr=str(readout.value(at, VEGA)))
            for number, readout in enumerate(self.readouts)
        ]
        drawn = self.draw(*(table.chart(at) for table in self.tables))
        return drawn.add_params(*params) if params else drawn

    def widget(self) -> Any:  # noqa: ANN401  # ipywidgets has no types
        """The figure with live sliders, for a notebook."""
        from service_encounter.figures.live import live

        return live(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:  # noqa: ANN401  # Jupyter's protocol
        if os.environ.get("SERVICE_ENCOUNTER_FIGURES") == "page":
            from service_encounter.figures.page import page_bundle

            return page_bundle(self)
        bundle: dict[str, Any] = self.widget()._repr_mimebundle_()
        return bundle
