#include "formats/json_schema/validator.h"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "formats/json/json_number.h"
#include "formats/json_schema/json_tree.h"
#include "formats/json_schema/rules.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

/// What a schema that refers to itself may cost.
constexpr int kDepthMax = 2'500;
constexpr uint64_t kStepsMax = 10'000'000;

uint8_t type_of(const Value& tree, Draft draft) {
  switch (tree.kind()) {
    case Kind::kNull:
      return kNullType;
    case Kind::kBoolean:
      return kBooleanType;
    case Kind::kString:
      return kStringType;
    case Kind::kArray:
      return kArrayType;
    case Kind::kMap:
      return kObjectType;
    default:
      break;
  }
  // To draft 4, 1.0 is no integer.
  const bool integer = draft == Draft::kDraft4 ? json::is_json_integer(tree) : is_whole(tree);
  return integer ? kIntegerType : kNumberType;
}

std::string types_text(uint8_t types) {
  static constexpr std::pair<uint8_t, std::string_view> kNames[] = {
      {kNullType, "null"},     {kBooleanType, "boolean"}, {kNumberType, "number"}, {kIntegerType, "integer"},
      {kStringType, "string"}, {kArrayType, "array"},     {kObjectType, "object"}};
  std::string text;
  for (const auto& [bit, name] : kNames) {
    if ((types & bit) == 0 || (bit == kIntegerType && (types & kNumberType) != 0)) continue;
    text.append(text.empty() ? "" : " or ").append(name);
  }
  return text;
}

int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

/// Indexes of two items that are the same, or {-1, -1}.
std::pair<int64_t, int64_t> find_twins(std::span<const Value> items) {
  std::unordered_multimap<size_t, size_t> by_hash;
  for (size_t i = 0; i < items.size(); ++i) {
    const size_t hash = json_hash(items[i]);
    const auto [first, last] = by_hash.equal_range(hash);
    for (auto other = first; other != last; ++other) {
      if (same_json(items[other->second], items[i]))
        return {static_cast<int64_t>(other->second), static_cast<int64_t>(i)};
    }
    by_hash.emplace(hash, i);
  }
  return {-1, -1};
}

/// The first of the names that the object does not have.
std::optional<std::string_view> missing_name(const std::vector<std::string_view>& names,
                                             const Value& object) {
  constexpr size_t kFew = 4'096;  // comparisons
  if (names.size() * object.as_map().size() <= kFew) {
    for (const std::string_view name : names) {
      if (member(object, name) == nullptr) return name;
    }
    return std::nullopt;
  }
  std::unordered_set<std::string_view> there;
  for (const MapEntry& entry : object.as_map()) there.insert(entry.key.as_string());
  for (const std::string_view name : names) {
    if (!there.contains(name)) return name;
  }
  return std::nullopt;
}

bool out_of(int64_t size, int64_t min, int64_t max) { return size < min || (max >= 0 && size > max); }

std::string limits_text(std::string_view what, int64_t size, int64_t min, int64_t max) {
  const bool few = size < min;
  return fmt::format("it has {} {}, and {} {} are allowed", size, what,
                     few ? "no fewer than" : "no more than", few ? min : max);
}

void add(std::vector<bool>& seen, const std::vector<bool>& more) {
  for (size_t i = 0; i < more.size(); ++i) seen[i] = seen[i] || more[i];
}

}  // namespace

Result<Validator> Validator::make(DocumentPtr document) {
  SLUICE_ASSIGN_OR_RETURN(auto book, compile_rules(std::move(document)));
  return Validator(std::move(book));
}

Status Validator::check(const Value& tree) {
  quiet_ = 0;
  depth_ = 0;
  steps_ = 0;
  gave_up_ = false;
  problem_.clear();
  place_.clear();
  scope_.clear();
  const bool fine = holds(book_->root(), tree, nullptr);
  if (gave_up_ || !fine)
    return bad_record(fmt::format("JSON does not match its schema: the value at #{} {}", place_, problem_));
  return {};
}

bool Validator::fails(const Rules& rules, std::string_view keyword, std::string_view what) {
  if (quiet_ > 0 || gave_up_) return false;
  place_.clear();
  const std::string where = book_->document->where(rules.place);
  problem_ = fmt::format("breaks the rule {}{}{}: {}", where, keyword.empty() ? "" : "/", keyword, what);
  return false;
}

bool Validator::fails_at(const Value& key) {
  if (quiet_ == 0) place_ = fmt::format("/{}{}", key.as_string(), place_);
  return false;
}

