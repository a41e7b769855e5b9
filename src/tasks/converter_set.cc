#include "tasks/converter_set.h"

namespace sluice::tasks {
namespace {

constexpr const char* kDefaultHeaderConverter = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

struct Choice {
  std::string class_name;
  sdk::Properties properties;
};

Result<Choice> choose(const sdk::Properties& worker, const sdk::Properties& connector,
                      const std::string& property) {
  for (const sdk::Properties* level : {&connector, &worker}) {
    if (const std::string* class_name = sdk::find(*level, property); class_name != nullptr) {
      return Choice{*class_name, sdk::with_prefix(*level, property + ".")};
    }
  }
  if (property == "header.converter") return Choice{kDefaultHeaderConverter, {}};
  return bad_config("Missing required configuration \"" + property + "\" which has no default value.");
}

Result<std::unique_ptr<sdk::Converter>> make_converter(const plugins::Plugins& plugins, const Choice& choice,
                                                       sdk::ConverterRole role, std::string& class_name) {
  SLUICE_ASSIGN_OR_RETURN(const auto* plugin, plugins.converter(choice.class_name));
  class_name = plugin->class_names.front();
  auto converter = plugin->make();
  SLUICE_RETURN_IF_ERROR(converter->configure(choice.properties, role));
  return converter;
}

}  // namespace

Status ConverterSet::guard(const sdk::Contract& contract) { return value->guard(contract); }

Result<ConverterSet> ConverterSet::make(const plugins::Plugins& plugins, const sdk::Properties& worker,
                                        const sdk::Properties& connector) {
  ConverterSet set;
  SLUICE_ASSIGN_OR_RETURN(const Choice key, choose(worker, connector, "key.converter"));
  SLUICE_ASSIGN_OR_RETURN(set.key, make_converter(plugins, key, sdk::ConverterRole::kKey, set.key_class));
  SLUICE_ASSIGN_OR_RETURN(const Choice value, choose(worker, connector, "value.converter"));
  SLUICE_ASSIGN_OR_RETURN(set.value,
                          make_converter(plugins, value, sdk::ConverterRole::kValue, set.value_class));
  SLUICE_ASSIGN_OR_RETURN(const Choice header, choose(worker, connector, "header.converter"));
  SLUICE_ASSIGN_OR_RETURN(const auto* plugin, plugins.header_converter(header.class_name));
  set.header_class = plugin->class_names.front();
  set.header = plugin->make();
  SLUICE_RETURN_IF_ERROR(set.header->configure(header.properties));
  return set;
}

}  // namespace sluice::tasks
