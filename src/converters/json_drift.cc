#include "converters/json_drift.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "converters/schema_drift.h"
#include "sdk/data/schema_builder.h"

namespace sluice::converters {
namespace {

using nlohmann::json;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;

/// Schemas stand for JSON's types, so that the comparison of schemas can do the work.
struct JsonType {
  std::string_view name;
  std::string_view schema;  // as the comparison calls it
  const SchemaPtr& (*make)();
};
constexpr std::array<JsonType, 6> kTypes{{{"string", "STRING", &sdk::Schema::string},
                                          {"number", "FLOAT64", &sdk::Schema::float64},
                                          {"boolean", "BOOLEAN", &sdk::Schema::boolean},
                                          {"array", "BYTES", &sdk::Schema::bytes},
                                          {"object", "INT64", &sdk::Schema::int64},
                                          {"null", "INT8", &sdk::Schema::int8}}};

SchemaPtr leaf(std::string_view type) {
  const auto found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const JsonType& known) { return known.name == type; });
  return found == kTypes.end() ? nullptr : found->make();
}

std::string_view type_of(const json& value) {
  if (value.is_number()) return "number";
  if (value.is_boolean()) return "boolean";
  return value.type_name();  // "string", "array", "object", "null"
}

std::vector<std::string> allowed_types(const json& contract) {
  std::vector<std::string> types;
  if (!contract.is_object() || !contract.contains("type")) return types;
  const json& type = contract["type"];
  const json list = type.is_array() ? type : json::array({type});
  for (const json& one : list) {
    if (one.is_string()) types.push_back(one == "integer" ? "number" : one.get<std::string>());
  }
  return types;
}

struct Pair {
  SchemaPtr contract;
  SchemaPtr record;
};

Pair same() { return {sdk::Schema::string(), sdk::Schema::string()}; }

Pair compare(const json& contract, const json& record);

Pair compare_objects(const json& contract, const json& record) {
  auto expected = SchemaBuilder::structure();
  auto found = SchemaBuilder::structure();
  const json& properties = contract["properties"];
  const json required = contract.value("required", json::array());
  for (const auto& [name, property] : properties.items()) {
    if (record.contains(name)) {
      const Pair pair = compare(property, record[name]);
      expected.field(name, pair.contract);
      found.field(name, pair.record);
    } else if (std::find(required.begin(), required.end(), name) != required.end()) {
      const auto types = allowed_types(property);
      const SchemaPtr type = types.empty() ? nullptr : leaf(types.back());
      expected.field(name, type ? type : sdk::Schema::string());
    }
  }
  for (const auto& [name, member] : record.items()) {
    if (!properties.contains(name)) found.field(name, leaf(type_of(member)));
  }
  // JSON knows names that schemas do not, such as the empty one.
  auto one = expected.build();
  auto other = found.build();
  return one.ok() && other.ok() ? Pair{*one, *other} : same();
}

/// The first item that differs stands for all.
Pair compare_items(const json& contract, const json& record) {
  for (const json& item : record) {
    Pair pair = compare(contract["items"], item);
    if (!same_schema(pair.contract.get(), pair.record.get())) {
      return {SchemaBuilder::array(pair.contract).build_or_die(),
              SchemaBuilder::array(pair.record).build_or_die()};
    }
  }
  return same();
}

Pair compare(const json& contract, const json& record) {
  if (!contract.is_object()) return same();
  const auto types = allowed_types(contract);
  const std::string_view type = type_of(record);
  if (!types.empty() && std::find(types.begin(), types.end(), type) == types.end()) {
    const SchemaPtr expected = leaf(types.back());
    return expected ? Pair{expected, leaf(type)} : same();
  }
  const auto has_object = [&](const char* key) {
    return contract.contains(key) && contract[key].is_object();
  };
  if (record.is_object() && has_object("properties")) return compare_objects(contract, record);
  if (record.is_array() && has_object("items")) return compare_items(contract, record);
  return same();
}

std::string json_name(const std::string& schema) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const JsonType& known) { return known.schema == schema; });
  return found == kTypes.end() ? "object" : std::string(found->name);
}

}  // namespace

std::string json_drift(const json& contract, const json& record) {
  const Pair pair = compare(contract, record);
  SchemaDrift drift = schema_drift(*pair.contract, *pair.record);
  for (auto& [field, from, to] : drift.retyped) {
    from = json_name(from);
    to = json_name(to);
  }
  if (drift.missing.empty() && drift.retyped.empty() && drift.renamed.empty()) return {};
  return drift.text();
}

}  // namespace sluice::converters
