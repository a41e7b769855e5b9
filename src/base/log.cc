#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "base/logger_names.h"

namespace sluice::log {
namespace {

thread_local std::string current_context;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kAll:
    case Level::kTrace:
      return spdlog::level::trace;
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
    case Level::kFatal:
      return spdlog::level::critical;
    case Level::kOff:
      break;
  }
  return spdlog::level::off;
}

constexpr std::string_view kLevelNames[] = {"ALL", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"};

/// The loggers and their levels. Asked once per line that some logger would write.
class Registry {
 public:
  Registry() {
    loggers_.emplace(kRootLogger, LoggerState());
    for (const NamedPlace& place : named_places())
      loggers_.try_emplace(std::string(place.name), LoggerState());
  }

  Level level_of(const char* file) {
    std::lock_guard lock(mutex_);
    const auto [known, is_new] = by_file_.emplace(file, nullptr);
    if (is_new) known->second = &get(logger_name(file));
    return known->second->level;
  }

  std::map<std::string, LoggerState> all() {
    std::lock_guard lock(mutex_);
    return loggers_;
  }

  std::vector<std::string> set(std::string_view name, Level level, int64_t now_ms) {
    std::lock_guard lock(mutex_);
    const std::string_view prefix = name == kRootLogger ? std::string_view() : name;
    get(std::string(name));
    std::vector<std::string> changed;
    for (auto& [logger, state] : loggers_) {
      const bool is_meant = logger == kRootLogger ? prefix.empty() : logger.starts_with(prefix);
      if (!is_meant || state.level == level) continue;
      state = {level, now_ms};
      changed.push_back(logger);
    }
    Level lowest = Level::kOff;
    for (const auto& [logger, state] : loggers_) lowest = std::min(lowest, state.level);
    internal::lowest_level = lowest;
    return changed;
  }

 private:
  /// A new one has the level of the next above it in the hierarchy of names.
  LoggerState& get(const std::string& name) {
    if (const auto found = loggers_.find(name); found != loggers_.end()) return found->second;
    LoggerState state{loggers_.at(kRootLogger).level, std::nullopt};
    for (size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0; dot = name.rfind('.', dot - 1)) {
      if (const auto above = loggers_.find(name.substr(0, dot)); above != loggers_.end()) {
        state.level = above->second.level;
        break;
      }
    }
    return loggers_.emplace(name, state).first->second;
  }

  std::mutex mutex_;
  std::map<std::string, LoggerState> loggers_;
  std::map<const char*, const LoggerState*> by_file_;
};

Registry& registry() {
  static auto* const instance = new Registry();  // lines may come until the very end
  return *instance;
}

spdlog::logger& logger() {
  static const std::unique_ptr<spdlog::logger> instance = [] {
    auto created =
        std::make_unique<spdlog::logger>("sluice", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_level(spdlog::level::trace);  // the loggers' own levels decide
    created->set_pattern("[%Y-%m-%d %H:%M:%S,%e] %^%l%$ %v");
    return created;
  }();
  return *instance;
}

}  // namespace

std::atomic<Level> internal::lowest_level = Level::kInfo;

std::string_view level_name(Level level) { return kLevelNames[static_cast<size_t>(level)]; }

std::optional<Level> parse_level(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  for (size_t i = 0; i < std::size(kLevelNames); ++i) {
    if (kLevelNames[i] == upper) return static_cast<Level>(i);
  }
  return std::nullopt;
}

std::map<std::string, LoggerState> loggers() { return registry().all(); }

std::vector<std::string> set_level(std::string_view name, Level level, int64_t now_ms) {
  return registry().set(name, level, now_ms);
}

void write(Level level, std::string_view message, const char* file) {
  if (!enabled(level) || level < registry().level_of(file)) return;
  if (current_context.empty()) {
    logger().log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
  } else {
    logger().log(to_spdlog(level), "[{}] {}", current_context, message);
  }
}

ScopedContext::ScopedContext(std::string context)
    : previous_(std::exchange(current_context, std::move(context))) {}
ScopedContext::~ScopedContext() { current_context = std::move(previous_); }

}  // namespace sluice::log
