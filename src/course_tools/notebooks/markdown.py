"""A page's resolved document tree as Markdown that Jupyter shows.

References, citations, numbers of cells and terms are resolved in the tree already, so nothing is parsed twice.
A node that has no rendering here stops the build by its name; nothing is left out in silence.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from docutils import nodes
from sphinx import addnodes

from course_tools.sphinx_ext.lesson.elements import HtmlElement
from course_tools.sphinx_ext.math import formula_of

# JupyterLab takes two dollar signs in one paragraph for a formula, even where they are escaped; a tag parts them.
DOLLAR = r"<span>\$</span>"
_SPECIAL = re.compile(r"([\\`*_\[\]<~])")
_LINE_START = re.compile(r"^[ \t]*(?:(#{1,6}|[-+>])(?=\s)|(\d+)([.)])(?=\s))", re.MULTILINE)
_FORMULA = re.compile(r"\$\$?.+?\$\$?")
_INLINE_TAGS = frozenset({"span", "a", "b", "bdi", "br", "label", "button", "input"})
# Where a script writes, what it needs, and what is said to readers whose browser runs none.
_OF_THE_PAGE = frozenset(
    {"se-mark", "se-feedback", "se-actions", "se-quiz-foot", "se-guess", "se-without-scripts", "se-sort-why"}
)
_BOLD = frozenset({"se-kicker", "se-card-heading", "se-claim-text", "se-figure-title", "se-question-number"})


class UnknownNodeError(ValueError):
    """A node that has no rendering; the message names it and says what to do."""

    def __init__(self, node: nodes.Node) -> None:
        name = f"<{node['tag']}>" if isinstance(node, HtmlElement) else type(node).__name__
        super().__init__(f"notebook: no rendering of {name}; add one to course_tools/notebooks/markdown.py")


def css(node: nodes.Node) -> frozenset[str]:
    """The classes of one of our HTML elements; none for other nodes."""
    if not isinstance(node, HtmlElement):
        return frozenset()
    return frozenset(str(node["attributes_of_tag"].get("class") or "").split())


def tagged(node: nodes.Element, tag: str) -> list[HtmlElement]:
    """The HTML elements of a tag inside a node, in order."""
    return [one for one in node.findall(HtmlElement) if one["tag"] == tag]


def escaped(text: str) -> str:
    """Plain text in which Markdown finds nothing to mark."""
    return _SPECIAL.sub(r"\\\1", text).replace("$", DOLLAR)


def quoted(text: str) -> str:
    """Markdown as a block quote."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def folded(summary: str, body: str) -> str:
    """Markdown behind a line that opens it; the summary is plain text."""
    words = html.escape(" ".join(summary.split()), quote=False).replace("$", r"\$")
    return f"<details>\n<summary>{words}</summary>\n\n{body}\n\n</details>"


def listed(items: Iterable[str], *, numbered: bool = False, bullet: str = "-") -> str:
    """A list; each item is Markdown of any length, and another bullet makes it another list than the one before."""
    lines = []
    for number, item in enumerate(items, 1):
        mark = f"{number}. " if numbered else f"{bullet} "
        lines.append(mark + item.replace("\n", "\n" + " " * len(mark)))
    return re.sub(r"(?m)^ +$", "", "\n".join(lines))


def flow(children: Iterable[nodes.Node]) -> str:
    """Nodes of any kind; those that stand in a line make a paragraph together."""
    blocks: list[str] = []
    line: list[nodes.Node] = []
    for child in children:
        if _stands_in_line(child):
            line.append(child)
        else:
            blocks += [_paragraph(line), block(child)]
            line = []
    blocks.append(_paragraph(line))
    return "\n\n".join(one for one in blocks if one.strip())


def block(node: nodes.Node) -> str:
    """One node that stands by itself.

    Raises:
        UnknownNodeError: if it, or a node in it, has no rendering.
    """
    if isinstance(node, HtmlElement):
        return _element_block(node)
    return _rendering(_BLOCKS, node)(node)


def inline(children: Iterable[nodes.Node]) -> str:
    """Nodes within a line.

    Raises:
        UnknownNodeError: if one has no rendering.
    """
    return "".join(_inline(child) for child in children)


