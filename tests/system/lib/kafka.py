"""An independent Kafka client (confluent-kafka) in the few words that tests need."""

import itertools
import os
import time
from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

_names = itertools.count()


def fresh_name(prefix: str) -> str:
    """A name for a topic, connector or group that no other test uses."""
    return f"{prefix}-{os.getpid()}-{next(_names)}"


class Kafka:
    def __init__(self, bootstrap: str):
        self.bootstrap = bootstrap
        self.admin = AdminClient({"bootstrap.servers": bootstrap})

    def create_topic(
        self, prefix: str, partitions: int = 1, config: dict[str, str] | None = None, replicas: int = 1
    ) -> str:
        """A new topic whose name begins with the prefix; its name."""
        name = fresh_name(prefix)
        topic = NewTopic(name, num_partitions=partitions, replication_factor=replicas, config=config or {})
        self.admin.create_topics([topic])[name].result(30)
        return name

    def make_anew(self, topic: str, config: dict[str, str] | None = None) -> None:
        """Deletes the topic and creates it again, empty; a reader that asks for it may be first to do so."""
        self.admin.delete_topics([topic])[topic].result(30)
        deadline = time.monotonic() + 30
        while True:
            try:
                self.admin.create_topics([NewTopic(topic, 1, 1, config=config or {})])[topic].result(30)
                return
            except KafkaException as problem:
                if problem.args[0].name() != "TOPIC_ALREADY_EXISTS" or time.monotonic() > deadline:
                    raise
                if self._is_empty(topic):
                    return
                time.sleep(0.1)

    def _is_empty(self, topic: str) -> bool:
        try:
            return sum(self.end_offsets(topic).values()) == 0
        except (KafkaException, KeyError):
            return False

    def produce(self, topic: str, records: Iterable, partition: int | None = None) -> int:
        """Values, or pairs of key and value; str or bytes. Returns how many, all acknowledged."""
        failures, count = [], 0
        note = lambda error, _: error and failures.append(error)  # noqa: E731
        producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5, "acks": "all"})
        where = {} if partition is None else {"partition": partition}
        for record in records:
            key, value = record if isinstance(record, tuple) else (None, record)
            while True:
                try:
                    producer.produce(topic, value, key, on_delivery=note, **where)
                    break
                except BufferError:
                    producer.poll(0.1)
            count += 1
        left = producer.flush(60)
        if left or failures:
            raise RuntimeError(f"{left} records not acknowledged, failures: {failures[:3]}")
        return count

    def partitions(self, topic: str) -> list[TopicPartition]:
        known = self.admin.list_topics(topic, timeout=30).topics[topic].partitions
        return [TopicPartition(topic, partition) for partition in sorted(known)]

    def end_offsets(self, topic: str) -> dict[int, int]:
        """For each partition the offset that its next record will get."""
        consumer = self._consumer("read_uncommitted")
        try:
            parts = self.partitions(topic)
            return {p.partition: consumer.get_watermark_offsets(p, timeout=30)[1] for p in parts}
        finally:
            consumer.close()

    def consume(self, topic: str, isolation: str = "read_committed", seconds: float = 30) -> list[Message]:
        """Everything that is in the topic now, partition by partition in order."""
        consumer, deadline = self._consumer(isolation), time.monotonic() + seconds
        try:
            starts = self.partitions(topic)
            for part in starts:
                part.offset = 0
            consumer.assign(starts)
            found, open_partitions = [], {part.partition for part in starts}
            while open_partitions:
                # It waits for that many messages or for the whole time, so the time is short.
                messages = consumer.consume(10_000, timeout=0.1)
                if not messages and time.monotonic() > deadline:
                    raise TimeoutError(f"{topic}: no end of partitions {open_partitions} within {seconds} s")
                for message in messages:
                    if message.error() is None:
                        found.append(message)
                    elif message.error().name() == "_PARTITION_EOF":
                        open_partitions.discard(message.partition())
                    else:
                        raise RuntimeError(f"{topic}: {message.error()}")
        finally:
            consumer.close()
        return sorted(found, key=lambda m: (m.partition(), m.offset()))

    def values(self, topic: str, isolation: str = "read_committed") -> list[bytes | None]:
        return [message.value() for message in self.consume(topic, isolation)]

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """The group's committed offsets; -1001 where there is none."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group})
        try:
            return {p.partition: p.offset for p in consumer.committed(self.partitions(topic), timeout=30)}
        finally:
            consumer.close()

    def _consumer(self, isolation: str) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": fresh_name("reader"),
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": isolation,
                "auto.offset.reset": "earliest",
            }
        )
