#pragma once
// Inside the folder: what the decoder has learnt about the keys of a stream of objects. Events of one topic
// have the same keys in the same order, so the key at a place is guessed and compared, and its text is shared
// by all records.

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::json {

/// Owns key texts. Shared with the arenas of the batches whose values point here; only the decoder adds to
/// it, and texts never move, so that another thread may read those it knows.
class KeyPool {
 public:
  /// The shared text, or a null view when the pool is full.
  std::string_view intern(std::string_view key);
  bool full() const;

 private:
  sdk::Arena arena_;
  std::unordered_set<std::string_view> keys_;
};

/// The keys that were seen in one place of the document, in their order.
struct Shape {
  static constexpr size_t kKeysMax = 128;
  static constexpr size_t kQuotedMax = 32;

  struct Key {
    alignas(16) std::array<char, kQuotedMax> quoted{};  // `"name":`, zero-padded; unused if it does not fit
    uint32_t quoted_size = 0;                           // 0 if it does not fit
    sdk::Value name;                                    // text in the pool
    std::unique_ptr<Shape> child;                       // of the objects below this key, arrays included
  };
  std::vector<Key> keys;
  size_t members = 0;      // of the last object here
  uint32_t strangers = 0;  // keys that found no room: a map with keys of its own, not an event
};

/// One decoder's knowledge. Starts anew when it has grown too large, as foreign keys must not fill the
/// memory.
class KeyShapes {
 public:
  KeyShapes();
  Shape& root() { return *root_; }
  const std::shared_ptr<KeyPool>& pool() const { return pool_; }

  /// The shape's key of this name at `from` or after it, else before it; adds it if it is new. Null if there
  /// is no room: then the caller's own text serves.
  Shape::Key* find(Shape& shape, size_t from, std::string_view name);
  /// Starts anew if too much has been learnt. Not within a document.
  void forget_if_full();

 private:
  Shape::Key* add(Shape& shape, std::string_view name);
  std::shared_ptr<KeyPool> pool_;
  std::unique_ptr<Shape> root_;
  size_t shapes_ = 1;
};

}  // namespace sluice::json
