#include "connectors/sql/sink/record_plan.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "base/java_regex.h"
#include "sdk/data/values.h"

namespace sluice::connectors::sql {
namespace {

using sdk::Schema;
using sdk::Type;
using sdk::Value;

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether one of the expressions fits "topic:field" or "field".
bool matches(const std::vector<std::string>& expressions, std::string_view topic, const std::string& field) {
  for (const std::string& expression : expressions) {
    const auto compiled = JavaRegex::compile(expression);
    if (!compiled.ok()) continue;  // refused with the configuration
    for (const std::string& name : {fmt::format("{}:{}", topic, field), field}) {
      const auto fits = compiled->matches(name);
      if (fits.ok() && *fits) return true;
    }
  }
  return false;
}

class Planner {
 public:
  Planner(const SinkOptions& options, const sdk::Record& record, const Schema* row_schema,
          const TableId& table)
      : options_(options), record_(record), row_schema_(row_schema) {
    plan_->subject = "table " + plain_name(table);
    if (record.key_schema != nullptr) plan_->key_schema = record.key_schema->share();
    if (row_schema != nullptr) plan_->row_schema = row_schema->share();
  }

  Status add_keys() {
    switch (options_.pk_mode) {
      case PkMode::kKafka:
        return add_coordinates();
      case PkMode::kRecordKey:
        return add_record_key();
      case PkMode::kRecordValue:
        return add_value_keys();
      case PkMode::kRecordHeader:
        return add_header_keys();
      case PkMode::kNone:
        break;
    }
    return {};
  }

  Status add_others() {
    if (row_schema_->type() != Type::kStruct) {
      return add(plan_->others, options_.string_column, *row_schema_, Origin::kValue, -1);
    }
    const auto& fields = row_schema_->fields();
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::string& name = fields[i].name;
      const auto is_key = [&](const RecordColumn& key) { return key.column.name == name; };
      if (std::any_of(plan_->keys.begin(), plan_->keys.end(), is_key) || !is_wanted(name)) continue;
      SLUICE_RETURN_IF_ERROR(
          add(plan_->others, name, *fields[i].schema, Origin::kValueField, static_cast<int>(i)));
    }
    if (!plan_->keys.empty() || !plan_->others.empty()) return {};
    return bad_record(fmt::format(
        "No fields found using key and value schemas for {}: the filters of fields leave nothing to write",
        plan_->subject));
  }

  std::unique_ptr<RecordPlan> take() { return std::move(plan_); }

 private:
  bool is_wanted(const std::string& field) const {
    if (!options_.fields.empty() && !contains(options_.fields, field)) return false;
    if (!options_.include_fields.empty()) return matches(options_.include_fields, record_.topic, field);
    return !matches(options_.exclude_fields, record_.topic, field);
  }

  Status add(std::vector<RecordColumn>& to, const std::string& name, const Schema& schema, Origin origin,
             int field) {
    CellOptions how{options_.debezium_types, contains(options_.timestamp_fields, name),
                    options_.timestamp_unit};
    auto cells = cells_of(schema, how);
    if (!cells.ok()) {
      return bad_record(fmt::format("Field '{}' for {} (schema {}): {}", name, plan_->subject,
                                    schema.name().value_or(std::string(type_name(schema.type()))),
                                    cells.error().message()));
    }
    RecordColumn made;
    made.column = std::move(cells->column);
    made.maker = cells->maker;
    made.column.name = name;
    made.column.key = &to == &plan_->keys;
    made.column.nullable = schema.optional();
    made.origin = origin;
    made.field = field;
    if (schema.has_default()) {
      Value cell = schema.default_value();
      if (made.maker != nullptr) {
        SLUICE_ASSIGN_OR_RETURN(cell, made.maker(plan_->defaults, cell));
      }
      made.column.default_value = cell;
      if (options_.replace_null_with_default) made.default_cell = cell;
    }
    to.push_back(std::move(made));
    return {};
  }

  Status add_coordinates() {
    const SchemaList schemas{Schema::string(), Schema::int32(), Schema::int64()};
    const Origin origins[] = {Origin::kTopic, Origin::kPartition, Origin::kOffset};
    for (size_t i = 0; i < schemas.size(); ++i) {
      SLUICE_RETURN_IF_ERROR(add(plan_->keys, options_.pk_fields[i], *schemas[i], origins[i], -1));
    }
    return {};
  }

  Status add_record_key() {
    const Schema& key = *record_.key_schema;
    if (key.type() == Type::kStruct) return add_fields(key, Origin::kKeyField, "key", "pk.mode=record_key");
    if (key.type() == Type::kMap || key.type() == Type::kArray) {
      return bad_record(fmt::format("Key schema must be primitive type or Struct, but is of type: {} ({})",
                                    type_name(key.type()), plan_->subject));
    }
    if (options_.pk_fields.size() != 1) {
      return bad_record(
          fmt::format("Need exactly one PK column defined since the key schema for records is a primitive "
                      "type, defined columns "
                      "are: [{}] ({})",
                      fmt::join(options_.pk_fields, ", "), plan_->subject));
    }
    return add(plan_->keys, options_.pk_fields[0], key, Origin::kKey, -1);
  }

