#include "formats/json_schema/from_connect.h"

#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "formats/json/json_writer.h"
#include "formats/json_schema/branch_match.h"
#include "formats/json_schema/encoder.h"
#include "formats/json_schema/java_order.h"
#include "sdk/data/schema_builder.h"

namespace sluice::json_schema {
namespace {

using json::TextBuffer;
using sdk::Schema;
using sdk::SchemaPtr;
using sdk::Type;

constexpr std::string_view kNullSchema = "{\"type\":\"null\"}";

/// The JSON type and connect.type of scalars.
std::pair<std::string_view, std::string_view> scalar_types(const Schema& schema, bool numeric_decimals) {
  switch (schema.type()) {
    case Type::kInt8:
      return {"integer", "int8"};
    case Type::kInt16:
      return {"integer", "int16"};
    case Type::kInt32:
      return {"integer", "int32"};
    case Type::kInt64:
      return {"integer", "int64"};
    case Type::kFloat32:
      return {"number", "float32"};
    case Type::kFloat64:
      return {"number", "float64"};
    case Type::kBytes:
      return {schema.logical() == sdk::Logical::kDecimal && numeric_decimals ? "number" : "string",
              kBytesType};
    case Type::kBoolean:
      return {"boolean", {}};
    case Type::kString:
      return {"string", {}};
    case Type::kArray:
      return {"array", {}};
    case Type::kMap:
      return {has_object_form(schema) ? "object" : "array", kMapType};
    case Type::kStruct:
      break;
  }
  return {"object", {}};
}

class Writer {
 public:
  explicit Writer(const ConnectOptions& options) : options_(options) {}

  /// `index`: of the field that has the schema. `required`: even if the schema is optional.
  Status write(const Schema& schema, std::optional<size_t> index, bool required = false) {
    if (is_union(schema)) return write_union(schema, index, required);
    if (!schema.optional() || required) return write_type(schema, index);
    out_.push_back('{');
    write_index(index);
    out_.append("\"oneOf\":[");
    out_.append(kNullSchema);
    out_.push_back(',');
    SLUICE_RETURN_IF_ERROR(write_type(schema, {}));
    out_.append("]}");
    return {};
  }

  std::string text() const { return std::string(out_.view()); }

 private:
  void write_index(std::optional<size_t> index) {
    if (!index) return;
    write_name(kIndexProperty);
    json::write_integer(out_, static_cast<int64_t>(*index));
    out_.push_back(',');
  }

  void write_name(std::string_view name) {
    json::write_string(out_, name);
    out_.push_back(':');
  }
  void write_member(std::string_view name, std::string_view text) {
    write_name(name);
    json::write_string(out_, text);
    out_.push_back(',');
  }
  /// Instead of the last comma.
  void close(char bracket) {
    if (out_.view().ends_with(',')) out_.truncate(out_.size() - 1);
    out_.push_back(bracket);
  }

  Status write_union(const Schema& schema, std::optional<size_t> index, bool required) {
    out_.push_back('{');
    write_index(index);
    out_.append("\"oneOf\":[");
    if (schema.optional() && !required) {
      out_.append(kNullSchema);
      out_.push_back(',');
    }
    for (const sdk::Field& field : schema.fields()) {
      SLUICE_RETURN_IF_ERROR(write(*field.schema, {}, true));
      out_.push_back(',');
    }
    close(']');
    out_.push_back('}');
    return {};
  }

  Status write_type(const Schema& schema, std::optional<size_t> index) {
    const auto [type, connect_type] =
        scalar_types(schema, options_.decimal_format == json::DecimalFormat::kNumeric);
    out_.push_back('{');
    if (!is_enum(schema)) write_member("type", type);
    if (schema.name()) write_member("title", *schema.name());
    if (schema.doc()) write_member("description", *schema.doc());
    if (schema.has_default()) {
      write_name("default");
      SLUICE_RETURN_IF_ERROR(
          Encoder(plan_encoding(schema.share(), options_)).encode(schema.default_value(), out_));
      out_.push_back(',');
    }
    // The properties of Connect's stand in the order of a small hash map: always this one.
    write_index(index);
    if (schema.version()) {
      write_name(kVersionProperty);
      json::write_integer(out_, *schema.version());
      out_.push_back(',');
    }
    if (!connect_type.empty()) write_member(kTypeProperty, connect_type);
    write_parameters(schema);
    SLUICE_RETURN_IF_ERROR(write_content(schema));
    close('}');
    return {};
  }

  void write_parameters(const Schema& schema) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : schema.parameters()) {
      if (!name.starts_with(kNamespace) && !name.starts_with(kGeneralEnum)) names.push_back(name);
    }
    if (names.empty()) return;
    write_name(kParametersProperty);
    out_.push_back('{');
    // Java puts them into a map, and that into a map which starts as large as the first.
    std::vector<std::string_view> ordered;
    for (const size_t place : java_hash_order(names)) ordered.push_back(names[place]);
    for (const size_t place : java_hash_order(ordered, std::bit_ceil(names.size())))
      write_member(ordered[place], *schema.parameter(ordered[place]));
    close('}');
    out_.push_back(',');
  }

  /// What the values consist of.
  Status write_content(const Schema& schema) {
    switch (schema.type()) {
      case Type::kString:
        if (is_enum(schema)) write_symbols(schema);
        return {};
      case Type::kArray:
        write_name("items");
        return write(*schema.value_schema(), {});
      case Type::kMap:
        return write_map(schema);
      case Type::kStruct:
        return write_properties(schema);
      default:
        return {};
    }
  }

  void write_symbols(const Schema& schema) {
    const std::string prefix =
        std::string(schema.parameter(kGeneralEnum) != nullptr ? kGeneralEnum : kEnum) + ".";
    out_.append("\"enum\":[");
    for (const auto& [name, value] : schema.parameters()) {
      if (!name.starts_with(prefix)) continue;
      const std::string_view symbol = std::string_view(name).substr(prefix.size());
      if (symbol == kNullSymbol) {
        json::write_null(out_);
      } else {
        json::write_string(out_, symbol);
      }
      out_.push_back(',');
    }
    close(']');
  }

  Status write_map(const Schema& schema) {
    if (has_object_form(schema)) {
      write_name("additionalProperties");
      return write(*schema.value_schema(), {});
    }
    out_.append("\"items\":{\"type\":\"object\",\"properties\":{\"value\":");
    // Java's order of these two names.
    SLUICE_RETURN_IF_ERROR(write(*schema.value_schema(), 1));
    out_.append(",\"key\":");
    SLUICE_RETURN_IF_ERROR(write(*schema.key_schema(), 0));
    out_.append("}}");
    return {};
  }

  Status write_properties(const Schema& schema) {
    const auto& fields = schema.fields();
    if (!fields.empty()) {
      std::vector<std::string_view> names;
      for (const sdk::Field& field : fields) names.push_back(field.name);
      out_.append("\"properties\":{");
      for (const size_t place : java_hash_order(names)) {
        write_name(fields[place].name);
        SLUICE_RETURN_IF_ERROR(write(*fields[place].schema, place));
        out_.push_back(',');
      }
      close('}');
      out_.push_back(',');
    }
    if (!options_.additional_properties) out_.append("\"additionalProperties\":false");
    return {};
  }

  const ConnectOptions& options_;
  TextBuffer out_;
};

}  // namespace

Result<std::string> from_connect(const SchemaPtr& schema, const ConnectOptions& options) {
  Writer writer(options);
  SLUICE_RETURN_IF_ERROR(writer.write(*schema, {}));
  return writer.text();
}

}  // namespace sluice::json_schema
