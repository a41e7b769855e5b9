"""Our assignors decide as Kafka Connect's do: random groups of workers, each round through both."""

import json
import os
import pathlib
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
JAVA_LIBS = ROOT / ".deps" / "connect-4.1.0" / "libs"
BUILD = pathlib.Path(os.environ.get("SLUICE_BUILD", ROOT / "build"))
SEED = int(os.environ.get("ASSIGNOR_SEED", "1"))
MAIN = "org.apache.kafka.connect.runtime.distributed.AssignorProbe"


@pytest.fixture(scope="module")
def java_classes(tmp_path_factory):
    if not JAVA_LIBS.is_dir():
        pytest.fail("the Java oracle is not there; run ./dev setup")
    out = tmp_path_factory.mktemp("classes")
    source = HERE / "AssignorProbe.java"
    subprocess.run(
        ["javac", "-nowarn", "-cp", f"{JAVA_LIBS}/*", "-d", out, source], check=True, capture_output=True
    )
    return out


@pytest.fixture(scope="module")
def probe():
    for candidate in BUILD.rglob("assignor_probe"):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    pytest.fail(f"assignor_probe is not built below {BUILD}; run ./dev build all")


def compare(probe, java_classes, groups, tmp_path):
    """Returns the summary; fails on the first rounds that differ."""
    with (tmp_path / "java.log").open("wb") as log:
        ours = subprocess.Popen([probe, str(SEED), str(groups)], stdout=subprocess.PIPE)
        java = subprocess.run(
            ["java", "-cp", f"{JAVA_LIBS}/*:{java_classes}", MAIN],
            stdin=ours.stdout,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        ours.stdout.close()
        assert ours.wait() == 0
    assert java.returncode == 0, (tmp_path / "java.log").read_text()[-4000:]
    *differences, summary = java.stdout.strip().split("\n")
    summary = json.loads(summary)
    print(f"{groups} groups: {summary}")
    assert summary["different"] == 0, "\n".join(line[:3000] for line in differences[:20])
    return summary


def test_same_as_java(probe, java_classes, tmp_path):
    groups = int(os.environ.get("ASSIGNOR_GROUPS", "2000"))
    summary = compare(probe, java_classes, groups, tmp_path)
    # The rounds must be worth comparing.
    assert summary["rounds"] > 10 * groups
    assert summary["with_revocations"] > groups
    assert summary["with_delay"] > groups


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_same_as_java_long(probe, java_classes, tmp_path):
    compare(probe, java_classes, 20_000, tmp_path)
