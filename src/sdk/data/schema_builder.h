#pragma once
// Builds schemas with the rules of Java's SchemaBuilder: each attribute is set once, field names are unique,
// a default is checked against the schema. The first broken rule is remembered and returned by build().

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/data/schema.h"

namespace sluice::sdk {

class SchemaBuilder {
 public:
  explicit SchemaBuilder(Type type);
  static SchemaBuilder structure() { return SchemaBuilder(Type::kStruct); }
  static SchemaBuilder array(SchemaPtr element);
  static SchemaBuilder map(SchemaPtr key, SchemaPtr value);
  /// A map whose keys or values may have no schema (null): what header texts of mixed types yield.
  static SchemaBuilder loose_map(SchemaPtr key, SchemaPtr value);
  // Logical types, version 1.
  static SchemaBuilder decimal(int32_t scale);
  static SchemaBuilder date();
  static SchemaBuilder time();
  static SchemaBuilder timestamp();

  SchemaBuilder& optional(bool is_optional = true);
  bool is_optional() const { return schema_->optional(); }
  SchemaBuilder& name(std::string_view name);
  SchemaBuilder& version(int32_t version);
  SchemaBuilder& doc(std::string_view doc);
  SchemaBuilder& parameter(std::string_view key, std::string_view value);
  /// Deep-copied.
  SchemaBuilder& default_value(const Value& value);
  SchemaBuilder& field(std::string_view name, SchemaPtr schema);

  // What is set already, ready-made parts included.
  const std::optional<int32_t>& current_version() const { return schema_->version(); }
  const std::optional<std::string>& current_name() const { return schema_->name(); }

  /// Error kind kBadRecord (SchemaBuilderException) names the broken rule. The builder is used up.
  Result<SchemaPtr> build();
  /// For schemas that cannot be wrong: a broken rule ends the process.
  SchemaPtr build_or_die();

 private:
  SchemaBuilder& fail(std::string message);
  std::unique_ptr<Schema> schema_;
  std::optional<Error> error_;
  bool optional_set_ = false;
};

/// A builder that starts with everything but the fields of `schema` (for rebuilding structs) set to its
/// values.
SchemaBuilder copy_schema_basics(const Schema& schema);
/// The same schema, optional or required.
SchemaPtr with_optional(const SchemaPtr& schema, bool is_optional);

}  // namespace sluice::sdk
