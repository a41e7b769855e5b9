#include "connectors/cdc/common/snapshot_mark.h"

namespace sluice::connectors::cdc {

std::string_view snapshot_text(SnapshotMark mark) {
  switch (mark) {
    case SnapshotMark::kNone:
      return "false";
    case SnapshotMark::kFirst:
      return "first";
    case SnapshotMark::kFirstOfTable:
      return "first_in_data_collection";
    case SnapshotMark::kInside:
      return "true";
    case SnapshotMark::kLastOfTable:
      return "last_in_data_collection";
    case SnapshotMark::kLast:
      return "last";
    case SnapshotMark::kIncremental:
      return "incremental";
  }
  return "false";
}

}  // namespace sluice::connectors::cdc
