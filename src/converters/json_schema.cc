#include "converters/json_schema.h"

#include <array>
#include <string>
#include <utility>

#include "converters/json_plan.h"
#include "converters/json_reader.h"
#include "formats/json/json_number.h"
#include "sdk/data/schema_builder.h"
#include "sdk/data/values.h"

namespace sluice::converters {
namespace {

using json::is_json_integer;
using json::json_low_bits;
using sdk::Kind;
using sdk::Schema;
using sdk::SchemaBuilder;
using sdk::SchemaPtr;
using sdk::Type;
using sdk::Value;

constexpr std::array<std::pair<std::string_view, Type>, 12> kTypes = {{{"boolean", Type::kBoolean},
                                                                       {"int8", Type::kInt8},
                                                                       {"int16", Type::kInt16},
                                                                       {"int32", Type::kInt32},
                                                                       {"int64", Type::kInt64},
                                                                       {"float", Type::kFloat32},
                                                                       {"double", Type::kFloat64},
                                                                       {"bytes", Type::kBytes},
                                                                       {"string", Type::kString},
                                                                       {"array", Type::kArray},
                                                                       {"map", Type::kMap},
                                                                       {"struct", Type::kStruct}}};

constexpr std::string_view kSchemaBuilderException = "org.apache.kafka.connect.errors.SchemaBuilderException";

std::string_view json_type_name(Type wanted) {
  for (const auto& [name, type] : kTypes) {
    if (type == wanted) return name;
  }
  return {};
}

class SchemaReader {
 public:
  SchemaReader(sdk::Arena& arena, bool replace_null_with_default)
      : arena_(arena), replace_null_with_default_(replace_null_with_default) {}

  Result<SchemaPtr> read(const Value& node) {
    if (node.is_null()) return SchemaPtr();
    const Value* type = member(node, "type", Kind::kString);
    if (type == nullptr) return bad_record("Schema must contain 'type' field");
    SLUICE_ASSIGN_OR_RETURN(SchemaBuilder builder, start(node, type->as_string()));
    SLUICE_RETURN_IF_ERROR(set_attributes(builder, node));
    const Value* default_node = json_member(node, "default");
    if (default_node == nullptr) return builder.build();
    // Java reads the default by the schema that is being built; here that is built once without and once with
    // it.
    SLUICE_ASSIGN_OR_RETURN(const SchemaPtr without, builder.build());
    JsonReader reader(arena_, replace_null_with_default_);
    SLUICE_ASSIGN_OR_RETURN(const Value value, reader.read(without.get(), default_node));
    if (value.is_null()) {
      // An optional schema without a default is what Java makes of a null one.
      if (auto valid = validate_value(*without, value); !valid.ok()) {
        return valid.error()
            .wrap(ErrorKind::kBadRecord, "Invalid default value")
            .as_java(kSchemaBuilderException);
      }
      return without;
    }
    SchemaBuilder again = copy_schema_basics(*without);
    again.optional(without->optional());
    for (const sdk::Field& field : without->fields()) again.field(field.name, field.schema);
    return again.default_value(value).build();
  }

 private:
  static const Value* member(const Value& node, std::string_view name, Kind kind) {
    const Value* found = node.kind() == Kind::kMap ? json_member(node, name) : nullptr;
    return found != nullptr && found->kind() == kind ? found : nullptr;
  }

  Result<SchemaBuilder> start(const Value& node, std::string_view type) {
    if (type == "array") return start_array(node);
    if (type == "map") return start_map(node);
    if (type == "struct") return start_struct(node);
    for (const auto& [name, known] : kTypes) {
      if (name == type) return SchemaBuilder(known);
    }
    return bad_record("Unknown schema type: " + std::string(type));
  }

  Result<SchemaBuilder> start_array(const Value& node) {
    const Value* items = json_member(node, "items");
    if (items == nullptr || items->is_null())
      return bad_record("Array schema did not specify the element type");
    SLUICE_ASSIGN_OR_RETURN(SchemaPtr element, read(*items));
    return SchemaBuilder::array(std::move(element));
  }

  Result<SchemaBuilder> start_map(const Value& node) {
    const Value* keys = json_member(node, "keys");
    if (keys == nullptr) return bad_record("Map schema did not specify the key type");
    const Value* values = json_member(node, "values");
    if (values == nullptr) return bad_record("Map schema did not specify the value type");
    SLUICE_ASSIGN_OR_RETURN(SchemaPtr key, read(*keys));
    SLUICE_ASSIGN_OR_RETURN(SchemaPtr value, read(*values));
    return SchemaBuilder::map(std::move(key), std::move(value));
  }

