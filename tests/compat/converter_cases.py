"""Cases for test_converters.py: tables of corners and seeded random ones.

A case is what ConverterProbe.java and converter_probe.cc read: op, converter, props, and bytes (hex) or a described
schema and value. Every random choice comes from the generator that is passed in.
"""

import base64
import json
import re
import struct

STORAGE = "org.apache.kafka.connect.storage."
CONVERTERS = "org.apache.kafka.connect.converters."
JSON = "org.apache.kafka.connect.json.JsonConverter"
SIMPLE = STORAGE + "SimpleHeaderConverter"
DATA = "org.apache.kafka.connect.data."

WORDS = [
    "",
    "a",
    "id",
    "name",
    "é",
    "日本",
    "😀",
    'q"uote',
    "back\\slash",
    "tab\t",
    "line\n",
    "x" * 40,
    "\u0001",
    "\x7f",
    "null",
    "true",
    "12",
    "1.5",
    "2019-08-23",
    "14:34:54.346Z",
    "2019-08-23T14:34:54.346Z",
    "[1,2]",
    '{"a":1}',
    "/",
]
FLOATS = [
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    1e7,
    1e-3,
    9.99e-4,
    1e21,
    2e23,
    3.4028235e38,
    1e308,
    4.9e-324,
    float("nan"),
    float("inf"),
    float("-inf"),
    123456.789,
    1152921504606846976.0,
]
INTS = [
    0,
    1,
    -1,
    7,
    127,
    128,
    -128,
    -129,
    32767,
    32768,
    2**31 - 1,
    2**31,
    -(2**31),
    2**53 + 1,
    2**63 - 1,
    -(2**63),
    86400000,
    1566570894346,
    18131,
]


# Descriptions of values.


def f32(number):
    return {"f32": struct.pack(">f", number).hex()}


def f64(number):
    return {"f64": struct.pack(">d", number).hex()}


def wrap(number, bits):
    number &= (1 << bits) - 1
    return str(number - (1 << bits) if number >> (bits - 1) else number)


def to_f32(number):
    try:
        return struct.unpack(">f", struct.pack(">f", number))[0]
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")


def random_text(rng):
    if rng.random() < 0.6:
        return rng.choice(WORDS)
    alphabet = 'abcXYZ0189 _-\\"/:,{}[]éß€😀\n\t\u0000\u001f\u007f\u0080\u2028'
    return "".join(rng.choice(alphabet) for _ in range(rng.randrange(0, 40)))


def random_float(rng):
    choice = rng.random()
    if choice < 0.4:
        return rng.choice(FLOATS)
    if choice < 0.7:
        return round(rng.uniform(-1e6, 1e6), rng.randrange(0, 6))
    return struct.unpack(">d", rng.getrandbits(64).to_bytes(8, "big"))[0]


def random_int(rng):
    return (
        rng.choice(INTS)
        if rng.random() < 0.5
        else rng.getrandbits(rng.randrange(1, 64)) * rng.choice([1, -1])
    )


def random_bytes(rng):
    return rng.randbytes(rng.choice([0, 1, 2, 3, 4, 7, 8, 16, 31]))


def random_decimal(rng, scale):
    return {
        "d": [str(rng.getrandbits(rng.choice([1, 8, 31, 63, 64, 120, 200])) * rng.choice([1, -1])), scale]
    }


PRIMITIVES = ["INT8", "INT16", "INT32", "INT64", "FLOAT32", "FLOAT64", "BOOLEAN", "STRING", "BYTES"]
LOGICALS = ["Decimal", "Date", "Time", "Timestamp"]


