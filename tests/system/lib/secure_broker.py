"""A broker with a listener of every kind, and what a client needs to get in."""

import base64
import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from lib.broker import Broker
from lib.kdc import REALM, Kdc
from lib.processes import free_port

LISTENERS = {"SASLPLAIN": "SASL_PLAINTEXT", "TLS": "SSL", "SASLTLS": "SASL_SSL", "KERBEROS": "SASL_PLAINTEXT"}
PASSWORD = "alice-secret"
KEY_PASSWORD = "key-secret"
# Most tests wait more than they work.
SHARDS = 4


def openssl(*arguments: str, directory: Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=directory)


def authority(directory: Path, name: str) -> None:
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    openssl(*request, "-keyout", f"{name}.key", "-out", f"{name}.pem", directory=directory)


def identity(directory: Path, name: str) -> None:
    """<name>.pem: private key and certificate, signed by ca.pem, good for 127.0.0.1."""
    request = ["req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"]
    openssl(*request, "-keyout", f"{name}.key", "-out", f"{name}.csr", directory=directory)
    (directory / "san").write_text("subjectAltName=IP:127.0.0.1")
    sign = [
        "x509",
        "-req",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "san",
    ]
    openssl(*sign, "-in", f"{name}.csr", "-out", f"{name}.crt", directory=directory)
    joined = (directory / f"{name}.key").read_text() + (directory / f"{name}.crt").read_text()
    (directory / f"{name}.pem").write_text(joined)


def make_credentials(directory: Path) -> None:
    """Certificates, keys and a token."""
    authority(directory, "ca")
    authority(directory, "other-ca")
    identity(directory, "broker")
    identity(directory, "client")
    encrypt = ["pkcs8", "-topk8", "-in", "client.key", "-passout", f"pass:{KEY_PASSWORD}"]
    openssl(*encrypt, "-out", "client-encrypted.key", directory=directory)
    encrypted = (directory / "client-encrypted.key").read_text() + (directory / "client.crt").read_text()
    (directory / "client-encrypted.pem").write_text(encrypted)
    (directory / "token").write_text(unsigned_token("alice"))


def unsigned_token(subject: str) -> str:
    """What a broker without a token issuer of its own takes."""
    claims = {"sub": subject, "iat": int(time.time()), "exp": int(time.time()) + 3600}
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."


class SecureBroker(Broker):
    """A broker with a listener of every kind beside the plain one."""

    def __init__(self, directory: Path, tls: Path, kdc: Kdc):
        self.tls = tls
        self.kdc = kdc
        self.jvm_options = [f"-Djava.security.krb5.conf={kdc.config}"]
        self.ports = {name: free_port() for name in LISTENERS}
        super().__init__(directory)

    def _write_settings(self, extra: dict[str, str]) -> None:
        controller = free_port()
        urls = [f"PLAINTEXT://{self.bootstrap}"]
        urls += [f"{name}://127.0.0.1:{port}" for name, port in self.ports.items()]
        protocols = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT"} | LISTENERS
        settings = {
            "listeners": ",".join([*urls, f"CONTROLLER://127.0.0.1:{controller}"]),
            "advertised.listeners": ",".join(urls),
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listener.security.protocol.map": ",".join(f"{name}:{kind}" for name, kind in protocols.items()),
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.tls / "broker.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.tls / "ca.pem"),
            "listener.name.tls.ssl.client.auth": "required",
            "auto.create.topics.enable": "false",
        }
        super()._write_settings(settings | logins() | self._kerberos() | extra)

    def _kerberos(self) -> dict[str, str]:
        principal = "kafka/localhost"
        module = "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true"
        options = f'keyTab="{self.kdc.keytab(principal)}" principal="{principal}@{REALM}"'
        prefix = "listener.name.kerberos"
        return {
            f"{prefix}.sasl.enabled.mechanisms": "GSSAPI",
            f"{prefix}.gssapi.sasl.jaas.config": f"{module} {options};",
            "sasl.kerberos.service.name": "kafka",
        }

    def address(self, listener: str) -> str:
        return f"127.0.0.1:{self.ports[listener]}"


def logins() -> dict[str, str]:
    package = "org.apache.kafka.common.security"
    settings = {}
    for listener in ("saslplain", "sasltls"):
        prefix = f"listener.name.{listener}"
        users = f'user_alice="{PASSWORD}"'
        settings[f"{prefix}.plain.sasl.jaas.config"] = f"{package}.plain.PlainLoginModule required {users};"
        oauth = f'{package}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="b";'
        settings[f"{prefix}.oauthbearer.sasl.jaas.config"] = oauth
        for size in ("256", "512"):
            key = f"{prefix}.scram-sha-{size}.sasl.jaas.config"
            settings[key] = f"{package}.scram.ScramLoginModule required;"
    return settings


def add_scram_users(broker: Broker) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
        credential = ScramCredentialInfo(mechanism, 4096)
        change = UserScramCredentialUpsertion("alice", credential, PASSWORD.encode())
        for done in admin.alter_user_scram_credentials([change]).values():
            done.result(30)


def run_broker_tests(binary: Path, environment: dict[str, str]) -> None:
    """Runs the tests of a room's binary that need a broker, several at once; none may fail or be skipped."""
    if not binary.exists():
        raise AssertionError(f"{binary} is not built: run ./dev build")

    def run_shard(index: int) -> subprocess.CompletedProcess:
        shard = {"GTEST_TOTAL_SHARDS": str(SHARDS), "GTEST_SHARD_INDEX": str(index)}
        return subprocess.run(
            [binary, "--gtest_filter=*BrokerTest*"],
            env=os.environ | environment | shard,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    with ThreadPoolExecutor(SHARDS) as pool:
        results = list(pool.map(run_shard, range(SHARDS)))
    for result in results:
        assert result.returncode == 0, result.stdout[-8000:] + result.stderr[-4000:]
        assert "SKIPPED" not in result.stdout
