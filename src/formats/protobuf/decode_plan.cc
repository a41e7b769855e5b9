#include "formats/protobuf/decode_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "formats/protobuf/fields.h"
#include "sdk/data/values.h"

namespace sluice::protobuf {
namespace {

using sdk::Kind;
using sdk::Value;
using Field = pb::FieldDescriptor;

Value integer_value(Kind kind, int64_t number) {
  switch (kind) {
    case Kind::kInt8:
      return Value::int8(static_cast<int8_t>(number));
    case Kind::kInt16:
      return Value::int16(static_cast<int16_t>(number));
    case Kind::kInt32:
      return Value::int32(static_cast<int32_t>(number));
    default:
      return Value::int64(number);
  }
}

WireType wire_type_of(const Field& field) {
  switch (field.type()) {
    case Field::TYPE_FIXED64:
    case Field::TYPE_SFIXED64:
    case Field::TYPE_DOUBLE:
      return WireType::kFixed64;
    case Field::TYPE_FIXED32:
    case Field::TYPE_SFIXED32:
    case Field::TYPE_FLOAT:
      return WireType::kFixed32;
    case Field::TYPE_STRING:
    case Field::TYPE_BYTES:
    case Field::TYPE_MESSAGE:
      return WireType::kLength;
    default:
      return WireType::kVarint;
  }
}

NumberForm number_form(const Field& field) {
  switch (field.type()) {
    case Field::TYPE_UINT32:
      return NumberForm::kVarintU32;
    case Field::TYPE_INT64:
    case Field::TYPE_UINT64:
      return NumberForm::kVarint64;
    case Field::TYPE_SINT32:
    case Field::TYPE_SINT64:
      return NumberForm::kZigzag;
    case Field::TYPE_SFIXED32:
      return NumberForm::kFixed32;
    case Field::TYPE_FIXED32:
      return NumberForm::kFixedU32;
    case Field::TYPE_FIXED64:
    case Field::TYPE_SFIXED64:
      return NumberForm::kFixed64;
    default:
      return NumberForm::kVarint32;
  }
}

bool is_proto3(const Field& field) { return field.file()->syntax() == pb::FileDescriptor::SYNTAX_PROTO3; }

class Planner {
 public:
  Planner(DecodePlan& plan, const ConnectOptions& options) : plan_(plan), options_(options) {}

  const DecodeNode* root(const pb::Descriptor& message) {
    plan_.is_wrapper = options_.wrapper_for_raw_primitives && is_wrapper(message);
    return plan_.is_wrapper ? wrapper(message, *plan_.connect) : struct_node(message, *plan_.connect);
  }

 private:
  DecodeNode& new_node() { return plan_.nodes.emplace_back(); }

  const DecodeNode* struct_node(const pb::Descriptor& message, const sdk::Schema& schema) {
    // A type that is used in many places has few schemas.
    if (const auto found = structs_.find(&schema); found != structs_.end()) return found->second;
    DecodeNode& node = new_node();
    structs_[&schema] = &node;
    node.schema = &schema;
    node.initial.resize(schema.fields().size());
    uint32_t slot = 0;  // in the order of to_connect()
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) add_oneof(node, *message.oneof_decl(i), slot);
    for (int i = 0; i < message.field_count(); ++i) {
      const Field& field = *message.field(i);
      if (field.real_containing_oneof() == nullptr) add_field(node, field, slot++);
    }
    finish(node);
    sdk::StructNode* absent = sdk::new_struct(plan_.arena, schema);
    std::ranges::copy(node.absent, absent->mutable_values().begin());
    node.absent_struct = Value::structure(absent);
    return &node;
  }

  void finish(DecodeNode& node) {
    node.absent = node.initial;
    for (const auto& [slot, name] : node.required) node.initial[slot] = Value::null();
    std::ranges::sort(node.steps, {}, &DecodeStep::tag);
    for (size_t i = 0; i < node.steps.size() && node.steps[i].tag < node.by_small_tag.size(); ++i)
      node.by_small_tag[node.steps[i].tag] = static_cast<uint8_t>(i + 1);
  }

