"""Numbers for the book's sentences: each comes from a cell, none is typed."""

from __future__ import annotations

from IPython.display import display

_PREFIX = "application/papermill.record/"


def glue(name: str, value: float | str, decimals: int = 0) -> None:
    """Keep a number under a name, so that the chapter's text can print it.

    The published page writes it where the text says ``{glue:text}`` and the name; in a notebook
    nothing is shown.

    Args:
        name: unique on the page.
        value: a number, or words that are ready to print.
        decimals: digits behind the point.
    """
    words = value if isinstance(value, str) else f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")
    display(  # type: ignore[no-untyped-call]  # IPython has no types
        {f"{_PREFIX}text/plain": repr(words)},  # as a bare number, 1,234 would be read as a pair
        raw=True,
        metadata={"scrapbook": {"name": name, "mime_prefix": _PREFIX}},
    )
