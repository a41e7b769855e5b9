"""The command line: help, exit codes, and messages that say what is wrong and where."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from lib.connectors import file_sink, file_source
from lib.kafka import Kafka
from lib.places import sluice_binary


def run(*arguments: object) -> subprocess.CompletedProcess:
    command = [str(sluice_binary()), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def worker_file(folder: Path, **more: str) -> Path:
    settings = {
        "bootstrap.servers": "127.0.0.1:9",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "offset.storage.file.filename": folder / "offsets",
        "listeners": "http://127.0.0.1:0",
    }
    settings |= {key.replace("_", "."): value for key, value in more.items()}
    path = folder / "worker.properties"
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items() if value is not None))
    return path


def test_help() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    assert "standalone" in shown.stdout
    shown = run("standalone", "--help")
    assert shown.returncode == 0
    assert "worker.properties" in shown.stdout


def test_version() -> None:
    shown = run("--version")
    assert shown.returncode == 0
    assert shown.stdout.startswith("sluice ")


def test_no_arguments_or_strange_ones() -> None:
    assert run().returncode == 1
    assert run("standalone").returncode == 1
    strange = run("fly")
    assert strange.returncode == 1
    assert "fly" in strange.stderr + strange.stdout


def test_worker_file_missing(tmp_path: Path) -> None:
    shown = run("standalone", tmp_path / "nowhere.properties")
    assert shown.returncode == 2
    assert "nowhere.properties" in shown.stderr


def test_worker_file_without_bootstrap_value(tmp_path: Path) -> None:
    shown = run("standalone", worker_file(tmp_path, offset_flush_interval_ms="soon"))
    assert shown.returncode == 2
    assert "offset.flush.interval.ms" in shown.stderr
    assert "soon" in shown.stderr
    assert "Not a number of type LONG" in shown.stderr


def test_worker_file_without_a_converter(tmp_path: Path) -> None:
    shown = run("standalone", worker_file(tmp_path, value_converter=None))
    assert shown.returncode == 2
    assert 'Missing required configuration "value.converter" which has no default value.' in shown.stderr


def test_connector_file_missing(tmp_path: Path) -> None:
    shown = run("standalone", worker_file(tmp_path), tmp_path / "nowhere.json")
    assert shown.returncode == 3
    assert "nowhere.json" in shown.stderr


def test_connector_file_cut_short(tmp_path: Path) -> None:
    connector = tmp_path / "orders.json"
    connector.write_text('{"name": "orders", "config": {')
    shown = run("standalone", worker_file(tmp_path), connector)
    assert shown.returncode == 3
    assert "orders.json" in shown.stderr


def test_connector_file_without_name(tmp_path: Path) -> None:
    connector = tmp_path / "orders.properties"
    connector.write_text("connector.class=FileStreamSource\nfile=x\ntopic=y\n")
    shown = run("standalone", worker_file(tmp_path), connector)
    assert shown.returncode == 3
    assert "is missing the mandatory 'name' configuration" in shown.stderr


def test_unknown_class_lists_what_there_is(tmp_path: Path) -> None:
    connector = tmp_path / "orders.properties"
    connector.write_text("name=orders\nconnector.class=org.example.NowhereConnector\ntopics=y\n")
    shown = run("standalone", worker_file(tmp_path), connector)
    assert shown.returncode == 3
    assert "org.example.NowhereConnector" in shown.stderr
    assert "org.apache.kafka.connect.file.FileStreamSourceConnector" in shown.stderr


def test_wrong_value_names_key_value_and_what_is_allowed(
    tmp_path: Path, kafka: Kafka, sluice: Callable
) -> None:
    config = file_sink(tmp_path / "out", "t") | {"errors.tolerance": "some", "tasks.max": "0"}
    worker = sluice({"strict": config}).start()
    assert worker.wait_exit() == 3
    assert "Invalid value some for configuration errors.tolerance" in worker.log()
    assert "none" in worker.log() and "all" in worker.log()
    # Every problem at once, not one a start.
    assert "Invalid value 0 for configuration tasks.max" in worker.log()


def test_secrets_are_not_shown(tmp_path: Path, sluice: Callable) -> None:
    config = {
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "connection.url": f"jdbc:sqlite:{tmp_path}/x.db",
        "connection.password": "hunter2-secret",
        "mode": "sideways",
        "topic.prefix": "x",
    }
    worker = sluice({"secretive": config}).start()
    assert worker.wait_exit() == 3
    assert "sideways" in worker.log()
    assert "hunter2-secret" not in worker.log()


def test_unknown_key_is_a_warning(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    (tmp_path / "lines.txt").write_text("one\n")
    topic = kafka.create_topic("cli")
    config = file_source(tmp_path / "lines.txt", topic) | {"batch.sise": "10"}
    with sluice({"typo": config}) as worker:
        worker.wait_log(r"(?i)warn.*batch\.sise")
        worker.wait("the line is in the topic", lambda: kafka.values(topic) == [b"one"])


def test_two_connectors_of_one_name(tmp_path: Path, kafka: Kafka) -> None:
    worker = worker_file(tmp_path, bootstrap_servers=kafka.bootstrap)
    files = []
    for part in ("a", "b"):
        files.append(tmp_path / f"{part}.properties")
        config = file_sink(tmp_path / part, kafka.create_topic("twice"))
        files[-1].write_text("name=twin\n" + "".join(f"{key}={value}\n" for key, value in config.items()))
    shown = run("standalone", worker, *files)
    assert shown.returncode == 3
    assert "twin" in shown.stderr and "b.properties" in shown.stderr


def test_stops_gracefully_on_a_signal(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    (tmp_path / "lines.txt").write_text("one\ntwo\n")
    topic = kafka.create_topic("cli")
    worker = sluice(
        {"lines": file_source(tmp_path / "lines.txt", topic)}, {"offset.flush.interval.ms": "60000"}
    )
    with worker:
        worker.wait("the lines are in the topic", lambda: len(kafka.values(topic)) == 2)
        # As the JVM: 128 + SIGTERM.
        assert worker.stop() == 143
        # What it stopped with is committed, so that nothing comes twice.
        worker.start()
        with (tmp_path / "lines.txt").open("a") as file:
            file.write("three\n")
        worker.wait("the new line is in the topic", lambda: b"three" in kafka.values(topic))
    assert kafka.values(topic) == [b"one", b"two", b"three"]


def test_hash_password() -> None:
    command = [str(sluice_binary()), "hash-password"]
    hashed = subprocess.run(command, input="secret\n", capture_output=True, text=True, timeout=60)
    assert hashed.returncode == 0, hashed.stderr
    assert hashed.stdout.startswith("$scrypt$ln=14,r=8,p=1$")
    assert "secret" not in hashed.stdout + hashed.stderr
    assert subprocess.run(command, input="\n", capture_output=True, text=True, timeout=60).returncode == 1


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listener = f"http://127.0.0.1:{taken.getsockname()[1]}"
        shown = run("standalone", worker_file(tmp_path, listeners=listener))
    assert shown.returncode == 2
    assert f"Could not listen on {listener}: Address already in use" in shown.stderr
