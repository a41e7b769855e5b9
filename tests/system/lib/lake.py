"""What an independent reader (pyarrow) finds in a folder that an object-store sink fills."""

import re
from pathlib import Path

import pyarrow.parquet as parquet

# <topic>+<partition>+<first offset>.<codec>.parquet
NAME = re.compile(r"(?P<topic>.+)\+(?P<partition>\d+)\+(?P<offset>\d+)(\.\w+)?\.parquet$")


class Lake:
    """The finished Parquet files below a folder; each footer is read once."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.counts: dict[Path, int] = {}

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.parquet"))

    def rows(self, partition: int | None = None) -> int:
        """How many, of one Kafka partition or of all."""
        files = [path for path in self.files() if partition in (None, place(path)[0])]
        for path in files:
            if path not in self.counts:
                self.counts[path] = parquet.read_metadata(path).num_rows
        return sum(self.counts[path] for path in files)

    def bytes(self) -> int:
        return sum(path.stat().st_size for path in self.files())

    def column(self, name: str, partition: int | None = None) -> list:
        """The column's values in the order of offsets, of one partition or of all one after another."""
        files = [(place(path), path) for path in self.files()]
        return [
            value
            for (kafka_partition, _), path in sorted(files)
            if partition in (None, kafka_partition)
            for value in parquet.read_table(path, columns=[name], partitioning=None).column(0).to_pylist()
        ]


def place(path: Path) -> tuple[int, int]:
    """The Kafka partition and the first offset that a file's name tells."""
    found = NAME.search(path.name)
    if found is None:
        raise AssertionError(f"{path} is not named <topic>+<partition>+<offset>")
    return int(found["partition"]), int(found["offset"])
