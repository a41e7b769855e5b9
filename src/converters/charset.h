#pragma once
// Text in the character sets of Java other than UTF-8, through iconv.

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/data/arena.h"

namespace sluice::converters {

class Charset {
 public:
  /// `name` as Java has it. Error kind kBadConfig if nobody knows it.
  static Result<std::unique_ptr<Charset>> open(const std::string& name);
  ~Charset();
  Charset(const Charset&) = delete;
  Charset& operator=(const Charset&) = delete;

  /// Bytes to UTF-8; what is malformed becomes U+FFFD.
  BytesView decode(sdk::Arena& arena, BytesView bytes);
  /// UTF-8 to bytes; what the set lacks becomes '?'.
  BytesView encode(sdk::Arena& arena, BytesView text);

 private:
  Charset() = default;
  void* decoder_ = nullptr;  // iconv_t
  void* encoder_ = nullptr;
  bool utf16_with_mark_ =
      false;  // Java's "UTF-16": big endian unless a mark says otherwise, written with a mark
};

}  // namespace sluice::converters
