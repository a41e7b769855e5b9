"""One of the two workers of the comparison: raw requests, answers in a form that can be compared."""

import http.client
import json
import re
from dataclasses import dataclass, field

COMPARED_HEADERS = (
    "content-type",
    "location",
    "allow",
    "vary",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
    "x-own",
)
# Where the order of a comma list says nothing.
UNORDERED_HEADERS = ("allow", "access-control-allow-methods")
CONVERTER_GROUPS = ("Serialization", "Schemas")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: object  # parsed if it is JSON, else text


@dataclass
class Side:
    """A worker at a port; `auth` is sent with every request that has none of its own."""

    kind: str
    port: int
    auth: str | None = None
    extra_ports: list[int] = field(default_factory=list)

    def send(self, method: str, path: str, body=None, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            given = dict(headers or {})
            if body is not None and not isinstance(body, str | bytes):
                body = json.dumps(body)
            data = body.encode() if isinstance(body, str) else body
            if data is not None:
                given.setdefault("Content-Type", "application/json")
                given.setdefault("Content-Length", str(len(data)))
            if self.auth and "Authorization" not in given:
                given["Authorization"] = self.auth
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(data)
            response = connection.getresponse()
            return self.normal(response.status, response.getheaders(), response.read().decode("utf-8"))
        finally:
            connection.close()

    def json(self, path: str):
        return self.send("GET", path).body

    def normal(self, status: int, headers: list[tuple[str, str]], text: str) -> Answer:
        kept = {}
        for name, value in headers:
            name = name.lower()
            if name not in COMPARED_HEADERS:
                continue
            if name in UNORDERED_HEADERS:
                value = ",".join(sorted(part.strip() for part in value.split(",")))
            kept[name] = self.anonymous(value)
        try:
            body = json.loads(self.anonymous(text))
        except ValueError:
            body = self.anonymous(text)
        return Answer(status, kept, normal_body(body))

    def anonymous(self, text: str) -> str:
        for port in [self.port, *self.extra_ports]:
            text = text.replace(f":{port}", ":PORT")
        return text


def is_only_ours(item) -> bool:
    """What Sluice brings along: converters of others, and options of its own with their group."""
    if isinstance(item, str):
        return item.startswith("io.confluent.") or item == "Contract"
    if not isinstance(item, dict):
        return False
    definition = item.get("definition", item)
    return isinstance(definition, dict) and str(definition.get("name", "")).startswith("sluice.")


def normal_body(body):
    """Without what may differ: order of unordered lists, times, stack frames, wordings of documentation."""
    if isinstance(body, list):
        items = [normal_body(item) for item in body if not is_only_ours(item)]
        if items and all(isinstance(item, str) for item in items):
            return sorted(items)
        return items
    if not isinstance(body, dict):
        return body
    if set(body) == {"name", "error_count", "groups", "configs"}:
        return normal_validation(body)
    result = {}
    for key, value in body.items():
        if key == "documentation":
            continue
        if key == "last_modified" and isinstance(value, int):
            value = "TIME"
        if key == "offsets" and isinstance(value, list):
            # What has been reset is listed by Java for a while, without an offset.
            value = [
                entry for entry in value if not (isinstance(entry, dict) and entry.get("offset", 0) is None)
            ]
        if key == "trace" and isinstance(value, str):
            value = value.split("\n", 1)[0]
        result[key] = normal_body(value)
    return result


def normal_value(value: dict) -> dict:
    values = [item for item in value["recommended_values"] if not is_only_ours(item)]
    return value | {"recommended_values": values}


def normal_validation(body: dict) -> dict:
    """The framework's and the connector's keys keep their order; Java lists the others in hash order."""
    configs = [
        {"definition": normal_body(config["definition"]), "value": normal_value(config["value"])}
        for config in body["configs"]
        if not is_only_ours(config)
    ]
    groups = [group for group in body["groups"] if not is_only_ours(group)]
    unordered = re.compile(
        r"^((producer|consumer|admin)\.override|(key|value|header)\.converter)\.(?!plugin)"
    )
    fixed = [
        config
        for config in configs
        if config["definition"] is not None and not unordered.match(config["value"]["name"])
    ]
    loose = [config for config in configs if config not in fixed]
    return {
        "name": body["name"],
        "error_count": body["error_count"],
        "groups": [group for group in groups if group not in CONVERTER_GROUPS],
        "converter groups": sorted(group for group in groups if group in CONVERTER_GROUPS),
        "configs": fixed,
        "unordered": sorted(loose, key=lambda config: json.dumps(config, sort_keys=True)),
    }