def random_schema(rng, depth=0, allow_default=True):
    choice = rng.random()
    if depth >= 3 or choice < 0.5:
        schema = {"t": rng.choice(PRIMITIVES)}
    elif choice < 0.65:
        name = rng.choice(LOGICALS)
        schema = {
            "t": {"Decimal": "BYTES", "Timestamp": "INT64"}.get(name, "INT32"),
            "name": DATA + name,
            "ver": 1,
        }
        if name == "Decimal":
            schema["params"] = {"scale": str(rng.choice([0, 2, 5, -3, 20]))}
    elif choice < 0.75:
        schema = {"t": "ARRAY", "v": random_schema(rng, depth + 1)}
    elif choice < 0.85:
        key = {"t": "STRING"} if rng.random() < 0.6 else random_schema(rng, 3, False)
        schema = {"t": "MAP", "k": key, "v": random_schema(rng, depth + 1)}
    else:
        names = rng.sample([word for word in WORDS if word], rng.randrange(0, 7))
        schema = {"t": "STRUCT", "fields": [[name, random_schema(rng, depth + 1)] for name in names]}
    if rng.random() < 0.4:
        schema["opt"] = True
    if "name" not in schema:
        if rng.random() < 0.2:
            schema["name"] = rng.choice(["n", "com.example.Thing", "é"])
        if rng.random() < 0.2:
            schema["ver"] = rng.choice([1, 7, -1])
        if rng.random() < 0.1:
            schema["params"] = {"p": "q", "é": 'x"y'}
    if rng.random() < 0.2:
        schema["doc"] = rng.choice(["doc", ""])
    if allow_default and rng.random() < 0.25 and schema["t"] != "STRUCT" and not contains_struct(schema):
        schema["def"] = random_value(rng, schema, nulls=False)
    return schema


def contains_struct(schema):
    return schema["t"] == "STRUCT" or any(contains_struct(schema[key]) for key in ("k", "v") if key in schema)


def random_value(rng, schema, nulls=True):
    """A value that fits the schema."""
    if nulls and schema.get("opt") and rng.random() < 0.25:
        return None
    kind = schema["t"]
    name = schema.get("name", "")
    if name == DATA + "Decimal":
        return random_decimal(rng, int(schema["params"]["scale"]))
    if name == DATA + "Date":
        return {"date": str(rng.choice([0, 18131, -1, 2932896, rng.randrange(-20000, 40000)]))}
    if name == DATA + "Time":
        return {"time": str(rng.randrange(0, 86400000))}
    if name == DATA + "Timestamp":
        return {"ts": str(rng.choice([0, 1566570894346, -1, 86400000, rng.randrange(-(10**13), 10**14)]))}
    if kind.startswith("INT"):
        return {"i" + kind[3:]: wrap(random_int(rng), int(kind[3:]))}
    if kind == "FLOAT32":
        return f32(to_f32(random_float(rng)))
    if kind == "FLOAT64":
        return f64(random_float(rng))
    if kind == "BOOLEAN":
        return {"b": rng.random() < 0.5}
    if kind == "STRING":
        return {"s": random_text(rng)}
    if kind == "BYTES":
        return {"x": random_bytes(rng).hex()}
    if kind == "ARRAY":
        return {"a": [random_value(rng, schema["v"]) for _ in range(rng.randrange(0, 4))]}
    if kind == "MAP":
        entries = {}
        for _ in range(rng.randrange(0, 4)):
            key = random_value(rng, schema["k"], nulls=False)
            entries[json.dumps(key)] = [key, random_value(rng, schema["v"])]
        return {"m": list(entries.values())}
    return {
        "st": {
            "schema": schema,
            "f": [[field, random_value(rng, inner)] for field, inner in schema["fields"]],
        }
    }


def random_loose(rng, depth=0):
    """A value of any kind, without a schema."""
    choice = rng.random()
    if depth < 3 and choice < 0.15:
        return {"a": [random_loose(rng, depth + 1) for _ in range(rng.randrange(0, 4))]}
    if depth < 3 and choice < 0.3:
        entries = {}
        for _ in range(rng.randrange(0, 4)):
            key = {"s": random_text(rng)} if rng.random() < 0.85 else random_loose(rng, 3)
            entries[json.dumps(key)] = [key, random_loose(rng, depth + 1)]
        return {"m": list(entries.values())}
    if choice < 0.35:
        return None
    schema = {"t": rng.choice(PRIMITIVES)}
    if rng.random() < 0.1:
        schema = {"t": "BYTES", "name": DATA + "Decimal", "params": {"scale": "2"}}
    elif rng.random() < 0.1:
        schema = {"t": "INT64", "name": DATA + "Timestamp"}
    return random_value(rng, schema)


