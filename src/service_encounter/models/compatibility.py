"""Customers among customers: how often neighbours clash, and what sorting them changes.

In a survey each respondent tells what they do themselves and whether they mind others doing it.
Coded as numbers, the two answers give the chance that a neighbour's habit meets a neighbour who
minds, when seats are drawn at random and when customers are sorted into zones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Expression, Namespace, Quantity

__all__ = [
    "MINDING",
    "RECLINING",
    "Zone",
    "ZoneOutcome",
    "any_clash",
    "clash_probability",
    "code_answers",
    "expected_clashes",
    "net_gain_of_zoning",
    "share_with_clash",
    "zone_with_rule",
    "zoned_clash",
    "zoning_audit",
]

RECLINING: Mapping[str, float] = {
    "Always": 1.0,
    "Usually": 0.75,
    "About half the time": 0.5,
    "Once in a while": 0.25,
    "Never": 0.0,
}
"""Share of flights on which one reclines, by answer: a coding of ours, open to change."""

MINDING: Mapping[str, float] = {"not rude": 0.0, "somewhat rude": 1.0, "very rude": 1.0}
"""Whether one minds others reclining, by answer: a coding of ours, open to change."""


def code_answers(answers: Iterable[str], codes: Mapping[str, float]) -> NDArray[np.float64]:
    """Numbers in place of a survey's answers.

    Args:
        answers: one a respondent or a row of counts.
        codes: the number in [0, 1] that each possible answer stands for.

    Returns:
        Shape (answers,).

    Raises:
        ValueError: if an answer has no code, or a code lies outside [0, 1].
    """
    for answer, code in codes.items():
        checks.probability(f"codes[{answer!r}]", code)
    given = list(answers)
    unknown = sorted({str(answer) for answer in given if answer not in codes})
    if unknown:
        raise ValueError(f"codes must cover every answer, got none for {', '.join(map(repr, unknown))}")
    return np.array([codes[answer] for answer in given], dtype=np.float64)


def _survey(habit: ArrayLike, minds: ArrayLike, respondents: ArrayLike) -> pd.DataFrame:
    checks.probability("habit", habit)
    checks.probability("minds", minds)
    checks.not_negative("respondents", respondents)
    columns = {"habit": habit, "minds": minds, "respondents": respondents}
    arrays = {name: np.asarray(column, dtype=float) for name, column in columns.items()}
    shapes = [array.shape for array in arrays.values()]
    if len(set(shapes)) > 1 or len(shapes[0]) != 1:
        raise ValueError(f"habit, minds and respondents must have one entry a row, got shapes {shapes}")
    if not arrays["respondents"].sum() > 0:
        raise ValueError("respondents must count at least one person, got none")
    return pd.DataFrame(arrays)


def _labels(name: str, labels: ArrayLike, rows: int) -> NDArray[np.object_]:
    column = np.asarray(labels, dtype=object)
    if column.shape != (rows,):
        raise ValueError(f"{name} must have one label a row, {rows} in all, got shape {column.shape}")
    if pd.isna(column).any():
        raise ValueError(f"{name} has no label in row {int(pd.isna(column).argmax())}")
    return column


def clash_probability(
    habit: ArrayLike, minds: ArrayLike, respondents: ArrayLike, zones: ArrayLike | None = None
) -> float:
    """Chance that the neighbour of a randomly drawn customer does what that customer minds.

    Within a zone the two are drawn independently, in proportion to respondents, so that a zone's
    chance is its mean habit times its mean minding; zones weigh by their size. One zone for all is
    random seating. With zones by minding, ``zones=minds``, it is the mean of habit times minding,
    so that sorting helps by the covariance of the two alone.

    Args:
        habit: how often one does it, as a share in [0, 1], shape (rows,).
        minds: how much one minds it, in [0, 1], shape (rows,).
        respondents: people counted in each row, shape (rows,).
        zones: the zone each row is seated in, shape (rows,); one zone for all if omitted.

    Returns:
        A probability.

    Raises:
        ValueError: if shapes differ, a share lies outside [0, 1], a label is missing, or nobody is counted.
    """
    survey = _survey(habit, minds, respondents)
    zone = np.zeros(len(survey)) if zones is None else _labels("zones", zones, len(survey))
    weighted = pd.DataFrame(
        {
            "people": survey["respondents"],
            "habit": survey["habit"] * survey["respondents"],
            "minds": survey["minds"] * survey["respondents"],
        }
    )
    totals = weighted.groupby(zone, sort=False).sum()
    seated = totals[totals["people"] > 0]
    clashes = seated["habit"] * seated["minds"] / seated["people"]
    return float(clashes.sum() / seated["people"].sum())


class Zone(NamedTuple):
    """A zone that customers can be sorted into, if everyone sat where they belong.

    Attributes:
        share: of all customers, in [0, 1].
        habit: mean habit of those who belong there, in [0, 1].
        minds: their mean minding, in [0, 1].
    """

    share: float
    habit: Quantity
    minds: Quantity


class ZoneOutcome(NamedTuple):
    """What a zone and a rule leave, each as a chance for a customer and one neighbour.

    Attributes:
        clash: the neighbour does it and the customer minds.
        harmless: the neighbour would have done it, the customer would not have minded, the rule forbade it.
    """

    clash: Quantity
    harmless: Quantity


def zoned_clash(zones: Sequence[Zone], placed: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Chance of a clash when only some customers sit where they belong.

    Each customer sits in the own zone with chance ``placed`` and otherwise in a zone drawn at random by
    size. Zones then differ by the fraction ``placed`` of what they would, in habit and in minding alike, so
    that the gain over random seating shrinks with its square.

    Args:
        zones: all of them; shares add up to one.
        placed: share of customers who sit where they belong, in [0, 1].
        xp: the reading.

    Returns:
        A probability.

    Raises:
        ValueError: if an argument lies outside [0, 1], or the shares do not add up to one.
    """
    checks.probability("placed", placed)
    for number, zone in enumerate(zones):
        for name, value in zone._asdict().items():
            checks.probability(f"zones[{number}].{name}", value)
    whole = sum(zone.share for zone in zones)
    if abs(whole - 1) > 1e-9:
        raise ValueError(f"the shares of zones must add up to 1, got {whole:g}")
    habit = xp.total(zone.share * zone.habit for zone in zones)
    minds = xp.total(zone.share * zone.minds for zone in zones)
    sorted_clash = xp.total(zone.share * zone.habit * zone.minds for zone in zones)
    return habit * minds + placed**2 * (sorted_clash - habit * minds)


