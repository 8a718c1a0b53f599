"""Class notebooks: all of a chapter, none of what only a page can show, and for students no answer."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
import yaml
from classroom import run_notebooks
from conftest import HEADER
from docutils import nodes
from lesson_book import BIBLIOGRAPHY, build

from course_tools import project
from course_tools.notebooks import __main__ as command
from course_tools.notebooks import markdown, notebook_name
from course_tools.sphinx_ext.lesson.elements import element
from course_tools.sphinx_ext.pages import CHAPTERS
from service_encounter import check

EDITIONS = ("student", "instructor")
ALL = [(edition, page) for edition in EDITIONS for page in CHAPTERS]
CLAIMS = yaml.safe_load((project.BOOK / "claims.yml").read_text(encoding="utf-8"))
_CODE = re.compile(r"^(`{3,}|~{3,})(?:\{code-cell\}|python).*?^\1$", re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(
    r"^(?P<fence>[`:]{3,})\{(?:solution|weighs|instructor)\}(?P<body>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)
_MARKUP = re.compile(
    r"\{[a-z:]+\}`[^`]*`|\$[^$\n]*\$|`[^`]*`|\[[^]]*\]\([^)]*\)|\\.|[*_<>\[\]\"'\N{RIGHT SINGLE QUOTATION MARK}“”|]"
)


@pytest.fixture(scope="module")
def folders() -> Path:
    """Where ``make notebooks`` puts the notebooks of both editions."""
    assert command.main() == 0
    return project.BUILD / "notebooks"


def source(page: str) -> str:
    return (project.BOOK / f"{page}.md").read_text(encoding="utf-8")


def notebook(folders: Path, edition: str, page: str) -> nbformat.NotebookNode:
    return nbformat.read(folders / edition / notebook_name(page), as_version=4)


def text_of(found: nbformat.NotebookNode, kind: str = "markdown") -> str:
    return "\n\n".join(cell.source for cell in found.cells if cell.cell_type == kind)


def bare(text: str) -> str:
    """Letters and digits alone, so that quotation marks and line breaks do not matter."""
    return re.sub(r"[^0-9a-z]", "", re.sub(r"</?span>", "", text.lower()))


def phrases(text: str) -> list[str]:
    """What a text says between its markup, where that is long enough to be known again."""
    plain = re.sub(r"^[`:]{3,}(?:\{[a-z-]+\})?", "", _CODE.sub("", text), flags=re.MULTILINE)
    parts = _MARKUP.split(plain)
    found = [bare(line) for part in parts for line in part.splitlines() if not line.startswith(":")]
    return [phrase for phrase in found if len(phrase) >= 30]


def questions(page: str) -> list[dict[str, str]]:
    path = project.BOOK / "questions" / f"{page.rpartition('/')[2]}.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("edition", "page"), ALL)
def test_a_notebook_is_valid_and_holds_no_outputs_and_nothing_of_the_page(folders, edition, page):
    found = notebook(folders, edition, page)
    nbformat.validate(found)
    assert (found.nbformat, found.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in found.cells}) == len(found.cells)
    assert [cell for cell in found.cells if cell.get("outputs") or cell.get("execution_count")] == []
    text = text_of(found)
    assert re.findall(r"\{[a-z:]+\}`|:::|```\{|(?i:sphinx)|<script|[\"' ]se-", text) == []
    assert "course_tools" not in text_of(found, "code")
    assert text.startswith(f"**{edition.capitalize()} edition** of *The Service Encounter")
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize(("edition", "page"), ALL)
def test_a_notebook_holds_every_part_of_its_chapter(folders, edition, page):
    found = notebook(folders, edition, page)
    text, code, written = text_of(found), text_of(found, "code"), source(page)
    headings = re.findall(r"^#{1,4} (.+)$", _CODE.sub("", written), re.MULTILINE)
    assert len(headings) > 3
    assert [one for heading in headings for one in phrases(heading) if one not in bare(text)] == []
    assert [one["id"] for one in CLAIMS if one["page"] == page and f"**Claim {one['id']}**" not in text] == []
    tasks = re.findall(r"^:id: (\S+)\n:minutes", written, re.MULTILINE)
    assert len(tasks) >= 1
    assert [key for key in tasks if f'check.exercise("{key}", answer)' not in code] == []
    assert [one["id"] for one in questions(page) if f'check.answer("{one["id"]}", ' not in code] == []
    assert code.count("guess = ...  # ") == len(re.findall(r"^[`:]{3,}\{predict\}", written, re.MULTILINE))
    assert [one for one in phrases(_HIDDEN.sub("", written)) if one not in bare(text)] == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_instructors_alone_see_solutions_keys_and_what_boxes_for_them_say(folders, page):
    hidden = [one for found in _HIDDEN.finditer(source(page)) for one in phrases(found["body"])]
    hidden += [one for question in questions(page) for one in phrases(question["explanation"])]
    # An explanation may say again what the chapter or a question says.
    said = bare(_HIDDEN.sub("", source(page)) + "".join(question["prompt"] for question in questions(page)))
    hidden = [one for one in hidden if one not in said]
    assert len(hidden) > 15
    whole = {edition: bare(text_of(notebook(folders, edition, page))) for edition in EDITIONS}
    assert [one for one in hidden if one not in whole["instructor"]] == []
    assert [one for one in hidden if one in whole["student"]] == []
    solutions = "".join(
        found["body"] for found in _HIDDEN.finditer(source(page)) if "answer = " in found["body"]
    )
    code = {edition: text_of(notebook(folders, edition, page), "code") for edition in EDITIONS}
    assert solutions
    for block in _CODE.finditer(solutions):
        lines = "\n".join(block[0].splitlines()[1:-1])
        assert lines in code["instructor"]
        assert lines not in code["student"]


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_plan_adds_up_the_minutes_of_the_chapter(folders, page):
    minutes = [int(one) for one in re.findall(r"^:minutes: (\d+)$", source(page), re.MULTILINE)]
    plan = notebook(folders, "instructor", page).cells[1].source
    assert plan.endswith(f"| **All** | **{sum(minutes)}** |")
    assert len(plan.splitlines()) == len(minutes) + 3


@pytest.mark.parametrize("page", CHAPTERS)
def test_numbers_before_texts_are_those_that_the_check_takes(folders, page):
    cells = notebook(folders, "student", page).cells
    for before, cell in pairwise(cells):
        asked = re.match(r'check\.answer\("(.+?)", ', cell.source)
        if cell.cell_type == "code" and asked:
            shown = str(check.question(asked[1]))
            wanted = [bare(one) for one in re.findall(r"(?:^|; |: )(\d+[.:] [^;\n]+)", shown, re.MULTILINE)]
            assert [one for one in wanted if one not in bare(before.source)] == []
            assert check.answer(asked[1], eval(cell.source.partition(", ")[2].partition(")  #")[0])).blank


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_page_offers_its_notebook_and_the_package_that_it_needs(site, folders, page):
    html = (site / f"{page}.html").read_text(encoding="utf-8")
    offered = html.partition('<aside class="se-open"')[2].partition("</aside>")[0]
    files = [(site / page).parent / href for href in re.findall(r'href="([^"]+)"', offered)]
    assert [file.resolve().relative_to(site.resolve()).as_posix() for file in files] == [
        f"notebooks/{notebook_name(page)}",
        f"download/{project.wheel_name()}",
    ]
    assert all(file.is_file() for file in files)
    assert files[0].read_bytes() == (folders / "student" / notebook_name(page)).read_bytes()


def test_every_notebook_runs_in_class(folders, tmp_path):
    """Nothing entered in the students'; in the instructors' each solution must pass its check."""
    for edition in EDITIONS:
        for page in CHAPTERS:
            name = notebook_name(page)
            (tmp_path / f"{edition}-{name}").write_bytes((folders / edition / name).read_bytes())
    done = run_notebooks(tmp_path)
    assert done.returncode == 0, done.stdout[-5000:]
    assert re.search(r"^\d+ passed", done.stdout, re.MULTILINE)


CHAPTER = f"""{HEADER}
# A chapter with everything

