"""Generated cases for test_debezium_transforms.py: change events as Debezium writes them, and things that
are none."""

import copy
import json

from described import DATA, random_value
from transform_cases import around, field_schema, header, operand

COLUMNS = ["id", "name", "price", "note", "é", "op", "created"]
TOPICS = ["db.inv.orders", "db.inv.users", "shard1.inv.orders", "shard2.inv.orders", "other", "a-b c"]
TIMES = ["io.debezium.time.Timestamp", "io.debezium.time.MicroTimestamp", "io.debezium.time.NanoTimestamp"]
STRING = {"t": "STRING"}
OPTIONAL_STRING = {"t": "STRING", "opt": True}
OPTIONAL_INT64 = {"t": "INT64", "opt": True}


def column_schema(rng):
    schema = field_schema(rng, 3)
    while schema["t"] == "STRUCT" or any("st" in json.dumps(value) for value in [schema.get("def")] if value):
        schema = field_schema(rng, 3)
    return schema


def row_schema(rng, name):
    columns = rng.sample(COLUMNS, rng.randrange(1, 6))
    fields = [[column, column_schema(rng)] for column in columns]
    schema = {"t": "STRUCT", "fields": fields, "name": name + ".Value"}
    if rng.random() < 0.9:
        schema["opt"] = True
    if rng.random() < 0.2:
        schema.update(ver=rng.choice([1, 2]), doc="about", params={"p": "q"})
    return schema


SOURCE = {
    "t": "STRUCT",
    "name": "io.debezium.connector.postgresql.Source",
    "ver": 1,
    "fields": [
        ["version", STRING],
        ["connector", STRING],
        ["name", STRING],
        ["ts_ms", {"t": "INT64"}],
        ["snapshot", {"t": "STRING", "opt": True, "def": {"s": "false"}}],
        ["db", STRING],
        ["table", STRING],
        ["lsn", OPTIONAL_INT64],
    ],
}
TRANSACTION = {
    "t": "STRUCT",
    "name": "event.block",
    "ver": 1,
    "opt": True,
    "fields": [["id", STRING], ["total_order", {"t": "INT64"}], ["data_collection_order", {"t": "INT64"}]],
}


def event_schema(rng, row, name):
    fields = [
        ["before", row],
        ["after", row],
        ["source", SOURCE],
        ["transaction", TRANSACTION],
        ["op", STRING],
        ["ts_ms", OPTIONAL_INT64],
        ["ts_us", OPTIONAL_INT64],
    ]
    if rng.random() < 0.2:
        fields.append(["extra", {"t": "STRING", "opt": True, "def": {"s": "d"}}])
    schema = {"t": "STRUCT", "fields": fields, "name": name + ".Envelope", "ver": 2}
    if rng.random() < 0.1:
        schema["doc"] = "about"
    if rng.random() < 0.05:
        schema["opt"] = True
    if rng.random() < 0.05:
        schema["name"] = name + rng.choice([".Other", ".MyEnvelope"])
    return schema


def struct(schema, fields):
    return {"st": {"schema": schema, "f": [[name, fields[name]] for name, _ in schema["fields"]]}}


def row_value(rng, row, texts=()):
    fields = {}
    for name, schema in row["fields"]:
        fields[name] = random_value(rng, schema)
        if "def" in schema and rng.random() < 0.3:
            fields[name] = None
        if name in texts and schema["t"] == "STRING" and "name" not in schema:
            fields[name] = {"s": rng.choice(["orders", "users", "", " ", "x"])}
    return struct(row, fields)