bool Validator::fails_at(size_t index) {
  if (quiet_ == 0) place_ = fmt::format("/{}{}", index, place_);
  return false;
}

bool Validator::gives_up(std::string_view why) {
  if (gave_up_) return false;
  gave_up_ = true;
  place_.clear();
  problem_ = fmt::format("cannot be checked: {}", why);
  return false;
}

bool Validator::holds(const Rules& rules, const Value& tree, Seen* seen) {
  if (gave_up_) return false;
  if (++steps_ > kStepsMax) return gives_up("the schema asks for too many steps");
  if (depth_ >= kDepthMax) return gives_up("the schema refers to itself without end");
  const bool enters = scope_.empty() || scope_.back() != rules.place.resource;
  if (enters) scope_.push_back(rules.place.resource);
  ++depth_;
  const bool result = holds_all(rules, tree, seen);
  --depth_;
  if (enters) scope_.pop_back();
  return result;
}

bool Validator::holds_quietly(const Rules& rules, const Value& tree, Seen* seen) {
  ++quiet_;
  const bool result = holds(rules, tree, seen);
  --quiet_;
  return result;
}

bool Validator::holds_all(const Rules& rules, const Value& tree, Seen* seen) {
  if (rules.never) return fails(rules, "", "nothing is allowed here");
  if (rules.unevaluated_properties != nullptr || rules.unevaluated_items != nullptr) {
    const size_t size = is_object(tree) ? tree.as_map().size() : is_array(tree) ? tree.as_array().size() : 0;
    Seen own(size);
    if (!references_hold(rules, tree, &own) || !any_holds(rules, tree)) return false;
    if (!array_holds(rules, tree, &own) || !object_holds(rules, tree, &own)) return false;
    if (!branches_hold(rules, tree, &own) || !rest_holds(rules, tree, own)) return false;
    if (seen != nullptr) add(*seen, own);
    return true;
  }
  return references_hold(rules, tree, seen) && any_holds(rules, tree) && array_holds(rules, tree, seen) &&
         object_holds(rules, tree, seen) && (!rules.has_branches || branches_hold(rules, tree, seen));
}

/// The rules for values of any type, numbers and strings.
bool Validator::any_holds(const Rules& rules, const Value& tree) {
  if (rules.types) {
    const uint8_t type = type_of(tree, rules.place.draft());
    if ((*rules.types & type) == 0)
      return fails(rules, "type",
                   fmt::format("it is {}, and {} is wanted", types_text(type), types_text(*rules.types)));
  }
  if (rules.constant != nullptr && !same_json(*rules.constant, tree))
    return fails(rules, "const", fmt::format("{} is not {}", short_text(tree), short_text(*rules.constant)));
  if (rules.symbols != nullptr) {
    const auto symbols = rules.symbols->as_array();
    const auto is_it = [&tree](const Value& symbol) { return same_json(symbol, tree); };
    if (std::none_of(symbols.begin(), symbols.end(), is_it))
      return fails(rules, "enum",
                   fmt::format("{} is none of its {} values", short_text(tree), symbols.size()));
  }
  if (json::is_json_number(tree)) return number_holds(rules, tree);
  return !is_string(tree) || string_holds(rules, tree);
}

bool Validator::number_holds(const Rules& rules, const Value& tree) {
  const auto wrong = [&](std::string_view keyword, std::string_view relation, const Value& limit) {
    return fails(rules, keyword, fmt::format("{} is {} {}", short_text(tree), relation, short_text(limit)));
  };
  if (rules.minimum != nullptr && std::is_lt(compare_numbers(tree, *rules.minimum)))
    return wrong("minimum", "less than", *rules.minimum);
  if (rules.maximum != nullptr && std::is_gt(compare_numbers(tree, *rules.maximum)))
    return wrong("maximum", "more than", *rules.maximum);
  if (rules.above != nullptr && std::is_lteq(compare_numbers(tree, *rules.above)))
    return wrong("exclusiveMinimum", "not more than", *rules.above);
  if (rules.below != nullptr && std::is_gteq(compare_numbers(tree, *rules.below)))
    return wrong("exclusiveMaximum", "not less than", *rules.below);
  if (rules.multiple_of != nullptr && !is_multiple(tree, *rules.multiple_of))
    return wrong("multipleOf", "no multiple of", *rules.multiple_of);
  return true;
}

