#pragma once
// Inside the folder: which logger a source file's lines belong to.

#include <span>
#include <string>
#include <string_view>

namespace sluice::log {

struct NamedPlace {
  std::string_view files;  // below src/, as a prefix
  std::string_view name;
};

/// The loggers that are there from the start.
std::span<const NamedPlace> named_places();

/// `file` as the compiler gives it.
std::string logger_name(std::string_view file);

}  // namespace sluice::log
