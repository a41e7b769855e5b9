#pragma once
// Signals from elsewhere than the signal table: lines of a file, records of a topic. One thread.

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "connectors/cdc/common/offset_extras.h"
#include "connectors/cdc/common/options.h"
#include "connectors/cdc/common/signal.h"
#include "sdk/source.h"
#include "sdk/topic_log.h"

namespace sluice::connectors::cdc {

/// The record by which a signal, a JSON object, reaches the connector: its id is made if it has none. Error
/// kind kBadRecord where the signal is none, or where the connector looks into no topic.
Result<sdk::TopicRecord> signal_record(const CommonOptions& options, std::string_view signal,
                                       const Clock& clock);

class SignalChannels {
 public:
  /// `options` and `clock` outlive the channels; `context` is for the time of the call.
  static Result<std::unique_ptr<SignalChannels>> open(const CommonOptions& options,
                                                      sdk::SourceTaskContext& context, const Clock& clock);

  /// What has come since the last call, if it is time to look. `has_position`: the connector has run before,
  /// so that a topic whose records it has never looked at has old ones only.
  Result<std::vector<Signal>> read(OffsetExtras& extras, bool has_position);

 private:
  SignalChannels(const CommonOptions& options, const Clock& clock) : options_(options), clock_(clock) {}
  void read_file(std::vector<Signal>& signals);
  Status read_topic(OffsetExtras& extras, bool has_position, std::vector<Signal>& signals);

  const CommonOptions& options_;
  const Clock& clock_;
  std::unique_ptr<sdk::TopicLog> topic_;
  int64_t looked_ms_ = 0;
};

}  // namespace sluice::connectors::cdc
