#include "connectors/sql/sink/offset_table.h"

#include <fmt/core.h>

#include <charconv>
#include <vector>

#include "connectors/sql/table_name.h"

namespace sluice::connectors::sql {
namespace {

constexpr std::string_view kGroup = "group_id";
constexpr std::string_view kTopic = "topic";
constexpr std::string_view kPartition = "partition_id";
constexpr std::string_view kEpoch = "epoch";
constexpr std::string_view kNext = "next_offset";
constexpr std::string_view kSession = "session_id";  // the owner's; null: it has gone in good order
constexpr int kSessionCharacters = 100;
constexpr int kGroupCharacters = 255;
constexpr int kTopicCharacters = 249;  // Kafka's limit
constexpr int kAttempts = 5;

NewColumn text(std::string_view name, int characters, bool key) {
  NewColumn column;
  column.name = name;
  column.precision = characters;
  column.key = key;
  column.nullable = !key;
  return column;
}

NewColumn number(std::string_view name, int bits, bool key, bool nullable) {
  NewColumn column;
  column.name = name;
  column.cells.kind = CellKind::kInteger;
  column.integer_bits = bits;
  column.key = key;
  column.nullable = nullable;
  return column;
}

Result<int64_t> number_of(const std::string& text) {
  int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
    return failed(fmt::format("The offset table holds '{}' where a number belongs", text));
  return value;
}

}  // namespace

OffsetTable::OffsetTable(const std::string& name, std::string group_id)
    : table_(parse_table(name)), group_id_(std::move(group_id)) {}

std::string OffsetTable::where(const Dialect& dialect, size_t first) const {
  return fmt::format(" WHERE {} = {} AND {} = {} AND {} = {}", column(dialect, kGroup),
                     dialect.placeholder(first), column(dialect, kTopic), dialect.placeholder(first + 1),
                     column(dialect, kPartition), dialect.placeholder(first + 2));
}

std::vector<Scalar> OffsetTable::key(const sdk::TopicPartition& partition) const {
  return {group_id_, partition.topic, int64_t{partition.partition}};
}

Status OffsetTable::create(Connection& connection) const {
  const std::string what = "create the offset table " + plain_name(table_);
  Status created;
  for (int attempt = 0; attempt < 2; ++attempt) {  // another task may create it at the same time
    SLUICE_ASSIGN_OR_RETURN(const TableShape shape, connection.describe(table_));
    if (shape.exists()) return {};
    const NewColumn columns[] = {
        text(kGroup, kGroupCharacters, true), text(kTopic, kTopicCharacters, true),
        number(kPartition, 32, true, false),  number(kEpoch, 64, false, false),
        number(kNext, 64, false, true),       text(kSession, kSessionCharacters, false)};
    SLUICE_ASSIGN_OR_RETURN(const std::string sql, connection.dialect().create_table(table_, columns, true));
    const auto done = connection.execute(sql, {}, what);
    if (done.ok()) return {};
    created = done.error();
  }
  return created;
}

Status OffsetTable::end_owner(Connection& connection, const sdk::TopicPartition& partition,
                              const std::string& mine) const {
  const Dialect& dialect = connection.dialect();
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          connection.execute(fmt::format("SELECT {} FROM {}{}", column(dialect, kSession),
                                                         dialect.quote(table_), where(dialect, 1)),
                                             key(partition), "look at the offset table"));
  if (answer.rows.empty() || !answer.rows[0][0] || answer.rows[0][0]->empty() || *answer.rows[0][0] == mine)
    return {};
  return connection.end_session(*answer.rows[0][0]);
}

Result<OffsetTable::Claim> OffsetTable::claim(Connection& connection,
                                              const sdk::TopicPartition& partition) const {
  SLUICE_ASSIGN_OR_RETURN(const std::string session, connection.session());
  if (!session.empty()) SLUICE_RETURN_IF_ERROR(end_owner(connection, partition, session));
  Result<Claim> claimed = retriable("");
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    SLUICE_RETURN_IF_ERROR(connection.begin());
    claimed = claim_in_transaction(connection, partition, session);
    if (claimed.ok()) {
      SLUICE_RETURN_IF_ERROR(connection.commit());
      return claimed;
    }
    connection.rollback();
    // The row may have come from another task between the update and the insert.
    if (claimed.error().kind() != ErrorKind::kBadRecord) break;
  }
  return claimed;
}

