#pragma once
// What JSON records have in common, learned by looking at them: a JSON Schema that all of them hold to.
// Members that every object had are required; kinds of values that were never seen are not allowed; members
// that were never seen are. Not thread-safe.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace sluice::converters {

class JsonShape {
 public:
  void learn(const nlohmann::json& value);
  /// Without "$schema"; true for a shape that has seen nothing.
  nlohmann::json schema() const;

 private:
  enum Kind : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject, kKinds };
  static Kind kind_of(const nlohmann::json& value);
  nlohmann::json types() const;

  std::array<int64_t, kKinds> seen_{};
  std::map<std::string, std::unique_ptr<JsonShape>> members_;
  bool has_free_keys_ = false;  // so many different keys that they are data
  std::unique_ptr<JsonShape> items_;
  int64_t times_ = 0;
};

}  // namespace sluice::converters
