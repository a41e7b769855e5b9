#include "transforms/debezium/extract_new_record_state.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"
#include "transforms/debezium/envelope.h"
#include "transforms/debezium/field_dropper.h"
#include "transforms/debezium/field_reference.h"
#include "transforms/debezium/modes.h"
#include "transforms/debezium/struct_fields.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"
#include "transforms/schema_plan_cache.h"
#include "transforms/struct_copy.h"
#include "transforms/transform_config.h"

namespace sluice::transforms::debezium {
namespace {

constexpr std::string_view kPurpose = "source field insertion";
constexpr const char* kDeletedField = "__deleted";

enum class Deletes : uint8_t { kDrop, kTombstone, kRewrite, kRewriteWithTombstone, kDeleteToTombstone };
constexpr const char* kDeletesNames[] = {"drop", "tombstone", "rewrite", "rewrite-with-tombstone",
                                         "delete-to-tombstone"};

/// What names and texts of records point into; kept by every batch.
struct References {
  std::vector<FieldReference> fields;
  std::vector<FieldReference> headers;
};

/// From a row, as it was before or after, to what goes on.
struct RowPlan {
  sdk::SchemaPtr schema;
  std::vector<FieldCopy> columns;
  std::optional<Error> problem;  // for which there is no such schema; not every event needs it
};

struct Plan {
  size_t before = 0;
  size_t after = 0;
  const sdk::Schema* after_schema = nullptr;
  RowPlan from_before;  // of rewritten deletes
  RowPlan from_after;
  std::vector<ResolvedField> fields;
  std::vector<ResolvedField> headers;
};

class ExtractNewRecordState final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  bool rewrites() const {
    return deletes_ == Deletes::kRewrite || deletes_ == Deletes::kRewriteWithTombstone;
  }
  Result<Plan> make_plan(const sdk::Schema& event) const;
  RowPlan make_row_plan(const sdk::Schema& row, const std::vector<ResolvedField>& fields) const;
  void add_operation_header(sdk::Record& record, sdk::Arena& arena) const;
  static void add_headers(const Plan& plan, const sdk::StructNode& event, sdk::Record& record,
                          sdk::Arena& arena);
  Result<sdk::Value> row_of(const RowPlan& plan, const std::vector<ResolvedField>& fields,
                            const sdk::StructNode& event, const sdk::StructNode& row,
                            std::string_view deleted, sdk::Arena& arena) const;
  Status route(const sdk::StructNode& row, sdk::Record& record) const;
  Status delete_row(const Plan& plan, const sdk::StructNode& event, const sdk::StructNode& before,
                    sdk::Record& record, sdk::Arena& arena, uint8_t& dropped);
  Status step(sdk::Record& record, sdk::Arena& arena, uint8_t& dropped);

  Deletes deletes_ = Deletes::kTombstone;
  bool replace_null_ = true;
  std::string route_by_field_;
  std::shared_ptr<const References> references_;
  FieldDropper dropper_;
  SchemaPlanCache<Plan> plans_;
};

sdk::ConfigDef ExtractNewRecordState::make_config() {
  const std::string how_named =
      " Named `<prefix><field>`, or `<prefix><struct>_<field>` if the struct is given; `field:name` names it "
      "otherwise.";
  sdk::ConfigDef def;
  def.define({.name = "delete.tombstone.handling.mode",
              .default_value = "tombstone",
              .validator = one_of_modes(kDeletesNames),
              .doc = "What becomes of deletes. `drop`: delete and tombstone go no further. `tombstone`: the "
                     "delete becomes a tombstone, Debezium's own is dropped. `rewrite`: the row as it was, "
                     "with `__deleted` = \"true\"; no tombstone. `rewrite-with-tombstone`: that, and the "
                     "tombstone. `delete-to-tombstone`: as `tombstone`, without a schema of the value."})
      .define({.name = "route.by.field",
               .default_value = "",
               .importance = sdk::Importance::kLow,
               .doc = "A field of the row whose value becomes the topic."})
      .define({.name = "add.fields.prefix",
               .default_value = "__",
               .importance = sdk::Importance::kLow,
               .doc = "Before the name of each field of `add.fields`."})
      .define({.name = "add.fields",
               .type = sdk::ConfigType::kList,
               .default_value = "",
               .importance = sdk::Importance::kLow,
               .doc = "Fields of the event to add to the row, e.g. `op,table,source.ts_ms`." + how_named})
      .define({.name = "add.headers.prefix",
               .default_value = "__",
               .importance = sdk::Importance::kLow,
               .doc = "Before the name of each header of `add.headers`."})
      .define({.name = "add.headers",
               .type = sdk::ConfigType::kList,
               .default_value = "",
               .importance = sdk::Importance::kLow,
               .doc = "Fields of the event to add as headers." + how_named})
      .define({.name = kReplaceNull,
               .type = sdk::ConfigType::kBoolean,
               .default_value = "true",
               .importance = sdk::Importance::kLow,
               .doc = "With the modes that rewrite: whether a null becomes the column's default."});
  define_dropper(def);
  return def;
}

Status ExtractNewRecordState::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  deletes_ =
      static_cast<Deletes>(mode_of(kDeletesNames, parsed.get_string("delete.tombstone.handling.mode")));
  route_by_field_ = parsed.get_string("route.by.field");
  replace_null_ = parsed.get_boolean(kReplaceNull);
  References references;
  SLUICE_ASSIGN_OR_RETURN(references.fields, parse_field_references(parsed.get_list("add.fields"),
                                                                    parsed.get_string("add.fields.prefix")));
  SLUICE_ASSIGN_OR_RETURN(
      references.headers,
      parse_field_references(parsed.get_list("add.headers"), parsed.get_string("add.headers.prefix")));
  references_ = std::make_shared<const References>(std::move(references));
  dropper_.configure(parsed);
  return {};
}

