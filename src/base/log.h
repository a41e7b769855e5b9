#pragma once
// The one log. Lines carry the thread's context ("[orders|task-0]"), as Kafka Connect's do. Thread-safe.
// Never called per record on the record path.
//
// Each line belongs to a named logger with a level of its own, which REST can change while the worker runs
// (KIP-495). The name follows from the source file (logger_names.cc) and is the one that users of the Java
// worker know where there is one. A line below every logger's level costs one atomic load.

#include <fmt/core.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sluice::log {

enum class Level : uint8_t { kAll, kTrace, kDebug, kInfo, kWarn, kError, kFatal, kOff };

/// "INFO"; and back, in any case.
std::string_view level_name(Level level);
std::optional<Level> parse_level(std::string_view name);

inline constexpr const char* kRootLogger = "root";

struct LoggerState {
  Level level = Level::kInfo;
  std::optional<int64_t> last_modified_ms;  // since 1970; none: never changed
};

/// All loggers by name, the root among them.
std::map<std::string, LoggerState> loggers();
/// Makes the logger if need be, and sets every logger whose name starts with `name`; the root sets all.
/// Returns the names of those whose level has changed, in order.
std::vector<std::string> set_level(std::string_view name, Level level, int64_t now_ms);

namespace internal {
extern std::atomic<Level> lowest_level;
}

/// Whether any logger would write it.
inline bool enabled(Level level) { return level >= internal::lowest_level.load(std::memory_order_relaxed); }
/// Writes one line, if the logger of that source file wants it; `message` must not hold a secret.
void write(Level level, std::string_view message, const char* file = __builtin_FILE());

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

/// A format string that knows where it stands.
template <typename... Args>
struct PlacedFormat {
  template <typename Text>
  // NOLINTNEXTLINE(google-explicit-constructor): stands for the text
  consteval PlacedFormat(const Text& given, const char* place = __builtin_FILE())
      : text(given), file(place) {}
  fmt::format_string<Args...> text;
  const char* file;
};
template <typename... Args>
using Format = PlacedFormat<std::type_identity_t<Args>...>;

template <typename... Args>
void debug(Format<Args...> format, Args&&... args) {
  if (enabled(Level::kDebug))
    write(Level::kDebug, fmt::format(format.text, std::forward<Args>(args)...), format.file);
}
template <typename... Args>
void info(Format<Args...> format, Args&&... args) {
  if (enabled(Level::kInfo))
    write(Level::kInfo, fmt::format(format.text, std::forward<Args>(args)...), format.file);
}
template <typename... Args>
void warn(Format<Args...> format, Args&&... args) {
  if (enabled(Level::kWarn))
    write(Level::kWarn, fmt::format(format.text, std::forward<Args>(args)...), format.file);
}
template <typename... Args>
void error(Format<Args...> format, Args&&... args) {
  if (enabled(Level::kError))
    write(Level::kError, fmt::format(format.text, std::forward<Args>(args)...), format.file);
}

}  // namespace sluice::log
