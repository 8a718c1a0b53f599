"""The language of lessons: what each directive makes, and what it says of each kind of bad input."""

from __future__ import annotations

import base64
import json
import re

import pytest
from docutils import nodes
from docutils.utils import new_document
from lesson_book import BIBLIOGRAPHY, Built, build

from course_tools import project
from course_tools.sphinx_ext.lesson.bank import read_bank
from course_tools.sphinx_ext.lesson.boxes import words_to_read
from course_tools.sphinx_ext.lesson.elements import element

DIRECTIVES = (project.BOOK / "reference" / "directives.md").read_text(encoding="utf-8")
CHOICE_BANK = read_bank(project.BOOK / "questions" / "choice.yml")
GLOSSARY = "# Glossary\n\n```{terms}\n```\n"
PROGRESS = "# Progress\n\n```{progress}\n```\n"
CHOICE = f"""# Choice

```{{claim}} B11
The chapter's own reasoning.
```

```{{claim}} B12 B13
```

```{{claim}} A7 E1
```

```{{selfcheck}}
```
{BIBLIOGRAPHY}"""
PAGES = {
    "before/choice": CHOICE,
    "reference/directives": DIRECTIVES,
    "reference/glossary": GLOSSARY,
    "reference/progress": PROGRESS,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The page that shows every directive, and a chapter that tries claims."""
    return build(tmp_path_factory.mktemp("good"), PAGES)


@pytest.fixture(scope="module")
def instructors(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same in the instructors' edition."""
    return build(tmp_path_factory.mktemp("instructor"), PAGES, edition="instructor")


def test_every_directive_builds_without_a_warning(built: Built) -> None:
    """With nitpicks and warnings as errors."""
    assert (built.status, built.messages) == (0, "")


def test_a_claim_has_its_anchor_its_verdict_in_words_and_its_works(built: Built) -> None:
    """The chapter's reasoning stands in place of the file's; works are citations that resolve."""
    page = built.page("before/choice")
    box = page[page.index('id="claim-B11"') : page.index('id="claim-B12"')]
    assert re.search(r'se-verdict-contested"><span [^>]*aria-hidden="true">⇄</span> Contested<', box)
    assert "own reasoning." in box
    assert "Nobody compares thousands" not in box
    assert re.search(r'<a [^>]*href="#[^"]+"[^>]*>1969</a>', box)
    assert page.count('class="citation" id=') or page.count('role="doc-biblioentry"')


def test_a_claim_away_from_home_links_where_its_page_is_there(built: Built) -> None:
    """And only names the claim where it is not."""
    page = built.page("reference/directives")
    assert 'href="../before/choice.html#claim-B11"' in page
    assert 'id="claim-B11"' not in page
    elsewhere = built.page("before/choice")
    assert "se-claim-elsewhere" in elsewhere
    assert "claim-A7" not in elsewhere


def test_answers_are_sealed(built: Built) -> None:
    """Neither in the page's text nor in the search index, but whole once unsealed."""
    page = built.page("before/choice")
    index = (built.site / "searchindex-book.js").read_text(encoding="utf-8")
    assert "rule of thumb that the model does not know" not in page + index
    codes = re.findall(r'class="se-sealed">"([^"]+)"', page)
    unsealed = [json.loads(base64.b64decode(code)) for code in codes]
    assert len(unsealed) == len(CHOICE_BANK.questions)
    size = [question.id for question in CHOICE_BANK.questions].index("choice-set-size")
    assert "rule of thumb that the model does not know" in unsealed[size]["contents"]["mistake 0"]
    assert "<math" in unsealed[size]["contents"]["mistake 0"]


def test_questions_are_native_forms(built: Built) -> None:
    """A fieldset with a legend, labelled inputs, a status for feedback, a note where scripts are off."""
    page = built.page("before/choice")
    asked = len(CHOICE_BANK.questions)
    assert page.count("<form") - page.count('role="search"') >= asked
    assert len(re.findall(r'<div class="se-feedback" role="status"></div>', page)) == asked
    for key in re.findall(r'<(?:input|select) [^>]*\bid="(question-[^"]+)"', page):
        assert f'<label for="{key}"' in page
    assert "se-without-scripts" in page
    assert " title=" not in page[page.index("se-quiz") :].split("bibliography")[0].split("<h2")[0][:4000]


def test_one_question_in_the_text_stands_for_itself(built: Built) -> None:
    """It has no number and names what to do; the quiz at the end asks the others and counts from one."""
    page = built.page("reference/directives")
    alone, quiz = (part.split("</form>") for part in page.split('<div class="se-box se-quiz')[1:])
    assert len(alone) == 2
    assert '<span class="se-kicker">Sort</span>' in alone[0]
    assert "se-question-number" not in alone[0]
    assert re.findall(r'data-question="([^"]+)"', "".join(quiz)) == [
        question.id
        for question in read_bank(project.BOOK / "questions" / "directives.yml").questions
        if question.id != "directives-sort"
    ]
    assert '<span class="se-question-number">Question 1</span>' in quiz[0]


def test_a_sort_is_one_group_of_radio_buttons_a_card(built: Built) -> None:
    """Each in a fieldset with the card's text, so that it reads and works without scripts and without a mouse."""
    page = built.page("reference/directives")
    form = page[page.index('id="question-directives-sort"') :].split("</form>")[0]
    cards = re.findall(r'<fieldset class="se-sort-card".*?</fieldset>', form, re.DOTALL)
    assert len(cards) == 5
    for card in cards:
        assert len(set(re.findall(r'<input type="radio" name="([^"]+)"', card))) == 1
        assert re.findall(r"<span>([^<]+)</span></label>", card) == ["chapter", "bank", "claims file"]
    texts = [re.search(r"<legend>(.*?)</legend>", card) for card in cards]
    written = next(
        question.content["items"]
        for question in read_bank(project.BOOK / "questions" / "directives.yml").questions
        if question.type == "sorting"
    )
    assert sorted(text[1] for text in texts if text) == sorted(item["text"] for item in written)
    assert "That is feedback" not in form


def test_what_instructors_see_is_absent_from_the_students_page(built: Built, instructors: Built) -> None:
    """Not hidden: absent."""
    assert instructors.status == 0
    for text in ("Who bears the cost of not knowing.", "Ten minutes are enough."):
        count = built.page("reference/directives").count(text)
        assert instructors.page("reference/directives").count(text) == count + 1


def test_a_prediction_reads_without_scripts(built: Built) -> None:
    """The reveal is a details element with what came out."""
    page = built.page("reference/directives")
    assert re.search(
        r'<details class="se-reveal"><summary>What came out</summary><div class="se-outcome"><p>Nobody', page
    )
    assert '<input type="number" id="predict-directives-returns-entry" min="0" max="100" step="1"' in page


def test_a_blueprint_is_a_list_with_a_table_behind(built: Built) -> None:
    """Every step of the case in the order of time, with its lane in words."""
    page = built.page("reference/directives")
    figure = page[page.index('id="fig-clinic"') : page.index('id="fig-coffee"')]
    steps = re.findall(r'<li class="se-step.*?</li>', figure, re.DOTALL)
    assert len(steps) == 24
    assert "Customer: </span>" in steps[0]
    assert figure.count('<th scope="row">') == 24
    assert "synthetic" in figure


def test_cards_say_what_is_wrong_and_what_is_left_out(built: Built) -> None:
    """From the descriptor and the model's own card."""
    page = built.page("reference/directives")
    assert "The sample was drawn by what people chose" in page
    assert "What is wrong with it" in page
    model = page[page.index('id="model-conditional-logit"') :]
    assert "It leaves out" in model
    assert "<math" in model


def test_the_long_parts_of_a_card_are_folded(built: Built) -> None:
    """Under a summary that says what is inside; what a reader must know before trusting it stands open."""
    page = built.page("reference/directives")
    data, model = page[page.index('id="dataset-travel-mode"') :].split('id="model-conditional-logit"')
    for card, summary, inside, before in (
        (data, "How it was made, and its source", "How made", "What is wrong with it"),
        (data, "Its 9 columns", "<table", "What is wrong with it"),
        (model, "Symbols, units and ranges", "<table", "<math"),
    ):
        opened, fold = card.split(f"<details><summary>{summary}</summary>")
        assert inside in fold.split("</details>")[0]
        assert before in opened
    assert "It leaves out" in model.rpartition("</details>")[2]


def test_terms_carry_their_definition_and_language(built: Built) -> None:
    """Linked to the glossary, described for screen readers, marked as foreign, unsure where unsure."""
    page = built.page("reference/directives")
    key = re.search(r'href="glossary.html#term-consideration-set" aria-describedby="([^"]+)"', page)
    assert key
    assert f'role="tooltip" id="{key[1]}" hidden' in page
    glossary = built.page("reference/glossary")
    assert '<bdi lang="he" dir="rtl">' in glossary
    assert re.search(r'<bdi lang="pl" dir="ltr">zbiór rozważany</bdi><span class="se-unsure">', glossary)
    assert glossary.count('id="term-') == 66
    assert "Taught in" in glossary


def test_a_page_search_does_not_find_the_glossary_in_every_chapter(built: Built) -> None:
    """A definition beside a term is no text of the page."""
    index = (built.site / "searchindex-book.js").read_text(encoding="utf-8")
    assert index.count("The offers that a customer weighs against one another") == 1


BAD = {
    "claim-unknown": (
        "```{claim} B99\n```",
        "claim B99: no such id in book/claims.yml, which has A2-A22, B1-B27",
    ),
    "claim-body": ("```{claim} B11\nBody.\n```", "claim B11: a body belongs on the home page, before/choice"),
    "term": ("A {term}`nonsense` here.", "term: 'nonsense' is not in book/glossary.csv"),
    "predict-id": ("```{predict} How?\n:kind: number\n\nX\n```", "predict: option ':id:' is missing"),
    "predict-body": ("```{predict} How?\n:id: a-b\n:kind: number\n```", "predict: the body is missing"),
    "predict-kind": (
        "```{predict} How?\n:id: a\n:kind: word\n\nX\n```",
        "predict: option ':kind:' must be one of number, choice, got 'word'",
    ),
    "predict-range": (
        "```{predict} How?\n:id: a-c\n:kind: number\n:low: 5\n:high: 5\n:step: 1\n:unit: x\n\nX\n```",
        "predict: needs low < high and 0 < step <= high - low, got 5, 5, 1",
    ),
    "predict-unit": (
        "```{predict} How?\n:id: a-d\n:kind: number\n:low: 5\n:high: 6\n:step: 1\n\nX\n```",
        "predict: a number needs the option ':unit:'",
    ),
    "predict-choices": (
        "```{predict} How?\n:id: a-e\n:kind: choice\n:choices: one\n\nX\n```",
        "predict: option ':choices:' needs two or more",
    ),
    "slug": (
        "```{predict} How?\n:id: A B\n:kind: choice\n\nX\n```",
        "predict: option ':id:' must be lower-case letters, digits and hyphens, got 'A B'",
    ),
    "selfcheck": ("```{selfcheck}\n```", "selfcheck: book/questions/selfcheck.yml:1: no such file"),
    "exercise": (
        "```{exercise} Do\n:id: nope\n:minutes: 5\n\nX\n```",
        "exercise: service_encounter.check has no check 'nope'; there are",
    ),
    "exercise-solution": (
        "```{exercise} Do\n:id: directives-inside\n:minutes: 5\n\nX\n```",
        "exercise: directives-inside needs one {solution} in its body, got 0",
    ),
    "activity-minutes": (
        "```{activity} Do\n:kind: quiz\n\nX\n```",
        "activity: option ':minutes:' is missing",
    ),
    "activity-negative": (
        "```{activity} Do\n:kind: quiz\n:minutes: -2\n\nX\n```",
        "activity: option ':minutes:' must be a whole number of minutes",
    ),
    "activity-kind": (
        "```{activity} Do\n:kind: sleep\n:minutes: 5\n\nX\n```",
        "activity: option ':kind:' must be one of predict, read, move",
    ),
    "objectives": (
        "```{objectives}\n:prerequisites: none\n\nText.\n```",
        "objectives: the body must be one list",
    ),
    "instructor": ("```{instructor}\n```", "instructor: the body is missing"),
    "unlearn": ("```{unlearn} More\n```", "unlearn: the body is missing"),
    "dataset": ("```{dataset} nope\n```", "dataset: no case named 'nope'"),
    "model": ("```{model} nope\n```", "model: no card 'nope'; there are"),
    "blueprint-lane": (
        "```{blueprint} B\n:id: x\n\nlane, step\nmiddle, do\n```",
        "blueprint: row 1: lane must be one of customer, front, back, support, got 'middle'",
    ),
    "blueprint-column": (
        "```{blueprint} B\n:id: x\n\nlane, stepp\nfront, do\n```",
        "blueprint: unknown column 'stepp'",
    ),
    "blueprint-case": ("```{blueprint} B\n:id: x\n:case: nope\n```", "blueprint: no case named 'nope'"),
    "blueprint-same": (
        "```{blueprint} B\n:id: x\n\nphase, lane, step\n1, front, do\n1, front, rest\n```",
        "blueprint: phase 1 has two steps in lane front, 'do' and 'rest'",
    ),
    "blueprint-minutes": (
        "```{blueprint} B\n:id: x\n\nlane, step, minutes\nfront, do, long\n```",
        "blueprint: row 1: minutes must be a number, got 'long'",
    ),
    "blueprint-empty": ("```{blueprint} B\n:id: x\n\nlane, step\n```", "blueprint: the table has no rows"),
    "glossary-twice": ("```{terms}\n```", "terms: the glossary is already on reference/glossary, line 3"),
}


BAD_CHOICE = f"""# C

```{{objectives}}
:prerequisites: none

- Fly
```

```{{claim}} B11
```

```{{claim}} B11
```

```{{claim}} B12 A7
```

```{{selfcheck}} choice-funnel choice-nope
```

```{{selfcheck}} choice-funnel
```

```{{selfcheck}} choice-funnel
```

```{{selfcheck}}
```

```{{selfcheck}}
```
{BIBLIOGRAPHY}"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One page for each mistake, each on line 5, and banks with mistakes of their own."""
    pages = {f"z/{name}": f"# {name}\n\nText.\n\n{text}\n" for name, (text, _) in BAD.items()}
    pages["reference/glossary"] = GLOSSARY
    pages["before/choice"] = BAD_CHOICE
    claims = (project.BOOK / "claims.yml").read_text(encoding="utf-8")
    pages["data:claims.yml"] = claims.replace("  stage: whole\n", "  stage: never\n", 1)
    return build(tmp_path_factory.mktemp("bad"), pages)


def test_a_broken_book_fails(broken: Built) -> None:
    """Not only with words."""
    assert broken.status == 1


@pytest.mark.parametrize("name", BAD)
def test_each_mistake_is_named_with_file_and_line(broken: Built, name: str) -> None:
    """One message a mistake."""
    lines = [line for line in broken.messages.splitlines() if f"z/{name}.md:" in line]
    assert len(lines) == 1, lines
    assert f"z/{name}.md:5:" in lines[0]
    assert BAD[name][1] in broken.messages[broken.messages.index(lines[0]) :][:600]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (12, "claim B11: tried twice; first on before/choice, line 9"),
        (15, "claim A7: not at home on before/choice; give it a box of its own"),
        (18, "selfcheck: no question 'choice-nope' for this page; there are choice-"),
        (24, "selfcheck: choice-funnel is asked twice; first on before/choice, line 21"),
        (30, "selfcheck: every question of this page is asked before; name none twice"),
    ],
)
def test_mistakes_across_directives(broken: Built, line: int, message: str) -> None:
    """What one directive alone could not know."""
    assert f"before/choice.md:{line}: ERROR: {message}" in broken.messages


