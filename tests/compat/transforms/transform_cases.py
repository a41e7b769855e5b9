"""Generated cases for test_transforms.py: a class, its properties and the records of one batch.

A case is what TransformProbe.java and transform_probe.cc read. Every random choice comes from the generator
that is passed in.
"""

import json

from date_cases import BAD_PATTERNS, DATE_PATTERNS, date_text
from described import DATA, PRIMITIVES, random_loose, random_schema, random_value

NAMES = ["a", "b", "c", "id", "name", "a.b", "ts", "é"]
TOPICS = ["orders", "orders-1", "a.b_c", "db.shop.users", "x", "prefix-orders-suffix", "2024"]
TIMES = [0, 1566570894346, 86400000, 1, 1709164800000, 1735689599999, 253402300799999, 1330473600000]


def header(rng):
    if rng.random() < 0.3:
        return [rng.choice(NAMES), None, random_loose(rng, 3)]
    schema = random_schema(rng, 3, False)
    return [rng.choice(NAMES), schema, random_value(rng, schema)]


def field_schema(rng, depth):
    schema = any_field_schema(rng, depth)
    # Java compares defaults that are arrays of bytes by identity: such schemas do not equal their copies.
    return without_byte_defaults(schema)


def without_byte_defaults(node):
    if isinstance(node, list):
        return [without_byte_defaults(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_byte_defaults(value)
        for key, value in node.items()
        if key != "def" or '"x":' not in json.dumps(value)
    }


def any_field_schema(rng, depth):
    choice = rng.random()
    if choice < 0.25:
        schema = {"t": rng.choice(PRIMITIVES)}
    elif choice < 0.45:
        name = rng.choice(["Decimal", "Date", "Time", "Timestamp"])
        schema = {
            "t": {"Decimal": "BYTES", "Timestamp": "INT64"}.get(name, "INT32"),
            "name": DATA + name,
            "ver": 1,
        }
        if name == "Decimal":
            schema["params"] = {"scale": "2"}
    elif choice < 0.55:
        schema = {"t": rng.choice(["STRING", "INT64"])}
    elif choice < 0.75 and depth < 3:
        return struct_schema(rng, depth + 1)
    else:
        return random_schema(rng, 2)
    if rng.random() < 0.4:
        schema["opt"] = True
    if rng.random() < 0.25:
        schema["def"] = random_value(rng, schema, nulls=False)
    return schema


def struct_schema(rng, depth=0):
    names = rng.sample(NAMES, rng.randrange(0, 7))
    schema = {"t": "STRUCT", "fields": [[name, field_schema(rng, depth)] for name in names]}
    if rng.random() < 0.3:
        schema["opt"] = True
    if rng.random() < 0.4:
        schema.update(name=rng.choice(["n", "com.example.Row"]), ver=rng.choice([1, 5]))
    if rng.random() < 0.3:
        schema.update(doc="about", params={"p": "q"})
    return schema


def struct_value(rng, schema, nested=False):
    """Like random_value, with more nulls: for fields that have a default, and few where none may be.

    Java looks into a struct only when it is put into another.
    """
    fields = []
    for name, inner in schema["fields"]:
        if "def" in inner and rng.random() < 0.4:
            fields.append([name, None])
        elif inner["t"] == "STRUCT" and not (inner.get("opt") and rng.random() < 0.3):
            fields.append([name, struct_value(rng, inner, nested=True)])
        elif not nested and rng.random() < 0.02:
            fields.append([name, None])
        else:
            fields.append([name, random_value(rng, inner)])
    return {"st": {"schema": schema, "f": fields}}


def loose_map(rng, depth=0):
    entries = []
    for name in rng.sample(NAMES, rng.randrange(0, 6)):
        choice = rng.random()
        if depth < 3 and choice < 0.25:
            value = loose_map(rng, depth + 1)
        elif choice < 0.35:
            value = {"ts": str(rng.choice(TIMES))}
        elif choice < 0.4:
            value = {"i64": str(rng.choice(TIMES))}
        elif choice < 0.43:
            schema = struct_schema(rng, 2)
            value = struct_value(rng, schema)
        elif choice < 0.6:
            value = random_value(rng, {"t": rng.choice(PRIMITIVES)})
        else:
            value = random_loose(rng, 2)
        entries.append([{"s": name}, value])
    if rng.random() < 0.02:
        entries.append([{"i32": "5"}, {"s": "x"}])
    return {"m": entries}


def operand(rng):
    """A schema (or none) and a value."""
    choice = rng.random()
    if choice < 0.5:
        schema = struct_schema(rng)
        return schema, None if schema.get("opt") and rng.random() < 0.1 else struct_value(rng, schema)
    if choice < 0.8:
        return None, loose_map(rng)
    if choice < 0.84:
        return None, None
    if choice < 0.9:
        return None, random_loose(rng)
    schema = field_schema(rng, 3)
    return schema, random_value(rng, schema)


def around(rng, value_schema, value, key=None):
    key_schema, key_value = key or ((None, None) if rng.random() < 0.3 else operand(rng))
    sink = rng.random() < 0.5
    return {
        "topic": rng.choice(TOPICS),
        "partition": None if not sink and rng.random() < 0.5 else rng.randrange(0, 9),
        "timestamp": None if rng.random() < 0.2 else rng.choice(TIMES),
        "offset": rng.choice([0, 5, 2**40]) if sink else None,
        "key_schema": key_schema,
        "key": key_value,
        "value_schema": value_schema,
        "value": value,
        "headers": [header(rng) for _ in range(rng.choice([0, 0, 0, 1, 2, 4]))],
    }


def records(rng, make=operand):
    """A batch: some records share their schema, so that plans are found again."""
    made = []
    for _ in range(rng.randrange(1, 4)):
        schema, value = make(rng)
        made.append(around(rng, schema, value))
        if schema is not None and schema["t"] == "STRUCT" and rng.random() < 0.5:
            made.append(around(rng, schema, struct_value(rng, schema)))
    return made


def some_names(rng, most=4):
    return ",".join(rng.choice([*NAMES, "missing"]) for _ in range(rng.randrange(1, most)))


def rnd(rng, props):
    if rng.random() < 0.4:
        props["replace.null.with.default"] = rng.choice(["true", "false"])
    if rng.random() < 0.01:
        props["replace.null.with.default"] = "maybe"
    return props


def sided(rng, name, props, batch):
    """For the key or the value; the operand is where the class looks for it."""
    if rng.random() < 0.7:
        return {"class": name + "$Value", "props": props, "records": batch}
    swapped = []
    for record in batch:
        swap = dict(record)
        swap["key_schema"], swap["value_schema"] = record["value_schema"], record["key_schema"]
        swap["key"], swap["value"] = record["value"], record["key"]
        swapped.append(swap)
    return {"class": name + "$Key", "props": props, "records": swapped}


CAST_TYPES = ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"]
CAST_TEXTS = [
    "1",
    "-7",
    "127",
    "128",
    "+5",
    "1.5",
    "1e3",
    "true",
    "TRUE",
    "tru",
    "",
    " 1",
    "NaN",
    "0x10",
    "99999999999999999999",
    "-",
    "+-1",
    "1.5f",
    "Infinity",
]


def cast_operand(rng):
    schema, value = operand(rng)
    if value and "st" in value:
        for field in value["st"]["f"]:
            if field[1] and "s" in field[1] and rng.random() < 0.7:
                field[1] = {"s": rng.choice(CAST_TEXTS)}
    elif value and "m" in value:
        for entry in value["m"]:
            if entry[1] and "s" in entry[1] and rng.random() < 0.7:
                entry[1] = {"s": rng.choice(CAST_TEXTS)}
    return schema, value


def cast(rng):
    choice = rng.random()
    if choice < 0.25:
        spec = rng.choice(CAST_TYPES)
    elif choice < 0.32:
        spec = rng.choice(
            [
                "",
                "int8,a:int16",
                "a:b:c",
                "a:struct",
                "foo",
                "a:",
                ":int8",
                "a:nothing",
                "bytes",
                "a: INT8 ",
                " a :string",
                "a:int8,,b:int8",
                ":",
                "array",
            ]
        )
    else:
        names = rng.sample(NAMES, rng.randrange(1, 5))
        spec = ",".join(f"{name}:{rng.choice(CAST_TYPES)}" for name in names)
    props = rnd(rng, {"spec": spec})
    if rng.random() < 0.01:
        del props["spec"]
    make = cast_operand
    if choice < 0.25 and rng.random() < 0.8:

        def make(rng):
            schema = field_schema(rng, 3)
            while schema["t"] in ("STRUCT", "ARRAY", "MAP") and rng.random() < 0.8:
                schema = field_schema(rng, 3)
            value = random_value(rng, schema)
            if value and "s" in value and rng.random() < 0.7:
                value = {"s": rng.choice(CAST_TEXTS)}
            return (schema if rng.random() < 0.7 else None), value

    return sided(rng, "Cast", props, records(rng, make))


def drop_headers(rng):
    props = {"headers": some_names(rng)} if rng.random() < 0.95 else rng.choice([{}, {"headers": ""}])
    return {"class": "DropHeaders", "props": props, "records": records(rng)}


PATHS = [
    "a.b",
    "a.b.c",
    "`a.b`",
    "`a.b`.c",
    "a.`a.b`",
    "id.name",
    "a.",
    ".a",
    "a..b",
    "`a",
    "a`b",
    "`a`b`.c",
    "`a\\`.b`",
    "`a`",
    "",
    "a.missing.b",
    "é.a",
    "`a.b`.`a.b`",
    "a\\.b",
    "``",
]


def extract_field(rng):
    props = rnd(rng, {"field": rng.choice([*NAMES, "missing"])})
    if rng.random() < 0.6:
        props["field.syntax.version"] = rng.choice(["V2", "V2", "V2", "v2", "V1", "V3"])
        if rng.random() < 0.8:
            props["field"] = rng.choice(PATHS)
    if rng.random() < 0.02:
        del props["field"]
    return sided(rng, "ExtractField", props, records(rng))


def filter_all(rng):
    return {"class": "Filter", "props": {}, "records": records(rng)}


def flatten(rng):
    props = {} if rng.random() < 0.5 else {"delimiter": rng.choice(["_", ".", "", "->", " "])}

    def make(rng):
        schema, value = operand(rng)
        if schema and schema["t"] == "STRUCT" and rng.random() < 0.7:
            schema = without_maps(schema)
            value = struct_value(rng, schema)
        return schema, value

    return sided(rng, "Flatten", props, records(rng, make))


def without_maps(schema):
    if schema["t"] == "MAP":
        return {"t": "STRING", "opt": True}
    if schema["t"] != "STRUCT":
        return schema
    return {**schema, "fields": [[name, without_maps(inner)] for name, inner in schema["fields"]]}


def header_from(rng):
    count = rng.randrange(1, 4)
    props = {
        "fields": ",".join(rng.choice(NAMES) for _ in range(count)),
        "headers": ",".join(f"h{i}" for i in range(count)),
        "operation": rng.choice(["move", "copy"]),
    }
    if rng.random() < 0.05:
        props.update(
            rng.choice([{"operation": "x"}, {"headers": "a,b,c,d,e"}, {"fields": ""}, {"operation": "MOVE"}])
        )
    return sided(rng, "HeaderFrom", rnd(rng, props), records(rng))


def hoist_field(rng):
    props = {"field": rng.choice([*NAMES, ""])} if rng.random() < 0.97 else {}
    return sided(rng, "HoistField", props, records(rng))


def insert_field(rng):
    props = {}
    for key in ("topic.field", "partition.field", "offset.field", "timestamp.field", "static.field"):
        if rng.random() < 0.4:
            props[key] = rng.choice([*NAMES, "x1", "x2", "x3", "x4"]) + rng.choice(["", "", "!", "?"])
    if "static.field" in props and rng.random() < 0.95:
        props["static.value"] = rng.choice(["fixed", "", "é"])
    return sided(rng, "InsertField", rnd(rng, props), records(rng))


def insert_header(rng):
    props = {
        "header": rng.choice(NAMES),
        "value.literal": rng.choice(
            ["123", "null", "true", "text", "", "1.5", "[1,2]", '{"a":1}', "2019-08-23", "70000"]
        ),
    }
    if rng.random() < 0.05:
        del props[rng.choice(list(props))]
    return {"class": "InsertHeader", "props": props, "records": records(rng)}


def mask_field(rng):
    props = rnd(rng, {"fields": rng.choice(NAMES) if rng.random() < 0.6 else some_names(rng)})
    if rng.random() < 0.5:
        props["replacement"] = rng.choice(
            ["***", "0", "42", "1.5", "300", "-1", "abc", "", "1e3", "NaN", "true"]
        )
    if rng.random() < 0.03:
        props["fields"] = ""
    return sided(rng, "MaskField", props, records(rng))


REGEXES = [
    "orders",
    "(.*)",
    "(.*)-(.*)",
    "o|orders",
    "(o)rders-?(\\d)?",
    "(?<n>[a-z]+).*",
    ".*",
    "[a-z.]+_c",
    "\\w+",
    "(\\p{Alpha}+).*",
    "db\\.(.*)\\.(.*)",
    "(x)?(.*)",
    "\\d+",
    "^orders$",
    "(?i)ORDERS",
    "nothing",
    "",
    "(prefix)-(orders)-(suffix)",
    "o*",
    "(",
    "[",
    "*a",
    "a)",
    "a{2,1}",
    "\\",
]
REPLACEMENTS = [
    "new",
    "$1",
    "$2-$1",
    "x$0x",
    "${n}",
    "\\$1",
    "$",
    "$9",
    "a\\",
    "$10",
    "$x",
    "${",
    "${nope}",
    "",
    "$1$1",
    "${1x}",
    "\\\\",
    "pre_$1",
]


def regex_router(rng):
    props = {"regex": rng.choice(REGEXES), "replacement": rng.choice(REPLACEMENTS)}
    if rng.random() < 0.02:
        del props[rng.choice(list(props))]
    return {"class": "RegexRouter", "props": props, "records": records(rng)}


def replace_field(rng):
    props = {}
    if rng.random() < 0.5:
        props["exclude"] = some_names(rng)
    if rng.random() < 0.4:
        props["include"] = some_names(rng, 6)
    if rng.random() < 0.6:
        props["renames"] = ",".join(
            f"{rng.choice(NAMES)}:{rng.choice([*NAMES, 'n1', 'n2', 'n3'])}"
            for _ in range(rng.randrange(1, 4))
        )
    if rng.random() < 0.04:
        props["renames"] = rng.choice(["a", "a:b:c", ":", "a:", ":b", "a:b,c", ""])
    return sided(rng, "ReplaceField", rnd(rng, props), records(rng))


def set_schema_metadata(rng):
    props = {}
    if rng.random() < 0.7:
        props["schema.name"] = rng.choice(["com.new.Name", "n", "", DATA + "Date", "é"])
    if rng.random() < 0.6:
        props["schema.version"] = rng.choice(["1", "7", "-1", "x", "99999999999"])
    return sided(rng, "SetSchemaMetadata", rnd(rng, props), records(rng))


def timestamp_converter(rng):
    target = rng.choice(["string", "unix", "Date", "Time", "Timestamp"])
    props = rnd(rng, {"target.type": target})
    pattern = rng.choice(DATE_PATTERNS)
    if target == "string" or rng.random() < 0.6:
        props["format"] = pattern if rng.random() < 0.95 else rng.choice(BAD_PATTERNS)
    if rng.random() < 0.6:
        props["unix.precision"] = rng.choice(["seconds", "milliseconds", "microseconds", "nanoseconds"])
    whole = rng.random() < 0.5
    if not whole:
        props["field"] = rng.choice(NAMES)
    if rng.random() < 0.02:
        props.update(rng.choice([{"target.type": "date"}, {"unix.precision": "hours"}]))

    def time_like(rng):
        kind = rng.choice(["s", "s", "i64", "ts", "ts", "date", "time", "other"])
        opt = {"opt": True} if rng.random() < 0.3 else {}
        ms = rng.choice([*TIMES, -1, rng.randrange(-(10**13), 10**13), rng.randrange(-(10**15), 10**15)])
        if kind == "s":
            return {"t": "STRING", **opt}, {"s": date_text(rng, pattern)}
        if kind == "i64":
            number = rng.choice([ms, ms * 1000, 2**63 - 1, -(2**63), ms // 1000])
            return {"t": "INT64", **opt}, {"i64": str(max(-(2**63), min(2**63 - 1, number)))}
        if kind == "ts":
            return {"t": "INT64", "name": DATA + "Timestamp", "ver": 1, **opt}, {"ts": str(ms)}
        if kind == "date":
            return {"t": "INT32", "name": DATA + "Date", "ver": 1, **opt}, {
                "date": str(rng.randrange(-800000, 800000))
            }
        if kind == "time":
            return {"t": "INT32", "name": DATA + "Time", "ver": 1, **opt}, {
                "time": str(rng.randrange(0, 86400000))
            }
        schema = field_schema(rng, 2)
        return schema, random_value(rng, schema)

    def make(rng):
        if whole and rng.random() < 0.9:
            schema, value = time_like(rng)
            if schema.get("opt") and rng.random() < 0.2:
                value = None
            return (schema if rng.random() < 0.6 else None), value
        schema, value = operand(rng)
        if value and "st" in value:
            for i, (name, _) in enumerate(schema["fields"]):
                inner, content = time_like(rng)
                if inner.get("opt") and rng.random() < 0.2:
                    content = None
                schema["fields"][i] = [name, inner]
                value["st"]["f"][i] = [name, content]
        elif value and "m" in value:
            for entry in value["m"]:
                entry[1] = time_like(rng)[1]
        return schema, value

    batch = [around(rng, *make(rng)) for _ in range(rng.randrange(1, 4))]
    return sided(rng, "TimestampConverter", props, batch)


def timestamp_router(rng):
    props = {}
    if rng.random() < 0.6:
        props["topic.format"] = rng.choice(
            [
                "${topic}",
                "${timestamp}",
                "x",
                "${topic}_${timestamp}_${topic}",
                "a-$1-${topic}",
                "${timestamp}${timestamp}",
                "${other}",
            ]
        )
    if rng.random() < 0.7:
        props["timestamp.format"] = rng.choice(DATE_PATTERNS if rng.random() < 0.97 else BAD_PATTERNS)
    batch = records(rng)
    for record in batch:
        if record["timestamp"] is not None and rng.random() < 0.5:
            record["timestamp"] = rng.randrange(0, 10**14)
    return {"class": "TimestampRouter", "props": props, "records": batch}


def value_to_key(rng):
    props = rnd(rng, {"fields": rng.choice(NAMES) if rng.random() < 0.6 else some_names(rng)})
    if rng.random() < 0.03:
        props["fields"] = ""
    return {"class": "ValueToKey", "props": props, "records": records(rng)}


def predicates(rng):
    choice = rng.random()
    batch = records(rng)
    if choice < 0.5:
        props = {"pattern": rng.choice(REGEXES)} if rng.random() < 0.97 else {}
        return {"class": "predicates.TopicNameMatches", "props": props, "records": batch}
    if choice < 0.8:
        props = {"name": rng.choice([*NAMES, ""])} if rng.random() < 0.97 else {}
        return {"class": "predicates.HasHeaderKey", "props": props, "records": batch}
    return {"class": "predicates.RecordIsTombstone", "props": {}, "records": batch}


KINDS = {
    "Cast": cast,
    "DropHeaders": drop_headers,
    "ExtractField": extract_field,
    "Filter": filter_all,
    "Flatten": flatten,
    "HeaderFrom": header_from,
    "HoistField": hoist_field,
    "InsertField": insert_field,
    "InsertHeader": insert_header,
    "MaskField": mask_field,
    "RegexRouter": regex_router,
    "ReplaceField": replace_field,
    "SetSchemaMetadata": set_schema_metadata,
    "TimestampConverter": timestamp_converter,
    "TimestampRouter": timestamp_router,
    "ValueToKey": value_to_key,
    "predicates": predicates,
}
