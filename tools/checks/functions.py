"""How long each function of a file is: Python by syntax tree, C++ by braces; lambdas are part of it."""

import ast
import re
from pathlib import Path

# Comments, raw strings, strings and characters, in the order in which they win.
NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
CONTAINER = re.compile(
    r"^\s*(?:inline\s+)?(?:template\s*<.*>\s*)?(?:export\s+)?"
    r"(?:namespace|class|struct|union|enum|extern)\b",
    re.DOTALL,
)
ACCESS = re.compile(r"^\s*(?:(?:public|private|protected)\s*:\s*)+")
# "B(int x) : x_" before the brace of x_{x}
MEMBER = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[\w>]\s*$", re.DOTALL)
NAME = re.compile(r"([~\w:]+(?:\s*operator\s*\S+?)?)\s*\(")


def lengths(path: Path) -> list[tuple[str, int]]:
    text = path.read_text()
    if path.suffix == ".py":
        return python_lengths(text)
    if path.suffix in (".cc", ".h"):
        return cpp_lengths(text)
    return []


def python_lengths(text: str) -> list[tuple[str, int]]:
    return [
        (node.name, node.end_lineno - node.lineno + 1)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def without_noise(text: str) -> str:
    """The text with comments, literals and preprocessor lines blanked, its line breaks kept."""

    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    text = NOISE.sub(blank, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.MULTILINE)


def cpp_lengths(text: str) -> list[tuple[str, int]]:
    code = without_noise(text)
    found: list[tuple[str, int]] = []
    depth, head = 0, 0  # head: where the text before the next brace begins
    name, begin, outer = "", 0, 0  # the function we are in, and the depth around it
    member = -1  # depth around the braces of a member initialiser, or -1
    for match in re.finditer(r"[{};]", code):
        at, token = match.start(), match[0]
        if token == "{":
            before = ACCESS.sub("", code[head:at])
            if not name and member < 0 and MEMBER.search(before):
                member = depth
            elif not name and member < 0 and starts_function(before):
                name, begin, outer = NAME.search(before)[1], at - len(before.lstrip()), depth
            depth += 1
        elif token == "}":
            depth -= 1
            if name and depth == outer:
                found.append((name, code.count("\n", begin, at) + 1))
                name = ""
        if member < 0:
            head = at + 1
        elif token == "}" and depth == member:
            member = -1
    return found


def starts_function(before: str) -> bool:
    """Whether a brace after this text opens a function body, not a class, a namespace or an initialiser."""
    return bool(NAME.search(before)) and not CONTAINER.match(before) and not before.rstrip().endswith("=")
