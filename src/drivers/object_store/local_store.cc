#include "drivers/object_store/local_store.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace sluice::object_store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".tmp";
constexpr int kNameTries = 16;

/// An open file or directory, closed with the object.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error os_error(int code, const std::string& what) {
  const std::string text = fmt::format("{}: {}", what, std::strerror(code));
  switch (code) {
    case EINTR:
    case EAGAIN:
    case ETIMEDOUT:
    case ESTALE:
      return retriable(text);
    case ENOSPC:
    case EDQUOT:
      return failed(text + ". Free some space; nothing was committed past the last complete file");
    case EACCES:
    case EPERM:
    case EROFS:
      return failed(text + ". Give the worker's user write access to that folder");
    default:
      return failed(text);
  }
}

Status sync_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) return os_error(errno, "Cannot open folder " + folder.string());
  // Some file systems (FUSE) have nothing to sync in a directory and say EINVAL.
  if (::fsync(opened.get()) != 0 && errno != EINVAL)
    return os_error(errno, "Cannot sync folder " + folder.string());
  return {};
}

/// mkdir -p that also makes new entries durable.
Status make_folders(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0777) == 0) return sync_folder(folder.parent_path());
  if (errno == EEXIST) return {};
  if (errno != ENOENT || !folder.has_relative_path()) {
    return os_error(errno, "Cannot create folder " + folder.string());
  }
  SLUICE_RETURN_IF_ERROR(make_folders(folder.parent_path()));
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) {
    return os_error(errno, "Cannot create folder " + folder.string());
  }
  return sync_folder(folder.parent_path());
}

Status write_all(int fd, BytesView bytes, uint64_t position, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (written < 0) {
      if (errno == EINTR) continue;
      return os_error(errno, "Cannot write " + name);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
    position += static_cast<uint64_t>(written);
  }
  return {};
}

class LocalStore final : public ObjectStore {
 public:
  explicit LocalStore(fs::path folder) : folder_(std::move(folder)), temporary_(folder_ / kTemporaryFolder) {}

  Status open() {
    SLUICE_RETURN_IF_ERROR(make_folders(temporary_));
    if (::access(temporary_.c_str(), W_OK | X_OK) != 0) {
      return os_error(errno, "Cannot write to folder " + temporary_.string());
    }
    return remove_leftovers();
  }

  Status put(std::string_view key, BytesView bytes, const PutOptions& options) override {
    SLUICE_ASSIGN_OR_RETURN(auto upload, create_upload(key));
    auto done = upload_part(upload, bytes);
    if (done.ok()) done = complete_upload(upload, options);
    if (!done.ok()) (void)abort_upload(upload).ok();
    return done;
  }

