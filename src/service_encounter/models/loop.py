"""The loop of a service market: customers talk, and talk makes customers.

Awareness spreads from outside (advertising, passing by) and through talk, as in a Bass
model whose talkers are the aware who considered and chose. The dissatisfied talk too, so
talk raises awareness whatever its tone; its tone, which satisfaction sets, moves the
choice of those whom it reaches.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "awareness_path",
    "awareness_without_talk",
    "choice_of_aware",
    "choice_of_told",
    "loop_path",
    "next_awareness",
    "next_told",
]


def _talk_reach(aware: Quantity, talk: Quantity, chooses: Quantity, considers: Quantity) -> Quantity:
    return talk * chooses * considers * aware


def _check_rates(outside: Quantity, talk: Quantity, chooses: Quantity, considers: Quantity) -> None:
    checks.probability("outside", outside)
    checks.not_negative("talk", talk)
    checks.probability("chooses", chooses)
    checks.probability("considers", considers)
    checks.probability("outside + talk * chooses * considers", outside + talk * chooses * considers)


def next_awareness(
    aware: Quantity,
    outside: Quantity,
    talk: Quantity,
    chooses: Quantity,
    considers: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of the market that is aware one period on.

    Args:
        aware: share aware now, in [0, 1].
        outside: share of the unaware whom outside sources reach in a period (alpha).
        talk: people whom one customer would reach in a period in a wholly unaware market (omega).
        chooses: share of those considering who choose the service (p).
        considers: share of the aware who consider it (c).
        xp: math namespace.

    Returns:
        a + (1 - a)(alpha + omega p c a), in [aware, 1].

    Raises:
        ValueError: if a share leaves [0, 1], or alpha + omega p c exceeds 1.
    """
    checks.probability("aware", aware)
    _check_rates(outside, talk, chooses, considers)
    return aware + (1 - aware) * (outside + _talk_reach(aware, talk, chooses, considers))


def awareness_path(
    first_aware: float, outside: float, talk: float, chooses: float, considers: float, periods: int
) -> npt.NDArray[np.float64]:
    """Awareness in periods 0 to ``periods`` while choice stays as it is.

    Returns:
        Array of shape (periods + 1,), shares in [0, 1], never falling.

    Raises:
        ValueError: as `next_awareness`, or if ``periods`` is not a whole number.
    """
    checks.whole("periods", periods)
    checks.probability("first_aware", first_aware)
    path = [float(first_aware)]
    for _ in range(periods):
        path.append(float(next_awareness(path[-1], outside, talk, chooses, considers)))
    return np.array(path)


