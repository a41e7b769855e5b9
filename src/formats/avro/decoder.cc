#include "formats/avro/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "formats/avro/byte_reader.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/values.h"

namespace sluice::avro {
namespace {

using sdk::MapEntry;
using sdk::Value;

constexpr int kDepthMax = 500;
constexpr int32_t kDayMs = 86'400'000;
/// Of items that take no bytes at all.
constexpr size_t kEmptyItemsMax = 1'000'000;
constexpr size_t kShortText = 64;
constexpr uint64_t kHighBits = 0x8080'8080'8080'8080;
/// Above, keys are looked up in a table.
constexpr size_t kFewEntries = 16;

/// Two's complement without its superfluous leading bytes.
BytesView minimal(BytesView unscaled) {
  while (unscaled.size() > 1) {
    const bool is_negative = (unscaled[1] & 0x80) != 0;
    if (static_cast<uint8_t>(unscaled[0]) != (is_negative ? 0xff : 0x00)) break;
    unscaled.remove_prefix(1);
  }
  return unscaled;
}

class Run {
 public:
  Run(BytesView bytes, sdk::Arena& arena) : in_(bytes), arena_(arena) {}

  bool decode(const DecodeStep& step, Value& out) {
    run(step, out);
    return !in_.failed();
  }
  Error error() const {
    return bad_record(fmt::format("Malformed Avro data at byte {}: {}", in_.position(),
                                  mismatch_ != nullptr ? mismatch_->c_str() : in_.error()));
  }

 private:
  // Inlined into the loop over a record's fields.
  [[gnu::always_inline]] void run_inline(const DecodeStep& step, Value& out) {
    if (step.null_branch >= 0) {
      const int64_t branch = in_.integer();
      if (branch == step.null_branch) {
        out = Value::null();
        return;
      }
      if (branch != 1 - step.null_branch) return in_.fail("there is no such branch in the union");
    }
    switch (step.op) {
      case DecodeOp::kNull:
        out = Value::null();
        return;
      case DecodeOp::kBoolean:
        out = Value::boolean(in_.boolean());
        return;
      case DecodeOp::kInt8:
        out = Value::int8(static_cast<int8_t>(in_.integer()));
        return;
      case DecodeOp::kInt16:
        out = Value::int16(static_cast<int16_t>(in_.integer()));
        return;
      case DecodeOp::kInt32:
        out = Value::int32(int32());
        return;
      case DecodeOp::kDate:
        out = Value::date(int32());
        return;
      case DecodeOp::kTime:
        out = Value::time(time());
        return;
      case DecodeOp::kInt64:
        out = Value::int64(in_.integer());
        return;
      case DecodeOp::kTimestamp:
        out = Value::timestamp(in_.integer());
        return;
      case DecodeOp::kIntegerToFloat32:
        out = Value::float32(static_cast<float>(in_.integer()));
        return;
      case DecodeOp::kIntegerToFloat64:
        out = Value::float64(static_cast<double>(in_.integer()));
        return;
      case DecodeOp::kFloat32:
        out = Value::float32(in_.floating<float>());
        return;
      case DecodeOp::kFloat32ToFloat64:
        out = Value::float64(static_cast<double>(in_.floating<float>()));
        return;
      case DecodeOp::kFloat64:
        out = Value::float64(in_.floating<double>());
        return;
      case DecodeOp::kString:
        out = Value::string(text());
        return;
      case DecodeOp::kBytes:
        out = Value::bytes(in_.bytes(in_.size()));
        return;
      case DecodeOp::kDecimal:
        out = decimal(in_.bytes(in_.size()), *step.node);
        return;
      default:
        run_compound(step, out);
    }
  }

  void run(const DecodeStep& step, Value& out) { run_inline(step, out); }

