#pragma once
// How the cells of one column become values: compiled from its definition and the options, run per cell.
// Types and schemas as Debezium's BinlogValueConverters has them. One thread.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/cdc/common/column_mask.h"
#include "connectors/cdc/common/options.h"
#include "connectors/cdc/mysql/cell.h"
#include "connectors/cdc/mysql/charset.h"
#include "connectors/cdc/mysql/table_definition.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc::mysql {

struct ValueOptions {
  DecimalMode decimals = DecimalMode::kPrecise;
  BinaryMode binaries = BinaryMode::kBytes;
  TimeMode times = TimeMode::kAdaptiveTimeMicros;
  bool unsigned_precise = false;  // bigint.unsigned.handling.mode
  bool adjusts_years = true;      // enable.time.adjuster: of two digits
};

class ColumnDecoder {
 public:
  /// `options` outlive the decoder.
  ColumnDecoder(const ColumnDefinition& column, const ValueOptions& options);

  /// False for types that have no schema: their columns are in no event.
  bool publishes() const { return form_ != Form::kNone; }
  /// The schema of cells, required and without default.
  sdk::SchemaBuilder schema() const;
  /// The schema that structs among the cells refer to; the field's, once it is built.
  void use_schema(const sdk::SchemaPtr& schema) { schema_ = schema; }
  /// A cell of the log, whose bytes live as long as the value; null also for dates that there are not. Errors
  /// say what is wrong, not where.
  Result<sdk::Value> decode(const Cell& cell, sdk::Arena& arena) const;
  /// What a query gives, texts in UTF-8, which live as long as the value.
  Result<sdk::Value> decode_text(BytesView text, sdk::Arena& arena) const;
  /// Stands for null in a required field.
  sdk::Value filler(sdk::Arena& arena) const;
  /// The default that the definition has; none if it cannot be published.
  std::optional<sdk::Value> default_value(sdk::Arena& arena) const;

  int length() const { return column_.length.value_or(kNoLength); }
  std::optional<int> scale() const { return column_.scale; }
  bool is_text() const { return form_ == Form::kText || form_ == Form::kEnum || form_ == Form::kSet; }
  const std::string& type_name() const { return column_.type; }

 private:
  enum class Form : uint8_t {
    kNone,
    kBoolean,
    kBit,
    kBits,
    kInt16,
    kInt32,
    kInt64,
    kUnsigned64,  // as a decimal
    kFloat32,
    kFloat64,
    kDecimal,
    kText,
    kBytes,
    kDate,
    kTime,
    kDateTime,
    kInstant,
    kYear,
    kEnum,
    kSet,
    kJson,
    kPoint,
    kGeometry,
    kVector,
    kUuid,
    kAddress,  // INET4 and INET6
  };
  Form form_of() const;
  std::optional<Form> form_of_type() const;
  bool is_type(std::string_view name) const;
  bool coarse() const { return length() <= 3; }
  int64_t whole_number(int64_t number) const;

  Result<sdk::Value> number_value(int64_t number, sdk::Arena& arena) const;
  Result<sdk::Value> decimal_value(const Cell& cell, sdk::Arena& arena) const;
  Result<sdk::Value> decimal_of_text(std::string_view text, sdk::Arena& arena) const;
  Result<sdk::Value> bytes_value(BytesView bytes, sdk::Arena& arena) const;
  Result<sdk::Value> geometry_value(BytesView bytes, sdk::Arena& arena) const;
  Result<sdk::Value> packed_value(BytesView bytes, sdk::Arena& arena) const;
  sdk::Value civil_value(const Civil& civil, sdk::Arena& arena) const;
  sdk::Value set_value(uint64_t bits, sdk::Arena& arena) const;
  sdk::Value bits_value(BytesView bytes, sdk::Arena& arena) const;
  Result<sdk::Value> vector_value(BytesView bytes, sdk::Arena& arena) const;
  /// `digits` of the second in texts, or as many as it has where that is 0.
  Result<sdk::Value> temporal_of_text(std::string_view text, int digits, sdk::Arena& arena) const;
  Result<sdk::Value> number_of_text(std::string_view text, sdk::Arena& arena) const;

  const ValueOptions& options_;
  const ColumnDefinition column_;
  const bool is_unsigned_;
  const Form form_;
  const int width_;                  // bytes of a whole number
  std::vector<std::string> labels_;  // of enumerations and sets, as events have them
  CharsetPtr charset_;               // of texts
  sdk::SchemaPtr schema_;
};

}  // namespace sluice::connectors::cdc::mysql
