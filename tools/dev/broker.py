#!/usr/bin/env python3
"""A Kafka broker outside of any test: broker.py start|stop|status --dir D [--version V] [--throughput]."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "system"))

from lib.broker import Broker, read_state, stop_detached  # noqa: E402


def start(directory: Path, version: str | None, profile: str) -> None:
    state = read_state(directory)
    bootstrap = state["bootstrap"] if state else Broker(directory, version, profile, detached=True).bootstrap
    print(bootstrap)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["start", "stop", "status"])
    parser.add_argument("--dir", type=Path, required=True, help="its data, its log and broker.json")
    parser.add_argument("--version", help="of Kafka; the default is in versions.env")
    parser.add_argument("--throughput", action="store_true", help="for benchmarks: more heap, full compiler")
    arguments = parser.parse_args()
    if arguments.verb == "start":
        start(arguments.dir, arguments.version, "throughput" if arguments.throughput else "start")
    elif arguments.verb == "stop":
        print("stopped" if stop_detached(arguments.dir) else "not running")
    else:
        state = read_state(arguments.dir)
        print(state["bootstrap"] if state else "not running")
        return 0 if state else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
