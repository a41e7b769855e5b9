#include "app/process.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/check.h"
#include "base/log.h"

namespace sluice::app {
namespace {

constexpr rlim_t kFilesWanted = 65'536;
constexpr size_t kStackBytes = 512 * 1024;
// PR_FUTEX_HASH and PR_FUTEX_HASH_SET_SLOTS of linux/prctl.h, which may be older than the kernel.
constexpr int kPrctlFutexHash = 78;
constexpr unsigned long kFutexHashSetSlots = 1;
constexpr unsigned long kFutexSlots = 4096;

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

void block_stop_signals() {
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < kFilesWanted) {
    log::warn("This process may open {} files at most; a worker with many tasks needs {} (ulimit -n)",
              limit.rlim_cur, kFilesWanted);
  }
}

void prepare_for_many_threads() {
  pthread_attr_t attributes;
  if (::pthread_attr_init(&attributes) != 0) return;
  if (::pthread_attr_setstacksize(&attributes, kStackBytes) == 0) ::pthread_setattr_default_np(&attributes);
  ::pthread_attr_destroy(&attributes);
  // Linux 6.16 and later keep a process' waiting threads in a table of its own, made for four threads per
  // core: with thousands, every wait and wake would walk a long list. An older kernel refuses; it needs none.
  ::prctl(kPrctlFutexHash, kFutexHashSetSlots, kFutexSlots, 0, 0);
}

ProcessEnd::ProcessEnd() : event_(::eventfd(0, EFD_CLOEXEC)) {
  const sigset_t signals = stop_signals();
  signals_ = ::signalfd(-1, &signals, SFD_CLOEXEC);
  SLUICE_CHECK(event_ >= 0 && signals_ >= 0, "the system has no file descriptors left");
}

ProcessEnd::~ProcessEnd() {
  ::close(event_);
  ::close(signals_);
}

void ProcessEnd::fail(const Error& error) {
  {
    std::lock_guard lock(mutex_);
    if (error_) return;
    error_ = error;
  }
  const uint64_t one = 1;
  SLUICE_CHECK(::write(event_, &one, sizeof(one)) == sizeof(one), "an eventfd takes one");
}

std::optional<int> ProcessEnd::wait() {
  std::array<pollfd, 2> polled{pollfd{signals_, POLLIN, 0}, pollfd{event_, POLLIN, 0}};
  while (::poll(polled.data(), polled.size(), -1) < 0) {
    SLUICE_CHECK(errno == EINTR, "poll of two descriptors");
  }
  if (polled[0].revents == 0) return std::nullopt;
  signalfd_siginfo info{};
  SLUICE_CHECK(::read(signals_, &info, sizeof(info)) == sizeof(info), "a signalfd gives whole signals");
  return static_cast<int>(info.ssi_signo);
}

std::optional<Error> ProcessEnd::error() const {
  std::lock_guard lock(mutex_);
  return error_;
}

}  // namespace sluice::app
