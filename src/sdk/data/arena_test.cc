#include "sdk/data/arena.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace sluice::sdk {
namespace {

TEST(Arena, AlignsAndDoesNotOverlap) {
  Arena arena;
  char* before = nullptr;
  for (size_t i = 1; i < 5000; ++i) {
    auto* bytes = static_cast<char*>(arena.allocate(i % 97, size_t{1} << i % 5));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes) % (size_t{1} << i % 5), 0U);
    EXPECT_NE(bytes, before);
    std::fill_n(bytes, i % 97, static_cast<char>(i));
    if (i % 97 != 0) before = bytes;
  }
}

TEST(Arena, CopiesAreNeverNull) {
  Arena arena;
  EXPECT_NE(arena.copy("").data(), nullptr);
  EXPECT_NE(arena.copy({}).data(), nullptr);
  EXPECT_EQ(arena.copy("text"), "text");
}

TEST(Arena, GiantsHaveTheirOwnChunkAndTheCurrentOneStays) {
  Arena arena;
  auto* first = static_cast<char*>(arena.allocate(8));
  auto* giant = static_cast<char*>(arena.allocate(3'000'000));
  std::fill_n(giant, 3'000'000, 'x');
  auto* second = static_cast<char*>(arena.allocate(8));
  EXPECT_EQ(second, first + 8);
  EXPECT_GE(arena.bytes_used(), 3'000'016U);
}

TEST(Arena, ResetKeepsOneChunkAndForgetsTheRest) {
  Arena arena;
  for (int i = 0; i < 1000; ++i) arena.allocate(1000);
  arena.allocate(5'000'000);
  arena.reset();
  EXPECT_EQ(arena.bytes_used(), 0U);
  auto* first = arena.allocate(16);
  arena.reset();
  EXPECT_EQ(arena.allocate(16), first);
}

TEST(Arena, ResetAfterGiantsOnly) {
  Arena arena;
  arena.allocate(5'000'000);
  arena.reset();
  EXPECT_NE(arena.allocate(10), nullptr);
}

TEST(Arena, KeepsOwnersUntilReset) {
  Arena arena;
  auto owner = std::make_shared<int>(1);
  arena.keep(owner);
  EXPECT_EQ(owner.use_count(), 2);
  arena.reset();
  EXPECT_EQ(owner.use_count(), 1);
}

}  // namespace
}  // namespace sluice::sdk
