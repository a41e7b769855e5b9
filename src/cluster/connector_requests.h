#pragma once
// Requests that create, change and remove connectors. Validation happens on the worker that was asked, the
// write on the leader.

#include "cluster/herder_desk.h"

namespace sluice::cluster {

class ConnectorRequests {
 public:
  explicit ConnectorRequests(const HerderDesk& desk) : desk_(desk) {}

  void put(PutConnector request, const Callback<PutOutcome>& done);
  void patch(const std::string& connector, RawConfig patch, const Callback<PutOutcome>& done);
  void remove(const std::string& connector, Callback<Nothing> done);

 private:
  void write(const PutConnector& request, const Callback<PutOutcome>& done);

  const HerderDesk& desk_;
};

}  // namespace sluice::cluster
