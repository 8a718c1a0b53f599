"""Retention: who is still a customer, who will buy again, and what that is worth.

Three settings. A contract shows when a customer leaves: the shifted beta-geometric (sBG) model
reads its survival curve. Purchase occasions that come round at fixed times show only who bought:
the beta-geometric/beta-Bernoulli (BG/BB) model. Purchases at any time: the BG/NBD model. In all
three every customer keeps the same habits until leaving; what changes with tenure is who is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "BgbbFit",
    "BgnbdFit",
    "NotIdentifiedError",
    "SbgFit",
    "constant_survival",
    "endpoint_retention_rate",
    "fit_bgbb",
    "fit_bgnbd",
    "fit_sbg",
    "lifetime_value",
    "lifetime_value_sbg",
    "likelihood_retention_rate",
    "observed_retention_rates",
    "sbg_retention_rate",
    "sbg_survival",
]

Floats = NDArray[np.float64]
# Mean log-likelihood and its gradient, both at the given parameters.
Likelihood = Callable[[Floats], tuple[float, Floats]]


class NotIdentifiedError(ValueError):
    """The data do not single out one set of parameters, so there is no estimate to report."""


# --- Maximum likelihood -----------------------------------------------------------------------

# A parameter beyond exp(+-10), or a log-likelihood this flat per customer, means that the maximum
# lies at infinity or along a ridge.
_FARTHEST_LOG = 10.0
_FLATTEST = 1e-7


def _maximise(mean_log_likelihood: Likelihood, start: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Maximise over positive parameters, searching in their logarithms.

    Args:
        mean_log_likelihood: of one customer, with its gradient, at the parameters themselves.
        start: positive starting values.
        names: of the parameters, for the error message.

    Returns:
        The estimates, and the covariance matrix of their logarithms for a sample of one customer.

    Raises:
        NotIdentifiedError: if the search ends on a boundary, on a ridge or not at all.
    """
    from scipy.optimize import minimize

    def loss(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(np.clip(logs, -30.0, 30.0))
        value, gradient = mean_log_likelihood(parameters)
        return -value, -gradient * parameters

    def slope(logs: Floats) -> Floats:
        return loss(logs)[1]

    # A failed line search near the optimum is common and harmless: the polish and the tests below decide.
    logs = minimize(loss, np.log(start), jac=True, method="BFGS", options={"gtol": 1e-8}).x
    curvature = _jacobian(slope, logs)
    for _ in range(3):
        if not _settled(logs, curvature):
            break
        logs = logs - np.linalg.solve(curvature, slope(logs))
        curvature = _jacobian(slope, logs)
    if not _settled(logs, curvature) or np.abs(slope(logs)).max() > 1e-7:
        raise NotIdentifiedError(
            f"the data do not identify {', '.join(names)}: the likelihood has no clear maximum, "
            f"and the search ended at {', '.join(f'{value:.3g}' for value in np.exp(logs))}"
        )
    return np.asarray(np.exp(logs), dtype=float), np.asarray(np.linalg.inv(curvature), dtype=float)


def _settled(logs: Floats, curvature: Floats) -> bool:
    inside = bool(np.all(np.isfinite(logs)) and np.all(np.abs(logs) < _FARTHEST_LOG))
    return inside and bool(np.linalg.eigvalsh(curvature).min() > _FLATTEST)


def _jacobian(slope: Callable[[Floats], Floats], at: Floats) -> Floats:
    step = 1e-4
    columns = [(slope(at + step * unit) - slope(at - step * unit)) / (2 * step) for unit in np.eye(len(at))]
    matrix = np.column_stack(columns)
    return (matrix + matrix.T) / 2


def _log_beta(a: Quantity, b: Quantity) -> Quantity:
    from scipy.special import betaln

    return betaln(a, b)


def _log_beta_slopes(a: Quantity, b: Quantity) -> tuple[Quantity, Quantity]:
    from scipy.special import psi

    both = psi(a + b)
    return psi(a) - both, psi(b) - both


def _columns(frame: pd.DataFrame, required: Sequence[str]) -> list[Floats]:
    missing = [name for name in required if name not in frame.columns]
    if missing:
        present = ", ".join(map(str, frame.columns))
        raise ValueError(f"frame has no column {', '.join(missing)}; it has {present}")
    if frame.empty:
        raise ValueError("frame has no rows: give at least one customer")
    arrays = [frame[name].to_numpy(dtype=float, na_value=np.nan) for name in required]
    for name, values in zip(required, arrays, strict=True):
        checks.not_negative(name, values)
    return arrays


def _broadcast(*values: ArrayLike) -> tuple[Floats, ...]:
    return np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values))


