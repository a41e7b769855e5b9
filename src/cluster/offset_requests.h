#pragma once
// Requests about the offsets of connectors (KIP-875). Reading is anybody's; changing is the leader's, of a
// connector that is STOPPED and whose zombies are fenced.

#include <vector>

#include "cluster/fencing_rounds.h"
#include "cluster/herder_desk.h"

namespace sluice::cluster {

class OffsetRequests {
 public:
  OffsetRequests(const HerderDesk& desk, FencingRounds& fencing) : desk_(desk), fencing_(fencing) {}

  void read(const std::string& connector, Callback<std::vector<OffsetEntry>> done);
  /// No entries: all are reset.
  void modify(const std::string& connector, std::optional<std::vector<OffsetEntry>> offsets,
              Callback<std::string> done);

 private:
  using Change = std::optional<std::vector<OffsetEntry>>;
  void read_then_run(const std::string& connector, const Change& change, const Callback<std::string>& done);
  void run(const std::string& connector, const Change& change, const Callback<std::string>& done);
  /// Why the connector's offsets cannot be changed now.
  std::optional<RequestError> refusal(const std::string& connector) const;
  void change(const std::string& connector, const Change& change, const Callback<std::string>& done);

  const HerderDesk& desk_;
  FencingRounds& fencing_;
};

}  // namespace sluice::cluster
