"""The lessons in a browser: by keyboard alone, kept, saved, loaded, cleared, and read without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from lesson_book import Built, build
from test_lesson_directives import PAGES

from course_tools import page_assets, project
from course_tools.serve import serving
from course_tools.sphinx_ext.lesson.bank import read_bank
from service_encounter import check

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHOICE = read_bank(project.BOOK / "questions" / "choice.yml")
KEY = "service-encounter.v1"
AXE = page_assets.node_modules(project.CACHE) / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A chapter with the real questions, and the page that shows every directive."""
    done = build(tmp_path_factory.mktemp("browser"), PAGES)
    assert done.status == 0, done.messages
    return done


@pytest.fixture(scope="module")
def address(built: Built) -> Iterator[str]:
    """Where the small book is served."""
    with serving(built.site) as place:
        yield place


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a browser that has kept nothing yet; an error in a script fails the test."""
    context = chromium.new_context(reduced_motion="reduce", accept_downloads=True)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert errors == []


def _press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def _tab_to(page: Page, selector: str) -> None:
    """Reach a control by Tab alone, starting where the focus is."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def _status(page: Page, key: str) -> str:
    return page.locator(f"#question-{key} .se-feedback").inner_text()


def _submit(page: Page, key: str) -> str:
    _tab_to(page, f"#question-{key} button[type=submit]")
    page.keyboard.press("Enter")
    return _status(page, key)


def _kept(page: Page) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))
    return record


def _choose_place(page: Page, label: str, value: str) -> None:
    """Set a native select by typing the beginning of the option, as a keyboard user does."""
    page.keyboard.type(value)
    assert page.evaluate("document.activeElement.selectedOptions[0].text") == value, label


def test_single_choice_by_keyboard(page: Page, address: str) -> None:
    """A wrong choice teaches and offers the answer; the right one explains."""
    page.goto(f"{address}/before/choice.html")
    assert page.locator("#question-choice-considered [data-answer]").is_hidden()
    assert "Choose first." in _submit(page, "choice-considered")
    page.goto(f"{address}/before/choice.html")
    _tab_to(page, "#question-choice-considered input")
    _press(page, "Space")
    told = _submit(page, "choice-considered")
    assert told.startswith("✗ Not yet.")
    assert "seven of the eleven" in told
    assert "Awareness holds eleven" not in told
    assert page.locator("#question-choice-considered-0 ~ .se-mark").inner_text() == "✗ wrong"
    _press(page, "Tab", "Enter")
    assert "The answer:" in _status(page, "choice-considered")
    assert "The two that she weighed" in _status(page, "choice-considered")
    page.locator("#question-choice-considered-0").focus()
    _press(page, "ArrowDown", "ArrowDown")
    assert _status(page, "choice-considered") == ""
    told = _submit(page, "choice-considered")
    assert told.startswith("✓ Right.")
    assert "Awareness holds eleven" in told
    kept = _kept(page)["answers"]["choice-considered"]
    assert (kept["response"], kept["right"], kept["tries"]) == ([2], True, 2)


def test_multiple_choice_by_keyboard(page: Page, address: str) -> None:
    """Half an answer is part of one, and says how much is missing and not what."""
    page.goto(f"{address}/before/choice.html")
    _tab_to(page, "#question-choice-set-drivers input")
    _press(page, "Space")
    told = _submit(page, "choice-set-drivers")
    assert told.startswith("± Partly right.")
    assert "not chosen 1 that is right" in told
    page.locator("#question-choice-set-drivers-1").focus()
    _press(page, "Space")
    assert _submit(page, "choice-set-drivers").startswith("✓ Right.")