def _check_history(frequency: Floats, recency: Floats, observed: Floats, observed_name: str) -> None:
    checks.whole("frequency", frequency)
    if np.any(recency > observed):
        row = int(np.argmax(recency > observed))
        raise ValueError(
            f"recency must not exceed {observed_name}: row {row} has {recency[row]:g} and {observed[row]:g}"
        )
    if np.any((frequency == 0) != (recency == 0)):
        row = int(np.argmax((frequency == 0) != (recency == 0)))
        raise ValueError(
            "recency is the time of the last purchase, so it is 0 exactly where frequency is 0: "
            f"row {row} has frequency {frequency[row]:g} and recency {recency[row]:g}"
        )


# --- Contracts: a constant rate, and the shifted beta-geometric ------------------------------


def _survivors(survivors: ArrayLike) -> Floats:
    left = np.asarray(survivors, dtype=float)
    if left.ndim != 1 or len(left) < 2:
        raise ValueError(
            f"survivors must be a series of two values or more from tenure 0, got shape {left.shape}"
        )
    checks.not_negative("survivors", left)
    checks.positive("survivors at tenure 0", left[0])
    if np.any(np.diff(left) > 0):
        tenure = int(np.argmax(np.diff(left) > 0)) + 1
        raise ValueError(
            f"survivors must not rise: {left[tenure - 1]:g} at tenure {tenure - 1}, "
            f"{left[tenure]:g} at tenure {tenure}"
        )
    return left


def observed_retention_rates(survivors: ArrayLike) -> Floats:
    """Share of those left at tenure t - 1 who are left at tenure t.

    Args:
        survivors: customers, or shares, left at tenure 0, 1, 2, ...

    Returns:
        One rate for each tenure from 1.

    Raises:
        ValueError: if the series rises, is negative or has missing values, or nobody is left to retain.
    """
    left = _survivors(survivors)
    checks.positive("survivors before the last tenure", left[:-1])
    return left[1:] / left[:-1]


def endpoint_retention_rate(survivors: ArrayLike) -> float:
    """The constant yearly rate that hits the last survivor count exactly and ignores the rest.

    Args:
        survivors: customers, or shares, left at tenure 0, 1, 2, ...

    Raises:
        ValueError: if the series rises, is negative or has missing values.
    """
    left = _survivors(survivors)
    return float((left[-1] / left[0]) ** (1 / (len(left) - 1)))


def likelihood_retention_rate(survivors: ArrayLike) -> float:
    """The constant rate of maximum likelihood: renewals over chances to renew.

    Args:
        survivors: customers, or shares, left at tenure 0, 1, 2, ...

    Raises:
        ValueError: if the series rises, is negative or has missing values.
    """
    left = _survivors(survivors)
    return float(left[1:].sum() / left[:-1].sum())


