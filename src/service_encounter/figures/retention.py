"""Figures of the chapter on loyalty: one curve with two stories, year twelve, and a league of scores."""

from __future__ import annotations

from collections.abc import Mapping

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
from service_encounter.models import retention, word_of_mouth
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = ["league", "one_curve", "year_twelve"]

_NPS = next(card for card in word_of_mouth.CARDS if card.id == "net-promoter")

_YEARS = 7
_LAST = 12
_DIFFER, _CHANGE = 0, 1
_LAST_POINT, _LIKELIHOOD = 0, 1
_BRANCHES = (
    "Airport",
    "Castle St",
    "Docks",
    "East Gate",
    "Fairfield",
    "Hill Top",
    "Mill Lane",
    "North End",
    "Old Town",
    "Park Row",
    "Station",
    "West Bay",
)
_MONTHS = 12


def _left(year: Quantity, at: Settings, xp: Namespace) -> dict[str, Quantity]:
    """Customers of each kind, of a hundred who joined, who are asked to renew in a year."""
    return {
        "settled": (100 - at["restless"]) * retention.constant_survival(at["settled_rate"], year - 1, xp),
        "restless": at["restless"] * retention.constant_survival(at["restless_rate"], year - 1, xp),
    }


def _crowd_rate(left: Mapping[str, Quantity], at: Settings) -> Quantity:
    """Per cent who renew, of everybody who is asked."""
    renewing = left["settled"] * at["settled_rate"] + left["restless"] * at["restless_rate"]
    return 100 * renewing / (left["settled"] + left["restless"])


