"""The kinds of cases for test_converters.py, and the differences that are known.

A case is what ConverterProbe.java and converter_probe.cc read: op, converter, props, and bytes (hex) or a
described schema and value (described.py).
"""

import json
import re

from described import (
    PRIMITIVES,
    has_object_text,
    random_bytes,
    random_misfit,
    random_schema,
    random_value,
)
from json_cases import (
    CORNERS,
    damaged,
    json_from_data,
    json_to_data,
    json_to_data_schemaless,
    random_number_text,
    to_data,
)

STORAGE = "org.apache.kafka.connect.storage."
CONVERTERS = "org.apache.kafka.connect.converters."
SIMPLE = STORAGE + "SimpleHeaderConverter"
NUMBERS = [CONVERTERS + number + "Converter" for number in ("Short", "Integer", "Long", "Float", "Double")]
SMALL = [
    STORAGE + "StringConverter",
    CONVERTERS + "ByteArrayConverter",
    CONVERTERS + "BooleanConverter",
    *NUMBERS,
]
HEADERS = CORNERS["headers"] + ["[" * 900 + "1"]


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


def small_from_data(rng, count):
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
        name = rng.choice(SMALL)
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


BYTES = [bytes.fromhex(text) for text in ["", "00", "01", "02", "ff", "0102", "7fc00000", "ff" * 8]]
BYTES += [bytes(size) for size in (3, 4, 8, 9)]
# Whole characters, and all the ways in which UTF-8 can be broken.
UTF8_PIECES = [
    bytes.fromhex(text)
    for text in (
        "61 c3a9 e282ac f09f9880 ff c3 e282 eda080 eda0 f09f98 f09f f0 f4908080 c080 e08080 "
        "f888 80 bf f5808080 e0a0 f0808080"
    ).split()
]


def small_to_data(rng, count):
    cases = [to_data(name, {}, data) for name in SMALL for data in [None, *BYTES]]
    for _ in range(count):
        name = rng.choice(SMALL)
        if name.endswith("StringConverter"):
            data = b"".join(rng.choice(UTF8_PIECES) for _ in range(rng.randrange(0, 12)))
            if rng.random() < 0.2:
                data = rng.randbytes(rng.randrange(0, 20))
            props = {} if rng.random() < 0.8 else {"converter.encoding": "ISO-8859-1"}
        else:
            data, props = random_bytes(rng), {}
        cases.append(to_data(name, props, data))
    return cases


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
    texts = [text.encode() for text in HEADERS] + [b"\xff", b"[\xff]", b'["\xc3"]']
    for _ in range(count):
        data = random_header_text(rng).encode()
        if rng.random() < 0.2:
            data = damaged(rng, data)
        texts.append(data)
    return [to_data(SIMPLE, {}, text) for text in [None, *texts]]


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
                {"s": rng.choice(HEADERS[:120]) if rng.random() < 0.7 else random_header_text(rng)},
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
