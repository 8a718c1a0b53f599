"""The canonical form of a cell's outputs: what a reader would call the same is written the same.

A record holds canonical outputs. Fresh outputs are made canonical *against* their record, because
rounding alone is not enough: a number on the edge between two six-digit numbers rounds up on
one machine and down on another.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

SIGNIFICANT_DIGITS = 6
_HALF_UNIT = 0.5 + 0.01
"""How far, in units of the last kept digit, a number may lie from its record: 0.01 is noise at the edge."""
_ZERO = 1e-12
"""Below this a number is rounding noise around zero, which no two platforms share."""

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PICTURE = re.compile(r"<svg\b.*?</svg>|data:image/[\w+.-]+;base64,[A-Za-z0-9+/=]+", re.DOTALL)
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style>\n?", re.DOTALL)
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_ID = re.compile(
    r"(?<![0-9a-zA-Z])[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?![0-9a-zA-Z])"
    r"|(?<!\w)(?:param|view)_[0-9a-f]{16}(?![0-9a-zA-Z])"
)
"""A uuid, or a name that Altair makes from a hash, where a number's last digit changes all of it."""
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?=[_\"' ])")
_PATH_REST = r"""(?:[/\\]+[^\s'"<>|:*?,;)\]}/\\]+)+"""
_TEMPORARY = re.compile(
    rf"(?<![\w.>])(?:{re.escape(tempfile.gettempdir())}|/tmp|(?:/private)?/var/folders/[^/\s]+/[^/\s]+/T"
    rf"|[A-Za-z]:[^\s'\"]*?[/\\]+Temp){_PATH_REST}"
)
_NUMBER = re.compile(r"( *(?<![\w.])[-+]?\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+)(?!\d|\.\d) *)")

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Output: TypeAlias = dict[str, Json]
"""One output as nbformat has it, without what is never compared (counts, metadata, tracebacks)."""


def canonical_outputs(
    outputs: Iterable[Output], *, root: Path, recorded: list[Output] | None = None
) -> list[Output]:
    """Write a cell's outputs in canonical form.

    Args:
        outputs: nbformat outputs, streams already merged.
        root: folder of the checkout, which a record must not name.
        recorded: canonical outputs of the same cell; a fresh number that agrees with the recorded one to
            six significant digits takes its form.

    Returns:
        Outputs of text, JSON and errors, without pictures, addresses, ids, temporary paths and colours.
    """
    mask = _Mask(root)
    masked = [{key: mask(value) for key, value in kept.items()} for kept in map(_kept, outputs) if kept]
    old = [*(recorded or []), *({} for _ in masked)]
    return [_settled_fields(fresh, before) for fresh, before in zip(masked, old, strict=False)]


def _kept(output: Output) -> Output | None:
    match output:
        case {"output_type": "stream", "name": name, "text": text}:
            return {"output_type": "stream", "name": name, "text": text}
        case {"output_type": "error", "ename": name, "evalue": value}:
            return {"output_type": "error", "ename": name, "evalue": value}
        case {"output_type": "display_data" | "execute_result", "data": dict(data)} if shown := _shown(data):
            return {"output_type": "display_data", "data": shown}
    return None


def _shown(data: dict[str, Json]) -> dict[str, Json]:
    """The forms of a display that say what it shows: a drawing repeats, less exactly, what its JSON says."""
    forms = {
        mime: v for mime, v in data.items() if not mime.startswith("image/") and "widget-view" not in mime
    }
    if any(mime.endswith("+json") for mime in forms):
        forms.pop("text/html", None)
    return forms


class _Mask:
    """Replaces what differs from run to run.

    Ids are numbered, so that references to one id stay references. Addresses are not: an object may get
    the address of one that is gone.
    """

    def __init__(self, root: Path) -> None:
        self._roots = sorted({str(root), root.as_posix()}, key=len, reverse=True)
        self._ids: dict[str, str] = {}

    def _id(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"<id {len(self._ids) + 1}>")

    def _text(self, text: str) -> str:
        text = _PANDAS_STYLE.sub("", _PICTURE.sub("<picture>", _ANSI.sub("", text)))
        for root in self._roots:
            text = text.replace(root, "<project>")
        text = _TEMPORARY.sub("<temporary path>", text)
        return _STYLER.sub("T_<style>", _ID.sub(self._id, _ADDRESS.sub("<address>", text)))

    def __call__(self, value: Json) -> Json:
        match value:
            case str():
                return self._text(value)
            case dict():
                masked = {self._text(key): self(item) for key, item in value.items() if key != "$schema"}
                return {key: masked[key] for key in sorted(masked)}
            case list():
                return [self(item) for item in value]
        return value


def _settled(fresh: Json, recorded: Json) -> Json:
    """Round every float in ``fresh``, or write it as recorded where the two agree."""
    match fresh, recorded:
        case str(), _:
            return _settled_text(fresh, recorded if isinstance(recorded, str) else "")
        case dict(), _:
            return _settled_fields(fresh, recorded if isinstance(recorded, dict) else {})
        case list(), list() if len(fresh) == len(recorded):
            return [_settled(*pair) for pair in zip(fresh, recorded, strict=True)]
        case list(), _:
            return [_settled(item, None) for item in fresh]
        case float(), float() if agree(fresh, recorded):
            return recorded
        case float(), _:
            return _rounded(fresh)
    return fresh


def _settled_fields(fresh: dict[str, Json], recorded: dict[str, Json]) -> dict[str, Json]:
    return {key: _settled(value, recorded.get(key)) for key, value in fresh.items()}


def _settled_text(fresh: str, recorded: str) -> str:
    pieces = _NUMBER.split(fresh)
    old = _NUMBER.split(recorded)
    comparable = pieces[::2] == old[::2]
    pieces[1::2] = (
        [_settled_token(*pair) for pair in zip(pieces[1::2], old[1::2], strict=True)]
        if comparable
        else [_rounded_token(token) for token in pieces[1::2]]
    )
    return "".join(pieces)


def _settled_token(fresh: str, recorded: str) -> str:
    rounded = _rounded_token(fresh)
    # The spaces around a number line columns up; they change with its digits and mean nothing.
    same = rounded.strip() == recorded.strip() or (rounded != fresh and agree(float(fresh), float(recorded)))
    return recorded if same else rounded


def agree(fresh: float, recorded: float) -> bool:
    """Whether ``fresh`` could have been recorded as ``recorded``, a number of six significant digits."""
    if not math.isfinite(fresh) or not math.isfinite(recorded):
        return repr(fresh) == repr(recorded)
    if abs(fresh) < _ZERO:
        return recorded == 0
    unit = 10.0 ** (math.floor(math.log10(abs(fresh))) + 1 - SIGNIFICANT_DIGITS)
    return abs(fresh - recorded) <= _HALF_UNIT * unit


def _rounded(number: float) -> float:
    if not math.isfinite(number):
        return number
    return 0.0 if abs(number) < _ZERO else float(f"{number:.{SIGNIFICANT_DIGITS}g}")


def _rounded_token(token: str) -> str:
    """A number in a text, rounded only if it shows more than six significant digits."""
    text = token.strip()
    mantissa, *exponent = re.split("[eE]", text)
    number = float(text)
    shown = len(mantissa.lstrip("+-").replace(".", "").lstrip("0"))
    if abs(number) < _ZERO:
        short = text.lstrip("-") if number == 0 else "0.0"
    elif shown <= SIGNIFICANT_DIGITS:
        short = text
    else:
        rounded = f"{number:.{SIGNIFICANT_DIGITS}g}"
        short = rounded if exponent else f"{Decimal(rounded):f}"
    return token.replace(text, short)
