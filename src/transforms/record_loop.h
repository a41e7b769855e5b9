#pragma once
// A transform's step over each record of a batch. A step changes its record last, once nothing can fail any
// more, so that a record in error stays as it was given.

#include <span>

#include "sdk/data/record.h"
#include "sdk/record_outcome.h"

namespace sluice::transforms {

/// `step` is Status(sdk::Record&).
template <typename Step>
void for_each_record(std::span<sdk::Record> records, sdk::RecordErrors& errors, Step step) {
  for (size_t i = 0; i < records.size(); ++i) {
    const Status done = step(records[i]);
    if (!done.ok()) [[unlikely]]
      errors.add(i, done.error());
  }
}

}  // namespace sluice::transforms
