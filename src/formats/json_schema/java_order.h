#pragma once
// The order in which a java.util.HashMap gives its keys. Registries compare texts of schemas, so ours have
// their members where the Java converter has them.

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::json_schema {

inline constexpr size_t kJavaBuckets = 16;

/// The places of `keys` in that order, for a map that started with so many buckets (a power of two) and got
/// them one by one; they differ.
std::vector<size_t> java_hash_order(const std::vector<std::string_view>& keys, size_t buckets = kJavaBuckets);

}  // namespace sluice::json_schema
