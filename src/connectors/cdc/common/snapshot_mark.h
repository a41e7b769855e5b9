#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::connectors::cdc {

/// What `source.snapshot` says.
enum class SnapshotMark : uint8_t {
  kNone,
  kFirst,
  kFirstOfTable,
  kInside,
  kLastOfTable,
  kLast,
  kIncremental
};
std::string_view snapshot_text(SnapshotMark mark);

}  // namespace sluice::connectors::cdc
