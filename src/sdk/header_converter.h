#pragma once
// Record headers to bytes and back (org.apache.kafka.connect.storage.HeaderConverter).
// Every Converter can serve as one; SimpleHeaderConverter is only one. Thread rules as Converter's.

#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/converter.h"

namespace sluice::sdk {

class HeaderConverter {
 public:
  virtual ~HeaderConverter() = default;
  virtual const ConfigDef& config() const = 0;
  virtual Status configure(const Properties& properties) = 0;

  virtual Result<BytesView> from_data(std::string_view topic, std::string_view header_key,
                                      const Schema* schema, const Value& value, Arena& arena) = 0;
  virtual Result<SchemaAndValue> to_data(std::string_view topic, std::string_view header_key, BytesView bytes,
                                         Arena& arena) = 0;
};

}  // namespace sluice::sdk
