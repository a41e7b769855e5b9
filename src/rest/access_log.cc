#include "rest/access_log.h"

#include <fmt/format.h>

#include <ctime>

#include "base/log.h"

namespace sluice::rest {
namespace {

/// What clients send must not be able to break lines or quotes.
std::string shown(std::string_view text) {
  constexpr size_t kShownMax = 500;
  std::string result;
  for (const char c : text.substr(0, kShownMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '"' || c == '\\') {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result.push_back(c);
    }
  }
  return result;
}

std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%d/%b/%Y:%H:%M:%S %z", &parts)};
}

}  // namespace

void log_access(const Exchange& exchange, const net::ServerResponse& response) {
  if (!log::enabled(log::Level::kInfo)) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                          exchange.begin);
  log::info(R"({} - {} [{}] "{} {} HTTP/1.1" {} {} "{}" "{}" {})", exchange.request.peer,
            exchange.user.empty() ? "-" : shown(exchange.user), time_text(), shown(exchange.request.method),
            shown(exchange.request.target), response.status, response.body.size(),
            shown(exchange.request.header("referer").value_or("-")),
            shown(exchange.request.header("user-agent").value_or("-")), took.count());
}

}  // namespace sluice::rest