def constant_survival(retention_rate: Quantity, tenure: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share left after ``tenure`` renewals when everybody renews at one rate.

    Args:
        retention_rate: chance of renewing, in (0, 1].
        tenure: renewals behind the customer.
        xp: math namespace.
    """
    checks.within("retention_rate", retention_rate, 0.0, 1.0, low_open=True)
    checks.not_negative("tenure", tenure)
    return xp.exp(tenure * xp.log(retention_rate))


def sbg_retention_rate(alpha: Quantity, beta: Quantity, tenure: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of those left at ``tenure`` - 1 whom the sBG model keeps at ``tenure``.

    It rises with tenure although no customer's own chance changes: the unfaithful leave first.

    Args:
        alpha: first parameter of the beta distribution of the chance of leaving, above 0.
        beta: second parameter, above 0.
        tenure: 1 for the first renewal.
        xp: math namespace.
    """
    checks.positive("alpha", alpha)
    checks.positive("beta", beta)
    checks.within("tenure", tenure, 1.0, np.inf, high_open=True)
    return (beta + tenure - 1) / (alpha + beta + tenure - 1)


def sbg_survival(alpha: float, beta: float, periods: int) -> Floats:
    """Shares left after 1, 2, ..., ``periods`` renewals under the sBG model.

    Args:
        alpha: first parameter of the beta distribution of the chance of leaving, above 0.
        beta: second parameter, above 0.
        periods: renewals to look ahead, at least 1.

    Raises:
        ValueError: if an argument is out of range.

    >>> sbg_survival(alpha=1, beta=2, periods=3).round(3).tolist()
    [0.667, 0.5, 0.4]
    """
    checks.whole("periods", periods, low=1)
    return np.cumprod(np.asarray(sbg_retention_rate(alpha, beta, np.arange(1, periods + 1)), dtype=float))


@dataclass(frozen=True)
class SbgFit:
    """A fitted sBG model.

    Args:
        alpha, beta: of the beta distribution of the chance of leaving.
        log_likelihood: in the units of the survivors given: of all customers, or of one share in full.
    """

    alpha: float
    beta: float
    log_likelihood: float

    @property
    def mean_churn(self) -> float:
        """Mean chance of leaving at the first renewal."""
        return self.alpha / (self.alpha + self.beta)

    def survival(self, periods: int) -> Floats:
        """Shares left after 1, 2, ..., ``periods`` renewals."""
        return sbg_survival(self.alpha, self.beta, periods)

    def retention_rate(self, tenure: ArrayLike) -> Quantity:
        """Share of those left at ``tenure`` - 1 who are left at ``tenure``."""
        return sbg_retention_rate(self.alpha, self.beta, np.asarray(tenure, dtype=float))


def fit_sbg(survivors: ArrayLike) -> SbgFit:
    """Fit the sBG model by maximum likelihood (Fader and Hardie 2007).

    Args:
        survivors: customers, or shares, left at tenure 0, 1, 2, ...

    Raises:
        ValueError: if the series rises, is negative or has missing values.
        NotIdentifiedError: if two numbers cannot be read from it: nobody leaves, everybody leaves at
            once, there are fewer than two renewals, or retention does not rise with tenure.
    """
    left = _survivors(survivors)
    if len(left) < 3:
        raise NotIdentifiedError("survivors must reach tenure 2 at least to identify alpha and beta")
    leavers = -np.diff(left) / left[0]
    stayers = left[-1] / left[0]
    tenure = np.arange(1, len(left))

    def mean_log_likelihood(parameters: Floats) -> tuple[float, Floats]:
        alpha, beta = parameters
        leaving, staying = (alpha + 1, beta + tenure - 1), (alpha, beta + tenure[-1])
        value = leavers @ _log_beta(*leaving) + stayers * _log_beta(*staying) - _log_beta(alpha, beta)
        gradient = leavers @ np.column_stack(_log_beta_slopes(*leaving))
        gradient = (
            gradient
            + stayers * np.array(_log_beta_slopes(*staying))
            - np.array(_log_beta_slopes(alpha, beta))
        )
        return float(value), gradient

    try:
        estimates, _ = _maximise(mean_log_likelihood, np.array([1.0, 2.0]), ("alpha", "beta"))
    except NotIdentifiedError as error:
        raise NotIdentifiedError(
            f"{error}. The sBG model needs some who leave, some who stay, "
            "and a retention rate that rises with tenure"
        ) from None
    alpha, beta = (float(value) for value in estimates)
    return SbgFit(alpha, beta, mean_log_likelihood(estimates)[0] * float(left[0]))


# --- Purchase occasions at fixed times: BG/BB -------------------------------------------------


@dataclass(frozen=True)
class BgbbFit:
    """A fitted BG/BB model (Fader, Hardie and Shang 2010).

    Args:
        alpha, beta: of the beta distribution of the chance of buying at an occasion while alive.
        gamma, delta: of the beta distribution of the chance of leaving before an occasion.
        log_likelihood: of all customers.
        standard_errors: of alpha, beta, gamma and delta.
    """

    alpha: float
    beta: float
    gamma: float
    delta: float
    log_likelihood: float = np.nan
    standard_errors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("alpha", "beta", "gamma", "delta"):
            checks.positive(name, getattr(self, name))

    def expected_purchases(self, periods: int) -> float:
        """Mean purchases of a new customer over ``periods`` occasions."""
        share_buying = self.alpha / (self.alpha + self.beta)
        return float(share_buying * sbg_survival(self.gamma, self.delta, periods).sum())

    def probability_of_purchases(self, purchases: int, periods: int) -> float:
        """Chance that a new customer buys exactly ``purchases`` times in ``periods`` occasions.

        Raises:
            ValueError: if either is not a whole number, or purchases exceed periods.
        """
        from scipy.special import comb

        checks.whole("periods", periods, low=1)
        checks.whole("purchases", purchases)
        checks.within("purchases", purchases, 0, periods)
        alive_for = np.arange(purchases, periods + 1)
        ways = comb(alive_for, purchases)
        return float(ways @ np.exp(_bgbb_log_terms(self._parameters, purchases, alive_for, periods)))

    def probability_of_zero(self, periods: int) -> float:
        """Chance that a new customer buys nothing in ``periods`` occasions."""
        return self.probability_of_purchases(0, periods)

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, periods: ArrayLike) -> Quantity:
        """Chance that a customer is still one at the occasion after the ``periods`` observed.

        Args:
            frequency: occasions with a purchase.
            recency: the last of them, 0 if none.
            periods: occasions observed.
        """
        x, _, n, log_likelihood = self._history(frequency, recency, periods)
        log_bought = _log_beta(self.alpha + x, self.beta + n - x) - _log_beta(self.alpha, self.beta)
        log_alive = _log_beta(self.gamma, self.delta + n + 1) - _log_beta(self.gamma, self.delta)
        return np.exp(log_bought + log_alive - log_likelihood)

    def expected_further_purchases(
        self, frequency: ArrayLike, recency: ArrayLike, periods: ArrayLike, ahead: int
    ) -> Quantity:
        """Mean purchases of a customer with this history over the next ``ahead`` occasions."""
        checks.whole("ahead", ahead, low=1)
        x, last, n, _ = self._history(frequency, recency, periods)
        buys_again = (self.alpha + x) / (self.alpha + self.beta + n)
        alive_next = _log_beta(self.gamma, self.delta + n[..., None] + 1)
        alive_later = _log_beta(self.gamma, self.delta + n[..., None] + np.arange(1, ahead + 1))
        occasions_alive = np.exp(alive_later - alive_next).sum(axis=-1)
        return self.probability_alive(x, last, n) * buys_again * occasions_alive

    @property
    def _parameters(self) -> Floats:
        return np.array([self.alpha, self.beta, self.gamma, self.delta])

    def _history(
        self, frequency: ArrayLike, recency: ArrayLike, periods: ArrayLike
    ) -> tuple[Floats, Floats, Floats, Floats]:
        x, last, n = _broadcast(frequency, recency, periods)
        _check_bgbb(x.ravel(), last.ravel(), n.ravel())
        log_likelihood, _ = _bgbb_log_likelihood(self._parameters, x.ravel(), last.ravel(), n.ravel())
        return x, last, n, log_likelihood.reshape(x.shape)


