"""From the parts of finished sites to the tables of a batch, a portion at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cpi_sim.batches.parts import TABLES, Leaf, Reader
from cpi_sim.batches.store import Store
from cpi_sim.files import write_whole

ROWS_AT_ONCE = 32_768
"""About so many rows of people make a portion: whole sites, one at least."""

OnPortion = Callable[[str, pa.Table], None]


def gather(store: Store, sites: Sequence[int], on_portion: OnPortion) -> None:
    """Write each table of ``sites``, in the order of their numbers, whole; ``on_portion`` sees each portion of them.

    Portions depend on the sites and not on the parts that they lie in, so whatever is computed from one after the other
    is the same however the sites came to be there.

    Raises :class:`~cpi_sim.batches.parts.DamagedPart`.
    """
    for table in TABLES:
        write_whole(store.folder / f"{table}.parquet", partial(_write, store, table, sites, on_portion))


def _write(store: Store, table: str, sites: Sequence[int], on_portion: OnPortion, path: Path) -> None:
    writer: pq.ParquetWriter | None = None
    try:
        for portion in portions(store, table, sites):
            writer = writer or pq.ParquetWriter(path, portion.schema, compression="zstd")
            writer.write_table(portion, row_group_size=len(portion))
            on_portion(table, portion)
    finally:
        if writer is not None:
            writer.close()


def portions(store: Store, table: str, sites: Sequence[int], columns: list[str] | None = None) -> Iterator[pa.Table]:
    """One table of ``sites`` in portions of whole sites, in the order of their numbers; with some columns or all."""
    in_order = sorted(sites)
    with Reader() as reader:
        rows = reader.read(store.leaf_of(in_order[0]), "people", ["site"])["site"].to_numpy()
        sites_at_once = max(1, ROWS_AT_ONCE // max(1, int(np.sum(rows == in_order[0]))))
        for first in range(0, len(in_order), sites_at_once):
            yield _portion(reader, store, table, in_order[first : first + sites_at_once], columns)


def _portion(reader: Reader, store: Store, table: str, sites: Sequence[int], columns: list[str] | None) -> pa.Table:
    wanted: dict[Leaf, list[int]] = {}
    for site in sites:
        wanted.setdefault(store.leaf_of(site), []).append(site)
    read = []
    for leaf, numbers in wanted.items():
        rows = reader.read(leaf, table, columns)
        if len(numbers) < len(leaf.sites):
            rows = rows.filter(pc.is_in(rows["site"], pa.array(numbers, pa.int32())))
        read.append(rows)
    joined = pa.concat_tables(read)
    order = np.argsort(joined["site"].to_numpy(), kind="stable")
    return joined.take(pa.array(order)).combine_chunks()
