"""Model cards: what each model says, where its numbers come from, what it leaves out.

Every model module declares ``CARDS``, a tuple of `ModelCard`. The reference page is
generated from them, figures take their slider ranges from them, and a test fails when a
public model has no card.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One argument of a model.

    Args:
        name: the argument's name in the function.
        symbol: TeX, as the equation writes it.
        meaning: a short phrase in plain words.
        unit: of measurement; ``"1"`` for a pure number.
        low, high: the range that a slider may offer and that the parity test covers.
        source: where a value comes from: an estimate, a printed work, or "assumed".

    Raises:
        ValueError: if the range is empty.
    """

    name: str
    symbol: str
    meaning: str
    unit: str
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"parameter {self.name}: low {self.low} must lie below high {self.high}")


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What a reader needs in order to trust or distrust a model.

    Args:
        id: a slug, unique in the book, such as ``"conditional-logit"``.
        title: the model's name.
        page: the chapter that teaches it, such as ``"before/choice"``.
        functions: names of the public functions of the module that this card covers.
        equation: TeX without dollar signs.
        parameters: every argument a reader may set.
        assumptions: what must hold for the model to speak.
        leaves_out: what it does not see.
        works: keys of the bibliography.
        targets: ids of the published targets that the tests hold it to.
        teaching_device: True where the parameters are not estimates.

    Raises:
        ValueError: if the card names no function, or two parameters share a name.
    """

    id: str
    title: str
    page: str
    functions: tuple[str, ...]
    equation: str
    parameters: tuple[Parameter, ...]
    assumptions: tuple[str, ...]
    leaves_out: tuple[str, ...]
    works: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    teaching_device: bool = False

    def __post_init__(self) -> None:
        if not self.functions:
            raise ValueError(f"model card {self.id}: name at least one function")
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) < len(names):
            raise ValueError(f"model card {self.id}: parameter names must differ, got {names}")

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name.

        Raises:
            KeyError: if there is none; the message lists the names there are.
        """
        for candidate in self.parameters:
            if candidate.name == name:
                return candidate
        known = ", ".join(parameter.name for parameter in self.parameters)
        raise KeyError(f"model card {self.id} has no parameter {name!r}; it has {known}")
