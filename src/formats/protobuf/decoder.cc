#include "formats/protobuf/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>

#include "formats/protobuf/logical_values.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/map_builder.h"
#include "sdk/data/values.h"

namespace sluice::protobuf {
namespace {

using sdk::Kind;
using sdk::MapEntry;
using sdk::Value;

/// Two bytes can say "an empty message", and its struct may have thousands of fields.
constexpr size_t kStructBytesMax = 256U << 20;
constexpr size_t kItemsMin = 4;
constexpr size_t kLooksMax = 16;
constexpr size_t kFewEntries = 16;
constexpr size_t kShortText = 64;
constexpr uint64_t kHighBits = 0x8080'8080'8080'8080;

/// Items are added one by one to what is already somebody's value: their place has room for the next power
/// of two, so it can be told from their number.
size_t capacity_of(size_t count) { return count == 0 ? 0 : std::max(kItemsMin, std::bit_ceil(count)); }

template <typename Item>
Item* with_room(sdk::Arena& arena, std::span<const Item> items, size_t more) {
  // Made below, by this decoder, for this record.
  auto* data = const_cast<Item*>(items.data());
  const size_t wanted = capacity_of(items.size() + more);
  if (wanted == capacity_of(items.size())) return data;
  Item* longer = arena.array<Item>(wanted);
  std::copy(items.begin(), items.end(), longer);
  return longer;
}

/// Two's complement without its superfluous leading bytes.
BytesView minimal(BytesView unscaled) {
  return unscaled.empty() ? BytesView("\0", 1) : sdk::minimal_unscaled(unscaled);
}

class Run {
 public:
  Run(BytesView bytes, sdk::Arena& arena) : in_(bytes), arena_(arena), size_(bytes.size()) {}

  Status decode(const DecodePlan& plan, Value& out) {
    if (plan.is_wrapper) {
      out = plan.root->initial.front();
      run_fields(*plan.root, &out);
    } else {
      run_fields(*plan.root, new_struct(*plan.root, out));
    }
    if (!in_.failed()) return {};
    return bad_record(fmt::format("Malformed Protobuf data at byte {}: {}{}", in_.position(), in_.error(),
                                  subject_ != nullptr ? *subject_ : ""));
  }

 private:
  /// How many bytes a struct takes.
  size_t count_struct(const sdk::Schema& schema) {
    const size_t bytes = sizeof(sdk::StructNode) + schema.fields().size() * sizeof(Value);
    struct_bytes_ += bytes;
    if (struct_bytes_ > kStructBytesMax) [[unlikely]]
      in_.fail("it would take more than 256 MB of memory");
    return bytes;
  }

  Value* new_struct(const DecodeNode& node, Value& out) {
    const size_t count = node.initial.size();
    const size_t bytes = count_struct(*node.schema);
    void* memory = arena_.allocate(bytes, alignof(sdk::StructNode));
    auto* made = new (memory) sdk::StructNode{node.schema, static_cast<uint32_t>(count)};
    Value* values = made->mutable_values().data();
    std::copy_n(node.initial.data(), count, values);
    out = Value::structure(made);
    return values;
  }

  void run_fields(const DecodeNode& node, Value* values) {
    while (!in_.at_end()) {
      const uint32_t tag = in_.tag();
      const DecodeStep* step = node.find(tag);
      if (step == nullptr) [[unlikely]]
        in_.skip(tag);
      else if (step->shape == DecodeShape::kSingle) [[likely]]
        run(*step, values[step->slot]);
      else
        run_shape(*step, values);
    }
    if (!node.required.empty()) check_required(node, values);
    for (const uint32_t slot : node.maps) values[slot] = without_twins(values[slot]);
  }

  void check_required(const DecodeNode& node, const Value* values) {
    for (const auto& [slot, name] : node.required) {
      if (!values[slot].is_null() || in_.failed()) continue;
      subject_ = name;
      in_.fail("Message missing required fields: ");
    }
  }

