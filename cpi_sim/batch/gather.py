"""From the parts of finished sites to the tables of a batch."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa

from cpi_sim.batch.store import TABLES, Store, write_table


def gather(store: Store, sites: Iterable[int]) -> dict[str, pd.DataFrame]:
    """Join the parts of ``sites`` in the order of their numbers, write each table whole, and return them by name."""
    in_order = sorted(sites)
    gathered = {}
    for name in TABLES:
        table = pa.concat_tables([store.read(site, name) for site in in_order])
        write_table(store.folder / f"{name}.parquet", table)
        gathered[name] = table.to_pandas()
    return gathered
