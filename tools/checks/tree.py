"""What the checks share: the checkout's files, and how a check reports."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"


def git_files() -> list[Path]:
    """Files that are in git or would be added to it."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted({ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def cpp_files() -> list[Path]:
    return [path for path in git_files() if path.suffix in (".h", ".cc") and SRC in path.parents]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def finish(check: str, problems: list[str]) -> None:
    """Prints the problems and ends the process with the fitting status."""
    for problem in problems:
        print(problem)
    print(f"{check}: {len(problems)} problem(s)" if problems else f"{check}: fine")
    sys.exit(1 if problems else 0)
