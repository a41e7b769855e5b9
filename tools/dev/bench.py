"""./dev bench <name> [options]: an end-to-end benchmark of bench/, with its rivals in the same run."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHES = {
    "filestream": "5,000,000 lines through the FileStream connectors: Sluice, Java Connect, kcat",
    "lake": "2,000,000 JSON events into zstd Parquet: Sluice, a pyarrow script",
    "formats": "converters and transforms: CPU per record, ours and Java's own classes",
    "sql": "5,000,000 rows out of PostgreSQL, 2,000,000 into it: Sluice, psql, Debezium's snapshot and sink",
    "cluster": "workers that die, sleep, leave and come: time until all runs elsewhere; density",
    "start": "time from exec to the first record, idle memory: Sluice, Java Connect",
}


def usage() -> str:
    lines = [f"  {name:<12}{what}" for name, what in BENCHES.items()]
    return "\n".join(["usage: ./dev bench <name> [--help | options]", "", *lines])


def main() -> int:
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(usage())
        return 0 if arguments else 2
    name, *options = arguments
    if name not in BENCHES:
        print(f"{usage()}\n\nbench: there is no benchmark '{name}'", file=sys.stderr)
        return 2
    if not {"-h", "--help"} & set(options):
        for command in (["setup.sh", "bench"], ["build.sh", "release", "sluice"]):
            if status := subprocess.call(["bash", f"tools/dev/{command[0]}", *command[1:]], cwd=ROOT):
                return status
    return subprocess.call([sys.executable, ROOT / "bench" / f"{name}.py", *options], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
