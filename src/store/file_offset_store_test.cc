#include "store/file_offset_store.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>
#include <sstream>

#include "store/java_offsets.h"

namespace sluice::store {
namespace {

using std::chrono::milliseconds;

class FileOffsetStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::temp_directory_path() /
                 ("sluice-offsets-" + std::to_string(::getpid()) + "-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path file() const { return directory_ / "offsets"; }
  void write(std::string_view text) { std::ofstream(file(), std::ios::binary) << text; }
  std::string read() {
    std::ostringstream text;
    text << std::ifstream(file(), std::ios::binary).rdbuf();
    return text.str();
  }

  std::filesystem::path directory_;
};

TEST_F(FileOffsetStoreTest, RemembersAcrossARestartAndForgetsTombstones) {
  auto store = FileOffsetStore::open(file());
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE((*store)->set({{"a", "1"}, {"b", "2"}}, milliseconds(0)).ok());
  ASSERT_TRUE((*store)->set({{"b", std::nullopt}}, milliseconds(0)).ok());
  auto again = FileOffsetStore::open(file());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*(*again)->get("a"), "1");
  EXPECT_EQ(*(*again)->get("b"), std::nullopt);
}

TEST_F(FileOffsetStoreTest, EveryCutAndEveryFlippedBitIsAnError) {
  {
    auto store = FileOffsetStore::open(file());
    ASSERT_TRUE((*store)->set({{R"(["c",{"f":1}])", R"({"position":5})"}}, milliseconds(0)).ok());
  }
  const std::string whole = read();
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    write(whole.substr(0, cut));
    EXPECT_FALSE(FileOffsetStore::open(file()).ok()) << "cut at " << cut;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    write(flipped);
    const auto damaged = FileOffsetStore::open(file());
    ASSERT_FALSE(damaged.ok()) << "flipped at " << i;
    EXPECT_NE(damaged.error().message().find(file().string()), std::string::npos);
  }
}

TEST_F(FileOffsetStoreTest, ALeftoverOfACrashWhileWritingAsideIsIgnored) {
  auto store = FileOffsetStore::open(file());
  ASSERT_TRUE((*store)->set({{"a", "1"}}, milliseconds(0)).ok());
  std::ofstream(file().string() + ".tmp") << "half a fi";
  auto again = FileOffsetStore::open(file());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*(*again)->get("a"), "1");
}

TEST_F(FileOffsetStoreTest, AFailedWriteLeavesTheOldOffsets) {
  auto store = FileOffsetStore::open(directory_ / "missing" / "offsets");
  ASSERT_TRUE(store.ok());
  EXPECT_FALSE((*store)->set({{"a", "1"}}, milliseconds(0)).ok());
  EXPECT_EQ(*(*store)->get("a"), std::nullopt);
}

// Written by java.io.ObjectOutputStream (Java 17): two entries and one with a null value.
std::string java_file() {
  constexpr std::string_view kHex =
      "aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f724900"
      "09746872"
      "6573686f6c6478703f4000000000000c77080000001000000003757200025b42acf317f8060854e00200007870000000085b22"
      "65222c7b"
      "7d5d707571007e0002000000175b2264222c7b2266696c656e616d65223a222f62227d5d7571007e00020000000e7b22706f73"
      "6974696f"
      "6e223a377d7571007e0002000000175b2263222c7b2266696c656e616d65223a222f61227d5d7571007e00020000000e7b2270"
      "6f736974"
      "696f6e223a357d78";
  std::string bytes;
  for (size_t i = 0; i < kHex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(kHex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

TEST_F(FileOffsetStoreTest, ReadsTheFileOfAJavaWorkerAndReplacesItAtTheFirstWrite) {
  write(java_file());
  auto store = FileOffsetStore::open(file());
  ASSERT_TRUE(store.ok()) << store.error().message();
  EXPECT_EQ(*(*store)->get(R"(["c",{"filename":"/a"}])"), R"({"position":5})");
  EXPECT_EQ(*(*store)->get(R"(["d",{"filename":"/b"}])"), R"({"position":7})");
  ASSERT_TRUE((*store)->set({{"new", "1"}}, milliseconds(0)).ok());
  EXPECT_TRUE(read().starts_with("sluice-offsets 1\n"));
  EXPECT_EQ(*(*FileOffsetStore::open(file()))->get(R"(["c",{"filename":"/a"}])"), R"({"position":5})");
}

TEST(JavaOffsets, EveryCutIsAnError) {
  const std::string whole = java_file();
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    EXPECT_FALSE(parse_java_offsets(whole.substr(0, cut)).ok()) << "cut at " << cut;
  }
}

}  // namespace
}  // namespace sluice::store
