// Runs cases as TransformProbe.java does, through our transforms and predicates.

#include <cstdint>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "../described.h"
#include "sdk/config/config_def.h"
#include "sdk/data/values.h"
#include "sdk/plugin_catalogue.h"
#include "transforms/debezium/expression.h"

namespace sluice::transforms {
void register_plugins(sdk::PluginCatalogue& catalogue);
}

namespace {

using nlohmann::ordered_json;
using sluice::Error;
using sluice::compat::describe;
using sluice::compat::describe_schema;
using sluice::compat::to_schema;
using sluice::compat::to_value;
using sluice::sdk::Arena;
namespace sdk = sluice::sdk;

class Catalogue final : public sdk::PluginCatalogue {
 public:
  void add(sdk::SourcePlugin) override {}
  void add(sdk::SinkPlugin) override {}
  void add(sdk::ConverterPlugin) override {}
  void add(sdk::HeaderConverterPlugin) override {}
  void add(sdk::ConfigProviderPlugin) override {}
  void add(sdk::TransformPlugin plugin) override { transforms[plugin.class_names[0]] = plugin.make; }
  void add(sdk::PredicatePlugin plugin) override { predicates[plugin.class_names[0]] = plugin.make; }
  std::map<std::string, std::function<std::unique_ptr<sdk::Transform>()>> transforms;
  std::map<std::string, std::function<std::unique_ptr<sdk::Predicate>()>> predicates;
};

ordered_json error_of(const Error& error) {
  ordered_json node;
  node["error"] = error.exception_class();
  node["message"] = error.message();
  node["cause"] = error.cause() == nullptr ? ordered_json() : ordered_json(error.cause()->exception_class());
  return node;
}

ordered_json validate(const sdk::ConfigDef& def, const sdk::Properties& properties) {
  ordered_json values = ordered_json::array();
  for (const sdk::ConfigValue& value : def.validate(properties)) {
    const sdk::ConfigKey& key = *def.find(value.name);
    ordered_json node;
    node["name"] = value.name;
    node["value"] = value.value ? ordered_json(*value.value) : ordered_json();
    node["type"] = config_type_name(key.type);
    node["importance"] = importance_name(key.importance);
    const auto* text = std::get_if<std::string>(&key.default_value);
    const bool required = std::holds_alternative<sdk::NoDefault>(key.default_value);
    node["default"] = required ? ordered_json("(required)") : text ? ordered_json(*text) : ordered_json();
    node["validator"] = key.validator ? key.validator->text : "";
    node["errors"] = value.errors;
    values.push_back(node);
  }
  return values;
}

bool is_given(const ordered_json& node, const char* member) {
  return node.contains(member) && !node[member].is_null();
}

sdk::Record to_record(const ordered_json& node, Arena& arena) {
  sdk::Record record;
  record.topic = arena.copy(node.at("topic").get<std::string>());
  record.key_schema = to_schema(node.at("key_schema"), arena).get();
  record.key = to_value(node.at("key"), arena);
  record.value_schema = to_schema(node.at("value_schema"), arena).get();
  record.value = to_value(node.at("value"), arena);
  if (is_given(node, "offset")) {
    record.offset = node["offset"].get<int64_t>();
    record.partition = 0;
  }
  if (is_given(node, "partition")) record.partition = node["partition"].get<int32_t>();
  if (is_given(node, "timestamp")) record.timestamp = node["timestamp"].get<int64_t>();
  for (const auto& header : node.at("headers")) {
    sdk::add_header(arena, record,
                    {arena.copy(header[0].get<std::string>()), to_schema(header[1], arena).get(),
                     to_value(header[2], arena)});
  }
  return record;
}

ordered_json describe(const sdk::Record& record) {
  ordered_json node;
  node["topic"] = record.topic;
  node["partition"] = record.partition == sdk::kNoPartition ? ordered_json() : ordered_json(record.partition);
  node["timestamp"] = record.timestamp == sdk::kNoTimestamp ? ordered_json() : ordered_json(record.timestamp);
  node["key_schema"] = describe_schema(record.key_schema);
  node["key"] = describe(record.key);
  node["value_schema"] = describe_schema(record.value_schema);
  node["value"] = describe(record.value);
  node["headers"] = ordered_json::array();
  for (const sdk::Header& header : record.headers()) {
    node["headers"].push_back(
        ordered_json::array({header.key, describe_schema(header.schema), describe(header.value)}));
  }
  return node;
}

/// All records of the case as one batch.
ordered_json apply(sdk::Transform& transform, std::vector<sdk::Record>& records, Arena& arena) {
  std::vector<sdk::Record> given = records;
  std::vector<ordered_json> before;
  for (const sdk::Record& record : given) before.push_back(describe(record));
  std::vector<uint8_t> dropped(records.size(), 0);
  sdk::RecordErrors errors;
  transform.apply(records, arena, dropped, errors);
  ordered_json results = ordered_json::array();
  for (size_t i = 0; i < records.size(); ++i) {
    ordered_json result;
    if (dropped[i] != 0) {
      result["dropped"] = true;
    } else {
      result["record"] = describe(records[i]);
    }
    if (describe(given[i]) != before[i]) result["given record changed"] = true;
    results.push_back(result);
  }
  for (const auto& entry : errors.entries()) {
    if (describe(records[entry.index]) != before[entry.index])
      results[entry.index]["failed one changed"] = true;
    results[entry.index].erase("record");
    results[entry.index]["error"] = error_of(entry.error);
  }
  return results;
}

ordered_json test_all(sdk::Predicate& predicate, const std::vector<sdk::Record>& records) {
  std::vector<uint8_t> matches(records.size(), 0);
  sdk::RecordErrors errors;
  predicate.test(records, matches, errors);
  ordered_json results = ordered_json::array();
  for (const uint8_t match : matches) results.push_back({{"matches", match != 0}});
  for (const auto& entry : errors.entries()) results[entry.index] = {{"error", error_of(entry.error)}};
  return results;
}

ordered_json result_of(const sluice::Result<sdk::Value>& result) {
  if (!result.ok()) return {{"error", true}};
  if (result->is_null()) return nullptr;
  if (result->kind() == sdk::Kind::kBoolean) return result->as_boolean();
  if (result->kind() == sdk::Kind::kFloat64 || result->kind() == sdk::Kind::kFloat32)
    return result->as_float64();
  if (result->kind() >= sdk::Kind::kInt8 && result->kind() <= sdk::Kind::kInt64) {
    return static_cast<double>(result->as_integer());
  }
  std::string text;
  append_java_text(text, *result);
  return text;
}

ordered_json evaluate(const ordered_json& test) {
  using sluice::transforms::debezium::Expression;
  ordered_json results = ordered_json::array();
  Arena arena;
  const auto expression =
      Expression::compile(test.at("text").get<std::string>(), Expression::Language::kGroovy);
  for (const auto& record : test.at("records")) {
    if (expression.ok()) {
      results.push_back(result_of(expression->evaluate(to_record(record, arena), arena)));
    } else {
      results.push_back(expression.error().message());
    }
  }
  return {{"results", results}};
}

ordered_json run(const Catalogue& catalogue, const ordered_json& test) {
  const std::string given = test.at("class").get<std::string>();
  if (given == "expression") return evaluate(test);
  const std::string name =
      given.starts_with("io.debezium.") ? given : "org.apache.kafka.connect.transforms." + given;
  sdk::Properties properties;
  for (const auto& [key, value] : test.at("props").items()) properties.emplace(key, value.get<std::string>());
  std::unique_ptr<sdk::Transform> transform;
  std::unique_ptr<sdk::Predicate> predicate;
  if (catalogue.predicates.contains(name)) {
    predicate = catalogue.predicates.at(name)();
  } else {
    transform = catalogue.transforms.at(name)();
  }
  ordered_json result;
  const sdk::ConfigDef& def = predicate ? predicate->config() : transform->config();
  result["keys"] = ordered_json::array();
  for (const sdk::ConfigKey& key : def.keys()) result["keys"].push_back(key.name);
  result["validation"] = validate(def, properties);
  const sluice::Status configured =
      predicate ? predicate->configure(properties) : transform->configure(properties);
  if (!configured.ok()) {
    result["configure"] = error_of(configured.error());
    return result;
  }
  Arena arena;
  std::vector<sdk::Record> records;
  for (const auto& record : test.at("records")) records.push_back(to_record(record, arena));
  result["records"] = predicate ? test_all(*predicate, records) : apply(*transform, records, arena);
  return result;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Catalogue catalogue;
  sluice::transforms::register_plugins(catalogue);
  for (std::string line; std::getline(std::cin, line);) {
    const ordered_json result = run(catalogue, ordered_json::parse(line));
    std::cout << result.dump(-1, ' ', true, ordered_json::error_handler_t::replace) << '\n';
  }
  return 0;
}