```{{objectives}}
:prerequisites: None, or \\$5.

- Tell the evoked set from the consideration set
- Derive how many options are worth weighing
- Estimate a logit and read its coefficients
- Forecast shares, and say when a forecast is none
```

It costs \\$5 or \\$6, {{cite:t}}`train2009` says; see {{term}}`evoked set` and {{math}}`a|b`, *said* **twice**.

| Head | Other |
|---|---|
| $c$ | x_y |

1. first
2. second

> quoted

$$ a = b $$

```{{code-cell}}
:tags: [remove-cell]
hidden = 1
```

```{{code-cell}}
hidden
```

<details>
<summary>A fold</summary>

Before.

```{{code-cell}}
hidden + 1
```

After.

</details>

```{{claim}} B11
```

```{{predict}} A number?
:id: choice-number
:kind: number
:low: 0
:high: 9
:step: 1
:unit: of 9

Five came out.
```

```{{predict}} Which?
:id: choice-which
:kind: choice
:choices: one | other

The other came out.
```

```{{activity}} Do it
:minutes: 4
:kind: discuss

In pairs.
```

```{{discussion}} Is it so?
:minutes: 5
```

```{{weighs}}
A secret thought.
```

```{{instructor}} Plan
A secret plan.
```

```{{unlearn}} The old idea
The new one.
```

```{{model}} conditional-logit
```

```{{dataset}} travel_mode
```

```{{blueprint}} A coffee
:id: coffee

phase, lane, step, minutes, fail_point, evidence
1, customer, orders, 1, 0, menu
1, front, takes the order, 1, 1,
```

````{{exercise}} Ten dollars
:id: choice-train-price
:minutes: 6

The task.

:::{{solution}}
A secret solution.

```python
answer = {{}}
```
:::
````

