"""Work shared between staff and customer: how much of it should the customer do?

A job is a row of tasks in order of difficulty; the customer does the easiest share of it.
"""

from __future__ import annotations

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = ["ability_threshold", "expected_failure_cost", "optimal_share", "shadow_work", "task_share_cost"]


def expected_failure_cost(
    share: Quantity,
    ability: Quantity,
    failure_cost: Quantity,
    hardness: Quantity,
    steepness: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Expected cost of what goes wrong in the part that the customer does.

    The rate of failure at task position t is (hardness / ability) * exp(steepness * t). With a failure
    cost of 1 the result is the expected number of failures, which may pass 1: several tasks can fail.

    Args:
        share: of the job that the customer does, the easiest first, in [0, 1].
        ability: of the customer; 1 is as able as staff.
        failure_cost: of one failed task, in currency.
        hardness: failures a job at the easiest task, for an ability of 1.
        steepness: how fast tasks get harder along the job.
        xp: the reading.

    Returns:
        Currency a job.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.probability("share", share)
    checks.positive("ability", ability)
    checks.not_negative("failure_cost", failure_cost)
    checks.not_negative("hardness", hardness)
    checks.positive("steepness", steepness)
    return failure_cost * hardness / ability * (xp.exp(steepness * share) - 1) / steepness


def task_share_cost(
    share: Quantity,
    ability: Quantity,
    staff_cost: Quantity,
    customer_cost: Quantity,
    failure_cost: Quantity,
    hardness: Quantity,
    steepness: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Cost of a job of which the customer does a share: staff, the customer's effort, and failures.

    Args:
        share: of the job that the customer does, the easiest first, in [0, 1].
        ability: of the customer; 1 is as able as staff.
        staff_cost: of a whole job done by staff, in currency.
        customer_cost: of the effort of a whole job to a customer of ability 1, in currency.
        failure_cost: of one failed task, in currency.
        hardness: failures a job at the easiest task, for an ability of 1.
        steepness: how fast tasks get harder along the job.
        xp: the reading.

    Returns:
        Currency a job, to firm and customer together.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.not_negative("staff_cost", staff_cost)
    checks.not_negative("customer_cost", customer_cost)
    failures = expected_failure_cost(share, ability, failure_cost, hardness, steepness, xp)
    return staff_cost * (1 - share) + customer_cost / ability * share + failures


def ability_threshold(
    staff_cost: Quantity,
    customer_cost: Quantity,
    failure_cost: Quantity,
    hardness: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Ability below which a customer should do nothing: full service is cheapest.

    Args:
        staff_cost: of a whole job done by staff, in currency.
        customer_cost: of the effort of a whole job to a customer of ability 1, in currency.
        failure_cost: of one failed task, in currency.
        hardness: failures a job at the easiest task, for an ability of 1.
        xp: the reading.

    Returns:
        An ability, in the unit where 1 is as able as staff.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.positive("staff_cost", staff_cost)
    checks.not_negative("customer_cost", customer_cost)
    checks.not_negative("failure_cost", failure_cost)
    checks.not_negative("hardness", hardness)
    return (customer_cost + failure_cost * hardness) / staff_cost


def optimal_share(
    ability: Quantity,
    staff_cost: Quantity,
    customer_cost: Quantity,
    failure_cost: Quantity,
    hardness: Quantity,
    steepness: Quantity,
    xp: Namespace = NUMPY,
) -> Quantity:
    """Share of the job that the customer should do, so that `task_share_cost` is least.

    Inside (0, 1) the last task costs as much with staff as with the customer; below
    `ability_threshold` the share is zero, and a very able customer does the whole job.

    Args:
        ability: of the customer; 1 is as able as staff.
        staff_cost: of a whole job done by staff, in currency.
        customer_cost: of the effort of a whole job to a customer of ability 1, in currency.
        failure_cost: of one failed task, in currency, above zero.
        hardness: failures a job at the easiest task, for an ability of 1, above zero.
        steepness: how fast tasks get harder along the job.
        xp: the reading.

    Returns:
        A share in [0, 1].

    Raises:
        ValueError: if an argument is out of range; where nothing can fail, no share lies inside.
    """
    checks.positive("ability", ability)
    checks.positive("staff_cost", staff_cost)
    checks.not_negative("customer_cost", customer_cost)
    checks.positive("failure_cost", failure_cost)
    checks.positive("hardness", hardness)
    checks.positive("steepness", steepness)
    worth = (staff_cost * ability - customer_cost) / (failure_cost * hardness)
    # At or below one the first task does not pay; the logarithm of one is the share zero.
    return xp.minimum(1.0, xp.log(xp.maximum(1.0, worth)) / steepness)


def shadow_work(
    share: Quantity, ability: Quantity, job_minutes: Quantity, visits: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Minutes of unpaid work that customers do in place of staff.

    Args:
        share: of the job that the customer does, in [0, 1].
        ability: of the customer; 1 is as fast as staff.
        job_minutes: that staff need for a whole job.
        visits: jobs counted: one for a visit, a year's worth for a year.
        xp: the reading.

    Returns:
        Customers' minutes; staff save ``share * job_minutes * visits``.

    Raises:
        ValueError: if an argument is out of range.
    """
    checks.probability("share", share)
    checks.positive("ability", ability)
    checks.not_negative("job_minutes", job_minutes)
    checks.not_negative("visits", visits)
    return visits * job_minutes * share / ability


def _parameter(name: str, symbol: str, meaning: str, unit: str, low: float, high: float) -> Parameter:
    return Parameter(
        name=name, symbol=symbol, meaning=meaning, unit=unit, low=low, high=high, source="assumed"
    )


_SHARE = _parameter("share", "x", "share of the job done by the customer", "1", 0, 1)
_ABILITY = _parameter("ability", "A", "customer's ability, 1 as able as staff", "1", 0.2, 3.5)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="task-share",
        title="Who does which task",
        page="during/co-production",
        functions=("task_share_cost", "expected_failure_cost", "optimal_share", "ability_threshold"),
        equation=(
            r"\begin{aligned} C(x) &= w_f (1 - x) + \frac{w_c}{A} x \\"
            r" &\quad + K \frac{h}{A} \frac{e^{b x} - 1}{b} \\"
            r" x^{*} &= \frac{1}{b} \ln \frac{w_f A - w_c}{K h} \\"
            r" &\quad \text{within } [0, 1] \\"
            r" A_0 &= \frac{w_c + K h}{w_f} \end{aligned}"
        ),
        parameters=(
            _SHARE,
            _ABILITY,
            _parameter("staff_cost", "w_f", "cost of a whole job done by staff", "currency/job", 1, 20),
            _parameter("customer_cost", "w_c", "customer's effort for a whole job", "currency/job", 0, 10),
            _parameter("failure_cost", "K", "cost of one failed task", "currency", 1, 50),
            _parameter("hardness", "h", "failures a job at the easiest task", "1/job", 0.01, 0.5),
            _parameter("steepness", "b", "how fast tasks get harder", "1", 0.5, 5),
        ),
        assumptions=(
            "Tasks can be put in order of difficulty and divided at any point.",
            "Staff do not fail.",
            "Who takes twice the time also fails twice as often.",
            "A failure costs the same wherever it happens; a line that it meets is not counted again.",
            "Failures add up: their expected number may pass 1 for a job.",
            "Somebody weighs the customer's effort like money of the firm.",
        ),
        leaves_out=(
            "Learning by doing.",
            "Pride, boredom, company: what the doing itself gives or takes.",
            "Who decides: a firm that leaves the customer's effort out of its sum shifts more work.",
            "Customers' time beside staff who work.",
            "What the machine costs, and what a rival makes the firm pass on in its price.",
        ),
        works=("bitner1997", "xue2007", "meuter2005"),
        teaching_device=True,
    ),
    ModelCard(
        id="shadow-work",
        title="Shadow work",
        page="during/co-production",
        functions=("shadow_work",),
        equation=r"M = v\, m\, \frac{x}{A}",
        parameters=(
            _SHARE,
            _ABILITY,
            _parameter("job_minutes", "m", "staff time for a whole job", "min/job", 1, 60),
            _parameter("visits", "v", "jobs counted", "jobs", 1, 1_000),
        ),
        assumptions=("A customer half as able needs twice the time.",),
        leaves_out=("Waits that self-service spares the customer.", "Whether the work is a burden or fun."),
        works=("illich1981", "lambert2015"),
        teaching_device=True,
    ),
)
