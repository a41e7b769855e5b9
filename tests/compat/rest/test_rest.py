"""The REST API beside real Java workers: the same requests to both, in the same order, a broker for each.

Status, content type, a few headers and the body must be equal once ports, times and orders without a meaning
are out of the way. What differs must be one of the differences that differences.py names with their reasons.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # its parts stand beside this file

import differences  # noqa: E402
import steps as all_steps  # noqa: E402
from lib.broker import Broker  # noqa: E402
from lib.cluster import Cluster  # noqa: E402
from lib.java_connect import java_connect_command  # noqa: E402
from lib.places import sluice_binary  # noqa: E402
from lib.processes import Child, accepts, free_port, wait_until  # noqa: E402
from side import Side  # noqa: E402

REST_SETTINGS = {
    "access.control.allow.origin": "http://example.com",
    "access.control.allow.methods": "GET,POST,PUT",
    "response.http.headers.config": "add X-Own:1",
}
WAIT_SECONDS = 20
AUTH = "Basic dXNlcjpwYXNz"


@pytest.fixture(scope="module")
def second_broker(tmp_path_factory: pytest.TempPathFactory):
    server = Broker(tmp_path_factory.mktemp("second-broker"))
    yield server
    server.kill()


def wait_for(step, side: Side) -> str:
    """What was waited for in vain; empty when it came."""
    try:
        wait_until(f"{side.kind} is ready for it", lambda: step.when(side), WAIT_SECONDS)
    except TimeoutError as late:
        return f"{step.shown()}\n  {late}"
    return ""


def ask(step, side: Side):
    """Rebalances are over in a moment; that there is one says nothing about the API."""
    deadline = time.monotonic() + 30
    while True:
        answer = side.send(step.method, step.path, step.body, step.headers)
        busy = answer.status in (409, 500) and "rebalance is expected" in str(answer.body)
        busy = busy or "stale configuration" in str(answer.body)
        if not busy or time.monotonic() > deadline:
            return answer
        time.sleep(0.1)


def differing_parts(java, ours, place: str = ""):
    """Where two answers differ: one line each."""
    if isinstance(java, dict) and isinstance(ours, dict):
        for key in sorted(set(java) | set(ours)):
            yield from differing_parts(java.get(key, "<none>"), ours.get(key, "<none>"), f"{place}.{key}")
    elif isinstance(java, list) and isinstance(ours, list) and len(java) == len(ours):
        for index, (left, right) in enumerate(zip(java, ours, strict=True)):
            yield from differing_parts(left, right, f"{place}[{index}]")
    elif java != ours:
        yield f"  {place}: java {json.dumps(java)[:600]}"
        yield f"  {place}: ours {json.dumps(ours)[:600]}"


def compare(steps: list, java: Side, sluice: Side) -> None:
    known, different = Counter(), []
    for step in steps:
        late = [wait_for(step, side) for side in (java, sluice)] if step.when else []
        different += filter(None, late)
        theirs, ours = ask(step, java), ask(step, sluice)
        if theirs == ours:
            continue
        why = differences.reason(step, theirs, ours)
        if why:
            known[why] += 1
        else:
            parts = list(differing_parts(vars(theirs), vars(ours)))[:8]
            different.append(f"{step.shown()}\n" + "\n".join(parts))
    print(f"\n{len(steps)} requests, {len(steps) - len(different) - sum(known.values())} answered the same")
    for why, count in known.most_common():
        print(f"  {count:3d} known: {why}")
    assert not different, f"{len(different)} answers differ:\n" + "\n".join(different)


def write_data(folder: Path) -> Path:
    folder.mkdir()
    (folder / "in.txt").write_text("one\ntwo\nthree\nxx\n"[:16])
    return folder


def test_distributed(tmp_path: Path, broker: Broker, second_broker: Broker) -> None:
    java_cluster = Cluster(tmp_path / "java", broker.bootstrap, "workers", REST_SETTINGS)
    sluice_cluster = Cluster(tmp_path / "sluice", second_broker.bootstrap, "workers", REST_SETTINGS)
    java_worker = java_cluster.java().start()
    with sluice_cluster.sluice() as ours, java_worker:
        wait_until("the Java worker is ready", java_worker.rest.ready, 60, java_worker.child.check_alive)
        steps = all_steps.distributed(write_data(tmp_path / "data"))
        assert len(steps) >= 150
        compare(steps, Side("java", java_worker.port), Side("sluice", ours.port))


def auth_files(folder: Path) -> Path:
    (folder / "credentials").write_text("user=pass\n")
    jaas = folder / "jaas.conf"
    module = "org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule"
    jaas.write_text(f'KafkaConnect {{\n  {module} required file="{folder / "credentials"}";\n}};\n')
    return jaas


def test_standalone(tmp_path: Path, broker: Broker, second_broker: Broker) -> None:
    jaas = auth_files(tmp_path)
    option = f"-Djava.security.auth.login.config={jaas}"
    sides, children = {}, []
    for kind, bootstrap in (("java", broker.bootstrap), ("sluice", second_broker.bootstrap)):
        port, admin_port = free_port(), free_port()
        settings = {
            "bootstrap.servers": bootstrap,
            "listeners": f"http://127.0.0.1:{port}",
            "admin.listeners": f"http://127.0.0.1:{admin_port}",
            "rest.extension.classes": (
                "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"
            ),
        }
        command = java_connect_command(tmp_path / kind, settings, {})
        if kind == "java":
            command.insert(1, option)
        else:
            command = [sluice_binary(), "standalone", command[-1]]
        environment = os.environ | {"KAFKA_OPTS": option}
        children.append(Child(command, tmp_path / f"{kind}.log", cwd=tmp_path, env=environment))
        sides[kind] = Side(kind, port, AUTH)
    try:
        for side, child in zip(sides.values(), children, strict=True):
            ready = lambda side=side: accepts(side.port) and side.send("GET", "/connectors").status == 200  # noqa: E731
            wait_until(f"{side.kind} is ready", ready, 60, child.check_alive)
        compare(all_steps.standalone(write_data(tmp_path / "data")), sides["java"], sides["sluice"])
    finally:
        for child in children:
            child.stop()
