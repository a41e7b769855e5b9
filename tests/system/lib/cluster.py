"""Distributed workers, Sluice's and Java's, from the same worker.properties, and their REST API."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from lib.broker import LOGGING, write_properties
from lib.places import DEPS, sluice_binary, versions
from lib.processes import Child, cpu_seconds, free_port, rss_bytes, wait_until

FILE_SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
FILE_SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"


class RefusedError(Exception):
    """A request that was answered with an error."""

    def __init__(self, response: requests.Response):
        super().__init__(f"{response.request.method} {response.url}: {response.status_code} {response.text}")
        self.status = response.status_code


class Rest:
    """One worker's REST API."""

    def __init__(self, url: str):
        self.url = url

    def call(self, method: str, path: str, body=None, seconds: float = 30):
        response = requests.request(method, self.url + path, json=body, timeout=seconds)
        if response.status_code >= 400:
            raise RefusedError(response)
        return response.json() if response.content else None

    def get(self, path: str):
        return self.call("GET", path)

    def put_connector(self, name: str, config: dict):
        """Tries again while a rebalance is under way, as every client of Kafka Connect must."""
        return self.retrying("PUT", f"/connectors/{name}/config", config)

    def retrying(self, method: str, path: str, body=None, seconds: float = 60):
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.call(method, path, body)
            except RefusedError as refused:
                if refused.status != 409 or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def status(self, name: str) -> dict | None:
        """None while there is none, or no answer."""
        try:
            return self.call("GET", f"/connectors/{name}/status", seconds=5)
        except (RefusedError, requests.RequestException):
            return None

    def is_running(self, name: str, tasks: int) -> bool:
        """The connector and as many tasks."""
        status = self.status(name)
        states = [status["connector"], *status["tasks"]] if status else []
        return len(states) == tasks + 1 and all(state["state"] == "RUNNING" for state in states)

    def wait_running(self, name: str, tasks: int = 1, seconds: float = 60) -> None:
        wait_until(f"{name} runs {tasks} tasks", lambda: self.is_running(name, tasks), seconds)

    def owners(self, name: str) -> list[str]:
        """The worker of each task, by id."""
        return [task["worker_id"] for task in (self.status(name) or {"tasks": []})["tasks"]]

    def ready(self) -> bool:
        try:
            return self.call("GET", "/health", seconds=5)["status"] == "healthy"
        except (RefusedError, requests.RequestException):
            return False


@dataclass
class Cluster:
    """What all workers of one cluster share: the group, the internal topics, the brokers."""

    directory: Path
    bootstrap: str
    name: str = "connect"
    settings: dict[str, str] = field(default_factory=dict)

    def properties(self, url: str) -> dict[str, str]:
        return {
            "bootstrap.servers": self.bootstrap,
            "group.id": self.name,
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "offset.flush.interval.ms": "500",
            **{f"{kind}.storage.topic": f"{self.name}-{kind}" for kind in ("config", "offset", "status")},
            **{f"{kind}.storage.replication.factor": "1" for kind in ("config", "offset", "status")},
            "listeners": url,
            **self.settings,
        }

    def sluice(self, settings: dict[str, str] | None = None) -> "Worker":
        return Worker(self, "sluice", settings or {})

    @contextmanager
    def running(self, count: int) -> Iterator[list["Worker"]]:
        """So many of Sluice's workers, started side by side; those that are left in the end are killed."""
        made = [self.sluice().start() for _ in range(count)]
        for worker in made:
            worker.wait_ready()
        yield made
        for worker in made:
            if worker.child.running():
                worker.kill()

    def java(self, settings: dict[str, str] | None = None, plugins: Sequence[Path] = ()) -> "Worker":
        """`plugins` are jars that go onto its classpath."""
        return Worker(self, "java", {"plugin.discovery": "service_load"} | (settings or {}), plugins)


class Worker:
    """One process of a cluster. Starting again keeps its port, as a restarted service does."""

    made = 0

    def __init__(self, cluster: Cluster, kind: str, settings: dict[str, str], plugins: Sequence[Path] = ()):
        Worker.made += 1
        self.plugins = plugins
        self.kind = kind
        self.port = free_port()
        self.id = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.id}"
        self.rest = Rest(self.url)
        self.directory = cluster.directory / f"{kind}-{Worker.made}"
        self.directory.mkdir(parents=True)
        self.file = self.directory / "worker.properties"
        write_properties(self.file, cluster.properties(self.url) | settings)
        self.child: Child | None = None

    def command(self) -> list:
        if self.kind == "sluice":
            return [sluice_binary(), "distributed", self.file]
        jars = DEPS / f"connect-{versions()['CONNECT_VERSION']}" / "libs"
        logging = self.directory / "log4j2.properties"
        logging.write_text(LOGGING)
        heap = ["-Xms256M", "-Xmx2G", "-XX:+UseG1GC"]
        main = "org.apache.kafka.connect.cli.ConnectDistributed"
        classpath = ":".join([f"{jars}/*", *map(str, self.plugins)])
        return ["java", *heap, f"-Dlog4j2.configurationFile={logging}", "-cp", classpath, main, self.file]

    def start(self) -> "Worker":
        self.child = Child(self.command(), self.directory / "log", cwd=self.directory)
        return self

    def start_ready(self, seconds: float = 60) -> "Worker":
        self.start()
        self.wait_ready(seconds)
        return self

    def wait_ready(self, seconds: float = 60) -> None:
        try:
            wait_until(f"{self.id} is ready", self.rest.ready, seconds, self.child.check_alive)
        except TimeoutError as late:
            raise TimeoutError(f"{late}; the log ends:\n{self.log()[-3000:]}") from None

    def __enter__(self) -> "Worker":
        return self if self.child else self.start_ready()

    def __exit__(self, *_) -> None:
        if self.child and self.child.running():
            self.signal(signal.SIGCONT)
            self.child.stop()

    def log(self) -> str:
        return self.child.output()

    def signal(self, number: int) -> None:
        os.kill(self.child.pid, number)

    def kill(self) -> None:
        """kill -9."""
        self.child.kill()

    def stop(self, seconds: float = 30) -> int:
        return self.child.stop(seconds)

    def rss_bytes(self) -> int:
        return rss_bytes(self.child.pid)

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.child.pid)
