#pragma once
// The contract of JSON records without a schema registry: a JSON Schema that is pinned, or one learned from
// the first records of each topic. On the converter's thread; may block to ask what was learned before.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "converters/json_shape.h"
#include "formats/json/json_decoder.h"
#include "formats/json_schema/validator.h"
#include "sdk/contract.h"
#include "sdk/data/arena.h"

namespace sluice::converters {

class JsonContract {
 public:
  /// Error kind kBadConfig: neither pinned nor to be learned; not a schema.
  static Result<std::unique_ptr<JsonContract>> make(sdk::Contract contract);

  /// `member`: where in the document the value is; empty: it is all of it. Error kind kViolation says in a
  /// sentence what breaks the contract; kRetry: what was learned before cannot be asked for.
  Status check(std::string_view topic, BytesView document, std::string_view member);

 private:
  struct InForce {
    json_schema::Validator validator;
    nlohmann::json schema;
    std::string name;  // "the pinned JSON Schema"
  };
  struct Learning {
    JsonShape shape;
    int64_t records = 0;
  };

  explicit JsonContract(sdk::Contract contract);
  static Result<InForce> compile(const std::string& text, std::string name);
  Result<InForce*> in_force(const std::string& topic);
  Status learn(const std::string& topic, const nlohmann::json& value);
  Error violation(const InForce& contract, const nlohmann::json& value, const Error& why) const;

  const sdk::Contract contract_;
  std::optional<InForce> pinned_;
  std::map<std::string, InForce, std::less<>> learned_;
  std::map<std::string, Learning, std::less<>> learning_;
  json::Decoder decoder_;
  sdk::Arena arena_;
};

}  // namespace sluice::converters
