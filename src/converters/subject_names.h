#pragma once
// Under which subject a registry keeps a topic's schema (io.confluent.kafka.serializers.subject.*).

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sdk/converter.h"

namespace sluice::converters {

class SubjectNames {
 public:
  SubjectNames() = default;
  /// `strategy`: a class name of Confluent's. Error kind kBadConfig names the option `key`.
  static Result<SubjectNames> make(std::string_view key, std::string_view strategy, sdk::ConverterRole role);

  /// Whether subjects depend on the record's name, so that they need a schema.
  bool use_record_name() const { return strategy_ != Strategy::kTopic; }
  /// Error kind kBadRecord: the strategy needs a record name and there is none.
  Result<std::string> subject(std::string_view topic, std::string_view record_name) const;

 private:
  enum class Strategy : uint8_t { kTopic, kRecord, kTopicRecord };
  Strategy strategy_ = Strategy::kTopic;
  bool is_key_ = false;
};

}  // namespace sluice::converters
