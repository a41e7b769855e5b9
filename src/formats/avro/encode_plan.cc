#include "formats/avro/encode_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "formats/avro/anything.h"
#include "formats/avro/default_encoder.h"
#include "formats/avro/from_connect.h"

namespace sluice::avro {
namespace {

std::string described(const Schema& schema) {
  return schema.is_named() ? schema.full_name() : std::string(type_name(schema.type));
}

Error mismatch(const sdk::Schema& connect, const Schema& avro) {
  return bad_record(fmt::format("Data of type {} cannot be written as Avro's {}",
                                sdk::type_name(connect.type()), described(avro)));
}

class Planner {
 public:
  Planner(EncodePlan& plan, const ConnectOptions& options) : plan_(plan), options_(options) {}

  Result<EncodeStep> plan(const sdk::Schema* connect, const Schema& avro) {
    if (connect == nullptr) return plan_schemaless(avro);
    if (is_union(*connect)) return plan_union(*connect, avro);
    if (avro.type == Type::kUnion) return plan_optional(*connect, avro);
    SLUICE_ASSIGN_OR_RETURN(auto step, plan_value(*connect, avro));
    step.schema = connect;
    step.kind = connect->value_kind();
    return step;
  }

 private:
  EncodeNode& node() { return plan_.nodes.emplace_back(); }

  static Result<EncodeStep> plan_schemaless(const Schema& avro) {
    if (!same_schema(avro, *anything()))
      return bad_record(fmt::format("Data without a schema cannot be written as Avro's {}", described(avro)));
    return EncodeStep{.op = EncodeOp::kAnything};
  }

  /// The branch that takes the data, the first that can; and the null's if data may be null.
  Result<EncodeStep> plan_optional(const sdk::Schema& connect, const Schema& avro) {
    std::optional<Error> first_error;
    for (size_t i = 0; i < avro.branches.size(); ++i) {
      if (avro.branches[i]->type == Type::kNull) continue;
      auto step = plan(&connect, *avro.branches[i]);
      if (step.ok()) {
        step->null_branch = static_cast<int16_t>(avro.null_branch());
        step->value_branch = static_cast<int16_t>(i);
        return step;
      }
      if (!first_error) first_error = step.error();
    }
    return first_error ? *first_error : mismatch(connect, avro);
  }

  Result<EncodeStep> plan_value(const sdk::Schema& connect, const Schema& avro) {
    switch (connect.type()) {
      case sdk::Type::kInt8:
      case sdk::Type::kInt16:
      case sdk::Type::kInt32:
      case sdk::Type::kInt64:
        return plan_integer(connect, avro);
      case sdk::Type::kFloat32:
        if (avro.type == Type::kFloat) return EncodeStep{.op = EncodeOp::kFloat32};
        if (avro.type == Type::kDouble) return EncodeStep{.op = EncodeOp::kFloat32AsFloat64};
        break;
      case sdk::Type::kFloat64:
        if (avro.type == Type::kDouble) return EncodeStep{.op = EncodeOp::kFloat64};
        break;
      case sdk::Type::kBoolean:
        if (avro.type == Type::kBoolean) return EncodeStep{.op = EncodeOp::kBoolean};
        break;
      case sdk::Type::kString:
        if (avro.type == Type::kString) return EncodeStep{.op = EncodeOp::kBytes};
        if (avro.type == Type::kEnum) return plan_enum(avro);
        break;
      case sdk::Type::kBytes:
        return plan_bytes(connect, avro);
      case sdk::Type::kArray:
        if (avro.type == Type::kArray) return plan_container(EncodeOp::kArray, connect, avro);
        break;
      case sdk::Type::kMap:
        return plan_map(connect, avro);
      case sdk::Type::kStruct:
        if (avro.type == Type::kRecord) return plan_record(connect, avro);
        break;
    }
    return mismatch(connect, avro);
  }

  static Result<EncodeStep> plan_integer(const sdk::Schema& connect, const Schema& avro) {
    const bool is_long = connect.type() == sdk::Type::kInt64;
    if (avro.type == Type::kLong || (avro.type == Type::kInt && !is_long))
      return EncodeStep{.op = EncodeOp::kInteger};
    if (avro.type == Type::kFloat) return EncodeStep{.op = EncodeOp::kIntegerAsFloat32};
    if (avro.type == Type::kDouble) return EncodeStep{.op = EncodeOp::kIntegerAsFloat64};
    return mismatch(connect, avro);
  }

  Result<EncodeStep> plan_enum(const Schema& avro) {
    EncodeNode& made = node();
    made.symbols = avro.symbols;
    made.name = avro.full_name();
    return EncodeStep{.op = EncodeOp::kEnum, .node = &made};
  }

  Result<EncodeStep> plan_bytes(const sdk::Schema& connect, const Schema& avro) {
    const bool is_decimal = connect.logical() == sdk::Logical::kDecimal;
    if (avro.type == Type::kBytes)
      return EncodeStep{.op = is_decimal ? EncodeOp::kDecimal : EncodeOp::kBytes};
    if (avro.type != Type::kFixed) return mismatch(connect, avro);
    EncodeNode& made = node();
    made.size = avro.size;
    made.name = avro.full_name();
    return EncodeStep{.op = is_decimal ? EncodeOp::kFixedDecimal : EncodeOp::kFixed, .node = &made};
  }

