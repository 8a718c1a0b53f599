"""The figures of the chapter on waiting."""

from __future__ import annotations

import numpy as np

from service_encounter import cases
from service_encounter.figures import Figure
from service_encounter.figures import queueing as queueing_figures
from service_encounter.models import queueing


def figures() -> list[Figure]:
    """All of the chapter's figures."""
    bins = cases.load("snack_bar_service_times")
    moments = queueing.binned_moments(bins["from_min"], bins["to_min"], bins["customers"])
    times = np.repeat((bins["from_min"] + bins["to_min"]) / 2, bins["customers"]).to_numpy()
    return [
        queueing_figures.wait_curve(moments.mean, moments.scv),
        queueing_figures.roster(moments.mean),
        queueing_figures.lunch_staff(times, seed=9),
        queueing_figures.fast_lane(moments.mean, moments.scv),
    ]
