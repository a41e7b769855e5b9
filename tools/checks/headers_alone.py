#!/usr/bin/env python3
"""headers_alone.py <build folder> [headers…]: each header compiles alone (all of src/ by default).

Takes the flags of a source of the same room from compile_commands.json and only checks the syntax.
"""

import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import SRC, cpp_files, finish, name_of

WITH_VALUE = {"-o", "-include", "-MF", "-MT", "-MQ"}
ALONE = {"-c", "-MD", "-Winvalid-pch"}


def flags_by_folder(build: Path) -> dict[Path, list[str]]:
    """For each folder with sources, the compiler and the flags of one of them; tests come last."""
    entries = json.loads((build / "compile_commands.json").read_text())
    found: dict[Path, list[str]] = {}
    for entry in sorted(entries, key=lambda e: "_test.cc" in e["file"]):
        words = [w for w in shlex.split(entry["command"]) if w != entry["file"]]
        compiler = next(
            i for i, w in enumerate(words) if os.path.basename(w).startswith(("g++", "c++", "clang"))
        )
        flags, skip = [], False
        for word in words[compiler:]:
            if skip or word in WITH_VALUE:
                skip = not skip
            elif word not in ALONE:
                flags.append(word)
        found.setdefault(Path(entry["file"]).parent, flags)
    return found


def flags_of(header: Path, by_folder: dict[Path, list[str]]) -> list[str] | None:
    """Those of the nearest folder above; for a room of headers only, any room's do."""
    for folder in header.parents:
        if folder in by_folder:
            return by_folder[folder]
        if folder == SRC:
            return next(iter(by_folder.values()), None)
    return None


def check(header: Path, flags: list[str]) -> str | None:
    # "#pragma once in main file" is what it warns about, rightly and uselessly.
    command = [*flags, "-w", "-fsyntax-only", "-x", "c++", str(header)]
    run = subprocess.run(command, capture_output=True, text=True)
    return f"{name_of(header)} does not compile alone:\n{run.stderr}" if run.returncode else None


def main() -> None:
    build, chosen = Path(sys.argv[1]), [Path(name).resolve() for name in sys.argv[2:]]
    by_folder = flags_by_folder(build)
    headers = chosen or [path for path in cpp_files() if path.suffix == ".h"]
    jobs = [(header, flags) for header in headers if (flags := flags_of(header, by_folder))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: check(*job), jobs))
    finish(f"{len(jobs)} headers compile alone", [problem for problem in results if problem])


if __name__ == "__main__":
    main()