def event(rng, schema, operation=None, after=None):
    row = dict(schema["fields"])["before"]
    operation = operation or rng.choice("ccuuddrtm")
    before = row_value(rng, row, ("name",)) if operation in "ud" else None
    if operation == "u" and rng.random() < 0.4 or not row.get("opt"):
        before = None if row.get("opt") else row_value(rng, row)
    if after is None and operation in "cur":
        after = row_value(rng, row, ("name",))
        if before and rng.random() < 0.7:
            after["st"]["f"] = [
                copy.deepcopy(pair) if rng.random() < 0.5 else changed
                for pair, changed in zip(before["st"]["f"], after["st"]["f"], strict=True)
            ]
    if not row.get("opt") and after is None:
        after = row_value(rng, row)
    number = {"i64": str(rng.randrange(0, 2**41))}
    source = {
        "version": {"s": "3.5.0.Final"},
        "connector": {"s": "postgresql"},
        "name": {"s": "db"},
        "ts_ms": number,
        "snapshot": rng.choice([None, {"s": "last"}]),
        "db": {"s": "inv"},
        "table": {"s": rng.choice(["orders", "users"])},
        "lsn": rng.choice([None, number]),
    }
    transaction = {"id": {"s": "77"}, "total_order": {"i64": "1"}, "data_collection_order": {"i64": "2"}}
    fields = {
        "before": before,
        "after": after,
        "source": struct(SOURCE, source),
        "transaction": struct(TRANSACTION, transaction) if rng.random() < 0.5 else None,
        "op": {"s": operation},
        "ts_ms": number,
        "ts_us": rng.choice([None, number]),
        "extra": rng.choice([None, {"s": "more"}]),
    }
    return struct(schema, fields)


def key_of(rng, name):
    if rng.random() < 0.1:
        return None, None
    schema = {
        "t": "STRUCT",
        "name": name + ".Key",
        "fields": [["id", {"t": "INT32"}], ["name", {"t": "STRING", "opt": True, "def": {"s": "k"}}]],
    }
    value = struct(schema, {"id": {"i32": str(rng.randrange(9))}, "name": rng.choice([None, {"s": "n"}])})
    return schema, value


def record(rng, schema, value, headers=True, name=None):
    name = name or rng.choice(TOPICS)
    made = around(rng, schema, value, key_of(rng, name))
    made["topic"] = name
    if not headers:
        made["headers"] = []
    return made


def has_type(schema, kind):
    inner = [schema[part] for part in ("k", "v") if part in schema]
    inner += [field for _, field in schema.get("fields", [])]
    plain = schema["t"] == kind and not schema.get("name", "").endswith(".Decimal")
    return plain or any(has_type(part, kind) for part in inner)


def batch(rng, without=()):
    """Each table has one schema, as Debezium's caches know it; `without` columns of some types."""
    made = []
    for name in rng.sample(TOPICS, rng.randrange(1, 4)):
        row = row_schema(rng, name)
        row["fields"] = [
            field for field in row["fields"] if not any(has_type(field[1], kind) for kind in without)
        ]
        schema = event_schema(rng, row, name)
        for _ in range(rng.randrange(1, 4)):
            made.append(record(rng, schema, event(rng, schema), name=name))
    if rng.random() < 0.4:
        made.append(record(rng, None, None))
    if rng.random() < 0.15:
        made.append(record(rng, *operand(rng)))
    rng.shuffle(made)
    return made


REFERENCES = [
    *["op", "ts_ms", "ts_us", "table", "db", "lsn", "snapshot", "id", "total_order", "extra", "missing"],
    *["source.ts_ms", "source.table:tab", "transaction.id", "op:operation", "after.id", "source", "a.b.c"],
    *["before.name", "transaction.total_order:order"],
]


def references(rng):
    return ",".join(rng.sample(REFERENCES, rng.randrange(1, 4)))


def maybe(rng, props, name, values, chance=0.4):
    if rng.random() < chance:
        props[name] = rng.choice(values)