  Result<Upload> create_upload(std::string_view key) override {
    // Another process may take the new file for a leftover before it is locked: then the next name serves.
    for (int tries = 0; tries < kNameTries; ++tries) {
      const std::string id = fmt::format("{}-{}{}", ::getpid(), next_id.fetch_add(1), kSuffix);
      const fs::path path = temporary_ / id;
      Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
      if (!file.valid() && errno != EEXIST) {
        return os_error(errno, "Cannot create " + path.string() + " for " + describe(key));
      }
      if (!file.valid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;
      std::lock_guard lock(mutex_);
      open_files_[id] = std::move(file);
      return Upload{std::string(key), id, {}, 0};
    }
    return retriable("Cannot create a temporary file in " + temporary_.string() + " for " + describe(key));
  }

  Status upload_part(Upload& upload, BytesView bytes) override {
    // A part that failed half-way is written again from its start.
    SLUICE_RETURN_IF_ERROR(write_all(fd_of(upload), bytes, upload.size, describe(upload.key)));
    upload.size += bytes.size();
    upload.parts.emplace_back();
    return {};
  }

  Status complete_upload(const Upload& upload, const PutOptions& options) override {
    const fs::path from = temporary_ / upload.id;
    const fs::path to = folder_ / upload.key;
    const int fd = fd_of(upload);
    if (::ftruncate(fd, static_cast<off_t>(upload.size)) != 0) {
      return os_error(errno, "Cannot write " + describe(upload.key));
    }
    if (::fsync(fd) != 0) return os_error(errno, "Cannot sync " + describe(upload.key));
    SLUICE_RETURN_IF_ERROR(make_folders(to.parent_path()));
    if (options.only_if_absent) {
      if (::link(from.c_str(), to.c_str()) != 0) {
        if (errno == EEXIST) return already_exists_error(describe(upload.key));
        return os_error(errno, "Cannot name " + describe(upload.key));
      }
      ::unlink(from.c_str());
    } else if (::rename(from.c_str(), to.c_str()) != 0) {
      return os_error(errno, "Cannot rename a temporary file to " + describe(upload.key));
    }
    SLUICE_RETURN_IF_ERROR(sync_folder(to.parent_path()));
    close_file(upload);
    return {};
  }

  Status abort_upload(const Upload& upload) override {
    ::unlink((temporary_ / upload.id).c_str());
    close_file(upload);
    return {};
  }

  Result<std::optional<ObjectInfo>> head(std::string_view key) override {
    struct stat info {};
    if (::stat((folder_ / key).c_str(), &info) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return std::optional<ObjectInfo>();
      return os_error(errno, "Cannot look at " + describe(key));
    }
    return std::optional(ObjectInfo{std::string(key), static_cast<uint64_t>(info.st_size)});
  }

  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override {
    std::vector<ObjectInfo> found;
    std::error_code error;
    fs::recursive_directory_iterator files(folder_, error);
    for (const fs::recursive_directory_iterator end; !error && files != end; files.increment(error)) {
      if (files->path() == temporary_) {
        files.disable_recursion_pending();
        continue;
      }
      std::error_code ignored;
      if (!files->is_regular_file(ignored)) continue;
      const std::string key = fs::path(files->path()).lexically_relative(folder_).generic_string();
      if (key.starts_with(prefix)) found.push_back({key, files->file_size(ignored)});
    }
    if (error) return os_error(error.value(), "Cannot list " + describe(prefix));
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return found;
  }

  Status remove(std::string_view key) override {
    if (::unlink((folder_ / key).c_str()) != 0 && errno != ENOENT) {
      return os_error(errno, "Cannot remove " + describe(key));
    }
    return {};
  }

  Status check() override {
    if (::access(temporary_.c_str(), W_OK | X_OK) == 0) return {};
    return os_error(errno, "Cannot write to folder " + folder_.string());
  }

  size_t part_bytes_min() const override { return 0; }
  std::string describe(std::string_view key) const override { return (folder_ / key).string(); }

 private:
  int fd_of(const Upload& upload) {
    std::lock_guard lock(mutex_);
    return open_files_[upload.id].get();
  }
  void close_file(const Upload& upload) {
    std::lock_guard lock(mutex_);
    open_files_.erase(upload.id);
  }

  /// Temporary files that nobody holds locked: their writers are dead.
  Status remove_leftovers() {
    std::error_code error;
    size_t removed = 0;
    for (const auto& entry : fs::directory_iterator(temporary_, error)) {
      if (entry.path().extension() != kSuffix) continue;
      const Descriptor file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
      if (!file.valid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) continue;
      removed += ::unlink(entry.path().c_str()) == 0;
    }
    if (removed > 0) log::info("Removed {} unfinished files from {}", removed, temporary_.string());
    return {};
  }

  const fs::path folder_;
  const fs::path temporary_;
  /// Distinct within the process: several stores may share a folder.
  inline static std::atomic<uint64_t> next_id{0};
  std::mutex mutex_;
  std::map<std::string, Descriptor> open_files_;
};

}  // namespace

Result<std::unique_ptr<ObjectStore>> open_local_store(const std::string& folder) {
  std::error_code error;
  fs::path path = fs::absolute(folder, error).lexically_normal();
  if (error) return os_error(error.value(), "Cannot find folder " + folder);
  if (!path.has_filename()) path = path.parent_path();  // a slash at the end
  auto store = std::make_unique<LocalStore>(std::move(path));
  SLUICE_RETURN_IF_ERROR(store->open());
  return std::unique_ptr<ObjectStore>(std::move(store));
}

}  // namespace sluice::object_store
