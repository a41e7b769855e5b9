#include "formats/avro/from_connect.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/log.h"
#include "formats/avro/anything.h"
#include "formats/avro/connect_default.h"
#include "formats/avro/defaults.h"
#include "sdk/data/schema_builder.h"

namespace sluice::avro {
namespace {

/// Integer.parseInt of a parameter.
Result<int32_t> integer_parameter(const std::string& text) {
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return bad_record(fmt::format("For input string: \"{}\"", text))
        .as_java("java.lang.NumberFormatException");
  return number;
}

class Converter {
 public:
  explicit Converter(const ConnectOptions& options) : options_(options) {}

  Result<SchemaPtr> convert(const sdk::Schema* schema) {
    SLUICE_ASSIGN_OR_RETURN(const Schema* root, make(schema));
    return pool_->share(root);
  }

 private:
  Result<const Schema*> make(const sdk::Schema* schema) {
    if (schema == nullptr) {
      pool_->keep(anything());
      return anything().get();
    }
    const bool is_repeatable =
        !is_union(*schema) && !schema->optional() && schema->type() == sdk::Type::kStruct;
    if (is_repeatable) {
      for (const auto& [known, avro] : structs_) {
        if (sdk::same_schema(known, schema)) return avro;
      }
    }
    if (is_union(*schema)) return make_union(*schema);
    if (schema->type() == sdk::Type::kStruct && schema->optional()) return make_optional_struct(*schema);
    SLUICE_ASSIGN_OR_RETURN(Schema * base, make_base(*schema));
    SLUICE_RETURN_IF_ERROR(add_meta_data(*schema, *base));
    if (is_repeatable) structs_.emplace_back(schema, base);
    return with_null(*schema, base);
  }

  /// Where a struct may be one that is already described: it is referred to by its name.
  Result<const Schema*> make_or_refer(const sdk::Schema* schema) {
    if (schema != nullptr && schema->name()) {
      if (const auto found = by_name_.find(*schema->name()); found != by_name_.end())
        return with_null(*schema, found->second);
    }
    return make(schema);
  }

  const Schema* with_null(const sdk::Schema& schema, const Schema* base) {
    if (!schema.optional()) return base;
    Schema* made = pool_->make(Type::kUnion);
    const Schema* null = pool_->make(Type::kNull);
    made->branches = schema.has_default() ? std::vector{base, null} : std::vector{null, base};
    return made;
  }

  Result<const Schema*> make_union(const sdk::Schema& schema) {
    Schema* made = pool_->make(Type::kUnion);
    if (schema.optional()) made->branches.push_back(pool_->make(Type::kNull));
    for (const sdk::Field& field : schema.fields()) {
      const sdk::SchemaPtr required = required_of(field.schema);
      SLUICE_ASSIGN_OR_RETURN(const Schema* branch, make_or_refer(required.get()));
      made->branches.push_back(branch);
    }
    return made;
  }

  Result<const Schema*> make_optional_struct(const sdk::Schema& schema) {
    Schema* made = pool_->make(Type::kUnion);
    made->branches.push_back(pool_->make(Type::kNull));
    const sdk::SchemaPtr required = required_of(schema.share());
    SLUICE_ASSIGN_OR_RETURN(const Schema* branch, make_or_refer(required.get()));
    made->branches.push_back(branch);
    return made;
  }

  /// Kept as long as this converter: structs_ compares with it.
  sdk::SchemaPtr required_of(const sdk::SchemaPtr& schema) {
    return required_.emplace_back(sdk::with_optional(schema, false));
  }

  Result<Schema*> make_base(const sdk::Schema& schema) {
    switch (schema.type()) {
      case sdk::Type::kInt8:
      case sdk::Type::kInt16:
      case sdk::Type::kInt32:
        return pool_->make(Type::kInt);
      case sdk::Type::kInt64:
        return pool_->make(Type::kLong);
      case sdk::Type::kFloat32:
        return pool_->make(Type::kFloat);
      case sdk::Type::kFloat64:
        return pool_->make(Type::kDouble);
      case sdk::Type::kBoolean:
        return pool_->make(Type::kBoolean);
      case sdk::Type::kString:
        return is_enum(schema, options_) ? make_enum(schema) : pool_->make(Type::kString);
      case sdk::Type::kBytes:
        return make_bytes(schema);
      case sdk::Type::kArray: {
        Schema* made = pool_->make(Type::kArray);
        SLUICE_ASSIGN_OR_RETURN(const Schema* element, make_or_refer(schema.value_schema().get()));
        made->branches.push_back(element);
        return made;
      }
      case sdk::Type::kMap:
        return make_map(schema);
      case sdk::Type::kStruct:
        return make_record(schema);
    }
    return bad_record(fmt::format("Unknown schema type: {}", sdk::type_name(schema.type())));
  }

