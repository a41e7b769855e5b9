#pragma once
// Names and aliases of plugin classes.

#include <string>
#include <string_view>
#include <vector>

namespace sluice::plugins {

/// "io.confluent.connect.jdbc.JdbcSourceConnector" → "JdbcSourceConnector"; nested classes by the part after
/// '$'.
std::string_view simple_name(std::string_view class_name);

/// The simple name cut at the last occurrence of `suffix`; the whole of it if nothing would remain.
std::string_view pruned_name(std::string_view class_name, std::string_view suffix);

/// Whether `name` is the class name or one of its two aliases.
bool answers_to(std::string_view class_name, std::string_view suffix, std::string_view name);

/// The candidate with the smallest edit distance to `name`, compared by simple names; empty if none is near.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace sluice::plugins