Result<OffsetTable::Claim> OffsetTable::claim_in_transaction(Connection& connection,
                                                             const sdk::TopicPartition& partition,
                                                             const std::string& session) const {
  const Dialect& dialect = connection.dialect();
  const std::string what =
      fmt::format("take over {}-{} in the offset table", partition.topic, partition.partition);
  const std::string table = dialect.quote(table_);
  const std::string epoch = column(dialect, kEpoch);
  const std::string session_column = column(dialect, kSession);
  std::vector<Scalar> parameters = key(partition);
  parameters.insert(parameters.begin(), session);
  SLUICE_ASSIGN_OR_RETURN(
      const Answer raised,
      connection.execute(fmt::format("UPDATE {0} SET {1} = {1} + 1, {2} = {3}{4}", table, epoch,
                                     session_column, dialect.placeholder(1), where(dialect, 2)),
                         parameters, what));
  if (raised.affected == 0) {
    SLUICE_RETURN_IF_ERROR(connection.execute(
        fmt::format("INSERT INTO {} ({}, {}, {}, {}, {}) VALUES ({}, {}, {}, {}, 1)", table, session_column,
                    column(dialect, kGroup), column(dialect, kTopic), column(dialect, kPartition), epoch,
                    dialect.placeholder(1), dialect.placeholder(2), dialect.placeholder(3),
                    dialect.placeholder(4)),
        parameters, what));
  }
  SLUICE_ASSIGN_OR_RETURN(const Answer answer,
                          connection.execute(fmt::format("SELECT {}, {} FROM {}{}", epoch,
                                                         column(dialect, kNext), table, where(dialect, 1)),
                                             key(partition), what));
  if (answer.rows.size() != 1 || !answer.rows[0][0]) {
    return failed(fmt::format("The offset table {} has {} rows for {}-{} of group {}; there must be one",
                              plain_name(table_), answer.rows.size(), partition.topic, partition.partition,
                              group_id_));
  }
  Claim claim;
  SLUICE_ASSIGN_OR_RETURN(claim.epoch, number_of(*answer.rows[0][0]));
  if (answer.rows[0][1]) {
    SLUICE_ASSIGN_OR_RETURN(claim.next_offset, number_of(*answer.rows[0][1]));
  }
  return claim;
}

Status OffsetTable::release(Connection& connection, const sdk::TopicPartition& partition,
                            int64_t epoch) const {
  const Dialect& dialect = connection.dialect();
  std::vector<Scalar> parameters = key(partition);
  parameters.emplace_back(epoch);
  const std::string sql =
      fmt::format("UPDATE {} SET {} = NULL{} AND {} = {}", dialect.quote(table_), column(dialect, kSession),
                  where(dialect, 1), column(dialect, kEpoch), dialect.placeholder(4));
  SLUICE_RETURN_IF_ERROR(connection.execute(sql, parameters, "release a partition in the offset table"));
  return {};
}

Status OffsetTable::store(Connection& connection, const sdk::TopicPartition& partition, int64_t epoch,
                          int64_t next_offset) const {
  const Dialect& dialect = connection.dialect();
  const std::vector<Scalar> parameters{next_offset, group_id_, partition.topic, int64_t{partition.partition},
                                       epoch};
  const std::string sql =
      fmt::format("UPDATE {} SET {} = {}{} AND {} = {}", dialect.quote(table_), column(dialect, kNext),
                  dialect.placeholder(1), where(dialect, 2), column(dialect, kEpoch), dialect.placeholder(5));
  SLUICE_ASSIGN_OR_RETURN(const Answer answer, connection.execute(sql, parameters, "write the offset"));
  if (answer.affected == 1) return {};
  return fenced(fmt::format("Another task has taken over {}-{}: its epoch is above {}", partition.topic,
                            partition.partition, epoch));
}

Status OffsetTable::reset(Connection& connection, const sdk::TopicPartition& partition,
                          int64_t next_offset) const {
  const Dialect& dialect = connection.dialect();
  const std::string what = fmt::format("set the offset of {}-{}", partition.topic, partition.partition);
  if (next_offset < 0) {
    SLUICE_RETURN_IF_ERROR(
        connection.execute("DELETE FROM " + dialect.quote(table_) + where(dialect, 1), key(partition), what));
    return {};
  }
  SLUICE_ASSIGN_OR_RETURN(const Claim claim, this->claim(connection, partition));
  SLUICE_RETURN_IF_ERROR(store(connection, partition, claim.epoch, next_offset));
  return release(connection, partition, claim.epoch);
}

}  // namespace sluice::connectors::sql