bool Validator::string_holds(const Rules& rules, const Value& tree) {
  const std::string_view text = tree.as_string();
  if (rules.length_min > 0 || rules.length_max >= 0) {
    const int64_t size = characters(text);
    if (out_of(size, rules.length_min, rules.length_max))
      return fails(rules, size < rules.length_min ? "minLength" : "maxLength",
                   limits_text("characters", size, rules.length_min, rules.length_max));
  }
  if (!rules.pattern || rules.pattern->found_in(text, scratch_)) return true;
  return fails(rules, "pattern", fmt::format("the pattern is not found in {}", short_text(tree)));
}

bool Validator::array_holds(const Rules& rules, const Value& tree, Seen* seen) {
  if (!rules.looks_into_arrays || !is_array(tree)) return true;
  const auto items = tree.as_array();
  const auto size = static_cast<int64_t>(items.size());
  if (out_of(size, rules.items_min, rules.items_max))
    return fails(rules, size < rules.items_min ? "minItems" : "maxItems",
                 limits_text("items", size, rules.items_min, rules.items_max));
  if (rules.unique) {
    const auto [first, second] = find_twins(items);
    if (first >= 0)
      return fails(rules, "uniqueItems", fmt::format("items {} and {} are the same", first, second));
  }
  return items_hold(rules, tree, seen) && (rules.contains == nullptr || contains_holds(rules, tree, seen));
}

bool Validator::items_hold(const Rules& rules, const Value& tree, Seen* seen) {
  const auto items = tree.as_array();
  for (size_t i = 0; i < items.size(); ++i) {
    const Rules* item = i < rules.first_items.size() ? rules.first_items[i] : rules.other_items;
    if (item == nullptr) break;
    if (!holds(*item, items[i], nullptr)) return fails_at(i);
    if (seen != nullptr) (*seen)[i] = true;
  }
  return true;
}

bool Validator::contains_holds(const Rules& rules, const Value& tree, Seen* seen) {
  const auto items = tree.as_array();
  int64_t count = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!holds_quietly(*rules.contains, items[i], nullptr)) continue;
    ++count;
    if (seen != nullptr && rules.contains_evaluates) (*seen)[i] = true;
  }
  if (!out_of(count, rules.contains_min, rules.contains_max)) return true;
  return fails(rules, count < rules.contains_min ? "contains" : "maxContains",
               limits_text("such items", count, rules.contains_min, rules.contains_max));
}

bool Validator::object_holds(const Rules& rules, const Value& tree, Seen* seen) {
  if (!is_object(tree)) return true;
  const auto size = static_cast<int64_t>(tree.as_map().size());
  if (out_of(size, rules.properties_min, rules.properties_max))
    return fails(rules, size < rules.properties_min ? "minProperties" : "maxProperties",
                 limits_text("properties", size, rules.properties_min, rules.properties_max));
  if (const auto missing = missing_name(rules.required, tree))
    return fails(rules, "required", fmt::format("the property {} is missing", *missing));
  if (rules.looks_into_objects && !members_hold(rules, tree, seen)) return false;
  return dependencies_hold(rules, tree, seen);
}

bool Validator::members_hold(const Rules& rules, const Value& tree, Seen* seen) {
  const auto members = tree.as_map();
  for (size_t i = 0; i < members.size(); ++i) {
    if (rules.names != nullptr && !holds(*rules.names, members[i].key, nullptr))
      return fails_at(members[i].key);
    bool looked_at = false;
    if (!member_holds(rules, members[i], looked_at)) return fails_at(members[i].key);
    if (seen != nullptr && looked_at) (*seen)[i] = true;
  }
  return true;
}

bool Validator::member_holds(const Rules& rules, const MapEntry& member, bool& looked_at) {
  const std::string_view name = member.key.as_string();
  if (const auto named = rules.properties.find(name); named != rules.properties.end()) {
    looked_at = true;
    if (!holds(*named->second, member.value, nullptr)) return false;
  }
  for (const auto& [pattern, property] : rules.patterns) {
    if (!pattern.found_in(name, scratch_)) continue;
    looked_at = true;
    if (!holds(*property, member.value, nullptr)) return false;
  }
  if (looked_at || rules.other_properties == nullptr) return true;
  looked_at = true;
  if (rules.other_properties->never)
    return fails(rules, "additionalProperties", "no property of that name is allowed");
  return holds(*rules.other_properties, member.value, nullptr);
}

bool Validator::dependencies_hold(const Rules& rules, const Value& tree, Seen* seen) {
  for (const auto& [name, others] : rules.with_required) {
    if (member(tree, name) == nullptr) continue;
    for (const std::string_view other : others) {
      if (member(tree, other) == nullptr)
        return fails(rules, "dependentRequired",
                     fmt::format("the property {} is there and {} is missing", name, other));
    }
  }
  for (const auto& [name, schema] : rules.with_schema) {
    if (member(tree, name) != nullptr && !holds(*schema, tree, seen)) return false;
  }
  return true;
}

