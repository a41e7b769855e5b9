#include "formats/protobuf/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <ranges>
#include <string>

#include "formats/protobuf/logical_values.h"
#include "formats/protobuf/wire_reader.h"
#include "sdk/data/values.h"

namespace sluice::protobuf {
namespace {

using sdk::Kind;
using sdk::Value;

/// Everything is written from its end to its beginning.
class Run {
 public:
  Run(const EncodePlan& plan, WireWriter& out) : ignore_defaults_(plan.ignore_defaults), out_(out) {}

  Status encode(const EncodeStep& step, const Value& value) {
    if (run_root(step, value)) return {};
    return bad_record(std::move(error_));
  }

 private:
  bool fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  bool run_root(const EncodeStep& step, const Value& value) {
    if (value.is_null()) return fail("Found null value for non-optional schema");
    if (!has_kind(step.kind, *step.schema, value)) return false;
    return step.op == EncodeOp::kMessage ? run_struct(step, value) : run_fields(*step.node, &value);
  }

  [[gnu::always_inline]] bool has_kind(Kind kind, const sdk::Schema& schema, const Value& value) {
    if (value.kind() == kind) [[likely]]
      return true;
    return fail(fmt::format("Invalid type for {}: class {}", sdk::type_name(schema.type()),
                            sdk::java_class_name(value)));
  }

  bool is_of_schema(const sdk::Schema& schema, const sdk::StructNode& node) {
    if (node.schema == &schema || sdk::same_schema(node.schema, &schema)) return true;
    return fail("Mismatching struct schema");
  }

  bool run_struct(const EncodeStep& step, const Value& value) {
    const sdk::StructNode& node = value.as_struct();
    return is_of_schema(*step.schema, node) && run_fields(*step.node, node.values().data());
  }

  bool run_fields(const EncodeNode& node, const Value* values) {
    for (size_t i = node.steps.size(); i-- > 0;) {
      const EncodeStep& step = node.steps[i];
      const Value* value = &values[step.slot];
      if (value->is_null()) {
        if (!step.has_default || step.shape == EncodeShape::kUnionMember) continue;
        value = &default_of(step);
      }
      const bool done =
          step.shape == EncodeShape::kSingle ? run_single(step, *value) : run_shape(step, *value);
      if (!done) [[unlikely]]
        return fail(fmt::format("field {}: {}", *step.name, error_));
    }
    return true;
  }

  static const Value& default_of(const EncodeStep& step) {
    return (step.outer_schema != nullptr ? step.outer_schema : step.schema)->default_value();
  }

  [[gnu::always_inline]] bool run_single(const EncodeStep& step, const Value& value) {
    if (!has_kind(step.kind, *step.schema, value)) return false;
    if (step.skips_default && is_default(step, value)) return true;
    if (!run_value(step, value)) return false;
    out_.varint(step.tag);
    return true;
  }

  static bool is_default(const EncodeStep& step, const Value& value) {
    switch (step.op) {
      case EncodeOp::kFloat32:
      case EncodeOp::kFloat64:
        return std::bit_cast<uint64_t>(value.as_float64()) == 0;  // -0 is not
      case EncodeOp::kBytes:
        return value.as_bytes().empty();
      case EncodeOp::kEnumName:
        return number_of(*step.node, value.as_string()) == 0;
      default:
        return value.as_integer() == 0;
    }
  }

  bool run_shape(const EncodeStep& step, const Value& value) {
    switch (step.shape) {
      case EncodeShape::kUnionMember:
        return run_union(step, value);
      case EncodeShape::kEntries:
        return run_entries(step, value);
      case EncodeShape::kPacked:
        return run_packed(step, value);
      default:
        return run_repeated(step, value);
    }
  }

  const Value& member_of(const sdk::StructNode& node, size_t index) const {
    return ignore_defaults_ ? node.values()[index] : sdk::field_or_default(node, index);
  }

  /// The first member that is not null counts.
  bool run_union(const EncodeStep& step, const Value& value) {
    if (!has_kind(Kind::kStruct, *step.outer_schema, value)) return false;
    const sdk::StructNode& node = value.as_struct();
    if (!is_of_schema(*step.outer_schema, node)) return false;
    size_t first = 0;
    while (first < node.field_count && member_of(node, first).is_null()) ++first;
    if (first == node.field_count) return fail("Cannot find non-null field");
    return first != step.member || run_single(step, member_of(node, first));
  }

  bool run_repeated(const EncodeStep& step, const Value& value) {
    if (!has_kind(Kind::kArray, *step.outer_schema, value)) return false;
    for (const Value& item : value.as_array() | std::views::reverse) {
      if (!run_item(step, item)) return false;
      out_.varint(step.tag);
    }
    return true;
  }

  bool run_packed(const EncodeStep& step, const Value& value) {
    if (!has_kind(Kind::kArray, *step.outer_schema, value)) return false;
    if (value.as_array().empty()) return true;
    const size_t before = out_.size();
    for (const Value& item : value.as_array() | std::views::reverse) {
      if (!run_item(step, item)) return false;
    }
    out_.varint(out_.size() - before);
    out_.varint(step.tag);
    return true;
  }

