#pragma once
// Protobuf's wire format to Connect data. A decoder is cheap to copy and may be used by several threads.

#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/protobuf/decode_plan.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::protobuf {

class Decoder {
 public:
  explicit Decoder(std::shared_ptr<const DecodePlan> plan) : plan_(std::move(plan)) {}

  /// The value borrows from `bytes`, from the arena and from the plan, which the caller keeps. Error kind
  /// kBadRecord.
  Status decode(BytesView bytes, sdk::Arena& arena, sdk::Value& out) const;

  const std::shared_ptr<const DecodePlan>& plan() const { return plan_; }

 private:
  std::shared_ptr<const DecodePlan> plan_;
};

}  // namespace sluice::protobuf
