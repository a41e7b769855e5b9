"""What every benchmark needs: a broker of its own, processes whose CPU and memory are measured, tables."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "system"))

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic  # noqa: E402
from lib.broker import Broker, write_properties  # noqa: E402
from lib.java_connect import java_connect_command  # noqa: E402
from lib.places import sluice_binary  # noqa: E402
from lib.processes import cpu_seconds, peak_rss_bytes  # noqa: E402

__all__ = ["java_connect_command", "sluice_command"]

SAMPLE_SECONDS = 0.02


def say(text: str = "") -> None:
    print(text, flush=True)


def workspace(name: str) -> Path:
    """An empty folder of the checkout's build folder; what an earlier run left is removed."""
    folder = ROOT / "build" / "bench" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def sluice_command(directory: Path, worker: dict[str, str], connectors: dict[str, dict]) -> list:
    """Writes the files of a standalone worker; the command that runs them."""
    directory.mkdir(parents=True, exist_ok=True)
    settings = {
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "offset.storage.file.filename": str(directory / "offsets"),
        "listeners": "http://127.0.0.1:0",
        **worker,
    }
    write_properties(directory / "worker.properties", settings)
    files = []
    for name, config in connectors.items():
        files.append(directory / f"{name}.json")
        files[-1].write_text(json.dumps({"name": name, "config": config}, indent=2))
    return [sluice_binary(), "standalone", directory / "worker.properties", *files]


@dataclass
class Measure:
    """One contestant's figures. CPU is the process's own user and system time."""

    name: str
    records: int
    cpu: float  # until the work was complete
    wall: float
    peak_rss: int
    cpu_at_exit: float = 0.0
    steady_us: float | None = None  # CPU per record of the second half, without start and warm-up
    notes: list[str] = field(default_factory=list)

    @property
    def us(self) -> float:
        return self.cpu / self.records * 1e6

    @property
    def per_cpu_second(self) -> float:
        return self.records / self.cpu if self.cpu else 0.0


