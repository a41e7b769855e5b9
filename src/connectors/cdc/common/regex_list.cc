#include "connectors/cdc/common/regex_list.h"

#include <algorithm>
#include <string>

namespace sluice::connectors::cdc {
namespace {

std::string trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  std::string part;
  const auto finish = [&] {
    if (std::string one = trimmed(part); !one.empty()) parts.push_back(std::move(one));
    part.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',') {
      part += text[++i];
    } else if (text[i] == ',') {
      finish();
    } else {
      part += text[i];
    }
  }
  finish();
  return parts;
}

Result<RegexList> RegexList::parse(std::string_view text) {
  RegexList list;
  for (const std::string& part : split_list(text)) {
    auto expression = JavaRegex::compile("(?i)(?:" + part + ")");
    if (!expression.ok()) return bad_config("'" + part + "': " + expression.error().message());
    list.expressions_.push_back(*std::move(expression));
  }
  return list;
}

bool RegexList::matches(std::string_view name) const {
  return std::any_of(expressions_.begin(), expressions_.end(), [&](const JavaRegex& expression) {
    const auto matched = expression.matches(name);
    return matched.ok() && *matched;
  });
}

}  // namespace sluice::connectors::cdc
