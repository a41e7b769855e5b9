#include "formats/avro/decode_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/avro/connect_default.h"

namespace sluice::avro {
namespace {

std::string described(const Schema& schema) {
  return schema.is_named() ? schema.full_name() : std::string(type_name(schema.type));
}

Error mismatch(const Schema& writer, const Schema& reader) {
  return bad_record(fmt::format("Found {}, expecting {}", described(writer), described(reader)));
}

bool is_same_name(const Schema& writer, const Schema& reader) {
  return writer.name == reader.name ||
         std::ranges::find(reader.aliases, writer.full_name()) != reader.aliases.end();
}

bool is_promotable(Type writer, Type reader) {
  switch (writer) {
    case Type::kInt:
      return reader == Type::kLong || reader == Type::kFloat || reader == Type::kDouble;
    case Type::kLong:
      return reader == Type::kFloat || reader == Type::kDouble;
    case Type::kFloat:
      return reader == Type::kDouble;
    case Type::kString:
      return reader == Type::kBytes;
    case Type::kBytes:
      return reader == Type::kString;
    default:
      return false;
  }
}

/// The least bytes that a value takes; what contains itself counts as one.
size_t bytes_min(const Schema& schema, int depth = 0) {
  constexpr int kDeep = 8;
  switch (schema.type) {
    case Type::kNull:
      return 0;
    case Type::kFloat:
      return sizeof(float);
    case Type::kDouble:
      return sizeof(double);
    case Type::kFixed:
      return static_cast<size_t>(schema.size);
    case Type::kRecord: {
      if (depth > kDeep) return 0;
      size_t bytes = 0;
      for (const Field& field : schema.fields) bytes += bytes_min(*field.schema, depth + 1);
      return bytes;
    }
    default:
      return 1;
  }
}

class Planner {
 public:
  Planner(DecodePlan& plan, const ConnectOptions& options) : plan_(plan), options_(options) {}

  Result<DecodeStep> plan(const Schema& writer, const Schema& reader, const sdk::Schema& connect) {
    if (writer.type == Type::kUnion) return plan_writer_union(writer, reader, connect);
    if (reader.type == Type::kUnion) return plan_reader_union(writer, reader, connect);
    if (writer.type == reader.type) return plan_same_type(writer, reader, connect);
    if (!is_promotable(writer.type, reader.type)) return mismatch(writer, reader);
    return DecodeStep{.op = promotion(writer, connect), .node = decimal_node(connect)};
  }

 private:
  DecodeNode& node() { return plan_.nodes.emplace_back(); }

  const DecodeNode* decimal_node(const sdk::Schema& connect) {
    if (connect.logical() != sdk::Logical::kDecimal) return nullptr;
    DecodeNode& made = node();
    made.scale = connect.decimal_scale();
    return &made;
  }

  static DecodeOp integer_op(const sdk::Schema& connect) {
    switch (connect.value_kind()) {
      case sdk::Kind::kInt8:
        return DecodeOp::kInt8;
      case sdk::Kind::kInt16:
        return DecodeOp::kInt16;
      case sdk::Kind::kDate:
        return DecodeOp::kDate;
      case sdk::Kind::kTime:
        return DecodeOp::kTime;
      case sdk::Kind::kInt64:
        return DecodeOp::kInt64;
      case sdk::Kind::kTimestamp:
        return DecodeOp::kTimestamp;
      default:
        return DecodeOp::kInt32;
    }
  }

  static DecodeOp promotion(const Schema& writer, const sdk::Schema& connect) {
    switch (connect.type()) {
      case sdk::Type::kFloat32:
        return DecodeOp::kIntegerToFloat32;
      case sdk::Type::kFloat64:
        return writer.type == Type::kFloat ? DecodeOp::kFloat32ToFloat64 : DecodeOp::kIntegerToFloat64;
      case sdk::Type::kString:
        return DecodeOp::kString;
      case sdk::Type::kBytes:
        return connect.logical() == sdk::Logical::kDecimal ? DecodeOp::kDecimal : DecodeOp::kBytes;
      default:
        return integer_op(connect);
    }
  }

  Result<DecodeStep> plan_same_type(const Schema& writer, const Schema& reader, const sdk::Schema& connect) {
    switch (writer.type) {
      case Type::kNull:
        return DecodeStep{.op = DecodeOp::kNull};
      case Type::kBoolean:
        return DecodeStep{.op = DecodeOp::kBoolean};
      case Type::kInt:
      case Type::kLong:
        return DecodeStep{.op = integer_op(connect)};
      case Type::kFloat:
        return DecodeStep{.op = DecodeOp::kFloat32};
      case Type::kDouble:
        return DecodeStep{.op = DecodeOp::kFloat64};
      case Type::kString:
        return DecodeStep{.op = DecodeOp::kString};
      case Type::kBytes: {
        const DecodeNode* decimal = decimal_node(connect);
        return DecodeStep{.op = decimal != nullptr ? DecodeOp::kDecimal : DecodeOp::kBytes, .node = decimal};
      }
      case Type::kFixed:
        return plan_fixed(writer, reader, connect);
      case Type::kEnum:
        return plan_enum(writer, reader);
      case Type::kRecord:
        return plan_record(writer, reader, connect);
      case Type::kArray:
        return is_map_entry(reader.element()) ? plan_map_entries(writer, reader, connect)
                                              : plan_container(DecodeOp::kArray, writer, reader, connect);
      case Type::kMap:
        return plan_container(DecodeOp::kMap, writer, reader, connect);
      case Type::kUnion:
        break;
    }
    return mismatch(writer, reader);
  }

