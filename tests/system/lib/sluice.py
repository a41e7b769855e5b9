"""build/sluice, run as a user runs it: from a worker.properties and one JSON file per connector."""

import json
import re
from pathlib import Path

from lib.broker import write_properties
from lib.places import sluice_binary
from lib.processes import Child, cpu_seconds, free_port, peak_rss_bytes, rss_bytes, wait_until


class SluiceProcess:
    """A standalone worker in its own folder. Starting again keeps the offsets, as for a user."""

    def __init__(
        self,
        directory: Path,
        bootstrap: str,
        connectors: dict[str, dict],
        worker: dict[str, str] | None = None,
    ):
        self.directory = directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.connectors = connectors
        self.starts = 0
        self.child: Child | None = None
        self.worker = {
            "bootstrap.servers": bootstrap,
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter",
            "offset.storage.file.filename": str(directory / "offsets"),
            "offset.flush.interval.ms": "500",
            "listeners": self.url,
            **(worker or {}),
        }
        directory.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "SluiceProcess":
        return self.start()

    def __exit__(self, *_) -> None:
        if self.child and self.child.running():
            self.child.stop()

    def start(self) -> "SluiceProcess":
        """Writes the files anew and runs; each run has its own log."""
        write_properties(self.directory / "worker.properties", self.worker)
        files = []
        for name, config in self.connectors.items():
            files.append(self.directory / f"{name}.json")
            files[-1].write_text(json.dumps({"name": name, "config": config}, indent=2))
        self.starts += 1
        command = [sluice_binary(), "standalone", self.directory / "worker.properties", *files]
        self.child = Child(command, self.directory / f"sluice-{self.starts}.log", cwd=self.directory)
        return self

    @property
    def pid(self) -> int:
        return self.child.pid

    def log(self) -> str:
        """What the present run has printed."""
        return self.child.output()

    def wait_log(self, pattern: str, seconds: float = 30) -> re.Match:
        """The first place in the log that fits, as soon as there is one."""
        return self.wait(f"the log holds {pattern!r}", lambda: re.search(pattern, self.log()), seconds)

    def wait(self, what: str, condition, seconds: float = 30):
        """The condition's first true value; fails at once when the worker has ended."""
        try:
            return wait_until(what, condition, seconds, self.child.check_alive)
        except TimeoutError as late:
            raise TimeoutError(f"{late}; the log ends:\n{self.log()[-3000:]}") from None

    def wait_exit(self, seconds: float = 30) -> int:
        """For runs that end by themselves, such as those refused for their configuration."""
        return self.child.process.wait(seconds)

    def stop(self, seconds: float = 30) -> int:
        return self.child.stop(seconds)

    def kill(self) -> None:
        """kill -9."""
        self.child.kill()

    def rss_bytes(self) -> int:
        return rss_bytes(self.pid)

    def peak_rss_bytes(self) -> int:
        return peak_rss_bytes(self.pid)

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def maps(self, library: str) -> bool:
        """Whether the process has mapped a library, by a part of its name."""
        return library in Path(f"/proc/{self.pid}/maps").read_text()