def random_misfit(rng, schema):
    """Sometimes a value of another schema."""
    if rng.random() < 0.15:
        return random_loose(rng)
    if rng.random() < 0.05:
        return None
    return random_value(rng, schema)


JSON_PROPS = [
    {},
    {"decimal.format": "NUMERIC"},
    {"replace.null.with.default": "false"},
    {"schemas.enable": "false"},
    {"schemas.enable": "false", "decimal.format": "numeric"},
    {"schemas.cache.size": "1"},
]


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


# JSON texts.

JSON_CORNERS = [
    "",
    " ",
    "null",
    "true",
    "false",
    "nul",
    "truex",
    "true x",
    "TRUE",
    "12",
    "-12",
    "+12",
    "007",
    "-007",
    "00",
    "0",
    "-0",
    "-0.0",
    "1.5",
    "1.",
    ".5",
    "1e5",
    "1E+5",
    "1e-5",
    "1e",
    "1e+",
    "1.e5",
    "0x10",
    "1_0",
    "12abc",
    "12 abc",
    "12,",
    "12]",
    "NaN",
    "Infinity",
    "-Infinity",
    "-",
    "--1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "12345678901234567890",
    "18446744073709551615",
    "18446744073709551616",
    "1" + "0" * 100,
    "1e400",
    "-1e400",
    "1e-400",
    "1e2147483647",
    "1e2147483648",
    "1e-2147483647",
    "1e-2147483648",
    "0e99999999999",
    "1.7976931348623157e308",
    "1.7976931348623159e308",
    "4.9e-324",
    "2.4e-324",
    "0.1",
    "123456789.12345678901234567890",
    "9007199254740993.0",
    "0." + "0" * 50 + "1",
    "1" * 999,
    "1" * 1000,
    "1" * 1001,
    "0." + "1" * 998,
    "0." + "1" * 999,
    "0." + "1" * 1000,
    "1e" + "0" * 998 + "1",
    "0" * 1001 + "1",
    '"text"',
    '"te\\u0041xt"',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\\ude00x"',
    '"\\x"',
    '"\\u12"',
    '"\\u12G4"',
    '"a\nb"',
    '"a\tb"',
    '"unclosed',
    '"a"b',
    "'a'",
    "[]",
    "{}",
    "[ ]",
    "{ }",
    "[1]",
    "[1,2]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1,,2]",
    "[",
    "]",
    "{",
    "}",
    '{"a"}',
    '{"a":}',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    "{a:1}",
    "{'a':1}",
    "{1:2}",
    '{"a":1}}',
    '{"a":1} trailing',
    '{"a":1}{"b":2}',
    '{"a" : 1 , "b" : [ 1 , 2 ] }',
    '\n\t\r {"a":1}',
    '{"a":1,"a":2}',
    '{"a":1,"b":2,"a":3}',
    '{"a":{"x":1},"a":{"y":2}}',
    '{"":1}',
    '{"\\u0061":1,"a":2}',
    "[truefalse]",
    "[true,false,null]",
    "[1/*c*/]",
    "//c\n1",
    "# c",
    "[" * 1000 + "]" * 1000,
    "[" * 1001 + "]" * 1001,
    '{"a":' * 1000 + "1" + "}" * 1000,
    '{"a":' * 1001 + "1" + "}" * 1001,
    '{"' + "k" * 50000 + '":1}',
    '{"' + "k" * 50001 + '":1}',
    "\ufeff[1]",
    "\u00a0[1]",
    "[1]\u0000",
    "[\u00001]",
    "\x0c[1]",
    '["\u007f\u0080\u2028"]',
    '["\\/\\b\\f\\n\\r\\t\\"\\\\"]',
    '["\\U0041"]',
    '{"a":01,"b":-00.5}',
    "[1.0,1.10,100,1e2]",
    "[1e0,1E0,1e00]",
]
RAW_CORNERS = [
    b'["\xff"]',
    b'["\xc3"]',
    b'["\xc3("]',
    b'["\xe2\x82"]',
    b'["\xed\xa0\x80"]',
    b'["\xed\xa0\xbd\xed\xb8\x80"]',
    b'["\xc0\x80"]',
    b'["\xf0\x9f\x98\x80"]',
    b'["\xf4\x90\x80\x80"]',
    b'["\xf8\x88\x80\x80\x80"]',
    b'["\x80"]',
    b'{"\xff":1}',
    b'{"\xc3\xa9":1}',
    b"\xff\xfe[\x001\x00]\x00",
    b"\xfe\xff\x00[\x001\x00]",
    b"\x00[\x001\x00]",
    b"[\x001\x00]\x00",
    b"\x00\x00\x00[\x00\x00\x001\x00\x00\x00]",
    b"[\x00\x00\x001\x00\x00\x00]\x00\x00\x00",
    b"\xef\xbb\xbf",
    b"\xef\xbb\xbf{}",
    b"\x00",
    b"\x00\x00\x00\x00",
    b"1\x00",
    b"\xff",
    b"\xfe\xff",
    b"[1]\xff",
    b'{"a":1}\xff\xfe',
]


