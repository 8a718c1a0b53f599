"""A supermarket's test of bread scent, day by day."""

from __future__ import annotations

from course_tools.make_data.draws import Draws
from course_tools.make_data.table import Table, fixed

SEED = 205
DAYS = 28
SHOPPERS_A_DAY = 70
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
COLUMNS = ("day", "weekday", "scent", "shopper", "noticed_scent", "bought_bread", "bread_spend", "basket")


def bread_scent_test() -> Table:
    """1,960 shoppers over 28 days; each weekday has two days with scent and two without, drawn by lot."""
    draws = Draws(SEED)
    arms = {weekday: draws.shuffle((0, 0, 1, 1)) for weekday in WEEKDAYS}
    rows = []
    for day in range(1, DAYS + 1):
        weekday = WEEKDAYS[(day - 1) % 7]
        scent = arms[weekday][(day - 1) // 7]
        of_the_day = draws.normal(0, 0.02)
        for shopper in range(1, SHOPPERS_A_DAY + 1):
            noticed = draws.chance(0.35 if scent else 0.06)
            weekend = weekday in ("Saturday", "Sunday")
            bought = draws.chance(0.30 + 0.08 * scent + 0.05 * weekend + of_the_day)
            spend = max(0.9, draws.normal(2.6, 0.7)) if bought else 0.0
            basket = spend + max(0.0, draws.normal(24 + 0.2 * scent, 11))
            number = (day - 1) * SHOPPERS_A_DAY + shopper
            rows.append(
                (day, weekday, scent, number, int(noticed), int(bought), fixed(spend, 2), fixed(basket, 2))
            )
    return Table(COLUMNS, rows)
