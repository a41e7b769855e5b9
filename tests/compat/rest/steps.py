"""What is asked of both workers, in order.

Names of connectors and topics are the same on both sides, each has a broker of its own.
"""

from pathlib import Path

from paths import methods_and_headers, paths
from step import JSON, SINK, Step, answers, has_offsets, is_in_state, sink, source
from validations import of_sinks, of_sources, of_transforms


def unknown_connectors() -> list[Step]:
    steps = [
        Step(method, f"/connectors/nope{rest}")
        for method, rest in (
            ("GET", ""),
            ("GET", "/config"),
            ("GET", "/status"),
            ("GET", "/tasks"),
            ("GET", "/tasks/0/status"),
            ("GET", "/topics"),
            ("GET", "/offsets"),
            ("DELETE", ""),
            ("DELETE", "/offsets"),
            ("PUT", "/pause"),
            ("PUT", "/resume"),
            ("PUT", "/stop"),
            ("POST", "/restart"),
            ("POST", "/restart?includeTasks=true"),
            ("POST", "/restart?onlyFailed=TRUE"),
            ("POST", "/tasks/0/restart"),
            ("PUT", "/topics/reset"),
        )
    ]
    return [
        *steps,
        Step("PATCH", "/connectors/nope/config", {"a": "b"}),
        Step("PATCH", "/connectors/nope/offsets", {"offsets": [{"partition": {"a": 1}, "offset": {"b": 2}}]}),
    ]


def wrong_bodies(data: Path) -> list[Step]:
    good = source(data)
    return [
        Step("POST", "/connectors", body, JSON)
        for body in (
            "",
            "garbage",
            "[]",
            "null",
            "{}",
            '{"name":"x"}',
            '{"name":"x","config":null}',
            '{"name":"x","config":[]}',
            '{"name":"x","config":{"a":{}}}',
            '{"name":"x","config":{}} trailing',
            '{"name":["x"],"config":{}}',
            {"name": "x", "config": good, "unknownf": 1},
            {"name": "x", "config": good, "initial_state": "BOGUS"},
            {"name": "x", "config": {"topic": "t"}},
            {"name": "x", "config": good | {"name": "y"}},
            {"name": "x", "config": good | {"connector.class": ""}},
            {"name": "", "config": good},
            {"config": good},
            {"name": "a\tb", "config": good},
            {"name": "x", "config": good | {"tasks.max": "0", "key.converter": "foo", "batch.size": "abc"}},
            {"name": "x", "config": good | {"connector.plugin.version": "9.9"}},
            {"name": "x", "config": good | {"connector.plugin.version": "[9"}},
            {"name": "x", "config": good | {"producer.override.linger.ms": "abc"}},
            {"name": "x", "config": {"connector.class": "FileStreamSink"}},
            {"name": "x", "config": sink(data, topics_regex="a.*")},
            {"name": "connect", "config": sink(data, consumer_override_group_id="workers")},
        )
    ] + [
        Step("PUT", "/connectors/x/config", body, JSON)
        for body in (
            "",
            "garbage",
            "[]",
            '{"a":[1]}',
            {"topic": "t"},
            good | {"name": "y"},
            good | {"tasks.max": -1},
        )
    ]


def plugins() -> list[Step]:
    return [
        Step("GET", path)
        for path in (
            "/connector-plugins",
            "/connector-plugins?connectorsOnly=true",
            "/connector-plugins?connectorsOnly=",
            "/connector-plugins?connectorsOnly=bogus",
            "/connector-plugins?connectorsOnly=false",
            "/connector-plugins/FileStreamSource/config",
            f"/connector-plugins/{SINK}/config",
            "/connector-plugins/FileStreamSinkConnector/config?version=latest",
            "/connector-plugins/FileStreamSource/config?version=4.1.0",
            "/connector-plugins/FileStreamSource/config?version=9.9",
            "/connector-plugins/FileStreamSource/config?version=%5Bbad",
            "/connector-plugins/Nope/config",
            "/connector-plugins/Cast/config",
            "/connector-plugins/JsonConverter/config",
            "/connector-plugins/StringConverter/config",
            "/connector-plugins/LongConverter/config",
            "/connector-plugins/SimpleHeaderConverter/config",
            "/connector-plugins/FileStreamSource",
        )
    ]


