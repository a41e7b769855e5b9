#include "transforms/debezium/partition_routing.h"

#include <bit>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sdk/config/config_def.h"
#include "sdk/data/java_utf8.h"
#include "sdk/data/values.h"
#include "transforms/debezium/envelope.h"
#include "transforms/record_loop.h"
#include "transforms/requirements.h"

namespace sluice::transforms::debezium {
namespace {

constexpr const char* kFields = "partition.payload.fields";
constexpr const char* kPartitions = "partition.topic.num";
constexpr const char* kHashFunction = "partition.hash.function";

int32_t hash_of_long(uint64_t bits) {
  return static_cast<int32_t>(static_cast<uint32_t>(bits ^ (bits >> 32)));
}

/// BigDecimal.hashCode(): of the magnitude in words of 32 bits, the sign, and the scale.
int32_t hash_of_decimal(const sdk::Value& decimal) {
  const BytesView unscaled = decimal.as_bytes();
  const bool negative = !unscaled.empty() && static_cast<signed char>(unscaled[0]) < 0;
  std::vector<uint32_t> words((unscaled.size() + 4) / 4, 0);
  for (size_t i = 0; i < words.size() * 4; ++i) {  // from the lowest byte
    const unsigned char byte = i < unscaled.size()
                                   ? static_cast<unsigned char>(unscaled[unscaled.size() - 1 - i])
                                   : (negative ? 0xff : 0);
    words[i / 4] |= static_cast<uint32_t>(byte) << (i % 4 * 8);
  }
  uint64_t carry = negative ? 1 : 0;
  for (uint32_t& word : words) {
    if (!negative) break;
    carry += static_cast<uint32_t>(~word);
    word = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  uint32_t hash = 0;
  for (size_t i = words.size(); i > 0; --i) hash = 31 * hash + words[i - 1];
  if (negative) hash = 0 - hash;
  return static_cast<int32_t>(31 * hash + static_cast<uint32_t>(decimal.decimal_scale()));
}

/// ByteBuffer.hashCode().
int32_t hash_of_bytes(BytesView bytes) {
  uint32_t hash = 1;
  for (size_t i = bytes.size(); i > 0; --i) {
    hash = 31 * hash + static_cast<uint32_t>(static_cast<signed char>(bytes[i - 1]));
  }
  return static_cast<int32_t>(hash);
}

/// Java's hashCode() of a scalar; nothing for anything else.
std::optional<int32_t> scalar_hash(const sdk::Value& value) {
  switch (value.kind()) {
    case sdk::Kind::kBoolean:
      return value.as_boolean() ? 1231 : 1237;
    case sdk::Kind::kInt8:
    case sdk::Kind::kInt16:
    case sdk::Kind::kInt32:
      return static_cast<int32_t>(value.as_integer());
    case sdk::Kind::kInt64:
    case sdk::Kind::kTime:
    case sdk::Kind::kTimestamp:
      return hash_of_long(static_cast<uint64_t>(value.as_integer()));
    case sdk::Kind::kDate:
      return hash_of_long(static_cast<uint64_t>(value.as_integer() * 86'400'000));
    case sdk::Kind::kFloat32:
      return std::bit_cast<int32_t>(value.as_float32());
    case sdk::Kind::kFloat64:
      return hash_of_long(std::bit_cast<uint64_t>(value.as_float64()));
    case sdk::Kind::kString:
      return static_cast<int32_t>(sdk::java_string_hash(value.as_string()));
    case sdk::Kind::kBytes:
      return hash_of_bytes(value.as_bytes());
    case sdk::Kind::kDecimal:
      return hash_of_decimal(value);
    default:
      return std::nullopt;
  }
}

/// Java's hashCode(); nothing for structs, whose hash does not last.
std::optional<int32_t> java_hash_code(const sdk::Value& value) {
  if (value.is_null()) return 0;
  uint32_t hash = 0;
  if (value.kind() == sdk::Kind::kArray) {
    hash = 1;
    for (const sdk::Value& item : value.as_array()) {
      const auto part = java_hash_code(item);
      if (!part) return std::nullopt;
      hash = 31 * hash + static_cast<uint32_t>(*part);
    }
    return static_cast<int32_t>(hash);
  }
  if (value.kind() != sdk::Kind::kMap) return scalar_hash(value);
  for (const sdk::MapEntry& entry : value.as_map()) {
    const auto key = java_hash_code(entry.key);
    const auto item = java_hash_code(entry.value);
    if (!key || !item) return std::nullopt;
    hash += static_cast<uint32_t>(*key ^ *item);
  }
  return static_cast<int32_t>(hash);
}

class PartitionRouting final : public sdk::Transform {
 public:
  const sdk::ConfigDef& config() const override {
    static const sdk::ConfigDef kDef = make_config();
    return kDef;
  }
  Status configure(const sdk::Properties& properties) override;
  void apply(std::span<sdk::Record> records, sdk::Arena& /*arena*/, std::span<uint8_t> /*dropped*/,
             sdk::RecordErrors& errors) override {
    for_each_record(records, errors, [&](sdk::Record& record) { return step(record); });
  }

 private:
  using Path = std::vector<std::string>;
  static sdk::ConfigDef make_config();
  static Path parse_path(const std::string& text);
  /// Null where there is no such field.
  static sdk::Value value_at(const Path& path, const sdk::StructNode& event, std::string_view operation);
  Status step(sdk::Record& record) const;

  std::vector<Path> paths_;
  int32_t partitions_ = 1;
};

sdk::ConfigDef PartitionRouting::make_config() {
  return sdk::ConfigDef()
      .define({.name = kFields,
               .type = sdk::ConfigType::kList,
               .importance = sdk::Importance::kHigh,
               .doc = "Fields of the event whose values say the partition, with dots between the steps: "
                      "`after.name`, `source.table`. `change` stands for `after`, or `before` of deletes. "
                      "Fields that an event does not have do not count."})
      .define({.name = kPartitions,
               .type = sdk::ConfigType::kInt,
               .validator = sdk::at_least(int64_t{1}),
               .importance = sdk::Importance::kHigh,
               .doc = "How many partitions the topic has."})
      .define({.name = kHashFunction,
               .default_value = "java",
               .validator = sdk::one_of({"java"}),
               .importance = sdk::Importance::kLow,
               .doc = "The hash of a value. Only `java` (hashCode) is there, `murmur` is not."});
}

PartitionRouting::Path PartitionRouting::parse_path(const std::string& text) {
  Path path;
  std::string step;
  for (const char c : text + ".") {
    if (c == '.') {
      path.push_back(std::exchange(step, {}));
    } else if (c != ' ') {
      step += c;
    }
  }
  return path;
}

Status PartitionRouting::configure(const sdk::Properties& properties) {
  SLUICE_ASSIGN_OR_RETURN(const sdk::Config parsed, config().parse(properties));
  for (const std::string& field : parsed.get_list(kFields)) paths_.push_back(parse_path(field));
  partitions_ = static_cast<int32_t>(parsed.get_int(kPartitions));
  return {};
}

sdk::Value PartitionRouting::value_at(const Path& path, const sdk::StructNode& event,
                                      std::string_view operation) {
  const sdk::StructNode* node = &event;
  for (size_t i = 0; i < path.size(); ++i) {
    const bool is_last = i + 1 == path.size();
    std::string_view name = path[i];
    if (name == "change" && !is_last) name = operation == "d" ? kBefore : kAfter;
    const int index = node->schema->field_index(name);
    if (index < 0) return {};
    const sdk::Value& value = field_or_default(*node, static_cast<size_t>(index));
    if (is_last) return value;
    if (value.kind() != sdk::Kind::kStruct) return {};
    node = &value.as_struct();
  }
  return {};
}

Status PartitionRouting::step(sdk::Record& record) const {
  if (record.value.is_null() || !is_envelope(record.value_schema)) return {};
  SLUICE_RETURN_IF_ERROR(require_struct(record.value, "Read change event"));
  const sdk::StructNode& event = record.value.as_struct();
  const std::string_view operation = operation_of(event);
  if (operation == "t" || operation == "m") return {};
  uint32_t total = 0;
  bool found = false;
  for (const Path& path : paths_) {
    const sdk::Value value = value_at(path, event, operation);
    if (value.is_null()) continue;
    const std::optional<int32_t> hash = java_hash_code(value);
    if (!hash) {
      return bad_record("A partition cannot be told from the field " + path.back() + ", which is a " +
                        std::string(java_class_name(value)))
          .as_java(kException);
    }
    total += static_cast<uint32_t>(*hash);
    found = true;
  }
  if (!found) return {};
  constexpr uint32_t kIntMax = std::numeric_limits<int32_t>::max();
  const uint32_t positive = (total & kIntMax) == kIntMax ? 0 : total & kIntMax;
  record.partition = static_cast<int32_t>(positive % static_cast<uint32_t>(partitions_));
  return {};
}

}  // namespace

std::unique_ptr<sdk::Transform> make_partition_routing() { return std::make_unique<PartitionRouting>(); }

}  // namespace sluice::transforms::debezium
