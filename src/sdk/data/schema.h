#pragma once
// The immutable description of a value, as org.apache.kafka.connect.data.Schema. Shared between threads by
// SchemaPtr; compared by pointer first and by structure second. Built by SchemaBuilder (schema_builder.h).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::sdk {

enum class Type : uint8_t {
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFloat32,
  kFloat64,
  kBoolean,
  kString,
  kBytes,
  kArray,
  kMap,
  kStruct,
};

/// Java's enum name, e.g. "INT32".
std::string_view type_name(Type type);

/// What the schema's name says about its values; found once when the schema is built.
enum class Logical : uint8_t { kNone, kDecimal, kDate, kTime, kTimestamp };

inline constexpr std::string_view kDecimalName = "org.apache.kafka.connect.data.Decimal";
inline constexpr std::string_view kDateName = "org.apache.kafka.connect.data.Date";
inline constexpr std::string_view kTimeName = "org.apache.kafka.connect.data.Time";
inline constexpr std::string_view kTimestampName = "org.apache.kafka.connect.data.Timestamp";
inline constexpr std::string_view kScaleParameter = "scale";

class Schema;
using SchemaPtr = std::shared_ptr<const Schema>;

struct Field {
  std::string name;
  SchemaPtr schema;
};

using SchemaParameters = std::vector<std::pair<std::string, std::string>>;  // in order of insertion

class Schema : public std::enable_shared_from_this<Schema> {
 public:
  /// Keeps the schema of a record beyond its batch.
  SchemaPtr share() const { return shared_from_this(); }

  Type type() const { return type_; }
  Logical logical() const { return logical_; }
  bool optional() const { return optional_; }
  const std::optional<std::string>& name() const { return name_; }
  const std::optional<int32_t>& version() const { return version_; }
  const std::optional<std::string>& doc() const { return doc_; }
  const SchemaParameters& parameters() const { return parameters_; }
  /// Null if there is no such parameter.
  const std::string* parameter(std::string_view key) const;
  /// Kind::kNull when there is none (a default is never null).
  const Value& default_value() const { return default_value_; }
  bool has_default() const { return !default_value_.is_null(); }

  const std::vector<Field>& fields() const { return fields_; }
  /// Index of the field, or -1.
  int field_index(std::string_view name) const;
  /// Of maps.
  const SchemaPtr& key_schema() const { return key_schema_; }
  /// Of maps and arrays (element).
  const SchemaPtr& value_schema() const { return value_schema_; }
  /// Of Decimal schemas; 0 otherwise.
  int32_t decimal_scale() const { return decimal_scale_; }
  /// The kind that a non-null value of this schema has.
  Kind value_kind() const;

  // The ready-made ones live for ever.
  static const SchemaPtr& int8();
  static const SchemaPtr& int16();
  static const SchemaPtr& int32();
  static const SchemaPtr& int64();
  static const SchemaPtr& float32();
  static const SchemaPtr& float64();
  static const SchemaPtr& boolean();
  static const SchemaPtr& string();
  static const SchemaPtr& bytes();
  static const SchemaPtr& optional_int8();
  static const SchemaPtr& optional_int16();
  static const SchemaPtr& optional_int32();
  static const SchemaPtr& optional_int64();
  static const SchemaPtr& optional_float32();
  static const SchemaPtr& optional_float64();
  static const SchemaPtr& optional_boolean();
  static const SchemaPtr& optional_string();
  static const SchemaPtr& optional_bytes();

 private:
  friend class SchemaBuilder;
  Schema() = default;
  void finish();

  Type type_ = Type::kStruct;
  Logical logical_ = Logical::kNone;
  bool optional_ = false;
  int32_t decimal_scale_ = 0;
  std::optional<std::string> name_;
  std::optional<int32_t> version_;
  std::optional<std::string> doc_;
  SchemaParameters parameters_;
  Value default_value_;  // in arena_
  std::vector<Field> fields_;
  std::vector<std::pair<std::string_view, int>> fields_by_name_;  // sorted
  SchemaPtr key_schema_;
  SchemaPtr value_schema_;
  Arena arena_;
};

/// Structural equality over everything but identity, as Java's ConnectSchema.equals; null equals null.
bool same_schema(const Schema* left, const Schema* right);

}  // namespace sluice::sdk