def loggers() -> list[Step]:
    put = "/admin/loggers/"
    return [
        Step("GET", "/admin/loggers/root"),
        Step("GET", "/admin/loggers/ROOT"),
        Step("GET", "/admin/loggers/compat.nope"),
        Step("PUT", put + "compat.a.b", {"level": "debug"}),
        Step("PUT", put + "compat.a.b", {"level": "DEBUG"}),
        Step("GET", "/admin/loggers/compat.a.b"),
        Step("PUT", put + "compat.a", {"level": "TRACE", "extra": "x"}),
        Step("PUT", put + "compat.a?scope=bogus", {"level": "WARN"}),
        Step("PUT", put + "compat.a?scope=Cluster", {"level": "ERROR"}),
        Step("GET", put + "compat.a", when=lambda side: side.json(put + "compat.a")["level"] == "ERROR"),
        Step("PUT", put + "compat.a", {"level": "OFF"}),
        Step("GET", put + "compat.a.b"),
        Step("PUT", put + "compat.a", {"level": "bogus"}),
        Step("PUT", put + "compat.a", {"level": 5}),
        Step("PUT", put + "compat.a", {"level": None}),
        Step("PUT", put + "compat.a", {}),
        Step("PUT", put + "compat.a", "", JSON),
        Step("PUT", put + "compat.a", "[]", JSON),
    ]


def internal() -> list[Step]:
    signed = {"X-Connect-Request-Signature-Algorithm": "HmacSHA256", "X-Connect-Authorization": "c2ln"}
    return [
        Step("POST", "/connectors/src/tasks", "garbage", JSON),
        Step("POST", "/connectors/src/tasks", "[]", JSON),
        Step("POST", "/connectors/src/tasks", "[]", JSON | signed),
        Step("POST", "/connectors/src/tasks", "[]", signed | {"Content-Type": "text/plain"}),
        Step(
            "POST", "/connectors/src/tasks", "[]", signed | {"X-Connect-Request-Signature-Algorithm": "Bogus"}
        ),
        Step(
            "POST",
            "/connectors/src/tasks",
            "[]",
            signed | {"X-Connect-Request-Signature-Algorithm": "HmacSHA1"},
        ),
        Step("POST", "/connectors/src/tasks", "[]", signed | {"X-Connect-Authorization": "a"}),
        Step("POST", "/connectors/src/tasks", "[]", signed | {"X-Connect-Authorization": None}),
        Step("PUT", "/connectors/src/fence"),
        Step("PUT", "/connectors/src/fence", headers=signed),
    ]


def lifecycle(data: Path) -> list[Step]:
    """A source through all its states; its name needs encoding."""
    name, path = "my src", "/connectors/my%20src"
    running = is_in_state("my%20src", "RUNNING", 1)
    config = source(data)
    return [
        Step("POST", "/connectors", {"name": f" {name} ", "config": config}),
        Step("GET", f"{path}/status", when=running),
        Step("GET", path),
        Step("GET", f"{path}/config"),
        Step("GET", f"{path}/tasks"),
        Step("GET", f"{path}/tasks/0/status"),
        Step("GET", f"{path}/tasks/1/status"),
        Step("GET", "/connectors"),
        Step("GET", "/connectors?expand=info"),
        Step("GET", "/connectors?expand=status"),
        Step("GET", "/connectors?expand=status&expand=info&expand=x"),
        Step("POST", "/connectors", {"name": name, "config": config}),
        Step("POST", "/connectors", {"name": name, "config": config | {"tasks.max": "x"}}),
        Step("GET", f"{path}/offsets", when=has_offsets("my%20src", {"position": 14})),
        Step("GET", f"{path}/topics"),
        Step(
            "PATCH",
            f"{path}/offsets",
            {"offsets": [{"partition": {"filename": "x"}, "offset": {"position": 1}}]},
        ),
        Step("DELETE", f"{path}/offsets"),
        Step("PUT", f"{path}/config", config | {"tasks.max": 1, "batch.size": 1000}),
        Step("GET", f"{path}/config", when=running),
        Step("PATCH", f"{path}/config", {"batch.size": None, "tasks.max": "2"}),
        Step("GET", f"{path}/config", when=running),
        Step("PATCH", f"{path}/config", {"topic": None}),
        Step("PATCH", f"{path}/config", {"gone": None}),
        Step("PATCH", f"{path}/config", "", JSON),
        Step("PATCH", f"{path}/config", "[]", JSON),
        Step("POST", f"{path}/restart", when=running),
        Step("GET", f"{path}/status", when=running),
        Step("POST", f"{path}/tasks/0/restart"),
        Step("POST", f"{path}/tasks/7/restart"),
        Step("POST", f"{path}/restart?onlyFailed=true", when=running),
        Step("POST", f"{path}/restart?includeTasks=true&onlyFailed=true", when=running),
        Step("POST", f"{path}/restart?includeTasks=true", when=running),
        Step("PUT", f"{path}/pause", when=running),
        Step("GET", f"{path}/status", when=is_in_state("my%20src", "PAUSED", 1)),
        Step("PUT", f"{path}/pause"),
        Step("DELETE", f"{path}/offsets"),
        Step("PUT", f"{path}/resume"),
        Step("GET", f"{path}/status", when=running),
        Step("PUT", f"{path}/stop"),
        Step("GET", f"{path}/status", when=is_in_state("my%20src", "STOPPED", 0)),
        Step("GET", path),
        Step("GET", f"{path}/tasks"),
        Step("PUT", f"{path}/stop"),
        Step("PUT", f"{path}/config", config),
        Step("GET", f"{path}/status", when=is_in_state("my%20src", "STOPPED", 0)),
        *source_offsets(data, path),
        Step("PUT", f"{path}/topics/reset"),
        Step("GET", f"{path}/topics", when=lambda side: side.json(f"{path}/topics")[name]["topics"] == []),
        Step("DELETE", path),
        Step("GET", path, when=answers(f"{path}/status", 404)),
        Step("GET", f"{path}/status"),
        Step("DELETE", path),
    ]


