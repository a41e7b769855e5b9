#include "connectors/sql/sink/session.h"

#include <fmt/core.h>

#include "base/log.h"

namespace sluice::connectors::sql {

Result<bool> Session::connect() {
  if (connected()) return false;
  disconnect();
  SLUICE_ASSIGN_OR_RETURN(connection_, connect_patiently(options_.connecting, stop_));
  log::info("Connected to {}, which is written as {}", connection_->dialect().product(),
            connection_->dialect().name());
  return true;
}

void Session::disconnect() {
  drop_writers();
  in_transaction_ = false;
  connection_.reset();
}

void Session::drop_writers() {
  active_ = nullptr;
  writers_.clear();
}

Result<Connection*> Session::quiet() {
  if (active_ != nullptr) {
    RowWriter* const active = active_;
    active_ = nullptr;
    SLUICE_RETURN_IF_ERROR(active->finish());
  }
  return connection_.get();
}

Status Session::begin() {
  if (in_transaction_) return {};
  SLUICE_RETURN_IF_ERROR(connection_->begin());
  in_transaction_ = true;
  return {};
}

Status Session::commit() {
  if (!in_transaction_) return {};
  SLUICE_ASSIGN_OR_RETURN(Connection * connection, quiet());
  in_transaction_ = false;
  const Status committed = connection->commit();
  if (!committed.ok()) connection->rollback();
  return committed;
}

void Session::rollback() {
  drop_writers();
  if (connection_ != nullptr && in_transaction_) connection_->rollback();
  in_transaction_ = false;
}

Result<RowWriter*> Session::writer_of(const WritePlan& plan) {
  if (const auto known = writers_.find(&plan); known != writers_.end()) return known->second.get();
  SLUICE_ASSIGN_OR_RETURN(Connection * connection, quiet());
  SLUICE_ASSIGN_OR_RETURN(auto made, connection->writer(plan.write, options_.write));
  RowWriter* const writer = made.get();
  writers_[&plan] = std::move(made);
  return writer;
}

Status Session::write(const WritePlan& plan, const RowBlock& rows) {
  SLUICE_ASSIGN_OR_RETURN(RowWriter* const writer, writer_of(plan));
  if (active_ != writer) {
    SLUICE_RETURN_IF_ERROR(quiet());
    active_ = writer;
  }
  return writer->write(rows);
}

}  // namespace sluice::connectors::sql
