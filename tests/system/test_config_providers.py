"""References to config providers: resolved by those who run connectors, shown and stored nowhere."""

import json
from pathlib import Path

import pytest
from lib.broker import Broker
from lib.cluster import FILE_SOURCE, Cluster, RefusedError
from lib.kafka import Kafka, fresh_name
from lib.processes import wait_until

PACKAGE = "org.apache.kafka.common.config.provider."


@pytest.fixture
def cluster(tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "places.properties").write_text(f"file={tmp_path}/s3cret-input.txt\n")
    (secrets / "topic").write_text(f"t0pic-{tmp_path.name}")
    monkeypatch.setenv("SLUICE_TEST_BATCH", "17")
    monkeypatch.setenv("OTHER_SECRET", "hands off")
    settings = {
        "config.providers": "file,dir,env",
        "config.providers.file.class": PACKAGE + "FileConfigProvider",
        "config.providers.file.param.allowed.paths": str(secrets),
        "config.providers.dir.class": PACKAGE + "DirectoryConfigProvider",
        "config.providers.env.class": PACKAGE + "EnvVarConfigProvider",
        "config.providers.env.param.allowlist.pattern": "SLUICE_.*",
    }
    return Cluster(tmp_path, broker.bootstrap, fresh_name("providers"), settings)


def test_connectors_run_with_what_they_refer_to(cluster: Cluster, kafka: Kafka, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    (tmp_path / "s3cret-input.txt").write_text("one\ntwo\n")
    config = {
        "connector.class": FILE_SOURCE,
        "file": f"${{file:{secrets}/places.properties:file}}",
        "topic": f"${{dir:{secrets}:topic}}",
        "batch.size": "${env:SLUICE_TEST_BATCH}",
    }
    with cluster.sluice().start_ready() as worker:
        worker.rest.put_connector("lines", config)
        worker.rest.wait_running("lines")
        topic = f"t0pic-{tmp_path.name}"
        wait_until("the lines are there", lambda: len(kafka.values(topic)) == 2, 30)

        shown = worker.rest.get("/connectors/lines")["config"]
        assert {key: shown[key] for key in config} == config
        tasks = worker.rest.get("/connectors/lines/tasks")
        assert tasks[0]["config"]["file"] == config["file"]
        stored = b"".join(value or b"" for value in kafka.values(f"{cluster.name}-config")).decode()
        assert "s3cret-input" not in stored
        assert "places.properties:file" in stored

        wrong = config | {"batch.size": "${env:OTHER_SECRET}"}
        checks = worker.rest.call("PUT", f"/connector-plugins/{FILE_SOURCE}/config/validate", wrong)
        text = json.dumps(checks)
        assert "s3cret-input" not in text and "hands off" not in text
        batch = next(value for value in checks["configs"] if value["value"]["name"] == "batch.size")
        assert "${env:OTHER_SECRET}" in batch["value"]["errors"][0]


def test_a_provider_that_fails_is_told_with_its_reason(cluster: Cluster, tmp_path: Path) -> None:
    missing = tmp_path / "secrets" / "missing.properties"
    config = {"connector.class": FILE_SOURCE, "file": f"${{file:{missing}:file}}", "topic": "t"}
    with cluster.sluice().start_ready() as worker:
        with pytest.raises(RefusedError) as refused:
            worker.rest.put_connector("lines", config)
        assert refused.value.status == 500
        assert f"Could not read properties from file {missing}" in str(refused.value)


def test_a_worker_without_its_provider_does_not_start(cluster: Cluster) -> None:
    worker = cluster.sluice({"config.providers.dir.class": "com.example.Vault"})
    worker.start()
    assert worker.child.process.wait(20) != 0
    assert "com.example.Vault" in worker.log()
