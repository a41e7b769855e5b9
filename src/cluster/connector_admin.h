#pragma once
// What is done in Kafka on behalf of a connector beside its tasks: offsets, fencing, dead letters, signals.
// Calls and callbacks on the herder's scheduler; nothing blocks. Texts of errors are Kafka Connect's.

#include <string>
#include <vector>

#include "cluster/herder.h"

namespace sluice::cluster {

class ConnectorAdmin {
 public:
  virtual ~ConnectorAdmin() = default;

  virtual void offsets(const std::string& connector, const RawConfig& config,
                       Callback<std::vector<OffsetEntry>> done) = 0;
  /// Of a connector that is STOPPED. Answers with the message for the user. Zombies of a sink are taken out
  /// of its group first.
  virtual void alter_offsets(const std::string& connector, const RawConfig& config,
                             std::vector<OffsetEntry> offsets, Callback<std::string> done) = 0;
  virtual void reset_offsets(const std::string& connector, const RawConfig& config,
                             Callback<std::string> done) = 0;
  /// Fences the transactional producers of tasks 0 … count-1.
  virtual void fence_tasks(const std::string& connector, const RawConfig& config, int32_t count,
                           Callback<Nothing> done) = 0;

  virtual void dead_letters(const std::string& connector, const RawConfig& config, DeadLetterQuery query,
                            Callback<DeadLetterPage> done) = 0;
  virtual void replay(const std::string& connector, const RawConfig& config, ReplayRequest request,
                      Callback<ReplayOutcome> done) = 0;
  virtual void signal(const std::string& connector, const RawConfig& config, std::string signal,
                      Callback<std::string> done) = 0;
};

}  // namespace sluice::cluster
