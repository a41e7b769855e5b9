#include "plugins/naming.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sluice::plugins {
namespace {

size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= left.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string_view simple_name(std::string_view class_name) {
  const size_t border = class_name.find_last_of(".$");
  return border == std::string_view::npos ? class_name : class_name.substr(border + 1);
}

std::string_view pruned_name(std::string_view class_name, std::string_view suffix) {
  const std::string_view simple = simple_name(class_name);
  const size_t cut = simple.rfind(suffix);
  return cut == std::string_view::npos || cut == 0 ? simple : simple.substr(0, cut);
}

bool answers_to(std::string_view class_name, std::string_view suffix, std::string_view name) {
  return name == class_name || name == simple_name(class_name) || name == pruned_name(class_name, suffix);
}

std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string_view wanted = simple_name(name);
  std::string_view best;
  size_t best_distance = wanted.size() / 4 + 2;
  for (const std::string_view candidate : candidates) {
    const size_t distance = edit_distance(wanted, simple_name(candidate));
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace sluice::plugins