  Result<SchemaBuilder> start_struct(const Value& node) {
    const Value* fields = member(node, "fields", Kind::kArray);
    if (fields == nullptr) return bad_record("Struct schema's \"fields\" argument is not an array.");
    SchemaBuilder builder = SchemaBuilder::structure();
    for (const Value& field : fields->as_array()) {
      const Value* name = member(field, "field", Kind::kString);
      if (name == nullptr) return bad_record("Struct schema's field name not specified properly");
      SLUICE_ASSIGN_OR_RETURN(SchemaPtr schema, read(field));
      builder.field(name->as_string(), std::move(schema));
    }
    return builder;
  }

  static Status set_attributes(SchemaBuilder& builder, const Value& node) {
    const Value* optional = member(node, "optional", Kind::kBoolean);
    builder.optional(optional != nullptr && optional->as_boolean());
    if (const Value* name = member(node, "name", Kind::kString)) builder.name(name->as_string());
    const Value* version = json_member(node, "version");
    if (version != nullptr && is_json_integer(*version)) {
      builder.version(static_cast<int32_t>(json_low_bits(*version)));
    }
    if (const Value* doc = member(node, "doc", Kind::kString)) builder.doc(doc->as_string());
    const Value* parameters = member(node, "parameters", Kind::kMap);
    if (parameters == nullptr) return {};
    for (const sdk::MapEntry& entry : parameters->as_map()) {
      if (entry.value.kind() != Kind::kString)
        return bad_record("Schema parameters must have string values.");
      builder.parameter(entry.key.as_string(), entry.value.as_string());
    }
    return {};
  }

  sdk::Arena& arena_;
  const bool replace_null_with_default_;
};

void write_member(json::TextBuffer& out, std::string_view name, std::string_view text) {
  out.append(name);
  json::write_string(out, text);
}

/// Everything between the braces; a struct's field goes on with its name.
Status write_members(json::TextBuffer& out, const Schema& schema, const JsonWriteOptions& options) {
  write_member(out, "\"type\":", json_type_name(schema.type()));
  if (schema.type() == Type::kArray) {
    out.append(",\"items\":");
    SLUICE_RETURN_IF_ERROR(write_json_schema(out, schema.value_schema().get(), options));
  } else if (schema.type() == Type::kMap) {
    out.append(",\"keys\":");
    SLUICE_RETURN_IF_ERROR(write_json_schema(out, schema.key_schema().get(), options));
    out.append(",\"values\":");
    SLUICE_RETURN_IF_ERROR(write_json_schema(out, schema.value_schema().get(), options));
  } else if (schema.type() == Type::kStruct) {
    out.append(",\"fields\":[");
    for (const sdk::Field& field : schema.fields()) {
      out.append(&field == schema.fields().data() ? "{" : ",{");
      SLUICE_RETURN_IF_ERROR(write_members(out, *field.schema, options));
      write_member(out, ",\"field\":", field.name);
      out.push_back('}');
    }
    out.push_back(']');
  }
  out.append(schema.optional() ? ",\"optional\":true" : ",\"optional\":false");
  if (schema.name()) write_member(out, ",\"name\":", *schema.name());
  if (schema.version()) {
    out.append(",\"version\":");
    json::write_integer(out, *schema.version());
  }
  if (schema.doc()) write_member(out, ",\"doc\":", *schema.doc());
  if (!schema.parameters().empty()) {
    out.append(",\"parameters\":{");
    for (const auto& parameter : schema.parameters()) {
      if (&parameter != schema.parameters().data()) out.push_back(',');
      json::write_string(out, parameter.first);
      write_member(out, ":", parameter.second);
    }
    out.push_back('}');
  }
  if (schema.has_default()) {
    out.append(",\"default\":");
    JsonPlan plan(schema.share(), options);
    SLUICE_RETURN_IF_ERROR(plan.write(out, schema.default_value()));
  }
  return {};
}

}  // namespace

Result<SchemaPtr> read_json_schema(const Value& node, sdk::Arena& arena, bool replace_null_with_default) {
  return SchemaReader(arena, replace_null_with_default).read(node);
}

Status write_json_schema(json::TextBuffer& out, const Schema* schema, const JsonWriteOptions& options) {
  if (schema == nullptr) {
    out.append("null");
    return {};
  }
  out.push_back('{');
  SLUICE_RETURN_IF_ERROR(write_members(out, *schema, options));
  out.push_back('}');
  return {};
}

}  // namespace sluice::converters
