#pragma once
// For this room's tests: a folder that disappears, and readers of what the sink wrote into it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sdk/properties.h"
#include "sdk/topic_partition.h"

namespace sluice::connectors::object_store {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    // In memory if there is such a place: a thousand files are synced.
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "sluice-lake-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Names of all files below, relative, sorted; temporary ones left out.
inline std::vector<std::string> files_below(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  if (!std::filesystem::exists(folder)) return names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_regular_file() && name.find(".sluice-tmp") == std::string::npos) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The "offset" of every line of the JSON files of a partition, by name of file.
inline std::vector<int64_t> offsets_in(const std::filesystem::path& folder,
                                       const sdk::TopicPartition& partition) {
  std::vector<int64_t> offsets;
  const std::string part = partition.topic + "+" + std::to_string(partition.partition) + "+";
  for (const std::string& name : files_below(folder)) {
    if (std::filesystem::path(name).filename().string().rfind(part, 0) != 0) continue;
    std::ifstream in(folder / name);
    for (std::string line; std::getline(in, line);) {
      offsets.push_back(nlohmann::json::parse(line).at("offset").get<int64_t>());
    }
  }
  std::sort(offsets.begin(), offsets.end());
  return offsets;
}

inline sdk::Properties json_to_folder(const std::filesystem::path& folder, int flush_size) {
  return {{"storage.class", "io.confluent.connect.s3.storage.S3Storage"},
          {"format.class", "io.confluent.connect.s3.format.json.JsonFormat"},
          {"s3.bucket.name", "lake"},
          {"store.url", "file://" + folder.string()},
          {"flush.size", std::to_string(flush_size)},
          {"retry.backoff.ms", "1"}};
}

}  // namespace sluice::connectors::object_store
