#pragma once
// Inside the folder: JSON as Kafka Connect's Jackson reads it: leading zeros, UTF-8 with overlong forms and
// halves of pairs, a byte order mark, UTF-16 and UTF-32, anything after the first value. It decides, and
// words, every error.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/json/limits.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::json {

class LenientParser {
 public:
  LenientParser(sdk::Arena& arena, Numbers numbers) : arena_(arena), exact_(numbers == Numbers::kExact) {}

  /// The first value of `text`; null if there is none but white space. Nothing in it borrows from `text`.
  /// Error kind kBadRecord.
  Result<sdk::Value> parse(BytesView text);

 private:
  Result<sdk::Value> value(int depth);
  Result<sdk::Value> object(int depth);
  Result<sdk::Value> array(int depth);
  Result<sdk::Value> string(size_t length_max, const char* what);
  Result<sdk::Value> number();
  Result<sdk::Value> number_value(bool negative, bool whole, const std::string& digits);
  Result<sdk::Value> literal();
  Result<uint32_t> escape();
  Status utf8_units(bool is_name);
  Status check_root_space();
  void skip_spaces();
  bool at_end() const { return at_ >= text_.size(); }
  /// The byte at the place, or 0 at the end.
  unsigned char peek() const { return at_end() ? 0 : static_cast<unsigned char>(text_[at_]); }
  Error unexpected(const char* wanted) const;
  Error problem(const std::string& message) const;

  sdk::Arena& arena_;
  const bool exact_;
  BytesView text_;
  size_t at_ = 0;
  std::vector<uint16_t> units_;  // of the string that is being read, as Java holds it
};

/// The text as UTF-8 if its first bytes say that it is UTF-16 or UTF-32 (as Jackson guesses); a byte order
/// mark is cut off. Error if the guess finds a byte order that nobody can read.
Result<BytesView> to_utf8_by_guess(sdk::Arena& arena, BytesView text);

}  // namespace sluice::json
