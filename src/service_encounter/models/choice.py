"""How customers choose: the short list, logit shares, and their estimation from real choices."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from service_encounter.models import checks
from service_encounter.models.card import ModelCard, Parameter
from service_encounter.namespace import NUMPY, Namespace, Quantity

__all__ = [
    "CARDS",
    "LogitFit",
    "fit_logit",
    "logit_shares",
    "optimal_set_size",
    "share_against_copies",
    "value_of_set",
]


def value_of_set(size: Quantity, cost_ratio: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Expected value of the best of ``size`` options, less what it costs to weigh them all.

    Args:
        size: number of options considered, at least 1.
        cost_ratio: cost of weighing one option, in units of the spread mu of tastes.
        xp: math namespace.

    Returns:
        ln(size) - cost_ratio * size, in units of mu. The expected maximum of n independent
        Gumbel values with spread mu is mu ln(n) plus a constant, which is left out.

    Raises:
        ValueError: if size < 1 or cost_ratio < 0.
    """
    checks.within("size", size, 1, math.inf, high_open=True)
    checks.not_negative("cost_ratio", cost_ratio)
    return xp.log(size) - cost_ratio * size


def optimal_set_size(cost_ratio: float) -> int:
    """Number of options worth considering when each costs ``cost_ratio`` of the spread of tastes.

    The smallest n whose next option adds less than it costs: ln((n + 1) / n) < cost_ratio.
    Source: the evaluation-cost argument of Hauser and Wernerfelt (1990), with Gumbel values.

    Raises:
        ValueError: if cost_ratio is not positive: then every option is worth a look.

    >>> optimal_set_size(cost_ratio=0.2)
    5
    """
    checks.positive("cost_ratio", cost_ratio)
    size = max(1, math.floor(1 / math.expm1(cost_ratio)))
    while math.log1p(1 / size) >= cost_ratio:
        size += 1
    while size > 1 and math.log1p(1 / (size - 1)) < cost_ratio:
        size -= 1
    return size


def logit_shares(utilities: Sequence[Quantity], xp: Namespace = NUMPY) -> list[Quantity]:
    """Choice probabilities exp(v_i) / sum_j exp(v_j) of the options, in the order given.

    Args:
        utilities: one entry an option: a number, an array over choosers, or an expression.
        xp: math namespace.

    Returns:
        One share an option, of the same kind as the utilities; they sum to one.

    Raises:
        ValueError: if there is no option, or a utility is missing or infinite.

    >>> [round(float(share), 3) for share in logit_shares([1.0, 0.0, 0.0])]
    [0.576, 0.212, 0.212]
    """
    if len(utilities) == 0:
        raise ValueError("utilities must hold at least one option, got none")
    for position, utility in enumerate(utilities):
        checks.finite(f"utilities[{position}]", utility)
    highest = utilities[0]
    for utility in utilities[1:]:
        highest = xp.maximum(highest, utility)
    weights = [xp.exp(utility - highest) for utility in utilities]
    whole = xp.total(weights)
    return [weight / whole for weight in weights]


def share_against_copies(copies: Quantity, dissimilarity: Quantity, xp: Namespace = NUMPY) -> Quantity:
    """Share of one option against several copies of an equally good rival (nested logit).

    Args:
        copies: how many copies of the rival there are, at least 1.
        dissimilarity: 1 treats each copy as a new option, as the plain logit does; towards 0
            the copies count as one.
        xp: math namespace.

    Returns:
        1 / (1 + copies ** dissimilarity).

    Raises:
        ValueError: if copies < 1 or dissimilarity is outside [0, 1].
    """
    checks.within("copies", copies, 1, math.inf, high_open=True)
    checks.probability("dissimilarity", dissimilarity)
    return 1 / (1 + copies**dissimilarity)


