#!/usr/bin/env python3
"""count_results.py <folder>: sums up what test runners wrote there; the last line is `N passed, N failed`.

Reads, in any subfolder: GoogleTest's XML (one per binary), ctest's and pytest's JUnit files, and empty files
<name>.passed and <name>.failed for steps that are no test runner.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path


def outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail":
        return "failed"
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        return "skipped"
    return "passed"


def count_file(path: Path) -> tuple[Counter, list[str]]:
    """The outcomes of one file, and the names of what failed."""
    counts, failures = Counter(), []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        result = outcome(case)
        counts[result] += 1
        if result == "failed":
            failures.append(f"{case.get('classname')}.{case.get('name')}")
    return counts, failures


def count_ctest(path: Path) -> tuple[Counter, list[str]]:
    """A test binary that wrote its own file is counted there; if it wrote none or died later, here."""
    counts, failures = Counter(), []
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        result, own = outcome(case), path.parent / f"{case.get('name')}.xml"
        own_failures = count_file(own)[0]["failed"] if own.exists() else 0
        if own.exists() and (result == "passed" or own_failures):
            continue
        counts[result] += 1
        if result == "failed":
            failures.append(case.get("name"))
    return counts, failures


def main() -> None:
    folder, counts, failures = Path(sys.argv[1]), Counter(), []
    for path in sorted(folder.rglob("*.xml")):
        found, failed = (count_ctest if path.name == "ctest.xml" else count_file)(path)
        counts += found
        failures += [f"{path.parent.relative_to(folder)}/{name}" for name in failed]
    for path in [*folder.rglob("*.passed"), *folder.rglob("*.failed")]:
        counts[path.suffix[1:]] += 1
        failures += [path.stem] if path.suffix == ".failed" else []
    for name in failures:
        print(f"failed: {name}")
    if counts["skipped"]:
        print(f"{counts['skipped']} skipped")
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    sys.exit(1 if counts["failed"] or not counts["passed"] else 0)


if __name__ == "__main__":
    main()
