#pragma once
// Broker and library error codes as our errors, in one table: what the caller should do, and the Java
// exception class that Kafka Connect users know for it. Inside this room only.

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "base/error.h"

namespace sluice::kafka {

/// `what` says what was tried ("commit offsets of group g"); `detail` is the library's own text, if it has
/// more to say than the code's.
Error to_error(rd_kafka_resp_err_t code, std::string_view what, std::string_view detail = {});

/// Takes the flags of `error` into account: fatal means failed, retriable means retry.
Error to_error(const rd_kafka_error_t& error, std::string_view what);

/// True for errors that say "this client can do nothing more": wrong password, not authorised, fenced …
/// `text` is the library's.
bool ends_client(rd_kafka_resp_err_t code, std::string_view text);

}  // namespace sluice::kafka
