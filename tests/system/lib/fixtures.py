"""Fixtures for system tests. Servers live as long as the test process; tests use fresh names in them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib.broker import Broker
from lib.kafka import Kafka
from lib.kdc import Kdc
from lib.mariadb import MariaDb
from lib.postgres import Postgres
from lib.registry import Registry
from lib.s3 import S3
from lib.secure_broker import SecureBroker, add_scram_users, make_credentials
from lib.sluice import SluiceProcess


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    server = Broker(tmp_path_factory.mktemp("broker"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def secure_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment variables of test binaries: a broker with a listener of every kind, and how to get in."""
    credentials = tmp_path_factory.mktemp("tls")
    make_credentials(credentials)
    kdc = Kdc(tmp_path_factory.mktemp("kdc"))
    keytab = kdc.keytab("alice")
    server = SecureBroker(tmp_path_factory.mktemp("secure-broker"), credentials, kdc)
    add_scram_users(server)
    yield {
        "SLUICE_TEST_BROKER": server.bootstrap,
        "SLUICE_TEST_SASL_BROKER": server.address("SASLPLAIN"),
        "SLUICE_TEST_TLS_BROKER": server.address("TLS"),
        "SLUICE_TEST_SASL_TLS_BROKER": server.address("SASLTLS"),
        "SLUICE_TEST_TLS_DIR": str(credentials),
        "SLUICE_TEST_KERBEROS_BROKER": server.address("KERBEROS"),
        "SLUICE_TEST_KEYTAB": str(keytab),
        "SLUICE_TEST_BRIEF_KEYTAB": str(kdc.keytab("brief", max_life="4 seconds")),
        "SLUICE_TEST_TICKET_CACHE": str(kdc.ticket_cache("alice", keytab)),
        "KRB5_CONFIG": str(kdc.config),
    }
    server.kill()
    kdc.kill()


@pytest.fixture(scope="session")
def kafka(broker: Broker) -> Kafka:
    return Kafka(broker.bootstrap)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    server = MariaDb()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    server = Registry(tmp_path_factory.mktemp("registry"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    server = S3()
    yield server
    server.stop()


@pytest.fixture
def sluice(tmp_path: Path, broker: Broker) -> Iterator[Callable[..., SluiceProcess]]:
    """Makes workers against the broker: sluice({"name": {config…}}, worker={…}).start()."""
    made: list[SluiceProcess] = []

    def make(connectors: dict[str, dict], worker: dict[str, str] | None = None) -> SluiceProcess:
        directory = tmp_path / f"worker-{len(made)}"
        made.append(SluiceProcess(directory, broker.bootstrap, connectors, worker))
        return made[-1]

    yield make
    for process in made:
        if process.child and process.child.running():
            process.kill()
