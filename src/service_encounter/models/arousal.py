"""Waking a need: cues noticed, cues that help until they crowd, and the size of a fair test."""

from __future__ import annotations

import math

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "best_number_of_cues",
    "chance_noticed",
    "cue_utility",
    "least_lift_found",
    "lift_when_found",
    "power_two_shares",
    "sample_size_two_shares",
    "standard_error_of_lift",
]

_SQRT_TWO_PI = math.sqrt(2 * math.pi)


def chance_noticed(noticing: Quantity, cues: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Chance that a passer-by notices at least one of several cues: 1 - (1 - q)^k.

    Args:
        noticing: chance of noticing any one cue (q), in [0, 1].
        cues: number of cues (k), not negative.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.probability("noticing", noticing)
    checks.not_negative("cues", cues)
    return 1 - (1 - noticing) ** cues


def cue_utility(
    cues: Quantity, benefit: Quantity, congruence: Quantity, overload: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """What a set of cues is worth to a visitor: b k g - d k^2, in utility points.

    Args:
        cues: number of cues (k), not negative.
        benefit: utility of one fitting cue (b), not negative.
        congruence: fit of the cues with the service and one another (g), in [-1, 1].
        overload: utility lost to crowding, for the first cue (d), not negative.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.not_negative("cues", cues)
    checks.not_negative("benefit", benefit)
    checks.within("congruence", congruence, -1, 1)
    checks.not_negative("overload", overload)
    return benefit * cues * congruence - overload * cues**2


def best_number_of_cues(
    benefit: Quantity, congruence: Quantity, overload: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """The whole number of cues with the highest `cue_utility`, the smaller of two equals.

    The parabola peaks at b g / (2 d); the best whole number is the one nearest to it.

    Raises:
        ValueError: as `cue_utility`, or if ``overload`` is 0, when more is always better.
    """
    checks.not_negative("benefit", benefit)
    checks.within("congruence", congruence, -1, 1)
    checks.positive("overload", overload)
    return xp.maximum(0, xp.ceil(benefit * congruence / (2 * overload) - 0.5))


def _check_shares(base: Quantity, lift: Quantity, alpha: Quantity) -> None:
    checks.within("base", base, 0, 1, low_open=True, high_open=True)
    checks.within("base + lift", base + lift, 0, 1, low_open=True, high_open=True)
    checks.within("alpha", alpha, 0, 1, low_open=True, high_open=True)


def _spreads(base: Quantity, lift: Quantity, xp: Namespace) -> tuple[Quantity, Quantity]:
    """Standard deviations of a difference of shares, for one person a group: if equal, as they are."""
    other, pooled = base + lift, base + lift / 2
    return xp.sqrt(2 * pooled * (1 - pooled)), xp.sqrt(base * (1 - base) + other * (1 - other))


def power_two_shares(
    base: Quantity, lift: Quantity, per_group: Quantity, alpha: Quantity = 0.05, xp: Namespace = NUMPY
) -> Quantity:
    """Chance that a two-sided test of two equal groups finds a lift that is there.

    Normal approximation, variance pooled under the hypothesis of no difference; findings in
    the wrong direction do not count.

    Args:
        base: share without the treatment, in (0, 1).
        lift: change of the share, not 0, such as 0.03 for three percentage points.
        per_group: people in each group, above 0.
        alpha: chance of finding a lift that is not there, both directions together.
        xp: math namespace.

    Raises:
        ValueError: if a share leaves (0, 1) or there is nobody in a group.
    """
    _check_shares(base, lift, alpha)
    checks.positive("abs(lift)", abs(lift))
    checks.positive("per_group", per_group)
    error = standard_error_of_lift(base, lift, per_group, xp)
    return xp.normal_cdf((abs(lift) - least_lift_found(base, lift, per_group, alpha, xp)) / error)


def lift_when_found(
    base: Quantity, lift: Quantity, per_group: Quantity, alpha: Quantity = 0.05, xp: Namespace = NUMPY
) -> Quantity:
    """Lift that tests report on average, among those that find it: never smaller than the true one.

    The mean of a normal distribution cut off at the smallest estimate that `power_two_shares`
    counts as found. Gelman and Carlin (2014) call its ratio to the true lift the exaggeration.

    Args:
        base: share without the treatment, in (0, 1).
        lift: true change of the share, not 0.
        per_group: people in each group, above 0.
        alpha: chance of finding a lift that is not there, both directions together.
        xp: math namespace.

    Raises:
        ValueError: if a share leaves (0, 1) or there is nobody in a group.
    """
    found = power_two_shares(base, lift, per_group, alpha, xp)
    error = standard_error_of_lift(base, lift, per_group, xp)
    cut = (least_lift_found(base, lift, per_group, alpha, xp) - abs(lift)) / error
    density = xp.exp(-(cut**2) / 2) / _SQRT_TWO_PI
    return (abs(lift) + error * density / found) * lift / abs(lift)


def least_lift_found(
    base: Quantity, lift: Quantity, per_group: Quantity, alpha: Quantity = 0.05, xp: Namespace = NUMPY
) -> Quantity:
    """Smallest estimated lift that such a test calls found, as a share.

    Args:
        base: share without the treatment, in (0, 1).
        lift: true change of the share, not 0.
        per_group: people in each group, above 0.
        alpha: chance of finding a lift that is not there, both directions together.
        xp: math namespace.

    Raises:
        ValueError: if a share leaves (0, 1) or there is nobody in a group.
    """
    _check_shares(base, lift, alpha)
    checks.positive("per_group", per_group)
    if_equal, _ = _spreads(base, lift, xp)
    return -xp.normal_quantile(alpha / 2) * if_equal / xp.sqrt(per_group)


def standard_error_of_lift(
    base: Quantity, lift: Quantity, per_group: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Standard deviation of the estimated lift over repeated tests of that size, as a share.

    Args:
        base: share without the treatment, in (0, 1).
        lift: true change of the share, not 0.
        per_group: people in each group, above 0.
        xp: math namespace.

    Raises:
        ValueError: if a share leaves (0, 1) or there is nobody in a group.
    """
    _check_shares(base, lift, 0.05)
    checks.positive("per_group", per_group)
    return _spreads(base, lift, xp)[1] / xp.sqrt(per_group)


def sample_size_two_shares(
    base: Quantity, lift: Quantity, power: Quantity = 0.8, alpha: Quantity = 0.05, xp: Namespace = NUMPY
) -> Quantity:
    """People needed in each of two equal groups for a test with that power.

    The inverse of `power_two_shares`, rounded up. R's ``power.prop.test`` gives the same number.

    Args:
        base: share without the treatment, in (0, 1).
        lift: change of the share, not 0.
        power: chance of finding the lift, in (alpha / 2, 1).
        alpha: chance of finding a lift that is not there, both directions together.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    _check_shares(base, lift, alpha)
    checks.positive("abs(lift)", abs(lift))
    checks.within("power", power, 0, 1, low_open=True, high_open=True)
    checks.positive("power - alpha / 2", power - alpha / 2)
    if_equal, as_are = _spreads(base, lift, xp)
    needed = xp.normal_quantile(1 - alpha / 2) * if_equal + xp.normal_quantile(power) * as_are
    return xp.ceil((needed / lift) ** 2)


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="cues-noticed",
        title="Chance that a cue is noticed",
        page="before/need",
        functions=("chance_noticed",),
        equation=r"P(\text{noticed}) = 1 - (1 - q)^k",
        parameters=(
            Parameter(
                name="noticing",
                symbol="q",
                meaning="chance of noticing one cue",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="cues",
                symbol="k",
                meaning="number of cues",
                unit="cues",
                low=0.0,
                high=10.0,
                source="assumed",
            ),
        ),
        assumptions=("Each cue is noticed or missed independently of the others.",),
        leaves_out=("Cues that drown each other.", "What noticing does: a noticed cue may also repel."),
        works=("mehrabian1974",),
        teaching_device=True,
    ),
    ModelCard(
        id="cue-utility",
        title="Why more senses can hurt",
        page="before/need",
        functions=("cue_utility", "best_number_of_cues"),
        equation=r"U(k) = b\,k\,g - d\,k^2, \qquad k^{*} \approx \frac{b\,g}{2d}",
        parameters=(
            Parameter(
                name="cues",
                symbol="k",
                meaning="number of cues",
                unit="cues",
                low=0.0,
                high=10.0,
                source="assumed",
            ),
            Parameter(
                name="benefit",
                symbol="b",
                meaning="utility of one fitting cue",
                unit="utility points",
                low=0.0,
                high=2.0,
                source="assumed",
            ),
            Parameter(
                name="congruence",
                symbol="g",
                meaning="fit of the cues with the service and one another",
                unit="1",
                low=-1.0,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="overload",
                symbol="d",
                meaning="utility lost to crowding",
                unit="utility points",
                low=0.05,
                high=1.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "All cues fit equally well.",
            "Crowding grows with the square of the number of cues: our shape, not a finding.",
        ),
        leaves_out=("Staff, who live with the cues all day.", "Visitors who differ in what they can bear."),
        teaching_device=True,
    ),
    ModelCard(
        id="two-share-test",
        title="Power and size of a test of two shares",
        page="before/need",
        functions=(
            "power_two_shares",
            "sample_size_two_shares",
            "standard_error_of_lift",
            "least_lift_found",
            "lift_when_found",
        ),
        equation=r"n = \left\lceil\left(\frac{z_{1-\alpha/2}\sqrt{2\bar p(1-\bar p)} + "
        r"z_{1-\beta}\sqrt{p_1(1-p_1) + p_2(1-p_2)}}{p_2 - p_1}\right)^{2}\right\rceil",
        parameters=(
            Parameter(
                name="base",
                symbol="p_1",
                meaning="share without the treatment",
                unit="1",
                low=0.02,
                high=0.6,
                source="assumed before a test",
            ),
            Parameter(
                name="lift",
                symbol="p_2 - p_1",
                meaning="change of the share that is worth finding",
                unit="1",
                low=0.005,
                high=0.3,
                source="assumed before a test",
            ),
            Parameter(
                name="per_group",
                symbol="n",
                meaning="people in each group",
                unit="people",
                low=10.0,
                high=5000.0,
                source="assumed",
            ),
            Parameter(
                name="power",
                symbol=r"1 - \beta",
                meaning="chance of finding a lift that is there",
                unit="1",
                low=0.5,
                high=0.99,
                source="convention: 0.8",
            ),
            Parameter(
                name="alpha",
                symbol=r"\alpha",
                meaning="chance of finding a lift that is not there",
                unit="1",
                low=0.01,
                high=0.1,
                source="convention: 0.05",
            ),
        ),
        assumptions=(
            "Chance alone decides who meets the treatment.",
            "Each person's answer is independent of the others'.",
            "Groups large enough for the normal curve, on which each z marks off the share in its index; p with a bar is "
            "the mean of the two shares.",
        ),
        leaves_out=(
            "Whole days or shops as the unit of chance, which needs far more people.",
            "Repeated looking.",
        ),
        works=("gelman2014",),
    ),
)
