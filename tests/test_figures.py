"""Figures: the page's Vega gives Python's numbers, and a range that breaks a model is refused."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import every_figure
import ipywidgets
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lesson_book import build

from course_tools import page_assets, project
from course_tools.sphinx_ext.lesson.cards import model_cards
from service_encounter.figures import core, page
from service_encounter.figures.core import Column, Figure, LiveTable, Readout, Slider

FIGURES = every_figure.figures()
SETTINGS_PER_FIGURE = 12


def settings_of(figure: Figure) -> list[dict[str, float]]:
    """The start, both ends of every control, and some settings on its steps in between."""
    generator = random.Random(figure.id)
    made = [figure.start]
    for control in figure.controls:
        made += [figure.start | {control.name: end} for end in control.extremes]
    for _ in range(SETTINGS_PER_FIGURE):
        one = {}
        for control in figure.controls:
            if isinstance(control, Slider):
                steps = round((control.high - control.low) / control.step)
                one[control.name] = control.low + control.step * generator.randint(0, steps)
            else:
                one[control.name] = generator.choice(control.extremes)
        made.append(one)
    return made


VEGA = """
import { View, parse } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { readFileSync } from "node:fs";
const { spec, dataset, fields, told, settings } = JSON.parse(readFileSync(0));
const view = new View(parse(spec, null, { ast: true }), { expr: expressionInterpreter, renderer: "none" });
const answers = [];
for (const setting of settings) {
  for (const [name, value] of Object.entries(setting)) view.signal(name, value);
  await view.runAsync();
  answers.push({ rows: view.data(dataset).map((row) => fields.map((field) => String(row[field]))),
                 told: told.map((name) => String(view.signal(name))) });
}
console.log(JSON.stringify(answers));
"""


def vega_tables(
    figure: Figure, settings: list[dict[str, float]]
) -> Iterator[tuple[list[list[float]], list[float]]]:
    """Rows of the figure's first table and its read-outs, as the page's Vega computes them from the page's spec."""
    spec = page.vega(page.vega_lite(figure, 680))
    asked = {
        "spec": spec,
        "dataset": page.dataset_name(spec, figure.tables[0]),
        "fields": figure.tables[0].calculated,
        "told": [f"told_{number}" for number in range(len(figure.readouts))],
        "settings": settings,
    }
    said = page_assets.run_node(project.CACHE, ["--input-type=module", "-e", VEGA], stdin=json.dumps(asked))
    for answer in json.loads(said):
        # As texts, since JSON has no word for what is not a number.
        yield [[float(value) for value in row] for row in answer["rows"]], [*map(float, answer["told"])]


@pytest.mark.parametrize("figure", [one for one in FIGURES if one.controls], ids=lambda figure: figure.id)
def test_vega_and_python_agree_over_the_sliders(figure):
    fields = figure.tables[0].calculated
    settings = settings_of(figure)
    for setting, (rows, told) in zip(settings, vega_tables(figure, settings), strict=True):
        ours = figure.values(**setting)[fields].to_numpy(dtype=float)
        assert len(rows) == len(ours)
        assert rows == pytest.approx(ours, rel=1e-9, abs=1e-9), setting
        assert told == pytest.approx(list(figure.told(**setting).values()), rel=1e-9, abs=1e-9), setting


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.id)
def test_a_figure_on_the_page_is_whole_without_scripts(figure):
    html = page.page_bundle(figure)["text/html"]
    assert html.count("<svg ") == 2
    assert "NaN" not in html
    assert not re.search(r"(src|href)=\"https?:", html)
    assert f'aria-label="{page.typed(figure.alternative)}"' in html
    assert len(figure.alternative) > len(figure.title) / 2
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    assert table.count("<tr>") == len(figure.values())
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_figure_ids_are_unique():
    assert len({figure.id for figure in FIGURES}) == len(FIGURES)


