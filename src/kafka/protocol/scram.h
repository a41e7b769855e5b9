#pragma once
// SCRAM (RFC 5802, RFC 7677) as Kafka's clients speak it: no channel binding, passwords as plain UTF-8.

#include <cstdint>
#include <memory>
#include <string>

#include "kafka/protocol/sasl.h"

namespace sluice::kafka::protocol {

enum class ScramHash : uint8_t { kSha256, kSha512 };

std::unique_ptr<SaslExchange> make_scram_exchange(ScramHash hash, const std::string& username,
                                                  std::string password, Random& random);

}  // namespace sluice::kafka::protocol
