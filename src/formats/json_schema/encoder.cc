#include "formats/json_schema/encoder.h"

#include <fmt/format.h>

#include "formats/json/json_writer.h"
#include "formats/json_schema/branch_match.h"
#include "sdk/data/values.h"

namespace sluice::json_schema {
namespace {

using json::TextBuffer;
using sdk::Kind;
using sdk::Logical;
using sdk::Schema;
using sdk::Value;
using Shape = EncodeNode::Shape;

/// What Java says of a value whose class does not fit its schema.
Error wrong_class(const Schema& schema, const Value& value) {
  const std::string_view is = java_class_name(value);
  switch (schema.logical()) {
    case Logical::kDecimal:
      return bad_record(fmt::format("Invalid type for Decimal, expected BigDecimal but was class {}", is));
    case Logical::kDate:
      return bad_record(fmt::format("Invalid type for Date, expected Date but was class {}", is));
    case Logical::kTime:
      return bad_record(fmt::format("Invalid type for Time, expected Date but was class {}", is));
    case Logical::kTimestamp:
      return bad_record(fmt::format("Invalid type for Timestamp, expected Date but was class {}", is));
    case Logical::kNone:
      break;
  }
  return bad_record(fmt::format("Invalid type for {}: class {}", type_name(schema.type()), is));
}

class Planner {
 public:
  explicit Planner(EncodePlan& plan) : plan_(plan) {}

  const EncodeNode* add(const Schema& schema) {
    EncodeNode& node = plan_.nodes.emplace_back();
    node.index = plan_.nodes.size() - 1;
    node.schema = &schema;
    node.kind = schema.value_kind();
    switch (node.kind) {
      case Kind::kDecimal:
        node.shape = Shape::kDecimal;
        break;
      case Kind::kArray:
        node.shape = Shape::kArray;
        node.value = add(*schema.value_schema());
        break;
      case Kind::kMap:
        node.shape = has_object_form(schema) ? Shape::kObjectMap : Shape::kEntriesMap;
        node.key = add(*schema.key_schema());
        node.value = add(*schema.value_schema());
        break;
      case Kind::kStruct:
        add_struct(node);
        break;
      default:
        break;
    }
    return &node;
  }

 private:
  void add_struct(EncodeNode& node) {
    node.shape = is_union(*node.schema) ? Shape::kUnion : Shape::kStruct;
    TextBuffer prefix;
    for (const sdk::Field& field : node.schema->fields()) {
      prefix.clear();
      prefix.push_back(node.fields.empty() ? '{' : ',');
      json::write_string(prefix, field.name);
      prefix.push_back(':');
      const size_t size = prefix.size();
      prefix.append(std::string(TextBuffer::kPadding, ' '));
      std::string text(prefix.view());
      const EncodeNode* child = add(*field.schema);
      node.fields.push_back({std::move(text), size, child});
    }
  }

