#pragma once
// Connect data to Protobuf's wire format.

#include <memory>
#include <utility>

#include "base/result.h"
#include "formats/protobuf/encode_plan.h"
#include "formats/protobuf/wire_writer.h"
#include "sdk/data/value.h"

namespace sluice::protobuf {

class Encoder {
 public:
  explicit Encoder(std::shared_ptr<const EncodePlan> plan) : plan_(std::move(plan)) {}

  /// Puts the message before what `out` has; after an error that is worthless. Error kind kBadRecord.
  Status encode(const sdk::Value& value, WireWriter& out) const;

  const std::shared_ptr<const EncodePlan>& plan() const { return plan_; }

 private:
  std::shared_ptr<const EncodePlan> plan_;
};

}  // namespace sluice::protobuf
