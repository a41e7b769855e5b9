#include "formats/avro/encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sdk/data/values.h"

namespace sluice::avro {
namespace {

using sdk::Kind;
using sdk::Value;

class Run {
 public:
  explicit Run(ByteWriter& out) : out_(out) {}

  Status encode(const EncodeStep& step, const Value& value) {
    if (run(step, value)) return {};
    return bad_record(std::move(error_));
  }

 private:
  bool fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  bool run(const EncodeStep& step, const Value& value) { return run_inline(step, value); }

  // Inlined into the loop over a record's fields.
  [[gnu::always_inline]] bool run_inline(const EncodeStep& step, const Value& value) {
    if (value.is_null()) [[unlikely]]
      return run_null(step);
    if (value.kind() != step.kind && step.op != EncodeOp::kAnything) [[unlikely]]
      return fail(fmt::format("Invalid type for {}: class {}", sdk::type_name(step.schema->type()),
                              sdk::java_class_name(value)));
    if (step.value_branch >= 0) out_.integer(step.value_branch);
    switch (step.op) {
      case EncodeOp::kBoolean:
        out_.byte(value.as_boolean() ? 1 : 0);
        return true;
      case EncodeOp::kInteger:
        out_.integer(value.as_integer());
        return true;
      case EncodeOp::kFloat32:
        out_.floating(value.as_float32());
        return true;
      case EncodeOp::kFloat64:
      case EncodeOp::kFloat32AsFloat64:
        out_.floating(value.as_float64());
        return true;
      case EncodeOp::kIntegerAsFloat32:
        out_.floating(static_cast<float>(value.as_integer()));
        return true;
      case EncodeOp::kIntegerAsFloat64:
        out_.floating(static_cast<double>(value.as_integer()));
        return true;
      case EncodeOp::kBytes:
        out_.bytes(value.as_bytes());
        return true;
      default:
        return run_compound(step, value);
    }
  }

  bool run_null(const EncodeStep& step) {
    if (step.op == EncodeOp::kAnything) return run_anything(Value::null());
    if (step.schema != nullptr && !step.schema->optional())
      return fail("Found null value for non-optional schema");
    if (step.null_branch < 0) return fail("Found null value where the Avro schema has no null");
    out_.integer(step.null_branch);
    return true;
  }

  bool run_compound(const EncodeStep& step, const Value& value) {
    switch (step.op) {
      case EncodeOp::kDecimal:
        if (!has_right_scale(step, value)) return false;
        out_.bytes(value.as_bytes());
        return true;
      case EncodeOp::kFixed:
        return run_fixed(*step.node, value.as_bytes());
      case EncodeOp::kFixedDecimal:
        return has_right_scale(step, value) && run_fixed_decimal(*step.node, value.as_bytes());
      case EncodeOp::kEnum:
        return run_enum(*step.node, value.as_string());
      case EncodeOp::kRecord:
        return run_record(step, value.as_struct());
      case EncodeOp::kArray:
        return run_array(*step.node, value.as_array());
      case EncodeOp::kMap:
        return run_map(*step.node, value.as_map());
      case EncodeOp::kMapEntries:
        return run_map_entries(*step.node, value.as_map());
      case EncodeOp::kUnion:
        return run_union(step, value.as_struct());
      default:
        return run_anything(value);
    }
  }

  bool has_right_scale(const EncodeStep& step, const Value& value) {
    if (value.decimal_scale() == step.schema->decimal_scale()) return true;
    return fail("BigDecimal has mismatching scale value for given Decimal schema");
  }

  bool run_fixed(const EncodeNode& node, BytesView bytes) {
    if (bytes.size() != static_cast<size_t>(node.size))
      return fail(fmt::format("{} bytes cannot be written as the fixed {} of {}", bytes.size(), node.name,
                              node.size));
    out_.raw(bytes);
    return true;
  }

  bool run_fixed_decimal(const EncodeNode& node, BytesView unscaled) {
    const auto size = static_cast<size_t>(node.size);
    if (unscaled.size() > size)
      return fail(fmt::format("The decimal needs {} bytes, and the fixed {} has {}", unscaled.size(),
                              node.name, size));
    const bool is_negative = !unscaled.empty() && (unscaled.front() & 0x80) != 0;
    for (size_t i = unscaled.size(); i < size; ++i) out_.byte(is_negative ? '\xff' : '\0');
    out_.raw(unscaled);
    return true;
  }

  bool run_enum(const EncodeNode& node, std::string_view symbol) {
    const auto found = std::ranges::find(node.symbols, symbol);
    if (found == node.symbols.end())
      return fail(fmt::format("\"{}\" is no symbol of the enum {}", symbol, node.name));
    out_.integer(found - node.symbols.begin());
    return true;
  }

  bool is_of_schema(const EncodeStep& step, const sdk::StructNode& node) {
    if (node.schema == step.schema || sdk::same_schema(node.schema, step.schema)) return true;
    return fail("Mismatching struct schema");
  }

