// Runs converter cases, one JSON object per line on stdin, through our converters and prints one JSON object
// per case. ConverterProbe.java does the same with the real ones; test_converters.py makes the cases and
// compares.

#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "described.h"
#include "sdk/data/value_convert.h"
#include "sdk/data/values.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::converters {
void register_plugins(sdk::PluginCatalogue& catalogue);
}

namespace {

using namespace sluice::compat;
using nlohmann::ordered_json;
using sluice::BytesView;
using sluice::Error;
using sluice::sdk::Arena;
using sluice::sdk::SchemaPtr;
using sluice::sdk::Value;
namespace sdk = sluice::sdk;

class Catalogue final : public sdk::PluginCatalogue {
 public:
  void add(sdk::SourcePlugin) override {}
  void add(sdk::SinkPlugin) override {}
  void add(sdk::TransformPlugin) override {}
  void add(sdk::ConfigProviderPlugin) override {}
  void add(sdk::PredicatePlugin) override {}
  void add(sdk::ConverterPlugin plugin) override { converters[plugin.class_names[0]] = plugin.make; }
  void add(sdk::HeaderConverterPlugin plugin) override {
    header_converters[plugin.class_names[0]] = plugin.make;
  }
  std::map<std::string, std::function<std::unique_ptr<sdk::Converter>()>> converters;
  std::map<std::string, std::function<std::unique_ptr<sdk::HeaderConverter>()>> header_converters;
};

class Probe {
 public:
  Probe() { sluice::converters::register_plugins(catalogue_); }

  ordered_json run(const ordered_json& test) {
    Arena arena;
    try {
      const auto& op = test.at("op");
      return op == "to_data"     ? to_data(test, arena)
             : op == "from_data" ? from_data(test, arena)
                                 : convert(test, arena);
    } catch (const Error& error) {
      ordered_json result;
      result["error"] = error.exception_class();
      result["message"] = error.message();
      result["cause"] =
          error.cause() == nullptr ? ordered_json() : ordered_json(error.cause()->exception_class());
      return result;
    }
  }

 private:
  static sdk::Properties properties(const ordered_json& test) {
    sdk::Properties properties;
    for (const auto& [key, value] : test.at("props").items())
      properties.emplace(key, value.get<std::string>());
    return properties;
  }

  static bool is_header_only(const ordered_json& test) {
    return test.at("converter").get<std::string>().ends_with("SimpleHeaderConverter");
  }

  sdk::Converter& converter(const ordered_json& test) {
    const auto name = test.at("converter").get<std::string>();
    auto& made = converters_[name + test.at("props").dump()];
    if (!made) {
      made = catalogue_.converters.at(name)();
      check(made->configure(properties(test), sdk::ConverterRole::kValue));
    }
    return *made;
  }

  std::unique_ptr<sdk::HeaderConverter> header_converter(const ordered_json& test) {
    auto made = catalogue_.header_converters.at(test.at("converter").get<std::string>())();
    check(made->configure(properties(test)));
    return made;
  }

  static void check(const sluice::Status& status) {
    if (!status.ok()) throw status.error();
  }
  static void check(const sdk::RecordErrors& errors) {
    if (!errors.empty()) throw errors.entries()[0].error;
  }

  ordered_json to_data(const ordered_json& test, Arena& arena) {
    const std::string bytes = test.at("bytes").is_null() ? "" : from_hex(test.at("bytes").get<std::string>());
    const BytesView view = test.at("bytes").is_null() ? sluice::kNullBytes : arena.copy(bytes);
    sdk::SchemaAndValue data;
    if (is_header_only(test)) {
      auto result = header_converter(test)->to_data("t", "h", view, arena);
      if (!result.ok()) throw result.error();
      data = *result;
    } else {
      const sdk::BytesItem item{"t", view, {}};
      sdk::RecordErrors errors;
      converter(test).to_data({&item, 1}, arena, {&data, 1}, errors);
      check(errors);
    }
    ordered_json result;
    result["schema"] = describe_schema(data.schema);
    result["value"] = describe(data.value);
    return result;
  }

  ordered_json from_data(const ordered_json& test, Arena& arena) {
    const SchemaPtr schema = to_schema(test.at("schema"), arena);
    const Value value = to_value(test.at("value"), arena);
    BytesView bytes;
    if (is_header_only(test)) {
      auto result = header_converter(test)->from_data("t", "h", schema.get(), value, arena);
      if (!result.ok()) throw result.error();
      bytes = *result;
    } else {
      const sdk::DataItem item{"t", schema.get(), value};
      sdk::RecordErrors errors;
      converter(test).from_data({&item, 1}, arena, {&bytes, 1}, errors);
      check(errors);
    }
    ordered_json result;
    result["bytes"] = sluice::is_null(bytes) ? ordered_json() : ordered_json(to_hex(bytes));
    return result;
  }

  static ordered_json convert(const ordered_json& test, Arena& arena) {
    const SchemaPtr schema = to_schema(test.at("schema"), arena);
    const Value value = to_value(test.at("value"), arena);
    static const std::map<std::string, sdk::ConversionTarget> kTargets = {
        {"boolean", sdk::ConversionTarget::kBoolean},    {"int8", sdk::ConversionTarget::kInt8},
        {"int16", sdk::ConversionTarget::kInt16},        {"int32", sdk::ConversionTarget::kInt32},
        {"int64", sdk::ConversionTarget::kInt64},        {"float32", sdk::ConversionTarget::kFloat32},
        {"float64", sdk::ConversionTarget::kFloat64},    {"string", sdk::ConversionTarget::kString},
        {"list", sdk::ConversionTarget::kList},          {"map", sdk::ConversionTarget::kMap},
        {"date", sdk::ConversionTarget::kDate},          {"time", sdk::ConversionTarget::kTime},
        {"timestamp", sdk::ConversionTarget::kTimestamp}};
    const auto target = test.at("target").get<std::string>();
    auto converted = target == "decimal"
                         ? sdk::convert_to_decimal(arena, schema.get(), value, test.at("scale").get<int>())
                         : sdk::convert_value(arena, schema.get(), value, kTargets.at(target));
    if (!converted.ok()) throw converted.error();
    ordered_json result;
    result["value"] = describe(*converted);
    return result;
  }

  Catalogue catalogue_;
  std::map<std::string, std::unique_ptr<sdk::Converter>> converters_;
};

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  Probe probe;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout
        << probe.run(ordered_json::parse(line)).dump(-1, ' ', true, ordered_json::error_handler_t::replace)
        << '\n';
  }
  return 0;
}