def zone_with_rule(
    minds: Quantity,
    habit_minding: Quantity,
    habit_others: Quantity,
    placed: Quantity,
    obeyed_inside: Quantity,
    obeyed_outside: Quantity,
    xp: Namespace = NUMPY,
) -> ZoneOutcome:
    """A zone for those who mind, and a rule against the habit in it, beyond it, or in both.

    With ``placed`` at zero the zones differ in nothing and rules obeyed alike are a ban; with both rules at
    zero it is the zone alone. Seats are as in `zoned_clash`.

    Args:
        minds: share of customers who mind, in [0, 1]; the zone holds as many seats.
        habit_minding: how often those who mind do it themselves, in [0, 1].
        habit_others: how often the others do it, in [0, 1].
        placed: share of customers who sit where they belong, in [0, 1].
        obeyed_inside: share of the habit that a rule in the zone stops, in [0, 1].
        obeyed_outside: the same beyond the zone.
        xp: the reading.

    Returns:
        Clashes left, and harmless acts forbidden.

    Raises:
        ValueError: if an argument lies outside [0, 1].
    """
    arguments = {
        "minds": minds,
        "habit_minding": habit_minding,
        "habit_others": habit_others,
        "placed": placed,
        "obeyed_inside": obeyed_inside,
        "obeyed_outside": obeyed_outside,
    }
    for name, value in arguments.items():
        checks.probability(name, value)
    everyone = minds * habit_minding + (1 - minds) * habit_others
    outcomes = []
    for share, own_minds, own_habit, obeyed in (
        (minds, 1.0, habit_minding, obeyed_inside),
        (1 - minds, 0.0, habit_others, obeyed_outside),
    ):
        mind_here = placed * own_minds + (1 - placed) * minds
        habit_here = placed * own_habit + (1 - placed) * everyone
        clash = share * mind_here * habit_here * (1 - obeyed)
        outcomes.append(ZoneOutcome(clash, share * (1 - mind_here) * habit_here * obeyed))
    inside, outside = outcomes
    return ZoneOutcome(inside.clash + outside.clash, inside.harmless + outside.harmless)


