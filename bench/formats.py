"""CPU per record of converters and transforms, one thread: ours beside Java's own classes, warmed up."""

import argparse
import json
import os
import subprocess
from pathlib import Path

from common import ROOT, Demand, demands_table, say, table, workspace

DEPS = ROOT / ".deps"
JAVA = {
    "AvroRival": DEPS / "formats" / "libs",
    "JsonRival": DEPS / "connect-4.1.0" / "libs",
    "ProtobufRival": DEPS / "formats" / "libs",
    "TransformChain": DEPS / "connect-4.1.0" / "libs",
}
OURS = ["avro_bench", "json_converter_bench", "protobuf_bench", "transforms_bench"]
# What is done; our benchmark and its name; the Java class and its field; how many times as fast it must be.
PAIRS = [
    ("Avro decode", "avro_bench", "decode", "AvroRival", "decode_ns", 10),
    ("Avro encode", "avro_bench", "encode", "AvroRival", "encode_ns", 10),
    ("JSON decode", "json_converter_bench", "BM_ToData/schemas:0", "JsonRival", "plain_decode_ns", 5),
    ("JSON encode", "json_converter_bench", "BM_FromData/schemas:0", "JsonRival", "plain_encode_ns", 5),
    ("JSON decode, with schema", "json_converter_bench", "BM_ToData/schemas:1", "JsonRival", "decode_ns", 5),
    (
        "JSON encode, with schema",
        "json_converter_bench",
        "BM_FromData/schemas:1",
        "JsonRival",
        "encode_ns",
        5,
    ),
    ("Protobuf decode", "protobuf_bench", "decode", "ProtobufRival", "decode_ns", 3),
    ("Protobuf encode", "protobuf_bench", "encode", "ProtobufRival", "encode_ns", 3),
    ("five transforms", "transforms_bench", "BM_Chain", "TransformChain", "chain_ns", 10),
]
# Ours against code written by hand for the schema.
BY_HAND = [
    ("Avro decode", "decode", "by_hand_decode", 0.35),
    ("Avro encode", "encode", "by_hand_encode", 0.35),
]


def pinned(core: int, command: list) -> list:
    return ["taskset", "-c", str(core), *map(str, command)]


def build_ours() -> Path:
    say(f"Building {', '.join(OURS)} ...")
    subprocess.run(
        ["bash", "tools/dev/build.sh", "bench", *OURS], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return ROOT / "build-bench"


def run_ours(folder: Path, name: str, core: int) -> dict[str, float]:
    """Nanoseconds of CPU per record."""
    binary = next(path for path in folder.rglob(name) if path.is_file() and os.access(path, os.X_OK))
    done = subprocess.run(
        pinned(core, [binary, "--benchmark_format=json", "--benchmark_min_time=1"]),
        check=True,
        capture_output=True,
        text=True,
    )
    return {run["name"]: 1e9 / run["items_per_second"] for run in json.loads(done.stdout)["benchmarks"]}


def run_java(work: Path, name: str, libraries: Path, core: int) -> dict[str, float]:
    path = f"{libraries}/*"
    source = ROOT / "bench" / "java" / f"{name}.java"
    subprocess.run(["javac", "-nowarn", "-cp", path, "-d", work, source], check=True, capture_output=True)
    done = subprocess.run(
        pinned(core, ["java", "-cp", f"{path}:{work}", name]), check=True, capture_output=True, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--core", type=int, default=0, help="the core that everything runs on, one after the other"
    )
    core = parser.parse_args().core
    work = workspace("formats")
    folder = build_ours()
    say("Running ours ...")
    ours = {name: run_ours(folder, name, core) for name in OURS}
    java = {}
    for name, libraries in JAVA.items():
        say(f"Running Java's {name} ...")
        java[name] = run_java(work, name, libraries, core)

    rows = []
    demands = []
    for what, bench, run, rival, field, times in PAIRS:
        mine, theirs = ours[bench][run], java[rival][field]
        rows.append([what, f"{mine:.0f} ns", f"{theirs:.0f} ns", f"{theirs / mine:.1f} x"])
        demands.append(Demand(f"{what}, beside Java", theirs / mine, times, False))
    for what, run, by_hand, share in BY_HAND:
        ratio = ours["avro_bench"][by_hand] / ours["avro_bench"][run]
        demands.append(Demand(f"{what}, beside code written by hand", ratio, share, False))
    say()
    say(table(["CPU per record", "Sluice", "Java", "ratio"], rows))
    say()
    say(demands_table(demands))
    return 0 if all(demand.holds for demand in demands) else 1


if __name__ == "__main__":
    raise SystemExit(main())