def test_mistakes_in_the_banks_name_the_bank(broken: Built) -> None:
    """A claim's field, and an objective that the chapter does not state."""
    assert re.search(r"book/claims\.yml:\d+: ERROR: claim A1: 'stage' must be one of", broken.messages)
    assert re.search(
        r"book/questions/choice\.yml:\d+: ERROR: choice-funnel: the objective 'Tell the evoked set from the "
        r"consideration set' is not stated on before/choice, which has: Fly",
        broken.messages,
    )


def test_every_solution_passes_its_own_check() -> None:
    """The solution's Python leaves in ``answer`` what the check accepts, on every page of the book."""
    from course_tools.sphinx_ext.lesson import sample  # noqa: F401  # registers its check
    from service_encounter import check

    found = 0
    for path in sorted(project.BOOK.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        # What stands inside a four-backtick sample shows an exercise and is none.
        text = re.sub(r"^(`{5,})md\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
        for part in re.split(r"^[`:~]{3,}\{exercise\}", text, flags=re.MULTILINE)[1:]:
            key = re.search(r"^:id: (\S+)$", part, re.MULTILINE)
            code = re.search(r"\{solution\}.*?^(`{3}|~{3})python\n(.*?)^\1", part, re.DOTALL | re.MULTILINE)
            assert key, f"{path}: an exercise without an id"
            assert code, f"{path}: {key[1]} has no solution in Python"
            names: dict[str, object] = {}
            exec(compile(code[2], f"{path.name}: {key[1]}", "exec"), names)
            assert check.exercise(key[1], names["answer"]).right, key[1]
            found += 1
    assert found


def test_reading_time_counts_open_text_and_boxes_and_nothing_that_is_folded_or_run() -> None:
    """One word a text node here; a fold, a table, code and a question do not count."""
    kept = [nodes.paragraph("", "one two"), element("div", {"class": "se-box"}, "three")]
    left_out = [
        nodes.literal_block("", "print(4)"),
        element("details", {}, nodes.paragraph("", "five")),
        element("form", {}, "six"),
        nodes.table("", nodes.paragraph("", "seven")),
    ]
    document = new_document("page")
    document += [*kept, *left_out]
    assert words_to_read(document) == 3
