#include "store/file_offset_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "store/java_offsets.h"

namespace sluice::store {
namespace {

constexpr std::string_view kFirstLine = "sluice-offsets 1\n";
constexpr std::string_view kCrcWord = "crc32 ";

uint32_t checksum(std::string_view text) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

Error system_error(std::string_view what, const std::filesystem::path& file) {
  return failed(fmt::format("Could not {} the offsets file {}: {}. The offsets before this write are intact.",
                            what, file.string(), std::strerror(errno)));
}

Error damaged(const std::filesystem::path& file, const Error& reason) {
  return failed(
      fmt::format("The offsets file {} is damaged: {}. Restore it from a copy, or remove it to let every "
                  "source connector start from its beginning.",
                  file.string(), reason.message()));
}

bool is_one_line(std::string_view text) { return text.find_first_of("\t\n") == std::string_view::npos; }

Status write_whole(int descriptor, std::string_view text, const std::filesystem::path& file) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", file);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(descriptor) != 0) return system_error("sync", file);
  return {};
}

/// Makes the rename itself durable.
void sync_directory(const std::filesystem::path& directory) {
  const int descriptor =
      ::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string format_offsets(const std::map<std::string, std::string>& entries) {
  std::string text(kFirstLine);
  for (const auto& [key, value] : entries) text.append(key).append("\t").append(value).append("\n");
  return text + fmt::format("{}{:08x}\n", kCrcWord, checksum(text));
}

Result<std::map<std::string, std::string>> parse_offsets(std::string_view text) {
  if (text.empty()) return bad_record("it is empty, without even its first line");
  if (!text.starts_with(kFirstLine)) return bad_record("its first line is not \"sluice-offsets 1\"");
  const size_t last = text.rfind(kCrcWord);
  if (last == std::string_view::npos || last == 0 || text[last - 1] != '\n') {
    return bad_record("its last line, the checksum, is missing: the file was cut off");
  }
  if (text.substr(last) != fmt::format("{}{:08x}\n", kCrcWord, checksum(text.substr(0, last)))) {
    return bad_record("its checksum does not fit its content");
  }
  std::map<std::string, std::string> entries;
  std::string_view body = text.substr(kFirstLine.size(), last - kFirstLine.size());
  for (size_t line = 2; !body.empty(); ++line) {
    const size_t end = body.find('\n');
    const size_t tab = body.find('\t');
    if (tab == std::string_view::npos || tab > end)
      return bad_record(fmt::format("line {} has no tab", line));
    entries.emplace(body.substr(0, tab), body.substr(tab + 1, end - tab - 1));
    body.remove_prefix(end + 1);
  }
  return entries;
}

FileOffsetStore::FileOffsetStore(std::filesystem::path file, Entries entries)
    : file_(std::move(file)), entries_(std::move(entries)) {
  for (const auto& [key, value] : entries_) table_.apply(key, value);
}

Result<std::unique_ptr<FileOffsetStore>> FileOffsetStore::open(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    if (errno != ENOENT) return system_error("read", file);
    return std::unique_ptr<FileOffsetStore>(new FileOffsetStore(file, {}));
  }
  std::ostringstream content;
  content << stream.rdbuf();
  const std::string text = std::move(content).str();
  auto entries = is_java_offsets(text) ? parse_java_offsets(text) : parse_offsets(text);
  if (!entries.ok()) return damaged(file, entries.error());
  return std::unique_ptr<FileOffsetStore>(new FileOffsetStore(file, std::move(entries).value()));
}

Result<std::optional<std::string>> FileOffsetStore::get(const std::string& key) {
  std::lock_guard lock(mutex_);
  return table_.get(key);
}

Result<std::vector<PartitionOffset>> FileOffsetStore::partitions(const std::string& connector) {
  std::lock_guard lock(mutex_);
  return table_.partitions(connector);
}

Status FileOffsetStore::set(const OffsetEntries& changes, std::chrono::milliseconds) {
  std::lock_guard lock(mutex_);
  const OffsetEntries stored = table_.as_stored(changes);
  Entries changed = entries_;
  for (const auto& [key, value] : stored) {
    if (!is_one_line(key) || (value && !is_one_line(*value))) {
      return failed("A source offset holds a tab or line break; it must be compact JSON: " + key);
    }
    if (value) {
      changed[key] = *value;
    } else {
      changed.erase(key);
    }
  }
  SLUICE_RETURN_IF_ERROR(write(changed));
  entries_ = std::move(changed);
  for (const auto& [key, value] : stored) table_.apply(key, value);
  return {};
}

Status FileOffsetStore::write(const Entries& entries) const {
  const std::filesystem::path aside = file_.string() + ".tmp";
  const int descriptor = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return system_error("create", aside);
  const Status written = write_whole(descriptor, format_offsets(entries), aside);
  ::close(descriptor);
  SLUICE_RETURN_IF_ERROR(written);
  if (::rename(aside.c_str(), file_.c_str()) != 0) return system_error("replace", file_);
  sync_directory(file_.parent_path());
  return {};
}

}  // namespace sluice::store
