#include "store/record_json.h"

#include "formats/json/json_decoder.h"
#include "formats/json/json_writer.h"
#include "sdk/source_offsets.h"

namespace sluice::store {

Result<RecordJson> RecordJson::parse(const std::optional<std::string>& value) {
  RecordJson result;
  if (!value || value->empty()) return result;
  result.arena_ = std::make_unique<sdk::Arena>();
  // The lenient way is Jackson's in every detail; these records are few.
  SLUICE_ASSIGN_OR_RETURN(result.value_, json::decode_leniently(*value, *result.arena_));
  return result;
}

sdk::Value RecordJson::member(std::string_view name) const { return sdk::map_get(value_, name); }

std::optional<std::string> RecordJson::text(std::string_view name) const {
  const sdk::Value value = member(name);
  if (value.kind() != sdk::Kind::kString) return std::nullopt;
  return std::string(value.as_string());
}

std::optional<int64_t> RecordJson::integer(std::string_view name) const {
  const sdk::Value value = member(name);
  if (value.kind() != sdk::Kind::kInt64) return std::nullopt;
  return value.as_integer();
}

std::optional<bool> RecordJson::boolean(std::string_view name) const {
  const sdk::Value value = member(name);
  if (value.kind() != sdk::Kind::kBoolean) return std::nullopt;
  return value.as_boolean();
}

std::string_view json_kind(const sdk::Value& value) {
  switch (value.kind()) {
    case sdk::Kind::kNull:
      return "null";
    case sdk::Kind::kBoolean:
      return "boolean";
    case sdk::Kind::kString:
      return "string";
    case sdk::Kind::kArray:
      return "array";
    case sdk::Kind::kMap:
      return "object";
    default:
      return "number";
  }
}

void ObjectWriter::name(std::string_view name) {
  if (!is_first_) text_.push_back(',');
  is_first_ = false;
  json::write_string(text_, name);
  text_.push_back(':');
}

ObjectWriter& ObjectWriter::text(std::string_view key, std::string_view value) {
  name(key);
  json::write_string(text_, value);
  return *this;
}

ObjectWriter& ObjectWriter::text_or_null(std::string_view key, const std::optional<std::string>& value) {
  return value ? text(key, *value) : raw(key, "null");
}

ObjectWriter& ObjectWriter::integer(std::string_view key, int64_t value) {
  name(key);
  json::write_integer(text_, value);
  return *this;
}

ObjectWriter& ObjectWriter::boolean(std::string_view key, bool value) {
  return raw(key, value ? "true" : "false");
}

ObjectWriter& ObjectWriter::raw(std::string_view key, std::string_view json) {
  name(key);
  text_.append(json);
  return *this;
}

std::string ObjectWriter::finish() {
  text_.push_back('}');
  return std::string(text_.view());
}

}  // namespace sluice::store
