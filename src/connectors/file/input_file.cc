#include "connectors/file/input_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sluice::connectors::file {
namespace {

/// Linux reads no more in one call.
constexpr size_t kReadBytesMax = 0x7ffff000;
constexpr std::chrono::milliseconds kDeafWait{100};

}  // namespace

Result<bool> InputFile::open(const std::string& path, int64_t position) {
  // Not blocking: opening a named pipe must not wait for its writer.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    if (errno == ENOENT) return false;
    return failed(fmt::format("Cannot open file '{}' for reading: {}", path, std::strerror(errno)));
  }
  path_ = path;
  owned_ = true;
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0 && S_ISDIR(status.st_mode)) {
    close();
    return failed(fmt::format("Cannot read '{}': it is a directory; set 'file' to a file", path));
  }
  seekable_ = ::lseek(descriptor_, 0, SEEK_CUR) >= 0;
  position_ = seekable_ ? position : 0;
  told_shorter_ = told_replaced_ = false;
  return true;
}

void InputFile::open_standard_input() {
  path_ = "standard input";
  descriptor_ = STDIN_FILENO;
  owned_ = false;
  seekable_ = false;  // read on from where it stands, even if it is a file
}

void InputFile::close() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Result<size_t> InputFile::read(std::span<char> into) {
  const size_t wanted = std::min(into.size(), kReadBytesMax);
  at_end_ = false;
  if (!seekable_) {  // standard input may be a blocking descriptor
    pollfd ready{descriptor_, POLLIN, 0};
    if (::poll(&ready, 1, 0) <= 0) return size_t{0};
  }
  const ssize_t got = seekable_ ? ::pread(descriptor_, into.data(), wanted, position_)
                                : ::read(descriptor_, into.data(), wanted);
  if (got >= 0) {
    at_end_ = got == 0;
    position_ += got;
    return static_cast<size_t>(got);
  }
  if (errno == EAGAIN || errno == EINTR) return size_t{0};
  return failed(fmt::format("Cannot read '{}' at byte {}: {}", path_, position_, std::strerror(errno)));
}

void InputFile::wait(const StopSignal& stop, std::chrono::milliseconds limit) const {
  if (at_end_) {
    stop.wait_for(limit);  // poll() calls a file's end readable
    return;
  }
  pollfd ready{descriptor_, POLLIN, 0};
  ::poll(&ready, 1, static_cast<int>(std::min(limit, kDeafWait).count()));
}

std::optional<std::string> InputFile::news() {
  struct stat status {};
  if (!seekable_ || ::fstat(descriptor_, &status) != 0) return std::nullopt;
  if (!told_shorter_ && S_ISREG(status.st_mode) && status.st_size < position_) {
    told_shorter_ = true;
    return fmt::format(
        "File '{}' has {} bytes but reading goes on at byte {}: it was cut or rewritten. Nothing is read "
        "until it grows beyond that point; to read it from its start, reset the connector's offsets",
        path_, status.st_size, position_);
  }
  struct stat named {};
  if (!told_replaced_ && ::stat(path_.c_str(), &named) == 0 &&
      (named.st_ino != status.st_ino || named.st_dev != status.st_dev)) {
    told_replaced_ = true;
    return fmt::format(
        "The name '{}' now belongs to another file; reading goes on in the one that was opened, as Kafka "
        "Connect does. To read the new one, restart the task (and reset its offsets to begin at its start)",
        path_);
  }
  return std::nullopt;
}

}  // namespace sluice::connectors::file
