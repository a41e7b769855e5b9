#pragma once
// Borrowed bytes. A null pointer is Kafka's null (no key, tombstone), which differs from empty bytes.

#include <string_view>

namespace sluice {

using BytesView = std::string_view;

inline constexpr BytesView kNullBytes{};
/// Empty but not null.
inline constexpr BytesView kEmptyBytes{"", 0};

inline bool is_null(BytesView bytes) { return bytes.data() == nullptr; }

/// A Kafka record header as it is on the wire. Borrowed.
struct RawHeader {
  std::string_view key;
  BytesView value;  // may be null
};

}  // namespace sluice
