#include "cluster/letter_text.h"

#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "cluster/letter_headers.h"
#include "tasks/converter_set.h"

namespace sluice::cluster {
namespace {

constexpr const char* kJson = "org.apache.kafka.connect.json.JsonConverter";

Result<std::unique_ptr<sdk::Converter>> make_json_writer(const plugins::Plugins& plugins) {
  SLUICE_ASSIGN_OR_RETURN(const auto* plugin, plugins.converter(kJson));
  auto writer = plugin->make();
  SLUICE_RETURN_IF_ERROR(writer->configure({{"schemas.enable", "false"}}, sdk::ConverterRole::kValue));
  return writer;
}

/// Empty: it cannot be read.
std::string as_json(sdk::Converter& reader, sdk::Converter& writer, const sdk::BytesItem& item,
                    sdk::Arena& arena) {
  sdk::RecordErrors errors;
  sdk::SchemaAndValue read;
  reader.to_data({&item, 1}, arena, {&read, 1}, errors);
  if (!errors.empty()) return {};
  const sdk::DataItem data{item.topic, read.schema, read.value};
  BytesView json;
  writer.from_data({&data, 1}, arena, {&json, 1}, errors);
  return errors.empty() ? std::string(json) : std::string();
}

}  // namespace

void decode_letters(const ConnectorCall& call, std::vector<DeadLetter>& letters) {
  auto readers = tasks::ConverterSet::make(call.plugins, call.worker, call.config);
  auto writer = make_json_writer(call.plugins);
  if (!readers.ok() || !writer.ok()) {
    const Error& error = readers.ok() ? writer.error() : readers.error();
    log::warn("The dead letters of connector {} are shown undecoded: {}", call.connector, error.message());
    return;
  }
  sdk::Arena arena;
  for (DeadLetter& letter : letters) {
    const std::vector<RawHeader> headers = raw_headers(letter);
    if (letter.key)
      letter.key_json = as_json(*readers->key, **writer, {letter.topic, *letter.key, headers}, arena);
    if (letter.value) {
      letter.value_json = as_json(*readers->value, **writer, {letter.topic, *letter.value, headers}, arena);
    }
  }
}

}  // namespace sluice::cluster
