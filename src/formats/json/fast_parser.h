#pragma once
// Inside the folder: one pass over plain JSON. It refuses, without a word, whatever is unusual; the lenient
// parser then decides. What it accepts has the same value there.

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "formats/json/key_shapes.h"
#include "formats/json/limits.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::json {

class FastParser {
 public:
  static constexpr size_t kPadding = 48;

  FastParser(KeyShapes& shapes, Numbers numbers) : shapes_(shapes), exact_(numbers == Numbers::kExact) {}

  /// Parses the object or array that starts at `text` (white space before it is fine) and sets `end` after
  /// it. `text` is writable, `size` bytes long and followed by kPadding zero bytes; strings are unescaped in
  /// place and the value points into it. False if the text is unusual; `text` may then have changed.
  bool parse(char* text, size_t size, bool embedded, sdk::Arena& arena, sdk::Value& out, const char*& end);
  /// Whether the last text had bytes above 0x7F: then the caller validates it as UTF-8.
  bool saw_non_ascii() const { return non_ascii_ != 0; }

 private:
  bool value(sdk::Value& out, Shape* shape, int depth);
  enum class Guess : uint8_t { kDone, kDiffers, kWrong };
  Guess guess_members(sdk::Value& out, Shape& shape, size_t& cursor, int depth);
  bool object(sdk::Value& out, Shape* shape, int depth);
  bool array(sdk::Value& out, Shape* shape, int depth);
  bool guess_key(const Shape::Key& key);
  bool key(Shape* shape, size_t& cursor, bool& ordered, sdk::Value& name, Shape*& child);
  bool string(sdk::Value& out);
  bool unescape(char* start, char* at, sdk::Value& out);
  bool number(sdk::Value& out);
  bool fraction(const char* start, const char* first_digit, uint64_t mantissa, bool negative,
                sdk::Value& out);
  bool literal(sdk::Value& out);
  void skip_spaces();
  size_t pop_duplicates(size_t first);

  KeyShapes& shapes_;
  const bool exact_;
  char* at_ = nullptr;
  const char* end_ = nullptr;
  sdk::Arena* arena_ = nullptr;
  uint32_t non_ascii_ = 0;
  std::vector<sdk::Value> items_;       // of the arrays that are open
  std::vector<sdk::MapEntry> entries_;  // of the objects that are open
};

}  // namespace sluice::json
