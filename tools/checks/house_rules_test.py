#!/usr/bin/env python3
"""House rules that a machine can read: lengths (ratchets), READMEs, reminders, dead code, machine paths."""

import re
import tomllib
from pathlib import Path

import functions
from tree import ROOT, SRC, cpp_files, finish, git_files, name_of

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
CODE_SUFFIXES = {".cc", ".h", ".py", ".sh", ".cmake", ".ts", ".js", ".java"}

REMINDER = re.compile(r"\b(TODO|FIXME|XXX)\b")
REMINDER_WITH_REASON = re.compile(r"\bTODO\([^)]{10,}\)")
# A // comment that ends like a statement and looks like one; /// comments may show code.
DEAD_CODE = re.compile(
    r"^\s*//(?!/)\s*(?:"
    r"(?:return|if|for|while|auto|const|else|switch|case|delete|throw|using|#include)\b.*[;{}]"
    r"|[\w:.>\-\[\]]+\s*(?:=|\+=|-=)\s*[^=].*;"
    r"|[\w:.>\-]+\(.*\);"
    r"|[{}];?)\s*$"
)


def ratchets() -> dict:
    return tomllib.loads((ROOT / "tools/checks/ratchets.toml").read_text())


def over_limit(what: str, sizes: dict[str, int], limit: int, allowed: dict[str, int]) -> list[str]:
    """A size beyond the limit needs a ratchet, which may not be exceeded and goes when no longer needed."""
    problems = []
    for name, size in sizes.items():
        bound = allowed.get(name, limit)
        if size > bound:
            problems.append(f"{name}: {what} has {size} lines, the limit is {bound}: split it")
    for name, bound in allowed.items():
        if sizes.get(name, 0) <= limit:
            problems.append(
                f"tools/checks/ratchets.toml: {name} no longer needs its ratchet of {bound}: remove it"
            )
    return problems


def check_lengths(code: list[Path]) -> list[str]:
    allowed = ratchets()
    file_sizes = {name_of(path): path.read_text().count("\n") for path in code}
    function_sizes: dict[str, int] = {}
    for path in code:
        for name, length in functions.lengths(path):
            key = f"{name_of(path)}:{name}"
            function_sizes[key] = max(length, function_sizes.get(key, 0))
    return over_limit("the file", file_sizes, FILE_LINES_MAX, allowed.get("files", {})) + over_limit(
        "the function", function_sizes, FUNCTION_LINES_MAX, allowed.get("functions", {})
    )


def check_readmes() -> list[str]:
    lists = [path for path in git_files() if path.name == "CMakeLists.txt" and SRC in path.parents]
    rooms = [path.parent for path in lists if "sluice_room(" in path.read_text()]
    return [
        f"{name_of(room)}: a room needs a README.md that says what it is for"
        for room in rooms
        if not (room / "README.md").is_file() or not (room / "README.md").read_text().strip()
    ]


def check_reminders(code: list[Path]) -> list[str]:
    return [
        f"{name_of(path)}:{number}: a reminder needs its reason: TODO(why it waits, and for what)"
        for path in code
        if path.parent != Path(__file__).parent
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if REMINDER.search(line) and not REMINDER_WITH_REASON.search(line)
    ]


def check_dead_code(sources: list[Path]) -> list[str]:
    """Blocks of comment lines that are code throughout; code within prose is an example."""
    problems = []
    for path in sources:
        for block in re.finditer(r"(?:^[ \t]*//[^\n]*\n)+", path.read_text(), re.MULTILINE):
            if all(DEAD_CODE.match(line) for line in block[0].splitlines()):
                line = path.read_text().count("\n", 0, block.start()) + 1
                problems.append(
                    f"{name_of(path)}:{line}: this looks like commented-out code; git keeps the old one"
                )
    return problems


def check_headers(headers: list[Path]) -> list[str]:
    return [
        f"{name_of(path)}: a header needs #pragma once"
        for path in headers
        if "#pragma once" not in path.read_text()
    ]


def machine_paths() -> re.Pattern:
    """This checkout's folder, the one around it and the user's home; none may be written into a file."""
    roots = {ROOT, Path.home()} | ({ROOT.parent} if ROOT.parent.parent == Path("/") else set())
    roots -= {Path("/"), Path("/tmp"), Path("/home"), Path("/src"), Path("/app")}
    return re.compile(
        r"(?<![\w${}\"./])(?:" + "|".join(re.escape(str(root)) for root in sorted(roots)) + r")/"
    )


def check_machine_paths() -> list[str]:
    pattern, problems = machine_paths(), []
    for path in git_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            problems.append(f"{name_of(path)}:{line}: a path of this machine ({match[0]}…)")
    return problems


def main() -> None:
    code = [path for path in git_files() if path.suffix in CODE_SUFFIXES or name_of(path) == "dev"]
    sources = cpp_files()
    finish(
        "house rules",
        check_lengths(code)
        + check_readmes()
        + check_reminders(code)
        + check_dead_code(sources)
        + check_headers([path for path in sources if path.suffix == ".h"])
        + check_machine_paths(),
    )


if __name__ == "__main__":
    main()