  Result<EncodeStep> plan_container(EncodeOp op, const sdk::Schema& connect, const Schema& avro) {
    EncodeNode& made = node();
    SLUICE_ASSIGN_OR_RETURN(auto element, plan(connect.value_schema().get(), avro.element()));
    made.steps = {element};
    return EncodeStep{.op = op, .node = &made};
  }

  Result<EncodeStep> plan_map(const sdk::Schema& connect, const Schema& avro) {
    if (avro.type == Type::kMap && is_plain_map(connect, options_))
      return plan_container(EncodeOp::kMap, connect, avro);
    if (avro.type != Type::kArray || !is_map_entry(avro.element())) return mismatch(connect, avro);
    EncodeNode& made = node();
    for (const Field& field : avro.element().fields) {
      const bool is_key = field.name == kKeyField;
      const auto& part = is_key ? connect.key_schema() : connect.value_schema();
      SLUICE_ASSIGN_OR_RETURN(auto step, plan(part.get(), *field.schema));
      step.slot = is_key ? 0 : 1;
      made.steps.push_back(step);
    }
    return EncodeStep{.op = EncodeOp::kMapEntries, .node = &made};
  }

  int field_for(const sdk::Schema& connect, const std::string& avro_name) const {
    if (!options_.scrub_invalid_names) return connect.field_index(avro_name);
    const auto found = std::ranges::find_if(
        connect.fields(), [&](const sdk::Field& field) { return scrubbed(field.name) == avro_name; });
    return found == connect.fields().end() ? -1 : static_cast<int>(found - connect.fields().begin());
  }

  Result<EncodeStep> plan_record(const sdk::Schema& connect, const Schema& avro) {
    EncodeNode& made = node();
    for (const Field& field : avro.fields) {
      const int slot = field_for(connect, field.name);
      if (slot < 0) {
        SLUICE_ASSIGN_OR_RETURN(auto step, plan_missing(field, avro));
        made.steps.push_back(step);
        continue;
      }
      const sdk::Schema& own = *connect.fields()[static_cast<size_t>(slot)].schema;
      auto step = plan(&own, *field.schema);
      if (!step.ok()) return step.error().with_context(fmt::format("field {}", field.name));
      step->slot = slot;
      step->schema = &own;
      step->has_default = own.has_default() && !(options_.ignore_default_for_nullables && own.optional());
      made.steps.push_back(*step);
    }
    return EncodeStep{.op = EncodeOp::kRecord, .node = &made};
  }

  Result<EncodeStep> plan_missing(const Field& field, const Schema& record) {
    if (!field.default_value)
      return bad_record(fmt::format("Field {} of {} is not in the data and has no default", field.name,
                                    record.full_name()));
    EncodeNode& made = node();
    ByteWriter bytes;
    if (!encode_default(*field.schema, *field.default_value, bytes))
      return bad_record(
          fmt::format("The default of field {} of {} cannot be written", field.name, record.full_name()));
    made.bytes = bytes.view();
    return EncodeStep{.op = EncodeOp::kDefault, .node = &made};
  }

  /// Branches are in the order of the struct's fields, after null.
  Result<EncodeStep> plan_union(const sdk::Schema& connect, const Schema& avro) {
    if (avro.type != Type::kUnion) return mismatch(connect, avro);
    EncodeNode& made = node();
    const int null = avro.null_branch();
    for (size_t i = 0; i < connect.fields().size(); ++i) {
      const sdk::Field& field = connect.fields()[i];
      const size_t branch = i + (null >= 0 && i >= static_cast<size_t>(null) ? 1 : 0);
      if (branch >= avro.branches.size()) return bad_record("Did not find matching union field for data");
      SLUICE_ASSIGN_OR_RETURN(auto step, plan(field.schema.get(), *avro.branches[branch]));
      step.slot = static_cast<int32_t>(i);
      step.value_branch = static_cast<int16_t>(branch);
      made.steps.push_back(step);
    }
    EncodeStep step{.op = EncodeOp::kUnion, .kind = sdk::Kind::kStruct, .schema = &connect, .node = &made};
    // The union's own index is written by the branches' steps, a null's by this one.
    step.null_branch = static_cast<int16_t>(null);
    return step;
  }

  EncodePlan& plan_;
  const ConnectOptions& options_;
};

}  // namespace

Result<std::shared_ptr<const EncodePlan>> plan_encoding(const sdk::Schema* connect, SchemaPtr avro,
                                                        const ConnectOptions& options) {
  auto plan = std::make_shared<EncodePlan>();
  if (connect != nullptr) plan->connect = connect->share();
  plan->avro = std::move(avro);
  SLUICE_ASSIGN_OR_RETURN(plan->root, Planner(*plan, options).plan(connect, *plan->avro));
  return std::shared_ptr<const EncodePlan>(std::move(plan));
}

}  // namespace sluice::avro
