"""FileStream source and sink from end to end, and their offsets beside those of Kafka Connect."""

import json
from collections.abc import Callable
from pathlib import Path

from lib.broker import Broker
from lib.connectors import file_sink, file_source
from lib.java_connect import JavaConnect
from lib.kafka import Kafka, fresh_name
from lib.processes import wait_until


def append(path: Path, *lines: str) -> None:
    with path.open("a", newline="") as file:
        file.write("".join(lines))


def test_file_to_topic_to_file(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    append(source, "one\n", "\n", "windows\r\n", "mac\r", "grüße 🎁\n", "not ended")
    topic = kafka.create_topic("lines")
    connectors = {"lines-in": file_source(source, topic), fresh_name("lines-out"): file_sink(target, topic)}
    with sluice(connectors) as worker:
        expected = "one\n\nwindows\nmac\ngrüße 🎁\n"
        arrived = lambda: target.exists() and target.read_text() == expected  # noqa: E731
        worker.wait("five lines have arrived", arrived)
        append(source, " but now\n")
        worker.wait("the ended line arrived", lambda: target.read_text() == expected + "not ended but now\n")
    assert kafka.values(topic)[0] == b"one"
    assert len(kafka.values(topic)) == 6


def test_restart_goes_on_where_it_stopped(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    topic = kafka.create_topic("lines", partitions=2)
    connectors = {"lines-in": file_source(source, topic), fresh_name("lines-out"): file_sink(target, topic)}
    worker = sluice(connectors)
    expected: set[str] = set()

    def lines() -> list[str]:
        return target.read_text().splitlines() if target.exists() else []

    for round_number in range(3):
        fresh = {f"round {round_number} line {n}" for n in range(1000)}
        append(source, *(f"{line}\n" for line in fresh))
        expected.update(fresh)
        worker.start()
        worker.wait("all lines have arrived", lambda: len(lines()) >= len(expected))  # noqa: B023
        worker.stop()
        assert sorted(lines()) == sorted(expected)


def test_sink_goes_on_at_once_after_its_first_run(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """Without waiting for the earlier run to time out, though its offsets file was not there yet."""
    source, target = tmp_path / "in.txt", tmp_path / "out.txt"
    topic = kafka.create_topic("lines")
    connectors = {"lines-in": file_source(source, topic), fresh_name("lines-out"): file_sink(target, topic)}
    worker = sluice(connectors, {"offset.storage.file.filename": "sluice.offsets"})
    for number in range(1, 3):
        append(source, f"line {number}\n")
        worker.start()
        arrived = lambda number=number: target.exists() and f"line {number}\n" in target.read_text()  # noqa: E731
        worker.wait("the line has arrived", arrived, 15)
        worker.stop()


def test_sink_takes_the_records_of_a_topic_made_anew(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """Fewer than the old topic had: none may be taken for one that was seen."""
    target = tmp_path / "out.txt"
    topic = kafka.create_topic("lines")
    kafka.produce(topic, [f"old {n}".encode() for n in range(20)])
    name = fresh_name("lines-out")
    lines = lambda: target.read_text().splitlines() if target.exists() else []  # noqa: E731
    with sluice({name: file_sink(target, topic)}) as worker:
        worker.wait("the old lines have arrived", lambda: len(lines()) == 20)
        kafka.make_anew(topic)
        kafka.produce(topic, [b"new 0", b"new 1", b"new 2"])
        worker.wait("the new lines have arrived", lambda: lines()[20:] == ["new 0", "new 1", "new 2"])
        worker.wait("and are committed", lambda: kafka.committed(f"connect-{name}", topic) == {0: 3})


def test_source_goes_on_from_javas_offsets_file(
    tmp_path: Path, broker: Broker, kafka: Kafka, sluice: Callable
) -> None:
    source = tmp_path / "in.txt"
    append(source, *(f"java {n}\n" for n in range(500)))
    topic = kafka.create_topic("lines")
    config = {"lines-in": file_source(source, topic)}
    worker = sluice(config)
    offsets = Path(worker.worker["offset.storage.file.filename"])
    settings = {"offset.storage.file.filename": str(offsets)}
    with JavaConnect(tmp_path / "java", broker.bootstrap, config, settings) as java:
        alive = java.child.check_alive
        wait_until("Java has sent the lines", lambda: kafka.end_offsets(topic) == {0: 500}, 120, alive)
        wait_until("Java has written its offsets", offsets.exists, 60, alive)
        java.child.stop()
    assert offsets.read_bytes().startswith(b"\xac\xed")

    append(source, *(f"sluice {n}\n" for n in range(500)))
    with worker:
        worker.wait("the new lines are in the topic", lambda: kafka.end_offsets(topic)[0] >= 1000)
    assert kafka.values(topic) == source.read_bytes().splitlines()


def test_sink_goes_on_from_javas_group(
    tmp_path: Path, broker: Broker, kafka: Kafka, sluice: Callable
) -> None:
    target = tmp_path / "out.txt"
    topic = kafka.create_topic("lines")
    name = fresh_name("lines-out")
    config = {name: file_sink(target, topic)}
    kafka.produce(topic, [f"java {n}" for n in range(300)])
    with JavaConnect(tmp_path / "java", broker.bootstrap, config) as java:
        committed = lambda: kafka.committed(f"connect-{name}", topic) == {0: 300}  # noqa: E731
        wait_until("Java has committed", committed, 120, java.child.check_alive)
        java.child.stop()
    kafka.produce(topic, [f"sluice {n}" for n in range(300)])
    lines = lambda: target.read_bytes().splitlines()  # noqa: E731
    with sluice(config) as worker:
        worker.wait("the new lines have arrived", lambda: len(lines()) >= 600)
        worker.wait("Sluice has committed", lambda: kafka.committed(f"connect-{name}", topic) == {0: 600})
    assert lines() == kafka.values(topic)


def test_offsets_are_javas_json(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    source = tmp_path / "in.txt"
    append(source, "one\n", "two\n")
    worker = sluice({"lines-in": file_source(source, kafka.create_topic("lines"))})
    offsets = Path(worker.worker["offset.storage.file.filename"])
    with worker:
        worker.wait("the offsets are written", offsets.exists)
    entries = [line.split("\t") for line in offsets.read_text().splitlines() if "\t" in line]
    assert [[json.loads(part) for part in entry] for entry in entries] == [
        [["lines-in", {"filename": str(source)}], {"position": 8}]
    ]
