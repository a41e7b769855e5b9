#pragma once
// A map without schema in the making: starts as a copy of another or empty, keys are looked up by text. The
// entries keep their order. One draft is used again and again; it allocates in the arena only when finished.

#include <string_view>
#include <unordered_map>
#include <vector>

#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::transforms {

class MapDraft {
 public:
  void start() {
    entries_.clear();
    places_.clear();
  }
  void start(const sdk::Value& map);

  /// Null if there is no such key.
  const sdk::Value* find(std::string_view key) const;
  /// In the place of an equal key if there is one, else at the end.
  void put(std::string_view key, const sdk::Value& value);
  /// At the end; no equal key may be there.
  void append(const sdk::Value& key, const sdk::Value& value) { entries_.push_back({key, value}); }
  void remove(std::string_view key);

  sdk::Value finish(sdk::Arena& arena) const;

 private:
  static constexpr size_t kSearchedMax = 32;  // beyond, an index pays
  size_t place_of(std::string_view key) const;

  std::vector<sdk::MapEntry> entries_;
  mutable std::unordered_map<std::string_view, size_t> places_;  // of the first entries; grows when asked
  mutable size_t indexed_ = 0;
};

/// The entry of a map by its text key; null if there is none.
const sdk::Value* find_entry(const sdk::Value& map, std::string_view key);

}  // namespace sluice::transforms
