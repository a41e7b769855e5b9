#pragma once
// The standalone worker's offsets file (`offset.storage.file.filename`).
//
// Text: a line "sluice-offsets 1", one line "<key>\t<value>" per entry (both compact JSON), a line "crc32
// <hex>" over all that stands before it. Written aside, synced and renamed, so that a crash leaves the old or
// the new file whole. A damaged file is an error, never a silent restart from zero. A file that Java Connect
// wrote (a serialised HashMap<byte[], byte[]>) is read too, and replaced by ours at the first write.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "store/offset_store.h"
#include "store/offset_table.h"

namespace sluice::store {

class FileOffsetStore final : public OffsetStore {
 public:
  /// A missing file is an empty store. Error kind kFailed names the file and what to do.
  static Result<std::unique_ptr<FileOffsetStore>> open(const std::filesystem::path& file);

  Result<std::optional<std::string>> get(const std::string& key) override;
  Result<std::vector<PartitionOffset>> partitions(const std::string& connector) override;
  Status set(const OffsetEntries& entries, std::chrono::milliseconds timeout) override;

 private:
  using Entries = std::map<std::string, std::string>;
  FileOffsetStore(std::filesystem::path file, Entries entries);
  Status write(const Entries& entries) const;

  const std::filesystem::path file_;
  std::mutex mutex_;
  Entries entries_;    // by the keys' bytes
  OffsetTable table_;  // the same
};

/// The file's text for these entries, and back. Error kind kBadRecord says what is wrong with the text.
std::string format_offsets(const std::map<std::string, std::string>& entries);
Result<std::map<std::string, std::string>> parse_offsets(std::string_view text);

}  // namespace sluice::store
