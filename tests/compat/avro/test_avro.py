"""Our Avro against Apache Avro and the AvroData that stems from Confluent's: the same cases through both.

The cases are generated from a seed. COMPAT_SEED and COMPAT_CASES (per kind) change them. Differences that are
known stand in KNOWN, each with its reason; anything else fails.
"""

import json
import os
import pathlib
import random
import struct
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the cases stand beside this file

import avro_cases  # noqa: E402
from probes import DEPS, assert_same, built, compiled, run_lines  # noqa: E402

JAVA_LIBS = DEPS / "formats" / "libs"
SEED = int(os.environ.get("COMPAT_SEED", "20260102"))
COUNT = int(os.environ.get("COMPAT_CASES", "1500"))


@pytest.fixture(scope="session")
def java_classes(tmp_path_factory):
    sources = [HERE / "AvroProbe.java", HERE.parent / "Described.java"]
    return compiled(JAVA_LIBS, tmp_path_factory.mktemp("avro-classes"), sources)


@pytest.fixture(scope="session")
def probe():
    return built("avro_probe")


def normal(node):
    """Maps have no order."""
    if isinstance(node, list):
        return [normal(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: normal(value) for key, value in node.items()}
    if set(result) == {"m"}:
        result["m"] = sorted(result["m"], key=json.dumps)
    return result


def without_struct_defaults(node):
    if isinstance(node, list):
        return [without_struct_defaults(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_struct_defaults(value)
        for key, value in node.items()
        if not (key == "def" and '"st"' in json.dumps(value))
    }


def says(java, *texts):
    return any(text in java.get("message", "") for text in texts)


def as_floats(node):
    """Numbers as a float holds them, whatever digits they are written with."""
    if isinstance(node, float):
        return struct.pack(">f", node).hex() if abs(node) < 3.4e38 else node
    if isinstance(node, list):
        return [as_floats(item) for item in node]
    return {key: as_floats(value) for key, value in node.items()} if isinstance(node, dict) else node


KNOWN = [
    (
        lambda case, java, ours: (
            "error" not in java and normal(without_struct_defaults(java)) == normal(ours)
        ),
        "a default of a struct, which would have to contain its own schema",
    ),
    (
        lambda case, java, ours: says(java, "Zero length BigInteger"),
        "Java stumbles over a default decimal of no bytes; ours has no default",
    ),
    (
        lambda case, java, ours: (
            "generalized.sum.type.support" in case["options"] and says(java, "connect_union_field_")
        ),
        "Java counts the branches of a generalized union in two ways",
    ),
    (
        lambda case, java, ours: says(java, "Mismatching struct schema", "Struct schemas do not match."),
        "byte arrays among defaults make a Java schema differ from itself",
    ),
    (
        lambda case, java, ours: says(java, "Did not find matching union field for data"),
        "Java does not find the field of a record in some unions",
    ),
    (
        lambda case, java, ours: (
            says(java, "Illegal initial character", "Illegal character in")
            and any(ord(letter) > 127 for letter in java["message"])
        ),
        "which characters beyond ASCII are letters is left to the registry",
    ),
    (
        lambda case, java, ours: says(ours, "Can't redefine"),
        "Java writes two types of one name into a schema, which the registry then refuses",
    ),
    (
        lambda case, java, ours: as_floats(java) == as_floats(ours),
        "JDK 17 does not write floats with the fewest digits",
    ),
    (
        lambda case, java, ours: '"MapEntry2"' in json.dumps(ours) and '"MapEntry2"' not in json.dumps(java),
        "Java gives the entries of different maps one name, and the registry then refuses the schema",
    ),
]


def known_difference(case, java, ours):
    for rule, reason in KNOWN:
        if rule(case, java, ours):
            return reason
    return None


def same(case, java, ours):
    if "error" in java and "error" in ours:
        return True  # the texts are ours
    return normal(java) == normal(ours)


@pytest.mark.parametrize("kind", sorted(avro_cases.KINDS))
def test_same_as_java(kind, java_classes, probe):
    cases = avro_cases.KINDS[kind](random.Random(f"{SEED}-{kind}"), COUNT)
    java = run_lines(["java", "-cp", f"{JAVA_LIBS}/*:{java_classes}", "AvroProbe"], cases)
    ours = run_lines([probe], cases)
    assert_same(kind, cases, java, ours, same, known_difference)