def source_offsets(data: Path, path: str) -> list[Step]:
    file = {"filename": str(data / "in.txt")}
    bodies = [
        {"offsets": []},
        {"offsets": None},
        {},
        {"offsets": [{"partition": file, "offset": {"position": 5}}]},
        {"offsets": [{"partition": file, "offset": {"position": 7}, "extra": 1}]},
        {"offsets": [{"partition": file, "offset": {"position": "x"}}]},
        {"offsets": [{"partition": file, "offset": {"position": -3}}]},
        {"offsets": [{"partition": {"wrong": "x"}, "offset": {"position": 1}}]},
        {"offsets": [{"partition": None, "offset": {"position": 1}}]},
        {"offsets": [{"offset": {"position": 1}}]},
        {
            "offsets": [
                {"partition": file, "offset": {"position": 1}},
                {"partition": file, "offset": {"position": 9}},
            ]
        },
        {"offsets": [{"partition": "x", "offset": {}}]},
        {"unknown": []},
    ]
    return [
        Step("GET", f"{path}/offsets"),
        *[Step("PATCH", f"{path}/offsets", body) for body in bodies],
        Step("PATCH", f"{path}/offsets", "", JSON),
        Step("GET", f"{path}/offsets"),
        Step("PATCH", f"{path}/offsets", {"offsets": [{"partition": file}]}),
        Step("GET", f"{path}/offsets"),
        Step("DELETE", f"{path}/offsets"),
        Step("GET", f"{path}/offsets"),
    ]


def sinks(data: Path) -> list[Step]:
    """A sink, the offsets of its group, and states to begin with."""
    path = "/connectors/snk"
    running = is_in_state("snk", "RUNNING", 1)
    return [
        Step("PUT", f"{path}/config", sink(data)),
        Step("GET", f"{path}/status", when=running),
        Step("GET", f"{path}/tasks"),
        Step(
            "GET",
            f"{path}/offsets",
            when=lambda side: len(side.json(f"{path}/offsets").get("offsets", [])) == 1,
        ),
        Step("PUT", f"{path}/stop"),
        Step("GET", f"{path}/status", when=is_in_state("snk", "STOPPED", 0)),
        *sink_offsets(path),
        Step("POST", "/connectors", {"name": "snk", "config": sink(data), "initial_state": "PAUSED"}),
        Step("DELETE", path),
        Step("POST", "/connectors", {"name": "p", "config": sink(data), "initial_state": "paused"}),
        Step("GET", "/connectors/p/status", when=is_in_state("p", "PAUSED", 0)),
        Step("POST", "/connectors", {"name": "s", "config": source(data), "initial_state": "Stopped"}),
        Step("GET", "/connectors/s/status", when=is_in_state("s", "STOPPED", 0)),
        Step("GET", "/connectors/s/offsets"),
        Step("DELETE", "/connectors/p"),
        Step("DELETE", "/connectors/s"),
        Step(
            "POST", "/connectors", {"name": "n", "config": source(data, tasks_max=1, x=True, y=1.50, z=None)}
        ),
        Step(
            "POST",
            "/connectors",
            '{"name":123,"config":{"connector.class":"FileStreamSource","topic":"t","a":1.50,"b":1e3}}',
            JSON,
        ),
        Step("GET", "/connectors/123/config"),
        Step("DELETE", "/connectors/123"),
    ]


