"""Moments of truth in numbers: customer contact, field tests on two groups, agreement of coders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Expression, Namespace, Quantity

__all__ = [
    "ProportionDifference",
    "RandomisationTest",
    "RiskRatio",
    "beyond_chance",
    "cohens_kappa",
    "difference_of_proportions",
    "outcomes",
    "potential_efficiency",
    "randomisation_test",
    "risk_ratio",
]


@dataclass(frozen=True)
class ProportionDifference:
    """How far two groups' shares of successes lie apart.

    Args:
        difference: share in group a less share in group b.
        standard_error: of the difference, from each group's own share.
        low, high: limits of the confidence interval.
    """

    difference: float
    standard_error: float
    low: float
    high: float


@dataclass(frozen=True)
class RiskRatio:
    """How many times as frequent successes are in one group as in another.

    Args:
        ratio: share in group a over share in group b.
        low, high: limits of the confidence interval.
    """

    ratio: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class RandomisationTest:
    """What chance alone makes of a difference between two groups.

    Args:
        difference: mean of group a less mean of group b, as observed.
        p_value: share of shuffles, the observed one among them, at least as far from zero.
        shuffled: differences after shuffling who was in which group, shape (draws,).
    """

    difference: float
    p_value: float
    shuffled: NDArray[np.float64]


def potential_efficiency(contact_time: Quantity, creation_time: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of a service's work that is done while the customer is away.

    Chase (1981) held potential efficiency to be some function of this share and left the function open;
    here it is the share itself.

    Args:
        contact_time: time in which the customer is present.
        creation_time: time the whole service takes to create, contact included, in the same unit.
        xp: the reading.

    Returns:
        A share in [0, 1]. It bounds efficiency and does not measure it.

    Raises:
        ValueError: if a time is out of range or contact is longer than creation.
    """
    checks.not_negative("contact_time", contact_time)
    checks.positive("creation_time", creation_time)
    if not isinstance(contact_time, Expression) and not isinstance(creation_time, Expression):
        contact, creation = np.asarray(contact_time, dtype=float), np.asarray(creation_time, dtype=float)
        if np.any(contact > creation):
            raise ValueError(
                f"contact_time must not exceed creation_time, got {contact_time!r} and {creation_time!r}"
            )
    return 1 - contact_time / creation_time


def _group(label: str, successes: int, size: int) -> None:
    checks.whole(f"size_{label}", size, low=1)
    checks.whole(f"successes_{label}", successes)
    if successes > size:
        raise ValueError(f"successes_{label} must not exceed size_{label}, got {successes!r} of {size!r}")


def _critical_value(confidence: float) -> float:
    checks.within("confidence", confidence, 0.0, 1.0, low_open=True, high_open=True)
    return float(NUMPY.normal_quantile((1 + confidence) / 2))


def _wilson(share: float, size: int, z: float) -> tuple[float, float]:
    centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2)) / (1 + z**2 / size)
    return centre - half, centre + half


def difference_of_proportions(
    successes_a: int, size_a: int, successes_b: int, size_b: int, confidence: float = 0.95
) -> ProportionDifference:
    """Difference of two independent groups' shares of successes.

    The interval is Newcombe's, made of the two Wilson intervals: unlike difference plus or minus two
    standard errors it keeps a width when a group has no success, or nothing else.

    Args:
        successes_a: in group a.
        size_a: customers in group a.
        successes_b: in group b.
        size_b: customers in group b.
        confidence: of the interval.

    Returns:
        Difference, standard error, interval.

    Raises:
        ValueError: if a count is not whole, successes exceed the group, or the confidence is out of range.
    """
    _group("a", successes_a, size_a)
    _group("b", successes_b, size_b)
    z = _critical_value(confidence)
    share_a, share_b = successes_a / size_a, successes_b / size_b
    low_a, high_a = _wilson(share_a, size_a, z)
    low_b, high_b = _wilson(share_b, size_b, z)
    difference = share_a - share_b
    return ProportionDifference(
        difference=difference,
        standard_error=math.sqrt(share_a * (1 - share_a) / size_a + share_b * (1 - share_b) / size_b),
        low=max(-1.0, difference - math.hypot(share_a - low_a, high_b - share_b)),
        high=min(1.0, difference + math.hypot(high_a - share_a, share_b - low_b)),
    )


