#pragma once
// What a record asks for: a row to write or to delete. Debezium's change events are unwrapped where asked.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "connectors/sql/sink/options.h"
#include "sdk/data/record.h"

namespace sluice::connectors::sql {

enum class ChangeKind : uint8_t { kWrite, kDelete, kTruncate, kNothing };

struct Change {
  ChangeKind kind = ChangeKind::kWrite;
  const sdk::Schema* row_schema = nullptr;  // null: the record has no value
  sdk::Value row;
  const sdk::StructNode* source = nullptr;  // of a change event
};

/// "(topic='orders',partition=0,offset=17,timestamp=…)", for messages.
std::string place_of(const sdk::Record& record);

/// Tells changes, with a memory for the schema seen last. One thread.
class ChangeReader {
 public:
  /// `options` outlive the reader.
  explicit ChangeReader(const SinkOptions& options) : options_(options) {}

  /// Error kind kBadRecord, worded as the Java connector's: the record has not what the options ask for.
  Result<Change> read(const sdk::Record& record);

 private:
  struct Envelope {
    int op = -1;
    int before = -1;
    int after = -1;
    int source = -1;
    bool valid() const { return op >= 0 && (after >= 0 || before >= 0); }
  };
  Result<Change> unwrap(const sdk::Record& record) const;
  Change tombstone() const;
  Status check(const sdk::Record& record, const Change& change) const;
  Error refuse(const sdk::Record& record, std::string_view wanted) const;

  const SinkOptions& options_;
  sdk::SchemaPtr last_schema_;
  Envelope envelope_;  // of last_schema_
};

}  // namespace sluice::connectors::sql
