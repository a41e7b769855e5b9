"""Our converters against the real Java ones: the same generated cases through both, compared field by field.

The cases are seeded. COMPAT_SEED and COMPAT_CASES (per kind) change them; a failing run prints the first
differences.
Known differences are listed in KNOWN, each with its reason; anything else fails.
"""

import json
import os
import pathlib
import random
import struct
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))  # the cases stand beside this file

import converter_cases  # noqa: E402
from probes import DEPS, assert_same, built, compiled, run_lines  # noqa: E402

JAVA_LIBS = DEPS / "connect-4.1.0" / "libs"
SEED = int(os.environ.get("COMPAT_SEED", "20260101"))
COUNT = int(os.environ.get("COMPAT_CASES", "1500"))


sys.setrecursionlimit(20_000)  # documents nested 1000 deep


@pytest.fixture(scope="session")
def java_classes(tmp_path_factory):
    sources = [HERE / name for name in ("ConverterProbe.java", "Described.java")]
    return compiled(JAVA_LIBS, tmp_path_factory.mktemp("classes"), sources)


@pytest.fixture(scope="session")
def probe():
    return built("converter_probe")


def normal(node, loose_dates=False):
    """What the two may have in another form.

    Maps have no order; half of a surrogate pair becomes '?' when Java encodes it, in ours at once; and
    without a schema Java cannot tell dates from timestamps (`loose_dates`).
    """
    if isinstance(node, str):
        return node.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "?")
    if isinstance(node, list):
        return [normal(item, loose_dates) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: normal(value, loose_dates) for key, value in node.items()}
    if set(result) == {"date"} and loose_dates:
        return {"ts": str(int(result["date"]) * 86_400_000)}
    if set(result) == {"time"} and loose_dates:
        return {"ts": result["time"]}
    if set(result) == {"m"}:
        result["m"] = sorted(result["m"], key=json.dumps)
    return result


def float_bits(node):
    """All values of a description that are floats."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("f32", "f64"):
                yield (
                    struct.unpack(">d", bytes.fromhex(value.rjust(16, "0")))[0]
                    if key == "f64"
                    else struct.unpack(">f", bytes.fromhex(value))[0]
                )
            else:
                yield from float_bits(value)
    elif isinstance(node, list):
        for item in node:
            yield from float_bits(item)


def known_difference(case, java, ours):
    """The reason why a difference is fine, or None."""
    if java.get("error") == ours.get("error") and "error" in java:
        if java["error"].startswith("java."):
            return "texts of the Java runtime's own exceptions"
    if (
        java.get("error") in ("java.lang.NullPointerException", "java.lang.StackOverflowError")
        and "error" in ours
    ):
        return "Java stumbles where we say what is wrong"
    if any(2e25 < abs(number) < 1e26 or 8e24 < abs(number) < 1e26 for number in float_bits(case)):
        return "a last digit that JDK 17 rounds wrongly"
    for rule, reason in converter_cases.KNOWN:
        if rule(case, java, ours):
            return reason
    return None


def same(case, java, ours):
    loose = loose_dates(case)
    java, ours = normal(java, loose), normal(ours, loose)
    if "error" in java or "error" in ours:
        # The probe makes other maps than the converters do.
        message = (java.get("message") or "").replace("java.util.LinkedHashMap", "java.util.HashMap")
        return java.get("error") == ours.get("error") and message == ours.get("message")
    return java == ours


def loose_dates(case):
    return case["op"] == "convert" or case["converter"] == converter_cases.SIMPLE


@pytest.mark.parametrize("kind", sorted(converter_cases.KINDS))
def test_same_as_java(kind, java_classes, probe):
    # Each kind has its own stream of random numbers, so that one kind's cases do not depend on the others.
    cases = converter_cases.KINDS[kind](random.Random(f"{SEED}-{kind}"), COUNT)
    java = run_lines(["java", "-Xss8m", "-cp", f"{JAVA_LIBS}/*:{java_classes}", "ConverterProbe"], cases)
    ours = run_lines([probe], cases)
    assert_same(kind, cases, java, ours, same, known_difference)
