"""Our transforms and predicates against the real Java ones: the same generated records through both.

The cases are seeded. COMPAT_SEED and COMPAT_CASES (per class) change them. Known differences are listed in
known_difference, each with its reason; anything else fails.
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

import transform_cases  # noqa: E402
from probes import DEPS, built, compiled, run_lines  # noqa: E402

JAVA_LIBS = DEPS / "connect-4.1.0" / "libs"
SEED = int(os.environ.get("COMPAT_SEED", "20260104"))
COUNT = int(os.environ.get("COMPAT_CASES", "1000"))


@pytest.fixture(scope="session")
def java_classes(tmp_path_factory):
    sources = [HERE / "TransformProbe.java", HERE.parent / "Described.java"]
    return compiled(JAVA_LIBS, tmp_path_factory.mktemp("transform-classes"), sources)


@pytest.fixture(scope="session")
def probe():
    return built("transform_probe")


def normal(node, loose_dates=False):
    """What the two may have in another form.

    Maps have no order, and without a schema Java cannot tell dates from timestamps.
    """
    if isinstance(node, list):
        return [normal(item, loose_dates) for item in node]
    if not isinstance(node, dict):
        return node
    if "key_schema" in node:
        result = dict(node)
        for half in ("key", "value"):
            result[half] = normal(node[half], node[half + "_schema"] is None)
        result["headers"] = [
            [name, schema, normal(value, schema is None)] for name, schema, value in node["headers"]
        ]
        return result
    result = {key: normal(value, loose_dates) for key, value in node.items()}
    if set(result) == {"date"} and loose_dates:
        return {"ts": str(int(result["date"]) * 86_400_000)}
    if set(result) == {"time"} and loose_dates:
        return {"ts": result["time"]}
    if set(result) == {"m"}:
        result["m"] = sorted(result["m"], key=json.dumps)
    return result


def message_of(error):
    return (
        (error["message"] or "")
        .replace("java.util.LinkedHashMap", "java.util.HashMap")
        .replace("java.util.Collections$SingletonMap", "java.util.HashMap")
    )


def same_error(java, ours):
    return (
        java["error"] == ours["error"]
        and message_of(java) == message_of(ours)
        and java["cause"] == ours["cause"]
    )


STUMBLES = "Java stumbles where we say what is wrong"


def shares_a_name(renames):
    new_names = [pair.split(":")[-1] for pair in renames.split(",")]
    return len(set(new_names)) < len(new_names)


def known_error(case, record, java, ours):
    """The reason why another error is fine, or None."""
    if java["error"] == "java.lang.NullPointerException" and java["error"] != ours["error"]:
        return STUMBLES
    if java["error"] == ours["error"]:
        if java["error"].startswith("java."):
            return "texts of the Java runtime's own exceptions"
        if case["class"] == "TimestampRouter" and ours["message"].startswith("Timestamp missing on record: "):
            return "Java prints the whole record"
        half = "key" if case["class"].endswith("$Key") else "value"
        if case["class"].startswith(("Cast", "MaskField")) and record[half + "_schema"] is None:
            return "which field of a map comes first depends on Java's hash table"
        if case["class"].startswith("ReplaceField") and shares_a_name(case["props"].get("renames", "")):
            return "of several old names Java looks for any one, here it is the one that is there"
        if case["class"].startswith("ReplaceField") and "class java.util.Date for field" in ours["message"]:
            return "dates, times and timestamps are of one class in Java"
    return None


def days_in(node):
    """The days of all dates and timestamps of a description."""
    text = json.dumps(node)
    yield from (int(days) for days in re.findall(r'"date": "(-?\d+)"', text))
    yield from (int(ms) // 86_400_000 for ms in re.findall(r'"ts": "(-?\d+)"', text))


def known_outcome(case, record, java, ours):
    """The reason why another outcome is fine, or None."""
    name, props = case["class"], case["props"]
    java_message = java.get("error", {}).get("message", "")
    if java.get("error", {}).get("error") == "java.lang.NullPointerException":
        return STUMBLES
    if name.startswith("HoistField") and "null used for required" in java_message:
        return "Java looks into a struct, where nobody can have put such a null"
    if name.startswith("ReplaceField"):
        if shares_a_name(props.get("renames", "")):
            return "of several old names Java looks for any one, here it is the one that is there"
        if "class java.util.Date for field" in ours.get("error", {}).get("message", ""):
            return "dates, times and timestamps are of one class in Java"
    if name.startswith("TimestampConverter"):
        if props["target.type"] == "string" and "z" in props.get("format", "").lower():
            return "a zone that was read becomes the zone that is written in Java's SimpleDateFormat"
        if props["target.type"] == "Date" and any(abs(days) >= 2**31 for days in days_in(java)):
            return "days beyond 32 bits, which Java cannot convert either"
    return None


def known_refusal(case, java, ours):
    """The reason why another answer to configure() is fine, or None."""
    if "InsertionSpec@" in java.get("configure", {}).get("message", ""):
        return "Java prints the address of an object"
    if case["class"] == "TimestampRouter" and "timestamp.format" in ours.get("configure", {}).get(
        "message", ""
    ):
        return "Java tries the pattern only with the first record"
    return None


def compare(case, java, ours):
    """Yields (reason or None, what) for each difference."""
    if "error" in java["validation"]:
        refused = any(value["errors"] for value in ours["validation"])
        yield STUMBLES if refused else None, (java["validation"], ours["validation"])
        return
    if java["keys"] != ours["keys"]:
        yield None, (java["keys"], ours["keys"])
    for theirs, mine in zip(
        sorted(java["validation"], key=lambda value: value["name"]),
        sorted(ours["validation"], key=lambda value: value["name"]),
        strict=True,
    ):
        if theirs != mine:
            yield None, (theirs, mine)
    if "configure" in java or "configure" in ours:
        both = "configure" in java and "configure" in ours
        if not both or not same_error(java["configure"], ours["configure"]):
            yield known_refusal(case, java, ours), (java.get("configure"), ours.get("configure"))
        return
    for record, theirs, mine in zip(case["records"], java["records"], ours["records"], strict=True):
        if "error" in theirs and "error" in mine:
            if not same_error(theirs["error"], mine["error"]):
                yield known_error(case, record, theirs["error"], mine["error"]), (record, theirs, mine)
        elif normal(theirs) != normal(mine):
            yield known_outcome(case, record, theirs, mine), (record, theirs, mine)


@pytest.mark.parametrize("kind", sorted(transform_cases.KINDS))
def test_same_as_java(kind, java_classes, probe):
    # Each class has its own stream of random numbers, so that its cases do not depend on the others.
    rng = random.Random(f"{SEED}-{kind}")
    cases = [transform_cases.KINDS[kind](rng) for _ in range(COUNT)]
    java = run_lines(
        [
            "java",
            "-Duser.language=en",
            "-Duser.country=US",
            "-cp",
            f"{JAVA_LIBS}/*:{java_classes}",
            "TransformProbe",
        ],
        cases,
    )
    ours = run_lines([probe], cases)
    known = {}
    different = []
    records = errors = 0
    for case, theirs, mine in zip(cases, java, ours, strict=True):
        records += len(theirs.get("records", []))
        errors += sum("error" in record for record in theirs.get("records", []))
        for reason, what in compare(case, theirs, mine):
            if reason is None:
                different.append((case["class"], case["props"], *what))
            else:
                known[reason] = known.get(reason, 0) + 1
    print(f"{kind}: {len(cases)} cases, {records} records ({errors} in error), known differences: {known}")
    shown = "\n\n".join("\n".join(json.dumps(part)[:1800] for part in parts) for parts in different[:12])
    assert not different, f"{len(different)} differences:\n{shown}"
