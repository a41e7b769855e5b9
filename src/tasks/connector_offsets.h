#pragma once
// Where each connector's source offsets are: in the worker's store, in a topic of its own
// (`offsets.storage.topic`), or in both (Worker.java of Kafka Connect 4.1, "offsetStoreFor…"). Thread-safe.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "sdk/properties.h"
#include "store/offset_store.h"

namespace sluice::tasks {

/// As long as `owner` is kept, or the worker's store lives where there is none.
struct OffsetPlace {
  store::OffsetStore* store = nullptr;         // to read from; to write to outside of transactions
  store::TransactionalOffsets* own = nullptr;  // to write to in a task's transactions; null: no topic
  store::OffsetStore* copy = nullptr;          // beside `own`; null: none
  std::shared_ptr<const void> owner;
};

class ConnectorOffsets {
 public:
  /// `worker_store` outlives this. Of a worker in no cluster the connectors' own topics do not count.
  ConnectorOffsets(sdk::Properties worker, store::OffsetStore& worker_store);

  /// Tasks of one connector share one reader of its own topic. Exactly once the topic is on the cluster that
  /// the connector writes to, under the worker's name for it unless the connector has its own. Error kind
  /// kBadConfig.
  Result<OffsetPlace> open(const std::string& name, const sdk::Properties& connector, bool exactly_once);

 private:
  struct OwnTopic;
  Result<std::shared_ptr<OwnTopic>> own_topic(const std::string& name, const sdk::Properties& connector,
                                              const std::string& topic, bool exactly_once);

  const sdk::Properties worker_;
  store::OffsetStore& worker_store_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<OwnTopic>> open_;  // by all that makes a reader
};

/// Writes offsets while the connector does not run, as users ask for by REST. Exactly once: in a transaction
/// under the id of the connector's task 0, whose producers were fenced before.
Status write_source_offsets(const sdk::Properties& worker, const std::string& name,
                            const sdk::Properties& connector, bool exactly_once, const OffsetPlace& place,
                            const store::OffsetEntries& entries, std::chrono::milliseconds timeout);

}  // namespace sluice::tasks