RowPlan ExtractNewRecordState::make_row_plan(const sdk::Schema& row,
                                             const std::vector<ResolvedField>& fields) const {
  RowPlan plan;
  if (row.type() != sdk::Type::kStruct) {
    plan.problem = no_fields();
    return plan;
  }
  sdk::SchemaBuilder builder = copy_schema_basics(row);
  for (size_t i = 0; i < row.fields().size(); ++i) {
    const sdk::Field& column = row.fields()[i];
    builder.field(column.name, column.schema);
    plan.columns.push_back(make_field_copy(row, i, *column.schema, rewrites() && replace_null_));
  }
  if (rewrites()) builder.field(kDeletedField, sdk::Schema::optional_string());
  for (const ResolvedField& field : fields) builder.field(field.reference->new_name, field.schema);
  auto schema = builder.build();
  if (schema.ok()) {
    plan.schema = *std::move(schema);
  } else {
    plan.problem = schema.error();
  }
  return plan;
}

Result<Plan> ExtractNewRecordState::make_plan(const sdk::Schema& event) const {
  Plan plan;
  for (const auto& [name, index] : {std::pair(kAfter, &plan.after), std::pair(kBefore, &plan.before)}) {
    const int found = event.field_index(name);
    if (found < 0) {
      return bad_record("Unknown field: " + std::string(name)).as_java("java.lang.IllegalArgumentException");
    }
    *index = static_cast<size_t>(found);
  }
  for (const FieldReference& reference : references_->fields) {
    SLUICE_ASSIGN_OR_RETURN(const auto resolved, resolve(reference, event));
    if (resolved) plan.fields.push_back(*resolved);
  }
  for (const FieldReference& reference : references_->headers) {
    SLUICE_ASSIGN_OR_RETURN(const auto resolved, resolve(reference, event));
    if (resolved) plan.headers.push_back(*resolved);
  }
  plan.after_schema = event.fields()[plan.after].schema.get();
  plan.from_after = make_row_plan(*plan.after_schema, plan.fields);
  if (rewrites()) plan.from_before = make_row_plan(*event.fields()[plan.before].schema, plan.fields);
  return plan;
}

/// Of a tombstone nothing is known but that it is a delete.
void ExtractNewRecordState::add_operation_header(sdk::Record& record, sdk::Arena& arena) const {
  for (const FieldReference& reference : references_->headers) {
    if (reference.field != kOperation) continue;
    sdk::add_header(arena, record,
                    {reference.new_name, sdk::Schema::string().get(), sdk::Value::string("d")});
  }
}

void ExtractNewRecordState::add_headers(const Plan& plan, const sdk::StructNode& event, sdk::Record& record,
                                        sdk::Arena& arena) {
  if (plan.headers.empty()) return;
  const auto given = record.headers();
  auto* headers = arena.array<sdk::Header>(given.size() + plan.headers.size());
  sdk::Header* next = std::copy(given.begin(), given.end(), headers);
  for (const ResolvedField& field : plan.headers) {
    *next++ = {field.reference->new_name, field.schema.get(), value_of(field, event)};
  }
  record.header_data = headers;
  record.header_count = static_cast<uint32_t>(next - headers);
}

