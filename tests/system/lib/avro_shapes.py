"""Avro schemas of many shapes, a value of each, and how Connect's Struct.toString() shows it."""

import datetime
import decimal
import json


def record(*fields: dict, name: str = "Shape") -> str:
    return json.dumps({"type": "record", "name": name, "namespace": "com.example", "fields": list(fields)})


def field(name: str, kind, **more) -> dict:
    return {"name": name, "type": kind, **more}


UTC = datetime.UTC
SHAPES = {
    "primitives": (
        record(
            field("a", "int"),
            field("b", "long"),
            field("c", "float"),
            field("d", "double"),
            field("e", "boolean"),
            field("f", "string"),
        ),
        {"a": 1, "b": 2**40, "c": 0.5, "d": 1e100, "e": True, "f": "é€"},
        "Struct{a=1,b=1099511627776,c=0.5,d=1.0E100,e=true,f=é€}",
    ),
    "nullable": (
        record(field("a", ["null", "string"], default=None), field("b", ["int", "null"])),
        {"a": None, "b": 7},
        "Struct{b=7}",
    ),
    "default": (record(field("a", "int", default=5)), {}, "Struct{a=5}"),
    "array": (record(field("a", {"type": "array", "items": "int"})), {"a": [1, 2, 3]}, "Struct{a=[1, 2, 3]}"),
    "map": (record(field("a", {"type": "map", "values": "long"})), {"a": {"k": 9}}, "Struct{a={k=9}}"),
    "nested": (
        record(field("in", json.loads(record(field("x", "string"), name="Inner"))), field("n", "int")),
        {"in": {"x": "y"}, "n": 1},
        "Struct{in=Struct{x=y},n=1}",
    ),
    "enum": (
        record(field("a", {"type": "enum", "name": "Colour", "symbols": ["RED", "BLUE"]})),
        {"a": "BLUE"},
        "Struct{a=BLUE}",
    ),
    "union": (
        record(field("a", ["int", "string"])),
        {"a": "text"},
        "Struct{a=Struct{string=text}}",
    ),
    "decimal": (
        record(field("a", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2})),
        {"a": decimal.Decimal("-12.34")},
        "Struct{a=-12.34}",
    ),
    "times": (
        record(
            field("d", {"type": "int", "logicalType": "date"}),
            field("t", {"type": "long", "logicalType": "timestamp-millis"}),
        ),
        {"d": datetime.date(2020, 2, 29), "t": datetime.datetime(2020, 2, 29, 12, 30, tzinfo=UTC)},
        "Struct{d=Sat Feb 29 00:00:00 UTC 2020,t=Sat Feb 29 12:30:00 UTC 2020}",
    ),
}
