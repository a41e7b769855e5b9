#include "formats/parquet/module/leaf.h"

#include <algorithm>

#include "base/check.h"

namespace sluice::formats {
namespace {

size_t width_of(Storage storage, uint32_t fixed_width) {
  switch (storage) {
    case Storage::kVoid:
    case Storage::kBinary:
      return 0;
    case Storage::kBoolean:
      return 1;
    case Storage::kInt32:
    case Storage::kFloat32:
      return 4;
    case Storage::kInt64:
    case Storage::kFloat64:
      return 8;
    case Storage::kFixed:
      return fixed_width;
  }
  return 0;
}

template <typename From, typename To>
void convert(RawBuffer& values) {
  RawBuffer converted;
  const From* from = values.as<From>();
  for (size_t i = 0, count = values.count<From>(); i < count; ++i) converted.push(static_cast<To>(from[i]));
  values.swap(converted);
}

}  // namespace

size_t Leaf::value_count() const {
  if (storage_ == Storage::kVoid) return 0;
  if (storage_ == Storage::kBinary) return ends_.count<uint32_t>();
  return values_.bytes() / width_of(storage_, fixed_width_);
}

void Leaf::pop_values(size_t count) {
  if (storage_ != Storage::kBinary) {
    values_.truncate(values_.bytes() - count * width_of(storage_, fixed_width_));
    return;
  }
  const size_t left = ends_.count<uint32_t>() - count;
  ends_.truncate(left * sizeof(uint32_t));
  values_.truncate(left == 0 ? 0 : ends_.as<uint32_t>()[left - 1]);
}

void Leaf::truncate_rows(size_t rows) {
  if (max_def_ == 0) {
    if (value_count() > rows) pop_values(value_count() - rows);
    return;
  }
  const int16_t* def = def_.as<int16_t>();
  size_t entries = def_.count<int16_t>();
  size_t values = 0;
  if (max_rep_ == 0) {
    while (entries > rows) values += def[--entries] == max_def_;
  } else {
    const int16_t* rep = rep_.as<int16_t>();
    while (rows_ > rows) {
      --entries;
      values += def[entries] == max_def_;
      rows_ -= rep[entries] == 0;
    }
    rep_.truncate(entries * sizeof(int16_t));
  }
  def_.truncate(entries * sizeof(int16_t));
  if (storage_ != Storage::kVoid && values != 0) pop_values(values);
}

void Leaf::clear(bool release_memory) {
  for (RawBuffer* buffer : {&def_, &rep_, &values_, &ends_}) {
    if (release_memory) {
      buffer->release();
    } else {
      buffer->truncate(0);
    }
  }
  rows_ = 0;
}

void Leaf::widen(Storage storage, uint32_t fixed_width) {
  if (storage_ == Storage::kInt32 && storage == Storage::kInt64) {
    convert<int32_t, int64_t>(values_);
  } else if (storage_ == Storage::kInt32 && storage == Storage::kFloat64) {
    convert<int32_t, double>(values_);
  } else if (storage_ == Storage::kInt64 && storage == Storage::kFloat64) {
    convert<int64_t, double>(values_);
  } else if (storage_ == Storage::kFloat32 && storage == Storage::kFloat64) {
    convert<float, double>(values_);
  } else {
    SLUICE_CHECK(storage_ == Storage::kVoid, "a column is widened to one that holds its values");
  }
  storage_ = storage;
  fixed_width_ = fixed_width;
}

void Leaf::raise_levels(int16_t max_def, int16_t max_rep) {
  SLUICE_CHECK(max_def_ > 0 && storage_ == Storage::kVoid, "only columns without values change their place");
  if (max_rep_ == 0 && max_rep > 0) {
    rows_ = def_.count<int16_t>();
    for (size_t i = 0; i < rows_; ++i) rep_.push<int16_t>(0);
  }
  max_def_ = max_def;
  max_rep_ = max_rep;
}

void Leaf::backfill(const Leaf& sibling, int16_t rep, int16_t def) {
  const int16_t* sibling_def = sibling.def();
  const int16_t* sibling_rep = sibling.rep();
  for (size_t i = 0, count = sibling.entries(); i < count; ++i) {
    const int16_t entry_rep = sibling_rep == nullptr ? int16_t{0} : sibling_rep[i];
    if (entry_rep > rep) continue;  // a further item of a list that only the sibling has
    push_levels(entry_rep, std::min(sibling_def == nullptr ? def : sibling_def[i], def));
  }
}

void Leaf::backfill_rows(size_t rows) {
  for (size_t i = 0; i < rows; ++i) push_levels(0, 0);
}

}  // namespace sluice::formats
