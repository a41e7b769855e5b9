"""Random Protobuf schemas as descriptors, and messages of them in the wire format, some of them damaged.

Every random choice comes from the generator that is passed in.
"""

import base64

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf import timestamp_pb2 as timestamp
from google.protobuf import wrappers_pb2 as wrappers

Field = descriptor_pb2.FieldDescriptorProto
SCALARS = [
    "int32",
    "int64",
    "uint32",
    "uint64",
    "sint32",
    "sint64",
    "fixed32",
    "fixed64",
    "sfixed32",
    "sfixed64",
    "float",
    "double",
    "bool",
    "string",
    "bytes",
]
KEYS = ["int32", "string", "bool", "uint64", "sint64", "fixed32"]
MESSAGES = [
    "confluent.type.Decimal",
    "google.type.Date",
    "google.type.TimeOfDay",
    "google.protobuf.Timestamp",
    "google.protobuf.Int32Value",
    "google.protobuf.UInt32Value",
    "google.protobuf.UInt64Value",
    "google.protobuf.StringValue",
    "google.protobuf.BytesValue",
    "google.protobuf.BoolValue",
    "google.protobuf.FloatValue",
    "google.protobuf.DoubleValue",
]
KNOWN = {
    ("google/type/date.proto", "google.type", "Date"): ["int32 year", "int32 month", "int32 day"],
    ("google/type/timeofday.proto", "google.type", "TimeOfDay"): [
        "int32 hours",
        "int32 minutes",
        "int32 seconds",
        "int32 nanos",
    ],
    ("confluent/type/decimal.proto", "confluent.type", "Decimal"): [
        "bytes value",
        "uint32 precision",
        "int32 scale",
    ],
}
IMPORTS = [
    "google/protobuf/timestamp.proto",
    "google/protobuf/wrappers.proto",
    *(name for name, _, _ in KNOWN),
]
TEXTS = ["", "a", "hello, world", "é€😀", "x" * 70]
FLAGS = [
    "enhanced.protobuf.schema.support",
    "int.for.enums",
    "optional.for.nullables",
    "wrapper.for.nullables",
    "flatten.unions",
]


def known_files():
    for module in (timestamp, wrappers):
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        yield file
    for (name, package, message), fields in KNOWN.items():
        file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax="proto3")
        made = file.message_type.add(name=message)
        for number, field in enumerate(fields, 1):
            kind, field_name = field.split()
            made.field.add(name=field_name, number=number, type=f"TYPE_{kind.upper()}", label=1)
        yield file


class SchemaMaker:
    def __init__(self, rng):
        self.rng = rng
        self.count = 0

    def file(self):
        file = descriptor_pb2.FileDescriptorProto(
            name="case.proto", package="test.case", syntax="proto3", dependency=IMPORTS
        )
        self.fill(file.message_type.add(name="Root"), "test.case.Root", 0)
        colour = file.enum_type.add(name="Colour")
        for number, name in [(0, "RED"), (1, "GREEN"), (7, "BLUE"), (-1, "NONE")]:
            colour.value.add(name=name, number=number)
        return file

    def fill(self, message, full_name, depth):
        rng = self.rng
        number = 0
        optional = []
        for i in range(rng.randrange(8)):
            number += rng.choice([1, 1, 1, 20, 3000])
            name = f"f{i}"
            choice = rng.random()
            if choice < 0.1:
                index = len(message.oneof_decl)
                message.oneof_decl.add(name=name)
                for j in range(rng.randrange(1, 4)):
                    number += 1
                    self.field(message, full_name, f"{name}_{j}x", number, depth).oneof_index = index
            elif choice < 0.2:
                self.map(message, full_name, name, number, depth)
            elif choice < 0.4:
                field = self.field(message, full_name, name, number, depth)
                field.label = Field.LABEL_REPEATED
                packable = field.type not in (Field.TYPE_STRING, Field.TYPE_BYTES, Field.TYPE_MESSAGE)
                if packable and rng.random() < 0.3:
                    field.options.packed = False
            else:
                field = self.field(message, full_name, name, number, depth)
                if rng.random() < 0.25:
                    optional.append(field.name)
        for name in optional:  # their made-up oneofs come after the real ones
            field = next(field for field in message.field if field.name == name)
            field.proto3_optional = True
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{name}")

    def field(self, message, full_name, name, number, depth):
        field = message.field.add(name=name, number=number, label=Field.LABEL_OPTIONAL)
        rng = self.rng
        choice = rng.random()
        if choice < 0.6:
            field.type = Field.Type.Value(f"TYPE_{rng.choice(SCALARS).upper()}")
        elif choice < 0.67:
            field.type, field.type_name = Field.TYPE_ENUM, ".test.case.Colour"
        elif choice < 0.87 or depth >= 3:
            field.type, field.type_name = Field.TYPE_MESSAGE, "." + rng.choice(MESSAGES)
        else:
            self.count += 1
            inner = f"M{self.count}"
            field.type, field.type_name = Field.TYPE_MESSAGE, f".{full_name}.{inner}"
            self.fill(message.nested_type.add(name=inner), f"{full_name}.{inner}", depth + 1)
        return field

    def map(self, message, full_name, name, number, depth):
        entry = message.nested_type.add(name=f"{name.title()}Entry")
        entry.options.map_entry = True
        key = entry.field.add(name="key", number=1, label=Field.LABEL_OPTIONAL)
        key.type = Field.Type.Value(f"TYPE_{self.rng.choice(KEYS).upper()}")
        value = self.field(entry, f"{full_name}.{entry.name}", "value", 2, 9)
        if value.type == Field.TYPE_MESSAGE and "type.D" in value.type_name:
            value.type_name = ".google.protobuf.Timestamp"  # an empty date or decimal is an error in Java
        field = message.field.add(name=name, number=number, label=Field.LABEL_REPEATED)
        field.type, field.type_name = Field.TYPE_MESSAGE, f".{full_name}.{entry.name}"


