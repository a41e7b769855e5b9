#pragma once
// Cuts a stream of bytes into lines without copying them: the lines are views into blocks that batches keep
// alive. A line ends at "\n", "\r\n" or "\r"; a "\r" at the end of the bytes waits for one more, an unended
// line is held back. One thread; blocks may be released by any thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::connectors::file {

struct Line {
  std::string_view text;  // without its end
  size_t bytes = 0;       // with its end
};

class LineReader {
 public:
  /// Fits a level-2 cache, so that what read() copied is still there when it is looked at.
  static constexpr size_t kBlockBytes = 256 * 1024;
  /// The longest line that is buffered.
  static constexpr size_t kLineBytesMax = size_t{1} << 30;

  explicit LineReader(size_t block_bytes = kBlockBytes, size_t line_bytes_max = kLineBytesMax)
      : block_bytes_(block_bytes), line_bytes_max_(line_bytes_max) {}

  /// Where to put bytes that follow those given so far. Empty: the held-back line is longer than the limit.
  std::span<char> room();
  /// The first `bytes` of the last room() have been written.
  void filled(size_t bytes);

  /// Takes the next whole line; false if there is none buffered.
  bool next(Line& line);

  /// Owner of the bytes of the lines last taken.
  std::shared_ptr<const void> block() const { return block_; }
  /// Whether every byte of the block is ASCII (may be false for a block that is).
  bool ascii() const { return ascii_; }
  /// Bytes of the held-back line.
  size_t pending_bytes() const { return end_ - start_; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };
  std::shared_ptr<Block> take_block(size_t bytes);
  const char* find(char wanted, size_t from, size_t to) const;

  const size_t block_bytes_;
  const size_t line_bytes_max_;
  std::shared_ptr<Block> block_;
  std::vector<std::shared_ptr<Block>> spares_;
  size_t start_ = 0;    // of the next line
  size_t newline_ = 0;  // the first '\n' at or after start_, or where to look for it from
  size_t end_ = 0;      // of the bytes
  bool newline_found_ = false;
  bool ascii_ = true;
  bool has_return_ = false;
};

}  // namespace sluice::connectors::file
