"""Cases of JsonConverter: values to write, texts and envelopes to read, well-formed, odd and damaged."""

import base64
import json
import pathlib
import struct

from described import random_int, random_loose, random_misfit, random_schema, random_text

JSON = "org.apache.kafka.connect.json.JsonConverter"
# Texts where implementations like to differ; found by thinking, and by earlier runs.
CORNERS = json.loads(pathlib.Path(__file__).with_name("corners.json").read_text())
LONG_TEXTS = [
    *("1" * length for length in (999, 1000, 1001)),
    *("0." + "1" * length for length in (998, 999, 1000)),
    "1e" + "0" * 998 + "1",
    "0" * 1001 + "1",
    *("[" * depth + "]" * depth for depth in (1000, 1001)),
    *('{"a":' * depth + "1" + "}" * depth for depth in (1000, 1001)),
    *('{"' + "k" * length + '":1}' for length in (50_000, 50_001)),
]
JSON_PROPS = [
    {},
    {"decimal.format": "NUMERIC"},
    {"replace.null.with.default": "false"},
    {"schemas.enable": "false"},
    {"schemas.enable": "false", "decimal.format": "numeric"},
    {"schemas.cache.size": "1"},
]
TYPE_NAMES = {"FLOAT32": "float", "FLOAT64": "double"}


def to_data(converter, props, data):
    return {
        "op": "to_data",
        "converter": converter,
        "props": props,
        "bytes": None if data is None else data.hex(),
    }


def json_from_data(rng, count):
    cases = []
    for _ in range(count):
        schema = random_schema(rng) if rng.random() < 0.8 else None
        value = random_misfit(rng, schema) if schema else random_loose(rng)
        cases.append(
            {
                "op": "from_data",
                "converter": JSON,
                "props": rng.choice(JSON_PROPS),
                "schema": schema,
                "value": value,
            }
        )
    return cases


def random_number_text(rng):
    choice = rng.random()
    if choice < 0.4:
        return str(random_int(rng))
    if choice < 0.6:
        return repr(round(rng.uniform(-1e4, 1e4), rng.randrange(0, 8)))
    if choice < 0.8:
        fraction = rng.randrange(0, 10 ** rng.randrange(1, 20))
        return f"{rng.randrange(-(10**6), 10**6)}.{fraction}e{rng.randrange(-400, 400)}"
    return str(rng.getrandbits(rng.randrange(60, 130)) * rng.choice([1, -1]))


def random_json(rng, depth=0):
    space = "" if rng.random() < 0.7 else rng.choice([" ", "\n", "\t "])
    choice = rng.random()
    if depth < 4 and choice < 0.25:
        members = [
            json.dumps(random_text(rng), ensure_ascii=rng.random() < 0.5)
            + space
            + ":"
            + space
            + random_json(rng, depth + 1)
            for _ in range(rng.randrange(0, 5))
        ]
        return "{" + space + ("," + space).join(members) + space + "}"
    if depth < 4 and choice < 0.4:
        return (
            "["
            + space
            + ("," + space).join(random_json(rng, depth + 1) for _ in range(rng.randrange(0, 5)))
            + space
            + "]"
        )
    if choice < 0.5:
        return rng.choice(["true", "false", "null"])
    if choice < 0.75:
        return random_number_text(rng)
    return json.dumps(random_text(rng), ensure_ascii=rng.random() < 0.5)


def damaged(rng, data):
    """One byte more, less or another."""
    if not data:
        return data
    at = rng.randrange(len(data))
    choice = rng.random()
    if choice < 0.3:
        return data[:at]
    byte = bytes([rng.choice(b'{}[]",:\\0123456789eE+-. \ntfn\x00\x80\xc3\xff')])
    if choice < 0.6:
        return data[:at] + byte + data[at + 1 :]
    return data[:at] + byte + data[at:] if choice < 0.8 else data[:at] + data[at + 1 :]


def json_to_data_schemaless(rng, count):
    texts = [text.encode() for text in CORNERS["json"] + LONG_TEXTS]
    texts += [bytes.fromhex(text) for text in CORNERS["json_bytes"]]
    for _ in range(count):
        data = random_json(rng).encode()
        texts.append(damaged(rng, data) if rng.random() < 0.3 else data)
    return [to_data(JSON, {"schemas.enable": "false"}, text) for text in [None, *texts]]


