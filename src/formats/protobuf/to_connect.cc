#include "formats/protobuf/to_connect.h"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "formats/protobuf/fields.h"
#include "sdk/data/schema_builder.h"

namespace sluice::protobuf {
namespace {

using sdk::SchemaBuilder;
using Field = pb::FieldDescriptor;

constexpr size_t kDepthMax = 100;

std::optional<int32_t> number_of(const pb::FieldOptions& options, std::string_view key) {
  for (const auto& [name, text] : field_params(options)) {
    if (name != key) continue;
    int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return std::nullopt;
}

std::string connect_type_of(const pb::FieldOptions& options) {
  for (const auto& [name, text] : field_params(options)) {
    if (name == kConnectTypeParam) return text;
  }
  return {};
}

/// Of integers that another type would be the usual one for.
SchemaBuilder integer(sdk::Type type, const Field& field, Field::Type usual) {
  SchemaBuilder builder(type);
  if (field.type() != usual) builder.parameter(kTypeParameter, field.type_name());
  return builder;
}

SchemaBuilder begin_decimal(const Field& field) {
  SchemaBuilder builder = SchemaBuilder::decimal(number_of(field.options(), kScaleParam).value_or(0));
  if (const auto precision = number_of(field.options(), kPrecisionParam))
    builder.parameter(kPrecisionParameter, std::to_string(*precision));
  return builder;
}

/// The scalar that a wrapper message is about.
sdk::Type unwrapped_type(const pb::Descriptor& wrapper) {
  switch (wrapper.field(0)->cpp_type()) {
    case Field::CPPTYPE_DOUBLE:
      return sdk::Type::kFloat64;
    case Field::CPPTYPE_FLOAT:
      return sdk::Type::kFloat32;
    case Field::CPPTYPE_INT32:
      return sdk::Type::kInt32;
    case Field::CPPTYPE_BOOL:
      return sdk::Type::kBoolean;
    case Field::CPPTYPE_STRING:
      return wrapper.field(0)->type() == Field::TYPE_BYTES ? sdk::Type::kBytes : sdk::Type::kString;
    default:  // unsigned ones of 32 bits too
      return sdk::Type::kInt64;
  }
}

class Maker {
 public:
  explicit Maker(const ConnectOptions& options) : options_(options) {}

  Result<sdk::SchemaPtr> root(const pb::Descriptor& message, std::optional<int32_t> version) {
    SchemaBuilder builder(sdk::Type::kStruct);
    if (options_.wrapper_for_raw_primitives && is_wrapper(message)) {
      builder = SchemaBuilder(unwrapped_type(message));
    } else {
      SLUICE_ASSIGN_OR_RETURN(builder, begin_struct(message));
    }
    if (version) builder.version(*version);
    return builder.build();
  }

 private:
  std::string type_name(const std::string& full_name, const std::string& name) const {
    return options_.enhanced_schemas ? full_name : name;
  }

  Result<SchemaBuilder> begin_struct(const pb::Descriptor& message) {
    SchemaBuilder builder = SchemaBuilder::structure();
    builder.name(type_name(message.full_name(), message.name()));
    SLUICE_ASSIGN_OR_RETURN(const std::vector<sdk::Field>* fields, fields_of(message));
    for (const sdk::Field& field : *fields) builder.field(field.name, field.schema);
    return builder;
  }

  /// Found once per message: a type that is used in many places costs as much as in one.
  Result<const std::vector<sdk::Field>*> fields_of(const pb::Descriptor& message) {
    if (const auto found = fields_.find(&message); found != fields_.end()) return &found->second;
    if (!open_.insert(&message).second)
      return bad_record(fmt::format("The message {} contains itself, which Connect schemas cannot say",
                                    message.full_name()));
    if (open_.size() > kDepthMax) return bad_record("The messages of the schema are nested too deep");
    std::vector<sdk::Field> fields;
    for (int i = 0; i < message.real_oneof_decl_count(); ++i)
      SLUICE_RETURN_IF_ERROR(add_oneof(*message.oneof_decl(i), fields));
    for (int i = 0; i < message.field_count(); ++i) {
      const Field& field = *message.field(i);
      if (field.real_containing_oneof() != nullptr) continue;
      SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, field_schema(field, false));
      fields.push_back({name_of(field), std::move(schema)});
    }
    open_.erase(&message);
    return &fields_.emplace(&message, std::move(fields)).first->second;
  }

  Status add_oneof(const pb::OneofDescriptor& oneof, std::vector<sdk::Field>& fields) {
    std::vector<sdk::Field> members;
    for (int i = 0; i < oneof.field_count(); ++i) {
      SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, field_schema(*oneof.field(i), true));
      members.push_back({name_of(*oneof.field(i)), std::move(schema)});
    }
    if (options_.flatten_unions) {
      for (sdk::Field& member : members) fields.push_back(std::move(member));
      return {};
    }
    SchemaBuilder builder = SchemaBuilder::structure();
    if (options_.generalized_sum_types) {
      builder.name(oneof.name()).parameter(kGeneralUnion, oneof.name());
    } else {
      builder.name(std::string(kUnionPrefix) + type_name(oneof.full_name(), oneof.name()));
    }
    for (const sdk::Field& member : members) builder.field(member.name, member.schema);
    SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr schema, builder.optional().build());
    fields.push_back({union_field_name(oneof, options_), std::move(schema)});
    return {};
  }

