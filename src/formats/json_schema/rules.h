#pragma once
// Inside the folder: a JSON Schema as rules to hold values against, compiled once.

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "formats/json_schema/schema_document.h"
#include "formats/json_schema/search_pattern.h"

namespace sluice::json_schema {

/// Bits of `types`.
enum JsonType : uint8_t {
  kNullType = 1,
  kBooleanType = 2,
  kIntegerType = 4,
  kNumberType = 8,
  kStringType = 16,
  kArrayType = 32,
  kObjectType = 64,
};

inline constexpr int64_t kNoLimit = -1;

/// What one schema asks for. A pointer that is null, an empty list or kNoLimit: nothing.
struct Rules {
  Place place;
  bool never = false;  // the schema `false`
  std::optional<uint8_t> types;
  const sdk::Value* constant = nullptr;
  const sdk::Value* symbols = nullptr;  // enum

  const sdk::Value* minimum = nullptr;
  const sdk::Value* maximum = nullptr;
  const sdk::Value* above = nullptr;  // exclusiveMinimum
  const sdk::Value* below = nullptr;
  const sdk::Value* multiple_of = nullptr;

  int64_t length_min = kNoLimit;
  int64_t length_max = kNoLimit;
  std::optional<SearchPattern> pattern;

  int64_t items_min = kNoLimit;
  int64_t items_max = kNoLimit;
  bool unique = false;
  std::vector<const Rules*> first_items;
  const Rules* other_items = nullptr;
  const Rules* contains = nullptr;
  int64_t contains_min = 1;
  int64_t contains_max = kNoLimit;
  bool contains_evaluates = false;

  int64_t properties_min = kNoLimit;
  int64_t properties_max = kNoLimit;
  std::vector<std::string_view> required;
  std::unordered_map<std::string_view, const Rules*> properties;
  std::vector<std::pair<SearchPattern, const Rules*>> patterns;
  const Rules* other_properties = nullptr;
  const Rules* names = nullptr;
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> with_required;
  std::vector<std::pair<std::string_view, const Rules*>> with_schema;

  std::vector<const Rules*> all_of;
  std::vector<const Rules*> any_of;
  std::vector<const Rules*> one_of;
  const Rules* none_of = nullptr;  // not
  const Rules* condition = nullptr;
  const Rules* if_true = nullptr;
  const Rules* if_false = nullptr;

  const Rules* reference = nullptr;
  const Rules* recursive = nullptr;  // $recursiveRef
  const Rules* dynamic = nullptr;    // $dynamicRef as it stands
  std::string_view dynamic_name;     // empty: it is no other's

  const Rules* unevaluated_items = nullptr;
  const Rules* unevaluated_properties = nullptr;

  /// Whether there is more to an array or object than its kind.
  bool looks_into_arrays = false;
  bool looks_into_objects = false;
  bool has_branches = false;
};

/// Immutable; threads may share it. Keeps its document.
struct RuleBook {
  DocumentPtr document;
  std::deque<Rules> rules;
  /// Of every schema that a $dynamicRef or $recursiveRef may mean.
  std::unordered_map<const sdk::Value*, const Rules*> by_schema;
  const Rules& root() const { return rules.front(); }
};

/// Error kind kBadRecord: a reference that leads nowhere, a pattern that is none.
Result<std::shared_ptr<const RuleBook>> compile_rules(DocumentPtr document);

}  // namespace sluice::json_schema
