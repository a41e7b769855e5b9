"""Our Protobuf against protobuf-java's dynamic messages: the same cases through both.

The cases are generated from a seed. COMPAT_SEED and COMPAT_CASES change them. Differences that are known
stand in known_difference, each with its reason; anything else fails.
"""

import json
import os
import pathlib
import random
import re
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the cases stand beside this file

import protobuf_cases  # noqa: E402
from probes import DEPS, assert_same, built, compiled, run_lines  # noqa: E402

JAVA_LIBS = DEPS / "formats" / "libs"
SEED = int(os.environ.get("COMPAT_SEED", "20260102"))
COUNT = int(os.environ.get("COMPAT_CASES", "3000"))


@pytest.fixture(scope="session")
def java_classes(tmp_path_factory):
    sources = [HERE / "ProtobufProbe.java", HERE.parent / "Described.java"]
    return compiled(JAVA_LIBS, tmp_path_factory.mktemp("protobuf-classes"), sources)


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


def known_difference(case, java, ours) -> str | None:
    if "tag of more than five bytes" in ours.get("message", ""):
        return "Java takes tags of up to ten bytes"
    if "Zero length BigInteger" in java.get("message", ""):
        return "a decimal of no bytes is zero here"
    if "null used for required field" in java.get("message", "") and case["options"]:
        return "optional fields that the schema calls required (wrapper.for.nullables) may be null here"
    if "scale of more than 16 bits" in ours.get("message", ""):
        return "no decimal here has such a scale"
    if not case["again"] and re.search(rb"[\x80-\xff]{9}", bytes.fromhex(case["bytes"])):
        return "of a damaged number of ten bytes the last one counts here, as in C++"
    return None


def same(case, java, ours):
    if "error" in java and "error" in ours:
        return True  # the texts are ours
    if "bytes" in java and "MAP" in json.dumps(java["schema"]):
        java = {key: value for key, value in java.items() if key != "bytes"}
        ours = {key: value for key, value in ours.items() if key != "bytes"}
    return normal(java) == normal(ours)


def test_same_as_java(java_classes):
    cases = protobuf_cases.reads(random.Random(SEED), COUNT)
    java = run_lines(["java", "-cp", f"{JAVA_LIBS}/*:{java_classes}", "ProtobufProbe"], cases)
    ours = run_lines([built("protobuf_probe")], cases)
    assert_same("protobuf", cases, java, ours, same, known_difference)