  Result<DecodeStep> plan_fixed(const Schema& writer, const Schema& reader, const sdk::Schema& connect) {
    if (writer.size != reader.size || !is_same_name(writer, reader)) return mismatch(writer, reader);
    DecodeNode& made = node();
    made.size = writer.size;
    made.scale = connect.decimal_scale();
    const bool is_decimal = connect.logical() == sdk::Logical::kDecimal;
    return DecodeStep{.op = is_decimal ? DecodeOp::kFixedDecimal : DecodeOp::kFixed, .node = &made};
  }

  Result<DecodeStep> plan_enum(const Schema& writer, const Schema& reader) {
    if (!is_same_name(writer, reader)) return mismatch(writer, reader);
    DecodeNode& made = node();
    made.mismatch = fmt::format("No match for a symbol of enum {}", writer.full_name());
    for (const std::string& symbol : writer.symbols) {
      const int known = reader.symbol_index(symbol);
      const std::string* text = known >= 0            ? &reader.symbols[static_cast<size_t>(known)]
                                : reader.enum_default ? &*reader.enum_default
                                                      : nullptr;
      if (text == nullptr)
        plan_.mismatches.push_back(
            fmt::format("The symbol {} of enum {} is unknown to the reader", symbol, writer.full_name()));
      made.symbols.push_back(text == nullptr ? sdk::Value::null() : sdk::Value::string(*text));
    }
    return DecodeStep{.op = DecodeOp::kEnum, .node = &made};
  }

  static const Field* reader_field(const Schema& reader, const Field& writer_field) {
    if (const Field* found = reader.field(writer_field.name)) return found;
    for (const Field& field : reader.fields) {
      if (std::ranges::find(field.aliases, writer_field.name) != field.aliases.end()) return &field;
    }
    return nullptr;
  }

  Result<DecodeStep> plan_record(const Schema& writer, const Schema& reader, const sdk::Schema& connect) {
    if (!is_same_name(writer, reader)) return mismatch(writer, reader);
    DecodeNode& made = node();
    made.schema = &connect;
    made.field_count = static_cast<uint32_t>(connect.fields().size());
    std::vector<bool> is_written(reader.fields.size(), false);
    for (const Field& field : writer.fields) {
      const Field* target = &writer == &reader ? &field : reader_field(reader, field);
      SLUICE_ASSIGN_OR_RETURN(auto step, plan_field(field, target, reader, connect));
      if (target != nullptr) is_written[static_cast<size_t>(step.slot)] = true;
      made.steps.push_back(step);
    }
    for (size_t i = 0; i < reader.fields.size(); ++i) {
      if (is_written[i]) continue;
      SLUICE_RETURN_IF_ERROR(add_default(reader, i, connect, made));
    }
    return DecodeStep{.op = DecodeOp::kRecord, .node = &made};
  }

  Result<DecodeStep> plan_field(const Field& field, const Field* target, const Schema& reader,
                                const sdk::Schema& connect) {
    if (target == nullptr) {
      DecodeNode& skip = node();
      skip.skipped = field.schema;
      return DecodeStep{.op = DecodeOp::kSkip, .node = &skip};
    }
    const auto slot = static_cast<size_t>(target - reader.fields.data());
    auto step = plan(*field.schema, *target->schema, *connect.fields()[slot].schema);
    if (!step.ok()) return step.error().with_context(fmt::format("field {}", field.name));
    step->slot = static_cast<int32_t>(slot);
    return step;
  }

  Status add_default(const Schema& reader, size_t index, const sdk::Schema& connect, DecodeNode& made) {
    const Field& field = reader.fields[index];
    if (!field.default_value)
      return bad_record(fmt::format("Found nothing for the field {} of {}, which has no default", field.name,
                                    reader.full_name()));
    sdk::Value value;
    if (!field.default_value->is_null()) {
      const auto found =
          connect_default(*connect.fields()[index].schema, *field.schema, *field.default_value, plan_.arena);
      if (!found) return bad_record(fmt::format("The default of the field {} cannot be used", field.name));
      value = *found;
    }
    made.defaults.emplace_back(static_cast<uint32_t>(index), value);
    return {};
  }

  Result<DecodeStep> plan_container(DecodeOp op, const Schema& writer, const Schema& reader,
                                    const sdk::Schema& connect) {
    DecodeNode& made = node();
    SLUICE_ASSIGN_OR_RETURN(auto element, plan(writer.element(), reader.element(), *connect.value_schema()));
    made.steps = {element};
    made.element_bytes_min = bytes_min(writer.element()) + (op == DecodeOp::kMap ? 1 : 0);
    return DecodeStep{.op = op, .node = &made};
  }