@dataclass(frozen=True)
class LogitFit:
    """An estimated conditional logit.

    Attributes:
        coefficients: one entry a covariate.
        standard_errors: the same, from the inverse of the observed information.
        log_likelihood: at the estimate.
        log_likelihood_equal: when every option of a chooser is equally likely.
        log_likelihood_constants: with a constant for each alternative alone; None where
            choosers face different sets of alternatives.
        chooser, alternative, chosen: columns of the frame that was fitted.
    """

    coefficients: pd.Series
    standard_errors: pd.Series
    log_likelihood: float
    log_likelihood_equal: float
    log_likelihood_constants: float | None
    chooser: str
    alternative: str
    chosen: str
    frame: pd.DataFrame = field(repr=False)

    @property
    def aic(self) -> float:
        """Akaike's information criterion, 2k - 2 ln L."""
        return 2 * len(self.coefficients) - 2 * self.log_likelihood

    def table(self) -> pd.DataFrame:
        """Coefficients with standard errors and z values, one row a covariate."""
        return pd.DataFrame(
            {
                "coefficient": self.coefficients,
                "standard error": self.standard_errors,
                "z": self.coefficients / self.standard_errors,
            }
        )

    def utilities(self, frame: pd.DataFrame | None = None) -> pd.Series:
        """Systematic utility of each row of ``frame`` (by default the fitted one)."""
        rows = self.frame if frame is None else frame
        design = _design(rows, self.alternative, list(self.coefficients.index), self._levels())
        return pd.Series(design @ self.coefficients.to_numpy(), index=rows.index, name="utility")

    def probabilities(self, frame: pd.DataFrame | None = None) -> pd.Series:
        """Predicted probability of each row of ``frame``; they sum to one for each chooser."""
        rows = self.frame if frame is None else frame
        groups = rows[self.chooser].to_numpy()
        utilities = self.utilities(rows)
        behind = utilities - utilities.groupby(groups).transform("max")
        weights = pd.Series(np.exp(behind.to_numpy()), index=rows.index, name="probability")
        whole: pd.Series = weights.groupby(groups).transform("sum")
        return weights / whole

    def shares(
        self, frame: pd.DataFrame | None = None, weights: Mapping[object, float] | None = None
    ) -> pd.Series:
        """Predicted share of each alternative: the mean probability over choosers.

        Args:
            frame: rows to predict for, by default the fitted ones.
            weights: one weight a chooser; by default all count alike.
        """
        rows = self.frame if frame is None else frame
        weight = rows[self.chooser].map(weights) if weights is not None else pd.Series(1.0, rows.index)
        if weight.isna().any():
            raise ValueError("weights must name every chooser of the frame")
        mass = (self.probabilities(rows) * weight).groupby(rows[self.alternative], sort=False).sum()
        return (mass / mass.sum()).rename("share")

    def for_population(self, shares: Mapping[str, float]) -> LogitFit:
        """The same tastes with constants that fit the population, for a sample drawn by choice.

        When people were sampled by what they chose, only the constants are biased, each by the
        log of its sample share over its population share (Manski and Lerman 1977, as taught in
        Train 2009). The standard errors are those of the sample.

        Args:
            shares: population share of every alternative; they must sum to one.

        Raises:
            ValueError: if an alternative is missing, a share is not positive, the shares do not
                sum to one, or the model lacks a constant for all alternatives but one.
        """
        levels = self._levels()
        if set(shares) != set(levels):
            raise ValueError(f"shares must name the alternatives {levels}, got {sorted(shares)}")
        for name, share in shares.items():
            checks.positive(f"shares[{name!r}]", share)
        if not math.isclose(sum(shares.values()), 1, abs_tol=1e-9):
            raise ValueError(f"shares must sum to 1, got {sum(shares.values()):g}")
        without = [level for level in levels if level not in self.coefficients.index]
        if len(without) != 1:
            raise ValueError(f"the model needs constants for all alternatives but one; {without} have none")
        taken = self.frame.loc[self.frame[self.chosen] == 1, self.alternative].value_counts(normalize=True)
        bias = {level: math.log(taken[level] / shares[level]) for level in levels}
        corrected = self.coefficients.copy()
        for level in levels:
            if level not in without:
                corrected[level] -= bias[level] - bias[without[0]]
        return replace(self, coefficients=corrected)

    def population_weights(self, shares: Mapping[str, float]) -> dict[object, float]:
        """Weight of each chooser that makes the sample's choices match the population shares."""
        picked = self.frame[self.frame[self.chosen] == 1].set_index(self.chooser)[self.alternative]
        taken = picked.value_counts(normalize=True)
        return {who: shares[what] / float(taken[what]) for who, what in picked.items()}

    def _levels(self) -> list[str]:
        return list(dict.fromkeys(self.frame[self.alternative]))


