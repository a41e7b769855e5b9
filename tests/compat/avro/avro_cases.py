"""Random Avro schemas, and data in Avro's binary encoding.

Every random choice comes from the generator that is passed in.
"""

import json
import struct

from described import random_schema, random_value

PRIMITIVES = ["boolean", "int", "long", "float", "double", "bytes", "string"]
LOGICAL = [
    {"type": "int", "logicalType": "date"},
    {"type": "int", "logicalType": "time-millis"},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
    {"type": "string", "logicalType": "uuid"},
    {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2},
    {"type": "bytes", "logicalType": "decimal", "precision": 64},
    {"type": "int", "connect.type": "int8"},
    {"type": "int", "connect.type": "int16"},
    {"type": "long", "connect.name": "my.Long", "connect.version": 3, "connect.doc": "a number"},
    {"type": "string", "connect.parameters": {"a": "b"}, "avro.java.string": "String"},
]
LETTERS = "abcdefgh"
TEXTS = ["", "a", "hello", "é€😀", "x" * 70]


class SchemaMaker:
    """Names each named type once; `used` are those that may be referred to again."""

    def __init__(self, rng):
        self.rng = rng
        self.count = 0
        self.used = []

    def name(self, kind):
        self.count += 1
        named = {"type": kind, "name": f"{kind.title()}{self.count}"}
        if self.rng.random() < 0.5:
            named["namespace"] = self.rng.choice(["com.example", "other"])
        if self.rng.random() < 0.3:
            named["doc"] = "a type's doc"
        return named

    def schema(self, depth=0, union=True):
        rng = self.rng
        choice = rng.random()
        if depth >= 3 or choice < 0.4:
            return rng.choice(PRIMITIVES)
        if choice < 0.5:
            return dict(rng.choice(LOGICAL))
        if choice < 0.57:
            enum = self.name("enum") | {"symbols": rng.sample(["A", "B", "C", "D_1"], rng.randrange(1, 4))}
            if rng.random() < 0.3:
                enum["default"] = enum["symbols"][0]
            return enum
        if choice < 0.63:
            return self.name("fixed") | {"size": rng.randrange(1, 6)}
        if choice < 0.7:
            items = self.schema(depth + 1)
            # Avro 1.12.0 in Java keeps doubles in arrays as floats.
            return {"type": "array", "items": "long" if items == "double" else items}
        if choice < 0.77:
            return {"type": "map", "values": self.schema(depth + 1)}
        if union and choice < 0.9:
            return self.union(depth)
        return self.record(depth)

    def union(self, depth):
        rng = self.rng
        if rng.random() < 0.6:
            branches = ["null", self.schema(depth + 1, union=False)]
        else:
            branches = rng.sample(["null", "int", "string", "double", "boolean"], rng.randrange(1, 4))
            if rng.random() < 0.5:
                branches.append(self.record(depth + 1))
        rng.shuffle(branches)
        return branches

    def record(self, depth=0):
        rng = self.rng
        record = self.name("record")
        record["fields"] = []
        for letter in LETTERS[: rng.randrange(0, 7)]:
            field = {"name": letter, "type": self.schema(depth + 1)}
            if rng.random() < 0.2:
                field["doc"] = "a field's doc"
            if rng.random() < 0.4:
                default = default_of(rng, field["type"])
                if default is not NONE:
                    field["default"] = default
            record["fields"].append(field)
        return record


NONE = object()


def kind_of(schema):
    if isinstance(schema, list):
        return "union"
    return schema["type"] if isinstance(schema, dict) else schema


def default_of(rng, schema):
    """A default; NONE where there is none to be had."""
    kind = kind_of(schema)
    if kind == "union":
        return default_of(rng, schema[0]) if schema else NONE
    if kind == "null":
        return None
    if kind == "record":
        return NONE
    if kind == "array":
        item = default_of(rng, schema["items"])
        return [] if item is NONE or rng.random() < 0.5 else [item]
    if kind == "map":
        item = default_of(rng, schema["values"])
        return {} if item is NONE or rng.random() < 0.5 else {"k": item}
    return {
        "boolean": rng.random() < 0.5,
        "int": rng.randrange(-100, 100),
        "long": rng.randrange(-(10**12), 10**12),
        "float": rng.choice([0.5, -2.0]),
        "double": rng.choice([0.25, 1e10]),
        "bytes": rng.choice(["", "a\u00ff", "\u0001"]),
        "string": rng.choice(TEXTS),
        "enum": schema["symbols"][-1] if kind == "enum" else None,
        "fixed": "\u0007" * schema["size"] if kind == "fixed" else None,
    }[kind]


def integer(number):
    raw = (number << 1) ^ (number >> 63)
    raw &= (1 << 64) - 1
    out = bytearray()
    while raw >= 0x80:
        out.append(raw & 0x7F | 0x80)
        raw >>= 7
    out.append(raw)
    return bytes(out)


def text_bytes(data):
    return integer(len(data)) + data


def blocks(rng, items):
    """The items in one block or in several, some of which say how long they are."""
    out = b""
    while items:
        size = len(items) if rng.random() < 0.7 else rng.randrange(1, len(items) + 1)
        block, items = b"".join(items[:size]), items[size:]
        out += integer(size) if rng.random() < 0.8 else integer(-size) + integer(len(block))
        out += block
    return out + integer(0)


