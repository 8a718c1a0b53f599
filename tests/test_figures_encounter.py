"""What the figures on moments of truth tell is what the models say."""

from __future__ import annotations

import numpy as np
import pytest
from figures_encounter import figures

from service_encounter import cases
from service_encounter.models import encounter

CONTACT, AGREEMENT, DEALS = figures()


@pytest.mark.parametrize(("pair", "other"), [(0, "none"), (1, "advert")])
def test_the_recorded_deals_are_the_randomisation_test(pair: int, other: str) -> None:
    tips = cases.load("tip_joke").set_index("card")
    groups = [
        encounter.outcomes(int(tips.loc[card, "tipped"]), int(tips.loc[card, "n"]))
        for card in ("joke", other)
    ]
    test = encounter.randomisation_test(*groups, np.random.default_rng(2002), draws=200)
    assert DEALS.values()["p"][pair] == pytest.approx(test.p_value)
    assert DEALS.values()["gap"][pair] == pytest.approx(100 * test.difference)
    assert DEALS.told(pair=pair, deals=0) == {"Deals as wide as the bar": 0}


def test_every_deal_hands_out_the_same_tips() -> None:
    seats = DEALS.tables[2].frame
    for _, comparison in seats.groupby("pair"):
        dealt = np.array([[int(tip) for tip in tips] for tips in comparison["tips"]])
        assert dealt.shape[1] == 201
        assert set(dealt.sum(axis=0)) == {dealt[:, 0].sum()}


def test_a_sleeping_coder_loses_kappa_in_proportion() -> None:
    awake, dozing = AGREEMENT.values()["kappa"], AGREEMENT.values(guessed=25)["kappa"]
    assert dozing.to_numpy() == pytest.approx(0.75 * awake.to_numpy())
    accounts = cases.load("incident_accounts")
    assert awake[0] == pytest.approx(
        encounter.cohens_kappa(list(accounts["coder_1"]), list(accounts["coder_2"]))
    )


def test_quicker_back_rooms_raise_every_share_in_sight() -> None:
    table = CONTACT.values(machines=30)
    assert (table["then"] > table["today"]).all()
