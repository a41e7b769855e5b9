#pragma once
// What people tell a running connector (Debezium's signalling): by rows of a table, records of a topic, or
// lines of a file, each with an id, a type and data in JSON.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/java_regex.h"
#include "base/result.h"
#include "sdk/data/value.h"

namespace sluice::connectors::cdc {

struct Signal {
  std::string id;
  std::string type;
  std::string data;  // JSON; may be empty
};

/// What execute-snapshot and stop-snapshot ask for.
struct SnapshotSignal {
  struct Condition {
    JavaRegex table;
    std::string filter;  // SQL
  };
  bool blocking = false;
  std::vector<std::string> tables;  // names, or regular expressions
  std::vector<Condition> conditions;
  std::string surrogate_key;

  /// The first filter for the table; empty: none.
  std::string filter_of(const std::string& table) const;
};

/// The signal in a row of the signal table: id, type, data. With `deleted`, the row that opened a window and
/// whose end closes it. Nothing if the row is no signal, which the log is told.
std::optional<Signal> signal_of(std::span<const sdk::Value> cells, bool deleted);
/// `data` of a signal; empty is an object without members. Error kind kBadRecord says what is wrong.
Result<SnapshotSignal> parse_snapshot_signal(std::string_view data);
/// `message` of a log signal.
Result<std::string> parse_log_signal(std::string_view data);
/// The signal in an object with id, type and data, as files and topics have it.
Result<Signal> parse_signal(std::string_view json);

}  // namespace sluice::connectors::cdc
