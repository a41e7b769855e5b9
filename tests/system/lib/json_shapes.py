"""JSON Schemas of many shapes, a value of each, and how Connect's Struct.toString() shows it."""

import json
from typing import Any


def shape(properties: dict[str, Any], **more: Any) -> str:
    named = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "com.example.Shape",
        "type": "object",
    }
    return json.dumps(named | {"properties": properties} | more)


SHAPES: dict[str, tuple[str, dict[str, Any], str]] = {
    "primitives": (
        shape(
            {
                "a": {"type": "integer", "connect.type": "int32"},
                "b": {"type": "integer"},
                "c": {"type": "number", "connect.type": "float32"},
                "d": {"type": "number"},
                "e": {"type": "boolean"},
                "f": {"type": "string"},
            }
        ),
        {"a": 1, "b": 2**40, "c": 0.5, "d": 1e100, "e": True, "f": "é€"},
        "Struct{a=1,b=1099511627776,c=0.5,d=1.0E100,e=true,f=é€}",
    ),
    "nullable": (
        shape({"a": {"type": ["null", "string"]}, "b": {"oneOf": [{"type": "null"}, {"type": "integer"}]}}),
        {"a": None, "b": 7},
        "Struct{b=7}",
    ),
    "default": (shape({"a": {"type": "integer", "default": 5}}), {}, "Struct{a=5}"),
    "array": (
        shape({"a": {"type": "array", "items": {"type": "integer"}}}),
        {"a": [1, 2, 3]},
        "Struct{a=[1, 2, 3]}",
    ),
    "map": (
        shape({"a": {"type": "object", "connect.type": "map", "additionalProperties": {"type": "integer"}}}),
        {"a": {"k": 9}},
        "Struct{a={k=9}}",
    ),
    "nested": (
        shape({"in": {"type": "object", "properties": {"x": {"type": "string"}}}, "n": {"type": "integer"}}),
        {"in": {"x": "y"}, "n": 1},
        "Struct{in=Struct{x=y},n=1}",
    ),
    "enum": (shape({"a": {"type": "string", "enum": ["RED", "BLUE"]}}), {"a": "BLUE"}, "Struct{a=BLUE}"),
    "union": (
        shape({"a": {"oneOf": [{"type": "integer"}, {"type": "string"}]}}),
        {"a": "text"},
        "Struct{a=Struct{io.confluent.connect.json.OneOf.field.1=text}}",
    ),
    "references": (
        shape(
            {"a": {"$ref": "#/definitions/point"}, "b": {"$ref": "#/definitions/point"}},
            definitions={"point": {"type": "object", "properties": {"x": {"type": "integer"}}}},
        ),
        {"a": {"x": 1}, "b": {"x": 2}},
        "Struct{a=Struct{x=1},b=Struct{x=2}}",
    ),
    "order": (
        shape(
            {
                "last": {"type": "string", "connect.index": 2},
                "first": {"type": "string", "connect.index": 0},
                "second": {"type": "string", "connect.index": 1},
            }
        ),
        {"last": "3", "first": "1", "second": "2"},
        "Struct{first=1,second=2,last=3}",
    ),
    "parts": (
        shape(
            {"a": {"type": "string"}},
            allOf=[{"type": "object", "properties": {"b": {"type": "boolean"}}, "required": ["b"]}],
        ),
        {"a": "x", "b": False},
        "Struct{a=x,b=false}",
    ),
}