def line(**changes: Any) -> Figure:
    described: dict[str, Any] = {
        "id": "line",
        "title": "It rises",
        "alternative": "A line that rises",
        "draw": lambda table: table.mark_line().encode(x="x:Q", y="y:Q"),
        "tables": [
            LiveTable(
                name="points",
                frame=pd.DataFrame({"x": [0.0, 1.0, 2.0]}),
                steps=[lambda row, at, xp: {"y": xp.log(row["x"] + at["shift"])}],
                columns={"x": Column(heading="x"), "y": Column(heading="y", decimals=2)},
            )
        ],
        "controls": [Slider(name="shift", label="Shift", low=0.5, high=2, step=0.5, value=1)],
        "readouts": [Readout(label="shift", value=lambda at, xp: at["shift"] * 2)],
    }
    return Figure(**(described | changes))


def test_a_range_that_makes_the_model_undefined_is_refused():
    with pytest.raises(
        ValueError, match=r"figure line: column 'y' of 'points' is undefined at shift = 0: narrow"
    ):
        line(controls=[Slider(name="shift", label="Shift", low=0, high=2, step=0.5, value=1)])
    with pytest.raises(ValueError, match="'odds' is inf at shift = 2"):
        line(readouts=[Readout(label="odds", value=lambda at, xp: 1 / xp.maximum(2 - at["shift"], 0))])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": 2}, "low 2 must lie below"),
        ({"value": 9}, "lies outside"),
        ({"value": 1.2}, "not on a step"),
        ({"step": 0}, "step 0 must be positive"),
        ({"name": "a b"}, "identifier"),
    ],
)
def test_a_slider_that_makes_no_sense_is_refused(change, message):
    described: dict[str, Any] = {"name": "x", "label": "x", "low": 0.5, "high": 2, "step": 0.5, "value": 1}
    with pytest.raises(ValueError, match=message):
        Slider(**(described | change))


def test_bad_figures_are_refused():
    with pytest.raises(ValueError, match="alternative is empty"):
        line(alternative=" ")
    with pytest.raises(ValueError, match="at least one table"):
        line(tables=[])
    with pytest.raises(ValueError, match="two controls or shared numbers have one name"):
        line(controls=line().controls * 2)
    with pytest.raises(ValueError, match=r"one name: \['shift', 'shift'\]"):
        line(shared={"shift": lambda at, xp: 1.0})
    with pytest.raises(KeyError, match="has no control 'speed'; it has shift"):
        line().values(speed=1)
    with pytest.raises(ValueError, match="not among"):
        core.Choice(name="x", label="x", options={"a": 1}, value=2)


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "words"),
    [
        (-1234.5, 1, "$", "$\N{MINUS SIGN}1,234.5"),
        (0.04, 1, "%", "0.0%"),
        (-0.04, 1, "", "0.0"),
        (12, 0, "minutes", "12\N{NO-BREAK SPACE}minutes"),
        (68.5, 0, "€", "€69"),
        (-0.5, 0, "", "\N{MINUS SIGN}1"),
    ],
)
def test_numbers_are_written_as_a_book_writes_them(value, decimals, unit, words):
    assert page.written(value, decimals, unit) == words


def test_the_live_notebook_gets_the_same_chart_with_sliders(monkeypatch):
    monkeypatch.delenv("SERVICE_ENCOUNTER_FIGURES", raising=False)
    figure = line()
    bundle = figure._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    widget = figure.widget()
    assert "4.0" not in widget.children[2].value
    widget.chart.params.shift = 2.0
    assert widget.children[2].value.endswith("<b>4</b>")
    spec = json.dumps(widget.chart.chart.to_dict())
    assert '"input": "range"' in spec


def arriving() -> Figure:
    """A figure whose slider has a button and starts one step below its end."""
    slider = Slider(name="shift", label="Shift", low=0.5, high=2, step=0.5, value=1.5, button="Next one")
    return line(controls=[slider])


def test_a_button_in_a_notebook_moves_its_slider_to_the_end():
    widget = arriving().widget()
    button = next(child for child in widget.children if isinstance(child, ipywidgets.Button))
    assert (button.description, button.disabled) == ("Next one", False)
    button.click()
    assert widget.chart.params.shift == 2
    assert button.disabled
    assert "<b>4</b>" in widget.children[3].value
    widget.chart.params.shift = 0.5
    assert not button.disabled
    button.click()
    assert widget.chart.params.shift == 1
    assert not [child for child in line().widget().children if isinstance(child, ipywidgets.Button)]


