#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

namespace sluice::log {
namespace {

thread_local std::string current_context;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
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
    case Level::kOff:
      break;
  }
  return spdlog::level::off;
}

spdlog::logger& logger() {
  static const std::unique_ptr<spdlog::logger> instance = [] {
    auto created =
        std::make_unique<spdlog::logger>("sluice", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("[%Y-%m-%d %H:%M:%S,%e] %^%l%$ %v");
    return created;
  }();
  return *instance;
}

}  // namespace

bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void set_level(Level level) { logger().set_level(to_spdlog(level)); }

void write(Level level, std::string_view message) {
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
