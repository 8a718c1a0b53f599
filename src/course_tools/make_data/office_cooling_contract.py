"""Twenty years of cooling an office, sold as machines and sold as cool air."""

from __future__ import annotations

from course_tools.make_data.draws import Draws
from course_tools.make_data.table import Cell, Table, fixed

SEED = 306
YEARS = 20
COLUMNS = (
    "arrangement",
    "year",
    "investment",
    "planned_energy",
    "planned_upkeep",
    "energy",
    "upkeep",
    "cooling_hours",
    "breakdowns",
)


def office_cooling_contract() -> Table:
    """Year 0 to 20 under a sale and under a contract, planned and booked."""
    draws = Draws(SEED)
    rows: list[tuple[Cell, ...]] = []
    for arrangement, investment in (("sale", 10_000), ("contract", 11_500)):
        rows.append((arrangement, 0, investment, *["0"] * 2, *["0"] * 2, 0, 0))
        rows += [_year(arrangement, year, draws) for year in range(1, YEARS + 1)]
    return Table(COLUMNS, rows)


def _year(arrangement: str, year: int, draws: Draws) -> tuple[Cell, ...]:
    sale = arrangement == "sale"
    planned_energy, planned_upkeep = (1_000, 500) if sale else (900, 450)
    hours = draws.normal(1_200 if sale else 1_350, 60)
    wear = 1 + (0.015 if sale else 0.005) * (year - 1)
    energy = hours * (0.80 if sale else 0.68) * wear * draws.normal(1, 0.03)
    breakdowns = sum(draws.chance((0.05 + 0.02 * year) if sale else 0.08) for _ in range(4))
    upkeep = (250 if sale else 420) + 180 * breakdowns * draws.normal(1, 0.1)
    booked = fixed(energy, 0), fixed(upkeep, 0)
    return arrangement, year, 0, planned_energy, planned_upkeep, *booked, round(hours), breakdowns