@given(st.integers(0, 40), st.sampled_from([0.1, 0.25, 0.3, 5]))
def test_one_step_on_stays_on_the_steps_and_in_the_range(steps, step):
    slider = Slider(name="x", label="x", low=-1, high=-1 + 40 * step, step=step, value=-1)
    moved = slider.one_step_on(-1 + steps * step)
    assert moved == pytest.approx(-1 + min(steps + 1, 40) * step, abs=1e-9)
    assert moved <= slider.high


def test_a_figure_without_a_button_is_described_as_before():
    described = page.page_bundle(line())[page.MIME]["controls"][0]
    assert "button" not in described
    assert page.page_bundle(arriving())[page.MIME]["controls"][0]["button"] == "Next one"


@pytest.fixture(scope="module")
def arriving_page(tmp_path_factory) -> str:
    """A page of a small book with that figure."""
    built = build(
        tmp_path_factory.mktemp("arriving"),
        {
            "before/arriving": f"# Arriving\n\n````{{raw}} html\n{page.page_bundle(arriving())['text/html']}\n````\n"
        },
    )
    assert built.status == 0, built.messages
    return (built.site / "before" / "arriving.html").as_uri()


def test_a_button_on_the_page_moves_its_slider_by_keyboard(chromium, arriving_page):
    """It does what the arrow key does; at the end it is disabled and the slider takes the focus."""
    context = chromium.new_context(viewport={"width": 320, "height": 700})
    opened = context.new_page()
    opened.goto(arriving_page)
    opened.locator("#fig-line[data-live=alive]").wait_for()
    slider, button = opened.locator("#fig-line-shift"), opened.get_by_role("button", name="Next one")
    box = button.bounding_box()
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 320
    slider.focus()
    opened.keyboard.press("Tab")
    assert button.evaluate("one => one === document.activeElement")
    opened.keyboard.press("Enter")
    assert slider.input_value() == "2"
    assert slider.get_attribute("aria-valuetext") == "2.0"
    assert opened.locator("#fig-line output").inner_text() == "2.0"
    opened.wait_for_function("document.querySelector('#fig-line [data-told]').textContent === '4'")
    assert button.is_disabled()
    assert slider.evaluate("one => one === document.activeElement")
    opened.keyboard.press("ArrowLeft")
    assert button.is_enabled()
    button.click()
    assert button.is_disabled()
    opened.locator(".se-reset").click()
    assert button.is_enabled()
    assert slider.input_value() == "1.5"
    context.close()


def test_a_button_is_not_there_without_scripts(chromium, arriving_page):
    context = chromium.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(arriving_page)
    assert opened.locator(".se-drawing svg:visible").count() == 1
    assert opened.locator("#fig-line button:visible").count() == 0
    context.close()


@pytest.mark.parametrize("topic", every_figure.by_topic())
def test_sliders_stay_within_what_the_model_cards_allow(topic):
    """A slider named like a parameter of its topic offers nothing that the card does not cover."""
    ranges: dict[str, list[tuple[float, float]]] = {}
    for card, module in model_cards().values():
        for parameter in card.parameters if module == topic else ():
            ranges.setdefault(parameter.name, []).append((parameter.low, parameter.high))
    for figure in every_figure.by_topic()[topic]:
        for control in figure.controls:
            if isinstance(control, Slider) and control.name in ranges:
                # A slider may speak in per cent where the model takes a share.
                spans = [(control.low, control.high), (control.low / 100, control.high / 100)]
                allowed = ranges[control.name]
                assert any(low <= a and b <= high for low, high in allowed for a, b in spans), control


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (
            "Anna's bench and the patients' rating",
            "Anna{0}s bench and the patients{0} rating".format("\N{RIGHT SINGLE QUOTATION MARK}"),
        ),
        ('a "grade" of -0.82, from -5 to 5', "a “grade” of \N{MINUS SIGN}0.82, from \N{MINUS SIGN}5 to 5"),
        ("check-in 2002-05, 5-10", "check-in 2002-05, 5-10"),
    ],
)
def test_words_are_set_as_in_a_book(typed, printed):
    assert page.typeset(typed) == printed
