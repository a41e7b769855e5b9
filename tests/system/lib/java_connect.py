"""Kafka's own Connect, standalone, from the jars that `./dev setup test` fetched."""

import json
from pathlib import Path

from lib.broker import LOGGING, write_properties
from lib.places import DEPS, versions
from lib.processes import Child, free_port


def java_connect_command(
    directory: Path, worker: dict[str, str], connectors: dict[str, dict], plugins: Path | None = None
) -> list:
    """Writes the worker's and the connectors' files into the directory; the command that runs them.

    `plugins` is a folder of jars that go onto the classpath: Debezium's bring a Jackson of their own,
    which does not go together with the worker's in a plugin's class loader."""
    version = versions()["CONNECT_VERSION"]
    jars = DEPS / f"connect-{version}" / "libs"
    if not jars.is_dir():
        raise FileNotFoundError(f"there is no Connect {version} in {DEPS}: run ./dev setup test")
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "log4j2.properties").write_text(LOGGING)
    settings = {
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "offset.storage.file.filename": str(directory / "offsets"),
        "offset.flush.interval.ms": "500",
        "listeners": f"http://127.0.0.1:{free_port()}",
        "plugin.discovery": "service_load",
        **worker,
    }
    write_properties(directory / "java-worker.properties", settings)
    files = []
    for name, config in connectors.items():
        files.append(directory / f"java-{name}.json")
        files[-1].write_text(json.dumps({"name": name, "config": config}, indent=2))
    logging = f"-Dlog4j2.configurationFile={directory / 'log4j2.properties'}"
    # The heap and the collector of Kafka's own connect-standalone.sh.
    heap = ["-Xms256M", "-Xmx2G", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"]
    main = "org.apache.kafka.connect.cli.ConnectStandalone"
    classpath = f"{jars}/*:{plugins}/*" if plugins else f"{jars}/*"
    return ["java", *heap, logging, "-cp", classpath, main, directory / "java-worker.properties", *files]


class JavaConnect:
    """One standalone Java worker in its own folder; its log is java-connect.log there."""

    def __init__(
        self, directory: Path, bootstrap: str, connectors: dict[str, dict], worker: dict | None = None
    ):
        settings = {"bootstrap.servers": bootstrap, **(worker or {})}
        command = java_connect_command(directory, settings, connectors)
        self.child = Child(command, directory / "java-connect.log", cwd=directory)

    def __enter__(self) -> "JavaConnect":
        return self

    def __exit__(self, *_) -> None:
        if self.child.running():
            self.child.stop()
