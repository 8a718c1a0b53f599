"""The staging figures say what the models say."""

from __future__ import annotations

import pytest
from figures_experience import LAMP_ROOM

from service_encounter.figures import experience as figures
from service_encounter.models import experience


@pytest.mark.parametrize("bad", [-5, -4, -3.5, -1, 0])
@pytest.mark.parametrize("weights", [(0.3, 0.2), (0, 0), (0.5, 0.5)])
def test_the_bad_minute_agrees_with_the_model_at_every_place(
    bad: float, weights: tuple[float, float]
) -> None:
    places = experience.place_bad_minute(figures.VISIT, bad, *weights)
    figure = figures.bad_minute()
    for place, wanted in zip(places["place"], places["remembered"], strict=True):
        told = figure.told(place=place + 1, bad=bad, peak_weight=weights[0], end_weight=weights[1])
        assert told["Remembered"] == pytest.approx(wanted)


def test_the_stretches_keep_their_order_round_the_bad_one() -> None:
    ratings = figures.bad_minute().values(place=3)["rating"].tolist()
    assert ratings == [2, 3, -3, *figures.VISIT[2:]]


def test_a_bad_stretch_in_the_middle_falls_off_a_cliff_when_it_becomes_the_peak() -> None:
    told = {bad: figures.bad_minute().told(place=6, bad=bad)["Remembered"] for bad in (-3, -3.5, -4.5)}
    assert told[-3] == pytest.approx(2.8)
    assert told[-3] - told[-3.5] == pytest.approx(0.5 * 0.5 / 12)
    # By hand: 0.3 (-4.5) + 0.2 x 3 + 0.5 (27 - 4.5) / 12.
    assert told[-4.5] == pytest.approx(0.1875)


def test_the_knee_is_where_mending_ends() -> None:
    rows = figures.weakest_cue().values().set_index("rating")["impression"]
    assert rows.loc[1] - rows.loc[0] == pytest.approx(0.6)
    assert rows.loc[2] - rows.loc[1] == pytest.approx(0.2)


@pytest.mark.parametrize("changed", [{}, {"cue_10": -2}, {"cue_8": -3}, {"cue_9": 0, "cue_10": 4}])
def test_a_point_in_the_audit_buys_what_rating_anew_buys(changed: dict[str, int]) -> None:
    figure = figures.audit(LAMP_ROOM)
    ratings = list((figure.start | changed).values())
    lowest = [place for place, rating in enumerate(ratings) if rating == min(ratings)]
    told = figure.told(**changed)
    before = experience.impression(ratings, 0.4)
    assert told["Impression"] == pytest.approx(before)
    for label, mended in (
        ("a point for one of the lowest adds", lowest[:1]),
        ("a point for every lowest", lowest),
    ):
        after = [rating + (place in mended) for place, rating in enumerate(ratings)]
        assert told[label] == pytest.approx(experience.impression(after, 0.4) - before)


def test_the_best_fee_is_the_models() -> None:
    rows = figures.admission_fee().values()
    best = rows.loc[rows["profit"].idxmax()]
    assert best["euros"] == pytest.approx(experience.best_fee(0.15, 5.6, 0.0), abs=0.1)
    assert best["profit"] / best["free"] == pytest.approx(1.01, abs=0.005)
    assert experience.visits_at_fee(best["euros"], 100, 0.15) == pytest.approx(100 * 6 / 7, abs=0.5)


def test_a_guest_worth_more_inside_pays_less_at_the_door() -> None:
    fees = []
    for margin in (1, 4, 8):
        rows = figures.admission_fee().values(spend_margin=margin)
        fees.append(rows.loc[rows["profit"].idxmax(), "euros"])
    assert fees[0] > fees[1] > fees[2] == 0
