#include "store/source_offsets.h"

#include <fmt/format.h>

#include "formats/json/json_decoder.h"
#include "formats/json/json_writer.h"

namespace sluice::store {

std::string SourceOffsets::key(const sdk::Value& partition) const {
  json::TextBuffer text;
  text.append("[");
  json::write_string(text, connector_);
  text.append(",");
  json::write_value(text, partition);
  text.append("]");
  return std::string(text.view());
}

std::optional<std::string> SourceOffsets::value(const sdk::Value& offset) const {
  if (offset.is_null()) return std::nullopt;
  json::TextBuffer text;
  json::write_value(text, offset);
  return std::string(text.view());
}

Result<sdk::Value> SourceOffsets::parse(std::string_view json, sdk::Arena& arena) {
  json::Decoder decoder;
  decoder.begin_batch(arena);
  return decoder.decode(json, arena);
}

Result<sdk::Value> SourceOffsets::read(const sdk::Value& partition, sdk::Arena& arena) const {
  SLUICE_ASSIGN_OR_RETURN(const auto stored, store_->get(key(partition)));
  if (!stored) return sdk::Value::null();
  json::Decoder decoder;
  decoder.begin_batch(arena);
  auto offset = decoder.decode(*stored, arena);
  if (offset.ok()) return offset;
  return offset.error().wrap(ErrorKind::kFailed,
                             fmt::format("The stored offset of {} is not JSON: {}", key(partition), *stored));
}

}  // namespace sluice::store