def one_curve(observed: pd.Series) -> Figure:
    """A retention rate that rises, with the two stories that draw it.

    Args:
        observed: per cent of a firm's customers left after 0, 1, ... years, at least 7.
    """
    rates = 100 * retention.observed_retention_rates(observed.to_numpy(dtype=float)[: _YEARS + 1])
    frame = pd.DataFrame({"year": np.arange(1.0, _YEARS + 1), "firm": rates})

    def asked(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        left = _left(row["year"], at, xp)
        return {"left_settled": left["settled"], "left_restless": left["restless"]}

    def renew(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        left = {"settled": row["left_settled"], "restless": row["left_restless"]}
        still = 0 * row["year"]
        return {
            "crowd": _crowd_rate(left, at),
            "own_settled": 100 * at["settled_rate"] + still,
            "own_restless": 100 * at["restless_rate"] + still,
            "story": at["story"] + still,
        }

    def first_to_last(year: int, at: Settings, xp: Namespace) -> Quantity:
        return _crowd_rate(_left(year, at, xp), at)

    def own_gain(at: Settings, xp: Namespace) -> Quantity:
        gain = first_to_last(_YEARS, at, xp) - first_to_last(1, at, xp)
        return xp.where(at["story"] == _CHANGE, gain, 0)

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "year:Q",
            title="year of renewal",
            scale=alt.Scale(domain=[0.6, _YEARS + 0.4], nice=False),
            axis=alt.Axis(values=list(range(1, _YEARS + 1)), format="d", grid=False),
        )
        scale = alt.Scale(domain=[0, 112], nice=False)
        axis = alt.Axis(values=[0, 25, 50, 75, 100])
        title = "per cent who renew"
        differ = rows.transform_filter(f"datum.story === {_DIFFER}")
        change = rows.transform_filter(f"datum.story === {_CHANGE}")
        layers: list[alt.Chart] = []
        for kind, colour, below in (("settled", theme.SERIES[2], -16), ("restless", theme.SERIES[1], 20)):
            y = alt.Y(f"own_{kind}:Q", title=title, scale=scale, axis=axis)
            sized = differ.transform_calculate(area=f"12 * datum.left_{kind}")
            layers += [
                sized.mark_line(color=colour, strokeWidth=1, strokeDash=[3, 4]).encode(x=x, y=y),
                sized.mark_point(filled=True, color=colour, opacity=0.85).encode(
                    x=x, y=y, size=alt.Size("area:Q", scale=None, legend=None)
                ),
                sized.transform_filter("datum.year === 4")
                .mark_text(color=colour, fontWeight="bold", dy=below)
                .encode(x=x, y=y, text=alt.value(f"each {kind} customer")),
            ]
        crowd = alt.Y("crowd:Q", title=title, scale=scale, axis=axis)
        layers += [
            rows.mark_line(color=theme.INK, strokeWidth=3).encode(x=x, y=crowd),
            change.transform_calculate(area="12 * (datum.left_settled + datum.left_restless)")
            .mark_point(filled=True, color=theme.SERIES[0], opacity=0.85)
            .encode(x=x, y=crowd, size=alt.Size("area:Q", scale=None, legend=None)),
            rows.mark_point(shape="diamond", filled=True, size=46, color=theme.INK, opacity=1).encode(
                x=x, y=alt.Y("firm:Q", scale=scale)
            ),
            rows.transform_filter("datum.year === 6")
            .mark_text(fontWeight="bold", dy=24)
            .encode(x=x, y=alt.Y("firm:Q", scale=scale), text=alt.value("a real firm")),
            # Close above the restless the words would lie on theirs.
            differ.transform_filter("datum.year === 2 && datum.crowd - datum.own_restless > 18")
            .mark_text(fontWeight="bold", align="left", dx=-4, dy=24)
            .encode(x=x, y=crowd, text=alt.value("all who are asked")),
            change.transform_filter("datum.year === 3")
            .mark_text(color=theme.SERIES[0], fontWeight="bold", align="left", dx=-4, dy=34)
            .encode(x=x, y=crowd, text=alt.value("every single customer")),
        ]
        return alt.LayerChart(layer=layers)

    return Figure(
        id="one-curve",
        title="No customer changes, and the share who renew climbs from 65 to 94 per cent",
        alternative=(
            "Per cent who renew over the year of renewal, one to seven. A heavy line for all who are asked rises "
            "from 65 to 94, close to seven diamonds, a real firm's rates. Two flat rows of discs are the customers: "
            "the settled stay at 95 and the restless at 45, and their areas are how many are left. The restless "
            "shrink from 60 to hardly one; the settled from 40 to 29. With the other story the two rows give way to "
            "one row of discs on the heavy line, which has not moved."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="renewals",
                frame=frame,
                steps=[asked, renew],
                columns={
                    "year": Column(heading="year"),
                    "left_settled": Column(heading="settled asked", decimals=1, unit="of 100"),
                    "left_restless": Column(heading="restless asked", decimals=1, unit="of 100"),
                    "crowd": Column(heading="renew", decimals=1, unit="%"),
                    "firm": Column(heading="real firm", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Choice(
                name="story",
                label="What happens",
                options={"customers differ, none changes": _DIFFER, "all alike, all grow loyal": _CHANGE},
                value=_DIFFER,
            ),
            Slider(name="restless", label="Restless, of 100 who join", low=10, high=90, step=5, value=60),
            Slider(
                name="restless_rate",
                label="A restless customer renews with a chance of",
                low=0.2,
                # The restless stay the worse renewers of the two, or their name would be wrong.
                high=0.7,
                step=0.05,
                value=0.45,
            ),
            Slider(
                name="settled_rate",
                label="A settled one with a chance of",
                low=0.7,
                high=0.98,
                step=0.01,
                value=0.95,
            ),
        ],
        readouts=[
            Readout(
                label="Between the first and the seventh year the rate rises by",
                value=lambda at, xp: first_to_last(_YEARS, at, xp) - first_to_last(1, at, xp),
                decimals=1,
                unit="points",
            ),
            Readout(
                label="and the chance of any one customer who stays, by",
                value=own_gain,
                decimals=1,
                unit="points",
            ),
        ],
        try_this=(
            "switch to the other story and watch the heavy line; then put the two chances at the same value."
        ),
        labels=[TEACHING_DEVICE],
        source=(
            "Areas are customers still there. Diamonds: the Regular customers of Fader and Hardie (2007), table 1."
        ),
        height=300,
    )


def year_twelve(observed: pd.Series) -> Figure:
    """Forecasts of a cohort from its first years, with the years that came.

    Args:
        observed: per cent of a firm's customers left after 0, 1, ..., 12 years.

    Raises:
        ValueError: if the series does not have these thirteen values.
    """
    survivors = observed.to_numpy(dtype=float)
    if len(survivors) != _LAST + 1:
        raise ValueError(f"observed must have {_LAST + 1} values, years 0 to {_LAST}, got {len(survivors)}")
    known = range(2, _LAST)
    fits = {years: retention.fit_sbg(survivors[: years + 1]) for years in known}
    through = {years: retention.endpoint_retention_rate(survivors[: years + 1]) for years in known}
    likely = {years: retention.likelihood_retention_rate(survivors[: years + 1]) for years in known}
    frame = pd.DataFrame(
        {"year": np.arange(1.0, _LAST + 1), "left": survivors[1:]}
        | {f"mixed_{years}": 100 * fit.survival(_LAST) for years, fit in fits.items()}
    )

    def pick(values: Mapping[int, Quantity], at: Settings, xp: Namespace) -> Quantity:
        return xp.total(xp.where(at["known"] == years, value, 0) for years, value in values.items())

    def rate(at: Settings, xp: Namespace) -> Quantity:
        fitted = at["fitted"] == _LIKELIHOOD
        return xp.where(fitted, pick(likely, at, xp), pick(through, at, xp))

    def constant(year: Quantity, at: Settings, xp: Namespace) -> Quantity:
        return 100 * retention.constant_survival(rate(at, xp), year, xp)

    def forecast(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        return {
            "mixed": pick({years: row[f"mixed_{years}"] for years in known}, at, xp),
            "constant": constant(row["year"], at, xp),
            "hidden": row["year"] - at["known"],
        }

    def draw(rows: alt.Chart) -> alt.LayerChart:
        x = alt.X(
            "year:Q",
            title="years since they joined",
            scale=alt.Scale(domain=[0.6, _LAST + 0.6], nice=False),
            axis=alt.Axis(values=[1, 3, 5, 7, 9, 11, 12], format="d", grid=False),
        )
        scale = alt.Scale(domain=[0, 70], nice=False)
        axis = alt.Axis(values=[0, 20, 40, 60])
        title = "per cent still customers"
        layers: list[alt.Chart] = []
        for field, colour in (("mixed", theme.SERIES[2]), ("constant", theme.SERIES[1])):
            y = alt.Y(f"{field}:Q", title=title, scale=scale, axis=axis)
            layers.append(rows.mark_line(color=colour, strokeWidth=2.5, clip=True).encode(x=x, y=y))
        end = rows.transform_filter(f"datum.year === {_LAST}")
        # Words stay clear of the open dots above and of the axis below.
        mixed = end.transform_calculate(
            words="'they differ: ' + format(datum.mixed, '.1f')", place="max(datum.mixed, datum.left)"
        )
        constant = end.transform_calculate(
            words="'one rate: ' + format(datum.constant, '.1f')",
            place="datum.constant < 4.5 ? 17 : max(datum.constant, 7.8)",
        )
        for drawn, colour, shift in ((mixed, theme.SERIES[2], -32), (constant, theme.SERIES[1], 18)):
            layers.append(
                drawn.mark_text(color=colour, fontWeight="bold", align="right", dx=10, dy=shift).encode(
                    x=x, y=alt.Y("place:Q", scale=scale), text="words:N"
                )
            )
        y = alt.Y("left:Q", scale=scale)
        layers += [
            rows.transform_filter("datum.hidden <= 0")
            .mark_point(filled=True, size=80, color=theme.INK, opacity=1)
            .encode(x=x, y=y),
            rows.transform_filter("datum.hidden > 0")
            .mark_point(size=70, color=theme.INK, fill=theme.PAPER, strokeWidth=1.5, opacity=1)
            .encode(x=x, y=y),
        ]
        return alt.LayerChart(layer=layers)

    return Figure(
        id="year-twelve",
        title="Seven years foretell the twelfth to a third of a point, if customers may differ",
        alternative=(
            "Per cent still customers over the years since they joined. Filled dots, years one to seven, fall from "
            "63 to 24; open dots, the years that were hidden, flatten out and reach 17.3 in year twelve. A line for "
            "customers who differ runs through all of them and ends at 17.0. A line with one rate for all lies above "
            "the dots in the first years, meets them in year seven and dives below, to 8.7."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="cohort",
                frame=frame,
                steps=[forecast],
                columns={
                    "year": Column(heading="year"),
                    "left": Column(heading="observed", decimals=1, unit="%"),
                    "mixed": Column(heading="customers differ", decimals=1, unit="%"),
                    "constant": Column(heading="one rate", decimals=1, unit="%"),
                },
            )
        ],
        controls=[
            Slider(
                name="known",
                label="Years you are shown",
                low=2,
                high=_LAST - 1,
                step=1,
                value=7,
                unit="years",
            ),
            Choice(
                name="fitted",
                label="The one rate is fitted to",
                options={"the last year shown": _LAST_POINT, "every renewal (most likely)": _LIKELIHOOD},
                value=_LAST_POINT,
            ),
        ],
        readouts=[
            Readout(
                label="Year 12, customers differ:",
                value=lambda at, xp: pick(
                    {k: 100 * fit.survival(_LAST)[-1] for k, fit in fits.items()}, at, xp
                ),
                decimals=1,
                unit="%",
            ),
            Readout(
                label="one rate for all:",
                value=lambda at, xp: constant(_LAST, at, xp),
                decimals=1,
                unit="%",
            ),
            Readout(label="observed:", value=lambda at, xp: float(survivors[-1]), decimals=1, unit="%"),
        ],
        try_this=(
            "take years away until only two are left, and see which forecast suffers; then fit the one rate the "
            "other way."
        ),
        source="Observed: Fader and Hardie (2007), table 1, Regular customers. Lines: fitted to the filled dots.",
        height=300,
    )


def league() -> Figure:
    """Twelve branches whose customers are the same, ranked by a net promoter score from a sample."""
    luck = np.random.default_rng(15).standard_normal((len(_BRANCHES), _MONTHS))
    frame = pd.DataFrame(
        {"branch": _BRANCHES} | {f"luck_{month + 1}": luck[:, month] for month in range(_MONTHS)}
    )

    def truth(at: Settings) -> Quantity:
        return 100 * (at["promoters"] - at["detractors"])

    def error(at: Settings, xp: Namespace) -> Quantity:
        return word_of_mouth.net_promoter_error(at["promoters"], at["detractors"], at["respondents"], xp)

    def score(luck: Mapping[int, Quantity], at: Settings, xp: Namespace) -> Quantity:
        this_month = xp.total(xp.where(at["month"] == month, value, 0) for month, value in luck.items())
        return xp.clip(truth(at) + error(at, xp) * this_month, -100, 100)

    def measured(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        own = {month: row[f"luck_{month}"] for month in range(1, _MONTHS + 1)}
        return {"score": score(own, at, xp), "truth": truth(at) + 0 * row["luck_1"]}

    def bars(row: Row, at: Settings, xp: Namespace) -> Mapping[str, Quantity]:
        reach = 1.96 * error(at, xp)
        return {
            "low": xp.maximum(row["score"] - reach, -100),
            "high": xp.minimum(row["score"] + reach, 100),
        }

    def gap(at: Settings, xp: Namespace) -> Quantity:
        first = last = score({month: luck[0, month - 1] for month in range(1, _MONTHS + 1)}, at, xp)
        for branch in range(1, len(_BRANCHES)):
            own = score({month: luck[branch, month - 1] for month in range(1, _MONTHS + 1)}, at, xp)
            first, last = xp.maximum(first, own), xp.minimum(last, own)
        return first - last

    def draw(rows: alt.Chart) -> alt.LayerChart:
        # Every dot lies within, at any setting; a bar of twenty answers may be cut.
        scale = alt.Scale(domain=[-70, 90], nice=False)
        axis = alt.Axis(values=[-50, 0, 50], grid=True)
        y = alt.Y(
            "branch:N",
            title=None,
            sort=alt.EncodingSortField(field="score", order="descending"),
            axis=alt.Axis(domain=False, ticks=False, labelOverlap=False),
        )
        x = alt.X("score:Q", title="net promoter score", scale=scale, axis=axis)
        once = rows.transform_filter(f"datum.branch === '{_BRANCHES[0]}'")
        at_truth = alt.X("truth:Q", title="net promoter score", scale=scale, axis=axis)
        true = once.mark_rule(color=theme.INK, strokeDash=[5, 4], strokeWidth=1.5).encode(x=at_truth)
        named = once.mark_text(baseline="bottom", dy=-4, fontWeight="bold").encode(
            x=at_truth, y=alt.value(0), text=alt.value("true score of all")
        )
        bar = rows.mark_rule(color=theme.SERIES[0], strokeWidth=2.5, opacity=0.7, clip=True).encode(
            x=alt.X("low:Q", title="net promoter score", scale=scale, axis=axis), x2="high:Q", y=y
        )
        dot = rows.mark_point(filled=True, size=80, color=theme.SERIES[0], opacity=1).encode(x=x, y=y)
        return alt.LayerChart(layer=[true, named, bar, dot])

    start = {"month": 1.0, "promoters": 0.4, "detractors": 0.2, "respondents": 100.0}
    return Figure(
        id="league",
        title=f"Twelve branches give one and the same service, and {gap(start, NUMPY):.0f} points part first from last",
        alternative=(
            "Twelve branches in the order of this month's net promoter score, each a dot with a bar of 95 per cent "
            "confidence. All customers are alike, and the true score is 20, a dashed line. With "
            "a hundred answers a branch the dots scatter over some thirty points, nearly every bar reaches across "
            "the line, and next month the order is another."
        ),
        draw=draw,
        tables=[
            LiveTable(
                name="branches",
                frame=frame,
                steps=[measured, bars],
                columns={
                    "branch": Column(heading="branch"),
                    "score": Column(heading="score", decimals=0),
                    "low": Column(heading="from", decimals=0),
                    "high": Column(heading="to", decimals=0),
                },
            )
        ],
        controls=[
            Slider(name="month", label="Month", low=1, high=_MONTHS, step=1, value=1, button="Next month"),
            Slider.of(_NPS.parameter("respondents"), label="Answers a branch", step=20, value=100),
            Slider.of(
                _NPS.parameter("promoters"), label="Promoters, share of all customers", step=0.05, value=0.4
            ),
            Slider.of(_NPS.parameter("detractors"), label="Detractors, share", step=0.05, value=0.2),
        ],
        readouts=[
            Readout(label="True score of all twelve:", value=lambda at, xp: truth(at)),
            Readout(label="standard error of one:", value=error, decimals=1, unit="points"),
            Readout(label="first to last this month:", value=gap, decimals=0, unit="points"),
        ],
        try_this=(
            "press the button for a year and follow one branch; then find out how many answers bring first and "
            "last within ten points."
        ),
        labels=[TEACHING_DEVICE, SYNTHETIC],
        source="Scores are drawn around the true one with the standard error of the card; bars reach 1.96 of them.",
        height=330,
    )
