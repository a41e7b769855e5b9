#pragma once
// Texts in MySQL's character sets as UTF-8, by iconv.

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "sdk/data/arena.h"

namespace sluice::connectors::cdc::mysql {

class Charset {
 public:
  virtual ~Charset() = default;
  /// `bytes` themselves where they are UTF-8 already; else a copy in the arena. What cannot be converted
  /// becomes U+FFFD, as in Java. One thread.
  virtual std::string_view decode(BytesView bytes, sdk::Arena& arena) const = 0;
};
using CharsetPtr = std::shared_ptr<const Charset>;

/// By MySQL's name ("latin1", "utf8mb4"); one that is not known is taken for UTF-8, as Debezium has it.
CharsetPtr find_charset(std::string_view name);
/// Of a collation's name: what stands before its first underscore. Empty for none.
std::string charset_of_collation(std::string_view collation);

}  // namespace sluice::connectors::cdc::mysql
