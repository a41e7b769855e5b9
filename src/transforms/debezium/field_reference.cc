#include "transforms/debezium/field_reference.h"

#include "sdk/data/schema_builder.h"
#include "transforms/debezium/envelope.h"
#include "transforms/transform_config.h"

namespace sluice::transforms::debezium {
namespace {

/// Where a field without a struct's name is looked for.
std::string_view home_of(std::string_view field) {
  if (field == "id" || field == "data_collection_order" || field == "total_order") return kTransaction;
  if (field == kOperation || field == "ts_ms" || field == "ts_us" || field == "ts_ns") return {};
  return field == "updateDescription" ? field : kSource;
}

}  // namespace

Result<std::vector<FieldReference>> parse_field_references(const std::vector<std::string>& entries,
                                                           const std::string& prefix) {
  std::vector<FieldReference> references;
  for (const std::string& entry : entries) {
    const std::vector<std::string> parts = split_at_colons(entry);
    if (parts.empty() || parts.size() > 2 || parts[0].empty()) {
      return bad_config("Unexpected field name: " + entry);
    }
    FieldReference reference;
    const size_t dot = parts[0].find('.');
    const bool qualified = dot != std::string::npos;
    if (qualified) {
      reference.structure = parts[0].substr(0, dot);
      reference.field = parts[0].substr(dot + 1, parts[0].find('.', dot + 1) - dot - 1);
    } else {
      reference.field = parts[0];
      reference.structure = home_of(reference.field);
    }
    if (parts.size() == 2) {
      reference.new_name = prefix + parts[1];
    } else {
      reference.new_name = prefix + (qualified ? reference.structure + "_" : "") + reference.field;
    }
    references.push_back(std::move(reference));
  }
  return references;
}

Result<std::optional<ResolvedField>> resolve(const FieldReference& reference, const sdk::Schema& event) {
  ResolvedField resolved;
  resolved.reference = &reference;
  const sdk::Schema* parent = &event;
  if (!reference.structure.empty()) {
    resolved.home = event.field_index(reference.structure);
    if (resolved.home < 0) return std::optional<ResolvedField>();
    parent = event.fields()[static_cast<size_t>(resolved.home)].schema.get();
    if (parent->type() != sdk::Type::kStruct) return std::optional<ResolvedField>();
  }
  resolved.index = parent->field_index(reference.field);
  if (resolved.index < 0) {
    parent = &event;
    resolved.in_home = false;
    resolved.index = event.field_index(reference.field);
    if (resolved.index < 0) return std::optional<ResolvedField>();
  }
  const sdk::Schema& schema = *parent->fields()[static_cast<size_t>(resolved.index)].schema;
  SLUICE_ASSIGN_OR_RETURN(resolved.schema, sdk::copy_schema_basics(schema).optional().build());
  return std::optional(resolved);
}

sdk::Value value_of(const ResolvedField& field, const sdk::StructNode& event) {
  const sdk::StructNode* node = &event;
  if (field.home >= 0) {
    const sdk::Value& home = event.values()[static_cast<size_t>(field.home)];
    if (home.is_null()) return {};
    if (field.in_home) node = &home.as_struct();
  }
  return node->values()[static_cast<size_t>(field.index)];
}

}  // namespace sluice::transforms::debezium