  bool run_item(const EncodeStep& step, const Value& item) {
    if (item.is_null()) return fail("Found null value in an array, which Protobuf has no way to say");
    return has_kind(step.kind, *step.schema, item) && run_value(step, item);
  }

  bool run_entries(const EncodeStep& step, const Value& value) {
    if (!has_kind(Kind::kMap, *step.outer_schema, value)) return false;
    for (const sdk::MapEntry& entry : value.as_map() | std::views::reverse) {
      const size_t before = out_.size();
      const Value parts[] = {entry.key, entry.value};
      if (!run_fields(*step.node, parts)) return false;
      out_.varint(out_.size() - before);
      out_.varint(step.tag);
    }
    return true;
  }

  /// Without its tag.
  [[gnu::always_inline]] bool run_value(const EncodeStep& step, const Value& value) {
    switch (step.op) {
      case EncodeOp::kVarint32:
      case EncodeOp::kVarint64:
        out_.varint(static_cast<uint64_t>(value.as_integer()));
        return true;
      case EncodeOp::kFloat64:
        out_.fixed(value.as_float64());
        return true;
      case EncodeOp::kBytes:
        out_.bytes(value.as_bytes());
        return true;
      default:
        return run_other(step, value);
    }
  }

  [[gnu::noinline]] bool run_other(const EncodeStep& step, const Value& value) {
    switch (step.op) {
      case EncodeOp::kBoolean:
        out_.varint(value.as_boolean() ? 1 : 0);
        return true;
      case EncodeOp::kVarintU32:
        out_.varint(static_cast<uint32_t>(value.as_integer()));
        return true;
      case EncodeOp::kZigzag:
        out_.varint(zigzag_encoded(value.as_integer()));
        return true;
      case EncodeOp::kFixed32:
        out_.fixed(static_cast<uint32_t>(value.as_integer()));
        return true;
      case EncodeOp::kFixed64:
        out_.fixed(value.as_integer());
        return true;
      case EncodeOp::kFloat32:
        out_.fixed(value.as_float32());
        return true;
      case EncodeOp::kEnumName:
        return run_enum(*step.node, value.as_string());
      default:
        break;
    }
    const size_t before = out_.size();
    if (!run_message(step, value)) return false;
    out_.varint(out_.size() - before);
    return true;
  }

  bool run_message(const EncodeStep& step, const Value& value) {
    switch (step.op) {
      case EncodeOp::kWrapper:
        return run_fields(*step.node, &value);
      case EncodeOp::kDecimal:
        return run_decimal(value);
      case EncodeOp::kDate:
        return run_date(date_of(static_cast<int32_t>(value.as_integer())));
      case EncodeOp::kTime:
        return run_time(static_cast<int32_t>(value.as_integer()));
      case EncodeOp::kTimestamp:
        return run_timestamp(value.as_integer());
      default:
        return run_struct(step, value);
    }
  }

  static std::optional<int32_t> number_of(const EncodeNode& node, std::string_view symbol) {
    const auto found =
        std::ranges::lower_bound(node.symbols, symbol, {}, &std::pair<std::string, int32_t>::first);
    if (found == node.symbols.end() || found->first != symbol) return std::nullopt;
    return found->second;
  }

  bool run_enum(const EncodeNode& node, std::string_view symbol) {
    const auto number = number_of(node, symbol);
    if (!number) return fail(fmt::format("\"{}\" is no symbol of the enum {}", symbol, node.enum_name));
    out_.varint(static_cast<uint64_t>(static_cast<int64_t>(*number)));
    return true;
  }

  /// Zero is what the reader has anyway.
  void write_part(int number, int64_t value) {
    if (value == 0) return;
    out_.varint(static_cast<uint64_t>(value));
    out_.varint(make_tag(number, WireType::kVarint));
  }

  bool run_decimal(const Value& value) {
    write_part(3, value.decimal_scale());
    write_part(2, precision_of(value.as_bytes()));
    out_.bytes(value.as_bytes());
    out_.varint(make_tag(1, WireType::kLength));
    return true;
  }

  bool run_date(const DateParts& date) {
    write_part(3, date.day);
    write_part(2, date.month);
    write_part(1, date.year);
    return true;
  }

  bool run_time(int32_t ms) {
    constexpr int32_t kDayMs = 86'400'000;
    if (ms < 0 || ms > kDayMs)
      return fail("Time values must use number of millis greater than 0 and less than 86400000");
    const TimeParts time = time_of(ms);
    write_part(4, time.nanos);
    write_part(3, time.seconds);
    write_part(2, time.minutes);
    write_part(1, time.hours);
    return true;
  }

  bool run_timestamp(int64_t ms) {
    const auto timestamp = timestamp_of(ms);
    if (!timestamp) return fail(fmt::format("The timestamp {} ms is not between the years 1 and 9999", ms));
    write_part(2, timestamp->nanos);
    write_part(1, timestamp->seconds);
    return true;
  }

  const bool ignore_defaults_;
  WireWriter& out_;
  std::string error_;
};

}  // namespace

Status Encoder::encode(const Value& value, WireWriter& out) const {
  return Run(*plan_, out).encode(plan_->root, value);
}

}  // namespace sluice::protobuf