def awareness_without_talk(
    first_aware: Quantity, outside: Quantity, period: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Awareness after a number of periods if nobody tells anybody: 1 - (1 - a0)(1 - alpha)^t.

    Args:
        first_aware: share aware in period 0.
        outside: share of the unaware whom outside sources reach in a period.
        period: periods since period 0, not negative.
        xp: math namespace.

    Raises:
        ValueError: if a share leaves [0, 1] or ``period`` is negative.
    """
    checks.probability("first_aware", first_aware)
    checks.probability("outside", outside)
    checks.not_negative("period", period)
    return 1 - (1 - first_aware) * (1 - outside) ** period


def next_told(
    told: Quantity,
    aware: Quantity,
    talk: Quantity,
    chooses: Quantity,
    considers: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of the market that has heard a customer speak of the service, one period on.

    Talk reaches the aware and the unaware alike: h + (1 - h) omega p c a.

    Args:
        told: share that has heard a customer by now.
        aware: as in `next_awareness`.
        talk: as in `next_awareness`.
        chooses: as in `next_awareness`.
        considers: as in `next_awareness`.
        xp: math namespace.

    Raises:
        ValueError: if a share leaves [0, 1], or omega p c exceeds 1.
    """
    checks.probability("told", told)
    checks.probability("aware", aware)
    _check_rates(0.0, talk, chooses, considers)
    return told + (1 - told) * _talk_reach(aware, talk, chooses, considers)


def choice_of_told(
    base_choice: Quantity, satisfaction: Quantity, valence: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Chance that somebody who considers the service, and has heard customers, chooses it.

    The log-odds of choice move by ``valence`` times (2 satisfaction - 1): talk by customers
    of whom half are satisfied leaves choice where it was.

    Args:
        base_choice: chance without talk, in (0, 1).
        satisfaction: share of customers who are satisfied, in [0, 1].
        valence: shift of the log-odds if every customer is satisfied, not negative.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range.
    """
    checks.within("base_choice", base_choice, 0, 1, low_open=True, high_open=True)
    checks.probability("satisfaction", satisfaction)
    checks.not_negative("valence", valence)
    log_odds = xp.log(base_choice / (1 - base_choice)) + valence * (2 * satisfaction - 1)
    return 1 / (1 + xp.exp(-log_odds))


def choice_of_aware(
    aware: Quantity,
    told: Quantity,
    base_choice: Quantity,
    satisfaction: Quantity,
    valence: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Mean choice among the aware, of whom the share told / aware has heard customers.

    Args:
        aware: share of the market that is aware, in (0, 1].
        told: share of the market that has heard a customer; all of these are aware.
        base_choice: as in `choice_of_told`.
        satisfaction: as in `choice_of_told`.
        valence: as in `choice_of_told`.
        xp: math namespace.

    Raises:
        ValueError: if an argument leaves its range, or more are told than are aware.
    """
    checks.within("aware", aware, 0, 1, low_open=True)
    checks.probability("told", told)
    checks.not_negative("aware - told", aware - told)
    told_choice = choice_of_told(base_choice, satisfaction, valence, xp)
    return base_choice + told / aware * (told_choice - base_choice)


def loop_path(
    first_aware: float,
    outside: float,
    talk: float,
    base_choice: float,
    considers: float,
    satisfaction: float,
    valence: float,
    periods: int,
) -> pd.DataFrame:
    """The whole loop: satisfaction moves choice, choice makes talkers, talk makes the aware.

    Nobody has been told anything in period 0. Arguments as in `next_awareness` and
    `choice_of_told`.

    Returns:
        One row a period, 0 to ``periods``, with columns ``period`` and, as shares,
        ``aware`` and ``told`` (of the market), ``chooses`` (of those who consider) and
        ``customers`` (of the market: aware x considers x chooses).

    Raises:
        ValueError: if an argument leaves its range, or nobody is aware in period 0.
    """
    checks.whole("periods", periods)
    checks.within("first_aware", first_aware, 0, 1, low_open=True)
    aware, told, rows = float(first_aware), 0.0, []
    for period in range(periods + 1):
        chooses = float(choice_of_aware(aware, told, base_choice, satisfaction, valence))
        rows.append((period, aware, told, chooses, aware * considers * chooses))
        following = float(next_awareness(aware, outside, talk, chooses, considers))
        # Rounding alone could put the told above the aware when alpha is 0.
        told = min(float(next_told(told, aware, talk, chooses, considers)), following)
        aware = following
    return pd.DataFrame(rows, columns=["period", "aware", "told", "chooses", "customers"])


_AWARE = Parameter(
    name="aware",
    symbol="a_t",
    meaning="share of the market that is aware",
    unit="1",
    low=0.01,
    high=1.0,
    source="assumed",
)
_TOLD = Parameter(
    name="told",
    symbol="h_t",
    meaning="share of the market that has heard a customer",
    unit="1",
    low=0.0,
    high=1.0,
    source="assumed",
)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="awareness-loop",
        title="Awareness from outside and from talk",
        page="orientation/journey",
        functions=("next_awareness", "awareness_path", "awareness_without_talk", "next_told"),
        equation=r"\begin{aligned}a_{t+1} &= a_t + (1 - a_t)(\alpha + \omega p c\, a_t), \\ "
        r"h_{t+1} &= h_t + (1 - h_t)\,\omega p c\, a_t, \\ "
        r"\alpha + \omega p c &\le 1\end{aligned}",
        parameters=(
            _AWARE,
            Parameter(
                name="first_aware",
                symbol="a_0",
                meaning="share aware in period 0",
                unit="1",
                low=0.01,
                high=1.0,
                source="assumed",
            ),
            _TOLD,
            Parameter(
                name="outside",
                symbol=r"\alpha",
                meaning="share of the unaware reached from outside in a period",
                unit="1 per period",
                low=0.0,
                high=0.2,
                source="assumed",
            ),
            Parameter(
                name="talk",
                symbol=r"\omega",
                meaning="people a customer reaches in a period when nobody is aware yet",
                unit="people per period",
                low=0.0,
                high=0.8,
                source="assumed",
            ),
            Parameter(
                name="chooses",
                symbol="p",
                meaning="share of those considering who choose the service",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="considers",
                symbol="c",
                meaning="share of the aware who consider the service",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="period",
                symbol="t",
                meaning="periods since the start",
                unit="periods",
                low=0.0,
                high=52.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "Everybody meets everybody with the same chance.",
            "Nobody forgets the service.",
            "Satisfied and dissatisfied customers talk equally often.",
        ),
        leaves_out=("Capacity and price.", "Rival services.", "Circles of friends who all know already."),
        works=("tsiotsou2015", "lemon2016", "bass1969"),
        teaching_device=True,
    ),
    ModelCard(
        id="talk-moves-choice",
        title="Satisfaction, talk and the choice of those it reaches",
        page="orientation/journey",
        functions=("choice_of_told", "choice_of_aware", "loop_path"),
        equation=r"\operatorname{logit} p_{\text{told}} = \operatorname{logit} p_0 + v\,(2s - 1), \qquad "
        r"p_t = p_0 + \frac{h_t}{a_t}\,(p_{\text{told}} - p_0)",
        parameters=(
            _AWARE,
            _TOLD,
            Parameter(
                name="base_choice",
                symbol="p_0",
                meaning="chance of choosing when no customer has been heard",
                unit="1",
                low=0.05,
                high=0.95,
                source="assumed",
            ),
            Parameter(
                name="satisfaction",
                symbol="s",
                meaning="share of customers who are satisfied",
                unit="1",
                low=0.0,
                high=1.0,
                source="assumed",
            ),
            Parameter(
                name="valence",
                symbol="v",
                meaning="shift of the log-odds of choice when every customer is satisfied",
                unit="log-odds",
                low=0.0,
                high=4.0,
                source="assumed",
            ),
        ),
        assumptions=(
            "Good and bad reports weigh the same.",
            "Hearing two customers moves choice no further than hearing one.",
            "What one has heard is never forgotten or overwritten.",
        ),
        leaves_out=(
            "What visitors learn from their own visit.",
            "Who talks to whom.",
            "Ratings and reviews by strangers.",
            "A change of satisfaction as load grows.",
        ),
        works=("tsiotsou2015", "anderson1998"),
        teaching_device=True,
    ),
)
