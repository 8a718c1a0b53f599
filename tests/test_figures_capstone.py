"""The simulator figure says what the joined journey says, and its title what its numbers say."""

from __future__ import annotations

import numpy as np
import pytest
from figures_capstone import figures

from service_encounter.figures.capstone import as_it_stands
from service_encounter.models.journey import MARKETS, Plan, drawn_market, journey_totals, simulate_journey

FIGURE, TOWNS = figures()
PARTIES = ("contribution", "customer_welfare", "staff_welfare")


@pytest.mark.parametrize(("number", "case"), list(enumerate(MARKETS)))
def test_the_sheet_is_the_joined_journey_beside_the_plan_that_stands(number: int, case: str) -> None:
    sheet = FIGURE.values(market=number, price_ratio=120, servers=5, participation=0.4, recovery=0.5)
    price = 1.2 * MARKETS[case].rival_price
    ours = simulate_journey(Plan(price, 5, participation=0.4, recovery=0.5), MARKETS[case])
    stands = simulate_journey(as_it_stands(case), MARKETS[case])
    assert sheet["wait"].tolist() == pytest.approx(ours.years["wait"].tolist())
    assert sheet["wait_stands"].tolist() == pytest.approx(stands.years["wait"].tolist())
    for party in PARTIES:
        gain = (getattr(ours, party) - getattr(stands, party)) / 1000
        assert sheet[f"{party}_gain"].tolist() == pytest.approx([gain] * 5)


def test_the_start_is_the_title_and_the_alternative() -> None:
    last = FIGURE.values().iloc[-1]
    gains = [round(last[f"{party}_gain"]) for party in PARTIES]
    worths = [round(last[f"{party}_thousands"]) for party in PARTIES]
    assert gains[0] > 0 > max(gains[1:])
    for number in gains + worths:
        assert str(abs(number)) in FIGURE.alternative


def test_the_plan_that_stands_gains_nothing_on_itself() -> None:
    last = FIGURE.values(servers=6).iloc[-1]
    assert [last[f"{party}_gain"] for party in PARTIES] == pytest.approx([0, 0, 0])


def test_the_towns_are_counted_as_python_compares_the_plans() -> None:
    market = drawn_market(MARKETS["guidance centre"], 0.2, 1000, np.random.default_rng(16))
    stands, plan = (journey_totals(one, market) for one in (Plan(40, 6), Plan(44, 5, 0.3, recovery=0.5)))
    shown = TOWNS.values(price=44, servers=5, participation=0.3, recovery=0.5)
    counted = [float(np.sum((plan[party] > stands[party])[:100])) for party in PARTIES]
    # The figure's towns are written with four digits: one that lies on the line may fall either way.
    assert shown["better"].tolist() == pytest.approx(counted, abs=1)


def test_the_towns_title_says_what_the_bars_say() -> None:
    firm, customers, staff = (f"{number:.0f}" for number in TOWNS.values()["better"])
    assert firm in TOWNS.title
    assert customers in TOWNS.title
    assert f"staff {staff}" in TOWNS.alternative


def test_there_is_no_plan_for_a_case_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="no case 'hotel'; there are guidance centre"):
        as_it_stands("hotel")
