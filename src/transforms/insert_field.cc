#include "transforms/insert_field.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "transforms/map_draft.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms {
namespace {

constexpr std::string_view kPurpose = "field insertion";
constexpr const char* kSuffixes =
    " End it with `!` for a required field, or with `?` for an optional one (the default).";

enum class Source : uint8_t { kTopic, kPartition, kOffset, kTimestamp, kStatic };

/// A field to add. Its name and the static text stand in the transform's Texts.
struct Insertion {
  Source source;
  std::string_view name;
  bool optional;
};

/// What values and names point into; kept by every batch that has them.
struct Texts {
  std::array<std::string, 5> names;
  std::string static_value;
};

struct Plan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> fields;
};

const sdk::SchemaPtr& timestamp_schema(bool optional) {
  static const sdk::SchemaPtr required_schema = sdk::SchemaBuilder::timestamp().build_or_die();
  static const sdk::SchemaPtr optional_schema = sdk::SchemaBuilder::timestamp().optional().build_or_die();
  return optional ? optional_schema : required_schema;
}

const sdk::SchemaPtr& schema_for(const Insertion& insertion) {
  const bool optional = insertion.optional;
  switch (insertion.source) {
    case Source::kPartition:
      return optional ? sdk::Schema::optional_int32() : sdk::Schema::int32();
    case Source::kOffset:
      return optional ? sdk::Schema::optional_int64() : sdk::Schema::int64();
    case Source::kTimestamp:
      return timestamp_schema(optional);
    default:
      return optional ? sdk::Schema::optional_string() : sdk::Schema::string();
  }
}

class InsertField final : public sdk::Transform {
 public:
  explicit InsertField(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  Result<Plan> make_plan(const sdk::Schema& source) const;
  /// Writes `to`: null where the record does not know.
  Status insert(Source source, const sdk::Record& record, bool has_schema, sdk::Value& to) const;
  Status apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena);
  Status apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena);

  const Operand operand_;
  std::shared_ptr<const Texts> texts_;
  std::vector<Insertion> insertions_;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
};

sdk::ConfigDef InsertField::make_config() {
  const std::string suffixes = kSuffixes;
  return sdk::ConfigDef()
      .define({.name = "topic.field",
               .default_value = nullptr,
               .doc = "Name of a field for the record's topic." + suffixes})
      .define({.name = "partition.field",
               .default_value = nullptr,
               .doc = "Name of a field for the record's Kafka partition." + suffixes})
      .define({.name = "offset.field",
               .default_value = nullptr,
               .doc = "Name of a field for the record's Kafka offset; sink connectors only." + suffixes})
      .define({.name = "timestamp.field",
               .default_value = nullptr,
               .doc = "Name of a field for the record's timestamp." + suffixes})
      .define({.name = "static.field",
               .default_value = nullptr,
               .doc = "Name of a field for `static.value`." + suffixes})
      .define({.name = "static.value",
               .default_value = nullptr,
               .doc = "The text that `static.field` gets in every record."})
      .define(replace_null_key());
}

Status InsertField::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  static constexpr const char* kKeys[] = {"topic.field", "partition.field", "offset.field", "timestamp.field",
                                          "static.field"};
  auto texts = std::make_shared<Texts>();
  for (size_t i = 0; i < std::size(kKeys); ++i) {
    if (!parsed.has(kKeys[i])) continue;
    std::string& name = texts->names[i];
    name = parsed.get_string(kKeys[i]);
    const bool required = name.ends_with('!');
    if (required || name.ends_with('?')) name.pop_back();
    insertions_.push_back({static_cast<Source>(i), name, !required});
  }
  if (insertions_.empty()) return bad_config("No field insertion configured");
  if (parsed.has("static.field") && !parsed.has("static.value")) {
    return bad_config(
        "Invalid value null for configuration static.value: No value specified for static field: " +
        texts->names[4]);
  }
  texts->static_value = parsed.get_string("static.value");
  replace_null_ = parsed.get_boolean(kReplaceNull);
  texts_ = std::move(texts);
  return {};
}

Result<Plan> InsertField::make_plan(const sdk::Schema& source) const {
  Plan plan;
  sdk::SchemaBuilder builder = copy_schema_basics(source);
  for (size_t i = 0; i < source.fields().size(); ++i) {
    const sdk::Field& field = source.fields()[i];
    builder.field(field.name, field.schema);
    plan.fields.push_back(make_field_copy(source, i, *field.schema, replace_null_));
  }
  for (const Insertion& insertion : insertions_) builder.field(insertion.name, schema_for(insertion));
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  return plan;
}

Status InsertField::insert(Source source, const sdk::Record& record, bool has_schema, sdk::Value& to) const {
  to = {};
  switch (source) {
    case Source::kTopic:
      to = sdk::Value::string(record.topic);
      break;
    case Source::kPartition:
      if (record.partition != sdk::kNoPartition) to = sdk::Value::int32(record.partition);
      break;
    case Source::kOffset:
      if (record.offset < 0) return not_a_sink_record(kPurpose);
      to = sdk::Value::int64(record.offset);
      break;
    case Source::kTimestamp:
      if (record.timestamp == sdk::kNoTimestamp) break;
      to = has_schema ? sdk::Value::timestamp(record.timestamp) : sdk::Value::int64(record.timestamp);
      break;
    case Source::kStatic:
      to = sdk::Value::string(texts_->static_value);
      break;
  }
  return {};
}

Status InsertField::apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(*schema);
  }));
  sdk::StructNode* to = unset_struct(arena, *plan->schema);
  SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, *to));
  sdk::Value* next = to->mutable_values().data() + plan->fields.size();
  for (const Insertion& insertion : insertions_) {
    SLUICE_RETURN_IF_ERROR(insert(insertion.source, record, true, *next++));
  }
  set_operand(record, operand_, plan->schema.get(), sdk::Value::structure(to));
  return {};
}

Status InsertField::apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena) {
  draft_.start(map);
  for (const Insertion& insertion : insertions_) {
    sdk::Value value;
    SLUICE_RETURN_IF_ERROR(insert(insertion.source, record, false, value));
    if (!value.is_null()) draft_.put(insertion.name, value);
  }
  set_operand(record, operand_, nullptr, draft_.finish(arena));
  return {};
}

void InsertField::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                        sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  arena.keep(texts_);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Value& value = value_of(record, operand_);
    if (value.is_null()) return {};
    return map_or_struct(
        record, operand_, kPurpose, [&] { return apply_map(record, value, arena); },
        [&] { return apply_struct(record, value.as_struct(), arena); });
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_insert_field(Operand operand) {
  return std::make_unique<InsertField>(operand);
}

}  // namespace sluice::transforms