def _rendering(known: Mapping[type, Callable[[Any], str]], node: nodes.Node) -> Callable[[Any], str]:
    for kind in type(node).__mro__:
        if kind in known:
            return known[kind]
    raise UnknownNodeError(node)


def _stands_in_line(node: nodes.Node) -> bool:
    if isinstance(node, HtmlElement):
        return node["tag"] in _INLINE_TAGS
    return isinstance(node, nodes.Text | nodes.Inline) and not isinstance(node, nodes.raw)


def _paragraph(children: Iterable[nodes.Node]) -> str:
    text = "\n".join(line.strip() for line in inline(children).strip().splitlines())
    return _LINE_START.sub(lambda start: rf"{start[2]}\{start[3]}" if start[2] else rf"\{start[1]}", text)


def _inline(node: nodes.Node) -> str:
    if isinstance(node, HtmlElement):
        return _element_inline(node)
    return _rendering(_INLINES, node)(node)


def _marked(mark: str, text: str) -> str:
    """Text between marks; a space next to a mark would switch it off."""
    inner = text.strip()
    if not inner:
        return text
    return text.replace(inner, f"{mark}{inner}{mark}", 1)


def _code(node: nodes.Element) -> str:
    text = " ".join(node.astext().split())
    ticks = "``" if "`" in text else "`"
    return f"{ticks} {text} {ticks}" if len(ticks) > 1 else f"`{text}`"


def _link(node: nodes.Element, address: str) -> str:
    """A link to another host; a place in the book stays words, since the notebook stands alone."""
    words = inline(node.children)
    return f"[{words}]({address})" if address.startswith(("http://", "https://")) else words


def _explained(words: str, meaning: str) -> str:
    title = html.escape(" ".join(meaning.split())).replace("$", "&#36;")
    return f'<abbr title="{title}">{words}</abbr>'


def _term(node: HtmlElement) -> str:
    link, definition = node.children
    assert isinstance(link, nodes.Element)
    # A definition's own text is empty for the search index; its parts are not.
    meaning = "".join(part.astext() for one in definition.children for part in one.children)
    return _explained(inline(link.children), meaning)


def _element_inline(node: HtmlElement) -> str:
    classes = css(node)
    hidden = node["attributes_of_tag"].get("aria-hidden") == "true" and "se-sign" not in classes
    if hidden or classes & _OF_THE_PAGE or node["tag"] in ("button", "input"):
        return ""
    if "se-term" in classes:
        return _term(node)
    if node["tag"] == "br":
        return "<br>"
    if node["tag"] == "a":
        return _link(node, str(node["attributes_of_tag"].get("href") or ""))
    text = inline(node.children)
    if node["tag"] == "b" or classes & _BOLD:
        return _marked("**", text)
    if node["tag"] not in _INLINE_TAGS:
        raise UnknownNodeError(node)
    return text


def _element_block(node: HtmlElement) -> str:
    classes = css(node)
    if classes & _OF_THE_PAGE or node["attributes_of_tag"].get("aria-hidden") == "true":
        return ""
    if "se-box-head" in classes:
        # What the box is, and its title.
        return _marked("**", ": ".join(inline(part.children) for part in _elements(node)))
    if node["tag"] == "p":
        text = _paragraph(node.children)
        return (
            _marked("**", text) if classes & _BOLD else _marked("*", text) if "se-labels" in classes else text
        )
    if node["tag"] in ("div", "figure", "figcaption", "section"):
        inner = flow(node.children)
        return quoted(inner) if classes & {"se-box", "se-figure", "se-claim-links"} else inner
    if node["tag"] in ("ul", "ol"):
        items = (flow(item.children) for item in node.children if isinstance(item, nodes.Element))
        return listed(items, numbered=node["tag"] == "ol")
    if node["tag"] == "dl":
        return _facts(node)
    if node["tag"] == "details":
        summary, *body = node.children
        return folded(summary.astext(), flow(body))
    if node["tag"] == "table":
        rows = [[_cell(cell) for cell in _elements(row)] for row in tagged(node, "tr")]
        captions = [f"*{inline(caption.children)}*" for caption in tagged(node, "caption")]
        return "\n\n".join([*captions, _pipes(rows)])
    raise UnknownNodeError(node)


