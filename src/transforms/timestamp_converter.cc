#include "transforms/timestamp_converter.h"

#include <chrono>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/timestamp_form.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "converting timestamp formats";

int64_t now_ms() {
  using std::chrono::duration_cast;
  return duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
}

/// For structs with the field, and for whole values (`fields` empty).
struct Plan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
  int index = -1;                                          // of the field; negative if there is none
  Result<TimestampForm> form = TimestampForm::kTimestamp;  // of the field or the whole value
};

class TimestampConverter final : public sdk::Transform {
 public:
  explicit TimestampConverter(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  Status make_format(const std::string& pattern);
  Result<Plan> make_plan(const sdk::Schema& source) const;
  Result<sdk::Value> convert_plain(sdk::Arena& arena, const sdk::Value& value) const;
  Status apply_whole(sdk::Record& record, const sdk::Schema& schema, sdk::Arena& arena);
  Status apply_struct(sdk::Record& record, const sdk::Schema& schema, sdk::Arena& arena);
  Status apply_plain(sdk::Record& record, sdk::Arena& arena);

  const Operand operand_;
  std::shared_ptr<const std::string> field_;  // keys of maps point to it
  TimestampConversion conversion_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
};

sdk::ConfigDef TimestampConverter::make_config() {
  return sdk::ConfigDef()
      .define({.name = "field",
               .default_value = "",
               .importance = sdk::Importance::kHigh,
               .doc = "The field that holds the timestamp. Empty: the whole key or value is one."})
      .define({.name = "target.type",
               .validator = sdk::one_of({"string", "unix", "Date", "Time", "Timestamp"}),
               .importance = sdk::Importance::kHigh,
               .doc =
                   "What it becomes: `string`, `unix` (a number since 1970), or Connect's `Date`, `Time` or "
                   "`Timestamp`."})
      .define(
          {.name = "format",
           .default_value = "",
           .importance = sdk::Importance::kMedium,
           .doc = "A pattern of java.text.SimpleDateFormat, in UTC: how strings are read and written. Needed "
                  "for either."})
      .define({.name = "unix.precision",
               .default_value = "milliseconds",
               .validator = sdk::one_of({"nanoseconds", "microseconds", "milliseconds", "seconds"}),
               .importance = sdk::Importance::kLow,
               .doc = "The unit of numbers since 1970, read and written. Timestamps have milliseconds: finer "
                      "parts are lost."})
      .define(replace_null_key());
}

Status TimestampConverter::make_format(const std::string& pattern) {
  auto format = JavaDateFormat::compile(pattern, now_ms());
  if (!format.ok()) {
    // Java hands the two to its exception in the wrong places; the words are the same.
    return bad_config(
        "Invalid value java.lang.IllegalArgumentException: " + format.error().message() +
        " for configuration TimestampConverter requires a SimpleDateFormat-compatible pattern for "
        "string timestamps: " +
        pattern);
  }
  conversion_.format = std::move(*format);
  return {};
}

Status TimestampConverter::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  field_ = std::make_shared<const std::string>(parsed.get_string("field"));
  conversion_.target = *form_named(parsed.get_string("target.type"));
  conversion_.precision = *precision_named(parsed.get_string("unix.precision"));
  replace_null_ = parsed.get_boolean(kReplaceNull);
  const std::string& pattern = parsed.get_string("format");
  if (!is_blank(pattern)) return make_format(pattern);
  if (conversion_.target != TimestampForm::kString) return {};
  return bad_config("TimestampConverter requires format option to be specified when using string timestamps");
}

Result<Plan> TimestampConverter::make_plan(const sdk::Schema& source) const {
  Plan plan;
  if (field_->empty()) {
    plan.schema = schema_of_form(conversion_.target, source.optional());
    plan.form = form_of_schema(source);
    return plan;
  }
  if (source.type() != sdk::Type::kStruct) return no_fields();
  sdk::SchemaBuilder builder = copy_schema_basics(source);
  plan.index = source.field_index(*field_);
  for (size_t i = 0; i < source.fields().size(); ++i) {
    const sdk::Field& field = source.fields()[i];
    plan.fields.push_back(make_field_copy(source, i, *field.schema, replace_null_));
    if (static_cast<int>(i) == plan.index) {
      plan.form = form_of_schema(*field.schema);
      builder.field(field.name, schema_of_form(conversion_.target, field.schema->optional()));
    } else {
      builder.field(field.name, field.schema);
    }
  }
  if (source.optional()) builder.optional();
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  return plan;
}

