"""Blueprints of any service: what is drawn, what is said, and what a bad table is told."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from service_encounter import cases
from service_encounter.figures import blueprint as figures
from service_encounter.figures import page
from service_encounter.figures.core import Figure

LUNCH = """
phase, lane, step, reliability, fail_safe
1, customer, order at the screen, 0.9, 0.5
1, back, screen sends the order, 0.98,
2, front, call the number, 0.95, 0
"""


def test_lines_become_steps_and_steps_a_blueprint() -> None:
    drawn = figures.draw(figures.read_steps(LUNCH))
    whole = (1 - 0.1 * 0.5) * 0.98 * 0.95
    assert drawn.told()["Untouched by any failure:"] == pytest.approx(100 * whole)
    assert (
        drawn.title
        == f"Of 100 visits {100 * whole:.0f} go through untouched; the weakest step is “order at the screen”"
    )
    assert drawn.values()["breaks"].tolist() == pytest.approx([5, 2, 5])
    said = drawn.alternative
    order = ["customer: order at the screen", "back stage: screen sends", "front stage: call the number"]
    assert [said.index(step) for step in order] == sorted(said.index(step) for step in order)
    assert "line of visibility" in json.dumps(page.vega_lite(drawn, 340))


def test_a_missing_phase_is_the_place_in_the_table_and_gaps_leave_no_empty_bands() -> None:
    steps = pd.DataFrame({"lane": ["customer", "back"], "step": ["ask", "look"], "reliability": [0.9, 0.8]})
    assert figures.draw(steps).values()["level"].tolist() == [0, 1]
    apart = figures.draw(steps.assign(phase=[2, 9]))
    assert apart.values()["level"].tolist() == [0, 1]
    assert apart.height == figures.draw(steps).height


def test_a_slider_moves_its_own_step_and_the_visit() -> None:
    drawn = figures.draw(figures.read_steps(LUNCH))
    assert [control.label for control in drawn.controls] == drawn.values()["step"].tolist()
    changed = {drawn.controls[1].name: 90}
    assert drawn.values(**changed)["breaks"].tolist() == pytest.approx([5, 10, 5])
    assert drawn.told(**changed)["Untouched by any failure:"] == pytest.approx(100 * 0.95 * 0.9 * 0.95)


@pytest.mark.parametrize(("steps", "sliders"), [(8, 8), (9, 0)])
def test_a_long_blueprint_has_no_sliders(steps: int, sliders: int) -> None:
    table = pd.DataFrame({"lane": "front", "step": [f"step {n}" for n in range(steps)], "reliability": 0.985})
    drawn = figures.draw(table)
    assert len(drawn.controls) == sliders
    assert drawn.told()["Untouched by any failure:"] == pytest.approx(100 * 0.985**steps)


def test_steps_that_never_fail_are_no_weak_point() -> None:
    steps = pd.DataFrame({"lane": ["customer"], "step": ["sit"], "reliability": [1.0]})
    assert figures.draw(steps).title.endswith("no step can break")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "lane",
            "kitchen",
            "row 2, column lane: must be one of customer, front, back, support, got 'kitchen'",
        ),
        ("step", " ", "row 2, column step: must say what is done"),
        ("reliability", 1.2, "row 2, column reliability: must lie between 0 and 1, got 1.2"),
        ("reliability", "often", "row 2, column reliability: must be a number, got 'often'"),
        ("reliability", float("nan"), "row 2, column reliability: must lie between 0 and 1, got nan"),
        ("fail_safe", -1, "row 2, column fail_safe: must lie between 0 and 1, got -1"),
        ("phase", 0, "row 2, column phase: must be a whole number from 1, got 0"),
        ("phase", 1.5, "row 2, column phase: must be a whole number from 1, got 1.5"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(column: str, value: object, message: str) -> None:
    steps = figures.read_steps(LUNCH).astype(object)
    steps.loc[1, column] = value
    with pytest.raises(ValueError, match=message):
        figures.draw(steps)


def test_two_steps_in_one_place_are_refused() -> None:
    steps = figures.read_steps(LUNCH).assign(lane="front", phase=1)
    with pytest.raises(
        ValueError, match="row 2, column phase: phase 1 has 'order at the screen' in lane front"
    ):
        figures.draw(steps)


def test_bad_tables_are_refused() -> None:
    steps = figures.read_steps(LUNCH)
    with pytest.raises(ValueError, match="no column 'reliability'; it needs lane, step, reliability"):
        figures.draw(steps.drop(columns="reliability"))
    with pytest.raises(ValueError, match="at least one row"):
        figures.draw(steps.iloc[:0])
    with pytest.raises(ValueError, match="first line"):
        figures.read_steps("lane, step")
    with pytest.raises(ValueError, match="row 1 must have 3 entries, as many as there are columns, got 4"):
        figures.read_steps("lane, step, reliability\nfront, pay, in cash, 0.9")


def clinic() -> Figure:
    return figures.clinic(cases.load("clinic_visit"), figures.GUARDS, figures.FAX, figures.MINUTES)


def test_switches_guard_their_steps_and_no_others() -> None:
    drawn = clinic()
    off = drawn.values(fax=1).set_index("step")["breaks"]
    for guard in figures.GUARDS:
        on = drawn.values(fax=1, **{guard.name: 1}).set_index("step")
        for step in guard.steps:
            assert on.loc[step, "breaks"] == pytest.approx((1 - guard.catches) * off[step])
        assert on["breaks"].drop(list(guard.steps)).equals(off.drop(list(guard.steps)))
        assert set(on.index[on["guarded"] > 0]) == set(guard.steps)
    twice = drawn.values(recall=1, ask=1).set_index("step")["breaks"]
    call = "telephone the patient with the result"
    assert twice[call] == pytest.approx(0.3 * 0.4 * off[call])


def test_the_visit_and_its_minutes_follow_the_switches() -> None:
    drawn = clinic()
    start, board = drawn.told(), drawn.told(board=1)
    assert start["Untouched:"] == pytest.approx(66.6, abs=0.05)
    assert board["Untouched:"] == pytest.approx(start["Untouched:"] * (1 - 0.03 * 0.1) / (1 - 0.03))
    assert board["a patient spends"] == pytest.approx(start["a patient spends"] - 0.03 * 0.9 * 60)
    assert board["staff spend"] == pytest.approx(start["staff spend"] + 0.5 - 0.03 * 0.9 * (20 - 4))


def test_a_patient_dials_only_when_nothing_has_come() -> None:
    drawn = clinic()
    start, ask = drawn.told(), drawn.told(ask=1)
    caught = (0.03 + 0.07 * 0.8) * 0.6
    assert ask["a patient spends"] == pytest.approx(start["a patient spends"] + 0.2 + caught * (6 - 60))
    # What a colleague has caught by ringing again, she need not catch.
    both, recall = drawn.told(recall=1, ask=1), drawn.told(recall=1)
    left = (0.03 + 0.07 * 0.8 * 0.3) * 0.6
    assert both["a patient spends"] == pytest.approx(recall["a patient spends"] + 0.2 + left * (6 - 60))


def test_the_forgotten_box_costs_what_a_step_of_its_reliability_costs() -> None:
    drawn = clinic()
    start, fax = drawn.told(), drawn.told(fax=1)
    assert fax["Untouched:"] == pytest.approx(0.95 * start["Untouched:"])
    assert fax["a patient spends"] == pytest.approx(start["a patient spends"] + 0.05 * 60)
    box = drawn.values().set_index("step").loc[figures.FAX.step]
    assert (box["breaks"], box["hidden"]) == (0, 1)
    box = drawn.values(fax=1).set_index("step").loc[figures.FAX.step]
    assert (box["breaks"], box["hidden"]) == (pytest.approx(5), 0)


def test_the_plan_gives_no_count_away_and_leaves_the_gap_unjoined() -> None:
    plan = figures.outline(cases.load("clinic_visit"), figures.FAX)
    spec = json.dumps(page.vega_lite(plan, 340))
    assert "breaks" not in spec
    assert "empty box with a question mark" in plan.alternative
    assert plan.values().query("added > 0")["phase"].tolist() == [7]


def test_the_result_is_read_before_it_is_told() -> None:
    said = clinic().alternative
    order = ["doctor reads the result", "telephone the patient", "understand the result"]
    step = said[said.index("Step by step") :]
    assert [step.index(name) for name in order] == sorted(step.index(name) for name in order)


def test_a_guard_of_a_step_that_is_not_there_is_refused() -> None:
    steps = cases.load("clinic_visit").query("step_id != 'B8'")
    with pytest.raises(ValueError, match="guard board: there is no step 'doctor reads the result' to guard"):
        figures.clinic(steps, figures.GUARDS, figures.FAX, figures.MINUTES)


def test_the_minutes_of_the_clinic_are_those_of_its_table() -> None:
    steps = cases.load("clinic_visit")
    here = steps[steps["lane"].isin(["customer", "front"])]
    assert figures.MINUTES["patient"]["work"] == here.groupby("phase")["minutes"].max().sum()
    # The courier's half hour is shared by every tube in the box.
    hands = steps[steps["lane"].isin(["front", "back"]) & (steps["step_id"] != "B6")]
    assert figures.MINUTES["staff"]["work"] == hands["minutes"].sum()


def test_bad_days_leave_more_visits_whole_and_pile_failures_on_the_rest() -> None:
    drawn = figures.together()
    steady, shared = drawn.told(), drawn.told(shared=0.5)
    untouched, piled = steady.keys()
    assert shared[untouched] > steady[untouched]
    assert shared[piled] > steady[piled]
    assert drawn.told(shared=1)[piled] == pytest.approx(10)
