"""Protobuf messages of many shapes, a value of each, and how Connect's Struct.toString() shows it."""

import datetime
from collections.abc import Callable
from typing import NamedTuple

from confluent_kafka.schema_registry.confluent.type import decimal_pb2
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2, wrappers_pb2
from google.protobuf.message import Message
from google.type import date_pb2, timeofday_pb2

Field = descriptor_pb2.FieldDescriptorProto
# Of its own: what tests define must not meet what Python's modules define.
POOL = descriptor_pool.DescriptorPool()
for module in (timestamp_pb2, wrappers_pb2, date_pb2, timeofday_pb2, decimal_pb2):
    known = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(known)
    POOL.Add(known)


def field(name: str, number: int, kind: str, **more) -> Field:
    """`kind` is a scalar's name, or the full name of a message after a dot."""
    if kind.startswith("."):
        return Field(
            name=name, number=number, **({"type": "TYPE_MESSAGE", "type_name": kind, "label": 1} | more)
        )
    return Field(name=name, number=number, **({"type": f"TYPE_{kind.upper()}", "label": 1} | more))


def message(name: str, *fields: Field, **more) -> descriptor_pb2.DescriptorProto:
    return descriptor_pb2.DescriptorProto(name=name, field=fields, **more)


def new_file(name: str, *messages: descriptor_pb2.DescriptorProto, **more) -> dict[str, type[Message]]:
    """Classes of all messages of a file, by name."""
    made = descriptor_pb2.FileDescriptorProto(
        name=f"{name}.proto", package="shapes." + name, syntax="proto3", message_type=messages, **more
    )
    file = POOL.AddSerializedFile(made.SerializeToString()) or POOL.FindFileByName(made.name)
    return {
        name: message_factory.GetMessageClass(descriptor)
        for name, descriptor in file.message_types_by_name.items()
    }


def simple(name: str, *fields: Field, imports: tuple[str, ...] = (), **more) -> type[Message]:
    return new_file(name, message("Shape", *fields, **more), dependency=imports)["Shape"]


class Shape(NamedTuple):
    type: type[Message]
    make: Callable[[type[Message]], Message]
    text: str


REPEATED = {"label": 3}
MAP_ENTRY = message(
    "CountsEntry",
    field("key", 1, "string"),
    field("value", 2, "int64"),
    options=descriptor_pb2.MessageOptions(map_entry=True),
)
COLOUR = descriptor_pb2.EnumDescriptorProto(
    name="Colour",
    value=[
        descriptor_pb2.EnumValueDescriptorProto(name=name, number=number)
        for number, name in enumerate(["RED", "BLUE"])
    ],
)


def moments(shape: type[Message]) -> Message:
    made = shape()
    made.t.seconds = int(datetime.datetime(2020, 2, 29, 12, 30, tzinfo=datetime.UTC).timestamp())
    made.d.year, made.d.month, made.d.day = 2020, 2, 29
    made.c.hours, made.c.nanos = 1, 5_000_000
    made.m.value, made.m.precision, made.m.scale = (-1234).to_bytes(2, "big", signed=True), 4, 2
    return made