```{{selfcheck}}
```
{BIBLIOGRAPHY}"""
GLOSSARY = "# Glossary\n\n```{terms}\n```\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A notebook of a chapter with every directive, by edition and seed of Python's hashes."""
    found = {}
    for edition, seed in (("student", "1"), ("student", "2"), ("instructor", "1")):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONHASHSEED", seed)
            pages = {"before/choice": CHAPTER, "reference/glossary": GLOSSARY}
            built = build(tmp_path_factory.mktemp(f"{edition}{seed}"), pages, edition=edition)
        assert built.messages == ""
        found[f"{edition} {seed}"] = (built.site / "notebooks" / "04-choice.ipynb").read_bytes()
    return found


def test_the_same_chapter_gives_the_same_bytes(written):
    assert written["student 1"] == written["student 2"]


@pytest.mark.parametrize(
    "part",
    [
        r"It costs <span>\$</span>5 or <span>\$</span>6, Train \[2009\] says; see <abbr title=\"evoked set: ",
        r"and $a|b$, *said* **twice**.",
        "| Head | Other |\n| --- | --- |\n| $c$ | x\\_y |",
        "1. first\n2. second",
        "> quoted",
        "$$ a = b $$",
        "<details>\n<summary>A fold</summary>\n\nBefore.\n\n</details>",
        "<details>\n<summary>A fold, continued</summary>\n\nAfter.\n\n</details>",
        "> **Your guess first** Which?\n>\n> 1. one\n> 2. other",
        "<details>\n<summary>What came out</summary>\n\nFive came out.\n\n</details>",
        "> **Discuss, 4 minutes: Do it**\n>\n> In pairs.",
        "> **The idea to unlearn**\n>\n> The old idea\n>\n> The new one.",
        "> **Model: Conditional logit**",
        "| takes the order | 1 | Front stage | 1 | yes |  |",
        "> **Exercise, 6 minutes: Ten dollars**\n>\n> The task.",
        "## Works cited in this chapter\n\n- ",
    ],
)
def test_every_directive_has_a_rendering(written, part):
    for bytes_of in written.values():
        assert part.replace('\\"', '"') in text_of(nbformat.reads(bytes_of.decode(), as_version=4))


def test_code_keeps_its_order_and_what_the_page_hides_is_folded(written):
    cells = nbformat.reads(written["student 1"].decode(), as_version=4).cells
    code = {cell.source: cell.metadata for cell in cells if cell.cell_type == "code"}
    assert list(code)[1:4] == ["hidden = 1", "hidden", "hidden + 1"]
    assert code["hidden = 1"] == {"tags": ["remove-cell"], "jupyter": {"source_hidden": True}}
    assert code["hidden"] == {}
    assert code["hidden + 1"].jupyter == {"source_hidden": True, "outputs_hidden": True}


def test_what_is_for_instructors_is_in_their_edition_alone(written):
    for secret in (
        "A secret thought",
        "A secret plan",
        "A secret solution",
        "answer = {}",
        "Answer and feedback",
    ):
        assert secret in written["instructor 1"].decode()
        assert secret not in written["student 1"].decode()


def test_the_first_code_cell_names_the_version_that_is_needed(written, monkeypatch):
    cells = nbformat.reads(written["student 1"].decode(), as_version=4).cells
    first = next(cell.source for cell in cells if cell.cell_type == "code")
    exec(first, {})
    monkeypatch.setattr("importlib.metadata.version", lambda name: "9.9")
    sentence = (
        rf"needs service_encounter {project.version()}, which is 9.9 here: pip install {project.wheel_name()}"
    )
    with pytest.raises(ImportError, match=sentence):
        exec(first, {})


@pytest.mark.parametrize(
    ("node", "name"),
    [
        (nodes.topic(), "topic"),
        (element("video", {}), "<video>"),
        (nodes.paragraph("", "", nodes.problematic()), "problematic"),
    ],
)
def test_what_has_no_rendering_is_named(node, name):
    with pytest.raises(markdown.UnknownNodeError, match=f"notebook: no rendering of {name}; add one"):
        markdown.block(node)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2 * 3 * 4 [a] <b> c_d", r"2 \* 3 \* 4 \[a\] \<b> c\_d"),
        ("1986. A year", r"1986\. A year"),
        ("- no item", r"\- no item"),
        ("# no head", r"\# no head"),
        ("+5 is no item", "+5 is no item"),
    ],
)
def test_plain_text_is_no_markup(text, shown):
    assert markdown.block(nodes.paragraph("", "", nodes.Text(text))) == shown


def test_a_bar_in_a_table_parts_no_cells():
    row = element("tr", {}, element("td", {}, nodes.math("", "a|b")), element("td", {}, "c|d"))
    assert markdown.block(element("table", {}, row)).startswith(r"| $a\vert b$ | c\|d |")


def test_notebooks_are_files_that_a_reader_of_json_reads(written):
    assert json.loads(written["student 1"])["nbformat"] == 4
