// The converters of Apache Kafka and of Confluent, under their Java class names.

#include <memory>
#include <string>
#include <utility>

#include "converters/avro_format.h"
#include "converters/boolean_converter.h"
#include "converters/byte_array_converter.h"
#include "converters/header_adapter.h"
#include "converters/json_converter.h"
#include "converters/json_schema_format.h"
#include "converters/number_converter.h"
#include "converters/protobuf_format.h"
#include "converters/registry_converter.h"
#include "converters/simple_header_converter.h"
#include "converters/string_converter.h"
#include "sdk/plugin_catalogue.h"

namespace sluice::converters {
namespace {

// Of the software whose behaviour they have.
constexpr const char* kVersion = "4.1.0";
constexpr const char* kConfluentVersion = "8.1.0";

using Make = std::function<std::unique_ptr<sdk::Converter>()>;

/// As a converter of keys and values, and of headers.
void add_both(sdk::PluginCatalogue& catalogue, const std::string& class_name, const Make& make) {
  sdk::ConverterPlugin plugin;
  plugin.class_names = {class_name};
  plugin.version = kVersion;
  plugin.make = make;
  catalogue.add(std::move(plugin));

  sdk::HeaderConverterPlugin header_plugin;
  header_plugin.class_names = {class_name};
  header_plugin.version = kVersion;
  header_plugin.make = [make] { return std::make_unique<HeaderAdapter>(make()); };
  catalogue.add(std::move(header_plugin));
}

/// With a schema registry; not for headers.
template <typename Format>
void add_registry_converter(sdk::PluginCatalogue& catalogue, const char* class_name) {
  sdk::ConverterPlugin plugin;
  plugin.class_names = {class_name};
  plugin.version = kConfluentVersion;
  plugin.make = [] { return std::make_unique<RegistryConverter>(std::make_unique<Format>()); };
  catalogue.add(std::move(plugin));
}

template <typename T>
std::unique_ptr<sdk::Converter> make() {
  return std::make_unique<T>();
}

}  // namespace

void register_plugins(sdk::PluginCatalogue& catalogue);
void register_plugins(sdk::PluginCatalogue& catalogue) {
  const std::string converters = "org.apache.kafka.connect.converters.";
  add_both(catalogue, "org.apache.kafka.connect.json.JsonConverter", &make<JsonConverter>);
  add_both(catalogue, "org.apache.kafka.connect.storage.StringConverter", &make<StringConverter>);
  add_both(catalogue, converters + "ByteArrayConverter", &make<ByteArrayConverter>);
  add_both(catalogue, converters + "BooleanConverter", &make<BooleanConverter>);
  const std::pair<const char*, const NumberFormat*> numbers[] = {{"ShortConverter", &kShortFormat},
                                                                 {"IntegerConverter", &kIntegerFormat},
                                                                 {"LongConverter", &kLongFormat},
                                                                 {"FloatConverter", &kFloatFormat},
                                                                 {"DoubleConverter", &kDoubleFormat}};
  for (const auto& [name, format] : numbers) {
    add_both(catalogue, converters + name,
             [format = format] { return std::make_unique<NumberConverter>(*format); });
  }
  add_registry_converter<AvroFormat>(catalogue, "io.confluent.connect.avro.AvroConverter");
  add_registry_converter<JsonSchemaFormat>(catalogue, "io.confluent.connect.json.JsonSchemaConverter");
  add_registry_converter<ProtobufFormat>(catalogue, "io.confluent.connect.protobuf.ProtobufConverter");
  sdk::HeaderConverterPlugin simple;
  simple.class_names = {"org.apache.kafka.connect.storage.SimpleHeaderConverter"};
  simple.version = kVersion;
  simple.make = [] { return std::make_unique<SimpleHeaderConverter>(); };
  catalogue.add(std::move(simple));
}

}  // namespace sluice::converters
