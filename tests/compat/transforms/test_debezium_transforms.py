"""Our transforms under Debezium's names against Debezium's own, and the expressions of Filter and
ContentBasedRouter against Groovy. Seeded as test_transforms.py is; every known difference has its reason.
"""

import json
import pathlib
import random
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the cases stand beside this file

import debezium_cases  # noqa: E402
from probes import DEPS, assert_same, built, compiled, run_lines  # noqa: E402
from test_transforms import COUNT, JAVA_LIBS, SEED, normal, same_error  # noqa: E402

LIBRARIES = [JAVA_LIBS, DEPS / "debezium" / "libs", DEPS / "groovy" / "libs"]


@pytest.fixture(scope="session")
def java(tmp_path_factory):
    sources = [HERE / "TransformProbe.java", HERE.parent / "Described.java"]
    classes = compiled(JAVA_LIBS, tmp_path_factory.mktemp("debezium-classes"), sources)
    path = ":".join(f"{library}/*" for library in LIBRARIES)
    return ["java", "-Duser.language=en", "-Duser.country=US", "-cp", f"{path}:{classes}", "TransformProbe"]


def defaults(answer):
    return {value["name"]: (value["type"], value["default"]) for value in answer["validation"]}


def known_definition(name, theirs, mine):
    """Whether another definition of an option is fine."""
    if theirs is None:
        return name == "replace.null.with.default" or name in (
            "key.field.name",
            "schema.name.adjustment.mode",
        )  # read by Debezium, not defined
    # Debezium defines no required options, and lists as texts.
    return theirs[1] in (None, "(required)") or {theirs[0], mine[0]} == {"STRING", "LIST"}


TOLD_FIRST = ["is not a valid field name", " is not of type ", "No group with name", "field name duplication"]
EXPANDED = "a payload that cannot be expanded keeps its own schema"
STUMBLES = "Java stumbles where we say what is wrong"


def known_error(case, theirs, mine):
    if theirs["error"] in ("java.lang.NullPointerException", "java.lang.ClassCastException"):
        return STUMBLES
    if theirs["error"].startswith("java.") or "DebeziumException" in theirs["error"]:
        return "texts of exceptions"
    if any(text in mine["message"] for text in TOLD_FIRST):
        return "of two problems another one is told first"
    if "DecodeLogical" in case["class"] and mine["message"].startswith("Unable to parse logical"):
        return "one exception, with the content, for all that is wrong with it"
    return None


def known_outcome(case, theirs, mine):
    java_error = theirs.get("error", {})
    if java_error.get("error") in ("java.lang.NullPointerException", "java.lang.ClassCastException"):
        return STUMBLES
    if "PartitionRouting" in case["class"] and "Unprocessable message" in java_error.get("message", ""):
        return "a row that is not there does not count, as other fields that are not there"
    if "EventRouter" in case["class"] and "Invalid Java object for schema" in java_error.get("message", ""):
        return EXPANDED
    value_schema = theirs.get("record", {}).get("value_schema") or {}
    if "EventRouter" in case["class"] and value_schema.get("t") == "ARRAY":
        return EXPANDED
    return None


def unset(answer):
    """Sink records say -1 where source records say null, and -1 is no time for a record."""
    for name in ("partition", "timestamp"):
        if answer.get("record", {}).get(name) == -1:
            answer["record"][name] = None
    return answer


def compare(case, theirs, mine):
    for name in {*theirs["keys"], *mine["keys"]}:
        if name not in defaults(mine):
            yield None, ("missing option", name)
        elif defaults(theirs).get(name) != defaults(mine)[name]:
            fine = known_definition(name, defaults(theirs).get(name), defaults(mine)[name])
            yield "definitions" if fine else None, (name, defaults(theirs).get(name), defaults(mine)[name])
    if "configure" in theirs or "configure" in mine:
        if ("configure" in theirs) != ("configure" in mine):
            yield None, (theirs.get("configure"), mine.get("configure"))
        return
    for record, expected, found in zip(case["records"], theirs["records"], mine["records"], strict=True):
        expected.pop("given record changed", None)  # Debezium does that
        if "error" in expected and "error" in found:
            if not same_error(expected["error"], found["error"]):
                yield known_error(case, expected["error"], found["error"]), (record, expected, found)
        elif normal(unset(expected)) != normal(unset(found)):
            yield known_outcome(case, expected, found), (record, expected, found)


@pytest.mark.parametrize("kind", sorted(debezium_cases.KINDS))
def test_same_as_debezium(kind, java):
    rng = random.Random(f"{SEED}-{kind}")
    cases = [debezium_cases.KINDS[kind](rng) for _ in range(COUNT // 2)]
    theirs = run_lines(java, [{**case, "class": "io.debezium." + case["class"]} for case in cases])
    ours = run_lines(
        [built("transform_probe")], [{**case, "class": "io.debezium." + case["class"]} for case in cases]
    )
    known, different, records = {}, [], 0
    for case, expected, found in zip(cases, theirs, ours, strict=True):
        records += len(expected.get("records", []))
        for reason, what in compare(case, expected, found):
            if reason is None:
                different.append((case["props"], *what))
            else:
                known[reason] = known.get(reason, 0) + 1
    print(f"{kind}: {len(cases)} cases, {records} records, known differences: {known}")
    shown = "\n\n".join("\n".join(json.dumps(part)[:3500] for part in parts) for parts in different[:6])
    assert not different, f"{len(different)} differences:\n{shown}"


def test_expressions_are_those_of_groovy(java):
    rng = random.Random(f"{SEED}-expressions")
    cases = [debezium_cases.expression(rng) for _ in range(COUNT * 2)]
    theirs = run_lines(java, cases)
    ours = run_lines([built("transform_probe")], cases)

    def same(case, expected, found):
        return expected == found

    assert_same("expressions", cases, theirs, ours, same, lambda *_: None)