  void run_shape(const DecodeStep& step, Value* values) {
    Value& slot = values[step.slot];
    switch (step.shape) {
      case DecodeShape::kSingle:
        return run(step, slot);
      case DecodeShape::kUnionMember:
        return run_union(step, slot);
      case DecodeShape::kFlatMember: {
        if (!run_optional(step, slot)) return;
        for (const uint32_t other : *step.siblings) values[other] = Value::null();
        return;
      }
      case DecodeShape::kElement: {
        Value value;
        if (run_optional(step, value)) append(slot, value);
        return;
      }
      case DecodeShape::kPacked:
        return run_packed(step, slot);
      case DecodeShape::kEntry:
        return run_entry(*step.node, slot);
    }
  }

  void append(Value& slot, const Value& value) {
    const auto items = slot.as_array();
    Value* data = with_room(arena_, items, 1);
    data[items.size()] = value;
    slot = Value::array({data, items.size() + 1});
  }

  void run_union(const DecodeStep& step, Value& slot) {
    Value value;
    if (!slot.is_null()) value = slot.as_struct().values()[step.member];  // the same member again
    if (!run_optional(step, value)) return;
    if (slot.is_null()) {
      count_struct(*step.union_schema);
      slot = Value::structure(sdk::new_struct(arena_, *step.union_schema));
    }
    const auto members = const_cast<sdk::StructNode&>(slot.as_struct()).mutable_values();  // made just above
    std::ranges::fill(members, Value::null());
    members[step.member] = value;
  }

  void run_packed(const DecodeStep& step, Value& slot) {
    const char* const outer = in_.enter();
    if (step.op == DecodeOp::kEnumName || step.op == DecodeOp::kEnumNumber) {  // some may not be there
      Value value;
      for (; !in_.at_end(); value = Value::null()) {
        if (run_optional(step, value)) append(slot, value);
      }
      return in_.leave(outer);
    }
    const size_t more = count_packed(step);
    const auto items = slot.as_array();
    Value* data = with_room(arena_, items, more);
    size_t count = items.size();
    for (const size_t end = count + more; count < end && !in_.at_end(); ++count) run(step, data[count]);
    if (!in_.at_end()) in_.fail("the record ends early");
    in_.leave(outer);
    slot = Value::array({data, count});
  }

  size_t count_packed(const DecodeStep& step) const {
    if (step.op == DecodeOp::kFloat32) return in_.left() / sizeof(float);
    if (step.op == DecodeOp::kFloat64) return in_.left() / sizeof(double);
    if (step.op != DecodeOp::kInteger) return in_.count_varints();
    if (step.number == NumberForm::kFixed64) return in_.left() / sizeof(int64_t);
    const bool is_fixed32 = step.number == NumberForm::kFixed32 || step.number == NumberForm::kFixedU32;
    return is_fixed32 ? in_.left() / sizeof(int32_t) : in_.count_varints();
  }

  void run_entry(const DecodeNode& node, Value& slot) {
    Value parts[] = {node.initial[0], node.initial[1]};
    const char* const outer = in_.enter();
    run_fields(node, parts);
    in_.leave(outer);
    const auto entries = slot.as_map();
    MapEntry* data = with_room(arena_, entries, 1);
    data[entries.size()] = {parts[0], parts[1]};
    slot = Value::map({data, entries.size() + 1});
  }

  static bool may_have_twins(std::span<const MapEntry> entries) {
    if (entries.size() > kFewEntries) return true;
    for (size_t i = 1; i < entries.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (entries[i].key == entries[j].key) return true;
      }
    }
    return false;
  }

  /// The last value of a key counts. What is left stays where it is, with its room.
  Value without_twins(const Value& map) {
    const auto entries = map.as_map();
    // An entry takes at least two bytes; only a message that comes over and over has more to look at.
    looked_at_ += entries.size();
    if (looked_at_ > kLooksMax * size_) in_.fail("a message with a map comes too often");
    if (!may_have_twins(entries)) return map;
    sdk::MapBuilder builder;
    for (const MapEntry& entry : entries) builder.put(entry);
    auto* data = const_cast<MapEntry*>(entries.data());  // made by this decoder
    std::ranges::copy(builder.entries(), data);
    return Value::map({data, builder.entries().size()});
  }

