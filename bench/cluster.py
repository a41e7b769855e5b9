"""What a cluster does when a worker dies, sleeps, leaves or comes; its start, memory and density."""

import argparse
import re
import signal
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import requests
from common import Demand, create_topic, demands_table, say, table, workspace
from lib.broker import Broker
from lib.cluster import FILE_SINK, FILE_SOURCE, Cluster, Worker
from lib.load import Arrivals, Lines
from lib.processes import wait_until

MIB = 1 << 20
SOURCES, SINKS, LINES_PER_SECOND = 8, 3, 50
ONCE = {"exactly.once.source.support": "enabled"}
NO_DELAY = {"scheduled.rebalance.max.delay.ms": "0"}
FLUSH = {"offset.flush.interval.ms": "10000"}
HOLD_NOTHING = {"sluice.leave.hold.ms": "0"}


@dataclass
class Fault:
    """One fault and what came of it."""

    running: float  # seconds until everything that ran on the victim ran elsewhere and its lines arrived
    gap: float  # the longest silence of any topic, seconds
    doubled: int
    missing: int
    lines: int


class Pair:
    """Two workers under a steady load of file sources and sinks."""

    def __init__(self, work: Path, broker: Broker, kind: str, settings: dict[str, str]):
        self.broker, self.kind = broker, kind
        self.cluster = Cluster(work, broker.bootstrap, work.name, FLUSH | settings)
        self.topics = [create_topic(broker.bootstrap, f"{work.name}-{n}") for n in range(SOURCES)]
        self.lines = Lines(work / "lines", SOURCES, LINES_PER_SECOND)
        self.names: dict[str, int] = {}
        self.workers = [getattr(self.cluster, kind)() for _ in range(2)]
        for worker in self.workers:
            worker.start_ready()
        self.arrivals = Arrivals(broker.bootstrap, self.topics)
        self.create(work)
        self.lines.start()
        wait_until("lines arrive", lambda: all(self.arrivals.times.values()), 60)

    def create(self, work: Path) -> None:
        rest = self.workers[0].rest
        for number, topic in enumerate(self.topics):
            config = {"connector.class": FILE_SOURCE, "file": str(self.lines.paths[number]), "topic": topic}
            rest.put_connector(f"source-{number}", config)
            self.names[f"source-{number}"] = 1
        for number in range(SINKS):
            config = {"connector.class": FILE_SINK, "file": str(work / f"out-{number}.txt")}
            rest.put_connector(f"sink-{number}", config | {"topics": self.topics[number], "tasks.max": "2"})
            self.names[f"sink-{number}"] = 2
        for name, tasks in self.names.items():
            rest.wait_running(name, tasks, 90)
        wait_until("the work is divided", lambda: len(self.spread()) == 2, 60)

    def spread(self) -> set[str]:
        return {owner for name in self.names for owner in self.workers[0].rest.owners(name)}

    def elsewhere(self, victim: Worker, survivor: Worker) -> bool:
        """All connectors and tasks RUNNING, none of them on the victim."""
        for name, tasks in self.names.items():
            status = survivor.rest.status(name)
            states = [status["connector"], *status["tasks"]] if status else []
            if len(states) != tasks + 1:
                return False
            if any(state["state"] != "RUNNING" or state["worker_id"] == victim.id for state in states):
                return False
        return True

    def strike(self, victim: Worker, survivor: Worker, strike, seconds: float) -> float:
        """Does it; seconds until everything of the victim's runs elsewhere and its lines arrive."""
        moved = [f"source-{n}" for n in range(SOURCES) if survivor.rest.owners(f"source-{n}") == [victim.id]]
        topics = [self.topics[int(name.split("-")[1])] for name in moved]
        began = time.monotonic()
        strike()
        struck = time.monotonic()
        wait_until("all runs elsewhere", lambda: self.elsewhere(victim, survivor), seconds)
        ran = time.monotonic()
        flowing = lambda: all(self.arrivals.flowing_since(topic, struck) for topic in topics)  # noqa: E731
        wait_until("lines arrive", flowing, seconds)
        return max([ran, *(self.arrivals.flowing_since(topic, struck) for topic in topics)]) - began

    def settle(self, seconds: float) -> tuple[int, int, int]:
        """Lines doubled, missing and written, once all has arrived."""
        self.lines.stop()
        try:
            wait_until("all lines are there", lambda: self.arrivals.complete(self.lines.written), seconds)
        except TimeoutError:
            pass  # counted as missing
        time.sleep(1)
        written = self.lines.written * SOURCES
        return self.arrivals.doubled(), self.arrivals.missing(self.lines.written), written

    def close(self) -> None:
        self.lines.over.set()
        for worker in self.workers:
            worker.__exit__()
        self.arrivals.stop()