def random_number_text(rng):
    choice = rng.random()
    if choice < 0.4:
        return str(random_int(rng))
    if choice < 0.6:
        return repr(round(rng.uniform(-1e4, 1e4), rng.randrange(0, 8)))
    if choice < 0.8:
        return f"{rng.randrange(-(10**6), 10**6)}.{rng.randrange(0, 10 ** rng.randrange(1, 20))}e{rng.randrange(-400, 400)}"
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
    texts = [text.encode() for text in JSON_CORNERS] + RAW_CORNERS
    for _ in range(count):
        data = random_json(rng).encode()
        texts.append(damaged(rng, data) if rng.random() < 0.3 else data)
    props = {"schemas.enable": "false"}
    return [{"op": "to_data", "converter": JSON, "props": props, "bytes": None}] + [
        {"op": "to_data", "converter": JSON, "props": props, "bytes": data.hex()} for data in texts
    ]


TYPE_NAMES = {"FLOAT32": "float", "FLOAT64": "double"}


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
    texts = []
    corner_schemas = [
        "null",
        "1",
        '"int32"',
        "[]",
        "{}",
        '{"type":1}',
        '{"type":"uuid"}',
        '{"type":"int32"}',
        '{"type":"string","optional":true}',
        '{"type":"array"}',
        '{"type":"array","items":null}',
        '{"type":"map"}',
        '{"type":"map","keys":{"type":"string"}}',
        '{"type":"map","keys":null,"values":{"type":"int32"}}',
        '{"type":"struct"}',
        '{"type":"struct","fields":{}}',
        '{"type":"struct","fields":[]}',
        '{"type":"struct","fields":[{"type":"int32"}]}',
        '{"type":"struct","fields":[null]}',
        '{"type":"struct","fields":[1]}',
        '{"type":"struct","fields":[{"type":"int32","field":""}]}',
        '{"type":"struct","fields":[{"type":"int32","field":"a"},{"type":"int64","field":"a"}]}',
        '{"type":"struct","fields":[{"type":"string","field":"a"},{"type":"int32","optional":true,"field":"b"}]}',
        '{"type":"int32","default":5}',
        '{"type":"int32","default":"x"}',
        '{"type":"int32","default":null}',
        '{"type":"int32","optional":true,"default":null}',
        '{"type":"string","default":5}',
        '{"type":"int32","version":1.5}',
        '{"type":"int32","version":99999999999}',
        '{"type":"int32","name":5,"doc":[]}',
        '{"type":"int32","parameters":{"a":1}}',
        '{"type":"int32","parameters":[]}',
        '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal"}',
        '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}}',
        '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"x"}}',
        '{"type":"int32","name":"org.apache.kafka.connect.data.Date"}',
        '{"type":"int32","name":"org.apache.kafka.connect.data.Time"}',
        '{"type":"int64","name":"org.apache.kafka.connect.data.Timestamp"}',
        '{"type":"int8"}',
        '{"type":"int16"}',
        '{"type":"int64"}',
        '{"type":"float"}',
        '{"type":"double"}',
        '{"type":"boolean"}',
        '{"type":"bytes"}',
        '{"type":"float32"}',
        '{"type":"INT32"}',
        '{"type":"struct","fields":[{"type":"int32","field":"a"}],"default":{"a":1}}',
    ]
    payloads = [
        "null",
        "1",
        "-1",
        "3.7",
        "-3.7",
        "300",
        "40000",
        "2147483648",
        "9223372036854775808",
        "1e20",
        "1e400",
        "0.1",
        '"x"',
        '"AQI="',
        '"AQI"',
        '"AQI=\\n"',
        '""',
        "true",
        "[]",
        "[1,2]",
        "[1,null]",
        "{}",
        '{"a":1}',
        '{"a":"x","b":2}',
        '{"a":null}',
        '[["a",1]]',
        "[[1,2]]",
        "86400000",
        "86400001",
        "1.50",
        "12345678901234567890.12",
    ]
    for schema in corner_schemas:
        for payload in payloads:
            texts.append('{"schema":' + schema + ',"payload":' + payload + "}")
    texts += [
        "",
        " ",
        "null",
        "1",
        "[]",
        "{}",
        '{"schema":null}',
        '{"payload":1}',
        '{"schema":null,"payload":1,"x":2}',
        '{"payload":1,"schema":null}',
        '{"schema":{"type":"int32"},"payload":1}garbage',
        '{"schema":{"type":"int32"},"payload":1',
        '{"schema":{"type":"int32"},"payload":1x}',
        '{"schema":{"type":"int32"},"payload":01}',
        '{"schema":{"type":"int32"},"payload":1,"payload":2}',
        '{"schema":{"type":"int32"},"schema":{"type":"int64"},"payload":1}',
        '{ "schema" : {"type":"int32"} , "payload" : 1 }',
        '{"sch\\u0065ma":{"type":"int32"},"payload":1}',
        '{"a":1,"b":2}',
    ]
    cases = [{"op": "to_data", "converter": JSON, "props": {}, "bytes": None}]
    props = [{}, {}, {"replace.null.with.default": "false"}, {"schemas.cache.size": "1"}]
    for text in texts:
        cases.append(
            {"op": "to_data", "converter": JSON, "props": rng.choice(props), "bytes": text.encode().hex()}
        )
    for _ in range(count):
        data = random_envelope(rng).encode()
        if rng.random() < 0.1:
            data = damaged(rng, data)
        case = {"op": "to_data", "converter": JSON, "props": rng.choice(props), "bytes": data.hex()}
        cases += [case] * rng.choice([1, 1, 2])  # again: from the cache
    return cases


