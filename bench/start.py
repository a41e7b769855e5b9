"""From exec to the first record in Kafka, and the memory of an idle worker; Java's beside it."""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from common import (
    Demand,
    Run,
    bench_broker,
    create_topic,
    demands_table,
    java_connect_command,
    say,
    sluice_command,
    table,
    workspace,
)
from confluent_kafka import Consumer, Producer, TopicPartition
from filestream import CONNECT
from lake import sink_config
from lib.lake import Lake
from lib.processes import rss_bytes, wait_until

MIB = 1 << 20
SETTLE_SECONDS = 5


class Watcher:
    """Sees a topic's next record as soon as the broker has it."""

    def __init__(self, bootstrap: str, topic: str):
        settings = {
            "bootstrap.servers": bootstrap,
            "group.id": "bench-watch",
            "enable.auto.commit": False,
            "fetch.wait.max.ms": 500,
            "fetch.min.bytes": 1,
            "log_level": 0,
        }
        self.consumer = Consumer(settings)
        self.consumer.assign([TopicPartition(topic, 0, 0)])
        # Connected and waiting at the broker before the clock runs.
        self.consumer.poll(1.0)

    def next(self, seconds: float = 60) -> float:
        """When it came, on time.monotonic()'s clock."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            message = self.consumer.poll(1.0)
            if message is not None and message.error() is None:
                return time.monotonic()
        raise TimeoutError(f"no record within {seconds:g} s")


class Start:
    def __init__(self, work: Path, bootstrap: str):
        self.work, self.bootstrap = work, bootstrap
        self.commands = {"Sluice": sluice_command, "Java Connect": java_connect_command}
        self.runs = 0

    def first_record(self, name: str) -> float:
        """Seconds from exec to the record; each run has a fresh topic and no offsets."""
        self.runs += 1
        topic = create_topic(self.bootstrap, f"first-{self.runs}")
        folder = self.work / f"start-{self.runs}"
        command = self.source_command(name, folder, topic)
        watcher = Watcher(self.bootstrap, topic)
        run = Run(command, folder / "log")
        try:
            return watcher.next() - run.began
        finally:
            run.stop()

    def source_command(self, name: str, folder: Path, topic: str) -> list:
        folder.mkdir()
        (folder / "lines.txt").write_text("the first record\n")
        config = {
            "connector.class": f"{CONNECT}SourceConnector",
            "tasks.max": "1",
            "file": str(folder / "lines.txt"),
            "topic": topic,
        }
        return self.commands[name](folder, {"bootstrap.servers": self.bootstrap}, {"first": config})

    def idle_source(self, name: str) -> int:
        """Resident memory of a worker whose file source has sent its line and waits for more."""
        self.runs += 1
        topic = create_topic(self.bootstrap, f"idle-{self.runs}")
        folder = self.work / f"idle-{self.runs}"
        command = self.source_command(name, folder, topic)
        watcher = Watcher(self.bootstrap, topic)
        return self.settled(Run(command, folder / "log"), watcher.next)

    def idle_lake(self) -> int:
        """The same with a sink that has written a Parquet file and waits for more."""
        topic = create_topic(self.bootstrap, "idle-lake")
        producer = Producer({"bootstrap.servers": self.bootstrap, "log_level": 0})
        for number in range(1000):
            producer.produce(topic, f'{{"id":{number},"name":"event {number}"}}')
        producer.flush()
        folder = self.work / "idle-lake"
        (folder / "lake").mkdir(parents=True)
        worker = {
            "bootstrap.servers": self.bootstrap,
            "value.converter": "org.apache.kafka.connect.json.JsonConverter",
            "value.converter.schemas.enable": "false",
        }
        config = sink_config(topic, folder / "lake", 1, 1000)
        counted = Lake(folder / "lake")
        run = Run(sluice_command(folder, worker, {"lake": config}), folder / "log")
        return self.settled(run, lambda: wait_until("the file is there", lambda: counted.rows() == 1000, 60))

    def settled(self, run: Run, ready: Callable) -> int:
        try:
            ready()
            time.sleep(SETTLE_SECONDS)
            if run.ended():
                raise RuntimeError(f"it ended:\n{run.log.read_text(errors='replace')[-3000:]}")
            return rss_bytes(run.process.pid)
        finally:
            run.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="starts of Sluice; Java starts three times")
    parser.add_argument("--only", choices=["Sluice", "Java Connect"])
    arguments = parser.parse_args()
    names = [arguments.only] if arguments.only else ["Sluice", "Java Connect"]
    work = workspace("start")
    say("Starting Kafka")
    broker = bench_broker(work)
    rows, demands = [], []
    try:
        bench = Start(work, broker.bootstrap)
        for name in names:
            rounds = arguments.rounds if name == "Sluice" else min(3, arguments.rounds)
            say(f"  {name}: {rounds} starts, then idle")
            times = [bench.first_record(name) for _ in range(rounds)]
            median, idle = statistics.median(times), bench.idle_source(name) / MIB
            spread = f"{min(times):.3f} … {max(times):.3f}"
            rows.append([name, f"{median:.3f}", spread, f"{idle:.1f}"])
            if name == "Sluice":
                demands.append(Demand("exec to first record (median)", median, 0.2, True, "s"))
                demands.append(Demand("idle memory without Arrow", idle, 25, True, "MB"))
        if "Sluice" in names:
            say("  Sluice: idle with a Parquet sink")
            lake = bench.idle_lake() / MIB
            rows.append(["Sluice, Parquet sink", "", "", f"{lake:.1f}"])
            demands.append(Demand("idle memory with Arrow", lake, 60, True, "MB"))
    finally:
        broker.stop()
    say()
    say(table(["", "first record, s", "fastest … slowest", "idle RSS MB"], rows))
    if demands:
        say()
        say(demands_table(demands))
    return 0 if all(demand.holds for demand in demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
