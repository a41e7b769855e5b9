#pragma once
// One connector's source offsets in an offset store, in Kafka Connect's own JSON: key
// ["<connector>",{partition}], value {offset} (docs: KIP-26, OffsetUtils; the bytes must equal Java's, as
// compaction goes by the key's bytes).

#include <chrono>
#include <string>

#include "base/result.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"
#include "store/offset_store.h"

namespace sluice::store {

class SourceOffsets {
 public:
  /// `store` outlives this.
  SourceOffsets(OffsetStore& store, std::string connector)
      : store_(&store), connector_(std::move(connector)) {}

  /// See OffsetStore::refresh.
  Status refresh(std::chrono::milliseconds timeout) const { return store_->refresh(timeout); }

  std::string key(const sdk::Value& partition) const;
  /// No value for a null offset.
  std::optional<std::string> value(const sdk::Value& offset) const;

  /// A partition or an offset as a user gave it, in `arena`. Error kind kBadRecord if it is not JSON.
  static Result<sdk::Value> parse(std::string_view json, sdk::Arena& arena);

  /// The committed offset as a map in `arena`; null if there is none. Error kind kFailed if it is not JSON.
  Result<sdk::Value> read(const sdk::Value& partition, sdk::Arena& arena) const;
  Status write(const OffsetEntries& entries, std::chrono::milliseconds timeout) const {
    return store_->set(entries, timeout);
  }

 private:
  OffsetStore* store_;
  std::string connector_;
};

}  // namespace sluice::store
