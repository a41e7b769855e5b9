#!/usr/bin/env python3
"""Reads every #include of src/ and every DEPS of its CMakeLists.txt against layers.toml."""

import re
import tomllib
from pathlib import PurePosixPath

from tree import ROOT, SRC, cpp_files, finish, git_files, name_of

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
ROOM_CALL = re.compile(r"sluice_room\(\s*(\S+)(.*?)\)", re.DOTALL)
TEST_FILE = re.compile(r"_(?:test|bench|fuzz)\.cc$")
KEYWORDS = {"DEPS", "LIBS", "TEST_DEPS", "TEST_LIBS", "PCH"}


class Layers:
    def __init__(self, table: dict):
        self.rooms = table["rooms"]
        self.exceptions = table.get("exceptions", [])

    def room_of(self, path: str) -> str | None:
        """The room (its folder below src/) that a file or folder belongs to."""
        parts = PurePosixPath(path).parts
        if not parts:
            return None
        if parts[0] in self.rooms:
            return parts[0]
        return "/".join(parts[:2]) if f"{parts[0]}/*" in self.rooms and len(parts) > 1 else None

    def rule(self, room: str) -> dict:
        return self.rooms.get(room) or self.rooms[f"{room.split('/')[0]}/*"]

    def refusal(self, source: str, target: str, test: bool = False) -> str | None:
        """Why a file of src/ may not use another; None if it may. Tests need no grant for a lower level."""
        source_room, target_room = self.room_of(source), self.room_of(target)
        if source_room is None:
            return "its folder is no room of layers.toml"
        if target_room is None:
            return "the target's folder is no room of layers.toml"
        if target_room in (source_room, "base"):
            return None
        if any(covers(e["from"], source) and covers(e["to"], target) for e in self.exceptions):
            return None
        rule = self.rule(source_room)
        if not test and not any(grant == "*" or covers(grant, target) for grant in rule["uses"]):
            return f"layers.toml grants {source_room} only: base, {', '.join(rule['uses']) or 'nothing else'}"
        if self.rule(target_room)["level"] >= rule["level"]:
            return f"{target_room} is not on a lower level than {source_room}"
        return None


def covers(grant: str, path: str) -> bool:
    return path == grant or path.startswith(grant + "/")


def check_includes(layers: Layers) -> list[str]:
    problems = []
    for path in cpp_files():
        source = path.relative_to(SRC).as_posix()
        for match in INCLUDE.finditer(path.read_text()):
            target = match[1]
            line = path.read_text().count("\n", 0, match.start(1)) + 1
            if not (SRC / target).exists():
                why = "there is no such file below src/ (includes are written from src/)"
            else:
                why = layers.refusal(source, target, test=bool(TEST_FILE.search(source)))
            if why:
                problems.append(f'{name_of(path)}:{line}: may not include "{target}": {why}')
    return problems


def dependencies(arguments: str) -> list[tuple[str, bool]]:
    """The rooms after DEPS and TEST_DEPS of one sluice_room call, and whether they are for tests."""
    keyword, found = None, []
    for word in arguments.split():
        if word in KEYWORDS:
            keyword = word
        elif keyword in ("DEPS", "TEST_DEPS"):
            found.append((word, keyword == "TEST_DEPS"))
    return found


def check_cmake(layers: Layers) -> list[str]:
    problems = []
    for path in git_files():
        if path.name != "CMakeLists.txt" or SRC not in path.parents:
            continue
        folder = path.parent.relative_to(SRC).as_posix()
        for room, arguments in ROOM_CALL.findall(path.read_text()):
            if room != folder:
                problems.append(f"{name_of(path)}: sluice_room({room}) in the folder of {folder}")
            for target, test in dependencies(arguments):
                why = whole_room_refusal(layers, folder, target, test)
                if why:
                    problems.append(f"{name_of(path)}: may not depend on {target}: {why}")
    return problems


def whole_room_refusal(layers: Layers, folder: str, target: str, test: bool) -> str | None:
    """As refusal, but linking a room is fine as soon as one file of it is granted."""
    source_room = layers.room_of(folder)
    if source_room and any(grant.startswith(target + "/") for grant in layers.rule(source_room)["uses"]):
        return None
    return layers.refusal(folder, target, test)


def check_table(layers: Layers) -> list[str]:
    return [
        f"layers.toml: the exception {e['from']} -> {e['to']} has no reason"
        for e in layers.exceptions
        if not e.get("reason")
    ]


def main() -> None:
    layers = Layers(tomllib.loads((ROOT / "layers.toml").read_text()))
    finish("layers", check_table(layers) + check_includes(layers) + check_cmake(layers))


if __name__ == "__main__":
    main()
