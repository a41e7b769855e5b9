#include "connectors/cdc/postgres/column_decoder.h"

#include <algorithm>
#include <climits>
#include <map>

#include "connectors/cdc/common/data_types.h"
#include "connectors/cdc/common/handling.h"
#include "connectors/cdc/common/temporal.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;

constexpr int kNumericLengthMax = 131'089;  // how JDBC tells a numeric without a precision
constexpr int kModifierHeader = 4;
constexpr int kTimeDigits = 6;
// Widths of texts as the JDBC driver tells them.
constexpr int kDateWidth = 13;
constexpr int kTimeWidth = 8;
constexpr int kZoneWidth = 6;
constexpr int kIntervalWidth = 49;
constexpr Oid kCharOid = 18;
constexpr Oid kOidOid = 26;

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ",") + label;
  return text;
}

SchemaPtr optional_of(SchemaBuilder builder) { return builder.optional().build_or_die(); }

}  // namespace

ColumnDecoder::Form ColumnDecoder::extension_form(const Type& type, const ValueOptions& options) {
  static const std::map<std::string, Form, std::less<>> kForms{
      {"citext", Form::kString},       {"isbn", Form::kString},         {"ltree", Form::kLtree},
      {"hstore", Form::kHstore},       {"geometry", Form::kGeometry},   {"geography", Form::kGeography},
      {"vector", Form::kDoubleVector}, {"halfvec", Form::kFloatVector},
  };
  if (type.kind == 'e') return Form::kEnum;
  const auto found = kForms.find(type.name);
  if (found != kForms.end()) return found->second;
  return options.unknown_types ? Form::kUnknown : Form::kNone;
}

ColumnDecoder::Form ColumnDecoder::form_of(const Type& type, const ValueOptions& options) {
  static const std::map<Oid, Form> kForms{
      {16, Form::kBoolean},
      {17, Form::kBytes},
      {18, Form::kText},
      {19, Form::kText},
      {20, Form::kInt64},
      {21, Form::kInt16},
      {23, Form::kInt32},
      {25, Form::kText},
      {26, Form::kInt64},
      {114, Form::kJson},
      {142, Form::kXml},
      {600, Form::kPoint},
      {650, Form::kString},
      {700, Form::kFloat32},
      {701, Form::kFloat64},
      {774, Form::kString},
      {790, Form::kMoney},
      {829, Form::kString},
      {869, Form::kString},
      {1042, Form::kText},
      {1043, Form::kText},
      {1082, Form::kDate},
      {1083, Form::kTime},
      {1114, Form::kTimestamp},
      {1184, Form::kZonedTimestamp},
      {1186, Form::kInterval},
      {1266, Form::kZonedTime},
      {1560, Form::kBits},
      {1562, Form::kBits},
      {1700, Form::kNumeric},
      {2950, Form::kUuid},
      {3614, Form::kTsVector},
      {3802, Form::kJson},
      {3904, Form::kString},
      {3906, Form::kString},
      {3908, Form::kString},
      {3910, Form::kString},
      {3912, Form::kString},
      {3926, Form::kString},
  };
  const auto found = kForms.find(type.oid);
  return found == kForms.end() ? extension_form(type, options) : found->second;
}

ColumnDecoder::ColumnDecoder(const Types& types, const Type& declared, int modifier,
                             const ValueOptions& options)
    : options_(options), type_name_(declared.name) {
  const Type& root = *types.root(declared, modifier);
  root_oid_ = root.oid;
  if (root.element == 0) {
    form_ = form_of(root, options);
    allowed_ = joined(root.labels);
    measure(modifier);
    if (form_ == Form::kBits && length_ <= 1) form_ = Form::kBit;
    return;
  }
  // Arrays that Debezium leaves out: of money, name, interval, bits, xml, points; and of domains.
  const Type* element = types.find(root.element);
  const bool left_out = element == nullptr || element->kind == 'd' || element->oid == 790 ||
                        element->oid == 19 || element->oid == 1186 || element->oid == 1560 ||
                        element->oid == 1562 || element->oid == 142 || element->oid == 600 ||
                        element->oid == 3614;
  if (left_out) return;
  element_ = std::make_shared<ColumnDecoder>(types, *element, modifier, options);
  if (!element_->publishes()) return;
  form_ = Form::kArray;
  length_ = element_->length_;
  scale_ = element_->scale_;
}

/// As the JDBC driver counts (TypeInfoCache: getPrecision, getDisplaySize, getScale).
void ColumnDecoder::measure(int modifier) {
  constexpr int kVarbit = 1562;
  constexpr int kSingleDigits = 8;
  constexpr int kDoubleDigits = 17;
  length_ = INT_MAX;
  // The point and the digits behind it.
  const int fraction = modifier < 0 ? kTimeDigits + 1 : modifier == 0 ? 0 : modifier == 1 ? 3 : modifier + 1;
  switch (form_) {
    case Form::kNumeric:
      length_ = modifier < kModifierHeader ? kNumericLengthMax : (modifier - kModifierHeader) >> 16 & 0xffff;
      scale_ = modifier < kModifierHeader ? 0 : (modifier - kModifierHeader) & 0x7ff;
      if (scale_ > 0x3ff) scale_ -= 0x800;
      return;
    case Form::kBits:
      length_ = modifier >= 0 ? modifier : root_oid_ == kVarbit ? INT_MAX : 1;
      return;
    case Form::kText:
      if (modifier >= kModifierHeader) length_ = modifier - kModifierHeader;
      if (root_oid_ == kCharOid) length_ = 1;
      return;
    case Form::kBoolean:
      length_ = 1;
      return;
    case Form::kInt16:
      length_ = 5;
      return;
    case Form::kInt32:
      length_ = 10;
      return;
    case Form::kInt64:
      length_ = root_oid_ == kOidOid ? 10 : 19;
      return;
    case Form::kFloat32:
      length_ = scale_ = kSingleDigits;
      return;
    case Form::kFloat64:
      length_ = scale_ = kDoubleDigits;
      return;
    case Form::kDate:
      length_ = kDateWidth;
      return;
    case Form::kTime:
      length_ = kTimeWidth + fraction;
      break;
    case Form::kZonedTime:
      length_ = kTimeWidth + fraction + kZoneWidth;
      break;
    case Form::kTimestamp:
      length_ = kDateWidth + 1 + kTimeWidth + fraction;
      break;
    case Form::kZonedTimestamp:
      length_ = kDateWidth + 1 + kTimeWidth + fraction + kZoneWidth;
      break;
    case Form::kInterval:
      length_ = kIntervalWidth;
      break;
    default:
      return;
  }
  scale_ = modifier < 0 ? kTimeDigits : modifier & 0xffff;
}

