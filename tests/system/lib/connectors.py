"""Configurations as a Kafka Connect user has them, the keys of a test added or changed at the end."""

from pathlib import Path

FILE = "org.apache.kafka.connect.file.FileStream"
JSON = "org.apache.kafka.connect.json.JsonConverter"

# Worker or connector settings: values are JSON with their schema beside them, or without.
JSON_WITH_SCHEMAS = {"value.converter": JSON, "value.converter.schemas.enable": "true"}
JSON_WITHOUT_SCHEMAS = {"value.converter": JSON, "value.converter.schemas.enable": "false"}


def file_source(path: Path, topic: str, **more: str) -> dict[str, str]:
    config = {"connector.class": f"{FILE}SourceConnector", "file": str(path), "topic": topic}
    return config | {"tasks.max": "1"} | dotted(more)


def file_sink(path: Path, topic: str, **more: str) -> dict[str, str]:
    config = {"connector.class": f"{FILE}SinkConnector", "file": str(path), "topics": topic}
    return config | {"tasks.max": "1"} | dotted(more)


def sqlite_source(database: Path, table: str, prefix: str, **more: str) -> dict[str, str]:
    """Rows by a growing id, asked for often."""
    config = {
        "connector.class": "io.confluent.connect.jdbc.JdbcSourceConnector",
        "tasks.max": "1",
        "connection.url": f"jdbc:sqlite:{database}",
        "mode": "incrementing",
        "incrementing.column.name": "id",
        "table.whitelist": table,
        "topic.prefix": prefix,
        "poll.interval.ms": "100",
        "table.poll.interval.ms": "1000",
    }
    return config | dotted(more)


def parquet_sink(lake: str, topic: str, **more: str) -> dict[str, str]:
    """`lake` is a URL: file:///… or that of an S3 server."""
    config = {
        "connector.class": "io.confluent.connect.s3.S3SinkConnector",
        "tasks.max": "1",
        "topics": topic,
        "storage.class": "io.confluent.connect.s3.storage.S3Storage",
        "store.url": lake,
        "s3.bucket.name": "lake",
        "format.class": "io.confluent.connect.s3.format.parquet.ParquetFormat",
        "parquet.codec": "zstd",
        "flush.size": "1000",
        "retry.backoff.ms": "200",
    }
    return config | dotted(more)


def dead_letters(queue: str, tolerance: str = "all") -> dict[str, str]:
    """What fails goes to a queue, with its reason in the headers."""
    return {
        "errors.tolerance": tolerance,
        "errors.deadletterqueue.topic.name": queue,
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true",
    }


def registry_converter(converter: str, registry_url: str, **more: str) -> dict[str, str]:
    """Values with schemas in a registry."""
    options = {"schema.registry.url": registry_url} | dotted(more)
    return {"value.converter": converter} | {
        f"value.converter.{key}": value for key, value in options.items()
    }


def dotted(settings: dict[str, str]) -> dict[str, str]:
    """flush_size="3" is flush.size=3: keyword arguments hold no dots."""
    return {key.replace("_", "."): value for key, value in settings.items()}


BY_CLOCK = {"rotate_schedule_interval_ms": "500", "timezone": "UTC"}