def random_data(rng, schema, depth=0):
    kind = kind_of(schema)
    if kind == "null":
        return b""
    if kind == "boolean":
        return bytes([rng.randrange(2)])
    if kind == "int":
        small = isinstance(schema, dict) and "connect.type" in schema
        logical = isinstance(schema, dict) and "logicalType" in schema
        return integer(rng.randrange(-128, 128) if small else rng.randrange(0, 20000 if logical else 2**31))
    if kind == "long":
        return integer(rng.choice([0, -1, 2**62, rng.getrandbits(40), -rng.getrandbits(50)]))
    if kind == "float":
        return struct.pack("<f", rng.choice([0.0, -1.5, 3e10]))
    if kind == "double":
        return struct.pack("<d", rng.choice([0.0, -1.5, 3e100, rng.random()]))
    if kind == "bytes":
        if isinstance(schema, dict) and schema.get("logicalType") == "decimal":
            return text_bytes(rng.randbytes(rng.randrange(1, 9)))
        return text_bytes(rng.randbytes(rng.randrange(0, 9)))
    if kind == "string":
        return text_bytes(rng.choice(TEXTS).encode())
    if kind == "fixed":
        return rng.randbytes(schema["size"])
    if kind == "enum":
        return integer(rng.randrange(len(schema["symbols"])))
    if kind == "array":
        return blocks(rng, [random_data(rng, schema["items"], depth + 1) for _ in range(rng.randrange(4))])
    if kind == "map":
        keys = rng.sample(["a", "b", "c", "é"], rng.randrange(4))
        return blocks(
            rng, [text_bytes(key.encode()) + random_data(rng, schema["values"], depth + 1) for key in keys]
        )
    if kind == "union":
        branch = rng.randrange(len(schema))
        return integer(branch) + random_data(rng, schema[branch], depth + 1)
    return b"".join(random_data(rng, field["type"], depth + 1) for field in schema["fields"])


FLAGS = [
    "enhanced.avro.schema.support",
    "scrub.invalid.names",
    "discard.type.doc.default",
    "allow.optional.map.keys",
    "generalized.sum.type.support",
    "ignore.default.for.nullables",
]


def random_options(rng):
    options = {flag: "true" for flag in FLAGS if rng.random() < 0.2}
    if rng.random() < 0.2:
        options["connect.meta.data"] = "false"
    return options


def reads(rng, count):
    """Any schema, and bytes that are written with it, some of them damaged."""
    cases = []
    while len(cases) < count:
        schema = SchemaMaker(rng).schema()
        data = random_data(rng, schema)
        if rng.random() < 0.05 and data:
            data = data[: rng.randrange(len(data))]
        case = {
            "op": "read",
            "options": random_options(rng),
            "writer": json.dumps(schema),
            "bytes": data.hex(),
        }
        if rng.random() < 0.3:
            case["version"] = rng.randrange(1, 9)
        cases.append(case)
    return cases


PROMOTIONS = {
    "int": ["long", "float", "double"],
    "long": ["float", "double"],
    "float": ["double"],
    "string": ["bytes"],
    "bytes": ["string"],
}


def evolved(rng, schema):
    """What a later version of a record could look like; not always compatible."""
    fields = []
    for field in schema["fields"]:
        if rng.random() < 0.15:
            continue
        field = dict(field)
        if isinstance(field["type"], str) and rng.random() < 0.3:
            field["type"] = rng.choice(PROMOTIONS.get(field["type"], ["string"]))
            field.pop("default", None)
        elif rng.random() < 0.15 and not isinstance(field["type"], list):
            field["type"] = ["null", field["type"]]
            field.pop("default", None)
        elif rng.random() < 0.1:
            field["aliases"] = [field["name"]]
            field["name"] = "renamed_" + field["name"]
        fields.append(field)
    for name in ("new1", "new2"):
        if rng.random() < 0.3:
            kind = rng.choice(PRIMITIVES)
            field = {"name": name, "type": kind}
            if rng.random() < 0.9:
                field["default"] = default_of(rng, kind)
            fields.append(field)
    rng.shuffle(fields)
    return schema | {"fields": fields}


def resolutions(rng, count):
    cases = []
    while len(cases) < count:
        writer = SchemaMaker(rng).record()
        cases.append(
            {
                "op": "read",
                "options": {},
                "writer": json.dumps(writer),
                "reader": json.dumps(evolved(rng, writer)),
                "bytes": random_data(rng, writer).hex(),
            }
        )
    return cases


def canonical_forms(rng, count):
    return [{"op": "canonical", "writer": json.dumps(SchemaMaker(rng).schema())} for _ in range(count)]


def avro_friendly(rng, schema, path="r"):
    """The same schema with names that Avro takes."""
    result = {key: value for key, value in schema.items() if key not in ("k", "v", "fields")}
    if schema["t"] == "STRUCT":
        result["name"] = rng.choice([None, f"com.example.{path}", path])
        if result["name"] is None:
            del result["name"]
        result["fields"] = [
            [f"f{i}", avro_friendly(rng, inner, f"{path}{i}")]
            for i, (_, inner) in enumerate(schema["fields"])
        ]
    for key in ("k", "v"):
        if key in schema:
            result[key] = avro_friendly(rng, schema[key], path + key)
    return result


def small_maps(value):
    """With one entry at most: their order is a hash table's in Java."""
    if isinstance(value, list):
        return [small_maps(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: small_maps(item[:1]) if key == "m" and isinstance(item, list) else small_maps(item)
        for key, item in value.items()
    }


def writes(rng, count):
    cases = []
    while len(cases) < count:
        schema = random_schema(rng, rng.choice([0, 0, 0, 1]))
        if rng.random() < 0.9:
            schema = avro_friendly(rng, schema)
        schema = small_maps(schema)
        value = small_maps(random_value(rng, schema))
        if value is None:
            continue
        options = random_options(rng)
        cases.append({"op": "write", "options": options, "schema": schema, "value": value})
    return cases


KINDS = {"reads": reads, "resolutions": resolutions, "canonical": canonical_forms, "writes": writes}
