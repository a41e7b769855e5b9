#include "plugins/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace sluice::plugins {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The next run of digits or of anything else that is no separator.
std::string_view take_piece(std::string_view& text) {
  while (!text.empty() && (text.front() == '.' || text.front() == '-')) text.remove_prefix(1);
  size_t end = 0;
  while (end < text.size() && text[end] != '.' && text[end] != '-' &&
         is_digit(text[end]) == is_digit(text[0])) {
    ++end;
  }
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(end);
  return piece;
}

/// Numbers stand above words and the missing, so that a release comes after its candidates.
int compare_pieces(std::string_view left, std::string_view right) {
  const bool left_number = !left.empty() && is_digit(left.front());
  const bool right_number = !right.empty() && is_digit(right.front());
  if (left_number && right_number) {
    while (left.size() > 1 && left.front() == '0') left.remove_prefix(1);
    while (right.size() > 1 && right.front() == '0') right.remove_prefix(1);
    if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
    return left.compare(right);
  }
  if (left_number) return right.empty() && left == "0" ? 0 : 1;
  if (right_number) return left.empty() && right == "0" ? 0 : -1;
  if (left.empty() || right.empty()) return static_cast<int>(left.empty()) - static_cast<int>(right.empty());
  return left.compare(right);
}

}  // namespace

int compare_versions(std::string_view left, std::string_view right) {
  while (!left.empty() || !right.empty()) {
    if (const int order = compare_pieces(take_piece(left), take_piece(right)); order != 0) return order;
  }
  return 0;
}

Result<VersionRange::Part> VersionRange::parse_part(std::string_view text) {
  Part part;
  part.low_inclusive = text.front() == '[';
  part.high_inclusive = text.back() == ']';
  const std::string_view inner = trimmed(text.substr(1, text.size() - 2));
  const size_t comma = inner.find(',');
  if (comma == std::string_view::npos) {
    if (!part.low_inclusive || !part.high_inclusive)
      return bad_config(fmt::format("Single version must be surrounded by []: {}", text));
    part.low = part.high = inner;
    return part;
  }
  part.low = trimmed(inner.substr(0, comma));
  part.high = trimmed(inner.substr(comma + 1));
  if (!part.low.empty() && !part.high.empty() && compare_versions(part.high, part.low) < 0)
    return bad_config(fmt::format("Range defies version ordering: {}", text));
  return part;
}

Result<VersionRange> VersionRange::parse(std::string_view given) {
  VersionRange range;
  std::string_view text = trimmed(given);
  if (text.empty() || text == "latest") return range;
  if (text.front() != '[' && text.front() != '(') {
    range.text_ = fmt::format("[{0},{0}]", text);
    range.parts_.push_back({std::string(text), std::string(text), true, true});
    return range;
  }
  range.text_ = text;
  while (!text.empty()) {
    if (text.front() != '[' && text.front() != '(')
      return bad_config(fmt::format("Only fully-qualified sets allowed in multiple set scenario: {}", given));
    const size_t end = text.find_first_of("])");
    if (end == std::string_view::npos) return bad_config(fmt::format("Unbounded range: {}", given));
    SLUICE_ASSIGN_OR_RETURN(Part part, parse_part(text.substr(0, end + 1)));
    range.parts_.push_back(std::move(part));
    text = trimmed(text.substr(end + 1));
    if (!text.empty() && text.front() == ',') text = trimmed(text.substr(1));
  }
  return range;
}

bool VersionRange::contains(std::string_view version) const {
  if (parts_.empty()) return true;
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    const int low = part.low.empty() ? 1 : compare_versions(version, part.low);
    const int high = part.high.empty() ? -1 : compare_versions(version, part.high);
    return (low > 0 || (low == 0 && part.low_inclusive)) && (high < 0 || (high == 0 && part.high_inclusive));
  });
}

Error version_not_found(std::string_view class_name, const VersionRange& range, std::string_view available) {
  return bad_config(
      fmt::format("Plugin {} not found that matches the version range {}, available versions: [{}]",
                  class_name, range.text(), available));
}

}  // namespace sluice::plugins
