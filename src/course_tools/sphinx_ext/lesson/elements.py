"""Native HTML in the document tree: directives build elements, Sphinx renders what is inside them."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

Attributes = Mapping[str, str | bool | None]

_VOID = frozenset({"input", "br", "hr"})


class HtmlElement(nodes.General, nodes.Element):
    """One HTML element; its children are document nodes."""


class SealedItem(nodes.Element):
    """Content that travels inside a `Sealed` payload under the node's ``key``."""

    def astext(self) -> str:
        """Nothing: what is sealed stays out of the search index."""
        return ""


class Sealed(nodes.General, nodes.Element):
    """Data and rendered content that scripts may unseal: neither plain in the source nor searchable."""

    def astext(self) -> str:
        """Nothing: what is sealed stays out of the search index."""
        return ""


def element(tag: str, attributes: Attributes, *children: nodes.Node | str) -> HtmlElement:
    """An HTML element around children; text becomes text nodes.

    Args:
        tag: its name, such as ``"fieldset"``.
        attributes: True writes the name alone, False or None leaves the attribute out; ``id`` also
            becomes a target that references find.
        children: what it holds.
    """
    node = HtmlElement("", tag=tag, attributes_of_tag=dict(attributes))
    if isinstance(attributes.get("id"), str):
        node["ids"] = [attributes["id"]]
    node += [nodes.Text(child) if isinstance(child, str) else child for child in children]
    return node


def sealed(data: Mapping[str, Any], contents: Mapping[str, list[nodes.Node]]) -> Sealed:
    """A payload for scripts: ``data`` plus ``contents`` rendered to HTML, under the same keys."""
    node = Sealed("", data=dict(data))
    for key, children in contents.items():
        item = SealedItem("", key=key)
        item += children
        node += item
    return node


def _start(node: nodes.Element) -> str:
    parts = [node["tag"]]
    for name, value in node["attributes_of_tag"].items():
        if value is True:
            parts.append(name)
        elif value is not None and value is not False:
            parts.append(f'{name}="{html.escape(str(value))}"')
    return f"<{' '.join(parts)}>"


def _visit_element(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(_start(node))


def _depart_element(self: HTML5Translator, node: nodes.Element) -> None:
    if node["tag"] not in _VOID:
        self.body.append(f"</{node['tag']}>")


def _visit_sealed(self: HTML5Translator, node: nodes.Element) -> None:
    outer = self.body
    contents = {}
    for item in node.children:
        if isinstance(item, SealedItem):
            self.body = []
            for child in item.children:
                child.walkabout(self)
            contents[item["key"]] = "".join(self.body).strip()
    self.body = outer
    text = json.dumps({**node["data"], "contents": contents}, ensure_ascii=False)
    code = base64.b64encode(text.encode()).decode()
    self.body.append(f'<script type="application/json" class="se-sealed">"{code}"</script>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register the nodes."""
    app.add_node(HtmlElement, html=(_visit_element, _depart_element))
    app.add_node(Sealed, html=(_visit_sealed, None))
    app.add_node(SealedItem)
