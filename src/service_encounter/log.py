"""The simulator log of the capstone: every plan tried, what was guessed, what came out, and why it was tried.

>>> from service_encounter.log import PlanLog
>>> from service_encounter.models.journey import Plan
>>> log = PlanLog("guidance centre")
>>> outcome = log.record(Plan(price=40, servers=6), reason="the centre as it stands")
>>> round(outcome.contribution, -3)
389000.0
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from service_encounter.models.journey import MARKETS, Journey, Market, Plan, simulate_journey

__all__ = ["OUTCOMES", "PlanLog", "differing_rows"]

_PARTIES = ("contribution", "customer_welfare", "staff_welfare")
_LAST_YEAR = (
    "aware",
    "choice",
    "utilisation",
    "wait",
    "reliability",
    "satisfaction",
    "retention",
    "told",
)
OUTCOMES: tuple[str, ...] = _PARTIES + _LAST_YEAR
_SHORTEST_REASON = 15


class PlanLog:
    """A log of plans tried in one market, in the order in which they were tried.

    Args:
        case: a name in `MARKETS`, or a name of your own where ``market`` is given.
        market: the reader's own service.
        years: that each plan runs, at least 1.

    Raises:
        ValueError: if there is no such case, or a market of the reader's own has no name or a taken one.
    """

    def __init__(self, case: str, market: Market | None = None, years: int = 5) -> None:
        """Open an empty log."""
        if market is None and case not in MARKETS:
            raise ValueError(f"case must be one of {', '.join(MARKETS)}, or come with a market; got {case!r}")
        if market is not None and (not case.strip() or case in MARKETS):
            raise ValueError(f"case must be a new name for your own market, got {case!r}")
        self.case = case
        self.market = MARKETS[case] if market is None else market
        self.years = years
        self._rows: list[dict[str, object]] = []

    def record(self, plan: Plan, reason: str, guess: Mapping[str, float] | None = None) -> Journey:
        """Run a plan and write it down.

        Args:
            plan: the levers.
            reason: why you try it, in a sentence.
            guess: what you expect before you look, by a name in `OUTCOMES`. Shares lie between 0 and 1.

        Returns:
            What the plan brings.

        Raises:
            TypeError: if the plan is not a `Plan` or the reason not a text.
            ValueError: if the reason is too short to be one, or a guess has no such outcome or no number.
        """
        if not isinstance(plan, Plan):
            raise TypeError(f"plan must be a Plan, such as Plan(price=40, servers=6), got {plan!r}")
        if not isinstance(reason, str):
            raise TypeError(f"reason must be a text, got {reason!r}")
        if len(reason.strip()) < _SHORTEST_REASON:
            raise ValueError(f"reason must say why you try this plan, in a sentence; got {reason!r}")
        guessed = _guesses(guess or {})
        journey = simulate_journey(plan, self.market, self.years)
        row: dict[str, object] = {"try": len(self._rows) + 1, "case": self.case, "years": self.years}
        row |= {name: float(value) for name, value in asdict(plan).items()}
        row |= _outcomes(journey)
        row |= {f"guess_{name}": guessed.get(name, np.nan) for name in OUTCOMES}
        self._rows.append(row | {"reason": " ".join(reason.split())})
        return journey

    def table(self) -> pd.DataFrame:
        """All tries: index ``try``; columns case, years, levers, `OUTCOMES`, what was guessed, reason.

        ``guess_wait`` and its like are left out where the log holds no such guess. Outcomes of years are
        those of the last one.

        Raises:
            ValueError: if nothing has been recorded.
        """
        if not self._rows:
            raise ValueError("the log is empty: record a plan first")
        table = pd.DataFrame(self._rows).set_index("try")
        unused = [f"guess_{name}" for name in OUTCOMES if table[f"guess_{name}"].isna().all()]
        return table.drop(columns=unused)

    def scores(self) -> pd.DataFrame:
        """Every guess beside what came out: columns try, outcome, guessed, came, miss (guessed less came).

        Raises:
            ValueError: if no try holds a guess.
        """
        rows = [
            {"try": row["try"], "outcome": name, "guessed": row[f"guess_{name}"], "came": row[name]}
            for row in self._rows
            for name in OUTCOMES
            if not np.isnan(float(str(row[f"guess_{name}"])))
        ]
        if not rows:
            raise ValueError("the log holds no guess: give one as guess={'contribution': 300_000}")
        table = pd.DataFrame(rows)
        return table.assign(miss=table["guessed"] - table["came"])

    def write(self, path: str | Path) -> Path:
        """Write the log to a new CSV file and say where it is.

        Raises:
            ValueError: if the log is empty or the name does not end in ``.csv``.
            FileExistsError: if there is such a file, which would be lost.
        """
        target = Path(path)
        if target.suffix.lower() != ".csv":
            raise ValueError(f"path must end in .csv, got {str(path)!r}")
        table = self.table()
        if target.exists():
            raise FileExistsError(f"{target} is there already: choose another name, or delete it yourself")
        table.to_csv(target, lineterminator="\n")
        return target


def differing_rows(path: str | Path, market: Market | None = None) -> list[int]:
    """Tries of a handed-in log whose numbers the simulator does not bring.

    Args:
        path: of a file that `PlanLog.write` wrote.
        market: the student's own, where the log is not of one of the book's cases.

    Returns:
        Numbers of the tries that do not replay; none where the log is sound.

    Raises:
        ValueError: if the file lacks a column of the log, or names a case that the book does not have.
    """
    table = pd.read_csv(path)
    levers = list(Plan.__dataclass_fields__)
    missing = [name for name in ("try", "case", "years", *levers, *OUTCOMES) if name not in table]
    if missing:
        raise ValueError(f"{path} is no log of plans: column {missing[0]!r} is missing")
    if market is None and not set(table["case"]) <= set(MARKETS):
        raise ValueError(f"{path} is of {table['case'].iloc[0]!r}: give its market as well")
    differing = []
    for row in table.to_dict(orient="records"):
        plan = Plan(**{name: row[name] for name in levers})
        replayed = _outcomes(simulate_journey(plan, market or MARKETS[row["case"]], int(row["years"])))
        if not all(np.isclose(row[name], value, rtol=1e-6) for name, value in replayed.items()):
            differing.append(int(row["try"]))
    return differing


def _outcomes(journey: Journey) -> dict[str, float]:
    parties = {name: float(getattr(journey, name)) for name in _PARTIES}
    return parties | {name: float(journey.years[name].iloc[-1]) for name in _LAST_YEAR}


def _guesses(guess: Mapping[str, float]) -> dict[str, float]:
    for name, value in guess.items():
        if name not in OUTCOMES:
            raise ValueError(f"guess must be of one of {', '.join(OUTCOMES)}; got {name!r}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
            raise ValueError(f"guess of {name} must be a number, got {value!r}")
    return {name: float(value) for name, value in guess.items()}