def extract_new_record_state(rng):
    props = {}
    modes = ["drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone", "REWRITE"]
    maybe(rng, props, "delete.tombstone.handling.mode", modes, 0.8)
    maybe(rng, props, "route.by.field", ["name", "id", "missing", ""], 0.2)
    maybe(rng, props, "add.fields.prefix", ["", "_x_"], 0.3)
    maybe(rng, props, "add.headers.prefix", ["", "h."], 0.3)
    maybe(rng, props, "replace.null.with.default", ["true", "false"])
    if rng.random() < 0.6:
        props["add.fields"] = references(rng)
    if rng.random() < 0.5:
        props["add.headers"] = references(rng)
    records = batch(rng, without=("MAP",))  # copies of whose schemas are broken in Java
    if rng.random() < 0.3:
        props["drop.fields.header.name"] = "drop"
        maybe(rng, props, "drop.fields.from.key", ["true", "false"])
        maybe(rng, props, "drop.fields.keep.schema.compatible", ["true", "false"])
        for made in records:
            names = [{"s": name} for name in rng.sample([*COLUMNS, "__deleted"], rng.randrange(0, 3))]
            schema = {"t": "ARRAY", "v": OPTIONAL_STRING, "opt": True}
            made["headers"].append(["drop", schema, {"a": names}])
    return {"class": "transforms.ExtractNewRecordState", "props": props, "records": records}


def by_logical_table_router(rng):
    props = {
        "topic.regex": rng.choice([r"(.*)\.inv\.(.*)", "shard(.)(.*)", ".*", "db.*", "none"]),
        "topic.replacement": rng.choice(["all", "$1-all", "x.$1", "é-all"]),
    }
    maybe(rng, props, "key.enforce.uniqueness", ["true", "false"])
    maybe(rng, props, "key.field.name", ["__dbz__physicalTableIdentifier", "shard"], 0.3)
    if rng.random() < 0.4:
        props["key.field.regex"] = rng.choice([r"(.*)\.inv\.(.*)", "shard(.)(.*)"])
        props["key.field.replacement"] = rng.choice(["$1", "$2", "t"])
    maybe(rng, props, "schema.name.adjustment.mode", ["none", "avro"], 0.3)
    if rng.random() < 0.03:
        del props[rng.choice(list(props))]
    return {"class": "transforms.ByLogicalTableRouter", "props": props, "records": batch(rng)}


JSONS = [
    '{"a": 1, "b": "x", "c": null, "d": [1, 2], "e": {"f": true, "g": 1.5}}',
    '{"id": 5000000000, "items": [{"n": 1, "m": null}, {"n": 2}], "empty": [], "none": {}}',
    '{"a": [null, "x"], "b": [[1], [2]], "c": [null]}',
    '{"mixed": [1, "x"]}',
    '{"numbers": [1, 5000000000]}',
    '{"a": "", "é": {"ü": "ß"}}',
    "[1, 2]",
    "no json",
    "{",
    "",
    " ",
]


def event_router(rng):
    props = {}
    binary = rng.random() < 0.2
    columns = {
        "id": rng.choice([STRING, {"t": "INT64"}, {"t": "STRING", "opt": True, "def": {"s": "dflt"}}]),
        "aggregateid": rng.choice([STRING, {"t": "INT32"}, OPTIONAL_STRING]),
        "aggregatetype": rng.choice([STRING, OPTIONAL_STRING]),
        "type": STRING,
        "payload": {"t": "BYTES", "opt": True} if binary else OPTIONAL_STRING,
        "version": {"t": "INT32"},
        "at": {"t": "INT64", "name": rng.choice([*TIMES, "other"]), "opt": True},
    }
    if rng.random() < 0.05:
        del columns[rng.choice(list(columns))]
    maybe(rng, props, "table.op.invalid.behavior", ["warn", "error", "fatal"])
    maybe(rng, props, "table.field.event.timestamp", ["at", "version"], 0.3)
    maybe(rng, props, "table.field.event.key", ["id", "type", "missing"], 0.2)
    maybe(rng, props, "table.field.event.schema.version", ["version"], 0.2)
    maybe(rng, props, "table.expand.json.payload", ["true", "false"])
    maybe(rng, props, "table.json.payload.null.behavior", ["ignore", "optional_bytes"])
    maybe(rng, props, "route.tombstone.on.empty.payload", ["true", "false"])
    maybe(rng, props, "route.topic.regex", [".*", "(.)(?<routedByValue>.*)"], 0.2)
    maybe(rng, props, "route.by.field", ["type"], 0.2)
    placements = ["type:header", "type:envelope", "version:header:v", "version:partition", "at:envelope:time"]
    if rng.random() < 0.6:
        props["table.fields.additional.placement"] = ",".join(rng.sample(placements, rng.randrange(1, 4)))
    maybe(rng, props, "table.fields.additional.error.on.missing", ["true", "false"], 0.3)
    name = rng.choice(["db.public.outbox", "outbox"])
    row = {
        "t": "STRUCT",
        "name": name + ".Value",
        "opt": True,
        "fields": [[column, schema] for column, schema in columns.items()],
    }
    schema = event_schema(rng, row, name)
    records = []
    route = rng.choice(["order", "user"])  # Debezium's schemas keep the name of the first
    for _ in range(rng.randrange(1, 5)):
        after = row_value(rng, row)
        for pair in after["st"]["f"]:
            if pair[0] == "payload" and not binary:
                pair[1] = None if rng.random() < 0.1 else {"s": rng.choice(JSONS)}
            if pair[0] in ("aggregatetype", "type"):
                pair[1] = {"s": route}
        operation = rng.choice("ccccrrdu")
        value = event(rng, schema, operation, after if operation in "cru" else None)
        records.append(record(rng, schema, value))
    if rng.random() < 0.2:
        records.append(record(rng, None, None))
    return {"class": "transforms.outbox.EventRouter", "props": props, "records": records}


