#include "base/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace sluice::metrics {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::string label_text(const Labels& labels) {
  std::string text;
  for (const auto& [key, value] : labels) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "{" : ",", key, escaped(value));
  }
  return text.empty() ? text : text + "}";
}

NumberPtr Registry::add(const Description& description, const Labels& labels) {
  auto number = std::make_shared<Number>();
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.number.expired(); });
  entries_.push_back({description.name, label_text(labels), description.kind, description.help, number});
  return number;
}

std::string Registry::prometheus_text() {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.number.expired(); });
  std::sort(entries_.begin(), entries_.end(), [](const Entry& left, const Entry& right) {
    return std::tie(left.name, left.labels) < std::tie(right.name, right.labels);
  });
  std::string text;
  std::string_view family;
  for (const Entry& entry : entries_) {
    const NumberPtr number = entry.number.lock();
    if (number == nullptr) continue;
    if (entry.name != family) {
      family = entry.name;
      text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", entry.name, entry.help, entry.name,
                          entry.kind == Kind::kCounter ? "counter" : "gauge");
    }
    text += fmt::format("{}{} {}\n", entry.name, entry.labels, number->get());
  }
  return text;
}

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace sluice::metrics