void ColumnDecoder::use_schema(const SchemaPtr& schema) {
  schema_ = schema;
  if (element_) element_->use_schema(schema->value_schema());
}

bool ColumnDecoder::variable_scale() const {
  return form_ == Form::kNumeric && length_ == kNumericLengthMax && scale_ == 0;
}

bool ColumnDecoder::is_text() const { return form_ == Form::kText || form_ == Form::kEnum; }

SchemaBuilder ColumnDecoder::array_builder() const {
  // Debezium forgets to make these optional.
  if (element_->form_ == Form::kEnum || element_->form_ == Form::kUnknown)
    return SchemaBuilder::array(element_->schema().build_or_die());
  return SchemaBuilder::array(optional_of(element_->schema()));
}

SchemaBuilder ColumnDecoder::vector_builder() const {
  const bool doubles = form_ == Form::kDoubleVector;
  SchemaBuilder vector = SchemaBuilder::array(doubles ? Schema::float64() : Schema::float32());
  vector.name(doubles ? "io.debezium.data.DoubleVector" : "io.debezium.data.FloatVector").version(1);
  return vector;
}

/// Of forms that are one type, under one name or none, whatever the options.
std::optional<SchemaBuilder> ColumnDecoder::scalar_builder() const {
  struct Scalar {
    Form form;
    sdk::Type type;
    std::string_view name;
  };
  static constexpr Scalar kScalars[] = {
      {Form::kText, sdk::Type::kString, ""},
      {Form::kString, sdk::Type::kString, ""},
      {Form::kBoolean, sdk::Type::kBoolean, ""},
      {Form::kBit, sdk::Type::kBoolean, ""},
      {Form::kInt16, sdk::Type::kInt16, ""},
      {Form::kInt32, sdk::Type::kInt32, ""},
      {Form::kInt64, sdk::Type::kInt64, ""},
      {Form::kFloat32, sdk::Type::kFloat32, ""},
      {Form::kFloat64, sdk::Type::kFloat64, ""},
      {Form::kXml, sdk::Type::kString, "io.debezium.data.Xml"},
      {Form::kUuid, sdk::Type::kString, "io.debezium.data.Uuid"},
      {Form::kLtree, sdk::Type::kString, "io.debezium.data.Ltree"},
      {Form::kTsVector, sdk::Type::kString, "io.debezium.data.Tsvector"},
  };
  for (const Scalar& scalar : kScalars) {
    if (scalar.form == form_)
      return scalar.name.empty() ? SchemaBuilder(scalar.type) : named(scalar.type, scalar.name);
  }
  return std::nullopt;
}

SchemaBuilder ColumnDecoder::schema() const {
  if (auto scalar = scalar_builder()) return *std::move(scalar);
  switch (form_) {
    case Form::kBits:
      return bits_schema(length_);
    case Form::kEnum:
      return enum_schema(allowed_);
    case Form::kJson:
      return json_schema();
    case Form::kNumeric:
      if (options_.decimals == DecimalMode::kPrecise && variable_scale())
        return variable_scale_decimal_schema();
      return decimal_builder(options_.decimals, length_, scale_);
    case Form::kMoney:
      return decimal_builder(options_.decimals, 0, options_.money_digits);
    case Form::kBytes:
    case Form::kUnknown:
      return binary_builder(options_.binaries);
    case Form::kDate:
      return date_builder(options_.times);
    case Form::kTime:
      return time_builder(options_.times, coarse());
    case Form::kTimestamp:
      return timestamp_builder(options_.times, coarse());
    case Form::kZonedTime:
      return zoned_time_schema();
    case Form::kZonedTimestamp:
      return zoned_timestamp_schema();
    case Form::kInterval:
      return options_.interval_as_text ? named(sdk::Type::kString, "io.debezium.time.Interval")
                                       : named(sdk::Type::kInt64, "io.debezium.time.MicroDuration");
    case Form::kPoint:
      return point_schema();
    case Form::kGeometry:
      return geometry_schema();
    case Form::kGeography:
      return geography_schema();
    case Form::kHstore:
      return options_.hstore_as_map ? SchemaBuilder::map(Schema::string(), Schema::optional_string())
                                    : json_schema();
    case Form::kFloatVector:
    case Form::kDoubleVector:
      return vector_builder();
    case Form::kArray:
      return array_builder();
    default:
      return SchemaBuilder(sdk::Type::kString);
  }
}

}  // namespace sluice::connectors::cdc::postgres
