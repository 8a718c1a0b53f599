"""After-sales tickets of an appliance maker, a car network and a shop."""

from __future__ import annotations

import math
from dataclasses import dataclass

from course_tools.make_data.draws import Draws, logistic
from course_tools.make_data.table import Cell, Table, fixed

TICKETS = 600
COLUMNS = (
    "ticket",
    "kind",
    "response_hours",
    "courtesy",
    "transparency",
    "resolved",
    "satisfaction",
    "repurchased",
)


@dataclass(frozen=True, kw_only=True)
class _Firm:
    """What a firm's tickets are about, and what weighs in its customers' satisfaction."""

    seed: int
    kinds: tuple[str, ...]
    typical_hours: float
    per_doubling: float
    courtesy: float
    transparency: float
    resolved: float


_APPLIANCE = _Firm(
    seed=505,
    kinds=("installation", "repair", "return"),
    typical_hours=36,
    per_doubling=-0.40,
    courtesy=0.15,
    transparency=0.02,
    resolved=1.0,
)
_CAR = _Firm(
    seed=517,
    kinds=("service", "repair", "recall"),
    typical_hours=60,
    per_doubling=-0.15,
    courtesy=0.20,
    transparency=0.40,
    resolved=0.8,
)
_SHOP = _Firm(
    seed=507,
    kinds=("delivery", "return", "complaint"),
    typical_hours=12,
    per_doubling=-0.30,
    courtesy=0.02,
    transparency=0.20,
    resolved=1.2,
)


def appliance_tickets() -> Table:
    """600 tickets of the appliance maker."""
    return _tickets(_APPLIANCE)


def car_tickets() -> Table:
    """600 tickets of the car network."""
    return _tickets(_CAR)


def shop_tickets() -> Table:
    """600 tickets of the online shop."""
    return _tickets(_SHOP)


def _tickets(firm: _Firm) -> Table:
    draws = Draws(firm.seed)
    return Table(COLUMNS, [(number, *_ticket(firm, draws)) for number in range(1, TICKETS + 1)])


def _ticket(firm: _Firm, draws: Draws) -> tuple[Cell, ...]:
    kind = draws.pick(firm.kinds)
    doublings = round(draws.normal(0, 1.2), 2)
    hours = round(firm.typical_hours * math.exp2(doublings), 1)
    courtesy, transparency = draws.rating(4.5, 1.4, 1, 7), draws.rating(4.2, 1.4, 1, 7)
    resolved = int(draws.chance(0.78))
    mean = (
        3.6
        + firm.per_doubling * math.log2(hours / firm.typical_hours)
        + firm.courtesy * (courtesy - 4)
        + firm.transparency * (transparency - 4)
        + firm.resolved * resolved
    )
    satisfaction = draws.rating(mean, 0.8, 1, 7)
    repurchased = draws.chance(logistic(-0.5 + 0.6 * (satisfaction - 4)))
    return kind, fixed(hours, 1), courtesy, transparency, resolved, satisfaction, int(repurchased)