Result<sdk::Value> ExtractNewRecordState::row_of(const RowPlan& plan,
                                                 const std::vector<ResolvedField>& fields,
                                                 const sdk::StructNode& event, const sdk::StructNode& row,
                                                 std::string_view deleted, sdk::Arena& arena) const {
  if (plan.problem) return *plan.problem;
  sdk::StructNode* to = unset_struct(arena, *plan.schema);
  SLUICE_RETURN_IF_ERROR(copy_fields(row, plan.columns, *to));
  sdk::Value* next = to->mutable_values().data() + plan.columns.size();
  if (rewrites()) *next++ = sdk::Value::string(deleted);
  for (const ResolvedField& field : fields) {
    const sdk::Field& target = plan.schema->fields()[static_cast<size_t>(next - to->mutable_values().data())];
    *next = value_of(field, event);
    SLUICE_RETURN_IF_ERROR(validate_field(target, *next));
    ++next;
  }
  return sdk::Value::structure(to);
}

Status ExtractNewRecordState::route(const sdk::StructNode& row, sdk::Record& record) const {
  if (route_by_field_.empty()) return {};
  SLUICE_ASSIGN_OR_RETURN(const size_t index,
                          require_field(*row.schema, route_by_field_, sdk::Type::kString));
  const sdk::Value& topic = row.values()[index];
  const bool blank = topic.is_null() || topic.as_string().find_first_not_of(" \t\r\n") == std::string::npos;
  if (!blank) record.topic = topic.as_string();
  return {};
}

Status ExtractNewRecordState::delete_row(const Plan& plan, const sdk::StructNode& event,
                                         const sdk::StructNode& before, sdk::Record& record,
                                         sdk::Arena& arena, uint8_t& dropped) {
  if (deletes_ == Deletes::kDrop) {
    dropped = 1;
    return {};
  }
  SLUICE_RETURN_IF_ERROR(route(before, record));
  if (rewrites()) {
    SLUICE_ASSIGN_OR_RETURN(record.value,
                            row_of(plan.from_before, plan.fields, event, before, "true", arena));
    record.value_schema = plan.from_before.schema.get();
  } else {
    record.value = {};
    record.value_schema = deletes_ == Deletes::kTombstone ? plan.after_schema : nullptr;
  }
  // What was added stays, even if a field of that name is to be dropped.
  return dropper_.drop(record, plan.fields, arena);
}

Status ExtractNewRecordState::step(sdk::Record& given, sdk::Arena& arena, uint8_t& dropped) {
  if (given.value.is_null()) {
    if (deletes_ == Deletes::kRewriteWithTombstone) {
      add_operation_header(given, arena);
    } else {
      dropped = 1;
    }
    return {};
  }
  if (!is_envelope(given.value_schema)) return {};
  SLUICE_RETURN_IF_ERROR(require_struct(given.value, kPurpose));
  const sdk::StructNode& event = given.value.as_struct();
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*event.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(*schema);
  }));
  const sdk::Value& before = event.values()[plan->before];
  const sdk::Value& after = event.values()[plan->after];
  if (before.is_null() && after.is_null()) {  // a truncate
    dropped = 1;
    return {};
  }
  sdk::Record record = given;
  add_headers(*plan, event, record, arena);
  if (after.is_null()) {
    SLUICE_RETURN_IF_ERROR(delete_row(*plan, event, before.as_struct(), record, arena, dropped));
  } else {
    SLUICE_RETURN_IF_ERROR(route(after.as_struct(), record));
    SLUICE_ASSIGN_OR_RETURN(record.value,
                            row_of(plan->from_after, plan->fields, event, after.as_struct(), "false", arena));
    record.value_schema = plan->from_after.schema.get();
    SLUICE_RETURN_IF_ERROR(dropper_.drop(record, {}, arena));
  }
  given = record;
  return {};
}

void ExtractNewRecordState::apply(std::span<sdk::Record> records, sdk::Arena& arena,
                                  std::span<uint8_t> dropped, sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  arena.keep(references_);
  for_each_record(records, errors, [&](sdk::Record& record) {
    return step(record, arena, dropped[static_cast<size_t>(&record - records.data())]);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_extract_new_record_state() {
  return std::make_unique<ExtractNewRecordState>();
}

}  // namespace sluice::transforms::debezium
