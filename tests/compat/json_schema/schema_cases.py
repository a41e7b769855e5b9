"""Random JSON Schemas of every draft, and values that they take or nearly take."""

import random
from typing import Any

URIS = {
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}
NAMES = ["a", "b", "c", "name", "x-1", "é"]
TEXTS = ["", "a", "ab", "abc", "é", "a1", "42", "2020-01-01", "\U0001f600", "a\nb"]
PATTERNS = ["^a", "b$", "^[a-z]+$", "\\d", "^.{1,2}$", "a|b", "^$"]
TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"]


class Cases:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.draft = 7
        self.targets: list[str] = []

    def case(self) -> tuple[int, Any, list[Any]]:
        self.draft = self.random.choice(list(URIS))
        # Nothing refers to itself: jsonschema would not end.
        self.targets = []
        two = self.schema(1)
        self.targets = ["two"]
        one = self.schema(2)
        self.targets = ["one", "two"]
        schema = self.schema(3)
        while not isinstance(schema, dict):
            schema = self.schema(3)
        where = "$defs" if self.draft >= 2019 else "definitions"
        schema = {"$schema": URIS[self.draft], **schema, where: {"one": one, "two": two}}
        return self.draft, schema, [self.value(3, schema) for _ in range(12)]

    def number(self) -> Any:
        return self.random.choice([0, 1, -1, 2, 3, 10, 1.5, -0.5, 1.0, 2.0, 1e3, 12345678901234567890])

    def size(self) -> int:
        return self.random.choice([0, 1, 1, 2, 3])

    def schemas(self, depth: int, least: int = 1) -> list[Any]:
        return [self.schema(depth - 1) for _ in range(self.random.randint(least, 3))]

    def names(self) -> list[str]:
        return self.random.sample(NAMES, self.random.randint(1, 3))

    def schema(self, depth: int) -> Any:
        if self.draft >= 6 and self.random.random() < 0.06:
            return self.random.random() < 0.7
        if depth <= 0 or self.random.random() < 0.3:
            return self.random.choice([self.any_rule, self.number_rules, self.text_rules])()
        rules = [self.any_rule, self.number_rules, self.text_rules, self.array_rules, self.object_rules]
        rules += [self.array_rules, self.object_rules, self.branches, self.branches, self.reference]
        made: dict[str, Any] = {}
        for _ in range(self.random.randint(1, 3)):
            rule = self.random.choice(rules)
            takes_depth = rule in (self.array_rules, self.object_rules, self.branches)
            made |= rule(depth) if takes_depth else rule()
        return made

    def any_rule(self) -> dict[str, Any]:
        kind = self.random.random()
        if kind < 0.6:
            return {"type": self.random.choice(TYPES)}
        if kind < 0.75:
            return {"type": self.random.sample(TYPES, 2)}
        if kind < 0.9 or self.draft < 6:
            return {"enum": [self.value(1) for _ in range(3)]}
        return {"const": self.value(1)}

    def number_rules(self) -> dict[str, Any]:
        rule = self.random.choice(
            ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]
        )
        if rule == "multipleOf":
            return {"multipleOf": self.random.choice([1, 2, 3, 0.5, 1.5])}
        if rule.startswith("exclusive") and self.draft == 4:
            plain = rule.removeprefix("exclusive").lower()
            return {plain: self.number(), rule: self.random.random() < 0.7}
        return {rule: self.number()}

    def text_rules(self) -> dict[str, Any]:
        rule = self.random.choice(["minLength", "maxLength", "pattern"])
        return {rule: self.random.choice(PATTERNS) if rule == "pattern" else self.size()}

    def array_rules(self, depth: int) -> dict[str, Any]:
        rules = ["minItems", "maxItems", "uniqueItems", "items", "items", "tuple"]
        if self.draft >= 6:
            rules.append("contains")
        if self.draft >= 2019:
            rules.append("count")
        if self.draft == 2020:  # jsonschema misreads what 2019-09 calls unevaluated
            rules.append("unevaluatedItems")
        rule = self.random.choice(rules)
        if rule in ("minItems", "maxItems"):
            return {rule: self.size()}
        if rule == "uniqueItems":
            return {rule: True}
        if rule == "tuple":
            first, rest = ("prefixItems", "items") if self.draft == 2020 else ("items", "additionalItems")
            return {first: self.schemas(depth), rest: self.schema(depth - 1)}
        if rule == "count":
            return {
                "contains": self.schema(depth - 1),
                "minContains": self.size(),
                "maxContains": self.size(),
            }
        if rule == "items" and self.draft == 4:
            return {rule: self.schema(depth - 1) or {}}
        return {rule: self.schema(depth - 1)}

    def object_rules(self, depth: int) -> dict[str, Any]:
        rules = [
            "minProperties",
            "maxProperties",
            "required",
            "properties",
            "properties",
            "patternProperties",
        ]
        rules += ["additionalProperties", "dependencies" if self.draft <= 7 else "dependentRequired"]
        if self.draft >= 6:
            rules.append("propertyNames")
        if self.draft >= 2019:
            rules.append("dependentSchemas")
        if self.draft == 2020:
            rules.append("unevaluatedProperties")
        rule = self.random.choice(rules)
        if rule in ("minProperties", "maxProperties"):
            return {rule: self.size()}
        if rule == "required":
            return {rule: self.names()}
        if rule in ("properties", "dependentSchemas"):
            return {rule: {name: self.schema(depth - 1) for name in self.names()}}
        if rule == "patternProperties":
            return {rule: {self.random.choice(PATTERNS): self.schema(depth - 1) for _ in range(2)}}
        if rule == "dependencies" and self.random.random() < 0.5:
            return {rule: {name: self.schema(depth - 1) for name in self.names()}}
        if rule in ("dependencies", "dependentRequired"):
            return {rule: {name: self.names() for name in self.names()}}
        return {rule: self.schema(depth - 1)}

    def branches(self, depth: int) -> dict[str, Any]:
        rules = ["allOf", "anyOf", "oneOf", "not"]
        if self.draft >= 7:
            rules.append("if")
        rule = self.random.choice(rules)
        if rule == "not":
            return {rule: self.schema(depth - 1)}
        if rule == "if":
            return {word: self.schema(depth - 1) for word in ("if", "then", "else")}
        return {rule: self.schemas(depth)}

    def reference(self) -> dict[str, Any]:
        if not self.targets:
            return self.any_rule()
        where = "$defs" if self.draft >= 2019 else "definitions"
        return {"$ref": f"#/{where}/{self.random.choice(self.targets)}"}

    def value(self, depth: int, schema: Any = None) -> Any:
        if isinstance(schema, dict) and self.random.random() < 0.7:
            wanted = self.wanted(depth, schema)
            if wanted is not None:
                return wanted
        kind = self.random.random()
        if depth <= 0 or kind < 0.5:
            return self.random.choice(
                [None, True, False, self.number(), self.number(), self.random.choice(TEXTS)]
            )
        if kind < 0.7:
            return [self.value(depth - 1) for _ in range(self.random.randint(0, 4))]
        return {name: self.value(depth - 1) for name in self.names()}

    def wanted(self, depth: int, schema: dict[str, Any]) -> Any:
        """A value that at least some of the rules are about."""
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        if "properties" in schema:
            made = {}
            for name, below in schema["properties"].items():
                if self.random.random() < 0.8:
                    made[name] = self.value(depth - 1, below)
            if self.random.random() < 0.3:
                made[self.random.choice(NAMES)] = self.value(depth - 1)
            return made
        items = schema.get("items") or schema.get("prefixItems") or schema.get("contains")
        if items is not None:
            below = items if isinstance(items, list) else [items] * self.random.randint(1, 3)
            return [self.value(depth - 1, item) for item in below]
        for word in ("allOf", "anyOf", "oneOf"):
            if word in schema:
                return self.value(depth, self.random.choice(schema[word]))
        return None
