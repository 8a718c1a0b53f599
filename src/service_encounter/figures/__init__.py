"""The book's figures, one module a topic; each function returns a `Figure`."""

from service_encounter.figures.core import Figure

__all__ = ["Figure"]