SHAPES = {
    "primitives": Shape(
        simple(
            "primitives",
            field("a", 1, "int32"),
            field("b", 2, "int64"),
            field("c", 3, "float"),
            field("d", 4, "double"),
            field("e", 5, "bool"),
            field("f", 6, "string"),
            field("g", 7, "uint32"),
            field("h", 8, "sint64"),
            field("i", 9, "fixed32"),
        ),
        lambda shape: shape(a=-1, b=2**40, c=0.5, d=1e100, e=True, f="é€", g=2**32 - 1, h=-7, i=2**31),
        "Struct{a=-1,b=1099511627776,c=0.5,d=1.0E100,e=true,f=é€,g=4294967295,h=-7,i=2147483648}",
    ),
    "defaults": Shape(
        simple("defaults", field("a", 1, "int32"), field("f", 2, "string"), field("e", 3, "bool")),
        lambda shape: shape(),
        "Struct{a=0,f=,e=false}",
    ),
    "optional": Shape(
        simple(
            "optional",
            field("a", 1, "int32", proto3_optional=True, oneof_index=0),
            field("b", 2, "string", proto3_optional=True, oneof_index=1),
            oneof_decl=[{"name": "_a"}, {"name": "_b"}],
        ),
        lambda shape: shape(b=""),
        "Struct{b=}",
    ),
    "repeated": Shape(
        simple("repeated", field("a", 1, "int32", **REPEATED), field("b", 200, "string", **REPEATED)),
        lambda shape: shape(a=[1, -2, 300], b=["x", ""]),
        "Struct{a=[1, -2, 300],b=[x, ]}",
    ),
    "map": Shape(
        simple(
            "map",
            field("counts", 1, ".shapes.map.Shape.CountsEntry", **REPEATED),
            nested_type=[MAP_ENTRY],
        ),
        lambda shape: shape(counts={"k": 9}),
        "Struct{counts={k=9}}",
    ),
    "nested": Shape(
        simple(
            "nested",
            field("in", 1, ".shapes.nested.Shape.Inner"),
            field("n", 2, "int32"),
            field("none", 3, ".shapes.nested.Shape.Inner"),
            nested_type=[message("Inner", field("x", 1, "string"))],
        ),
        lambda shape: shape(**{"in": {"x": "y"}, "n": 1}),
        "Struct{in=Struct{x=y},n=1}",
    ),
    # Not the first message of its file.
    "second": Shape(
        new_file(
            "second", message("First", field("a", 1, "int32")), message("Shape", field("b", 1, "string"))
        )["Shape"],
        lambda shape: shape(b="of the second"),
        "Struct{b=of the second}",
    ),
    "enum": Shape(
        simple(
            "enum",
            field("a", 1, ".shapes.enum.Shape.Colour", type="TYPE_ENUM"),
            field("b", 2, ".shapes.enum.Shape.Colour", type="TYPE_ENUM"),
            enum_type=[COLOUR],
        ),
        lambda shape: shape(a=1, b=7),
        "Struct{a=BLUE,b=UNKNOWN_ENUM_VALUE_Colour_7}",
    ),
    "oneof": Shape(
        simple(
            "oneof",
            field("number", 1, "int32", oneof_index=0),
            field("text", 2, "string", oneof_index=0),
            field("after", 3, "int32"),
            oneof_decl=[{"name": "choice"}],
        ),
        lambda shape: shape(text="t", after=3),
        "Struct{choice_0=Struct{text=t},after=3}",
    ),
    "wrappers": Shape(
        simple(
            "wrappers",
            field("n", 1, ".google.protobuf.Int32Value"),
            field("s", 2, ".google.protobuf.StringValue"),
            field("none", 3, ".google.protobuf.BoolValue"),
            imports=("google/protobuf/wrappers.proto",),
        ),
        lambda shape: shape(n={"value": 5}, s={"value": ""}),
        "Struct{n=Struct{value=5},s=Struct{value=}}",
    ),
    "moments": Shape(
        simple(
            "moments",
            field("t", 1, ".google.protobuf.Timestamp"),
            field("d", 2, ".google.type.Date"),
            field("c", 3, ".google.type.TimeOfDay"),
            field("m", 4, ".confluent.type.Decimal"),
            imports=(
                "google/protobuf/timestamp.proto",
                "google/type/date.proto",
                "google/type/timeofday.proto",
                "confluent/type/decimal.proto",
            ),
        ),
        moments,
        "Struct{t=Sat Feb 29 12:30:00 UTC 2020,d=Sat Feb 29 00:00:00 UTC 2020,"
        "c=Thu Jan 01 01:00:00 UTC 1970,m=-12.34}",
    ),
    # Its message is of another file, which the registry keeps under a subject of its own.
    "reference": Shape(
        (
            new_file("common", message("Money", field("units", 1, "int64"))),
            simple("reference", field("price", 1, ".shapes.common.Money"), imports=("common.proto",)),
        )[1],
        lambda shape: shape(price={"units": 12}),
        "Struct{price=Struct{units=12}}",
    ),
}
