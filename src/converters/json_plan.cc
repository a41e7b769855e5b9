#include "converters/json_plan.h"

#include <algorithm>

#include "converters/decimal_scale.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

using sdk::Kind;
using sdk::Logical;
using sdk::MapEntry;
using sdk::Schema;
using sdk::Type;
using sdk::Value;

std::string class_of(const Value& value) { return "class " + std::string(java_class_name(value)); }

/// What Java says of a value whose class does not fit its schema.
Error wrong_class(const Schema& schema, const Value& value) {
  switch (schema.logical()) {
    case Logical::kDecimal:
      return bad_record("Invalid type for Decimal, expected BigDecimal but was " + class_of(value));
    case Logical::kDate:
      return bad_record("Invalid type for Date, expected Date but was " + class_of(value));
    case Logical::kTime:
      return bad_record("Invalid type for Time, expected Date but was " + class_of(value));
    case Logical::kTimestamp:
      return bad_record("Invalid type for Timestamp, expected Date but was " + class_of(value));
    case Logical::kNone:
      break;
  }
  const std::string type =
      schema.type() == Type::kBytes ? "bytes type" : std::string(type_name(schema.type()));
  return bad_record("Invalid type for " + type + ": " + class_of(value));
}

Status write_schemaless_map(json::TextBuffer& out, std::span<const MapEntry> entries) {
  const bool object = std::all_of(entries.begin(), entries.end(),
                                  [](const MapEntry& entry) { return entry.key.kind() == Kind::kString; });
  out.push_back(object ? '{' : '[');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (!object) out.push_back('[');
    SLUICE_RETURN_IF_ERROR(write_schemaless_json(out, entries[i].key));
    out.push_back(object ? ':' : ',');
    SLUICE_RETURN_IF_ERROR(write_schemaless_json(out, entries[i].value));
    if (!object) out.push_back(']');
  }
  out.push_back(object ? '}' : ']');
  return {};
}

std::unique_ptr<JsonPlan> plan_of(const sdk::SchemaPtr& schema, const JsonWriteOptions& options) {
  return schema ? std::make_unique<JsonPlan>(schema, options) : nullptr;
}

}  // namespace

Status write_schemaless_json(json::TextBuffer& out, const Value& value) {
  switch (value.kind()) {
    case Kind::kStruct:
      return bad_record("Mismatching schema.");
    case Kind::kDecimal:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kTimestamp:
      return bad_record("Java class " + class_of(value) + " does not have corresponding schema type.");
    case Kind::kArray: {
      const auto items = value.as_array();
      out.push_back('[');
      for (size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out.push_back(',');
        SLUICE_RETURN_IF_ERROR(write_schemaless_json(out, items[i]));
      }
      out.push_back(']');
      return {};
    }
    case Kind::kMap:
      return write_schemaless_map(out, value.as_map());
    default:
      json::write_value(out, value);
      return {};
  }
}

JsonPlan::JsonPlan(sdk::SchemaPtr schema, const JsonWriteOptions& options)
    : schema_(std::move(schema)), options_(options), kind_(schema_->value_kind()) {
  json::TextBuffer prefix;
  for (const sdk::Field& field : schema_->fields()) {
    prefix.clear();
    prefix.push_back(fields_.empty() ? '{' : ',');
    json::write_string(prefix, field.name);
    prefix.push_back(':');
    const size_t size = prefix.size();
    prefix.append(std::string(json::TextBuffer::kPadding, ' '));
    fields_.push_back({std::string(prefix.view()), size, plan_of(field.schema, options)});
  }
  key_ = plan_of(schema_->key_schema(), options);
  value_ = plan_of(schema_->value_schema(), options);
}

bool JsonPlan::is_own_schema(const Schema* schema) {
  if (schema == schema_.get() || schema == twin_.get()) return true;
  if (!same_schema(schema, schema_.get())) return false;
  twin_ = schema->share();
  return true;
}

