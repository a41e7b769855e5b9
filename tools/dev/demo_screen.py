"""The demo's display: a few lines refreshed in place on a terminal, plain lines elsewhere."""

import sys
import time
from dataclasses import dataclass

BAR = 40
PLAIN_SECONDS = 2.0


@dataclass
class Counts:
    table: int
    topic: int
    lake: int
    lag: float
    files: int
    bytes: int


class Screen:
    def __init__(self) -> None:
        self.terminal = sys.stdout.isatty()
        self.began = time.monotonic()
        self.drawn = 0
        self.told = 0.0

    def show(self, counts: Counts, last: bool = False) -> None:
        if self.terminal:
            self._draw(counts)
        elif last or time.monotonic() - self.told >= PLAIN_SECONDS:
            self.told = time.monotonic()
            seconds = self.told - self.began
            print(
                f"  {seconds:5.1f} s  table {counts.table:,}  topic {counts.topic:,}  "
                f"Parquet {counts.lake:,} in {counts.files} files  lag {counts.lag:.1f} s",
                flush=True,
            )

    def say(self, what: str) -> None:
        """A line that stays."""
        print(f"  {what}", flush=True)
        self.drawn = 0

    def _draw(self, counts: Counts) -> None:
        lines = [
            self._bar("rows in the table", counts.table, counts.table),
            self._bar("records in the topic", counts.topic, counts.table),
            self._bar("rows in Parquet files", counts.lake, counts.table),
            f"  {'lag':<22} {counts.lag:>9.1f} s",
            f"  {'files':<22} {counts.files:>9,}   {counts.bytes / 1e6:.1f} MB",
        ]
        if self.drawn:
            sys.stdout.write(f"\x1b[{self.drawn}A")
        sys.stdout.write("".join(f"\x1b[2K{line}\n" for line in lines))
        sys.stdout.flush()
        self.drawn = len(lines)

    def _bar(self, name: str, value: int, whole: int) -> str:
        filled = round(BAR * min(value, whole) / whole) if whole else 0
        return f"  {name:<22} {value:>9,}   {'█' * filled}{'·' * (BAR - filled)}"


class Step:
    """with Step("Starting Kafka"): … tells what goes on, and how long it took."""

    def __init__(self, what: str):
        self.what = what

    def __enter__(self) -> "Step":
        self.began = time.monotonic()
        print(f"{self.what} …", flush=True)
        return self

    def __exit__(self, kind: type | None, *_) -> None:
        if kind is None:
            print(f"{self.what}: done in {time.monotonic() - self.began:.1f} s", flush=True)