  /// A node of a named type; unnamed ones are numbered.
  Result<Schema*> make_named(Type type, const std::optional<std::string>& name) {
    Schema* made = pool_->make(type);
    if (!name) {
      const int number = ++defaults_;
      made->space = kNamespace;
      made->name = number > 1 ? fmt::format("{}{}", kDefaultName, number) : std::string(kDefaultName);
      return made;
    }
    const size_t dot = name->rfind('.');
    if (dot != std::string::npos) made->space = name->substr(0, dot);
    const std::string own = dot == std::string::npos ? *name : name->substr(dot + 1);
    made->name = options_.scrub_invalid_names ? scrubbed(own) : own;
    SLUICE_RETURN_IF_ERROR(check_name(made->name));
    return made;
  }

  Result<Schema*> make_enum(const sdk::Schema& schema) {
    const std::string_view parameter = enum_parameter(options_);
    const std::string* full_name = schema.parameter(parameter);
    SLUICE_ASSIGN_OR_RETURN(const Schema* named, make_named(Type::kEnum, schema.name()));
    const std::string& own_name = named->name;
    Schema* made = pool_->make(Type::kEnum);
    const std::string name = full_name == nullptr ? own_name : *full_name;
    const size_t dot = name.rfind('.');
    made->space = dot == std::string::npos ? std::string() : name.substr(0, dot);
    made->name = dot == std::string::npos ? name : name.substr(dot + 1);
    const std::string prefix = std::string(parameter) + ".";
    for (const auto& [key, value] : schema.parameters()) {
      if (key.starts_with(prefix)) made->symbols.push_back(key.substr(prefix.size()));
    }
    const std::string doc_key = options_.discard_type_doc_default ? std::string(kEnumTypeDocParameter)
                                                                  : std::string(kEnumDocPrefix) + own_name;
    if (const std::string* doc = schema.parameter(doc_key)) made->doc = *doc;
    if (!options_.discard_type_doc_default) {
      if (const std::string* value = schema.parameter(std::string(kEnumDefaultPrefix) + own_name))
        made->enum_default = *value;
    }
    return made;
  }

  Result<Schema*> make_bytes(const sdk::Schema& schema) {
    Schema* made = nullptr;
    if (const std::string* size = schema.parameter(kFixedSizeParameter)) {
      SLUICE_ASSIGN_OR_RETURN(made, make_named(Type::kFixed, schema.name()));
      SLUICE_ASSIGN_OR_RETURN(made->size, integer_parameter(*size));
    } else {
      made = pool_->make(Type::kBytes);
    }
    if (schema.logical() != sdk::Logical::kDecimal) return made;
    const std::string* precision = schema.parameter(kPrecisionParameter);
    int32_t digits = kDefaultPrecision;
    if (precision != nullptr) {
      SLUICE_ASSIGN_OR_RETURN(digits, integer_parameter(*precision));
    }
    made->properties[std::string(kScaleProperty)] = schema.decimal_scale();
    made->properties[std::string(kPrecisionProperty)] = digits;
    return made;
  }

  Result<Schema*> make_map(const sdk::Schema& schema) {
    if (is_plain_map(schema, options_)) {
      Schema* made = pool_->make(Type::kMap);
      SLUICE_ASSIGN_OR_RETURN(const Schema* value, make_or_refer(schema.value_schema().get()));
      made->branches.push_back(value);
      return made;
    }
    Schema* entry = nullptr;
    if (schema.name()) {
      SLUICE_ASSIGN_OR_RETURN(entry, make_named(Type::kRecord, schema.name()));
      entry->properties[std::string(kInternalTypeProperty)] = kMapEntry;
    } else {
      entry = pool_->make(Type::kRecord);
      entry->space = kNamespace;
      entry->name = kMapEntry;
    }
    SLUICE_RETURN_IF_ERROR(add_field(*entry, std::string(kKeyField), schema.key_schema().get(), nullptr));
    SLUICE_RETURN_IF_ERROR(add_field(*entry, std::string(kValueField), schema.value_schema().get(), nullptr));
    if (!schema.name()) make_distinct(*entry);
    Schema* made = pool_->make(Type::kArray);
    made->branches.push_back(entry);
    return made;
  }

  /// Java calls the entries of different maps the same, and the registry then refuses the schema.
  void make_distinct(Schema& entry) {
    const auto is_same = [&](const Schema* known) { return same_fields(*known, entry); };
    auto known = std::ranges::find_if(entries_, is_same);
    const auto number = static_cast<size_t>(known - entries_.begin()) + 1;
    if (known == entries_.end()) entries_.push_back(&entry);
    if (number == 1) return;
    entry.name += std::to_string(number);
    entry.properties[std::string(kInternalTypeProperty)] = kMapEntry;
  }

  static bool same_fields(const Schema& left, const Schema& right) {
    return std::ranges::equal(left.fields, right.fields, [](const Field& one, const Field& other) {
      return one.name == other.name && one.default_value == other.default_value && one.doc == other.doc &&
             same_schema(*one.schema, *other.schema);
    });
  }

