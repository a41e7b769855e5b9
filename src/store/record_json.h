#pragma once
// The value of a record in one of the internal topics: JSON without a schema envelope, as Kafka Connect's
// JsonConverter with schemas.enable=false. Inside this room only.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/json/text_buffer.h"
#include "sdk/data/arena.h"
#include "sdk/data/value.h"

namespace sluice::store {

class RecordJson {
 public:
  /// Absent and empty values, and JSON null, are null. Error kind kBadRecord: not JSON.
  static Result<RecordJson> parse(const std::optional<std::string>& value);

  bool is_null() const { return value_.is_null(); }
  bool is_object() const { return value_.kind() == sdk::Kind::kMap; }
  const sdk::Value& value() const { return value_; }

  // Members of an object; none if there is none of that kind (a fraction is no integer).
  std::optional<std::string> text(std::string_view name) const;
  std::optional<int64_t> integer(std::string_view name) const;
  std::optional<bool> boolean(std::string_view name) const;
  sdk::Value member(std::string_view name) const;

 private:
  std::unique_ptr<sdk::Arena> arena_;
  sdk::Value value_;
};

/// "string", "number", … for error texts.
std::string_view json_kind(const sdk::Value& value);

/// Writes one flat object, member by member, in the order of the calls.
class ObjectWriter {
 public:
  ObjectWriter() { text_.push_back('{'); }
  ObjectWriter& text(std::string_view name, std::string_view value);
  ObjectWriter& text_or_null(std::string_view name, const std::optional<std::string>& value);
  ObjectWriter& integer(std::string_view name, int64_t value);
  ObjectWriter& boolean(std::string_view name, bool value);
  /// `json` is written as it is.
  ObjectWriter& raw(std::string_view name, std::string_view json);
  std::string finish();

 private:
  void name(std::string_view name);
  json::TextBuffer text_;
  bool is_first_ = true;
};

}  // namespace sluice::store
