#pragma once
// One Parquet column of the row group in memory: definition and repetition levels as Parquet wants them, and
// the values that are not null, one after the other. One thread at a time.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "formats/parquet/module/raw_buffer.h"

namespace sluice::formats {

/// How values lie in memory; kVoid has levels only (nothing but nulls was seen so far).
enum class Storage : uint8_t { kVoid, kBoolean, kInt32, kInt64, kFloat32, kFloat64, kBinary, kFixed };

class Leaf {
 public:
  /// Values of kBinary columns are addressed with 32 bits.
  static constexpr size_t kBinaryBytesMax = std::numeric_limits<uint32_t>::max();

  Leaf(Storage storage, int16_t max_def, int16_t max_rep, uint32_t fixed_width = 0)
      : storage_(storage), max_def_(max_def), max_rep_(max_rep), fixed_width_(fixed_width) {}

  Storage storage() const { return storage_; }
  int16_t max_def() const { return max_def_; }
  int16_t max_rep() const { return max_rep_; }
  uint32_t fixed_width() const { return fixed_width_; }

  /// An entry without a value: null or absent at level `def`.
  void push_null(int16_t rep, int16_t def) { push_levels(rep, def); }
  template <typename T>
  void push(int16_t rep, T value) {
    push_levels(rep, max_def_);
    values_.push(value);
  }
  bool has_room(size_t bytes) const { return values_.bytes() + bytes <= kBinaryBytesMax; }
  /// The caller has asked has_room().
  void push_binary(int16_t rep, std::string_view bytes) {
    push_levels(rep, max_def_);
    values_.append(bytes.data(), bytes.size());
    ends_.push(static_cast<uint32_t>(values_.bytes()));
  }
  void push_fixed(int16_t rep, const void* bytes) {
    push_levels(rep, max_def_);
    values_.append(bytes, fixed_width_);
  }

  size_t entries() const { return max_def_ > 0 ? def_.count<int16_t>() : value_count(); }
  size_t value_count() const;
  const int16_t* def() const { return max_def_ > 0 ? def_.as<int16_t>() : nullptr; }
  const int16_t* rep() const { return max_rep_ > 0 ? rep_.as<int16_t>() : nullptr; }
  /// Of all but kBinary and kVoid.
  template <typename T>
  const T* values() const {
    return values_.as<T>();
  }
  std::string_view binary(size_t index) const {
    const uint32_t* ends = ends_.as<uint32_t>();
    const uint32_t start = index == 0 ? 0 : ends[index - 1];
    return {values_.as<char>() + start, ends[index] - start};
  }

  size_t bytes() const { return values_.bytes() + ends_.bytes() + def_.bytes() + rep_.bytes(); }

  /// Forgets every entry after the first `rows` rows.
  void truncate_rows(size_t rows);
  void clear(bool release_memory);

  // Changes of an inferred schema while all of its rows are in memory.
  /// Void to anything, kInt32 to kInt64, any number to kFloat64.
  void widen(Storage storage, uint32_t fixed_width = 0);
  /// The node above gained levels; existing entries are all absent and keep theirs.
  void raise_levels(int16_t max_def, int16_t max_rep);
  /// Fills this fresh leaf with an absent entry wherever `sibling` has one at `rep` or above; at most at
  /// level `def`.
  void backfill(const Leaf& sibling, int16_t rep, int16_t def);
  /// The same from nothing but a number of rows.
  void backfill_rows(size_t rows);

 private:
  void push_levels(int16_t rep, int16_t def) {
    if (max_def_ > 0) def_.push(def);
    if (max_rep_ > 0) {
      rep_.push(rep);
      rows_ += rep == 0;
    }
  }
  void pop_values(size_t count);

  Storage storage_;
  int16_t max_def_;
  int16_t max_rep_;
  uint32_t fixed_width_;
  size_t rows_ = 0;  // of repeated leaves only; else entries() says it
  RawBuffer def_;
  RawBuffer rep_;
  RawBuffer values_;
  RawBuffer ends_;  // uint32_t, of kBinary
};

}  // namespace sluice::formats