def number(rng, bits, signed):
    raw = rng.choice([0, 1, (1 << bits) - 1, 1 << (bits - 1), rng.getrandbits(bits), rng.getrandbits(7)])
    raw &= (1 << bits) - 1
    return raw - (1 << bits) if signed and raw >> (bits - 1) else raw


def scalar(rng, field):
    kind = Field.Type.Name(field.type).removeprefix("TYPE_").lower()
    if kind == "enum":
        return rng.choice([0, 1, 7, -1, 99])
    if kind == "bool":
        return rng.random() < 0.5
    if kind == "string":
        return rng.choice(TEXTS)
    if kind == "bytes":
        return rng.randbytes(rng.randrange(6))
    if kind in ("float", "double"):
        return rng.choice([0.0, -0.0, 1.5, -3e10, float("inf")])
    return number(rng, 64 if kind.endswith("64") else 32, not kind.startswith(("u", "fixed")))


def fill_logical(rng, message):
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Timestamp":
        message.seconds = rng.randrange(-62_135_596_800, 253_402_300_800)
        message.nanos = rng.randrange(1000) * 1_000_000
    elif name == "google.type.Date":
        message.year = rng.choice([1, 99, 1500, 1582, 1583, 1900, 1970, 2000, 2024, 9999])
        message.month, message.day = rng.randrange(1, 13), rng.randrange(1, 32)
    elif name == "google.type.TimeOfDay":
        message.hours, message.minutes, message.seconds = (
            rng.randrange(24),
            rng.randrange(60),
            rng.randrange(60),
        )
        message.nanos = rng.randrange(1000) * 1_000_000
    elif name == "confluent.type.Decimal":
        value = rng.choice([0, -1, 127, 128, -129, 99995, rng.getrandbits(60), -rng.getrandbits(90)])
        message.value = value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)
        message.precision = rng.choice([0, 40, len(str(abs(value))), rng.randrange(1, 12)])
        message.scale = rng.randrange(-5, 12)
    else:
        return False
    return True


def fill(rng, message):
    if fill_logical(rng, message):
        return
    for field in message.DESCRIPTOR.fields:
        if rng.random() < 0.35:
            continue
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            for _ in range(rng.randrange(4)):
                entries = getattr(message, field.name)
                if value.message_type is not None:
                    fill(rng, entries[scalar(rng, key)])
                else:
                    entries[scalar(rng, key)] = scalar(rng, value)
        elif field.message_type is not None:
            for _ in range(rng.randrange(4) if field.is_repeated else 1):
                part = getattr(message, field.name)
                if not field.is_repeated:
                    part.SetInParent()
                fill(rng, part.add() if field.is_repeated else part)
        elif field.is_repeated:
            getattr(message, field.name).extend(scalar(rng, field) for _ in range(rng.randrange(5)))
        else:
            setattr(message, field.name, scalar(rng, field))


def damaged(rng, data):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 3)):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data[: rng.randrange(len(data) + 1)]) if rng.random() < 0.3 else bytes(data)


def reads(rng, count):
    """What is read, and what comes out when it is written again."""
    cases = []
    while len(cases) < count:
        file = SchemaMaker(rng).file()
        pool = descriptor_pool.DescriptorPool()
        for known in known_files():
            pool.Add(known)
        pool.Add(file)
        root = message_factory.GetMessageClass(pool.FindMessageTypeByName("test.case.Root"))
        options = {flag: True for flag in FLAGS if rng.random() < 0.15}
        for _ in range(5):
            message = root()
            fill(rng, message)
            data = message.SerializeToString(deterministic=True)
            is_whole = rng.random() < 0.8
            if not is_whole:
                data = damaged(rng, data)
            cases.append(
                {
                    "file": base64.b64encode(file.SerializeToString()).decode(),
                    "bytes": data.hex(),
                    "options": options,
                    "again": is_whole,
                }
            )
    return cases[:count]
