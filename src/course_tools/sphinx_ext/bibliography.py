"""The bibliography's style: a work whose details nobody saw is not printed as if read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from pybtex.plugin import enumerate_plugin_names, find_plugin, register_plugin
from pybtex.style import FormattedEntry
from pybtex.style.formatting.unsrt import Style
from sphinxcontrib.bibtex.domain import BibtexDomain

if TYPE_CHECKING:
    from sphinx.application import Sphinx

REMARKS = {
    "V1": "",
    "V2": "Details seen, DOI not seen",
    "M": "Cited from memory, details not verified",
}


_LOOKED_UP_OFTEN = ("pybtex.backends", "pybtex.style.labels", "pybtex.style.names", "pybtex.style.sorting")


class VerifiedStyle(Style):  # type: ignore[misc]  # pybtex has no types
    """Plain entries, each followed by a remark where its verification falls short."""

    default_sorting_style = "author_year_title"

    def format_entry(self, label: str, entry: Any, bib_data: Any = None) -> Any:  # noqa: ANN401  # pybtex has no types
        """Format one entry, unless it was formatted before and is the same.

        Raises:
            KeyError: if the entry's ``verification`` is missing or not V1, V2 or M.
        """
        level = entry.fields.get("verification", "")
        if level not in REMARKS:
            raise KeyError(f"references.bib, entry {entry.key}: verification is {level!r}; write V1, V2 or M")
        entry.fields["note"] = REMARKS[level]
        same, text = Bibliography.formatted.get(entry.key, (None, None))
        if same != entry:
            text = super().format_entry(label, entry, bib_data).text
            Bibliography.formatted[entry.key] = (entry, text)
        return FormattedEntry(entry.key, text, label)


class Bibliography(BibtexDomain):
    """The citations of the book, without what makes their extension slow for a book of many works.

    It asks of each work, for each chapter's list, every citation of the book whether it is of that work, and
    formats a work twice for each list, in each build.
    """

    formatted: ClassVar[dict[str, tuple[Any, Any]]] = {}
    """Works as last formatted, by key."""

    def env_updated(self) -> Iterable[str]:
        """Assign the works to the lists, from one entry a page in place of one a citation."""
        self.formatted.update({c.entry.key: (c.entry, c.formatted_entry.text) for c in self.citations})
        every = self.data["citation_refs"]
        pages: dict[str, dict[str, Any]] = {}
        for reference in every:
            targets = pages.setdefault(reference.docname, {})
            targets.update({target.key: target for target in reference.targets if target.key not in targets})
        first = {reference.docname: reference for reference in reversed(every)}
        self.data["citation_refs"] = [
            first[page]._replace(targets=[*targets.values()]) for page, targets in pages.items()
        ]
        try:
            return list(super().env_updated())
        finally:
            self.data["citation_refs"] = every


def setup(app: Sphinx) -> None:
    """Make style and domain known, and the installed plugins known for this run."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(Bibliography, override=True)
    register_plugin("pybtex.style.formatting", "verified", VerifiedStyle)
    for group in _LOOKED_UP_OFTEN:
        # pybtex reads the metadata of every installed package each time it looks up a plugin that was not
        # registered, and it looks one up for every citation: half of a build's time.
        for name in list(enumerate_plugin_names(group)):
            register_plugin(group, name, find_plugin(group, name), force=True)