  /// False: there is nothing after all, for it is the number of a symbol that a closed enum does not have.
  bool run_optional(const DecodeStep& step, Value& out) {
    run(step, out);
    return !out.is_null();
  }

  [[gnu::always_inline]] void run(const DecodeStep& step, Value& out) {
    switch (step.op) {
      case DecodeOp::kBoolean:
        out = Value::boolean(in_.varint() != 0);
        return;
      case DecodeOp::kInt32:
        out = Value::int32(static_cast<int32_t>(in_.varint()));
        return;
      case DecodeOp::kInt64:
        out = Value::int64(static_cast<int64_t>(in_.varint()));
        return;
      case DecodeOp::kFloat32:
        out = Value::float32(in_.fixed<float>());
        return;
      case DecodeOp::kFloat64:
        out = Value::float64(in_.fixed<double>());
        return;
      case DecodeOp::kText:
        out = Value::string(text());
        return;
      case DecodeOp::kBytes:
        out = Value::bytes(in_.bytes());
        return;
      default:
        run_other(step, out);
    }
  }

  [[gnu::noinline]] void run_other(const DecodeStep& step, Value& out) {
    switch (step.op) {
      case DecodeOp::kInteger:
        out = integer(step.kind, number(step.number, step.kind));
        return;
      case DecodeOp::kOldText:
        out = Value::string(sdk::decode_utf8(arena_, in_.bytes()));
        return;
      case DecodeOp::kEnumName:
      case DecodeOp::kEnumNumber:
        return run_enum(step, out);
      default:
        break;
    }
    const char* const outer = in_.enter();
    run_message(step, out);
    in_.leave(outer);
  }

  /// A message that comes twice is merged: the values of the first one stand until the second has others.
  void run_message(const DecodeStep& step, Value& out) {
    switch (step.op) {
      case DecodeOp::kWrapper:
        if (out.is_null()) out = step.node->initial.front();
        return run_fields(*step.node, &out);
      case DecodeOp::kDecimal:
        return run_decimal(out);
      case DecodeOp::kDate:
        return run_date(out);
      case DecodeOp::kTime:
        return run_time(out);
      case DecodeOp::kTimestamp:
        return run_timestamp(out);
      default:
        break;
    }
    const bool is_first = out.is_null() || &out.as_struct() == &step.node->absent_struct.as_struct();
    Value* values = is_first ? new_struct(*step.node, out)
                             : const_cast<sdk::StructNode&>(out.as_struct()).mutable_values().data();
    run_fields(*step.node, values);
  }

  int64_t number(NumberForm form, Kind kind) {
    switch (form) {
      case NumberForm::kVarint32:
        return static_cast<int32_t>(in_.varint());
      case NumberForm::kVarintU32:
        return static_cast<uint32_t>(in_.varint());
      case NumberForm::kVarint64:
        return static_cast<int64_t>(in_.varint());
      case NumberForm::kZigzag: {
        const uint64_t raw = in_.varint();
        return zigzag_decoded(kind == Kind::kInt64 ? raw : static_cast<uint32_t>(raw));
      }
      case NumberForm::kFixed32:
        return in_.fixed<int32_t>();
      case NumberForm::kFixedU32:
        return in_.fixed<uint32_t>();
      case NumberForm::kFixed64:
        return in_.fixed<int64_t>();
    }
    return 0;
  }