def extract_changed_record_state(rng):
    props = {}
    maybe(rng, props, "header.changed.name", ["Changed"], 0.7)
    maybe(rng, props, "header.unchanged.name", ["Unchanged"], 0.7)
    return {
        "class": "transforms.ExtractChangedRecordState",
        "props": props,
        "records": batch(rng, without=("BYTES",)),
    }


def header_to_value(rng):
    headers = rng.sample(["h1", "h2", "h3"], rng.randrange(1, 4))
    paths = rng.sample(["new", "after.new", "source.new", "other", "op"], len(headers))
    props = {
        "headers": ",".join(headers),
        "fields": ",".join(paths),
        "operation": rng.choice(["move", "copy"]),
    }
    if rng.random() < 0.03:
        props.update(rng.choice([{"operation": "mov"}, {"fields": "a b"}, {"headers": "h1,h2,h3,h4"}]))
    # Debezium's cache knows the value's schema only: one set of headers a batch.
    records = [made for made in batch(rng) if made["value_schema"]]
    added = []
    for name in headers:
        _, schema, value = header(rng)
        if schema is not None:
            added.append([name, schema, value])
    for made in records:
        made["headers"] = copy.deepcopy(added)
    return {"class": "transforms.HeaderToValue", "props": props, "records": records}


def schema_change_event_filter(rng):
    types = ["CREATE", "ALTER", "DROP", "TRUNCATE", "DATABASE"]
    props = {"schema.change.event.exclude.list": ",".join(rng.sample(types, rng.randrange(1, 4)))}
    change = {"t": "STRUCT", "name": "io.debezium.connector.schema.Change", "fields": [["type", STRING]]}
    schema = {
        "t": "STRUCT",
        "name": "io.debezium.connector.mysql.SchemaChangeValue",
        "fields": [["ddl", OPTIONAL_STRING], ["tableChanges", {"t": "ARRAY", "v": change, "opt": True}]],
    }
    records = batch(rng)
    for _ in range(3):
        changes = [struct(change, {"type": {"s": rng.choice(types)}}) for _ in range(rng.randrange(0, 3))]
        value = struct(schema, {"ddl": {"s": "x"}, "tableChanges": rng.choice([None, {"a": changes}])})
        records.append(record(rng, schema, value))
    return {"class": "transforms.SchemaChangeEventFilter", "props": props, "records": records}


