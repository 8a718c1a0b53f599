"""Choice models against print, identities, and input that must not pass for an answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_encounter import cases
from service_encounter.models import choice

COVARIATES = ["gc", "ttme", "air", "hinc:air", "train", "bus"]
POPULATION = {"air": 0.14, "train": 0.13, "bus": 0.09, "car": 0.64}


@pytest.fixture(scope="module")
def travel() -> pd.DataFrame:
    return cases.load("travel_mode")


@pytest.fixture(scope="module")
def fit(travel):
    return choice.fit_logit(travel, "individual", "mode", "choice", COVARIATES)


def targets(id_: str) -> pd.DataFrame:
    table = cases.load("published_targets")
    found = table[table["id"] == id_]
    assert len(found), id_
    return found


def test_every_number_of_the_published_table_is_reproduced(fit):
    names = {
        "gc": "gc", "ttme": "ttme", "constant air": "air", "hinc x air": "hinc:air",
        "constant train": "train", "constant bus": "bus",
    }  # fmt: skip
    ours = {said: fit.coefficients[name] for said, name in names.items()}
    ours |= {f"standard error {said}": fit.standard_errors[name] for said, name in names.items()}
    ours |= {
        "log-likelihood": fit.log_likelihood,
        "log-likelihood, constants only": fit.log_likelihood_constants,
    }
    ours["AIC"] = fit.aic
    rows = targets("CL1")
    assert set(rows["quantity"]) == set(ours)
    for row in rows.itertuples():
        assert ours[row.quantity] == pytest.approx(row.value, abs=row.tolerance), row.quantity


def test_set_sizes_of_the_closed_form():
    for row in targets("CS1").itertuples():
        ratio = float(row.quantity.split()[-1])
        assert choice.optimal_set_size(ratio) == row.value


@given(ratio=st.floats(0.01, 3))
def test_the_best_set_beats_its_neighbours(ratio):
    size = choice.optimal_set_size(ratio)
    here = choice.value_of_set(size, ratio)
    assert choice.value_of_set(size + 1, ratio) < here + 1e-12
    assert size == 1 or choice.value_of_set(size - 1, ratio) <= here + 1e-12


@given(utilities=st.lists(st.floats(-700, 700), min_size=1, max_size=8), shift=st.floats(-50, 50))
def test_shares_sum_to_one_and_only_differences_matter(utilities, shift):
    shares = choice.logit_shares(utilities)
    assert sum(shares) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in shares)
    assert choice.logit_shares([value + shift for value in utilities]) == pytest.approx(shares, abs=1e-9)


@given(utilities=st.lists(st.floats(-5, 5), min_size=3, max_size=6))
def test_odds_of_two_options_do_not_know_the_third(utilities):
    whole = choice.logit_shares(utilities)
    pair = choice.logit_shares(utilities[:2])
    assert whole[0] / whole[1] == pytest.approx(pair[0] / pair[1])


@given(copies=st.floats(1, 20), dissimilarity=st.floats(0, 1))
def test_copies_that_count_as_one_take_nothing(copies, dissimilarity):
    share = choice.share_against_copies(copies, dissimilarity)
    assert choice.share_against_copies(copies, 1.0) - 1e-12 <= share <= 0.5 + 1e-12
    assert choice.share_against_copies(copies, 0.0) == 0.5


def test_constants_reproduce_the_shares_of_the_sample(fit, travel):
    taken = travel[travel["choice"] == 1]["mode"].value_counts(normalize=True)
    assert fit.shares().to_dict() == pytest.approx(taken.to_dict(), abs=1e-5)


def test_heating_choices_reproduce_the_published_estimate():
    heating = cases.heating()
    names = {"installation cost": "installation", "operating cost": "operating"}
    names |= {f"constant {system}": system for system in ("ec", "er", "gc", "gr")}
    fit = choice.fit_logit(heating, "household", "system", "chosen", list(names.values()))
    trade_off = fit.coefficients["operating"] / fit.coefficients["installation"]
    rebate = heating.copy()
    rebate.loc[rebate["system"] == "hp", "installation"] *= 0.9
    shares = fit.shares(rebate)
    ours = {said: fit.coefficients[name] for said, name in names.items()}
    ours |= {"willingness to pay for $1 a year less": trade_off, "implied discount rate": 1 / trade_off}
    ours |= {f"share of {system} after a 10% heat-pump rebate": shares[system] for system in shares.index}
    rows = targets("CL3")
    assert set(rows["quantity"]) == set(ours)
    for row in rows.itertuples():
        assert ours[row.quantity] == pytest.approx(row.value, abs=row.tolerance), row.quantity


def test_weighing_the_sample_changes_who_loses(fit, travel):
    cut = travel.copy()
    air = cut["mode"] == "air"
    cut.loc[air, "ttme"] = (cut.loc[air, "ttme"] - 20).clip(lower=0)
    drawn = 100 * (fit.shares(cut) - fit.shares())
    corrected, weights = fit.for_population(POPULATION), fit.population_weights(POPULATION)
    weighed = 100 * (corrected.shares(cut, weights) - corrected.shares(weights=weights))
    assert (round(-drawn["car"], 1), round(-drawn["train"], 1)) == (14.1, 9.5)
    assert (round(-weighed["car"], 1), round(-weighed["train"], 1)) == (22.5, 2.7)


def test_correcting_to_the_shares_of_the_sample_changes_nothing(fit, travel):
    same = travel[travel["choice"] == 1]["mode"].value_counts(normalize=True).to_dict()
    assert fit.for_population(same).coefficients.to_dict() == pytest.approx(fit.coefficients.to_dict())


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda f: (f, [*COVARIATES, "speed"]), KeyError, "speed"),
        (lambda f: (f, ["hinc"]), ValueError, "'hinc' never differs"),
        (lambda f: (f, ["gc", "air", "train", "bus", "car"]), ValueError, "collinear"),
        (lambda f: (f.assign(perfect=f["choice"] * 2.0), ["perfect", "gc"]), ValueError, "perfectly"),
        (lambda f: (f.assign(gc=f["gc"].where(f.index != 5)), ["gc"]), ValueError, "'gc' is missing"),
        (lambda f: (f.assign(choice=0), ["gc"]), ValueError, "exactly one"),
        (lambda f: (f.assign(choice=2), ["gc"]), ValueError, "0 or 1"),
        (lambda f: (f.drop(columns="choice"), ["gc"]), KeyError, "no column 'choice'"),
        (lambda f: (f, []), ValueError, "at least one"),
        (lambda f: (f, ["gc", "gc"]), ValueError, "different"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_is_refused(travel, change, error, message):
    frame, covariates = change(travel)
    with pytest.raises(error, match=message):
        choice.fit_logit(frame, "individual", "mode", "choice", covariates)


@pytest.mark.parametrize("ratio", [0, -1, math.nan, math.inf])
def test_a_look_must_cost_something(ratio):
    with pytest.raises(ValueError, match="cost_ratio"):
        choice.optimal_set_size(ratio)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"air": 0.5, "train": 0.5}, "must name"),
        (POPULATION | {"air": 0.2}, "sum to 1"),
        (POPULATION | {"air": 0.0, "car": 0.78}, "air"),
    ],
)
def test_population_shares_are_checked(fit, shares, message):
    with pytest.raises(ValueError, match=message):
        fit.for_population(shares)


def test_missing_utilities_are_named():
    with pytest.raises(ValueError, match=r"utilities\[1\]"):
        choice.logit_shares([0.0, np.nan])
    with pytest.raises(ValueError, match="at least one option"):
        choice.logit_shares([])
