#pragma once
// For tests: values and records in few words. Everything lives in one arena.

#include <string_view>
#include <utility>
#include <vector>

#include "sdk/data/record.h"
#include "sdk/data/values.h"

namespace sluice::formats {

using sdk::Value;

class Made {
 public:
  using Fields = std::vector<std::pair<std::string_view, Value>>;

  Value text(std::string_view text) { return Value::string(arena_.copy(text)); }
  Value object(const Fields& fields) {
    auto* entries = arena_.array<sdk::MapEntry>(fields.size());
    for (size_t i = 0; i < fields.size(); ++i) entries[i] = {text(fields[i].first), fields[i].second};
    return Value::map({entries, fields.size()});
  }
  Value list(const std::vector<Value>& items) {
    auto* copies = arena_.array<Value>(items.size());
    std::copy(items.begin(), items.end(), copies);
    return Value::array({copies, items.size()});
  }
  Value structure(const sdk::SchemaPtr& schema, const std::vector<Value>& values) {
    arena_.keep(schema);
    sdk::StructNode* node = sdk::new_struct(arena_, *schema);
    for (size_t i = 0; i < values.size(); ++i) node->mutable_values()[i] = values[i];
    return Value::structure(node);
  }
  Value decimal(std::string_view text) { return sdk::parse_decimal(arena_, text).value(); }
  sdk::Arena& arena() { return arena_; }

  static sdk::Record record(const Value& value, const sdk::SchemaPtr& schema = nullptr) {
    sdk::Record record;
    record.value = value;
    record.value_schema = schema.get();
    return record;
  }
  static std::vector<sdk::Record> records(const std::vector<Value>& values) {
    std::vector<sdk::Record> made;
    for (const Value& value : values) made.push_back(record(value));
    return made;
  }

 private:
  sdk::Arena arena_;
};

}  // namespace sluice::formats
