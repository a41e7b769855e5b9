"""Bad input: each a clear error that names the place; nothing is lost or doubled once it is repaired."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lib.connectors import (
    BY_CLOCK,
    JSON_WITH_SCHEMAS,
    JSON_WITHOUT_SCHEMAS,
    dead_letters,
    file_sink,
    file_source,
    parquet_sink,
    sqlite_source,
)
from lib.kafka import Kafka, fresh_name
from lib.lake import Lake
from lib.s3 import ACCESS_KEY, REGION, S3, SECRET_KEY

FAILED = r"(?i)Task is being killed and will not recover"
LOGGED = {"errors.log.enable": "true"}
TOLERANT = {"errors.tolerance": "all"} | LOGGED


def events(first: int, count: int) -> list[str]:
    return [json.dumps({"id": number, "name": f"event {number}"}) for number in range(first, first + count)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    (tmp_path / "lake").mkdir()
    return Lake(tmp_path / "lake")


BAD_VALUES = {
    "truncated": '{"id": 5, "name": "ev',
    "not text": b"\xff\xfe\x00\x01",
    "wrong type": '{"id": {"no": "number"}, "name": "event 5"}',
}


@pytest.mark.parametrize("kind", ["truncated", "not text", "wrong type"])
def test_bad_json_stops_the_sink_and_can_be_skipped(
    lake: Lake, kafka: Kafka, sluice: Callable, kind: str
) -> None:
    """errors.tolerance=none fails and names the record; once skipping is allowed the rest arrives once."""
    topic = kafka.create_topic("bad")
    kafka.produce(topic, [*events(0, 5), BAD_VALUES[kind], *events(6, 5)])
    name = fresh_name("sink")
    config = parquet_sink(lake.folder.as_uri(), topic, **BY_CLOCK)
    worker = sluice({name: config}, JSON_WITHOUT_SCHEMAS).start()
    worker.wait_log(FAILED)
    # The place: topic, partition and offset, in whatever words.
    assert f"{topic}-0@5" in worker.log()
    worker.stop()

    dead = fresh_name("dead")
    worker.connectors[name] = config | dead_letters(dead) | LOGGED
    worker.start()
    worker.wait("the others are in the lake", lambda: lake.rows() >= 10)
    worker.wait("the bad one is a dead letter", lambda: len(kafka.consume(dead)) == 1)
    worker.stop()
    assert lake.column("id") == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]
    letter = kafka.consume(dead)[0]
    sent = BAD_VALUES[kind]
    assert letter.value() == (sent if isinstance(sent, bytes) else sent.encode())
    headers = {key: value.decode() for key, value in letter.headers()}
    assert headers["__connect.errors.topic"] == topic
    assert headers["__connect.errors.partition"] == "0"
    assert headers["__connect.errors.offset"] == "5"
    assert headers["__connect.errors.connector.name"] == name
    assert headers["__connect.errors.task.id"] == "0"
    assert headers["__connect.errors.stage"] == ("TASK_PUT" if kind == "wrong type" else "VALUE_CONVERTER")
    assert headers["__connect.errors.class.name"]
    assert headers["__connect.errors.exception.class.name"].startswith("org.apache.kafka.connect.errors.")
    assert headers["__connect.errors.exception.message"]
    assert headers["__connect.errors.exception.stacktrace"]


def test_dead_letters_keep_key_headers_and_order(lake: Lake, kafka: Kafka, sluice: Callable) -> None:
    topic, dead = kafka.create_topic("bad"), fresh_name("dead")
    bad = [(f"key {n}", f'{{"id": {n}') for n in range(50)]
    kafka.produce(topic, [item for pair in zip(bad, events(0, 50), strict=True) for item in pair])
    config = parquet_sink(lake.folder.as_uri(), topic, **BY_CLOCK) | dead_letters(dead)
    with sluice({fresh_name("sink"): config}, JSON_WITHOUT_SCHEMAS) as worker:
        worker.wait("the good ones are in the lake", lambda: lake.rows() >= 50)
        worker.wait("the bad ones are dead letters", lambda: len(kafka.consume(dead)) >= 50)
    assert lake.column("id") == list(range(50))
    letters = [(letter.key().decode(), letter.value().decode()) for letter in kafka.consume(dead)]
    assert letters == bad


def test_without_tolerance_nothing_is_skipped(lake: Lake, kafka: Kafka, sluice: Callable) -> None:
    """However often it is started, the bad record is not passed by."""
    topic = kafka.create_topic("bad")
    kafka.produce(topic, [*events(0, 3), "{", *events(4, 3)])
    name = fresh_name("sink")
    worker = sluice({name: parquet_sink(lake.folder.as_uri(), topic, **BY_CLOCK)}, JSON_WITHOUT_SCHEMAS)
    for _ in range(2):
        worker.start()
        worker.wait_log(FAILED)
        assert "Tolerance exceeded in error handler" in worker.log()
        worker.stop()
    assert kafka.committed(f"connect-{name}", topic)[0] <= 3
    assert all(row < 3 for row in lake.column("id"))


def test_binary_in_a_text_topic(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """The string converter reads it as Java does: what is no UTF-8 becomes a replacement character."""
    topic = kafka.create_topic("binary")
    kafka.produce(topic, ["before", b"\xff\xfe\x01", "after"])
    target = tmp_path / "out.txt"
    with sluice({fresh_name("sink"): file_sink(target, topic)}) as worker:
        worker.wait("the lines are there", lambda: target.exists() and target.read_bytes().count(b"\n") == 3)
    assert target.read_text().splitlines() == ["before", "��\x01", "after"]


def test_line_of_100_megabytes(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """No broker takes it: the task fails and says where; once skipping is allowed the rest arrives once."""
    source = tmp_path / "lines.txt"
    with source.open("w") as file:
        file.write("one\ntwo\n")
        for _ in range(100):
            file.write("x" * (1 << 20))
        file.write("\nthree\n")
    topic = kafka.create_topic("long-line")
    config = file_source(source, topic)
    worker = sluice({"lines": config}).start()
    worker.wait_log(FAILED, 60)
    assert f"{{filename={source}}}" in worker.log() and "{position=104857609}" in worker.log()
    # Log lines stay readable: the record itself is not in them.
    assert len(worker.log()) < 100_000
    worker.stop()

    worker.connectors["lines"] = config | TOLERANT
    worker.start()
    worker.wait("the line after it has arrived", lambda: b"three" in kafka.values(topic), 60)
    worker.stop()
    assert kafka.values(topic) == [b"one", b"two", b"three"]


def make_table(path: Path, name: str, rows: range) -> None:
    with sqlite3.connect(path, timeout=30) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} (id INTEGER PRIMARY KEY, item TEXT)")
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?)", [(n, f"item {n}") for n in rows])


def ids(kafka: Kafka, topic: str) -> list[int]:
    return [json.loads(value)["payload"]["id"] for value in kafka.values(topic)]


def test_missing_table(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """It is named; as soon as it is there its rows come."""
    database = tmp_path / "shop.db"
    make_table(database, "other", range(3))
    prefix = fresh_name("missing") + "."
    with sluice({"rows": sqlite_source(database, "orders", prefix)}, JSON_WITH_SCHEMAS) as worker:
        worker.wait_log(r"(?i)(warn|error).*orders")
        make_table(database, "orders", range(1, 11))
        present = lambda: prefix + "orders" in kafka.admin.list_topics(timeout=10).topics  # noqa: E731
        worker.wait("the topic is there", present)
        worker.wait("its rows are there", lambda: len(ids(kafka, prefix + "orders")) >= 10)
    assert ids(kafka, prefix + "orders") == list(range(1, 11))


def test_dropped_column(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    database = tmp_path / "shop.db"
    make_table(database, "orders", range(1, 6))
    prefix = fresh_name("dropped") + "."
    topic = prefix + "orders"
    worker = sluice({"rows": sqlite_source(database, "orders", prefix)}, JSON_WITH_SCHEMAS).start()
    present = lambda: topic in kafka.admin.list_topics(timeout=10).topics  # noqa: E731
    worker.wait("the topic is there", present)
    worker.wait("the first rows are there", lambda: len(ids(kafka, topic)) == 5)
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute("ALTER TABLE orders RENAME COLUMN id TO nr")
    worker.wait_log(r"(?i)(warn|error)[^\n]*\b(orders|id)\b(.|\n)*\bid\b")
    with sqlite3.connect(database, timeout=30) as connection:
        connection.execute("ALTER TABLE orders RENAME COLUMN nr TO id")
    worker.stop()
    make_table(database, "orders", range(6, 9))
    worker.start()
    worker.wait("the new rows are there", lambda: len(ids(kafka, topic)) >= 8)
    worker.stop()
    assert ids(kafka, topic) == list(range(1, 9))


def test_locked_database(tmp_path: Path, kafka: Kafka, sluice: Callable) -> None:
    """Waits, tells so, and goes on by itself."""
    database = tmp_path / "shop.db"
    make_table(database, "orders", range(1, 6))
    prefix = fresh_name("locked") + "."
    topic = prefix + "orders"
    lock = sqlite3.connect(database, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    with sluice({"rows": sqlite_source(database, "orders", prefix)}, JSON_WITH_SCHEMAS) as worker:
        worker.wait_log(r"(?i)(warn|error)[^\n]*(locked|busy)", 60)
        assert str(database) in worker.log()
        lock.execute("COMMIT")
        lock.close()
        present = lambda: topic in kafka.admin.list_topics(timeout=10).topics  # noqa: E731
        worker.wait("the topic is there", present, 60)
        worker.wait("the rows are there", lambda: len(ids(kafka, topic)) >= 5, 60)
    assert ids(kafka, topic) == [1, 2, 3, 4, 5]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"cannot mount a small file system: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def grow(disk: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


def test_full_disk_below_the_lake(small_disk: Path, kafka: Kafka, sluice: Callable) -> None:
    """Files that do not fit leave nothing behind; with room again everything is there once."""
    topic = kafka.create_topic("full")
    rows = [json.dumps({"id": n, "noise": os.urandom(500).hex()}) for n in range(6000)]
    kafka.produce(topic, rows)
    lake = Lake(small_disk / "lake")
    lake.folder.mkdir()
    config = parquet_sink(lake.folder.as_uri(), topic, flush_size="500")
    worker = sluice({fresh_name("sink"): config}, JSON_WITHOUT_SCHEMAS).start()
    worker.wait_log(r"No space left on device", 60)
    assert str(lake.folder) in worker.log()
    grow(small_disk, "64m")
    if not worker.child.running() or "will not recover" in worker.log():
        worker.stop()
        worker.start()
    worker.wait("every row is in the lake", lambda: lake.rows() >= 6000, 60)
    worker.stop()
    assert lake.column("id") == list(range(6000))


def test_full_disk_below_the_offsets(small_disk: Path, kafka: Kafka, sluice: Callable) -> None:
    """The records go on; the offsets follow when there is room."""
    source = small_disk.parent / "lines.txt"
    source.write_text("one\n")
    topic = kafka.create_topic("full")
    offsets = small_disk / "offsets"
    settings = {"offset.storage.file.filename": str(offsets), "offset.flush.interval.ms": "100"}
    ballast = small_disk / "ballast"
    with pytest.raises(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    worker = sluice({"lines": file_source(source, topic)}, settings).start()
    worker.wait("the line is in the topic", lambda: kafka.values(topic) == [b"one"])
    worker.wait_log(r"(?i)(warn|error)(.|\n)*No space left on device")
    assert str(offsets) in worker.log()
    ballast.unlink()
    worker.wait("the offsets are written", lambda: offsets.exists() and offsets.stat().st_size > 0)
    worker.kill()
    with source.open("a") as file:
        file.write("two\n")
    worker.start()
    worker.wait("the next line is in the topic", lambda: b"two" in kafka.values(topic))
    worker.stop()
    assert kafka.values(topic) == [b"one", b"two"]


def test_full_disk_below_a_file_sink(kafka: Kafka, sluice: Callable) -> None:
    topic = kafka.create_topic("full")
    kafka.produce(topic, ["one", "two"])
    name = fresh_name("sink")
    worker = sluice({name: file_sink(Path("/dev/full"), topic)}).start()
    worker.wait_log(FAILED)
    assert "/dev/full" in worker.log() and "No space left on device" in worker.log()
    worker.stop()
    assert kafka.committed(f"connect-{name}", topic)[0] in (-1001, 0)


def s3_sink(s3: S3, topic: str, bucket: str, secret: str = SECRET_KEY) -> dict[str, str]:
    return parquet_sink(s3.endpoint, topic, flush_size="5") | {
        "s3.bucket.name": bucket,
        "s3.region": REGION,
        "aws.access.key.id": ACCESS_KEY,
        "aws.secret.access.key": secret,
    }


def s3_lake(s3: S3, bucket: str) -> Lake:
    return Lake(s3.directory / "objects" / bucket)


def test_s3_refuses_a_wrong_secret(kafka: Kafka, s3: S3, sluice: Callable) -> None:
    topic, bucket = kafka.create_topic("s3"), s3.create_bucket(fresh_name("secret"))
    kafka.produce(topic, events(0, 10))
    name = fresh_name("sink")
    worker = sluice({name: s3_sink(s3, topic, bucket, "wrong-secret")}, JSON_WITHOUT_SCHEMAS).start()
    worker.wait_log(r"SignatureDoesNotMatch|(?i:signature)", 60)
    assert bucket in worker.log()
    assert "wrong-secret" not in worker.log()
    worker.stop()
    worker.connectors[name] = s3_sink(s3, topic, bucket)
    worker.start()
    worker.wait("all events are in the bucket", lambda: s3_lake(s3, bucket).rows() >= 10)
    worker.stop()
    assert s3_lake(s3, bucket).column("id") == list(range(10))


def test_s3_bucket_missing(kafka: Kafka, s3: S3, sluice: Callable) -> None:
    topic, bucket = kafka.create_topic("s3"), fresh_name("later")
    kafka.produce(topic, events(0, 10))
    name = fresh_name("sink")
    worker = sluice({name: s3_sink(s3, topic, bucket)}, JSON_WITHOUT_SCHEMAS).start()
    worker.wait_log("NoSuchBucket", 60)
    assert bucket in worker.log()
    s3.create_bucket(bucket)
    worker.stop()
    worker.start()
    worker.wait("all events are in the bucket", lambda: s3_lake(s3, bucket).rows() >= 10)
    worker.stop()
    assert s3_lake(s3, bucket).column("id") == list(range(10))


def test_s3_server_away_for_a_while(kafka: Kafka, sluice: Callable) -> None:
    """A refused connection is tried again, and says where it went."""
    server = S3()
    try:
        topic, bucket = kafka.create_topic("s3"), server.create_bucket("away")
        worker = sluice({fresh_name("sink"): s3_sink(server, topic, bucket)}, JSON_WITHOUT_SCHEMAS).start()
        server.child.kill()
        kafka.produce(topic, events(0, 10))
        worker.wait_log(rf"(?i)(error|warn)(.|\n)*{server.port}", 60)
        server.restart()
        if "will not recover" in worker.log():
            worker.stop()
            worker.start()
        worker.wait("all events are in the bucket", lambda: s3_lake(server, bucket).rows() >= 10, 60)
        worker.stop()
        assert s3_lake(server, bucket).column("id") == list(range(10))
    finally:
        server.stop()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b'"position":4', b'"position":9'),
        lambda _: b"\x00" * 100,
    ],
    ids=["cut", "changed", "zeroes"],
)
def test_damaged_offsets_file(tmp_path: Path, kafka: Kafka, sluice: Callable, damage: Callable) -> None:
    """A clear error, never a silent restart from the beginning."""
    source = tmp_path / "lines.txt"
    source.write_text("one\n")
    topic = kafka.create_topic("offsets")
    worker = sluice({"lines": file_source(source, topic)})
    offsets = Path(worker.worker["offset.storage.file.filename"])
    with worker:
        worker.wait("the offsets are written", offsets.exists)
    intact = offsets.read_bytes()
    assert damage(intact) != intact
    offsets.write_bytes(damage(intact))
    worker.start()
    assert worker.wait_exit() == 2
    assert str(offsets) in worker.log() and "damaged" in worker.log()
    assert offsets.read_bytes() == damage(intact)

    offsets.write_bytes(intact)
    with source.open("a") as file:
        file.write("two\n")
    with worker:
        worker.wait("the next line is in the topic", lambda: b"two" in kafka.values(topic))
    assert kafka.values(topic) == [b"one", b"two"]
