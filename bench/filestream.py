"""5,000,000 lines of 99 bytes through FileStream connectors: Java Connect, Sluice; kcat is the raw limit.

All three talk to one broker, to topics of one partition, with the same client settings.
"""

import argparse
from pathlib import Path

from common import (
    Demand,
    Ends,
    Measure,
    Run,
    bench_broker,
    create_topic,
    delete_topic,
    demands_table,
    java_connect_command,
    measure,
    measures_table,
    say,
    sluice_command,
    workspace,
)

LINE_BYTES = 99
CONNECT = "org.apache.kafka.connect.file.FileStream"

# Java client names and librdkafka's for the same thing; the values are what Kafka Connect sets by itself.
PRODUCER = {
    "acks": ("all", "acks"),
    "enable.idempotence": ("false", "enable.idempotence"),
    "max.in.flight.requests.per.connection": ("1", "max.in.flight"),
    "linger.ms": ("5", "linger.ms"),
    "batch.size": ("16384", "batch.size"),
    "compression.type": ("none", "compression.type"),
}
CONSUMER = {
    "fetch.min.bytes": ("1", "fetch.min.bytes"),
    "fetch.max.wait.ms": ("500", "fetch.wait.max.ms"),
    "max.partition.fetch.bytes": ("1048576", "max.partition.fetch.bytes"),
    "fetch.max.bytes": ("52428800", "fetch.max.bytes"),
    "check.crcs": ("true", "check.crcs"),
}


def kcat_options(settings: dict[str, tuple[str, str]]) -> list[str]:
    return [word for value, name in settings.values() for word in ("-X", f"{name}={value}")]


def worker_settings(bootstrap: str, kind: str, settings: dict[str, tuple[str, str]]) -> dict[str, str]:
    clients = {f"{kind}.{name}": value for name, (value, _) in settings.items()}
    return {"bootstrap.servers": bootstrap, "offset.flush.interval.ms": "1000", **clients}


def write_lines(path: Path, count: int) -> None:
    """Lines of 99 bytes that differ, plus a newline each."""
    filler = "the quick brown fox jumps over the lazy dog while the sluice gate lets the records pass "
    with path.open("w") as file:
        for begin in range(0, count, 50_000):
            lines = (f"{i:010d} {filler}"[:LINE_BYTES] for i in range(begin, min(count, begin + 50_000)))
            file.write("\n".join(lines) + "\n")
    expected = count * (LINE_BYTES + 1)
    if path.stat().st_size != expected:
        raise RuntimeError(f"{path} has {path.stat().st_size} bytes, not {expected}")


class FileStream:
    def __init__(self, work: Path, bootstrap: str, count: int):
        self.work, self.bootstrap, self.count = work, bootstrap, count
        self.lines = work / "lines.txt"
        self.commands = {"Java Connect": java_connect_command, "Sluice": sluice_command}

    def source(self, name: str) -> Measure:
        slug = name.lower().replace(" ", "-")
        topic = create_topic(self.bootstrap, f"source-{slug}")
        folder = self.work / f"source-{slug}"
        folder.mkdir(exist_ok=True)
        if name == "kcat":
            base = ["kcat", "-P", "-b", self.bootstrap, "-t", topic, "-l"]
            run = Run([*base, *kcat_options(PRODUCER), self.lines], folder / "log")
            result = measure(name, self.count, run)
        else:
            config = {
                "connector.class": f"{CONNECT}SourceConnector",
                "tasks.max": "1",
                "file": str(self.lines),
                "topic": topic,
            }
            worker = worker_settings(self.bootstrap, "producer", PRODUCER)
            run = Run(self.commands[name](folder, worker, {"lines": config}), folder / "log")
            result = measure(name, self.count, run, Ends(self.bootstrap, topic))
        found = Ends(self.bootstrap, topic)()
        if found != self.count:
            raise RuntimeError(f"{name}: the topic holds {found} records, not {self.count}")
        # kcat's topic is what the sinks read.
        if name != "kcat":
            delete_topic(self.bootstrap, topic)
        return result

    def sink(self, name: str) -> Measure:
        slug = name.lower().replace(" ", "-")
        folder = self.work / f"sink-{slug}"
        folder.mkdir(exist_ok=True)
        target = folder / "lines.txt"
        topic = "source-kcat"
        if name == "kcat":
            base = ["kcat", "-C", "-q", "-b", self.bootstrap, "-t", topic, "-o", "beginning", "-e"]
            run = Run([*base, *kcat_options(CONSUMER)], folder / "log", stdout=target)
            result = measure(name, self.count, run)
        else:
            config = {
                "connector.class": f"{CONNECT}SinkConnector",
                "tasks.max": "1",
                "file": str(target),
                "topics": topic,
            }
            worker = worker_settings(self.bootstrap, "consumer", CONSUMER)
            run = Run(self.commands[name](folder, worker, {f"sink-{slug}": config}), folder / "log")
            written = lambda: target.stat().st_size // (LINE_BYTES + 1) if target.exists() else 0  # noqa: E731
            result = measure(name, self.count, run, written)
        if not same_bytes(self.lines, target):
            raise RuntimeError(f"{name}: {target} differs from {self.lines}")
        target.unlink()
        return result


def same_bytes(left: Path, right: Path) -> bool:
    if left.stat().st_size != right.stat().st_size:
        return False
    with left.open("rb") as a, right.open("rb") as b:
        while block := a.read(1 << 22):
            if block != b.read(1 << 22):
                return False
    return True


def report(direction: str, java_times: float, results: dict[str, Measure]) -> list[Demand]:
    say()
    say(f"FileStream {direction}, one partition, one task:")
    say(measures_table(list(results.values())))
    demands = []
    if {"Sluice", "kcat"} <= results.keys():
        ratio = results["Sluice"].us / results["kcat"].us
        demands.append(Demand(f"{direction}: CPU against kcat", ratio, 1.5, at_most=True))
    if {"Sluice", "Java Connect"} <= results.keys():
        ratio = results["Java Connect"].us / results["Sluice"].us
        demands.append(Demand(f"{direction}: better than Java", ratio, java_times, at_most=False))
    return demands


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=5_000_000)
    parser.add_argument("--batch-size", default=PRODUCER["batch.size"][0], help="of every producer, in bytes")
    parser.add_argument(
        "--only", action="append", help="a contestant: kcat, Sluice, 'Java Connect' (repeatable)"
    )
    arguments = parser.parse_args()
    names = [
        n for n in ("kcat", "Sluice", "Java Connect") if not arguments.only or n in {*arguments.only, "kcat"}
    ]
    PRODUCER["batch.size"] = (arguments.batch_size, "batch.size")
    work = workspace("filestream")
    say(f"Writing {arguments.records:,} lines")
    write_lines(work / "lines.txt", arguments.records)
    say("Starting Kafka")
    broker = bench_broker(work)
    try:
        bench = FileStream(work, broker.bootstrap, arguments.records)
        demands = []
        for direction, run, java_times in (("source", bench.source, 7.0), ("sink", bench.sink, 4.0)):
            results = {}
            for name in names:
                say(f"  {direction}: {name}")
                results[name] = run(name)
            demands += report(direction, java_times, results)
    finally:
        broker.stop()
    say()
    say(demands_table(demands))
    return 0 if all(demand.holds for demand in demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
