#!/usr/bin/env python3
"""The checks themselves: what they must find, and what they must leave alone."""

import unittest

import functions
import house_rules_test
import layers_test

TABLE = {
    "rooms": {
        "base": {"level": 0, "uses": []},
        "sdk": {"level": 1, "uses": []},
        "kafka": {"level": 2, "uses": ["sdk/properties.h"]},
        "connectors/*": {"level": 3, "uses": ["sdk"]},
        "tasks": {"level": 4, "uses": ["sdk", "app"]},
        "app": {"level": 7, "uses": ["*"]},
    },
    "exceptions": [{"from": "kafka", "to": "tasks/x.h", "reason": "a test"}],
}


class LayersTest(unittest.TestCase):
    def refusal(self, source: str, target: str) -> str | None:
        return layers_test.Layers(TABLE).refusal(source, target)

    def test_granted(self):
        for source, target in [
            ("sdk/a.cc", "base/b.h"),
            ("sdk/a.cc", "sdk/data/b.h"),
            ("app/main.cc", "tasks/t.h"),
            ("kafka/a.cc", "sdk/properties.h"),
            ("connectors/file/a.cc", "connectors/file/b.h"),
            ("kafka/a.cc", "tasks/x.h"),
        ]:
            self.assertIsNone(self.refusal(source, target), (source, target))

    def test_refused(self):
        for source, target in [
            ("base/a.cc", "sdk/b.h"),
            ("kafka/a.cc", "sdk/connector.h"),
            ("tasks/a.cc", "app/b.h"),
            ("connectors/file/a.cc", "connectors/sql/b.h"),
            ("junk/a.cc", "base/b.h"),
        ]:
            self.assertIsNotNone(self.refusal(source, target), (source, target))

    def test_tests_see_all_that_is_below(self):
        layers = layers_test.Layers(TABLE)
        self.assertIsNone(layers.refusal("tasks/a_test.cc", "connectors/file/b.h", test=True))
        self.assertIsNotNone(layers.refusal("tasks/a_test.cc", "app/b.h", test=True))


class FunctionsTest(unittest.TestCase):
    def test_cpp(self):
        text = """namespace a {
class B : public C {
 public:
  int f() const { return '{'; }  // }
  B(int x) : x_{x} {
    auto g = [&](int y) {
      return y;
    };
  }
};
const char* kText = R"({ ( )";
std::map<int, int> kMap = {{1, 2}};
#define X(a) \\
  do { a
template <class T>
Result<T> free_one(
    int x) {
  if (x) { return 1; }
  return "}";
}
}
"""
        self.assertEqual(functions.cpp_lengths(text), [("f", 1), ("B", 5), ("free_one", 6)])


class DeadCodeTest(unittest.TestCase):
    def test_lines(self):
        for line in ["  // return x;", "// foo(bar);", "// a->b = c;", "//}"]:
            self.assertTrue(house_rules_test.DEAD_CODE.match(line), line)
        for line in ["// Returns the value; see read().", "/// auto x = f();", "// kept; used by the tests"]:
            self.assertFalse(house_rules_test.DEAD_CODE.match(line), line)


if __name__ == "__main__":
    unittest.main()
