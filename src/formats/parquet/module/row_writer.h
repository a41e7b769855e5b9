#pragma once
// Writes one record's value into the columns of a tree. This is the hot path: no allocation, no virtual call;
// equal keys are recognised by their address and place. One thread at a time.

#include <cstdint>
#include <span>

#include "formats/parquet/module/node.h"
#include "sdk/data/value.h"

namespace sluice::formats {

enum class WriteOutcome : uint8_t {
  kOk,
  kMiss,  // the value does not fit the tree; some of its columns may have been written
};

class RowWriter {
 public:
  /// `root` is a struct and outlives the writer.
  explicit RowWriter(Node& root) : root_(root) {}

  /// A frozen inferred tree ignores nulls under names that it does not know.
  void freeze() { frozen_ = true; }
  /// To be called whenever the memory of earlier values may have been reused.
  void begin_batch();
  /// After kMiss the caller takes the row back (Leaf::truncate_rows).
  WriteOutcome write_row(const sdk::Value& value);
  /// Whether that was for want of room in a column of strings only: it takes 4 GB.
  bool is_out_of_room() const { return out_of_room_; }

 private:
  bool write(Node& node, const sdk::Value& value, int16_t rep);
  bool write_null(Node& node, int16_t rep);
  bool write_scalar(Node& node, const sdk::Value& value, int16_t rep);
  bool write_struct(Node& node, const sdk::Value& value, int16_t rep);
  bool write_positional(Node& node, std::span<const sdk::Value> values, int16_t rep);
  bool write_entries(Node& node, std::span<const sdk::MapEntry> entries, int16_t rep);
  bool write_named(Node& node, const sdk::StructNode& value, int16_t rep);
  void write_absent_fields(Node& node, uint64_t stamp, int16_t rep);
  bool write_array(Node& node, std::span<const sdk::Value> items, int16_t rep);
  bool write_map(Node& node, std::span<const sdk::MapEntry> entries, int16_t rep);
  bool write_decimal(Node& node, const sdk::Value& value, int16_t rep);

  Node& root_;
  uint64_t stamp_ = 0;
  bool frozen_ = false;
  bool out_of_room_ = false;
};

}  // namespace sluice::formats