def partition_routing(rng):
    fields = ["change.id", "after.name", "before.id", "source.table", "op", "change.missing", "ts_ms"]
    props = {
        "partition.payload.fields": ",".join(rng.sample(fields, rng.randrange(1, 4))),
        "partition.topic.num": str(rng.randrange(1, 20)),
    }
    records = batch(rng, without=("BYTES", "STRUCT"))  # which Java compares by address
    for made in records:  # Debezium's is for sources only
        made["offset"] = None
    return {"class": "transforms.partitions.PartitionRouting", "props": props, "records": records}


def read_to_insert(rng):
    return {"class": "connector.mysql.transforms.ReadToInsertEvent", "props": {}, "records": batch(rng)}


def decode_logical_message(rng):
    props = {}
    maybe(rng, props, "fields.null.include", ["true", "false"])
    message = {
        "t": "STRUCT",
        "fields": [["prefix", OPTIONAL_STRING], ["content", {"t": "BYTES", "opt": True}]],
        "name": "io.debezium.connector.postgresql.Message",
    }
    schema = {
        "t": "STRUCT",
        "name": "io.debezium.connector.postgresql.MessageValue",
        "ver": 1,
        "fields": [
            ["op", OPTIONAL_STRING],
            ["ts_ms", OPTIONAL_INT64],
            ["source", SOURCE],
            ["message", message],
        ],
    }
    records = batch(rng)
    for _ in range(2):
        content = {"x": rng.choice(JSONS).encode().hex()}
        source = dict(event(rng, event_schema(rng, row_schema(rng, "x"), "x"))["st"]["f"])["source"]
        fields = {
            "op": {"s": "m"},
            "ts_ms": {"i64": "5"},
            "source": source,
            "message": struct(message, {"prefix": {"s": "p"}, "content": content}),
        }
        records.append(record(rng, schema, struct(schema, fields)))
    for made in records:
        if made["value_schema"] is None:
            made["value_schema"] = OPTIONAL_STRING  # Java stumbles over the missing schema
            made["value"] = None
    name = "connector.postgresql.transforms.DecodeLogicalDecodingMessageContent"
    return {"class": name, "props": props, "records": records}


KINDS = {
    "ByLogicalTableRouter": by_logical_table_router,
    "DecodeLogicalDecodingMessageContent": decode_logical_message,
    "EventRouter": event_router,
    "ExtractChangedRecordState": extract_changed_record_state,
    "ExtractNewRecordState": extract_new_record_state,
    "HeaderToValue": header_to_value,
    "PartitionRouting": partition_routing,
    "ReadToInsertEvent": read_to_insert,
    "SchemaChangeEventFilter": schema_change_event_filter,
}

ROW = {
    "t": "STRUCT",
    "opt": True,
    "name": "db.inv.orders.Value",
    "fields": [
        ["id", {"t": "INT32"}],
        ["big", OPTIONAL_INT64],
        ["price", {"t": "FLOAT64", "opt": True}],
        ["name", OPTIONAL_STRING],
        ["flag", {"t": "BOOLEAN", "opt": True}],
        ["tags", {"t": "ARRAY", "v": OPTIONAL_STRING, "opt": True}],
        ["amount", {"t": "BYTES", "name": DATA + "Decimal", "ver": 1, "params": {"scale": "2"}, "opt": True}],
    ],
}


