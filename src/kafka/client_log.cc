#include "kafka/client_log.h"

#include <fmt/core.h>

#include "base/log.h"

namespace sluice::kafka {
namespace {

constexpr std::chrono::minutes kQuiet{5};
constexpr size_t kKindsMax = 512;

// Java logs a broker that cannot be reached as a warning; librdkafka as an error. Only a client that gave up
// is one.
log::Level level_of(int syslog_level, std::string_view facility) {
  if (syslog_level <= 2) return log::Level::kError;
  if (syslog_level == 3) return facility == "FATAL" ? log::Level::kError : log::Level::kWarn;
  if (syslog_level == 4) return log::Level::kWarn;
  if (syslog_level <= 6) return log::Level::kInfo;
  return log::Level::kDebug;
}

// "[thrd:main]: text" to "text".
std::string_view without_thread(std::string_view text) {
  if (text.substr(0, 6) != "[thrd:") return text;
  const size_t end = text.find("]: ");
  return end == std::string_view::npos ? text : text.substr(end + 3);
}

// FNV-1a of the text without its digits and without "(after 3ms in state CONNECT, 12 identical error(s)
// suppressed)".
uint64_t kind_of(std::string_view text) {
  text = text.substr(0, text.find(" (after "));
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    if (c >= '0' && c <= '9') continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

bool ClientLog::is_news(std::string_view text, std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (last_seen_.size() >= kKindsMax) last_seen_.clear();
  const auto [place, is_new] = last_seen_.try_emplace(kind_of(text), now);
  if (is_new) return true;
  if (now - place->second < kQuiet) return false;
  place->second = now;
  return true;
}

void ClientLog::write(int syslog_level, std::string_view facility, std::string_view text) {
  const log::Level level = level_of(syslog_level, facility);
  text = without_thread(text);
  if (!log::enabled(level) || !is_news(text, std::chrono::steady_clock::now())) return;
  log::write(level, fmt::format("Kafka client {}: {}", client_id_, text));
}

}  // namespace sluice::kafka
