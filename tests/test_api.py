"""The API reference: whole, read from the code, and its examples hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re

import lesson_book
import pytest

import service_encounter
from course_tools import project
from course_tools.sphinx_ext import api

PAGES = [project.BOOK / "reference" / name for name in ("api.md", "api/models.md")]
MODULES = ["service_encounter"] + [
    found.name
    for found in pkgutil.walk_packages(service_encounter.__path__, "service_encounter.")
    if not found.ispkg
]
# What the book itself uses, and no reader calls: the page leads to them in words.
INSIDE = ("service_encounter.exercises.", "service_encounter.figures.", "service_encounter.models.checks")
MAIN = [
    "cases.names",
    "cases.describe",
    "cases.load",
    "models.queueing.erlang_b",
    "models.queueing.erlang_c",
    "models.queueing.mean_wait",
    "models.queueing.service_level",
    "models.queueing.mg1_mean_wait",
    "models.choice.logit_shares",
    "models.choice.optimal_set_size",
    "models.retention.lifetime_value",
    "models.retention.sbg_survival",
    "models.word_of_mouth.net_promoter",
    "models.contracts.present_value",
    "models.search.reservation_value",
    "models.blueprint.serial_reliability",
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("path", MAIN)
def test_main_functions_have_an_example(path):
    module, _, name = path.rpartition(".")
    function = getattr(importlib.import_module(f"service_encounter.{module}"), name)
    assert [test for test in doctest.DocTestFinder().find(function) if test.examples]


def test_the_pages_list_every_module_that_readers_use_once():
    text = "".join(page.read_text(encoding="utf8") for page in PAGES)
    listed = re.findall(r"^```\{api\} (\S+)$", text, re.MULTILINE)
    wanted = {name for name in MODULES[1:] if not name.startswith(INSIDE)}
    assert sorted(listed) == sorted(wanted | {"service_encounter.figures.core"})


@pytest.mark.parametrize("name", [name for name in MODULES[1:] if not name.startswith(INSIDE)])
def test_every_public_function_and_class_is_described(name):
    found = api.public(importlib.import_module(name))
    assert found
    assert [word for word, value in found.items() if callable(value) and not value.__doc__] == []


def test_a_docstring_is_taken_apart_and_loses_nothing():
    doc = api.taken_apart(
        """First line.

        More, with `code`.

        Args:
            low, high: the ends,
                in minutes.
            **rest: whatever: else.

        Returns:
            Two lines
            of text.

        Raises:
            ValueError: if low exceeds high.

        >>> 1 + 1
        2
        """
    )
    assert doc.text == "First line.\n\nMore, with `code`.\n\n>>> 1 + 1\n2"
    assert doc.sections == {
        "Args": [("low, high", "the ends,\nin minutes."), ("**rest", "whatever: else.")],
        "Returns": [("", "Two lines\nof text.")],
        "Raises": [("ValueError", "if low exceeds high.")],
    }


def test_examples_become_code_and_text_stays_text():
    text = "Before.\n\n>>> a = 1\n>>> a\n1\n\nAfter."
    assert api.with_examples_fenced(text) == "Before.\n\n```pycon\n>>> a = 1\n>>> a\n1\n```\n\nAfter."


def test_a_signature_shows_types_and_defaults_but_no_address():
    from service_encounter.models import queueing

    written = api.written_signature("mg1_mean_wait", queueing.mg1_mean_wait)
    assert written == (
        "mg1_mean_wait(arrival_rate: Quantity, service_mean: Quantity, service_scv: Quantity, "
        "xp: Namespace = NUMPY) -> Quantity"
    )


def test_built_page_shows_signature_arguments_and_example_and_a_wrong_module_is_an_error(tmp_path):
    (tmp_path / "right").mkdir()
    page = "# Names\n\n## Queueing\n\n```{api} service_encounter.models.queueing\n```\n"
    built = lesson_book.build(tmp_path / "right", {"reference/names": page})
    assert (built.status, built.messages) == (0, "")
    html = built.page("reference/names")
    entry = html[html.index('id="api-models-queueing-erlang-c"') :].partition("</section>")[0]
    assert "erlang_c(arrival_rate: float, service_rate: float, servers: int) -&gt; float" in entry
    assert "<dt><code" in entry
    assert "customers per unit of time." in entry
    assert "ValueError" in entry
    assert "0.7576" in entry
    (tmp_path / "wrong").mkdir()
    page = "# Names\n\n```{api} service_encounter.models.quoing\n```\n"
    wrong = lesson_book.build(tmp_path / "wrong", {"reference/names": page})
    assert wrong.status != 0
    assert re.search(r"names\.md:3: .*api: no module 'service_encounter\.models\.quoing'", wrong.messages)
