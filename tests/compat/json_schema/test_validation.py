"""Our JSON Schema validation against Python's jsonschema: generated schemas and values of every draft.

COMPAT_SEED and COMPAT_CASES change what is generated.
"""

import json
import os
import pathlib
import sys

import jsonschema
import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # the cases stand beside this file

from probes import built, run_lines  # noqa: E402
from schema_cases import URIS, Cases  # noqa: E402

SEED = int(os.environ.get("COMPAT_SEED", "20260103"))
COUNT = int(os.environ.get("COMPAT_CASES", "3000"))
VALIDATORS = {
    4: jsonschema.Draft4Validator,
    6: jsonschema.Draft6Validator,
    7: jsonschema.Draft7Validator,
    2019: jsonschema.Draft201909Validator,
    2020: jsonschema.Draft202012Validator,
}


def holds(validator, value) -> bool | None:
    """None: the other side stumbles, over additionalItems beside "items": true."""
    try:
        return validator.is_valid(value)
    except TypeError:
        return None


def test_validation_is_jsonschemas() -> None:
    cases = Cases(SEED)
    made = [cases.case() for _ in range(COUNT)]
    texts = [
        {"schema": json.dumps(schema), "values": [json.dumps(value) for value in values]}
        for _, schema, values in made
    ]
    differences, compared = [], {draft: [0, 0] for draft in URIS}
    for (draft, schema, values), answer in zip(
        made, run_lines([built("json_schema_probe")], texts), strict=True
    ):
        validator = VALIDATORS[draft](schema)
        for value, ours in zip(
            values, answer.get("results", [answer.get("error")] * len(values)), strict=True
        ):
            theirs = holds(validator, value)
            if theirs is None:
                continue
            compared[draft][theirs] += 1
            if theirs != (ours is None):
                differences.append((draft, json.dumps(schema), json.dumps(value), theirs, ours))
    print(compared)
    assert all(min(counts) > COUNT / 5 for counts in compared.values())
    if differences:
        shortest = sorted(differences, key=lambda difference: len(difference[1]))[:5]
        pytest.fail(f"{len(differences)} differences, e.g.\n" + "\n".join(map(str, shortest)))
