#pragma once
// What a task declares before it uploads the files of a range of offsets, in the metadata of its offset
// commit: enough for the next owner to write the same objects under the same names. See docs/ARCHITECTURE.md,
// "Delivery".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sdk/properties.h"

namespace sluice::connectors::object_store {

/// Brokers take 4,095 bytes of metadata; a rotation comes before an intent would grow beyond this.
inline constexpr size_t kIntentBytesMax = 3072;

/// A set of offsets at or after a start, compact when written.
class OffsetSet {
 public:
  /// In increasing order; offsets that are in already are ignored.
  void add(int64_t offset);
  bool contains(int64_t offset) const;
  bool empty() const { return spans_.empty(); }
  /// "3,5-9", relative to `start`.
  std::string text(int64_t start) const;
  static Result<OffsetSet> parse(std::string_view text, int64_t start);
  /// What text() takes at most, without making it.
  size_t text_bytes_max() const { return spans_.size() * 16; }

 private:
  struct Span {
    int64_t first;
    int64_t last;
  };
  std::vector<Span> spans_;
};

/// From this offset on, paths that depend on the clock were made with this time.
struct ClockStep {
  int64_t offset = 0;
  int64_t time_ms = 0;
};

struct Intent {
  int64_t start = 0;  // the committed offset itself; not part of the text
  int64_t end = 0;    // first offset after the range
  sdk::Properties keys;
  std::vector<ClockStep> clock;
  OffsetSet skipped;

  std::string text() const;
  /// The time for a record's path; the clock's own is used where nothing was recorded.
  std::optional<int64_t> clock_at(int64_t offset) const;
};

/// Error kind kFailed: not an intent of ours, or of a later version.
Result<Intent> parse_intent(int64_t start, std::string_view text);
/// Metadata of a plain commit of another program is left alone.
bool looks_like_intent(std::string_view metadata);

}  // namespace sluice::connectors::object_store