Status JsonPlan::write(json::TextBuffer& out, const Value& value) {
  if (value.is_null()) return write_null(out);
  if (value.kind() != kind_) return wrong_class(*schema_, value);
  switch (kind_) {
    case Kind::kStruct:
      return write_struct(out, value.as_struct());
    case Kind::kArray:
      return write_array(out, value.as_array());
    case Kind::kMap:
      return write_map(out, value.as_map());
    case Kind::kDecimal:
      return write_decimal(out, value);
    case Kind::kInt8:
    case Kind::kInt16:
    case Kind::kInt32:
    case Kind::kInt64:
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kTimestamp:
      json::write_integer(out, value.as_integer());
      return {};
    case Kind::kString:
      json::write_string(out, value.as_string());
      return {};
    default:
      json::write_value(out, value);
      return {};
  }
}

Status JsonPlan::write_null(json::TextBuffer& out) {
  if (schema_->has_default() && options_.replace_null_with_default)
    return write(out, schema_->default_value());
  if (!schema_->optional()) {
    return bad_record("Conversion error: null value for field that is required and has no default value");
  }
  json::write_null(out);
  return {};
}

Status JsonPlan::write_struct(json::TextBuffer& out, const sdk::StructNode& node) {
  if (!is_own_schema(node.schema)) return bad_record("Mismatching schema.");
  if (fields_.empty()) out.push_back('{');
  const Value* value = node.values().data();
  for (const FieldPlan& field : fields_) {
    out.append_padded(field.prefix.data(), field.prefix_size);
    SLUICE_RETURN_IF_ERROR(field.plan->write(out, *value++));
  }
  out.push_back('}');
  return {};
}

Status JsonPlan::write_element(json::TextBuffer& out, const std::unique_ptr<JsonPlan>& plan,
                               const Value& value) {
  return plan ? plan->write(out, value) : write_schemaless_json(out, value);
}

Status JsonPlan::write_array(json::TextBuffer& out, std::span<const Value> items) {
  out.push_back('[');
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.push_back(',');
    SLUICE_RETURN_IF_ERROR(write_element(out, value_, items[i]));
  }
  out.push_back(']');
  return {};
}

/// The text of a key in an object: that of its JSON (JsonNode.asText), so null and defaults work too.
Status JsonPlan::write_key(json::TextBuffer& out, const Value& key) {
  if (!key.is_null()) return key_->write(out, key);
  const size_t start = out.size();
  SLUICE_RETURN_IF_ERROR(key_->write(out, key));
  if (out.view().substr(start) == "null") {
    out.truncate(start);
    json::write_string(out, "null");
  }
  return {};
}

Status JsonPlan::write_map(json::TextBuffer& out, std::span<const MapEntry> entries) {
  const bool object = key_ && schema_->key_schema()->type() == Type::kString;
  out.push_back(object ? '{' : '[');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out.push_back(',');
    if (object) {
      SLUICE_RETURN_IF_ERROR(write_key(out, entries[i].key));
      out.push_back(':');
      SLUICE_RETURN_IF_ERROR(write_element(out, value_, entries[i].value));
    } else {
      out.push_back('[');
      SLUICE_RETURN_IF_ERROR(write_element(out, key_, entries[i].key));
      out.push_back(',');
      SLUICE_RETURN_IF_ERROR(write_element(out, value_, entries[i].value));
      out.push_back(']');
    }
  }
  out.push_back(object ? '}' : ']');
  return {};
}

Status JsonPlan::write_decimal(json::TextBuffer& out, const Value& value) {
  const bool base64 = options_.decimal_format == json::DecimalFormat::kBase64;
  if (base64) SLUICE_RETURN_IF_ERROR(check_decimal_scale(*schema_));
  if (base64 && value.decimal_scale() != schema_->decimal_scale()) {
    return bad_record("Decimal value has mismatching scale for given Decimal schema. Schema has scale " +
                      std::to_string(schema_->decimal_scale()) + ", value has scale " +
                      std::to_string(value.decimal_scale()) + ".");
  }
  json::write_decimal(out, value, options_.decimal_format);
  return {};
}

}  // namespace sluice::converters
