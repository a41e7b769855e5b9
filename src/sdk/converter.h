#pragma once
// Bytes of a topic to data and back (org.apache.kafka.connect.storage.Converter, HeaderConverter), a batch a
// call. One instance serves one role (key, value or header) of one task, on that task's thread. A null value
// with a null or optional schema is Kafka's null where Java's converter says so.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/schema.h"
#include "sdk/properties.h"
#include "sdk/record_outcome.h"

namespace sluice::sdk {

class ConfigDef;
struct Contract;

enum class ConverterRole : uint8_t { kKey, kValue, kHeader };

/// Data on its way to bytes. The schema may be null (schemaless).
struct DataItem {
  std::string_view topic;
  const Schema* schema = nullptr;
  Value value;
};

/// Bytes on their way to data; `headers` are the record's own, for converters that keep ids there.
struct BytesItem {
  std::string_view topic;
  BytesView bytes;  // may be null
  std::span<const RawHeader> headers;
};

struct SchemaAndValue {
  const Schema* schema = nullptr;  // kept alive by the converter through the arena
  Value value;
};

class Converter {
 public:
  virtual ~Converter() = default;

  virtual const ConfigDef& config() const = 0;
  /// `properties` have the converter's prefix cut off. Error kind kBadConfig.
  virtual Status configure(const Properties& properties, ConverterRole role) = 0;

  /// Of sinks, after configure(): from now on to_data() gives errors of kind kViolation for records whose
  /// schemas break the contract. Error kind kBadConfig: this converter knows no schemas to hold them against.
  virtual Status guard(const Contract& contract);

  /// Writes the bytes of items[i] to out[i] (same size); they live in the arena or in the item's own memory.
  /// An item that fails is named in `errors` and its out is unspecified.
  virtual void from_data(std::span<const DataItem> items, Arena& arena, std::span<BytesView> out,
                         RecordErrors& errors) = 0;

  /// Headers that tell readers how to read what the last from_data() wrote, one per item; an empty key: none.
  /// Empty for converters that write no headers. Valid as long as that call's arena, the span until the next
  /// call.
  virtual std::span<const RawHeader> headers() const { return {}; }

  /// The other way round. Values may borrow from the items' bytes, which outlive the arena's content.
  virtual void to_data(std::span<const BytesItem> items, Arena& arena, std::span<SchemaAndValue> out,
                       RecordErrors& errors) = 0;
};

}  // namespace sluice::sdk