# The small converters.


def small_from_data(rng, count):
    names = [STORAGE + "StringConverter", CONVERTERS + "ByteArrayConverter", CONVERTERS + "BooleanConverter"]
    names += [CONVERTERS + number + "Converter" for number in ("Short", "Integer", "Long", "Float", "Double")]
    fitting = {
        "Short": "INT16",
        "Integer": "INT32",
        "Long": "INT64",
        "Float": "FLOAT32",
        "Double": "FLOAT64",
        "Boolean": "BOOLEAN",
        "ByteArray": "BYTES",
        "String": "STRING",
    }
    cases = []
    for _ in range(count):
        name = rng.choice(names)
        kind = name.split(".")[-1].removesuffix("Converter")
        schema = {"t": fitting[kind]} if rng.random() < 0.6 else random_schema(rng)
        value = random_misfit(rng, schema)
        if kind == "String":
            while has_object_text(value):
                value = random_value(rng, {"t": rng.choice(PRIMITIVES[:-1])})
        cases.append(
            {
                "op": "from_data",
                "converter": name,
                "props": random_string_props(rng) if kind == "String" else {},
                "schema": schema if rng.random() < 0.7 else None,
                "value": value,
            }
        )
    return cases


def has_object_text(value):
    """Whether Java's text of the value is an address or depends on a hash table."""
    text = json.dumps(value)
    return '"x":' in text or '"m":' in text


