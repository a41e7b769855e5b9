"""The servers of ./dev up and ./dev down: Kafka, a schema registry, S3 and PostgreSQL, in the background.

servers.py start|stop --dir D. Data stays in D, but for the registry's, which is in memory.
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "system"))

from lib.broker import Broker, read_state, stop_detached  # noqa: E402
from lib.postgres import PASSWORD, Postgres  # noqa: E402
from lib.processes import start_time, wait_until  # noqa: E402
from lib.registry import Registry  # noqa: E402
from lib.s3 import ACCESS_KEY, REGION, S3, SECRET_KEY  # noqa: E402

BUCKET = "lake"


class Background:
    """A server that outlives this program; <dir>/<name>.json tells where it is."""

    def __init__(self, directory: Path, name: str):
        self.directory = directory / name
        self.file = directory / f"{name}.json"

    def running(self) -> dict | None:
        try:
            state = json.loads(self.file.read_text())
        except FileNotFoundError:
            return None
        return state if start_time(state["pid"]) == state["start_time"] else None

    def note(self, pid: int, **addresses: str) -> dict:
        state = {"pid": pid, "start_time": start_time(pid), **addresses}
        self.file.write_text(json.dumps(state))
        return state

    def stop(self, how: signal.Signals) -> bool:
        state = self.running()
        if state is None:
            return False
        os.kill(state["pid"], how)
        wait_until("the server has stopped", lambda: self.running() is None, 30)
        return True


def start_s3(directory: Path) -> dict:
    background = Background(directory, "s3")
    if state := background.running():
        return state
    background.directory.mkdir(parents=True, exist_ok=True)
    server = S3(background.directory, detached=True)
    if BUCKET not in [bucket["Name"] for bucket in server.client().list_buckets()["Buckets"]]:
        server.create_bucket(BUCKET)
    return background.note(server.child.pid, endpoint=server.endpoint)


def start_postgres(directory: Path) -> dict:
    background = Background(directory, "postgres")
    if state := background.running():
        return state
    background.directory.mkdir(parents=True, exist_ok=True)
    server = Postgres(directory=background.directory, detached=True)
    return background.note(server.child.pid, url=server.jdbc_url(), port=str(server.port))


def start_registry(directory: Path) -> dict:
    background = Background(directory, "registry")
    if state := background.running():
        return state
    server = Registry(background.directory, detached=True)
    return background.note(server.child.pid, url=server.url)


def start(directory: Path) -> None:
    state = read_state(directory / "broker")
    bootstrap = state["bootstrap"] if state else Broker(directory / "broker", detached=True).bootstrap
    s3, postgres, registry = start_s3(directory), start_postgres(directory), start_registry(directory)
    print(f"""
Kafka        bootstrap.servers={bootstrap}
Registry     value.converter.schema.registry.url={registry["url"]}
S3           store.url={s3["endpoint"]}  s3.bucket.name={BUCKET}  s3.region={REGION}
             aws.access.key.id={ACCESS_KEY}  aws.secret.access.key={SECRET_KEY}
PostgreSQL   connection.url={postgres["url"]}
             connection.user=postgres  connection.password={PASSWORD}

Data and logs are in {directory}. ./dev down stops all four.
Try:  echo hello | kcat -P -b {bootstrap} -t test && kcat -C -b {bootstrap} -t test -e
      PGPASSWORD={PASSWORD} psql -h 127.0.0.1 -p {postgres["port"]} -U postgres""")


def stop(directory: Path) -> None:
    # SIGINT: PostgreSQL's fast shutdown; SIGTERM would wait for clients.
    stopped = {
        "Kafka": stop_detached(directory / "broker"),
        "Registry": Background(directory, "registry").stop(signal.SIGTERM),
        "S3": Background(directory, "s3").stop(signal.SIGTERM),
        "PostgreSQL": Background(directory, "postgres").stop(signal.SIGINT),
    }
    for name, was_running in stopped.items():
        print(f"{name}: {'stopped' if was_running else 'not running'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("verb", choices=["start", "stop"])
    parser.add_argument("--dir", type=Path, required=True)
    arguments = parser.parse_args()
    (start if arguments.verb == "start" else stop)(arguments.dir.resolve())


if __name__ == "__main__":
    main()
