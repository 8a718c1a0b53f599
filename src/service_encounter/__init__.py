"""Companion package of the course book *The Service Encounter: Before, During, After*.

>>> from service_encounter import cases
>>> cases.load("travel_mode").shape
(840, 9)
"""

from importlib.metadata import version

__version__ = version("service-encounter")
