#include "formats/protobuf/encode_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "formats/protobuf/fields.h"
#include "formats/protobuf/message_index.h"
#include "formats/protobuf/wire_reader.h"

namespace sluice::protobuf {
namespace {

using Field = pb::FieldDescriptor;

struct Wire {
  EncodeOp op;
  WireType type;
};

bool is_integer(sdk::Type type) { return type <= sdk::Type::kInt64; }

/// Integers; others have nullopt.
std::optional<Wire> integer_wire(Field::Type type) {
  switch (type) {
    case Field::TYPE_INT32:
    case Field::TYPE_ENUM:
      return Wire{EncodeOp::kVarint32, WireType::kVarint};
    case Field::TYPE_UINT32:
      return Wire{EncodeOp::kVarintU32, WireType::kVarint};
    case Field::TYPE_INT64:
    case Field::TYPE_UINT64:
      return Wire{EncodeOp::kVarint64, WireType::kVarint};
    case Field::TYPE_SINT32:
    case Field::TYPE_SINT64:
      return Wire{EncodeOp::kZigzag, WireType::kVarint};
    case Field::TYPE_FIXED32:
    case Field::TYPE_SFIXED32:
      return Wire{EncodeOp::kFixed32, WireType::kFixed32};
    case Field::TYPE_FIXED64:
    case Field::TYPE_SFIXED64:
      return Wire{EncodeOp::kFixed64, WireType::kFixed64};
    default:
      return std::nullopt;
  }
}

/// How a scalar of the Connect type goes into the field; nothing: it does not.
std::optional<Wire> scalar_wire(const sdk::Schema& schema, const Field& field) {
  const sdk::Type type = schema.type();
  if (schema.logical() != sdk::Logical::kNone) return std::nullopt;
  if (is_integer(type)) {
    // INT64 stands for unsigned ones of 32 bits, too.
    const bool is_narrow = type == sdk::Type::kInt64 && field.cpp_type() != Field::CPPTYPE_INT64 &&
                           field.cpp_type() != Field::CPPTYPE_UINT64 &&
                           field.cpp_type() != Field::CPPTYPE_UINT32;
    return is_narrow ? std::nullopt : integer_wire(field.type());
  }
  const auto if_it_is = [&](Field::Type wanted, EncodeOp op, WireType wire) {
    return field.type() == wanted ? std::optional(Wire{op, wire}) : std::nullopt;
  };
  switch (type) {
    case sdk::Type::kBoolean:
      return if_it_is(Field::TYPE_BOOL, EncodeOp::kBoolean, WireType::kVarint);
    case sdk::Type::kFloat32:
      if (field.type() == Field::TYPE_DOUBLE) return Wire{EncodeOp::kFloat64, WireType::kFixed64};
      return if_it_is(Field::TYPE_FLOAT, EncodeOp::kFloat32, WireType::kFixed32);
    case sdk::Type::kFloat64:
      return if_it_is(Field::TYPE_DOUBLE, EncodeOp::kFloat64, WireType::kFixed64);
    case sdk::Type::kString:
      if (field.type() == Field::TYPE_ENUM) return Wire{EncodeOp::kEnumName, WireType::kVarint};
      if (field.type() == Field::TYPE_STRING) return Wire{EncodeOp::kBytes, WireType::kLength};
      return if_it_is(Field::TYPE_BYTES, EncodeOp::kBytes, WireType::kLength);
    case sdk::Type::kBytes:
      return if_it_is(Field::TYPE_BYTES, EncodeOp::kBytes, WireType::kLength);
    default:
      return std::nullopt;
  }
}

EncodeOp logical_op(sdk::Logical logical) {
  switch (logical) {
    case sdk::Logical::kDecimal:
      return EncodeOp::kDecimal;
    case sdk::Logical::kDate:
      return EncodeOp::kDate;
    case sdk::Logical::kTime:
      return EncodeOp::kTime;
    default:
      return EncodeOp::kTimestamp;
  }
}

class Planner {
 public:
  Planner(EncodePlan& plan, const ConnectOptions& options) : plan_(plan), options_(options) {}

  Status root(const pb::Descriptor& message) {
    const sdk::Schema& schema = *plan_.connect;
    EncodeStep& step = plan_.root;
    step.schema = &schema;
    step.kind = schema.value_kind();
    if (schema.type() == sdk::Type::kStruct) {
      step.op = EncodeOp::kMessage;
      SLUICE_ASSIGN_OR_RETURN(step.node, struct_node(schema, message));
      return {};
    }
    if (!is_wrapper(message))
      return bad_record(fmt::format("A {} cannot be written as the message {}", sdk::type_name(schema.type()),
                                    message.full_name()));
    step.op = EncodeOp::kWrapper;
    SLUICE_ASSIGN_OR_RETURN(step.node, wrapper(schema, message));
    return {};
  }

