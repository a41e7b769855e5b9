"""A schema registry: Apicurio's, which speaks the protocol of Confluent's."""

from pathlib import Path

import requests

from lib.places import DEPS
from lib.processes import Child, free_port, wait_until

JSON = {"Content-Type": "application/vnd.schemaregistry.v1+json"}


class Registry:
    """Data is in memory and gone when it stops."""

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        detached: bool = False,
        compatibility: str = "BACKWARD",  # Confluent's default; Apicurio's is none
    ):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}/apis/ccompat/v7"
        directory.mkdir(parents=True, exist_ok=True)
        settings = {
            "quarkus.http.host": "127.0.0.1",
            "quarkus.http.port": self.port,
            "registry.rules.global.compatibility": compatibility,
        }
        command = ["java", "-Xmx192m", "-XX:TieredStopAtLevel=1"]
        command += [f"-D{name}={value}" for name, value in settings.items()]
        command += ["-jar", str(DEPS / "apicurio" / "registry.jar")]
        self.child = Child(command, directory / "registry.log", detached=detached)
        wait_until("the schema registry answers", self.answers, 60)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/subjects", timeout=2).ok
        except requests.RequestException:
            return False

    def register(self, subject: str, schema: str, kind: str = "AVRO") -> int:
        body = {"schema": schema} | ({} if kind == "AVRO" else {"schemaType": kind})
        answer = requests.post(f"{self.url}/subjects/{subject}/versions", json=body, headers=JSON, timeout=10)
        answer.raise_for_status()
        return answer.json()["id"]

    def latest(self, subject: str) -> dict:
        answer = requests.get(f"{self.url}/subjects/{subject}/versions/latest", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def set_compatibility(self, level: str, subject: str = "") -> None:
        path = f"/config/{subject}" if subject else "/config"
        requests.put(
            self.url + path, json={"compatibility": level}, headers=JSON, timeout=10
        ).raise_for_status()

    def stop(self) -> None:
        self.child.stop()

    def kill(self) -> None:
        self.child.kill()