  Result<Schema*> make_record(const sdk::Schema& schema) {
    SLUICE_ASSIGN_OR_RETURN(Schema * made, make_named(Type::kRecord, schema.name()));
    if (const std::string* doc =
            schema.parameter(options_.discard_type_doc_default ? kTypeDocParameter : kRecordDocParameter))
      made->doc = *doc;
    if (schema.name()) by_name_.emplace(*schema.name(), made);
    made->fields.reserve(schema.fields().size());
    for (const sdk::Field& field : schema.fields()) {
      const std::string name = options_.scrub_invalid_names ? scrubbed(field.name) : field.name;
      const std::string* doc = nullptr;
      if (!options_.discard_type_doc_default)
        doc = schema.parameter(std::string(kFieldDocPrefix) + field.name);
      SLUICE_RETURN_IF_ERROR(add_field(*made, name, field.schema.get(), doc));
    }
    return made;
  }

  Status add_field(Schema& record, const std::string& name, const sdk::Schema* schema,
                   const std::string* doc) {
    SLUICE_RETURN_IF_ERROR(check_name(name));
    Field field;
    field.name = name;
    auto made = make(schema);
    if (!made.ok()) return made.error();
    field.schema = *made;
    if (options_.discard_type_doc_default && schema != nullptr) {
      field.doc = schema->doc();
    } else if (doc != nullptr) {
      field.doc = *doc;
    }
    if (schema != nullptr && schema->has_default()) {
      field.default_value = avro_default(*schema, schema->default_value(), options_);
    } else if (schema != nullptr && schema->optional()) {
      field.default_value = Json();
    }
    if (field.default_value && !is_valid_default(*field.schema, *field.default_value)) {
      log::warn("Ignoring invalid default for field {}", name);
      field.default_value.reset();
    }
    record.fields.push_back(std::move(field));
    return {};
  }

  Status add_meta_data(const sdk::Schema& schema, Schema& base) {
    Json& properties = base.properties;
    if (options_.connect_meta_data) {
      if (schema.doc()) properties[std::string(kDocProperty)] = *schema.doc();
      if (schema.version()) properties[std::string(kVersionProperty)] = *schema.version();
      Json parameters = Json::object();
      for (const auto& [key, value] : schema.parameters()) {
        if (options_.discard_type_doc_default || key != kFieldDefaultParameter) parameters[key] = value;
      }
      if (!parameters.empty()) properties[std::string(kParametersProperty)] = std::move(parameters);
      if (schema.has_default() &&
          (options_.discard_type_doc_default || schema.parameter(kFieldDefaultParameter) == nullptr))
        properties[std::string(kDefaultProperty)] = avro_default(schema, schema.default_value(), options_);
      if (schema.name()) properties[std::string(kNameProperty)] = *schema.name();
      if (schema.type() == sdk::Type::kInt8) properties[std::string(kTypeProperty)] = "int8";
      if (schema.type() == sdk::Type::kInt16) properties[std::string(kTypeProperty)] = "int16";
    }
    if (const std::string_view logical = logical_type(schema); !logical.empty())
      properties[std::string(kLogicalTypeProperty)] = logical;
    for (const auto& [key, value] : schema.parameters()) {
      if (key.starts_with("avro")) properties[key] = value;
    }
    return {};
  }

  static std::string_view logical_type(const sdk::Schema& schema) {
    switch (schema.logical()) {
      case sdk::Logical::kDecimal:
        return "decimal";
      case sdk::Logical::kDate:
        return "date";
      case sdk::Logical::kTime:
        return "time-millis";
      case sdk::Logical::kTimestamp:
        return "timestamp-millis";
      case sdk::Logical::kNone:
        break;
    }
    return {};
  }

  const ConnectOptions& options_;
  const std::shared_ptr<SchemaPool> pool_ = std::make_shared<SchemaPool>();
  std::map<std::string, const Schema*> by_name_;                       // records, by the Connect name
  std::vector<std::pair<const sdk::Schema*, const Schema*>> structs_;  // equal ones are the same record
  std::vector<sdk::SchemaPtr> required_;
  std::vector<const Schema*> entries_;  // of maps without a name, each of another kind
  int defaults_ = 0;
};

}  // namespace

bool is_union(const sdk::Schema& schema) {
  return schema.type() == sdk::Type::kStruct &&
         (schema.name() == kUnion || schema.parameter(kGeneralUnion) != nullptr);
}

bool is_enum(const sdk::Schema& schema, const ConnectOptions& options) {
  if (!options.enhanced_schemas && !options.generalized_sum_types) return false;
  return schema.type() == sdk::Type::kString &&
         (schema.parameter(kGeneralEnum) != nullptr || schema.parameter(kEnum) != nullptr);
}

bool is_plain_map(const sdk::Schema& schema, const ConnectOptions& options) {
  const sdk::Schema& keys = *schema.key_schema();
  return keys.type() == sdk::Type::kString && (!keys.optional() || options.allow_optional_map_keys);
}

Result<SchemaPtr> from_connect(const sdk::Schema* schema, const ConnectOptions& options) {
  return Converter(options).convert(schema);
}

}  // namespace sluice::avro
