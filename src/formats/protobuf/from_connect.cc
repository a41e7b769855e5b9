#include "formats/protobuf/from_connect.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/protobuf/builtin_files.h"
#include "formats/protobuf/fields.h"

namespace sluice::protobuf {
namespace {

using Field = pb::FieldDescriptorProto;
using Params = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kWrappersFile = "google/protobuf/wrappers.proto";

/// The wrapper of a scalar; null: the type is none.
const char* wrapper_of(sdk::Type type) {
  switch (type) {
    case sdk::Type::kInt8:
    case sdk::Type::kInt16:
    case sdk::Type::kInt32:
      return "google.protobuf.Int32Value";
    case sdk::Type::kInt64:
      return "google.protobuf.Int64Value";
    case sdk::Type::kFloat32:
      return "google.protobuf.FloatValue";
    case sdk::Type::kFloat64:
      return "google.protobuf.DoubleValue";
    case sdk::Type::kBoolean:
      return "google.protobuf.BoolValue";
    case sdk::Type::kString:
      return "google.protobuf.StringValue";
    case sdk::Type::kBytes:
      return "google.protobuf.BytesValue";
    default:
      return nullptr;
  }
}

/// The file that has it; null: it is no message that everybody knows.
const char* file_of(std::string_view type) {
  if (type == kDecimalMessage) return "confluent/type/decimal.proto";
  if (type == kDateMessage) return "google/type/date.proto";
  if (type == kTimeMessage) return "google/type/timeofday.proto";
  if (type == kTimestampMessage) return "google/protobuf/timestamp.proto";
  return type.starts_with("google.protobuf.") ? kWrappersFile : nullptr;
}

std::optional<Field::Type> scalar_named(std::string_view name) {
  for (int type = 1; type <= pb::FieldDescriptor::MAX_TYPE; ++type) {
    const bool is_scalar =
        type != Field::TYPE_MESSAGE && type != Field::TYPE_GROUP && type != Field::TYPE_ENUM;
    if (is_scalar && name == pb::FieldDescriptor::TypeName(static_cast<pb::FieldDescriptor::Type>(type)))
      return static_cast<Field::Type>(type);
  }
  return std::nullopt;
}

std::string unqualified(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::optional<int32_t> tag_of(const sdk::Schema& schema) {
  const std::string* text = schema.parameter(kTagParameter);
  if (text == nullptr) return std::nullopt;
  int32_t tag = 0;
  std::from_chars(text->data(), text->data() + text->size(), tag);
  return tag;
}

/// Numbers for the fields of a message. Those that have one already keep it, the others are counted from 1
/// on; Java counts into numbers that are taken, and fails.
class Numbers {
 public:
  explicit Numbers(const sdk::Schema& schema) {
    for (const sdk::Field& field : schema.fields()) {
      if (const auto tag = tag_of(*field.schema)) taken_.insert(*tag);
      if (!is_union(*field.schema)) continue;
      for (const sdk::Field& member : field.schema->fields()) {
        if (const auto tag = tag_of(*member.schema)) taken_.insert(*tag);
      }
    }
  }

  int32_t number(const sdk::Schema& schema) {
    const auto tag = tag_of(schema);
    return tag ? *tag : next();
  }
  /// For a union, which has none on the wire; Java counts it all the same.
  void skip() { ++next_; }

 private:
  int32_t next() {
    while (taken_.contains(next_)) ++next_;
    if (next_ == kReservedFirst) next_ = kReservedLast + 1;
    return next_++;
  }

  static constexpr int32_t kReservedFirst = 19'000;  // to Protobuf itself
  static constexpr int32_t kReservedLast = 19'999;

  std::set<int32_t> taken_;
  int32_t next_ = 1;
};

class Maker {
 public:
  explicit Maker(const ConnectOptions& options) : options_(options) {}

  /// Package and name of a struct at the root.
  std::pair<std::string, std::string> root_name(const sdk::Schema& schema) {
    std::string rest = name_or_default(schema);
    std::string package;
    for (size_t dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
      if (!package.empty()) package += '.';
      package += scrubbed(rest.substr(0, dot), options_);
      rest.erase(0, dot + 1);
    }
    return {package, scrubbed(rest, options_)};
  }

  Result<MadeFile> make(const sdk::Schema& schema) {
    MadeFile made;
    if (const char* wrapper = wrapper_of(schema.type())) {
      builtin_files().FindFileByName(kWrappersFile)->CopyTo(&made.file);
      made.message = wrapper;
      return made;
    }
    if (schema.type() != sdk::Type::kStruct)
      return bad_record(fmt::format("Unsupported root schema of type {}", sdk::type_name(schema.type())));
    const auto [package, name] = root_name(schema);
    made.file.set_syntax("proto3");
    if (!package.empty()) made.file.set_package(package);
    made.message = package.empty() ? name : package + "." + name;
    file_ = &made.file;
    SLUICE_RETURN_IF_ERROR(add_message(*made.file.add_message_type(), name, schema));
    return made;
  }

 private:
  std::string name_or_default(const sdk::Schema& schema) {
    if (schema.name() && !schema.name()->empty()) return *schema.name();
    return std::string(kDefaultName) + std::to_string(++unnamed_);
  }
  std::string simple_name(const sdk::Schema& schema) {
    return scrubbed(unqualified(name_or_default(schema)), options_);
  }

  Status add_message(pb::DescriptorProto& message, const std::string& name, const sdk::Schema& schema) {
    message.set_name(name);
    Numbers numbers(schema);
    for (const sdk::Field& field : schema.fields()) {
      if (is_union(*field.schema)) {
        SLUICE_RETURN_IF_ERROR(add_oneof(message, *field.schema, numbers));
      } else {
        SLUICE_RETURN_IF_ERROR(
            add_field(message, *field.schema, scrubbed(field.name, options_), numbers.number(*field.schema)));
      }
    }
    return {};
  }

  Status add_field(pb::DescriptorProto& message, const sdk::Schema& schema, const std::string& name,
                   int32_t number) {
    SLUICE_ASSIGN_OR_RETURN(Field field, make_field(message, schema, name, number, false));
    const bool is_repeated = field.label() == Field::LABEL_REPEATED;
    if (options_.optional_for_nullables && schema.optional() && !is_repeated) field.set_proto3_optional(true);
    *message.add_field() = std::move(field);
    return {};
  }

  Status add_oneof(pb::DescriptorProto& message, const sdk::Schema& schema, Numbers& numbers) {
    if (tag_of(schema) == std::nullopt) numbers.skip();
    const std::string* general = schema.parameter(kGeneralUnion);
    std::string name;
    if (options_.generalized_sum_types && general != nullptr) {
      name = *general;
    } else if (schema.name() && schema.name()->starts_with(kUnionPrefix)) {
      name = scrubbed(unqualified(schema.name()->substr(kUnionPrefix.size())), options_);
    } else {
      name = schema.name() ? scrubbed(unqualified(*schema.name()), options_) : *general;
    }
    const int index = message.oneof_decl_size();
    message.add_oneof_decl()->set_name(name);
    for (const sdk::Field& member : schema.fields()) {
      const std::string member_name = scrubbed(member.name, options_);
      SLUICE_ASSIGN_OR_RETURN(Field field, make_field(message, *member.schema, member_name,
                                                      numbers.number(*member.schema), true));
      field.set_oneof_index(index);
      *message.add_field() = std::move(field);
    }
    return {};
  }

  /// With the types that it needs, which are added to the message.
  Result<Field> make_field(pb::DescriptorProto& message, const sdk::Schema& outer, const std::string& name,
                           int32_t number, bool is_member) {
    const bool is_array = outer.type() == sdk::Type::kArray;
    const sdk::Schema& schema = is_array ? *outer.value_schema() : outer;
    const bool is_repeated = schema.type() == sdk::Type::kMap;
    if (is_array && (is_repeated || schema.type() == sdk::Type::kArray))
      return bad_record(fmt::format("field {}: {} cannot be nested", name, is_repeated ? "Map" : "Array"));
    Field field;
    field.set_name(name);
    field.set_number(number);
    field.set_label(is_array || is_repeated ? Field::LABEL_REPEATED : Field::LABEL_OPTIONAL);
    SLUICE_RETURN_IF_ERROR(set_type(message, field, schema, is_member));
    set_field_params(params_of(schema), *field.mutable_options());
    return field;
  }

  static Params params_of(const sdk::Schema& schema) {
    Params params;
    if (schema.type() == sdk::Type::kInt8) params.emplace_back(kConnectTypeParam, "int8");
    if (schema.type() == sdk::Type::kInt16) params.emplace_back(kConnectTypeParam, "int16");
    if (schema.logical() != sdk::Logical::kDecimal) return params;
    if (const std::string* text = schema.parameter(kPrecisionParameter))
      params.emplace_back(kPrecisionParam, *text);
    if (const std::string* text = schema.parameter(sdk::kScaleParameter))
      params.emplace_back(kScaleParam, *text);
    return params;
  }

  Status set_type(pb::DescriptorProto& message, Field& field, const sdk::Schema& schema, bool is_member) {
    switch (schema.logical()) {
      case sdk::Logical::kDecimal:
        return set_known(field, std::string(kDecimalMessage));
      case sdk::Logical::kDate:
        return set_known(field, std::string(kDateMessage));
      case sdk::Logical::kTime:
        return set_known(field, std::string(kTimeMessage));
      case sdk::Logical::kTimestamp:
        return set_known(field, std::string(kTimestampMessage));
      case sdk::Logical::kNone:
        break;
    }
    if (schema.type() == sdk::Type::kStruct) return set_struct(message, field, schema);
    if (schema.type() == sdk::Type::kMap) return set_map(message, field, schema);
    if (enum_name(schema) != nullptr) return set_enum(message, field, schema);
    const bool may_wrap = !is_member || schema.parameter(kWrapperParameter) != nullptr;
    if (options_.wrapper_for_nullables && schema.optional() && may_wrap)
      return set_known(field, wrapper_name(schema));
    field.set_type(scalar_type(schema));
    return {};
  }

  Status set_known(Field& field, const std::string& type) {
    field.set_type_name(type);
    const std::string file = file_of(type);
    const auto& imports = file_->dependency();
    if (std::ranges::find(imports, file) == imports.end()) file_->add_dependency(file);
    return {};
  }

  /// INT32 and INT64 remember which of Protobuf's many integers they were.
  static Field::Type scalar_type(const sdk::Schema& schema) {
    const bool may_differ = schema.type() == sdk::Type::kInt32 || schema.type() == sdk::Type::kInt64;
    if (const std::string* name = may_differ ? schema.parameter(kTypeParameter) : nullptr) {
      if (const auto type = scalar_named(*name)) return *type;
    }
    switch (schema.type()) {
      case sdk::Type::kInt64:
        return Field::TYPE_INT64;
      case sdk::Type::kFloat32:
        return Field::TYPE_FLOAT;
      case sdk::Type::kFloat64:
        return Field::TYPE_DOUBLE;
      case sdk::Type::kBoolean:
        return Field::TYPE_BOOL;
      case sdk::Type::kString:
        return Field::TYPE_STRING;
      case sdk::Type::kBytes:
        return Field::TYPE_BYTES;
      default:
        return Field::TYPE_INT32;
    }
  }

  static std::string wrapper_name(const sdk::Schema& schema) {
    const std::string* type = schema.parameter(kTypeParameter);
    if (schema.type() == sdk::Type::kInt64 && type != nullptr) {
      if (*type == "uint32" || *type == "fixed32") return "google.protobuf.UInt32Value";
      if (*type == "uint64" || *type == "fixed64") return "google.protobuf.UInt64Value";
    }
    return wrapper_of(schema.type());
  }

  Status set_struct(pb::DescriptorProto& message, Field& field, const sdk::Schema& schema) {
    std::string name = simple_name(schema);
    if (name == field.name()) name += "Message";  // Protobuf keeps both under one roof
    field.set_type_name(name);
    const auto has_name = [&](const pb::DescriptorProto& made) { return made.name() == name; };
    if (has_name(message) || std::ranges::any_of(message.nested_type(), has_name)) return {};
    return add_message(*message.add_nested_type(), name, schema);
  }

  Status set_map(pb::DescriptorProto& message, Field& field, const sdk::Schema& schema) {
    const std::string name = map_entry_name(simple_name(schema));
    field.set_type_name(name);
    pb::DescriptorProto entry;
    entry.set_name(name);
    const std::pair<const char*, const sdk::Schema*> parts[] = {{"key", schema.key_schema().get()},
                                                                {"value", schema.value_schema().get()}};
    int32_t number = 0;
    for (const auto& [part, part_schema] : parts) {
      if (is_union(*part_schema)) return bad_record(fmt::format("field {}: a map of unions", field.name()));
      SLUICE_ASSIGN_OR_RETURN(*entry.add_field(), make_field(entry, *part_schema, part, ++number, false));
    }
    message.add_nested_type()->Swap(&entry);
    return {};
  }

  Status set_enum(pb::DescriptorProto& message, Field& field, const sdk::Schema& schema) {
    field.set_type_name(*enum_name(schema));
    const std::string name = simple_name(schema);
    const auto is_it = [&](const pb::EnumDescriptorProto& made) { return made.name() == name; };
    if (std::ranges::any_of(message.enum_type(), is_it)) return {};
    pb::EnumDescriptorProto& made = *message.add_enum_type();
    made.set_name(name);
    const std::string prefix = std::string(enum_parameter(options_)) + ".";
    for (const auto& [key, text] : schema.parameters()) {
      if (!key.starts_with(prefix)) continue;
      int32_t number = 0;
      std::from_chars(text.data(), text.data() + text.size(), number);
      auto& value = *made.add_value();
      value.set_name(key.substr(prefix.size()));
      value.set_number(number);
    }
    return {};
  }

  const ConnectOptions& options_;
  pb::FileDescriptorProto* file_ = nullptr;
  int32_t unnamed_ = 0;
};

}  // namespace

Result<MadeFile> from_connect(const sdk::Schema& schema, const ConnectOptions& options) {
  return Maker(options).make(schema);
}

Result<std::string> message_name(const sdk::Schema& schema, const ConnectOptions& options) {
  if (const char* wrapper = wrapper_of(schema.type())) return std::string(wrapper);
  const auto [package, name] = Maker(options).root_name(schema);
  return package.empty() ? name : package + "." + name;
}

}  // namespace sluice::protobuf