def _elements(node: nodes.Element) -> list[nodes.Element]:
    return [child for child in node.children if isinstance(child, nodes.Element)]


def _facts(node: HtmlElement) -> str:
    items: list[str] = []
    for child in _elements(node):
        text = flow(child.children)
        if css(child) or child.get("tag") not in ("dt", "dd"):
            raise UnknownNodeError(child)
        if child["tag"] == "dt":
            items.append(f"**{text}:**")
        else:
            items[-1] += f" {text}"
    return listed(items, bullet="*")


def _cell(node: nodes.Element) -> str:
    text = flow(node.children).replace("\n\n", "<br>").replace("\n", " ")
    return _FORMULA.sub(lambda tex: tex[0].replace("|", r"\vert "), text).replace("|", r"\|")


def _pipes(rows: list[list[str]]) -> str:
    width = max(len(row) for row in rows)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _table(node: nodes.table) -> str:
    rows = [[_cell(entry) for entry in _elements(row)] for row in node.findall(nodes.row)]
    if not any(node.findall(nodes.thead)):
        rows.insert(0, [])
    titles = [f"*{inline(title.children)}*" for title in node.findall(nodes.title)]
    return "\n\n".join([*titles, _pipes(rows)])


def _formula_on_its_own_line(node: nodes.math_block) -> str:
    # On one line, since a block quote's marks would stand inside the formula.
    tex = " ".join(formula_of(node).tex.split())
    tag = rf" \tag{{{node['number']}}}" if node.get("number") else ""
    return f"$$ {tex}{tag} $$"


def _fenced(node: nodes.literal_block) -> str:
    text = node.astext()
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    language = str(node.get("language") or "")
    return f"{ticks}{'' if language in ('none', 'default') else language}\n{text}\n{ticks}"


def _definitions(node: nodes.definition_list) -> str:
    return listed(
        f"**{inline(item.children[0].children)}:** {flow(item.children[1].children)}"
        for item in _elements(node)
    )


def _html(node: nodes.raw) -> str:
    text = node.astext().strip()
    return text if "html" in node.get("format", "").split() and not text.startswith("<!--") else ""


def _within(node: nodes.Element) -> str:
    return inline(node.children)


def _nothing(node: nodes.Node) -> str:
    return ""


_INLINES: Mapping[type, Callable[[Any], str]] = {
    nodes.Text: lambda node: escaped(node.astext()),
    nodes.emphasis: lambda node: _marked("*", _within(node)),
    nodes.strong: lambda node: _marked("**", _within(node)),
    nodes.literal: _code,
    nodes.math: lambda node: f"${' '.join(node.astext().split())}$",
    nodes.reference: lambda node: _link(node, node.get("refuri", "")),
    nodes.abbreviation: lambda node: _explained(_within(node), node.get("explanation", "")),
    nodes.superscript: lambda node: f"<sup>{_within(node)}</sup>",
    nodes.subscript: lambda node: f"<sub>{_within(node)}</sub>",
    nodes.inline: _within,
    nodes.image: lambda node: f"*{escaped(node.get('alt', ''))}*",
    nodes.raw: _html,
    nodes.target: _nothing,
}
_BLOCKS: Mapping[type, Callable[[Any], str]] = {
    nodes.paragraph: lambda node: _paragraph(node.children),
    nodes.bullet_list: lambda node: listed(flow(item.children) for item in _elements(node)),
    nodes.enumerated_list: lambda node: listed(
        (flow(item.children) for item in _elements(node)), numbered=True
    ),
    nodes.definition_list: _definitions,
    nodes.block_quote: lambda node: quoted(flow(node.children)),
    nodes.container: lambda node: flow(node.children),
    nodes.literal_block: _fenced,
    nodes.math_block: _formula_on_its_own_line,
    nodes.table: _table,
    nodes.citation: lambda node: flow(child for child in node.children if not isinstance(child, nodes.label)),
    nodes.raw: _html,
    nodes.transition: lambda node: "---",
    nodes.target: _nothing,
    nodes.comment: _nothing,
    addnodes.index: _nothing,
}
