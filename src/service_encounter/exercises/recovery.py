"""Exercise of *After-sales service, complaints and recovery*: what a failure cost on average behind a gain."""

from __future__ import annotations

from service_encounter.check import Verdict, marks, numbers
from service_encounter.models import recovery

_REPORTED, _SPREAD, _HALO, _KEPT = 0.30, 1.6, 0.5, 0.20
_HARM_TOLERANCE, _SHARE_TOLERANCE = 0.02, 0.01
_EXAMPLE = {"harm": 1.0, "share": 0.1}


def _lift(share: float, spread: float = _SPREAD, halo: float = _HALO) -> float:
    """What keeping the top share adds to a mean, in points: the paradox of a harmless failure."""
    return float(recovery.recovery_paradox(0.0, spread, halo, share))


def _harm() -> float:
    return _lift(_KEPT) - _REPORTED


def _share() -> float:
    """The share kept at which the lift just makes up for the harm."""
    low, high = 0.02, 0.98
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _lift(middle) > _harm() else (low, middle)
    return (low + high) / 2


def _harm_fault(given: float) -> str:
    def close(wanted: float) -> bool:
        return abs(given - wanted) <= _HARM_TOLERANCE

    if close(-_harm()):
        return (
            "The size is right. The exercise asks for what a failure costs, so a loss is a positive number."
        )
    if close(_REPORTED) or close(-_REPORTED):
        return (
            "That is the airline's own figure. It compares a chosen fifth of the delayed with everybody else; what "
            "the choosing adds must come off first."
        )
    if close(_lift(_KEPT)):
        return "That is what choosing adds. Part of it still shows as the reported gain; the rest was eaten by the harm."
    if close(_lift(_KEPT) + _REPORTED):
        return (
            "You added the reported gain. What choosing adds, less the harm, is what the report shows: the harm is "
            "the difference of the two."
        )
    if close(_lift(_KEPT, halo=1.0) - _REPORTED):
        return "You let the score decide the rating alone. They correlate at 0.5 only, so choosing adds half as much."
    if close(_lift(_KEPT, spread=1.0) - _REPORTED):
        return "The mean of the top fifth is in standard deviations. One of them is 1.6 points here."
    return "Choosing adds correlation times standard deviation times the mean of the top fifth. Take the report from it."


def _share_fault(given: float) -> str:
    def close(wanted: float) -> bool:
        return abs(given - wanted) <= _SHARE_TOLERANCE

    if close(1 - _share()):
        return "That is the share left out. The exercise asks for the share kept."
    if abs(given / 100 - _share()) <= _SHARE_TOLERANCE:
        return "That is a percentage. The exercise asks for a share between 0 and 1."
    if close(_KEPT):
        return "At a fifth the report shows its 0.30. Keep more of the delayed, and it melts."
    return (
        "Find the share whose top mean, times 0.5 and times 1.6, is just the harm; then choosing adds what the delay "
        "took away."
    )


@marks("after-sales-undo")
def undo(value: object) -> Verdict:
    """Judge the harm behind a reported gain and the share kept at which the gain would vanish.

    Args:
        value: a mapping from ``harm`` to points and from ``share`` to a share of the failed customers.

    Raises:
        TypeError, ValueError: if it is not such a mapping.
    """
    given = numbers(value, _EXAMPLE)
    if abs(given["harm"] - _harm()) > _HARM_TOLERANCE:
        return Verdict(False, f"Look at `harm`. {_harm_fault(given['harm'])}")
    if abs(given["share"] - _share()) > _SHARE_TOLERANCE:
        return Verdict(False, f"Look at `share`. {_share_fault(given['share'])}")
    return Verdict(
        True,
        f"Over all the delayed, a delay cost {_harm():.2f} points, and the report made a gain of {_REPORTED:.2f} out of "
        f"it. Had the airline kept {100 * _share():.0f} in a hundred instead of {100 * _KEPT:.0f}, it would have found "
        "nothing. What the delay did to the fifth it kept, these numbers do not say.",
    )
