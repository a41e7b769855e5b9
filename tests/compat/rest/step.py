"""One request of the comparison, and the connectors that it is about."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"
JSON = {"Content-Type": "application/json"}
SETTLED_SECONDS = 0.5


@dataclass
class Step:
    method: str
    path: str
    body: object = None
    headers: dict = field(default_factory=dict)
    # Asked again until it is true, before the request is sent.
    when: Callable | None = None

    def shown(self) -> str:
        body = "" if self.body is None else f" {str(self.body)[:300]}"
        return f"{self.method} {self.path}{body} {self.headers or ''}"


def is_in_state(name: str, state: str, tasks: int, task_state: str | None = None) -> Callable:
    """For `when`: the connector and all of its tasks."""

    def is_so(side) -> bool:
        status = side.json(f"/connectors/{name}/status")
        if "connector" not in status:
            return False
        states = [task["state"] for task in status["tasks"]]
        return status["connector"]["state"] == state and states == [task_state or state] * tasks

    def holds(side) -> bool:
        """Still so a little later: a changed configuration restarts what is in that state already."""
        if not is_so(side):
            return False
        time.sleep(SETTLED_SECONDS)
        return is_so(side)

    return holds


def has_offsets(name: str, wanted: dict) -> Callable:
    def holds(side) -> bool:
        offsets = side.json(f"/connectors/{name}/offsets").get("offsets", [])
        return any(entry["offset"] == wanted for entry in offsets)

    return holds


def answers(path: str, status: int) -> Callable:
    return lambda side: side.send("GET", path).status == status


def source(data: Path, **more) -> dict:
    return {"connector.class": "FileStreamSource", "topic": "lines", "file": str(data / "in.txt")} | dotted(
        more
    )


def sink(data: Path, **more) -> dict:
    return {"connector.class": "FileStreamSink", "topics": "lines", "file": str(data / "out.txt")} | dotted(
        more
    )


def dotted(settings: dict) -> dict:
    return {key.replace("_", "."): value for key, value in settings.items()}