def random_string_props(rng):
    return (
        {}
        if rng.random() < 0.7
        else {
            "converter.encoding": rng.choice(
                ["UTF-8", "ISO-8859-1", "US-ASCII", "UTF-16", "UTF-16LE", "UTF-16BE"]
            )
        }
    )


def small_to_data(rng, count):
    names = [STORAGE + "StringConverter", CONVERTERS + "ByteArrayConverter", CONVERTERS + "BooleanConverter"]
    names += [CONVERTERS + number + "Converter" for number in ("Short", "Integer", "Long", "Float", "Double")]
    cases = [{"op": "to_data", "converter": name, "props": {}, "bytes": None} for name in names]
    for name in names:
        for data in (
            b"",
            b"\x00",
            b"\x01",
            b"\x02",
            b"\xff",
            b"\x01\x02",
            bytes(3),
            bytes(4),
            bytes(8),
            b"\x7f\xc0\x00\x00",
            b"\xff" * 8,
            bytes(9),
        ):
            cases.append({"op": "to_data", "converter": name, "props": {}, "bytes": data.hex()})
    pieces = [
        b"a",
        "é".encode(),
        "€".encode(),
        "😀".encode(),
        b"\xff",
        b"\xc3",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xed\xa0",
        b"\xf0\x9f\x98",
        b"\xf0\x9f",
        b"\xf0",
        b"\xf4\x90\x80\x80",
        b"\xc0\x80",
        b"\xe0\x80\x80",
        b"\xf8\x88",
        b"\x80",
        b"\xbf",
        b"\xf5\x80\x80\x80",
        b"\xe0\xa0",
        b"\xf0\x80\x80\x80",
    ]
    for _ in range(count):
        name = rng.choice(names)
        if name.endswith("StringConverter"):
            data = b"".join(rng.choice(pieces) for _ in range(rng.randrange(0, 12)))
            if rng.random() < 0.2:
                data = rng.randbytes(rng.randrange(0, 20))
            props = {} if rng.random() < 0.8 else {"converter.encoding": "ISO-8859-1"}
        else:
            data, props = random_bytes(rng), {}
        cases.append({"op": "to_data", "converter": name, "props": props, "bytes": data.hex()})
    return cases


# Headers and conversions.