class Bench:
    def __init__(self, work: Path, rounds: int, java: bool):
        self.work, self.rounds, self.java = work, rounds, java
        self.broker = Broker(work / "broker")
        self.rows: list[list[str]] = []
        self.demands: list[Demand] = []
        self.runs = 0

    def folder(self, name: str) -> Path:
        self.runs += 1
        return self.work / f"{name}-{self.runs}"

    def demand(self, what: str, reached: float, must: float, unit: str) -> None:
        self.demands.append(Demand(what, reached, must, True, unit))

    # Start and memory.

    def answers(self, kind: str, cluster: Cluster) -> tuple[float, int]:
        """Seconds from exec to the first answer of GET /connectors; idle memory."""
        worker = getattr(cluster, kind)()
        began = time.monotonic()
        worker.start()
        with worker:
            while True:
                try:
                    if requests.get(f"{worker.url}/connectors", timeout=1).status_code == 200:
                        break
                except requests.RequestException:
                    time.sleep(0.001)
            took = time.monotonic() - began
            wait_until("ready", worker.rest.ready, 60)
            time.sleep(5)
            return took, worker.rss_bytes()

    def start(self) -> None:
        for kind in ["sluice"] + ["java"] * self.java:
            cluster = Cluster(self.folder("start"), self.broker.bootstrap, f"start-{kind}")
            with getattr(cluster, kind)():
                pass  # makes the internal topics
            runs = [self.answers(kind, cluster) for _ in range(5 if kind == "sluice" else 2)]
            took, rss = statistics.median(run[0] for run in runs), max(run[1] for run in runs) / MIB
            self.rows.append([f"{kind}: exec → REST answers", f"{took:.3f} s"])
            self.rows.append([f"{kind}: idle memory", f"{rss:.1f} MB"])
            if kind == "sluice":
                self.demand("exec → REST answers", took, 0.15, "s")
                self.demand("idle RSS", rss, 30, "MB")

    # Faults.

    def kills(self, kind: str, rounds: int, settings: dict[str, str], name: str) -> list[Fault]:
        """kill -9 of one of two, then of the other; each round starts the dead one again."""
        pair = Pair(self.folder(name), self.broker, kind, settings)
        faults = []
        try:
            for number in range(rounds):
                victim, survivor = pair.workers[number % 2], pair.workers[1 - number % 2]
                seconds = pair.strike(victim, survivor, victim.kill, 120)
                struck = time.monotonic() - seconds
                faults.append(Fault(seconds, 0, 0, 0, 0))
                time.sleep(0.5)
                faults[-1].gap = max(pair.arrivals.gap(topic, struck) for topic in pair.topics)
                victim.start_ready()
                wait_until("the work is divided", lambda: len(pair.spread()) == 2, 90)
                say(f"    {kind}, {name}: round {number + 1}: {seconds:.3f} s")
            faults[-1].doubled, faults[-1].missing, faults[-1].lines = pair.settle(60)
        finally:
            pair.close()
        return faults

    def tell(self, what: str, faults: list[Fault]) -> None:
        times = [fault.running for fault in faults]
        last = faults[-1]
        spread = f"{statistics.median(times):.3f} s (worst {max(times):.3f})"
        gap = f"gap {max(fault.gap for fault in faults):.2f} s"
        self.rows.append(
            [what, f"{spread}, {gap}, doubled {last.doubled} of {last.lines}, lost {last.missing}"]
        )

    def kill(self) -> None:
        faults = self.kills("sluice", self.rounds, {}, "kill")
        self.tell(f"sluice: kill -9, {self.rounds} rounds", faults)
        self.demand("kill -9 → all elsewhere, median", statistics.median(f.running for f in faults), 0.5, "s")
        self.demand("the same, worst", max(f.running for f in faults), 1, "s")
        self.demand("lines lost", faults[-1].missing, 0, "")
        faults = self.kills("sluice", self.rounds, ONCE, "kill-once")
        self.tell(f"sluice, exactly once: kill -9, {self.rounds} rounds", faults)
        self.demand("exactly once: median", statistics.median(f.running for f in faults), 0.5, "s")
        self.demand("exactly once: worst", max(f.running for f in faults), 1, "s")
        self.demand("exactly once: lines doubled or lost", faults[-1].doubled + faults[-1].missing, 0, "")
        if self.java:
            self.tell("java, no delay: kill -9", self.kills("java", 2, NO_DELAY, "kill"))

    def pause(self, kind: str, settings: dict[str, str], name: str) -> Fault:
        """SIGSTOP until all runs elsewhere and 2 s longer, then SIGCONT."""
        pair = Pair(self.folder(name), self.broker, kind, settings)
        try:
            victim, survivor = pair.workers
            seconds = pair.strike(victim, survivor, lambda: victim.signal(signal.SIGSTOP), 120)
            time.sleep(2)
            victim.signal(signal.SIGCONT)
            time.sleep(5)
            return Fault(seconds, 0, *pair.settle(60))
        finally:
            pair.close()

    def stop_and_continue(self) -> None:
        for name, settings in (("pause", {}), ("pause-once", ONCE)):
            fault = self.pause("sluice", settings, name)
            self.tell(f"sluice: SIGSTOP, SIGCONT ({name})", [fault])
            self.demand(f"SIGSTOP → all elsewhere ({name})", fault.running, 3, "s")
            if settings:
                self.demand(
                    "SIGSTOP, exactly once: lines doubled or lost", fault.doubled + fault.missing, 0, ""
                )
        if self.java:
            self.tell("java, no delay: SIGSTOP, SIGCONT", [self.pause("java", NO_DELAY, "pause")])

    def terminate(self) -> None:
        for kind in ["sluice"] + ["java"] * self.java:
            pair = Pair(self.folder("term"), self.broker, kind, HOLD_NOTHING | NO_DELAY)
            try:
                victim, survivor = pair.workers
                terminate = lambda victim=victim: victim.signal(signal.SIGTERM)  # noqa: E731
                seconds = pair.strike(victim, survivor, terminate, 120)
                fault = Fault(seconds, 0, *pair.settle(60))
            finally:
                pair.close()
            self.tell(f"{kind}: SIGTERM, no hold", [fault])
            if kind == "sluice":
                self.demand("SIGTERM → all elsewhere", seconds, 0.5, "s")
                self.demand("SIGTERM: lines doubled or lost", fault.doubled + fault.missing, 0, "")

    def nap(self) -> None:
        """SIGSTOP for a second disturbs nobody."""
        pair = Pair(self.folder("nap"), self.broker, "sluice", {})
        try:
            rest = pair.workers[1].rest
            before = [rest.status(name) for name in pair.names]
            joins = [worker.log().count("Joined group") for worker in pair.workers]
            pair.workers[0].signal(signal.SIGSTOP)
            time.sleep(1)
            pair.workers[0].signal(signal.SIGCONT)
            time.sleep(5)
            moved = before != [rest.status(name) for name in pair.names]
            joined = [worker.log().count("Joined group") for worker in pair.workers]
            self.demand("SIGSTOP for 1 s: rebalances", float(moved or joined != joins), 0, "")
        finally:
            pair.close()

    # Many.

    def rolling(self) -> None:
        """Three workers with 100 connectors, one after the other restarted."""
        folder = self.folder("rolling")
        topics = [create_topic(self.broker.bootstrap, f"{folder.name}-{n}") for n in range(100)]
        lines = Lines(folder / "lines", 100, 10)
        cluster = Cluster(folder, self.broker.bootstrap, folder.name, FLUSH)
        workers = [cluster.sluice().start_ready() for _ in range(3)]
        arrivals = Arrivals(self.broker.bootstrap, topics)
        try:
            self.create_sources(workers[0], lines.paths, topics)
            lines.start()
            wait_until("lines arrive", lambda: all(arrivals.times.values()), 60)
            time.sleep(3)
            before = self.task_starts(workers)
            began = time.monotonic()
            for worker in workers:
                worker.stop()
                worker.start_ready()
                time.sleep(4)
            lines.stop()
            wait_until("all lines are there", lambda: arrivals.complete(lines.written), 60)
            longest = max(arrivals.gap(topic, began) for topic in topics)
            starts = self.task_starts(workers)
            starts.subtract(before)
            self.demand("rolling restart: longest gap", longest, 1.5, "s")
            self.demand("rolling restart: most interruptions of one task", max(starts.values()), 1, "")
        finally:
            lines.over.set()
            for worker in workers:
                worker.__exit__()
            arrivals.stop()

    @staticmethod
    def task_starts(workers: list[Worker]) -> Counter[str]:
        """How often each task has been started, by the workers' logs, which go on over restarts."""
        return Counter(
            task for worker in workers for task in re.findall(r"Creating task (\S+)", worker.log())
        )

    @staticmethod
    def create_sources(worker: Worker, files: list[Path], topics: list[str]) -> None:
        for number, (file, topic) in enumerate(zip(files, topics, strict=True)):
            config = {"connector.class": FILE_SOURCE, "file": str(file), "topic": topic}
            worker.rest.put_connector(f"source-{number}", config)
        for number in range(len(files)):
            worker.rest.wait_running(f"source-{number}", 1, 120)

    def density(self, what: str, count: int, config, limits: tuple[float, float, float]) -> None:
        """One worker with so many connectors of one task: time to RUNNING, memory, CPU when idle."""
        folder = self.folder(what)
        with Cluster(folder, self.broker.bootstrap, folder.name, FLUSH).sluice().start_ready(60) as worker:
            began = time.monotonic()
            for number in range(count):
                worker.rest.put_connector(f"{what}-{number}", config(number))
            wait_until("all run", lambda: self.running(worker) == count, 300)
            took = time.monotonic() - began
            time.sleep(10)
            cpu, at = worker.cpu_seconds(), time.monotonic()
            time.sleep(10)
            idle = (worker.cpu_seconds() - cpu) / (time.monotonic() - at) * 100
            self.demand(f"{count} {what}: all RUNNING", took, limits[0], "s")
            self.demand(f"{count} {what}: memory", worker.rss_bytes() / MIB, limits[1], "MB")
            self.demand(f"{count} {what}: idle CPU", idle, limits[2], "% of a core")

    @staticmethod
    def running(worker: Worker) -> int:
        """Connectors whose every task runs."""
        statuses = worker.rest.get("/connectors?expand=status").values()
        tasks = [status["status"]["tasks"] for status in statuses]
        return sum(bool(group) and all(task["state"] == "RUNNING" for task in group) for group in tasks)

    def many(self) -> None:
        folder = self.folder("many")
        folder.mkdir()
        (folder / "empty.txt").touch()
        source = {"connector.class": FILE_SOURCE, "file": str(folder / "empty.txt"), "topic": "nothing"}
        self.density("sources", 1000, lambda _: source, (60, 500, 10))
        topic = create_topic(self.broker.bootstrap, "empty")
        sink = {"connector.class": FILE_SINK, "topics": topic}
        self.density("sinks", 1000, lambda n: sink | {"file": str(folder / f"out-{n}")}, (120, 1000, 15))

    def ten(self) -> None:
        """Ten workers, 500 tasks; one is killed: only its tasks move."""
        folder = self.folder("ten")
        folder.mkdir()
        topic = create_topic(self.broker.bootstrap, "ten", 50)
        cluster = Cluster(folder, self.broker.bootstrap, folder.name, FLUSH)
        workers = [cluster.sluice().start_ready() for _ in range(10)]
        try:
            rest = workers[0].rest
            for number in range(10):
                config = {
                    "connector.class": FILE_SINK,
                    "file": str(folder / f"out-{number}"),
                    "topics": topic,
                }
                rest.put_connector(f"sink-{number}", config | {"tasks.max": "50"})
            for number in range(10):
                rest.wait_running(f"sink-{number}", 50, 120)
            time.sleep(5)
            before = [rest.owners(f"sink-{number}") for number in range(10)]
            workers[9].kill()
            gone = workers[9].id
            owners = lambda: [rest.owners(f"sink-{number}") for number in range(10)]  # noqa: E731
            wait_until("its tasks moved", lambda: all(gone not in group for group in owners()), 60)
            pairs = zip(sum(before, []), sum(owners(), []), strict=True)
            moved = sum(old not in (gone, new) for old, new in pairs)
            self.demand("10 workers, 500 tasks, one killed: other tasks that moved", moved, 0, "")
        finally:
            for worker in workers:
                worker.__exit__()


PARTS = {
    "start": Bench.start,
    "kill": Bench.kill,
    "pause": Bench.stop_and_continue,
    "term": Bench.terminate,
    "nap": Bench.nap,
    "rolling": Bench.rolling,
    "many": Bench.many,
    "ten": Bench.ten,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="some of them only")
    parser.add_argument("--rounds", type=int, default=20, help="kills of a Sluice worker")
    parser.add_argument("--no-java", action="store_true", help="Sluice alone")
    arguments = parser.parse_args()
    say("Starting Kafka")
    bench = Bench(workspace("cluster"), arguments.rounds, not arguments.no_java)
    try:
        for name in arguments.parts or PARTS:
            say(f"  {name}")
            PARTS[name](bench)
    finally:
        bench.broker.stop()
    say()
    say(table(["", "measured"], bench.rows))
    say()
    say(demands_table(bench.demands))
    return 0 if all(demand.holds for demand in bench.demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
