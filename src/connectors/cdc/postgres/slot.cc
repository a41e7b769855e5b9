#include "connectors/cdc/postgres/slot.h"

#include <fmt/core.h>

#include "base/log.h"

namespace sluice::connectors::cdc::postgres {
namespace {

using sluice::postgres::cell;
using sluice::postgres::quote_name;
using sluice::postgres::ResultPtr;
using sluice::postgres::Session;

constexpr int kVersionWithStatus = 130'000;
constexpr int kVersionWithFailover = 170'000;
constexpr int kVersionWithRoot = 130'000;

std::string list_of(const std::vector<TableId>& tables) {
  std::string list;
  for (const TableId& table : tables) list += (list.empty() ? "" : ", ") + quoted(table);
  return list;
}

std::string identity_sql(const std::string& identity) {
  if (identity == "FULL" || identity == "DEFAULT" || identity == "NOTHING") return identity;
  const std::string index = identity.starts_with("INDEX ") ? identity.substr(6) : identity;
  return "USING INDEX " + quote_name(index);
}

}  // namespace

std::string quoted(const TableId& table) { return quote_name(table.space) + "." + quote_name(table.table); }

Result<std::optional<SlotState>> read_slot(Session& session, const std::string& name) {
  const std::string status = session.server_version() >= kVersionWithStatus ? "wal_status" : "''";
  SLUICE_ASSIGN_OR_RETURN(
      const ResultPtr rows,
      session.run("SELECT active, plugin, database, restart_lsn, confirmed_flush_lsn, " + status +
                      " FROM pg_catalog.pg_replication_slots WHERE slot_name = $1",
                  {name}, false, "look at replication slot " + name));
  if (PQntuples(rows.get()) == 0) return std::optional<SlotState>();
  const auto text = [&](int i) {
    const BytesView bytes = cell(rows.get(), 0, i);
    return is_null(bytes) ? std::string() : std::string(bytes);
  };
  return std::optional(
      SlotState{text(0) == "t", text(1), text(2), text(5), parse_lsn(text(3)), parse_lsn(text(4))});
}

Status check_slot(const SlotState& slot, const Options& options) {
  if (slot.plugin != "pgoutput") {
    return failed(
        fmt::format("Replication slot {} is of plugin '{}', not pgoutput; name another slot (slot.name), "
                    "or drop it if nobody needs it: SELECT pg_drop_replication_slot('{}')",
                    options.slot, slot.plugin, options.slot));
  }
  if (slot.database != options.database) {
    return failed(fmt::format("Replication slot {} is of database {}, not {}; name another slot (slot.name)",
                              options.slot, slot.database, options.database));
  }
  if (slot.wal_status == "lost" || (!slot.restart && !slot.active)) {
    return failed(fmt::format(
        "Replication slot {} is lost: the server has removed log that was not read yet, because "
        "max_slot_wal_keep_size allows no more, or the slot was invalidated. Changes since then cannot be "
        "had from "
        "it. Drop it (SELECT pg_drop_replication_slot('{}')), delete the connector's offsets and take a new "
        "snapshot; with snapshot.mode=when_needed this is done by itself",
        options.slot, options.slot));
  }
  return {};
}

Result<CreatedSlot> create_slot(Session& replication, const std::string& name, bool temporary,
                                bool failover) {
  std::string sql = fmt::format("CREATE_REPLICATION_SLOT {} {}LOGICAL pgoutput", quote_name(name),
                                temporary ? "TEMPORARY " : "");
  const bool with_failover = failover && replication.server_version() >= kVersionWithFailover;
  if (failover && !with_failover) log::warn("slot.failover needs PostgreSQL 17 and is left out");
  sql += with_failover ? " (SNAPSHOT 'export', FAILOVER)" : " EXPORT_SNAPSHOT";
  auto created = replication.run_simple(sql, "create replication slot " + name);
  if (!created.ok()) {
    if (sluice::postgres::sql_state(created.error()) == "53400") {
      return failed(created.error().message() +
                    "; raise max_replication_slots on the server, or drop slots that nobody reads");
    }
    return created.error();
  }
  const auto start = parse_lsn(cell(created->get(), 0, 1));
  if (!start) return failed("PostgreSQL did not tell where replication slot " + name + " begins");
  return CreatedSlot{*start, std::string(cell(created->get(), 0, 2))};
}

Status prepare_publication(Session& session, const Options& options, const std::vector<TableId>& captured) {
  const std::string name = quote_name(options.publication);
  SLUICE_ASSIGN_OR_RETURN(
      const ResultPtr rows,
      session.run("SELECT puballtables FROM pg_catalog.pg_publication WHERE pubname = $1",
                  {options.publication}, false, "look at publication " + options.publication));
  const bool exists = PQntuples(rows.get()) > 0;
  const std::string root = options.via_root && session.server_version() >= kVersionWithRoot
                               ? " WITH (publish_via_partition_root = true)"
                               : "";
  std::string sql;
  if (!exists && options.autocreate == Autocreate::kDisabled) {
    return failed(
        fmt::format("Publication {} does not exist, and publication.autocreate.mode is disabled; create it: "
                    "CREATE PUBLICATION "
                    "{} FOR TABLE …",
                    options.publication, name));
  }
  if (!exists && options.autocreate == Autocreate::kAllTables) {
    sql = "CREATE PUBLICATION " + name + " FOR ALL TABLES" + root;
  } else if (!exists && options.autocreate == Autocreate::kNoTables) {
    sql = "CREATE PUBLICATION " + name + root;
  } else if (options.autocreate == Autocreate::kFiltered) {
    if (captured.empty()) {
      return failed(
          fmt::format("No table is captured for publication {}; look at table.include.list and its like",
                      options.publication));
    }
    if (exists && cell(rows.get(), 0, 0) == "t") {
      return failed(
          fmt::format("Publication {} is for all tables and cannot be filtered; name another one "
                      "(publication.name), or use publication.autocreate.mode=all_tables",
                      options.publication));
    }
    sql = exists ? "ALTER PUBLICATION " + name + " SET TABLE " + list_of(captured)
                 : "CREATE PUBLICATION " + name + " FOR TABLE " + list_of(captured) + root;
  }
  if (sql.empty()) return {};
  SLUICE_RETURN_IF_ERROR(session.run(sql, {}, false, "prepare publication " + options.publication));
  return {};
}

Status set_replica_identities(Session& session, const Options& options,
                              const std::vector<TableId>& captured) {
  for (const auto& [pattern, identity] : options.replica_identities) {
    SLUICE_ASSIGN_OR_RETURN(const RegexList tables, RegexList::parse(pattern));
    for (const TableId& table : captured) {
      if (!tables.matches(table.text())) continue;
      SLUICE_RETURN_IF_ERROR(session.run(
          fmt::format("ALTER TABLE {} REPLICA IDENTITY {}", quoted(table), identity_sql(identity)), {}, false,
          "set the replica identity of table " + table.text()));
    }
  }
  return {};
}

}  // namespace sluice::connectors::cdc::postgres
