#include "formats/json_schema/rules.h"

#include <compare>
#include <string>

#include "formats/json_schema/json_tree.h"
#include "formats/json_schema/uri.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

constexpr std::pair<std::string_view, uint8_t> kTypes[] = {
    {"null", kNullType},       {"boolean", kBooleanType},
    {"integer", kIntegerType}, {"number", kNumberType | kIntegerType},
    {"string", kStringType},   {"array", kArrayType},
    {"object", kObjectType},
};

uint8_t type_bit(const Value& name) {
  for (const auto& [known, bit] : kTypes) {
    if (is_string(name) && name.as_string() == known) return bit;
  }
  return 0;
}

const Value* number(const Value& schema, std::string_view keyword) {
  const Value* found = member(schema, keyword);
  return found != nullptr && (found->kind() == Kind::kInt64 || found->kind() == Kind::kBytes) ? found
                                                                                              : nullptr;
}

int64_t limit(const Value& schema, std::string_view keyword, int64_t otherwise = kNoLimit) {
  const Value* found = number(schema, keyword);
  if (found == nullptr || !is_whole(*found)) return otherwise;
  if (found->kind() == Kind::kInt64) return found->as_integer();
  // "2.0", or more than anything can have.
  int64_t low = 0;
  int64_t high = INT64_MAX;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (std::is_lt(compare_numbers(Value::int64(middle), *found))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::vector<std::string_view> names(const Value& list) {
  std::vector<std::string_view> texts;
  for (const Value& name : list.as_array()) {
    if (is_string(name)) texts.push_back(name.as_string());
  }
  return texts;
}

class Compiler {
 public:
  explicit Compiler(RuleBook& book) : book_(book), document_(*book.document) {}

  Status run() {
    rules_of(document_.root());
    while (done_ < book_.rules.size()) {
      Rules& rules = book_.rules[done_++];
      SLUICE_RETURN_IF_ERROR(fill(rules));
    }
    return {};
  }

 private:
  /// Filled later.
  const Rules* rules_of(const Place& place) {
    const auto [known, added] = book_.by_schema.emplace(place.schema, nullptr);
    if (added) {
      Rules& rules = book_.rules.emplace_back();
      rules.place = place;
      known->second = &rules;
    }
    return known->second;
  }

  const Rules* below(const Place& place, std::string_view keyword) {
    const Value* child = member(*place.schema, keyword);
    return child == nullptr || (!is_object(*child) && !is_boolean(*child)) ? nullptr
                                                                           : child_rules(place, *child);
  }
  const Rules* child_rules(const Place& place, const Value& child) {
    return rules_of(document_.enter(place, child));
  }
  std::vector<const Rules*> list_below(const Place& place, std::string_view keyword) {
    std::vector<const Rules*> list;
    if (const Value* children = member_of_kind(*place.schema, keyword, Kind::kArray)) {
      for (const Value& child : children->as_array()) list.push_back(child_rules(place, child));
    }
    return list;
  }

  Status fill(Rules& rules) {
    const Value& schema = *rules.place.schema;
    rules.never = is_boolean(schema) && !schema.as_boolean();
    if (!is_object(schema)) return {};
    const Draft draft = rules.place.draft();
    SLUICE_RETURN_IF_ERROR(fill_references(rules, draft));
    if (draft <= Draft::kDraft7 && rules.reference != nullptr) return {};
    fill_any(rules, draft);
    fill_numbers(rules, draft);
    SLUICE_RETURN_IF_ERROR(fill_strings(rules));
    fill_arrays(rules, draft);
    SLUICE_RETURN_IF_ERROR(fill_objects(rules, draft));
    fill_branches(rules, draft);
    return {};
  }

  Status fill_references(Rules& rules, Draft draft) {
    const Value& schema = *rules.place.schema;
    const auto target = [&](std::string_view keyword) -> Result<const Rules*> {
      const auto reference = text_member(schema, keyword);
      if (!reference) return nullptr;
      SLUICE_ASSIGN_OR_RETURN(const Place place, document_.resolve(rules.place, *reference));
      return rules_of(place);
    };
    SLUICE_ASSIGN_OR_RETURN(rules.reference, target("$ref"));
    if (draft == Draft::kDraft2019) {
      SLUICE_ASSIGN_OR_RETURN(rules.recursive, target("$recursiveRef"));
      if (rules.recursive != nullptr) {
        for (const Resource& resource : document_.resources())
          if (resource.recursive_anchor) rules_of({resource.root, &resource});
      }
    }
    if (draft != Draft::kDraft2020) return {};
    SLUICE_ASSIGN_OR_RETURN(rules.dynamic, target("$dynamicRef"));
    if (rules.dynamic == nullptr) return {};
    const std::string_view name = split_fragment(*text_member(schema, "$dynamicRef")).second;
    if (text_member(*rules.dynamic->place.schema, "$dynamicAnchor") != name) return {};
    rules.dynamic_name = name;
    for (const Resource& resource : document_.resources()) {
      const auto found = resource.dynamic_anchors.find(std::string(name));
      if (found != resource.dynamic_anchors.end()) rules_of({found->second, &resource});
    }
    return {};
  }

  static void fill_any(Rules& rules, Draft draft) {
    const Value& schema = *rules.place.schema;
    if (const Value* type = member(schema, "type")) {
      uint8_t types = type_bit(*type);
      if (is_array(*type)) {
        for (const Value& name : type->as_array()) types |= type_bit(name);
      }
      rules.types = types;
    }
    if (draft >= Draft::kDraft6) rules.constant = member(schema, "const");
    rules.symbols = member_of_kind(schema, "enum", Kind::kArray);
  }

  static void fill_numbers(Rules& rules, Draft draft) {
    const Value& schema = *rules.place.schema;
    rules.minimum = number(schema, "minimum");
    rules.maximum = number(schema, "maximum");
    rules.multiple_of = number(schema, "multipleOf");
    if (draft >= Draft::kDraft6) {
      rules.above = number(schema, "exclusiveMinimum");
      rules.below = number(schema, "exclusiveMaximum");
      return;
    }
    const auto is_exclusive = [&schema](std::string_view keyword) {
      const Value* found = member_of_kind(schema, keyword, Kind::kBoolean);
      return found != nullptr && found->as_boolean();
    };
    if (is_exclusive("exclusiveMinimum")) std::swap(rules.minimum, rules.above);
    if (is_exclusive("exclusiveMaximum")) std::swap(rules.maximum, rules.below);
  }

  static Status fill_strings(Rules& rules) {
    const Value& schema = *rules.place.schema;
    rules.length_min = limit(schema, "minLength");
    rules.length_max = limit(schema, "maxLength");
    if (const auto pattern = text_member(schema, "pattern")) {
      SLUICE_ASSIGN_OR_RETURN(auto compiled, SearchPattern::compile(*pattern));
      rules.pattern.emplace(std::move(compiled));
    }
    return {};
  }

  void fill_arrays(Rules& rules, Draft draft) {
    const Place& place = rules.place;
    const Value& schema = *place.schema;
    rules.items_min = limit(schema, "minItems");
    rules.items_max = limit(schema, "maxItems");
    const Value* unique = member_of_kind(schema, "uniqueItems", Kind::kBoolean);
    rules.unique = unique != nullptr && unique->as_boolean();
    if (draft == Draft::kDraft2020) {
      rules.first_items = list_below(place, "prefixItems");
      rules.other_items = below(place, "items");
    } else {
      rules.first_items = list_below(place, "items");
      const bool tuple = member_of_kind(schema, "items", Kind::kArray) != nullptr;
      rules.other_items = below(place, tuple ? "additionalItems" : "items");
    }
    if (draft >= Draft::kDraft6) rules.contains = below(place, "contains");
    if (draft >= Draft::kDraft2019) {
      rules.contains_min = limit(schema, "minContains", 1);
      rules.contains_max = limit(schema, "maxContains");
      rules.unevaluated_items = below(place, "unevaluatedItems");
    }
    rules.contains_evaluates = draft == Draft::kDraft2020;
    rules.looks_into_arrays = rules.items_min > 0 || rules.items_max >= 0 || rules.unique ||
                              !rules.first_items.empty() || rules.other_items != nullptr ||
                              rules.contains != nullptr;
  }

  Status fill_objects(Rules& rules, Draft draft) {
    const Place& place = rules.place;
    const Value& schema = *place.schema;
    rules.properties_min = limit(schema, "minProperties");
    rules.properties_max = limit(schema, "maxProperties");
    if (const Value* required = member_of_kind(schema, "required", Kind::kArray))
      rules.required = names(*required);
    if (const Value* properties = member_of_kind(schema, "properties", Kind::kMap)) {
      for (const MapEntry& entry : properties->as_map())
        rules.properties.emplace(entry.key.as_string(), child_rules(place, entry.value));
    }
    if (const Value* patterns = member_of_kind(schema, "patternProperties", Kind::kMap)) {
      for (const MapEntry& entry : patterns->as_map()) {
        SLUICE_ASSIGN_OR_RETURN(auto pattern, SearchPattern::compile(entry.key.as_string()));
        rules.patterns.emplace_back(std::move(pattern), child_rules(place, entry.value));
      }
    }
    rules.other_properties = below(place, "additionalProperties");
    if (draft >= Draft::kDraft6) rules.names = below(place, "propertyNames");
    fill_dependencies(rules, draft);
    if (draft >= Draft::kDraft2019) rules.unevaluated_properties = below(place, "unevaluatedProperties");
    rules.looks_into_objects = !rules.properties.empty() || !rules.patterns.empty() ||
                               rules.other_properties != nullptr || rules.names != nullptr;
    return {};
  }

  void fill_dependencies(Rules& rules, Draft draft) {
    const auto fill_from = [&](std::string_view keyword) {
      const Value* map = member_of_kind(*rules.place.schema, keyword, Kind::kMap);
      if (map == nullptr) return;
      for (const MapEntry& entry : map->as_map()) {
        if (is_array(entry.value)) {
          rules.with_required.emplace_back(entry.key.as_string(), names(entry.value));
        } else if (is_object(entry.value) || is_boolean(entry.value)) {
          rules.with_schema.emplace_back(entry.key.as_string(), child_rules(rules.place, entry.value));
        }
      }
    };
    if (draft <= Draft::kDraft7) return fill_from("dependencies");
    fill_from("dependentRequired");
    fill_from("dependentSchemas");
  }

  void fill_branches(Rules& rules, Draft draft) {
    const Place& place = rules.place;
    rules.all_of = list_below(place, "allOf");
    rules.any_of = list_below(place, "anyOf");
    rules.one_of = list_below(place, "oneOf");
    rules.none_of = below(place, "not");
    if (draft >= Draft::kDraft7) {
      rules.condition = below(place, "if");
      rules.if_true = below(place, "then");
      rules.if_false = below(place, "else");
    }
    rules.has_branches = !rules.all_of.empty() || !rules.any_of.empty() || !rules.one_of.empty() ||
                         rules.none_of != nullptr || rules.condition != nullptr;
  }

  RuleBook& book_;
  const SchemaDocument& document_;
  size_t done_ = 0;
};

}  // namespace

Result<std::shared_ptr<const RuleBook>> compile_rules(DocumentPtr document) {
  auto book = std::make_shared<RuleBook>();
  book->document = std::move(document);
  SLUICE_RETURN_IF_ERROR(Compiler(*book).run());
  return std::shared_ptr<const RuleBook>(std::move(book));
}

}  // namespace sluice::json_schema
