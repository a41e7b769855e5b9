#include "transforms/field_path.h"

#include <fmt/core.h>

namespace sluice::transforms {
namespace {

class PathReader {
 public:
  explicit PathReader(std::string_view path) : path_(path) {}

  Result<std::vector<std::string>> read() {
    std::vector<std::string> steps;
    while (at_ < path_.size()) {
      std::string step;
      if (path_[at_] == '`') {
        SLUICE_ASSIGN_OR_RETURN(step, read_quoted());
      } else {
        step = read_plain();
      }
      steps.push_back(std::move(step));
    }
    if (!steps.empty() && path_.ends_with('.')) steps.emplace_back();
    return steps;
  }

 private:
  std::string read_plain() {
    const size_t dot = path_.find('.', at_);
    const std::string step(path_.substr(at_, dot == std::string_view::npos ? dot : dot - at_));
    at_ = dot == std::string_view::npos ? path_.size() : dot + 1;
    return step;
  }

  /// A backtick ends the name only at the end of the path or before a dot; any other is part of the name.
  Result<std::string> read_quoted() {
    const size_t opening = at_;
    size_t start = ++at_;
    std::string step;
    for (;;) {
      at_ = path_.find('`', at_);
      if (at_ == std::string_view::npos) return incomplete(opening);
      const bool escaped = path_[at_ - 1] == '\\';
      if (at_ + 1 >= path_.size()) {
        if (escaped) return incomplete(opening);
        step.append(path_.substr(start, at_ - start));
        ++at_;
        return step;
      }
      if (path_[at_ + 1] != '.') {
        ++at_;
        continue;
      }
      if (!escaped) {
        step.append(path_.substr(start, at_ - start));
        at_ += 2;
        return step;
      }
      step.append(path_.substr(start, at_ - 1 - start)).push_back('`');
      start = ++at_;
    }
  }

  Error incomplete(size_t opening) const {
    return bad_config(
        fmt::format("Incomplete backtick pair in path: [{}], consider adding a backslash before "
                    "backtick at position {} to escape it",
                    path_, opening));
  }

  const std::string_view path_;
  size_t at_ = 0;
};

}  // namespace

Result<std::vector<std::string>> parse_field_path(std::string_view path) { return PathReader(path).read(); }

}  // namespace sluice::transforms