def test_ordering_by_keyboard(page: Page, address: str) -> None:
    """Places are native selects; the feedback counts what stands right."""
    page.goto(f"{address}/before/choice.html")
    selects = page.locator("#question-choice-funnel select")
    order = [
        "Hotels in the city",
        "Hotels the traveller has heard of",
        "Hotels that come to mind when she plans the trip",
        "Hotels whose price and place she compares",
        "The hotel she books",
    ]
    for swap, expected in ((True, "± Partly right."), (False, "✓ Right.")):
        _tab_to(page, "#question-choice-funnel select")
        for i in range(selects.count()):
            label = page.locator("#question-choice-funnel label").nth(i).inner_text()
            place = order.index(label) + 1
            place = {1: 2, 2: 1}.get(place, place) if swap else place
            _choose_place(page, label, str(place))
            _press(page, "Tab")
        page.locator("#question-choice-funnel select").last.focus()
        told = _submit(page, "choice-funnel")
        assert told.startswith(expected)
        page.locator("body").evaluate("() => document.activeElement.blur()")
        page.locator("#question-choice-considered-0").focus()
    assert _kept(page)["answers"]["choice-funnel"]["tries"] == 2


def test_matching_by_keyboard(page: Page, address: str) -> None:
    """Partners are native selects; each wrong pair brings its own feedback."""
    page.goto(f"{address}/before/choice.html")
    form = "#question-choice-logit-parts"
    partners = ["By how much", "How attractive", "How well", "The rate at"]
    for order, expected in ((partners[::-1], "✗ Not yet."), (partners, "✓ Right.")):
        for i, start in enumerate(order):
            page.locator(f"{form} select").nth(i).focus()
            page.keyboard.type(start)
            page.wait_for_timeout(1100)  # a select forgets what was typed after a second
        told = _submit(page, "choice-logit-parts")
        assert told.startswith(expected)
        assert ("Utility has no unit" in told) == (expected == "✗ Not yet.")


def _sort(page: Page, piles: dict[str, str]) -> None:
    """Give cards their piles by keyboard: Tab to the group, arrows to the pile, Space to take it."""
    cards = page.locator("#question-directives-sort .se-sort-card")
    for i in range(cards.count()):
        text = cards.nth(i).locator("legend").inner_text()
        if text not in piles:
            continue
        names = cards.nth(i).locator("label").all_inner_texts()
        cards.nth(i).locator("input").first.focus()
        _press(page, "Space", *["ArrowDown"] * names.index(piles[text]))


