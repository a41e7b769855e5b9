"""Workers that prove themselves with Kerberos: one file for Sluice and Java, and a connector's own login."""

from pathlib import Path

import pytest
from lib.cluster import FILE_SINK, FILE_SOURCE, Cluster
from lib.kafka import fresh_name
from lib.processes import wait_until

LINES = 100


def login(options: str) -> dict[str, str]:
    module = "com.sun.security.auth.module.Krb5LoginModule"
    return {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "GSSAPI",
        "sasl.kerberos.service.name": "kafka",
        "sasl.jaas.config": f"{module} required {options};",
    }


def with_keytab(environment: dict[str, str]) -> dict[str, str]:
    keytab = environment["SLUICE_TEST_KEYTAB"]
    return login(f'useKeyTab=true storeKey=true keyTab="{keytab}" principal="alice@SLUICE.TEST"')


def with_ticket_cache(environment: dict[str, str]) -> dict[str, str]:
    cache = environment["SLUICE_TEST_TICKET_CACHE"]
    return login(f'useTicketCache=true doNotPrompt=true ticketCache="{cache}"')


@pytest.mark.parametrize("kind", ["sluice", "java"])
def test_one_file_logs_in_either_worker(
    kind: str, secure_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = secure_environment["KRB5_CONFIG"]
    monkeypatch.setenv("KRB5_CONFIG", configuration)
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", f"-Djava.security.krb5.conf={configuration}")
    keys = with_keytab(secure_environment)
    clients = {f"{client}.{key}": value for client in ("producer", "consumer") for key, value in keys.items()}
    bootstrap = secure_environment["SLUICE_TEST_KERBEROS_BROKER"]
    cluster = Cluster(tmp_path, bootstrap, fresh_name("kerberos"), keys | clients)
    source, sink, topic = fresh_name("source"), fresh_name("sink"), fresh_name("lines")
    given, written = tmp_path / "in.txt", tmp_path / "out.txt"
    given.write_text("".join(f"line {number}\n" for number in range(LINES)))
    tickets = with_ticket_cache(secure_environment)
    with cluster.sluice() if kind == "sluice" else cluster.java() as worker:
        topics = {"topic.creation.default.replication.factor": 1, "topic.creation.default.partitions": 1}
        config = {"connector.class": FILE_SOURCE, "tasks.max": "1", "file": str(given), "topic": topic}
        worker.rest.put_connector(source, config | topics)
        config = {"connector.class": FILE_SINK, "tasks.max": "1", "file": str(written), "topics": topic}
        overrides = {f"consumer.override.{key}": value for key, value in tickets.items()}
        worker.rest.put_connector(sink, config | overrides)
        wait_until(
            "all lines are there", lambda: written.exists() and written.read_text() == given.read_text(), 60
        )
