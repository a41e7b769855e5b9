#include "transforms/requirements.h"

#include "sdk/data/values.h"

namespace sluice::transforms {
namespace {

Error found_instead(std::string_view wanted, std::string_view purpose, std::string_view found) {
  std::string message(wanted);
  return bad_record(message.append(" for [").append(purpose).append("], found: ").append(found));
}

}  // namespace

Error not_a_map(const sdk::Value& value, std::string_view purpose) {
  return found_instead("Only Map objects supported in absence of schema", purpose, java_class_name(value));
}

Error not_a_struct(const sdk::Value& value, std::string_view purpose) {
  return found_instead("Only Struct objects supported", purpose, java_class_name(value));
}

Error not_a_sink_record(std::string_view purpose) {
  return found_instead("Only SinkRecord supported", purpose, "org.apache.kafka.connect.source.SourceRecord");
}

Error no_fields() { return bad_record("Cannot list fields on non-struct type"); }

Error no_schema(std::string_view purpose) {
  return bad_record(std::string("Schema required for [").append(purpose).append("]"));
}

Error key_not_a_string(const sdk::Value& key) {
  const std::string_view name = java_class_name(key);
  std::string message("class ");
  message.append(name).append(" cannot be cast to class java.lang.String: the map has a key that is no text");
  return bad_record(std::move(message)).as_java("java.lang.ClassCastException");
}

Error first_problem(sdk::SchemaBuilder& builder, const Error& problem) {
  const auto built = builder.build();
  return built.ok() ? problem : built.error();
}

std::string schema_text(const sdk::Schema& schema) {
  std::string text("Schema{");
  if (schema.name()) text.append(*schema.name()).append(":");
  return text.append(type_name(schema.type())).append("}");
}

std::string class_text(const sdk::Value& value) {
  return std::string("class ").append(java_class_name(value));
}

}  // namespace sluice::transforms
