#pragma once
// Connect data to Avro's binary encoding.

#include <memory>
#include <utility>

#include "base/result.h"
#include "formats/avro/byte_writer.h"
#include "formats/avro/encode_plan.h"
#include "sdk/data/value.h"

namespace sluice::avro {

class Encoder {
 public:
  explicit Encoder(std::shared_ptr<const EncodePlan> plan) : plan_(std::move(plan)) {}

  /// Appends the value; after an error what has been appended is worthless. Error kind kBadRecord.
  Status encode(const sdk::Value& value, ByteWriter& out) const;

 private:
  std::shared_ptr<const EncodePlan> plan_;
};

}  // namespace sluice::avro