HEADER_CORNERS = [
    "",
    " ",
    "null",
    " null ",
    "true",
    "false",
    "True",
    " true ",
    "truex",
    "true,",
    "1",
    "127",
    "128",
    "-129",
    "32768",
    "2147483648",
    "1.0",
    "1.",
    "+5",
    " 7 ",
    "-",
    "+",
    "1.5",
    "0.1",
    "3.4028235e38",
    "3.5e38",
    "1e39",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "1e400",
    "-1e400",
    "1e-400",
    "0x10",
    "12abc",
    "NaN",
    "1_000",
    "1e3",
    "1E3",
    "1e-3",
    "0.0",
    "-0",
    "-0.0",
    "0e5",
    "1e19",
    "1e18",
    "100e-2",
    "1.50",
    '"quoted"',
    '"',
    '""',
    "2019-08-23",
    "2019-08-23T14:34:54.346Z",
    "14:34:54.346Z",
    "14\\:34\\:54.346Z",
    "2019-08-23T14\\:34\\:54.346Z",
    "2019-13-45",
    "2019-08-2x",
    "1-1-1xxxxx",
    "0000-00-00",
    "9999-99-99",
    "1500-02-29",
    "1582-10-10",
    "2019- 8-23",
    "2019--8-23",
    "99:99:99.999Z",
    "14:34:54.346z",
    "14:34:54,346Z",
    "1,2",
    "1:2",
    "[]",
    "{}",
    "[ ]",
    "{ }",
    "[1,2]",
    "[1, 300, 70000]",
    "[1,2.5]",
    '[1,"a"]',
    '["a","b"]',
    '["a",1]',
    '{"a":"x","b":1}',
    '{"a":1,"b":300}',
    "{a:1}",
    "[1,",
    "[1",
    '{"a":}',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    "[null,1]",
    "[1,null]",
    "[null]",
    '{"a":null}',
    '{"a":null,"b":1}',
    '{"a":1,"b":null}',
    "{null:1}",
    "{1:2}",
    "{1:2,300:4}",
    "{true:1}",
    '{"a":1,"a":2}',
    '["2019-08-23"]',
    '["14:34:54.346Z"]',
    '["2019-08-23",5]',
    "[2019-08-23]",
    "[14:34:54.346Z]",
    "[true,false]",
    "[true,1]",
    "[[1,2],[3]]",
    '[[1],["a"]]',
    '[{"a":1},{"b":300}]',
    '{"a":[1,2]}',
    '{"a":{"b":1}}',
    '{"a":1 "b":2}',
    "[1 2]",
    "[,]",
    "[1,,2]",
    "[a]",
    '["a\\"b"]',
    '["a\\\\b"]',
    '["a',
    '[" a "]',
    '["a" ]',
    '[ "a" , "b" ]',
    '{"a" : 1 , "b" : 2}',
    '{"a b":"c d"}',
    '["a,b"]',
    '["[1,2]"]',
    '["a:b","{c}"]',
    "[1]x",
    "[1] ",
    " [1]",
    "[1][2]",
    '{"a":1}{"b":2}',
    "[[]]",
    "[{}]",
    "[[[[1]]]]",
    "[" * 50 + "]" * 50,
    "[" * 900 + "1",
    "é",
    "日本",
    '["é"]',
    "\\",
    "\\\\",
    "a\\,b",
    "a,b",
    ",",
    ":",
    "]",
    "}",
    "[1.5,2.5]",
    "[1e39,1]",
    "[9223372036854775808,1]",
    "[1.5,9223372036854775808]",
    "\t1\t",
    "1\n",
    "٣",
    "1 2",
    "--1",
    "+-1",
    "1.2.3",
    "[0.1,300]",
    '{"k":0.1,"l":1}',
    '[""]',
    '["","a"]',
    '{"":""}',
    "[ 1 , 2 ]",
    "[1\t,2]",
    "2019-08-23 ",
    " 2019-08-23",
    "[ 2019-08-23 ]",
    "1e2147483647",
    "1e-2147483647",
]


def random_header_text(rng, depth=0):
    choice = rng.random()
    space = "" if rng.random() < 0.7 else " "
    if depth < 3 and choice < 0.2:
        return (
            "["
            + ("," + space).join(random_header_text(rng, depth + 1) for _ in range(rng.randrange(0, 4)))
            + "]"
        )
    if depth < 3 and choice < 0.4:
        return (
            "{"
            + ("," + space).join(
                random_header_text(rng, 3) + space + ":" + random_header_text(rng, depth + 1)
                for _ in range(rng.randrange(0, 3))
            )
            + "}"
        )
    if choice < 0.6:
        return random_number_text(rng) if rng.random() < 0.3 else str(rng.randrange(-300, 70000))
    if choice < 0.75:
        return '"' + rng.choice(["a", "b c", "2019-08-23", "14:34:54.346Z", 'x\\"y', "é", ""]) + '"'
    return rng.choice(["true", "false", "null", "1.5", "abc", "2019-08-23", "0.1", "1e39", "14:34:54.346Z"])


def header_to_data(rng, count):
    texts = [text.encode() for text in HEADER_CORNERS] + [b"\xff", b"[\xff]", b'["\xc3"]']
    for _ in range(count):
        data = random_header_text(rng).encode()
        if rng.random() < 0.2:
            data = damaged(rng, data)
        texts.append(data)
    return [{"op": "to_data", "converter": SIMPLE, "props": {}, "bytes": None}] + [
        {"op": "to_data", "converter": SIMPLE, "props": {}, "bytes": text.hex()} for text in texts
    ]


def header_from_data(rng, count):
    cases = []
    for _ in range(count):
        schema = random_schema(rng)
        value = random_value(rng, schema)
        cases.append({"op": "from_data", "converter": SIMPLE, "props": {}, "schema": schema, "value": value})
    return cases


TARGETS = [
    "boolean",
    "int8",
    "int16",
    "int32",
    "int64",
    "float32",
    "float64",
    "string",
    "list",
    "map",
    "date",
    "time",
    "timestamp",
    "decimal",
]


