#pragma once
// What a database's folder implements: the side of a connector that reads its log.

#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/stop_signal.h"
#include "connectors/cdc/common/change_queue.h"
#include "sdk/properties.h"
#include "sdk/source.h"

namespace sluice::connectors::cdc {

class ChangeReader {
 public:
  virtual ~ChangeReader() = default;
  /// Reads from where the last batch ended, or from the stored offset, and pushes what it reads, until the
  /// stop signal fires or something fails. kRetry: called again after a pause. A success without a stop is
  /// the end: there is nothing more to read. On a thread of its own.
  virtual Status run(ChangeQueue& queue) = 0;
  /// Everything up to this offset is in Kafka. From the task's thread.
  virtual void acknowledge(const sdk::Value& offset) = 0;
};

/// How the common task makes a connector's reader; all references outlive the reader. `stored` is the
/// committed offset, a map or null, for the time of the call only.
struct ReaderSetup {
  const sdk::Properties& properties;
  const sdk::SourcePartition* partition = nullptr;
  sdk::Value stored;
  const StopSignal& stop;
  const Clock& clock;
  sdk::SourceTaskContext& context;  // for the time of the call only
};
/// Error kind kBadConfig for a configuration that cannot be run.
using MakeReader = Result<std::unique_ptr<ChangeReader>> (*)(const ReaderSetup& setup);

}  // namespace sluice::connectors::cdc
