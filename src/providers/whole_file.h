#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace sluice::providers {

/// Nothing if it cannot be read.
inline std::optional<std::string> read_whole_file(const std::filesystem::path& path) {
  const std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  // An empty file sets the output's failbit, not the input's.
  if (!in) return std::nullopt;
  return text.str();
}

}  // namespace sluice::providers