def risk_ratio(
    successes_a: int, size_a: int, successes_b: int, size_b: int, confidence: float = 0.95
) -> RiskRatio:
    """Ratio of two independent groups' shares of successes, with an interval on the log scale (Katz).

    Args:
        successes_a: in group a, at least one.
        size_a: customers in group a.
        successes_b: in group b, at least one.
        size_b: customers in group b.
        confidence: of the interval.

    Returns:
        Ratio and interval.

    Raises:
        ValueError: if a count is out of range; without a success in both groups the ratio says nothing.
    """
    _group("a", successes_a, size_a)
    _group("b", successes_b, size_b)
    checks.whole("successes_a", successes_a, low=1)
    checks.whole("successes_b", successes_b, low=1)
    ratio = (successes_a / size_a) / (successes_b / size_b)
    log_error = math.sqrt(1 / successes_a - 1 / size_a + 1 / successes_b - 1 / size_b)
    factor = math.exp(_critical_value(confidence) * log_error)
    return RiskRatio(ratio=ratio, low=ratio / factor, high=ratio * factor)


def outcomes(successes: int, size: int) -> NDArray[np.float64]:
    """A group's outcomes written out, one a customer: ones, then zeros.

    Args:
        successes: in the group.
        size: customers in the group.

    Returns:
        Shape (size,).

    Raises:
        ValueError: if a count is not whole, or successes exceed the group.
    """
    checks.whole("size", size, low=1)
    checks.whole("successes", successes)
    if successes > size:
        raise ValueError(f"successes must not exceed size, got {successes!r} of {size!r}")
    return np.repeat([1.0, 0.0], [int(successes), int(size - successes)])


def randomisation_test(
    group_a: ArrayLike, group_b: ArrayLike, generator: np.random.Generator, draws: int = 10_000
) -> RandomisationTest:
    """Difference of two groups' means against what shuffling the group labels makes of it.

    Args:
        group_a: outcomes, one a customer; `outcomes` writes counts out.
        group_b: outcomes of the other group.
        generator: source of the shuffles; the same seed gives the same p-value.
        draws: shuffles.

    Returns:
        The difference, a two-sided p-value that is never zero, and the shuffled differences.

    Raises:
        ValueError: if a group is empty or holds a missing outcome, or ``draws`` is no whole positive number.
    """
    checks.whole("draws", draws, low=1)
    for name, group in (("group_a", group_a), ("group_b", group_b)):
        checks.finite(name, group)
        if not np.size(np.asarray(group)):
            raise ValueError(f"{name} must hold at least one outcome, got none")
    a = np.asarray(group_a, dtype=float).ravel()
    pooled = np.concatenate([a, np.asarray(group_b, dtype=float).ravel()])
    size_a, size_b, total = a.size, pooled.size - a.size, pooled.sum()

    def difference(sum_a: Quantity) -> Quantity:
        return sum_a / size_a - (total - sum_a) / size_b

    observed = float(difference(a.sum()))
    sums = np.array([generator.permutation(pooled)[:size_a].sum() for _ in range(int(draws))])
    shuffled = difference(sums)
    # Shuffles that repeat the observed split differ from it by rounding alone and must count.
    rounding = 1e-9 * max(1.0, float(np.abs(pooled).max()))
    as_far = np.count_nonzero(np.abs(shuffled) >= abs(observed) - rounding)
    return RandomisationTest(difference=observed, p_value=(as_far + 1) / (draws + 1), shuffled=shuffled)


