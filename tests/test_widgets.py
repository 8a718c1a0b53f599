"""Widgets: they compute in a notebook, and the page's recorded run is what they would compute."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from figures_choice import travel_fit

from service_encounter import widgets


def test_the_recorded_run_replays():
    kept = widgets.recorded()
    run = widgets.draw_and_estimate(
        travel_fit(), samples=len(kept.estimates), travellers=kept.travellers, seed=kept.seed
    )
    assert run.refused == kept.refused
    for name, column in run.estimates.items():
        assert kept.estimates[name].tolist() == pytest.approx(column.tolist(), rel=1e-4, abs=1e-6), name


def test_the_recorded_run_says_where_it_comes_from():
    described = json.loads((files("service_encounter") / widgets.RECORDED).read_text("utf8"))
    assert len(described["commit"]) == 40
    assert "recorded run" in widgets.spread(widgets.recorded(), travel_fit()).source


def test_the_widget_draws_with_its_own_settings(monkeypatch):
    monkeypatch.setattr(widgets.ResampleLogit, "samples", 2)
    widget = widgets.ResampleLogit(travel_fit())
    widget.travellers.value, widget.seed.value = 120, 7
    run = widget.draw()
    assert (run.travellers, run.seed, len(run.estimates)) == (120, 7, 2)
    assert len(widget.shown.children) == 1
    assert not widget.button.disabled
    assert "Drawn just now" in widgets.spread(run, travel_fit()).source


def test_on_the_page_it_shows_the_recorded_run(monkeypatch):
    monkeypatch.setenv("SERVICE_ENCOUNTER_FIGURES", "page")
    html = widgets.ResampleLogit(travel_fit())._repr_mimebundle_()["text/html"]
    assert "A recorded run." in html


def test_too_few_are_refused():
    with pytest.raises(ValueError, match="at least 2 samples of 10 travellers"):
        widgets.draw_and_estimate(travel_fit(), samples=1, travellers=210, seed=1)
