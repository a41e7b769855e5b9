#include "sdk/data/schema_builder.h"

#include <algorithm>
#include <utility>

#include "sdk/data/values.h"

namespace sluice::sdk {
namespace {

constexpr std::string_view kSchemaBuilderException = "org.apache.kafka.connect.errors.SchemaBuilderException";

Error broken_rule(std::string message) {
  return bad_record(std::move(message)).as_java(kSchemaBuilderException);
}

}  // namespace

SchemaBuilder::SchemaBuilder(Type type) : schema_(new Schema()) { schema_->type_ = type; }

SchemaBuilder SchemaBuilder::array(SchemaPtr element) {
  SchemaBuilder builder(Type::kArray);
  if (!element) builder.fail("valueSchema cannot be null.");
  builder.schema_->value_schema_ = std::move(element);
  return builder;
}

SchemaBuilder SchemaBuilder::map(SchemaPtr key, SchemaPtr value) {
  SchemaBuilder builder(Type::kMap);
  if (!key) builder.fail("keySchema cannot be null.");
  if (!value) builder.fail("valueSchema cannot be null.");
  builder.schema_->key_schema_ = std::move(key);
  builder.schema_->value_schema_ = std::move(value);
  return builder;
}

SchemaBuilder SchemaBuilder::loose_map(SchemaPtr key, SchemaPtr value) {
  SchemaBuilder builder(Type::kMap);
  builder.schema_->key_schema_ = std::move(key);
  builder.schema_->value_schema_ = std::move(value);
  return builder;
}

SchemaBuilder SchemaBuilder::decimal(int32_t scale) {
  SchemaBuilder builder(Type::kBytes);
  builder.name(kDecimalName).version(1).parameter(kScaleParameter, std::to_string(scale));
  return builder;
}

SchemaBuilder SchemaBuilder::date() {
  SchemaBuilder builder(Type::kInt32);
  builder.name(kDateName).version(1);
  return builder;
}

SchemaBuilder SchemaBuilder::time() {
  SchemaBuilder builder(Type::kInt32);
  builder.name(kTimeName).version(1);
  return builder;
}

SchemaBuilder SchemaBuilder::timestamp() {
  SchemaBuilder builder(Type::kInt64);
  builder.name(kTimestampName).version(1);
  return builder;
}

SchemaBuilder& SchemaBuilder::fail(std::string message) {
  if (!error_) error_ = broken_rule(std::move(message));
  return *this;
}

SchemaBuilder& SchemaBuilder::optional(bool is_optional) {
  if (optional_set_) return fail("Invalid SchemaBuilder call: optional has already been set.");
  optional_set_ = true;
  schema_->optional_ = is_optional;
  return *this;
}

SchemaBuilder& SchemaBuilder::name(std::string_view name) {
  if (schema_->name_) return fail("Invalid SchemaBuilder call: name has already been set.");
  schema_->name_ = std::string(name);
  return *this;
}

SchemaBuilder& SchemaBuilder::version(int32_t version) {
  if (schema_->version_) return fail("Invalid SchemaBuilder call: version has already been set.");
  schema_->version_ = version;
  return *this;
}

SchemaBuilder& SchemaBuilder::doc(std::string_view doc) {
  if (schema_->doc_) return fail("Invalid SchemaBuilder call: doc has already been set.");
  schema_->doc_ = std::string(doc);
  return *this;
}

SchemaBuilder& SchemaBuilder::parameter(std::string_view key, std::string_view value) {
  for (auto& [name, text] : schema_->parameters_) {
    if (name == key) {  // Java lets the last one win
      text = value;
      return *this;
    }
  }
  schema_->parameters_.emplace_back(key, value);
  return *this;
}

SchemaBuilder& SchemaBuilder::default_value(const Value& value) {
  if (schema_->has_default()) return fail("Invalid SchemaBuilder call: default has already been set.");
  schema_->default_value_ = deep_copy(schema_->arena_, value);
  return *this;
}

SchemaBuilder& SchemaBuilder::field(std::string_view name, SchemaPtr schema) {
  if (schema_->type_ != Type::kStruct) {
    return fail("Cannot create fields on type " + std::string(type_name(schema_->type_)));
  }
  if (name.empty()) return fail("fieldName cannot be null.");
  if (!schema) return fail("fieldSchema for field " + std::string(name) + " cannot be null.");
  schema_->fields_.push_back({std::string(name), std::move(schema)});
  return *this;
}

Result<SchemaPtr> SchemaBuilder::build() {
  schema_->finish();
  const auto& names = schema_->fields_by_name_;
  int second = -1;  // the first field whose name was taken already, as Java finds it
  for (size_t i = 1; i < names.size(); ++i) {
    if (names[i].first == names[i - 1].first && (second < 0 || names[i].second < second))
      second = names[i].second;
  }
  if (second >= 0) {
    fail("Cannot create field because of field name duplication " +
         schema_->fields_[static_cast<size_t>(second)].name);
  }
  if (!error_ && schema_->has_default()) {
    if (auto valid = validate_value(*schema_, schema_->default_value_); !valid.ok()) {
      error_ =
          valid.error().wrap(ErrorKind::kBadRecord, "Invalid default value").as_java(kSchemaBuilderException);
    }
  }
  if (error_) return *error_;
  return SchemaPtr(std::move(schema_));
}

SchemaPtr SchemaBuilder::build_or_die() {
  auto built = build();
  if (!built.ok()) check_failed("a schema that cannot be wrong", built.error().message().c_str());
  return std::move(built).value();
}

SchemaBuilder copy_schema_basics(const Schema& schema) {
  SchemaBuilder builder = schema.type() == Type::kArray ? SchemaBuilder::array(schema.value_schema())
                          : schema.type() == Type::kMap
                              ? SchemaBuilder::map(schema.key_schema(), schema.value_schema())
                              : SchemaBuilder(schema.type());
  if (schema.name()) builder.name(*schema.name());
  if (schema.version()) builder.version(*schema.version());
  if (schema.doc()) builder.doc(*schema.doc());
  for (const auto& [key, value] : schema.parameters()) builder.parameter(key, value);
  return builder;
}

SchemaPtr with_optional(const SchemaPtr& schema, bool is_optional) {
  if (schema->optional() == is_optional) return schema;
  SchemaBuilder builder = copy_schema_basics(*schema);
  builder.optional(is_optional);
  for (const Field& field : schema->fields()) builder.field(field.name, field.schema);
  if (schema->has_default()) builder.default_value(schema->default_value());
  return builder.build_or_die();
}

}  // namespace sluice::sdk
