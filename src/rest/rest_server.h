#pragma once
// The REST side of a worker: listeners, API, access to other workers.
//
// In order: listen(), which fixes the advertised URL; serve() when the herder is there (requests before it
// are answered with 404, as by a Java worker that starts); stop() before the herder goes; destruction after
// it, so that late answers of the herder find nobody and do no harm.

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/scheduler.h"
#include "cluster/peers.h"
#include "rest/api.h"
#include "rest/rest_config.h"

namespace sluice::rest {

class RestServer {
 public:
  /// Error kind kBadConfig names the address that is taken.
  static Result<std::unique_ptr<RestServer>> listen(RestOptions options);
  ~RestServer();

  /// With a slash at its end.
  const std::string& advertised_url() const;
  /// host:port of it, as statuses carry it.
  const std::string& worker_id() const;
  /// The bound ports, of the regular listeners first.
  const std::vector<uint16_t>& ports() const;

  void serve(const WorkerFacts& facts);
  /// At most one, destroyed before this server and, unless the scheduler has stopped, on its thread.
  std::unique_ptr<cluster::Peers> make_peers(Scheduler& scheduler);

  /// No more requests; those under way may end within that time.
  void stop(std::chrono::milliseconds patience);

 private:
  class Impl;
  explicit RestServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice::rest
