#include "drivers/object_store/local_store.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "drivers/object_store/object_writer.h"

namespace sluice::object_store {
namespace {

namespace fs = std::filesystem;

class LocalStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "sluice-store-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    auto opened = open_local_store((folder_ / "bucket/").string());
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    store_ = std::move(opened).value();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string read(const std::string& key) const {
    std::ifstream in(folder_ / "bucket" / key, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  size_t temporary_files() const {
    const fs::directory_iterator files(folder_ / "bucket" / kTemporaryFolder);
    return static_cast<size_t>(std::distance(begin(files), end(files)));
  }

  fs::path folder_;
  std::unique_ptr<ObjectStore> store_;
};

TEST_F(LocalStoreTest, PutsReplacesListsAndRemoves) {
  ASSERT_TRUE(store_->put("a/b/one", "first", {}).ok());
  ASSERT_TRUE(store_->put("a/b/one", "second", {}).ok());
  ASSERT_TRUE(store_->put("a/two", "", {}).ok());
  EXPECT_EQ(read("a/b/one"), "second");
  const auto listed = store_->list("a/");
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ((*listed)[0].key, "a/b/one");
  EXPECT_EQ((*listed)[0].size, 6U);
  ASSERT_TRUE(store_->remove("a/b/one").ok());
  EXPECT_FALSE(store_->head("a/b/one")->has_value());
  EXPECT_TRUE(store_->remove("a/b/one").ok());
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(LocalStoreTest, NothingIsVisibleBeforeTheEnd) {
  ObjectWriter writer(*store_, "x/big", 10);
  ASSERT_TRUE(writer.write("0123456789abcdef").ok());
  EXPECT_EQ(writer.bytes_in_memory(), 6U);
  EXPECT_TRUE(store_->list("")->empty());
  ASSERT_TRUE(writer.finish({}).ok());
  EXPECT_EQ(read("x/big"), "0123456789abcdef");
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(LocalStoreTest, AnUnfinishedWriterLeavesNothing) {
  {
    ObjectWriter writer(*store_, "x", 1);
    ASSERT_TRUE(writer.write("abc").ok());
    EXPECT_EQ(temporary_files(), 1U);
  }
  EXPECT_EQ(temporary_files(), 0U);
  EXPECT_TRUE(store_->list("")->empty());
}

TEST_F(LocalStoreTest, LeftoversOfTheDeadAreRemovedThoseOfTheLivingAreNot) {
  auto alive = store_->create_upload("alive");
  ASSERT_TRUE(alive.ok());
  ASSERT_TRUE(store_->upload_part(*alive, "abc").ok());
  std::ofstream(folder_ / "bucket" / kTemporaryFolder / "99999-0.tmp") << "half a file";
  std::ofstream(folder_ / "bucket" / kTemporaryFolder / "note.txt") << "somebody else's";
  auto again = open_local_store((folder_ / "bucket").string());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(temporary_files(), 2U);
  ASSERT_TRUE(store_->complete_upload(*alive, {}).ok());
  EXPECT_EQ(read("alive"), "abc");
}

TEST_F(LocalStoreTest, ConditionalPutLeavesWhatIsThere) {
  ASSERT_TRUE(store_->put("key", "first", {.only_if_absent = true}).ok());
  const auto second = store_->put("key", "second", {.only_if_absent = true});
  ASSERT_FALSE(second.ok());
  EXPECT_TRUE(already_exists(second.error()));
  EXPECT_EQ(read("key"), "first");
  EXPECT_EQ(temporary_files(), 0U);
}

TEST_F(LocalStoreTest, AFullDiskIsAClearError) {
  if (access("/dev/full", W_OK) != 0) GTEST_SKIP();
  auto upload = store_->create_upload("full");
  ASSERT_TRUE(upload.ok());
  // The temporary file becomes a device that is always full.
  const auto path = folder_ / "bucket" / kTemporaryFolder / upload->id;
  const int device = ::open("/dev/full", O_WRONLY);
  for (int fd = 3; fd < 256; ++fd) {
    std::error_code ignored;
    if (fs::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored) == path) ::dup2(device, fd);
  }
  ::close(device);
  const auto written = store_->upload_part(*upload, "bytes");
  ASSERT_FALSE(written.ok());
  EXPECT_NE(written.error().message().find("full"), std::string::npos) << written.error().message();
}

TEST_F(LocalStoreTest, AFolderThatCannotBeMadeIsAClearError) {
  std::ofstream(folder_ / "file") << "x";
  const auto opened = open_local_store((folder_ / "file" / "bucket").string());
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message().find((folder_ / "file").string()), std::string::npos);
}

TEST_F(LocalStoreTest, APathThatIsTakenByAFileIsAClearError) {
  ASSERT_TRUE(store_->put("a", "file", {}).ok());
  const auto put = store_->put("a/b", "below a file", {});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().kind(), ErrorKind::kFailed);
}

}  // namespace
}  // namespace sluice::object_store
