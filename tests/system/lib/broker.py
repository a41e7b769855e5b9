"""A real single-node Kafka (KRaft) from the jars that `./dev setup` fetched, on free ports of 127.0.0.1."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lib.places import DEPS, versions
from lib.processes import Child, accepts, free_port, start_time, wait_until

# Tests and demo want an early start, benchmarks the best code.
JVM = {
    "start": ["-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"],
    "throughput": ["-Xmx1g", "-Xms1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"],
}

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "true",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "5",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    # The default takes 128 MB of the heap.
    "log.cleaner.dedupe.buffer.size": str(16 << 20),
}

LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %m (%c{1})%n
"""


class Broker:
    """Starts in the constructor; ready when it returns. `directory` holds data, log and broker.json."""

    jvm_options: Sequence[str] = ()

    def __init__(
        self,
        directory: Path,
        version: str | None = None,
        profile: str = "start",
        settings: dict[str, str] | None = None,
        detached: bool = False,
    ):
        self.directory = directory.resolve()
        self.version = version or versions()["KAFKA_VERSION"]
        self.jars = DEPS / f"kafka-{self.version}" / "libs"
        if not self.jars.is_dir():
            raise FileNotFoundError(f"there is no Kafka {self.version} in {DEPS}: run ./dev setup test")
        self.port = free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.profile = profile
        self._write_settings(settings or {})
        self._start(profile, detached)

    def start_again(self) -> None:
        """After stop() or kill(): the same data, the same address."""
        self._start(self.profile, detached=False)

    def stop(self) -> None:
        self.child.stop()

    def kill(self) -> None:
        self.child.kill()

    def _write_settings(self, extra: dict[str, str]) -> None:
        controller = free_port()
        settings = SETTINGS | {
            "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.bootstrap}",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "log.dirs": str(self.directory / "data"),
        }
        write_properties(self.directory / "server.properties", settings | extra)
        (self.directory / "log4j2.properties").write_text(LOGGING)
        if not (self.directory / "data").exists():
            shutil.copytree(formatted_storage(self.version), self.directory / "data")

    def _start(self, profile: str, detached: bool) -> None:
        logging = f"-Dlog4j2.configurationFile={self.directory / 'log4j2.properties'}"
        command = ["java", *JVM[profile], *self.jvm_options, logging, "-cp", f"{self.jars}/*", "kafka.Kafka"]
        log = self.directory / "broker.log"
        log.unlink(missing_ok=True)
        self.child = Child(
            [*command, self.directory / "server.properties"], log, detached=detached, cwd=self.directory
        )
        state = {
            "pid": self.child.pid,
            "start_time": start_time(self.child.pid),
            "bootstrap": self.bootstrap,
            "version": self.version,
        }
        (self.directory / "broker.json").write_text(json.dumps(state))
        self.wait_ready()

    def wait_ready(self) -> None:
        try:
            wait_until("the broker is up", self._ready, 60, self.child.check_alive)
        except BaseException:
            self.child.kill()
            raise

    def _ready(self) -> bool:
        return "Kafka Server started" in self.child.output() and accepts(self.port)


def write_properties(path: Path, settings: dict[str, str]) -> None:
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


def formatted_storage(version: str) -> Path:
    """An empty, formatted data folder to copy: formatting takes a JVM start, and depends on no port."""
    ready = DEPS / f"kafka-{version}" / "formatted"
    if ready.exists():
        return ready
    with tempfile.TemporaryDirectory(dir=ready.parent) as temporary:
        work = Path(temporary)
        settings = SETTINGS | {
            "listeners": "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2",
            "controller.quorum.voters": "1@127.0.0.1:2",
            "log.dirs": str(work / "data"),
        }
        write_properties(work / "server.properties", settings)
        command = ["java", *JVM["start"], "-cp", f"{ready.parent}/libs/*", "kafka.tools.StorageTool"]
        arguments = ["format", "-t", "c2x1aWNlLXRlc3QtMDAwMA", "-c", str(work / "server.properties")]
        subprocess.run([*command, *arguments], check=True, capture_output=True)
        try:
            os.rename(work / "data", ready)
        except OSError:
            # Another test run was faster.
            if not ready.exists():
                raise
    return ready


def read_state(directory: Path) -> dict | None:
    """broker.json of a broker that still runs."""
    try:
        state = json.loads((directory / "broker.json").read_text())
    except FileNotFoundError:
        return None
    return state if start_time(state["pid"]) == state["start_time"] else None


def stop_detached(directory: Path) -> bool:
    """Ends the broker that `start` left running; False if there is none."""
    state = read_state(directory)
    if state is None:
        return False
    gone = lambda: start_time(state["pid"]) != state["start_time"]  # noqa: E731
    os.kill(state["pid"], signal.SIGTERM)
    try:
        wait_until("the broker has stopped", gone, 20)
    except TimeoutError:
        os.kill(state["pid"], signal.SIGKILL)
        wait_until("the broker is gone", gone, 5)
    return True
