#include "connectors/file/line_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace sluice::connectors::file {
namespace {

struct Cut {
  std::vector<std::string> lines;
  size_t bytes = 0;
  size_t pending = 0;
};

/// Feeds `text` in pieces of at most `piece` bytes.
Cut cut(std::string_view text, size_t piece, size_t block_bytes = 64) {
  LineReader reader(block_bytes);
  Cut result;
  while (!text.empty()) {
    const auto room = reader.room();
    const size_t count = std::min({piece, room.size(), text.size()});
    std::memcpy(room.data(), text.data(), count);
    reader.filled(count);
    text.remove_prefix(count);
    for (Line line; reader.next(line);) {
      result.lines.emplace_back(line.text);
      result.bytes += line.bytes;
    }
  }
  result.pending = reader.pending_bytes();
  return result;
}

/// The same by the simplest means.
Cut cut_simply(const std::string& text) {
  Cut result;
  std::string line;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool lone_return = text[i] == '\r' && i + 1 < text.size() && text[i + 1] != '\n';
    if (text[i] != '\n' && !lone_return) continue;
    size_t end = i;
    if (text[i] == '\n' && i > start && text[i - 1] == '\r') --end;
    result.lines.push_back(text.substr(start, end - start));
    start = i + 1;
  }
  result.bytes = start;
  result.pending = text.size() - start;
  return result;
}

TEST(LineReader, KnowsAllThreeLineEnds) {
  const Cut result = cut("a\nbb\r\nccc\rdddd\r\r\n\ne", 1000);
  EXPECT_EQ(result.lines, (std::vector<std::string>{"a", "bb", "ccc", "dddd", "", ""}));
  EXPECT_EQ(result.bytes, 18U);
  EXPECT_EQ(result.pending, 1U);
}

TEST(LineReader, HoldsBackAReturnThatMayBeHalfOfAPair) {
  EXPECT_EQ(cut("a\r", 10).lines.size(), 0U);
  EXPECT_EQ(cut("a\rb", 10).lines, (std::vector<std::string>{"a"}));
  for (const size_t piece : {1U, 2U, 3U}) {
    EXPECT_EQ(cut("a\r\nb\r\n", piece).lines, (std::vector<std::string>{"a", "b"})) << piece;
  }
}

TEST(LineReader, CutsAnyTextAlikeWhateverThePieces) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    std::string text;
    const int length = static_cast<int>(random() % 600);
    const char* alphabet = round % 3 == 0 ? "ab\n" : round % 3 == 1 ? "abcdefgh\r\n" : "\r\na";
    const size_t letters = std::strlen(alphabet);
    for (int i = 0; i < length; ++i) text.push_back(alphabet[random() % letters]);
    const Cut expected = cut_simply(text);
    for (const size_t piece : {1U, 3U, 50U, 1000U}) {
      const Cut result = cut(text, piece);
      EXPECT_EQ(result.lines, expected.lines) << "round " << round << ", pieces of " << piece;
      EXPECT_EQ(result.bytes, expected.bytes);
      EXPECT_EQ(result.pending, expected.pending);
    }
  }
}

TEST(LineReader, BytesOfHandedOutLinesStayWhileTheirBlockIsHeld) {
  LineReader reader(64);
  std::vector<std::pair<std::string_view, std::shared_ptr<const void>>> held;
  for (int i = 0; i < 100; ++i) {
    const std::string text = "line number " + std::to_string(i) + "\n";
    const auto room = reader.room();
    ASSERT_GE(room.size(), text.size() / 2);
    const size_t first = std::min(room.size(), text.size());
    std::memcpy(room.data(), text.data(), first);
    reader.filled(first);
    if (first < text.size()) {
      const auto more = reader.room();
      std::memcpy(more.data(), text.data() + first, text.size() - first);
      reader.filled(text.size() - first);
    }
    Line line;
    ASSERT_TRUE(reader.next(line));
    held.emplace_back(line.text, reader.block());
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(held[static_cast<size_t>(i)].first, "line number " + std::to_string(i));
  }
}

TEST(LineReader, TakesALineOfAHundredMegabytes) {
  const std::string text = std::string(100'000'000, 'x') + "\nend\n";
  const Cut result = cut(text, size_t{1} << 20, LineReader::kBlockBytes);
  ASSERT_EQ(result.lines.size(), 2U);
  EXPECT_EQ(result.lines[0].size(), 100'000'000U);
  EXPECT_EQ(result.lines[1], "end");
}

TEST(LineReader, RefusesMoreThanTheLimit) {
  LineReader reader(64, 1000);
  size_t given = 0;
  for (;;) {
    const auto room = reader.room();
    if (room.empty()) break;
    std::memset(room.data(), 'x', room.size());
    reader.filled(room.size());
    given += room.size();
    ASSERT_LT(given, 10'000U);
  }
  EXPECT_GE(reader.pending_bytes(), 1000U);
}

TEST(LineReader, SaysWhenABlockMayHoldMoreThanAscii) {
  LineReader reader(64);
  const auto feed = [&](std::string_view text) {
    const auto room = reader.room();
    std::memcpy(room.data(), text.data(), text.size());
    reader.filled(text.size());
  };
  Line line;
  feed("plain\n");
  ASSERT_TRUE(reader.next(line));
  EXPECT_TRUE(reader.ascii());
  feed("sch\xC3\xB6n\n");
  EXPECT_FALSE(reader.ascii());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line.text, "sch\xC3\xB6n");
  feed(std::string(40, 'x') + "\n");
  ASSERT_TRUE(reader.next(line));
  feed("plain again\n");
  EXPECT_TRUE(reader.ascii()) << "a new block starts afresh";
}

}  // namespace
}  // namespace sluice::connectors::file
