"""Different customers: how strongly a descriptor goes with a choice, and whether tailoring pays."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "break_even_accuracy",
    "chance_cramers_v",
    "cramers_v",
    "cramers_v_corrected",
    "modal_accuracy",
    "share_preferring",
    "targeting_accuracy",
    "targeting_profit",
    "taste_density",
]


def _checked_table(table: npt.ArrayLike) -> npt.NDArray[np.float64]:
    checks.not_negative("table", table)
    counts = np.asarray(table, dtype=float)
    if counts.ndim != 2 or min(counts.shape) < 2:
        raise ValueError(f"table must have at least 2 rows and 2 columns, got shape {counts.shape}")
    for axis, kind in ((1, "row"), (0, "column")):
        empty = np.flatnonzero(counts.sum(axis=axis) == 0)
        if empty.size:
            raise ValueError(f"table must have no empty {kind}: drop {kind} {empty[0]}")
    if counts.sum() <= 1:
        raise ValueError(f"table must count more than 1 person, got {counts.sum():g}")
    return counts


def _phi_squared(counts: npt.NDArray[np.float64]) -> float:
    """Chi-squared per person: 0 under independence."""
    total = counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / total
    return float(((counts - expected) ** 2 / expected).sum() / total)


def _chance_phi_squared(counts: npt.NDArray[np.float64]) -> float:
    rows, columns = counts.shape
    return float((rows - 1) * (columns - 1) / (counts.sum() - 1))


def cramers_v(table: npt.ArrayLike) -> float:
    """Cramer's V: 0 if rows answer alike, 1 if the row settles the column or the reverse.

    Args:
        table: counts, shape (rows, columns), at least 2 by 2, no empty row or column.

    Raises:
        ValueError: if the table is too small, has an empty line or a negative count.
    """
    counts = _checked_table(table)
    return math.sqrt(_phi_squared(counts) / (min(counts.shape) - 1))


def cramers_v_corrected(table: npt.ArrayLike) -> float:
    """Cramer's V less what chance alone would show (Bergsma 2013), never above the raw V.

    Args:
        table: counts, shape (rows, columns), at least 2 by 2, no empty row or column.

    Raises:
        ValueError: as `cramers_v`, or if there are too few people for the correction.
    """
    counts = _checked_table(table)
    people = counts.sum()
    rows, columns = (size - (size - 1) ** 2 / (people - 1) for size in counts.shape)
    if min(rows, columns) <= 1:
        raise ValueError(f"table must count more people than it has cells in a line, got {people:g} people")
    excess = max(0.0, _phi_squared(counts) - _chance_phi_squared(counts))
    return math.sqrt(excess / (min(rows, columns) - 1))


def chance_cramers_v(table: npt.ArrayLike) -> float:
    """The V that a table of this size and shape shows on average when nothing is going on.

    Square root of the mean of V squared over all tables with these margins.

    Args:
        table: counts, shape (rows, columns), at least 2 by 2, no empty row or column.

    Raises:
        ValueError: as `cramers_v`.
    """
    counts = _checked_table(table)
    return math.sqrt(_chance_phi_squared(counts) / (min(counts.shape) - 1))


def modal_accuracy(table: npt.ArrayLike) -> tuple[float, float]:
    """Share guessed right by sending everybody the same, and by sending each row its favourite.

    Args:
        table: counts, shape (descriptor levels, answers), at least 2 by 2.

    Returns:
        (one guess for all, one guess a row); the second is never below the first, on the
        same people who supplied the guesses, so it flatters the descriptor.

    Raises:
        ValueError: as `cramers_v`.
    """
    counts = _checked_table(table)
    people = counts.sum()
    return float(counts.sum(axis=0).max() / people), float(counts.max(axis=1).sum() / people)


def targeting_profit(
    accuracy: Quantity,
    matched: Quantity,
    mismatched: Quantity,
    common: Quantity,
    tailoring_cost: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Profit a customer of two tailored offers minus that of one common offer.

    q matched + (1 - q) mismatched - tailoring cost - common.

    Args:
        accuracy: share of customers who are sent the offer that suits them (q), in [0, 1].
        matched: contribution from a customer with the fitting offer, in money a customer.
        mismatched: the same with the wrong offer.
        common: the same with the common offer.
        tailoring_cost: extra cost of a second offer and of the data, in money a customer.
        xp: math namespace.

    Raises:
        ValueError: if ``accuracy`` leaves [0, 1], the cost is negative or a number is missing.
    """
    checks.probability("accuracy", accuracy)
    checks.finite("matched", matched)
    checks.finite("mismatched", mismatched)
    checks.finite("common", common)
    checks.not_negative("tailoring_cost", tailoring_cost)
    return accuracy * matched + (1 - accuracy) * mismatched - tailoring_cost - common


