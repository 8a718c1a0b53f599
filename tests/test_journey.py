"""The joined journey: each wire is its chapter's model, and the page computes what Python computes."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from parity import vega_values

from service_encounter.models import (
    blueprint,
    compatibility,
    coproduction,
    journey,
    loop,
    queueing,
    satisfaction,
)
from service_encounter.models.choice import logit_shares
from service_encounter.namespace import datum

MARKET = journey.MARKETS["guidance centre"]
PLANS = {
    "bare": journey.Plan(40, 4),
    "full": journey.Plan(48, 5, participation=0.3, zoning=1, guarantee=0.5, recovery=0.8),
    "overrun": journey.Plan(20, 2),
}
FLAWLESS = replace(
    MARKET, step_reliability=1.0, hardness=0.0, clash_random=0.0, clash_zoned=0.0, wait_loss=0.0
)


def _years(plan: journey.Plan, market: journey.Market = MARKET) -> pd.DataFrame:
    return journey.simulate_journey(plan, market).years


def _first_year(plan: journey.Plan, market: journey.Market) -> dict[str, float]:
    table = journey.simulate_journey(plan, market, years=1).years
    return {str(column): float(table[column].iloc[0]) for column in table}


# --- Each wire is its chapter's model --------------------------------------------------------


@settings(deadline=None)
@given(servers=st.integers(1, 8), service_rate=st.floats(0.5, 60), busy=st.floats(0.001, 0.99))
def test_the_written_out_wait_is_erlang_c(servers: int, service_rate: float, busy: float) -> None:
    arrivals = busy * servers * service_rate
    exact = queueing.mean_wait(arrivals, service_rate, servers)
    assert journey.erlang_wait(arrivals, service_rate, servers) == pytest.approx(exact, rel=1e-9)


def test_the_textbook_clinic_waits_eight_ninths_of_ten_minutes() -> None:
    assert 60 * journey.erlang_wait(6.0, 3.0, 3) == pytest.approx(60 * 0.148148, abs=1e-4)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_load_and_wait_are_those_of_the_queue(plan: journey.Plan) -> None:
    years = _years(plan)
    np.testing.assert_allclose(years["arrivals"], years["customers"] * MARKET.visits / MARKET.hours)
    rate = 60 / (MARKET.job_minutes * (1 - plan.participation))
    waits = [60 * queueing.mean_wait(served, rate, plan.servers) for served in years["served"]]
    np.testing.assert_allclose(years["wait"], waits, rtol=1e-9)
    assert (years["utilisation"] <= 0.9 + 1e-12).all()


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_reliability_and_clashes_are_those_of_their_chapters(plan: journey.Plan) -> None:
    years = _years(plan)
    staff = blueprint.serial_reliability([MARKET.step_reliability] * MARKET.steps)
    customer = coproduction.expected_failure_cost(
        plan.participation, MARKET.ability, 1.0, MARKET.hardness, MARKET.steepness
    )
    np.testing.assert_allclose(years["reliability"], staff * math.exp(-customer))
    clash = MARKET.clash_zoned if plan.zoning else MARKET.clash_random
    met = compatibility.share_with_clash(clash, MARKET.minds, MARKET.neighbours)
    np.testing.assert_allclose(years["clash"], met)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_satisfaction_and_expectation_are_those_of_disconfirmation(plan: journey.Plan) -> None:
    years = _years(plan)
    for year in years.itertuples():
        assert year.satisfaction == pytest.approx(
            satisfaction.disconfirmation(
                year.performance, year.expected, MARKET.base, MARKET.anchor, MARKET.gain, MARKET.loss
            )
        )
    path = satisfaction.expectation_path(years["performance"], MARKET.first_expected, MARKET.speed)
    np.testing.assert_allclose(years["expected"], path[: len(years)])


def test_year_one_choice_is_the_logit_of_price_and_promise() -> None:
    years = _years(journey.Plan(52, 4))
    better = MARKET.worth_of_point * (MARKET.first_expected - MARKET.rival_performance)
    utility = (better - (52 - MARKET.rival_price)) / MARKET.taste_spread
    assert years.loc[1, "choice"] == pytest.approx(logit_shares([utility, 0.0])[0])
    assert _years(journey.Plan(40, 4)).loc[1, "choice"] == pytest.approx(0.5)


def test_without_retention_and_surprise_the_loop_is_that_of_chapter_one() -> None:
    # Performance meets the expectation, nobody comes back, half are satisfied.
    level = FLAWLESS.best_performance
    market = replace(
        FLAWLESS,
        first_expected=level,
        rival_performance=level,
        neutral=60.0,
        loyalty_slope=3.0,
        satisfied_slope=0.0,
    )
    years = _years(journey.Plan(40, 8), market)
    path = loop.loop_path(
        market.first_aware, market.outside, market.talk, 0.5, market.considers, 0.5, market.valence, 4
    )
    assert (years["turned_away"] == 0).all()
    np.testing.assert_allclose(years["customers"] / market.people, path["customers"])
    np.testing.assert_allclose(years[["aware", "told"]], path[["aware", "told"]])


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_talk_moves_choice_as_in_chapter_one(plan: journey.Plan) -> None:
    years = _years(plan)
    satisfied = journey.retention_from_satisfaction(
        years["satisfaction"], MARKET.neutral, MARKET.satisfied_slope
    )
    np.testing.assert_allclose(years["satisfied_before"].iloc[1:], satisfied.iloc[:-1])
    choice = loop.choice_of_aware(
        years["aware"], years["told"], years["choice_untold"], years["satisfied_before"], MARKET.valence
    )
    np.testing.assert_allclose(years["choice"], choice)
    following = loop.next_awareness(
        years["aware"], MARKET.outside, MARKET.talk, years["patronage"], MARKET.considers
    )
    np.testing.assert_allclose(years["aware"].iloc[1:], following.iloc[:-1])


def test_retention_keeps_what_satisfaction_says_less_those_turned_away() -> None:
    years = _years(PLANS["overrun"])
    assert (years["turned_away"] > 0).any()
    stays = journey.retention_from_satisfaction(years["satisfaction"], MARKET.neutral, MARKET.loyalty_slope)
    np.testing.assert_allclose(years["retention"], stays * (1 - years["turned_away"]))
    for before, after in pairwise(years.index):
        kept = years.loc[before, "customers"] * years.loc[before, "retention"]
        assert years.loc[after, "retained"] == pytest.approx(kept)


# --- Money and welfare -----------------------------------------------------------------------


def test_contribution_of_a_flawless_service_by_hand() -> None:
    market = replace(FLAWLESS, claims_if_not=0.0)
    result = journey.simulate_journey(journey.Plan(45, 4, guarantee=1.0, recovery=1.0), market)
    years = result.years
    served = years["served"] * market.hours
    by_hand = served * (45 - market.visit_cost) - 4 * market.hours * market.wage
    np.testing.assert_allclose(years["contribution"], by_hand)
    assert result.contribution == pytest.approx((by_hand / 1.1 ** np.arange(1, 6)).sum())


@pytest.mark.parametrize("name", list(journey.MARKETS))
def test_levers_move_what_they_are_meant_to_move(name: str) -> None:
    market = journey.MARKETS[name]
    plan = journey.Plan(market.rival_price, 5, participation=0.1)
    first = _first_year(plan, market)

    def changed(**levers: float) -> dict[str, float]:
        return _first_year(replace(plan, **levers), market)

    assert changed(price=plan.price + 5)["choice"] < first["choice"]
    assert changed(servers=6)["wait"] < first["wait"]
    assert changed(participation=0.4)["reliability"] < first["reliability"]
    assert changed(participation=0.4)["wait"] < first["wait"]
    assert changed(zoning=1.0)["clash"] <= first["clash"]
    assert changed(recovery=1.0)["performance"] > first["performance"]
    assert changed(guarantee=1.0)["contribution"] < first["contribution"]


@settings(deadline=None, max_examples=60)
@given(
    price=st.floats(0, 150),
    servers=st.integers(1, 8),
    shares=st.tuples(st.floats(0, 0.9), *[st.floats(0, 1)] * 3),
    name=st.sampled_from(sorted(journey.MARKETS)),
)
def test_shares_stay_shares_whatever_the_plan(
    price: float, servers: int, shares: tuple[float, float, float, float], name: str
) -> None:
    years = _years(journey.Plan(price, servers, *shares), journey.MARKETS[name])
    for column in (
        "aware",
        "told",
        "choice",
        "patronage",
        "retention",
        "turned_away",
        "reliability",
        "clash",
    ):
        assert years[column].between(-1e-12, 1 + 1e-12).all(), column
    assert (years["told"] <= years["aware"] + 1e-12).all()
    assert years["aware"].is_monotonic_increasing
    assert years["performance"].between(1, 5).all()
    assert np.isfinite(years.to_numpy()).all()


# --- The page --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(journey.MARKETS))
def test_the_page_computes_each_step_as_python_does(name: str) -> None:
    market = journey.MARKETS[name]
    steps = journey.journey_expressions(market)
    for plan in PLANS.values():
        levers = {lever.name: float(getattr(plan, lever.name)) for lever in journey.LEVERS}
        numbers = {key: float(value) for key, value in journey.journey_numbers(plan, market, 5).items()}
        assert list(numbers) == list(steps)
        # A lever is a signal in the page and a column here.
        texts = [_as_columns(step.text, levers) for step in steps.values()]
        (row,) = vega_values(texts, [levers | numbers])
        for key, vega in zip(steps, row, strict=True):
            assert math.isclose(vega, numbers[key], rel_tol=1e-9, abs_tol=1e-9), key


def _as_columns(text: str, levers: dict[str, float]) -> str:
    import re

    return re.sub(rf"(?<![\w'])({'|'.join(levers)})(?![\w'])", lambda found: datum(found.group(0)).text, text)


def test_each_step_reads_only_what_stands_before_it() -> None:
    known: set[str] = set()
    for name, expression in journey.journey_expressions(MARKET, years=3).items():
        read = {part.split("']")[0] for part in expression.text.split("datum['")[1:]}
        assert read <= known, f"{name} reads {sorted(read - known)}"
        known.add(name)


# --- Intervals and the table -----------------------------------------------------------------


def test_intervals_close_when_nothing_is_in_doubt_and_widen_with_doubt() -> None:
    plan = PLANS["full"]
    none, some, more = (
        journey.journey_intervals(plan, MARKET, spread, 200, np.random.default_rng(16))
        for spread in (0.0, 0.1, 0.3)
    )
    np.testing.assert_allclose(none["low"], none["point"])
    np.testing.assert_allclose(none["high"], none["point"])
    assert (some["low"] < some["high"]).all()
    width = more["high"] - more["low"]
    assert (width > some["high"] - some["low"]).all()
    result = journey.simulate_journey(plan, MARKET)
    assert none.loc["contribution", "point"] == pytest.approx(result.contribution)
    assert none.loc["wait", "point"] == pytest.approx(result.years.loc[5, "wait"])


def test_drawn_numbers_stay_in_their_ranges_and_leave_what_is_estimated() -> None:
    drawn = journey.drawn_market(MARKET, 0.5, 500, np.random.default_rng(3))
    table = journey.market_table(MARKET)
    for name, (value, unit, source) in table[["value", "unit", "source"]].T.items():
        numbers = np.asarray(getattr(drawn, name))
        if source != "assumed" or name == "steps":
            assert numbers == value, name
            continue
        assert numbers.min() < value < numbers.max() or value in (0, 1), name
        if unit == "score, 1 to 5":
            assert numbers.min() > 1, name
            assert numbers.max() < 5, name
        elif value < 1:
            assert numbers.max() < 1, name


def test_many_markets_at_once_bring_what_each_brings() -> None:
    drawn = journey.drawn_market(MARKET, 0.2, 20, np.random.default_rng(4))
    totals = journey.journey_totals(next(iter(PLANS.values())), drawn)
    seventh = {
        item.name: float(np.asarray(value)[7]) if np.ndim(value := getattr(drawn, item.name)) else value
        for item in fields(MARKET)
    }
    alone = journey.simulate_journey(next(iter(PLANS.values())), journey.Market(**seventh))
    for party, total in totals.items():
        assert total[7] == pytest.approx(getattr(alone, party))


def test_a_lower_cap_shortens_the_longest_wait_and_turns_more_away() -> None:
    plan = journey.Plan(40, 4)
    loose, tight = (
        journey.simulate_journey(plan, replace(MARKET, highest_utilisation=cap)).years for cap in (0.95, 0.8)
    )
    assert tight["wait"].max() < loose["wait"].max()
    assert tight["turned_away"].max() > loose["turned_away"].max()


def test_a_score_off_the_scale_or_a_cap_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"neutral must lie in \[1, 5\], got 60"):
        journey.drawn_market(replace(MARKET, neutral=60.0), 0.2, 20, np.random.default_rng(5))
    with pytest.raises(ValueError, match=r"highest_utilisation must lie in \[0, 1\), got 1"):
        replace(MARKET, highest_utilisation=1.0)


def test_the_table_says_of_each_parameter_whether_it_is_estimated() -> None:
    table = journey.market_table(MARKET)
    assert list(table.index) == [item.name for item in fields(MARKET)]
    estimated = table[table["source"].str.startswith("estimated")]
    assert dict(estimated["value"]) == {"minds": 0.412, "clash_random": 0.188, "clash_zoned": 0.102}
    assert set(table["source"]) - set(estimated["source"]) == {"assumed"}


# --- Bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levers", "message"),
    [
        ({"price": -1}, r"price must lie in \[0, 150\], got -1"),
        ({"servers": 9}, r"servers must lie in \[1, 8\], got 9"),
        ({"servers": 2.5}, "servers must be a whole number"),
        ({"participation": 1.0}, "participation must lie in"),
        ({"recovery": float("nan")}, "recovery must lie in .*nan"),
    ],
)
def test_a_plan_outside_its_levers_is_refused(levers: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PLANS["bare"], **levers)


def test_runs_refuse_what_they_cannot_run() -> None:
    with pytest.raises(ValueError, match="years must lie in"):
        journey.simulate_journey(PLANS["bare"], MARKET, years=0)
    with pytest.raises(ValueError, match="draws"):
        journey.journey_intervals(PLANS["bare"], MARKET, 0.1, 3, np.random.default_rng(0))
    with pytest.raises(ValueError, match="capacity left"):
        journey.erlang_wait(10.0, 5.0, 2)
    with pytest.raises(ValueError, match=r"first_expected must lie in .*nan"):
        replace(MARKET, first_expected=float("nan"))
    with pytest.raises(ValueError, match=r"people must lie in .*got 0"):
        replace(MARKET, people=0)
    with pytest.raises(ValueError, match="loss must lie in"):
        journey.simulate_journey(PLANS["bare"], replace(MARKET, loss=-1.0))


def test_a_plan_never_lies_above_itself_and_the_comparison_of_two_is_their_difference() -> None:
    plan, other = journey.Plan(40, 4), journey.Plan(40, 6)
    same = journey.journey_comparison(plan, plan, MARKET, 0.2, 50, np.random.default_rng(1))
    assert (same == 0).all(axis=None)
    gains = journey.journey_comparison(plan, other, MARKET, 0.2, 200, np.random.default_rng(1))
    ours, theirs = (journey.simulate_journey(one, MARKET) for one in (plan, other))
    assert gains.loc["contribution", "point"] == pytest.approx(ours.contribution - theirs.contribution)
    assert (gains["low"] < gains["high"]).all()
    back = journey.journey_comparison(other, plan, MARKET, 0.2, 200, np.random.default_rng(1))
    np.testing.assert_allclose(back["low"], -gains["high"])
    # A wait may be the same under both; money never is.
    assert back["above"]["contribution"] == pytest.approx(1 - gains["above"]["contribution"])


def test_what_hits_both_plans_alike_cancels_in_their_comparison() -> None:
    plan, other = journey.Plan(40, 4, zoning=1), journey.Plan(40, 4)
    alone = journey.journey_intervals(plan, MARKET, 0.2, 200, np.random.default_rng(1)).loc["contribution"]
    gain = journey.journey_comparison(plan, other, MARKET, 0.2, 200, np.random.default_rng(1))
    assert gain["high"]["contribution"] - gain["low"]["contribution"] < (alone["high"] - alone["low"]) / 2


def test_the_page_may_take_levers_that_are_formulas() -> None:
    plan = journey.Plan(price=datum("asked"), servers=4)
    texts = journey.journey_expressions(MARKET, 1, plan)
    known = {
        key: float(value) for key, value in journey.journey_numbers(journey.Plan(37, 4), MARKET, 1).items()
    }
    ((choice,),) = vega_values([texts["choice_untold_1"].text], [known | {"asked": 37.0}])
    assert choice == pytest.approx(known["choice_untold_1"])