def fit_logit(
    frame: pd.DataFrame, chooser: str, alternative: str, chosen: str, covariates: Sequence[str]
) -> LogitFit:
    """Estimate a conditional logit by maximum likelihood (statsmodels' ``ConditionalLogit``).

    Args:
        frame: one row for each alternative that a chooser could have taken.
        chooser: column that says who chooses.
        alternative: column that names the alternative of the row.
        chosen: column that is 1 in the row of the alternative taken and 0 elsewhere.
        covariates: columns of the frame; the name of an alternative stands for its constant;
            ``"income:air"`` for a column in the rows of one alternative alone.

    Returns:
        The fit, with coefficients in the order of ``covariates``.

    Raises:
        KeyError: if a column is missing.
        ValueError: if values are missing, a chooser did not take exactly one alternative, or the
            coefficients are not identified (collinear covariates, perfect prediction) or the
            estimation does not converge.
    """
    from statsmodels.discrete.conditional_models import ConditionalLogit
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    _need_columns(frame, [chooser, alternative, chosen])
    _need_one_choice(frame, chooser, chosen)
    names = list(covariates)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"covariates must be different names, at least one, got {names}")
    levels = list(dict.fromkeys(frame[alternative]))
    design = _design(frame, alternative, names, levels)
    taken = frame[chosen].to_numpy(dtype=float)
    groups = frame[chooser].to_numpy()
    behind = _behind_the_chosen(design, taken, groups)
    scale = np.abs(behind).max(axis=0, initial=0.0)
    _need_identified(behind[taken == 0], scale, names)
    # Only differences within a chooser matter; of one size they spare the optimiser overflow.
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            result = ConditionalLogit(taken, behind / scale, groups=groups).fit(method="newton", disp=False)
        except ConvergenceWarning:
            raise ValueError(
                f"the estimation did not converge with covariates {names}: drop some or look for outliers"
            ) from None
    return LogitFit(
        coefficients=pd.Series(result.params / scale, names, name="coefficient"),
        standard_errors=pd.Series(result.bse / scale, names, name="standard error"),
        log_likelihood=float(result.llf),
        log_likelihood_equal=-float(np.log(pd.Series(groups).value_counts()).sum()),
        log_likelihood_constants=_constants_only(frame, chooser, alternative, chosen),
        chooser=chooser,
        alternative=alternative,
        chosen=chosen,
        frame=frame,
    )


def _need_columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise KeyError(f"the frame has no column {missing[0]!r}; it has {', '.join(map(str, frame.columns))}")


def _need_one_choice(frame: pd.DataFrame, chooser: str, chosen: str) -> None:
    if not frame[chosen].isin([0, 1]).all():
        raise ValueError(f"column {chosen!r} must hold 0 or 1 alone")
    taken = frame.groupby(chooser, sort=False)[chosen].sum()
    if (taken != 1).any():
        who = taken.index[taken != 1][0]
        raise ValueError(f"chooser {who!r} took {taken[who]:g} alternatives: each must take exactly one")


def _column(frame: pd.DataFrame, alternative: str, name: str, levels: Sequence[str]) -> NDArray[np.float64]:
    variable, _, level = name.partition(":")
    if name in frame.columns:
        values = frame[name]
    elif level in levels and variable in frame.columns:
        values = frame[variable].where(frame[alternative] == level, 0)
    elif name in levels:
        values = frame[alternative] == name
    else:
        raise KeyError(
            f"covariate {name!r} is neither a column ({', '.join(map(str, frame.columns))}) "
            f"nor an alternative ({', '.join(map(str, levels))}) nor column:alternative"
        )
    numbers: NDArray[np.float64] = values.to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        row = frame.index[~np.isfinite(numbers)][0]
        raise ValueError(f"covariate {name!r} is missing or infinite in row {row}")
    return numbers


def _design(
    frame: pd.DataFrame, alternative: str, names: Sequence[str], levels: Sequence[str]
) -> NDArray[np.float64]:
    return np.column_stack([_column(frame, alternative, name, levels) for name in names])


