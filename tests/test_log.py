"""The simulator log: what a student hands in is what the simulator brought, and says why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from service_encounter.log import OUTCOMES, PlanLog, differing_rows
from service_encounter.models.journey import MARKETS, Plan, simulate_journey

PLAN = Plan(price=40, servers=4, participation=0.3, recovery=0.5)
REASON = "fewer staff, customers fill in the form at home"


def log_of(*plans: Plan) -> PlanLog:
    log = PlanLog("guidance centre")
    for plan in plans:
        log.record(plan, REASON)
    return log


def test_a_row_holds_levers_outcomes_and_reason() -> None:
    log = log_of(PLAN, Plan(40, 6))
    journey = simulate_journey(PLAN, MARKETS["guidance centre"])
    row = log.table().loc[1]
    assert row["servers"] == 4
    assert row["guarantee"] == 0
    assert row["staff_welfare"] == journey.staff_welfare
    assert row["wait"] == journey.years["wait"][5]
    assert row["reason"] == REASON
    assert list(log.table().index) == [1, 2]
    assert not [name for name in log.table() if name.startswith("guess_")]


def test_guesses_are_scored_against_what_came() -> None:
    log = PlanLog("airport")
    journey = log.record(Plan(10, 4), REASON, guess={"contribution": 2_000_000, "wait": 3})
    log.record(Plan(10, 5), REASON)
    scores = log.scores().set_index("outcome")
    assert len(scores) == 2
    assert scores.loc["contribution", "miss"] == pytest.approx(2_000_000 - journey.contribution)
    assert scores.loc["wait", "came"] == journey.years["wait"][5]


def test_what_is_handed_in_replays_and_a_changed_number_shows(tmp_path: Path) -> None:
    path = log_of(PLAN, Plan(40, 6)).write(tmp_path / "log.csv")
    assert differing_rows(path) == []
    table = pd.read_csv(path)
    table.loc[1, "contribution"] += 1_000
    table.to_csv(path, index=False)
    assert differing_rows(path) == [2]


def test_a_service_of_ones_own_replays_with_its_market(tmp_path: Path) -> None:
    market = replace(MARKETS["airport"], wage=30.0)
    log = PlanLog("night bus", market)
    log.record(Plan(8, 2), "what the line runs today\nwith two drivers")
    path = log.write(tmp_path / "bus.csv")
    assert differing_rows(path, market) == []
    assert differing_rows(path, MARKETS["airport"]) == [1]
    assert pd.read_csv(path)["reason"][0] == "what the line runs today with two drivers"
    with pytest.raises(ValueError, match=r"night bus.*give its market"):
        differing_rows(path)


@pytest.mark.parametrize(
    ("case", "market", "message"),
    [
        ("hotel", None, "guidance centre, appliance maker, airport, or come with a market; got 'hotel'"),
        ("airport", MARKETS["airport"], "new name for your own market, got 'airport'"),
        (" ", MARKETS["airport"], "new name"),
    ],
)
def test_a_log_of_no_market_is_refused(case: str, market: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PlanLog(case, market)  # type: ignore[arg-type]  # what a student might hand over


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"plan": {"price": 40}}, TypeError, "plan must be a Plan, such as"),
        ({"reason": 7}, TypeError, "reason must be a text, got 7"),
        ({"reason": "just try"}, ValueError, "in a sentence; got 'just try'"),
        ({"guess": {"profit": 1}}, ValueError, "one of contribution, .*; got 'profit'"),
        ({"guess": {"wait": float("nan")}}, ValueError, "guess of wait must be a number, got nan"),
        ({"guess": {"wait": True}}, ValueError, "guess of wait must be a number, got True"),
    ],
)
def test_a_try_without_plan_reason_or_number_is_refused_and_not_written(
    arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    log = PlanLog("airport")
    with pytest.raises(error, match=message):
        log.record(**({"plan": PLAN, "reason": REASON} | arguments))  # type: ignore[arg-type]  # as above
    with pytest.raises(ValueError, match="the log is empty"):
        log.table()


def test_files_that_would_be_lost_or_are_no_log_are_refused(tmp_path: Path) -> None:
    log = log_of(PLAN)
    with pytest.raises(ValueError, match=r"must end in \.csv, got 'log\.xlsx'"):
        log.write("log.xlsx")
    path = log.write(tmp_path / "log.csv")
    with pytest.raises(FileExistsError, match="choose another name"):
        log.write(path)
    with pytest.raises(ValueError, match="no guess"):
        log.scores()
    pd.read_csv(path).drop(columns=OUTCOMES[0]).to_csv(path)
    with pytest.raises(ValueError, match="column 'contribution' is missing"):
        differing_rows(path)
