#include "formats/avro/to_connect.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/log.h"
#include "formats/avro/connect_default.h"
#include "sdk/data/schema_builder.h"

namespace sluice::avro {
namespace {

using sdk::SchemaBuilder;
using ConnectSchema = sdk::SchemaPtr;

/// A schema of named types may describe far more data than its text is long.
constexpr size_t kNodesMax = 200'000;

std::string plain_text(const Json& json) {
  const auto* text = json.get_ptr<const std::string*>();
  return text != nullptr ? *text : json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() &&
         std::equal(left.begin(), left.end(), right.begin(),
                    [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

class Converter {
 public:
  explicit Converter(const ConnectOptions& options) : options_(options) {}

  /// What surrounds a schema.
  struct Place {
    bool optional = false;
    const Json* default_value = nullptr;              // of the field
    const std::optional<std::string>* doc = nullptr;  // of the field
    std::optional<int32_t> version;
  };

  Result<ConnectSchema> convert(const Schema& schema, const Place& place) {
    if (++nodes_ > kNodesMax)
      return bad_record(
          fmt::format("The Avro schema describes more than {} fields, counting those of a type "
                      "wherever it is used",
                      kNodesMax));
    if (schema.type == Type::kUnion) {
      if (const Schema* only = transparent_branch(schema))
        // As in Java, a default that is given beside the null gets lost.
        return convert(*only, {schema.null_branch() >= 0 || place.optional,
                               schema.branches.size() == 1 ? place.default_value : nullptr,
                               place.doc,
                               {}});
    }
    SLUICE_ASSIGN_OR_RETURN(auto builder, begin(schema));
    add_doc(schema, place, builder);
    SLUICE_RETURN_IF_ERROR(add_version(schema, place, builder));
    SLUICE_RETURN_IF_ERROR(add_parameters(schema, builder));
    const Json* default_value = add_default_flag(schema, place, builder);
    SLUICE_RETURN_IF_ERROR(add_name(schema, builder));
    if (place.optional) builder.optional();
    SLUICE_ASSIGN_OR_RETURN(auto built, builder.build());
    if (default_value == nullptr || default_value->is_null()) return built;
    return with_default(std::move(built), schema, *default_value);
  }

 private:
  /// The one branch of a union that stands for all of it: beside null, or alone.
  const Schema* transparent_branch(const Schema& schema) const {
    if (schema.branches.size() == 1 && options_.flatten_singleton_unions) return schema.branches[0];
    const int null = schema.null_branch();
    if (schema.branches.size() != 2 || null < 0) return nullptr;
    return schema.branches[1 - static_cast<size_t>(null)];
  }

  Result<SchemaBuilder> begin(const Schema& schema) {
    const std::string_view logical = schema.logical_type();
    switch (schema.type) {
      case Type::kBoolean:
        return SchemaBuilder(sdk::Type::kBoolean);
      case Type::kInt:
        return begin_int(schema, logical);
      case Type::kLong:
        return equals_ignoring_case(logical, "timestamp-millis") ? SchemaBuilder::timestamp()
                                                                 : SchemaBuilder(sdk::Type::kInt64);
      case Type::kFloat:
        return SchemaBuilder(sdk::Type::kFloat32);
      case Type::kDouble:
        return SchemaBuilder(sdk::Type::kFloat64);
      case Type::kBytes:
      case Type::kFixed:
        return begin_bytes(schema, logical);
      case Type::kString:
        return SchemaBuilder(sdk::Type::kString);
      case Type::kEnum:
        return begin_enum(schema);
      case Type::kArray:
        return begin_array(schema);
      case Type::kMap: {
        SLUICE_ASSIGN_OR_RETURN(auto value, convert(schema.element(), {}));
        return SchemaBuilder::map(sdk::Schema::string(), std::move(value));
      }
      case Type::kRecord:
        return begin_record(schema);
      case Type::kUnion:
        return begin_union(schema);
      case Type::kNull:
        break;
    }
    return bad_record("Standalone null schemas are not supported by this converter");
  }

  static Result<SchemaBuilder> begin_int(const Schema& schema, std::string_view logical) {
    const std::string* type = schema.text_property(kTypeProperty);
    if (type == nullptr) {
      if (equals_ignoring_case(logical, "date")) return SchemaBuilder::date();
      if (equals_ignoring_case(logical, "time-millis")) return SchemaBuilder::time();
      return SchemaBuilder(sdk::Type::kInt32);
    }
    if (*type == "int8") return SchemaBuilder(sdk::Type::kInt8);
    if (*type == "int16") return SchemaBuilder(sdk::Type::kInt16);
    return bad_record("Connect type annotation for Avro int field is null");
  }

  static Result<SchemaBuilder> begin_bytes(const Schema& schema, std::string_view logical) {
    SchemaBuilder builder(sdk::Type::kBytes);
    if (equals_ignoring_case(logical, "decimal")) {
      const Json* scale = schema.property(kScaleProperty);
      const bool has_scale = scale != nullptr && scale->is_number();
      builder = SchemaBuilder::decimal(has_scale ? scale->get<int32_t>() : 0);
      if (const Json* precision = schema.property(kPrecisionProperty)) {
        if (!precision->is_number())
          return bad_record(
              "precision property must be a JSON Integer. "
              "https://avro.apache.org/docs/1.9.1/spec.html#Decimal");
        if (precision->get<int32_t>() != kDefaultPrecision)
          builder.parameter(kPrecisionParameter, std::to_string(precision->get<int32_t>()));
      }
    }
    if (schema.type == Type::kFixed) builder.parameter(kFixedSizeParameter, std::to_string(schema.size));
    return builder;
  }

  Result<SchemaBuilder> begin_enum(const Schema& schema) const {
    SchemaBuilder builder(sdk::Type::kString);
    if (options_.connect_meta_data && schema.doc) {
      const std::string key = options_.discard_type_doc_default ? std::string(kEnumTypeDocParameter)
                                                                : std::string(kEnumDocPrefix) + schema.name;
      builder.parameter(key, *schema.doc);
    }
    if (options_.connect_meta_data && !options_.discard_type_doc_default && schema.enum_default)
      builder.parameter(std::string(kEnumDefaultPrefix) + schema.name, *schema.enum_default);
    const std::string_view parameter = enum_parameter(options_);
    builder.parameter(parameter, schema.full_name());
    for (size_t i = 0; i < schema.symbols.size(); ++i) {
      const std::string& symbol = schema.symbols[i];
      builder.parameter(fmt::format("{}.{}", parameter, symbol),
                        options_.generalized_sum_types ? std::to_string(i) : symbol);
    }
    return builder;
  }

  Result<SchemaBuilder> begin_array(const Schema& schema) {
    const Schema& element = schema.element();
    if (!is_map_entry(element)) {
      SLUICE_ASSIGN_OR_RETURN(auto item, convert(element, {}));
      return SchemaBuilder::array(std::move(item));
    }
    const Field* key = element.field(kKeyField);
    const Field* value = element.field(kValueField);
    if (element.fields.size() != 2 || key == nullptr || value == nullptr)
      return bad_record(
          "Found map encoded as array of key-value pairs, but array elements do not match the expected "
          "format.");
    SLUICE_ASSIGN_OR_RETURN(auto keys, convert(*key->schema, {}));
    SLUICE_ASSIGN_OR_RETURN(auto values, convert(*value->schema, {}));
    return SchemaBuilder::map(std::move(keys), std::move(values));
  }

  Result<SchemaBuilder> begin_record(const Schema& schema) {
    if (!open_.insert(&schema).second)
      return bad_record(fmt::format("The Avro record {} contains itself, which a Connect schema cannot say",
                                    schema.full_name()));
    SchemaBuilder builder = SchemaBuilder::structure();
    const bool keeps_docs = options_.connect_meta_data && !options_.discard_type_doc_default;
    if (keeps_docs && schema.doc) builder.parameter(kRecordDocParameter, *schema.doc);
    for (const Field& field : schema.fields) {
      if (keeps_docs && field.doc) builder.parameter(std::string(kFieldDocPrefix) + field.name, *field.doc);
      const Json* default_value = field.default_value ? &*field.default_value : nullptr;
      auto converted = convert(*field.schema, {false, default_value, &field.doc, {}});
      if (!converted.ok()) return converted.error();
      builder.field(field.name, *converted);
    }
    open_.erase(&schema);
    return builder;
  }

  Result<SchemaBuilder> begin_union(const Schema& schema) {
    SchemaBuilder builder = SchemaBuilder::structure();
    if (options_.generalized_sum_types) {
      builder.name(fmt::format("{}{}", kGeneralUnionPrefix, unions_));
      builder.parameter(kGeneralUnion, fmt::format("{}{}", kGeneralUnionPrefix, unions_++));
    } else {
      builder.name(kUnion);
    }
    std::set<std::string> names;
    for (size_t i = 0; i < schema.branches.size(); ++i) {
      const Schema& branch = *schema.branches[i];
      if (branch.type == Type::kNull) {
        builder.optional();
        continue;
      }
      const std::string name = union_field(branch, i, options_);
      if (!names.insert(name).second)
        return bad_record("Multiple union schemas map to the Connect union field name");
      SLUICE_ASSIGN_OR_RETURN(auto converted, convert(branch, {true, nullptr, nullptr, {}}));
      builder.field(name, std::move(converted));
    }
    return builder;
  }

  void add_doc(const Schema& schema, const Place& place, SchemaBuilder& builder) const {
    const std::string* doc = schema.text_property(kDocProperty);
    if (!options_.discard_type_doc_default) {
      if (options_.connect_meta_data && doc != nullptr) builder.doc(*doc);
      return;
    }
    if (schema.doc) doc = &*schema.doc;
    if (place.doc != nullptr && *place.doc) doc = &**place.doc;
    if (doc != nullptr) builder.doc(*doc);
    if (options_.connect_meta_data && schema.doc) builder.parameter(kTypeDocParameter, *schema.doc);
  }

  static Status add_version(const Schema& schema, const Place& place, SchemaBuilder& builder) {
    std::optional<int32_t> version = place.version;
    if (const Json* own = schema.property(kVersionProperty)) {
      if (!own->is_number()) return bad_record("Invalid Connect version found: " + plain_text(*own));
      version = own->get<int32_t>();
    }
    if (!version || *version < 0) return {};
    if (!builder.current_version()) {
      builder.version(*version);
    } else if (builder.current_version() != version) {
      return bad_record(
          fmt::format("Mismatched versions: version already added to SchemaBuilder ({}) differs "
                      "from version in source schema ({})",
                      *builder.current_version(), *version));
    }
    return {};
  }

  Status add_parameters(const Schema& schema, SchemaBuilder& builder) const {
    const Json* parameters = schema.property(kParametersProperty);
    if (options_.connect_meta_data && parameters != nullptr) {
      if (!parameters->is_object())
        return bad_record("Expected JSON object for schema parameters but found: " + plain_text(*parameters));
      for (const auto& [key, value] : parameters->items()) {
        if (!value.is_string())
          return bad_record("Expected schema parameter values to be strings but found: " + plain_text(value));
        builder.parameter(key, value.get_ref<const std::string&>());
      }
    }
    for (const auto& [key, value] : schema.properties.items()) {
      if (key.starts_with("avro")) builder.parameter(key, plain_text(value));
    }
    return {};
  }

  const Json* add_default_flag(const Schema& schema, const Place& place, SchemaBuilder& builder) const {
    const Json* own = schema.property(kDefaultProperty);
    if (place.default_value == nullptr) return own;
    if (!options_.discard_type_doc_default && options_.connect_meta_data && own == nullptr)
      builder.parameter(kFieldDefaultParameter, "true");
    return place.default_value;
  }

  static Status add_name(const Schema& schema, SchemaBuilder& builder) {
    std::string name;
    if (const Json* own = schema.property(kNameProperty)) {
      if (!own->is_string()) return bad_record("Invalid schema name: " + plain_text(*own));
      name = own->get<std::string>();
    } else if (schema.is_named()) {
      name = schema.full_name();
    } else {
      return {};
    }
    if (name.starts_with(kDefaultFullName)) return {};
    if (!builder.current_name()) {
      builder.name(name);
    } else if (builder.current_name() != name) {
      return bad_record(
          fmt::format("Mismatched names: name already added to SchemaBuilder ({}) differs from name "
                      "in source schema ({})",
                      *builder.current_name(), name));
    }
    return {};
  }

  Result<ConnectSchema> with_default(ConnectSchema built, const Schema& schema, const Json& json) const {
    sdk::Arena arena;
    // A default of a struct would have to contain the schema that it belongs to.
    const bool can_have_one = built->type() != sdk::Type::kStruct;
    const auto value = can_have_one ? connect_default(*built, schema, json, arena) : std::nullopt;
    if (!value) {
      log::warn("Ignoring invalid default for schema {}: {}",
                schema.is_named() ? schema.full_name() : type_name(schema.type), plain_text(json));
      return built;
    }
    SchemaBuilder builder = sdk::copy_schema_basics(*built);
    if (built->optional()) builder.optional();
    builder.default_value(*value);
    return builder.build();
  }

  const ConnectOptions& options_;
  std::set<const Schema*> open_;  // records around the one that is converted
  size_t nodes_ = 0;
  int unions_ = 0;
};

}  // namespace

Result<sdk::SchemaPtr> to_connect(const Schema& schema, const ConnectOptions& options,
                                  std::optional<int32_t> version) {
  return Converter(options).convert(schema, {.version = version});
}

}  // namespace sluice::avro
