"""Random numbers that stay the same over Python versions and machines.

`random.Random.random` is the one method whose sequence Python guarantees, so every draw is made from it
by inversion. Results are rounded before they reach a file, which absorbs last-digit differences between
mathematical libraries.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

Item = TypeVar("Item")


class Draws:
    """A stream of draws from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def uniform(self) -> float:
        """A number in (0, 1), both ends left out."""
        return self._random.random() or self.uniform()

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.uniform() < probability

    def normal(self, mean: float, sd: float) -> float:
        """A normal draw."""
        return NormalDist(mean, sd).inv_cdf(self.uniform())

    def exponential(self, mean: float) -> float:
        """An exponential draw."""
        return -mean * math.log(self.uniform())

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely as the others."""
        return items[int(self.uniform() * len(items))]

    def shuffle(self, items: Sequence[Item]) -> list[Item]:
        """The items in random order."""
        keyed = [(self.uniform(), place) for place in range(len(items))]
        return [items[place] for _, place in sorted(keyed)]

    def rating(self, mean: float, sd: float, low: int, high: int) -> int:
        """A normal draw as a whole-number answer on a scale from low to high."""
        return round(min(high, max(low, self.normal(mean, sd))))


def logistic(utility: float) -> float:
    """1 / (1 + exp(-utility))."""
    return 1 / (1 + math.exp(-utility))
