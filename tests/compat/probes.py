"""Two programs that answer the same cases, one JSON object a line: the Java one and ours."""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEPS = ROOT / ".deps"
BUILD = pathlib.Path(os.environ.get("SLUICE_BUILD", ROOT / "build"))


def compiled(libraries: pathlib.Path, out: pathlib.Path, sources: list[pathlib.Path]) -> pathlib.Path:
    """The folder of the Java sources' classes."""
    if not libraries.is_dir():
        pytest.fail(f"{libraries.relative_to(ROOT)} is not there; run ./dev setup")
    subprocess.run(
        ["javac", "-nowarn", "-cp", f"{libraries}/*", "-d", out, *sources], check=True, capture_output=True
    )
    return out


def built(name: str) -> pathlib.Path:
    found = next((path for path in BUILD.rglob(name) if path.is_file() and os.access(path, os.X_OK)), None)
    if found is None:
        pytest.fail(f"{name} is not built below {BUILD}; run ./dev build all")
    return found


def run_lines(command, cases):
    text = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    lines = done.stdout.decode().splitlines()
    assert len(lines) == len(cases), f"{len(lines)} answers to {len(cases)} cases"
    return [json.loads(line) for line in lines]


def assert_same(what: str, cases: list, java: list, ours: list, same, known_difference) -> None:
    """Both are asked with a case and the two answers; known_difference gives a reason, or None."""
    known, different = {}, []
    for case, theirs, mine in zip(cases, java, ours, strict=True):
        if same(case, theirs, mine):
            continue
        reason = known_difference(case, theirs, mine)
        if reason is None:
            different.append((case, theirs, mine))
        else:
            known[reason] = known.get(reason, 0) + 1
    refused = sum("error" in theirs for theirs in java)
    print(
        f"{what}: {len(cases)} cases, {len(cases) - len(different) - sum(known.values())} the same"
        f" ({refused} refused by Java), known: {known}"
    )
    shown = "\n".join(
        f"case {json.dumps(case)[:1500]}\njava {json.dumps(theirs)[:2500]}\nours {json.dumps(mine)[:2500]}\n"
        for case, theirs, mine in different[:12]
    )
    assert not different, f"{len(different)} of {len(cases)} cases differ:\n{shown}"
