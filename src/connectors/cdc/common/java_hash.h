#pragma once
// The order in which a java.util.HashMap of texts gives its entries: some of Debezium's output has it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::connectors::cdc {

inline constexpr size_t kJavaTableMin = 16;

/// String.hashCode, spread as HashMap does.
uint32_t java_hash(std::string_view text);
/// The length of the map's table when it holds so many entries, if it was `table` before; it never shrinks.
size_t java_table(size_t entries, size_t table = kJavaTableMin);

/// Sorts entries, which are in order of insertion, as the map gives them.
template <typename Entries, typename KeyOf>
void order_as_java(Entries& entries, size_t table, KeyOf key_of) {
  std::stable_sort(entries.begin(), entries.end(), [&](const auto& left, const auto& right) {
    return (java_hash(key_of(left)) & (table - 1)) < (java_hash(key_of(right)) & (table - 1));
  });
}

}  // namespace sluice::connectors::cdc
