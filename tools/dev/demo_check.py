"""What an independent reader (pyarrow) finds in the lake: whether the rows are the table's."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pyarrow.types as types

# What each column must be in Parquet, whatever the database.
TYPES: dict[str, tuple[str, Callable[[pyarrow.DataType], bool]]] = {
    "id": ("int32 or int64", types.is_integer),
    "customer_id": ("int64", types.is_int64),
    "status": ("string", types.is_string),
    "quantity": ("int32", types.is_int32),
    "amount": ("decimal with 2 digits", lambda kind: types.is_decimal(kind) and kind.scale == 2),
    "currency": ("string", types.is_string),
    "weight_kg": ("double", types.is_float64),
    "note": ("string", types.is_string),
    "created_at": ("timestamp", types.is_timestamp),
    "updated_at": ("timestamp", types.is_timestamp),
}


def plain(value: object) -> object:
    """Timestamps in UTC without a zone, as the databases hold them."""
    if isinstance(value, datetime.datetime) and value.tzinfo:
        return value.astimezone(datetime.UTC).replace(tzinfo=None)
    return value


def check_files(files: list[Path]) -> list[str]:
    """Types and compression; the problems found."""
    problems = []
    for path in files:
        file = parquet.ParquetFile(path)
        found = {field.name: field.type for field in file.schema_arrow}
        if list(found) != list(TYPES):
            problems.append(f"{path.name}: the columns are {list(found)}, not {list(TYPES)}")
            continue
        for name, (wanted, fits) in TYPES.items():
            if not fits(found[name]):
                problems.append(f"{path.name}: column {name} is {found[name]}, not {wanted}")
        for group in range(file.metadata.num_row_groups):
            chunks = [file.metadata.row_group(group).column(i) for i in range(len(TYPES))]
            plain_chunks = [chunk.path_in_schema for chunk in chunks if chunk.compression != "ZSTD"]
            if plain_chunks:
                problems.append(f"{path.name}: columns {plain_chunks} are not compressed with zstd")
    return problems


def check_rows(files: list[Path], expected: list[tuple]) -> list[str]:
    """Every row of the table exactly once with exactly its values; the problems found."""
    rows = []
    for path in files:
        columns = parquet.read_table(path, partitioning=None).to_pydict()
        rows += zip(*([plain(value) for value in columns[name]] for name in TYPES), strict=True)
    rows.sort(key=lambda row: row[0])
    if rows == expected:
        return []
    ids, wanted = [row[0] for row in rows], {row[0] for row in expected}
    problems = []
    if missing := sorted(wanted - set(ids)):
        problems.append(f"{len(missing)} rows are missing, the first has id {missing[0]}")
    if len(ids) != len(set(ids)):
        problems.append(f"{len(ids) - len(set(ids))} rows are there more than once")
    if strange := sorted(set(ids) - wanted):
        problems.append(f"{len(strange)} rows are not in the table, the first has id {strange[0]}")
    if not problems:
        pair = next((a, b) for a, b in zip(rows, expected, strict=True) if a != b)
        problems.append(f"a row differs: the lake has {pair[0]}, the table {pair[1]}")
    return problems