def _check_bgbb(frequency: Floats, recency: Floats, periods: Floats) -> None:
    for name, values, low in (("frequency", frequency, 0), ("recency", recency, 0), ("periods", periods, 1)):
        checks.whole(name, values, low=low)
    _check_history(frequency, recency, periods, "periods")
    if np.any(frequency > recency):
        row = int(np.argmax(frequency > recency))
        raise ValueError(
            "frequency must not exceed recency, with at most one purchase an occasion: "
            f"row {row} has {frequency[row]:g} and {recency[row]:g}"
        )


def _bgbb_log_terms(
    parameters: Floats, purchases: Quantity, alive_for: Quantity, periods: Quantity
) -> Quantity:
    """Log chance of one purchase string by a customer alive for exactly ``alive_for`` occasions."""
    alpha, beta, gamma, delta = parameters
    left = (alive_for < periods).astype(float)
    bought = _log_beta(alpha + purchases, beta + alive_for - purchases) - _log_beta(alpha, beta)
    alive = _log_beta(gamma + left, delta + alive_for) - _log_beta(gamma, delta)
    return bought + alive


def _bgbb_log_likelihood(parameters: Floats, x: Floats, last: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood of each history (rows) and its gradient (rows by four)."""
    from scipy.special import logsumexp

    alpha, beta, gamma, delta = parameters
    alive_for = last[:, None] + np.arange(int((n - last).max()) + 1)
    possible = alive_for <= n[:, None]
    alive_for = np.minimum(alive_for, n[:, None])
    left = (alive_for < n[:, None]).astype(float)
    terms = np.where(possible, _bgbb_log_terms(parameters, x[:, None], alive_for, n[:, None]), -np.inf)
    log_likelihood = logsumexp(terms, axis=1)
    weights = np.exp(terms - log_likelihood[:, None])
    buying = _log_beta_slopes(alpha + x[:, None], beta + alive_for - x[:, None])
    leaving = _log_beta_slopes(gamma + left, delta + alive_for)
    base = (*_log_beta_slopes(alpha, beta), *_log_beta_slopes(gamma, delta))
    mean_slopes = [(weights * slope).sum(axis=1) for slope in (*buying, *leaving)]
    return log_likelihood, np.column_stack(mean_slopes) - np.array(base)


def fit_bgbb(frame: pd.DataFrame) -> BgbbFit:
    """Fit the BG/BB model by maximum likelihood.

    Args:
        frame: one row a kind of history. Columns: ``frequency`` (occasions with a purchase), ``recency``
            (the last of them, 0 if none), ``periods`` (occasions observed), ``weights`` (customers with
            that history).

    Raises:
        ValueError: if a column is missing or a row impossible.
        NotIdentifiedError: if four numbers cannot be read from the data, for example when nobody or
            everybody buys at each occasion.
    """
    x, last, n, customers = _columns(frame, ("frequency", "recency", "periods", "weights"))
    _check_bgbb(x, last, n)
    checks.positive("the sum of weights", customers.sum())
    kinds, row_of = np.unique(np.column_stack([x, last, n]), axis=0, return_inverse=True)
    shares = np.bincount(row_of.ravel(), weights=customers) / customers.sum()
    x, last, n = kinds.T

    def mean_log_likelihood(parameters: Floats) -> tuple[float, Floats]:
        values, slopes = _bgbb_log_likelihood(parameters, x, last, n)
        return float(shares @ values), shares @ slopes

    estimates, covariance = _maximise(mean_log_likelihood, np.ones(4), ("alpha", "beta", "gamma", "delta"))
    errors = estimates * np.sqrt(np.diag(covariance) / customers.sum())
    log_likelihood = mean_log_likelihood(estimates)[0] * float(customers.sum())
    alpha, beta, gamma, delta = map(float, estimates)
    return BgbbFit(alpha, beta, gamma, delta, log_likelihood, tuple(map(float, errors)))


# --- Purchases at any time: BG/NBD ------------------------------------------------------------


@dataclass(frozen=True)
class BgnbdFit:
    """A fitted BG/NBD model (Fader, Hardie and Lee 2005).

    Args:
        r, alpha: shape, and rate in units of time, of the gamma distribution of purchase rates.
        a, b: of the beta distribution of the chance of leaving after a purchase.
        log_likelihood: of all customers, up to terms without parameters.
        standard_errors: of r, alpha, a and b.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = np.nan
    standard_errors: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("r", "alpha", "a", "b"):
            checks.positive(name, getattr(self, name))

    def expected_purchases(self, time: ArrayLike) -> Quantity:
        """Mean purchases of a new customer in ``time``, the first one not counted.

        Raises:
            ValueError: if ``time`` is negative, or ``a`` is 1, where the formula is 0/0.
        """
        from scipy.special import hyp2f1

        t = np.asarray(time, dtype=float)
        checks.not_negative("time", t)
        self._check_a()
        lasting = (self.alpha / (self.alpha + t)) ** self.r
        series = hyp2f1(self.r, self.b, self.a + self.b - 1, t / (self.alpha + t))
        return (self.a + self.b - 1) / (self.a - 1) * (1 - lasting * series)

    def probability_of_purchases(self, purchases: ArrayLike, time: float) -> Quantity:
        """Chance that a new customer buys exactly ``purchases`` times in ``time``.

        Raises:
            ValueError: if purchases are not whole numbers from 0, or time is not above 0.
        """
        from scipy.special import betainc, gammaln

        checks.positive("time", time)
        checks.whole("purchases", purchases)
        x = np.asarray(purchases, dtype=float)
        buying = time / (self.alpha + time)
        log_counted = gammaln(self.r + x) - gammaln(self.r) - gammaln(x + 1) + self.r * np.log1p(-buying)
        base = _log_beta(self.a, self.b)
        stays = np.exp(log_counted + x * np.log(buying) + _log_beta(self.a, self.b + x) - base)
        # The x-th purchase falls within the time with the tail chance of a negative binomial.
        counted = np.maximum(x, 1.0)
        leaves = np.exp(_log_beta(self.a + 1, self.b + counted - 1) - base) * betainc(counted, self.r, buying)
        return stays + np.where(x > 0, leaves, 0.0)

    def probability_of_zero(self, time: float) -> float:
        """Chance that a new customer does not buy again within ``time``."""
        return float(self.probability_of_purchases(0, time))

    def probability_alive(self, frequency: ArrayLike, recency: ArrayLike, observed: ArrayLike) -> Quantity:
        """Chance that a customer is still one at the end of observation.

        It is 1 for a customer without repeat purchase, since the model lets nobody leave before one.

        Args:
            frequency: repeat purchases.
            recency: time from the first to the last purchase, 0 if there is none after the first.
            observed: time from the first purchase to the end of observation, T.
        """
        x, last, end = self._history(frequency, recency, observed)
        repeat = np.maximum(x, 1.0)
        silence = (self.alpha + end) / (self.alpha + last)
        odds_gone = self.a / (self.b + repeat - 1) * silence ** (self.r + x)
        return np.where(x > 0, 1 / (1 + odds_gone), 1.0)

    def expected_further_purchases(
        self, frequency: ArrayLike, recency: ArrayLike, observed: ArrayLike, ahead: float
    ) -> Quantity:
        """Mean purchases of a customer with this history in the next ``ahead`` units of time.

        Raises:
            ValueError: if the history is impossible, or ``a`` is 1, where the formula is 0/0.
        """
        from scipy.special import hyp2f1

        checks.not_negative("ahead", ahead)
        self._check_a()
        x, last, end = self._history(frequency, recency, observed)
        horizon = self.alpha + end + ahead
        series = hyp2f1(self.r + x, self.b + x, self.a + self.b + x - 1, ahead / horizon)
        lasting = ((self.alpha + end) / horizon) ** (self.r + x)
        if_alive = (self.a + self.b + x - 1) / (self.a - 1) * (1 - lasting * series)
        return if_alive * self.probability_alive(x, last, end)

    def _check_a(self) -> None:
        if abs(self.a - 1) < 1e-9:
            raise ValueError(f"a must differ from 1, where the expectation is 0/0, got {self.a!r}")

    @staticmethod
    def _history(
        frequency: ArrayLike, recency: ArrayLike, observed: ArrayLike
    ) -> tuple[Floats, Floats, Floats]:
        x, last, t = _broadcast(frequency, recency, observed)
        checks.not_negative("recency", last)
        checks.positive("observed", t)
        _check_history(x.ravel(), last.ravel(), t.ravel(), "observed")
        return x, last, t


def _bgnbd_log_likelihood(parameters: Floats, x: Floats, last: Floats, end: Floats) -> tuple[float, Floats]:
    """Mean log-likelihood of the histories and its gradient."""
    from scipy.special import gammaln, psi

    r, alpha, a, b = parameters
    log_end, log_last = np.log(alpha + end), np.log(alpha + last)
    repeat = x > 0
    after = np.where(repeat, b + x - 1, 1.0)
    alive = -(r + x) * log_end
    gone = np.where(repeat, np.log(a) - np.log(after) - (r + x) * log_last, -np.inf)
    either = np.logaddexp(alive, gone)
    chance_gone = np.exp(gone - either)
    counted = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    kept = gammaln(a + b) - gammaln(b) + gammaln(b + x) - gammaln(a + b + x)
    psi_both = psi(a + b) - psi(a + b + x)
    gradient = [
        psi(r + x) - psi(r) + np.log(alpha) - (1 - chance_gone) * log_end - chance_gone * log_last,
        r / alpha - (r + x) * ((1 - chance_gone) / (alpha + end) + chance_gone / (alpha + last)),
        psi_both + chance_gone / a,
        psi_both + psi(b + x) - psi(b) - chance_gone / after,
    ]
    return float(np.mean(counted + kept + either)), np.array([slope.mean() for slope in gradient])


def fit_bgnbd(frame: pd.DataFrame) -> BgnbdFit:
    """Fit the BG/NBD model by maximum likelihood.

    Args:
        frame: one row a customer. Columns: ``frequency`` (repeat purchases), ``recency`` (time from the
            first to the last purchase, 0 if none after the first), ``T`` (time from the first purchase
            to the end of observation), in one unit of time.

    Raises:
        ValueError: if a column is missing or a row impossible.
        NotIdentifiedError: if four numbers cannot be read from the data, for example when nobody buys again.
    """
    x, last, end = _columns(frame, ("frequency", "recency", "T"))
    checks.positive("T", end)
    _check_history(x, last, end, "T")
    if not x.any():
        raise NotIdentifiedError("the data do not identify a and b: nobody in frame buys again")
    # In units of the mean time observed, starting values and bounds do not depend on days or weeks.
    unit = end.mean()
    last_scaled, end_scaled = last / unit, end / unit

    def mean_log_likelihood(parameters: Floats) -> tuple[float, Floats]:
        return _bgnbd_log_likelihood(parameters, x, last_scaled, end_scaled)

    estimates, covariance = _maximise(mean_log_likelihood, np.ones(4), ("r", "alpha", "a", "b"))
    estimates = estimates * np.array([1.0, unit, 1.0, 1.0])
    errors = estimates * np.sqrt(np.diag(covariance) / len(x))
    log_likelihood = _bgnbd_log_likelihood(estimates, x, last, end)[0] * len(x)
    r, alpha, a, b = map(float, estimates)
    return BgnbdFit(r, alpha, a, b, log_likelihood, tuple(map(float, errors)))


# --- Worth ------------------------------------------------------------------------------------


def lifetime_value(
    margin: Quantity, retention_rate: Quantity, discount_rate: Quantity, xp: Namespace = NUMPY
) -> Quantity:
    """Present value of a customer's margins after the first, with one retention rate for ever.

    Margin times r / (1 + i - r): the sum over t = 1, 2, ... of (r / (1 + i))^t (Gupta and Lehmann 2003).

    Args:
        margin: money a period from a customer who stays, paid at its end.
        retention_rate: chance of staying for another period, r, in [0, 1].
        discount_rate: a period, i, above 0.
        xp: math namespace.

    >>> round(lifetime_value(margin=100, retention_rate=0.8, discount_rate=0.1), 2)
    266.67
    """
    checks.finite("margin", margin)
    checks.probability("retention_rate", retention_rate)
    checks.positive("discount_rate", discount_rate)
    return margin * retention_rate / (1 + discount_rate - retention_rate)


def lifetime_value_sbg(
    margin: float, alpha: float, beta: float, discount_rate: float, tenure: int = 0
) -> float:
    """Present value of the margins to come when customers differ as in the sBG model.

    The sum over t = 1, 2, ... of the share still left, discounted: 2F1(1, b; alpha + b; 1/(1 + i)) - 1
    with b = beta + tenure.

    Args:
        margin: money a period from a customer who stays, paid at its end.
        alpha: first parameter of the beta distribution of the chance of leaving.
        beta: second parameter.
        discount_rate: a period, above 0.
        tenure: renewals that the customer has already made.

    Raises:
        ValueError: if an argument is out of range.
    """
    from scipy.special import hyp2f1

    checks.finite("margin", margin)
    checks.positive("alpha", alpha)
    checks.positive("beta", beta)
    checks.positive("discount_rate", discount_rate)
    checks.whole("tenure", tenure)
    return float(margin * (hyp2f1(1.0, beta + tenure, alpha + beta + tenure, 1 / (1 + discount_rate)) - 1))


_RATE = Parameter(
    name="retention_rate",
    symbol="r",
    meaning="chance that a customer stays for another period",
    unit="1",
    low=0.05,
    high=0.98,
    source="calibrated on survivors, or assumed",
)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        id="constant-retention",
        title="Constant retention rate",
        page="after/loyalty",
        functions=(
            "constant_survival",
            "endpoint_retention_rate",
            "likelihood_retention_rate",
            "observed_retention_rates",
        ),
        equation=r"S(t) = r^t",
        parameters=(
            _RATE,
            Parameter(
                name="tenure",
                symbol="t",
                meaning="renewals",
                unit="periods",
                low=0,
                high=12,
                source="the calendar",
            ),
        ),
        assumptions=(
            "every customer has the same chance of staying",
            "the chance does not change with tenure",
        ),
        leaves_out=("differences between customers, which make retention seem to rise",),
        works=("fader2007",),
        targets=("SB1",),
    ),
    ModelCard(
        id="sbg",
        title="Shifted beta-geometric model of retention",
        page="after/loyalty",
        functions=("fit_sbg", "sbg_retention_rate", "sbg_survival"),
        equation=(
            r"r_t = \frac{\beta + t - 1}{\alpha + \beta + t - 1}, \qquad"
            r" S(t) = r_1 r_2 \cdots r_t"
        ),
        parameters=(
            Parameter(
                name="alpha",
                symbol=r"\alpha",
                meaning="first parameter of the beta distribution of the chance of leaving",
                unit="1",
                low=0.1,
                high=5,
                source="maximum likelihood",
            ),
            Parameter(
                name="beta",
                symbol=r"\beta",
                meaning="second parameter of that distribution",
                unit="1",
                low=0.1,
                high=10,
                source="maximum likelihood",
            ),
            Parameter(
                name="tenure",
                symbol="t",
                meaning="renewals",
                unit="periods",
                low=1,
                high=12,
                source="the calendar",
            ),
        ),
        assumptions=(
            "a customer leaves with a fixed chance of their own at each renewal",
            "these chances follow a beta distribution",
        ),
        leaves_out=(
            "true change of a customer with tenure: one survival curve cannot tell it from heterogeneity",
            "prices, rivals and what the firm does",
        ),
        works=("fader2007",),
        targets=("SB1", "SB2"),
    ),
    ModelCard(
        id="bgbb",
        title="BG/BB model of purchases at fixed occasions",
        page="after/loyalty",
        functions=("fit_bgbb",),
        equation=(
            r"L = \frac{B(\alpha + x, \beta + n - x)}{B(\alpha, \beta)}"
            r" \frac{B(\gamma, \delta + n)}{B(\gamma, \delta)}"
            r" + \sum_{i=0}^{n - t_x - 1} \frac{B(\alpha + x, \beta + t_x - x + i)}{B(\alpha, \beta)}"
            r" \frac{B(\gamma + 1, \delta + t_x + i)}{B(\gamma, \delta)}"
        ),
        parameters=(),
        assumptions=(
            "a living customer buys at each occasion with a fixed chance of their own",
            "before each occasion they leave for good with another fixed chance",
            "both chances follow independent beta distributions",
        ),
        leaves_out=("customers who come back", "how much is bought", "what the firm does"),
        works=("fader2010",),
        targets=("BB1",),
    ),
    ModelCard(
        id="bgnbd",
        title="BG/NBD model of purchases at any time",
        page="after/loyalty",
        functions=("fit_bgnbd",),
        equation=(
            r"L = \frac{\Gamma(r + x)\, \alpha^r}{\Gamma(r)} \frac{B(a, b + x)}{B(a, b)}"
            r" \left[ (\alpha + T)^{-(r + x)}"
            r" + [x > 0] \frac{a}{b + x - 1} (\alpha + t_x)^{-(r + x)} \right]"
        ),
        parameters=(),
        assumptions=(
            "a living customer buys at a steady rate of their own; rates follow a gamma distribution",
            "after each purchase they leave for good with a fixed chance; chances follow a beta distribution",
        ),
        leaves_out=(
            "seasons",
            "customers who come back",
            "how much is bought",
            "leaving before a second purchase",
        ),
        works=("fader2005",),
        targets=("BG1",),
    ),
    ModelCard(
        id="lifetime-value",
        title="Customer lifetime value",
        page="after/loyalty",
        functions=("lifetime_value", "lifetime_value_sbg"),
        equation=(
            r"V = m \sum_{t=1}^{\infty} \frac{S(t)}{(1 + i)^t}"
            r" = m \frac{r}{1 + i - r} \text{ for constant } r"
        ),
        parameters=(
            Parameter(
                name="margin",
                symbol="m",
                meaning="margin a period from a customer who stays",
                unit="money",
                low=0,
                high=500,
                source="assumed",
            ),
            _RATE,
            Parameter(
                name="discount_rate",
                symbol="i",
                meaning="discount rate a period",
                unit="1",
                low=0.01,
                high=0.3,
                source="assumed",
            ),
        ),
        assumptions=("the margin stays the same", "the first margin has been earned and is not counted"),
        leaves_out=(
            "cost of winning the customer, and of keeping them",
            "whether spending moves the retention rate",
            "referrals",
            "differences in margin",
        ),
        works=("gupta2003", "fader2010"),
        targets=("CLV",),
    ),
)
