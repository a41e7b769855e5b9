#pragma once
// The sink's connection, its open transaction and the writers prepared on it. Task thread.

#include <memory>
#include <unordered_map>

#include "base/stop_signal.h"
#include "connectors/sql/connection.h"
#include "connectors/sql/sink/options.h"
#include "connectors/sql/sink/write_plan.h"

namespace sluice::connectors::sql {

class Session {
 public:
  /// Both outlive the session.
  Session(const SinkOptions& options, const StopSignal& stop) : options_(options), stop_(stop) {}

  /// Connects if there is no usable connection. True: it is a new one, and writers of the old one are gone.
  Result<bool> connect();
  /// Drops the connection and what is open on it.
  void disconnect();
  /// Of the connection; after connect().
  const Dialect& dialect() const { return connection_->dialect(); }
  bool connected() const { return connection_ != nullptr && connection_->usable(); }

  /// The connection, free for statements: rows that were being streamed have been taken. After connect().
  Result<Connection*> quiet();
  Status begin();
  bool in_transaction() const { return in_transaction_; }
  Status commit();
  void rollback();

  /// Rows for one plan, in the open transaction.
  Status write(const WritePlan& plan, const RowBlock& rows);
  /// Writers of plans that die, or whose last write failed.
  void drop_writers();

 private:
  Result<RowWriter*> writer_of(const WritePlan& plan);

  const SinkOptions& options_;
  const StopSignal& stop_;
  std::unique_ptr<Connection> connection_;
  std::unordered_map<const WritePlan*, std::unique_ptr<RowWriter>> writers_;  // after it: they die first
  RowWriter* active_ = nullptr;
  bool in_transaction_ = false;
};

}  // namespace sluice::connectors::sql