def json_schema_of(rng, schema, field=None):
    """The envelope's form of a described schema."""
    node = {"type": TYPE_NAMES.get(schema["t"], schema["t"].lower())}
    if schema["t"] == "ARRAY":
        node["items"] = json_schema_of(rng, schema["v"])
    if schema["t"] == "MAP":
        node["keys"] = json_schema_of(rng, schema["k"])
        node["values"] = json_schema_of(rng, schema["v"])
    if schema["t"] == "STRUCT":
        node["fields"] = [json_schema_of(rng, inner, name) for name, inner in schema["fields"]]
    if rng.random() < 0.8 or schema.get("opt"):
        node["optional"] = schema.get("opt", False)
    for ours, theirs in (("name", "name"), ("ver", "version"), ("doc", "doc"), ("params", "parameters")):
        if ours in schema:
            node[theirs] = schema[ours]
    if "def" in schema:
        node["default"] = json_payload_of(rng, schema["def"], schema)
    if field is not None:
        node["field"] = field
    return node


class RawNumber(float):
    """A float whose text goes into the JSON as it is."""

    def __new__(cls, text):
        made = float.__new__(cls, 0.0)
        made.text = text
        return made

    def __repr__(self):
        return self.text


def json_payload_of(rng, value, schema):
    if value is None:
        return None
    kind, content = next(iter(value.items()))
    if kind in ("i8", "i16", "i32", "i64", "date", "time", "ts"):
        return int(content)
    if kind in ("f32", "f64"):
        number = struct.unpack(">f" if kind == "f32" else ">d", bytes.fromhex(content))[0]
        return number if number == number and abs(number) != float("inf") else "NaN"
    if kind in ("b", "s"):
        return content
    if kind == "x":
        return base64.b64encode(bytes.fromhex(content)).decode()
    if kind == "d":
        if rng.random() < 0.5:
            return RawNumber(f"{content[0]}e{-content[1]}" if rng.random() < 0.5 else f"{content[0]}.5")
        number = int(content[0])
        return base64.b64encode(number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)).decode()
    if kind == "a":
        return [json_payload_of(rng, item, schema["v"]) for item in content]
    if kind == "m":
        pairs = [
            [json_payload_of(rng, k, schema["k"]), json_payload_of(rng, v, schema["v"])] for k, v in content
        ]
        return {k: v for k, v in pairs} if schema["k"]["t"] == "STRING" else pairs
    inner = dict((name, field) for name, field in schema["fields"])
    members = [(name, json_payload_of(rng, item, inner[name])) for name, item in content["f"]]
    if rng.random() < 0.2:
        rng.shuffle(members)
    if rng.random() < 0.2 and members:
        members.pop()
    if rng.random() < 0.1:
        members.append(("extra", [1, {"x": None}]))
    return dict(members)


def dump(node, rng):
    separators = (",", ":") if rng.random() < 0.7 else (", ", ": ")
    return json.dumps(node, ensure_ascii=rng.random() < 0.5, separators=separators, allow_nan=False)


def random_envelope(rng):
    schema = random_schema(rng)
    value = random_misfit(rng, schema)
    try:
        payload = json_payload_of(rng, value, schema)
    except (KeyError, TypeError):
        payload = rng.choice([1, "x", None, True, [1], {"a": 1}, 1.5])
    if rng.random() < 0.2:
        payload = rng.choice(
            [
                3.7,
                -3.7,
                "x",
                300,
                40000,
                2**40,
                1e20,
                True,
                None,
                [],
                {},
                [1, "a", None],
                {"a": 1},
                "AQI=",
                "AQI",
                "A Q==",
            ]
        )
    node = json_schema_of(rng, schema)
    if rng.random() < 0.1:
        node.pop(rng.choice(list(node)))
    if rng.random() < 0.05:
        node[rng.choice(["type", "optional", "version", "name", "default", "fields", "items"])] = rng.choice(
            [None, 1, "x", "int32", "uuid", [], {}, True, "true", 1.5]
        )
    members = [("schema", node), ("payload", payload)]
    if rng.random() < 0.1:
        members.reverse()
    if rng.random() < 0.03:
        members.append(("more", 1))
    return dump(dict(members), rng)


def json_to_data(rng, count):
    texts = [
        '{"schema":' + schema + ',"payload":' + payload + "}"
        for schema in CORNERS["envelope_schemas"]
        for payload in CORNERS["envelope_payloads"]
    ]
    texts += CORNERS["envelopes"]
    props = [{}, {}, {"replace.null.with.default": "false"}, {"schemas.cache.size": "1"}]
    cases = [to_data(JSON, {}, None)]
    cases += [to_data(JSON, rng.choice(props), text.encode()) for text in texts]
    for _ in range(count):
        data = random_envelope(rng).encode()
        if rng.random() < 0.1:
            data = damaged(rng, data)
        case = to_data(JSON, rng.choice(props), data)
        cases += [case] * rng.choice([1, 1, 2])  # again: from the cache
    return cases
