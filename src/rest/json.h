#pragma once
// JSON bodies of requests, with the literal text of numbers, as Kafka Connect takes "1.50" from 1.50.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cluster/herder.h"

namespace sluice::rest {

struct Json {
  struct Number {
    std::string text;
  };
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;  // each key once: the last wins

  std::variant<std::nullptr_t, bool, Number, std::string, Array, Object> value = nullptr;

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value); }
  const Object* object() const { return std::get_if<Object>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  /// The member of an object, or null.
  const Json* find(std::string_view key) const;
  /// Text, number or boolean as text.
  std::optional<std::string> scalar_text() const;
  /// "an array", for messages.
  std::string_view kind() const;
};

inline constexpr int kJsonDepthMax = 1000;  // Jackson's

/// Exactly one value. Error kind kBadRecord names the place, never the content, which may hold secrets.
Result<Json> parse_json(std::string_view text);

/// Compact, members in the order they were given.
std::string to_text(const Json& json);

/// An object of texts, numbers, booleans and nulls. Error kind kBadRecord names the key.
Result<cluster::RawConfig> to_raw_config(const Json& json);

}  // namespace sluice::rest