bool Validator::references_hold(const Rules& rules, const Value& tree, Seen* seen) {
  if (rules.reference != nullptr && !holds(*rules.reference, tree, seen)) return false;
  if (rules.recursive != nullptr && !holds(recursive_target(rules), tree, seen)) return false;
  return rules.dynamic == nullptr || holds(dynamic_target(rules), tree, seen);
}

/// The outermost resource around, as far as each allows it.
const Rules& Validator::recursive_target(const Rules& rules) const {
  const Rules* target = rules.recursive;
  if (!target->place.resource->recursive_anchor) return *target;
  for (auto resource = scope_.rbegin(); resource != scope_.rend(); ++resource) {
    if (!(*resource)->recursive_anchor) break;
    target = book_->by_schema.at((*resource)->root);
  }
  return *target;
}

/// The outermost resource that has a schema of that name.
const Rules& Validator::dynamic_target(const Rules& rules) const {
  if (rules.dynamic_name.empty()) return *rules.dynamic;
  for (const Resource* resource : scope_) {
    const auto found = resource->dynamic_anchors.find(rules.dynamic_name);
    if (found != resource->dynamic_anchors.end()) return *book_->by_schema.at(found->second);
  }
  return *rules.dynamic;
}

bool Validator::branches_hold(const Rules& rules, const Value& tree, Seen* seen) {
  for (const Rules* branch : rules.all_of) {
    if (!holds(*branch, tree, seen)) return false;
  }
  if (!one_holds(rules, tree, seen)) return false;
  if (rules.none_of != nullptr && holds_quietly(*rules.none_of, tree, nullptr) && !gave_up_)
    return fails(rules, "not", fmt::format("{} is what it must not be", short_text(tree)));
  if (rules.condition == nullptr) return true;
  Seen own(seen == nullptr ? 0 : seen->size());
  const bool met = holds_quietly(*rules.condition, tree, seen == nullptr ? nullptr : &own);
  if (met && seen != nullptr) add(*seen, own);
  const Rules* next = met ? rules.if_true : rules.if_false;
  return next == nullptr || holds(*next, tree, seen);
}

/// anyOf and oneOf. A branch that does not hold has looked at nothing.
bool Validator::one_holds(const Rules& rules, const Value& tree, Seen* seen) {
  const auto count = [&](const std::vector<const Rules*>& branches, size_t enough) {
    size_t holding = 0;
    for (size_t i = 0; i < branches.size() && holding < enough; ++i) {
      Seen own(seen == nullptr ? 0 : seen->size());
      if (!holds_quietly(*branches[i], tree, seen == nullptr ? nullptr : &own)) continue;
      ++holding;
      if (seen != nullptr) add(*seen, own);
    }
    return holding;
  };
  if (!rules.any_of.empty() && count(rules.any_of, seen == nullptr ? 1 : rules.any_of.size()) == 0)
    return fails(rules, "anyOf",
                 fmt::format("{} is none of its {} kinds", short_text(tree), rules.any_of.size()));
  if (rules.one_of.empty()) return true;
  const size_t holding = count(rules.one_of, 2);
  if (holding == 1) return true;
  return fails(rules, "oneOf",
               holding == 0 ? fmt::format("{} is none of its {} kinds", short_text(tree), rules.one_of.size())
                            : fmt::format("{} is of two kinds at once", short_text(tree)));
}

/// What no other rule has looked at.
bool Validator::rest_holds(const Rules& rules, const Value& tree, Seen& seen) {
  if (is_object(tree) && rules.unevaluated_properties != nullptr) {
    const auto members = tree.as_map();
    for (size_t i = 0; i < members.size(); ++i) {
      if (seen[i]) continue;
      if (rules.unevaluated_properties->never) {
        fails(rules, "unevaluatedProperties", "no property of that name is allowed");
        return fails_at(members[i].key);
      }
      if (!holds(*rules.unevaluated_properties, members[i].value, nullptr)) return fails_at(members[i].key);
      seen[i] = true;
    }
  }
  if (is_array(tree) && rules.unevaluated_items != nullptr) {
    const auto items = tree.as_array();
    for (size_t i = 0; i < items.size(); ++i) {
      if (seen[i]) continue;
      if (!holds(*rules.unevaluated_items, items[i], nullptr)) return fails_at(i);
      seen[i] = true;
    }
  }
  return true;
}

}  // namespace sluice::json_schema