def sink_offsets(path: str) -> list[Step]:
    def entry(partition, offset) -> dict:
        return {"offsets": [{"partition": partition, "offset": offset}]}

    good = {"kafka_topic": "lines", "kafka_partition": 0}
    bodies = [
        entry(good, {"kafka_offset": 1}),
        entry(good | {"extra": 1, "kafka_partition": "0"}, {"kafka_offset": "2"}),
        entry(None, {"kafka_offset": 1}),
        entry({"kafka_topic": "lines"}, {"kafka_offset": 1}),
        entry(good | {"kafka_topic": None}, {"kafka_offset": 1}),
        entry(good | {"kafka_partition": None}, {"kafka_offset": 1}),
        entry(good | {"kafka_partition": "x"}, {"kafka_offset": 1}),
        entry(good, {"wrong": 1}),
        entry(good, {"kafka_offset": "q"}),
        entry(good, {"kafka_offset": 1000}),
        entry(good, {"kafka_offset": -1}),
        entry({"kafka_topic": "nowhere", "kafka_partition": 0}, {"kafka_offset": 1}),
        entry(good, None),
    ]
    return [
        *[Step("PATCH", f"{path}/offsets", body) for body in bodies],
        Step("GET", f"{path}/offsets"),
        Step("DELETE", f"{path}/offsets"),
        Step("GET", f"{path}/offsets"),
        Step("DELETE", f"{path}/offsets"),
    ]


def failing(data: Path) -> list[Step]:
    """A task that cannot run."""
    missing = source(data, file="/nonexistent/folder/x", topic="bad/name")
    return [
        Step("POST", "/connectors", {"name": "bad", "config": missing}),
        Step("GET", "/connectors/bad", when=answers("/connectors/bad/status", 200)),
        Step("DELETE", "/connectors/bad"),
    ]


def distributed(data: Path) -> list[Step]:
    return [
        *paths(),
        *methods_and_headers(),
        *plugins(),
        *unknown_connectors(),
        *wrong_bodies(data),
        *of_sources(),
        *of_sinks(),
        *of_transforms(),
        *loggers(),
        *internal(),
        *lifecycle(data),
        *sinks(data),
        *failing(data),
    ]


def standalone(data: Path) -> list[Step]:
    """Where a standalone worker differs from one of a cluster, behind basic authentication."""
    no_auth = {"Authorization": None}
    path = "/connectors/src"
    return [
        Step("GET", "/", headers={"Authorization": ""}),
        Step("GET", "/health", headers={"Authorization": "Basic dXNlcjp3cm9uZw=="}),
        Step("GET", "/connectors", headers={"Authorization": "Bearer x"}),
        Step("GET", "/connectors", headers={"Authorization": "Basic !"}),
        Step("GET", "/connectors", headers={"Authorization": "bAsIc dXNlcjpwYXNz"}),
        Step("GET", "/nope", headers={"Authorization": ""}),
        Step("PUT", "/connectors/x/fence", headers=no_auth),
        Step("GET", "/"),
        Step("GET", "/admin/loggers"),
        Step("POST", "/connectors", {"name": "src", "config": source(data)}),
        Step("GET", f"{path}/status", when=is_in_state("src", "RUNNING", 1)),
        Step("PUT", f"{path}/config", source(data)),
        Step("POST", f"{path}/restart", when=is_in_state("src", "RUNNING", 1)),
        Step("POST", f"{path}/restart?includeTasks=true", when=is_in_state("src", "RUNNING", 1)),
        Step("POST", f"{path}/tasks/0/restart", when=is_in_state("src", "RUNNING", 1)),
        Step("PUT", f"{path}/stop", when=is_in_state("src", "RUNNING", 1)),
        Step("GET", f"{path}/status", when=is_in_state("src", "STOPPED", 0)),
        Step("PUT", "/connectors/nope/stop"),
        Step("PUT", "/connectors/nope/pause"),
        Step("POST", "/connectors/nope/restart"),
        Step("POST", "/connectors/nope/restart?onlyFailed=true"),
        Step("POST", "/connectors/nope/tasks/0/restart"),
        Step("POST", f"{path}/tasks", "[]", JSON),
        Step("PUT", f"{path}/fence"),
        Step(
            "PUT",
            "/connector-plugins/FileStreamSource/config/validate",
            source(data, name="x", exactly_once_support="required"),
        ),
        Step("DELETE", path),
    ]