  EncodePlan& plan_;
};

}  // namespace

std::shared_ptr<const EncodePlan> plan_encoding(sdk::SchemaPtr connect, const ConnectOptions& options) {
  auto plan = std::make_shared<EncodePlan>();
  plan->connect = std::move(connect);
  plan->options = options;
  Planner(*plan).add(*plan->connect);
  return plan;
}

Encoder::Encoder(std::shared_ptr<const EncodePlan> plan)
    : plan_(std::move(plan)), twins_(plan_->nodes.size()) {}

Status Encoder::encode(const Value& value, TextBuffer& out) {
  place_.clear();
  Status written = write(plan_->root(), value, out);
  if (written.ok() || place_.empty()) return written;
  return bad_record(fmt::format("{} at #{}", written.error().message(), place_));
}

Status Encoder::at(const EncodeNode& node, size_t field, Status status) {
  if (!status.ok()) place_ = fmt::format("/{}{}", node.schema->fields()[field].name, place_);
  return status;
}

Status Encoder::write(const EncodeNode& node, const Value& value, TextBuffer& out) {
  if (value.is_null()) return write_null(node, out);
  if (value.kind() != node.kind) return wrong_class(*node.schema, value);
  switch (node.shape) {
    case Shape::kScalar:
      break;
    case Shape::kDecimal:
      return write_decimal(node, value, out);
    case Shape::kArray:
      return write_array(node, value, out);
    case Shape::kObjectMap:
      return write_object_map(node, value, out);
    case Shape::kEntriesMap:
      return write_entries_map(node, value, out);
    case Shape::kStruct:
      return write_struct(node, value.as_struct(), out);
    case Shape::kUnion:
      return write_union(node, value.as_struct(), out);
  }
  if (node.kind == Kind::kString) {
    json::write_string(out, value.as_string());
  } else {
    json::write_value(out, value);
  }
  return {};
}

Status Encoder::write_null(const EncodeNode& node, TextBuffer& out) {
  const Schema& schema = *node.schema;
  const bool stays = plan_->options.ignore_default_for_nullables && schema.optional();
  if (schema.has_default() && !stays) return write(node, schema.default_value(), out);
  if (!schema.optional())
    return bad_record("Conversion error: null value for field that is required and has no default value");
  json::write_null(out);
  return {};
}

Status Encoder::write_decimal(const EncodeNode& node, const Value& value, TextBuffer& out) const {
  const json::DecimalFormat format = plan_->options.decimal_format;
  const Schema& schema = *node.schema;
  if (format == json::DecimalFormat::kBase64 && value.decimal_scale() != schema.decimal_scale())
    return bad_record(
        fmt::format("Decimal value has mismatching scale for given Decimal schema. Schema has scale {}, "
                    "value has scale {}.",
                    schema.decimal_scale(), value.decimal_scale()));
  json::write_decimal(out, value, format);
  return {};
}

Status Encoder::write_array(const EncodeNode& node, const Value& value, TextBuffer& out) {
  out.push_back('[');
  const auto items = value.as_array();
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.push_back(',');
    SLUICE_RETURN_IF_ERROR(write(*node.value, items[i], out));
  }
  out.push_back(']');
  return {};
}

Status Encoder::write_object_map(const EncodeNode& node, const Value& value, TextBuffer& out) {
  const auto entries = value.as_map();
  out.push_back('{');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) out.push_back(',');
    SLUICE_RETURN_IF_ERROR(write(*node.key, entries[i].key, out));
    out.push_back(':');
    SLUICE_RETURN_IF_ERROR(write(*node.value, entries[i].value, out));
  }
  out.push_back('}');
  return {};
}

Status Encoder::write_entries_map(const EncodeNode& node, const Value& value, TextBuffer& out) {
  const auto entries = value.as_map();
  out.push_back('[');
  for (size_t i = 0; i < entries.size(); ++i) {
    out.append(i > 0 ? ",{\"key\":" : "{\"key\":");
    SLUICE_RETURN_IF_ERROR(write(*node.key, entries[i].key, out));
    out.append(",\"value\":");
    SLUICE_RETURN_IF_ERROR(write(*node.value, entries[i].value, out));
    out.push_back('}');
  }
  out.push_back(']');
  return {};
}

bool Encoder::is_own_schema(const EncodeNode& node, const Schema* schema) {
  sdk::SchemaPtr& twin = twins_[node.index];
  if (schema == node.schema || schema == twin.get()) return true;
  if (!same_schema(schema, node.schema)) return false;
  twin = schema->share();
  return true;
}

Status Encoder::write_struct(const EncodeNode& node, const sdk::StructNode& value, TextBuffer& out) {
  if (!is_own_schema(node, value.schema)) return bad_record("Mismatching schema.");
  if (node.fields.empty()) out.push_back('{');
  const auto values = value.values();
  for (size_t i = 0; i < node.fields.size(); ++i) {
    const EncodeNode::Field& field = node.fields[i];
    out.append_padded(field.prefix.data(), field.prefix_size);
    Status written = write(*field.node, values[i], out);
    if (!written.ok()) [[unlikely]]
      return at(node, i, std::move(written));
  }
  out.push_back('}');
  return {};
}

Status Encoder::write_union(const EncodeNode& node, const sdk::StructNode& value, TextBuffer& out) {
  if (!is_own_schema(node, value.schema)) return bad_record("Mismatching schema.");
  const auto values = value.values();
  for (size_t i = 0; i < node.fields.size(); ++i) {
    if (!values[i].is_null()) return at(node, i, write(*node.fields[i].node, values[i], out));
  }
  json::write_null(out);
  return {};
}

}  // namespace sluice::json_schema
