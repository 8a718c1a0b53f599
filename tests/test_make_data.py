"""The makers make the files byte for byte, and the effects they state can be found, or not, as stated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import RegressionResultsWrapper

from course_tools.make_data import TABLES, differing
from course_tools.make_data.__main__ import main
from course_tools.make_data.draws import Draws, logistic
from course_tools.make_data.table import Table, fixed
from service_encounter import cases

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that the command has just filled."""
    directory = tmp_path_factory.mktemp("made")
    assert main(["--directory", str(directory)]) == 0
    return directory


@pytest.mark.parametrize("name", TABLES)
def test_a_maker_makes_the_file_byte_for_byte(made: Path, name: str) -> None:
    """What is published is what the code in the repository makes."""
    assert (made / f"{name}.csv").read_bytes() == (DATA / f"{name}.csv").read_bytes()


def test_check_tells_which_file_differs(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One byte is enough, and a missing file too; files without a maker are none of its business."""
    for file in made.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "notes.csv").write_text("a\n")
    assert main(["--check", "--directory", str(tmp_path)]) == 0
    (tmp_path / "car_tickets.csv").write_bytes((made / "car_tickets.csv").read_bytes() + b"\n")
    (tmp_path / "campus_cafe.csv").unlink()
    assert differing(tmp_path) == ["campus_cafe.csv", "car_tickets.csv"]
    assert main(["--check", "--directory", str(tmp_path)]) == 1
    assert "car_tickets.csv is not what its maker makes" in capsys.readouterr().out


def test_each_synthetic_case_has_a_maker_or_was_written_by_hand() -> None:
    """And the descriptor says which."""
    for name in cases.names():
        case = cases.describe(name)
        if case.kind == "synthetic":
            assert (name in TABLES) != ("by hand" in case.made), name


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_fixed_shows_the_places_asked_for_and_no_minus_zero(value: float, places: int) -> None:
    """Property: the text reads back as the rounded value."""
    text = fixed(value, places)
    assert float(text) == round(value, places)
    assert not (text.startswith("-") and float(text) == 0)
    assert len(text.partition(".")[2]) == places


def test_a_row_of_the_wrong_width_is_refused() -> None:
    """Before it gets into a file."""
    with pytest.raises(ValueError, match="a row must have 2 cells"):
        Table(("a", "b"), [(1, 2), (1,)])


def test_draws_follow_their_distributions() -> None:
    """Means and spreads of 20,000 draws, within four standard errors; a seed repeats itself."""
    draws = Draws(1)
    normal = np.array([draws.normal(3, 2) for _ in range(20_000)])
    exponential = np.array([draws.exponential(5) for _ in range(20_000)])
    assert normal.mean() == pytest.approx(3, abs=4 * 2 / np.sqrt(20_000))
    assert normal.std() == pytest.approx(2, rel=0.02)
    assert exponential.mean() == pytest.approx(5, abs=4 * 5 / np.sqrt(20_000))
    assert {draws.pick("abc") for _ in range(100)} == set("abc")
    assert sorted(draws.shuffle(range(9))) == list(range(9))
    assert {draws.rating(3, 5, 1, 5) for _ in range(200)} == {1, 2, 3, 4, 5}
    assert [Draws(7).uniform()] * 2 == [Draws(7).uniform(), Draws(7).uniform()]
    assert logistic(0) == 0.5


def _assert_found(fit: RegressionResultsWrapper, name: str, effect: float) -> None:
    """The interval holds the effect put in, and leaves out none at all."""
    low, high = fit.conf_int().loc[name]
    assert low <= effect <= high, f"{name}: {effect} outside [{low:.3f}, {high:.3f}]"
    assert not low <= 0 <= high, f"{name}: [{low:.3f}, {high:.3f}] holds 0"


def _assert_hidden(fit: RegressionResultsWrapper, name: str, effect: float) -> None:
    """The interval holds both the effect put in and none at all."""
    low, high = fit.conf_int().loc[name]
    assert low <= effect <= high, f"{name}: {effect} outside [{low:.3f}, {high:.3f}]"
    assert low <= 0 <= high, f"{name}: [{low:.3f}, {high:.3f}] leaves 0 out"


def test_campus_cafe_shows_the_loop_and_hides_the_friend() -> None:
    """Waiting costs satisfaction, satisfaction brings back, both ends of the scale talk."""
    weeks = cases.load("campus_cafe")
    visits = weeks[weeks["stage"] == "visited"].astype({"satisfaction": float, "told_others": float})
    visits = visits.assign(friend=(visits["aware_through"] == "friend").astype(int))
    waiting = smf.ols("satisfaction ~ wait + friend", visits).fit()
    _assert_found(waiting, "wait", -0.08)
    _assert_hidden(waiting, "friend", 0.05)
    followed = visits.dropna(subset="returned_next_week").astype({"returned_next_week": float})
    assert len(followed) == (visits["week"] < 12).sum()
    returning = smf.logit("returned_next_week ~ I(satisfaction - 3)", followed).fit(disp=0)
    _assert_found(returning, "I(satisfaction - 3)", 0.8)
    _assert_found(returning, "Intercept", -0.6)
    talking = smf.ols("told_others ~ np.abs(satisfaction - 3)", visits).fit()
    _assert_found(talking, "np.abs(satisfaction - 3)", 0.3)


def test_campus_cafe_keeps_its_own_logic() -> None:
    """Only visitors wait, rate and tell; awareness is never lost; online ratings come from the ends."""
    weeks = cases.load("campus_cafe")
    visited = weeks["stage"] == "visited"
    for column in ("wait", "satisfaction", "told_others"):
        assert (weeks[column].notna() == visited).all()
    posted = weeks.dropna(subset="online_rating")
    assert (posted["online_rating"] == posted["satisfaction"]).all()
    shares = visited & weeks["online_rating"].notna()
    rate = shares[visited].groupby(weeks.loc[visited, "satisfaction"]).mean()
    assert rate[5] > rate[3]
    spans = weeks.groupby("student")["week"].agg(["min", "size"])
    assert (spans["min"] + spans["size"] == 13).all()
    again = weeks.set_index(["student", "week"])["stage"].eq("visited")
    for student, week, returned in weeks.dropna(subset="returned_next_week")[
        ["student", "week", "returned_next_week"]
    ].itertuples(index=False):
        assert again[student, week + 1] == bool(returned)


def test_bread_scent_raises_sales_of_bread_and_hides_in_the_basket() -> None:
    """Errors clustered by day, which is what was drawn by lot."""
    shoppers = cases.load("bread_scent_test")
    shoppers = shoppers.assign(
        weekend=shoppers["weekday"].isin(["Saturday", "Sunday"]).astype(int),
        rest=shoppers["basket"] - shoppers["bread_spend"],
    )
    by_day = {"cov_type": "cluster", "cov_kwds": {"groups": shoppers["day"]}}
    bread = smf.ols("bought_bread ~ scent + weekend", shoppers).fit(**by_day)
    _assert_found(bread, "scent", 0.08)
    _assert_found(bread, "weekend", 0.05)
    _assert_hidden(smf.ols("rest ~ scent", shoppers).fit(**by_day), "scent", 0.2)
    _assert_found(smf.ols("noticed_scent ~ scent", shoppers).fit(**by_day), "scent", 0.29)
    days = shoppers.drop_duplicates("day").groupby("weekday")["scent"].agg(["sum", "size"])
    assert (days["sum"] == 2).all()
    assert (days["size"] == 4).all()
    assert ((shoppers["bread_spend"] > 0) == (shoppers["bought_bread"] == 1)).all()


def test_theme_cafe_shows_peak_end_and_mean_and_hides_the_souvenir() -> None:
    """And the cues, their mean and their worst."""
    visits = cases.load("theme_cafe_visits")
    cues = visits[["theme", "decor", "staff", "sound", "scent"]]
    visits = visits.assign(average=cues.mean(axis=1), worst=cues.min(axis=1))
    remembered = smf.ols("remembered ~ peak + end + mean + bought_souvenir", visits).fit()
    for name, effect in (("peak", 0.3), ("end", 0.2), ("mean", 0.5)):
        _assert_found(remembered, name, effect)
    _assert_hidden(remembered, "bought_souvenir", 0.05)
    impression = smf.ols("impression ~ average + worst", visits).fit()
    _assert_found(impression, "average", 0.8)
    _assert_found(impression, "worst", 0.4)
    assert (visits["peak"] >= visits[["end", "mean"]].max(axis=1)).all()


def test_admission_selects_those_who_come_and_does_not_make_them_spend() -> None:
    """Payers spend more until interest is held fixed; fewer of them come."""
    visits = cases.load("theme_cafe_visits")
    visits = visits.assign(paid=(visits["admission_fee"] > 0).astype(int), keen=visits["interest"] - 4)
    assert smf.ols("spend ~ paid", visits).fit().conf_int().loc["paid", 0] > 0
    held = smf.ols("spend ~ paid + keen", visits).fit()
    _assert_hidden(held, "paid", 0.0)
    _assert_found(held, "keen", 1.2)
    assert visits["paid"].mean() < 0.45


FACETS = ("doublings", "courtesy", "transparency", "resolved")


@pytest.mark.parametrize(
    ("name", "typical_hours", "effects", "hidden"),
    [
        ("appliance_tickets", 36, (-0.40, 0.15, 0.02, 1.0), {"transparency"}),
        ("car_tickets", 60, (-0.15, 0.20, 0.40, 0.8), set()),
        ("shop_tickets", 12, (-0.30, 0.02, 0.20, 1.2), {"courtesy"}),
    ],
)
def test_tickets_show_which_facet_weighs_in_which_industry(
    name: str, typical_hours: float, effects: tuple[float, ...], hidden: set[str]
) -> None:
    """By least squares, and what is said to be hidden is."""
    tickets = cases.load(name)
    tickets = tickets.assign(doublings=np.log2(tickets["response_hours"] / typical_hours))
    fit = smf.ols("satisfaction ~ doublings + courtesy + transparency + resolved", tickets).fit()
    for facet, effect in zip(FACETS, effects, strict=True):
        (_assert_hidden if facet in hidden else _assert_found)(fit, facet, effect)
    again = smf.logit("repurchased ~ I(satisfaction - 4)", tickets).fit(disp=0)
    _assert_found(again, "I(satisfaction - 4)", 0.6)
    kind = smf.ols("satisfaction ~ C(kind) + doublings + courtesy + transparency + resolved", tickets).fit()
    assert kind.f_test(np.eye(len(kind.params))[1:3]).pvalue > 0.05


def _visits_of_the_survey() -> pd.DataFrame:
    rows = cases.load("expectation_survey")
    visits = rows.groupby(["respondent", "visit"]).agg(
        expected=("predicted", "mean"), got=("performance", "mean"), satisfaction=("satisfaction", "first")
    )
    tangibles = rows[rows["dimension"] == "tangibles"].set_index(["respondent", "visit"])["performance"]
    difference = visits["got"] - visits["expected"]
    return visits.assign(
        gain=difference.clip(lower=0), loss=(-difference).clip(lower=0), tangibles=tangibles - visits["got"]
    )


def test_survey_weighs_losses_more_than_gains_and_hides_tangibles() -> None:
    """One row a visit."""
    fit = smf.ols("satisfaction ~ expected + gain + loss + tangibles", _visits_of_the_survey()).fit()
    for name, effect in (("expected", 0.6), ("gain", 0.4), ("loss", -0.9)):
        _assert_found(fit, name, effect)
    _assert_hidden(fit, "tangibles", 0.03)


def test_survey_predictions_move_toward_what_was_met() -> None:
    """By 0.4 of the surprise, errors clustered by respondent."""
    rows = cases.load("expectation_survey").sort_values(["respondent", "dimension", "visit"])
    following = rows.groupby(["respondent", "dimension"])["predicted"].shift(-1)
    moves = rows.assign(moved=following - rows["predicted"], surprise=rows["performance"] - rows["predicted"])
    moves = moves.dropna(subset="moved")
    fit = smf.ols("moved ~ surprise", moves).fit(cov_type="cluster", cov_kwds={"groups": moves["respondent"]})
    _assert_found(fit, "surprise", 0.4)
    assert (rows["adequate"] < rows["desired"]).all()
    assert (rows.groupby(["respondent", "dimension"])["desired"].nunique() == 1).all()


def test_office_plan_is_flat_and_the_books_are_not() -> None:
    """The plan costs 1,500 a year under a sale; what is booked rises as the machines wear."""
    years = cases.load("office_cooling_contract")
    running = years[years["year"] > 0]
    planned = running.assign(planned=running["planned_energy"] + running["planned_upkeep"])
    assert planned.groupby("arrangement")["planned"].agg(set).to_dict() == {
        "sale": {1_500},
        "contract": {1_350},
    }
    assert years.groupby("arrangement")["investment"].sum().to_dict() == {"sale": 10_000, "contract": 11_500}
    sale = running[running["arrangement"] == "sale"]
    assert smf.ols("energy ~ year", sale).fit().conf_int().loc["year", 0] > 0
    hours = running.groupby("arrangement")["cooling_hours"].mean()
    breakdowns = running.groupby("arrangement")["breakdowns"].sum()
    assert hours["contract"] > hours["sale"]
    assert breakdowns["contract"] < breakdowns["sale"]