  void run_compound(const DecodeStep& step, Value& out) {
    const DecodeNode& node = *step.node;
    switch (step.op) {
      case DecodeOp::kFixed:
        out = Value::bytes(in_.bytes(static_cast<size_t>(node.size)));
        return;
      case DecodeOp::kFixedDecimal:
        out = decimal(in_.bytes(static_cast<size_t>(node.size)), node);
        return;
      case DecodeOp::kEnum:
        return run_enum(node, out);
      case DecodeOp::kRecord:
        return run_record(node, out);
      case DecodeOp::kArray:
        return run_array(node, out);
      case DecodeOp::kMap:
        return run_map(node, out);
      case DecodeOp::kMapEntries:
        return run_map_entries(node, out);
      case DecodeOp::kUnion:
        return run_union(node, out);
      case DecodeOp::kWrap: {
        sdk::StructNode* made = sdk::new_struct(arena_, *node.schema);
        const DecodeStep& inner = node.steps.front();
        run(inner, made->mutable_values()[static_cast<size_t>(inner.slot)]);
        out = Value::structure(made);
        return;
      }
      case DecodeOp::kSkip:
        return skip(*node.skipped, 0);
      default:
        mismatch_ = &node.mismatch;
        return in_.fail("");
    }
  }

  /// Short plain texts are the many.
  std::string_view text() {
    const BytesView bytes = in_.bytes(in_.size());
    uint64_t high_bits = 0;
    size_t i = 0;
    for (; i + sizeof(uint64_t) <= bytes.size() && i < kShortText; i += sizeof(uint64_t)) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data() + i, sizeof word);
      high_bits |= word;
    }
    if (bytes.size() < kShortText) {
      for (; i < bytes.size(); ++i) high_bits |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i]));
      if ((high_bits & kHighBits) == 0) [[likely]]
        return bytes;
    }
    return sdk::decode_utf8(arena_, bytes);
  }

  int32_t int32() {
    const int64_t value = in_.integer();
    if (value != static_cast<int32_t>(value)) [[unlikely]]
      in_.fail("an int of more than 32 bits");
    return static_cast<int32_t>(value);
  }

  int32_t time() {
    const int32_t value = int32();
    if (value < 0 || value > kDayMs) [[unlikely]]
      in_.fail("Time values must use number of milliseconds greater than 0 and less than 86400000");
    return value;
  }

  Value decimal(BytesView unscaled, const DecodeNode& node) {
    if (unscaled.empty()) in_.fail("a decimal of no bytes");
    return Value::decimal(minimal(unscaled), node.scale);
  }

  void run_enum(const DecodeNode& node, Value& out) {
    const size_t index = in_.size();
    if (index >= node.symbols.size()) return in_.fail("there is no such symbol in the enum");
    out = node.symbols[index];
    if (!out.is_null()) return;
    mismatch_ = &node.mismatch;
    in_.fail("");
  }

  void run_record(const DecodeNode& node, Value& out) {
    // Every field is set below, by a step or a default; after a failure nobody looks.
    void* memory =
        arena_.allocate(sizeof(sdk::StructNode) + node.field_count * sizeof(Value), alignof(sdk::StructNode));
    auto* made = new (memory) sdk::StructNode{node.schema, node.field_count};
    Value* const values = made->mutable_values().data();
    for (const DecodeStep& step : node.steps) run_inline(step, values[step.slot]);
    for (const auto& [slot, value] : node.defaults) values[slot] = value;
    out = Value::structure(made);
  }

  void run_union(const DecodeNode& node, Value& out) {
    const size_t branch = in_.size();
    if (branch >= node.steps.size()) return in_.fail("there is no such branch in the union");
    run(node.steps[branch], out);
  }

  /// How many items the next block has; 0: it was the last.
  size_t next_block() {
    const int64_t count = in_.integer();
    if (count >= 0) return static_cast<size_t>(count);
    in_.size();  // the block's length in bytes is for those who skip it
    if (count == INT64_MIN) in_.fail("a block of too many items");
    return static_cast<size_t>(-(count + 1)) + 1;
  }

  /// Whether that many items can follow: memory is taken only for what can be there.
  bool can_hold(const DecodeNode& node, size_t before, size_t count) {
    const size_t most =
        node.element_bytes_min == 0 ? kEmptyItemsMax - before : in_.left() / node.element_bytes_min;
    if (count <= most) return true;
    in_.fail("a block claims more items than the record can hold");
    return false;
  }

  /// Runs `item(items[i])` for each item of all blocks; they are in the arena.
  template <typename Item, typename Read>
  std::span<Item> run_blocks(const DecodeNode& node, Read read) {
    Item* items = nullptr;
    size_t size = 0;
    size_t capacity = 0;
    for (size_t count = next_block(); count > 0 && !in_.failed(); count = next_block()) {
      if (!can_hold(node, size, count)) break;
      if (size + count > capacity) {  // blocks may be tiny and many
        capacity = std::max(size + count, 2 * capacity);
        Item* longer = arena_.array<Item>(capacity);
        if (size > 0) std::copy_n(items, size, longer);
        items = longer;
      }
      for (size_t i = 0; i < count && !in_.failed(); ++i) read(items[size + i]);
      size += count;
    }
    return {items, in_.failed() ? 0 : size};
  }

  void run_array(const DecodeNode& node, Value& out) {
    const DecodeStep& element = node.steps.front();
    out = Value::array(run_blocks<Value>(node, [&](Value& item) { run(element, item); }));
  }

  static bool has_twins(std::span<const MapEntry> entries) {
    if (entries.size() > kFewEntries) return true;  // perhaps
    for (size_t i = 1; i < entries.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (entries[i].key == entries[j].key) return true;
      }
    }
    return false;
  }

  Value map_of(std::span<const MapEntry> entries) {
    if (!has_twins(entries)) return Value::map(entries);
    sdk::MapBuilder builder;
    for (const MapEntry& entry : entries) builder.put(entry);
    return builder.build(arena_);
  }

  void run_map(const DecodeNode& node, Value& out) {
    const DecodeStep& element = node.steps.front();
    out = map_of(run_blocks<MapEntry>(node, [&](MapEntry& entry) {
      entry.key = Value::string(text());
      run(element, entry.value);
    }));
  }

  void run_map_entries(const DecodeNode& node, Value& out) {
    out = map_of(run_blocks<MapEntry>(node, [&](MapEntry& entry) {
      for (const DecodeStep& step : node.steps) run(step, step.slot == 0 ? entry.key : entry.value);
    }));
  }

  void skip(const Schema& schema, int depth) {
    if (depth > kDepthMax) return in_.fail("values are nested too deep");
    switch (schema.type) {
      case Type::kNull:
        return;
      case Type::kBoolean:
        in_.boolean();
        return;
      case Type::kInt:
      case Type::kLong:
      case Type::kEnum:
        in_.integer();
        return;
      case Type::kFloat:
        in_.bytes(sizeof(float));
        return;
      case Type::kDouble:
        in_.bytes(sizeof(double));
        return;
      case Type::kBytes:
      case Type::kString:
        in_.bytes(in_.size());
        return;
      case Type::kFixed:
        in_.bytes(static_cast<size_t>(schema.size));
        return;
      case Type::kRecord:
        for (const Field& field : schema.fields) skip(*field.schema, depth + 1);
        return;
      case Type::kUnion: {
        const size_t branch = in_.size();
        if (branch >= schema.branches.size()) return in_.fail("there is no such branch in the union");
        return skip(*schema.branches[branch], depth + 1);
      }
      case Type::kArray:
      case Type::kMap:
        return skip_blocks(schema, depth);
    }
  }

  void skip_blocks(const Schema& schema, int depth) {
    while (!in_.failed()) {
      const int64_t count = in_.integer();
      if (count == 0) return;
      if (count < 0) {
        in_.bytes(in_.size());
        continue;
      }
      size_t empty_items = 0;
      for (int64_t i = 0; i < count && !in_.failed(); ++i) {
        const size_t before = in_.left();
        if (schema.type == Type::kMap) in_.bytes(in_.size());
        skip(schema.element(), depth + 1);
        if (in_.left() == before && ++empty_items > kEmptyItemsMax) in_.fail("too many empty items");
      }
    }
  }

  ByteReader in_;
  sdk::Arena& arena_;
  const std::string* mismatch_ = nullptr;
};

}  // namespace

Status Decoder::decode(BytesView bytes, sdk::Arena& arena, Value& out) const {
  Run run(bytes, arena);
  if (run.decode(plan_->root, out)) return {};
  return run.error();
}

}  // namespace sluice::avro
