"""Several Kafka brokers that form one cluster, for what needs more than one: coordinators that move."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lib.broker import Broker
from lib.processes import free_port

FACTORS = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")


class Node(Broker):
    """One of them, broker and controller at once."""

    def __init__(self, directory: Path, number: int, controllers: list[int]):
        self.number, self.controllers = number, controllers
        super().__init__(directory)

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
        # The empty storage was formatted for node 1.
        meta = self.directory / "data" / "meta.properties"
        meta.write_text(meta.read_text().replace("node.id=1", f"node.id={self.number}"))


class Brokers:
    def __init__(self, directory: Path, count: int):
        controllers = [free_port() for _ in range(count)]
        # They need each other to start.
        with ThreadPoolExecutor(count) as pool:
            make = lambda number: Node(directory / f"broker-{number}", number, controllers)  # noqa: E731
            self.all = list(pool.map(make, range(1, count + 1)))
        self.bootstrap = ",".join(node.bootstrap for node in self.all)

    def kill(self) -> None:
        for node in self.all:
            node.kill()