  void add_oneof(DecodeNode& node, const pb::OneofDescriptor& oneof, uint32_t& slot) {
    const uint32_t first = slot;
    const auto count = static_cast<uint32_t>(oneof.field_count());
    for (uint32_t i = 0; i < count; ++i) {
      const Field& field = *oneof.field(static_cast<int>(i));
      DecodeStep step;
      step.tag = make_tag(field.number(), wire_type_of(field));
      if (options_.flatten_unions) {
        auto& siblings = plan_.siblings.emplace_back();
        for (uint32_t other = 0; other < count; ++other) {
          if (other != i) siblings.push_back(first + other);
        }
        step.shape = DecodeShape::kFlatMember;
        step.slot = first + i;
        step.siblings = &siblings;
        set_value(step, field, *node.schema->fields()[step.slot].schema);
      } else {
        step.shape = DecodeShape::kUnionMember;
        step.slot = first;
        step.member = i;
        step.union_schema = node.schema->fields()[first].schema.get();
        set_value(step, field, *step.union_schema->fields()[i].schema);
      }
      node.steps.push_back(step);
    }
    slot += options_.flatten_unions ? count : 1;
  }

  void add_field(DecodeNode& node, const Field& field, uint32_t slot) {
    const sdk::Schema& schema = *node.schema->fields()[slot].schema;
    DecodeStep step;
    step.tag = make_tag(field.number(), wire_type_of(field));
    step.slot = slot;
    if (is_map(field)) {
      step.shape = DecodeShape::kEntry;
      step.node = entry(*field.message_type(), schema);
      node.maps.push_back(slot);
      node.initial[slot] = Value::map({});
    } else if (field.is_repeated()) {
      step.shape = DecodeShape::kElement;
      set_value(step, field, *schema.value_schema());
      node.initial[slot] = Value::array({});
      if (field.is_packable()) {
        DecodeStep packed = step;
        packed.shape = DecodeShape::kPacked;
        packed.tag = make_tag(field.number(), WireType::kLength);
        node.steps.push_back(packed);
      }
    } else {
      set_value(step, field, schema);
      if (!is_null_if_absent(field, options_)) node.initial[slot] = absent_value(step, field);
      if (field.is_required()) node.required.emplace_back(slot, &name_of(field));
    }
    node.steps.push_back(step);
  }

  /// What one value of the field is, repeated or not.
  void set_value(DecodeStep& step, const Field& field, const sdk::Schema& schema) {
    step.kind = schema.value_kind();
    switch (field.type()) {
      case Field::TYPE_BOOL:
        step.op = DecodeOp::kBoolean;
        return;
      case Field::TYPE_FLOAT:
        step.op = DecodeOp::kFloat32;
        return;
      case Field::TYPE_DOUBLE:
        step.op = DecodeOp::kFloat64;
        return;
      case Field::TYPE_STRING:
        step.op = is_proto3(field) ? DecodeOp::kText : DecodeOp::kOldText;
        return;
      case Field::TYPE_BYTES:
        step.op = DecodeOp::kBytes;
        return;
      case Field::TYPE_ENUM:
        step.op = schema.type() == sdk::Type::kString ? DecodeOp::kEnumName : DecodeOp::kEnumNumber;
        step.node = enumeration(*field.enum_type());
        return;
      case Field::TYPE_MESSAGE:
        return set_message(step, *field.message_type(), schema);
      default:
        break;
    }
    step.number = number_form(field);
    step.op = DecodeOp::kInteger;
    if (step.number == NumberForm::kVarint32 && step.kind == Kind::kInt32) step.op = DecodeOp::kInt32;
    if (step.number == NumberForm::kVarint64 && step.kind == Kind::kInt64) step.op = DecodeOp::kInt64;
  }

  void set_message(DecodeStep& step, const pb::Descriptor& message, const sdk::Schema& schema) {
    switch (logical_of(message)) {
      case sdk::Logical::kDecimal:
        step.op = DecodeOp::kDecimal;
        return;
      case sdk::Logical::kDate:
        step.op = DecodeOp::kDate;
        return;
      case sdk::Logical::kTime:
        step.op = DecodeOp::kTime;
        return;
      case sdk::Logical::kTimestamp:
        step.op = DecodeOp::kTimestamp;
        return;
      case sdk::Logical::kNone:
        break;
    }
    const bool is_struct = schema.type() == sdk::Type::kStruct;
    step.op = is_struct ? DecodeOp::kMessage : DecodeOp::kWrapper;
    step.node = is_struct ? struct_node(message, schema) : wrapper(message, schema);
  }

  /// A message of one slot.
  const DecodeNode* wrapper(const pb::Descriptor& message, const sdk::Schema& schema) {
    DecodeNode& node = new_node();
    const Field& field = *message.field(0);
    DecodeStep step;
    step.tag = make_tag(field.number(), wire_type_of(field));
    set_value(step, field, schema);
    node.initial.push_back(absent_value(step, field));
    node.steps.push_back(step);
    finish(node);
    return &node;
  }

