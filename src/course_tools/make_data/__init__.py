"""Makes the data files that come from a rule or from another package.

`TABLES` names them. The other files in ``data/`` are counts and published tables, or cases written by
hand (the clinic's blueprint, the incident accounts): they have no maker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from course_tools.make_data import derived, service_tickets
from course_tools.make_data.bread_scent_test import bread_scent_test
from course_tools.make_data.campus_cafe import campus_cafe
from course_tools.make_data.expectation_survey import expectation_survey
from course_tools.make_data.office_cooling_contract import office_cooling_contract
from course_tools.make_data.table import Table
from course_tools.make_data.theme_cafe_visits import theme_cafe_visits

__all__ = ["TABLES", "differing", "write"]

TABLES: Mapping[str, Callable[[], Table]] = MappingProxyType(
    {
        "travel_mode": derived.travel_mode,
        "carrier_punctuality": derived.carrier_punctuality,
        "patient_experience": derived.patient_experience,
        "aircraft_air_conditioning": derived.aircraft_air_conditioning,
        "campus_cafe": campus_cafe,
        "bread_scent_test": bread_scent_test,
        "office_cooling_contract": office_cooling_contract,
        "theme_cafe_visits": theme_cafe_visits,
        "expectation_survey": expectation_survey,
        "appliance_tickets": service_tickets.appliance_tickets,
        "car_tickets": service_tickets.car_tickets,
        "shop_tickets": service_tickets.shop_tickets,
    }
)


def write(directory: Path) -> None:
    """Write every table that has a maker into ``directory``."""
    for name, make in TABLES.items():
        (directory / f"{name}.csv").write_bytes(make().to_csv())


def differing(directory: Path) -> list[str]:
    """Names of the files in ``directory`` that are missing or not what their maker makes, byte for byte."""
    files = {f"{name}.csv": make for name, make in TABLES.items()}
    return [name for name, make in files.items() if _bytes(directory / name) != make().to_csv()]


def _bytes(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None
