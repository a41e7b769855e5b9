#include "formats/json_schema/facets.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "formats/json_schema/json_tree.h"

namespace sluice::json_schema {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

constexpr std::pair<std::string_view, std::string_view> kTellsType[] = {
    {"properties", "object"},
    {"additionalProperties", "object"},
    {"required", "object"},
    {"minProperties", "object"},
    {"maxProperties", "object"},
    {"patternProperties", "object"},
    {"propertyNames", "object"},
    {"dependencies", "object"},
    {"items", "array"},
    {"prefixItems", "array"},
    {"additionalItems", "array"},
    {"minItems", "array"},
    {"maxItems", "array"},
    {"uniqueItems", "array"},
    {"contains", "array"},
    {"minLength", "string"},
    {"maxLength", "string"},
    {"pattern", "string"},
    {"format", "string"},
    {"minimum", "number"},
    {"maximum", "number"},
    {"exclusiveMinimum", "number"},
    {"exclusiveMaximum", "number"},
    {"multipleOf", "number"},
};

}  // namespace

Result<Facets> Facets::gather(const SchemaDocument& document, const Place& place) {
  Facets facets;
  SLUICE_RETURN_IF_ERROR(facets.add(document, place));
  return facets;
}

Status Facets::add(const SchemaDocument& document, const Place& place) {
  constexpr size_t kPartsMax = 200;
  const auto is_it = [&](const Place& part) { return part.schema == place.schema; };
  if (std::any_of(parts_.begin(), parts_.end(), is_it)) return {};
  if (parts_.size() >= kPartsMax)
    return bad_record("A JSON Schema has more than 200 parts by $ref and allOf");
  parts_.push_back(place);
  for (const std::string_view keyword : {"$ref", "$recursiveRef", "$dynamicRef"}) {
    const auto reference = text_member(*place.schema, keyword);
    if (!reference) continue;
    SLUICE_ASSIGN_OR_RETURN(const Place target, document.resolve(place, *reference));
    SLUICE_RETURN_IF_ERROR(add(document, target));
  }
  if (const Value* branches = member_of_kind(*place.schema, "allOf", Kind::kArray)) {
    for (const Value& branch : branches->as_array()) {
      if (is_object(branch)) SLUICE_RETURN_IF_ERROR(add(document, document.enter(place, branch)));
    }
  }
  return {};
}

Place Facets::with(std::string_view keyword) const {
  for (const Place& part : parts_) {
    if (member(*part.schema, keyword) != nullptr) return part;
  }
  return {};
}

const Value* Facets::find(std::string_view keyword) const {
  const Place part = with(keyword);
  return part.schema == nullptr ? nullptr : member(*part.schema, keyword);
}

const Value* Facets::find(std::string_view keyword, Kind kind) const {
  const Value* found = find(keyword);
  return found != nullptr && found->kind() == kind ? found : nullptr;
}

std::vector<Property> Facets::properties(const SchemaDocument& document) const {
  std::vector<Property> properties;
  std::unordered_map<std::string_view, size_t> places;
  std::unordered_set<std::string_view> required;
  for (const Place& part : parts_) {
    if (const Value* names = member_of_kind(*part.schema, "required", Kind::kArray)) {
      for (const Value& name : names->as_array()) {
        if (is_string(name)) required.insert(name.as_string());
      }
    }
    const Value* map = member_of_kind(*part.schema, "properties", Kind::kMap);
    if (map == nullptr) continue;
    for (const MapEntry& entry : map->as_map()) {
      const Property property{entry.key.as_string(), document.enter(part, entry.value)};
      const auto [known, added] = places.emplace(property.name, properties.size());
      if (added) {
        properties.push_back(property);
      } else {
        properties[known->second] = property;
      }
    }
  }
  for (Property& property : properties) property.required = required.contains(property.name);
  return properties;
}

Facets::Types Facets::types() const {
  Types types;
  const auto add = [&types](const Value& name) {
    if (!is_string(name)) return;
    if (name.as_string() == "null") {
      types.null = true;
    } else {
      types.names.push_back(name.as_string());
    }
  };
  if (const Value* type = find("type")) {
    if (is_array(*type)) {
      for (const Value& name : type->as_array()) add(name);
    } else {
      add(*type);
    }
    return types;
  }
  for (const auto& [keyword, type] : kTellsType) {
    if (find(keyword) == nullptr) continue;
    types.names.push_back(type);
    break;
  }
  return types;
}

}  // namespace sluice::json_schema