def test_sorting_by_keyboard(page: Page, address: str) -> None:
    """A misplaced card says why and can be moved alone; the others keep their marks, a reload their piles."""
    page.goto(f"{address}/reference/directives.html")
    form = page.locator("#question-directives-sort")
    piles = {
        "Why a wrong choice is tempting": "bank",
        "Where on the page a question stands": "chapter",
        "The verdict on a claim": "claims file",
        "The explanation under an answer": "bank",
        "A prediction and its outcome": "chapter",
    }
    assert "Choose a pile for every card first." in _submit(page, "directives-sort")
    _sort(page, {**piles, "The verdict on a claim": "chapter", "A prediction and its outcome": "bank"})
    told = _submit(page, "directives-sort")
    assert told.startswith("± Partly right.")
    assert "3 of 5 stand right." in told
    card = {text: form.locator(".se-sort-card", has_text=text) for text in piles}
    assert "Several pages show the verdict" in card["The verdict on a claim"].inner_text()
    assert "✓ right" in card["Why a wrong choice is tempting"].inner_text()
    assert "feedback" not in card["Why a wrong choice is tempting"].inner_text()
    assert _kept(page)["answers"]["directives-sort"]["right"] is False
    page.reload()
    assert "From your last visit." in _status(page, "directives-sort")
    form.get_by_role("button", name="Show the answer").press("Enter")
    assert "claims file: The verdict on a claim" in _status(page, "directives-sort")
    _sort(page, {"The verdict on a claim": "claims file"})
    assert "Several pages" not in card["The verdict on a claim"].inner_text()
    assert "✗ wrong" in card["A prediction and its outcome"].inner_text()
    _sort(page, {"A prediction and its outcome": "chapter"})
    told = _submit(page, "directives-sort")
    assert told.startswith("✓ Right.")
    assert "5 of 5 stand right." in told
    assert "verdicts to the claims file" in told
    page.evaluate("localStorage.clear(); document.dispatchEvent(new CustomEvent('se-restore'))")
    assert form.locator("input:checked").count() == 0
    assert form.locator(".se-mark:not(:empty), .se-sort-why:not(:empty)").count() == 0


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_pills_of_a_sort_suit_a_thumb(
    chromium: Browser, address: str, colours: Literal["none", "active"]
) -> None:
    """At least 44 pixels tall, within the screen, and the chosen one is seen without colour."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, has_touch=True, forced_colors=colours
    )
    phone = context.new_page()
    phone.goto(f"{address}/reference/directives.html")
    for pill in phone.locator(".se-pill").all():
        box = pill.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 320
    phone.locator(".se-pill").nth(1).tap()
    chosen = phone.locator(".se-pill input").nth(1)
    assert chosen.is_checked()
    assert chosen.evaluate("one => getComputedStyle(one).appearance") in ("auto", "radio")
    context.close()


@pytest.mark.parametrize(
    ("typed", "outcome", "says"),
    [
        ("6.2", "right", "372 dollars an hour"),
        ("6,20 $", "right", "372 dollars an hour"),
        ("6.24 dollars", "right", "372 dollars an hour"),
        ("0.16", "wrong", "minutes for a dollar"),
        ("372", "wrong", "That is for an hour"),
        ("1", "wrong", "Ask how many dollars"),
        ("much", "ask", "Type a number first."),
    ],
)
def test_numbers_by_keyboard(page: Page, address: str, typed: str, outcome: str, says: str) -> None:
    """The page and the notebook give the same verdict."""
    page.goto(f"{address}/before/choice.html")
    _tab_to(page, "#question-choice-price-of-a-minute input")
    page.keyboard.type(typed)
    _press(page, "Enter")
    assert says in _status(page, "choice-price-of-a-minute")
    assert (
        page.locator("#question-choice-price-of-a-minute .se-feedback").get_attribute("data-outcome")
        == outcome
    )
    if outcome != "ask":
        assert check.answer("choice-price-of-a-minute", typed).right == (outcome == "right")


def test_text_by_keyboard(page: Page, address: str) -> None:
    """Case and stops do not matter; a near miss gets its own words."""
    page.goto(f"{address}/before/choice.html")
    for typed, says in (("red bus, blue bus", "That is the example"), ("iia.", "✓ Right.")):
        page.locator("#question-choice-equal-loss-entry").fill("")
        page.locator("#question-choice-equal-loss-entry").focus()
        page.keyboard.type(typed)
        _press(page, "Enter")
        assert says in _status(page, "choice-equal-loss")


def test_answers_come_back_where_the_question_is_unchanged(page: Page, address: str) -> None:
    """The same edition restores; another question under the same id starts afresh."""
    page.goto(f"{address}/before/choice.html")
    page.locator("#question-choice-set-size-entry").fill("10")
    page.locator("#question-choice-set-size-entry").press("Enter")
    page.reload()
    assert page.locator("#question-choice-set-size-entry").input_value() == "10"
    assert "From your last visit." in _status(page, "choice-set-size")
    page.evaluate(
        f"""() => {{ const record = JSON.parse(localStorage.getItem('{KEY}'));
        record.answers['choice-set-size'].hash = 'other';
        localStorage.setItem('{KEY}', JSON.stringify(record)); }}"""
    )
    page.reload()
    assert page.locator("#question-choice-set-size-entry").input_value() == ""
    assert _status(page, "choice-set-size") == ""


def test_a_spoilt_record_does_no_harm(page: Page, address: str) -> None:
    """What another program wrote under the key counts as nothing."""
    page.goto(f"{address}/before/choice.html")
    for spoilt in ("{", "null", '{"answers": 3}', '{"format": "service-encounter.v1", "answers": {"x": 1}}'):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, spoilt])
        page.reload()
        page.locator("#question-choice-set-size-entry").fill("9")
        page.locator("#question-choice-set-size-entry").press("Enter")
        assert "One short." in _status(page, "choice-set-size")


def test_a_prediction_is_committed_before_the_reveal(page: Page, address: str) -> None:
    """The outcome is closed until then; both stand side by side, and a reload keeps them."""
    page.goto(f"{address}/reference/directives.html")
    box = page.locator("#predict-directives-returns")
    assert box.locator(".se-reveal").is_hidden()
    _tab_to(page, "#predict-directives-returns input")
    page.keyboard.type("200")
    _press(page, "Enter")
    assert "Give a number from 0 to 100" in box.locator(".se-feedback").inner_text()
    _press(page, "Control+a")
    page.keyboard.type("30")
    _press(page, "Enter")
    assert "30 sofas" in box.locator(".se-guess").inner_text()
    assert "Nobody gave us a number" in box.locator(".se-outcome").inner_text()
    assert page.evaluate("document.activeElement.closest('.se-reveal') !== null")
    guess, outcome = box.locator(".se-guess").bounding_box(), box.locator(".se-reveal").bounding_box()
    assert guess
    assert outcome
    assert guess["x"] + guess["width"] <= outcome["x"]
    page.reload()
    assert "30 sofas" in box.locator(".se-guess").inner_text()
    assert box.locator("input").is_disabled()


def test_a_definition_opens_on_focus_and_closes_on_escape(page: Page, address: str) -> None:
    """And stays while the pointer is on it."""
    page.goto(f"{address}/reference/directives.html")
    link = page.locator("a.se-term-link[href$='term-consideration-set']")
    bubble = page.locator(f"[id='{link.get_attribute('aria-describedby')}']")
    assert bubble.is_hidden()
    link.focus()
    assert "weighs against one another" in bubble.inner_text()
    _press(page, "Escape")
    assert bubble.is_hidden()
    assert page.evaluate("document.activeElement.matches('.se-term-link')")
    link.hover()
    assert bubble.is_visible()
    bubble.hover()
    assert bubble.is_visible()
    page.mouse.move(0, 0)
    assert bubble.is_hidden()


def test_a_tap_opens_a_definition_and_a_second_follows_it(chromium: Browser, address: str) -> None:
    """On a phone, where nothing hovers, and within the screen."""
    context = chromium.new_context(viewport={"width": 360, "height": 700}, has_touch=True)
    phone = context.new_page()
    phone.goto(f"{address}/reference/directives.html")
    link = phone.locator("a.se-term-link[href$='term-queue']").last
    link.tap()
    bubble = phone.locator(f"[id='{link.get_attribute('aria-describedby')}']")
    box = bubble.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    link.tap()
    phone.wait_for_url("**/glossary.html#term-queue")
    context.close()


def _answer_one(page: Page, address: str) -> None:
    page.goto(f"{address}/before/choice.html")
    page.locator("#question-choice-set-size-entry").fill("10")
    page.locator("#question-choice-set-size-entry").press("Enter")


def test_progress_is_counted_saved_cleared_and_loaded(page: Page, address: str, tmp_path: Path) -> None:
    """On the page for it, by chapter; clearing asks first and leaves nothing."""
    _answer_one(page, address)
    page.goto(f"{address}/reference/progress.html")
    row = page.locator("tr", has_text="Choice")
    assert [cell.inner_text() for cell in row.locator("td").all()] == [str(len(CHOICE.questions)), "1", "1"]
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    file = tmp_path / "saved.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["answers"]["choice-set-size"]["response"] == "10"

    page.get_by_role("button", name="Clear", exact=True).press("Enter")
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is not None
    _press(page, "Enter")
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is None
    assert "Nothing of yours is left" in page.locator(".se-progress-status").inner_text()
    assert row.locator("[data-answered]").inner_text() == "0"

    page.get_by_label("Load a saved file").set_input_files(file)
    page.get_by_text("Loaded.").wait_for()
    assert row.locator("[data-right]").inner_text() == "1"
    broken = tmp_path / "other.json"
    broken.write_text('{"format": "something else"}')
    page.get_by_label("Load a saved file").set_input_files(broken)
    page.get_by_text("not a saved record of this book").wait_for()
    assert _kept(page)["answers"]["choice-set-size"]["right"]


def test_a_button_anywhere_opens_the_record(page: Page, address: str) -> None:
    """In a dialog that Escape closes; clearing there empties the questions on the page."""
    _answer_one(page, address)
    page.goto(f"{address}/before/choice.html")
    opener = page.locator("button[data-se-progress]").first
    opener.click()
    dialog = page.get_by_role("dialog", name="Your progress")
    assert "Questions answered: 1, of them right: 1" in dialog.inner_text()
    dialog.get_by_role("button", name="Clear", exact=True).click()
    dialog.get_by_role("button", name="Yes, clear everything").click()
    _press(page, "Escape")
    assert dialog.count() == 0
    assert page.locator("#question-choice-set-size-entry").input_value() == ""


def test_without_scripts_everything_reads(chromium: Browser, built: Built) -> None:
    """Questions, a note, the prediction's outcome, the definition's page; no button that does nothing."""
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((built.site / "reference" / "directives.html").as_uri())
    assert plain.get_by_text("Your browser runs no scripts: the questions read").is_visible()
    reveal = plain.locator("#predict-directives-returns .se-reveal")
    reveal.locator("summary").click()
    assert "Nobody gave us a number" in reveal.inner_text()
    assert plain.locator(".se-question button:visible, .se-predict button:visible").count() == 0
    plain.locator("a.se-term-link[href$='term-consideration-set']").click()
    plain.wait_for_url("**/glossary.html#term-consideration-set")
    context.close()


def test_paper_shows_questions_without_answers_and_reveals_open(page: Page, address: str) -> None:
    """What a teacher prints is a worksheet."""
    _answer_one(page, address)
    page.emulate_media(media="print")
    assert page.locator(".se-feedback:visible, .se-actions:visible, .se-mark:visible").count() == 0
    assert page.locator("#question-choice-set-size legend").is_visible()
    page.goto(f"{address}/reference/directives.html")
    assert page.locator("#predict-directives-returns .se-reveal").is_visible()
    folded = page.locator(".se-card details table")
    assert folded.count() == 2
    assert all(table.evaluate("table => table.checkVisibility()") for table in folded.all())
    page.emulate_media(media="screen")
    assert not any(table.evaluate("table => table.checkVisibility()") for table in folded.all())


def _violations(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(
        """async () => (await axe.run()).violations
        .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(' ')}`)"""
    )
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["before/choice", "reference/directives", "reference/glossary", "reference/progress"]
)
def test_axe_finds_nothing_before_and_after_answering(
    chromium: Browser, address: str, name: str, scheme: Literal["light", "dark"]
) -> None:
    """Feedback, marks, the opened reveal and a shown definition included."""
    context = chromium.new_context(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    opened = context.new_page()
    opened.goto(f"{address}/{name}.html")
    assert _violations(opened) == []
    opened.evaluate(
        """() => { for (const form of document.querySelectorAll('form.se-question, .se-predict form')) {
          form.querySelectorAll('input').forEach((i) => { i.type === 'radio' || i.type === 'checkbox'
            ? i.checked = true : i.value = '7'; });
          form.querySelectorAll('select').forEach((s) => { s.value = '1'; });
          form.requestSubmit();
        }
        for (const fold of document.querySelectorAll('details')) fold.open = true;
        document.querySelector('.se-term-link')?.focus(); }"""
    )
    assert _violations(opened) == []
    context.close()


def test_nothing_overflows_a_small_screen(chromium: Browser, address: str) -> None:
    """At 320 pixels no page scrolls sideways."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    small = context.new_page()
    for name in PAGES:
        small.goto(f"{address}/{name}.html")
        assert small.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()