def break_even_accuracy(
    matched: Quantity,
    mismatched: Quantity,
    common: Quantity,
    tailoring_cost: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """The accuracy at which `targeting_profit` is zero.

    Args:
        matched: as in `targeting_profit`.
        mismatched: as in `targeting_profit`.
        common: as in `targeting_profit`.
        tailoring_cost: as in `targeting_profit`.
        xp: math namespace.

    Returns:
        The accuracy. Above 1 no targeting pays, however good; below 0 any targeting does.

    Raises:
        ValueError: if ``matched`` does not exceed ``mismatched``, so that accuracy is worth nothing.
    """
    targeting_profit(0.0, matched, mismatched, common, tailoring_cost)
    checks.positive("matched - mismatched", matched - mismatched)
    return (common + tailoring_cost - mismatched) / (matched - mismatched)


def _check_taste(mean: Quantity, spread: Quantity) -> None:
    checks.finite("mean", mean)
    checks.positive("spread", spread)


def taste_density(taste: Quantity, mean: Quantity, spread: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Density of a normal distribution of tastes over customers.

    Args:
        taste: extra money a customer would pay for the feature; negative if it puts them off.
        mean: over customers, in money.
        spread: standard deviation over customers, in money, above 0.
        xp: math namespace.

    Returns:
        Share of customers per unit of money.

    Raises:
        ValueError: if ``spread`` is not positive or a number is missing.
    """
    checks.finite("taste", taste)
    _check_taste(mean, spread)
    return xp.exp(-(((taste - mean) / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))


def share_preferring(mean: Quantity, spread: Quantity, premium: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of customers whose taste for a feature exceeds its premium: Phi((mean - premium) / spread).

    Args:
        mean: mean taste over customers, in money.
        spread: standard deviation of taste over customers, in money, above 0.
        premium: price asked for the feature; 0 asks who would take it free.
        xp: math namespace.

    Raises:
        ValueError: if ``spread`` is not positive or a number is missing.
    """
    _check_taste(mean, spread)
    checks.finite("premium", premium)
    return xp.normal_cdf((mean - premium) / spread)


def targeting_accuracy(difference: Quantity, spread: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Accuracy reached when each of two groups is sent the offer that its mean customer prefers.

    The groups are of equal size and lie on either side of indifference, their mean tastes
    ``difference`` apart; within each, tastes are normal. With no difference it is a coin toss.

    Args:
        difference: between the groups' mean tastes, in money.
        spread: standard deviation within a group, in money, above 0.
        xp: math namespace.

    Returns:
        Phi(|difference| / (2 spread)), in [0.5, 1].

    Raises:
        ValueError: if ``spread`` is not positive or a number is missing.
    """
    checks.finite("difference", difference)
    checks.positive("spread", spread)
    return xp.normal_cdf(abs(difference) / (2 * spread))


def _parameter(
    name: str, symbol: str, meaning: str, unit: str, low: float, high: float, source: str = "assumed"
) -> Parameter:
    return Parameter(name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source=source)


_SPREAD = _parameter("spread", r"\sigma", "standard deviation of tastes over customers", "€", 1, 10)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="cramers-v",
        title="Cramér's V, raw and corrected for chance",
        page="before/segments",
        functions=("cramers_v", "cramers_v_corrected", "chance_cramers_v", "modal_accuracy"),
        equation=r"\begin{aligned}V &= \sqrt{\frac{\varphi^2}{\min(r, k) - 1}}, \\ "
        r"\tilde V &= \sqrt{\frac{\max\left(0,\, \varphi^2 - \frac{(r-1)(k-1)}{n-1}\right)}"
        r"{\min(\tilde r, \tilde k) - 1}}, \\ \tilde r &= r - \frac{(r-1)^2}{n-1}, \quad \tilde k = k - \frac{(k-1)^2}{n-1}\end{aligned}",
        parameters=(
            _parameter(
                "table",
                r"n_{ij},\ r,\ k,\ n,\ \varphi^2",
                "people of row i who gave answer j, in r rows and k columns, n in all; φ² is chi-squared "
                "(how far the counts stray from what independence would give) over n",
                "people",
                0,
                1e5,
                "counted",
            ),
        ),
        assumptions=(
            "People are drawn independently.",
            "Each of the n people is counted once.",
        ),
        leaves_out=("The order of levels.", "Whether the difference is one that a firm could act on."),
        works=("bergsma2013", "wedel2000"),
    ),
    ModelCard(
        id="targeting",
        title="Two tailored offers or one common offer",
        page="before/segments",
        functions=("targeting_profit", "break_even_accuracy"),
        equation=r"\begin{aligned}\Delta &= q\,m + (1 - q)\,w - k - u, \\ "
        r"q^{*} &= \frac{u + k - w}{m - w}\end{aligned}",
        parameters=(
            _parameter("accuracy", "q", "share of customers sent the offer that suits them", "1", 0, 1),
            _parameter("matched", "m", "contribution with the fitting offer, per customer", "€", 10, 40),
            _parameter("mismatched", "w", "contribution with the wrong offer, per customer", "€", -5, 9),
            _parameter("common", "u", "contribution with the common offer, per customer", "€", 6, 20),
            _parameter(
                "tailoring_cost", "k", "cost of the second offer and the data, per customer", "€", 0, 5
            ),
        ),
        assumptions=(
            "Two offers, each right for some customers.",
            "A wrong offer costs the same whoever gets it, though most of those who get it may hardly mind.",
        ),
        leaves_out=(
            "What customers think of being sorted.",
            "Rivals who target too.",
            "Customers' own choice of offer.",
            "Customers nobody has seen before.",
            "Remembering costs more than looking.",
        ),
        works=("smith1956", "wedel2000"),
        teaching_device=True,
    ),
    ModelCard(
        id="taste-distribution",
        title="Normal tastes and the share preferring",
        page="before/segments",
        functions=("taste_density", "share_preferring", "targeting_accuracy"),
        equation=r"\begin{aligned}P(\text{prefer}) &= \Phi\!\left(\frac{\mu - \pi}{\sigma}\right), \\ "
        r"q &= \Phi\!\left(\frac{|\delta|}{2\sigma}\right)\end{aligned}",
        parameters=(
            _parameter("taste", "t", "extra money a customer would pay for the feature", "€", -20, 20),
            _parameter("mean", r"\mu", "mean taste over customers", "€", -20, 20),
            _SPREAD,
            _parameter("premium", r"\pi", "price asked for the feature", "€", 0, 20),
            _parameter("difference", r"\delta", "distance of two groups' mean tastes", "€", 0, 16),
        ),
        assumptions=("Tastes are normal.", "Two groups of equal size on either side of indifference."),
        leaves_out=("Several features at once.", "Groups whose spreads differ."),
        works=("reveltTrain2001", "train2009"),
        teaching_device=True,
    ),
)
