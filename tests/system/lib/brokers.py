"""Several Kafka brokers that form one cluster, for what needs more than one: coordinators that move."""

import base64
import re
from pathlib import Path

from lib.broker import Broker
from lib.processes import free_port

FACTORS = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")


class Node(Broker):
    """One of them, broker and controller at once."""

    def __init__(self, directory: Path, number: int, controllers: list[int]):
        self.number, self.controllers, self.together = number, controllers, False
        super().__init__(directory)

    def wait_ready(self) -> None:
        """Not while the first ones wait for the others; Brokers does."""
        if self.together:
            super().wait_ready()

    def _write_settings(self, extra: dict[str, str]) -> None:
        voters = [f"{n}@127.0.0.1:{port}" for n, port in enumerate(self.controllers, 1)]
        own = f"CONTROLLER://127.0.0.1:{self.controllers[self.number - 1]}"
        settings = {
            "node.id": str(self.number),
            "listeners": f"PLAINTEXT://{self.bootstrap},{own}",
            "controller.quorum.voters": ",".join(voters),
            "transaction.state.log.min.isr": "2",
            **{f"{topic}.replication.factor": "3" for topic in FACTORS},
        }
        super()._write_settings(settings | extra)
        # The empty storage was formatted for node 1 alone; folders have names of their own too.
        meta = self.directory / "data" / "meta.properties"
        folder = base64.urlsafe_b64encode(f"sluice broker {self.number:02}".encode()).decode().rstrip("=")
        text = re.sub(r"(?m)^node\.id=.*$", f"node.id={self.number}", meta.read_text())
        meta.write_text(re.sub(r"(?m)^directory\.id=.*$", f"directory.id={folder}", text))


class Brokers:
    def __init__(self, directory: Path, count: int):
        controllers = [free_port() for _ in range(count)]
        self.all = [Node(directory / f"broker-{n}", n, controllers) for n in range(1, count + 1)]
        for node in self.all:
            node.together = True
            node.wait_ready()
        self.bootstrap = ",".join(node.bootstrap for node in self.all)

    def kill(self) -> None:
        for node in self.all:
            node.kill()
