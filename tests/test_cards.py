"""Every public model is on a card, and cards point only at things that exist."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from service_encounter import cases, models
from service_encounter.models.card import ModelCard

PAGES = {
    "orientation/journey",
    "before/need",
    "before/search",
    "before/choice",
    "before/segments",
    "during/moments-of-truth",
    "during/co-production",
    "during/other-customers",
    "during/waiting",
    "design/blueprint",
    "design/service-concept",
    "design/experience",
    "after/satisfaction",
    "after/after-sales",
    "after/loyalty",
    "capstone/design-a-journey",
}
PAGES_WITHOUT_ESTIMATES = {
    "orientation/journey",
    "before/need",
    "before/search",
    "before/segments",
    "during/co-production",
    "design/blueprint",
    "design/service-concept",
    "design/experience",
    "after/satisfaction",
    "capstone/design-a-journey",
}
MODULES = [
    importlib.import_module(f"{models.__name__}.{info.name}")
    for info in pkgutil.iter_modules(models.__path__)
    if info.name not in ("card", "checks")
]
CARDS: list[ModelCard] = [card for module in MODULES for card in module.CARDS]
REFERENCES = Path(__file__).parents[1] / "book" / "references.bib"


def _short_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


@pytest.mark.parametrize("module", MODULES, ids=_short_name)
def test_every_public_function_is_on_a_card(module: ModuleType) -> None:
    """And a card names nothing that is not public."""
    functions = {name for name in module.__all__ if inspect.isfunction(getattr(module, name))}
    named = {name for card in module.CARDS for name in card.functions}
    assert functions <= named, f"on no card: {sorted(functions - named)}"
    assert named <= set(module.__all__), f"not public: {sorted(named - set(module.__all__))}"


@pytest.mark.parametrize("module", MODULES, ids=_short_name)
def test_card_parameters_are_arguments(module: ModuleType) -> None:
    """A parameter that no function takes would be a slider that moves nothing."""
    for card in module.CARDS:
        arguments = {
            argument
            for name in card.functions
            for argument in inspect.signature(getattr(module, name)).parameters
        }
        spare = {parameter.name for parameter in card.parameters} - arguments
        assert not spare, f"card {card.id}: no function takes {sorted(spare)}"


def test_card_ids_are_unique() -> None:
    """The reference page and the figures find a card by its id."""
    assert [card_id for card_id, count in Counter(card.id for card in CARDS).items() if count > 1] == []


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_card_points_at_things_that_exist(card: ModelCard) -> None:
    """Page, works and targets."""
    works = set(re.findall(r"^@\w+\{([^,\s]+)", REFERENCES.read_text(encoding="utf-8"), re.MULTILINE))
    assert card.page in PAGES
    assert set(card.works) <= works, f"not in the bibliography: {sorted(set(card.works) - works)}"
    assert set(card.targets) <= set(cases.load("published_targets")["id"])
    assert card.assumptions, "a model without assumptions does not exist"
    assert card.leaves_out, "a model that leaves nothing out does not exist"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card.id)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_model_of_assumptions_alone_says_so(card: ModelCard) -> None:
    """In the chapters without estimates, a model held to no published number is labelled a device."""
    assumed = {parameter.source for parameter in card.parameters} == {"assumed"}
    if assumed and not card.targets and card.page in PAGES_WITHOUT_ESTIMATES:
        assert card.teaching_device
