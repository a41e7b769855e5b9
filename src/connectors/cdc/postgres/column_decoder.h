#pragma once
// How the cells of one column become values: compiled from its type and the options, run per cell. Types and
// schemas as Debezium's PostgresValueConverter has them. Immutable.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/cdc/common/options.h"
#include "connectors/cdc/postgres/types.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::postgres {

struct ValueOptions {
  DecimalMode decimals = DecimalMode::kPrecise;
  BinaryMode binaries = BinaryMode::kBytes;
  TimeMode times = TimeMode::kAdaptive;
  bool hstore_as_map = false;
  bool interval_as_text = false;
  bool unknown_types = false;  // include.unknown.datatypes
  int money_digits = 2;
  std::string placeholder = "__debezium_unavailable_value";  // of values that the log does not repeat
};

class ColumnDecoder {
 public:
  /// `options` and `types` outlive the decoder; `modifier` is pg_attribute.atttypmod.
  ColumnDecoder(const Types& types, const Type& declared, int modifier, const ValueOptions& options);

  /// False for types that have no schema: their columns are in no event.
  bool publishes() const { return form_ != Form::kNone; }
  /// The schema of cells, required and without default.
  sdk::SchemaBuilder schema() const;
  /// `text` must live as long as the value. Errors say what is wrong, not where. Needs use_schema() first.
  Result<sdk::Value> decode(std::string_view text, sdk::Arena& arena) const;
  /// The schema that structs among the cells refer to; the field's, once it is built.
  void use_schema(const sdk::SchemaPtr& schema);
  /// Stands for null in a required field.
  sdk::Value filler(sdk::Arena& arena) const;
  /// Stands for a value that did not change and is not in the log (TOAST).
  sdk::Value unchanged(sdk::Arena& arena) const;

  /// As JDBC counts: characters, digits, or kNoLength.
  int length() const { return length_; }
  int scale() const { return scale_; }
  /// Of numerics: declared without precision and scale.
  bool variable_scale() const;
  /// Whether JDBC calls it a character type, whose values can be masked.
  bool is_text() const;
  const std::string& type_name() const { return type_name_; }
  Oid root_oid() const { return root_oid_; }

 private:
  enum class Form : uint8_t {
    kNone,
    kBoolean,
    kBit,
    kBits,
    kInt16,
    kInt32,
    kInt64,
    kFloat32,
    kFloat64,
    kText,    // JDBC's character types
    kString,  // other types that are published as their text
    kEnum,
    kJson,
    kXml,
    kUuid,
    kLtree,
    kTsVector,
    kNumeric,
    kMoney,
    kBytes,
    kDate,
    kTime,
    kTimestamp,
    kZonedTime,
    kZonedTimestamp,
    kInterval,
    kPoint,
    kGeometry,
    kGeography,
    kHstore,
    kFloatVector,
    kDoubleVector,
    kArray,
    kUnknown,
  };
  static Form form_of(const Type& type, const ValueOptions& options);
  static Form extension_form(const Type& type, const ValueOptions& options);
  void measure(int modifier);
  bool coarse() const { return scale_ <= 3; }

  Result<sdk::Value> decode_numeric(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_money(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_bytes(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_date(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_time(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_timestamp(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_zoned(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_interval(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_hstore(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> decode_array(std::string_view text, sdk::Arena& arena) const;
  sdk::SchemaBuilder array_builder() const;
  sdk::SchemaBuilder vector_builder() const;
  std::optional<sdk::SchemaBuilder> scalar_builder() const;
  sdk::Value temporal_filler() const;

  const ValueOptions& options_;
  Form form_ = Form::kNone;
  Oid root_oid_ = 0;
  int length_ = kNoLength;
  int scale_ = 0;
  std::string type_name_;
  std::string allowed_;                     // of enumerations
  std::shared_ptr<ColumnDecoder> element_;  // of arrays
  sdk::SchemaPtr schema_;
};

}  // namespace sluice::connectors::cdc::postgres