def beyond_chance(observed: Quantity, chance: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Agreement beyond chance, as a share of all that chance leaves: Cohen's kappa.

    Args:
        observed: share of incidents on which the coders agree, in [0, 1].
        chance: share on which they would agree if each coded blindly, in [0, 1).
        xp: the reading.

    Returns:
        1 for full agreement, 0 for that of chance, below zero for less.

    Raises:
        ValueError: if a share is out of range.
    """
    checks.within("observed", observed, 0, 1)
    checks.within("chance", chance, 0, 1, high_open=True)
    return (observed - chance) / (1 - chance)


def cohens_kappa(codes_a: Sequence[object], codes_b: Sequence[object]) -> float:
    """Agreement of two coders of the same incidents, beyond what chance would give.

    Args:
        codes_a: the first coder's code for each incident.
        codes_b: the second coder's, in the same order.

    Returns:
        1 for full agreement, 0 for that of chance, below zero for less.

    Raises:
        ValueError: if lengths differ, a code is missing, or both coders use one and the same code only.
    """
    first, second = pd.Series(list(codes_a), dtype=object), pd.Series(list(codes_b), dtype=object)
    if len(first) != len(second) or first.empty:
        raise ValueError(
            "codes_a and codes_b must hold one code an incident, at least one, "
            f"got {len(first)} and {len(second)}"
        )
    for name, codes in (("codes_a", first), ("codes_b", second)):
        if codes.isna().any():
            raise ValueError(f"{name} has no code for incident {int(codes.isna().to_numpy().argmax())}")
    observed = float((first == second).mean())
    shares_a, shares_b = first.value_counts(normalize=True), second.value_counts(normalize=True)
    expected = float((shares_a * shares_b).sum())
    if len(shares_a) == len(shares_b) == 1 and observed == 1:
        raise ValueError(
            f"codes_a and codes_b are all {first.iloc[0]!r}: agreement beyond chance is undefined"
        )
    return float(beyond_chance(observed, expected))


def _count(name: str, symbol: str, meaning: str) -> Parameter:
    return Parameter(
        name=name,
        symbol=symbol,
        meaning=meaning,
        unit="customers",
        low=0,
        high=200,
        source="published counts of a tip experiment in one bar",
    )


_COUNTS = (
    _count("successes_a", "s_a", "successes in group a"),
    _count("size_a", "n_a", "customers in group a"),
    _count("successes_b", "s_b", "successes in group b"),
    _count("size_b", "n_b", "customers in group b"),
)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="potential-efficiency",
        title="Work out of sight, the base of potential efficiency",
        page="during/moments-of-truth",
        functions=("potential_efficiency",),
        equation=r"E = f\left(1 - \frac{t_{\text{contact}}}{t_{\text{creation}}}\right), \qquad f(x) = x",
        parameters=(
            Parameter(
                name="contact_time",
                symbol=r"t_{\text{contact}}",
                meaning="time for which the customer is present",
                unit="min",
                low=0,
                high=90,
                source="measured, for the service at hand",
            ),
            Parameter(
                name="creation_time",
                symbol=r"t_{\text{creation}}",
                meaning="time to create the whole service",
                unit="min",
                low=0.1,
                high=390,
                source="measured, for the service at hand",
            ),
        ),
        assumptions=(
            "Work out of the customer's sight can be arranged as in a factory, work in sight cannot.",
            "The function, which Chase left open, is taken as the share itself.",
        ),
        leaves_out=(
            "What contact earns: sales, trust, repair on the spot.",
            "Whether a customer who is present takes part or only sits there.",
        ),
        works=("chase1981", "mersha1990"),
    ),
    ModelCard(
        id="two-groups",
        title="A field test on two groups",
        page="during/moments-of-truth",
        functions=("difference_of_proportions", "risk_ratio", "randomisation_test", "outcomes"),
        equation=(
            r"d = \frac{s_a}{n_a} - \frac{s_b}{n_b}, \qquad"
            r" p = \frac{1 + \#\{ |d^{*}| \ge |d| \}}{1 + \text{draws}}"
        ),
        parameters=_COUNTS,
        assumptions=(
            "Chance alone decided who came into which group.",
            "One customer's outcome does not sway another's.",
        ),
        leaves_out=("Other bars, towns and years.", "Staff who know which treatment they give."),
        works=("gueguen2002",),
        targets=("TJ1",),
    ),
    ModelCard(
        id="cohens-kappa",
        title="Agreement of two coders",
        page="during/moments-of-truth",
        functions=("beyond_chance", "cohens_kappa"),
        equation=r"\kappa = \frac{p_o - p_e}{1 - p_e}",
        parameters=(
            Parameter(
                name="observed",
                symbol="p_o",
                meaning="share of incidents on which the coders agree",
                unit="1",
                low=0,
                high=1,
                source="counted, for the codings at hand",
            ),
            Parameter(
                name="chance",
                symbol="p_e",
                meaning="share on which they would agree by chance",
                unit="1",
                low=0,
                high=0.95,
                source="counted, from each code's shares",
            ),
        ),
        assumptions=(
            "The coders worked apart.",
            "Codes exclude one another and all mistakes weigh the same.",
        ),
        leaves_out=("Whether the codes mean anything: two coders can agree on nonsense.",),
        works=("cohen1960", "flanagan1954", "bitner1990"),
    ),
)