  /// Entries become values[0] (key) and values[1].
  Result<DecodeStep> plan_map_entries(const Schema& writer, const Schema& reader,
                                      const sdk::Schema& connect) {
    const Schema& entry = reader.element();
    if (writer.element().type != Type::kRecord || !is_same_name(writer.element(), entry))
      return mismatch(writer.element(), entry);
    DecodeNode& made = node();
    for (const Field& field : writer.element().fields) {
      const Field* target = reader_field(entry, field);
      if (target == nullptr) {
        SLUICE_ASSIGN_OR_RETURN(auto skip, plan_field(field, nullptr, entry, connect));
        made.steps.push_back(skip);
        continue;
      }
      const bool is_key = target->name == kKeyField;
      const sdk::Schema& part = is_key ? *connect.key_schema() : *connect.value_schema();
      SLUICE_ASSIGN_OR_RETURN(auto step, plan(*field.schema, *target->schema, part));
      step.slot = is_key ? 0 : 1;
      made.steps.push_back(step);
    }
    made.element_bytes_min = bytes_min(writer.element());
    return DecodeStep{.op = DecodeOp::kMapEntries, .node = &made};
  }

  bool is_transparent(const Schema& schema) const {
    if (schema.branches.size() == 1) return options_.flatten_singleton_unions;
    return schema.branches.size() == 2 && schema.null_branch() >= 0;
  }

  Result<DecodeStep> plan_writer_union(const Schema& writer, const Schema& reader,
                                       const sdk::Schema& connect) {
    const int null = writer.null_branch();
    const bool reads_null =
        reader.type == Type::kUnion && reader.null_branch() >= 0 && is_transparent(reader);
    if (writer.branches.size() == 2 && null >= 0 && reads_null) {
      SLUICE_ASSIGN_OR_RETURN(auto step,
                              plan(*writer.branches[1 - static_cast<size_t>(null)], reader, connect));
      if (step.null_branch < 0) {
        step.null_branch = static_cast<int16_t>(null);
        return step;
      }
    }
    DecodeNode& made = node();
    bool any = false;
    std::optional<Error> first_error;
    for (const Schema* branch : writer.branches) {
      auto step = plan(*branch, reader, connect);
      any |= step.ok();
      if (!step.ok()) {
        if (!first_error) first_error = step.error();
        DecodeNode& wrong = node();
        wrong.mismatch = step.error().message();
        plan_.mismatches.push_back(wrong.mismatch);
        step = DecodeStep{.op = DecodeOp::kMismatch, .node = &wrong};
      }
      made.steps.push_back(*step);
    }
    if (!any && first_error) return *first_error;
    return DecodeStep{.op = DecodeOp::kUnion, .node = &made};
  }

  /// The branch that takes the writer's type: the same one, else the first that it can be promoted to.
  static const Schema* pick(const Schema& writer, const Schema& reader) {
    for (const Schema* branch : reader.branches) {
      if (branch->type == writer.type && (!branch->is_named() || is_same_name(writer, *branch)))
        return branch;
    }
    for (const Schema* branch : reader.branches) {
      if (is_promotable(writer.type, branch->type)) return branch;
    }
    return nullptr;
  }

  Result<DecodeStep> plan_reader_union(const Schema& writer, const Schema& reader,
                                       const sdk::Schema& connect) {
    const Schema* picked = pick(writer, reader);
    if (picked == nullptr) return mismatch(writer, reader);
    if (picked->type == Type::kNull) return DecodeStep{.op = DecodeOp::kNull};
    if (is_transparent(reader)) return plan(writer, *picked, connect);
    const auto index =
        static_cast<size_t>(std::ranges::find(reader.branches, picked) - reader.branches.begin());
    const int slot = connect.field_index(union_field(*picked, index, options_));
    if (slot < 0) return mismatch(writer, reader);
    DecodeNode& made = node();
    made.schema = &connect;
    SLUICE_ASSIGN_OR_RETURN(auto inner,
                            plan(writer, *picked, *connect.fields()[static_cast<size_t>(slot)].schema));
    inner.slot = slot;
    made.steps = {inner};
    return DecodeStep{.op = DecodeOp::kWrap, .node = &made};
  }

  DecodePlan& plan_;
  const ConnectOptions& options_;
};

}  // namespace

Result<std::shared_ptr<const DecodePlan>> plan_decoding(SchemaPtr writer, SchemaPtr reader,
                                                        sdk::SchemaPtr connect,
                                                        const ConnectOptions& options) {
  auto plan = std::make_shared<DecodePlan>();
  plan->writer = std::move(writer);
  plan->reader = std::move(reader);
  plan->connect = std::move(connect);
  SLUICE_ASSIGN_OR_RETURN(plan->root,
                          Planner(*plan, options).plan(*plan->writer, *plan->reader, *plan->connect));
  return std::shared_ptr<const DecodePlan>(std::move(plan));
}

}  // namespace sluice::avro