  /// A message of two slots, key and value. Neither is null when it is not there.
  const DecodeNode* entry(const pb::Descriptor& message, const sdk::Schema& schema) {
    DecodeNode& node = new_node();
    node.initial.resize(2);
    for (uint32_t i = 0; i < 2; ++i) {
      const Field& field = *message.field(static_cast<int>(i));
      DecodeStep step;
      step.tag = make_tag(field.number(), wire_type_of(field));
      step.slot = i;
      set_value(step, field, i == 0 ? *schema.key_schema() : *schema.value_schema());
      node.initial[i] = absent_value(step, field);
      node.steps.push_back(step);
    }
    finish(node);
    return &node;
  }

  const DecodeNode* enumeration(const pb::EnumDescriptor& made) {
    if (const auto found = enums_.find(&made); found != enums_.end()) return found->second;
    DecodeNode& node = new_node();
    node.enum_name = made.name();
    node.is_closed = made.file()->syntax() == pb::FileDescriptor::SYNTAX_PROTO2;
    for (int i = 0; i < made.value_count(); ++i)
      node.symbols.emplace_back(made.value(i)->number(),
                                Value::string(plan_.arena.copy(made.value(i)->name())));
    // Of two names for a number the first one counts.
    std::ranges::stable_sort(node.symbols, {}, &std::pair<int32_t, Value>::first);
    const auto twins = std::ranges::unique(node.symbols, {}, &std::pair<int32_t, Value>::first);
    node.symbols.erase(twins.begin(), twins.end());
    return enums_[&made] = &node;
  }

  /// What Protobuf says that a field is which is not there.
  Value absent_value(const DecodeStep& step, const Field& field) {
    switch (step.op) {
      case DecodeOp::kBoolean:
        return Value::boolean(field.default_value_bool());
      case DecodeOp::kInt32:
      case DecodeOp::kInt64:
      case DecodeOp::kInteger:
        return integer_value(step.kind, default_integer(field));
      case DecodeOp::kFloat32:
        return Value::float32(field.default_value_float());
      case DecodeOp::kFloat64:
        return Value::float64(field.default_value_double());
      case DecodeOp::kText:
      case DecodeOp::kOldText:
        return Value::string(plan_.arena.copy(field.default_value_string()));
      case DecodeOp::kBytes:
        return Value::bytes(plan_.arena.copy(field.default_value_string()));
      case DecodeOp::kEnumName:
        return Value::string(plan_.arena.copy(field.default_value_enum()->name()));
      case DecodeOp::kEnumNumber:
        return Value::int32(field.default_value_enum()->number());
      case DecodeOp::kWrapper:
        return step.node->initial.front();
      case DecodeOp::kDecimal:
        return Value::decimal(sdk::unscaled_of(plan_.arena, 0), 0);
      case DecodeOp::kDate:  // the day 0 of the month 0 is none
        return Value::null();
      case DecodeOp::kTime:
        return Value::time(0);
      case DecodeOp::kTimestamp:
        return Value::timestamp(0);
      case DecodeOp::kMessage:
        return step.node->absent_struct;
    }
    return Value::null();
  }

  static int64_t default_integer(const Field& field) {
    switch (field.cpp_type()) {
      case Field::CPPTYPE_INT32:
        return field.default_value_int32();
      case Field::CPPTYPE_UINT32:
        return field.default_value_uint32();
      case Field::CPPTYPE_UINT64:
        return static_cast<int64_t>(field.default_value_uint64());
      default:
        return field.default_value_int64();
    }
  }

  DecodePlan& plan_;
  const ConnectOptions& options_;
  std::map<const sdk::Schema*, const DecodeNode*> structs_;
  std::map<const pb::EnumDescriptor*, const DecodeNode*> enums_;
};

}  // namespace

const DecodeStep* DecodeNode::find_large(uint32_t tag) const {
  const auto found = std::ranges::lower_bound(steps, tag, {}, &DecodeStep::tag);
  return found != steps.end() && found->tag == tag ? &*found : nullptr;
}

Result<std::shared_ptr<const DecodePlan>> plan_decoding(SchemaPtr file, const pb::Descriptor& message,
                                                        sdk::SchemaPtr connect,
                                                        const ConnectOptions& options) {
  auto plan = std::make_shared<DecodePlan>();
  plan->file = std::move(file);
  plan->connect = std::move(connect);
  plan->root = Planner(*plan, options).root(message);
  return std::shared_ptr<const DecodePlan>(std::move(plan));
}

}  // namespace sluice::protobuf
