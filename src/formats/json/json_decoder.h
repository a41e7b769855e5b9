#pragma once
// JSON text to schemaless values, as Kafka Connect's JsonDeserializer (Jackson) reads it: objects become maps
// with string keys in document order, whole numbers int64, others float64 (see Numbers).
//
// Plain JSON takes a fast way: one pass over a copy in the arena, nothing else is allocated per value. Keys
// are shared: the same key in the same place of the documents of one decoder has the same address, so that
// later stages may compare addresses first. What the fast way refuses, the lenient way decides. One thread;
// one decoder per stream of similar documents.

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "formats/json/limits.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::json {

class KeyShapes;
class FastParser;

class Decoder {
 public:
  explicit Decoder(Numbers numbers = Numbers::kPlain);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Lets the arena hold the shared keys. Call it before the first document of each batch (after each reset).
  void begin_batch(sdk::Arena& arena);

  /// The first value in `text`; null if there is none; what follows it is ignored. Nothing borrows from
  /// `text`. Error kind kBadRecord with the place in the text.
  Result<sdk::Value> decode(BytesView text, sdk::Arena& arena);

  /// Only the fast way: the object or array at the start of `text`, and how many bytes it takes. False if the
  /// text is unusual, wrong, or something else; the caller then takes another way.
  bool decode_plain(BytesView text, sdk::Arena& arena, sdk::Value& out, size_t& taken) {
    return decode_fast(text, false, arena, out, taken);
  }
  /// The same for a value of any kind inside a document; the caller checks that it ends properly.
  bool decode_embedded(BytesView text, sdk::Arena& arena, sdk::Value& out, size_t& taken) {
    return decode_fast(text, true, arena, out, taken);
  }

 private:
  bool decode_fast(BytesView text, bool embedded, sdk::Arena& arena, sdk::Value& out, size_t& taken);

  const Numbers numbers_;
  std::unique_ptr<KeyShapes> shapes_;
  std::unique_ptr<FastParser> fast_;
};

/// Only the lenient way, for tests and tools.
Result<sdk::Value> decode_leniently(BytesView text, sdk::Arena& arena, Numbers numbers = Numbers::kPlain);

/// The end of the value that starts at `at` in `text`, which must be valid JSON.
size_t skip_value(BytesView text, size_t at);

}  // namespace sluice::json