  static Value integer(Kind kind, int64_t number) {
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

  /// Short plain texts are the many.
  std::string_view text() {
    const BytesView bytes = in_.bytes();
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
    const std::string_view repaired = sdk::decode_utf8(arena_, bytes);
    if (repaired.data() != bytes.data()) in_.fail("Protocol message had invalid UTF-8.");
    return bytes;
  }

  void run_enum(const DecodeStep& step, Value& out) {
    const auto value = static_cast<int32_t>(in_.varint());
    const DecodeNode& node = *step.node;
    const auto found = std::ranges::lower_bound(node.symbols, value, {}, &std::pair<int32_t, Value>::first);
    const bool is_known = found != node.symbols.end() && found->first == value;
    if (!is_known && node.is_closed) return;
    if (step.op == DecodeOp::kEnumNumber) {
      out = Value::int32(value);
    } else if (is_known) {
      out = found->second;
    } else {
      out = Value::string(arena_.copy(fmt::format("UNKNOWN_ENUM_VALUE_{}_{}", node.enum_name, value)));
    }
  }

  /// Runs `part(number, value)` for the varints of a message, and skips everything else.
  template <typename Part>
  void run_varints(Part part) {
    while (!in_.at_end()) {
      const uint32_t tag = in_.tag();
      if ((tag & 7U) != static_cast<uint32_t>(WireType::kVarint) || tag >> kWireTypeBits == 0)
        in_.skip(tag);
      else
        part(tag >> kWireTypeBits, in_.varint());
    }
  }

  void run_decimal(Value& out) {
    constexpr uint32_t kUnscaledTag = make_tag(1, WireType::kLength);
    constexpr uint32_t kPrecisionTag = make_tag(2, WireType::kVarint);
    constexpr uint32_t kScaleTag = make_tag(3, WireType::kVarint);
    BytesView unscaled = out.is_null() ? kEmptyBytes : out.as_bytes();
    int32_t scale = out.is_null() ? 0 : out.decimal_scale();
    uint32_t precision = 0;
    while (!in_.at_end()) {
      const uint32_t tag = in_.tag();
      if (tag == kUnscaledTag)
        unscaled = in_.bytes();
      else if (tag == kPrecisionTag)
        precision = static_cast<uint32_t>(in_.varint());
      else if (tag == kScaleTag)
        scale = static_cast<int32_t>(in_.varint());
      else
        in_.skip(tag);
    }
    if (scale != static_cast<int16_t>(scale)) return in_.fail("a decimal with a scale of more than 16 bits");
    out = Value::decimal(minimal(unscaled), scale);
    if (precision == 0) return;
    const auto fitting = rounded(arena_, out, precision);
    if (!fitting) return in_.fail("a decimal with a scale of more than 16 bits");
    out = *fitting;
  }

  void run_date(Value& out) {
    DateParts parts = out.is_null() ? DateParts() : date_of(static_cast<int32_t>(out.as_integer()));
    run_varints([&](uint32_t field, uint64_t raw) {
      const auto number = static_cast<int32_t>(raw);
      if (field == 1) parts.year = number;
      if (field == 2) parts.month = number;
      if (field == 3) parts.day = number;
    });
    const auto days = days_of(parts);
    if (!days) return in_.fail("a google.type.Date that is no day");
    out = Value::date(*days);
  }

  void run_time(Value& out) {
    TimeParts parts = out.is_null() ? TimeParts() : time_of(static_cast<int32_t>(out.as_integer()));
    run_varints([&](uint32_t field, uint64_t raw) {
      const auto number = static_cast<int32_t>(raw);
      if (field == 1) parts.hours = number;
      if (field == 2) parts.minutes = number;
      if (field == 3) parts.seconds = number;
      if (field == 4) parts.nanos = number;
    });
    const auto ms = ms_of(parts);
    if (!ms) return in_.fail("a google.type.TimeOfDay that is no time");
    out = Value::time(*ms);
  }

  void run_timestamp(Value& out) {
    TimestampParts parts;
    if (!out.is_null()) parts = timestamp_of(out.as_integer()).value_or(TimestampParts());
    run_varints([&](uint32_t field, uint64_t raw) {
      if (field == 1) parts.seconds = static_cast<int64_t>(raw);
      if (field == 2) parts.nanos = static_cast<int32_t>(raw);
    });
    const auto ms = ms_of(parts);
    if (!ms) return in_.fail("a timestamp that is not between the years 1 and 9999");
    out = Value::timestamp(*ms);
  }

  WireReader in_;
  sdk::Arena& arena_;
  const size_t size_;
  size_t looked_at_ = 0;
  size_t struct_bytes_ = 0;
  const std::string* subject_ = nullptr;
};

}  // namespace

Status Decoder::decode(BytesView bytes, sdk::Arena& arena, Value& out) const {
  return Run(bytes, arena).decode(*plan_, out);
}

}  // namespace sluice::protobuf
