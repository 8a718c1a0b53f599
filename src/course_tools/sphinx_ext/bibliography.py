"""The bibliography's style: a work whose details nobody saw is not printed as if read."""

from __future__ import annotations

from typing import Any

from pybtex.plugin import enumerate_plugin_names, find_plugin, register_plugin
from pybtex.style.formatting.unsrt import Style

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
        """Format one entry.

        Raises:
            KeyError: if the entry's ``verification`` is missing or not V1, V2 or M.
        """
        level = entry.fields.get("verification", "")
        if level not in REMARKS:
            raise KeyError(f"references.bib, entry {entry.key}: verification is {level!r}; write V1, V2 or M")
        entry.fields["note"] = REMARKS[level]
        return super().format_entry(label, entry, bib_data)


def register() -> None:
    """Make the style known under the name ``verified``, and the installed plugins known for this run."""
    register_plugin("pybtex.style.formatting", "verified", VerifiedStyle)
    for group in _LOOKED_UP_OFTEN:
        # pybtex reads the metadata of every installed package each time it looks up a plugin that was not
        # registered, and it looks one up for every citation: half of a build's time.
        for name in list(enumerate_plugin_names(group)):
            register_plugin(group, name, find_plugin(group, name), force=True)