 private:
  Result<const EncodeNode*> struct_node(const sdk::Schema& schema, const pb::Descriptor& message) {
    const auto key = std::make_pair(&schema, &message);
    if (const auto found = nodes_.find(key); found != nodes_.end()) return found->second;
    EncodeNode& node = plan_.nodes.emplace_back();
    nodes_[key] = &node;
    for (uint32_t slot = 0; slot < schema.fields().size(); ++slot) {
      const sdk::Field& field = schema.fields()[slot];
      const std::string name = scrubbed(field.name, options_);
      if (is_union(*field.schema)) {  // whose own name may be that of a member
        SLUICE_RETURN_IF_ERROR(add_union(node, *field.schema, slot, message));
        continue;
      }
      const Field* found = find_field(message, name);
      if (found == nullptr) return no_such_field(name, message);
      SLUICE_ASSIGN_OR_RETURN(EncodeStep step, field_step(*field.schema, *found));
      step.slot = slot;
      node.steps.push_back(step);
    }
    SLUICE_RETURN_IF_ERROR(check_required(node, message));
    std::ranges::sort(node.steps, {}, &EncodeStep::tag);
    return &node;
  }

  static Status check_required(const EncodeNode& node, const pb::Descriptor& message) {
    for (int i = 0; i < message.field_count(); ++i) {
      const Field& field = *message.field(i);
      const auto is_it = [&](const EncodeStep& step) {
        return step.tag >> kWireTypeBits == static_cast<uint32_t>(field.number());
      };
      if (field.is_required() && std::ranges::none_of(node.steps, is_it))
        return bad_record(fmt::format("The data has no field {}, which the message {} requires",
                                      name_of(field), message.full_name()));
    }
    return {};
  }

  Status add_union(EncodeNode& node, const sdk::Schema& schema, uint32_t slot,
                   const pb::Descriptor& message) {
    for (uint32_t member = 0; member < schema.fields().size(); ++member) {
      const sdk::Field& field = schema.fields()[member];
      const std::string name = scrubbed(field.name, options_);
      const Field* found = find_field(message, name);
      if (found == nullptr) return no_such_field(name, message);
      SLUICE_ASSIGN_OR_RETURN(EncodeStep step, field_step(*field.schema, *found));
      step.shape = EncodeShape::kUnionMember;
      step.outer_schema = &schema;
      step.slot = slot;
      step.member = member;
      node.steps.push_back(step);
    }
    return {};
  }

  Result<EncodeStep> field_step(const sdk::Schema& schema, const Field& field) {
    const bool is_array = schema.type() == sdk::Type::kArray;
    const bool is_entries = schema.type() == sdk::Type::kMap;
    if ((is_array || is_entries) != field.is_repeated()) return mismatch(schema, field);
    if (is_entries) return entries_step(schema, field);
    SLUICE_ASSIGN_OR_RETURN(EncodeStep step, value_step(is_array ? *schema.value_schema() : schema, field));
    if (is_array) {
      step.shape = field.is_packed() ? EncodeShape::kPacked : EncodeShape::kRepeated;
      step.outer_schema = &schema;
      step.skips_default = false;
      if (field.is_packed()) step.tag = make_tag(field.number(), WireType::kLength);
    } else {
      step.skips_default = !field.has_presence();
    }
    step.has_default = schema.has_default() && !options_.ignore_default_for_nullables;
    step.name = &name_of(field);
    return step;
  }

  Result<EncodeStep> entries_step(const sdk::Schema& schema, const Field& field) {
    const bool is_message = field.type() == Field::TYPE_MESSAGE;
    const Field* key = is_message ? field.message_type()->FindFieldByName(std::string(kKeyField)) : nullptr;
    const Field* value =
        is_message ? field.message_type()->FindFieldByName(std::string(kValueField)) : nullptr;
    if (key == nullptr || value == nullptr) return mismatch(schema, field);
    EncodeNode& node = plan_.nodes.emplace_back();
    SLUICE_ASSIGN_OR_RETURN(EncodeStep key_step, field_step(*schema.key_schema(), *key));
    SLUICE_ASSIGN_OR_RETURN(EncodeStep one_value, field_step(*schema.value_schema(), *value));
    one_value.slot = 1;
    node.steps = {key_step, one_value};
    std::ranges::sort(node.steps, {}, &EncodeStep::tag);
    EncodeStep step;
    step.tag = make_tag(field.number(), WireType::kLength);
    step.shape = EncodeShape::kEntries;
    step.kind = sdk::Kind::kMap;
    step.schema = &schema;
    step.outer_schema = &schema;
    step.node = &node;
    step.name = &name_of(field);
    step.has_default = schema.has_default() && !options_.ignore_default_for_nullables;
    return step;
  }

