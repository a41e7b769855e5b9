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