Status TimestampConverter::apply_whole(sdk::Record& record, const sdk::Schema& schema, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(
      const Plan* plan, plans_.get(schema, [&](const sdk::SchemaPtr& source) { return make_plan(*source); }));
  if (!plan->form.ok()) return plan->form.error();
  sdk::Value value;
  SLUICE_RETURN_IF_ERROR(conversion_.convert(arena, value_of(record, operand_), *plan->form, value));
  set_operand(record, operand_, plan->schema.get(), value);
  return {};
}

Status TimestampConverter::apply_struct(sdk::Record& record, const sdk::Schema& schema, sdk::Arena& arena) {
  const sdk::Value& given = value_of(record, operand_);
  if (given.kind() != sdk::Kind::kStruct && !given.is_null()) return not_a_struct(given, kPurpose);
  SLUICE_ASSIGN_OR_RETURN(
      const Plan* plan, plans_.get(schema, [&](const sdk::SchemaPtr& source) { return make_plan(*source); }));
  if (given.is_null()) {
    set_operand(record, operand_, plan->schema.get(), given);
    return {};
  }
  const sdk::StructNode& from = given.as_struct();
  sdk::StructNode* to = unset_struct(arena, *plan->schema);
  size_t next = 0;
  if (plan->index >= 0) {
    const auto index = static_cast<size_t>(plan->index);
    SLUICE_RETURN_IF_ERROR(copy_fields(from, plan->fields, 0, index, *to));
    if (!plan->form.ok()) return plan->form.error();
    sdk::Value& value = to->mutable_values()[index];
    SLUICE_RETURN_IF_ERROR(
        conversion_.convert(arena, source_value(from, plan->fields[index]), *plan->form, value));
    const sdk::Field& field = plan->schema->fields()[index];
    if (value.is_null() && !field.schema->optional()) return validate_field(field, value);
    next = index + 1;
  }
  SLUICE_RETURN_IF_ERROR(copy_fields(from, plan->fields, next, plan->fields.size(), *to));
  set_operand(record, operand_, plan->schema.get(), sdk::Value::structure(to));
  return {};
}

Result<sdk::Value> TimestampConverter::convert_plain(sdk::Arena& arena, const sdk::Value& value) const {
  if (value.is_null()) return value;
  SLUICE_ASSIGN_OR_RETURN(const TimestampForm form, form_of_value(value));
  sdk::Value converted;
  SLUICE_RETURN_IF_ERROR(conversion_.convert(arena, value, form, converted));
  return converted;
}

Status TimestampConverter::apply_plain(sdk::Record& record, sdk::Arena& arena) {
  const sdk::Value& given = value_of(record, operand_);
  if (given.is_null()) return {};
  if (field_->empty()) {
    SLUICE_ASSIGN_OR_RETURN(const sdk::Value value, convert_plain(arena, given));
    set_operand(record, operand_, nullptr, value);
    return {};
  }
  SLUICE_RETURN_IF_ERROR(require_map(given, kPurpose));
  draft_.start(given);
  const sdk::Value* found = draft_.find(*field_);
  SLUICE_ASSIGN_OR_RETURN(const sdk::Value value,
                          convert_plain(arena, found != nullptr ? *found : sdk::Value()));
  draft_.put(*field_, value);
  set_operand(record, operand_, nullptr, draft_.finish(arena));
  return {};
}

void TimestampConverter::apply(std::span<sdk::Record> records, sdk::Arena& arena,
                               std::span<uint8_t> /*dropped*/, sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  arena.keep(field_);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Schema* schema = schema_of(record, operand_);
    if (schema == nullptr) return apply_plain(record, arena);
    return field_->empty() ? apply_whole(record, *schema, arena) : apply_struct(record, *schema, arena);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_timestamp_converter(Operand operand) {
  return std::make_unique<TimestampConverter>(operand);
}

}  // namespace sluice::transforms