  /// One value, repeated or not.
  Result<EncodeStep> value_step(const sdk::Schema& schema, const Field& field) {
    EncodeStep step;
    step.schema = &schema;
    step.kind = schema.value_kind();
    if (const auto wire = scalar_wire(schema, field)) {
      step.op = wire->op;
      step.tag = make_tag(field.number(), wire->type);
      if (step.op == EncodeOp::kEnumName) step.node = enumeration(*field.enum_type());
      return step;
    }
    if (field.type() != Field::TYPE_MESSAGE) return mismatch(schema, field);
    const pb::Descriptor& message = *field.message_type();
    step.tag = make_tag(field.number(), WireType::kLength);
    const sdk::Logical logical = schema.logical();
    if (logical != sdk::Logical::kNone) {
      if (logical_of(message) != logical) return mismatch(schema, field);
      step.op = logical_op(logical);
    } else if (schema.type() == sdk::Type::kStruct) {
      step.op = EncodeOp::kMessage;
      SLUICE_ASSIGN_OR_RETURN(step.node, struct_node(schema, message));
    } else {
      if (!is_wrapper(message)) return mismatch(schema, field);
      step.op = EncodeOp::kWrapper;
      SLUICE_ASSIGN_OR_RETURN(step.node, wrapper(schema, message));
    }
    return step;
  }

  /// A message of the value alone.
  Result<const EncodeNode*> wrapper(const sdk::Schema& schema, const pb::Descriptor& message) {
    const Field& field = *message.field(0);
    if (!scalar_wire(schema, field)) return mismatch(schema, field);
    EncodeNode& node = plan_.nodes.emplace_back();
    SLUICE_ASSIGN_OR_RETURN(EncodeStep step, field_step(schema, field));
    node.steps.push_back(step);
    return &node;
  }

  const EncodeNode* enumeration(const pb::EnumDescriptor& made) {
    EncodeNode& node = plan_.nodes.emplace_back();
    node.enum_name = made.full_name();
    for (int i = 0; i < made.value_count(); ++i)
      node.symbols.emplace_back(made.value(i)->name(), made.value(i)->number());
    std::ranges::sort(node.symbols);
    return &node;
  }

  static Error no_such_field(const std::string& name, const pb::Descriptor& message) {
    return bad_record(
        fmt::format("Cannot find field with name {} in the message {}", name, message.full_name()));
  }

  static Error mismatch(const sdk::Schema& schema, const Field& field) {
    const std::string type =
        schema.logical() != sdk::Logical::kNone ? *schema.name() : std::string(sdk::type_name(schema.type()));
    const std::string wanted = field.message_type() != nullptr ? field.message_type()->full_name()
                               : field.enum_type() != nullptr  ? field.enum_type()->full_name()
                                                               : std::string(field.type_name());
    return bad_record(fmt::format("A {} cannot be written into the field {}, which is {}{}", type,
                                  field.full_name(), field.is_repeated() ? "repeated " : "", wanted));
  }

  EncodePlan& plan_;
  const ConnectOptions& options_;
  std::map<std::pair<const sdk::Schema*, const pb::Descriptor*>, const EncodeNode*> nodes_;
};

}  // namespace

Result<std::shared_ptr<const EncodePlan>> plan_encoding(sdk::SchemaPtr connect, SchemaPtr file,
                                                        const pb::Descriptor& message,
                                                        const ConnectOptions& options) {
  auto plan = std::make_shared<EncodePlan>();
  plan->connect = std::move(connect);
  plan->file = std::move(file);
  plan->ignore_defaults = options.ignore_default_for_nullables;
  plan->index = message_index(plan->file->path_of(message));
  SLUICE_RETURN_IF_ERROR(Planner(*plan, options).root(message));
  return std::shared_ptr<const EncodePlan>(std::move(plan));
}

}  // namespace sluice::protobuf
