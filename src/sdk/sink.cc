#include "sdk/sink.h"

namespace sluice::sdk {

Result<Offsets> SinkTask::pre_commit(const Offsets& offsets) {
  SLUICE_RETURN_IF_ERROR(flush(offsets));
  return offsets;
}

}  // namespace sluice::sdk