class Run:
    """One measured process. Standard input and output may be files; standard error goes into the log."""

    def __init__(self, command: list, log: Path, stdin: Path | None = None, stdout: Path | None = None):
        self.log = log
        source = stdin.open("rb") if stdin else subprocess.DEVNULL
        self.began = time.monotonic()
        with log.open("ab") as errors:
            target = stdout.open("wb") if stdout else errors
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=source, stdout=target, stderr=errors, cwd=log.parent
            )
            for handle in (source, target):
                if handle not in (subprocess.DEVNULL, errors):
                    handle.close()
        self.usage = None

    def ended(self) -> bool:
        """Reaps the process when it has ended, keeping what it used."""
        if self.usage is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.usage, self.process.returncode = usage, os.waitstatus_to_exitcode(status)
        return self.usage is not None

    def cpu(self) -> float:
        if self.usage is not None:
            return self.usage.ru_utime + self.usage.ru_stime
        return cpu_seconds(self.process.pid)

    def stop(self) -> None:
        """SIGTERM, then SIGKILL after 30 s."""
        if self.ended():
            return
        os.kill(self.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + 30
        while not self.ended():
            if time.monotonic() > deadline:
                os.kill(self.process.pid, signal.SIGKILL)
            time.sleep(0.005)


def measure(
    name: str,
    records: int,
    run: Run,
    progress: Callable[[], int] | None = None,
    seconds: float = 300,
    stall_seconds: float = 60,
) -> Measure:
    """Follows a run until `progress` says that all records are through, or without it until the run ends."""
    samples: list[tuple[float, float, int]] = []
    peak, told = 0, time.monotonic()
    moved, last = time.monotonic(), -1
    while True:
        over = run.ended()
        done = records if progress is None and over else progress() if progress else 0
        if not over:
            peak = max(peak, peak_rss_bytes(run.process.pid))
        now = time.monotonic()
        samples.append((now, run.cpu(), done))
        if done != last:
            moved, last = now, done
        if done >= records:
            break
        tail = lambda: run.log.read_text(errors="replace")[-3000:]  # noqa: E731
        if over and progress:
            raise RuntimeError(
                f"{name} ended ({run.process.returncode}) after {done} of {records}:\n{tail()}"
            )
        if now - run.began > seconds or (progress and now - moved > stall_seconds):
            run.stop()
            raise TimeoutError(f"{name}: {done} of {records} after {now - run.began:.0f} s:\n{tail()}")
        if now - told > 5:
            told = now
            say(f"    … {name}: {done:,} of {records:,} after {now - run.began:.0f} s")
        time.sleep(SAMPLE_SECONDS)
    if run.ended() and run.process.returncode:
        raise RuntimeError(
            f"{name} failed ({run.process.returncode}):\n{run.log.read_text(errors='replace')[-3000:]}"
        )
    result = Measure(name, records, samples[-1][1], samples[-1][0] - run.began, peak)
    result.steady_us = steady(samples, records) if progress else None
    run.stop()
    result.cpu_at_exit = run.cpu()
    return result


def steady(samples: list[tuple[float, float, int]], records: int) -> float | None:
    """CPU per record after half of the records."""
    for _, cpu, done in samples:
        if done >= records / 2:
            rest = samples[-1][2] - done
            return (samples[-1][1] - cpu) / rest * 1e6 if rest > records / 10 else None
    return None


class Ends:
    """How many records a topic holds, asked often."""

    def __init__(self, bootstrap: str, topic: str, partitions: int = 1):
        settings = {"bootstrap.servers": bootstrap, "group.id": "bench-ends", "log_level": 0}
        self.consumer = Consumer(settings)
        self.parts = [TopicPartition(topic, number) for number in range(partitions)]

    def __call__(self) -> int:
        return sum(map(self._end, self.parts))

    def _end(self, part: TopicPartition) -> int:
        try:
            return self.consumer.get_watermark_offsets(part, timeout=30)[1]
        except KafkaException as problem:
            # A topic just made is not known everywhere at once.
            if problem.args[0].code() in (KafkaError._UNKNOWN_PARTITION, KafkaError.UNKNOWN_TOPIC_OR_PART):
                return 0
            raise


def bench_broker(directory: Path) -> Broker:
    settings = {"log.segment.bytes": str(1 << 30), "auto.create.topics.enable": "false"}
    return Broker(directory / "broker", profile="throughput", settings=settings)


def create_topic(bootstrap: str, name: str, partitions: int = 1) -> str:
    topic = NewTopic(name, num_partitions=partitions, replication_factor=1)
    # The client must outlive its answer.
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    admin.create_topics([topic])[name].result(30)
    return name


def delete_topic(bootstrap: str, name: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    admin.delete_topics([name])[name].result(30)


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A Markdown table, its columns aligned so that it reads well on a terminal too."""
    widths = [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]
    line = lambda cells: "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) + " |"  # noqa: E731
    return "\n".join([line(heads), line(["-" * width for width in widths]), *map(line, rows)])


def measures_table(measures: list[Measure]) -> str:
    heads = ["", "µs CPU/record", "steady", "records/CPU s", "CPU s", "wall s", "records/s", "peak RSS MB"]
    rows = [
        [
            m.name,
            f"{m.us:.2f}",
            "" if m.steady_us is None else f"{m.steady_us:.2f}",
            f"{m.per_cpu_second:,.0f}",
            f"{m.cpu:.2f}",
            f"{m.wall:.2f}",
            f"{m.records / m.wall:,.0f}",
            f"{m.peak_rss / (1 << 20):.0f}",
        ]
        for m in measures
    ]
    return table(heads, rows)


@dataclass
class Demand:
    """One line of what must be reached."""

    what: str
    reached: float
    must: float
    at_most: bool
    unit: str = "×"

    @property
    def holds(self) -> bool:
        return self.reached <= self.must if self.at_most else self.reached >= self.must

    def row(self) -> list[str]:
        bound = "at most" if self.at_most else "at least"
        shown = lambda value: f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"  # noqa: E731
        verdict = "reached" if self.holds else "MISSED"
        return [
            self.what,
            f"{shown(self.reached)} {self.unit}",
            f"{bound} {shown(self.must)} {self.unit}",
            verdict,
        ]


def demands_table(demands: list[Demand]) -> str:
    return table(["demand", "measured", "must", ""], [demand.row() for demand in demands])