def any_clash(clash: Quantity, neighbours: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Chance of at least one clash among several neighbours, for a customer drawn anew with each of them.

    It takes minding for a matter of chance. Where it stays with the person this holds only if everyone
    minds, and is too high otherwise: see `share_with_clash`.

    Args:
        clash: chance with one neighbour.
        neighbours: how many.
        xp: the reading.

    Returns:
        A probability.

    Raises:
        ValueError: if the chance lies outside [0, 1] or the number is negative.
    """
    checks.probability("clash", clash)
    checks.not_negative("neighbours", neighbours)
    return 1 - (1 - clash) ** neighbours


def share_with_clash(
    clash: Quantity, minds: Quantity, neighbours: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Share of customers who have at least one clash, when a customer minds all neighbours or none.

    Those who mind meet the act with the chance ``clash / minds`` beside each neighbour, independently.

    Args:
        clash: chance of a clash with one neighbour, for a customer drawn at random, at most ``minds``.
        minds: share of customers who mind, in (0, 1]. With 1 this is `any_clash`.
        neighbours: how many.
        xp: the reading.

    Returns:
        A share, never above ``minds``.

    Raises:
        ValueError: if an argument is out of range, or more clash than mind.
    """
    checks.probability("clash", clash)
    checks.within("minds", minds, 0.0, 1.0, low_open=True)
    numbers = not isinstance(clash, Expression) and not isinstance(minds, Expression)
    if numbers and np.any(np.asarray(clash) > np.asarray(minds) + 1e-12):
        raise ValueError(f"clash must not exceed minds, got {clash} and {minds}")
    return minds * any_clash(xp.minimum(clash / minds, 1), neighbours, xp)


def expected_clashes(clash: Quantity, neighbours: Quantity) -> Quantity:
    """Mean number of clashes of a customer with several neighbours, however minding is spread.

    Args:
        clash: chance with one neighbour.
        neighbours: how many.

    Returns:
        Clashes a customer.

    Raises:
        ValueError: if the chance lies outside [0, 1] or the number is negative.
    """
    checks.probability("clash", clash)
    checks.not_negative("neighbours", neighbours)
    return clash * neighbours


def net_gain_of_zoning(
    clash_random: Quantity,
    clash_zoned: Quantity,
    passengers: Quantity,
    clash_cost: Quantity,
    zoning_cost: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """What sorting customers into zones brings, less what it costs; a teaching device.

    Args:
        clash_random: chance of a clash for a customer seated at random.
        clash_zoned: chance when zoned.
        passengers: customers on the flight, or in the room.
        clash_cost: harm of one clash, in currency.
        zoning_cost: of zoning a flight: empty seats at the border, staff, parties split, in currency.
        xp: the reading.

    Returns:
        Currency a flight; negative where zoning does not pay.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.probability("clash_random", clash_random)
    checks.probability("clash_zoned", clash_zoned)
    checks.not_negative("passengers", passengers)
    checks.not_negative("clash_cost", clash_cost)
    checks.not_negative("zoning_cost", zoning_cost)
    return passengers * (clash_random - clash_zoned) * clash_cost - zoning_cost


def zoning_audit(groups: ArrayLike, minds: ArrayLike, respondents: ArrayLike) -> pd.DataFrame:
    """Who lands in the zone of those who mind, group by group.

    Args:
        groups: the group each row belongs to, an age for example, shape (rows,).
        minds: share of the row seated in the zone for those who mind, in [0, 1], shape (rows,).
        respondents: people counted in each row, shape (rows,).

    Returns:
        A row a group, in order of first appearance: ``respondents``; ``moved``, the share of the group
        in that zone; ``relative``, that share over the one of all respondents together.

    Raises:
        ValueError: if shapes differ, an entry is out of range, or nobody minds.
    """
    survey = _survey(np.zeros_like(np.asarray(minds, dtype=float)), minds, respondents)
    group = _labels("groups", groups, len(survey))
    moved = survey["minds"] * survey["respondents"]
    overall = moved.sum() / survey["respondents"].sum()
    if not overall > 0:
        raise ValueError("minds must be above zero for somebody: nobody would be moved")
    totals = (
        pd.DataFrame({"respondents": survey["respondents"], "moved": moved}).groupby(group, sort=False).sum()
    )
    counted = totals[totals["respondents"] > 0]
    share = counted["moved"] / counted["respondents"]
    return pd.DataFrame(
        {"respondents": counted["respondents"].astype(int), "moved": share, "relative": share / overall}
    ).rename_axis("group")


def _parameter(
    name: str, symbol: str, meaning: str, unit: str, low: float, high: float, source: str = "assumed"
) -> Parameter:
    return Parameter(name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source=source)


CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="clash",
        title="Clash between neighbours",
        page="during/other-customers",
        functions=(
            "clash_probability",
            "code_answers",
            "expected_clashes",
            "share_with_clash",
            "any_clash",
            "zoning_audit",
        ),
        equation=(
            r"\begin{aligned} q &= \sum_z s_z\, \bar r_z\, \bar m_z \\"
            r" q_{\text{random}} - q_{\text{minding}} &= -\operatorname{cov}(r, m) \\"
            r" E &= k\,q \\ Q &= m\left(1 - (1 - q/m)^k\right) \end{aligned}"
        ),
        parameters=(
            _parameter(
                "clash",
                "q",
                "chance of a clash with one neighbour",
                "1",
                0.01,
                0.5,
                "counts of a survey of 854 air travellers: 0.188 at random, 0.102 zoned by minding",
            ),
            _parameter("neighbours", "k", "neighbours", "people", 1, 10),
            _parameter("minds", "m", "share of customers who mind", "1", 0.05, 1, "0.412 in the same survey"),
        ),
        assumptions=(
            "A customer minds the act of every neighbour or of none; neighbours act independently.",
            "People do as they say, and as often beside one neighbour as beside another.",
            "Within a zone seats are drawn at random.",
            "The answers stand for the numbers they are coded as.",
        ),
        leaves_out=(
            "How much a clash hurts.",
            "Rules, prices and a word between neighbours, which change the habit itself.",
            "Parties who want to sit together across zones.",
        ),
        works=("martin1989", "martin2016"),
    ),
    ModelCard(
        id="zones-and-rules",
        title="Zones that some respect, and rules",
        page="during/other-customers",
        functions=("zoned_clash", "zone_with_rule"),
        equation=(
            r"\begin{aligned} q(a) &= q_{\text{random}} - a^2\,(q_{\text{random}} - q_{\text{zoned}}) \\"
            r" q_z &= s_z\, \bar m_z(a)\, \bar r_z(a)\,(1 - o_z) \end{aligned}"
        ),
        parameters=(
            _parameter(
                "minds", "m", "share of customers who mind", "1", 0.05, 1, "0.41 of 854 air travellers"
            ),
            _parameter(
                "habit_minding",
                r"r_M",
                "how often those who mind do it themselves",
                "1",
                0,
                1,
                "0.25 of flights, the same survey under our coding",
            ),
            _parameter(
                "habit_others",
                r"r_N",
                "how often the others do it",
                "1",
                0,
                1,
                "0.60 of flights, the same survey under our coding",
            ),
            _parameter("placed", "a", "share of customers who sit where they belong", "1", 0, 1),
            _parameter(
                "obeyed_inside", r"o_M", "share of the habit that a rule in the zone stops", "1", 0, 1
            ),
            _parameter("obeyed_outside", r"o_N", "the same beyond the zone", "1", 0, 1),
        ),
        assumptions=(
            "Whoever does not sit in the own zone sits anywhere, whatever they do or mind.",
            "A rule stops each act with the same chance.",
            "Zones change seats and nobody's habits or feelings.",
        ),
        leaves_out=(
            "The worth of an act to the one who does it.",
            "Who enforces the rule, and what that costs them.",
            "Those who say that they mind for the sake of a better seat.",
        ),
        works=("martin1989",),
    ),
    ModelCard(
        id="cost-of-zoning",
        title="What zoning brings and costs",
        page="during/other-customers",
        functions=("net_gain_of_zoning",),
        equation=r"G = N (q_{\text{random}} - q_{\text{zoned}})\, h - c",
        parameters=(
            _parameter("clash_random", r"q_{\text{random}}", "chance of a clash at random", "1", 0.05, 0.5),
            _parameter("clash_zoned", r"q_{\text{zoned}}", "chance of a clash when zoned", "1", 0, 0.5),
            _parameter("passengers", "N", "customers on a flight", "people", 20, 300),
            _parameter("clash_cost", "h", "harm of one clash", "currency", 0, 250),
            _parameter("zoning_cost", "c", "cost of zoning a flight", "currency", 0, 1_000),
        ),
        assumptions=("Each customer has one neighbour who matters.", "Every clash harms as much."),
        leaves_out=("Who bears the cost.", "What being sorted does to people."),
        works=("martin2016",),
        teaching_device=True,
    ),
)
