"""Change events as records of topics, and what differs between two captures of one database."""

import json
import time
from dataclasses import dataclass

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition

from lib.processes import wait_until

# The connectors' own clocks. What a snapshot says of its moment differs too: each takes its own.
CLOCKS = ("ts_ms", "ts_us", "ts_ns")
MOMENT = ("ts_ms", "ts_us", "ts_ns", "txId", "lsn", "sequence", "file", "pos")


@dataclass
class Event:
    topic: str
    key: dict | None
    value: dict | None
    headers: list[tuple[str, str]]

    @property
    def payload(self) -> dict | None:
        return self.value["payload"] if self.value else None


def read_events(bootstrap: str, prefix: str, until: str, seconds: float = 60) -> dict[str, list[Event]]:
    """Every event of the topics that begin with the prefix, as soon as the topic `until` has one."""
    settings = {"bootstrap.servers": bootstrap, "group.id": f"read-{prefix}", "enable.partition.eof": True}
    consumer = Consumer(settings | {"isolation.level": "read_committed", "auto.offset.reset": "earliest"})
    wait_until(f"{until} has an event", lambda: end_of(consumer, until) > 0, seconds)
    # Producers send partitions in no particular order: the last event may arrive before others.
    topics, ends, before = [], [0], []
    while ends != before:
        time.sleep(1)
        topics = [name for name in consumer.list_topics(timeout=10).topics if name.startswith(f"{prefix}.")]
        before, ends = ends, [end_of(consumer, topic) for topic in topics]
    consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING) for topic in topics])
    events: dict[str, list[Event]] = {}
    unread = set(topics)
    while unread:
        message = consumer.poll(10)
        if message is None:
            raise TimeoutError(f"the ends of {sorted(unread)} were not reached")
        if message.error():
            unread.discard(message.topic())
        else:
            events.setdefault(message.topic(), []).append(event_of(message))
    consumer.close()
    return events


def end_of(consumer: Consumer, topic: str) -> int:
    if consumer.list_topics(topic, timeout=10).topics[topic].error:
        return 0
    return consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)[1]


def event_of(message: Message) -> Event:
    headers = [(name, (value or b"").decode()) for name, value in message.headers() or []]
    return Event(message.topic(), as_json(message.key()), as_json(message.value()), headers)


def as_json(text: bytes | None) -> dict | None:
    try:
        return json.loads(text) if text else None
    except UnicodeDecodeError as bad:
        raise ValueError(f"{bad}: {text!r}") from None


def comparable(event: Event, prefix: str) -> dict:
    """The event without what must differ, its prefix replaced."""
    text = json.dumps([event.topic, event.key, event.value])
    topic, key, value = json.loads(text.replace(f"{prefix}.", "prefix.").replace(f'"{prefix}"', '"prefix"'))
    payload = (value or {}).get("payload")
    if payload:
        for name in CLOCKS:
            payload.pop(name, None)
        if payload.get("op") == "r":
            for name in MOMENT:
                payload["source"].pop(name, None)
        # Before the first commit that it reads, each side knows of none.
        elif (payload.get("source", {}).get("sequence") or "").startswith("[null"):
            payload["source"]["sequence"] = "first"
    headers = [
        (name, text.replace(prefix, "prefix"))
        for name, text in event.headers
        if not name.endswith((".runId", ".connectorLogicalName"))
    ]
    return {"topic": topic, "key": key, "value": value, "headers": headers}


def differences(
    theirs: list[Event], ours: list[Event], prefixes: tuple[str, str], most: int = 5
) -> list[str]:
    """What differs, place by place, up to so many events."""
    found = []
    if len(theirs) != len(ours):
        found.append(f"{len(theirs)} events there, {len(ours)} here")
    for number, (left, right) in enumerate(zip(theirs, ours, strict=False)):
        places = list(walk(comparable(left, prefixes[0]), comparable(right, prefixes[1]), ""))
        if places:
            operation = (left.payload or {}).get("op")
            found.append(f"event {number} ({operation}): " + "; ".join(places[:6]))
        if len(found) >= most:
            break
    return found


def walk(left, right, place: str):
    """Places where two JSON documents differ, order of fields included."""
    if isinstance(left, dict) and isinstance(right, dict):
        if list(left) != list(right):
            yield f"{place}: fields {list(left)} there, {list(right)} here"
        for name in left.keys() & right.keys():
            yield from walk(left[name], right[name], f"{place}.{name}")
    elif isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            yield f"{place}: {len(left)} entries there, {len(right)} here: {left!r:.300} {right!r:.300}"
        for number, (one, other) in enumerate(zip(left, right, strict=False)):
            name = one.get("field", number) if isinstance(one, dict) else number
            yield from walk(one, other, f"{place}[{name}]")
    elif left != right or type(left) is not type(right):
        yield f"{place}: {left!r:.200} there, {right!r:.200} here"
