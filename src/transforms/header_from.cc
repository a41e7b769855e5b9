#include "transforms/header_from.h"

#include <algorithm>
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

/// Headers point into it; kept by every batch that has them.
struct Names {
  std::vector<std::string> fields;
  std::vector<std::string> headers;
};

struct Plan {
  struct HeaderField {
    int index;  // negative: no such field
    const sdk::Schema* schema;
    sdk::Value instead_of_null;
  };
  sdk::SchemaPtr schema;  // without the moved fields
  std::vector<FieldCopy> fields;
  std::vector<HeaderField> headers;
};

/// ConnectHeaders' check of what it is given.
Error null_header(const sdk::Schema& schema) {
  return bad_record("A null value requires an optional schema but was " + schema_text(schema));
}

class HeaderFrom final : public sdk::Transform {
 public:
  explicit HeaderFrom(Operand operand) : operand_(operand) {}

  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> dropped,
             sdk::RecordErrors& errors) override;

 private:
  static sdk::ConfigDef make_config();
  std::string purpose() const { return move_ ? "header move" : "header copy"; }
  bool is_moved(std::string_view name) const {
    return std::find(names_->fields.begin(), names_->fields.end(), name) != names_->fields.end();
  }
  Result<Plan> make_plan(const sdk::SchemaPtr& source) const;
  /// The record's headers with room for the new ones behind them.
  sdk::Header* extended_headers(const sdk::Record& record, sdk::Arena& arena) const;
  void take_headers(sdk::Record& record, const sdk::Header* headers) const;
  Status apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena);
  Status apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena);

  const Operand operand_;
  std::shared_ptr<const Names> names_;
  bool move_ = false;
  bool replace_null_ = true;
  SchemaPlanCache<Plan> plans_;
  MapDraft draft_;
};

sdk::ConfigDef HeaderFrom::make_config() {
  return sdk::ConfigDef()
      .define({.name = "fields",
               .type = sdk::ConfigType::kList,
               .validator = non_empty_list(),
               .importance = sdk::Importance::kHigh,
               .doc = "Names of the fields whose values become headers."})
      .define({.name = "headers",
               .type = sdk::ConfigType::kList,
               .validator = non_empty_list(),
               .importance = sdk::Importance::kHigh,
               .doc = "Names of the headers, one for each of `fields`, in the same order."})
      .define({.name = "operation",
               .validator = sdk::one_of({"move", "copy"}),
               .importance = sdk::Importance::kHigh,
               .doc = "`move` takes the fields out of the key or value, `copy` leaves them there."})
      .define(replace_null_key());
}

Status HeaderFrom::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  Names names{parsed.get_list("fields"), parsed.get_list("headers")};
  if (names.fields.size() != names.headers.size())
    return bad_config("'fields' config must have the same number of elements as 'headers' config.");
  names_ = std::make_shared<const Names>(std::move(names));
  move_ = parsed.get_string("operation") == "move";
  replace_null_ = parsed.get_boolean(kReplaceNull);
  return {};
}

Result<Plan> HeaderFrom::make_plan(const sdk::SchemaPtr& source) const {
  Plan plan;
  sdk::SchemaBuilder builder = copy_schema_basics(*source);
  for (size_t i = 0; i < source->fields().size(); ++i) {
    const sdk::Field& field = source->fields()[i];
    if (is_moved(field.name)) continue;
    builder.field(field.name, field.schema);
    plan.fields.push_back(make_field_copy(*source, i, *field.schema, replace_null_));
  }
  SLUICE_ASSIGN_OR_RETURN(plan.schema, builder.build());
  for (const std::string& name : names_->fields) {
    Plan::HeaderField header{source->field_index(name), nullptr, {}};
    if (header.index >= 0) {
      header.schema = source->fields()[static_cast<size_t>(header.index)].schema.get();
      if (replace_null_) header.instead_of_null = header.schema->default_value();
    }
    plan.headers.push_back(header);
  }
  return plan;
}

sdk::Header* HeaderFrom::extended_headers(const sdk::Record& record, sdk::Arena& arena) const {
  const auto given = record.headers();
  auto* headers = arena.array<sdk::Header>(given.size() + names_->headers.size());
  std::copy(given.begin(), given.end(), headers);
  for (size_t i = 0; i < names_->headers.size(); ++i) headers[given.size() + i].key = names_->headers[i];
  return headers;
}

void HeaderFrom::take_headers(sdk::Record& record, const sdk::Header* headers) const {
  record.header_data = headers;
  record.header_count += static_cast<uint32_t>(names_->headers.size());
}

Status HeaderFrom::apply_struct(sdk::Record& record, const sdk::StructNode& node, sdk::Arena& arena) {
  SLUICE_ASSIGN_OR_RETURN(const Plan* plan, plans_.get(*node.schema, [&](const sdk::SchemaPtr& schema) {
    return make_plan(schema);
  }));
  sdk::StructNode* to = nullptr;
  if (move_) {
    to = unset_struct(arena, *plan->schema);
    SLUICE_RETURN_IF_ERROR(copy_fields(node, plan->fields, *to));
  }
  sdk::Header* headers = extended_headers(record, arena);
  for (size_t i = 0; i < plan->headers.size(); ++i) {
    const Plan::HeaderField& field = plan->headers[i];
    if (field.index < 0) {
      return bad_record("Field does not exist: " + names_->fields[i])
          .as_java("java.lang.NullPointerException");
    }
    sdk::Header& header = headers[record.header_count + i];
    const sdk::Value& value = node.values()[static_cast<size_t>(field.index)];
    header.value = value.is_null() ? field.instead_of_null : value;
    header.schema = field.schema;
    if (header.value.is_null() && !field.schema->optional()) return null_header(*field.schema);
  }
  if (move_) set_operand(record, operand_, plan->schema.get(), sdk::Value::structure(to));
  take_headers(record, headers);
  return {};
}

Status HeaderFrom::apply_map(sdk::Record& record, const sdk::Value& map, sdk::Arena& arena) {
  sdk::Header* headers = extended_headers(record, arena);
  draft_.start(map);
  for (size_t i = 0; i < names_->fields.size(); ++i) {
    const std::string& name = names_->fields[i];
    const sdk::Value* value = find_entry(map, name);
    sdk::Header& header = headers[record.header_count + i];
    if (value != nullptr) header.value = *value;
    if (header.value.kind() == sdk::Kind::kStruct) header.schema = header.value.as_struct().schema;
    if (move_) draft_.remove(name);
  }
  if (move_) set_operand(record, operand_, nullptr, draft_.finish(arena));
  take_headers(record, headers);
  return {};
}

void HeaderFrom::apply(std::span<sdk::Record> records, sdk::Arena& arena, std::span<uint8_t> /*dropped*/,
                       sdk::RecordErrors& errors) {
  plans_.start_batch(arena);
  arena.keep(names_);
  for_each_record(records, errors, [&](sdk::Record& record) -> Status {
    const sdk::Value& value = value_of(record, operand_);
    if (schema_of(record, operand_) == nullptr) {
      if (value.kind() != sdk::Kind::kMap) return not_a_map(value, purpose());
      return apply_map(record, value, arena);
    }
    if (value.kind() != sdk::Kind::kStruct) return not_a_struct(value, purpose());
    return apply_struct(record, value.as_struct(), arena);
  });
}

}  // namespace

std::unique_ptr<sdk::Transform> make_header_from(Operand operand) {
  return std::make_unique<HeaderFrom>(operand);
}

}  // namespace sluice::transforms
