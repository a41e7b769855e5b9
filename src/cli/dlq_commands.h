#pragma once
// The commands of `sluice dlq`, with their options and help.

#include <CLI/CLI.hpp>
#include <functional>

namespace sluice::cli {

/// Adds the commands; the one that was given becomes `chosen`.
void add_dlq_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace sluice::cli
