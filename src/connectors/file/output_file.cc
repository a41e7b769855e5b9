#include "connectors/file/output_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sluice::connectors::file {
namespace {

constexpr mode_t kMode = 0666;  // less the umask, as any program's files
constexpr int kPipeWaitMs = 100;

/// The size of a regular file, or -1.
int64_t size_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : -1;
}

}  // namespace

Status OutputFile::open(const std::string& path) {
  path_ = path;
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode);
  owned_ = true;
  if (descriptor_ >= 0) return {};
  return failed(fmt::format("Couldn't find or create file '{}' for FileStreamSinkTask: {}", path,
                            std::strerror(errno)));
}

void OutputFile::open_standard_output() {
  path_ = "standard output";
  descriptor_ = STDOUT_FILENO;
  owned_ = false;
}

void OutputFile::close() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void OutputFile::begin() {
  begin_ = owned_ ? size_of(descriptor_) : -1;
  appended_ = 0;
}

Status OutputFile::append(std::string_view bytes, const StopSignal& stop) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      dirty_ = true;
      appended_ += written;
      bytes.remove_prefix(static_cast<size_t>(written));
      continue;
    }
    if (errno == EAGAIN) {
      pollfd ready{descriptor_, POLLOUT, 0};
      ::poll(&ready, 1, kPipeWaitMs);
      if (stop.stop_requested()) return closed(fmt::format("Stopped while '{}' took no more bytes", path_));
    } else if (errno != EINTR) {
      return failed(fmt::format("Cannot write to '{}': {}", path_, std::strerror(errno)));
    }
  }
  return {};
}

bool OutputFile::undo() {
  if (appended_ == 0) return true;
  if (begin_ < 0 || size_of(descriptor_) != begin_ + appended_) return false;
  return ::ftruncate(descriptor_, begin_) == 0;
}

Status OutputFile::sync() {
  if (!dirty_) return {};
  // Pipes and terminals have nothing to sync and say EINVAL.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
    return failed(
        fmt::format("Cannot make '{}' durable: {}; offsets are not committed", path_, std::strerror(errno)));
  }
  dirty_ = false;
  return {};
}

}  // namespace sluice::connectors::file