  bool run_record(const EncodeStep& step, const sdk::StructNode& node) {
    if (!is_of_schema(step, node)) return false;
    const auto values = node.values();
    for (const EncodeStep& field : step.node->steps) {
      if (field.slot < 0) {
        out_.raw(field.node->bytes);
        continue;
      }
      const Value& value = values[static_cast<size_t>(field.slot)];
      const bool use_default = field.has_default && value.is_null();
      if (!run_inline(field, use_default ? field.schema->default_value() : value)) [[unlikely]] {
        error_ =
            fmt::format("field {}: {}", step.schema->fields()[static_cast<size_t>(field.slot)].name, error_);
        return false;
      }
    }
    return true;
  }

  bool run_array(const EncodeNode& node, std::span<const Value> items) {
    if (!items.empty()) out_.integer(static_cast<int64_t>(items.size()));
    for (const Value& item : items) {
      if (!run(node.steps.front(), item)) return false;
    }
    out_.integer(0);
    return true;
  }

  bool run_map(const EncodeNode& node, std::span<const sdk::MapEntry> entries) {
    if (!entries.empty()) out_.integer(static_cast<int64_t>(entries.size()));
    for (const sdk::MapEntry& entry : entries) {
      if (entry.key.kind() != Kind::kString) return fail("The key of a map is no string");
      out_.bytes(entry.key.as_bytes());
      if (!run(node.steps.front(), entry.value)) return false;
    }
    out_.integer(0);
    return true;
  }

  bool run_map_entries(const EncodeNode& node, std::span<const sdk::MapEntry> entries) {
    if (!entries.empty()) out_.integer(static_cast<int64_t>(entries.size()));
    for (const sdk::MapEntry& entry : entries) {
      for (const EncodeStep& part : node.steps) {
        if (!run(part, part.slot == 0 ? entry.key : entry.value)) return false;
      }
    }
    out_.integer(0);
    return true;
  }

  bool run_union(const EncodeStep& step, const sdk::StructNode& node) {
    if (!is_of_schema(step, node)) return false;
    for (const EncodeStep& branch : step.node->steps) {
      const Value& value = node.values()[static_cast<size_t>(branch.slot)];
      if (!value.is_null()) return run(branch, value);
    }
    return fail("Did not find matching union field for data");
  }

  // Schemaless data: a record of one optional field per kind, in this order.
  enum Anything : uint8_t {
    kBooleanAt,
    kBytesAt,
    kDoubleAt,
    kFloatAt,
    kIntAt,
    kLongAt,
    kStringAt,
    kArrayAt,
    kMapAt
  };

  void nulls(int count) {
    for (int i = 0; i < count; ++i) out_.integer(0);
  }
  template <typename Write>
  bool anything_at(Anything place, Write write) {
    nulls(place);
    out_.integer(1);
    const bool written = write();
    nulls(kMapAt - place);
    return written;
  }

  bool run_anything(const Value& value) {
    const auto plain = [this](Anything place, auto write) {
      return anything_at(place, [&] {
        write();
        return true;
      });
    };
    switch (value.kind()) {
      case Kind::kNull:
        nulls(kMapAt + 1);
        return true;
      case Kind::kBoolean:
        return plain(kBooleanAt, [&] { out_.byte(value.as_boolean() ? 1 : 0); });
      case Kind::kInt8:
      case Kind::kInt16:
      case Kind::kInt32:
        return plain(kIntAt, [&] { out_.integer(value.as_integer()); });
      case Kind::kInt64:
        return plain(kLongAt, [&] { out_.integer(value.as_integer()); });
      case Kind::kFloat32:
        return plain(kFloatAt, [&] { out_.floating(value.as_float32()); });
      case Kind::kFloat64:
        return plain(kDoubleAt, [&] { out_.floating(value.as_float64()); });
      case Kind::kString:
        return plain(kStringAt, [&] { out_.bytes(value.as_bytes()); });
      case Kind::kBytes:
        return plain(kBytesAt, [&] { out_.bytes(value.as_bytes()); });
      case Kind::kArray:
        return anything_at(kArrayAt, [&] { return run_anything_array(value.as_array()); });
      case Kind::kMap:
        return anything_at(kMapAt, [&] { return run_anything_map(value.as_map()); });
      default:
        return fail(
            fmt::format("Unknown Java type for schemaless data: class {}", sdk::java_class_name(value)));
    }
  }

  bool run_anything_array(std::span<const Value> items) {
    if (!items.empty()) out_.integer(static_cast<int64_t>(items.size()));
    for (const Value& item : items) {
      if (!run_anything(item)) return false;
    }
    out_.integer(0);
    return true;
  }

  bool run_anything_map(std::span<const sdk::MapEntry> entries) {
    if (!entries.empty()) out_.integer(static_cast<int64_t>(entries.size()));
    for (const sdk::MapEntry& entry : entries) {
      if (!run_anything(entry.key) || !run_anything(entry.value)) return false;
    }
    out_.integer(0);
    return true;
  }

  ByteWriter& out_;
  std::string error_;
};

}  // namespace

Status Encoder::encode(const Value& value, ByteWriter& out) const {
  return Run(out).encode(plan_->root, value);
}

}  // namespace sluice::avro