def conversions(rng, count):
    cases = []
    for _ in range(count):
        choice = rng.random()
        if choice < 0.35:
            schema, value = (
                {"t": "STRING"},
                {"s": rng.choice(HEADER_CORNERS[:120]) if rng.random() < 0.7 else random_header_text(rng)},
            )
        else:
            schema = random_schema(rng, 2, False)
            value = random_value(rng, schema)
        temporal = value is not None and any(key in value for key in ("date", "time", "ts"))
        keep = temporal or rng.random() < 0.7  # ours tells the three apart without a schema, Java cannot
        target = rng.choice(TARGETS)
        if has_object_text(value) and target not in ("string", "decimal"):
            continue
        cases.append(
            {
                "op": "convert",
                "target": target,
                "scale": rng.choice([0, 2]),
                "schema": schema if keep else None,
                "value": value,
            }
        )
    return cases


KINDS = {
    "json_from_data": json_from_data,
    "json_to_data": json_to_data,
    "json_to_data_schemaless": json_to_data_schemaless,
    "small_from_data": small_from_data,
    "small_to_data": small_to_data,
    "header_from_data": header_from_data,
    "header_to_data": header_to_data,
    "conversions": conversions,
}


def compares_addresses(case, java, ours):
    wrong = ("Mismatching schema.", "Struct schemas do not match.")
    return java.get("message") in wrong and ours.get("message") not in wrong and '"x":' in json.dumps(case)


def other_temporal(case, java, ours):
    message = ours.get("message") or ""
    return message.startswith("Invalid type for ") and message.endswith(
        "expected Date but was class java.util.Date"
    )


def own_type_forgotten(case, java, ours):
    texts = case["op"] == "convert" and case["schema"] is not None and "s" in (case["value"] or {})
    return (
        texts
        and re.search(r"\(class java.util.Date\) to Schema\{(.*:)?STRING\}", java.get("message") or "")
        and "error" not in ours
    )


def header_text(case):
    return (
        bytes.fromhex(case.get("bytes") or "").decode(errors="replace")
        if case.get("converter") == SIMPLE
        else ""
    )


def far_exponent(case, java, ours):
    return re.search(r"[eE][+-]?[0-9]{5}", header_text(case)) is not None


def mixed_temporals(case, java, ours):
    text = header_text(case)
    return "error" not in java and "2019-" in text and re.search(r":[0-9]{2}:[0-9]{2}.346Z", text) is not None


def foreign_digit(case, java, ours):
    return "٣" in bytes.fromhex(case.get("bytes") or "").decode(errors="replace") or "\\u0663" in json.dumps(
        case
    )


def address_in_text(case, java, ours):
    return "[B@" in (java.get("message") or "") and java["error"] == ours.get("error")


def old_date_in_text(case, java, ours):
    both = (java.get("message") or "", ours.get("message") or "")
    return all(text.startswith("Unable to convert ") and "(class java.util.Date)" in text for text in both)


def date_as_time(case, java, ours):
    if case["op"] != "convert" or case["target"] not in ("time", "date") or "error" in java:
        return False
    text = case["schema"] is None and "s" in (case["value"] or {})
    return text or "(class java.util.Date) to a number" in (ours.get("message") or "")


# (rule over case, Java's answer and ours; reason)
KNOWN = [
    (compares_addresses, "Java compares byte arrays inside default lists and maps by their address"),
    (other_temporal, "dates, times and timestamps are kinds of their own here, one class in Java"),
    (own_type_forgotten, "Java refuses a text that is a date if the caller names the text's schema"),
    (far_exponent, "the scale of a decimal has 16 bits here"),
    (address_in_text, "Java prints the address of byte arrays"),
    (old_date_in_text, "error texts show dates before 1582 in today's calendar here"),
    (date_as_time, "without a schema Java hands a date on as a time of day, and the other way round"),
    (
        mixed_temporals,
        "dates and times in one list: Java calls all of them by the last one's name, here they have none",
    ),
    (foreign_digit, "only ASCII digits make numbers here"),
]