def _behind_the_chosen(
    design: NDArray[np.float64], taken: NDArray[np.float64], groups: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Covariates of each row less those of the alternative that its chooser took."""
    codes, _ = pd.factorize(groups)
    of_taken = np.empty((codes.max() + 1, design.shape[1]))
    of_taken[codes[taken == 1]] = design[taken == 1]
    return np.asarray(design - of_taken[codes])


def _need_identified(behind: NDArray[np.float64], scale: NDArray[np.float64], names: Sequence[str]) -> None:
    from scipy.optimize import linprog

    if (scale == 0).any():
        raise ValueError(f"covariate {names[int(np.argmin(scale))]!r} never differs between alternatives")
    scaled = behind / scale
    if np.linalg.matrix_rank(scaled) < len(names):
        raise ValueError(f"covariates {list(names)} are collinear: drop one")
    # No finite maximum exists when some direction makes every choice at least as likely and one
    # more likely (perfect prediction); a linear programme finds such a direction if there is one.
    found = linprog(scaled.sum(axis=0), A_ub=scaled, b_ub=np.zeros(len(scaled)), bounds=(-1, 1))
    if -found.fun > 1e-7:
        culprits = [name for name, weight in zip(names, found.x, strict=True) if abs(weight) > 1e-7]
        raise ValueError(
            f"covariates {culprits} predict some choices perfectly: their coefficients have no finite value"
        )


def _constants_only(frame: pd.DataFrame, chooser: str, alternative: str, chosen: str) -> float | None:
    # With the same alternatives for all, constants alone reproduce the sample shares.
    sizes = frame.groupby(chooser)[alternative].nunique()
    if (sizes != frame[alternative].nunique()).any():
        return None
    counts = frame.loc[frame[chosen] == 1, alternative].value_counts()
    return float((counts * np.log(counts / counts.sum())).sum())


CARDS = (
    ModelCard(
        id="consideration-set-size",
        title="How many options are worth weighing",
        page="before/choice",
        functions=("value_of_set", "optimal_set_size"),
        equation=r"W(n) = \mu \ln n - c\,n, \qquad n^{*} = \min\{n : \mu \ln\tfrac{n+1}{n} < c\}",
        parameters=(
            Parameter(
                name="size",
                symbol="n",
                meaning="options weighed",
                unit="options",
                low=1,
                high=20,
                source="set by the reader",
            ),
            Parameter(
                name="cost_ratio",
                symbol="c/\\mu",
                meaning="cost of weighing one more option, relative to the spread of tastes",
                unit="1",
                low=0.05,
                high=0.7,
                source="assumed",
            ),
        ),
        assumptions=(
            "The values of the options are independent draws from one Gumbel distribution.",
            "Every option costs the same to weigh, and the customer decides beforehand how many to weigh.",
        ),
        leaves_out=("Options that come to mind unasked.", "A customer who stops when one is good enough."),
        works=("hauser1990",),
        targets=("CS1",),
        teaching_device=True,
    ),
    ModelCard(
        id="conditional-logit",
        title="Conditional logit",
        page="before/choice",
        functions=("logit_shares", "fit_logit"),
        equation=r"P_{ni} = \frac{e^{V_{ni}}}{\sum_j e^{V_{nj}}}, \qquad V_{ni} = \alpha_i + \boldsymbol\beta^{\top}\mathbf{x}_{ni}",
        parameters=(
            Parameter(
                name="utilities",
                symbol="V_{ni}",
                meaning="systematic utility of each option",
                unit="1",
                low=-10,
                high=10,
                source="estimated from TravelMode",
            ),
            Parameter(
                name="alternative",
                symbol=r"\alpha_i",
                meaning="option i, and its constant: all that makes it liked beyond what is measured",
                unit="1",
                low=-10,
                high=10,
                source="estimated from TravelMode",
            ),
            Parameter(
                name="covariates",
                symbol=r"\boldsymbol\beta,\ \mathbf{x}_{ni}",
                meaning="what is measured of option i for person n (x), each times its coefficient (β)",
                unit="1 per unit of x",
                low=-1,
                high=1,
                source="x from TravelMode, β estimated from it",
            ),
        ),
        assumptions=(
            "Unobserved parts of utility are independent Gumbel draws with one spread.",
            "Everyone has the same coefficients; what differs is what they face.",
        ),
        leaves_out=(
            "Options that resemble one another: shares move as if each were equally unlike all others.",
            "How the sample was drawn: this one by choice, so its constants need the population's shares.",
        ),
        works=("greene2003", "train2009"),
        targets=("CL1", "CL3"),
    ),
    ModelCard(
        id="copies-of-an-option",
        title="One option against copies of its rival",
        page="before/choice",
        functions=("share_against_copies",),
        equation=r"P = \frac{1}{1 + k^{\lambda}}",
        parameters=(
            Parameter(
                name="copies",
                symbol="k",
                meaning="copies of the rival",
                unit="options",
                low=1,
                high=10,
                source="set by the reader",
            ),
            Parameter(
                name="dissimilarity",
                symbol="\\lambda",
                meaning="how far the copies count as different options",
                unit="1",
                low=0,
                high=1,
                source="assumed",
            ),
        ),
        assumptions=("All options are equally good.", "The copies form one nest of a nested logit."),
        leaves_out=("Any reason to prefer one copy.",),
        works=("train2009",),
        teaching_device=True,
    ),
)
