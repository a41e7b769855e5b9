#!/usr/bin/env python3
"""generate_messages.py <folder of *.msg> <out.h> <out.cc>: C++ structs and codecs of Kafka's messages.

The format of the definitions is described in messages/README.md. Standard library only.
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

PLAIN = {
    "bool": ("bool", "boolean", "false"),
    "int8": ("int8_t", "int8", "0"),
    "int16": ("int16_t", "int16", "0"),
    "int32": ("int32_t", "int32", "0"),
    "int64": ("int64_t", "int64", "0"),
    "uuid": ("Uuid", "uuid", None),
    "string": ("std::string", "string", None),
    "bytes": ("std::string", "bytes", None),
}
FIELD = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*)\s+(?P<type>[A-Za-z0-9]+)(?P<array>\[\])?(?P<null>\?)?"
    r"(?:\s+(?P<first>\d+)(?:-(?P<last>\d+)|\+))?(?:\s+tag\s+(?P<tag>\d+))?(?:\s+=\s+(?P<default>\S+))?$"
)
ALL_VERSIONS = (0, None)


@dataclass
class Field:
    name: str
    type: str
    array: bool
    nullable: bool
    versions: tuple[int, int | None]
    tag: int | None
    default: str | None
    fields: list["Field"] = field(default_factory=list)

    @property
    def is_struct(self) -> bool:
        return self.type not in PLAIN

    @property
    def element(self) -> str:
        return self.type if self.is_struct else PLAIN[self.type][0]

    @property
    def cpp_type(self) -> str:
        inner = f"std::vector<{self.element}>" if self.array else self.element
        return f"std::optional<{inner}>" if self.nullable else inner

    @property
    def initial(self) -> str:
        """The initializer of the member, and what a tagged field is compared with."""
        if self.default is not None:
            return "std::numeric_limits<int32_t>::min()" if self.default == "-2147483648" else self.default
        return "" if self.array or self.nullable or self.is_struct else PLAIN[self.type][2] or ""

    def condition(self) -> str | None:
        first, last = self.versions
        checks = ([f"version >= {first}"] if first else []) + (
            [f"version <= {last}"] if last is not None else []
        )
        return " && ".join(checks) or None


@dataclass
class Api:
    name: str
    key: int
    versions: tuple[int, int]
    flexible: str
    request: list[Field]
    response: list[Field]


def parse_field(text: str, place: str) -> Field:
    match = FIELD.match(text)
    if not match:
        sys.exit(f"{place}: not a field: {text}")
    versions = (
        ALL_VERSIONS
        if match["first"] is None
        else (int(match["first"]), match["last"] and int(match["last"]))
    )
    tag = match["tag"] and int(match["tag"])
    parsed = Field(
        match["name"],
        match["type"],
        bool(match["array"]),
        bool(match["null"]),
        versions,
        tag,
        match["default"],
    )
    if parsed.is_struct and not parsed.type[0].isupper():
        sys.exit(f"{place}: a struct's name begins with a capital: {text}")
    if parsed.nullable and not (parsed.array or parsed.type in ("string", "bytes")):
        sys.exit(f"{place}: only strings, bytes and arrays can be null: {text}")
    if parsed.tag is not None and (parsed.array or not parsed.initial):
        sys.exit(f"{place}: a tagged field is a plain number: {text}")
    return parsed


def parse(path: Path) -> Api:
    head: dict[str, str] = {}
    parts: dict[str, list[Field]] = {}
    stack: list[tuple[int, list[Field]]] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text, indent = line.strip(), len(line) - len(line.lstrip())
        if not text or text.startswith("#"):
            continue
        place = f"{path.name}:{number}"
        if indent == 0 and text in ("request", "response"):
            parts[text] = []
            stack = [(0, parts[text])]
        elif indent == 0:
            word, value = text.split(None, 1)
            head[word] = value
        else:
            parsed = parse_field(text, place)
            while stack and len(stack) > 1 and indent < stack[-1][0]:
                stack.pop()
            if stack[-1][0] == 0:
                stack.append((indent, stack[-1][1]))
            elif indent > stack[-1][0]:
                stack.append((indent, stack[-1][1][-1].fields))
            stack[-1][1].append(parsed)
    first, last = head["versions"].split("-")
    return Api(
        head["api"],
        int(head["key"]),
        (int(first), int(last)),
        head["flexible"],
        parts["request"],
        parts["response"],
    )


def declare(fields: list[Field], name: str, indent: str, extra: list[str]) -> list[str]:
    inner = indent + "  "
    lines = [f"{indent}struct {name} {{"]
    for item in fields:
        if item.is_struct:
            lines += declare(item.fields, item.type, inner, [])
    lines += [inner + line for line in extra]
    for item in fields:
        initial = (
            f" = {item.initial}" if item.initial else "{}" if item.type == "uuid" and not item.array else ""
        )
        lines.append(f"{inner}{item.cpp_type} {item.name}{initial};")
    unused = "" if fields else "[[maybe_unused]] "
    lines += [
        "",
        f"{inner}void encode(Writer& out, {unused}int16_t version) const;",
        f"{inner}void decode(Reader& in, {unused}int16_t version);",
        f"{inner}friend bool operator==(const {name}&, const {name}&) = default;",
        f"{indent}}};",
        "",
    ]
    return lines


def write_value(item: Field, value: str) -> list[str]:
    if item.is_struct and not item.array:
        return [f"{value}.encode(out, version);"]
    if not item.array:
        return [f"out.{'nullable_' if item.nullable else ''}{PLAIN[item.type][1]}({value});"]
    each = "item.encode(out, version);" if item.is_struct else f"out.{PLAIN[item.type][1]}(item);"
    reference = (
        "const auto" if not item.is_struct and item.type.startswith(("int", "bool")) else "const auto&"
    )
    target, member = (f"*{value}", "->") if item.nullable else (value, ".")
    loop = [f"out.array_size({value}{member}size());", f"for ({reference} item : {target}) {each}"]
    if not item.nullable:
        return loop
    return [f"if (!{value}) {{", "  out.null_array();", "} else {", *("  " + line for line in loop), "}"]


def read_value(item: Field) -> list[str]:
    if item.is_struct and not item.array:
        return [f"{item.name}.decode(in, version);"]
    if not item.array:
        name = PLAIN[item.type][1]
        return [f"{item.name} = in.{'nullable_' if item.nullable else ''}{name}();"]
    step = (
        [f"  {item.name}{'->' if item.nullable else '.'}emplace_back().decode(in, version);"]
        if item.is_struct
        else [f"  {item.name}{'->' if item.nullable else '.'}push_back(in.{PLAIN[item.type][1]}());"]
    )
    loop = "for (size_t left = {0}; left > 0 && in.ok(); --left) {{"
    if not item.nullable:
        return [f"{item.name}.clear();", loop.format("in.array_size()"), *step, "}"]
    return [
        f"{item.name}.reset();",
        "if (const auto size = in.nullable_array_size()) {",
        f"  {item.name}.emplace();",
        "  " + loop.format("*size"),
        *("  " + line for line in step),
        "  }",
        "}",
    ]


def under(condition: str | None, lines: list[str]) -> list[str]:
    if condition is None:
        return ["  " + line for line in lines]
    return [f"  if ({condition}) {{", *("    " + line for line in lines), "  }"]


def write_tags(tagged: list[Field]) -> list[str]:
    if not tagged:
        return ["  if (out.flexible()) out.uvarint(0);"]
    lines = ["  if (out.flexible()) {", "    uint32_t tags = 0;"]
    conditions = {t.name: f"{t.condition() or 'true'} && {t.name} != {t.initial}" for t in tagged}
    lines += [f"    if ({conditions[t.name]}) ++tags;" for t in tagged]
    lines.append("    out.uvarint(tags);")
    for item in sorted(tagged, key=lambda t: t.tag):
        lines += [
            f"    if ({conditions[item.name]}) {{",
            f"      out.uvarint({item.tag});",
            f"      out.uvarint(sizeof({item.name}));",
            *("      " + line for line in write_value(item, item.name)),
            "    }",
        ]
    return [*lines, "  }"]


def read_tags(tagged: list[Field]) -> list[str]:
    if not tagged:
        return ["  if (in.flexible()) in.skip_tags();"]
    lines = [f"  {t.name} = {t.initial};" for t in tagged]
    lines += [
        "  for (uint32_t left = in.flexible() ? in.uvarint() : 0; left > 0 && in.ok(); --left) {",
        "    const uint32_t tag = in.uvarint();",
        "    Reader field = in.part(in.uvarint());",
    ]
    for item in tagged:
        lines.append(f"    if (tag == {item.tag}) {item.name} = field.{PLAIN[item.type][1]}();")
    return [*lines, "    if (!field.ok()) in.fail();", "  }"]


def define(fields: list[Field], name: str) -> list[str]:
    lines = []
    for item in fields:
        if item.is_struct:
            lines += define(item.fields, f"{name}::{item.type}")
    ordinary = [item for item in fields if item.tag is None]
    tagged = [item for item in fields if item.tag is not None]
    version = "int16_t version" if needs_version(fields) else "int16_t /*version*/"
    lines.append(f"void {name}::encode(Writer& out, {version}) const {{")
    for item in ordinary:
        lines += under(item.condition(), write_value(item, item.name))
    lines += [*write_tags(tagged), "}", "", f"void {name}::decode(Reader& in, {version}) {{"]
    for item in ordinary:
        lines += under(item.condition(), read_value(item))
    return [*lines, *read_tags(tagged), "}", ""]


def needs_version(fields: list[Field]) -> bool:
    return any(item.condition() or item.is_struct for item in fields)


def header(apis: list[Api]) -> str:
    lines = [
        "#pragma once",
        "// Generated by src/kafka/protocol/generate_messages.py: change the definitions instead.",
        "",
        *(f"#include <{name}>" for name in ("cstdint", "limits", "optional", "string", "tuple", "vector")),
        "",
        '#include "kafka/protocol/wire.h"',
        "",
        "namespace sluice::kafka::protocol {",
        "",
    ]
    for api in apis:
        flexible = "ApiInfo::kNeverFlexible" if api.flexible == "never" else api.flexible
        values = f'"{api.name}", {api.key}, {api.versions[0]}, {api.versions[1]}, {flexible}'
        info = f"static constexpr ApiInfo kApi{{{values}}};"
        lines += declare(api.response, f"{api.name}Response", "", [info])
        extra = [info, f"using Response = {api.name}Response;"]
        lines += declare(api.request, f"{api.name}Request", "", extra)
    requests = ", ".join(f"{api.name}Request" for api in apis)
    lines += ["/// For tests of all.", f"using AllRequests = std::tuple<{requests}>;", ""]
    return "\n".join([*lines, "}  // namespace sluice::kafka::protocol", ""])


def source(apis: list[Api]) -> str:
    lines = ['#include "kafka_messages.h"', "", "namespace sluice::kafka::protocol {", ""]
    for api in apis:
        lines += define(api.response, f"{api.name}Response")
        lines += define(api.request, f"{api.name}Request")
    return "\n".join([*lines, "}  // namespace sluice::kafka::protocol", ""])


def main() -> None:
    folder, header_path, source_path = map(Path, sys.argv[1:])
    apis = [parse(path) for path in sorted(folder.glob("*.msg"))]
    header_path.write_text(header(apis))
    source_path.write_text(source(apis))


if __name__ == "__main__":
    main()