  Result<sdk::SchemaPtr> field_schema(const Field& field, bool is_member) {
    SLUICE_ASSIGN_OR_RETURN(SchemaBuilder builder, begin(field));
    bool is_optional = field.type() == Field::TYPE_MESSAGE || field.type() == Field::TYPE_ENUM;
    if (field.is_repeated() && !is_map(field)) {
      SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr element, builder.optional().build());
      builder = SchemaBuilder::array(std::move(element));
      is_optional = true;
    }
    if (is_member) {
      is_optional = true;
      const bool was_wrapper = field.type() == Field::TYPE_MESSAGE && is_wrapper(*field.message_type());
      if (options_.wrapper_for_nullables && was_wrapper) builder.parameter(kWrapperParameter, "true");
    } else if (options_.optional_for_nullables) {
      is_optional = is_optional || field.has_optional_keyword();
    } else {
      is_optional = is_optional || !options_.wrapper_for_nullables;
    }
    return builder.optional(is_optional).parameter(kTagParameter, std::to_string(field.number())).build();
  }

  /// Everything but what all fields have.
  Result<SchemaBuilder> begin(const Field& field) {
    switch (field.type()) {
      case Field::TYPE_INT32:
      case Field::TYPE_SINT32:
      case Field::TYPE_SFIXED32: {
        const std::string type = connect_type_of(field.options());
        if (type == "int8") return SchemaBuilder(sdk::Type::kInt8);
        if (type == "int16") return SchemaBuilder(sdk::Type::kInt16);
        return integer(sdk::Type::kInt32, field, Field::TYPE_INT32);
      }
      case Field::TYPE_UINT32:
      case Field::TYPE_FIXED32:
      case Field::TYPE_INT64:
      case Field::TYPE_UINT64:
      case Field::TYPE_SINT64:
      case Field::TYPE_FIXED64:
      case Field::TYPE_SFIXED64:
        return integer(sdk::Type::kInt64, field, Field::TYPE_INT64);
      case Field::TYPE_FLOAT:
        return SchemaBuilder(sdk::Type::kFloat32);
      case Field::TYPE_DOUBLE:
        return SchemaBuilder(sdk::Type::kFloat64);
      case Field::TYPE_BOOL:
        return SchemaBuilder(sdk::Type::kBoolean);
      case Field::TYPE_STRING:
        return SchemaBuilder(sdk::Type::kString);
      case Field::TYPE_BYTES:
        return SchemaBuilder(sdk::Type::kBytes);
      case Field::TYPE_ENUM:
        return begin_enum(*field.enum_type());
      case Field::TYPE_MESSAGE:
        return begin_message(field);
      default:
        return bad_record(fmt::format("Unknown Connect schema type: GROUP (field {})", field.full_name()));
    }
  }

  Result<SchemaBuilder> begin_enum(const pb::EnumDescriptor& made) const {
    SchemaBuilder builder(options_.int_for_enums ? sdk::Type::kInt32 : sdk::Type::kString);
    builder.name(type_name(made.full_name(), made.name()));
    const std::string parameter(enum_parameter(options_));
    builder.parameter(parameter, made.name());
    for (int i = 0; i < made.value_count(); ++i)
      builder.parameter(parameter + "." + made.value(i)->name(), std::to_string(made.value(i)->number()));
    return builder;
  }

  Result<SchemaBuilder> begin_message(const Field& field) {
    const pb::Descriptor& message = *field.message_type();
    switch (logical_of(message)) {
      case sdk::Logical::kDecimal:
        return begin_decimal(field);
      case sdk::Logical::kDate:
        return SchemaBuilder::date();
      case sdk::Logical::kTime:
        return SchemaBuilder::time();
      case sdk::Logical::kTimestamp:
        return SchemaBuilder::timestamp();
      case sdk::Logical::kNone:
        break;
    }
    if (options_.wrapper_for_nullables && is_wrapper(message)) return SchemaBuilder(unwrapped_type(message));
    if (!is_map(field)) return begin_struct(message);
    SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr key, field_schema(*message.field(0), false));
    SLUICE_ASSIGN_OR_RETURN(sdk::SchemaPtr value, field_schema(*message.field(1), false));
    SchemaBuilder builder = SchemaBuilder::map(std::move(key), std::move(value));
    builder.name(map_name(type_name(message.full_name(), message.name())));
    return builder;
  }

  const ConnectOptions& options_;
  std::map<const pb::Descriptor*, std::vector<sdk::Field>> fields_;
  std::set<const pb::Descriptor*> open_;
};

}  // namespace

Result<sdk::SchemaPtr> to_connect(const pb::Descriptor& message, const ConnectOptions& options,
                                  std::optional<int32_t> version) {
  return Maker(options).root(message, version);
}

}  // namespace sluice::protobuf
