"""Described schemas and values: what both probes turn into real ones, random ones among them.

A schema is {"t": type, "opt", "name", "ver", "doc", "params", "def", "fields", "k", "v"}, a value
{kind: content} (see converter_probe.cc). Every random choice comes from the generator that is passed in.
"""

import json
import struct

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
PRIMITIVES = ["INT8", "INT16", "INT32", "INT64", "FLOAT32", "FLOAT64", "BOOLEAN", "STRING", "BYTES"]
LOGICALS = ["Decimal", "Date", "Time", "Timestamp"]


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


def has_object_text(value):
    """Whether Java's text of the value is an address or depends on a hash table."""
    text = json.dumps(value)
    return '"x":' in text or '"m":' in text