class Expressions:
    """Random expressions, each of a kind that is mostly known."""

    def __init__(self, rng):
        self.rng = rng

    def row(self):
        return self.rng.choice(
            ["value.after", "value.after", "value.before", "value?.before?", "value?.after?"]
        )

    def number(self, depth):
        choice = self.rng.random()
        if depth <= 0 or choice < 0.3:
            return self.rng.choice(
                ["0", "1", "7", "100", "2.5", "-3", f"{self.row()}.id", f"{self.row()}.big"]
            )
        if choice < 0.6:
            return f"{self.row()}.{self.rng.choice(['id', 'big', 'price'])}"
        if choice < 0.85:
            symbol = self.rng.choice(["+", "-", "*", "%"])
            return f"({self.number(depth - 1)} {symbol} {self.number(depth - 1)})"
        return f"{self.text(depth - 1)}.length()"

    def text(self, depth):
        choice = self.rng.random()
        if depth <= 0 or choice < 0.3:
            return self.rng.choice(
                ["'a'", '"x"', "'orders'", "topic", "value.op", "''", "'a.b'", "value.source.table"]
            )
        if choice < 0.5:
            return f"{self.row()}.name"
        if choice < 0.6:
            return f"({self.text(depth - 1)} + {self.text(depth - 1)})"
        if choice < 0.7:
            return '"p-${' + self.text(0).replace('"', "'") + '}-s"'
        if choice < 0.8:
            method = self.rng.choice(["toUpperCase()", "toLowerCase()", "trim()", "replace('a', 'b')"])
            return f"{self.text(depth - 1)}.{method}"
        if choice < 0.9:
            return f"({self.truth(depth - 1)} ? {self.text(depth - 1)} : {self.text(depth - 1)})"
        return self.rng.choice(
            ["valueSchema.name()", "valueSchema.name", "header.h?.value", "header['h'].value"]
        )

    def truth(self, depth):
        choice = self.rng.random()
        if depth <= 0 or choice < 0.1:
            return self.rng.choice(
                ["true", "false", f"{self.row()}.flag", "value.op == 'u'", "value.op != 'd'"]
            )
        if choice < 0.25:
            symbol = self.rng.choice(["<", "<=", ">", ">=", "==", "!="])
            return f"{self.number(depth - 1)} {symbol} {self.number(depth - 1)}"
        if choice < 0.4:
            return f"{self.text(depth - 1)} {self.rng.choice(['==', '!='])} {self.text(depth - 1)}"
        if choice < 0.5:
            return f"({self.truth(depth - 1)} {self.rng.choice(['&&', '||'])} {self.truth(depth - 1)})"
        if choice < 0.55:
            return f"!({self.truth(depth - 1)})"
        if choice < 0.65:
            method = self.rng.choice(["startsWith", "endsWith", "contains", "equals", "matches"])
            return f"{self.text(depth - 1)}.{method}({self.text(0)})"
        if choice < 0.72:
            return f"{self.text(depth - 1)} ==~ /{self.rng.choice(['[a-z]+', 'a.*', '.*s', 'or|us'])}/"
        if choice < 0.8:
            return f"({self.text(depth - 1)} in [{self.text(0)}, 'u', 'c'])"
        if choice < 0.86:
            return f"{self.row()}.tags.contains('a')"
        if choice < 0.92:
            return self.rng.choice(
                [f"{self.row()}.name == null", "value.before == null", "key == null", "value != null"]
            )
        return self.rng.choice(
            ["header.containsKey('h')", f"{self.row()}.tags.size() > 1", f"{self.row()}.tags[0] == 'a'"]
        )


def expression(rng):
    made = Expressions(rng)
    depth = rng.randrange(0, 4)
    text = rng.choice([made.truth, made.truth, made.text, made.number])(depth)
    schema = event_schema(rng, ROW, "db.inv.orders")
    records = []
    for _ in range(4):
        value = event(rng, schema, rng.choice("curd"))
        for name, part in value["st"]["f"]:
            if name not in ("before", "after") or part is None:
                continue
            for pair in part["st"]["f"]:
                if pair[0] in ("id", "big") and pair[1]:
                    pair[1] = {list(pair[1])[0]: str(rng.randrange(-5, 120))}
                if pair[0] == "price" and pair[1]:
                    pair[1] = {
                        "f64": rng.choice(["3ff8000000000000", "4004000000000000", "4059000000000000"])
                    }
                if pair[0] == "name" and pair[1]:
                    pair[1] = {"s": rng.choice(["a", "orders", "", "Ab", " x "])}
                if pair[0] == "tags" and pair[1]:
                    pair[1] = {"a": [{"s": rng.choice("ab")} for _ in range(rng.randrange(0, 3))]}
        records.append(record(rng, schema, value, headers=False))
        if rng.random() < 0.5:
            records[-1]["headers"] = [["h", STRING, {"s": "hv"}]]
    return {"class": "expression", "text": text, "records": records}
