#pragma once
// The one logger. Lines carry the thread's context ("[orders|task-0]"), as Kafka Connect's do.
// Thread-safe. Never called per record on the record path.

#include <fmt/core.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::log {

enum class Level : uint8_t { kTrace, kDebug, kInfo, kWarn, kError, kOff };

bool enabled(Level level);
void set_level(Level level);
/// Writes one line; `message` must not hold a secret.
void write(Level level, std::string_view message);

/// Sets this thread's context for its lifetime, e.g. "orders|task-0"; restores the previous one.
class ScopedContext {
 public:
  explicit ScopedContext(std::string context);
  ~ScopedContext();
  ScopedContext(const ScopedContext&) = delete;
  ScopedContext& operator=(const ScopedContext&) = delete;

 private:
  std::string previous_;
};

template <typename... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kDebug)) write(Level::kDebug, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kInfo)) write(Level::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kWarn)) write(Level::kWarn, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  if (enabled(Level::kError)) write(Level::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace sluice::log
