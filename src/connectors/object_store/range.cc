#include "connectors/object_store/range.h"

namespace sluice::connectors::object_store {
namespace {

constexpr size_t kIntentReserve = 256;
constexpr size_t kClockStepBytes = 40;

}  // namespace

size_t Range::bytes_in_memory() const {
  size_t bytes = 0;
  for (const auto& [path, file] : files) bytes += file->bytes_in_memory();
  return bytes;
}

Intent Range::intent() const {
  Intent intent;
  intent.start = start;
  intent.end = end;
  intent.keys = plan->options.recorded;
  intent.clock = clock;
  intent.skipped = skipped;
  return intent;
}

bool Range::intent_is_full() const {
  if (clock.size() * kClockStepBytes + skipped.text_bytes_max() < kIntentBytesMax / 4) return false;
  return intent().text().size() + kIntentReserve > kIntentBytesMax;
}

Status Range::store() {
  for (const auto& [path, file] : files) SLUICE_RETURN_IF_ERROR(file->store());
  return {};
}

}  // namespace sluice::connectors::object_store