  Status add_value_keys() {
    if (row_schema_ == nullptr || row_schema_->type() != Type::kStruct)
      return bad_record(fmt::format(
          "PK mode for {} is record_value, but the record has no Struct as its value", plan_->subject));
    return add_fields(*row_schema_, Origin::kValueField, "value", "pk.mode=record_value");
  }

  /// Those of pk.fields, or all of them.
  Status add_fields(const Schema& schema, Origin origin, std::string_view part, std::string_view mode) {
    const auto& fields = schema.fields();
    if (options_.pk_fields.empty()) {
      for (size_t i = 0; i < fields.size(); ++i) {
        SLUICE_RETURN_IF_ERROR(
            add(plan_->keys, fields[i].name, *fields[i].schema, origin, static_cast<int>(i)));
      }
      return {};
    }
    for (const std::string& name : options_.pk_fields) {
      const int index = schema.field_index(name);
      if (index < 0) {
        std::vector<std::string> names;
        for (const sdk::Field& field : fields) names.push_back(field.name);
        return bad_record(fmt::format(
            "PK mode for {} is {} with configured PK fields [{}], but the record's {} schema does not "
            "contain field: "
            "{} (it has: {})",
            plan_->subject, mode, fmt::join(options_.pk_fields, ", "), part, name, fmt::join(names, ", ")));
      }
      SLUICE_RETURN_IF_ERROR(
          add(plan_->keys, name, *fields[static_cast<size_t>(index)].schema, origin, index));
    }
    return {};
  }

  Status add_header_keys() {
    for (const sdk::Header& header : record_.headers()) {
      const std::string name(header.key);
      if (header.schema == nullptr || (!options_.pk_fields.empty() && !contains(options_.pk_fields, name)))
        continue;
      SLUICE_RETURN_IF_ERROR(add(plan_->keys, name, *header.schema, Origin::kHeader, -1));
      plan_->keys.back().header = name;
    }
    if (!plan_->keys.empty()) return {};
    return bad_record(
        fmt::format("The primary key of {} is to come from headers, of which the record has none that fit",
                    plan_->subject));
  }

  using SchemaList = std::vector<sdk::SchemaPtr>;
  const SinkOptions& options_;
  const sdk::Record& record_;
  const Schema* const row_schema_;
  std::unique_ptr<RecordPlan> plan_ = std::make_unique<RecordPlan>();
};

const Value* header_of(const sdk::Record& record, std::string_view name) {
  const Value* found = nullptr;
  for (const sdk::Header& header : record.headers()) {
    if (header.key == name) found = &header.value;
  }
  return found;
}

Value field_of(const Value& parent, int field) {
  return parent.kind() == sdk::Kind::kStruct ? parent.as_struct().values()[static_cast<size_t>(field)]
                                             : Value();
}

Value raw_value(const RecordColumn& column, const sdk::Record& record, const Value& row) {
  switch (column.origin) {
    case Origin::kTopic:
      return Value::string(record.topic);
    case Origin::kPartition:
      return Value::int32(record.original_partition);
    case Origin::kOffset:
      return Value::int64(record.offset);
    case Origin::kKey:
      return record.key;
    case Origin::kKeyField:
      return field_of(record.key, column.field);
    case Origin::kValue:
      return row;
    case Origin::kValueField:
      return field_of(row, column.field);
    case Origin::kHeader:
      break;
  }
  const Value* header = header_of(record, column.header);
  return header == nullptr ? Value() : *header;
}

}  // namespace

std::vector<NewColumn> RecordPlan::columns() const {
  std::vector<NewColumn> all;
  for (const auto* part : {&keys, &others}) {
    for (const RecordColumn& column : *part) all.push_back(column.column);
  }
  return all;
}

Result<std::unique_ptr<RecordPlan>> plan_write(const SinkOptions& options, const sdk::Record& record,
                                               const Schema& row_schema, const TableId& table) {
  Planner planner(options, record, &row_schema, table);
  SLUICE_RETURN_IF_ERROR(planner.add_keys());
  SLUICE_RETURN_IF_ERROR(planner.add_others());
  return planner.take();
}

Result<std::unique_ptr<RecordPlan>> plan_delete(const SinkOptions& options, const sdk::Record& record,
                                                const TableId& table) {
  Planner planner(options, record, nullptr, table);
  SLUICE_RETURN_IF_ERROR(planner.add_keys());
  return planner.take();
}

Status append_cells(const RecordPlan& plan, const std::vector<RecordColumn>& columns,
                    const sdk::Record& record, const Value& row, sdk::Arena& arena,
                    std::vector<Value>& cells) {
  for (const RecordColumn& column : columns) {
    Value value = raw_value(column, record, row);
    if (value.is_null()) {
      cells.push_back(column.default_cell);
      continue;
    }
    if (column.maker != nullptr) {
      auto made = column.maker(arena, value);
      if (!made.ok()) {
        return bad_record(fmt::format("Field '{}' for {}, record {}: {}", column.column.name, plan.subject,
                                      place_of(record), made.error().message()));
      }
      value = *made;
    }
    cells.push_back(value);
  }
  return {};
}

}  // namespace sluice::connectors::sql
