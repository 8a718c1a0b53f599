"""Exercise of *Moments of truth*: be the third coder of the disputed accounts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from service_encounter import cases
from service_encounter.check import Verdict, marks
from service_encounter.models.encounter import cohens_kappa

_CODES = ("failure", "request", "unprompted", "problem customer")
_PARTS = ("codes", "with_1", "with_2")
_TOLERANCE = 0.005


def _own_codes(value: object, disputed: pd.DataFrame) -> dict[int, str]:
    try:
        pairs: Any = value
        codes = {int(account): str(code) for account, code in dict(pairs).items()}
    except (TypeError, ValueError):
        raise TypeError(f"codes must map the number of each account to a code, got {value!r}") from None
    wanted = {int(account) for account in disputed["account"]}
    if set(codes) != wanted:
        odd = sorted(set(codes) ^ wanted)
        raise ValueError(f"codes must name the disputed accounts {sorted(wanted)}; look at {odd}")
    for account, code in codes.items():
        if code not in _CODES:
            raise ValueError(f"codes of account {account} must be one of {', '.join(_CODES)}, got {code!r}")
    return codes


def _read(value: object, disputed: pd.DataFrame) -> tuple[dict[int, str], tuple[float, float]]:
    if not isinstance(value, Mapping) or set(value) != set(_PARTS):
        raise TypeError(f"value must be a dictionary with {', '.join(_PARTS)}, got {value!r}")
    try:
        kappas = float(value["with_1"]), float(value["with_2"])
    except (TypeError, ValueError):
        raise TypeError(
            f"with_1 and with_2 must be numbers, got {value['with_1']!r} and {value['with_2']!r}"
        ) from None
    if not all(math.isfinite(kappa) for kappa in kappas):
        raise ValueError(f"with_1 and with_2 must be finite, got {kappas}")
    return _own_codes(value["codes"], disputed), kappas


def _near(given: tuple[float, float], wanted: tuple[float, float]) -> bool:
    return all(abs(a - b) <= _TOLERANCE for a, b in zip(given, wanted, strict=True))


def _against_both(own: pd.Series[str], accounts: pd.DataFrame) -> tuple[float, float]:
    first, second = (cohens_kappa(list(own), list(accounts[coder])) for coder in ("coder_1", "coder_2"))
    return first, second


def _sides(own: pd.Series[str], disputed: pd.DataFrame) -> str:
    first, second = (int((own == disputed[coder]).sum()) for coder in ("coder_1", "coder_2"))
    return (
        f"Of the {len(disputed)} you coded {first} as coder 1 did and {second} as coder 2 did. "
        "Both kappas flatter you: of the other accounts you took over what the two agreed on, "
        "and a third coder who works apart would not have agreed on all of those."
    )


@marks("moments-of-truth-third-coder")
def third_coder(value: object) -> Verdict:
    """Judge the reader's agreement with both coders, whatever codes the reader gave.

    Args:
        value: a dictionary: ``codes`` maps each disputed account to a code, ``with_1`` and ``with_2`` are
            Cohen's kappa with each coder over all sixty accounts.

    Raises:
        TypeError, ValueError: if it is not such a dictionary.
    """
    accounts = cases.load("incident_accounts")
    apart = accounts["coder_1"] != accounts["coder_2"]
    disputed = accounts[apart]
    codes, given = _read(value, disputed)
    own = accounts["coder_1"].where(~apart, accounts["account"].map(codes))
    wanted = _against_both(own, accounts)
    if _near(given, wanted):
        return Verdict(True, _sides(own[apart], disputed))
    shares = float((own == accounts["coder_1"]).mean()), float((own == accounts["coder_2"]).mean())
    for mistake, words in (
        ((wanted[1], wanted[0]), "You have swapped the coders: `with_1` is your agreement with `coder_1`."),
        (
            shares,
            "Those are shares of accounts on which you agree. Kappa takes off what chance would give: "
            "use `encounter.cohens_kappa`.",
        ),
        (
            _against_both(own[apart], disputed),
            "That is kappa over the disputed accounts alone, where two coders by choice never agree. "
            "Take all sixty, with the agreed codes as yours.",
        ),
        (
            (cohens_kappa(list(accounts["coder_1"]), list(accounts["coder_2"])),) * 2,
            "That is the kappa of coder 1 with coder 2. Put your own codes in the place of one of them.",
        ),
    ):
        if _near(given, mistake):
            return Verdict(False, words)
    if _near((given[0] / 100, given[1] / 100), wanted):
        return Verdict(False, "Kappa is a number up to 1, not a percentage.")
    return Verdict(
        False,
        "Your codes stand; the two numbers do not follow from them. Make one column of sixty codes, yours where "
        "the coders part and theirs where they agree, and compare it with each coder in turn.",
    )
